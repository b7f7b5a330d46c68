"""Giving back what a closed deal brought: by whom, how much in sum, and by whose signature."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import NATIVE, NOTHING, Deal
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH

REFUND_GAS = 85_000
NOBODY = "0x" + "00" * 20


@pytest.fixture
def done(escrow: Any, payments: Any, deal: Deal, opened: Any, coin: Any, payer: Any, payee: Any) -> Deal:
    """A deal that closed with its price paid; the payee allows the payments all of his token."""
    opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    coin.approve(payments, 2**256 - 1, sender=payee)
    return deal


def test_refund_after__part_and_rest__go_straight_to_the_payer(
    escrow: Any, payments: Any, done: Deal, coin: Any, payer: Any, payee: Any
) -> None:
    deal = escrow.escrow_id(done.core)
    before = coin.balanceOf(payer)
    receipt = payments.refund_after(escrow, done.core, 400, 0, EMPTY_AUTH, sender=payee)
    assert coin.balanceOf(payer) == before + 400
    assert payments.refunded(escrow, deal) == 400
    [event] = named(receipt, "RefundedAfter")
    assert (event.escrow_id, event.payee, event.payer, event.escrow) == (deal, payee, payer, escrow)
    assert (event.token, event.amount, event.actor) == (coin, 400, payee)
    assert receipt.gas_used <= REFUND_GAS
    payments.refund_after(escrow, done.core, 600, 0, EMPTY_AUTH, sender=payee)
    assert coin.balanceOf(payer) == before + done.price
    assert coin.balanceOf(payments) == 0


@pytest.mark.parametrize("first", [0, 1, 1_000])
def test_refund_after__more_than_was_paid_in_sum__reverts(
    escrow: Any, payments: Any, done: Deal, payee: Any, first: int
) -> None:
    if first:
        payments.refund_after(escrow, done.core, first, 0, EMPTY_AUTH, sender=payee)
    with ape.reverts("payments: more than was paid"):
        payments.refund_after(escrow, done.core, done.price - first + 1, 0, EMPTY_AUTH, sender=payee)


def test_refund_after__nothing__reverts(escrow: Any, payments: Any, done: Deal, payee: Any) -> None:
    with ape.reverts("payments: nothing to pay"):
        payments.refund_after(escrow, done.core, 0, 0, EMPTY_AUTH, sender=payee)


def test_refund_after__by_another_than_the_payee__reverts(
    escrow: Any, payments: Any, done: Deal, payer: Any, stranger: Any
) -> None:
    for other in (payer, stranger):
        with ape.reverts("payments: not the payee"):
            payments.refund_after(escrow, done.core, 1, 0, EMPTY_AUTH, sender=other)


def test_refund_after__while_the_deal_is_open_or_unknown__reverts(
    escrow: Any, payments: Any, deal: Deal, opened: Any, payee: Any
) -> None:
    with ape.reverts("payments: deal not closed"):
        payments.refund_after(escrow, deal.core, 1, 0, EMPTY_AUTH, sender=payee)
    opened(deal)
    with ape.reverts("payments: deal not closed"):
        payments.refund_after(escrow, deal.core, 1, 0, EMPTY_AUTH, sender=payee)


def test_refund_after__of_a_deal_that_brought_nothing__reverts(
    escrow: Any, payments: Any, deal: Deal, closed: Any, payee: Any
) -> None:
    closed(deal)
    with ape.reverts("payments: more than was paid"):
        payments.refund_after(escrow, deal.core, 1, 0, EMPTY_AUTH, sender=payee)


def test_refund_after__of_an_address_without_code__reverts(
    payments: Any, done: Deal, payee: Any, stranger: Any
) -> None:
    with ape.reverts("payments: no escrow there"):
        payments.refund_after(stranger, done.core, 1, 0, EMPTY_AUTH, sender=payee)


def test_refund_after__in_native_coin__is_sent_along(
    escrow: Any, payments: Any, native: Deal, opened: Any, payer: Any, payee: Any, relayer: Any, sign: Any,
    deadline: int,
) -> None:  # fmt: skip
    found = opened(native)
    escrow.release(native.core, EMPTY_AUTH, sender=payer)
    escrow.finish(native.core, EMPTY_AUTH, sender=payee)
    with ape.reverts("payments: wrong value"):
        payments.refund_after(escrow, native.core, 400, 0, EMPTY_AUTH, sender=payee, value=399)
    before = payer.balance
    payments.refund_after(escrow, native.core, 400, 0, EMPTY_AUTH, sender=payee, value=400)
    assert payer.balance == before + 400
    message = {"escrow": escrow.address, "deal": found, "payer": payer.address, "token": NATIVE}
    message |= {"amount": 400, "nonce": 1, "deadline": deadline}
    auth = sign(payee, payments, "RefundAfter", message)
    with ape.reverts("payments: payer must call"):
        payments.refund_after(escrow, native.core, 400, 1, auth, sender=relayer, value=400)


@pytest.fixture
def signed_refund(escrow: Any, payments: Any, done: Deal, sign: Any, payee: Any, deadline: int) -> Any:
    """`signed_refund(amount=...)`: the payee's authorisation to give 400 back, nonce 9."""

    def make(signer: Any = None, **changes: Any) -> Any:
        message = {
            "escrow": escrow.address,
            "deal": escrow.escrow_id(done.core),
            "payer": done.payer,
            "token": done.token,
            "amount": 400,
            "nonce": 9,
            "deadline": deadline,
        }
        return sign(signer or payee, payments, "RefundAfter", message | changes)

    return make


def test_refund_after__signed__goes_through_once(
    escrow: Any, payments: Any, done: Deal, signed_refund: Any, coin: Any, payer: Any, payee: Any,
    relayer: Any,
) -> None:  # fmt: skip
    before = coin.balanceOf(payer)
    payments.refund_after(escrow, done.core, 400, 9, signed_refund(), sender=relayer)
    assert coin.balanceOf(payer) == before + 400
    with ape.reverts("auth: nonce used"):
        payments.refund_after(escrow, done.core, 400, 9, signed_refund(), sender=relayer)


@pytest.mark.parametrize("field", ["escrow", "deal", "payer", "token", "amount", "nonce"])
def test_refund_after__otherwise_than_signed__reverts(
    escrow: Any, payments: Any, done: Deal, signed_refund: Any, relayer: Any, stranger: Any, field: str
) -> None:
    other = {"deal": NOTHING, "amount": 399, "nonce": 10}.get(field, stranger.address)
    with ape.reverts("auth: bad signature"):
        payments.refund_after(escrow, done.core, 400, 9, signed_refund(**{field: other}), sender=relayer)


def test_refund_after__signed_by_the_payer__reverts(
    escrow: Any, payments: Any, done: Deal, signed_refund: Any, payer: Any, relayer: Any
) -> None:
    with ape.reverts("payments: not the payee"):
        payments.refund_after(escrow, done.core, 400, 9, signed_refund(payer), sender=relayer)
