"""Sources that misbehave: they can spoil what they say themselves, and nothing else."""

from dataclasses import replace
from typing import Any

import ape
import pytest
from contracts.reputation.rating import UNIT, Rating, commit, rate_both, reputation, reveal, slots
from contracts.signing import EMPTY_AUTH

HONEST, REVERTS, REVERTS_LONG, BURNS_GAS, ANSWERS_SHORT = 0, 1, 2, 3, 4
ANSWERS_LONG, DIRTY_ADDRESS, TWO_DEALS, WRITES = 5, 6, 7, 8
GAS_LIMIT = 3_000_000


@pytest.fixture
def hostile(container: Any, deployer: Any) -> Any:
    """A source that can be told to misbehave."""
    return container("MockHostileSource").deploy(sender=deployer)


def _commit(ledger: Any, source: Any, rater: Any, side: int = 0) -> Any:
    return ledger.commit(source, b"terms", side, b"\7" * 32, EMPTY_AUTH, sender=rater, gas_limit=GAS_LIMIT)


def _rate_both(ledger: Any, source: Any, rater: Any, auth: Any) -> Any:
    opinions = [(5, bytes(32)), (1, bytes(32))]
    return ledger.rate_both(source, b"terms", opinions, [EMPTY_AUTH, auth], sender=rater, gas_limit=GAS_LIMIT)


@pytest.mark.parametrize("mode", [REVERTS_LONG, BURNS_GAS, ANSWERS_SHORT, DIRTY_ADDRESS, WRITES])
def test_commit__source_that_bombs_burns_writes_or_answers_nonsense__reverts(
    ledger: Any, hostile: Any, deployer: Any, rater: Any, subject: Any, mode: int
) -> None:
    hostile.set_mode(mode, [rater, subject], sender=deployer)
    with pytest.raises(ape.exceptions.ContractLogicError):
        _commit(ledger, hostile, rater)
    with pytest.raises(ape.exceptions.ContractLogicError):
        _rate_both(ledger, hostile, rater, EMPTY_AUTH)
    # nothing is left behind: an honest answer is taken afterwards
    hostile.set_mode(HONEST, [rater, subject], sender=deployer)
    assert not _commit(ledger, hostile, rater).failed


def test_commit__source_that_refuses__gives_its_own_words(
    ledger: Any, hostile: Any, deployer: Any, rater: Any, subject: Any
) -> None:
    hostile.set_mode(REVERTS, [rater, subject], sender=deployer)
    with ape.reverts("source: no"):
        _commit(ledger, hostile, rater)


def test_commit__source_that_answers_too_much__is_read_as_far_as_it_matters(
    ledger: Any, hostile: Any, deployer: Any, rater: Any, subject: Any
) -> None:
    hostile.set_mode(ANSWERS_LONG, [rater, subject], sender=deployer)
    [event] = _commit(ledger, hostile, rater).decode_logs(ledger.RatingCommitted)
    assert (event.actor, event.subject) == (rater.address, subject.address)


def test_commit__source_that_lets_a_member_rate_himself__reverts(
    ledger: Any, source: Any, deployer: Any, rating: Rating, rater: Any
) -> None:
    source.set_deal([rater, rater], 0xABCDEF, 0, sender=deployer)
    with ape.reverts("reputation: rater is rated"):
        commit(rating, rater)


def test_commit__source_that_knows_no_rater__reverts(
    ledger: Any, source: Any, deployer: Any, rating: Rating, rater: Any, subject: Any
) -> None:
    source.set_deal(["0x" + "00" * 20, subject], 0xABCDEF, 0, sender=deployer)
    with ape.reverts("reputation: no source"):
        commit(rating, rater)


def test_rate_both__source_that_tells_each_side_of_another_deal__spoils_only_its_own(
    ledger: Any, hostile: Any, deployer: Any, rater: Any, subject: Any, sign: Any, now: Any
) -> None:
    from eth_utils import keccak

    hostile.set_mode(TWO_DEALS, [rater, subject], sender=deployer)
    deals = [keccak(keccak(b"terms") + side.to_bytes(32, "big")) for side in (0, 1)]
    message = {
        "source": hostile.address,
        "deal": deals[1],
        "side": 1,
        "score": 1,
        "evidence": bytes(32),
        "deadline": now() + 600,
    }
    auth = sign(subject, ledger, "Rate", message)
    _rate_both(ledger, hostile, rater, auth)
    for side, deal in enumerate(deals):
        word = ledger.commit_word(hostile, deal)
        assert (word >> 112 * side) % 2**112 & 1 == 1
        assert (word >> 112 * (1 - side)) % 2**112 == 0
    with ape.reverts("reputation: already committed"):
        _rate_both(ledger, hostile, rater, auth)


def test_reputation__of_a_source_that_invents_deals__is_kept_apart_from_the_honest_ones(
    ledger: Any, source: Any, hostile: Any, deployer: Any, rating: Rating, answer: Rating,
    rater: Any, subject: Any,
) -> None:  # fmt: skip
    hostile.set_mode(HONEST, [rater, subject], sender=deployer)
    # even where a hostile source names the very deal of an honest one, its word and its sums are others
    commit(rating, rater)
    commit(answer, subject)
    invented = replace(rating, source=hostile, service=0, amount=0)
    _commit(ledger, hostile, rater)
    reveal(rating, rater)
    assert slots(ledger, replace(rating, source=hostile)) == (0, 0, 0)
    assert reputation(rating, subject) == (5 * UNIT, UNIT, 1)
    assert reputation(invented, subject) == (0, 0, 0)
    assert ledger.pair_count(hostile, rater, subject, rating.service) == 0


def test_rate_both__both_sides_the_same_member__reverts_though_one_signature_fits_both(
    source: Any, rating: Rating, answer: Rating, deployer: Any, rater: Any
) -> None:
    source.set_deal([rater, rater], 0xABCDEF, 0, sender=deployer)
    with ape.reverts("reputation: rater is rated"):
        rate_both(rating, answer, rater)
