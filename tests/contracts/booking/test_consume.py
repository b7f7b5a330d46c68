"""Rights to rate: once per side of a booking that is over, for the ledger alone."""

from typing import Any

import ape
import pytest
from contracts.booking_values import DRILL, HOUR_S, number, request_of
from contracts.signing import EMPTY_AUTH
from eth_abi import encode
from eth_utils import keccak

REQUEST_ABI = ["(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"]


def encoded(asked: dict[str, Any]) -> bytes:
    return encode(REQUEST_ABI, [tuple(asked.values())])


@pytest.fixture
def over(granted: dict[str, Any], travel: Any) -> dict[str, Any]:
    """A granted booking whose time has just ended."""
    travel(granted["start"] + 2 * HOUR_S)
    return granted


@pytest.mark.parametrize(("side", "rater", "subject"), [(0, "requester", "owner"), (1, "owner", "requester")])
def test_consume__after_the_end__names_rater_and_subject(
    bookings: Any,
    over: Any,
    rating_ledger: Any,
    request: pytest.FixtureRequest,
    side: int,
    rater: str,
    subject: str,
) -> None:
    rater_account, subject_account = request.getfixturevalue(rater), request.getfixturevalue(subject)
    before = bookings.request_word(bookings.request_id(over))
    answer = None
    receipt = bookings.consume(encoded(over), side, sender=rating_ledger)
    (event,) = receipt.decode_logs(bookings.RatingRightUsed)
    assert bytes(event.request) == bytes(bookings.request_id(over))
    assert bytes(event.deal) == keccak(encoded(over))
    assert (event.rater, event.side) == (rater_account, side)
    assert bookings.request_word(bookings.request_id(over)) == before | 1 << 44 + side
    other = 1 - side
    answer = bookings.consume.call(encoded(over), other, sender=rating_ledger)
    assert list(answer) == [subject_account, rater_account, DRILL["service"], 0]


@pytest.mark.parametrize("side", [0, 1])
def test_consume__twice__reverts(bookings: Any, over: Any, rating_ledger: Any, side: int) -> None:
    bookings.consume(encoded(over), side, sender=rating_ledger)
    with ape.reverts("bookings: already rated"):
        bookings.consume(encoded(over), side, sender=rating_ledger)
    bookings.consume(encoded(over), 1 - side, sender=rating_ledger)


def test_consume__by_another_than_the_ledger__reverts(bookings: Any, over: Any, requester: Any) -> None:
    with ape.reverts("bookings: not the ledger"):
        bookings.consume(encoded(over), 0, sender=requester)


@pytest.mark.parametrize("change", [lambda terms: terms[:-1], lambda terms: terms + bytes(32), lambda _: b""])
def test_consume__terms_of_another_length__reverts(
    bookings: Any, over: Any, rating_ledger: Any, change: Any
) -> None:
    with ape.reverts("bookings: malformed terms"):
        bookings.consume(change(encoded(over)), 0, sender=rating_ledger)


def test_consume__third_side__reverts(bookings: Any, over: Any, rating_ledger: Any) -> None:
    with ape.reverts("bookings: unknown side"):
        bookings.consume(encoded(over), 2, sender=rating_ledger)


def test_consume__never_asked__reverts(bookings: Any, over: Any, rating_ledger: Any) -> None:
    with ape.reverts("bookings: not granted"):
        bookings.consume(encoded({**over, "salt": number("other")}), 0, sender=rating_ledger)


def test_consume__never_granted__reverts(
    bookings: Any, pending: Any, rating_ledger: Any, travel: Any
) -> None:
    travel(pending["start"] + 2 * HOUR_S)
    with ape.reverts("bookings: not granted"):
        bookings.consume(encoded(pending), 0, sender=rating_ledger)


def test_consume__given_back__reverts(
    bookings: Any, granted: Any, requester: Any, rating_ledger: Any, travel: Any
) -> None:
    bookings.cancel(granted, EMPTY_AUTH, sender=requester)
    travel(granted["start"] + 2 * HOUR_S)
    with ape.reverts("bookings: not granted"):
        bookings.consume(encoded(granted), 0, sender=rating_ledger)


def test_consume__one_second_before_the_end__reverts(
    bookings: Any, granted: Any, rating_ledger: Any, travel: Any
) -> None:
    travel(granted["start"] + 2 * HOUR_S - 1)
    with ape.reverts("bookings: not over yet"):
        bookings.consume(encoded(granted), 0, sender=rating_ledger)


def test_consume__own_booking__reverts(
    bookings: Any, drill: bytes, start: int, owner: Any, rating_ledger: Any, travel: Any
) -> None:
    block = request_of(drill, owner.address, start)
    bookings.request(block, EMPTY_AUTH, sender=owner)
    bookings.confirm(block, EMPTY_AUTH, sender=owner)
    travel(start + 2 * HOUR_S)
    with ape.reverts("bookings: own booking"):
        bookings.consume(encoded(block), 0, sender=rating_ledger)


def test_consume__first_come__is_earned_too(
    bookings: Any, first_come: bytes, start: int, requester: Any, rating_ledger: Any, travel: Any
) -> None:
    asked = request_of(first_come, requester.address, start)
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    travel(start + 2 * HOUR_S)
    bookings.consume(encoded(asked), 0, sender=rating_ledger)
