"""The wallet votes in a group and attests: its vote travels in the data, sent by itself or by anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ape
import pytest
from contracts.booking_values import DENIED, GRANTED, POLICY, announcement, conditions_of
from contracts.policies.test_signed import data_of, param_of
from contracts.signing import EMPTY_AUTH
from contracts.wallet.booking_acts import request
from contracts.wallet.multisig import NEWCOMER, OWNERS, Act, Wallet
from contracts.wallet.world import World
from eth_abi import encode

GRANT, DENY = 1, 3
GAS = 1_500_000


@dataclass(frozen=True)
class Question:
    """A request that waits for the wallet, and how its answer is presented."""

    wanted: dict[str, Any]
    conditions: dict[str, Any]
    # for (to grant or not) what the wallet signs
    opinion: Callable[[bool], Act]
    # that and the signature as the policy's data
    presented: Callable[[bool, bytes], bytes]

    def data(self, wallet: Wallet, grant: bool = True) -> bytes:
        """What the policy reads, with the signature of a wallet."""
        return self.presented(grant, wallet.signed(self.opinion(grant)))


def _asked(world: World, policy: Any, param: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    bookings, owner, made = world.get("bookings"), world.get("owner"), announcement(gated=1, rule=POLICY)
    conditions = conditions_of(policy=policy.address, param=param)
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
    wanted = request(world)[0].arguments[0]
    wanted |= {"resource": bytes(bookings.resource_id(owner, made)), "requester": world.stranger.address}
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=world.stranger, gas=GAS)
    return wanted, conditions


def group(world: World) -> Question:
    """The wallet and the payee decide; the payee has voted as the wallet will."""
    policy = world.get("container")("GroupSignatures").deploy(sender=world.get("deployer"))
    payee = world.get("payee")
    members = sorted([world.wallet.contract, payee], key=lambda member: int(member.address, 16))
    wanted, conditions = _asked(world, policy, param_of(2, members))
    key = bytes(world.get("bookings").request_id(wanted))

    def opinion(grant: bool) -> Act:
        return Act(policy, "decide", (), "Vote", {"request": key, "grant": grant})

    def presented(grant: bool, signature: bytes) -> bytes:
        vote = world.signed_by(payee, policy, "Vote", {"request": key, "grant": grant})[2]
        signatures = {world.me: signature, payee.address: vote}
        votes = [(seat, signatures[member.address]) for seat, member in enumerate(members)]
        return data_of(2, members, votes, grant)

    return Question(wanted, conditions, opinion, presented)


def attestation(world: World) -> Question:
    """The wallet alone decides."""
    policy = world.get("container")("AttestedByKey").deploy(sender=world.get("deployer"))
    wanted, conditions = _asked(world, policy, int(world.me, 16).to_bytes(32, "big"))
    key = bytes(world.get("bookings").request_id(wanted))

    def opinion(grant: bool) -> Act:
        message = {"request": key, "decision": GRANT if grant else DENY, "deadline": world.deadline}
        return Act(policy, "decide", (), "Attest", message)

    def presented(grant: bool, signature: bytes) -> bytes:
        decision = GRANT if grant else DENY
        return encode(["uint256", "uint256", "bytes"], [decision, world.deadline, signature])

    return Question(wanted, conditions, opinion, presented)


@pytest.fixture(params=[group, attestation])
def question(request: Any, world: World) -> Question:
    """A request on which the wallet decides, as a voter or as the attester."""
    asked: Question = request.param(world)
    return asked


@pytest.fixture
def poke(bookings: Any, question: Question, relayer: Any) -> Callable[[bytes], int]:
    """`poke(data)`: anybody has the policy asked; the state that follows."""

    def ask(data: bytes) -> int:
        bookings.poke(question.wanted, question.conditions, data, sender=relayer, gas=GAS)
        return int(bookings.request_state(bookings.request_id(question.wanted)))

    return ask


@pytest.mark.parametrize(("grant", "state"), [(True, GRANTED), (False, DENIED)])
def test_poke__with_the_wallets_opinion__decides(
    question: Question, poke: Any, wallet: Wallet, grant: bool, state: int
) -> None:
    assert poke(question.data(wallet, grant)) == state


@pytest.mark.parametrize(("grant", "state"), [(True, GRANTED), (False, DENIED)])
def test_poke__executed_by_the_wallet_with_its_opinion__decides(
    question: Question, wallet: Wallet, bookings: Any, relayer: Any, grant: bool, state: int
) -> None:
    data = question.data(wallet, grant)
    call = bookings.poke.encode_input(question.wanted, question.conditions, data)
    with ape.reverts("wallet: too few signatures"):
        wallet.but(OWNERS[0], NEWCOMER).call(bookings, call, relayer)
    wallet.call(bookings, call, relayer)
    assert bookings.request_state(bookings.request_id(question.wanted)) == state


def test_poke__with_the_opinion_of_too_few_owners_or_of_another_wallet__reverts(
    question: Question, poke: Any, wallet: Wallet, foreign: Wallet
) -> None:
    for other in (wallet.but(OWNERS[0]), wallet.but(OWNERS[0], NEWCOMER), foreign):
        with ape.reverts("bookings: still pending"):
            poke(question.data(other))


def test_poke__with_an_opinion_signed_before_an_owner_was_replaced__reverts(
    question: Question, poke: Any, wallet: Wallet, relayer: Any
) -> None:
    data = question.data(wallet)
    renewed = wallet.rotate(OWNERS[0], NEWCOMER, relayer)
    with ape.reverts("bookings: still pending"):
        poke(data)
    assert poke(question.data(renewed)) == GRANTED


def test_poke__with_an_opinion_turned_round__reverts(question: Question, poke: Any, wallet: Wallet) -> None:
    against = question.presented(True, wallet.signed(question.opinion(False)))
    with ape.reverts("bookings: still pending"):
        poke(against)
