"""Rows into values, and one page of a list after another."""

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Select, Table, select, tuple_

from indexer.facts import (
    Aggregate,
    Claimable,
    Deal,
    Gathering,
    Listing,
    Payment,
    Rating,
    Request,
    Resource,
    Space,
    Ticket,
    TicketHolding,
)
from indexer.store.tables import metadata

After = tuple[int, bytes]  # block number and id of the last item seen
MAX_LIMIT = 1000

R = TypeVar(
    "R",
    Resource,
    Request,
    Deal,
    Claimable,
    Rating,
    Aggregate,
    Payment,
    Space,
    Ticket,
    TicketHolding,
    Gathering,
    Listing,
)


def table_of(kind: type[R]) -> Table:
    """The table that keeps this kind of row."""
    return metadata.tables[f"chain.{kind.TABLE}"]


def fetch(conn: Connection, kind: type[R], statement: Select[Any]) -> list[R]:
    """Run a `select(table)` and build one value a row; fields and columns have the same order."""
    return [kind(*row) for row in conn.execute(statement)]


def one(conn: Connection, kind: type[R], *key: bytes | int) -> R | None:
    """The row with this primary key, or None."""
    table = table_of(kind)
    columns = list(table.primary_key)
    wanted = [column == value for column, value in zip(columns, key, strict=True)]
    rows = fetch(conn, kind, select(table).where(*wanted))
    return rows[0] if rows else None


def paged(
    kind: type[R], identity: Column[bytes], after: After | None, limit: int, descending: bool = False
) -> Select[Any]:
    """A select in the order of `(block_number, id)`, starting behind `after`, of at most `limit` rows.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"limit must be 1 to {MAX_LIMIT}")
    table = table_of(kind)
    place = tuple_(table.c.block_number, identity)
    statement = select(table).limit(limit)
    if descending:
        statement = statement.order_by(table.c.block_number.desc(), identity.desc())
        return statement if after is None else statement.where(place < tuple_(*after))
    statement = statement.order_by(table.c.block_number, identity)
    return statement if after is None else statement.where(place > tuple_(*after))


def given(column: Column[Any], values: Collection[Any] | None) -> list[Any]:
    """The condition `column IN values`, or none at all where `values` is None."""
    return [] if values is None else [column.in_(list(values))]
