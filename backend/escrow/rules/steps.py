"""What happened in a deal, one step after the other."""

from dataclasses import dataclass

from backend.escrow.rules.agreed import price_left
from backend.registry import Saying
from indexer.reads.booking import Request
from indexer.reads.escrow import Deal

# whole sentences by outcome and by state, so that no English word hides in a value
_CLOSED = {
    1: "step.closed_completed",
    2: "step.closed_refunded",
    3: "step.closed_claim_accepted",
    4: "step.closed_claim_unanswered",
    5: "step.closed_ruled",
    6: "step.closed_arbitrator_silent",
    7: "step.closed_cancelled",
    8: "step.closed_split",
    9: "step.closed_unwound",
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `at_s` is None where only the result is kept."""

    saying: Saying
    at_s: int | None


def amount(value: int) -> str:
    """An amount as a value of a sentence: decimal text, because it may be larger than other languages'
    numbers.
    """
    return str(value)


def steps_of(deal: Deal, request: Request | None) -> tuple[Step, ...]:
    """What happened in a deal and in its booking, oldest first."""
    steps: list[Step] = []
    if request is not None:
        steps.append(Step(Saying("step.requested"), request.requested_at_s))
        if request.state != "pending":
            steps.append(Step(Saying(f"step.{request.state}"), request.decided_at_s))
    held = {"price_amount": amount(deal.price), "deposit_amount": amount(deal.deposit)}
    steps.append(Step(Saying("step.funded", held), deal.funded_at_s))
    if deal.claim_evidence is not None:
        at_s = None if deal.answer_by_s is None else deal.answer_by_s - deal.answer_s
        steps.append(Step(Saying("step.claimed", {"amount": amount(deal.claim)}), at_s))
    if deal.rule_by_s is not None:
        contested = {
            "price_amount": amount(deal.disputed_price),
            "claim_amount": amount(deal.disputed_claim),
        }
        steps.append(Step(Saying("step.disputed", contested), deal.disputed_at_s))
        if deal.rung > 0:
            at_s = deal.since_s if deal.state == "disputed" and deal.disputed_claim == 0 else None
            steps.append(Step(Saying("step.escalated", {"number": deal.rung + 1}), at_s))
    if deal.ruled_to_payee is not None:
        ruled = {
            "to_payee_amount": amount(deal.ruled_to_payee),
            "to_payer_amount": amount(deal.ruled_to_payer or 0),
            "fee_amount": amount(deal.fee or 0),
        }
        steps.append(Step(Saying("step.ruled", ruled), None))
    if deal.price_paid > 0 and not deal.price_closed:
        parts = {"paid_amount": amount(deal.price_paid), "left_amount": amount(price_left(deal))}
        steps.append(Step(Saying("step.price_released", parts), None))
    if deal.price > 0 and deal.price_closed:
        paid = {"paid_amount": amount(deal.price_paid), "returned_amount": amount(deal.price_returned)}
        steps.append(Step(Saying("step.price_closed", paid), None))
    if deal.deposit > 0 and deal.deposit_closed:
        back = {"returned_amount": amount(deal.deposit_returned), "kept_amount": amount(deal.deposit_kept)}
        steps.append(Step(Saying("step.deposit_closed", back), None))
    if deal.state == "closed":
        steps.append(Step(Saying(_CLOSED[deal.outcome or 0]), deal.closed_at_s))
    if deal.rated_payer:
        steps.append(Step(Saying("step.rated_payer"), None))
    if deal.rated_payee:
        steps.append(Step(Saying("step.rated_payee"), None))
    return tuple(sorted(steps, key=lambda step: _when(steps, step)))


def _when(steps: list[Step], step: Step) -> int:
    """The time of a step, or that of the latest known one before it: results stay behind what led to them."""
    before = steps[: steps.index(step) + 1]
    return (
        step.at_s if step.at_s is not None else max((s.at_s for s in before if s.at_s is not None), default=0)
    )
