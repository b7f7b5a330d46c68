"""Outbox, watermark and notices in SQL, and deals as the indexer reads them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from backend.booking import repository as booking
from backend.escrow.rules.reminders import NotifyReminder
from backend.escrow.tables import notices, outbox, watermark
from indexer.reads import escrow as reads
from indexer.reads import payments as payment_reads
from indexer.reads import reputation
from indexer.reads.booking import Request
from indexer.reads.reputation import Rating

After = tuple[int, bytes]
PAGE = 500
NO_BOOKING = bytes(32)


@dataclass(frozen=True, slots=True)
class Notice:
    """A delivered reminder; `seq` orders them by arrival."""

    seq: int
    escrow: bytes
    message_key: str
    params: dict[str, str | int]
    due_s: int


def deal(conn: Connection, escrow: bytes) -> reads.Deal | None:
    """The deal, or None."""
    return reads.deal(conn, escrow)


def deals(
    conn: Connection,
    member: bytes | None,
    booking_id: bytes | None,
    open_only: bool,
    after: After | None,
    limit: int,
) -> list[reads.Deal]:
    """A page of deals in the order they were funded."""
    return reads.deals(conn, member=member, booking=booking_id, open_only=open_only, after=after, limit=limit)


def live_deals(conn: Connection, closed_after_s: int) -> Iterator[reads.Deal]:
    """Every deal that is open or was closed after that time, page by page."""
    after: After | None = None
    while batch := reads.deals(conn, closed_after_s=closed_after_s, after=after, limit=PAGE):
        yield from batch
        after = (batch[-1].block_number, batch[-1].escrow)


def claimables(conn: Connection, member: bytes) -> list[reads.Claimable]:
    """What waits for a member because a payout failed."""
    return reads.claimables(conn, member)


def payments(
    conn: Connection, member: bytes, reference: bytes | None, before: tuple[int, int] | None, limit: int
) -> list[payment_reads.Payment]:
    """A page of what a member paid and was paid directly, newest first."""
    return payment_reads.payments(conn, member=member, reference=reference, before=before, limit=limit)


def request_of(conn: Connection, found: reads.Deal) -> Request | None:
    """The booking that a deal belongs to, or None: none named, or not one of ours."""
    return None if found.booking == NO_BOOKING else booking.request(conn, found.booking)


def ratings_of(conn: Connection, source: bytes, found: reads.Deal) -> list[Rating]:
    """The ratings of a deal that the ledger took from the escrow contract `source` (20 bytes)."""
    if not (found.rated_payer or found.rated_payee):
        return []
    return [rating for rating in reputation.ratings(conn, deal=found.escrow) if rating.source == source]


def reminded_up_to(conn: Connection) -> tuple[int, bytes] | None:
    """Number and hash of the block whose reminders are all in the outbox."""
    row = conn.execute(select(watermark.c.block, watermark.c.block_hash)).one_or_none()
    return None if row is None else (row.block, row.block_hash)


def set_reminded_up_to(conn: Connection, block: int, block_hash: bytes) -> None:
    """Move the watermark."""
    conn.execute(delete(watermark))
    conn.execute(insert(watermark).values(id=1, block=block, block_hash=block_hash))


def add_to_outbox(conn: Connection, found: Iterable[tuple[bytes, NotifyReminder]], now_s: int) -> None:
    """Store effects; those already there stay as they are."""
    for escrow, reminder in found:
        statement = insert(outbox).values(
            key=reminder.key,
            escrow=escrow,
            to_address=reminder.to,
            message_key=reminder.message_key,
            params=dict(reminder.params),
            due_s=reminder.due_s,
            stored_at_s=now_s,
        )
        conn.execute(statement.on_conflict_do_nothing())


def undelivered(conn: Connection) -> list[tuple[bytes, NotifyReminder]]:
    """Effects that were not carried out yet, oldest first."""
    rows = conn.execute(
        select(outbox).where(outbox.c.delivered_at_s.is_(None)).order_by(outbox.c.due_s, outbox.c.key)
    )
    return [
        (row.escrow, NotifyReminder(row.key, row.to_address, row.message_key, row.due_s, row.params))
        for row in rows
    ]


def mark_delivered(conn: Connection, key: str, now_s: int) -> None:
    """Remember that an effect was carried out."""
    conn.execute(update(outbox).where(outbox.c.key == key).values(delivered_at_s=now_s))


def add_notice(conn: Connection, escrow: bytes, reminder: NotifyReminder) -> None:
    """Put a reminder where the member reads it; again: no change."""
    statement = insert(notices).values(
        key=reminder.key,
        to_address=reminder.to,
        escrow=escrow,
        message_key=reminder.message_key,
        params=dict(reminder.params),
        due_s=reminder.due_s,
    )
    conn.execute(statement.on_conflict_do_nothing())


def notices_of(
    conn: Connection, member: bytes, escrow: bytes | None, before_seq: int | None, limit: int
) -> list[Notice]:
    """A member's notices, newest first."""
    statement = select(notices).where(notices.c.to_address == member)
    if escrow is not None:
        statement = statement.where(notices.c.escrow == escrow)
    if before_seq is not None:
        statement = statement.where(notices.c.seq < before_seq)
    rows = conn.execute(statement.order_by(notices.c.seq.desc()).limit(limit))
    return [Notice(row.seq, row.escrow, row.message_key, row.params, row.due_s) for row in rows]
