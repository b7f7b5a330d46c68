"""`MinimumReputation` inside real requests, over ratings of real bookings."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import GRANTED, PENDING
from contracts.reputation.rating import WEEK_S, Rating, commit, reveal

SERVICE = 0xABCDEF


@pytest.fixture
def policy(container: Any, ledger: Any, deployer: Any) -> Any:
    """A fresh `MinimumReputation`."""
    return container("MinimumReputation").deploy(ledger, sender=deployer)


@pytest.fixture
def source(container: Any, deployer: Any) -> Any:
    """Deals whose ratings count."""
    return container("MockRatingSource").deploy(sender=deployer)


@pytest.fixture
def rated(
    source: Any, ledger: Any, rater: Any, deployer: Any, now: Any, travel: Any
) -> Callable[[Any, int], None]:
    """`rated(member, score)`: a deal of the member that ended in this score."""

    def rate(member: Any, score: int) -> None:
        source.set_deal([rater, member], SERVICE, 12_000_000, sender=deployer)
        rating = Rating(ledger, source, rater, member, side=0, score=score)
        commit(rating, sender=rater)
        travel(now() + WEEK_S)
        reveal(rating, sender=rater)

    return rate


def param(source: Any, mean: int, count: int, service: int = SERVICE) -> int:
    """As the policy packs it; the mean in thousandths."""
    return mean | count << 16 | service << 32 | int(source.address, 16) << 56


def test_policy__names_its_ledger(policy: Any, ledger: Any) -> None:
    assert policy.LEDGER() == ledger.address


def test_request__of_a_well_rated_member__is_granted(
    policy: Any, source: Any, rated: Any, announced: Any, ask: Any, requester: Any, now: Any
) -> None:
    rated(requester, 4)
    gated = announced(policy, param(source, 4_000, 1))
    assert ask(gated, requester, start_s=_soon(now))[1] == GRANTED


def test_request__of_a_badly_rated_member__is_refused(
    policy: Any, source: Any, rated: Any, announced: Any, ask: Any, requester: Any, now: Any
) -> None:
    rated(requester, 4)
    gated = announced(policy, param(source, 4_001, 1))
    with ape.reverts("bookings: policy denies"):
        ask(gated, requester, start_s=_soon(now))


def test_request__of_a_member_with_too_few_ratings__waits_for_the_owner(
    policy: Any, source: Any, rated: Any, announced: Any, ask: Any, requester: Any, now: Any
) -> None:
    rated(requester, 5)
    gated = announced(policy, param(source, 1_000, 2))
    assert ask(gated, requester, start_s=_soon(now))[1] == PENDING


def test_request__of_a_new_member__waits_for_the_owner(
    policy: Any, source: Any, announced: Any, ask: Any, stranger: Any
) -> None:
    assert ask(announced(policy, param(source, 0, 0)), stranger)[1] == PENDING


def test_request__rated_elsewhere__waits_for_the_owner(
    policy: Any, source: Any, bookings: Any, rated: Any, announced: Any, ask: Any, requester: Any, now: Any
) -> None:
    rated(requester, 5)
    of_another_source = announced(policy, param(bookings, 1_000, 1), "a")
    of_another_service = announced(policy, param(source, 1_000, 1, service=1), "b")
    assert ask(of_another_source, requester, start_s=_soon(now))[1] == PENDING
    assert ask(of_another_service, requester, start_s=_soon(now))[1] == PENDING


def _soon(now: Any) -> int:
    return (int(now()) // 3_600 + 24) * 3_600
