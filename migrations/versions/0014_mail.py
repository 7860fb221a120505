"""Mail: one row for each message to one person, and whose turn it is to speak with the server."""

from alembic import op

from migrations.operations import app_role, create_branch_table

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messages()
    create_mail_turn()


def create_messages() -> None:
    """What is written is not kept: it is made from the object when the message leaves.

    `due_at` says when the message is looked at again: a queued one is tried, the lease of one that
    is being sent runs out. `edition` counts what a person had sent once more.
    """
    create_branch_table(
        "messages",
        """
        id uuid NOT NULL,
        purpose text NOT NULL CHECK (purpose ~ '^[a-z][a-z_]{0,39}$'),
        object_id uuid NOT NULL,
        recipient text NOT NULL CHECK (recipient ~ '^[^[:space:][:cntrl:]@]{1,64}@[^[:space:][:cntrl:]@]{1,254}$'),
        edition smallint NOT NULL DEFAULT 1 CHECK (edition > 0),
        locale text NOT NULL CHECK (locale IN ('vi', 'en')),
        state text NOT NULL CHECK (state IN ('waiting', 'queued', 'sending', 'sent', 'bounced',
                                             'unknown', 'failed', 'withdrawn')),
        attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        unknown_count smallint NOT NULL DEFAULT 0 CHECK (unknown_count BETWEEN 0 AND 2),
        message_id text CHECK (length(message_id) BETWEEN 40 AND 320),
        lease uuid,
        answer text CHECK (length(answer) <= 80),
        created_at timestamptz NOT NULL DEFAULT now(),
        queued_at timestamptz,
        due_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, purpose, object_id, recipient, edition),
        FOREIGN KEY (branch_id) REFERENCES branches (id),
        CHECK ((state = 'sending') = (lease IS NOT NULL)),
        CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
        CHECK (state IN ('waiting', 'withdrawn') OR queued_at IS NOT NULL)
        """,
        grants="SELECT, INSERT (id, purpose, object_id, recipient, edition, locale, state, queued_at)",
    )
    op.execute(
        "GRANT UPDATE (state, attempts, unknown_count, message_id, lease, answer, queued_at, due_at,"
        f" sent_at) ON messages TO {app_role()}",
    )
    op.execute("CREATE INDEX messages_object ON messages (branch_id, object_id)")
    # Asked for each batch of papers, most of which nobody waits for by mail.
    op.execute(
        "CREATE INDEX messages_waiting ON messages (branch_id, object_id) WHERE state = 'waiting'",
    )


def create_mail_turn() -> None:
    """One conversation with the mail server at a time, for all branches; none while it is away."""
    op.execute("""
        CREATE TABLE mail_turn (
          number smallint PRIMARY KEY DEFAULT 1 CHECK (number = 1),
          holder uuid,
          free_at timestamptz NOT NULL DEFAULT now(),
          failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0)
        )
    """)
    op.execute("INSERT INTO mail_turn DEFAULT VALUES")
    op.execute(f"GRANT SELECT, UPDATE (holder, free_at, failures) ON mail_turn TO {app_role()}")


def downgrade() -> None:
    op.execute("DROP TABLE mail_turn, messages")
