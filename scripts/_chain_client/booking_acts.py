"""Rarer actions on `Bookings`: conditions, states, early returns, series and bundles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scripts._chain_client import abi
from scripts._chain_client.bookings import Announcement, Request, bundle_link
from scripts._chain_client.chain import NO_AUTH, ZERO_ADDRESS, ZERO_HASH, Chain, Receipt

RESOURCE_STATES = {"active": 1, "paused": 2, "retired": 3}
SERIES_MARK_AT, GAP_BITS, MAX_STARTS = 220, 20, 12


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a gated resource asks for beside its terms; `policy` is hex."""

    policy: str = ZERO_ADDRESS
    param: bytes = ZERO_HASH
    quota: int = 0
    opening: int = 0
    requires: bytes = ZERO_HASH

    def values(self) -> tuple[str, bytes, int, int, bytes]:
        """As the ABI wants them."""
        return self.policy, self.param, self.quota, self.opening, self.requires


def announce_gated(chain: Chain, announcement: Announcement, conditions: Conditions) -> tuple[bytes, Receipt]:
    """Announce a resource of the account with conditions; its id."""
    receipt = chain.send("Bookings", "announce_gated", announcement.values(), conditions.values(), NO_AUTH)
    return receipt.event("Bookings", "ResourceAnnounced")["resource"], receipt


def set_resource_state(chain: Chain, resource: bytes, state: str) -> Receipt:
    """Make a resource of the account "active", "paused" or "retired"."""
    return chain.send("Bookings", "set_resource_state", resource, RESOURCE_STATES[state], NO_AUTH)


def request_with(
    chain: Chain, request: Request, conditions: Conditions, data: bytes = b""
) -> tuple[bytes, Receipt]:
    """Ask for an interval of a gated resource, as the account; the request's id."""
    receipt = chain.send("Bookings", "request_with", request.values(), conditions.values(), data, NO_AUTH)
    return receipt.event("Bookings", "BookingRequested")["request"], receipt


def poke(chain: Chain, request: Request, conditions: Conditions, data: bytes = b"") -> Receipt:
    """Have the policy asked again about a pending request."""
    return chain.send("Bookings", "poke", request.values(), conditions.values(), data)


def return_early(chain: Chain, request: Request, end_s: int) -> Receipt:
    """Give the rest of a grant back from `end_s` on, as the requester."""
    return chain.send("Bookings", "return_early", request.values(), end_s, NO_AUTH)


def as_series(request: Request, starts_s: Sequence[int], quantum_s: int) -> Request:
    """The request for all of these ascending starts, up to twelve.

    Raises:
        ValueError: no start, too many, or a gap that is no whole number of quanta or too long.
    """
    if not 1 <= len(starts_s) <= MAX_STARTS:
        raise ValueError(f"a series has 1 to {MAX_STARTS} starts")
    word = 1 << SERIES_MARK_AT
    for index, (before, after) in enumerate(pairwise(starts_s)):
        gap, rest = divmod(after - before, quantum_s)
        if rest or not 0 < gap < 1 << GAP_BITS:
            raise ValueError("starts lie whole time units apart, in ascending order")
        word |= gap << index * GAP_BITS
    return replace(request, start_s=starts_s[0], bundle=word.to_bytes(32, "big"))


def cancel_series(chain: Chain, request: Request, which: int) -> Receipt:
    """Give occurrences of a granted series back, bit i for start i, as the requester."""
    return chain.send("Bookings", "cancel_series", request.values(), which, NO_AUTH)


def as_bundle(requests: Sequence[Request]) -> list[Request]:
    """The requests as items of one bundle, in this order."""
    link = ZERO_HASH
    for item in requests:
        link = bundle_link(link, item)
    return [replace(item, bundle=link) for item in requests]


def together(chain: Chain, calls: Sequence[bytes]) -> Receipt:
    """Make several prepared calls of `Bookings` as the account, all or none."""
    return chain.send("Bookings", "together", list(calls))


def request_bundle(
    chain: Chain,
    items: Sequence[Request],
    conditions: Sequence[Conditions | None] = (),
    data: Sequence[bytes] = (),
) -> Receipt:
    """Ask for all items of a bundle, as the account; with the conditions of those that have some, and what
    their policies want to see."""
    asked = conditions or [None] * len(items)
    shown = data or [b""] * len(items)
    return together(chain, [_asking(*values) for values in zip(items, asked, shown, strict=True)])


def _asking(item: Request, conditions: Conditions | None, data: bytes) -> bytes:
    if conditions is None:
        return abi.encode_call("Bookings", "request", (item.values(), NO_AUTH))
    values = (item.values(), conditions.values(), data, NO_AUTH)
    return abi.encode_call("Bookings", "request_with", values)


def grant_bundle(
    chain: Chain,
    items: Sequence[Request],
    auths: Sequence[tuple[str, int, bytes]] | None = None,
    pokes: Sequence[tuple[Conditions, bytes] | None] = (),
) -> Receipt:
    """Grant all items of a bundle; `auths` are the owners' `Confirm` item by item, empty where the account
    owns it or first comes. Where `pokes` names conditions and data, the item's policy is asked instead."""
    given = auths if auths is not None else [NO_AUTH] * len(items)
    asked = pokes or [None] * len(items)
    calls = []
    for item, auth, poked in zip(items, given, asked, strict=True):
        if poked is None:
            calls.append(abi.encode_call("Bookings", "confirm", (item.values(), auth)))
        else:
            conditions, data = poked
            calls.append(abi.encode_call("Bookings", "poke", (item.values(), conditions.values(), data)))
    return together(chain, calls)
