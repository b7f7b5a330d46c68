"""What the rarely needed lists of a deal come to at a moment: the parts of the price, what cancelling gives,
and who decides after the arbitrator."""

from dataclasses import dataclass

from indexer.chain.generated.escrow import Rest, Rung
from indexer.reads.escrow import Deal, agreed

WHOLE_BPS = 10_000
_NOTHING = Rest((), (), ())
_NO_REST = bytes(32)


@dataclass(frozen=True, slots=True)
class Part:
    """A milestone: `held` of its `amount` is not paid out yet. From `object_by_s` on it is the payee's."""

    amount: int
    held: int
    due_s: int
    object_by_s: int


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What cancelling gives: all that goes to each side then, parts that are due already included. The share
    holds up to `until_s` and not later; `then` is what follows, None where the right ends."""

    refund_bps: int
    to_payer: int
    to_payee: int
    until_s: int
    then: "Cancelling | None"


def lists(deal: Deal) -> Rest:
    """Milestones, cancellations and ladder."""
    return _NOTHING if deal.rest == _NO_REST else agreed(deal.rest_abi)


def share(amount: int, bps: int) -> int:
    """A share in hundredths of a per cent, rounded down; the rest is the other side's."""
    return amount * bps // WHOLE_BPS


def price_left(deal: Deal) -> int:
    """What is still held of the price: parts of it may have been released."""
    return 0 if deal.price_closed else deal.price - deal.price_paid


def price_parts(deal: Deal) -> tuple[Part, ...]:
    """The milestones, by date. What was released counts for the first ones."""
    found: list[Part] = []
    released = deal.price - price_left(deal)
    for milestone in lists(deal).milestones:
        counted = min(released, milestone.amount)
        released -= counted
        object_by_s = milestone.due + deal.object_s
        found.append(Part(milestone.amount, milestone.amount - counted, milestone.due, object_by_s))
    return tuple(found)


def due_parts(deal: Deal, now_s: int) -> tuple[Part, ...]:
    """The parts that nobody can object to any more and that are still held."""
    return tuple(part for part in price_parts(deal) if part.held and now_s >= part.object_by_s)


def due_amount(deal: Deal, now_s: int) -> int:
    """What is held of the parts that are due."""
    return sum(part.held for part in due_parts(deal, now_s))


def next_part(deal: Deal, now_s: int) -> Part | None:
    """The first part that is held and not due yet."""
    return next((part for part in price_parts(deal) if part.held and now_s < part.object_by_s), None)


def cancelling(deal: Deal, now_s: int) -> Cancelling | None:
    """What the schedule gives who cancels now, and what later; None where it gives no right any more.

    Whether the state of the deal allows it is another matter (`legs.permitted`).
    """
    due = due_amount(deal, now_s)
    left = price_left(deal) - due
    found: Cancelling | None = None
    for entry in reversed(lists(deal).cancellations):
        until_s = deal.deliver_by_s - entry.before_s
        if now_s > until_s or now_s >= deal.deliver_by_s:
            continue
        back = share(left, entry.refund_bps)
        bond = 0 if deal.deposit_closed else deal.deposit
        found = Cancelling(entry.refund_bps, back + bond, due + left - back, until_s, found)
    return found


def next_rung(deal: Deal) -> Rung | None:
    """Who decides a dispute when the arbitrator of now is silent."""
    ladder = lists(deal).ladder
    return ladder[deal.rung + 1] if deal.rung + 1 < len(ladder) else None
