"""Conditions beside a resource: opening hours, quota, what it requires, and that nobody gets around them."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import (
    COUNTED,
    DAY_S,
    GRANTED,
    HOUR_S,
    PENDING,
    WAS_GRANTED,
    announcement,
    announcement_message,
    conditions_of,
    number,
    on_grid,
    request_of,
)
from contracts.signing import EMPTY_AUTH

WEEK_H, PERIOD_S = 168, 30 * DAY_S
IMPOSSIBLE = [
    ({"rule": 2}, {}),
    ({}, {"quota": 2**32}),
    ({}, {"opening": 1 << WEEK_H}),
]


def hour_of_week(time_s: int) -> int:
    """0 = Monday 00:00 UTC, by the calendar of the standard library."""
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(time_s, UTC)
    return moment.weekday() * 24 + moment.hour


@pytest.fixture
def gated(bookings: Any, owner: Any) -> Callable[..., tuple[bytes, dict[str, Any]]]:
    """`gated({"quota": 3}, rule=1)` announces with conditions: the resource's id and the conditions."""

    def announce(fields: dict[str, Any], label: str = "gated", **terms: int) -> Any:
        made, conditions = announcement(label, gated=1, **terms), conditions_of(**fields)
        bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
        return bytes(bookings.resource_id(owner, made)), conditions

    return announce


def test_announce_gated__tells_its_conditions_in_an_event(bookings: Any, owner: Any) -> None:
    conditions = conditions_of(
        policy=owner.address, param=number("p"), quota=9, opening=7, requires=number("r")
    )
    receipt = bookings.announce_gated(announcement(gated=1), conditions, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(bookings.ResourceGated)
    (announced,) = receipt.decode_logs(bookings.ResourceAnnounced)
    assert bytes(event.resource) == bytes(announced.resource)
    assert (event.policy, bytes(event.param), event.quota) == (owner, number("p"), 9)
    assert (event.opening, bytes(event.requires)) == (7, number("r"))


def test_announce_gated__signed__makes_the_signer_owner(
    bookings: Any, owner: Any, relayer: Any, now: Any, sign: Any
) -> None:
    made, conditions = announcement(gated=1), conditions_of(quota=4)
    message = {
        "announcement": announcement_message(made),
        "conditions": conditions,
        "deadline": now() + HOUR_S,
    }
    auth = sign(owner, bookings, "AnnounceGated", message)
    with ape.reverts("auth: bad signature"):
        bookings.announce_gated(made, conditions_of(quota=5), auth, sender=relayer)
    bookings.announce_gated(made, conditions, auth, sender=relayer)
    assert bookings.resource(bookings.resource_id(owner, made)) != 0


def test_announce_gated__without_the_bit__reverts(bookings: Any, owner: Any) -> None:
    with ape.reverts("bookings: gate and terms differ"):
        bookings.announce_gated(announcement(), conditions_of(), EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize(("terms", "fields"), IMPOSSIBLE, ids=str)
def test_announce_gated__impossible_conditions__reverts(
    bookings: Any, owner: Any, terms: dict[str, int], fields: dict[str, Any]
) -> None:
    with ape.reverts("bookings: impossible conditions"):
        bookings.announce_gated(
            announcement(gated=1, **terms), conditions_of(**fields), EMPTY_AUTH, sender=owner
        )


@pytest.mark.parametrize("rule", [0, 1])
def test_request__gated_without_conditions__reverts(
    bookings: Any, gated: Any, start: int, requester: Any, rule: int
) -> None:
    thing, _ = gated({}, rule=rule)
    with ape.reverts("bookings: conditions missing"):
        bookings.request(request_of(thing, requester.address, start), EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("fields", [{"quota": 4}, {"opening": 1}, {"param": number("x")}], ids=str)
def test_request_with__other_conditions__reverts(
    bookings: Any, gated: Any, start: int, requester: Any, fields: dict[str, Any]
) -> None:
    thing, _ = gated({"quota": 3})
    wanted = request_of(thing, requester.address, start)
    with ape.reverts("bookings: foreign conditions"):
        bookings.request_with(wanted, conditions_of(**fields), b"", EMPTY_AUTH, sender=requester)


def test_request_with__ungated_resource__reverts(bookings: Any, wanted: Any, requester: Any) -> None:
    with ape.reverts("bookings: foreign conditions"):
        bookings.request_with(wanted, conditions_of(), b"", EMPTY_AUTH, sender=requester)


def test_request_with__in_anothers_name__reverts(
    bookings: Any, gated: Any, start: int, requester: Any, stranger: Any
) -> None:
    thing, conditions = gated({})
    with ape.reverts("bookings: not the requester"):
        bookings.request_with(
            request_of(thing, requester.address, start), conditions, b"", EMPTY_AUTH, sender=stranger
        )


@pytest.mark.parametrize(("rule", "word"), [(0, PENDING), (1, GRANTED | WAS_GRANTED)])
def test_request_with__no_policy__follows_the_rule(
    bookings: Any, gated: Any, start: int, requester: Any, rule: int, word: int
) -> None:
    thing, conditions = gated({}, rule=rule)
    wanted = request_of(thing, requester.address, start)
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
    kept = bookings.request_word(bookings.request_id(wanted))
    assert kept & ~(2**40 - 1 << 4) == word
    with ape.reverts("bookings: already requested"):
        bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)


def test_request_with__signed__binds_the_data_too(
    bookings: Any, gated: Any, start: int, requester: Any, relayer: Any, now: Any, sign: Any
) -> None:
    thing, conditions = gated({}, rule=1)
    wanted = request_of(thing, requester.address, start)
    message = {"request": wanted, "data": b"proof", "deadline": now() + HOUR_S}
    auth = sign(requester, bookings, "BookWith", message)
    with ape.reverts("auth: bad signature"):
        bookings.request_with(wanted, conditions, b"other", auth, sender=relayer)
    bookings.request_with(wanted, conditions, b"proof", auth, sender=relayer)
    assert bookings.request_state(bookings.request_id(wanted)) == GRANTED


def test_opening__every_hour_touched__must_be_open(
    bookings: Any, gated: Any, start: int, requester: Any
) -> None:
    hour = hour_of_week(start)
    opening = sum(1 << (hour + i) % WEEK_H for i in range(3))
    thing, conditions = gated({"opening": opening}, rule=1)
    for first, quanta in ((start - HOUR_S, 1), (start - HOUR_S, 2), (start + 2 * HOUR_S, 2), (start, 168)):
        with ape.reverts("bookings: closed at that time"):
            wanted = request_of(thing, requester.address, first, quanta)
            bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
    wanted = request_of(thing, requester.address, start, 3)
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)


def test_opening__five_minutes__belong_to_the_hour_they_touch(
    bookings: Any, gated: Any, start: int, requester: Any
) -> None:
    thing, conditions = gated({"opening": 1 << hour_of_week(start)}, rule=1, quantum=0)
    for first, quanta in ((start - 300, 1), (start + HOUR_S - 300, 2), (start + HOUR_S, 1)):
        with ape.reverts("bookings: closed at that time"):
            wanted = request_of(thing, requester.address, first, quanta)
            bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
    wanted = request_of(thing, requester.address, start, 12)
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)


