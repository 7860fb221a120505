"""Who acts, for which branch: the settings that row-level security reads."""

from alembic import op

from migrations.operations import app_role

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # After a pooled connection's first transaction an unset setting reads '', not NULL.
    op.execute("""
        CREATE FUNCTION current_branch() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT nullif(current_setting('app.branch_id', true), '')::uuid $$
    """)
    op.execute("""
        CREATE FUNCTION current_actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT nullif(current_setting('app.actor_id', true), '')::uuid $$
    """)
    # The relay folds totals and rings tasks for every branch; it reads no table about people.
    op.execute("""
        CREATE FUNCTION is_relay() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT coalesce(current_setting('app.relay', true), '') = 'on' $$
    """)
    # D23: the wall clock of the books is Asia/Ho_Chi_Minh, whatever the server's zone.
    op.execute("""
        CREATE FUNCTION local_day(at timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$
    """)
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'KH999';
        END $$
    """)
    op.execute(f"GRANT USAGE ON SCHEMA public TO {app_role()}")
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION local_day(timestamptz)")
    op.execute("DROP FUNCTION is_relay()")
    op.execute("DROP FUNCTION current_actor()")
    op.execute("DROP FUNCTION current_branch()")
