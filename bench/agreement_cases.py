"""What the rarely needed lists of a deal say, what both parties sign, and money that comes by a signature."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bench.gas_ground import (
    DAY,
    DEPOSIT,
    MANUAL,
    NO_AUTH,
    PRICE,
    REQUEST,
    T0,
    ZERO,
    Bench,
    Deal,
    agreed,
    announcement,
)


def agreement_cases(bench: Bench) -> None:
    """Parts, splits, cancelling, unwinding, a ladder, and the two signatures that a token takes."""
    name = "Escrow"
    chain = bench.chains["payer"]
    now_s = T0 + 80 * DAY
    bench.at(now_s)
    milestones = tuple((PRICE // 4, now_s + days * DAY) for days in (1, 4, 7, 10))
    cancellations = ((7 * DAY, 10_000), (DAY, 5_000))
    rungs = tuple((bench.address(who), 7 * DAY, 5_000_000) for who in ("arbitrator", "owner"))
    full = (milestones, cancellations, rungs)

    def opened(rest: tuple[Any, ...] = full, label: str = "", booking: bytes | None = None) -> Deal:
        deal = agreed(bench, now_s, rest, booking=booking)
        receipt = bench.send("payer", f"{name}.open", deal.core, deal.rest, NO_AUTH)
        if label:
            bench.add(f"{name}.open", label, receipt.gas_used)
        return deal

    in_parts = opened(label="four milestones, two cancellations, two arbitrators")
    bench.measure("payer", f"{name}.release_part", "a part", in_parts.core, PRICE // 4, NO_AUTH)
    bench.measure("payer", f"{name}.release_part", "the last part", in_parts.core, PRICE * 3 // 4, NO_AUTH)
    bench.measure("payer", f"{name}.cancel", "half of the price back", *_terms(opened()), NO_AUTH)
    divided = opened()
    message = {
        "escrow": chain.read(name, "escrow_id", divided.core),
        "to_payee": PRICE,
        "word": chain.read(name, "word", chain.read(name, "escrow_id", divided.core)),
        "deadline": now_s + DAY,
    }
    signed = signature(bench, name, "Split", message)
    by_payer = (bench.address("payer"), now_s + DAY, signed)
    bench.measure("payee", f"{name}.split", "one signs", divided.core, PRICE, by_payer, NO_AUTH)

    announced = bench.send("owner", "Bookings.announce", announcement(bench, MANUAL), NO_AUTH)
    resource = announced.event("Bookings", "ResourceAnnounced")["resource"]
    start_s = (now_s // DAY + 20) * DAY
    asked = (resource, bench.address("payer"), start_s, 3, 1, ZERO, ZERO, bench.salt())
    bench.send("payer", "Bookings.request", asked, NO_AUTH)
    booking = chain.read("Bookings", "request_id", asked)
    lost = opened(((), (), ()), booking=booking)
    bench.send("owner", "Bookings.deny", asked, keccak(b"reason"), NO_AUTH)
    bookings = bench.contract("Bookings")
    bench.measure("stranger", f"{name}.unwind", "", lost.core, bookings, encode([REQUEST], [asked]))

    slow, quarrel = opened(), opened()
    by_permit = agreed(bench, now_s, ((), (), rungs[:1]))
    permit = {
        "owner": bench.address("payer"),
        "spender": bench.contract(name),
        "value": PRICE + DEPOSIT,
        "nonce": chain.read("MockToken", "nonces", bench.address("payer")),
        "deadline": now_s + DAY,
    }
    how = funding(1, now_s + DAY, signature(bench, "MockToken", "Permit", permit))
    bench.measure("payer", f"{name}.open_funded", "permit", *_terms(by_permit), how, NO_AUTH)
    # the permit has put its amount in the place of the allowance
    bench.send("payer", "MockToken.approve", bench.contract(name), 10**12)
    by_3009 = agreed(bench, now_s, ((), (), rungs[:1]))
    receive = {
        "from": bench.address("payer"),
        "to": bench.contract(name),
        "value": PRICE + DEPOSIT,
        "validAfter": 0,
        "validBefore": now_s + DAY,
        "nonce": chain.read(name, "escrow_id", by_3009.core),
    }
    signed = signature(bench, "MockToken", "ReceiveWithAuthorization", receive)
    how = funding(2, now_s + DAY, signed)
    bench.measure("stranger", f"{name}.open_funded", "ERC-3009", *_terms(by_3009), how, NO_AUTH)

    bench.send("payer", f"{name}.dispute", *_terms(quarrel), keccak(b"evidence"), NO_AUTH)
    bench.at(now_s + 8 * DAY)
    bench.measure("stranger", f"{name}.expire", "to the next arbitrator", *_terms(quarrel))
    bench.measure("stranger", f"{name}.expire", "a milestone", *_terms(slow))


def _terms(deal: Deal) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    return deal.core, deal.rest


def funding(kind: int, deadline_s: int, signed: bytes) -> tuple[int, int, int, bytes, bytes]:
    """`IEscrow.Funding` of a signature of 65 bytes."""
    return kind, deadline_s, signed[64], signed[:32], signed[32:64]


def signature(bench: Bench, contract: str, primary: str, message: dict[str, Any]) -> bytes:
    """The payer's 65 bytes under typed data of the contract; a token's domain has the token's own name."""
    from scripts._chain_client import typed_data

    chain = bench.chains["payer"]
    domain = typed_data.domain(contract, chain.deployment.chain_id, bench.contract(contract))
    if contract == "MockToken":
        domain["name"] = chain.read(contract, "name")
    full = typed_data.full_message(typed_data.types_of(contract), primary, domain, message)
    return typed_data.sign(chain.account, full)
