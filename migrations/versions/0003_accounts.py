"""People who sign in, what they may do where, their sessions and their tools' tokens."""

from alembic import op

from migrations.operations import app_role, create_branch_table, isolate_by_branch

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE users (
          id uuid PRIMARY KEY,
          email text NOT NULL UNIQUE CHECK (email = lower(email)),
          name text NOT NULL,
          password_hash text,
          epoch uuid NOT NULL DEFAULT gen_random_uuid(),
          is_active boolean NOT NULL DEFAULT true,
          created_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute(f"GRANT SELECT, INSERT ON users TO {app_role()}")
    op.execute(f"GRANT UPDATE (name, password_hash, epoch, is_active) ON users TO {app_role()}")
    # The cookie holds 256 random bits; the row holds their digest, so a stolen dump opens no session.
    op.execute("""
        CREATE TABLE web_sessions (
          digest bytea PRIMARY KEY,
          user_id uuid REFERENCES users (id),
          data jsonb NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now(),
          seen_at timestamptz NOT NULL DEFAULT now(),
          expires_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX web_sessions_user ON web_sessions (user_id)")
    op.execute("CREATE INDEX web_sessions_expiry ON web_sessions (expires_at)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON web_sessions TO {app_role()}")
    create_branch_table(
        "memberships",
        """
        id uuid NOT NULL,
        user_id uuid NOT NULL REFERENCES users (id),
        role text NOT NULL CHECK (role IN
          ('treasurer', 'bookkeeper', 'chair', 'panelist', 'inspector', 'officer', 'admin')),
        valid_from timestamptz NOT NULL DEFAULT now(),
        valid_to timestamptz CHECK (valid_to >= valid_from),
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id) REFERENCES branches (id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (valid_to) ON memberships TO {app_role()}")
    op.execute("CREATE INDEX memberships_user ON memberships (user_id, branch_id)")
    # Sign-in lists a person's own branches before one is chosen.
    op.execute("""
        CREATE POLICY of_actor ON memberships FOR SELECT
        USING (user_id = (SELECT current_actor()))
    """)
    create_api_tokens()
    create_entrances()


def create_api_tokens() -> None:
    """One token is one person in one branch with one role; the digest is the only way in."""
    op.execute("""
        CREATE TABLE api_tokens (
          branch_id uuid NOT NULL DEFAULT current_branch() REFERENCES branches (id),
          id uuid NOT NULL,
          digest bytea NOT NULL,
          user_id uuid NOT NULL REFERENCES users (id),
          role text NOT NULL,
          label text NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now(),
          revoked_at timestamptz,
          PRIMARY KEY (branch_id, id)
        )
    """)
    op.execute("CREATE INDEX api_tokens_digest ON api_tokens (digest)")
    isolate_by_branch("api_tokens")
    # By possession: whoever shows the digest may read the one row it opens.
    op.execute("""
        CREATE POLICY by_possession ON api_tokens FOR SELECT
        USING (digest = (SELECT decode(nullif(current_setting('app.token_digest', true), ''), 'hex')))
    """)
    op.execute(f"GRANT SELECT, INSERT ON api_tokens TO {app_role()}")
    op.execute(f"GRANT UPDATE (revoked_at) ON api_tokens TO {app_role()}")


def create_entrances() -> None:
    """The two ways into a branch; each binds the transaction and says with which roles, or nothing."""
    op.execute("""
        CREATE FUNCTION act_as_member(person uuid, branch_slug text,
                                      OUT branch uuid, OUT roles text[])
        LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM set_config('app.actor_id', person::text, true);
          SELECT b.id, array_agg(m.role ORDER BY m.role) INTO branch, roles
          FROM branches b
          JOIN memberships m ON m.branch_id = b.id AND m.user_id = person
           AND m.valid_from <= now() AND coalesce(m.valid_to, 'infinity') > now()
          JOIN users u ON u.id = m.user_id AND u.is_active
          WHERE b.slug = branch_slug GROUP BY b.id;
          IF branch IS NOT NULL THEN
            PERFORM set_config('app.branch_id', branch::text, true);
          END IF;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION act_with_token(token_digest bytea,
                                       OUT branch uuid, OUT roles text[], OUT person uuid)
        LANGUAGE plpgsql AS $$
        DECLARE granted_role text;
        BEGIN
          PERFORM set_config('app.token_digest', encode(token_digest, 'hex'), true);
          SELECT t.branch_id, t.role, t.user_id INTO branch, granted_role, person
          FROM api_tokens t
          WHERE t.digest = token_digest AND t.revoked_at IS NULL;
          IF branch IS NULL THEN RETURN; END IF;
          PERFORM set_config('app.actor_id', person::text, true),
                  set_config('app.branch_id', branch::text, true);
          SELECT array_agg(m.role) INTO roles
          FROM memberships m JOIN users u ON u.id = m.user_id AND u.is_active
          WHERE m.branch_id = branch AND m.user_id = person AND m.role = granted_role
            AND m.valid_from <= now() AND coalesce(m.valid_to, 'infinity') > now();
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION act_with_token(bytea)")
    op.execute("DROP FUNCTION act_as_member(uuid, text)")
    op.execute("DROP TABLE api_tokens, memberships, web_sessions, users")
