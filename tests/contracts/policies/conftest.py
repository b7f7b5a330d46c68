"""Gated resources, and requests that a policy on the real `Bookings` decides."""

from collections.abc import Callable
from typing import Any

import pytest
from contracts.booking_values import DAY_S, HOUR_S, POLICY, announcement, on_grid, request_of
from contracts.signing import EMPTY_AUTH

GRANT, PENDING, DENY = 1, 2, 3
Conditions = dict[str, Any]
# enough for the cap of a policy, so that the tests need no estimate
GAS = 1_500_000


@pytest.fixture
def start(now: Callable[[], int]) -> int:
    """A full hour about three days from now."""
    return on_grid(now() + 3 * DAY_S)


@pytest.fixture
def deadline(now: Callable[[], int]) -> int:
    """An hour from now."""
    return now() + HOUR_S


@pytest.fixture
def announced(bookings: Any, owner: Any) -> Callable[..., tuple[bytes, Conditions]]:
    """`announced(policy, param)` announces a resource that the policy decides on; its id and conditions."""

    def announce(
        policy: Any, param: bytes | int, label: str = "drill", rule: int = POLICY, **fields: int
    ) -> tuple[bytes, Conditions]:
        made = announcement(label, rule=rule, gated=1, **fields)
        conditions = {
            "policy": policy.address,
            "param": param.to_bytes(32, "big") if isinstance(param, int) else param,
            "quota": 0,
            "opening": 0,
            "requires": bytes(32),
        }
        bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
        return bytes(bookings.resource_id(owner, made)), conditions

    return announce


@pytest.fixture
def ask(bookings: Any, start: int) -> Callable[..., tuple[dict[str, Any], int]]:
    """`ask(gated, member, data)` requests two hours as a member: the request and its state."""

    def request(
        gated: tuple[bytes, Conditions],
        member: Any,
        data: bytes = b"",
        start_s: int = start,
        **changes: Any,
    ) -> tuple[dict[str, Any], int]:
        resource, conditions = gated
        asked = request_of(resource, member.address, start_s, **changes)
        bookings.request_with(asked, conditions, data, EMPTY_AUTH, sender=member, gas=GAS)
        return asked, bookings.request_state(bookings.request_id(asked))

    return request


@pytest.fixture
def poke(bookings: Any, relayer: Any) -> Callable[..., int]:
    """`poke(gated, request, data)` has the policy asked again, by a relayer; the state that follows."""

    def again(gated: tuple[bytes, Conditions], asked: dict[str, Any], data: bytes = b"") -> int:
        bookings.poke(asked, gated[1], data, sender=relayer, gas=GAS)
        return int(bookings.request_state(bookings.request_id(asked)))

    return again


@pytest.fixture
def verdict(bookings: Any, owner: Any) -> Callable[..., int]:
    """`verdict(policy, param, request, data)`: what the policy answers when the bookings contract asks."""

    def decide(policy: Any, param: bytes, asked: dict[str, Any], data: bytes = b"") -> int:
        key = bytes(bookings.request_id(asked))
        return int(policy.decide(key, asked, owner, param, data, sender=bookings.address))

    return decide
