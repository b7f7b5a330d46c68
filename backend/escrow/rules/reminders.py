"""Who is to be reminded of what: effects, computed again at every block and delivered once each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from backend.escrow.rules.agreed import (
    cancelling,
    due_amount,
    due_parts,
    next_part,
    next_rung,
    price_left,
)
from backend.escrow.rules.legs import (
    DAY_S,
    DepositLeg,
    PriceLeg,
    Role,
    answer_by,
    can_be_opened,
    can_be_unwound,
    claim_by,
    deposit_leg,
    object_by,
    permitted,
    price_leg,
    rule_by,
)
from backend.escrow.rules.steps import amount
from indexer.reads.booking import Request
from indexer.reads.escrow import Deal
from indexer.reads.reputation import Rating

# Overdue things are mentioned every day of the first week, then once a week.
DAILY_REMINDERS = 7
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class NotifyReminder:
    """Tell `to` (20 bytes) once about a deal; `key` is unique, `due_s` when it became true (chain time)."""

    key: str
    to: bytes
    message_key: str
    due_s: int
    params: Mapping[str, str | int] = field(default_factory=dict)


def reminders(
    deal: Deal, now_s: int, ratings: Sequence[Rating] = (), request: Request | None = None
) -> list[NotifyReminder]:
    """All reminders of a deal that are true at chain time `now_s`; `ratings` are those of this deal,
    `request` is the booking that it belongs to."""
    found = [
        *_lost(deal, now_s, request),
        *_cancelling(deal, now_s),
        *_price(deal, now_s),
        *_deposit(deal, now_s),
        *_dispute(deal, now_s),
        *_rating(deal, now_s, ratings),
    ]
    if len({reminder.key for reminder in found}) != len(found):
        raise ValueError("two reminders with one key")
    return found


def _to(
    deal: Deal, to: bytes, word: str, due_s: int, params: Mapping[str, str | int] | None = None
) -> NotifyReminder:
    # `due_s` tells repeated ones apart (each day overdue, a second window); the member tells the sides apart
    key = f"{deal.escrow.hex()}:{word}:{due_s}:{to.hex()}"
    return NotifyReminder(key, to, f"reminder.{word}", due_s, dict(params or {}))


def _lost(deal: Deal, now_s: int, request: Request | None) -> list[NotifyReminder]:
    if request is None or not can_be_unwound(deal, request, now_s):
        return []
    since_s = max(request.decided_at_s or request.expires_at_s, deal.funded_at_s)
    return [_to(deal, deal.payer, "unwind", since_s)]


def _cancelling(deal: Deal, now_s: int) -> list[NotifyReminder]:
    """The last day of a share of the price, and of the right to cancel at all."""
    if "cancel" not in permitted(deal, now_s).get("payer", ()):
        return []
    gives = cancelling(deal, now_s)
    if gives is None or now_s < gives.until_s - DAY_S:
        return []
    due_s = max(gives.until_s - DAY_S, deal.funded_at_s)
    params: dict[str, str | int] = {"amount": amount(gives.to_payer), "by_s": gives.until_s}
    if gives.then is None:
        return [_to(deal, deal.payer, "cancel_ends", due_s, params)]
    params["then_amount"] = amount(gives.then.to_payer)
    return [_to(deal, deal.payer, "cancel_falls", due_s, params)]


def _parts(deal: Deal, now_s: int) -> list[NotifyReminder]:
    """Of a price in parts that is neither contested nor due as a whole."""
    found: list[NotifyReminder] = []
    if due := due_parts(deal, now_s):
        goes = {"amount": amount(due_amount(deal, now_s))}
        found.append(_to(deal, deal.payee, "parts_wait", due[-1].object_by_s, goes))
    part = next_part(deal, now_s)
    if part is not None and now_s >= max(part.object_by_s - DAY_S, part.due_s):
        word = "part_goes" if deal.arbitrator is None else "part_by_silence"
        due_s = max(part.object_by_s - DAY_S, part.due_s)
        params: dict[str, str | int] = {"amount": amount(part.held), "by_s": part.object_by_s}
        found.append(_to(deal, deal.payer, word, due_s, params))
    return found


def _price(deal: Deal, now_s: int) -> list[NotifyReminder]:
    leg = price_leg(deal, now_s)
    if leg in (PriceLeg.BEFORE_DELIVERY, PriceLeg.CONTESTABLE) and next_part(deal, now_s) is not None:
        return _parts(deal, now_s)
    goes: dict[str, str | int] = {"amount": amount(price_left(deal))}
    match leg:
        case PriceLeg.CONTESTABLE if now_s >= object_by(deal) - DAY_S:
            due_s = max(object_by(deal) - DAY_S, deal.deliver_by_s)
            word = "price_goes" if deal.arbitrator is None else "price_by_silence"
            return [_to(deal, deal.payer, word, due_s, goes | {"by_s": object_by(deal)})]
        case PriceLeg.DUE:
            return [_to(deal, deal.payee, "price_waits", object_by(deal), goes)]
        case (
            PriceLeg.CLOSED
            | PriceLeg.BEFORE_DELIVERY
            | PriceLeg.CONTESTABLE
            | PriceLeg.DISPUTED
            | PriceLeg.DUE_BY_SILENT_ARBITRATOR
        ):
            return []
        case _:
            assert_never(leg)


def _deposit(deal: Deal, now_s: int) -> list[NotifyReminder]:
    leg = deposit_leg(deal, now_s)
    match leg:
        case DepositLeg.BEFORE_RETURN if now_s >= deal.return_by_s - DAY_S:
            due_s = max(deal.return_by_s - DAY_S, deal.funded_at_s)
            return [_to(deal, deal.payer, "return_tomorrow", due_s, {"by_s": deal.return_by_s})]
        case DepositLeg.CLAIMABLE:
            return _overdue(deal, (now_s - deal.return_by_s) // DAY_S)
        case DepositLeg.CLAIMED:
            params: dict[str, str | int] = {"amount": amount(deal.claim), "by_s": answer_by(deal)}
            return [_to(deal, deal.payer, "answer_claim", deal.since_s, params)]
        case DepositLeg.DUE_BY_SILENT_PAYER:
            both = (deal.payer, deal.payee)
            return [_to(deal, member, "claim_waits", answer_by(deal)) for member in both]
        case DepositLeg.DUE:
            goes = {"amount": amount(deal.deposit)}
            return [_to(deal, deal.payer, "deposit_waits", claim_by(deal), goes)]
        case (
            DepositLeg.CLOSED
            | DepositLeg.BEFORE_RETURN
            | DepositLeg.DISPUTED
            | DepositLeg.DUE_BY_SILENT_ARBITRATOR
        ):
            return []
        case _:
            assert_never(leg)


def _overdue(deal: Deal, days: int) -> list[NotifyReminder]:
    if days > DAILY_REMINDERS:
        days -= (days - DAILY_REMINDERS) % WEEK_DAYS
    due_s = deal.return_by_s + days * DAY_S
    if days == 0:
        return [_to(deal, deal.payer, "return_now", due_s)]
    params: dict[str, str | int] = {"days": days}
    for_owner = "overdue_unclaimable" if deal.arbitrator is None else "overdue_for_owner"
    return [
        _to(deal, deal.payer, "overdue", due_s, params),
        _to(deal, deal.payee, for_owner, due_s, params | {"by_s": claim_by(deal)}),
    ]


def _dispute(deal: Deal, now_s: int) -> list[NotifyReminder]:
    if deal.state != "disputed":
        return []
    if now_s < rule_by(deal):
        params = {"by_s": rule_by(deal)}
        return [] if deal.arbitrator is None else [_to(deal, deal.arbitrator, "rule", deal.since_s, params)]
    word = "dispute_waits" if next_rung(deal) is None else "dispute_goes_on"
    return [_to(deal, member, word, rule_by(deal)) for member in (deal.payer, deal.payee)]


def _rating(deal: Deal, now_s: int, ratings: Sequence[Rating]) -> list[NotifyReminder]:
    if deal.state != "closed" or deal.closed_at_s is None:
        return []
    may = permitted(deal, now_s, ratings)
    members: dict[Role, bytes] = {"payer": deal.payer, "payee": deal.payee}
    rate = [member for role, member in members.items() if "rate" in may.get(role, ())]
    openable = [rating for rating in ratings if can_be_opened(rating, now_s)]
    return [_to(deal, member, "rate", deal.closed_at_s) for member in rate] + [
        _to(deal, rating.rater, "reveal", rating.opens_at_s, {"by_s": rating.closes_at_s})
        for rating in openable
    ]
