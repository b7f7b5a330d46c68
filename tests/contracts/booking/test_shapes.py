"""Capacity, buffer, an owner's block, the states of a resource, and early returns."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import (
    ACTIVE,
    CANCELLED,
    DAY_S,
    GRANTED,
    HOUR_S,
    PAUSED,
    RETIRED,
    WAS_GRANTED,
    number,
    on_grid,
    request_of,
)
from contracts.signing import EMPTY_AUTH


def lanes(bookings: Any, resource: bytes, start: int, count: int) -> list[int]:
    """The units granted in `count` hours from `start`."""
    first = start // HOUR_S
    return [
        bookings.calendar_word(resource, i // 32) >> 8 * (i % 32) & 255 for i in range(first, first + count)
    ]


def test_lanes__requests__add_up_to_the_capacity_and_no_further(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any
) -> None:
    hall = announced("hall", rule=1, capacity=5)
    first = request_of(hall, requester.address, start, 4, units=3)
    bookings.request(first, EMPTY_AUTH, sender=requester)
    second = request_of(hall, requester.address, start + 2 * HOUR_S, 4, units=2, salt=number("second"))
    bookings.request(second, EMPTY_AUTH, sender=requester)
    assert lanes(bookings, hall, start - HOUR_S, 8) == [0, 3, 3, 5, 5, 2, 2, 0]
    assert not bookings.is_free(hall, start + 3 * HOUR_S, 1)
    assert bookings.is_free_for(hall, start + 4 * HOUR_S, 1, 3)
    assert not bookings.is_free_for(hall, start + 4 * HOUR_S, 1, 4)
    with ape.reverts("bookings: not free"):
        third = request_of(hall, requester.address, start + HOUR_S, 2, units=1, salt=number("third"))
        bookings.request(third, EMPTY_AUTH, sender=requester)
    bookings.cancel(first, EMPTY_AUTH, sender=requester)
    assert lanes(bookings, hall, start, 6) == [0, 0, 2, 2, 2, 2]
    bookings.request(third, EMPTY_AUTH, sender=requester)


def test_lanes__255_units__touch_no_neighbour(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any
) -> None:
    hall = announced("hall", rule=1, capacity=255)
    for at in (start, start + 2 * HOUR_S):
        wanted = request_of(hall, requester.address, at, 1, units=255)
        bookings.request(wanted, EMPTY_AUTH, sender=requester)
    assert lanes(bookings, hall, start - HOUR_S, 5) == [0, 255, 0, 255, 0]
    with ape.reverts("bookings: not free"):
        one_more = request_of(hall, requester.address, start, 1, salt=number("one"))
        bookings.request(one_more, EMPTY_AUTH, sender=requester)
    between = request_of(hall, requester.address, start + HOUR_S, 1, units=255)
    bookings.request(between, EMPTY_AUTH, sender=requester)
    assert lanes(bookings, hall, start - HOUR_S, 5) == [0, 255, 255, 255, 0]


def test_lanes__longest__lies_over_129_words(
    bookings: Any, announced: Callable[..., bytes], now: Any, requester: Any
) -> None:
    hall = announced("hall", rule=1, capacity=2, quantum=0, max_quanta=4095)
    first_s = on_grid(now() + DAY_S, 32 * 300) + 31 * 300
    wanted = request_of(hall, requester.address, first_s, 4095, units=2)
    bookings.request(wanted, EMPTY_AUTH, sender=requester)
    index = first_s // 300 // 32
    assert bookings.calendar_word(hall, index) == 2 << 248
    assert bookings.calendar_word(hall, index + 64) == (2**256 - 1) // 255 * 2
    assert bookings.calendar_word(hall, index + 128) == ((2**256 - 1) // 255 * 2) % 2**240
    assert bookings.calendar_word(hall, index + 129) == 0
    assert not bookings.is_free_for(hall, first_s, 4095, 1)
    bookings.cancel(wanted, EMPTY_AUTH, sender=requester)
    assert bookings.is_free_for(hall, first_s, 4095, 2)


@pytest.mark.parametrize("units", [0, 6, 2**256 - 1])
def test_lanes__units_beyond_the_capacity__reverts(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any, units: int
) -> None:
    hall = announced("hall", rule=1, capacity=5)
    with ape.reverts("bookings: units out of range"):
        wanted = request_of(hall, requester.address, start, units=units)
        bookings.request(wanted, EMPTY_AUTH, sender=requester)
    assert not bookings.is_free_for(hall, start, 1, units)
    bookings.request(request_of(hall, requester.address, start, units=5), EMPTY_AUTH, sender=requester)


def test_lanes__confirmed__are_covered_only_then(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any, owner: Any
) -> None:
    hall = announced("hall", capacity=5)
    wanted = request_of(hall, requester.address, start, units=3)
    bookings.request(wanted, EMPTY_AUTH, sender=requester)
    rival = request_of(hall, requester.address, start, units=3, salt=number("rival"))
    bookings.request(rival, EMPTY_AUTH, sender=requester)
    assert lanes(bookings, hall, start, 2) == [0, 0]
    bookings.confirm(wanted, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: not free"):
        bookings.confirm(rival, EMPTY_AUTH, sender=owner)


def test_buffer__on_both_sides__must_be_free(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any, covered: Any
) -> None:
    bus = announced("bus", rule=1, buffer_quanta=2)
    bookings.request(request_of(bus, requester.address, start, 3), EMPTY_AUTH, sender=requester)
    assert covered(bus, around_s=start) == {start // HOUR_S + i for i in range(3)}
    for first_h, quanta in ((-2, 1), (-1, 1), (-3, 2), (3, 1), (4, 9)):
        assert not bookings.is_free(bus, start + first_h * HOUR_S, quanta)
        with ape.reverts("bookings: not free"):
            near = request_of(bus, requester.address, start + first_h * HOUR_S, quanta)
            bookings.request(near, EMPTY_AUTH, sender=requester)
    for first_h, quanta in ((-3, 1), (5, 2)):
        assert bookings.is_free(bus, start + first_h * HOUR_S, quanta)
        apart = request_of(bus, requester.address, start + first_h * HOUR_S, quanta)
        bookings.request(apart, EMPTY_AUTH, sender=requester)


def test_buffer__of_the_widest__is_looked_at_to_its_ends(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any, owner: Any
) -> None:
    bus = announced("bus", buffer_quanta=63)
    for first_h in (-63, 64):
        block = request_of(bus, owner.address, start + first_h * HOUR_S, 1)
        if first_h < 0:
            continue
        bookings.request(block, EMPTY_AUTH, sender=owner)
    assert bookings.is_free(bus, start, 1)
    assert not bookings.is_free(bus, start, 2)


def test_block__of_the_owner__is_granted_at_once_without_notice(
    bookings: Any, announced: Callable[..., bytes], now: Any, owner: Any, requester: Any
) -> None:
    careful = announced("careful", notice_hours=24)
    soon = on_grid(now() + HOUR_S)
    with ape.reverts("bookings: notice too short"):
        bookings.request(request_of(careful, requester.address, soon), EMPTY_AUTH, sender=requester)
    block = request_of(careful, owner.address, soon)
    receipt = bookings.request(block, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(bookings.BookingRequested)
    assert event.expires_at == 0
    assert bookings.request_word(bookings.request_id(block)) == GRANTED | WAS_GRANTED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quanta": 169}, "bookings: too long"),
        ({"off_s": 1}, "bookings: off the grid"),
        ({"off_s": 90 * DAY_S}, "bookings: beyond the horizon"),
        ({"off_s": -9 * DAY_S}, "bookings: start has passed"),
    ],
    ids=str,
)
def test_block__outside_what_is_offered__reverts(
    bookings: Any, drill: bytes, start: int, owner: Any, changes: dict[str, int], reason: str
) -> None:
    off_s = changes.get("off_s", 0)
    with ape.reverts(reason):
        block = request_of(drill, owner.address, start + off_s, changes.get("quanta", 2))
        bookings.request(block, EMPTY_AUTH, sender=owner)


def test_block__over_a_grant__reverts(
    bookings: Any, granted: dict[str, Any], drill: bytes, start: int, owner: Any
) -> None:
    with ape.reverts("bookings: not free"):
        bookings.request(request_of(drill, owner.address, start), EMPTY_AUTH, sender=owner)


def test_state__paused__takes_no_requests_but_decisions_and_blocks(
    bookings: Any, pending: dict[str, Any], drill: bytes, start: int, owner: Any, requester: Any
) -> None:
    before = bookings.resource(drill)
    receipt = bookings.set_resource_state(drill, PAUSED, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(bookings.ResourceStateChanged)
    assert (bytes(event.resource), event.actor, event.state) == (drill, owner, PAUSED)
    assert bookings.resource(drill) == before ^ (ACTIVE ^ PAUSED) << 166
    with ape.reverts("bookings: paused"):
        other = request_of(drill, requester.address, start + 9 * HOUR_S)
        bookings.request(other, EMPTY_AUTH, sender=requester)
    bookings.confirm(pending, EMPTY_AUTH, sender=owner)
    bookings.request(request_of(drill, owner.address, start + 5 * HOUR_S), EMPTY_AUTH, sender=owner)
    bookings.set_resource_state(drill, ACTIVE, EMPTY_AUTH, sender=owner)
    bookings.request(other, EMPTY_AUTH, sender=requester)


def test_state__retired__grants_nothing_and_keeps_what_was_granted(
    bookings: Any, granted: dict[str, Any], drill: bytes, start: int, owner: Any, requester: Any
) -> None:
    waiting = request_of(drill, requester.address, start + 9 * HOUR_S)
    also = request_of(drill, requester.address, start + 9 * HOUR_S, salt=number("also"))
    for asked in (waiting, also):
        bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.set_resource_state(drill, RETIRED, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: retired"):
        bookings.confirm(waiting, EMPTY_AUTH, sender=owner)
    for by in (owner, requester):
        with ape.reverts("bookings: retired"):
            block = request_of(drill, by.address, start + 20 * HOUR_S)
            bookings.request(block, EMPTY_AUTH, sender=by)
    with ape.reverts("bookings: retired"):
        bookings.set_resource_state(drill, ACTIVE, EMPTY_AUTH, sender=owner)
    bookings.deny(waiting, bytes(32), EMPTY_AUTH, sender=owner)
    bookings.cancel(also, EMPTY_AUTH, sender=requester)
    assert bookings.request_state(bookings.request_id(granted)) == GRANTED
    bookings.cancel(granted, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("state", [0, ACTIVE, 4])
def test_state__no_such_change__reverts(bookings: Any, drill: bytes, owner: Any, state: int) -> None:
    with ape.reverts("bookings: no such change"):
        bookings.set_resource_state(drill, state, EMPTY_AUTH, sender=owner)


def test_state__by_another__reverts(bookings: Any, drill: bytes, stranger: Any) -> None:
    for thing in (drill, number("nothing here")):
        with ape.reverts("bookings: not the owner"):
            bookings.set_resource_state(thing, PAUSED, EMPTY_AUTH, sender=stranger)


def test_state__signed__acts_once_although_the_word_comes_back(
    bookings: Any, drill: bytes, owner: Any, relayer: Any, now: Any, sign: Any
) -> None:
    message = {
        "resource": drill,
        "state": PAUSED,
        "word": bookings.resource(drill),
        "deadline": now() + HOUR_S,
    }
    auth = sign(owner, bookings, "SetResourceState", message)
    bookings.set_resource_state(drill, PAUSED, auth, sender=relayer)
    with ape.reverts("auth: bad signature"):
        bookings.set_resource_state(drill, PAUSED, auth, sender=relayer)
    bookings.set_resource_state(drill, ACTIVE, EMPTY_AUTH, sender=owner)
    with ape.reverts("auth: nonce used"):
        bookings.set_resource_state(drill, PAUSED, auth, sender=relayer)


def test_return_early__running__frees_the_rest(
    bookings: Any, drill: bytes, start: int, owner: Any, requester: Any, travel: Any, covered: Any
) -> None:
    asked = request_of(drill, requester.address, start, 5)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.confirm(asked, EMPTY_AUTH, sender=owner)
    key = bookings.request_id(asked)
    before = bookings.request_word(key)
    travel(start + HOUR_S + 1)
    receipt = bookings.return_early(asked, start + 2 * HOUR_S, EMPTY_AUTH, sender=requester)
    (event,) = receipt.decode_logs(bookings.BookingReturned)
    assert (bytes(event.request), bytes(event.resource)) == (bytes(key), drill)
    assert (event.actor, event.end) == (requester, start + 2 * HOUR_S)
    assert bookings.request_word(key) == before | (start + 2 * HOUR_S) << 45
    assert bookings.request_state(key) == GRANTED
    assert covered(drill, around_s=start) == {start // HOUR_S, start // HOUR_S + 1}
    again = request_of(drill, requester.address, start + 2 * HOUR_S, 3)
    bookings.request(again, EMPTY_AUTH, sender=requester)
    bookings.confirm(again, EMPTY_AUTH, sender=owner)


def test_return_early__twice__leaves_only_the_last_end(
    bookings: Any, drill: bytes, start: int, owner: Any, requester: Any
) -> None:
    asked = request_of(drill, requester.address, start, 5)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.confirm(asked, EMPTY_AUTH, sender=owner)
    key = bookings.request_id(asked)
    before = bookings.request_word(key)
    for end_s in (start + 3 * HOUR_S, start + 2 * HOUR_S, start + HOUR_S):
        bookings.return_early(asked, end_s, EMPTY_AUTH, sender=requester)
        assert bookings.request_word(key) == before | end_s << 45


@pytest.mark.parametrize("end_h", [0, 1, 5, 6])
def test_return_early__end_out_of_range__reverts(
    bookings: Any, drill: bytes, start: int, owner: Any, requester: Any, travel: Any, end_h: int
) -> None:
    asked = request_of(drill, requester.address, start, 5)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.confirm(asked, EMPTY_AUTH, sender=owner)
    travel(start + HOUR_S + 1)
    with ape.reverts("bookings: end out of range"):
        bookings.return_early(asked, start + end_h * HOUR_S, EMPTY_AUTH, sender=requester)


def test_return_early__off_the_grid__reverts(
    bookings: Any, granted: dict[str, Any], start: int, requester: Any
) -> None:
    with ape.reverts("bookings: off the grid"):
        bookings.return_early(granted, start + HOUR_S + 1, EMPTY_AUTH, sender=requester)


def test_return_early__not_granted_or_not_his__reverts(
    bookings: Any, pending: dict[str, Any], start: int, requester: Any, owner: Any
) -> None:
    with ape.reverts("bookings: not granted"):
        bookings.return_early(pending, start + HOUR_S, EMPTY_AUTH, sender=requester)
    bookings.confirm(pending, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: not the requester"):
        bookings.return_early(pending, start + HOUR_S, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: unknown request"):
        bookings.return_early({**pending, "quanta": 9}, start + HOUR_S, EMPTY_AUTH, sender=requester)


def test_return_early__then_cancelled__frees_no_time_of_another(
    bookings: Any, granted: dict[str, Any], drill: bytes, start: int, requester: Any, owner: Any, covered: Any
) -> None:
    bookings.return_early(granted, start + HOUR_S, EMPTY_AUTH, sender=requester)
    bookings.request(request_of(drill, owner.address, start + HOUR_S), EMPTY_AUTH, sender=owner)
    bookings.cancel(granted, EMPTY_AUTH, sender=requester)
    key = bookings.request_id(granted)
    assert bookings.request_state(key) == CANCELLED
    assert bookings.request_word(key) & WAS_GRANTED
    assert covered(drill, around_s=start) == {start // HOUR_S + 1, start // HOUR_S + 2}


def test_return_early__of_units__frees_only_those(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any
) -> None:
    hall = announced("hall", rule=1, capacity=9)
    for units in (3, 4):
        asked = request_of(hall, requester.address, start, 3, units=units)
        bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.return_early(asked, start + HOUR_S, EMPTY_AUTH, sender=requester)
    assert lanes(bookings, hall, start, 4) == [7, 3, 3, 0]


def test_return_early__signed__dies_with_the_word(
    bookings: Any, granted: dict[str, Any], start: int, requester: Any, relayer: Any, now: Any, sign: Any
) -> None:
    word = bookings.request_word(bookings.request_id(granted))
    message = {"request": granted, "end": start + HOUR_S, "word": word, "deadline": now() + HOUR_S}
    auth = sign(requester, bookings, "ReturnEarly", message)
    bookings.return_early(granted, start + HOUR_S, auth, sender=relayer)
    with ape.reverts("auth: bad signature"):
        bookings.return_early(granted, start + HOUR_S, auth, sender=relayer)


def test_right_to_rate__after_an_early_return__begins_with_the_new_end(
    bookings: Any, granted: dict[str, Any], start: int, requester: Any, owner: Any, reach: Any
) -> None:
    from contracts.booking.test_right_to_rate import encoded

    bookings.return_early(granted, start + HOUR_S, EMPTY_AUTH, sender=requester)
    reach(start + HOUR_S - 1)
    with ape.reverts("bookings: not over yet"):
        bookings.right_to_rate(encoded(granted), 0)
    reach(start + HOUR_S)
    assert bookings.right_to_rate(encoded(granted), 0)[1] == requester
