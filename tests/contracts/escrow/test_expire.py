"""Exits by time: anybody closes what is due, nothing before its second."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import (
    ARBITRATOR_SILENT,
    CLAIM_UNANSWERED,
    COMPLETED,
    DAY_S,
    DISPUTED,
    EVIDENCE,
    FUNDED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.signing import EMPTY_AUTH

NO_REST: tuple[Any, Any, Any] = ([], [], [])


@pytest.mark.parametrize("late_s", [-1, 0])
def test_expire__of_price__pays_the_payee_from_its_deadline(
    escrow: Any,
    deal: Deal,
    opened: Any,
    funded_token: Any,
    stranger: Any,
    payee: Any,
    travel: Any,
    late_s: int,
) -> None:
    found = opened(deal)
    before = funded_token.balanceOf(payee)
    travel(deal.object_by + late_s)
    if late_s < 0:
        with ape.reverts("escrow: too early"):
            escrow.expire(deal.core, NO_REST, sender=stranger)
        return
    escrow.expire(deal.core, NO_REST, sender=stranger)
    assert funded_token.balanceOf(payee) == before + deal.price
    assert live_of(escrow.word(found)).state == FUNDED
    with ape.reverts("escrow: too early"):
        escrow.expire(deal.core, NO_REST, sender=stranger)


@pytest.mark.parametrize("late_s", [-1, 0])
def test_expire__of_deposit__returns_it_from_its_deadline(
    escrow: Any,
    deal: Deal,
    opened: Any,
    funded_token: Any,
    payer: Any,
    stranger: Any,
    travel: Any,
    late_s: int,
) -> None:
    found = opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payer)
    travel(deal.claim_by + late_s)
    if late_s < 0:
        with ape.reverts("escrow: too early"):
            escrow.expire(deal.core, NO_REST, sender=stranger)
        return
    escrow.expire(deal.core, NO_REST, sender=stranger)
    assert funded_token.balanceOf(payer) == before + deal.deposit
    assert receipt_of(escrow.word(found)).outcome == COMPLETED


@pytest.mark.parametrize("late_s", [-1, 0])
def test_expire__of_unanswered_claim__pays_the_agreed_share_rounded_down(
    escrow: Any, deal: Deal, claimed: Any, funded_token: Any, payer: Any, payee: Any, stranger: Any,
    travel: Any, late_s: int,
) -> None:  # fmt: skip
    found = claimed(deal)
    before = (funded_token.balanceOf(payer), funded_token.balanceOf(payee))
    travel(live_of(escrow.word(found)).since + deal.answer_s + late_s)
    if late_s < 0:
        with ape.reverts("escrow: too early"):
            escrow.expire(deal.core, NO_REST, sender=stranger)
        return
    escrow.expire(deal.core, NO_REST, sender=stranger)
    kept = 233  # 700 * 3,333 / 10,000 = 233.31
    assert funded_token.balanceOf(payer) == before[0] + deal.deposit - kept
    assert funded_token.balanceOf(payee) == before[1] + kept
    live = live_of(escrow.word(found))
    assert (live.state, live.outcome, live.paid) == (FUNDED, CLAIM_UNANSWERED, kept)


@pytest.mark.parametrize("late_s", [-1, 0])
def test_expire__of_silent_arbitrator__splits_the_price_and_returns_the_deposit(
    escrow: Any, deal: Deal, wholly_disputed: Any, funded_token: Any, payer: Any, payee: Any, arbitrator: Any,
    stranger: Any, travel: Any, late_s: int,
) -> None:  # fmt: skip
    found = wholly_disputed(deal)
    roles = (payer, payee, arbitrator)
    before = [funded_token.balanceOf(role) for role in roles]
    travel(live_of(escrow.word(found)).since + deal.window_s + late_s)
    if late_s < 0:
        with ape.reverts("escrow: too early"):
            escrow.expire(deal.core, deal.rest, sender=stranger)
        return
    escrow.expire(deal.core, deal.rest, sender=stranger)
    gained = [funded_token.balanceOf(role) - had for role, had in zip(roles, before, strict=True)]
    assert gained == [334 + deal.deposit, 666, 0]  # 1,000 * 6,667 / 10,000 = 666.7
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid) == (ARBITRATOR_SILENT, 666)


def test_expire__of_dispute_with_foreign_rest__reverts(
    escrow: Any, deal: Deal, disputed: Any, stranger: Any
) -> None:
    disputed(deal)
    hasty = deal.but(ladder=((deal.ladder[0][0], 0, 0),))
    with ape.reverts("escrow: foreign rest"):
        escrow.expire(deal.core, hasty.rest, sender=stranger)


def test_expire__of_deposit_while_price_in_dispute__returns_it(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, stranger: Any, travel: Any
) -> None:
    late = deal.but(deliver_by=deal.claim_by + DAY_S)
    found = opened(late)
    travel(late.claim_by - 1)
    escrow.dispute(late.core, late.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payer)
    escrow.expire(late.core, late.rest, sender=stranger)
    assert funded_token.balanceOf(payer) == before + late.deposit
    assert live_of(escrow.word(found)).state == DISPUTED


def test_expire__while_claimed__pays_a_price_that_is_due_and_leaves_the_claim(
    escrow: Any, deal: Deal, opened: Any, payee: Any, stranger: Any, travel: Any
) -> None:
    found = opened(deal)
    travel(deal.object_by - 10)
    escrow.claim_damage(deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    travel(max(deal.object_by, deal.claim_by))
    escrow.expire(deal.core, NO_REST, sender=stranger)
    live = live_of(escrow.word(found))
    assert (live.claim, live.paid) == (700, deal.price)


def test_expire__of_unknown_deal__reverts(escrow: Any, deal: Deal, stranger: Any) -> None:
    with ape.reverts("escrow: unknown"):
        escrow.expire(deal.core, NO_REST, sender=stranger)


def test_expire__of_closed_deal__reverts(escrow: Any, deal: Deal, closed: Any, stranger: Any) -> None:
    closed(deal)
    with ape.reverts("escrow: closed"):
        escrow.expire(deal.core, NO_REST, sender=stranger)
