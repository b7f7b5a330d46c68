"""Hostile receivers, tokens and relayers: a failed push becomes a claim of its owner and blocks nobody."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import COMPLETED, HOUR_S, NATIVE, Deal, receipt_of
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH

HONEST, FEE, FALSE, SILENT, REENTER, REVERT, BURN, BOMB, TWO, LIE = range(10)


@pytest.fixture
def hostile(container: Any, escrow: Any, payer: Any, deployer: Any) -> Any:
    """A token that can be told to misbehave; the payer has plenty of it and allows the escrow all."""
    token = container("MockHostileToken").deploy(sender=deployer)
    token.mint(payer, 10**12, sender=deployer)
    token.approve(escrow, 2**256 - 1, sender=payer)
    return token


@pytest.fixture
def risky(deal: Deal, hostile: Any) -> Deal:
    """The usual deal in the hostile token."""
    return deal.but(token=hostile.address)


@pytest.fixture
def wallet(container: Any, stranger: Any) -> Any:
    """A contract wallet whose key belongs to `stranger`."""
    return container("MockWallet").deploy(stranger, sender=stranger)


def test_open__with_token_that_returns_nothing__is_accepted(
    escrow: Any, risky: Deal, hostile: Any, opened: Any, payer: Any, payee: Any
) -> None:
    hostile.set_mode(SILENT, SILENT, sender=payer)
    opened(risky)
    escrow.release(risky.core, EMPTY_AUTH, sender=payer)
    assert hostile.balanceOf(payee) == risky.price


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (FEE, "token: wrong amount arrived"),
        (FALSE, "token: transfer refused"),
        (TWO, "token: transfer refused"),
        (REVERT, "token: transfer reverted"),
        (BOMB, "token: transfer reverted"),
        (LIE, "token: wrong amount arrived"),
    ],
)
def test_open__with_hostile_token__reverts(
    escrow: Any, risky: Deal, hostile: Any, payer: Any, mode: int, reason: str
) -> None:
    hostile.set_mode(mode, HONEST, sender=payer)
    with ape.reverts(reason):
        escrow.open(risky.core, risky.rest, EMPTY_AUTH, sender=payer)


def test_open__without_allowance__reverts(escrow: Any, deal: Deal, funded_token: Any, payer: Any) -> None:
    funded_token.approve(escrow, 0, sender=payer)
    with ape.reverts("token: transfer reverted"):
        escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer)


def test_open__with_an_address_without_code__reverts(
    escrow: Any, deal: Deal, stranger: Any, payer: Any
) -> None:
    wrong = deal.but(token=stranger.address)
    with ape.reverts("token: no contract"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("mode", [FALSE, TWO, REVERT, BURN, BOMB])
def test_release__refused_by_the_token__waits_for_its_owner(
    escrow: Any, risky: Deal, hostile: Any, opened: Any, payer: Any, payee: Any, stranger: Any, mode: int
) -> None:
    found = opened(risky)
    hostile.set_mode(HONEST, mode, sender=payer)
    receipt = escrow.release(risky.core, EMPTY_AUTH, sender=payer, gas_limit=1_000_000)
    (event,) = named(receipt, "PayoutDeferred")
    assert (event.escrow, event.member, event.amount) == (found, payee, risky.price)
    assert escrow.claimable(payee, hostile) == risky.price
    assert receipt.gas_used < 300_000
    with ape.reverts("escrow: payout refused"):
        escrow.claim(hostile, payee, 0, EMPTY_AUTH, sender=payee, gas_limit=2_000_000)
    hostile.set_mode(HONEST, HONEST, sender=payer)
    receipt = escrow.claim(hostile, stranger, 0, EMPTY_AUTH, sender=payee)
    assert hostile.balanceOf(stranger) == risky.price
    assert escrow.claimable(payee, hostile) == 0
    (event,) = named(receipt, "ClaimableWithdrawn")
    assert (event.member, event.actor, event.to, event.amount) == (payee, payee, stranger, risky.price)


def test_token__that_reenters__gets_nowhere(
    escrow: Any, risky: Deal, hostile: Any, opened: Any, payer: Any, payee: Any
) -> None:
    opened(risky)
    hostile.set_payload(escrow, escrow.expire.encode_input(risky.core, risky.rest), sender=payer)
    hostile.set_mode(REENTER, REENTER, sender=payer)
    opened(risky.but(salt=b"\5" * 32))
    assert (hostile.attempts(), hostile.reentered()) == (1, False)
    hostile.set_payload(escrow, escrow.claim.encode_input(hostile, payee, 0, EMPTY_AUTH), sender=payer)
    escrow.refund(risky.core, EMPTY_AUTH, sender=payee)
    assert (hostile.attempts(), hostile.reentered()) == (2, False)


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_release__of_native_coin_to_hostile_wallet__waits_for_its_owner(
    escrow: Any, native: Deal, wallet: Any, opened: Any, payer: Any, stranger: Any, mode: int
) -> None:
    own = native.but(payee=wallet.address)
    found = opened(own)
    wallet.set_mode(0, mode, sender=stranger)
    receipt = escrow.release(own.core, EMPTY_AUTH, sender=payer, gas_limit=1_000_000)
    assert receipt.gas_used < 200_000
    assert escrow.claimable(wallet, NATIVE) == own.price
    # the other leg is not blocked
    refund = escrow.finish.encode_input(own.core, EMPTY_AUTH)
    wallet.execute(escrow, refund, 0, sender=stranger)
    assert receipt_of(escrow.word(found)).outcome == COMPLETED
    # the wallet sends it where it can be received
    before = payer.balance
    wallet.execute(escrow, escrow.claim.encode_input(NATIVE, payer, 0, EMPTY_AUTH), 0, sender=stranger)
    assert payer.balance == before + own.price
    assert escrow.balance == 0


def test_release__of_native_coin_to_honest_wallet__arrives(
    escrow: Any, native: Deal, wallet: Any, opened: Any, payer: Any
) -> None:
    own = native.but(payee=wallet.address)
    opened(own)
    escrow.release(own.core, EMPTY_AUTH, sender=payer)
    assert wallet.balance == own.price


@pytest.mark.parametrize(("kind", "gas_limit"), [("deal", 220_000), ("native", 150_000)])
def test_release__with_too_little_gas__reverts_instead_of_deferring(
    escrow: Any, opened: Any, payer: Any, request: Any, kind: str, gas_limit: int
) -> None:
    some = request.getfixturevalue(kind)
    opened(some)
    with ape.reverts("escrow: more gas needed"):
        escrow.release(some.core, EMPTY_AUTH, sender=payer, gas_limit=gas_limit)


@pytest.fixture
def waiting(escrow: Any, risky: Deal, hostile: Any, opened: Any, payer: Any) -> Deal:
    """A deal whose price could not be pushed to the payee; the token is honest again."""
    opened(risky)
    hostile.set_mode(HONEST, FALSE, sender=payer)
    escrow.release(risky.core, EMPTY_AUTH, sender=payer)
    hostile.set_mode(HONEST, HONEST, sender=payer)
    return risky


def test_claim__by_another__finds_nothing(escrow: Any, waiting: Deal, hostile: Any, stranger: Any) -> None:
    with ape.reverts("escrow: nothing to claim"):
        escrow.claim(hostile, stranger, 0, EMPTY_AUTH, sender=stranger)


def test_claim__to_nowhere__reverts(escrow: Any, waiting: Deal, hostile: Any, payee: Any) -> None:
    for unfit in (NATIVE, escrow.address):
        with ape.reverts("escrow: unfit receiver"):
            escrow.claim(hostile, unfit, 0, EMPTY_AUTH, sender=payee)


def test_claim__signed__pays_once(
    escrow: Any, waiting: Deal, hostile: Any, payee: Any, stranger: Any, relayer: Any, sign: Any, now: Any
) -> None:
    message = {"token": hostile.address, "to": stranger.address, "nonce": 7, "deadline": now() + HOUR_S}
    auth = sign(payee, escrow, "Claim", message)
    with ape.reverts("auth: bad signature"):
        escrow.claim(hostile, relayer, 7, auth, sender=relayer)
    with ape.reverts("auth: bad signature"):
        escrow.claim(hostile, stranger, 8, auth, sender=relayer)
    escrow.claim(hostile, stranger, 7, auth, sender=relayer)
    assert hostile.balanceOf(stranger) == waiting.price
    assert escrow.nonce_used(payee, 7)
    with ape.reverts("auth: nonce used"):
        escrow.claim(hostile, stranger, 7, auth, sender=relayer)


def test_claim__with_cancelled_nonce__reverts(
    escrow: Any, waiting: Deal, hostile: Any, payee: Any, relayer: Any, sign: Any, now: Any
) -> None:
    message = {"token": hostile.address, "to": payee.address, "nonce": 7, "deadline": now() + HOUR_S}
    escrow.cancel_nonce(7, sender=payee)
    with ape.reverts("auth: nonce used"):
        escrow.claim(hostile, payee, 7, sign(payee, escrow, "Claim", message), sender=relayer)
