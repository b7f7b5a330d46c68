"""Sealed and open ratings, both at once, answers and retractions: the cases of `ReputationLedger`."""

from __future__ import annotations

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bench.gas_ground import CORE, DAY, DEPOSIT, EMPTY_REST, NO_AUTH, PRICE, ZERO, Bench, schedule


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
