"""Every act on a deal, a payment and a route that is open to members who only sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boa
from contracts.compiling import source_path
from contracts.signed_world import DIGEST, HOUR_S, Call, World, key

from scripts._chain_client import funding
from scripts._chain_client.bookings import FIRST_COME, Announcement, ResourceTerms
from scripts._chain_client.chain import NO_AUTH
from scripts._chain_client.escrow import Core, Rest
from scripts._chain_client.funding import ERC_3009, PERMIT

# A policy that needs most of the gas it is promised, and then grants
THIRSTY = """
struct Request:
    resource: bytes32
    requester: address
    start: uint256
    quanta: uint256
    units: uint256
    gathering: bytes32
    bundle: bytes32
    salt: bytes32

@external
@view
def decide(id: bytes32, request: Request, owner: address, param: bytes32, data: Bytes[2048]) -> uint256:
    said: bytes32 = id
    for i: uint256 in range(1000):
        said = keccak256(said)
    assert said != empty(bytes32)
    return 1
"""
POLICY, GATED = 2, 1 << 231
# how the hostile token answers a transfer
REVERTS = 5


def gated(world: World, policy: str, role: str = "requester") -> tuple[Any, ...]:
    """The request, conditions and data with which a thing is asked for whose policy this is."""
    conditions = (policy, DIGEST, 0, 0, bytes(32))
    made = Announcement(ResourceTerms(7, rule=POLICY).word() | GATED, DIGEST, DIGEST).values()
    resource = bytes(world.act("owner", "Bookings", "announce_gated", made, conditions))
    return world.request(resource, role).values(), conditions, b"a letter"


def _with(core_and_rest: tuple[Core, Rest]) -> tuple[Any, Any]:
    core, rest = core_and_rest
    return core.values(), rest.values()


def _funding(world: World, core: Core, kind: int) -> tuple[Any, ...]:
    """The payer's signature for the token in place of an allowance."""
    world.token.approve(world.contracts["Escrow"], 0, sender=key("payer").address)
    client = world.by("payer")
    return funding.signed_funding(client, core, kind, client.now_s() + HOUR_S).values()


def _open_funded(kind: int) -> Callable[[World], Call]:
    def make(world: World) -> Call:
        core, rest = world.deal()
        how = _funding(world, core, kind)
        return world.signed("payer", "Escrow", "open_funded", core.values(), rest.values(), how, NO_AUTH)

    return make


def _claim(world: World) -> Call:
    """Withdrawing what could not be paid out, because the token refused it for a while."""
    token = boa.load(str(source_path("MockHostileToken")))
    token.mint(key("payer").address, 10**6)
    token.approve(world.contracts["Escrow"], 10**6, sender=key("payer").address)
    core, rest = world.deal(token=str(token.address))
    world.act("payer", "Escrow", "open", core.values(), rest.values())
    token.set_mode(0, REVERTS)
    world.act("payer", "Escrow", "release", core.values())
    token.set_mode(0, 0)
    return world.signed("payee", "Escrow", "claim", core.token, key("payee").address, 0, NO_AUTH)


def _split(world: World) -> Call:
    """Signed by both, one after the other."""
    core, _ = world.claimed()
    by_payee = world.by("payee").sign_act("Escrow", "split", (core.values(), 700, NO_AUTH, NO_AUTH), HOUR_S)
    return world.signed("payer", "Escrow", "split", core.values(), 700, NO_AUTH, by_payee)


def _routed(function: str, kind: int | None = None) -> Callable[[World], Call]:
    """A deal and its booking, asked for by who pays."""

    def make(world: World) -> Call:
        with_gate = function.endswith("_with")
        if with_gate:
            values, *gate = gated(world, str(boa.loads(THIRSTY).address), "payer")
        else:
            request = world.request(world.announced(FIRST_COME), "payer")
            values, gate = request.values(), []
        client = world.by()
        booking = bytes(client.read("Bookings", "request_id", values))
        core, rest = world.deal(booking=booking)
        paid = () if kind is None else (_funding(world, core, kind),)
        half = (client.address("Escrow"), core.values(), rest.values(), *paid, NO_AUTH)
        return world.signed(
            "payer", "Router", function, *half, client.address("Bookings"), values, *gate, NO_AUTH
        )

    return make


def _refund_after(world: World) -> Call:
    core, _ = world.closed()
    source = "0x" + world.deployment.addresses["Escrow"].hex()
    return world.signed("payee", "Payments", "refund_after", source, core.values(), 400, 0, NO_AUTH)


# "Contract.function" → the world is brought to where the act is possible, and the signed act
DEAL_ACTS: dict[str, Callable[[World], Call]] = {
    "Escrow.open_funded permit": _open_funded(PERMIT),
    "Escrow.open_funded ERC-3009": _open_funded(ERC_3009),
    "Escrow.release_part": lambda w: w.signed(
        "payer", "Escrow", "release_part", w.funded()[0].values(), 300, NO_AUTH
    ),
    "Escrow.split": _split,
    "Escrow.claim": _claim,
    "Escrow.cancel": lambda w: w.signed("payer", "Escrow", "cancel", *_with(w.funded()), NO_AUTH),
    "Router.open_and_request": _routed("open_and_request"),
    "Router.open_and_request_with": _routed("open_and_request_with"),
    "Router.open_funded_and_request permit": _routed("open_funded_and_request", PERMIT),
    "Router.open_funded_and_request ERC-3009": _routed("open_funded_and_request", ERC_3009),
    "Router.open_funded_and_request_with permit": _routed("open_funded_and_request_with", PERMIT),
    "Router.open_funded_and_request_with ERC-3009": _routed("open_funded_and_request_with", ERC_3009),
    "Escrow.open": lambda w: w.signed("payer", "Escrow", "open", *_with(w.deal()), NO_AUTH),
    "Escrow.release": lambda w: w.signed("payer", "Escrow", "release", w.funded()[0].values(), NO_AUTH),
    "Escrow.finish": lambda w: w.signed("payee", "Escrow", "finish", w.funded()[0].values(), NO_AUTH),
    "Escrow.refund": lambda w: w.signed("payee", "Escrow", "refund", w.funded()[0].values(), NO_AUTH),
    "Escrow.claim_damage": lambda w: w.signed(
        "payee", "Escrow", "claim_damage", *_with(w.funded()), 700, DIGEST, NO_AUTH
    ),
    "Escrow.accept_claim": lambda w: w.signed(
        "payer", "Escrow", "accept_claim", w.claimed()[0].values(), NO_AUTH
    ),
    "Escrow.dispute": lambda w: w.signed("payer", "Escrow", "dispute", *_with(w.claimed()), DIGEST, NO_AUTH),
    "Escrow.rule": lambda w: w.signed(
        "arbitrator", "Escrow", "rule", *_with(w.disputed()), 900, 100, DIGEST, NO_AUTH
    ),
    "Payments.pay": lambda w: w.signed(
        "payer", "Payments", "pay", key("payee").address, str(w.token.address), 40, DIGEST, 0, NO_AUTH
    ),
    "Payments.refund_after": _refund_after,
}
