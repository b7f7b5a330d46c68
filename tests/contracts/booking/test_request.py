"""Asking for an interval: what is kept, what is granted at once, and everything that is refused."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import (
    DAY_S,
    EXPIRED,
    GRANTED,
    HOUR_S,
    PENDING,
    WAS_GRANTED,
    number,
    on_grid,
    request_of,
)
from contracts.signing import EMPTY_AUTH

REFUSED_FIELDS = [
    ({"resource": number("nothing here")}, "bookings: unknown resource"),
    ({"units": 0}, "bookings: units out of range"),
    ({"units": 2}, "bookings: units out of range"),
    ({"bundle": number("set")}, "bookings: part of a whole"),
    ({"quanta": 0}, "bookings: no quanta"),
    ({"quanta": 169}, "bookings: too long"),
]


def test_request__manual__waits_and_occupies_nothing(
    bookings: Any, wanted: dict[str, Any], requester: Any, now: Any, travel: Any, covered: Any
) -> None:
    moment = now() + 10
    travel(moment)
    receipt = bookings.request(wanted, EMPTY_AUTH, sender=requester)
    key = bookings.request_id(wanted)
    expires_at = moment + 48 * HOUR_S
    assert bookings.request_word(key) == PENDING | expires_at << 4
    assert bookings.request_state(key) == PENDING
    assert bookings.is_free(wanted["resource"], wanted["start"], 2)
    assert covered(wanted["resource"], around_s=moment) == set()
    (event,) = receipt.decode_logs(bookings.BookingRequested)
    assert (bytes(event.request), bytes(event.resource)) == (bytes(key), wanted["resource"])
    assert (event.requester, event.actor) == (requester, requester)
    assert (event.start, event.quanta, event.units) == (wanted["start"], 2, 1)
    assert (bytes(event.gathering), bytes(event.bundle), bytes(event.salt)) == (
        bytes(32),
        bytes(32),
        wanted["salt"],
    )
    assert event.expires_at == expires_at


def test_request__close_to_the_start__expires_at_the_start(
    bookings: Any, drill: bytes, requester: Any, now: Any
) -> None:
    soon = on_grid(now() + HOUR_S)
    wanted = request_of(drill, requester.address, soon)
    bookings.request(wanted, EMPTY_AUTH, sender=requester)
    assert bookings.request_word(bookings.request_id(wanted)) == PENDING | soon << 4


def test_request__first_come__is_granted_at_once(
    bookings: Any, first_come: bytes, start: int, requester: Any, covered: Any
) -> None:
    wanted = request_of(first_come, requester.address, start, 3)
    receipt = bookings.request(wanted, EMPTY_AUTH, sender=requester)
    key = bookings.request_id(wanted)
    assert bookings.request_word(key) == GRANTED | WAS_GRANTED
    assert bookings.request_state(key) == GRANTED
    (event,) = receipt.decode_logs(bookings.BookingRequested)
    assert event.expires_at == 0
    assert not receipt.decode_logs(bookings.BookingGranted)
    first = start // HOUR_S
    assert covered(first_come, around_s=start) == {first, first + 1, first + 2}


def test_request__first_come_over_a_grant__reverts(
    bookings: Any, first_come: bytes, start: int, requester: Any, stranger: Any
) -> None:
    bookings.request(request_of(first_come, requester.address, start, 3), EMPTY_AUTH, sender=requester)
    for first, quanta in ((start, 1), (start - HOUR_S, 2), (start + 2 * HOUR_S, 5), (start - HOUR_S, 9)):
        with ape.reverts("bookings: not free"):
            bookings.request(
                request_of(first_come, stranger.address, first, quanta), EMPTY_AUTH, sender=stranger
            )
    for first, quanta in ((start - 2 * HOUR_S, 2), (start + 3 * HOUR_S, 1)):
        bookings.request(request_of(first_come, stranger.address, first, quanta), EMPTY_AUTH, sender=stranger)


@pytest.mark.parametrize(("changes", "reason"), REFUSED_FIELDS, ids=str)
def test_request__field_not_offered__reverts(
    bookings: Any, wanted: dict[str, Any], requester: Any, changes: dict[str, Any], reason: str
) -> None:
    with ape.reverts(reason):
        bookings.request({**wanted, **changes}, EMPTY_AUTH, sender=requester)


def test_request__for_a_gathering__tells_it(bookings: Any, wanted: Any, requester: Any) -> None:
    receipt = bookings.request({**wanted, "gathering": number("party")}, EMPTY_AUTH, sender=requester)
    (event,) = receipt.decode_logs(bookings.BookingRequested)
    assert bytes(event.gathering) == number("party")


def test_request__as_long_as_allowed__is_accepted(bookings: Any, wanted: Any, requester: Any) -> None:
    bookings.request({**wanted, "quanta": 168}, EMPTY_AUTH, sender=requester)


def test_request__in_anothers_name__reverts(bookings: Any, wanted: Any, stranger: Any) -> None:
    with ape.reverts("bookings: not the requester"):
        bookings.request(wanted, EMPTY_AUTH, sender=stranger)


def test_request__twice__reverts(bookings: Any, pending: Any, requester: Any) -> None:
    with ape.reverts("bookings: already requested"):
        bookings.request(pending, EMPTY_AUTH, sender=requester)


def test_request__cancelled_before__cannot_come_back(bookings: Any, pending: Any, requester: Any) -> None:
    bookings.cancel(pending, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: already requested"):
        bookings.request(pending, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("late_s", [0, 1, 3 * HOUR_S])
def test_request__at_or_after_the_start__reverts(
    bookings: Any, wanted: Any, requester: Any, travel: Any, late_s: int
) -> None:
    travel(wanted["start"] + late_s)
    with ape.reverts("bookings: start has passed"):
        bookings.request(wanted, EMPTY_AUTH, sender=requester)


def test_request__one_second_before_the_start__is_accepted(
    bookings: Any, wanted: Any, requester: Any, travel: Any
) -> None:
    travel(wanted["start"] - 1)
    bookings.request(wanted, EMPTY_AUTH, sender=requester)


def test_request__notice__is_kept_to_the_second(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any, travel: Any
) -> None:
    careful = announced("careful", notice_hours=24)
    wanted = request_of(careful, requester.address, start)
    travel(start - DAY_S + 1)
    with ape.reverts("bookings: notice too short"):
        bookings.request(wanted, EMPTY_AUTH, sender=requester)
    later = {**wanted, "start": start + HOUR_S}
    travel(start + HOUR_S - DAY_S)
    bookings.request(later, EMPTY_AUTH, sender=requester)


def test_request__horizon__is_kept_to_the_second(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any, travel: Any
) -> None:
    near = announced("near", horizon_days=2)
    wanted = request_of(near, requester.address, start)
    travel(start - 2 * DAY_S - 1)
    with ape.reverts("bookings: beyond the horizon"):
        bookings.request(wanted, EMPTY_AUTH, sender=requester)
    travel(start - 2 * DAY_S)
    bookings.request(wanted, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("off_s", [1, 900, 1_800, HOUR_S - 1])
def test_request__off_the_grid__reverts(bookings: Any, wanted: Any, requester: Any, off_s: int) -> None:
    with ape.reverts("bookings: off the grid"):
        bookings.request({**wanted, "start": wanted["start"] + off_s}, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize(
    ("quantum", "phase", "quantum_s"),
    [(0, 0, 300), (1, 1, 900), (2, 1, 1_800), (3, 95, 3_600), (4, 92, DAY_S)],
)
def test_request__every_quantum_and_phase__lands_on_its_bit(
    bookings: Any,
    announced: Callable[..., bytes],
    requester: Any,
    now: Any,
    covered: Any,
    quantum: int,
    phase: int,
    quantum_s: int,
) -> None:
    thing = announced("thing", rule=1, quantum=quantum, phase=phase)
    first_s = on_grid(now() + DAY_S, quantum_s, phase * 900)
    wanted = request_of(thing, requester.address, first_s, 1)
    with ape.reverts("bookings: off the grid"):
        bookings.request({**wanted, "start": first_s + quantum_s // 3}, EMPTY_AUTH, sender=requester)
    bookings.request(wanted, EMPTY_AUTH, sender=requester)
    index = (first_s - phase * 900) // quantum_s
    assert covered(thing, quantum_s, first_s - phase * 900) == {index}
    assert not bookings.is_free(thing, first_s, 1)
    assert bookings.is_free(thing, first_s + quantum_s, 1)
    assert bookings.is_free(thing, first_s - quantum_s, 1)


def test_request__longest_over_seventeen_words__covers_exactly_itself(
    bookings: Any, announced: Callable[..., bytes], requester: Any, now: Any, covered: Any
) -> None:
    thing = announced("thing", rule=1, quantum=0, max_quanta=4095)
    word_s = 256 * 300
    first_s = on_grid(now() + DAY_S, word_s) + 255 * 300
    wanted = request_of(thing, requester.address, first_s, 4095)
    bookings.request(wanted, EMPTY_AUTH, sender=requester)
    first = first_s // 300
    words = [bookings.calendar_word(thing, first // 256 + i) for i in range(-1, 18)]
    assert words == [0, 1 << 255, *([2**256 - 1] * 15), 2**254 - 1, 0]
    assert not bookings.is_free(thing, first_s + 4094 * 300, 1)
    assert bookings.is_free(thing, first_s + 4095 * 300, 4095)
    bookings.cancel(wanted, EMPTY_AUTH, sender=requester)
    assert bookings.is_free(thing, first_s, 4095)


def test_is_free__what_is_not_offered__is_not_free(bookings: Any, drill: bytes, start: int) -> None:
    assert bookings.is_free(drill, start, 168)
    assert not bookings.is_free(drill, start, 169)
    assert not bookings.is_free(drill, start, 0)
    assert not bookings.is_free(drill, start + 1, 1)
    assert not bookings.is_free(number("nothing here"), start, 1)


def test_request_state__after_its_time__is_expired(bookings: Any, pending: Any, chain: Any, now: Any) -> None:
    key = bookings.request_id(pending)
    expires_at = bookings.request_word(key) >> 4
    chain.mine(timestamp=expires_at - 1)
    assert bookings.request_state(key) == PENDING
    chain.mine(timestamp=expires_at + 1)
    assert bookings.request_state(key) == EXPIRED
    assert bookings.request_state(number("nothing here")) == 0
