"""Facts in and out of their tables, and as the text that `undo` keeps.

Statements come from SQLAlchemy once, values go to the driver as plain tuples: that is what makes a
backfill fast.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from indexer.facts import ROWS, Key, Row

from .tables import metadata
from .types import U256, to_words

KINDS: dict[str, type[Row]] = {kind.TABLE: kind for kind in ROWS}


class Rows:
    """Reads and writes facts over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kinds = {name: _Kind(kind, connection.dialect) for name, kind in KINDS.items()}

    def load(self, key: Key) -> Row | None:
        """The stored row, or None."""
        kind = self._kinds[str(key[0])]
        found = self._connection.exec_driver_sql(kind.select, key[1:]).fetchone()
        return None if found is None else kind.row(found)

    def write(self, rows: Iterable[Row]) -> None:
        """Insert or replace."""
        batches: dict[str, list[tuple[Any, ...]]] = {}
        for row in rows:
            batches.setdefault(row.TABLE, []).append(self._kinds[row.TABLE].values(row))
        for name, batch in batches.items():
            self._connection.exec_driver_sql(self._kinds[name].upsert, batch)

    def remove(self, keys: Iterable[Key]) -> None:
        """Delete by primary key."""
        for key in keys:
            self._connection.exec_driver_sql(self._kinds[str(key[0])].delete, key[1:])

    def clear(self) -> None:
        """Delete every fact."""
        for name in KINDS:
            self._connection.execute(delete(metadata.tables[f"chain.{name}"]))


class _Kind:
    """The statements and conversions of one table."""

    def __init__(self, kind: type[Row], dialect: Dialect) -> None:
        table: Table = metadata.tables[f"chain.{kind.TABLE}"]
        keys = list(table.primary_key)
        matches = [column == bindparam(column.name) for column in keys]
        postgresql = dialect.name == "postgresql"
        insert = postgresql_insert(table) if postgresql else sqlite_insert(table)
        others = {c.name: insert.excluded[c.name] for c in table.columns if not c.primary_key}
        names = [column.name for column in table.columns]
        self.select = str(select(table).where(*matches).compile(dialect=dialect))
        self.delete = str(delete(table).where(*matches).compile(dialect=dialect))
        upsert = insert.values({name: bindparam(name) for name in names})
        self.upsert = str(
            upsert.on_conflict_do_update(index_elements=keys, set_=others).compile(dialect=dialect)
        )
        self._make: Callable[..., Row] = kind
        self._get = attrgetter(*names)
        types = [column.type for column in table.columns]
        self._amounts = [i for i, t in enumerate(types) if isinstance(t, U256) and not postgresql]
        self._flags = [i for i, t in enumerate(types) if isinstance(t, Boolean)]

    def values(self, row: Row) -> tuple[Any, ...]:
        values = list(self._get(row))
        for i in self._amounts:
            if values[i] is not None:
                values[i] = to_words(values[i])
        return tuple(values)

    def row(self, values: Sequence[Any]) -> Row:
        fields_ = list(values)
        for i in self._amounts:
            if fields_[i] is not None:
                fields_[i] = int.from_bytes(fields_[i], "big")
        for i in self._flags:
            fields_[i] = bool(fields_[i])
        return self._make(*fields_)


def to_text(values: Iterable[Any]) -> str:
    """Field values as JSON; bytes become 0x-hex, and no text field of ours starts with 0x."""
    return json.dumps([f"0x{v.hex()}" if isinstance(v, bytes) else v for v in values], separators=(",", ":"))


def from_text(text: str) -> list[Any]:
    """What `to_text` was given."""
    return [
        bytes.fromhex(value[2:]) if isinstance(value, str) and value.startswith("0x") else value
        for value in json.loads(text)
    ]


def row_to_text(row: Row) -> str:
    """A row for `undo`."""
    return to_text(getattr(row, field.name) for field in fields(row))


def row_from_text(table: str, text: str) -> Row:
    """The row that `row_to_text` was given."""
    make: Callable[..., Row] = KINDS[table]
    return make(*from_text(text))
