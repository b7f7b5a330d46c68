"""Every act that is open to members who only sign, each at a moment when it is possible.

What is signed is made by the command line's client, so that a test of the contracts is one of the client too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boa
from contracts.signed_deals import DEAL_ACTS, THIRSTY, gated
from contracts.signed_world import DAY_S, DIGEST, HOUR_S, OTHERS, REVEALED, T0_S, Call, World, key
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._chain_client import abi
from scripts._chain_client.booking_acts import as_series
from scripts._chain_client.bookings import FIRST_COME, MANUAL, REQUEST, Announcement, ResourceTerms
from scripts._chain_client.chain import NO_AUTH, ZERO_ADDRESS

GATED = 1 << 231


def _announce_gated(world: World) -> Call:
    made = Announcement(ResourceTerms(7).word() | GATED, DIGEST, DIGEST).values()
    conditions = (ZERO_ADDRESS, bytes(32), 20, 2**168 - 1, bytes(32))
    return world.signed("owner", "Bookings", "announce_gated", made, conditions, NO_AUTH)


def _return_early(world: World) -> Call:
    request = world.requested(FIRST_COME)
    return world.signed(
        "requester", "Bookings", "return_early", request.values(), request.start_s + HOUR_S, NO_AUTH
    )


def _series(world: World, granted: bool = False) -> tuple[Any, ...]:
    """Three times of one thing in one request."""
    one = world.request(world.announced(FIRST_COME if granted else MANUAL))
    starts_s = [one.start_s + days * DAY_S for days in (0, 1, 3)]
    values = as_series(one, starts_s, HOUR_S).values()
    if granted:
        world.act("requester", "Bookings", "request", values)
    return values


def _bundle(world: World) -> Call:
    """Two things or none, asked for in one go."""
    resources = [world.announced(rule) for rule in (MANUAL, FIRST_COME)]
    single = [world.request(resource) for resource in resources]
    chain = bytes(32)
    for one in single:
        chain = keccak(encode(["bytes32", REQUEST], [chain, one.values()]))
    items = [replace(one, bundle=chain).values() for one in single]
    calls = [abi.encode_call("Bookings", "request", (item, NO_AUTH)) for item in items]
    return world.signed("requester", "Bookings", "together", calls)


def _announcement(world: World, salt: int = 9) -> tuple[int, bytes, bytes]:
    return Announcement(ResourceTerms(7, phase_s=900).word(), DIGEST, bytes([salt]) * 32).values()


def _bookings(world: World, role: str, function: str, *more: Any) -> Call:
    return world.signed(role, "Bookings", function, world.requested().values(), *more, NO_AUTH)


def _commit(world: World) -> Call:
    core, _ = world.closed()
    return world.signed(
        "payer", "ReputationLedger", "commit", _escrow(world), core.terms(), 0, DIGEST, NO_AUTH
    )


def _escrow(world: World) -> str:
    return "0x" + world.deployment.addresses["Escrow"].hex()


def _rate_both(world: World) -> Call:
    core, _ = world.closed()
    said = [(5, DIGEST), (4, bytes(32))]
    half = world.signed(
        "payer", "ReputationLedger", "rate_both", _escrow(world), core.terms(), said, [NO_AUTH, OTHERS]
    )
    return world.signed(
        "payee",
        "ReputationLedger",
        "rate_both",
        *half.arguments[:3],
        [half.arguments[3][0], NO_AUTH],
    )


def _rated(world: World, role: str, function: str, *more: Any) -> Call:
    """An act on a rating that was counted."""
    both = _rate_both(world)
    logs = world.submit(both)
    deal = keccak(
        encode(["uint256", "address"], [world.deployment.chain_id, _escrow(world)]) + both.arguments[1]
    )
    weight = next(data for _, topics, data in logs if topics[0] == REVEALED)[-32:]
    entry = (
        key("payer").address,
        key("payee").address,
        7,
        int.from_bytes(weight),
        int(boa.env.evm.patch.timestamp),
    )
    return world.signed(role, "ReputationLedger", function, _escrow(world), deal, 0, entry, *more, NO_AUTH)


def _spaces(role: str, function: str, make: Callable[[World], tuple[Any, ...]]) -> Callable[[World], Call]:
    return lambda world: world.signed(role, "Spaces", function, *make(world), NO_AUTH)


def _given(world: World) -> tuple[Any, bytes]:
    _, ticket = world.space()
    world.act("owner", "Spaces", "give", ticket, [key("requester").address])
    where = [world.deployment.chain_id, str(world.contracts["Spaces"].address), ticket]
    return ticket, keccak(encode(["uint256", "address", "(bytes32,uint256,bytes32,bytes32)"], where))


def _hosted(world: World) -> tuple[bytes]:
    space, _ = world.space()
    gathering = (space, T0_S + DAY_S, T0_S + 2 * DAY_S, DIGEST, DIGEST)
    return (bytes(world.act("owner", "Spaces", "host", gathering)),)


# "Contract.function" → the world is brought to where the act is possible, and the signed act
ACTS: dict[str, Callable[[World], Call]] = {
    "Bookings.announce": lambda w: w.signed("owner", "Bookings", "announce", _announcement(w), NO_AUTH),
    "Bookings.announce_many": lambda w: w.signed(
        "owner", "Bookings", "announce_many", [_announcement(w, 1), _announcement(w, 2)], NO_AUTH
    ),
    "Bookings.announce_gated": _announce_gated,
    "Bookings.together": _bundle,
    "Bookings.request_with": lambda w: w.signed(
        "requester", "Bookings", "request_with", *gated(w, str(boa.loads(THIRSTY).address)), NO_AUTH
    ),
    "Bookings.return_early": _return_early,
    "Bookings.set_resource_state": lambda w: w.signed(
        "owner", "Bookings", "set_resource_state", w.announced(), 2, NO_AUTH
    ),
    "Bookings.request": lambda w: w.signed(
        "requester", "Bookings", "request", w.request(w.announced()).values(), NO_AUTH
    ),
    "Bookings.request first come": lambda w: w.signed(
        "requester", "Bookings", "request", w.request(w.announced(FIRST_COME)).values(), NO_AUTH
    ),
    "Bookings.request series": lambda w: w.signed("requester", "Bookings", "request", _series(w), NO_AUTH),
    "Bookings.cancel_series": lambda w: w.signed(
        "requester", "Bookings", "cancel_series", _series(w, granted=True), 0b110, NO_AUTH
    ),
    "Bookings.confirm": lambda w: _bookings(w, "owner", "confirm"),
    "Bookings.deny": lambda w: _bookings(w, "owner", "deny", DIGEST),
    "Bookings.cancel": lambda w: _bookings(w, "requester", "cancel"),
    **DEAL_ACTS,
    "ReputationLedger.commit": _commit,
    "ReputationLedger.rate_both": _rate_both,
    "ReputationLedger.respond": lambda w: _rated(w, "payee", "respond", DIGEST),
    "ReputationLedger.retract": lambda w: _rated(w, "payer", "retract"),
    "Spaces.create": _spaces("owner", "create", lambda w: ((bytes(32), bytes(32), DIGEST, DIGEST),)),
    "Spaces.close": _spaces("owner", "close", lambda w: (w.space()[0],)),
    "Spaces.hand_over": _spaces("owner", "hand_over", lambda w: (w.space()[0], key("payer").address)),
    "Spaces.set_gate": _spaces("owner", "set_gate", lambda w: (_given(w)[0][0], _given_id(w))),
    "Spaces.issue": _spaces("owner", "issue", lambda w: ((w.space()[0], 9, DIGEST, bytes(32)),)),
    "Spaces.give": _spaces(
        "owner", "give", lambda w: (w.space()[1], [key("payer").address, key("payee").address])
    ),
    "Spaces.take_back": _spaces("owner", "take_back", lambda w: (_given(w)[0], key("requester").address)),
    "Spaces.renounce": _spaces("requester", "renounce", lambda w: (_given(w)[1],)),
    "Spaces.host": _spaces(
        "owner", "host", lambda w: ((w.space()[0], T0_S + DAY_S, T0_S + 2 * DAY_S, DIGEST, DIGEST),)
    ),
    "Spaces.call_off": _spaces("owner", "call_off", _hosted),
    "Spaces.list_resources": _spaces(
        "owner",
        "list_resources",
        lambda w: (w.space()[0], str(w.contracts["Bookings"].address), [DIGEST, bytes(32)], 0),
    ),
}


def _given_id(world: World) -> bytes:
    space = world.by().read(
        "Spaces", "space_id", key("owner").address, (bytes(32), bytes(32), DIGEST, DIGEST)
    )
    where = [world.deployment.chain_id, str(world.contracts["Spaces"].address), (space, 5, DIGEST, DIGEST)]
    return keccak(encode(["uint256", "address", "(bytes32,uint256,bytes32,bytes32)"], where))
