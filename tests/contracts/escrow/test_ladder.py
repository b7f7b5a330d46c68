"""Arbitrators one after the other: who is silent is followed by the next."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import (
    ARBITRATOR_SILENT,
    DAY_S,
    DISPUTED,
    EVIDENCE,
    HOUR_S,
    NATIVE,
    RULED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def tall(deal: Deal, arbitrator: Any, other_owner: Any) -> Deal:
    """Two arbitrators: five days and a cap of 300, then two days and a cap of 50."""
    return deal.but(ladder=(*deal.ladder, (other_owner.address, 2 * DAY_S, 50)))


@pytest.fixture
def escalated(escrow: Any, tall: Deal, wholly_disputed: Any, stranger: Any, travel: Any) -> bytes:
    """Price and claim are in dispute, and the first arbitrator was silent."""
    found = bytes(wholly_disputed(tall))
    travel(live_of(escrow.word(found)).since + tall.window_s)
    escrow.expire(tall.core, tall.rest, sender=stranger)
    return found


@pytest.mark.parametrize("late_s", [-1, 0])
def test_expire__of_a_silent_arbitrator__hands_the_dispute_on(
    escrow: Any, tall: Deal, disputed: Any, stranger: Any, other_owner: Any, travel: Any, late_s: int
) -> None:
    found = disputed(tall)
    before = live_of(escrow.word(found))
    travel(before.since + tall.window_s + late_s)
    if late_s < 0:
        with ape.reverts("escrow: too early"):
            escrow.expire(tall.core, tall.rest, sender=stranger)
        return
    receipt = escrow.expire(tall.core, tall.rest, sender=stranger)
    live = live_of(escrow.word(found))
    assert (live.state, live.rung, live.since) == (DISPUTED, 1, receipt.timestamp)
    (event,) = named(receipt, "DisputeEscalated")
    assert (event.escrow, event.actor, event.arbitrator, event.rung) == (found, stranger, other_owner, 1)
    assert event.rule_by == receipt.timestamp + 2 * DAY_S
    assert not named(receipt, "PricePaid")


def test_rule__by_the_first_arbitrator_after_it_went_on__reverts(
    escrow: Any, tall: Deal, escalated: bytes, arbitrator: Any
) -> None:
    with ape.reverts("escrow: not the arbitrator"):
        escrow.rule(tall.core, tall.rest, 1, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)


def test_rule__by_the_second_arbitrator_before_his_turn__reverts(
    escrow: Any, tall: Deal, disputed: Any, other_owner: Any
) -> None:
    disputed(tall)
    with ape.reverts("escrow: not the arbitrator"):
        escrow.rule(tall.core, tall.rest, 1, 0, EVIDENCE, EMPTY_AUTH, sender=other_owner)


def test_rule__by_the_second_arbitrator__decides_within_his_own_cap(
    escrow: Any, tall: Deal, escalated: bytes, other_owner: Any
) -> None:
    with ape.reverts("escrow: fee too large"):
        escrow.rule(tall.core, tall.rest, 1, 51, EVIDENCE, EMPTY_AUTH, sender=other_owner)
    escrow.rule(tall.core, tall.rest, 1, 50, EVIDENCE, EMPTY_AUTH, sender=other_owner)
    assert receipt_of(escrow.word(escalated)).outcome == RULED


@pytest.mark.parametrize("late_s", [-1, 0])
def test_rule__by_the_second_arbitrator__only_within_his_own_window(
    escrow: Any, tall: Deal, escalated: bytes, other_owner: Any, stranger: Any, travel: Any, late_s: int
) -> None:
    travel(live_of(escrow.word(escalated)).since + 2 * DAY_S + late_s)
    if late_s < 0:
        escrow.rule(tall.core, tall.rest, 1, 0, EVIDENCE, EMPTY_AUTH, sender=other_owner)
        return
    with ape.reverts("escrow: too late to rule"):
        escrow.rule(tall.core, tall.rest, 1, 0, EVIDENCE, EMPTY_AUTH, sender=other_owner)
    escrow.expire(tall.core, tall.rest, sender=stranger)
    done = receipt_of(escrow.word(escalated))
    assert (done.outcome, done.paid) == (ARBITRATOR_SILENT, 666)


def test_expire__of_a_deposit_beside_an_escalation__happens_at_once(
    escrow: Any, tall: Deal, opened: Any, funded_token: Any, payer: Any, stranger: Any, travel: Any
) -> None:
    late = tall.but(deliver_by=tall.claim_by + DAY_S)
    found = opened(late)
    travel(late.claim_by - DAY_S)
    escrow.dispute(late.core, late.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    before = funded_token.balanceOf(payer)
    travel(live_of(escrow.word(found)).since + late.window_s)
    escrow.expire(late.core, late.rest, sender=stranger)
    assert funded_token.balanceOf(payer) == before + late.deposit
    assert live_of(escrow.word(found)).rung == 1


def test_claim_damage__on_the_second_rung__gives_its_window_anew(
    escrow: Any, tall: Deal, disputed: Any, payee: Any, stranger: Any, travel: Any
) -> None:
    far = tall.but(claim_s=100 * DAY_S)
    found = disputed(far)
    travel(live_of(escrow.word(found)).since + far.window_s)
    escrow.expire(far.core, far.rest, sender=stranger)
    receipt = escrow.claim_damage(far.core, far.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)
    (event,) = named(receipt, "DamageClaimed")
    assert event.answer_by == receipt.timestamp + 2 * DAY_S


def test_dispute__a_second_one__begins_at_the_first_rung(
    escrow: Any, tall: Deal, disputed: Any, payer: Any, payee: Any, arbitrator: Any, other_owner: Any,
    stranger: Any, travel: Any,
) -> None:  # fmt: skip
    far = tall.but(claim_s=100 * DAY_S)
    found = disputed(far)
    travel(live_of(escrow.word(found)).since + far.window_s)
    escrow.expire(far.core, far.rest, sender=stranger)
    escrow.rule(far.core, far.rest, 1, 0, EVIDENCE, EMPTY_AUTH, sender=other_owner)
    assert live_of(escrow.word(found)).rung == 0
    escrow.claim_damage(far.core, far.rest, 10, EVIDENCE, EMPTY_AUTH, sender=payee)
    escrow.dispute(far.core, far.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    escrow.rule(far.core, far.rest, 10, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
    assert receipt_of(escrow.word(found)).paid == 11


@pytest.mark.parametrize("unfit", ["payer", "payee", "arbitrator", "nobody"])
def test_open__with_an_unfit_second_arbitrator__reverts(
    escrow: Any, deal: Deal, payer: Any, request: Any, unfit: str
) -> None:
    second = NATIVE if unfit == "nobody" else request.getfixturevalue(unfit).address
    wrong = deal.but(ladder=(*deal.ladder, (second, DAY_S, 0)))
    with ape.reverts("escrow: unfit arbitrator"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize(
    ("window_s", "fee_cap", "reason"),
    [
        (HOUR_S - 1, 0, "escrow: window out of range"),
        (180 * DAY_S + 1, 0, "escrow: window out of range"),
        (DAY_S, 6_001, "escrow: fee cap too large"),
    ],
)
def test_open__with_a_bad_second_rung__reverts(
    escrow: Any, deal: Deal, payer: Any, other_owner: Any, window_s: int, fee_cap: int, reason: str
) -> None:
    wrong = deal.but(ladder=(*deal.ladder, (other_owner.address, window_s, fee_cap)))
    with ape.reverts(reason):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_open__signed_with_every_list__is_accepted_and_bound_to_each(
    escrow: Any, tall: Deal, payer: Any, relayer: Any, sign: Any, now: Any, funded_token: Any
) -> None:
    parts = ((400, tall.deliver_by - 5 * DAY_S), (600, tall.deliver_by))
    full = tall.but(milestones=parts, cancellations=((DAY_S, 5_000), (HOUR_S, 1)))
    auth = sign(payer, escrow, "Open", full.readable(now() + HOUR_S))
    others = (
        full.but(milestones=((399, parts[0][1]), (601, parts[1][1]))),
        full.but(cancellations=((DAY_S, 5_000),)),
        full.but(ladder=tall.ladder[:1]),
    )
    for other in others:
        with ape.reverts("auth: bad signature"):
            escrow.open(other.core, other.rest, auth, sender=relayer)
    escrow.open(full.core, full.rest, auth, sender=relayer)
