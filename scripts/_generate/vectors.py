"""Test vectors for the page: what the Python client makes of given values, and its codecs must make too.

One section a slice. Amounts and packed words are decimal strings, because a JavaScript number ends at 2**53.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eth_abi.abi import encode

from indexer.chain.deployment import Deployment
from scripts._chain_client import abi, bookings, escrow, reputation
from scripts._chain_client.chain import NO_AUTH, Chain
from scripts._chain_client.rpc import Rpc
from scripts._generate.places import PAGE
from scripts._generate.signed import signed_vectors

TARGET = PAGE / "chain" / "generated" / "vectors.json"
CHAIN_ID = 31_907
OWNER = "0x" + "70997970C51812dc3A010C7d01b50e0d17dc79C8"
MEMBER = "0x" + "3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"
ARBITRATOR = "0x" + "9965507D1a55bcC2695C58ba16FB37d819B0A4dc"
START_S = 1_893_492_000


class _Nowhere(Rpc):
    """An endpoint that knows only its chain: codecs ask nothing else."""

    def call(self, method: str, *params: Any) -> Any:
        """The chain id; any other question is an error."""
        if method != "eth_chainId":
            raise LookupError(method)
        return hex(CHAIN_ID)


def chain() -> Chain:
    """A chain whose contracts stand at 0x11…, 0x22…, 0x33… and 0x44…."""
    ledger, booked, escrow, token = (bytes([byte]) * 20 for byte in (0x11, 0x22, 0x33, 0x44))
    deployment = Deployment(CHAIN_ID, 1, ledger=ledger, bookings=booked, escrow=escrow, token=token)
    return Chain(_Nowhere("http://127.0.0.1:1"), deployment)


def hexadecimal(value: bytes) -> str:
    """As the page writes bytes."""
    return "0x" + value.hex()


def booking_vectors(on: Chain) -> dict[str, Any]:
    """Services, packed terms, ids of resources and requests, and the calls that carry them."""
    terms = [
        bookings.ResourceTerms(service=bookings.service_id("drill")),
        bookings.ResourceTerms(
            service=bookings.service_id("workshop-room"),
            quantum_s=86_400,
            rule=bookings.FIRST_COME,
            phase_s=79_200,
            horizon_days=1_023,
            ttl_h=1,
            notice_h=1_023,
            max_quanta=4_095,
        ),
    ]
    announcements = [
        bookings.Announcement(one.word(), bytes([0xA0 + number]) * 32, bytes([0xB0 + number]) * 32)
        for number, one in enumerate(terms)
    ]
    resources = [bookings.resource_id(on, OWNER, one) for one in announcements]
    requests = [
        bookings.Request(resource, MEMBER, START_S + number, 8 + number, bytes([0xC0 + number]) * 32)
        for number, resource in enumerate(resources)
    ]
    return {
        "services": {tag: bookings.service_id(tag) for tag in ("drill", "workshop-room", "cooking")},
        "resources": [
            {
                "terms": {
                    "service": one.service,
                    "quantum_s": one.quantum_s,
                    "rule": one.rule,
                    "phase_s": one.phase_s,
                    "horizon_days": one.horizon_days,
                    "ttl_h": one.ttl_h,
                    "notice_h": one.notice_h,
                    "max_quanta": one.max_quanta,
                },
                "word": str(announced.terms),
                "digest": hexadecimal(announced.digest),
                "salt": hexadecimal(announced.salt),
                "owner": OWNER,
                "resource": hexadecimal(resource),
                "announce": _call("announce", announced.values(), NO_AUTH),
            }
            for one, announced, resource in zip(terms, announcements, resources, strict=True)
        ],
        "requests": [
            {
                "resource": hexadecimal(one.resource),
                "requester": one.requester,
                "start_s": one.start_s,
                "quanta": one.quanta,
                "salt": hexadecimal(one.salt),
                "request": hexadecimal(bookings.request_id(on, one)),
                "calls": {
                    "request": _call("request", one.values(), NO_AUTH),
                    "confirm": _call("confirm", one.values(), NO_AUTH),
                    "deny": _call("deny", one.values(), bytes(32), NO_AUTH),
                    "cancel": _call("cancel", one.values(), NO_AUTH),
                },
            }
            for one in requests
        ],
    }


def escrow_vectors(on: Chain) -> dict[str, Any]:
    """Packed schedules, rests, ids of deals, and the call of every act."""
    schedules = [
        escrow.Schedule(START_S, START_S + 28_800, service=bookings.service_id("drill")),
        escrow.Schedule(
            deliver_by_s=2**40 - 1,
            return_by_s=1,
            object_s=2**32 - 1,
            claim_s=3_600,
            answer_s=0,
            silent_payer_bps=2**16 - 1,
            silent_arbitrator_bps=0,
            service=2**24 - 1,
        ),
    ]
    rests = [escrow.Rest(ladder=((ARBITRATOR, 14 * escrow.DAY_S, 2_700_000),)), escrow.Rest()]
    amounts = [(4_000_000, 50_000_000), (2**95 - 1, 0)]
    deals = [
        escrow.Core(
            payer=MEMBER,
            payee=OWNER,
            token=on.address("MockToken"),
            price=price,
            deposit=deposit,
            schedule=schedule.word(),
            booking=bytes([0xD0 + number]) * 32,
            rest=rest.digest(),
            salt=bytes([0xE0 + number]) * 32,
        )
        for number, ((price, deposit), schedule, rest) in enumerate(
            zip(amounts, schedules, rests, strict=True)
        )
    ]
    return {
        "deals": [
            {
                "schedule": {name: getattr(schedule, name) for name in escrow.Schedule.__slots__},
                "word": str(core.schedule),
                "ladder": [
                    {"arbitrator": arbitrator, "window_s": str(window_s), "fee_cap": str(fee_cap)}
                    for arbitrator, window_s, fee_cap in rest.ladder
                ],
                "rest": hexadecimal(core.rest),
                "rest_abi": hexadecimal(encode([escrow.REST], [rest.values()])),
                "payer": core.payer,
                "payee": core.payee,
                "token": core.token,
                "price": str(core.price),
                "deposit": str(core.deposit),
                "booking": hexadecimal(core.booking),
                "salt": hexadecimal(core.salt),
                "terms": hexadecimal(core.terms()),
                "escrow": hexadecimal(escrow.escrow_id(on, core)),
                "calls": _deal_calls(core, rest),
            }
            for schedule, rest, core in zip(schedules, rests, deals, strict=True)
        ],
        "withdraw": _call_of("Escrow", "claim", on.address("MockToken"), MEMBER, 0, NO_AUTH),
    }


def _deal_calls(core: escrow.Core, rest: escrow.Rest) -> dict[str, str]:
    deal, lists, digest = core.values(), rest.values(), bytes([0xF0]) * 32
    arguments: dict[str, tuple[Any, ...]] = {
        "open": (deal, lists, NO_AUTH),
        "release": (deal, NO_AUTH),
        "finish": (deal, NO_AUTH),
        "refund": (deal, NO_AUTH),
        "claim_damage": (deal, lists, 25_000_000, digest, NO_AUTH),
        "accept_claim": (deal, NO_AUTH),
        "dispute": (deal, lists, digest, NO_AUTH),
        "rule": (deal, lists, 15_000_000, 2_000_000, digest, NO_AUTH),
        "cancel": (deal, lists, NO_AUTH),
        "expire": (deal, lists),
    }
    return {name: _call_of("Escrow", name, *values) for name, values in arguments.items()}


def reputation_vectors(on: Chain) -> dict[str, Any]:
    """Commitments to ratings, and the calls that make and open them."""
    source, deal = on.address("Escrow"), bytes([0xD7]) * 32
    found = []
    for side, score in ((0, 5), (1, 1)):
        salt = bytes([0xE7 + side]) * 32
        rater, subject = (MEMBER, OWNER) if side == 0 else (OWNER, MEMBER)
        sealed = reputation.commitment(on, source, deal, side, score, bytes(32), salt)
        opened = (source, deal, side, rater, subject, 14_621_975, 29_000_000, score, bytes(32), salt)
        found.append(
            {
                "source": source,
                "deal": hexadecimal(deal),
                "side": side,
                "score": score,
                "salt": hexadecimal(salt),
                "commitment": hexadecimal(sealed),
                "rater": rater,
                "subject": subject,
                "service": 14_621_975,
                "amount": "29000000",
                "commit": _call_of("ReputationLedger", "commit", source, b"terms", side, sealed, NO_AUTH),
                "reveal": _call_of("ReputationLedger", "reveal", *opened),
            }
        )
    return {"ratings": found, "terms": hexadecimal(b"terms")}


SECTIONS: dict[str, Callable[[Chain], dict[str, Any]]] = {
    "bookings": booking_vectors,
    "escrow": escrow_vectors,
    "reputation": reputation_vectors,
    "typed_data": signed_vectors,
}


def files() -> dict[Path, str]:
    """The file of vectors: path → text."""
    on = chain()
    contracts = {name: on.address(name) for name in on.deployment.addresses}
    sections = {name: section(on) for name, section in SECTIONS.items()}
    whole = {"chain_id": CHAIN_ID, "contracts": contracts, **sections}
    return {TARGET: json.dumps(whole, indent=1, ensure_ascii=False) + "\n"}


def _call(name: str, *arguments: Any) -> str:
    return _call_of("Bookings", name, *arguments)


def _call_of(contract: str, name: str, *arguments: Any) -> str:
    return hexadecimal(abi.encode_call(contract, name, arguments))
