"""Parts of the price, cancelling, arbitrators in turn, and bookings that never came about: turns, reminders
and what `may` says, along stories told by the independent model."""

from dataclasses import replace
from typing import Any

import escrow_model as model
import pytest
from chain_facts import ZERO32
from escrow_model import ARBITRATOR, ESCROW, PAYEE, PAYER, STRANGER, Refused, Terms

from backend.escrow.rules.agreed import Cancelling, Part, cancelling, price_parts
from backend.escrow.rules.legs import permitted
from backend.escrow.rules.reminders import reminders
from backend.escrow.rules.timeline import Turn, timeline
from backend.messages import spoken
from backend.registry import Saying
from indexer.projections import escrow
from indexer.projections.fold import At
from indexer.reads.booking import Request
from indexer.reads.escrow import Deal

T0, DAY_S = 1_800_000_000, 86_400
OBJECT_S = 2 * DAY_S
TERMS = Terms(
    deliver_by=T0 + 10 * DAY_S,
    return_by=T0 + 12 * DAY_S,
    milestones=((250, T0 + 4 * DAY_S), (750, T0 + 10 * DAY_S)),
    cancellations=((7 * DAY_S, 10_000), (DAY_S, 5_000)),
    later_rungs=((STRANGER, 3 * DAY_S),),
)
REQUEST = Request(
    request=b"\x07" * 32,
    resource=ZERO32,
    requester=PAYER,
    owner=PAYEE,
    start_s=T0 + 10 * DAY_S,
    end_s=T0 + 12 * DAY_S,
    quanta=2,
    units=1,
    gathering=ZERO32,
    bundle=ZERO32,
    salt=ZERO32,
    expires_at_s=T0 + DAY_S,
    state="pending",
    was_granted=False,
    returned=0,
    reason=None,
    contract=b"\xb0" * 20,
    requested_at_s=T0 - 60,
    decided_at_s=None,
    decided_by=None,
    rated_0=False,
    rated_1=False,
    block_number=1,
    changed_block=1,
)
DENIED = replace(REQUEST, state="denied", decided_at_s=T0 + 60)
GIVEN_BACK = replace(REQUEST, state="cancelled", was_granted=True, decided_at_s=T0 + 60)


class Story:
    """A deal in the model and in the indexer."""

    def __init__(self, terms: Terms = TERMS) -> None:
        self.live, events = model.opened(terms, T0)
        self.deal: Any = None
        self._fold(events, T0)

    def then(self, name: str, now_s: int, **how: int) -> "Story":
        """An act."""
        self.live, events = model.act(self.live, name, now_s, **how)
        self._fold(events, now_s)
        return self

    def _fold(self, events: list[Any], now_s: int) -> None:
        for event in events:
            (self.deal,) = escrow.fold(event, At(1, now_s, model.CONTRACT), {(Deal.TABLE, ESCROW): self.deal})

    def turn(self, key: str, now_s: int, request: Request | None = None) -> Turn:
        """The one turn whose sentence has this key."""
        turns = timeline(self.deal, request, now_s).turns
        (found,) = [turn for turn in turns if turn.otherwise.key == f"deal.{key}"]
        return found

    def told(self, to: bytes, now_s: int, request: Request | None = None) -> dict[str, Any]:
        """Key of each reminder of a member → its values."""
        found = [one for one in reminders(self.deal, now_s, (), request) if one.to == to]
        assert all(spoken(Saying(one.message_key, one.params)).text for one in found)
        return {one.message_key.removeprefix("reminder."): one.params for one in found}


def test_part__is_the_payees_turn_then_the_payers_then_anybodys() -> None:
    deal, due_s = Story(), T0 + 4 * DAY_S
    before = deal.turn("part_not_delivered", due_s - 1)
    assert (before.actor, before.acts, before.by_s) == ("payee", ("hand_over",), due_s)
    assert before.otherwise.params == {"amount": "250"}
    objecting = deal.turn("part_by_silence", due_s)
    assert (objecting.actor, objecting.by_s) == ("payer", due_s + OBJECT_S)
    assert objecting.acts == ("release_part", "release", "dispute")
    waits = deal.turn("parts_wait", due_s + OBJECT_S)
    assert (waits.actor, waits.acts, waits.by_s) == ("anyone", ("expire",), None)
    assert waits.otherwise.params == {"amount": "250"}
    assert deal.turn("part_not_delivered", due_s + OBJECT_S).otherwise.params == {"amount": "750"}


