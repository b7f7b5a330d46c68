"""Votes, attestations and contracts that mean harm to a policy: what is no answer waits."""

from typing import Any

import ape
import pytest
from contracts.booking_values import HOUR_S, PENDING
from contracts.policies.test_escrow_funded import Demand
from contracts.policies.test_escrow_funded import data_of as funded_data
from contracts.policies.test_signed import attest, attested, data_of, group, param_of, quiz, vote
from contracts.signing import CURVE_ORDER
from eth_abi import encode

__all__ = ["attest", "attested", "group", "quiz", "vote"]
MOST = 2**256 - 1


def test_poke__with_seventeen_members__waits(
    group: Any, accounts: Any, announced: Any, ask: Any, poke: Any, vote: Any, requester: Any
) -> None:
    crowd = [accounts.generate_test_account() for _ in range(17)]
    members = sorted(crowd, key=lambda member: int(member.address, 16))
    gated = announced(group, param_of(1, members))
    asked, _ = ask(gated, requester)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(1, members, [(0, vote(members[0], asked))]))


def test_poke__with_more_needed_than_there_are__waits(
    group: Any, announced: Any, ask: Any, poke: Any, vote: Any, requester: Any, payer: Any
) -> None:
    for k in (2, MOST):
        gated = announced(group, param_of(k, [payer]), label=f"drill for {k}")
        asked, _ = ask(gated, requester)
        with ape.reverts("bookings: still pending"):
            poke(gated, asked, data_of(k, [payer], [(0, vote(payer, asked))]))


def test_poke__with_data_beyond_its_length__reverts(
    bookings: Any, quiz: Any, ask: Any, requester: Any, relayer: Any
) -> None:
    asked, _ = ask(quiz, requester)
    with ape.reverts("bookings: still pending"):
        bookings.poke(asked, quiz[1], bytes(2_048), sender=relayer, gas=1_500_000)
    with ape.reverts():
        bookings.poke(asked, quiz[1], bytes(2_049), sender=relayer, gas=1_500_000)


def test_poke__with_a_mirrored_attestation__reverts(
    quiz: Any, ask: Any, poke: Any, attest: Any, arbitrator: Any, requester: Any, deadline: int
) -> None:
    asked, _ = ask(quiz, requester)
    signed = attest(arbitrator, asked)[-96:][:65]
    high_s = CURVE_ORDER - int.from_bytes(signed[32:64], "big")
    mirrored = signed[:32] + high_s.to_bytes(32, "big") + bytes([55 - signed[64]])
    with ape.reverts("bookings: still pending"):
        poke(quiz, asked, encode(["uint256", "uint256", "bytes"], [1, deadline, mirrored]))
    poke(quiz, asked, encode(["uint256", "uint256", "bytes"], [1, deadline, signed]))


def test_poke__with_an_attestation_that_served_before__serves_no_other_request(
    quiz: Any, bookings: Any, ask: Any, poke: Any, attest: Any, arbitrator: Any, requester: Any, start: int
) -> None:
    asked, _ = ask(quiz, requester)
    data = attest(arbitrator, asked)
    poke(quiz, asked, data)
    with ape.reverts("bookings: not pending"):
        poke(quiz, asked, data)
    later, _ = ask(quiz, requester, b"", start + 5 * HOUR_S)
    with ape.reverts("bookings: still pending"):
        poke(quiz, later, data)


@pytest.mark.parametrize("mode", [0, 1, 2, 3], ids=["says nothing", "reverts", "burns gas", "bombs"])
def test_poke__for_a_demand_at_an_escrow_that_misbehaves__waits(
    container: Any, deployer: Any, bookings: Any, announced: Any, ask: Any, poke: Any, requester: Any,
    owner: Any, token: Any, mode: int,
) -> None:  # fmt: skip
    policy = container("EscrowFunded").deploy(sender=deployer)
    hostile = container("MockWallet").deploy(deployer, sender=deployer)
    hostile.set_mode(0, mode, sender=deployer)
    demand = Demand(hostile.address, token.address)
    gated = announced(policy, demand.param())
    asked, state = ask(gated, requester)
    assert state == PENDING
    end = asked["start"] + 2 * HOUR_S
    core = {
        "payer": requester.address,
        "payee": owner.address,
        "token": token.address,
        "price": 1_600,
        "deposit": 5_000,
        "schedule": demand.windows | asked["start"] | end << 72,
        "booking": bytes(bookings.request_id(asked)),
        "rest": demand.rest,
        "salt": bytes(32),
    }
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, funded_data(demand, core))


@pytest.mark.parametrize("mode", [0, 1, 2, 3], ids=["says nothing", "reverts", "burns gas", "bombs"])
def test_enter__at_bookings_that_misbehave__reverts(
    container: Any, deployer: Any, quiz: Any, ask: Any, requester: Any, relayer: Any, mode: int
) -> None:
    lottery = container("Lottery").deploy(sender=deployer)
    hostile = container("MockWallet").deploy(deployer, sender=deployer)
    hostile.set_mode(0, mode, sender=deployer)
    asked, _ = ask(quiz, requester)
    with ape.reverts():
        lottery.enter(hostile, asked, HOUR_S, sender=relayer, gas_limit=2_000_000)
    assert lottery.drawing(hostile, asked["resource"], asked["start"], HOUR_S)[0] == 0


@pytest.mark.parametrize("lead", [0, MOST])
def test_enter__with_the_least_and_greatest_lead__closes_at_the_start_or_before_all_time(
    container: Any, deployer: Any, bookings: Any, quiz: Any, ask: Any, requester: Any, relayer: Any, lead: int
) -> None:
    lottery = container("Lottery").deploy(sender=deployer)
    asked, _ = ask(quiz, requester)
    if lead:
        with ape.reverts("policy: entries closed"):
            lottery.enter(bookings, asked, lead, sender=relayer)
    else:
        lottery.enter(bookings, asked, lead, sender=relayer)
        with ape.reverts("policy: entries still open"):
            lottery.fix(bookings, asked["resource"], asked["start"], lead, sender=relayer)
