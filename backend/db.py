"""The two SQLite files as schemas `chain` (read-only: the indexer's) and `app` (ours), and transactions over
them.

The wall "only `app` is written" is the open mode of the other file. WAL commits are not atomic across
attached files, which does not matter where only one of them is ever written.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from backend.errors import UnavailableError

# Every table of ours; the slices' `tables.py` add to it.
app_metadata = MetaData(schema="app")

BUSY_TIMEOUT_S = 10.0
POOL_SIZE = 16


def open_engine(chain_file: Path, app_file: Path) -> Engine:
    """An engine whose connections see both files.

    The app file is created when missing. While the chain file is missing, `reading` and `writing` raise
    UnavailableError.
    """

    def connect() -> sqlite3.Connection:
        if not chain_file.exists():
            raise UnavailableError("chain: not indexed")
        connection = sqlite3.connect(
            "file::memory:", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("ATTACH ? AS chain", (f"{chain_file.absolute().as_uri()}?mode=ro",))
        connection.execute("ATTACH ? AS app", (f"{app_file.absolute().as_uri()}?mode=rwc",))
        connection.execute("PRAGMA app.journal_mode = WAL")
        connection.execute("PRAGMA app.synchronous = NORMAL")
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=32,
        hide_parameters=True,  # an error goes to the log, what members wrote does not
    )

    # The chain tables are disposable: whoever deletes the file gets a new one, and a connection that still
    # holds the old one would answer from it for ever.
    @event.listens_for(engine, "connect")
    def remember_file(_: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info["chain_file"] = _identity(chain_file)

    @event.listens_for(engine, "checkout")
    def same_file(_: sqlite3.Connection, record: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
        if record.info["chain_file"] != _identity(chain_file):
            raise DisconnectionError("the chain file was replaced")

    # Transactions begin with our own BEGIN: the driver's implicit one comes too late for a consistent read.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and number of the file behind a name, or None without one."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of both files; what it writes is thrown away."""
    with engine.connect() as connection, connection.begin() as transaction:
        try:
            yield connection
        finally:
            transaction.rollback()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection whose writes to `app` are committed together at the end, or not at all after an exception.

    The write lock is taken at once, so that what was read inside is still true when it is written.
    """
    with engine.connect() as connection, connection.execution_options(begin="IMMEDIATE").begin():
        yield connection
