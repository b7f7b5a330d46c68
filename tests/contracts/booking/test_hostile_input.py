"""Requests, batches and calls that mean harm or mean nothing."""

from typing import Any

import ape
import pytest
from contracts.booking_values import (
    FIRST_COME,
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
from contracts.space_values import space_of, ticket_of

MOST = 2**256 - 1


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("quanta", "bookings: too long"),
        ("units", "bookings: units out of range"),
        ("start", "bookings: beyond the horizon"),
    ],
)
def test_request__greatest_number_there_is__reverts(
    bookings: Any, wanted: dict[str, Any], requester: Any, field: str, reason: str
) -> None:
    with ape.reverts(reason):
        bookings.request({**wanted, field: MOST}, EMPTY_AUTH, sender=requester)
    seen = {**wanted, field: MOST}
    assert not bookings.is_free_for(seen["resource"], seen["start"], seen["quanta"], seen["units"])


def test_request__of_the_first_second_of_all__reverts(bookings: Any, wanted: Any, requester: Any) -> None:
    with ape.reverts("bookings: start has passed"):
        bookings.request({**wanted, "start": 0}, EMPTY_AUTH, sender=requester)


def test_return_early__greatest_number_there_is__reverts(bookings: Any, granted: Any, requester: Any) -> None:
    for end in (0, MOST):
        with ape.reverts("bookings: end out of range"):
            bookings.return_early(granted, end, EMPTY_AUTH, sender=requester)


def test_announce_many__of_none__changes_nothing(bookings: Any, owner: Any) -> None:
    assert bookings.announce_many([], EMPTY_AUTH, sender=owner).decode_logs() == []


def test_announce_many__of_501__reverts(bookings: Any, owner: Any) -> None:
    with ape.reverts():
        bookings.announce_many([announcement()] * 501, EMPTY_AUTH, sender=owner)
    assert bookings.resource(bookings.resource_id(owner, announcement())) == 0


@pytest.fixture
def call(bookings: Any, drill: bytes, requester: Any, start: int) -> Any:
    """`call(3)`: the data of a request, each for another hour."""

    def data(place: int) -> bytes:
        wanted = request_of(drill, requester.address, start + place * HOUR_S, 1)
        return bytes(bookings.request.encode_input(wanted, EMPTY_AUTH))

    return data


def test_together__of_none__changes_nothing(bookings: Any, requester: Any) -> None:
    assert bookings.together([], sender=requester).decode_logs() == []


def test_together__of_sixteen__is_done_and_a_seventeenth_is_not(
    bookings: Any, call: Any, requester: Any
) -> None:
    calls = [call(place) for place in range(17)]
    with ape.reverts():
        bookings.together(calls, sender=requester)
    assert len(bookings.together(calls[:16], sender=requester).decode_logs()) == 16


def test_together__of_a_call_beyond_its_length__reverts(bookings: Any, call: Any, requester: Any) -> None:
    bookings.together([call(0) + bytes(1_600 - len(call(0)))], sender=requester)
    with ape.reverts():
        bookings.together([call(1) + bytes(1_601 - len(call(1)))], sender=requester)


@pytest.mark.parametrize(
    "nonsense", [b"", b"\xde\xad\xbe\xef", b"\0" * 500], ids=["nothing", "unknown", "zeros"]
)
def test_together__of_what_is_no_call__makes_none(
    bookings: Any, call: Any, requester: Any, nonsense: bytes
) -> None:
    with ape.reverts():
        bookings.together([call(0), nonsense], sender=requester)
    with ape.reverts():
        bookings.together([call(0)[:36]], sender=requester)
    assert bookings.together([call(0)], sender=requester).decode_logs()


def test_together__with_native_coin__reverts(bookings: Any, call: Any, requester: Any) -> None:
    with ape.reverts():
        bookings.together([call(0)], sender=requester, value=1)
    assert bookings.balance == 0


