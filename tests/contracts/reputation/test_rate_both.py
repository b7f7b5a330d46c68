"""Both sides' ratings in one transaction: who must have signed, what it uses up, what it leaves."""

from dataclasses import replace
from typing import Any

import ape
import pytest
from contracts.reputation.rating import (
    UNIT,
    Rating,
    commit,
    entry_of,
    rate_both,
    rate_message,
    receipt_slot,
    reputation,
    reveal,
    slots,
)
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def auths(ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, sign: Any, now: Any) -> Any:
    """What both sides have signed."""
    deadline = now() + 600
    return (
        sign(rater, ledger, "Rate", rate_message(rating, deadline)),
        sign(subject, ledger, "Rate", rate_message(answer, deadline)),
    )


def test_rate_both__signed_by_both__counts_both(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, relayer: Any, auths: Any
) -> None:
    receipt = rate_both(rating, answer, relayer, auths)
    at = receipt.timestamp
    assert reputation(rating, subject) == (5 * UNIT, UNIT, 1)
    assert reputation(answer, rater) == (2 * UNIT, UNIT, 1)
    mine, theirs = receipt_slot(5, entry_of(rating, at)), receipt_slot(2, entry_of(answer, at))
    assert slots(ledger, rating) == (mine, theirs, at)
    first, second = receipt.decode_logs(ledger.RatingRevealed)
    assert (first.rater, first.subject, first.side) == (rater.address, subject.address, 0)
    assert (second.rater, second.subject, second.side) == (subject.address, rater.address, 1)
    assert {bytes(event.deal) for event in (first, second)} == {rating.deal}
    assert [(event.score, event.weight, event.actor) for event in (first, second)] == [
        (5, UNIT, relayer.address),
        (2, UNIT, relayer.address),
    ]
    assert receipt.decode_logs(ledger.RatingCommitted) == []


@pytest.mark.parametrize("side", [0, 1])
def test_rate_both__sent_by_one_side__needs_only_the_others_signature(
    rating: Rating, answer: Rating, rater: Any, subject: Any, auths: Any, side: int
) -> None:
    one_signed = (EMPTY_AUTH, auths[1]) if side == 0 else (auths[0], EMPTY_AUTH)
    rate_both(rating, answer, (rater, subject)[side], one_signed)
    assert reputation(rating, subject)[2] == reputation(rating, rater)[2] == 1


def test_rate_both__with_one_signature_sent_by_somebody_else__reverts(
    rating: Rating, answer: Rating, relayer: Any, auths: Any
) -> None:
    with ape.reverts("reputation: not the rater"):
        rate_both(rating, answer, relayer, (EMPTY_AUTH, auths[1]))
    with ape.reverts("reputation: not the rater"):
        rate_both(rating, answer, relayer, (auths[0], EMPTY_AUTH))


def test_rate_both__signatures_in_the_wrong_order__reverts(
    rating: Rating, answer: Rating, relayer: Any, auths: Any
) -> None:
    with ape.reverts("auth: bad signature"):
        rate_both(rating, answer, relayer, auths[::-1])


@pytest.mark.parametrize("count", [0, 1])
def test_rate_both__without_two_authorisations__reverts(
    rating: Rating, answer: Rating, rater: Any, auths: Any, count: int
) -> None:
    with ape.reverts("reputation: both sides sign"):
        rate_both(rating, answer, rater, auths[:count])


@pytest.mark.parametrize("field", ["source", "deal", "side", "score", "evidence"])
def test_rate_both__signature_for_something_else__reverts(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, sign: Any, now: Any, field: str
) -> None:
    other = {"source": ledger.address, "deal": b"\1" * 32, "side": 0, "score": 5, "evidence": b"\1" * 32}
    message = rate_message(answer, now() + 600) | {field: other[field]}
    with ape.reverts("auth: bad signature"):
        rate_both(rating, answer, rater, (EMPTY_AUTH, sign(subject, ledger, "Rate", message)))


