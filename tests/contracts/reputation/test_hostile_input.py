"""Ratings with second forms of signatures, from wallets that mean harm, and with the greatest numbers."""

from typing import Any

import ape
import pytest
from contracts.reputation.rating import Rating, commit, rate_both, rate_message, reputation
from contracts.signing import CURVE_ORDER, EMPTY_AUTH

MOST = 2**256 - 1


def message_of(rating: Rating, deadline: int) -> dict[str, Any]:
    """What the rater signs to commit."""
    return {
        "source": rating.source.address,
        "deal": rating.deal,
        "side": rating.side,
        "commitment": rating.commitment(),
        "deadline": deadline,
    }


def mirrored(auth: tuple[str, int, bytes]) -> tuple[str, int, bytes]:
    """The second form of a signature."""
    signer, deadline, signed = auth
    high_s = CURVE_ORDER - int.from_bytes(signed[32:64], "big")
    return signer, deadline, signed[:32] + high_s.to_bytes(32, "big") + bytes([55 - signed[64]])


def test_commit__mirrored_signature__reverts(
    ledger: Any, rating: Rating, rater: Any, relayer: Any, sign: Any, now: Any
) -> None:
    auth = sign(rater, ledger, "Commit", message_of(rating, now() + 600))
    with ape.reverts("auth: bad signature"):
        commit(rating, relayer, mirrored(auth))
    commit(rating, relayer, auth)


def test_rate_both__mirrored_signature__reverts(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, sign: Any, now: Any
) -> None:
    auth = sign(subject, ledger, "Rate", rate_message(answer, now() + 600))
    with ape.reverts("auth: bad signature"):
        rate_both(rating, answer, rater, (EMPTY_AUTH, mirrored(auth)))
    rate_both(rating, answer, rater, (EMPTY_AUTH, auth))


@pytest.mark.parametrize("elsewhere", [{"verifying_contract": "0x" + "11" * 20}, {"name": "Allmende Escrow"}])
def test_commit__signed_for_another_contract__reverts(
    ledger: Any, rating: Rating, rater: Any, relayer: Any, sign: Any, now: Any, elsewhere: dict[str, Any]
) -> None:
    auth = sign(rater, ledger, "Commit", message_of(rating, now() + 600), **elsewhere)
    with ape.reverts("auth: bad signature"):
        commit(rating, relayer, auth)


@pytest.mark.parametrize("mode", [1, 2, 3, 4], ids=["reverts", "burns gas", "bombs", "answers otherwise"])
def test_commit__signed_by_a_wallet_that_misbehaves__reverts(
    ledger: Any, rating: Rating, container: Any, source: Any, rater: Any, subject: Any, relayer: Any,
    sign: Any, now: Any, deployer: Any, mode: int,
) -> None:  # fmt: skip
    wallet = container("MockWallet").deploy(rater, sender=rater)
    source.set_deal([wallet, subject], 0xABCDEF, 12_000_000, sender=deployer)
    auth = sign(rater, ledger, "Commit", message_of(rating, now() + 600), signer=wallet.address)
    wallet.set_mode(mode, 0, sender=rater)
    with ape.reverts("auth: bad signature"):
        commit(rating, relayer, auth)
    wallet.set_mode(0, 0, sender=rater)
    commit(rating, relayer, auth)


@pytest.mark.parametrize("score", [0, 6, MOST])
def test_rate_both__score_that_is_none__reverts(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, score: int
) -> None:
    opinions = [(score, bytes(32)), (answer.score, bytes(32))]
    reason = "reputation: score too high" if score else "reputation: score too low"
    with ape.reverts(reason):
        ledger.rate_both(rating.source, rating.terms, opinions, [EMPTY_AUTH] * 2, sender=rater)


@pytest.mark.parametrize("amount", [0, MOST])
def test_rate_both__of_a_deal_about_any_amount__weighs_the_same(
    ledger: Any, rating: Rating, answer: Rating, source: Any, rater: Any, subject: Any, sign: Any, now: Any,
    deployer: Any, amount: int,
) -> None:  # fmt: skip
    source.set_deal([rater, subject], 0xABCDEF, amount, sender=deployer)
    auth = sign(subject, ledger, "Rate", rate_message(answer, now() + 600))
    rate_both(rating, answer, rater, (EMPTY_AUTH, auth))
    assert reputation(rating, subject) == (5 * 2**40, 2**40, 1)


def test_commit__with_terms_longer_than_any_deals__reverts(ledger: Any, source: Any, rater: Any) -> None:
    ledger.commit(source, bytes(384), 0, b"\7" * 32, EMPTY_AUTH, sender=rater)
    with ape.reverts():
        ledger.commit(source, bytes(385), 1, b"\7" * 32, EMPTY_AUTH, sender=rater)


def test_rate_both__with_three_authorisations__reverts(
    ledger: Any, rating: Rating, answer: Rating, rater: Any
) -> None:
    opinions = [(rating.score, bytes(32)), (answer.score, bytes(32))]
    with ape.reverts():
        ledger.rate_both(rating.source, rating.terms, opinions, [EMPTY_AUTH] * 3, sender=rater)
