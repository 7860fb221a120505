"""How to reach a branch, and the book in the order in which it was written."""

from alembic import op

from migrations.operations import app_role

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns without a default: no row is rewritten.
    op.execute("""
        ALTER TABLE branches
          ADD COLUMN phone text CHECK (phone <> ''),
          ADD COLUMN email text CHECK (email <> '')
    """)
    op.execute(f"GRANT UPDATE (phone, email) ON branches TO {app_role()}")
    # Outside the transaction, so that gifts go on while the index of a large book is built. One
    # that was broken off is unusable and is built anew.
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS journal_entries_in_order")
        op.execute("""
            CREATE INDEX CONCURRENTLY journal_entries_in_order
            ON journal_entries (branch_id, dated_on, posted_at)
        """)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS journal_entries_dated")
        op.execute("RESET statement_timeout")


def downgrade() -> None:
    op.execute("CREATE INDEX journal_entries_dated ON journal_entries (branch_id, dated_on, id)")
    op.execute("DROP INDEX journal_entries_in_order")
    op.execute("ALTER TABLE branches DROP COLUMN email, DROP COLUMN phone")
