"""Tables of the escrow slice: the outbox of reminders, the block up to which it is filled, delivered notices.

`due_s` is chain time; `stored_at_s` and `delivered_at_s` are wall time.
"""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, String, Table

from backend.db import app_metadata

# Effects: stored together with the watermark, carried out after the commit, each at least once.
outbox = Table(
    "outbox",
    app_metadata,
    Column("key", String(200), primary_key=True),
    Column("escrow", LargeBinary(32), nullable=False),
    Column("to_address", LargeBinary(20), nullable=False),
    Column("message_key", String(64), nullable=False),
    Column("params", JSON, nullable=False),
    Column("due_s", BigInteger, nullable=False),
    Column("stored_at_s", BigInteger, nullable=False),
    Column("delivered_at_s", BigInteger),
    Index("outbox_by_delivery", "delivered_at_s"),
)

# The block whose reminders are all in the outbox; one row.
watermark = Table(
    "watermark",
    app_metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("block", BigInteger, nullable=False),
    Column("block_hash", LargeBinary(32), nullable=False),
)

# What a member reads; `key` is that of the effect, so delivering twice makes one notice.
notices = Table(
    "notices",
    app_metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("to_address", LargeBinary(20), nullable=False),
    Column("escrow", LargeBinary(32), nullable=False),
    Column("message_key", String(64), nullable=False),
    Column("params", JSON, nullable=False),
    Column("due_s", BigInteger, nullable=False),
    Index("notices_by_member", "to_address", "seq"),
    sqlite_autoincrement=True,
)
