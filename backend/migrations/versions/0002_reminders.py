"""Reminders: outbox, watermark, notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outbox",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("escrow", sa.LargeBinary(32), nullable=False),
        sa.Column("to_address", sa.LargeBinary(20), nullable=False),
        sa.Column("message_key", sa.String(64), nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("due_s", sa.BigInteger, nullable=False),
        sa.Column("stored_at_s", sa.BigInteger, nullable=False),
        sa.Column("delivered_at_s", sa.BigInteger),
        schema="app",
    )
    op.create_index("outbox_by_delivery", "outbox", ["delivered_at_s"], schema="app")
    op.create_table(
        "watermark",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("block_hash", sa.LargeBinary(32), nullable=False),
        schema="app",
    )
    op.create_table(
        "notices",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("to_address", sa.LargeBinary(20), nullable=False),
        sa.Column("escrow", sa.LargeBinary(32), nullable=False),
        sa.Column("message_key", sa.String(64), nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("due_s", sa.BigInteger, nullable=False),
        schema="app",
        sqlite_autoincrement=True,
    )
    op.create_index("notices_by_member", "notices", ["to_address", "seq"], schema="app")
