"""Rights to rate: of each side of a booking that is over, within sixty days."""

from typing import Any

import ape
import pytest
from contracts.booking_values import DRILL, HOUR_S, number, request_of
from contracts.signing import EMPTY_AUTH
from eth_abi import encode

REQUEST_ABI = ["(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"]


def encoded(asked: dict[str, Any]) -> bytes:
    return encode(REQUEST_ABI, [tuple(asked.values())])


@pytest.fixture
def over(granted: dict[str, Any], reach: Any) -> dict[str, Any]:
    """A granted booking whose time has just ended."""
    reach(granted["start"] + 2 * HOUR_S)
    return granted


@pytest.mark.parametrize(("side", "rater", "subject"), [(0, "requester", "owner"), (1, "owner", "requester")])
def test_right_to_rate__after_the_end__names_rater_and_subject(
    bookings: Any,
    over: Any,
    request: pytest.FixtureRequest,
    side: int,
    rater: str,
    subject: str,
) -> None:
    rater_account, subject_account = request.getfixturevalue(rater), request.getfixturevalue(subject)
    answer = bookings.right_to_rate(encoded(over), side)
    assert list(answer) == [bookings.request_id(over), rater_account, subject_account, DRILL["service"], 0]


@pytest.mark.parametrize("change", [lambda terms: terms[:-1], lambda terms: terms + bytes(32), lambda _: b""])
def test_right_to_rate__terms_of_another_length__reverts(bookings: Any, over: Any, change: Any) -> None:
    with ape.reverts("bookings: not granted"):
        bookings.right_to_rate(change(encoded(over)), 0)


def test_right_to_rate__third_side__reverts(bookings: Any, over: Any) -> None:
    with ape.reverts("bookings: unknown side"):
        bookings.right_to_rate(encoded(over), 2)


def test_right_to_rate__never_asked__reverts(bookings: Any, over: Any) -> None:
    with ape.reverts("bookings: not granted"):
        bookings.right_to_rate(encoded({**over, "salt": number("other")}), 0)


def test_right_to_rate__never_granted__reverts(bookings: Any, pending: Any, reach: Any) -> None:
    reach(pending["start"] + 2 * HOUR_S)
    with ape.reverts("bookings: not granted"):
        bookings.right_to_rate(encoded(pending), 0)


def test_right_to_rate__given_back__reverts(bookings: Any, granted: Any, requester: Any, reach: Any) -> None:
    bookings.cancel(granted, EMPTY_AUTH, sender=requester)
    reach(granted["start"] + 2 * HOUR_S)
    with ape.reverts("bookings: not granted"):
        bookings.right_to_rate(encoded(granted), 0)


def test_right_to_rate__one_second_before_the_end__reverts(bookings: Any, granted: Any, reach: Any) -> None:
    reach(granted["start"] + 2 * HOUR_S - 1)
    with ape.reverts("bookings: not over yet"):
        bookings.right_to_rate(encoded(granted), 0)


@pytest.mark.parametrize("late_s", [-1, 0])
def test_right_to_rate__around_sixty_days__is_half_open(
    bookings: Any, granted: dict[str, Any], reach: Any, late_s: int
) -> None:
    reach(granted["start"] + 2 * HOUR_S + 60 * 24 * HOUR_S + late_s)
    if late_s < 0:
        assert bookings.right_to_rate(encoded(granted), 0)
        return
    with ape.reverts("bookings: too late to rate"):
        bookings.right_to_rate(encoded(granted), 0)


def test_right_to_rate__own_booking__reverts(
    bookings: Any, drill: bytes, start: int, owner: Any, reach: Any
) -> None:
    block = request_of(drill, owner.address, start)
    bookings.request(block, EMPTY_AUTH, sender=owner)
    reach(start + 2 * HOUR_S)
    with ape.reverts("bookings: own booking"):
        bookings.right_to_rate(encoded(block), 0)


def test_right_to_rate__first_come__is_earned_too(
    bookings: Any, first_come: bytes, start: int, requester: Any, reach: Any
) -> None:
    asked = request_of(first_come, requester.address, start)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    reach(start + 2 * HOUR_S)
    bookings.right_to_rate(encoded(asked), 0)
