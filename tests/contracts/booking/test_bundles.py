"""Bundles: several things of several owners, granted together or not at all."""

from typing import Any

import ape
import pytest
from contracts.booking_values import (
    CANCELLED,
    DENIED,
    GRANTED,
    HOUR_S,
    PENDING,
    announcement,
    bundled,
    conditions_of,
    number,
    request_of,
)
from contracts.signing import EMPTY_AUTH

INCOMPLETE, PART = "bookings: bundle incomplete", "bookings: part of a whole"


@pytest.fixture
def items(announced: Any, other_owner: Any, requester: Any, start: int) -> list[dict[str, Any]]:
    """A room of one owner, a projector of another, and a bus that comes first."""
    things = [announced("room"), announced("projector", by=other_owner), announced("bus", rule=1)]
    return bundled([request_of(thing, requester.address, start) for thing in things])


@pytest.fixture
def call(bookings: Any) -> Any:
    """`call("confirm", item)`: the data of one call for `together`."""

    def data(name: str, item: dict[str, Any], auth: Any = EMPTY_AUTH) -> bytes:
        return bytes(getattr(bookings, name).encode_input(item, auth))

    return data


@pytest.fixture
def asked(bookings: Any, items: list[dict[str, Any]], requester: Any, call: Any) -> list[dict[str, Any]]:
    """The bundle, asked for."""
    bookings.together([call("request", item) for item in items], sender=requester)
    return items


@pytest.fixture
def confirmed_by(bookings: Any, now: Any, sign: Any) -> Any:
    """`confirmed_by(owner, item)`: the owner's signature under one item."""

    def auth(owner: Any, item: dict[str, Any]) -> Any:
        word = bookings.request_word(bookings.request_id(item))
        return sign(owner, bookings, "Confirm", {"request": item, "word": word, "deadline": now() + HOUR_S})

    return auth


def states(bookings: Any, items: list[dict[str, Any]]) -> list[int]:
    return [bookings.request_state(bookings.request_id(item)) for item in items]


def test_bundle__asked_for_together__waits_as_a_whole_even_where_first_comes(
    bookings: Any, asked: list[dict[str, Any]], start: int
) -> None:
    assert states(bookings, asked) == [PENDING] * 3
    assert all(bookings.is_free(item["resource"], start, 2) for item in asked)


