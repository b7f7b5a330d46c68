"""Committing to a rating: who may, once per side, within the window."""

from typing import Any

import ape
import pytest
from contracts.reputation.rating import WEEK_S, Rating, commit, slots
from contracts.signing import EMPTY_AUTH


def test_commit__by_the_rater__keeps_a_marked_slot(
    ledger: Any, source: Any, rating: Rating, rater: Any, subject: Any, chain: Any
) -> None:
    receipt = commit(rating, rater)
    at = receipt.timestamp
    first, second, since = slots(ledger, rating)
    assert first >> 111 == 1
    assert second == 0
    assert since == at
    [event] = receipt.decode_logs(ledger.RatingCommitted)
    assert event.source == source.address
    assert bytes(event.deal) == rating.deal
    assert (event.actor, event.subject) == (rater.address, subject.address)
    assert (event.side, event.service, event.amount) == (0, 0xABCDEF, 12_000_000)
    assert bytes(event.commitment) == rating.commitment()


def test_commitment_of__any_opening__is_the_documented_hash(ledger: Any, rating: Rating) -> None:
    on_chain = ledger.commitment_of(
        rating.source.address, rating.deal, rating.side, rating.score, rating.evidence, rating.salt
    )
    assert bytes(on_chain) == rating.commitment()


def test_commit__by_the_second_side__opens_both_at_once(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, travel: Any
) -> None:
    since = commit(rating, rater).timestamp
    travel(since + WEEK_S - 1)
    receipt = commit(answer, subject)
    first, second, changed = slots(ledger, rating)
    assert first >> 111 == 1
    assert second >> 111 == 1
    assert changed == receipt.timestamp == since + WEEK_S - 1


def test_commit__second_side_after_the_window__reverts(
    rating: Rating, answer: Rating, rater: Any, subject: Any, travel: Any
) -> None:
    since = commit(rating, rater).timestamp
    travel(since + WEEK_S)
    with ape.reverts("reputation: too late"):
        commit(answer, subject)


def test_commit__by_stranger__reverts(rating: Rating, stranger: Any) -> None:
    with ape.reverts("reputation: not the rater"):
        commit(rating, stranger)


def test_commit__by_the_other_side__reverts(rating: Rating, subject: Any) -> None:
    with ape.reverts("reputation: not the rater"):
        commit(rating, subject)


def test_commit__side_that_does_not_exist__reverts(ledger: Any, rating: Rating, rater: Any) -> None:
    with ape.reverts("reputation: no such side"):
        ledger.commit(rating.source, rating.terms, 2, rating.commitment(), EMPTY_AUTH, sender=rater)


def test_commit__twice_though_the_source_allows_it__reverts(rating: Rating, rater: Any) -> None:
    commit(rating, rater)
    with ape.reverts("reputation: already committed"):
        commit(rating, rater)


def test_commit__by_an_account_that_is_no_source__reverts(
    ledger: Any, rating: Rating, rater: Any, stranger: Any
) -> None:
    with ape.reverts("reputation: no source"):
        ledger.commit(stranger, rating.terms, 0, rating.commitment(), EMPTY_AUTH, sender=rater)


def _message(rating: Rating, deadline: int) -> dict[str, Any]:
    return {
        "source": rating.source.address,
        "deal": rating.deal,
        "side": rating.side,
        "commitment": rating.commitment(),
        "deadline": deadline,
    }


def test_commit__signed_by_the_rater_and_sent_by_a_relayer__counts_for_the_rater(
    ledger: Any, rating: Rating, rater: Any, relayer: Any, sign: Any, now: Any
) -> None:
    auth = sign(rater, ledger, "Commit", _message(rating, now() + 600))
    receipt = commit(rating, relayer, auth)
    [event] = receipt.decode_logs(ledger.RatingCommitted)
    assert event.actor == rater.address


def test_commit__signature_at_its_deadline__reverts(
    ledger: Any, rating: Rating, rater: Any, relayer: Any, sign: Any, now: Any, travel: Any
) -> None:
    deadline = now() + 600
    auth = sign(rater, ledger, "Commit", _message(rating, deadline))
    travel(deadline)
    with ape.reverts("auth: expired"):
        commit(rating, relayer, auth)


@pytest.mark.parametrize("field", ["source", "deal", "side", "commitment"])
def test_commit__signature_for_something_else__reverts(
    ledger: Any, rating: Rating, rater: Any, relayer: Any, sign: Any, now: Any, field: str
) -> None:
    other = {"source": ledger.address, "deal": b"\1" * 32, "side": 1, "commitment": b"\1" * 32}
    auth = sign(rater, ledger, "Commit", _message(rating, now() + 600) | {field: other[field]})
    with ape.reverts("auth: bad signature"):
        commit(rating, relayer, auth)


def test_commit__signature_for_another_chain__reverts(
    ledger: Any, rating: Rating, rater: Any, relayer: Any, sign: Any, now: Any
) -> None:
    auth = sign(rater, ledger, "Commit", _message(rating, now() + 600), chain_id=1)
    with ape.reverts("auth: bad signature"):
        commit(rating, relayer, auth)


def test_commit__signed_by_stranger__reverts(
    ledger: Any, rating: Rating, stranger: Any, relayer: Any, sign: Any, now: Any
) -> None:
    auth = sign(stranger, ledger, "Commit", _message(rating, now() + 600))
    with ape.reverts("reputation: not the rater"):
        commit(rating, relayer, auth)
