"""The timeline of a deal: what happened, who acts next, by when, and what happens if nobody does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from backend.escrow.rules.agreed import due_amount, lists, next_part, next_rung, price_left, share
from backend.escrow.rules.legs import (
    DAY_S,
    Act,
    DepositLeg,
    PriceLeg,
    Role,
    answer_by,
    can_be_unwound,
    claim_by,
    commit_by,
    deposit_is_due,
    deposit_leg,
    fell_through,
    object_by,
    permitted,
    price_is_due,
    price_leg,
    rule_by,
)
from backend.escrow.rules.steps import Step, amount, steps_of
from backend.registry import Saying
from indexer.reads.booking import Request, state_at
from indexer.reads.escrow import Deal
from indexer.reads.reputation import Rating

HOUR_S = 3_600
Actor = Role | Literal["both", "nobody"]
_LOST = {
    "denied": "deal.booking_denied",
    "cancelled": "deal.booking_cancelled",
    "expired": "deal.booking_expired",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is in one matter: the acts that move it on, until when, and what happens otherwise.

    `by_s` None: no deadline, because time has already decided and anyone may carry it out, or nothing is
    left.
    """

    actor: Actor
    acts: tuple[Act, ...]
    by_s: int | None
    otherwise: Saying


@dataclass(frozen=True, slots=True)
class Timeline:
    """The first of `turns` is the next one; `may` is all that the contracts take from each role now."""

    steps: tuple[Step, ...]
    turns: tuple[Turn, ...]
    may: Mapping[Role, tuple[Act, ...]]
    warnings: tuple[Saying, ...]

    @property
    def next(self) -> Turn:
        """What has to happen first."""
        return self.turns[0]


def timeline(deal: Deal, request: Request | None, now_s: int, ratings: Sequence[Rating] = ()) -> Timeline:
    """The timeline at chain time `now_s`.

    `request` is the booking that the deal belongs to, where there is one; `ratings` are those of this deal.
    """
    may = permitted(deal, now_s, ratings, request)
    turns = _turns(deal, request, now_s, ratings, may)
    if not turns:
        raise ValueError("a deal without anything next")
    return Timeline(steps_of(deal, request), turns, may, _warnings(deal, request, now_s))


def _turns(
    deal: Deal,
    request: Request | None,
    now_s: int,
    ratings: Sequence[Rating],
    may: Mapping[Role, tuple[Act, ...]],
) -> tuple[Turn, ...]:
    if deal.state == "closed":
        return _rating_turns(deal, ratings, may)
    if can_be_unwound(deal, request, now_s):
        return _unwind_turns(deal, now_s)
    lost = fell_through(request, now_s)
    price = _part_turns(deal, now_s, lost) or (_price_turn(deal, now_s, lost),)
    turns = [turn for turn in (*price, _deposit_turn(deal, now_s)) if turn is not None]
    if deal.state == "disputed":
        turns.append(_dispute_turn(deal, now_s))
    turns = [replace(turn, acts=_possible(turn, may)) for turn in turns]
    # what time has decided comes first, then the nearest deadline; the price before the deposit
    return tuple(sorted(turns, key=lambda turn: -1 if turn.by_s is None else turn.by_s))


def _possible(turn: Turn, may: Mapping[Role, tuple[Act, ...]]) -> tuple[Act, ...]:
    """The acts of a turn without those that the contract would refuse now, such as a second dispute."""
    allowed = {act for acts in may.values() for act in acts} | {"hand_over", "give_back"}
    return tuple(act for act in turn.acts if act in allowed)


