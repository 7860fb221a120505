"""What happened (audit) and what must follow (outbox); both are written with the act itself."""

from alembic import op

from migrations.operations import create_branch_table, forbid_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_branch_table(
        "audit_events",
        """
        id bigint GENERATED ALWAYS AS IDENTITY,
        at timestamptz NOT NULL DEFAULT now(),
        actor_id uuid NOT NULL DEFAULT current_actor(),
        action text NOT NULL,
        subject_id uuid NOT NULL,
        reason text,
        PRIMARY KEY (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute("CREATE INDEX audit_events_subject ON audit_events (branch_id, subject_id)")
    forbid_changes("audit_events")
    create_branch_table(
        "outbox",
        """
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        event text NOT NULL,
        subject_id uuid NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        due_at timestamptz NOT NULL DEFAULT now(),
        attempts smallint NOT NULL DEFAULT 0,
        failed_at timestamptz,
        last_error text,
        PRIMARY KEY (branch_id, id)
        """,
        grants="SELECT, INSERT, UPDATE, DELETE",
    )
    op.execute("CREATE INDEX outbox_due ON outbox (due_at) WHERE failed_at IS NULL")
    op.execute("CREATE POLICY of_relay ON outbox USING ((SELECT is_relay()))")


def downgrade() -> None:
    op.execute("DROP TABLE outbox, audit_events")
