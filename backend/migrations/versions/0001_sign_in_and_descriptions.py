"""Sign-in (nonces, sessions) and descriptions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "nonces",
        sa.Column("nonce", sa.String(32), primary_key=True),
        sa.Column("expires_at_s", sa.BigInteger, nullable=False),
        sa.Column("used_at_s", sa.BigInteger),
        schema="app",
    )
    op.create_index("nonces_by_end", "nonces", ["expires_at_s"], schema="app")
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("address", sa.LargeBinary(20), nullable=False),
        sa.Column("created_at_s", sa.BigInteger, nullable=False),
        sa.Column("expires_at_s", sa.BigInteger, nullable=False),
        sa.Column("revoked_at_s", sa.BigInteger),
        schema="app",
    )
    op.create_index("sessions_by_end", "sessions", ["expires_at_s"], schema="app")
    op.create_table(
        "descriptions",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("cid", sa.String(59), nullable=False, unique=True),
        sa.Column("service", sa.Integer, nullable=False),
        sa.Column("tag", sa.String(32), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("cell", sa.String(15), nullable=False),
        sa.Column("max_distance_m", sa.Integer, nullable=False),
        sa.Column("price_amount", sa.LargeBinary(32), nullable=False),
        sa.Column("price_currency", sa.String(42), nullable=False),
        sa.Column("price_per", sa.String(7), nullable=False),
        sa.Column("deposit", sa.LargeBinary(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("stored_by", sa.LargeBinary(20), nullable=False),
        sa.Column("stored_at_s", sa.BigInteger, nullable=False),
        schema="app",
        sqlite_autoincrement=True,
    )
