"""Intervals that reach from one word of the calendar into the next: what is taken there counts as well."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import DAY_S, number, on_grid, request_of
from contracts.signing import EMPTY_AUTH

QUANTUM_S = 300  # `quantum=0`
LANES, BITS = 32, 256  # quanta a word


@pytest.fixture(params=[0, 1], ids=["an even word", "an odd word"])
def edge(request: Any, now: Callable[[], int]) -> Callable[[int], int]:
    """`edge(quanta)`: where a word of so many quanta begins, in some days."""

    def make(quanta: int) -> int:
        word_s = quanta * QUANTUM_S
        return on_grid(now() + 2 * DAY_S, 2 * word_s) + int(request.param) * word_s

    return make


@pytest.mark.parametrize("before", [1, 3, 31])
def test_lanes__full_only_where_the_next_word_begins__are_not_free(
    bookings: Any, announced: Callable[..., bytes], requester: Any, edge: Callable[[int], int], before: int
) -> None:
    hall = announced("hall", rule=1, capacity=2, quantum=0, max_quanta=64)
    begin = edge(LANES)
    bookings.request(request_of(hall, requester.address, begin, 1, units=2), EMPTY_AUTH, sender=requester)
    first = begin - before * QUANTUM_S
    assert bookings.is_free_for(hall, first, before, 2)
    assert not bookings.is_free_for(hall, first, before + 1, 1)
    across = request_of(hall, requester.address, first, before + 1, salt=number("across"))
    with ape.reverts("bookings: not free"):
        bookings.request(across, EMPTY_AUTH, sender=requester)


def test_buffer__that_reaches_into_the_next_word__has_to_be_free_there(
    bookings: Any, announced: Callable[..., bytes], requester: Any, edge: Callable[[int], int]
) -> None:
    bus = announced("bus", rule=1, quantum=0, buffer_quanta=2)
    begin = edge(BITS)
    bookings.request(request_of(bus, requester.address, begin, 1), EMPTY_AUTH, sender=requester)
    assert bookings.is_free(bus, begin - 3 * QUANTUM_S, 1)
    assert not bookings.is_free(bus, begin - 3 * QUANTUM_S, 2)
    near = request_of(bus, requester.address, begin - 2 * QUANTUM_S, 1, salt=number("near"))
    with ape.reverts("bookings: not free"):
        bookings.request(near, EMPTY_AUTH, sender=requester)


def test_interval__taken_only_where_the_next_word_begins__is_not_free(
    bookings: Any, announced: Callable[..., bytes], requester: Any, edge: Callable[[int], int]
) -> None:
    saw = announced("saw", rule=1, quantum=0)
    begin = edge(BITS)
    bookings.request(request_of(saw, requester.address, begin, 1), EMPTY_AUTH, sender=requester)
    first = begin - 2 * QUANTUM_S
    assert bookings.is_free(saw, first, 2)
    assert not bookings.is_free(saw, first, 3)
    across = request_of(saw, requester.address, first, 3, salt=number("across"))
    with ape.reverts("bookings: not free"):
        bookings.request(across, EMPTY_AUTH, sender=requester)
