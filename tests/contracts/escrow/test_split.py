"""Both parties divide what is held."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import HOUR_S, SPLIT, Deal, receipt_of
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def agrees(escrow: Any, sign: Any, now: Any) -> Any:
    """`agrees(member, deal, to_payee)`: the member's signature under a split."""

    def make(member: Any, deal: Deal, to_payee: int) -> tuple[str, int, bytes]:
        found = escrow.escrow_id(deal.core)
        word, deadline = escrow.word(found), now() + HOUR_S
        message = {"escrow": found, "to_payee": to_payee, "word": word, "deadline": deadline}
        return tuple(sign(member, escrow, "Split", message))

    return make


@pytest.mark.parametrize("to_payee", [0, 1, 1_000, 1_001, 6_000])
def test_split__signed_by_both__divides_everything_price_first(
    escrow: Any, deal: Deal, opened: Any, agrees: Any, funded_token: Any, payer: Any, payee: Any,
    relayer: Any, to_payee: int,
) -> None:  # fmt: skip
    found = opened(deal)
    before = (funded_token.balanceOf(payer), funded_token.balanceOf(payee))
    both = (agrees(payer, deal, to_payee), agrees(payee, deal, to_payee))
    receipt = escrow.split(deal.core, to_payee, *both, sender=relayer)
    assert funded_token.balanceOf(payer) == before[0] + deal.total - to_payee
    assert funded_token.balanceOf(payee) == before[1] + to_payee
    (price,), (deposit,) = named(receipt, "PricePaid"), named(receipt, "DepositReturned")
    assert (price.amount, deposit.kept) == (min(to_payee, 1_000), max(to_payee - 1_000, 0))
    assert price.actor == payee
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid, done.attended) == (SPLIT, to_payee, True)


@pytest.mark.parametrize("caller", ["payer", "payee"])
def test_split__by_one_with_the_signature_of_the_other__is_accepted(
    escrow: Any, deal: Deal, opened: Any, agrees: Any, request: Any, payer: Any, payee: Any, caller: str
) -> None:
    found = opened(deal)
    auths = [EMPTY_AUTH if caller == "payer" else agrees(payer, deal, 5), EMPTY_AUTH]
    if caller == "payer":
        auths[1] = agrees(payee, deal, 5)
    escrow.split(deal.core, 5, *auths, sender=request.getfixturevalue(caller))
    assert receipt_of(escrow.word(found)).paid == 5


def test_split__without_the_payee__reverts(
    escrow: Any, deal: Deal, opened: Any, agrees: Any, payer: Any, stranger: Any
) -> None:
    opened(deal)
    for other in (EMPTY_AUTH, agrees(payer, deal, 5), agrees(stranger, deal, 5)):
        with ape.reverts("escrow: not the payee"):
            escrow.split(deal.core, 5, EMPTY_AUTH, other, sender=payer)


def test_split__without_the_payer__reverts(
    escrow: Any, deal: Deal, opened: Any, agrees: Any, payee: Any, stranger: Any
) -> None:
    opened(deal)
    for other in (EMPTY_AUTH, agrees(payee, deal, 5), agrees(stranger, deal, 5)):
        with ape.reverts("escrow: not the payer"):
            escrow.split(deal.core, 5, other, EMPTY_AUTH, sender=payee)


def test_split__otherwise_than_signed__reverts(
    escrow: Any, deal: Deal, opened: Any, agrees: Any, payer: Any, payee: Any
) -> None:
    opened(deal)
    signed = agrees(payer, deal, 5)
    with ape.reverts("auth: bad signature"):
        escrow.split(deal.core, 6, signed, EMPTY_AUTH, sender=payee)
    escrow.release_part(deal.core, 1, EMPTY_AUTH, sender=payer)
    with ape.reverts("auth: bad signature"):
        escrow.split(deal.core, 5, signed, EMPTY_AUTH, sender=payee)


def test_split__of_more_than_is_left__reverts(
    escrow: Any, deal: Deal, opened: Any, agrees: Any, payer: Any, payee: Any
) -> None:
    opened(deal)
    escrow.release_part(deal.core, 400, EMPTY_AUTH, sender=payer)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    for too_much in (601, 2**256 - 1):
        with ape.reverts("escrow: more than is left"):
            escrow.split(deal.core, too_much, agrees(payer, deal, too_much), EMPTY_AUTH, sender=payee)
    escrow.split(deal.core, 600, agrees(payer, deal, 600), EMPTY_AUTH, sender=payee)
    assert receipt_of(escrow.word(escrow.escrow_id(deal.core))).paid == 1_000


def test_split__in_dispute_about_everything__ends_it(
    escrow: Any, deal: Deal, wholly_disputed: Any, agrees: Any, payer: Any, payee: Any
) -> None:
    found = wholly_disputed(deal)
    escrow.split(deal.core, 300, agrees(payer, deal, 300), EMPTY_AUTH, sender=payee)
    assert receipt_of(escrow.word(found)).outcome == SPLIT


def test_split__of_a_closed_deal__reverts(
    escrow: Any, deal: Deal, closed: Any, payer: Any, payee: Any
) -> None:
    closed(deal)
    with ape.reverts("escrow: closed"):
        escrow.split(deal.core, 0, EMPTY_AUTH, EMPTY_AUTH, sender=payer)
