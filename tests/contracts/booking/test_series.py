"""Series: one request for up to twelve starts, granted all or none, given back one by one."""

from typing import Any

import ape
import pytest
from contracts.booking_values import (
    CANCELLED,
    COUNTED,
    DAY_S,
    DENIED,
    GRANTED,
    HOUR_S,
    PENDING,
    SERIES,
    WAS_GRANTED,
    announcement,
    conditions_of,
    number,
    request_of,
    series_of,
)
from contracts.signing import EMPTY_AUTH

WEEK = 168


@pytest.fixture
def weekly(announced: Any, start: int, requester: Any) -> Any:
    """`weekly(rule=1, times=4)`: two hours, week by week, of a thing that is offered half a year ahead."""

    def ask(*, times: int = 4, gap: int = WEEK, quanta: int = 2, **terms: int) -> dict[str, Any]:
        thing = announced("room", horizon_days=200, **terms)
        bundle = series_of([gap] * (times - 1))
        return request_of(thing, requester.address, start, quanta, bundle=bundle)

    return ask


def free(bookings: Any, asked: dict[str, Any], times: int, gap: int = WEEK) -> list[bool]:
    """Which occurrences are free."""
    return [
        bookings.is_free(asked["resource"], asked["start"] + i * gap * HOUR_S, asked["quanta"])
        for i in range(times)
    ]


@pytest.mark.parametrize("times", [2, 4, 12])
def test_series__first_come__is_granted_as_a_whole(
    bookings: Any, weekly: Any, requester: Any, times: int
) -> None:
    asked = weekly(rule=1, times=times)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    assert free(bookings, asked, times + 1) == [False] * times + [True]
    end = asked["start"] + ((times - 1) * WEEK + 2) * HOUR_S
    assert bookings.request_word(bookings.request_id(asked)) == GRANTED | WAS_GRANTED | SERIES | end << 45


