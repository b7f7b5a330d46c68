"""The transactions that `bench.gas` measures: the tool library's whole life, case by case, on one chain."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._chain_client.abi import encode_call

CONTRACTS = (
    "AttestedByKey",
    "Bookings",
    "Court792",
    "Escrow",
    "EscrowFunded",
    "GroupSignatures",
    "Lottery",
    "MembersOnly",
    "MinimumReputation",
    "Payments",
    "ReputationLedger",
    "Router",
    "Spaces",
    "TicketHolder",
)
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
MANUAL, FIRST_COME, POLICY = 0, 1, 2
BUFFER_OF_TWO, GATED = 2 << 225, 1 << 231
# A contract that answers every call with the word 1, or 2: the smallest policy there is
SAYS_GRANT, SAYS_PENDING = "0x600160005260206000f3", "0x600260005260206000f3"
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
    from bench.gas_policies import policy_cases
    from bench.gas_spaces import space_cases
    from bench.payment_cases import court_cases, payment_cases, router_cases
    from bench.surcharge_cases import surcharge_cases
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
        # a second a block whatever the wall clock says: times stand in calldata, and its zero bytes cost less
        rpc.call("anvil_setBlockTimestampInterval", 1)
        bench.at(T0)
        booking_cases(bench)
        escrow_cases(bench)
        payment_cases(bench)
        court_cases(bench)
        router_cases(bench)
        space_cases(bench)
        agreement_cases(bench)
        policy_cases(bench)
        surcharge_cases(bench)
    finally:
        rpc.close()
    return bench.figures


def resource_terms(rule: int, capacity: int = 1) -> int:
    """Hours, a year ahead, 72 hours to answer, up to two weeks."""
    code, horizon, ttl, max_quanta, service = 3, 1_000, 72, 336, 0xABCDEF
    word = code << 160 | rule << 163 | capacity << 168 | horizon << 183 | ttl << 193
    return word | max_quanta << 213 | service << 232


def announcement(bench: Bench, rule: int, capacity: int = 1, more_terms: int = 0) -> tuple[int, bytes, bytes]:
    """A resource nobody announced yet."""
    return resource_terms(rule, capacity) | more_terms, keccak(b"description"), bench.salt()


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

    conditions_cases(bench)
    shape_cases(bench)
    whole_cases(bench)

    # both ends of an idle calendar: 336 hours lie over three words
    long = request(bench, quick, 24 * 30, 336)
    bench.measure("payer", f"{name}.request", "first-come, 336 quanta, new words", long, NO_AUTH)
    bench.at(new_word[2] + 4 * HOUR)
    rating_cases(bench, name, encode([REQUEST], [new_word]), ("payer", "owner"), "a booking", 0)


def conditions_cases(bench: Bench) -> None:
    """Resources with conditions: a gate, a quota, opening hours, a policy that decides at once and later."""
    name, policy = "Bookings", "0x" + "77" * 20
    rpc = bench.chains["payer"].rpc
    always = 2**168 - 1

    def announced(label: str, rule: int, *conditions: Any) -> tuple[bytes, tuple[Any, ...]]:
        arguments = (announcement(bench, rule, more_terms=GATED), conditions, NO_AUTH)
        receipt = bench.measure("owner", f"{name}.announce_gated", label, *arguments)
        return receipt.event(name, "ResourceAnnounced")["resource"], conditions

    def ask(label: str, thing: tuple[bytes, tuple[Any, ...]], hour: int) -> tuple[Any, ...]:
        wanted = request(bench, thing[0], hour)
        bench.measure("payer", f"{name}.request_with", label, wanted, thing[1], b"", NO_AUTH)
        return wanted

    rpc.call("anvil_setCode", policy, SAYS_GRANT)
    gate = announced("with a policy", FIRST_COME, policy, ZERO, 0, 0, ZERO)
    ask("first-come behind a gate, new word", gate, 0)
    ask("first-come behind a gate, used word", gate, 10)
    hours = announced("with opening and quota", FIRST_COME, COIN, ZERO, 100, always, ZERO)
    ask("first-come with opening and quota, first of a member", hours, 0)
    ask("first-come with opening and quota, used words", hours, 10)
    decided = announced("decided by a policy", POLICY, policy, ZERO, 0, 0, ZERO)
    ask("granted by a policy, new word", decided, 0)
    rpc.call("anvil_setCode", policy, SAYS_PENDING)
    waiting = ask("left waiting by a policy", decided, 10)
    rpc.call("anvil_setCode", policy, SAYS_GRANT)
    bench.measure("stranger", f"{name}.poke", "granted, used word", waiting, decided[1], b"")


def shape_cases(bench: Bench) -> None:
    """Capacity, buffer, an owner's block, an early return, and the states of a resource."""
    name = "Bookings"

    def announced(**terms: int) -> bytes:
        receipt = bench.send("owner", f"{name}.announce", announcement(bench, **terms), NO_AUTH)
        return bytes(receipt.event(name, "ResourceAnnounced")["resource"])

    hall = announced(rule=FIRST_COME, capacity=40)
    bench.measure("payer", f"{name}.request", "first-come, lanes, new word", request(bench, hall, 0), NO_AUTH)
    bench.measure(
        "payer", f"{name}.request", "first-come, lanes, used word", request(bench, hall, 1), NO_AUTH
    )
    bus = announced(rule=FIRST_COME, more_terms=BUFFER_OF_TWO)
    bench.send("payer", f"{name}.request", request(bench, bus, 0), NO_AUTH)
    buffered = request(bench, bus, 10)
    bench.measure("payer", f"{name}.request", "first-come, buffer, used word", buffered, NO_AUTH)
    bench.measure("payer", f"{name}.return_early", "", buffered, buffered[2] + 2 * HOUR, NO_AUTH)
    block = (bus, bench.address("owner"), *request(bench, bus, 20)[2:])
    bench.measure("owner", f"{name}.request", "owner's block, used word", block, NO_AUTH)
    bench.measure("owner", f"{name}.set_resource_state", "", bus, 2, NO_AUTH)


