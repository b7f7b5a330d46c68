"""The migrations make exactly the tables that the code uses."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from chain_rows import ChainRows
from sqlalchemy import inspect

import backend.booking.tables
import backend.escrow.tables
import backend.identity.tables
import backend.relay.tables  # noqa: F401
from backend import db, migrations


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
