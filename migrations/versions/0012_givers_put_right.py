"""What a giver is can be put right, and by what he is known again; the revision can be read."""

from alembic import op

from migrations.operations import app_role

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Readiness compares it with the newest one that the code knows.
    op.execute(f"GRANT SELECT ON alembic_version TO {app_role()}")
    op.execute(f"GRANT UPDATE (kind, identity) ON donors TO {app_role()}")


def downgrade() -> None:
    op.execute(f"REVOKE SELECT ON alembic_version FROM {app_role()}")
    op.execute(f"REVOKE UPDATE (kind, identity) ON donors FROM {app_role()}")
