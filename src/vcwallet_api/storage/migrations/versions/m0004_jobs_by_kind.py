"""A worker looks for jobs of its own kinds."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index that knew only of times."""
    op.create_index(op.f("ix_job_kind_run_at"), "job", ["kind", "run_at"], unique=False)
    op.drop_index(op.f("ix_job_run_at"), table_name="job")
