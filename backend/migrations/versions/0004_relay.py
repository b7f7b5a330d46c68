"""What was relayed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "relayed",
        sa.Column("tx_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("member", sa.LargeBinary(20), nullable=False),
        sa.Column("contract", sa.String(32), nullable=False),
        sa.Column("function", sa.String(64), nullable=False),
        sa.Column("nonce", sa.BigInteger, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("cost_wei", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("sent_at_s", sa.BigInteger, nullable=False),
        schema="app",
    )
    op.create_index("relayed_by_key", "relayed", ["key"], schema="app")
    op.create_index("relayed_by_member", "relayed", ["member", "sent_at_s"], schema="app")
    op.create_index("relayed_by_state", "relayed", ["state"], schema="app")
