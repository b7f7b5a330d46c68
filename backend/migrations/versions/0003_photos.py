"""Photos."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "photos",
        sa.Column("cid", sa.String(59), primary_key=True),
        sa.Column("media_type", sa.String(10), nullable=False),
        sa.Column("stored_by", sa.LargeBinary(20), nullable=False),
        sa.Column("stored_at_s", sa.BigInteger, nullable=False),
        schema="app",
    )
    op.create_index("photos_by_member", "photos", ["stored_by"], schema="app")