def test_rate_both__signature_for_another_chain__reverts(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, sign: Any, now: Any
) -> None:
    auth = sign(subject, ledger, "Rate", rate_message(answer, now() + 600), chain_id=1)
    with ape.reverts("auth: bad signature"):
        rate_both(rating, answer, rater, (EMPTY_AUTH, auth))


def test_rate_both__signature_at_its_deadline__reverts(
    rating: Rating, answer: Rating, relayer: Any, auths: Any, travel: Any
) -> None:
    travel(auths[0][1])
    with ape.reverts("auth: expired"):
        rate_both(rating, answer, relayer, auths)


def test_rate_both__signed_by_stranger__reverts(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, stranger: Any, sign: Any, now: Any
) -> None:
    auth = sign(stranger, ledger, "Rate", rate_message(answer, now() + 600))
    with ape.reverts("reputation: not the rater"):
        rate_both(rating, answer, rater, (EMPTY_AUTH, auth))


def test_rate_both__twice__reverts(rating: Rating, answer: Rating, relayer: Any, auths: Any) -> None:
    rate_both(rating, answer, relayer, auths)
    with ape.reverts("reputation: already committed"):
        rate_both(rating, answer, relayer, auths)


@pytest.mark.parametrize("side", [0, 1])
def test_rate_both__after_a_side_has_committed__reverts(
    rating: Rating, answer: Rating, rater: Any, subject: Any, relayer: Any, auths: Any, side: int
) -> None:
    commit((rating, answer)[side], (rater, subject)[side])
    with ape.reverts("reputation: already committed"):
        rate_both(rating, answer, relayer, auths)
    assert reputation(rating, subject) == reputation(rating, rater) == (0, 0, 0)


def test_rate_both__uses_up_both_rights__so_no_side_can_commit_or_reveal(
    rating: Rating, answer: Rating, rater: Any, subject: Any, relayer: Any, auths: Any
) -> None:
    rate_both(rating, answer, relayer, auths)
    with ape.reverts("reputation: already committed"):
        commit(rating, rater)
    with ape.reverts("reputation: already committed"):
        commit(answer, subject)
    with ape.reverts("reputation: already revealed"):
        reveal(rating, rater)


@pytest.mark.parametrize(
    ("score", "words"), [(0, "reputation: score too low"), (6, "reputation: score too high")]
)
@pytest.mark.parametrize("side", [0, 1])
def test_rate_both__score_out_of_range_though_signed__reverts(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, sign: Any, now: Any,
    side: int, score: int, words: str,
) -> None:  # fmt: skip
    both = [rating, answer]
    both[side] = replace(both[side], score=score)
    auth = sign(subject, ledger, "Rate", rate_message(both[1], now() + 600))
    with ape.reverts(words):
        rate_both(both[0], both[1], rater, (EMPTY_AUTH, auth))


def test_rate_both__at_an_account_without_code__reverts(
    rating: Rating, answer: Rating, rater: Any, stranger: Any
) -> None:
    with ape.reverts("reputation: no source"):
        rate_both(replace(rating, source=stranger), answer, rater)


def test_rate_both__of_one_who_deals_with_himself__reverts(
    source: Any, rating: Rating, answer: Rating, rater: Any, deployer: Any
) -> None:
    source.set_deal([rater, rater], 0xABCDEF, 0, sender=deployer)
    with ape.reverts("reputation: rater is rated"):
        rate_both(rating, answer, rater)


def test_rate_both__signed_by_a_contract_wallet__counts(
    container: Any, ledger: Any, source: Any, rating: Rating, answer: Rating, rater: Any, subject: Any,
    deployer: Any, sign: Any, now: Any,
) -> None:  # fmt: skip
    wallet = container("MockWallet").deploy(subject, sender=deployer)
    source.set_deal([rater, wallet], 0xABCDEF, 0, sender=deployer)
    theirs = replace(answer, rater=wallet)
    auth = sign(subject, ledger, "Rate", rate_message(theirs, now() + 600), signer=wallet.address)
    rate_both(rating, theirs, rater, (EMPTY_AUTH, auth))
    assert reputation(rating, rater)[2] == reputation(rating, wallet)[2] == 1