def _rating_turns(
    deal: Deal, ratings: Sequence[Rating], may: Mapping[Role, tuple[Act, ...]]
) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    opening: list[Role] = [role for role, acts in may.items() if "reveal" in acts]
    if opening:
        closes_s = min(rating.closes_at_s for rating in ratings if rating.state == "committed")
        turns.append(Turn(_one_or_both(opening), ("reveal",), closes_s, Saying("deal.unopened")))
    unrated: list[Role] = [role for role, acts in may.items() if "rate" in acts]
    if unrated:
        by_s = commit_by(deal, ratings)
        turns.append(Turn(_one_or_both(unrated), ("rate",), by_s, Saying("deal.unrated")))
    return tuple(turns) or (Turn("nobody", (), None, Saying("deal.nothing")),)


def _one_or_both(roles: Sequence[Role]) -> Actor:
    return "both" if len(roles) == 2 else roles[0]


def _unwind_turns(deal: Deal, now_s: int) -> tuple[Turn, ...]:
    """The booking never came about: anybody can send everything back, and the payer has reason to, before
    time gives the price away."""
    price, deposit = price_leg(deal, now_s), deposit_leg(deal, now_s)
    goes = {"amount": amount(price_left(deal))}
    if price is not PriceLeg.CLOSED:
        part = next_part(deal, now_s)
        if price_is_due(price) or due_amount(deal, now_s):
            return (Turn("anyone", ("unwind", "expire"), None, Saying("deal.unwind_or_expire", goes)),)
        by_s = part.object_by_s if part else object_by(deal)
        return (Turn("payer", ("unwind",), by_s, Saying("deal.not_unwound", goes)),)
    back = {"amount": amount(deal.deposit)}
    if deposit_is_due(deposit):
        return (Turn("anyone", ("expire",), None, Saying("deal.deposit_waits", back)),)
    return (Turn("payer", ("unwind",), claim_by(deal), Saying("deal.deposit_not_unwound", back)),)


def _part_turns(deal: Deal, now_s: int, lost: bool) -> tuple[Turn, ...]:
    """Of a price in parts that is neither contested nor due as a whole: what is due of it, and what comes."""
    leg = price_leg(deal, now_s)
    part = next_part(deal, now_s)
    if part is None or leg not in (PriceLeg.BEFORE_DELIVERY, PriceLeg.CONTESTABLE):
        return ()
    found: list[Turn] = []
    if due := due_amount(deal, now_s):
        found.append(Turn("anyone", ("expire",), None, Saying("deal.parts_wait", {"amount": amount(due)})))
    final = deal.arbitrator is None
    goes = {"amount": amount(part.held)}
    if lost:
        says = Saying("deal.lost_final" if final else "deal.lost_not_refunded", goes)
        found.append(Turn("payee", ("refund",), part.object_by_s, says))
    elif now_s < part.due_s:
        says = Saying("deal.part_not_delivered_final" if final else "deal.part_not_delivered", goes)
        found.append(Turn("payee", ("hand_over",), part.due_s, says))
    else:
        says = Saying("deal.part_by_silence", goes)
        found.append(Turn("payer", ("release_part", "release", "dispute"), part.object_by_s, says))
    return tuple(found)


def _price_turn(deal: Deal, now_s: int, lost: bool) -> Turn | None:
    leg = price_leg(deal, now_s)
    goes = {"amount": amount(price_left(deal))}
    # without an arbitrator nothing can be disputed, so the sentence must not offer it
    final = deal.arbitrator is None
    match leg:
        case PriceLeg.CLOSED | PriceLeg.DISPUTED | PriceLeg.DUE_BY_SILENT_ARBITRATOR:
            return None  # a dispute is one turn for both legs
        case PriceLeg.BEFORE_DELIVERY if not lost:
            says = Saying("deal.not_delivered_final" if final else "deal.not_delivered", goes)
            return Turn("payee", ("hand_over",), deal.deliver_by_s, says)
        case PriceLeg.BEFORE_DELIVERY | PriceLeg.CONTESTABLE if lost:
            says = Saying("deal.lost_final" if final else "deal.lost_not_refunded", goes)
            return Turn("payee", ("refund",), object_by(deal), says)
        case PriceLeg.BEFORE_DELIVERY | PriceLeg.CONTESTABLE:
            return Turn(
                "payer", ("release", "dispute"), object_by(deal), Saying("deal.price_by_silence", goes)
            )
        case PriceLeg.DUE:
            return Turn("anyone", ("expire",), None, Saying("deal.price_waits", goes))
        case _:
            assert_never(leg)


