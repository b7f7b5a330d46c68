"""What the shipped policies cost inside requests, and the lottery's own transactions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bench.gas_ground import (
    CORE,
    DAY,
    DEPOSIT,
    GATED,
    HOUR,
    NO_AUTH,
    POLICY,
    PRICE,
    REQUEST,
    ZERO,
    Bench,
    announcement,
)

FOLDER = Path(__file__).parents[1] / "contracts" / "booking" / "policies"
GRANT = 1
DEMAND = "(address,address,uint256,uint256,uint256,uint256,bytes32)"
# object_s, claim_s, answer_s and the shares of silent sides of a deal
WINDOWS = 7 * DAY << 40 | 7 * DAY << 112 | 3 * DAY << 144 | 10_000 << 176 | 5_000 << 192

Resource = tuple[bytes, tuple[Any, ...]]


def policy_cases(bench: Bench) -> None:
    """A grant by each policy, of three hours in a new word of the calendar."""
    ticket = _ticket(bench)
    _granted(bench, "MembersOnly", ticket[1])
    _granted(bench, "TicketHolder", ticket[0])
    source = int(bench.contract("Bookings"), 16)
    rated = 1_000 | 1 << 16 | 0xABCDEF << 32 | source << 56
    _granted(bench, "MinimumReputation", rated.to_bytes(32, "big"))
    _escrow_funded(bench)
    _signed(bench)
    _lottery(bench)


def _resource(bench: Bench, policy: str, param: bytes) -> Resource:
    conditions = (bench.contract(policy), param, 0, 0, ZERO)
    made = announcement(bench, POLICY, more_terms=GATED)
    receipt = bench.send("owner", "Bookings.announce_gated", made, conditions, NO_AUTH)
    return receipt.event("Bookings", "ResourceAnnounced")["resource"], conditions


def _wanted(bench: Bench, resource: bytes, who: str = "payer") -> tuple[Any, ...]:
    start = (bench.chains["payer"].now_s() // DAY + 20) * DAY
    return resource, bench.address(who), start, 3, 1, ZERO, ZERO, bench.salt()


def _id(bench: Bench, wanted: tuple[Any, ...]) -> bytes:
    values = [bench.chains["payer"].deployment.chain_id, bench.contract("Bookings"), wanted]
    return keccak(encode(["uint256", "address", REQUEST], values))


def _granted(bench: Bench, policy: str, param: bytes) -> None:
    resource, conditions = _resource(bench, policy, param)
    arguments = (_wanted(bench, resource), conditions, b"", NO_AUTH)
    bench.measure("payer", "Bookings.request_with", f"granted by {policy}", *arguments)


def _ticket(bench: Bench) -> tuple[bytes, bytes]:
    space = bench.send("owner", "Spaces.create", (ZERO, ZERO, keccak(b"d"), bench.salt()), NO_AUTH)
    key = space.event("Spaces", "SpaceCreated")["space"]
    values = (key, 0, keccak(b"d"), bench.salt())
    issued = bench.send("owner", "Spaces.issue", values, NO_AUTH).event("Spaces", "TicketIssued")["ticket"]
    bench.send("owner", "Spaces.give", values, [bench.address("payer")], NO_AUTH)
    bench.send("owner", "Spaces.set_gate", key, issued, NO_AUTH)
    return issued, key


def _escrow_funded(bench: Bench) -> None:
    token = bench.contract("MockToken")
    demand = (bench.contract("Escrow"), token, PRICE, 0, DEPOSIT, WINDOWS, ZERO)
    resource, conditions = _resource(bench, "EscrowFunded", keccak(encode([DEMAND], [demand])))
    wanted = _wanted(bench, resource)
    bench.send("payer", "Bookings.request_with", wanted, conditions, b"", NO_AUTH)
    schedule = WINDOWS | wanted[2] | (wanted[2] + 3 * HOUR) << 72
    parties = (bench.address("payer"), bench.address("owner"), token)
    core = (*parties, PRICE, DEPOSIT, schedule, _id(bench, wanted), ZERO, bench.salt())
    bench.send("payer", "Escrow.open", core, ((), (), ()), NO_AUTH)
    data = encode([DEMAND, CORE], [demand, core])
    bench.measure("stranger", "Bookings.poke", "granted by EscrowFunded", wanted, conditions, data)


def _signed(bench: Bench) -> None:
    seats = sorted(("payee", "arbitrator", "stranger"), key=lambda who: int(bench.address(who), 16))
    members = [bench.address(who) for who in seats]
    group = ["uint256", "address[]"]
    resource, conditions = _resource(bench, "GroupSignatures", keccak(encode(group, [2, members])))
    wanted = _wanted(bench, resource)
    message = {"request": _id(bench, wanted), "grant": True}
    votes = b""
    for seat in (0, 1):
        signature = _signature(bench, seats[seat], "GroupSignatures", "Group", "Vote", message)
        votes += bytes([seat, 0, 65]) + signature
    data = encode([*group, "bool", "bytes"], [2, members, True, votes])
    arguments = (wanted, conditions, data, NO_AUTH)
    bench.measure("payer", "Bookings.request_with", "granted by GroupSignatures, 2 of 3", *arguments)

    attester = bytes(12) + bytes.fromhex(bench.address("arbitrator")[2:])
    resource, conditions = _resource(bench, "AttestedByKey", attester)
    wanted = _wanted(bench, resource)
    until = 2**40
    message = {"request": _id(bench, wanted), "decision": GRANT, "deadline": until}
    signature = _signature(bench, "arbitrator", "AttestedByKey", "Attestation", "Attest", message)
    data = encode(["uint256", "uint256", "bytes"], [GRANT, until, signature])
    arguments = (wanted, conditions, data, NO_AUTH)
    bench.measure("payer", "Bookings.request_with", "granted by AttestedByKey", *arguments)


def _lottery(bench: Bench) -> None:
    # at a midnight, so that the values are the same on every run
    bench.at((bench.chains["payer"].now_s() // DAY + 1) * DAY)
    lead = 20 * DAY - HOUR
    resource, conditions = _resource(bench, "Lottery", lead.to_bytes(32, "big"))
    wanted = _wanted(bench, resource)
    bench.send("payer", "Bookings.request_with", wanted, conditions, b"", NO_AUTH)
    entry = (bench.contract("Bookings"), wanted, lead)
    bench.measure("stranger", "Lottery.enter", "", *entry)
    where = (bench.contract("Bookings"), resource, wanted[2], lead)
    bench.at(wanted[2] - lead)
    bench.measure("stranger", "Lottery.fix", "", *where)
    bench.chains["payer"].rpc.call("anvil_mine", "0x4")
    bench.measure("stranger", "Lottery.draw", "", *where)
    bench.measure("stranger", "Bookings.poke", "granted by Lottery", wanted, conditions, b"")


def _signature(
    bench: Bench, who: str, contract: str, domain: str, primary: str, message: dict[str, Any]
) -> bytes:
    from eth_account import Account

    chain = bench.chains[who]
    types = json.loads((FOLDER / f"typed_data.{contract}.json").read_text())
    where = {
        "name": f"Allmende {domain}",
        "version": "1",
        "chainId": chain.deployment.chain_id,
        "verifyingContract": bench.contract(contract),
    }
    signed = Account.sign_typed_data(chain.account.key, where, {primary: types[primary]}, message)
    return bytes(signed.signature)
