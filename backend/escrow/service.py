"""Deals with their timelines, and reminders: computed at every new block, stored, then delivered.

`remember` and `deliver` are two transactions on purpose: an effect is carried out only after it was stored
for good, and carrying it out twice makes no difference.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from backend.errors import NotFoundError
from backend.escrow import repository
from backend.escrow.repository import Notice
from backend.escrow.rules.legs import SETTLED_AFTER_S
from backend.escrow.rules.reminders import NotifyReminder, reminders
from backend.escrow.rules.timeline import Timeline, timeline
from indexer.reads.escrow import Claimable, Deal
from indexer.reads.freshness import freshness
from indexer.reads.payments import Payment

# Carries out one effect inside the given transaction; has to be idempotent by the reminder's key.
Deliver = Callable[[Connection, bytes, NotifyReminder], None]


def find_deal(
    conn: Connection, source: bytes, escrow: bytes, now_s: int
) -> tuple[Deal, Timeline, list[NotifyReminder]]:
    """A deal, its timeline and the reminders that are true at chain time `now_s`. Raises NotFoundError.

    `source` is the escrow contract's address, the one whose ratings count.
    """
    found = repository.deal(conn, escrow)
    if found is None:
        raise NotFoundError("escrow: unknown deal")
    ratings = repository.ratings_of(conn, source, found)
    request = repository.request_of(conn, found)
    line = timeline(found, request, now_s, ratings)
    return found, line, reminders(found, now_s, ratings, request)


def list_deals(
    conn: Connection,
    source: bytes,
    now_s: int,
    *,
    member: bytes | None,
    booking: bytes | None,
    open_only: bool,
    after: tuple[int, bytes] | None,
    limit: int,
) -> list[tuple[Deal, Timeline]]:
    """A page of deals with their timelines."""
    rows = repository.deals(conn, member, booking, open_only, after, limit)
    return [
        (
            row,
            timeline(row, repository.request_of(conn, row), now_s, repository.ratings_of(conn, source, row)),
        )
        for row in rows
    ]


def list_notices(
    conn: Connection, member: bytes, escrow: bytes | None, before_seq: int | None, limit: int
) -> list[Notice]:
    """A member's notices, newest first."""
    return repository.notices_of(conn, member, escrow, before_seq, limit)


def list_claimables(conn: Connection, member: bytes) -> list[Claimable]:
    """What waits for a member because a payout failed."""
    return repository.claimables(conn, member)


def list_payments(
    conn: Connection, member: bytes, reference: bytes | None, before: tuple[int, int] | None, limit: int
) -> list[Payment]:
    """A page of what a member paid and was paid directly, newest first."""
    return repository.payments(conn, member, reference, before, limit)


def remember(conn: Connection, source: bytes, wall_now_s: int) -> int | None:
    """Store the reminders of the block that is read now, and the watermark, in this transaction.

    Returns the block's number, or None when it was done before. A block that replaced another at the same
    height counts as new. Raises indexer.reads.freshness.NotReadyError before the first block.
    """
    fresh = freshness(conn)
    if repository.reminded_up_to(conn) == (fresh.block, fresh.block_hash):
        return None
    for deal in repository.live_deals(conn, fresh.block_time_s - SETTLED_AFTER_S):
        ratings = repository.ratings_of(conn, source, deal)
        # the booking matters only to what can be unwound
        request = repository.request_of(conn, deal) if deal.state == "funded" else None
        due = reminders(deal, fresh.block_time_s, ratings, request)
        repository.add_to_outbox(conn, [(deal.escrow, reminder) for reminder in due], wall_now_s)
    repository.set_reminded_up_to(conn, fresh.block, fresh.block_hash)
    return fresh.block


def deliver(conn: Connection, wall_now_s: int, carry_out: Deliver) -> int:
    """Carry out every stored effect that was not carried out yet; how many."""
    waiting = repository.undelivered(conn)
    for escrow, reminder in waiting:
        carry_out(conn, escrow, reminder)
        repository.mark_delivered(conn, reminder.key, wall_now_s)
    return len(waiting)


def deliver_in_app(conn: Connection, escrow: bytes, reminder: NotifyReminder) -> None:
    """Deliver a reminder as a notice that the member reads through the API."""
    repository.add_notice(conn, escrow, reminder)
