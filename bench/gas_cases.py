"""The transactions that `bench.gas` measures: the tool library's whole life, case by case, on one chain."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

CONTRACTS = ("Bookings", "Court792", "Escrow", "Payments", "ReputationLedger", "Router", "Spaces")
# A fixed future keeps calldata, and with it gas, the same on every run
T0 = 2_000_000_000
HOUR, DAY = 3_600, 86_400
NO_AUTH = ("0x" + "00" * 20, 0, b"")
ZERO = bytes(32)
COIN = "0x" + "00" * 20
PRICE, DEPOSIT = 12_000_000, 50_000_000
CORE = "(address,address,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
REST = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"
REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
MANUAL, FIRST_COME = 0, 1
# enough for an expiry that no arbitrator has a part in
EMPTY_REST: tuple[Any, ...] = ((), (), ())


@dataclass(frozen=True, slots=True)
class Measured:
    """What one transaction of one case used; `function` is "Contract.function"."""

    function: str
    case: str
    gas: int
    unit: str = "gas"
    note: str = ""


@dataclass
class Bench:
    """The chain, its actors, and what was measured so far."""

    chains: dict[str, Any]
    progress: Callable[[str], None]
    figures: list[Measured] = field(default_factory=list)
    salts: int = 0

    def address(self, who: str) -> str:
        """The address of an actor."""
        return str(self.chains[who].me)

    def contract(self, name: str) -> str:
        """The address of a contract."""
        return str(self.chains["payer"].address(name))

    def send(self, who: str, function: str, *arguments: Any, **options: Any) -> Any:
        """A transaction that is not measured; the receipt."""
        contract, name = function.split(".")
        return self.chains[who].send(contract, name, *arguments, **options)

    def measure(self, who: str, function: str, label: str, *arguments: Any, **options: Any) -> Any:
        """A transaction whose gas is the figure of "function, label"; the receipt."""
        receipt = self.send(who, function, *arguments, **options)
        self.add(function, label, receipt.gas_used)
        return receipt

    def add(self, function: str, label: str, gas: int, unit: str = "gas", note: str = "") -> None:
        """Keep a figure."""
        case = f"{function}, {label}" if label else function
        self.figures.append(Measured(function, case, gas, unit, note))
        self.progress(f"{case}: {gas:,} {unit}")

    def salt(self) -> bytes:
        """32 bytes that nothing used yet, without a zero byte."""
        self.salts += 1
        return bytes(byte or 1 for byte in keccak(self.salts.to_bytes(4, "big")))

    def at(self, time_s: int) -> None:
        """Mine a block at a time not before."""
        rpc = self.chains["payer"].rpc
        if self.chains["payer"].now_s() < time_s:
            rpc.call("evm_setNextBlockTimestamp", time_s)
            rpc.call("evm_mine")


def measured(rpc_url: str, progress: Callable[[str], None] = lambda line: None) -> list[Measured]:
    """Deploy to a fresh chain with the test accounts and play every case."""
    from eth_account import Account

    from bench.agreement_cases import agreement_cases
    from bench.gas_spaces import space_cases
    from bench.payment_cases import court_cases, payment_cases, router_cases
    from scripts._anvil import MNEMONIC
    from scripts._chain_client.chain import Chain
    from scripts._chain_client.rpc import Rpc
    from scripts._deployment import deploy_contracts

    Account.enable_unaudited_hdwallet_features()
    rpc = Rpc(rpc_url)
    roles = ("deployer", "owner", "payer", "payee", "arbitrator", "stranger")
    accounts = {
        role: Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
        for index, role in enumerate(roles)
    }
    with tempfile.TemporaryDirectory() as folder:
        deployed = deploy_contracts(rpc, accounts["deployer"], Path(folder) / "deployment.json")
    bench = Bench({role: Chain(rpc, deployed, account) for role, account in accounts.items()}, progress)
    try:
        bench.at(T0)
        booking_cases(bench)
        escrow_cases(bench)
        payment_cases(bench)
        court_cases(bench)
        router_cases(bench)
        space_cases(bench)
        agreement_cases(bench)
    finally:
        rpc.close()
    return bench.figures


def resource_terms(rule: int) -> int:
    """Hours, capacity one, a year ahead, 72 hours to answer, up to two weeks."""
    code, capacity, horizon, ttl, max_quanta, service = 3, 1, 1_000, 72, 336, 0xABCDEF
    word = code << 160 | rule << 163 | capacity << 168 | horizon << 183 | ttl << 193
    return word | max_quanta << 213 | service << 232


def announcement(bench: Bench, rule: int) -> tuple[int, bytes, bytes]:
    """A resource nobody announced yet."""
    return resource_terms(rule), keccak(b"description"), bench.salt()


def request(bench: Bench, resource: bytes, hour: int, quanta: int = 3) -> tuple[Any, ...]:
    """A request of the payer from the given hour after a midnight 20 days after T0."""
    start = (T0 // DAY + 20) * DAY + hour * HOUR
    return resource, bench.address("payer"), start, quanta, 1, ZERO, ZERO, bench.salt()


def booking_cases(bench: Bench) -> None:
    """Announcing, requesting, granting, denying, cancelling, and rating a booking that is over."""
    name = "Bookings"
    one = bench.measure("owner", f"{name}.announce", "", announcement(bench, MANUAL), NO_AUTH)
    manual = one.event(name, "ResourceAnnounced")["resource"]
    first_come = bench.send("owner", f"{name}.announce", announcement(bench, FIRST_COME), NO_AUTH)
    quick = first_come.event(name, "ResourceAnnounced")["resource"]
    many = [announcement(bench, MANUAL) for _ in range(50)]
    batch = bench.send("owner", f"{name}.announce_many", many, NO_AUTH)
    bench.add(f"{name}.announce_many", "each of 50", batch.gas_used // 50)

    new_word = request(bench, manual, 0)
    bench.measure("payer", f"{name}.request", "pending", new_word, NO_AUTH)
    bench.measure("owner", f"{name}.confirm", "new word", new_word, NO_AUTH)
    used_word = request(bench, manual, 10)
    bench.send("payer", f"{name}.request", used_word, NO_AUTH)
    bench.measure("owner", f"{name}.confirm", "used word", used_word, NO_AUTH)
    bench.measure("payer", f"{name}.request", "first-come, new word", request(bench, quick, 0), NO_AUTH)
    granted = request(bench, quick, 10)
    bench.measure("payer", f"{name}.request", "first-come, used word", granted, NO_AUTH)
    bench.measure("payer", f"{name}.cancel", "granted", granted, NO_AUTH)
    pending = request(bench, manual, 20)
    bench.send("payer", f"{name}.request", pending, NO_AUTH)
    bench.measure("payer", f"{name}.cancel", "pending", pending, NO_AUTH)
    denied = request(bench, manual, 20)
    bench.send("payer", f"{name}.request", denied, NO_AUTH)
    bench.measure("owner", f"{name}.deny", "", denied, keccak(b"reason"), NO_AUTH)

    # both ends of an idle calendar: 336 hours lie over three words
    long = request(bench, quick, 24 * 30, 336)
    bench.measure("payer", f"{name}.request", "first-come, 336 quanta, new words", long, NO_AUTH)
    bench.at(new_word[2] + 4 * HOUR)
    rating_cases(bench, name, encode([REQUEST], [new_word]), ("payer", "owner"), "a booking", 0)


def schedule(now_s: int) -> int:
    """Deliver within 10 days, return within 20, a week to object and to claim, three days to answer."""
    fields = ((now_s + 10 * DAY, 40), (7 * DAY, 32), (now_s + 20 * DAY, 40), (7 * DAY, 32), (3 * DAY, 32))
    word = shift = 0
    for value, bits in (*fields, (10_000, 16), (5_000, 16), (0xABCDEF, 24)):
        word |= value << shift
        shift += bits
    return word


@dataclass(frozen=True, slots=True)
class Deal:
    """A funded escrow: its terms and their dynamic part."""

    core: tuple[Any, ...]
    rest: tuple[Any, ...]


def agreed(
    bench: Bench, now_s: int, rest: tuple[Any, ...], token: str | None = None, booking: bytes | None = None
) -> Deal:
    """The terms of an escrow, in the token unless another is named; nothing is opened yet."""
    core = (
        bench.address("payer"),
        bench.address("payee"),
        token or bench.contract("MockToken"),
        PRICE,
        DEPOSIT,
        schedule(now_s),
        booking or keccak(b"booking"),
        keccak(encode([REST], [rest])) if any(rest) else ZERO,
        bench.salt(),
    )
    return Deal(core, rest)


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


def rating_cases(
    bench: Bench, source: str, terms: bytes, sides: tuple[str, str], what: str, times: int
) -> None:
    """Both sides commit and reveal; `times` 2 says that the members have ratings from this source already."""
    ledger, address = "ReputationLedger", bench.contract(source)
    chain_id = bench.chains["payer"].deployment.chain_id
    deal = keccak(encode(["uint256", "address"], [chain_id, address]) + terms)
    salts = (bench.salt(), bench.salt())
    kinds = ["uint256", "address", "address", "bytes32", "uint256", "uint256", "bytes32", "bytes32"]
    committed = []
    for side, who in enumerate(sides):
        values = [chain_id, bench.contract(ledger), address, deal, side, 5, ZERO, salts[side]]
        arguments = (address, terms, side, keccak(encode(kinds, values)), NO_AUTH)
        receipt = bench.send(who, f"{ledger}.commit", *arguments)
        committed.append(receipt.event(ledger, "RatingCommitted"))
        if times < 2:
            label = f"{what}, {'second' if side else 'first'} side"
            bench.add(f"{ledger}.commit", label, receipt.gas_used)
    for side, event in enumerate(committed):
        facts = [event[key] for key in ("source", "deal", "side", "actor", "subject", "service", "amount")]
        receipt = bench.send("stranger", f"{ledger}.reveal", *facts, 5, ZERO, salts[side])
        if side == 0 and times:
            label = "first rating of a member" if times == 1 else "further rating of a member"
            bench.add(f"{ledger}.reveal", label, receipt.gas_used)