def test_series__one_start_taken__is_not_granted_at_all(
    bookings: Any, weekly: Any, requester: Any, owner: Any
) -> None:
    asked = weekly(rule=1)
    block = request_of(asked["resource"], owner.address, asked["start"] + 3 * WEEK * HOUR_S, 1)
    bookings.request(block, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: not free"):
        bookings.request(asked, EMPTY_AUTH, sender=requester)
    assert free(bookings, asked, 4) == [True, True, True, False]


def test_series__manual__is_confirmed_as_a_whole(
    bookings: Any, weekly: Any, requester: Any, owner: Any
) -> None:
    asked = weekly()
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    key = bookings.request_id(asked)
    assert bookings.request_state(key) == PENDING
    assert free(bookings, asked, 4) == [True] * 4
    with ape.reverts("bookings: not the owner"):
        bookings.confirm(asked, EMPTY_AUTH, sender=requester)
    bookings.confirm(asked, EMPTY_AUTH, sender=owner)
    assert free(bookings, asked, 5) == [False] * 4 + [True]


def test_series__denied__takes_nothing(bookings: Any, weekly: Any, requester: Any, owner: Any) -> None:
    asked = weekly()
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.deny(asked, number("why"), EMPTY_AUTH, sender=owner)
    assert bookings.request_state(bookings.request_id(asked)) == DENIED
    assert free(bookings, asked, 4) == [True] * 4


@pytest.mark.parametrize(("gap", "reason"), [(1, "bookings: starts overlap"), (2, None)])
def test_series__starts_that_overlap__reverts(
    bookings: Any, weekly: Any, requester: Any, gap: int, reason: str | None
) -> None:
    asked = weekly(rule=1, gap=gap)
    if reason is None:
        bookings.request(asked, EMPTY_AUTH, sender=requester)
        assert free(bookings, asked, 4, gap) == [False] * 4
    else:
        with ape.reverts(reason):
            bookings.request(asked, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize(("times", "gap"), [(2, 200 * 24), (12, 2**20 - 1)])
def test_series__one_start_beyond_the_horizon__reverts(
    bookings: Any, weekly: Any, requester: Any, times: int, gap: int
) -> None:
    with ape.reverts("bookings: beyond the horizon"):
        bookings.request(weekly(rule=1, times=times, gap=gap), EMPTY_AUTH, sender=requester)


def test_cancel_series__some__frees_those_alone_and_the_rest_all(
    bookings: Any, weekly: Any, requester: Any
) -> None:
    asked = weekly(rule=1)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    key = bookings.request_id(asked)
    before = bookings.request_word(key)
    receipt = bookings.cancel_series(asked, 0b0110, EMPTY_AUTH, sender=requester)
    (event,) = receipt.decode_logs(bookings.SeriesReturned)
    assert (bytes(event.request), event.actor, event.which) == (bytes(key), requester, 0b0110)
    assert bookings.request_word(key) == before | 0b0110 << 85
    assert free(bookings, asked, 4) == [False, True, True, False]
    receipt = bookings.cancel_series(asked, 0b1001, EMPTY_AUTH, sender=requester)
    assert receipt.decode_logs(bookings.BookingCancelled)
    assert bookings.request_state(key) == CANCELLED
    assert free(bookings, asked, 4) == [True] * 4


@pytest.mark.parametrize("which", [0, 0b10000, 0b0110, 0b0010])
def test_cancel_series__no_such_occurrence__reverts(
    bookings: Any, weekly: Any, requester: Any, which: int
) -> None:
    asked = weekly(rule=1)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.cancel_series(asked, 0b0010, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: no such occurrence"):
        bookings.cancel_series(asked, which, EMPTY_AUTH, sender=requester)


def test_cancel_series__of_a_single_booking__reverts(
    bookings: Any, granted: dict[str, Any], requester: Any
) -> None:
    with ape.reverts("bookings: no such occurrence"):
        bookings.cancel_series(granted, 1, EMPTY_AUTH, sender=requester)


def test_cancel_series__pending_or_not_his__reverts(
    bookings: Any, weekly: Any, requester: Any, owner: Any
) -> None:
    asked = weekly()
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: not granted"):
        bookings.cancel_series(asked, 1, EMPTY_AUTH, sender=requester)
    bookings.confirm(asked, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: not the requester"):
        bookings.cancel_series(asked, 1, EMPTY_AUTH, sender=owner)


def test_cancel_series__begun__keeps_what_has_begun(
    bookings: Any, weekly: Any, requester: Any, travel: Any
) -> None:
    asked = weekly(rule=1)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    travel(asked["start"] + WEEK * HOUR_S)
    for which in (0b0010, 0b0011, 0b1111):
        with ape.reverts("bookings: already started"):
            bookings.cancel_series(asked, which, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: already started"):
        bookings.cancel(asked, EMPTY_AUTH, sender=requester)
    bookings.cancel_series(asked, 0b1100, EMPTY_AUTH, sender=requester)
    assert bookings.request_state(bookings.request_id(asked)) == GRANTED
    assert free(bookings, asked, 4) == [False, False, True, True]


def test_cancel__series__withdraws_or_gives_back_what_is_left(
    bookings: Any, weekly: Any, requester: Any, owner: Any
) -> None:
    asked = weekly()
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    bookings.cancel(asked, EMPTY_AUTH, sender=requester)
    assert bookings.request_state(bookings.request_id(asked)) == CANCELLED
    again = {**asked, "salt": number("again")}
    bookings.request(again, EMPTY_AUTH, sender=requester)
    bookings.confirm(again, EMPTY_AUTH, sender=owner)
    bookings.cancel_series(again, 1, EMPTY_AUTH, sender=requester)
    bookings.cancel(again, EMPTY_AUTH, sender=requester)
    assert bookings.request_word(bookings.request_id(again)) >> 85 & 0xFFF == 0b1111
    assert free(bookings, asked, 4) == [True] * 4


def test_return_early__of_a_series__reverts(bookings: Any, weekly: Any, requester: Any) -> None:
    asked = weekly(rule=1)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: part of a whole"):
        bookings.return_early(asked, asked["start"] + HOUR_S, EMPTY_AUTH, sender=requester)


def test_series__with_a_quota__counts_every_start_and_gives_each_back(
    bookings: Any, owner: Any, requester: Any, start: int
) -> None:
    made, conditions = (
        announcement("counted", gated=1, rule=1, horizon_days=200),
        conditions_of(quota=2),
    )
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
    thing = bytes(bookings.resource_id(owner, made))
    daily = request_of(thing, requester.address, start, 1, bundle=series_of([1, 1]))
    with ape.reverts("bookings: quota used up"):
        bookings.request_with(daily, conditions, b"", EMPTY_AUTH, sender=requester)
    apart = request_of(thing, requester.address, start, 2, bundle=series_of([31 * 24, 31 * 24]))
    bookings.request_with(apart, conditions, b"", EMPTY_AUTH, sender=requester)
    assert bookings.request_word(bookings.request_id(apart)) & COUNTED
    one = request_of(thing, requester.address, start + 31 * DAY_S + 3 * HOUR_S, 1)
    with ape.reverts("bookings: quota used up"):
        bookings.request_with(one, conditions, b"", EMPTY_AUTH, sender=requester)
    bookings.cancel_series(apart, 0b010, EMPTY_AUTH, sender=requester)
    bookings.request_with(one, conditions, b"", EMPTY_AUTH, sender=requester)


def test_right_to_rate__of_a_series__begins_with_the_last_end(
    bookings: Any, weekly: Any, requester: Any, reach: Any
) -> None:
    from contracts.booking.test_right_to_rate import encoded

    asked = weekly(rule=1, times=2)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    end = asked["start"] + (WEEK + 2) * HOUR_S
    reach(end - 1)
    with ape.reverts("bookings: not over yet"):
        bookings.right_to_rate(encoded(asked), 0)
    reach(end)
    assert bookings.right_to_rate(encoded(asked), 0)[1] == requester


def test_cancel_series__signed__dies_with_the_word(
    bookings: Any, weekly: Any, requester: Any, relayer: Any, now: Any, sign: Any
) -> None:
    asked = weekly(rule=1)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    word = bookings.request_word(bookings.request_id(asked))
    message = {"request": asked, "which": 2, "word": word, "deadline": now() + HOUR_S}
    auth = sign(requester, bookings, "CancelSeries", message)
    bookings.cancel_series(asked, 2, auth, sender=relayer)
    with ape.reverts("auth: bad signature"):
        bookings.cancel_series(asked, 2, auth, sender=relayer)
