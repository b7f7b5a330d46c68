"""Opening the chain tables: one SQLite file, attached as the schema `chain`."""

import logging
import sqlite3
from pathlib import Path

from sqlalchemy import Engine, QueuePool, create_engine, event, inspect

from .tables import metadata

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 10_000


def attach(dbapi_connection: sqlite3.Connection, name: str, path: Path | str) -> None:
    """Attach the SQLite file at `path` as schema `name`, in WAL mode, so that readers never wait for the
    writer.

    Call it from an engine's `connect` event. The connection is switched to explicit transactions (the
    driver no longer begins and commits on its own), so pair it with `begin_explicitly`. A transaction that
    writes to two attached files is not atomic across them; nothing here ever does.

    Raises:
        ValueError: `name` is no identifier.
        sqlite3.OperationalError: the file cannot be opened.
    """
    if not name.isidentifier():
        raise ValueError(f"{name!r} is no schema name")
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"ATTACH DATABASE ? AS {name}", (str(path),))
        cursor.execute(f"PRAGMA {name}.journal_mode = WAL")
        # A killed process loses nothing with NORMAL; a power cut may lose the last commits, never the
        # consistency.
        cursor.execute(f"PRAGMA {name}.synchronous = NORMAL")
    finally:
        cursor.close()


def begin_explicitly(engine: Engine, *, immediate: bool = False) -> None:
    """Make every SQLAlchemy transaction of `engine` one SQLite transaction, reads included (a stable
    snapshot).

    With `immediate` the write lock is taken at the beginning instead of at the first write.
    """
    statement = "BEGIN IMMEDIATE" if immediate else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(statement))


def drop_other_shapes(engine: Engine) -> bool:
    """Drop every chain table where one of them was made by a version with other columns; whether it did.

    The tables are disposable: an empty store is filled again from the chain.
    """
    with engine.begin() as connection:
        found = inspect(connection)
        present = set(found.get_table_names(schema=metadata.schema))
        shapes = {
            table: [column["name"] for column in found.get_columns(table.name, schema=metadata.schema)]
            for table in metadata.tables.values()
            if table.name in present
        }
        if all(names == [column.name for column in table.columns] for table, names in shapes.items()):
            return False
        log.warning("the store was made by another version: its tables are made anew from the chain")
        metadata.drop_all(connection)
        return True


def create_tables(engine: Engine) -> None:
    """Create the chain tables that are missing. Needs the schema `chain` to be attached."""
    with engine.begin() as connection:
        metadata.create_all(connection)


def open_chain(path: Path | str, *, writer: bool = False) -> Engine:
    """Open (and create where missing) the chain tables in the file `path`.

    With `writer` every transaction takes the write lock at once, and tables that another version made are
    dropped first; only the follower and the rebuild ask for that.

    Raises:
        sqlalchemy.exc.OperationalError: the file cannot be opened or is locked for more than ten seconds.
    """
    engine = create_engine("sqlite://", poolclass=QueuePool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda connection, _record: attach(connection, "chain", path))
    begin_explicitly(engine, immediate=writer)
    if writer:
        drop_other_shapes(engine)
    create_tables(engine)
    return engine