def test_together__inside_itself__acts_for_its_caller_and_completes_no_foreign_bundle(
    bookings: Any, announced: Any, requester: Any, start: int, call: Any
) -> None:
    things = [announced("room"), announced("bus")]
    items = bundled([request_of(thing, requester.address, start) for thing in things])
    asking = [bytes(bookings.request.encode_input(item, EMPTY_AUTH)) for item in items]

    def inside(calls: list[bytes]) -> bytes:
        return bytes(bookings.together.encode_input(calls))

    # a part of it inside, the rest outside: neither is complete
    for calls in ([inside(asking[:1]), asking[1]], [asking[0], inside([call(0)]), asking[1]]):
        with ape.reverts():
            bookings.together(calls, sender=requester)
    bookings.together([inside(asking)], sender=requester)
    states = [bookings.request_state(bookings.request_id(item)) for item in items]
    assert states == [PENDING, PENDING]


def test_together__called_back_by_a_policy__is_not_heard(
    bookings: Any, container: Any, announced: Any, owner: Any, requester: Any, start: int, deployer: Any
) -> None:
    policy = container("MockPolicy").deploy(sender=deployer)
    block = request_of(announced("room"), policy.address, start)
    inner = bookings.request.encode_input(block, EMPTY_AUTH)
    policy.set_answer(8, 0, bookings.together.encode_input([inner]), sender=owner)
    made, conditions = announcement("gated", gated=1, rule=2), conditions_of(policy=policy.address)
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
    wanted = request_of(bookings.resource_id(owner, made), requester.address, start)
    asking = bookings.request_with.encode_input(wanted, conditions, b"", EMPTY_AUTH)
    bookings.together([asking], sender=requester, gas_limit=2_000_000)
    assert bookings.request_state(bookings.request_id(block)) == 0
    assert bookings.request_state(bookings.request_id(wanted)) == PENDING


def test_bundle__that_names_itself_or_nothing_known__is_never_complete(
    bookings: Any, drill: bytes, requester: Any, start: int
) -> None:
    wanted = request_of(drill, requester.address, start, bundle=number("a chain of ones own"))
    calls = [bytes(bookings.request.encode_input(wanted, EMPTY_AUTH))]
    with ape.reverts("bookings: bundle incomplete"):
        bookings.together(calls, sender=requester)


def test_quota__returned_early__stays_used_up(bookings: Any, owner: Any, requester: Any, start: int) -> None:
    made, conditions = announcement(gated=1, rule=FIRST_COME), conditions_of(quota=4)
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
    thing = bytes(bookings.resource_id(owner, made))
    # four hours that lie in one period of thirty days
    first = start - start % (30 * 86_400) + 30 * 86_400
    wanted = request_of(thing, requester.address, first, 4)
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=requester)
    bookings.return_early(wanted, first + HOUR_S, EMPTY_AUTH, sender=requester)
    assert bookings.is_free(thing, first + HOUR_S, 3)
    again = request_of(thing, requester.address, first + HOUR_S, 1)
    with ape.reverts("bookings: quota used up"):
        bookings.request_with(again, conditions, b"", EMPTY_AUTH, sender=requester)


def test_quota__is_each_members__so_a_gate_has_to_keep_second_accounts_out(
    bookings: Any, spaces: Any, container: Any, owner: Any, requester: Any, stranger: Any, start: int,
    deployer: Any,
) -> None:  # fmt: skip
    spaces.create(space_of(), EMPTY_AUTH, sender=owner)
    ticket = ticket_of(spaces.space_id(owner, space_of()))
    spaces.issue(ticket, EMPTY_AUTH, sender=owner)
    spaces.give(ticket, [requester], EMPTY_AUTH, sender=owner)
    policy = container("TicketHolder").deploy(spaces, sender=deployer)
    for label, fields, gets_in in (
        ("free for all", {}, True),
        ("for holders", {"policy": policy.address, "param": bytes(spaces.ticket_id(ticket))}, False),
    ):
        made = announcement(label, gated=1, rule=FIRST_COME)
        conditions = conditions_of(quota=2, **fields)
        bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
        thing = bytes(bookings.resource_id(owner, made))
        own = request_of(thing, requester.address, start)
        second = request_of(thing, stranger.address, start + 5 * HOUR_S)
        bookings.request_with(own, conditions, b"", EMPTY_AUTH, sender=requester)
        if gets_in:
            bookings.request_with(second, conditions, b"", EMPTY_AUTH, sender=stranger)
        else:
            with ape.reverts("bookings: not admitted"):
                bookings.request_with(second, conditions, b"", EMPTY_AUTH, sender=stranger)
        assert bookings.request_state(bookings.request_id(own)) == GRANTED