def whole_cases(bench: Bench) -> None:
    """A series of twelve hours, week by week, and a bundle of four things."""
    name = "Bookings"
    things = []
    for rule in (FIRST_COME, MANUAL, MANUAL, MANUAL, MANUAL):
        receipt = bench.send("owner", f"{name}.announce", announcement(bench, rule), NO_AUTH)
        things.append(bytes(receipt.event(name, "ResourceAnnounced")["resource"]))
    weekly = (1 << 220 | sum(168 << 20 * i for i in range(11))).to_bytes(32, "big")

    def every_week(thing: bytes, hour: int) -> tuple[Any, ...]:
        return (*request(bench, thing, hour, 1)[:6], weekly, bench.salt())

    series = every_week(things[0], 0)
    bench.measure("payer", f"{name}.request", "first-come, 12 weekly hours", series, NO_AUTH)
    bench.measure("payer", f"{name}.cancel_series", "two of twelve", series, 0b110, NO_AUTH)
    asked = every_week(things[1], 0)
    bench.measure("payer", f"{name}.request", "pending, 12 weekly hours", asked, NO_AUTH)
    bench.measure("owner", f"{name}.confirm", "12 weekly hours", asked, NO_AUTH)

    bare = [request(bench, thing, 40 * 24) for thing in things[1:]]
    chained = ZERO
    for item in bare:
        chained = keccak(encode(["bytes32", REQUEST], [chained, item]))
    items = [(*item[:6], chained, item[7]) for item in bare]
    for who, function, label in (
        ("payer", "request", "a bundle of four asked for"),
        ("owner", "confirm", "a bundle of four granted, new words"),
    ):
        calls = [encode_call(name, function, (item, NO_AUTH)) for item in items]
        bench.measure(who, f"{name}.together", label, calls)


def schedule(now_s: int, service: int = 0xABCDEF) -> int:
    """Deliver within 10 days, return within 20, a week to object and to claim, three days to answer."""
    fields = ((now_s + 10 * DAY, 40), (7 * DAY, 32), (now_s + 20 * DAY, 40), (7 * DAY, 32), (3 * DAY, 32))
    word = shift = 0
    for value, bits in (*fields, (10_000, 16), (5_000, 16), (service, 24)):
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
    further_rating_cases(bench, now_s + 28 * DAY)


