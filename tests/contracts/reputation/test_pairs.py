"""The k-th rating of the same source, rater, subject and service weighs 1/k."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from contracts.reputation.rating import (
    HALF_LIFE_S,
    UNIT,
    Rating,
    commit,
    entry_of,
    rate_both,
    rate_message,
    reputation,
    reveal,
)
from contracts.signing import EMPTY_AUTH

Rated = Callable[..., Any]


@pytest.fixture
def rate(ledger: Any, container: Any, deployer: Any, subject: Any) -> Rated:
    """`rate(source, rater, subject, score)`: both sides of a fresh deal commit; side 0 is revealed."""
    deals = iter(range(1_000))

    def act(source: Any, rater: Any, subject: Any, score: int = 5, service: int = 0xABCDEF) -> Any:
        source.set_deal([rater, subject], service, 0, sender=deployer)
        terms = next(deals).to_bytes(4, "big")
        facts = {"terms": terms, "service": service, "amount": 0}
        mine = Rating(ledger, source, rater, subject, 0, score, **facts)
        commit(mine, rater)
        commit(Rating(ledger, source, subject, rater, 1, 1, **facts), subject)
        [event] = reveal(mine, rater).decode_logs(ledger.RatingRevealed)
        return event

    return act


def test_reveal__kth_rating_of_a_pair__weighs_one_kth(
    ledger: Any, source: Any, rating: Rating, rater: Any, subject: Any, rate: Rated
) -> None:
    weights = [rate(source, rater, subject).weight for _ in range(4)]
    assert weights == [UNIT, UNIT // 2, UNIT // 3, UNIT // 4]
    total, weight, count = reputation(rating, subject)
    # the sums forget within the seconds of this test, by less than a millionth
    assert abs(Fraction(weight, UNIT) - Fraction(25, 12)) < Fraction(1, 10**4)
    assert (count, ledger.pair_count(source, rater, subject, rating.service)) == (4, 4)
    assert abs(Fraction(total, weight) - 5) < Fraction(1, 10**6)


def test_reveal__kth_rating_by_a_later_rater__weighs_one_kth_too(
    ledger: Any, source: Any, rater: Any, stranger: Any, subject: Any, rate: Rated
) -> None:
    rate(source, rater, subject)
    weights = [rate(source, stranger, subject).weight for _ in range(3)]
    assert weights == [UNIT, UNIT // 2, UNIT // 3]
    assert rate(source, rater, subject).weight == UNIT // 2
    assert ledger.pair_count(source, stranger, subject, 0xABCDEF) == 3


def test_reveal__of_another_source_service_or_direction__is_counted_apart(
    ledger: Any, container: Any, deployer: Any, source: Any, rater: Any, stranger: Any, subject: Any,
    rate: Rated,
) -> None:  # fmt: skip
    other_source = container("MockRatingSource").deploy(sender=deployer)
    for pair in ((rater, subject), (stranger, subject), (subject, stranger), (rater, stranger)):
        assert rate(source, *pair).weight == UNIT
    assert rate(source, stranger, rater).weight == UNIT
    # both directions of a pair share a word, and nothing else
    assert rate(source, subject, rater).weight == UNIT
    assert rate(source, subject, rater).weight == UNIT // 2
    assert rate(source, stranger, subject).weight == UNIT // 2
    assert rate(other_source, rater, subject).weight == UNIT
    assert rate(source, rater, subject, service=1).weight == UNIT
    counts = {
        (a.address, b.address): ledger.pair_count(source, a, b, 0xABCDEF)
        for a in (rater, subject, stranger)
        for b in (rater, subject, stranger)
        if a != b
    }
    assert counts == {
        (rater.address, subject.address): 1,
        (subject.address, rater.address): 2,
        (stranger.address, subject.address): 2,
        (subject.address, stranger.address): 1,
        (rater.address, stranger.address): 1,
        (stranger.address, rater.address): 1,
    }


def test_pair_count__before_any_rating__is_zero(ledger: Any, source: Any, rater: Any, subject: Any) -> None:
    assert ledger.pair_count(source, rater, subject, 0xABCDEF) == 0
    # an address without a single low bit is not taken for the first rater of nobody
    assert ledger.pair_count(source, "0x" + "11" * 14 + "00" * 6, subject, 0xABCDEF) == 0


def test_pair_count__of_another_address_with_the_low_bits_of_the_first_rater__is_that_raters(
    ledger: Any, source: Any, rater: Any, stranger: Any, subject: Any, rate: Rated
) -> None:
    rate(source, rater, subject)
    twin = rater.address[:4] + "77" * 2 + rater.address[8:]
    assert int(twin, 16) != int(rater.address, 16)
    assert int(twin, 16) % 2**44 == int(rater.address, 16) % 2**44
    # so whoever has such an address weighs less than he would, never more
    assert ledger.pair_count(source, twin, subject, 0xABCDEF) == 1
    assert ledger.pair_count(source, stranger, subject, 0xABCDEF) == 0


def test_retract__of_a_rating__does_not_count_it_back(
    ledger: Any, source: Any, rater: Any, subject: Any, rate: Rated, rating: Rating, chain: Any
) -> None:
    event = rate(source, rater, subject)
    at = chain.blocks.head.timestamp
    ledger.retract(source, event.deal, 0, entry_of(rating, at), EMPTY_AUTH, sender=rater)
    assert ledger.pair_count(source, rater, subject, rating.service) == 1
    assert rate(source, rater, subject).weight == UNIT // 2


def test_rate_both__of_a_pair_that_dealt_before__weighs_by_each_direction(
    ledger: Any, source: Any, deployer: Any, rater: Any, subject: Any, rate: Rated, sign: Any, now: Any
) -> None:
    rate(source, rater, subject)
    source.set_deal([rater, subject], 0xABCDEF, 0, sender=deployer)
    praise = Rating(ledger, source, rater, subject, 0, 5, amount=0)
    reply = replace(praise, rater=subject, subject=rater, side=1)
    auth = sign(subject, ledger, "Rate", rate_message(reply, now() + HALF_LIFE_S))
    events = rate_both(praise, reply, rater, (EMPTY_AUTH, auth)).decode_logs(ledger.RatingRevealed)
    assert [event.weight for event in events] == [UNIT // 2, UNIT]
