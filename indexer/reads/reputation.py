"""Ratings and their decayed sums."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from indexer.facts import Aggregate, Rating
from indexer.projections.reputation import decayed
from indexer.store.tables import ratings as ratings_table
from indexer.store.tables import reputation

from .page import fetch, given, one

__all__ = ["Aggregate", "Rating", "aggregate", "aggregates", "decayed", "ratings"]


def aggregate(conn: Connection, source: bytes, subject: bytes, service: int) -> Aggregate | None:
    """The stored sums of one subject in one service at one source, or None where nobody rated yet."""
    return one(conn, Aggregate, source, subject, service)


def aggregates(
    conn: Connection, *, subjects: Collection[bytes] | None = None, sources: Collection[bytes] | None = None
) -> list[Aggregate]:
    """The stored sums, of all or of the given subjects and sources; decay them with `decayed(aggregate,
    now_s)`."""
    table = reputation
    statement = (
        select(table)
        .where(*given(table.c.subject, subjects), *given(table.c.source, sources))
        .order_by(table.c.source, table.c.subject, table.c.service)
    )
    return fetch(conn, Aggregate, statement)


def ratings(conn: Connection, *, subject: bytes | None = None, deal: bytes | None = None) -> list[Rating]:
    """The ratings of a subject and/or a deal, oldest first; committed ones have no score yet."""
    table = ratings_table
    statement = select(table).order_by(table.c.committed_at_s, table.c.source, table.c.deal, table.c.side)
    if subject is not None:
        statement = statement.where(table.c.subject == subject)
    if deal is not None:
        statement = statement.where(table.c.deal == deal)
    return fetch(conn, Rating, statement)