def test_part__that_was_released_early__is_nobodys_turn_any_more() -> None:
    deal = Story().then("release_part", T0 + DAY_S)
    assert [part.held for part in price_parts(deal.deal)] == [0, 700]
    assert price_parts(deal.deal)[1] == Part(750, 700, T0 + 10 * DAY_S, T0 + 12 * DAY_S)
    assert deal.turn("part_not_delivered", T0 + 5 * DAY_S).otherwise.params == {"amount": "700"}
    assert permitted(deal.deal, T0 + 7 * DAY_S).get("anyone") is None
    steps = {step.saying.key: step.saying.params for step in timeline(deal.deal, None, T0 + DAY_S).steps}
    assert steps["step.price_released"] == {"paid_amount": "300", "left_amount": "700"}


def test_part__reminds_the_payer_a_day_before_it_goes_and_the_payee_when_it_waits() -> None:
    deal, goes_s = Story(), T0 + 6 * DAY_S
    assert "part_by_silence" not in deal.told(PAYER, goes_s - DAY_S - 1)
    assert deal.told(PAYER, goes_s - DAY_S)["part_by_silence"] == {"amount": "250", "by_s": goes_s}
    assert "parts_wait" not in deal.told(PAYEE, goes_s - 1)
    assert deal.told(PAYEE, goes_s)["parts_wait"] == {"amount": "250"}
    alone = Story(replace(TERMS, arbitrator=None, later_rungs=()))
    assert "part_goes" in alone.told(PAYER, goes_s - DAY_S)


def test_cancelling__gives_what_the_schedule_says_up_to_its_second() -> None:
    deal = Story()
    full_until, half_until = T0 + 3 * DAY_S, T0 + 9 * DAY_S
    half = Cancelling(5_000, 5_001 + 500, 500, half_until, None)
    assert cancelling(deal.deal, full_until) == Cancelling(10_000, 5_001 + 1_000, 0, full_until, half)
    assert cancelling(deal.deal, full_until + 1) == half
    # the first part is the payee's by then
    assert cancelling(deal.deal, half_until) == Cancelling(5_000, 5_001 + 375, 625, half_until, None)
    assert cancelling(deal.deal, half_until + 1) is None
    assert "cancel" not in permitted(deal.deal, half_until + 1)["payer"]


@pytest.mark.parametrize("now_s", [T0, T0 + 3 * DAY_S, T0 + 3 * DAY_S + 1, T0 + 9 * DAY_S])
def test_cancelling__pays_what_was_shown(now_s: int) -> None:
    deal = Story()
    shown = cancelling(deal.deal, now_s)
    deal.then("cancel", now_s)
    assert shown is not None
    back = deal.deal.price_returned + deal.deal.deposit_returned
    assert (shown.to_payer, shown.to_payee) == (back, deal.deal.paid)
    assert deal.deal.outcome == 7
    assert timeline(deal.deal, None, now_s).steps[-1].saying.key == "step.closed_cancelled"


def test_cancelling__reminds_on_the_last_day_of_a_share_and_of_the_right() -> None:
    deal = Story()
    full_until, half_until = T0 + 3 * DAY_S, T0 + 9 * DAY_S
    assert deal.told(PAYER, full_until - DAY_S - 1) == {}
    assert deal.told(PAYER, full_until - DAY_S)["cancel_falls"] == {
        "amount": "6001",
        "then_amount": "5501",
        "by_s": full_until,
    }
    assert "cancel_falls" not in deal.told(PAYER, full_until + 1)
    assert deal.told(PAYER, half_until)["cancel_ends"]["amount"] == "5376"
    assert "cancel_ends" not in deal.told(PAYER, half_until + 1)
    assert not {"cancel_falls", "cancel_ends"} & set(deal.told(PAYEE, full_until))


def test_cancelling__while_a_claim_is_open__is_not_offered() -> None:
    deal = Story().then("claim_damage", T0 + DAY_S)
    assert "cancel" not in permitted(deal.deal, T0 + DAY_S)["payer"]
    with pytest.raises(Refused):
        deal.then("cancel", T0 + DAY_S)


