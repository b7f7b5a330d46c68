"""Tables of the identity slice. Times are wall seconds (UTC)."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from backend.db import app_metadata

nonces = Table(
    "nonces",
    app_metadata,
    Column("nonce", String(32), primary_key=True),
    Column("expires_at_s", BigInteger, nullable=False),
    Column("used_at_s", BigInteger),
    Index("nonces_by_end", "expires_at_s"),
)

# The token itself is known to the member alone.
sessions = Table(
    "sessions",
    app_metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("address", LargeBinary(20), nullable=False),
    Column("created_at_s", BigInteger, nullable=False),
    Column("expires_at_s", BigInteger, nullable=False),
    Column("revoked_at_s", BigInteger),
    Index("sessions_by_end", "expires_at_s"),
)
