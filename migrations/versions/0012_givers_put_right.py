"""What a giver is can be put right, and then by what he is known again."""

from alembic import op

from migrations.operations import app_role

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (kind, identity) ON donors TO {app_role()}")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE (kind, identity) ON donors FROM {app_role()}")
