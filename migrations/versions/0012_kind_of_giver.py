"""What a giver is can be put right; his gifts keep the source they were booked under."""

from alembic import op

from migrations.operations import app_role

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (kind) ON donors TO {app_role()}")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE (kind) ON donors FROM {app_role()}")