def test_opening__over_the_end_of_the_week__is_read_around(
    bookings: Any, gated: Any, now: Any, requester: Any
) -> None:
    monday = on_grid(now() + DAY_S, 7 * DAY_S, 4 * DAY_S)
    assert hour_of_week(monday) == 0
    thing, conditions = gated({"opening": 1 << 167 | 1}, rule=1)
    for first, quanta in ((monday - 2 * HOUR_S, 1), (monday - HOUR_S, 3)):
        with ape.reverts("bookings: closed at that time"):
            wanted = request_of(thing, requester.address, first, quanta)
            bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
    wanted = request_of(thing, requester.address, monday - HOUR_S, 2)
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)


def test_opening__civil_days__ask_for_the_hour_in_which_each_begins(
    bookings: Any, gated: Any, now: Any, requester: Any
) -> None:
    # Monday and Tuesday begin at 22:00 UTC of the day before
    first_s = on_grid(now() + DAY_S, 7 * DAY_S, 3 * DAY_S + 22 * HOUR_S)
    hour = hour_of_week(first_s)
    assert hour == 166
    thing, conditions = gated({"opening": 1 << hour | 1 << 22}, rule=1, quantum=4, phase=88)
    for start, days in ((first_s, 3), (first_s + DAY_S, 2), (first_s, 8), (first_s - DAY_S, 1)):
        with ape.reverts("bookings: closed at that time"):
            wanted = request_of(thing, requester.address, start, days)
            bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
    wanted = request_of(thing, requester.address, first_s, 2)
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)