def test_bundle__an_item_alone__reverts(
    bookings: Any, items: list[dict[str, Any]], requester: Any, owner: Any
) -> None:
    for item in items:
        with ape.reverts(PART):
            bookings.request(item, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("chosen", [[0], [0, 1], [1, 2], [1, 0, 2], [0, 1, 2, 2]])
def test_bundle__asked_for_in_part_or_disorder__reverts(
    bookings: Any, items: list[dict[str, Any]], requester: Any, call: Any, chosen: list[int]
) -> None:
    reason = "bookings: already requested" if chosen == [0, 1, 2, 2] else INCOMPLETE
    with ape.reverts(reason):
        bookings.together([call("request", items[i]) for i in chosen], sender=requester)


def test_bundle__with_an_item_of_another__reverts(
    bookings: Any, items: list[dict[str, Any]], requester: Any, call: Any, drill: bytes, start: int
) -> None:
    other = bundled([request_of(drill, requester.address, start)])
    for calls in ([items[0], *other], [items[0], items[1], *other]):
        with ape.reverts(INCOMPLETE):
            bookings.together([call("request", item) for item in calls], sender=requester)


def test_bundle__whose_first_item_names_another__reverts_although_the_chain_fits(
    bookings: Any, items: list[dict[str, Any]], requester: Any, call: Any
) -> None:
    # the chain goes over the items without the field that names it
    strayed = [items[0] | {"bundle": number("another bundle")}, *items[1:]]
    with ape.reverts(INCOMPLETE):
        bookings.together([call("request", item) for item in strayed], sender=requester)


def test_bundle__granted_with_all_signatures__covers_all(
    bookings: Any,
    asked: list[dict[str, Any]],
    owner: Any,
    other_owner: Any,
    stranger: Any,
    call: Any,
    confirmed_by: Any,
    start: int,
) -> None:
    calls = [
        call("confirm", asked[0], confirmed_by(owner, asked[0])),
        call("confirm", asked[1], confirmed_by(other_owner, asked[1])),
        call("confirm", asked[2]),
    ]
    bookings.together(calls, sender=stranger)
    assert states(bookings, asked) == [GRANTED] * 3
    assert not any(bookings.is_free(item["resource"], start, 2) for item in asked)


def test_bundle__an_owner_missing__is_not_granted(
    bookings: Any, asked: list[dict[str, Any]], owner: Any, call: Any
) -> None:
    with ape.reverts("bookings: not the owner"):
        bookings.together([call("confirm", item) for item in asked], sender=owner)
    assert states(bookings, asked) == [PENDING] * 3


@pytest.mark.parametrize("chosen", [[0], [2], [0, 2]])
def test_bundle__granted_in_part__reverts(
    bookings: Any, asked: list[dict[str, Any]], owner: Any, call: Any, chosen: list[int]
) -> None:
    with ape.reverts(INCOMPLETE):
        bookings.together([call("confirm", asked[i]) for i in chosen], sender=owner)
    for i in chosen:
        with ape.reverts(PART):
            bookings.confirm(asked[i], EMPTY_AUTH, sender=owner)


def test_bundle__one_thing_taken__is_not_granted(
    bookings: Any,
    asked: list[dict[str, Any]],
    owner: Any,
    other_owner: Any,
    call: Any,
    confirmed_by: Any,
    start: int,
) -> None:
    block = request_of(asked[1]["resource"], other_owner.address, start)
    bookings.request(block, EMPTY_AUTH, sender=other_owner)
    calls = [
        call("confirm", asked[0]),
        call("confirm", asked[1], confirmed_by(other_owner, asked[1])),
        call("confirm", asked[2]),
    ]
    with ape.reverts("bookings: not free"):
        bookings.together(calls, sender=owner)
    assert bookings.is_free(asked[0]["resource"], start, 2)


@pytest.mark.parametrize("end", ["deny", "cancel"])
def test_bundle__one_item_closed__can_never_be_granted(
    bookings: Any,
    asked: list[dict[str, Any]],
    owner: Any,
    other_owner: Any,
    requester: Any,
    call: Any,
    confirmed_by: Any,
    end: str,
) -> None:
    by_other = confirmed_by(other_owner, asked[1])
    if end == "deny":
        bookings.deny(asked[0], bytes(32), EMPTY_AUTH, sender=owner)
    else:
        bookings.cancel(asked[0], EMPTY_AUTH, sender=requester)
    closed = DENIED if end == "deny" else CANCELLED
    assert states(bookings, asked) == [closed, PENDING, PENDING]
    with ape.reverts("bookings: not pending"):
        bookings.together([call("confirm", item) for item in asked], sender=owner)
    with ape.reverts(INCOMPLETE):
        bookings.together([call("confirm", asked[1], by_other), call("confirm", asked[2])], sender=owner)
    bookings.together([call("cancel", item) for item in asked[1:]], sender=requester)


def test_bundle__granted_item__is_given_back_singly(
    bookings: Any,
    asked: list[dict[str, Any]],
    owner: Any,
    other_owner: Any,
    requester: Any,
    call: Any,
    confirmed_by: Any,
) -> None:
    by_other = confirmed_by(other_owner, asked[1])
    calls = [call("confirm", asked[0]), call("confirm", asked[1], by_other), call("confirm", asked[2])]
    bookings.together(calls, sender=owner)
    bookings.cancel(asked[1], EMPTY_AUTH, sender=requester)
    assert states(bookings, asked) == [GRANTED, CANCELLED, GRANTED]


def test_bundle__first_come_while_paused__needs_its_owner(
    bookings: Any, announced: Any, requester: Any, owner: Any, stranger: Any, start: int, call: Any
) -> None:
    thing = announced("bus", rule=1)
    (item,) = bundled([request_of(thing, requester.address, start)])
    bookings.together([call("request", item)], sender=requester)
    bookings.set_resource_state(thing, 2, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: not the owner"):
        bookings.together([call("confirm", item)], sender=stranger)
    bookings.together([call("confirm", item)], sender=owner)


def test_together__one_call_refused__makes_none(
    bookings: Any, drill: bytes, start: int, requester: Any, call: Any
) -> None:
    fine = request_of(drill, requester.address, start)
    with ape.reverts("bookings: no quanta"):
        bookings.together([call("request", fine), call("request", {**fine, "quanta": 0})], sender=requester)
    assert bookings.request_state(bookings.request_id(fine)) == 0
    other = {**fine, "salt": number("other")}
    bookings.together([call("request", fine), call("request", other)], sender=requester)
    assert states(bookings, [fine, other]) == [PENDING, PENDING]


def test_together__acts_as_its_caller_only(
    bookings: Any, drill: bytes, start: int, requester: Any, stranger: Any, call: Any
) -> None:
    with ape.reverts("bookings: not the requester"):
        fine = request_of(drill, requester.address, start)
        bookings.together([call("request", fine)], sender=stranger)


@pytest.mark.parametrize(
    ("start_h", "quanta", "fits"), [(0, 4, True), (1, 3, True), (2, 3, False), (-1, 2, False)]
)
def test_requires__in_a_bundle__lies_within_the_other(
    bookings: Any,
    announced: Any,
    owner: Any,
    requester: Any,
    start: int,
    call: Any,
    start_h: int,
    quanta: int,
    fits: bool,
) -> None:
    hall = announced("hall", rule=1)
    made = announcement("light", gated=1, rule=1)
    conditions = conditions_of(requires=hall)
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
    light = bytes(bookings.resource_id(owner, made))
    items = bundled(
        [
            request_of(hall, requester.address, start, 4),
            request_of(light, requester.address, start + start_h * HOUR_S, quanta),
        ]
    )
    calls = [
        call("request", items[0]),
        bytes(bookings.request_with.encode_input(items[1], conditions, b"", EMPTY_AUTH)),
    ]
    if fits:
        bookings.together(calls, sender=requester)
        bookings.together([call("confirm", item) for item in items], sender=requester)
        assert states(bookings, items) == [GRANTED, GRANTED]
    else:
        with ape.reverts("bookings: needs another resource"):
            bookings.together(calls, sender=requester)
