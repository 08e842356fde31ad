"""A delivery keeps what was found about it until it arrives."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what waits already has nothing in it, and is read again when it arrives."""
    op.add_column("delivery", sa.Column("checked", sa.JSON(none_as_null=True), nullable=True))
