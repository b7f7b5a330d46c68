"""Tables of the booking slice."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from backend.db import app_metadata
from indexer.reads.connection import U256

# The block itself lies in the content store under `cid`; the columns are its parsed fields.
# `seq` grows with every new document, so that a reader can ask for what came since.
descriptions = Table(
    "descriptions",
    app_metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("cid", String(59), nullable=False, unique=True),
    Column("service", Integer, nullable=False),  # 24-bit number of the tag
    Column("tag", String(32), nullable=False),
    Column("title", String(120), nullable=False),
    Column("cell", String(15), nullable=False),
    Column("max_distance_m", Integer, nullable=False),
    Column("price_amount", U256, nullable=False),
    Column("price_currency", String(42), nullable=False),
    Column("price_per", String(7), nullable=False),
    Column("deposit", U256, nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON
    Column("stored_by", LargeBinary(20), nullable=False),
    Column("stored_at_s", BigInteger, nullable=False),  # wall time
    sqlite_autoincrement=True,
)

# The bytes lie in the content store under `cid`.
photos = Table(
    "photos",
    app_metadata,
    Column("cid", String(59), primary_key=True),
    Column("media_type", String(10), nullable=False),
    Column("stored_by", LargeBinary(20), nullable=False),
    Column("stored_at_s", BigInteger, nullable=False),  # wall time
    Index("photos_by_member", "stored_by"),
)
