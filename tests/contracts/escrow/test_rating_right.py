"""The right to rate: of each side of a closed deal, within sixty days."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import DAY_S, Deal, receipt_of
from contracts.signing import EMPTY_AUTH


def test_right_to_rate__of_a_closed_deal__names_rater_and_subject(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    facts = [deal.service, deal.price]
    assert list(escrow.right_to_rate(deal.terms, 0)) == [found, payer, payee, *facts]
    assert list(escrow.right_to_rate(deal.terms, 1)) == [found, payee, payer, *facts]
    assert len(deal.terms) == 288


def test_right_to_rate__for_a_third_side__reverts(escrow: Any, deal: Deal, closed: Any) -> None:
    closed(deal)
    with ape.reverts("escrow: no such side"):
        escrow.right_to_rate(deal.terms, 2)


def test_right_to_rate__of_live_or_unknown_deal__reverts(escrow: Any, deal: Deal, opened: Any) -> None:
    for terms in (deal.terms, b"", deal.terms + b"\0"):
        with ape.reverts("escrow: not closed"):
            escrow.right_to_rate(terms, 0)
    opened(deal)
    with ape.reverts("escrow: not closed"):
        escrow.right_to_rate(deal.terms, 0)


@pytest.mark.parametrize("late_s", [-1, 0])
def test_right_to_rate__around_sixty_days__is_half_open(
    escrow: Any, deal: Deal, closed: Any, reach: Any, late_s: int
) -> None:
    found = closed(deal)
    reach(receipt_of(escrow.word(found)).done_at + 60 * DAY_S + late_s)
    if late_s < 0:
        escrow.right_to_rate(deal.terms, 0)
        return
    with ape.reverts("escrow: too late to rate"):
        escrow.right_to_rate(deal.terms, 0)
