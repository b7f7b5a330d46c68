"""The wallet in deals where a single act of its own says too little: both sides wallets, money that it is
owed without doing anything, tokens that want the signature of a key."""

from typing import Any

import ape
import pytest
from contracts.booking_values import DAY_S, announcement, number, on_grid, request_of
from contracts.escrow.deal import NATIVE, SPLIT, UNWOUND, Deal, receipt_of
from contracts.signing import EMPTY_AUTH
from contracts.wallet.deal_acts import USELESS_PERMIT, deal_of, move, opened, opening
from contracts.wallet.multisig import NEWCOMER, OWNERS, Act, Wallet
from contracts.wallet.world import World
from eth_abi.abi import encode

REQUEST_TYPE = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
PERMIT, ERC_3009 = 1, 2


@pytest.fixture
def between_wallets(world: World, wallet: Wallet, foreign: Wallet) -> Act:
    """A split of a deal between two wallets of the same owners, which gives the payee 250."""
    return move(
        world, opened(world, payer=wallet.address, payee=foreign.address), "split", "Split", to_payee=250
    )[0]


def split(act: Act, payer_auth: Any, payee_auth: Any, sender: Any) -> None:
    act.contract.split(*act.arguments, payer_auth, payee_auth, sender=sender)


def test_split__between_two_wallets__needs_two_owners_of_each(
    between_wallets: Act, wallet: Wallet, foreign: Wallet, relayer: Any
) -> None:
    mine, theirs = wallet.authorise(between_wallets), foreign.authorise(between_wallets)
    one = (
        wallet.but(OWNERS[0]).authorise(between_wallets),
        foreign.but(OWNERS[0]).authorise(between_wallets),
    )
    # the owners are the same, and yet what they signed for one wallet is not signed for the other
    swapped = ((wallet.address, *theirs[1:]), (foreign.address, *mine[1:]))
    for both in ((one[0], theirs), (mine, one[1]), (swapped[0], theirs), (mine, swapped[1])):
        with ape.reverts("auth: bad signature"):
            split(between_wallets, *both, relayer)
    split(between_wallets, mine, theirs, relayer)
    done = receipt_of(between_wallets.contract.word(between_wallets.message["escrow"]))
    assert (done.outcome, done.paid) == (SPLIT, 250)


def test_split__between_two_wallets__is_executed_by_either(
    between_wallets: Act, wallet: Wallet, foreign: Wallet, relayer: Any
) -> None:
    signed = wallet.authorise(between_wallets)
    data = between_wallets.contract.split.encode_input(*between_wallets.arguments, signed, EMPTY_AUTH)
    with ape.reverts("wallet: too few signatures"):
        foreign.but(OWNERS[1]).call(between_wallets.contract, data, relayer)
    with ape.reverts("escrow: not the payee"):
        wallet.call(between_wallets.contract, data, relayer)
    foreign.call(between_wallets.contract, data, relayer)
    assert receipt_of(between_wallets.contract.word(between_wallets.message["escrow"])).outcome == SPLIT


def test_split__with_the_payees_keys_replaced_after_signing__reverts(
    between_wallets: Act, wallet: Wallet, foreign: Wallet, relayer: Any
) -> None:
    mine, theirs = wallet.authorise(between_wallets), foreign.authorise(between_wallets)
    renewed = foreign.rotate(OWNERS[0], NEWCOMER, relayer)
    with ape.reverts("auth: bad signature"):
        split(between_wallets, mine, theirs, relayer)
    split(between_wallets, mine, renewed.authorise(between_wallets), relayer)


@pytest.fixture
def booked(world: World, wallet: Wallet, bookings: Any, owner: Any) -> tuple[Deal, dict[str, Any]]:
    """A deal of the wallet's for a thing that it asked for, and the request."""
    made = announcement()
    bookings.announce(made, EMPTY_AUTH, sender=owner)
    wanted = request_of(
        bytes(bookings.resource_id(owner, made)), wallet.address, on_grid(world.now() + 3 * DAY_S)
    )
    wallet.call(bookings, bookings.request.encode_input(wanted, EMPTY_AUTH), world.relayer)
    deal = deal_of(world, payer=wallet.address, payee=owner.address)
    deal = deal.but(booking=bytes(bookings.request_id(wanted)))
    world.do(opening(world, deal))
    return deal, wanted


