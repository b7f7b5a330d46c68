"""Funding, the quiet way, claims, disputes and expiries: the cases of `Escrow`."""

from __future__ import annotations

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bench.gas_ground import COIN, CORE, DAY, DEPOSIT, EMPTY_REST, NO_AUTH, PRICE, T0, Bench, Deal, agreed
from bench.rating_cases import further_rating_cases, rating_cases


def fund(
    bench: Bench, now_s: int, label: str = "", token: str | None = None, arbitrated: bool = True
) -> Deal:
    """Open an escrow, measured where a label says so."""
    rung = (bench.address("arbitrator"), 7 * DAY, 5_000_000)
    deal = agreed(bench, now_s, ((), (), (rung,) if arbitrated else ()), token)
    value = PRICE + DEPOSIT if token == COIN else 0
    receipt = bench.send("payer", "Escrow.open", deal.core, deal.rest, NO_AUTH, value=value)
    if label:
        bench.add("Escrow.open", label, receipt.gas_used)
    return deal


def escrow_cases(bench: Bench) -> None:
    """Funding, the quiet way, claims, disputes, rulings, every expiry, and a payout that had to wait."""
    name = "Escrow"
    for member in ("payer", "payee", "arbitrator"):
        bench.send(member, "MockToken.mint", bench.address(member), 10**12)
    # a finite allowance for everything: each pull writes it, as on a plain token
    bench.send("payer", "MockToken.approve", bench.contract(name), 10**12)
    now_s = T0 + 40 * DAY
    bench.at(now_s)
    fund(bench, now_s)

    quiet = fund(bench, now_s, "with an arbitrator")
    plain = fund(bench, now_s, "without arbitrator", arbitrated=False)
    coin = fund(bench, now_s, "native coin", token=COIN)
    bench.measure("payer", f"{name}.release", "first leg", quiet.core, NO_AUTH)
    bench.measure("payee", f"{name}.finish", "last leg", quiet.core, NO_AUTH)
    bench.measure("payee", f"{name}.finish", "first leg", plain.core, NO_AUTH)
    bench.measure("payer", f"{name}.release", "last leg", plain.core, NO_AUTH)
    bench.measure("payee", f"{name}.refund", "", fund(bench, now_s).core, NO_AUTH)

    accepted, settled, price_only = fund(bench, now_s), fund(bench, now_s), fund(bench, now_s)
    evidence = keccak(b"evidence")

    def claim(deal: Deal, label: str = "") -> None:
        function, arguments = f"{name}.claim_damage", (deal.core, deal.rest, 20_000_000, evidence, NO_AUTH)
        if label:
            bench.measure("payee", function, label, *arguments)
        else:
            bench.send("payee", function, *arguments)

    claim(accepted, "funded")
    bench.measure("payer", f"{name}.accept_claim", "", accepted.core, NO_AUTH)
    claim(settled)
    terms = (settled.core, settled.rest)
    bench.measure("payer", f"{name}.dispute", "price and claim", *terms, evidence, NO_AUTH)
    ruling = (15_000_000, 2_000_000, evidence)
    bench.measure("arbitrator", f"{name}.rule", "price and claim", *terms, *ruling, NO_AUTH)
    terms = (price_only.core, price_only.rest)
    bench.measure("payer", f"{name}.dispute", "price", *terms, evidence, NO_AUTH)
    claim(price_only, "joins a dispute")
    unheard, unheard_both, forgotten = fund(bench, now_s), fund(bench, now_s), fund(bench, now_s)
    claim(unheard_both)
    for deal in (unheard, unheard_both):
        bench.send("payer", f"{name}.dispute", deal.core, deal.rest, evidence, NO_AUTH)

    unanswered, expired = fund(bench, now_s), fund(bench, now_s)
    claim(unanswered)
    bench.at(now_s + 4 * DAY)
    bench.measure("stranger", f"{name}.expire", "claim without answer", unanswered.core, EMPTY_REST)
    bench.at(now_s + 8 * DAY)
    bench.measure("stranger", f"{name}.expire", "silent arbitrator", unheard.core, unheard.rest)
    both = (unheard_both.core, unheard_both.rest)
    bench.measure("stranger", f"{name}.expire", "silent arbitrator, price and claim", *both)
    bench.at(now_s + 18 * DAY)
    bench.measure("stranger", f"{name}.expire", "price", expired.core, EMPTY_REST)
    bench.at(now_s + 28 * DAY)
    bench.measure("stranger", f"{name}.expire", "deposit", expired.core, EMPTY_REST)
    bench.measure("stranger", f"{name}.expire", "both legs", forgotten.core, EMPTY_REST)

    # an account that refuses coins for a while: its payout waits, then it fetches it
    rpc = bench.chains["payer"].rpc
    rpc.call("anvil_setCode", bench.address("payee"), "0xfe")
    bench.measure("payer", f"{name}.release", "native coin, recipient refuses", coin.core, NO_AUTH)
    rpc.call("anvil_setCode", bench.address("payee"), "0x")
    bench.measure("payee", f"{name}.claim", "native coin", COIN, bench.address("payee"), 0, NO_AUTH)
    bench.measure("payee", f"{name}.cancel_nonce", "", 1)

    rating_cases(bench, name, encode([CORE], [quiet.core]), ("payer", "payee"), "a deal", 1)
    rating_cases(bench, name, encode([CORE], [plain.core]), ("payer", "payee"), "a deal", 2)
    further_rating_cases(bench, now_s + 28 * DAY)