@pytest.fixture
def period_start(now: Callable[[], int]) -> int:
    """The first hour of the next period of 30 days."""
    return on_grid(now() + DAY_S, PERIOD_S)


def test_quota__used_up__reverts_until_some_is_given_back(
    bookings: Any, gated: Any, period_start: int, requester: Any, owner: Any, stranger: Any
) -> None:
    thing, conditions = gated({"quota": 3}, horizon_days=200)
    first = request_of(thing, requester.address, period_start, 2)
    bookings.request_with(first, conditions, b"", EMPTY_AUTH, sender=requester)
    assert bookings.request_word(bookings.request_id(first)) & COUNTED
    more = request_of(thing, requester.address, period_start + 5 * HOUR_S, 2)
    with ape.reverts("bookings: quota used up"):
        bookings.request_with(more, conditions, b"", EMPTY_AUTH, sender=requester)
    # another member, and the next period, have their own
    other = request_of(thing, stranger.address, period_start, 3)
    bookings.request_with(other, conditions, b"", EMPTY_AUTH, sender=stranger)
    later = request_of(thing, requester.address, period_start + PERIOD_S, 3, salt=number("later"))
    bookings.request_with(later, conditions, b"", EMPTY_AUTH, sender=requester)
    before = request_of(thing, requester.address, period_start - HOUR_S, 3)
    bookings.request_with(before, conditions, b"", EMPTY_AUTH, sender=requester)
    bookings.deny(first, bytes(32), EMPTY_AUTH, sender=owner)
    bookings.request_with(more, conditions, b"", EMPTY_AUTH, sender=requester)
    one = request_of(thing, requester.address, period_start + 9 * HOUR_S, 1)
    bookings.request_with(one, conditions, b"", EMPTY_AUTH, sender=requester)
    again = request_of(thing, requester.address, period_start + 9 * HOUR_S, 1, salt=number("again"))
    with ape.reverts("bookings: quota used up"):
        bookings.request_with(again, conditions, b"", EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("rule", [0, 1])
def test_quota__cancelled__is_given_back_once(
    bookings: Any, gated: Any, period_start: int, requester: Any, rule: int
) -> None:
    thing, conditions = gated({"quota": 2}, rule=rule)
    for label in ("one", "two"):
        wanted = request_of(thing, requester.address, period_start, 2, salt=number(label))
        bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
        bookings.cancel(wanted, EMPTY_AUTH, sender=requester)
        with ape.reverts("bookings: already closed"):
            bookings.cancel(wanted, EMPTY_AUTH, sender=requester)
    three = request_of(thing, requester.address, period_start, 3)
    with ape.reverts("bookings: quota used up"):
        bookings.request_with(three, conditions, b"", EMPTY_AUTH, sender=requester)


def test_quota__of_units__counts_each(bookings: Any, gated: Any, period_start: int, requester: Any) -> None:
    thing, conditions = gated({"quota": 5}, rule=1, capacity=9)
    two = request_of(thing, requester.address, period_start, 2, units=2)
    bookings.request_with(two, conditions, b"", EMPTY_AUTH, sender=requester)
    more = request_of(thing, requester.address, period_start, 1, units=2)
    with ape.reverts("bookings: quota used up"):
        bookings.request_with(more, conditions, b"", EMPTY_AUTH, sender=requester)
    bookings.request_with({**more, "units": 1}, conditions, b"", EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("presented", [False, True])
def test_block__of_the_owner__needs_no_conditions(
    bookings: Any, gated: Any, start: int, owner: Any, presented: bool
) -> None:
    closed = 1 << (hour_of_week(start) + 50) % WEEK_H
    thing, conditions = gated({"opening": closed, "quota": 1, "requires": number("none")})
    block = request_of(thing, owner.address, start, 5)
    if presented:
        bookings.request_with(block, conditions, b"", EMPTY_AUTH, sender=owner)
    else:
        bookings.request(block, EMPTY_AUTH, sender=owner)
    assert bookings.request_word(bookings.request_id(block)) == GRANTED | WAS_GRANTED


def test_requires__asked_for_alone__reverts(bookings: Any, gated: Any, start: int, requester: Any) -> None:
    thing, conditions = gated({"requires": number("hall")}, rule=1)
    with ape.reverts("bookings: needs another resource"):
        wanted = request_of(thing, requester.address, start)
        bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
