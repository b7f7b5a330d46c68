"""Deals in escrow and what waits to be withdrawn."""

from sqlalchemy import Connection, or_, select, union_all

from indexer.facts import Claimable, Deal
from indexer.projections.agreed import agreed
from indexer.store.tables import claimables as claimables_table
from indexer.store.tables import escrows

from .page import After, fetch, one, paged

__all__ = ["Claimable", "Deal", "agreed", "claimables", "deal", "deals"]


def deal(conn: Connection, escrow: bytes) -> Deal | None:
    """The deal with this escrow id, or None."""
    return one(conn, Deal, escrow)


def deals(
    conn: Connection,
    *,
    member: bytes | None = None,
    booking: bytes | None = None,
    open_only: bool = False,
    closed_after_s: int | None = None,
    after: After | None = None,
    limit: int = 100,
) -> list[Deal]:
    """A page of deals in the order they were funded; `member` pays, is paid or would decide a dispute,
    `booking` is a request id. `closed_after_s` leaves out those that were closed at that time or before.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    statement = paged(Deal, escrows.c.escrow, after, limit)
    if member is not None:
        roles = (escrows.c.payer, escrows.c.payee, escrows.c.arbitrator)
        statement = statement.where(or_(*(role == member for role in roles)))
    if booking is not None:
        statement = statement.where(escrows.c.booking == booking)
    if open_only:
        statement = statement.where(escrows.c.state != "closed")
    if closed_after_s is not None:
        # Two ranges of an index; as one condition with `or` it would be tried on every deal there ever was.
        closing, ids = escrows.c.closed_at_s, select(escrows.c.escrow)
        live = union_all(ids.where(closing.is_(None)), ids.where(closing > closed_after_s))
        statement = statement.where(escrows.c.escrow.in_(live))
    return fetch(conn, Deal, statement)


def claimables(conn: Connection, member: bytes) -> list[Claimable]:
    """What waits for `member`, by token; nothing with amount 0."""
    table = claimables_table
    statement = select(table).where(table.c.member == member).order_by(table.c.token)
    return [item for item in fetch(conn, Claimable, statement) if item.amount]