@pytest.mark.parametrize("by", ["the wallet", "anybody"])
def test_unwind__of_the_wallets_denied_booking__gives_it_everything_back(
    booked: Any, wallet: Wallet, escrow: Any, bookings: Any, token: Any, owner: Any, relayer: Any, by: str
) -> None:
    deal, wanted = booked
    arguments = (deal.core, bookings, encode([REQUEST_TYPE], [tuple(wanted.values())]))
    with ape.reverts("escrow: booking stands"):
        escrow.unwind(*arguments, sender=relayer)
    bookings.deny(wanted, bytes(32), EMPTY_AUTH, sender=owner)
    before = token.balanceOf(wallet.address)
    if by == "anybody":
        escrow.unwind(*arguments, sender=relayer)
    else:
        data = escrow.unwind.encode_input(*arguments)
        with ape.reverts("wallet: too few signatures"):
            wallet.but(OWNERS[0], NEWCOMER).call(escrow, data, relayer)
        wallet.call(escrow, data, relayer)
    assert token.balanceOf(wallet.address) == before + deal.total
    assert receipt_of(escrow.word(escrow.escrow_id(deal.core))).outcome == UNWOUND


def test_open_funded__with_the_permit_of_a_wallets_owner__takes_nothing_without_an_allowance(
    world: World, wallet: Wallet, escrow: Any, token: Any, relayer: Any
) -> None:
    deal = deal_of(world, payer=wallet.address)
    wallet.call(token, token.approve.encode_input(escrow, 0), relayer)
    message = {"owner": wallet.address, "spender": escrow.address, "value": deal.total, "nonce": 0}
    permit = _by_key(world, token, "Permit", {**message, "deadline": world.deadline})
    auth = wallet.authorise(opening(world, deal)[0])
    for how in ((PERMIT, world.deadline, *permit), USELESS_PERMIT):
        with ape.reverts("token: transfer reverted"):
            escrow.open_funded(deal.core, deal.rest, how, auth, sender=relayer)


def test_open_funded__by_3009__is_not_for_wallets(
    world: World, wallet: Wallet, escrow: Any, token: Any, relayer: Any
) -> None:
    deal = deal_of(world, payer=wallet.address)
    message = {"from": wallet.address, "to": escrow.address, "value": deal.total, "validAfter": 0}
    message |= {"validBefore": world.deadline, "nonce": bytes(escrow.escrow_id(deal.core))}
    how = (ERC_3009, world.deadline, *_by_key(world, token, "ReceiveWithAuthorization", message))
    opening_auth = wallet.authorise(opening(world, deal)[0])
    for auth in (EMPTY_AUTH, opening_auth):
        with ape.reverts("escrow: not the payer"):
            escrow.open_funded(deal.core, deal.rest, how, auth, sender=relayer)


def _by_key(world: World, token: Any, primary: str, message: dict[str, Any]) -> tuple[int, bytes, bytes]:
    """v, r, s of the wallet's first owner under what the token asks for."""

    class Owner:
        address, private_key = OWNERS[0].address, OWNERS[0].key

    _, _, signed = world.get("sign")(Owner, token, primary, message, name=token.name())
    return signed[64], signed[:32], signed[32:64]


def test_wallet__native_coin__is_paid_and_received_by_execution(
    world: World, wallet: Wallet, payments: Any, escrow: Any, payer: Any, payee: Any, relayer: Any
) -> None:
    payer.transfer(wallet.address, 10_000)
    before = payee.balance
    data = payments.pay.encode_input(payee, NATIVE, 300, bytes(32), 0, EMPTY_AUTH)
    with ape.reverts("wallet: too few signatures"):
        wallet.but(OWNERS[0]).call(payments, data, relayer, value=300)
    wallet.call(payments, data, relayer, value=300)
    assert payee.balance == before + 300
    coin = deal_of(world, payee=wallet.address).but(token=NATIVE)
    escrow.open(coin.core, coin.rest, EMPTY_AUTH, sender=payer, value=coin.total)
    escrow.release(coin.core, EMPTY_AUTH, sender=payer)
    assert wallet.contract.balance == 9_700 + coin.price
    assert escrow.claimable(wallet.address, NATIVE) == 0


def test_wallet__native_coin_by_signature__is_not_pulled(
    world: World, wallet: Wallet, payments: Any, escrow: Any, payer: Any, payee: Any, relayer: Any
) -> None:
    payer.transfer(wallet.address, 10_000)
    coin = deal_of(world, payer=wallet.address).but(token=NATIVE)
    act, _ = opening(world, coin)
    with ape.reverts("escrow: payer must call"):
        act.send(wallet.authorise(act), relayer)
    wallet.call(escrow, act.data(), relayer, value=coin.total)
    assert escrow.balance == coin.total
    fields = {"payee": payee.address, "token": NATIVE, "amount": 300, "reference": number("rent"), "nonce": 1}
    paying = Act(payments, "pay", tuple(fields.values()), "Pay", {**fields, "deadline": world.deadline})
    with ape.reverts("payments: payer must call"):
        paying.send(wallet.authorise(paying), relayer)
