"""The dated tree of branches: identity is for ever; name, kind and parent are dated rows."""

from alembic import op

from migrations.operations import app_role

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_tree()
    create_ancestry()


def create_tree() -> None:
    """Identities, their dated rows, and who went on with what another one left."""
    op.execute("""
        CREATE TABLE branches (
          id uuid PRIMARY KEY,
          slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-+[a-z0-9]+)*$'),
          official_code text,
          books text NOT NULL CHECK (books IN ('own', 'shared', 'reported')),
          opened_on date NOT NULL,
          closed_on date CHECK (closed_on > opened_on),
          address text,
          latitude double precision,
          longitude double precision,
          area_km2 double precision,
          population integer CHECK (population > 0),
          tile_x smallint,
          tile_y smallint
        )
    """)
    op.execute("""
        CREATE TABLE branch_history (
          subject_id uuid NOT NULL REFERENCES branches (id),
          valid_from date NOT NULL,
          valid_to date CHECK (valid_to > valid_from),
          name text NOT NULL,
          short_name text NOT NULL,
          kind text NOT NULL,
          parent_id uuid REFERENCES branches (id),
          PRIMARY KEY (subject_id, valid_from),
          EXCLUDE USING gist (subject_id WITH =, daterange(valid_from, valid_to) WITH &&)
        )
    """)
    op.execute("CREATE INDEX branch_history_parent ON branch_history (parent_id)")
    op.execute("""
        CREATE TABLE branch_successions (
          predecessor_id uuid NOT NULL REFERENCES branches (id),
          successor_id uuid NOT NULL REFERENCES branches (id),
          effective_on date NOT NULL,
          share text NOT NULL CHECK (share IN ('whole', 'part')),
          decision text NOT NULL,
          PRIMARY KEY (predecessor_id, successor_id, effective_on)
        )
    """)
    op.execute(
        f"GRANT SELECT, INSERT ON branches, branch_history, branch_successions TO {app_role()}"
    )
    op.execute(f"GRANT UPDATE (closed_on, books, address, population) ON branches TO {app_role()}")
    op.execute(f"GRANT UPDATE (valid_to) ON branch_history TO {app_role()}")


def create_ancestry() -> None:
    """Derived from branch_history by a trigger; valid_to is exclusive, 'infinity' when open."""
    op.execute("""
        CREATE TABLE branch_ancestry (
          descendant_id uuid NOT NULL REFERENCES branches (id),
          ancestor_id uuid NOT NULL REFERENCES branches (id),
          depth smallint NOT NULL CHECK (depth BETWEEN 0 AND 32),
          valid_from date NOT NULL,
          valid_to date NOT NULL,
          PRIMARY KEY (descendant_id, ancestor_id, valid_from)
        )
    """)
    op.execute("CREATE INDEX branch_ancestry_down ON branch_ancestry (ancestor_id, descendant_id)")
    op.execute("""
        CREATE FUNCTION rebuild_branch_ancestry() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('branch_ancestry'));
          DELETE FROM branch_ancestry;
          WITH RECURSIVE line AS (
            SELECT subject_id AS descendant_id, subject_id AS ancestor_id, 0 AS depth,
                   valid_from, coalesce(valid_to, 'infinity') AS valid_to
            FROM branch_history
            UNION ALL
            SELECT l.descendant_id, h.parent_id, l.depth + 1,
                   greatest(l.valid_from, h.valid_from),
                   least(l.valid_to, coalesce(h.valid_to, 'infinity'))
            FROM line l
            JOIN branch_history h ON h.subject_id = l.ancestor_id AND h.parent_id IS NOT NULL
             AND h.valid_from < l.valid_to AND coalesce(h.valid_to, 'infinity') > l.valid_from
            WHERE l.depth <= 32
          )
          INSERT INTO branch_ancestry
          SELECT descendant_id, ancestor_id, depth, valid_from, valid_to FROM line;
          IF EXISTS (SELECT FROM branch_ancestry WHERE depth > 0 AND ancestor_id = descendant_id) THEN
            RAISE EXCEPTION 'Một đơn vị không thể là cấp trên của chính mình.' USING ERRCODE = 'KH409';
          END IF;
          RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER keep_ancestry AFTER INSERT OR UPDATE OR DELETE ON branch_history
        FOR EACH STATEMENT EXECUTE FUNCTION rebuild_branch_ancestry()
    """)
    op.execute(f"GRANT SELECT ON branch_ancestry TO {app_role()}")


def downgrade() -> None:
    op.execute("DROP TABLE branch_ancestry, branch_successions, branch_history, branches")
    op.execute("DROP FUNCTION rebuild_branch_ancestry()")