def closed(bench: Bench, now_s: int, payer: str, payee: str, service: int) -> bytes:
    """The terms of a deal without an arbitrator that went well."""
    token = bench.contract("MockToken")
    parties = (bench.address(payer), bench.address(payee), token)
    core = (*parties, PRICE, DEPOSIT, schedule(now_s, service), ZERO, ZERO, bench.salt())
    bench.send(payer, "MockToken.approve", bench.contract("Escrow"), 10**12)
    bench.send(payer, "Escrow.open", core, EMPTY_REST, NO_AUTH)
    bench.send(payer, "Escrow.release", core, NO_AUTH)
    bench.send(payee, "Escrow.finish", core, NO_AUTH)
    return encode([CORE], [core])


def further_rating_cases(bench: Bench, now_s: int) -> None:
    """Raters beside the first one, both sides at once, an answer and a retraction."""
    bench.at(now_s)
    name, service = "Escrow", 0xABCDEF
    newcomer = ("arbitrator", "payee")  # the payer of these deals; the payee has been rated by others
    for label in ("new rater of a rated member", "further rating by a later rater"):
        terms = closed(bench, now_s, *newcomer, service)
        rating_cases(bench, name, terms, newcomer, "", 3, label)

    for label, members, sender in (
        ("first rating of both", ("payer", "payee"), "payer"),
        ("first of one, new rater of the other", ("payer", "arbitrator"), "payer"),
        ("new pair of rated members", ("arbitrator", "payee"), "arbitrator"),
        ("further ratings of a pair, sent by somebody else", ("payer", "payee"), "stranger"),
        ("further ratings of a pair", ("payer", "payee"), "payer"),
    ):
        terms = closed(bench, now_s, *members, 1)
        both = both_ratings(bench, terms, members, sender, now_s + 30 * DAY)
        receipt = bench.measure(sender, "ReputationLedger.rate_both", label, *both)
    counted = receipt.event("ReputationLedger", "RatingRevealed")
    place = tuple(counted[key] for key in ("source", "deal", "side"))
    facts = tuple(counted[key] for key in ("rater", "subject", "service", "weight"))
    entry = (*facts, receipt.block_time_s)
    answer = (*place, entry, keccak(b"answer"), NO_AUTH)
    bench.measure("payee", "ReputationLedger.respond", "", *answer)
    bench.measure("payer", "ReputationLedger.retract", "", *place, entry, NO_AUTH)


def both_ratings(
    bench: Bench, terms: bytes, sides: tuple[str, str], sender: str, deadline: int
) -> tuple[str, bytes, list[tuple[int, bytes]], list[tuple[str, int, bytes]]]:
    """The arguments of `rate_both`: five from both sides, signed by who does not send it."""
    from scripts._chain_client import reputation

    source = bench.contract("Escrow")
    where = encode(["uint256", "address"], [bench.chains["payer"].deployment.chain_id, source])
    deal = keccak(where + terms)
    auths: list[tuple[str, int, bytes]] = []
    for side, who in enumerate(sides):
        if who == sender:
            auths.append(NO_AUTH)
            continue
        opinion = reputation.Opinion(source, deal, side, 5, ZERO)
        auths.append(reputation.sign_opinion(bench.chains[who], opinion, deadline))
    return source, terms, [(5, ZERO), (5, ZERO)], auths


def rating_cases(
    bench: Bench,
    source: str,
    terms: bytes,
    sides: tuple[str, str],
    what: str,
    times: int,
    label: str | None = None,
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
            order = "second" if side else "first"
            bench.add(f"{ledger}.commit", f"{what}, {order} side", receipt.gas_used)
    for side, event in enumerate(committed):
        facts = [event[key] for key in ("source", "deal", "side", "actor", "subject", "service", "amount")]
        receipt = bench.send("stranger", f"{ledger}.reveal", *facts, 5, ZERO, salts[side])
        if side == 0 and times:
            case = "first rating of a member" if times == 1 else "further rating of a member"
            bench.add(f"{ledger}.reveal", label or case, receipt.gas_used)
