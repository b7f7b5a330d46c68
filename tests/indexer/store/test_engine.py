"""A store that another version made is made anew instead of breaking."""

from pathlib import Path

from sqlalchemy import select, text

from indexer.chain.block_range import BlockRef
from indexer.reads.connection import open_chain
from indexer.store import journal
from indexer.store.tables import head

BLOCK = BlockRef(7, b"\7" * 32, 1_800_000_000)


def _made(path: Path, *changes: str) -> None:
    """A store that stands at `BLOCK`, with its tables changed afterwards."""
    engine = open_chain(path, writer=True)
    with engine.begin() as conn:
        journal.reset(conn, 31_907, BLOCK)
        journal.write_head(conn, BLOCK, 0, 5)
        for change in changes:
            conn.execute(text(change))
    engine.dispose()


def test_open_chain__tables_of_this_version__are_kept(tmp_path: Path) -> None:
    _made(tmp_path / "chain.sqlite")
    engine = open_chain(tmp_path / "chain.sqlite", writer=True)
    with engine.connect() as conn:
        assert journal.read_cursor(conn) == (31_907, BLOCK)
        assert journal.final(conn) == 5
    engine.dispose()


def test_open_chain__a_column_is_missing__starts_with_empty_tables(tmp_path: Path) -> None:
    _made(tmp_path / "chain.sqlite", "ALTER TABLE chain.head DROP COLUMN final")
    engine = open_chain(tmp_path / "chain.sqlite", writer=True)
    with engine.connect() as conn:
        assert journal.read_cursor(conn) is None
        assert conn.execute(select(head)).all() == []
    engine.dispose()


def test_open_chain__for_reading__drops_nothing(tmp_path: Path) -> None:
    _made(tmp_path / "chain.sqlite", "ALTER TABLE chain.head DROP COLUMN final")
    engine = open_chain(tmp_path / "chain.sqlite")
    with engine.connect() as conn:
        assert journal.read_cursor(conn) == (31_907, BLOCK)
    engine.dispose()
