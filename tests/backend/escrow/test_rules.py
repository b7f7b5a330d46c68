"""The timeline against an independent model of the contract: every reachable state, at every boundary."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import escrow_model as model
import pytest
from escrow_model import ACTS, ARBITRATOR, PAYEE, PAYER, STRANGER, Live, Refused, Terms

from backend.errors import ERRORS
from backend.escrow.rules.agreed import price_left
from backend.escrow.rules.legs import permitted
from backend.escrow.rules.reminders import reminders
from backend.escrow.rules.timeline import timeline
from backend.messages import MESSAGES, spoken
from backend.registry import Saying
from indexer.chain.generated.reputation import RatingCommitted
from indexer.projections import escrow, reputation
from indexer.projections.fold import At
from indexer.reads.escrow import Deal

T0 = 1_800_000_000
DAY_S = 86_400
ROLE_OF = {
    "release": "payer",
    "release_part": "payer",
    "cancel": "payer",
    "split": "payer",
    "accept_claim": "payer",
    "dispute": "payer",
    "finish": "payee",
    "refund": "payee",
    "claim_damage": "payee",
    "rule": "arbitrator",
    "expire": "anyone",
    "rate_0": "payer",
    "rate_1": "payee",
}
SHAPES = [
    Terms(deliver_by=T0 + DAY_S, return_by=T0 + 4 * DAY_S),
    Terms(deliver_by=T0 + DAY_S, return_by=T0 + 4 * DAY_S, arbitrator=None),
    Terms(deliver_by=T0 + DAY_S, return_by=T0 + 4 * DAY_S, price=0),
    Terms(deliver_by=T0 + DAY_S, return_by=T0 + 4 * DAY_S, deposit=0),
    # the price outlives the deposit
    Terms(deliver_by=T0 + 20 * DAY_S, return_by=T0 + DAY_S, object_s=9 * DAY_S),
    # in parts, with a right to cancel and two arbitrators
    Terms(
        deliver_by=T0 + 3 * DAY_S,
        return_by=T0 + 4 * DAY_S,
        milestones=((250, T0 + DAY_S), (750, T0 + 3 * DAY_S)),
        cancellations=((2 * DAY_S, 5_000), (0, 2_500)),
        later_rungs=((STRANGER, 2 * DAY_S),),
    ),
    # in parts that overlap, without an arbitrator
    Terms(
        deliver_by=T0 + 2 * DAY_S,
        return_by=T0 + 4 * DAY_S,
        milestones=((1, T0 + DAY_S), (600, T0 + DAY_S + 1), (399, T0 + 2 * DAY_S)),
        arbitrator=None,
    ),
]
# States reached by more acts than these are too many to visit
DEPTHS = {5: 3, 6: 3}


def fold(deal: Deal | None, events: list[Any], now_s: int) -> Deal:
    for event in events:
        key = (Deal.TABLE, model.ESCROW)
        projection = reputation if isinstance(event, RatingCommitted) else escrow
        rows = projection.fold(event, At(1, now_s, model.CONTRACT), {key: deal})
        (deal,) = (row for row in rows if isinstance(row, Deal))
    assert deal is not None
    return deal


def boundaries(live: Live, deal: Deal) -> list[int]:
    """One second before, at and after everything that a clock decides, not before the last change."""
    deadlines = [
        live.terms.deliver_by,
        live.terms.deliver_by + live.terms.object_s,
        live.terms.return_by,
        live.terms.return_by + live.terms.claim_s,
        live.since + live.terms.answer_s,
        live.since + (live.terms.ladder or ((b"", 0),))[live.rung][1],
        live.done_at + model.RATE_WITHIN_S,
        *(due for _, due in live.terms.milestones),
        *(due + live.terms.object_s for _, due in live.terms.milestones),
        *(live.terms.deliver_by - before_s for before_s, _ in live.terms.cancellations),
    ]
    earliest = max(live.since, live.done_at)
    return sorted({max(earliest, at + shift) for at, shift in product(deadlines, (-1, 0, 1))} | {earliest})


@cache
def reached(shape: int, depth: int = 4) -> list[tuple[Live, Deal, int]]:
    """Every state reached by up to `depth` acts at boundary times, and the deal the indexer makes of it."""
    live, events = model.opened(SHAPES[shape], T0)
    frontier = [(live, fold(None, events, T0), T0)]
    seen = {live: frontier[0]}
    for _ in range(DEPTHS.get(shape, depth)):
        following = []
        for live, deal, since_s in frontier:
            for now_s in boundaries(live, deal):
                if now_s < since_s:
                    continue
                for name in ACTS:
                    try:
                        after, events = model.act(live, name, now_s)
                    except Refused:
                        continue
                    if after not in seen:
                        seen[after] = (after, fold(deal, events, now_s), now_s)
                        following.append(seen[after])
        frontier = following
    return list(seen.values())


def moments(shape: int) -> Iterator[tuple[Live, Deal, int]]:
    for live, deal, since_s in reached(shape):
        for now_s in boundaries(live, deal):
            if now_s >= since_s:
                yield live, deal, now_s


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_permitted__in_every_state_at_every_boundary__is_what_the_contract_takes(shape: int) -> None:
    for live, deal, now_s in moments(shape):
        may = permitted(deal, now_s)
        for name in ACTS:
            try:
                model.act(live, name, now_s)
                taken = True
            except Refused:
                taken = False
            act = "rate" if name.startswith("rate") else name
            assert (act in may.get(ROLE_OF[name], ())) == taken, (live, name, now_s)
        # one side asks for a split, the other agrees
        assert ("split" in may.get("payer", ())) == ("split" in may.get("payee", ()))


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_timeline__of_every_state__names_who_is_next_or_that_time_has_decided(shape: int) -> None:
    for _, deal, now_s in moments(shape):
        line = timeline(deal, None, now_s)
        for turn in line.turns:
            assert spoken(turn.otherwise).text
            on_chain = [act for act in turn.acts if act not in ("hand_over", "give_back")]
            roles = ("payer", "payee") if turn.actor == "both" else (turn.actor,)
            for act in on_chain:
                assert any(act in line.may.get(role, ()) for role in (*roles, "anyone")), (turn, line.may)
            if turn.actor == "nobody":
                assert deal.state == "closed"
                assert line.may == {}
            elif turn.actor == "anyone":
                assert turn.by_s is None
                assert turn.acts == ("expire",)
            else:
                assert turn.by_s is not None
                assert turn.by_s > now_s, "a deadline is ahead, else time has decided"
        assert all(spoken(step.saying).text for step in line.steps)
        assert all(spoken(warning).text for warning in line.warnings)


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_expire__after_every_deadline__ends_every_open_deal(shape: int) -> None:
    for live, deal, _ in reached(shape):
        if deal.state == "closed":
            continue
        for round_ in range(len(live.terms.ladder) or 1):
            now_s = T0 + (round_ + 1) * 400 * DAY_S
            assert timeline(deal, None, now_s).next.actor == "anyone"
            live, events = model.act(live, "expire", now_s)
            deal = fold(deal, events, now_s)
            if live.state == "closed":
                break
        assert (live.state, deal.state) == ("closed", "closed")


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_deal_of_the_indexer__in_every_state__holds_what_the_contract_holds(shape: int) -> None:
    for live, deal, _ in reached(shape):
        assert deal.state == live.state
        assert (deal.price_closed, deal.deposit_closed) == (live.price_closed, live.deposit_closed)
        assert deal.paid == live.paid
        held = price_left(deal) + (0 if live.deposit_closed else deal.deposit)
        assert held == live.held
        if deal.state == "disputed":
            assert (deal.arbitrator, deal.window_s) == live.terms.ladder[live.rung]
        assert live.paid + live.refunded + live.fees + held == deal.price + deal.deposit


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_reminders__in_every_state__are_unique_due_and_have_words(shape: int) -> None:
    members = {PAYER, PAYEE, ARBITRATOR, STRANGER}
    for _, deal, now_s in moments(shape):
        found = reminders(deal, now_s)
        assert len({reminder.key for reminder in found}) == len(found)
        for reminder in found:
            assert reminder.due_s <= now_s
            assert reminder.to in members
            assert spoken(Saying(reminder.message_key, reminder.params)).text


def words(deal: Deal, now_s: int, to: bytes) -> list[str]:
    return [found.message_key for found in reminders(deal, now_s) if found.to == to]


def a_deal(**changes: Any) -> tuple[Live, Deal]:
    terms = Terms(**({"deliver_by": T0 + DAY_S, "return_by": T0 + 4 * DAY_S} | changes))
    live, events = model.opened(terms, T0)
    return live, fold(None, events, T0)


def test_reminder_of_return__begins_exactly_a_day_before() -> None:
    _, deal = a_deal()
    assert "reminder.return_tomorrow" not in words(deal, T0 + 3 * DAY_S - 1, PAYER)
    assert "reminder.return_tomorrow" in words(deal, T0 + 3 * DAY_S, PAYER)
    assert "reminder.return_tomorrow" in words(deal, T0 + 4 * DAY_S - 1, PAYER)
    assert "reminder.return_now" in words(deal, T0 + 4 * DAY_S, PAYER)


def test_three_days_late__is_said_to_both_and_on_the_timeline() -> None:
    live, deal = a_deal()
    _, events = model.act(live, "release", T0 + DAY_S)
    deal = fold(deal, events, T0 + DAY_S)
    now_s = T0 + 7 * DAY_S
    found = {reminder.to: reminder for reminder in reminders(deal, now_s)}
    assert (found[PAYER].message_key, found[PAYER].params["days"]) == ("reminder.overdue", 3)
    assert found[PAYEE].message_key == "reminder.overdue_for_owner"
    line = timeline(deal, None, now_s)
    assert Saying("deal.overdue_days", {"days": 3}) in line.warnings
    assert (line.next.actor, line.next.acts) == ("payee", ("finish", "claim_damage"))


def test_overdue_reminders__after_the_first_week__come_weekly() -> None:
    _, deal = a_deal(claim_s=100 * DAY_S)
    days = []
    for day in range(1, 40):
        now_s = T0 + 4 * DAY_S + day * DAY_S
        days += [r.params["days"] for r in reminders(deal, now_s) if r.message_key == "reminder.overdue"]
    assert sorted(set(days)) == [1, 2, 3, 4, 5, 6, 7, 14, 21, 28, 35]


def test_claim__is_answered_by_the_payer_or_by_silence() -> None:
    live, deal = a_deal()
    claimed_at = T0 + 5 * DAY_S
    _, events = model.act(live, "claim_damage", claimed_at, claim=3_001)
    deal = fold(deal, events, claimed_at)
    assert "reminder.answer_claim" in words(deal, claimed_at, PAYER)
    line = timeline(deal, None, claimed_at)
    turn = next(turn for turn in line.turns if "accept_claim" in turn.acts)
    assert (turn.actor, turn.by_s) == ("payer", claimed_at + 3 * DAY_S)
    assert turn.otherwise == Saying(
        "deal.claim_unanswered", {"to_payee_amount": "1500", "to_payer_amount": "3501"}
    )


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_sentences__offer_a_dispute_or_a_claim_only_where_there_is_an_arbitrator(shape: int) -> None:
    said: list[str] = []
    for _, deal, now_s in moments(shape):
        said += [spoken(turn.otherwise).text for turn in timeline(deal, None, now_s).turns]
        said += [spoken(Saying(found.message_key, found.params)).text for found in reminders(deal, now_s)]
    offered = [
        text for text in said if re.search("can (still )?(dispute|claim)|unless you|or claim damage", text)
    ]
    assert bool(offered) == (SHAPES[shape].arbitrator is not None)


def test_dispute__is_the_arbitrators_turn_until_the_window_ends() -> None:
    live, deal = a_deal()
    _, events = model.act(live, "dispute", T0 + DAY_S)
    deal = fold(deal, events, T0 + DAY_S)
    ends_s = T0 + 6 * DAY_S
    assert words(deal, ends_s - 1, ARBITRATOR) == ["reminder.rule"]
    before = next(turn for turn in timeline(deal, None, ends_s - 1).turns if turn.actor == "arbitrator")
    assert (before.by_s, before.otherwise.params["to_payee_amount"]) == (ends_s, "250")
    assert words(deal, ends_s, ARBITRATOR) == []
    assert timeline(deal, None, ends_s).next.actor == "anyone"


def test_registry__has_no_key_twice_and_every_error_says_what_to_do() -> None:
    assert not set(ERRORS) & set(MESSAGES)
    for code, spec in ERRORS.items():
        module, _, reason = code.partition(": ")
        assert module
        assert reason
        assert 400 <= spec.status < 600
        assert spec.message.endswith(".")
        assert spec.next_step.endswith(".")
