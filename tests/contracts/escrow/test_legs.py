"""The two legs closed by the parties: release, finish, refund."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import (
    CLAIMED,
    COMPLETED,
    DISPUTED,
    FUNDED,
    NATIVE,
    PRICE_CLOSED,
    REFUNDED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.signing import EMPTY_AUTH


def named(receipt: Any, name: str) -> list[Any]:
    """The events of one kind in a receipt."""
    return [log for log in receipt.decode_logs() if log.event_name == name]


def test_release__by_payer__pays_the_price(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    before = funded_token.balanceOf(payee)
    receipt = escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payee) == before + deal.price
    live = live_of(escrow.word(found))
    assert (live.state, live.paid, live.flags & PRICE_CLOSED) == (FUNDED, deal.price, PRICE_CLOSED)
    (event,) = named(receipt, "PricePaid")
    assert (event.escrow, event.actor, event.amount, event.returned) == (found, payer, deal.price, 0)
    assert not named(receipt, "EscrowClosed")


def test_release__of_native_coin__pays_the_price(
    escrow: Any, native: Deal, opened: Any, payer: Any, payee: Any
) -> None:
    opened(native)
    before = payee.balance
    escrow.release(native.core, EMPTY_AUTH, sender=payer)
    assert payee.balance == before + native.price
    assert escrow.balance == native.deposit


def test_release__then_finish__completes(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payer)
    receipt = escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    assert funded_token.balanceOf(payer) == before + deal.deposit
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid, done.done_at) == (COMPLETED, deal.price, receipt.timestamp)
    (event,) = named(receipt, "EscrowClosed")
    assert (event.outcome, event.paid, event.actor) == (COMPLETED, deal.price, payee)
    (event,) = named(receipt, "DepositReturned")
    assert (event.returned, event.kept) == (deal.deposit, 0)


@pytest.mark.parametrize("role", ["payee", "stranger", "arbitrator"])
def test_release__by_another__reverts(escrow: Any, deal: Deal, opened: Any, role: str, request: Any) -> None:
    opened(deal)
    with ape.reverts("escrow: not the payer"):
        escrow.release(deal.core, EMPTY_AUTH, sender=request.getfixturevalue(role))


def test_release__twice__reverts(escrow: Any, deal: Deal, opened: Any, payer: Any) -> None:
    opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    with ape.reverts("escrow: price closed"):
        escrow.release(deal.core, EMPTY_AUTH, sender=payer)


def test_release__while_price_in_dispute__reverts(escrow: Any, deal: Deal, disputed: Any, payer: Any) -> None:
    disputed(deal)
    with ape.reverts("escrow: price in dispute"):
        escrow.release(deal.core, EMPTY_AUTH, sender=payer)


def test_release__while_claimed__leaves_the_claim(escrow: Any, deal: Deal, claimed: Any, payer: Any) -> None:
    found = claimed(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    live = live_of(escrow.word(found))
    assert (live.state, live.claim, live.paid) == (CLAIMED, 700, deal.price)


def test_release__of_unknown_deal__reverts(escrow: Any, deal: Deal, opened: Any, payer: Any) -> None:
    opened(deal)  # there is money that must not leave
    with ape.reverts("escrow: unknown"):
        escrow.release(deal.but(salt=b"\5" * 32).core, EMPTY_AUTH, sender=payer)


def test_release__of_closed_deal__reverts(
    escrow: Any, deal: Deal, closed: Any, opened: Any, payer: Any
) -> None:
    closed(deal)
    opened(deal.but(salt=b"\5" * 32))  # there is money that must not leave
    with ape.reverts("escrow: closed"):
        escrow.release(deal.core, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("role", ["payer", "stranger", "arbitrator"])
def test_finish__by_another__reverts(escrow: Any, deal: Deal, opened: Any, role: str, request: Any) -> None:
    opened(deal)
    with ape.reverts("escrow: not the payee"):
        escrow.finish(deal.core, EMPTY_AUTH, sender=request.getfixturevalue(role))


def test_finish__twice__reverts(escrow: Any, deal: Deal, opened: Any, payee: Any) -> None:
    opened(deal)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    with ape.reverts("escrow: deposit closed"):
        escrow.finish(deal.core, EMPTY_AUTH, sender=payee)


def test_finish__while_claimed__withdraws_the_claim(
    escrow: Any, deal: Deal, claimed: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = claimed(deal)
    before = funded_token.balanceOf(payer)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    assert funded_token.balanceOf(payer) == before + deal.deposit
    live = live_of(escrow.word(found))
    assert (live.state, live.claim) == (FUNDED, 0)


def test_finish__while_only_price_in_dispute__returns_the_deposit(
    escrow: Any, deal: Deal, disputed: Any, payee: Any
) -> None:
    found = disputed(deal)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    assert live_of(escrow.word(found)).state == DISPUTED


def test_finish__while_claim_in_dispute__reverts(
    escrow: Any, deal: Deal, wholly_disputed: Any, payee: Any
) -> None:
    wholly_disputed(deal)
    with ape.reverts("escrow: claim in dispute"):
        escrow.finish(deal.core, EMPTY_AUTH, sender=payee)


@pytest.mark.parametrize("state", ["opened", "claimed", "disputed", "wholly_disputed"])
def test_refund__in_any_state__returns_everything(
    escrow: Any, deal: Deal, funded_token: Any, payer: Any, payee: Any, state: str, request: Any
) -> None:
    before = funded_token.balanceOf(payer)
    found = request.getfixturevalue(state)(deal)
    escrow.refund(deal.core, EMPTY_AUTH, sender=payee)
    assert funded_token.balanceOf(payer) == before
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid) == (REFUNDED, 0)


def test_refund__after_release__returns_the_deposit_and_completes(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    escrow.refund(deal.core, EMPTY_AUTH, sender=payee)
    assert receipt_of(escrow.word(found)).outcome == COMPLETED


@pytest.mark.parametrize("role", ["payer", "stranger", "arbitrator"])
def test_refund__by_another__reverts(escrow: Any, deal: Deal, opened: Any, role: str, request: Any) -> None:
    opened(deal)
    with ape.reverts("escrow: not the payee"):
        escrow.refund(deal.core, EMPTY_AUTH, sender=request.getfixturevalue(role))


def test_word_and_claimable__of_what_never_was__are_zero(escrow: Any, deal: Deal, stranger: Any) -> None:
    assert escrow.word(escrow.escrow_id(deal.core)) == 0
    assert escrow.claimable(stranger, NATIVE) == 0
