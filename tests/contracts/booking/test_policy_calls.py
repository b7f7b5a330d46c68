"""A policy decides, admits, or leaves waiting; what it answers besides a verdict counts as waiting."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import DENIED, GRANTED, PENDING, announcement, conditions_of, request_of
from contracts.signing import EMPTY_AUTH

MANUAL, FIRST_COME, POLICY = 0, 1, 2
# runtime code of the smallest contracts that answer every call in one way
ANSWERS = {
    "grant": "600160005260206000f3",
    "pending": "600260005260206000f3",
    "deny": "600360005260206000f3",
    "zero": "600060005260206000f3",
    "four": "600460005260206000f3",
    "two words": "600160005260406000f3",
    "a byte less": "6001600052601f6000f3",
    "nothing": "00",
    "a revert": "600160005260206000fd",
    "all gas": "5b600056",
    "a megabyte": "620fffff6000f3",
}
ODD = ("zero", "four", "two words", "a byte less", "nothing", "a revert", "all gas", "a megabyte")


@pytest.fixture
def answering(chain: Any, deployer: Any, accounts: Any) -> Callable[[str], str]:
    """`answering("grant")`: the address of a contract that answers so."""

    def deploy(how: str) -> str:
        code = bytes.fromhex(ANSWERS[how])
        creation = bytes([0x60, len(code), 0x80, 0x60, 0x0B, 0x60, 0, 0x39, 0x60, 0, 0xF3]) + code
        transaction = chain.provider.network.ecosystem.create_transaction(data=creation)
        return str(deployer.call(transaction).contract_address)

    return deploy


@pytest.fixture
def asked(bookings: Any, owner: Any, requester: Any, start: int, answering: Any) -> Callable[..., Any]:
    """`asked(rule, "grant")`: the request and the conditions of a resource with that policy."""

    def make(rule: int, how: str) -> tuple[dict[str, Any], dict[str, Any]]:
        made = announcement(how, gated=1, rule=rule)
        conditions = conditions_of(policy=answering(how))
        bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
        resource = bytes(bookings.resource_id(owner, made))
        return request_of(resource, requester.address, start), conditions

    return make


def state(bookings: Any, request: dict[str, Any]) -> int:
    return int(bookings.request_state(bookings.request_id(request)))


@pytest.mark.parametrize(("how", "becomes"), [("grant", GRANTED), ("pending", PENDING)])
def test_policy__that_decides__grants_at_once_or_leaves_waiting(
    bookings: Any, asked: Any, requester: Any, how: str, becomes: int
) -> None:
    request, conditions = asked(POLICY, how)
    bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)
    assert state(bookings, request) == becomes
    assert bookings.is_free(request["resource"], request["start"], 2) == (becomes == PENDING)


def test_policy__that_denies__reverts(bookings: Any, asked: Any, requester: Any) -> None:
    request, conditions = asked(POLICY, "deny")
    with ape.reverts("bookings: policy denies"):
        bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize("how", ODD)
def test_policy__that_answers_oddly__leaves_waiting(
    bookings: Any, asked: Any, requester: Any, owner: Any, how: str
) -> None:
    request, conditions = asked(POLICY, how)
    bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)
    assert state(bookings, request) == PENDING
    with ape.reverts("bookings: still pending"):
        bookings.poke(request, conditions, b"", sender=requester)
    bookings.confirm(request, EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize("rule", [MANUAL, FIRST_COME])
@pytest.mark.parametrize("how", ["pending", "deny", "a revert"])
def test_gate__that_does_not_admit__reverts(
    bookings: Any, asked: Any, requester: Any, rule: int, how: str
) -> None:
    request, conditions = asked(rule, how)
    with ape.reverts("bookings: not admitted"):
        bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize(("rule", "becomes"), [(MANUAL, PENDING), (FIRST_COME, GRANTED)])
def test_gate__that_admits__leaves_it_to_the_rule(
    bookings: Any, asked: Any, requester: Any, rule: int, becomes: int
) -> None:
    request, conditions = asked(rule, "grant")
    bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)
    assert state(bookings, request) == becomes


def test_policy__starved_of_gas__reverts_instead_of_waiting(
    bookings: Any, asked: Any, requester: Any
) -> None:
    request, conditions = asked(POLICY, "all gas")
    with ape.reverts("bookings: more gas needed"):
        bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester, gas=350_000)
    bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester, gas=500_000)
    assert state(bookings, request) == PENDING


@pytest.mark.parametrize(("verdict", "becomes"), [(1, GRANTED), (3, DENIED)])
def test_poke__a_policy_that_made_up_its_mind__is_carried_out_by_anybody(
    bookings: Any,
    container: Any,
    owner: Any,
    requester: Any,
    stranger: Any,
    start: int,
    verdict: int,
    becomes: int,
) -> None:
    policy = container("MockPolicy").deploy(sender=stranger)
    policy.set_answer(0, 2, b"", sender=stranger)
    made, conditions = announcement("mind", gated=1, rule=POLICY), conditions_of(policy=policy.address)
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
    request = request_of(bytes(bookings.resource_id(owner, made)), requester.address, start)
    bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: still pending"):
        bookings.poke(request, conditions, b"", sender=stranger)
    policy.set_answer(0, verdict, b"", sender=stranger)
    with ape.reverts("bookings: foreign conditions"):
        bookings.poke(request, {**conditions, "quota": 1}, b"", sender=stranger)
    receipt = bookings.poke(request, conditions, b"", sender=stranger)
    kind = bookings.BookingGranted if becomes == GRANTED else bookings.BookingDenied
    (event,) = receipt.decode_logs(kind)
    assert event.actor == stranger
    assert state(bookings, request) == becomes
    with ape.reverts("bookings: not pending"):
        bookings.poke(request, conditions, b"", sender=stranger)


def test_poke__under_another_rule__reverts(bookings: Any, asked: Any, requester: Any) -> None:
    request, conditions = asked(MANUAL, "grant")
    bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: no policy"):
        bookings.poke(request, conditions, b"", sender=requester)


@pytest.mark.parametrize(("new_state", "reason"), [(2, "bookings: paused"), (3, "bookings: retired")])
def test_poke__paused_or_retired__reverts(
    bookings: Any, asked: Any, requester: Any, owner: Any, new_state: int, reason: str
) -> None:
    request, conditions = asked(POLICY, "pending")
    bookings.request_with(request, conditions, b"", EMPTY_AUTH, sender=requester)
    bookings.set_resource_state(request["resource"], new_state, EMPTY_AUTH, sender=owner)
    with ape.reverts(reason):
        bookings.poke(request, conditions, b"", sender=requester)
