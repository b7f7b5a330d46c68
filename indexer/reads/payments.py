"""Direct payments, and what was given back after deals."""

from sqlalchemy import Connection, or_, select, tuple_

from indexer.facts import Payment
from indexer.store.tables import payments as table

from .page import MAX_LIMIT, fetch

__all__ = ["Payment", "payments"]


def payments(
    conn: Connection,
    *,
    member: bytes | None = None,
    reference: bytes | None = None,
    before: tuple[int, int] | None = None,
    limit: int = 100,
) -> list[Payment]:
    """A page of payments, newest first; `member` paid or was paid, `reference` is what they were for (after a
    deal its escrow id). `before` is block number and log index of the last one seen.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"limit must be 1 to {MAX_LIMIT}")
    newest = (table.c.block_number.desc(), table.c.log_index.desc())
    statement = select(table).order_by(*newest).limit(limit)
    if member is not None:
        statement = statement.where(or_(table.c.payer == member, table.c.payee == member))
    if reference is not None:
        statement = statement.where(table.c.reference == reference)
    if before is not None:
        statement = statement.where(tuple_(table.c.block_number, table.c.log_index) < tuple_(*before))
    return fetch(conn, Payment, statement)
