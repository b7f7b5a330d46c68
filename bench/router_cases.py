"""The router's transactions without an allowance that `bench.gas` measures."""

from __future__ import annotations

from typing import Any

from bench.agreement_cases import funding, signature
from bench.gas_ground import (
    COIN,
    DAY,
    DEPOSIT,
    GATED,
    MANUAL,
    NO_AUTH,
    PRICE,
    ZERO,
    Bench,
    announcement,
)
from bench.payment_cases import unfunded


def funded_router_cases(bench: Bench) -> None:
    """A deal paid by a signature for the token and its booking: the payer signs both, somebody else sends."""
    name, chain = "Router", bench.chains["payer"]
    bookings = bench.contract("Bookings")

    def wanted(resource: bytes) -> tuple[Any, ...]:
        start_s = (chain.now_s() // DAY + 20) * DAY
        return resource, chain.me, start_s, 3, 1, ZERO, ZERO, bench.salt()

    def pair(asked: tuple[Any, ...], kind: int) -> tuple[Any, ...]:
        deal = unfunded(bench, chain.read("Bookings", "request_id", asked))
        deadline_s = chain.now_s() + DAY
        message: dict[str, Any] = {"value": PRICE + DEPOSIT}
        if kind == 1:
            message |= {"owner": chain.me, "spender": bench.contract("Escrow"), "deadline": deadline_s}
            message |= {"nonce": chain.read("MockToken", "nonces", chain.me)}
            opens = chain.sign_act("Escrow", "open", (deal.core, deal.rest, NO_AUTH), DAY)
            how = funding(1, deadline_s, signature(bench, "MockToken", "Permit", message))
        else:
            message |= {"from": chain.me, "to": bench.contract("Escrow"), "validAfter": 0}
            message |= {"validBefore": deadline_s, "nonce": chain.read("Escrow", "escrow_id", deal.core)}
            opens = NO_AUTH
            how = funding(2, deadline_s, signature(bench, "MockToken", "ReceiveWithAuthorization", message))
        return bench.contract("Escrow"), deal.core, deal.rest, how, opens

    made = bench.send("owner", "Bookings.announce", announcement(bench, MANUAL), NO_AUTH)
    resource = made.event("Bookings", "ResourceAnnounced")["resource"]
    for kind, case in ((1, "permit"), (2, "ERC-3009")):
        asked = wanted(resource)
        books = chain.sign_act("Bookings", "request", (asked, NO_AUTH), DAY)
        both = (*pair(asked, kind), bookings, asked, books)
        bench.measure("stranger", f"{name}.open_funded_and_request", case, *both)

    conditions = (COIN, ZERO, 1_000, 0, ZERO)
    terms = announcement(bench, MANUAL, more_terms=GATED)
    made = bench.send("owner", "Bookings.announce_gated", terms, conditions, NO_AUTH)
    resource = made.event("Bookings", "ResourceAnnounced")["resource"]
    for kind, case in ((1, "permit, with a quota"), (2, "ERC-3009, with a quota")):
        asked = wanted(resource)
        books = chain.sign_act("Bookings", "request_with", (asked, conditions, b"", NO_AUTH), DAY)
        both = (*pair(asked, kind), bookings, asked, conditions, b"", books)
        bench.measure("stranger", f"{name}.open_funded_and_request_with", case, *both)
    # a permit has put its amount in the place of the allowance
    bench.send("payer", "MockToken.approve", bench.contract("Escrow"), 10**12)