def test_dispute__goes_on_to_the_next_arbitrator_and_only_then_is_paid_by_silence() -> None:
    began_s = T0 + DAY_S
    deal = Story().then("dispute", began_s)
    first = deal.turn("arbitrator_silent_next", began_s)
    assert (first.actor, first.by_s, first.otherwise.params) == (
        "arbitrator",
        began_s + 5 * DAY_S,
        {"count": 1},
    )
    silent_s = began_s + 5 * DAY_S
    assert deal.turn("dispute_goes_on", silent_s).acts == ("expire",)
    assert "dispute_goes_on" in deal.told(PAYER, silent_s)
    assert "dispute_waits" not in deal.told(PAYEE, silent_s)
    assert deal.told(ARBITRATOR, silent_s) == {}
    deal.then("expire", silent_s)
    assert (deal.deal.arbitrator, deal.deal.rung, deal.deal.disputed_at_s) == (STRANGER, 1, began_s)
    assert "rule" in deal.told(STRANGER, silent_s)
    last = deal.turn("arbitrator_silent", silent_s)
    assert (last.actor, last.by_s) == ("arbitrator", silent_s + 3 * DAY_S)
    steps = {step.saying.key: step for step in timeline(deal.deal, None, silent_s).steps}
    assert steps["step.disputed"].at_s == began_s
    assert (steps["step.escalated"].at_s, steps["step.escalated"].saying.params) == (silent_s, {"number": 2})
    assert deal.turn("dispute_waits", silent_s + 3 * DAY_S).acts == ("expire",)


@pytest.mark.parametrize("terms", [TERMS, Terms(deliver_by=T0 + 10 * DAY_S, return_by=T0 + 12 * DAY_S)])
def test_booking_that_never_came_about__can_be_unwound_by_anybody(terms: Terms) -> None:
    deal, now_s = Story(terms), T0 + 2 * DAY_S
    for request in (DENIED, REQUEST):  # the other expired
        assert "unwind" in permitted(deal.deal, now_s, (), request)["anyone"]
        turn = timeline(deal.deal, request, now_s).next
        assert (turn.actor, turn.acts) == ("payer", ("unwind",))
        assert spoken(turn.otherwise).text
        assert "unwind" in deal.told(PAYER, now_s, request)
    late_s = T0 + 12 * DAY_S
    race = deal.turn("unwind_or_expire", late_s, DENIED)
    assert (race.actor, race.acts, race.by_s) == ("anyone", ("unwind", "expire"), None)
    deal.then("unwind", now_s)
    assert deal.deal.outcome == 9
    closed = timeline(deal.deal, DENIED, now_s)
    assert (closed.next.actor, closed.may) == ("nobody", {})
    assert closed.steps[-1].saying.key == "step.closed_unwound"


def test_deposit_of_a_booking_that_never_came_about__can_be_unwound_too() -> None:
    deal, now_s = Story().then("release", T0), T0 + 2 * DAY_S
    turn = deal.turn("deposit_not_unwound", now_s, DENIED)
    assert (turn.actor, turn.by_s) == ("payer", T0 + 19 * DAY_S)


@pytest.mark.parametrize(
    ("request_", "acts"),
    [(REQUEST, ()), (GIVEN_BACK, ()), (replace(DENIED, was_granted=True), ()), (None, ())],
    ids=["pending", "granted and given back", "was granted", "none"],
)
def test_unwinding__of_a_booking_that_stands_or_stood__is_not_offered(
    request_: Request | None, acts: tuple[str, ...]
) -> None:
    deal = Story()
    assert permitted(deal.deal, T0 + 60, (), request_).get("anyone", ()) == acts
    assert "unwind" not in deal.told(PAYER, T0 + 60, request_)


@pytest.mark.parametrize("act", ["claim_damage", "dispute"])
def test_unwinding__during_a_claim_or_a_dispute__is_not_offered(act: str) -> None:
    deal = Story().then(act, T0 + DAY_S)
    assert "unwind" not in permitted(deal.deal, T0 + DAY_S, (), DENIED).get("anyone", ())
    with pytest.raises(Refused):
        deal.then("unwind", T0 + DAY_S)


def test_split__is_possible_for_both_as_long_as_the_deal_is_open() -> None:
    deal = Story().then("dispute", T0 + DAY_S)
    may = permitted(deal.deal, T0 + DAY_S)
    assert "split" in may["payer"]
    assert "split" in may["payee"]
    deal.then("split", T0 + DAY_S, to_payee=400)
    assert (deal.deal.outcome, deal.deal.paid) == (8, 400)
    assert timeline(deal.deal, None, T0 + DAY_S).steps[-1].saying.key == "step.closed_split"
    assert permitted(deal.deal, T0 + DAY_S) == {"payer": ("rate",), "payee": ("rate",)}