def _deposit_turn(deal: Deal, now_s: int) -> Turn | None:
    leg = deposit_leg(deal, now_s)
    goes = {"amount": amount(deal.deposit)}
    match leg:
        case DepositLeg.CLOSED | DepositLeg.DISPUTED | DepositLeg.DUE_BY_SILENT_ARBITRATOR:
            return None  # a dispute is one turn for both legs
        case DepositLeg.BEFORE_RETURN:
            final = deal.arbitrator is None  # then no damage can be claimed
            says = Saying("deal.not_returned_final" if final else "deal.not_returned", goes)
            return Turn("payer", ("give_back",), deal.return_by_s, says)
        case DepositLeg.CLAIMABLE:
            return Turn(
                "payee", ("finish", "claim_damage"), claim_by(deal), Saying("deal.deposit_by_silence", goes)
            )
        case DepositLeg.CLAIMED:
            says = Saying("deal.claim_unanswered", _claim_split(deal))
            return Turn("payer", ("accept_claim", "dispute"), answer_by(deal), says)
        case DepositLeg.DUE_BY_SILENT_PAYER:
            return Turn("anyone", ("expire",), None, Saying("deal.claim_waits", _claim_split(deal)))
        case DepositLeg.DUE:
            return Turn("anyone", ("expire",), None, Saying("deal.deposit_waits", goes))
        case _:
            assert_never(leg)


def _dispute_turn(deal: Deal, now_s: int) -> Turn:
    to_payee = share(deal.disputed_price, deal.silent_arbitrator_bps)
    split = {
        "to_payee_amount": amount(to_payee),
        "to_payer_amount": amount(
            deal.disputed_price - to_payee + (0 if deal.deposit_closed or deal.claim == 0 else deal.deposit)
        ),
    }
    if next_rung(deal) is not None:
        others = {"count": len(lists(deal).ladder) - 1 - deal.rung}
        if now_s < rule_by(deal):
            says = Saying("deal.arbitrator_silent_next", others)
            return Turn("arbitrator", ("rule",), rule_by(deal), says)
        return Turn("anyone", ("expire",), None, Saying("deal.dispute_goes_on", others))
    if now_s < rule_by(deal):
        return Turn("arbitrator", ("rule",), rule_by(deal), Saying("deal.arbitrator_silent", split))
    return Turn("anyone", ("expire",), None, Saying("deal.dispute_waits", split))


def _claim_split(deal: Deal) -> dict[str, str | int]:
    kept = share(deal.claim, deal.silent_payer_bps)
    return {"to_payee_amount": amount(kept), "to_payer_amount": amount(deal.deposit - kept)}


def _warnings(deal: Deal, request: Request | None, now_s: int) -> tuple[Saying, ...]:
    if deal.state == "closed":
        return ()
    warnings: list[Saying] = []
    if deposit_leg(deal, now_s) is DepositLeg.CLAIMABLE:
        late_s = now_s - deal.return_by_s
        if late_s >= DAY_S:
            warnings.append(Saying("deal.overdue_days", {"days": late_s // DAY_S}))
        else:
            warnings.append(Saying("deal.overdue_hours", {"hours": late_s // HOUR_S}))
    if request is not None:
        state = state_at(request, now_s)
        if state == "pending":
            warnings.append(Saying("deal.booking_pending"))
        elif state != "granted":
            warnings.append(Saying(_LOST[state]))
    if deal.arbitrator is None:
        warnings.append(Saying("deal.no_arbitrator"))
    return tuple(warnings)
