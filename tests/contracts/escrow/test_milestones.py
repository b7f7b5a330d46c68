"""A price in parts: released one by one, or due one by one."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import (
    COMPLETED,
    DAY_S,
    EVIDENCE,
    PRICE_CLOSED,
    REFUNDED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def staged(deal: Deal) -> Deal:
    """The usual deal, its price due in three parts: 200, 300 and 500."""
    dues = (deal.deliver_by - 6 * DAY_S, deal.deliver_by - 3 * DAY_S, deal.deliver_by)
    return deal.but(milestones=tuple(zip((200, 300, 500), dues, strict=True)))


def test_release_part__of_the_price__pays_it_and_leaves_the_rest(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    before = funded_token.balanceOf(payee)
    receipt = escrow.release_part(deal.core, 400, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payee) == before + 400
    live = live_of(escrow.word(found))
    assert (live.paid, live.flags & PRICE_CLOSED) == (400, 0)
    (event,) = named(receipt, "PriceReleased")
    assert (event.escrow, event.actor, event.amount, event.left) == (found, payer, 400, 600)
    assert not named(receipt, "PricePaid")


def test_release_part__of_all_that_is_left__closes_the_leg(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    before = funded_token.balanceOf(payee)
    escrow.release_part(deal.core, 400, EMPTY_AUTH, sender=payer)
    receipt = escrow.release_part(deal.core, 600, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payee) == before + deal.price
    (event,) = named(receipt, "PricePaid")
    assert (event.amount, event.returned) == (600, 0)
    assert live_of(escrow.word(found)).flags & PRICE_CLOSED
    with ape.reverts("escrow: price closed"):
        escrow.release_part(deal.core, 1, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("amount", [0, 601, 2**256 - 1])
def test_release_part__of_nothing_or_more_than_is_left__reverts(
    escrow: Any, deal: Deal, opened: Any, payer: Any, amount: int
) -> None:
    opened(deal)
    escrow.release_part(deal.core, 400, EMPTY_AUTH, sender=payer)
    with ape.reverts("escrow: no such part"):
        escrow.release_part(deal.core, amount, EMPTY_AUTH, sender=payer)


def test_release_part__by_another__reverts(escrow: Any, deal: Deal, opened: Any, payee: Any) -> None:
    opened(deal)
    with ape.reverts("escrow: not the payer"):
        escrow.release_part(deal.core, 1, EMPTY_AUTH, sender=payee)


def test_release_part__in_dispute__reverts(escrow: Any, deal: Deal, disputed: Any, payer: Any) -> None:
    disputed(deal)
    with ape.reverts("escrow: price in dispute"):
        escrow.release_part(deal.core, 1, EMPTY_AUTH, sender=payer)


def test_release__after_a_part__pays_what_is_left(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    opened(deal)
    escrow.release_part(deal.core, 999, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payee)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payee) == before + 1


def test_release_part__after_an_accepted_claim__counts_only_the_price(
    escrow: Any, deal: Deal, claimed: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = claimed(deal)
    escrow.accept_claim(deal.core, EMPTY_AUTH, sender=payer)
    live = live_of(escrow.word(found))
    assert (live.claim, live.kept, live.paid) == (0, 700, 700)
    escrow.release_part(deal.core, 400, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payee)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payee) == before + 600
    assert receipt_of(escrow.word(found)).paid == deal.price + 700


def test_refund__after_a_part__gives_back_what_is_left(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = opened(deal)
    escrow.release_part(deal.core, 400, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payer)
    escrow.refund(deal.core, EMPTY_AUTH, sender=payee)
    assert funded_token.balanceOf(payer) == before + 600 + deal.deposit
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid) == (COMPLETED, 400)
    assert done.outcome != REFUNDED


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("late_s", [-1, 0])
def test_expire__of_a_milestone__pays_it_from_its_objection_time(
    escrow: Any, staged: Deal, opened: Any, funded_token: Any, payee: Any, stranger: Any, travel: Any,
    which: int, late_s: int,
) -> None:  # fmt: skip
    found = opened(staged)
    before = funded_token.balanceOf(payee)
    due = (200, 500)
    travel(staged.milestones[which][1] + staged.object_s + late_s)
    expected = due[which] if late_s == 0 else (0, *due)[which]
    if expected == 0:
        with ape.reverts("escrow: too early"):
            escrow.expire(staged.core, staged.rest, sender=stranger)
        return
    escrow.expire(staged.core, staged.rest, sender=stranger)
    assert funded_token.balanceOf(payee) == before + expected
    assert live_of(escrow.word(found)).paid == expected
    if late_s == 0:
        with ape.reverts("escrow: too early"):
            escrow.expire(staged.core, staged.rest, sender=stranger)


def test_expire__of_a_milestone_released_before__pays_only_the_difference(
    escrow: Any, staged: Deal, opened: Any, payer: Any, stranger: Any, travel: Any
) -> None:
    opened(staged)
    escrow.release_part(staged.core, 150, EMPTY_AUTH, sender=payer)
    travel(staged.milestones[0][1] + staged.object_s)
    receipt = escrow.expire(staged.core, staged.rest, sender=stranger)
    (event,) = named(receipt, "PriceReleased")
    assert (event.amount, event.left) == (50, 800)


def test_expire__of_milestones_with_foreign_rest__reverts(
    escrow: Any, staged: Deal, opened: Any, stranger: Any, travel: Any
) -> None:
    opened(staged)
    hasty = staged.but(milestones=((1_000, 1),))
    travel(staged.deliver_by - 5 * DAY_S)
    with ape.reverts("escrow: foreign rest"):
        escrow.expire(staged.core, hasty.rest, sender=stranger)


def test_expire__after_the_last_milestone__needs_no_rest(
    escrow: Any, staged: Deal, opened: Any, funded_token: Any, payee: Any, stranger: Any, travel: Any
) -> None:
    opened(staged)
    before = funded_token.balanceOf(payee)
    travel(staged.object_by)
    escrow.expire(staged.core, ([], [], []), sender=stranger)
    assert funded_token.balanceOf(payee) == before + staged.price


def test_dispute__after_a_milestone_was_due__pays_it_and_contests_the_rest(
    escrow: Any, staged: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any, arbitrator: Any,
    travel: Any,
) -> None:  # fmt: skip
    found = opened(staged)
    before = funded_token.balanceOf(payee)
    travel(staged.milestones[0][1] + staged.object_s)
    receipt = escrow.dispute(staged.core, staged.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payee) == before + 200
    (event,) = named(receipt, "DisputeOpened")
    assert event.price == 800
    with ape.reverts("escrow: more than in dispute"):
        escrow.rule(staged.core, staged.rest, 801, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
    escrow.rule(staged.core, staged.rest, 100, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
    assert live_of(escrow.word(found)).paid == 300


def test_expire__of_milestones_in_dispute__waits_for_the_ruling(
    escrow: Any, staged: Deal, disputed: Any, stranger: Any, travel: Any
) -> None:
    disputed(staged.but(ladder=((staged.ladder[0][0], 100 * DAY_S, 0),)))
    long = staged.but(ladder=((staged.ladder[0][0], 100 * DAY_S, 0),))
    travel(staged.milestones[1][1] + staged.object_s)
    with ape.reverts("escrow: too early"):
        escrow.expire(long.core, long.rest, sender=stranger)


@pytest.mark.parametrize(
    "parts",
    [
        ((0, -2), (1_000, 0)),
        ((1_001, 0),),
        ((999, 0),),
        ((500, -1), (501, 0)),
        ((500, 0), (500, 0)),
        ((500, -1), (500, -2)),
        ((500, -2), (500, -1)),
        ((2**256 - 1, -2), (1_001, 0)),
        ((500, -20), (500, 0)),
    ],
)
def test_open__with_malformed_milestones__reverts(
    escrow: Any, deal: Deal, payer: Any, parts: tuple[tuple[int, int], ...]
) -> None:
    wrong = deal.but(milestones=tuple((amount, deal.deliver_by + days * DAY_S) for amount, days in parts))
    with ape.reverts("escrow: malformed milestones"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_open__with_milestones_but_no_price__reverts(escrow: Any, deal: Deal, payer: Any) -> None:
    wrong = deal.but(price=0, milestones=((1, deal.deliver_by),))
    with ape.reverts("escrow: malformed milestones"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_open__with_twelve_milestones__is_accepted_and_a_thirteenth_is_not(
    escrow: Any, deal: Deal, payer: Any
) -> None:
    def many(count: int) -> Deal:
        dues = [deal.deliver_by - (count - 1 - i) * 3_600 for i in range(count)]
        amounts = [1] * (count - 1) + [deal.price - count + 1]
        return deal.but(milestones=tuple(zip(amounts, dues, strict=True)))

    escrow.open(many(12).core, many(12).rest, EMPTY_AUTH, sender=payer)
    with ape.reverts():
        escrow.open(many(13).core, many(13).rest, EMPTY_AUTH, sender=payer)
