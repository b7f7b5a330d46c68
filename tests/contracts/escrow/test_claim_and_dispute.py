"""Contested legs: damage claims, disputes and rulings, each window at its last second and at its end."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import (
    CLAIM_ACCEPTED,
    CLAIMED,
    DEPOSIT_CLOSED,
    DISPUTED,
    EVIDENCE,
    FUNDED,
    PRICE_CLOSED,
    PRICE_DISPUTED,
    RULED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH


def test_claim_damage__funded__opens_the_answer_window(
    escrow: Any, deal: Deal, opened: Any, payee: Any
) -> None:
    found = opened(deal)
    receipt = escrow.claim_damage(deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    live = live_of(escrow.word(found))
    assert (live.state, live.claim, live.since) == (CLAIMED, 700, receipt.timestamp)
    (event,) = named(receipt, "DamageClaimed")
    assert (event.amount, event.evidence, event.answer_by) == (700, EVIDENCE, live.since + deal.answer_s)


@pytest.mark.parametrize("role", ["payer", "stranger", "arbitrator"])
def test_claim_damage__by_another__reverts(
    escrow: Any, deal: Deal, opened: Any, role: str, request: Any
) -> None:
    opened(deal)
    with ape.reverts("escrow: not the payee"):
        escrow.claim_damage(
            deal.core, deal.rest, 1, EVIDENCE, EMPTY_AUTH, sender=request.getfixturevalue(role)
        )


@pytest.mark.parametrize(
    ("amount", "reason"), [(0, "escrow: nothing claimed"), (5_001, "escrow: more than the deposit")]
)
def test_claim_damage__of_wrong_amount__reverts(
    escrow: Any, deal: Deal, opened: Any, payee: Any, amount: int, reason: str
) -> None:
    opened(deal)
    with ape.reverts(reason):
        escrow.claim_damage(deal.core, deal.rest, amount, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_claim_damage__twice__reverts(escrow: Any, deal: Deal, claimed: Any, payee: Any) -> None:
    claimed(deal)
    with ape.reverts("escrow: already claimed"):
        escrow.claim_damage(deal.core, deal.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_claim_damage__without_arbitrator__reverts(escrow: Any, deal: Deal, opened: Any, payee: Any) -> None:
    plain = deal.but(ladder=())
    opened(plain)
    with ape.reverts("escrow: no arbitrator"):
        escrow.claim_damage(plain.core, plain.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_claim_damage__after_finish__reverts(escrow: Any, deal: Deal, opened: Any, payee: Any) -> None:
    opened(deal)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    with ape.reverts("escrow: deposit closed"):
        escrow.claim_damage(deal.core, deal.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_claim_damage__with_foreign_rest__reverts(
    escrow: Any, deal: Deal, opened: Any, payee: Any, stranger: Any
) -> None:
    opened(deal)
    foreign = deal.but(ladder=((stranger.address, 10**6, 1),))
    with ape.reverts("escrow: foreign rest"):
        escrow.claim_damage(deal.core, foreign.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_claim_damage__in_the_last_second__is_accepted(
    escrow: Any, deal: Deal, opened: Any, payee: Any, travel: Any
) -> None:
    opened(deal)
    travel(deal.claim_by - 1)
    escrow.claim_damage(deal.core, deal.rest, deal.deposit, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_claim_damage__at_the_end_of_the_window__reverts(
    escrow: Any, deal: Deal, opened: Any, payee: Any, travel: Any
) -> None:
    opened(deal)
    travel(deal.claim_by)
    with ape.reverts("escrow: too late to claim"):
        escrow.claim_damage(deal.core, deal.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_claim_damage__early_dispute_cannot_block_it(
    escrow: Any, deal: Deal, disputed: Any, payee: Any, travel: Any, now: Any
) -> None:
    found = disputed(deal)
    travel(live_of(escrow.word(found)).since + deal.window_s - 1)
    receipt = escrow.claim_damage(deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    live = live_of(escrow.word(found))
    assert (live.state, live.claim, live.since) == (DISPUTED, 700, receipt.timestamp)
    (event,) = named(receipt, "DamageClaimed")
    assert event.answer_by == receipt.timestamp + deal.window_s


def test_claim_damage__cannot_revive_a_dispute_that_is_over(
    escrow: Any, deal: Deal, disputed: Any, payee: Any, travel: Any
) -> None:
    found = disputed(deal)
    travel(live_of(escrow.word(found)).since + deal.window_s)
    with ape.reverts("escrow: arbitrator too late"):
        escrow.claim_damage(deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_accept_claim__by_payer__splits_the_deposit(
    escrow: Any, deal: Deal, claimed: Any, funded_token: Any, payer: Any, payee: Any
) -> None:
    found = claimed(deal)
    before = (funded_token.balanceOf(payer), funded_token.balanceOf(payee))
    escrow.accept_claim(deal.core, EMPTY_AUTH, sender=payer)
    assert funded_token.balanceOf(payer) == before[0] + deal.deposit - 700
    assert funded_token.balanceOf(payee) == before[1] + 700
    live = live_of(escrow.word(found))
    assert (live.state, live.paid, live.claim, live.outcome) == (FUNDED, 700, 0, CLAIM_ACCEPTED)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid) == (CLAIM_ACCEPTED, deal.price + 700)


def test_accept_claim__by_payee__reverts(escrow: Any, deal: Deal, claimed: Any, payee: Any) -> None:
    claimed(deal)
    with ape.reverts("escrow: not the payer"):
        escrow.accept_claim(deal.core, EMPTY_AUTH, sender=payee)


def test_accept_claim__without_claim__reverts(escrow: Any, deal: Deal, opened: Any, payer: Any) -> None:
    opened(deal)
    with ape.reverts("escrow: no claim to answer"):
        escrow.accept_claim(deal.core, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("act", ["accept_claim", "dispute"])
@pytest.mark.parametrize("late_s", [-1, 0])
def test_answer__around_its_deadline__is_half_open(
    escrow: Any, deal: Deal, claimed: Any, payer: Any, travel: Any, act: str, late_s: int
) -> None:
    found = claimed(deal)
    travel(live_of(escrow.word(found)).since + deal.answer_s + late_s)
    arguments = (deal.core,) if act == "accept_claim" else (deal.core, deal.rest, EVIDENCE)
    if late_s < 0:
        getattr(escrow, act)(*arguments, EMPTY_AUTH, sender=payer)
        return
    with ape.reverts("escrow: too late to answer"):
        getattr(escrow, act)(*arguments, EMPTY_AUTH, sender=payer)


def test_dispute__of_the_price__opens_the_arbitrators_window(
    escrow: Any, deal: Deal, opened: Any, payer: Any, arbitrator: Any
) -> None:
    found = opened(deal)
    receipt = escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    live = live_of(escrow.word(found))
    assert (live.state, live.flags & PRICE_DISPUTED, live.since) == (
        DISPUTED,
        PRICE_DISPUTED,
        receipt.timestamp,
    )
    (event,) = named(receipt, "DisputeOpened")
    assert (event.arbitrator, event.price, event.claim) == (arbitrator, deal.price, 0)
    assert (event.evidence, event.rule_by) == (EVIDENCE, receipt.timestamp + deal.window_s)


def test_dispute__of_a_claim__takes_the_price_along_while_contestable(
    escrow: Any, deal: Deal, claimed: Any, payer: Any
) -> None:
    claimed(deal)
    receipt = escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    (event,) = named(receipt, "DisputeOpened")
    assert (event.price, event.claim) == (deal.price, 700)


def test_dispute__of_a_claim_after_the_object_window__leaves_the_price(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any, travel: Any
) -> None:
    found = opened(deal)
    travel(deal.object_by)
    escrow.claim_damage(deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    receipt = escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    (event,) = named(receipt, "DisputeOpened")
    assert (event.price, event.claim) == (0, 700)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)  # the price leg is free
    assert live_of(escrow.word(found)).state == DISPUTED


@pytest.mark.parametrize("role", ["payee", "stranger", "arbitrator"])
def test_dispute__by_another__reverts(escrow: Any, deal: Deal, opened: Any, role: str, request: Any) -> None:
    opened(deal)
    with ape.reverts("escrow: not the payer"):
        escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=request.getfixturevalue(role))


def test_dispute__twice__reverts(escrow: Any, deal: Deal, disputed: Any, payer: Any) -> None:
    disputed(deal)
    with ape.reverts("escrow: already disputed"):
        escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)


def test_dispute__without_arbitrator__reverts(escrow: Any, deal: Deal, opened: Any, payer: Any) -> None:
    plain = deal.but(ladder=())
    opened(plain)
    with ape.reverts("escrow: no arbitrator"):
        escrow.dispute(plain.core, plain.rest, EVIDENCE, EMPTY_AUTH, sender=payer)


def test_dispute__after_release__reverts(escrow: Any, deal: Deal, opened: Any, payer: Any) -> None:
    opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    with ape.reverts("escrow: nothing to dispute"):
        escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)


def test_dispute__in_the_last_second__is_accepted(
    escrow: Any, deal: Deal, opened: Any, payer: Any, travel: Any
) -> None:
    opened(deal)
    travel(deal.object_by - 1)
    escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)


def test_dispute__at_the_end_of_the_object_window__reverts(
    escrow: Any, deal: Deal, opened: Any, payer: Any, travel: Any
) -> None:
    opened(deal)
    travel(deal.object_by)
    with ape.reverts("escrow: nothing to dispute"):
        escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize(
    ("to_payee", "fee", "price_legs", "deposit_legs"),
    [
        # price 1,000, claim 700 of a deposit of 5,000; the payee's part comes from the price first
        (1_100, 300, (1_000, 0), (4_600, 100)),
        (400, 300, (400, 300), (5_000, 0)),
        (900, 300, (900, 0), (4_800, 0)),
        (1_700, 0, (1_000, 0), (4_300, 700)),
        (0, 0, (0, 1_000), (5_000, 0)),
    ],
)
def test_rule__on_both_legs__splits_what_is_in_dispute(
    escrow: Any, deal: Deal, wholly_disputed: Any, funded_token: Any, payer: Any, payee: Any, arbitrator: Any,
    to_payee: int, fee: int, price_legs: tuple[int, int], deposit_legs: tuple[int, int],
) -> None:  # fmt: skip
    found = wholly_disputed(deal)
    roles = (payer, payee, arbitrator)
    before = [funded_token.balanceOf(role) for role in roles]
    receipt = escrow.rule(deal.core, deal.rest, to_payee, fee, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
    gained = [funded_token.balanceOf(role) - had for role, had in zip(roles, before, strict=True)]
    assert gained == [deal.total - to_payee - fee, to_payee, fee]
    (event,) = named(receipt, "DisputeRuled")
    assert (event.to_payer, event.to_payee, event.fee) == (1_700 - to_payee - fee, to_payee, fee)
    assert (event.actor, event.reasons) == (arbitrator, EVIDENCE)
    (event,) = named(receipt, "PricePaid")
    assert (event.amount, event.returned) == price_legs
    (event,) = named(receipt, "DepositReturned")
    assert (event.returned, event.kept) == deposit_legs
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid) == (RULED, to_payee)


def test_rule__on_the_price_only__leaves_the_deposit_its_own_clock(
    escrow: Any, deal: Deal, disputed: Any, arbitrator: Any, payee: Any
) -> None:
    found = disputed(deal)
    escrow.rule(deal.core, deal.rest, 500, 100, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
    live = live_of(escrow.word(found))
    assert (live.state, live.paid, live.outcome) == (FUNDED, 500, RULED)
    assert live.flags & (PRICE_CLOSED | DEPOSIT_CLOSED | PRICE_DISPUTED) == PRICE_CLOSED
    escrow.claim_damage(deal.core, deal.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)


def test_rule__on_a_claim_only__closes_a_price_that_is_due(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any, arbitrator: Any, travel: Any
) -> None:
    found = opened(deal)
    travel(deal.object_by)
    escrow.claim_damage(deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    escrow.rule(deal.core, deal.rest, 600, 100, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
    assert receipt_of(escrow.word(found)).paid == deal.price + 600


@pytest.mark.parametrize("role", ["payer", "payee", "stranger"])
def test_rule__by_another__reverts(escrow: Any, deal: Deal, disputed: Any, role: str, request: Any) -> None:
    disputed(deal)
    with ape.reverts("escrow: not the arbitrator"):
        escrow.rule(deal.core, deal.rest, 0, 0, EVIDENCE, EMPTY_AUTH, sender=request.getfixturevalue(role))


@pytest.mark.parametrize("state", ["opened", "claimed"])
def test_rule__without_dispute__reverts(
    escrow: Any, deal: Deal, arbitrator: Any, state: str, request: Any
) -> None:
    request.getfixturevalue(state)(deal)
    with ape.reverts("escrow: not in dispute"):
        escrow.rule(deal.core, deal.rest, 0, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)


def test_rule__by_an_arbitrator_of_ones_own_choice__reverts(
    escrow: Any, deal: Deal, disputed: Any, stranger: Any
) -> None:
    disputed(deal)
    foreign = deal.but(ladder=((stranger.address, 10**6, 1_000),))
    with ape.reverts("escrow: foreign rest"):
        escrow.rule(deal.core, foreign.rest, 0, 0, EVIDENCE, EMPTY_AUTH, sender=stranger)


@pytest.mark.parametrize(
    ("to_payee", "fee", "reason"),
    [
        (1_001, 0, "escrow: more than in dispute"),
        (2**256 - 1, 2, "escrow: more than in dispute"),
        (0, 301, "escrow: fee too large"),
        (900, 101, "escrow: fee too large"),
    ],
)
def test_rule__beyond_what_is_in_dispute__reverts(
    escrow: Any, deal: Deal, disputed: Any, arbitrator: Any, to_payee: int, fee: int, reason: str
) -> None:
    disputed(deal)
    with ape.reverts(reason):
        escrow.rule(deal.core, deal.rest, to_payee, fee, EVIDENCE, EMPTY_AUTH, sender=arbitrator)


@pytest.mark.parametrize("late_s", [-1, 0])
def test_rule__around_its_deadline__is_half_open(
    escrow: Any, deal: Deal, disputed: Any, arbitrator: Any, travel: Any, late_s: int
) -> None:
    found = disputed(deal)
    travel(live_of(escrow.word(found)).since + deal.window_s + late_s)
    if late_s < 0:
        escrow.rule(deal.core, deal.rest, 0, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
        return
    with ape.reverts("escrow: too late to rule"):
        escrow.rule(deal.core, deal.rest, 0, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
