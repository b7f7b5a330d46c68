"""The migrations make exactly the tables that the code uses."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from chain_rows import ChainRows
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

import backend.booking.tables
import backend.escrow.tables
import backend.identity.tables  # noqa: F401
from backend import db, migrations
from backend.identity import repository


def test_migrations__on_an_empty_file__make_the_tables_of_the_code(tmp_path: Path) -> None:
    ChainRows(tmp_path / "chain.sqlite", 1)
    engine = db.open_engine(tmp_path / "chain.sqlite", tmp_path / "app.sqlite")
    with db.writing(engine) as conn:
        migrations.upgrade(conn)
        migrations.upgrade(conn)  # again: no change
    with engine.connect() as conn:
        context = MigrationContext.configure(
            conn,
            opts={
                "version_table": "revision",
                "version_table_schema": "app",
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == "app",
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, db.app_metadata) == []
        made = {
            name: inspect(conn).get_unique_constraints(name, schema="app")
            for name in ("descriptions", "notices")
        }
    assert [len(found) for found in made.values()] == [2, 1]


def test_app_connections__cannot_write_the_chain_tables(installation: Any) -> None:
    with pytest.raises(OperationalError, match="readonly"), db.writing(installation.engine) as conn:
        conn.execute(text("DELETE FROM chain.cursor"))


def test_writing__that_fails__leaves_nothing(installation: Any) -> None:
    before = installation.app_tables()

    def store_and_fail() -> None:
        with db.writing(installation.engine) as conn:
            repository.add_nonce(conn, "abcdefgh", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        store_and_fail()
    assert installation.app_tables() == before
