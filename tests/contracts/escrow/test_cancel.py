"""The payer steps back by the agreed schedule."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import CANCELLED, DAY_S, EVIDENCE, HOUR_S, Deal, receipt_of
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def flexible(deal: Deal) -> Deal:
    """Up to seven days before: everything back; up to a day before: 3,333 bps; up to the hour: nothing."""
    return deal.but(cancellations=((7 * DAY_S, 10_000), (DAY_S, 3_333), (HOUR_S, 0)))


@pytest.mark.parametrize(
    ("before_s", "late_s", "back"),
    [
        (7 * DAY_S, -1, 1_000),
        (7 * DAY_S, 0, 1_000),
        (7 * DAY_S, 1, 333),
        (DAY_S, 0, 333),
        (DAY_S, 1, 0),
        (HOUR_S, 0, 0),
    ],
)
def test_cancel__by_the_schedule__gives_back_the_share_and_the_deposit(
    escrow: Any, flexible: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any, travel: Any,
    before_s: int, late_s: int, back: int,
) -> None:  # fmt: skip
    found = opened(flexible)
    before = (funded_token.balanceOf(payer), funded_token.balanceOf(payee))
    travel(flexible.deliver_by - before_s + late_s)
    escrow.cancel(flexible.core, flexible.rest, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payer) == before[0] + flexible.deposit + back
    assert funded_token.balanceOf(payee) == before[1] + flexible.price - back
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid, done.attended) == (CANCELLED, flexible.price - back, False)


def test_cancel__after_the_last_time__reverts(
    escrow: Any, flexible: Deal, opened: Any, payer: Any, travel: Any
) -> None:
    opened(flexible)
    travel(flexible.deliver_by - HOUR_S + 1)
    with ape.reverts("escrow: too late to cancel"):
        escrow.cancel(flexible.core, flexible.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("late_s", [-1, 0])
def test_cancel__until_the_very_end__is_strictly_before_delivery(
    escrow: Any, deal: Deal, opened: Any, payer: Any, travel: Any, late_s: int
) -> None:
    lenient = deal.but(cancellations=((0, 5_000),))
    opened(lenient)
    travel(lenient.deliver_by + late_s)
    if late_s < 0:
        escrow.cancel(lenient.core, lenient.rest, EMPTY_AUTH, sender=payer)
        return
    with ape.reverts("escrow: too late to cancel"):
        escrow.cancel(lenient.core, lenient.rest, EMPTY_AUTH, sender=payer)


def test_cancel__without_a_schedule__reverts(escrow: Any, deal: Deal, opened: Any, payer: Any) -> None:
    plain = deal.but(ladder=())
    for rigid in (deal, plain):
        opened(rigid)
        with ape.reverts("escrow: too late to cancel"):
            escrow.cancel(rigid.core, rigid.rest, EMPTY_AUTH, sender=payer)


def test_cancel__with_a_schedule_of_his_own__reverts(
    escrow: Any, deal: Deal, flexible: Deal, opened: Any, payer: Any
) -> None:
    plain = deal.but(ladder=())
    for rigid in (deal, plain):
        opened(rigid)
        with ape.reverts("escrow: foreign rest"):
            escrow.cancel(rigid.core, flexible.rest, EMPTY_AUTH, sender=payer)


def test_cancel__by_the_payee__reverts(escrow: Any, flexible: Deal, opened: Any, payee: Any) -> None:
    opened(flexible)
    with ape.reverts("escrow: not the payer"):
        escrow.cancel(flexible.core, flexible.rest, EMPTY_AUTH, sender=payee)


def test_cancel__after_a_part__shares_what_is_left(
    escrow: Any, flexible: Deal, opened: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = opened(flexible.but(cancellations=((0, 5_000),)))
    halved = flexible.but(cancellations=((0, 5_000),))
    escrow.release_part(halved.core, 401, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payer)
    escrow.cancel(halved.core, halved.rest, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payer) == before + halved.deposit + 299
    assert receipt_of(escrow.word(found)).paid == 701


def test_cancel__after_a_milestone_was_due__leaves_it_to_the_payee(
    escrow: Any, deal: Deal, opened: Any, funded_token: Any, payer: Any, travel: Any
) -> None:
    parts = ((400, deal.deliver_by - 5 * DAY_S), (600, deal.deliver_by))
    staged = deal.but(milestones=parts, cancellations=((0, 10_000),))
    found = opened(staged)
    before = funded_token.balanceOf(payer)
    travel(parts[0][1] + staged.object_s)
    escrow.cancel(staged.core, staged.rest, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payer) == before + staged.deposit + 600
    assert receipt_of(escrow.word(found)).paid == 400


def test_cancel__with_a_claim__reverts(escrow: Any, flexible: Deal, claimed: Any, payer: Any) -> None:
    claimed(flexible)
    with ape.reverts("escrow: already claimed"):
        escrow.cancel(flexible.core, flexible.rest, EMPTY_AUTH, sender=payer)


def test_cancel__in_dispute__reverts(escrow: Any, flexible: Deal, opened: Any, payer: Any) -> None:
    opened(flexible)
    escrow.dispute(flexible.core, flexible.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    with ape.reverts("escrow: price in dispute"):
        escrow.cancel(flexible.core, flexible.rest, EMPTY_AUTH, sender=payer)


def test_cancel__after_release__reverts(escrow: Any, flexible: Deal, opened: Any, payer: Any) -> None:
    opened(flexible)
    escrow.release(flexible.core, EMPTY_AUTH, sender=payer)
    with ape.reverts("escrow: price closed"):
        escrow.cancel(flexible.core, flexible.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize(
    "schedule",
    [
        ((DAY_S, 5_000), (DAY_S, 4_000)),
        ((HOUR_S, 5_000), (DAY_S, 4_000)),
        ((DAY_S, 5_000), (HOUR_S, 5_001)),
        ((DAY_S, 10_001),),
        ((1830 * DAY_S + 1, 5_000),),
        ((2**256 - 1, 5_000),),
    ],
)
def test_open__with_malformed_cancellations__reverts(
    escrow: Any, deal: Deal, payer: Any, schedule: tuple[tuple[int, int], ...]
) -> None:
    wrong = deal.but(cancellations=schedule)
    with ape.reverts("escrow: malformed cancellations"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_open__with_cancellations_but_no_price__reverts(escrow: Any, deal: Deal, payer: Any) -> None:
    wrong = deal.but(price=0, cancellations=((DAY_S, 5_000),))
    with ape.reverts("escrow: malformed cancellations"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_cancel__signed__is_accepted_and_bound_to_its_word(
    escrow: Any, flexible: Deal, opened: Any, payer: Any, relayer: Any, sign: Any, now: Any
) -> None:
    found = opened(flexible)

    def signed() -> Any:
        message = {"escrow": found, "word": escrow.word(found), "deadline": now() + HOUR_S}
        return sign(payer, escrow, "Cancel", message)

    stale = signed()
    escrow.release_part(flexible.core, 1, EMPTY_AUTH, sender=payer)
    with ape.reverts("auth: bad signature"):
        escrow.cancel(flexible.core, flexible.rest, stale, sender=relayer)
    escrow.cancel(flexible.core, flexible.rest, signed(), sender=relayer)
    assert receipt_of(escrow.word(found)).outcome == CANCELLED
