"""Confirming, denying and cancelling: who may, until when, and what becomes of the calendar."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import (
    CANCELLED,
    DENIED,
    GRANTED,
    HOUR_S,
    PENDING,
    WAS_GRANTED,
    number,
    request_of,
)
from contracts.signing import EMPTY_AUTH

Act = Callable[..., Any]


@pytest.fixture(params=["confirm", "deny"])
def decide(request: pytest.FixtureRequest, bookings: Any) -> Act:
    """`decide(request, sender)`: either decision of an owner."""

    def act(asked: dict[str, Any], sender: Any) -> Any:
        if request.param == "confirm":
            return bookings.confirm(asked, EMPTY_AUTH, sender=sender)
        return bookings.deny(asked, number("why"), EMPTY_AUTH, sender=sender)

    return act


def expiry(bookings: Any, asked: dict[str, Any]) -> int:
    return int(bookings.request_word(bookings.request_id(asked)) >> 4 & 2**40 - 1)


def test_confirm__pending__covers_the_interval(
    bookings: Any, pending: Any, drill: bytes, owner: Any, covered: Any
) -> None:
    receipt = bookings.confirm(pending, EMPTY_AUTH, sender=owner)
    key = bookings.request_id(pending)
    assert bookings.request_state(key) == GRANTED
    first = pending["start"] // HOUR_S
    assert covered(drill, around_s=pending["start"]) == {first, first + 1}
    (event,) = receipt.decode_logs(bookings.BookingGranted)
    assert (bytes(event.request), bytes(event.resource), event.actor) == (bytes(key), drill, owner)


def test_deny__pending__covers_nothing(
    bookings: Any, pending: Any, drill: bytes, owner: Any, covered: Any
) -> None:
    receipt = bookings.deny(pending, number("why"), EMPTY_AUTH, sender=owner)
    key = bookings.request_id(pending)
    assert bookings.request_state(key) == DENIED
    assert covered(drill, around_s=pending["start"]) == set()
    (event,) = receipt.decode_logs(bookings.BookingDenied)
    assert (bytes(event.request), bytes(event.resource), event.actor) == (bytes(key), drill, owner)
    assert bytes(event.reason) == number("why")


def test_decide__by_stranger__reverts(pending: Any, stranger: Any, decide: Act) -> None:
    with ape.reverts("bookings: not the owner"):
        decide(pending, stranger)


def test_decide__by_requester__reverts(pending: Any, requester: Any, decide: Act) -> None:
    with ape.reverts("bookings: not the owner"):
        decide(pending, requester)


def test_decide__by_owner_of_another_resource__reverts(
    pending: Any, announced: Callable[..., bytes], other_owner: Any, decide: Act
) -> None:
    announced("other", by=other_owner)
    with ape.reverts("bookings: not the owner"):
        decide(pending, other_owner)


def test_decide__never_asked__reverts(wanted: Any, owner: Any, decide: Act) -> None:
    with ape.reverts("bookings: unknown request"):
        decide(wanted, owner)


@pytest.mark.parametrize(
    "changes", [{"quanta": 1}, {"salt": number("other")}, {"units": 2}, {"bundle": number("x")}], ids=str
)
def test_decide__values_changed__reverts(
    pending: Any, owner: Any, decide: Act, changes: dict[str, Any]
) -> None:
    with ape.reverts("bookings: unknown request"):
        decide({**pending, **changes}, owner)


def test_decide__granted_before__reverts(granted: Any, owner: Any, decide: Act) -> None:
    with ape.reverts("bookings: not pending"):
        decide(granted, owner)


def test_decide__denied_before__reverts(bookings: Any, pending: Any, owner: Any, decide: Act) -> None:
    bookings.deny(pending, number("why"), EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: not pending"):
        decide(pending, owner)


def test_decide__cancelled_before__reverts(
    bookings: Any, pending: Any, requester: Any, owner: Any, decide: Act
) -> None:
    bookings.cancel(pending, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: not pending"):
        decide(pending, owner)


def test_decide__in_the_last_second__counts(
    bookings: Any, pending: Any, owner: Any, decide: Act, travel: Any
) -> None:
    travel(expiry(bookings, pending) - 1)
    decide(pending, owner)


@pytest.mark.parametrize("late_s", [0, 1])
def test_decide__once_expired__reverts(
    bookings: Any, pending: Any, owner: Any, decide: Act, travel: Any, late_s: int
) -> None:
    travel(expiry(bookings, pending) + late_s)
    with ape.reverts("bookings: expired"):
        decide(pending, owner)


def test_confirm__at_the_start__reverts(
    bookings: Any, announced: Callable[..., bytes], start: int, requester: Any, owner: Any, travel: Any
) -> None:
    patient = announced("patient", ttl_hours=1023)
    asked = request_of(patient, requester.address, start)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    travel(start)
    with ape.reverts("bookings: expired"):
        bookings.confirm(asked, EMPTY_AUTH, sender=owner)


def test_confirm__over_another_grant__reverts_until_it_is_given_back(
    bookings: Any, pending: Any, drill: bytes, start: int, requester: Any, stranger: Any, owner: Any
) -> None:
    rival = request_of(drill, stranger.address, start + HOUR_S, 4)
    bookings.request(rival, EMPTY_AUTH, sender=stranger)
    bookings.confirm(pending, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: not free"):
        bookings.confirm(rival, EMPTY_AUTH, sender=owner)
    bookings.cancel(pending, EMPTY_AUTH, sender=requester)
    bookings.confirm(rival, EMPTY_AUTH, sender=owner)


def test_cancel__pending__withdraws_it(bookings: Any, pending: Any, drill: bytes, requester: Any) -> None:
    receipt = bookings.cancel(pending, EMPTY_AUTH, sender=requester)
    key = bookings.request_id(pending)
    assert bookings.request_state(key) == CANCELLED
    (event,) = receipt.decode_logs(bookings.BookingCancelled)
    assert (bytes(event.request), bytes(event.resource), event.actor) == (bytes(key), drill, requester)


def test_cancel__pending__leaves_the_grant_of_another(
    bookings: Any, granted: Any, drill: bytes, start: int, stranger: Any, covered: Any
) -> None:
    rival = request_of(drill, stranger.address, start)
    bookings.request(rival, EMPTY_AUTH, sender=stranger)
    bookings.cancel(rival, EMPTY_AUTH, sender=stranger)
    assert covered(drill, around_s=start) == {start // HOUR_S, start // HOUR_S + 1}


def test_cancel__granted__frees_its_interval_alone(
    bookings: Any, granted: Any, drill: bytes, start: int, requester: Any, owner: Any, covered: Any
) -> None:
    neighbour = request_of(drill, owner.address, start + 2 * HOUR_S, 1)
    bookings.request(neighbour, EMPTY_AUTH, sender=owner)
    bookings.cancel(granted, EMPTY_AUTH, sender=requester)
    assert bookings.request_state(bookings.request_id(granted)) == CANCELLED
    assert covered(drill, around_s=start) == {start // HOUR_S + 2}


@pytest.mark.parametrize("role", ["owner", "stranger"])
def test_cancel__by_another__reverts(
    bookings: Any, granted: Any, request: pytest.FixtureRequest, role: str
) -> None:
    with ape.reverts("bookings: not the requester"):
        bookings.cancel(granted, EMPTY_AUTH, sender=request.getfixturevalue(role))


def test_cancel__never_asked__reverts(bookings: Any, wanted: Any, requester: Any) -> None:
    with ape.reverts("bookings: unknown request"):
        bookings.cancel(wanted, EMPTY_AUTH, sender=requester)


def test_cancel__denied__reverts(bookings: Any, pending: Any, owner: Any, requester: Any) -> None:
    bookings.deny(pending, number("why"), EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: already closed"):
        bookings.cancel(pending, EMPTY_AUTH, sender=requester)


def test_cancel__twice__reverts(bookings: Any, granted: Any, requester: Any) -> None:
    bookings.cancel(granted, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: already closed"):
        bookings.cancel(granted, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize(("late_s", "refused"), [(-1, False), (0, True), (1, True)])
def test_cancel__pending_around_its_expiry__only_before(
    bookings: Any, pending: Any, requester: Any, travel: Any, late_s: int, refused: bool
) -> None:
    travel(expiry(bookings, pending) + late_s)
    if refused:
        with ape.reverts("bookings: expired"):
            bookings.cancel(pending, EMPTY_AUTH, sender=requester)
    else:
        bookings.cancel(pending, EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize(("late_s", "refused"), [(-1, False), (0, True), (1, True)])
def test_cancel__granted_around_its_start__only_before(
    bookings: Any, granted: Any, requester: Any, travel: Any, late_s: int, refused: bool
) -> None:
    travel(granted["start"] + late_s)
    if refused:
        with ape.reverts("bookings: already started"):
            bookings.cancel(granted, EMPTY_AUTH, sender=requester)
    else:
        bookings.cancel(granted, EMPTY_AUTH, sender=requester)


def test_confirm__keeps_the_expiry_as_a_receipt(bookings: Any, pending: Any, owner: Any) -> None:
    key = bookings.request_id(pending)
    before = bookings.request_word(key)
    bookings.confirm(pending, EMPTY_AUTH, sender=owner)
    assert bookings.request_word(key) == before - PENDING + GRANTED | WAS_GRANTED
