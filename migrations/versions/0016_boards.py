"""Boards: what a branch tells everybody, chosen beforehand; what makes one stale marks it."""

from alembic import op

from migrations.operations import app_role, create_branch_table

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Where a change is that a board shows: the function that marks, when, and with what to say to it.
MARKED_BY = {
    "funds": ("mark_board", "INSERT OR UPDATE", "'soon'"),
    "drives": ("mark_board", "INSERT OR UPDATE", "'soon'"),
    "bank_accounts": ("mark_board", "INSERT OR UPDATE", "'urgent'"),
    "donors": ("mark_board", "UPDATE OF name, kind", "'urgent'"),
    "roll_withdrawals": ("mark_board", "INSERT", "'urgent'"),
    "public_documents": ("mark_board", "INSERT OR UPDATE", "'urgent'"),
    "branches": ("mark_boards_around", "INSERT OR UPDATE", "'id'"),
    "branch_history": ("mark_boards_around", "INSERT OR UPDATE", "'subject_id'"),
    "branch_successions": ("mark_boards_around", "INSERT", "'predecessor_id'"),
}


def upgrade() -> None:
    create_boards()
    create_roll_withdrawals()
    create_public_documents()
    create_marking()


def create_boards() -> None:
    """One row a branch, outside row-level security: everything in it is public, and it says no branch_id.

    content is what app/boards/projection.py chose, in the shape of one release; claim is whose turn it is to make it anew. Marks have
    no key and no index: they live for seconds and are read whole.
    """
    op.execute("""
        CREATE TABLE boards (
          subject_id uuid PRIMARY KEY REFERENCES branches (id),
          slug text NOT NULL UNIQUE,
          content jsonb,
          digest text CHECK (digest ~ '^[0-9a-f]{64}$'),
          shape text,
          is_front boolean NOT NULL DEFAULT false,
          made_at timestamptz,
          took_ms integer,
          claim uuid,
          claimed_until timestamptz,
          CHECK ((content IS NULL) = (digest IS NULL) AND (content IS NULL) = (made_at IS NULL))
        )
    """)
    op.execute("CREATE INDEX boards_front ON boards (made_at) WHERE is_front")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON boards TO {app_role()}")
    op.execute("""
        CREATE TABLE board_marks (
          id bigint GENERATED ALWAYS AS IDENTITY,
          subject_id uuid NOT NULL,
          is_urgent boolean NOT NULL DEFAULT false,
          marked_at timestamptz NOT NULL DEFAULT now()
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)
    """)
    op.execute(f"GRANT SELECT, INSERT, DELETE ON board_marks TO {app_role()}")


def create_roll_withdrawals() -> None:
    """Givers who do not want to be named any more; their gifts stay in the sums."""
    create_branch_table(
        "roll_withdrawals",
        """
        donor_id uuid NOT NULL,
        withdrawn_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, donor_id),
        FOREIGN KEY (branch_id, donor_id) REFERENCES donors (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )


def create_public_documents() -> None:
    """Files that a branch shows to all; of a spending's evidence only what has its private parts hidden."""
    create_branch_table(
        "public_documents",
        """
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('report', 'decision', 'letter', 'evidence', 'document')),
        title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
        digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
        media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')),
        size integer NOT NULL CHECK (size > 0),
        entry_id uuid,
        published_on date NOT NULL DEFAULT local_day(now()),
        published_by uuid NOT NULL DEFAULT current_actor(),
        taken_down_at timestamptz,
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id, entry_id) REFERENCES journal_entries (branch_id, id),
        CHECK ((kind = 'evidence') = (entry_id IS NOT NULL))
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (taken_down_at) ON public_documents TO {app_role()}")


def create_marking() -> None:
    """Whatever a board shows marks it. Gifts do so by the fold of their totals, so none pays for it."""
    op.execute("""
        CREATE FUNCTION mark_moved_boards() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO board_marks (subject_id)
          SELECT DISTINCT a.ancestor_id
          FROM (SELECT DISTINCT branch_id, day FROM folded) f
          JOIN branch_ancestry a ON a.descendant_id = f.branch_id
           AND (a.depth = 0 OR f.day >= a.valid_from AND f.day < a.valid_to);
          RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER mark_moved_boards AFTER DELETE ON rollup_deltas
        REFERENCING OLD TABLE AS folded
        FOR EACH STATEMENT EXECUTE FUNCTION mark_moved_boards()
    """)
    op.execute("""
        CREATE FUNCTION mark_board() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO board_marks (subject_id, is_urgent) VALUES (NEW.branch_id, TG_ARGV[0] = 'urgent');
          RETURN NULL;
        END $$
    """)
    # Names stand on the boards above and below, ends on those above.
    op.execute("""
        CREATE FUNCTION mark_boards_around() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE changed uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
        BEGIN
          INSERT INTO board_marks (subject_id)
          SELECT changed
          UNION SELECT parent_id FROM branch_history
                WHERE subject_id = changed AND parent_id IS NOT NULL
          UNION SELECT subject_id FROM branch_history
                WHERE parent_id = changed AND TG_TABLE_NAME = 'branch_history';
          RETURN NULL;
        END $$
    """)
    for table, (function, when, argument) in MARKED_BY.items():
        op.execute(f"""
            CREATE TRIGGER mark_board AFTER {when} ON {table}
            FOR EACH ROW EXECUTE FUNCTION {function}({argument})
        """)


def downgrade() -> None:
    for table in MARKED_BY:
        op.execute(f"DROP TRIGGER mark_board ON {table}")
    op.execute("DROP TRIGGER mark_moved_boards ON rollup_deltas")
    op.execute("DROP FUNCTION mark_boards_around()")
    op.execute("DROP FUNCTION mark_board()")
    op.execute("DROP FUNCTION mark_moved_boards()")
    op.execute("DROP TABLE public_documents, roll_withdrawals, board_marks, boards")
