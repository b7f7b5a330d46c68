"""Chain tables as the follower would leave them: typed events folded through the real projections."""

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import delete, insert, select

from indexer.facts import ROWS, Row
from indexer.projections import booking, escrow, payments, reputation, spaces
from indexer.projections.fold import At, key_of
from indexer.reads.connection import open_chain
from indexer.store.rows import row_to_text, to_text
from indexer.store.tables import cursor, head, metadata, trail, undo

CHAIN_ID = 31_907
_ROW_TYPES = {kind.TABLE: kind for kind in ROWS}
CONTRACTS = {
    booking: b"\x0b" * 20,
    escrow: b"\x0c" * 20,
    reputation: b"\x0a" * 20,
    payments: b"\x0d" * 20,
    spaces: b"\x0e" * 20,
}  # who says what
_SLICES: dict[str, ModuleType] = {
    "booking": booking,
    "escrow": escrow,
    "payments": payments,
    "reputation": reputation,
    "spaces": spaces,
}


class ChainRows:
    """A chain file that grows block by block."""

    def __init__(self, path: Path, time_s: int) -> None:
        self.engine = open_chain(path, writer=True)
        self.number = self.final = 0
        self.time_s = time_s
        self.block(time_s)

    def block(self, time_s: int, events: Iterable[Any] = ()) -> None:
        """Add a block at `time_s` (not before the last one) with these events."""
        assert time_s >= self.time_s
        self.number += 1
        self.time_s = time_s
        before: dict[tuple[Any, ...], Row | None] = {}
        with self.engine.begin() as conn:
            for place, event in enumerate(events):
                projection = _SLICES[type(event).__module__.rsplit(".", 1)[1]]
                keys = projection.keys(event)
                rows = {key: self._read(conn, key) for key in keys}
                for row in projection.fold(
                    event, At(self.number, time_s, CONTRACTS[projection], place), rows
                ):
                    before.setdefault(key_of(row), self._read(conn, key_of(row)))
                    self._write(conn, row)
            self._remember(conn, before)
            block = {"number": self.number, "hash": self.number.to_bytes(32, "big"), "timestamp_s": time_s}
            conn.execute(delete(cursor))
            conn.execute(delete(head))
            conn.execute(insert(cursor).values(id=1, chain_id=CHAIN_ID, **block))
            conn.execute(insert(trail).values(**block))
            conn.execute(insert(head).values(id=1, undo_from=1, final=self.final, **block))

    def _remember(self, conn: Any, before: dict[tuple[Any, ...], Row | None]) -> None:
        """How to take the block back, which also says what it changed."""
        for seq, (key, row) in enumerate(before.items()):
            image = None if row is None else row_to_text(row)
            place = {"block_number": self.number, "seq": seq}
            conn.execute(insert(undo).values(**place, table_name=key[0], key=to_text(key[1:]), before=image))

    @staticmethod
    def _read(conn: Any, key: tuple[Any, ...]) -> Row | None:
        table = metadata.tables[f"chain.{key[0]}"]
        where = [column == value for column, value in zip(table.primary_key, key[1:], strict=True)]
        found = conn.execute(select(table).where(*where)).one_or_none()
        return None if found is None else _ROW_TYPES[key[0]](*found)

    @staticmethod
    def _write(conn: Any, row: Row) -> None:
        table = metadata.tables[f"chain.{row.TABLE}"]
        values = {field.name: getattr(row, field.name) for field in fields(row)}
        where = [column == values[column.name] for column in table.primary_key]
        conn.execute(delete(table).where(*where))
        conn.execute(insert(table).values(**values))
