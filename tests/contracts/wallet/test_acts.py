"""A group's wallet, two of three, as every kind of member there is: owner, requester, host, payer, payee,
arbitrator and rater.

Each act is done by executing it and by signatures that somebody else submits; and never by one signature, by
owners who were replaced after signing, or by signatures for another wallet of the same owners.
"""

from typing import Any

import ape
import pytest
from contracts.wallet.booking_acts import BOOKING_ACTS
from contracts.wallet.deal_acts import DEAL_ACTS, pay
from contracts.wallet.multisig import NEWCOMER, OWNERS, Wallet
from contracts.wallet.rating_acts import RATING_ACTS
from contracts.wallet.space_acts import SPACE_ACTS
from contracts.wallet.world import World

ACTS = BOOKING_ACTS | SPACE_ACTS | DEAL_ACTS | RATING_ACTS
# what a wallet hears that acts in its own name where another is wanted
STRANGERS = {
    "set_resource_state": "bookings: not the owner",
    "confirm": "bookings: not the owner",
    "confirm a series": "bookings: not the owner",
    "deny": "bookings: not the owner",
    "grant a bundle": "bookings: not the owner",
    "request": "bookings: not the requester",
    "request a series": "bookings: not the requester",
    "request_with": "bookings: not the requester",
    "cancel": "bookings: not the requester",
    "return_early": "bookings: not the requester",
    "cancel_series": "bookings: not the requester",
    "ask for a bundle": "bookings: not the requester",
    "close": "spaces: not the owner",
    "hand_over": "spaces: not the owner",
    "set_gate": "spaces: not the owner",
    "issue": "spaces: not the owner",
    "give": "spaces: not the owner",
    "take_back": "spaces: not the owner",
    "host": "spaces: not a member",
    "call_off": "spaces: not the host",
    "list_resources": "spaces: not a member",
    "open": "escrow: not the payer",
    "open_funded": "escrow: not the payer",
    "release": "escrow: not the payer",
    "release_part": "escrow: not the payer",
    "cancel a deal": "escrow: not the payer",
    "accept_claim": "escrow: not the payer",
    "dispute": "escrow: not the payer",
    "split as payer": "escrow: not the payer",
    "split as payee": "escrow: not the payee",
    "finish": "escrow: not the payee",
    "refund": "escrow: not the payee",
    "claim_damage": "escrow: not the payee",
    "rule": "escrow: not the arbitrator",
    "claim": "escrow: nothing to claim",
    "pay": "token: transfer reverted",
    "refund_after": "payments: not the payee",
    "commit": "reputation: not the rater",
    "rate_both": "reputation: not the rater",
    "respond": "reputation: not the subject",
    "retract": "reputation: not the rater",
}


@pytest.mark.parametrize("name", ACTS)
def test_wallet__two_owners_execute__acts_and_one_alone_does_not(
    world: World, wallet: Wallet, relayer: Any, name: str
) -> None:
    act, done = ACTS[name](world)
    assert not done()
    for keys in (OWNERS[:1], (OWNERS[0], OWNERS[0]), (OWNERS[0], NEWCOMER)):
        with ape.reverts("wallet: too few signatures"):
            wallet.but(*keys).execute(act, relayer)
    assert not done()
    wallet.execute(act, relayer)
    assert done()


@pytest.mark.parametrize("name", ACTS)
def test_wallet__two_owners_sign__acts_and_one_alone_or_another_wallet_does_not(
    world: World, wallet: Wallet, foreign: Wallet, relayer: Any, name: str
) -> None:
    act, done = ACTS[name](world)
    refused = [wallet.but(*keys).authorise(act) for keys in (OWNERS[:1], (OWNERS[0], NEWCOMER))]
    refused.append((wallet.address, *foreign.authorise(act)[1:]))
    for auth in refused:
        with ape.reverts("auth: bad signature"):
            act.send(auth, relayer)
    assert not done()
    act.send(wallet.authorise(act), relayer)
    assert done()


@pytest.mark.parametrize("name", ACTS)
def test_wallet__owner_replaced_after_signing__has_to_sign_anew(
    world: World, wallet: Wallet, relayer: Any, name: str
) -> None:
    act, done = ACTS[name](world)
    signed = wallet.authorise(act)
    executable = wallet.signatures(bytes(wallet.contract.execution_hash(act.contract, act.data(), 0)))
    renewed = wallet.rotate(OWNERS[0], NEWCOMER, relayer)
    with ape.reverts("auth: bad signature"):
        act.send(signed, relayer)
    with ape.reverts("wallet: too few signatures"):
        wallet.contract.execute(act.contract, act.data(), 0, executable, sender=relayer)
    assert not done()
    act.send(renewed.authorise(act), relayer)
    assert done()


@pytest.mark.parametrize(("name", "reason"), STRANGERS.items())
def test_wallet__another_wallet_in_its_own_name__is_not_this_member(
    world: World, foreign: Wallet, relayer: Any, name: str, reason: str
) -> None:
    act, done = ACTS[name](world)
    with ape.reverts(reason):
        act.send(foreign.authorise(act), relayer)
    assert not done()


def test_wallet__signature_used_once__does_not_pay_twice(world: World, wallet: Wallet, relayer: Any) -> None:
    act, done = pay(world)
    auth = wallet.authorise(act)
    act.send(auth, relayer)
    with ape.reverts("auth: nonce used"):
        act.send(auth, relayer)
    assert done()


def test_wallet__nonce_that_it_cancelled__pays_nothing(world: World, wallet: Wallet, relayer: Any) -> None:
    act, done = pay(world)
    auth, data = wallet.authorise(act), act.contract.cancel_nonce.encode_input(5)
    with ape.reverts("wallet: too few signatures"):
        wallet.but(OWNERS[0]).call(act.contract, data, relayer)
    wallet.call(act.contract, data, relayer)
    with ape.reverts("auth: nonce used"):
        act.send(auth, relayer)
    assert not done()


@pytest.mark.parametrize("function", ["rotate", "shut"])
def test_multisig__is_changed_only_by_itself(wallet: Wallet, stranger: Any, function: str) -> None:
    arguments = (OWNERS[0].address, stranger) if function == "rotate" else ()
    with ape.reverts("wallet: not the wallet"):
        getattr(wallet.contract, function)(*arguments, sender=stranger)


def test_multisig__with_an_owner_replaced__listens_to_the_new_one(wallet: Wallet, relayer: Any) -> None:
    renewed = wallet.rotate(OWNERS[0], NEWCOMER, relayer)
    assert not wallet.contract.is_owner(OWNERS[0].address)
    with ape.reverts("wallet: too few signatures"):
        wallet.rotate(NEWCOMER, OWNERS[0], relayer)
    renewed.rotate(NEWCOMER, OWNERS[0], relayer)
    assert wallet.contract.is_owner(OWNERS[0].address)
