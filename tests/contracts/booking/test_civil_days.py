"""Whole days that begin when they begin where the thing stands: a phase against UTC."""

from datetime import UTC, datetime
from typing import Any

import ape
from contracts.booking_values import DAY_S, FIRST_COME, HOUR_S, on_grid, request_of
from contracts.signing import EMPTY_AUTH

CIVIL_DAY = 4
# midnight in Vienna in winter is 23:00 UTC, 92 quarters of an hour after the one before
VIENNA = 92


def test_request__civil_days_with_a_phase__begin_at_local_midnight(
    bookings: Any, announced: Any, requester: Any, now: Any
) -> None:
    room = announced("room", rule=FIRST_COME, quantum=CIVIL_DAY, phase=VIENNA, max_quanta=14)
    midnight = on_grid(now() + DAY_S, DAY_S, VIENNA * 900)
    assert datetime.fromtimestamp(midnight, UTC).hour == 23
    two_nights = request_of(room, requester.address, midnight, 2)
    for elsewhere in (midnight + HOUR_S, midnight - HOUR_S, midnight + DAY_S // 2):
        with ape.reverts("bookings: off the grid"):
            bookings.request({**two_nights, "start": elsewhere}, EMPTY_AUTH, sender=requester)
    bookings.request(two_nights, EMPTY_AUTH, sender=requester)
    taken = [bookings.is_free(room, midnight + day * DAY_S, 1) for day in (-1, 0, 1, 2)]
    assert taken == [True, False, False, True]


def test_return_early__of_civil_days__gives_whole_days_back(
    bookings: Any, announced: Any, requester: Any, now: Any
) -> None:
    room = announced("room", rule=FIRST_COME, quantum=CIVIL_DAY, phase=VIENNA, max_quanta=14)
    midnight = on_grid(now() + DAY_S, DAY_S, VIENNA * 900)
    week = request_of(room, requester.address, midnight, 7)
    bookings.request(week, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: off the grid"):
        bookings.return_early(week, midnight + 2 * DAY_S + HOUR_S, EMPTY_AUTH, sender=requester)
    bookings.return_early(week, midnight + 2 * DAY_S, EMPTY_AUTH, sender=requester)
    assert bookings.is_free(room, midnight + 2 * DAY_S, 5)
    assert not bookings.is_free(room, midnight + DAY_S, 1)
