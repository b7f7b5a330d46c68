"""The transactions around a deal that `bench.gas` measures: direct payments, a court, and the router's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bench.gas_ground import (
    COIN,
    DAY,
    DEPOSIT,
    GATED,
    MANUAL,
    NO_AUTH,
    PRICE,
    REQUEST,
    REST,
    ZERO,
    Bench,
    Deal,
    announcement,
    request,
    schedule,
)

SOURCES = Path(__file__).parent.parent / "contracts"
# answers every call with the word 0: what a dispute costs, and its number
COURT_CODE = "0x5f5f5260205ff3"
COURT = "0x" + "c0" * 20
EXTRA_DATA = b"three jurors"


def unfunded(bench: Bench, booking: bytes = ZERO, rungs: tuple[tuple[str, int, int], ...] = ()) -> Deal:
    """Terms between payer and payee in the token, from now on; nothing opened."""
    rest: tuple[Any, ...] = ((), (), rungs)
    digest = keccak(encode([REST], [rest])) if rungs else ZERO
    sides = (bench.address("payer"), bench.address("payee"), bench.contract("MockToken"))
    packed = schedule(bench.chains["payer"].now_s())
    return Deal((*sides, PRICE, DEPOSIT, packed, booking, digest, bench.salt()), rest)


def payment_cases(bench: Bench) -> None:
    """Paying directly, and giving back what a closed deal brought."""
    name, token, to = "Payments", bench.contract("MockToken"), bench.address("payee")
    for member in ("payer", "payee"):
        bench.send(member, "MockToken.approve", bench.contract(name), 10**12)
    reference = keccak(b"reference")
    bench.measure("payer", f"{name}.pay", "", to, token, PRICE, reference, 0, NO_AUTH)
    bench.measure("payer", f"{name}.pay", "native coin", to, COIN, PRICE, reference, 0, NO_AUTH, value=PRICE)
    pay = {"payee": to, "token": token, "amount": PRICE, "reference": reference, "nonce": 2**200}
    auth = signed(bench, "payer", "Payments", "Pay", "typed_data.Payments.json", pay)
    bench.measure(
        "stranger", f"{name}.pay", "signed, fresh nonce word", to, token, PRICE, reference, 2**200, auth
    )
    deal = unfunded(bench)
    bench.send("payer", "Escrow.open", deal.core, deal.rest, NO_AUTH)
    bench.send("payer", "Escrow.release", deal.core, NO_AUTH)
    bench.send("payee", "Escrow.finish", deal.core, NO_AUTH)
    back = (bench.contract("Escrow"), deal.core, PRICE // 3, 0, NO_AUTH)
    bench.measure("payee", f"{name}.refund_after", "first of a deal", *back)
    bench.measure("payee", f"{name}.refund_after", "further of a deal", *back)
    bench.measure("payee", f"{name}.cancel_nonce", "", 1)


def court_cases(bench: Bench) -> None:
    """Asking a court that itself uses next to nothing, its ruling, and carrying that out."""
    from scripts._chain_client.abi import encode_call
    from scripts._deployment import _create

    name, chain = "Court792", bench.chains["stranger"]
    chain.rpc.call("anvil_setCode", COURT, COURT_CODE)
    chain.rpc.call("anvil_setBalance", COURT, hex(10**18))
    deployed = chain.deployment
    address = _create(chain.rpc, chain.account, deployed.chain_id, name, (COURT, EXTRA_DATA))[0]
    for other in bench.chains.values():
        other.deployment = replace(deployed, others={**deployed.others, name: address})
    deal = unfunded(bench, rungs=((bench.contract(name), 7 * DAY, 0),))
    bench.send("payer", "Escrow.open", deal.core, deal.rest, NO_AUTH)
    bench.send("payer", "Escrow.dispute", deal.core, deal.rest, keccak(b"evidence"), NO_AUTH)
    terms = (bench.contract("Escrow"), deal.core, deal.rest)
    bench.measure("stranger", f"{name}.take", "without the court's own", *terms, EXTRA_DATA)
    ruling = {
        "from": COURT,
        "to": bench.contract(name),
        "data": "0x" + encode_call(name, "rule", (0, 2)).hex(),
    }
    chain.rpc.call("anvil_impersonateAccount", COURT)
    bench.add(f"{name}.rule", "", chain.wait(chain.rpc.call("eth_sendTransaction", ruling)).gas_used)
    bench.measure("stranger", f"{name}.carry_out", "price", *terms)


def router_cases(bench: Bench) -> None:
    """A deal and its booking, both signed, in one transaction."""
    made = bench.send("owner", "Bookings.announce", announcement(bench, MANUAL), NO_AUTH)
    resource = made.event("Bookings", "ResourceAnnounced")["resource"]
    asked = request(bench, resource, 24 * 60)
    bookings, chain_id = bench.contract("Bookings"), bench.chains["payer"].deployment.chain_id
    kinds = ["uint256", "address", REQUEST]
    deal = unfunded(bench, keccak(encode(kinds, [chain_id, bookings, asked])))
    names = ("resource", "requester", "start", "quanta", "units", "gathering", "bundle", "salt")
    wanted = {"request": dict(zip(names, asked, strict=True))}
    books = signed(bench, "payer", "Bookings", "Book", "typed_data.json", wanted)
    opens = signed(bench, "payer", "Escrow", "Open", "typed_data.json", readable(deal))
    both = (bench.contract("Escrow"), deal.core, deal.rest, opens, bookings, asked, books)
    bench.measure("stranger", "Router.open_and_request", "both signed, manual rule", *both)

    # a quota is the condition that costs most of those that need no policy
    conditions = (COIN, ZERO, 1_000, 0, ZERO)
    terms = announcement(bench, MANUAL, more_terms=GATED)
    made = bench.send("owner", "Bookings.announce_gated", terms, conditions, NO_AUTH)
    asked = request(bench, made.event("Bookings", "ResourceAnnounced")["resource"], 24 * 60)
    deal = unfunded(bench, keccak(encode(kinds, [chain_id, bookings, asked])))
    gated: dict[str, Any] = {"request": dict(zip(names, asked, strict=True)), "data": b""}
    books = signed(bench, "payer", "Bookings", "BookWith", "typed_data.json", gated)
    opens = signed(bench, "payer", "Escrow", "Open", "typed_data.json", readable(deal))
    half = (bench.contract("Escrow"), deal.core, deal.rest, opens)
    other = (bookings, asked, conditions, b"", books)
    bench.measure("stranger", "Router.open_and_request_with", "both signed, with a quota", *half, *other)


def readable(deal: Deal) -> dict[str, Any]:
    """The fields of the typed data `Open` of terms without a rest."""
    payer, payee, token, price, deposit, packed, booking, _, salt = deal.core
    message = {"payer": payer, "payee": payee, "token": token, "price": price, "deposit": deposit}
    widths = {"deliver_by": 40, "object_s": 32, "return_by": 40, "claim_s": 32, "answer_s": 32}
    widths |= {"silent_payer_bps": 16, "silent_arbitrator_bps": 16, "service": 24}
    for name, width in widths.items():
        message[name] = packed & (1 << width) - 1
        packed >>= width
    return message | {"booking": booking, "milestones": [], "cancellations": [], "ladder": [], "salt": salt}


def signed(
    bench: Bench, who: str, contract: str, primary: str, document: str, message: dict[str, Any]
) -> tuple[str, int, bytes]:
    """An actor's authorisation for a year, from the types beside the source."""
    from eth_account import Account

    chain = bench.chains[who]
    folder = {"Bookings": "booking"}.get(contract, "escrow")
    types = json.loads((SOURCES / folder / document).read_text())
    waiting, used = [primary], {}
    while waiting:
        name = waiting.pop()
        used[name] = types[name]
        waiting += [base for field in types[name] if (base := field["type"].split("[")[0]) in types]
    deadline = 2**40
    signature = Account.sign_typed_data(
        chain.account.key,
        {
            "name": f"Allmende {contract}",
            "version": "1",
            "chainId": chain.deployment.chain_id,
            "verifyingContract": bench.contract(contract),
        },
        used,
        message | {"deadline": deadline},
    ).signature
    return bench.address(who), deadline, bytes(signature)
