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


def test_right_to_rate__of_a_payee_who_never_acted__reverts(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any
) -> None:
    penny = deal.but(price=1, deposit=0, ladder=())
    found = opened(penny)
    escrow.release(penny.core, EMPTY_AUTH, sender=payer)
    assert not receipt_of(escrow.word(found)).attended
    with ape.reverts("escrow: payee took no part"):
        escrow.right_to_rate(penny.terms, 0)
    assert list(escrow.right_to_rate(penny.terms, 1))[1:3] == [payee, payer]


def test_right_to_rate__of_a_payee_who_only_gave_back__reverts(
    escrow: Any, deal: Deal, opened: Any, payee: Any
) -> None:
    opened(deal)
    escrow.refund(deal.core, EMPTY_AUTH, sender=payee)
    with ape.reverts("escrow: payee took no part"):
        escrow.right_to_rate(deal.terms, 0)
    assert escrow.right_to_rate(deal.terms, 1)


def test_right_to_rate__of_a_payee_who_claimed__is_given(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any, stranger: Any, travel: Any
) -> None:
    found = opened(deal)
    escrow.claim_damage(deal.core, deal.rest, 10, b"\7" * 32, EMPTY_AUTH, sender=payee)
    escrow.accept_claim(deal.core, EMPTY_AUTH, sender=payer)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    assert receipt_of(escrow.word(found)).attended
    assert list(escrow.right_to_rate(deal.terms, 0))[1:3] == [payer, payee]


def test_right_to_rate__of_a_payee_who_let_time_decide_himself__is_given(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any, reach: Any
) -> None:
    opened(deal)
    reach(deal.return_by + 180 * DAY_S)
    escrow.expire(deal.core, deal.rest, sender=payee)
    assert list(escrow.right_to_rate(deal.terms, 0))[1:3] == [payer, payee]


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
        escrow.right_to_rate(deal.terms, 1)
        return
    with ape.reverts("escrow: too late to rate"):
        escrow.right_to_rate(deal.terms, 1)
