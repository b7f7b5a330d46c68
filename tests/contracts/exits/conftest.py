"""Worlds are searched once in each process; the tests read what was found."""

from collections.abc import Callable
from functools import cache

import pytest
from contracts.exits.booking_world import BookingWorld
from contracts.exits.escrow_world import EscrowWorld
from contracts.exits.lottery_world import LotteryWorld
from contracts.exits.rating_world import RatingWorld
from contracts.exits.search import Found, search


@pytest.fixture(scope="session")
def deal() -> Callable[[str], Found]:
    """`deal(name)`: everything that can happen with a small deal."""
    return cache(lambda name: search(EscrowWorld(name)))


@pytest.fixture(scope="session")
def story() -> Callable[[str], Found]:
    """`story(name)`: everything that can happen with a few requests."""
    return cache(lambda name: search(LotteryWorld() if name == "lottery" else BookingWorld(name)))


@pytest.fixture(scope="session")
def ratings() -> Callable[[], Found]:
    """`ratings()`: everything that can happen with the ratings of a deal."""
    return cache(lambda: search(RatingWorld()))
