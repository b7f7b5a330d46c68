"""The right to rate: once per side of a closed deal, within sixty days, only to the ledger."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import DAY_S, Deal, receipt_of
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH
from eth_utils.crypto import keccak


def test_consume__each_side_once__marks_the_receipt(
    escrow: Any, deal: Deal, opened: Any, rating_ledger: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    word = escrow.word(found)
    answer = escrow.consume.call(deal.terms, 0, sender=rating_ledger)
    assert list(answer) == [payer, payee, deal.service, deal.price]
    receipt = escrow.consume(deal.terms, 0, sender=rating_ledger)
    (event,) = named(receipt, "RatingRightUsed")
    assert (event.escrow, event.deal, event.rater, event.side) == (found, keccak(deal.terms), payer, 0)
    done = receipt_of(escrow.word(found))
    assert (done.payer_rated, done.payee_rated) == (1, 0)
    answer = escrow.consume.call(deal.terms, 1, sender=rating_ledger)
    assert list(answer) == [payee, payer, deal.service, deal.price]
    escrow.consume(deal.terms, 1, sender=rating_ledger)
    assert escrow.word(found) == word | 1 << 108 | 1 << 144
    assert len(deal.terms) == 288


@pytest.mark.parametrize("side", [0, 1])
def test_consume__twice__reverts(escrow: Any, deal: Deal, closed: Any, rating_ledger: Any, side: int) -> None:
    closed(deal)
    escrow.consume(deal.terms, side, sender=rating_ledger)
    with ape.reverts("escrow: already rated"):
        escrow.consume(deal.terms, side, sender=rating_ledger)


@pytest.mark.parametrize("role", ["payer", "payee", "stranger"])
def test_consume__by_another__reverts(escrow: Any, deal: Deal, closed: Any, role: str, request: Any) -> None:
    closed(deal)
    with ape.reverts("escrow: not the ledger"):
        escrow.consume(deal.terms, 0, sender=request.getfixturevalue(role))


def test_consume__for_a_third_side__reverts(escrow: Any, deal: Deal, closed: Any, rating_ledger: Any) -> None:
    closed(deal)
    with ape.reverts("escrow: no such side"):
        escrow.consume(deal.terms, 2, sender=rating_ledger)


def test_consume__of_live_or_unknown_deal__reverts(
    escrow: Any, deal: Deal, opened: Any, rating_ledger: Any
) -> None:
    for terms in (deal.terms, b"", deal.terms + b"\0"):
        with ape.reverts("escrow: not closed"):
            escrow.consume(terms, 0, sender=rating_ledger)
    opened(deal)
    with ape.reverts("escrow: not closed"):
        escrow.consume(deal.terms, 0, sender=rating_ledger)


@pytest.mark.parametrize("late_s", [-1, 0])
def test_consume__around_sixty_days__is_half_open(
    escrow: Any, deal: Deal, closed: Any, rating_ledger: Any, travel: Any, late_s: int
) -> None:
    found = closed(deal)
    travel(receipt_of(escrow.word(found)).done_at + 60 * DAY_S + late_s)
    if late_s < 0:
        escrow.consume(deal.terms, 0, sender=rating_ledger)
        return
    with ape.reverts("escrow: too late to rate"):
        escrow.consume(deal.terms, 0, sender=rating_ledger)
