"""Totals by folding (D25): postings append deltas, the relay folds them into branches and ancestors."""

from alembic import op

from migrations.operations import app_role, create_branch_table

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The same SELECT makes deltas from fresh postings, and totals from all of them: they cannot differ.
MEASURES = """
    sum(-p.signed_amount) FILTER (WHERE a.kind IN ('income', 'income_in_kind')) AS amount,
    sum(-p.signed_amount) FILTER (WHERE a.kind = 'income_in_kind') AS in_kind_amount,
    sum(CASE p.side WHEN 'credit' THEN 1 ELSE -1 END)
      FILTER (WHERE a.kind IN ('income', 'income_in_kind')) AS gift_count,
    sum(p.signed_amount) FILTER (WHERE a.kind = 'money') AS fund_change
"""

# What one set of sums adds, by day and by month, to the branch itself and to every ancestor of that day.
SPREAD = """
    sums AS (
      SELECT branch_id, day, source, restriction, sum(amount) AS amount,
             sum(in_kind_amount) AS in_kind_amount, sum(gift_count) AS gift_count
      FROM taken WHERE source IS NOT NULL GROUP BY branch_id, day, source, restriction
    ), spread AS (
      SELECT branch_id, 'own' AS reach, day, source, restriction, amount, in_kind_amount, gift_count
      FROM sums
      UNION ALL
      SELECT a.ancestor_id, 'tree', s.day, s.source, s.restriction,
             sum(s.amount), sum(s.in_kind_amount), sum(s.gift_count)
      FROM sums s JOIN branch_ancestry a
        ON a.descendant_id = s.branch_id AND s.day >= a.valid_from AND s.day < a.valid_to
      GROUP BY a.ancestor_id, s.day, s.source, s.restriction
    ), days AS (
      INSERT INTO branch_day_totals AS t
      SELECT * FROM spread ORDER BY branch_id, reach, day, source, restriction
      ON CONFLICT (branch_id, reach, day, source, restriction) DO UPDATE SET
        amount = t.amount + excluded.amount,
        in_kind_amount = t.in_kind_amount + excluded.in_kind_amount,
        gift_count = t.gift_count + excluded.gift_count
    ), months AS (
      INSERT INTO branch_month_totals AS t
      SELECT branch_id, reach, date_trunc('month', day)::date AS month, source, restriction,
             sum(amount), sum(in_kind_amount), sum(gift_count)
      FROM spread GROUP BY branch_id, reach, month, source, restriction
      ON CONFLICT (branch_id, reach, month, source, restriction) DO UPDATE SET
        amount = t.amount + excluded.amount,
        in_kind_amount = t.in_kind_amount + excluded.in_kind_amount,
        gift_count = t.gift_count + excluded.gift_count
    ), balances AS (
      INSERT INTO fund_balances AS b (branch_id, fund_id, balance)
      SELECT branch_id, fund_id, sum(fund_change) FROM taken GROUP BY branch_id, fund_id
      ON CONFLICT (branch_id, fund_id) DO UPDATE SET balance = b.balance + excluded.balance
    )
"""


def upgrade() -> None:
    create_deltas()
    create_totals("branch_day_totals", "day")
    create_totals("branch_month_totals", "month")
    create_fund_balances()
    create_fold()
    create_rebuild()


def create_deltas() -> None:
    """Deltas have no key and no index: they live for a second and are read whole."""
    op.execute("""
        CREATE TABLE rollup_deltas (
          branch_id uuid NOT NULL,
          day date NOT NULL,
          fund_id uuid NOT NULL,
          restriction text NOT NULL,
          source text,
          amount bigint NOT NULL,
          in_kind_amount bigint NOT NULL,
          gift_count integer NOT NULL,
          fund_change bigint NOT NULL
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)
    """)
    op.execute("ALTER TABLE rollup_deltas ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE rollup_deltas FORCE ROW LEVEL SECURITY")
    op.execute("""
        CREATE POLICY of_branch ON rollup_deltas
        USING (branch_id = (SELECT current_branch()) OR (SELECT is_relay()))
        WITH CHECK (branch_id = (SELECT current_branch()))
    """)
    op.execute(f"GRANT SELECT, UPDATE, DELETE ON rollup_deltas TO {app_role()}")
    op.execute(f"""
        CREATE FUNCTION append_deltas() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO rollup_deltas
          SELECT branch_id, dated_on, fund_id, restriction, source, coalesce(amount, 0),
                 coalesce(in_kind_amount, 0), coalesce(gift_count, 0), coalesce(fund_change, 0)
          FROM (SELECT p.branch_id, p.dated_on, p.fund_id, p.restriction, p.source, {MEASURES}
                FROM new_lines p
                JOIN ledger_accounts a ON a.branch_id = p.branch_id AND a.code = p.account_code
                WHERE p.fund_id IS NOT NULL
                GROUP BY p.branch_id, p.dated_on, p.fund_id, p.restriction, p.source) AS summed;
          RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER b_append_deltas AFTER INSERT ON postings
        REFERENCING NEW TABLE AS new_lines
        FOR EACH STATEMENT EXECUTE FUNCTION append_deltas()
    """)


def create_totals(name: str, when: str) -> None:
    """Totals of a branch's own book and of its whole tree; read by it and by those above it."""
    op.execute(f"""
        CREATE TABLE {name} (
          branch_id uuid NOT NULL REFERENCES branches (id),
          reach text NOT NULL CHECK (reach IN ('own', 'tree')),
          {when} date NOT NULL,
          source text NOT NULL,
          restriction text NOT NULL,
          amount bigint NOT NULL,
          in_kind_amount bigint NOT NULL,
          gift_count bigint NOT NULL,
          PRIMARY KEY (branch_id, reach, {when}, source, restriction)
        ) WITH (fillfactor = 80)
    """)
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY of_subtree ON {name} FOR SELECT
        USING (branch_id IN (SELECT descendant_id FROM branch_ancestry
                             WHERE ancestor_id = (SELECT current_branch())))
    """)
    op.execute(f"CREATE POLICY of_relay ON {name} USING ((SELECT is_relay()))")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {app_role()}")


def create_fund_balances() -> None:
    """Folded balances; what is still in deltas is added by the view, so a standing is exact at once."""
    create_branch_table(
        "fund_balances",
        """
        fund_id uuid NOT NULL,
        balance bigint NOT NULL DEFAULT 0,
        reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
        PRIMARY KEY (branch_id, fund_id),
        FOREIGN KEY (branch_id, fund_id) REFERENCES funds (branch_id, id)
        """,
        grants="SELECT, INSERT, UPDATE",
    )
    op.execute("CREATE POLICY of_relay ON fund_balances USING ((SELECT is_relay()))")
    op.execute("""
        CREATE VIEW fund_standings WITH (security_invoker = true) AS
        SELECT s.*, s.balance - s.reserved AS available
        FROM (
          SELECT f.branch_id, f.id AS fund_id, coalesce(b.reserved, 0) AS reserved,
                 coalesce(b.balance, 0) + coalesce((
                   SELECT sum(d.fund_change) FROM rollup_deltas d
                   WHERE d.branch_id = f.branch_id AND d.fund_id = f.id), 0)::bigint AS balance
          FROM funds f LEFT JOIN fund_balances b ON b.branch_id = f.branch_id AND b.fund_id = f.id
        ) s
    """)
    op.execute(f"GRANT SELECT ON fund_standings TO {app_role()}")
    for table in ("postings", "ledger_accounts", "funds"):
        op.execute(f"CREATE POLICY of_relay ON {table} FOR SELECT USING ((SELECT is_relay()))")
    op.execute("""
        CREATE TABLE rollup_state (
          is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
          as_of timestamptz NOT NULL
        )
    """)
    op.execute("INSERT INTO rollup_state (as_of) VALUES (now())")
    op.execute(f"GRANT SELECT, UPDATE ON rollup_state TO {app_role()}")


def create_fold() -> None:
    """Delete and add commit together, so a delta counts exactly once whatever dies."""
    op.execute(f"""
        CREATE FUNCTION fold_rollups(at_most integer) RETURNS integer LANGUAGE plpgsql AS $$
        DECLARE folded integer; started timestamptz := clock_timestamp();
        BEGIN
          IF NOT pg_try_advisory_xact_lock(hashtext('fold_rollups')) THEN RETURN 0; END IF;
          WITH taken AS (
            DELETE FROM rollup_deltas WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM rollup_deltas LIMIT at_most FOR UPDATE SKIP LOCKED))
            RETURNING *
          ), {SPREAD}
          SELECT count(*) INTO folded FROM taken;
          IF folded < at_most THEN UPDATE rollup_state SET as_of = started; END IF;
          RETURN folded;
        END $$
    """)


def create_rebuild() -> None:
    """One statement drops the deltas it sees and sums the postings it sees: the same snapshot."""
    op.execute(f"""
        CREATE FUNCTION rebuild_rollups() RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('fold_rollups'));
          DELETE FROM branch_day_totals;
          DELETE FROM branch_month_totals;
          UPDATE fund_balances SET balance = 0;
          WITH dropped AS (DELETE FROM rollup_deltas),
          taken AS (
            SELECT branch_id, dated_on AS day, fund_id, restriction, source,
                   coalesce(amount, 0) AS amount, coalesce(in_kind_amount, 0) AS in_kind_amount,
                   coalesce(gift_count, 0) AS gift_count, coalesce(fund_change, 0) AS fund_change
            FROM (SELECT p.branch_id, p.dated_on, p.fund_id, p.restriction, p.source, {MEASURES}
                  FROM postings p
                  JOIN ledger_accounts a ON a.branch_id = p.branch_id AND a.code = p.account_code
                  WHERE p.fund_id IS NOT NULL
                  GROUP BY p.branch_id, p.dated_on, p.fund_id, p.restriction, p.source) AS summed
          ), {SPREAD}
          UPDATE rollup_state SET as_of = now();
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION rebuild_rollups()")
    op.execute("DROP FUNCTION fold_rollups(integer)")
    op.execute("DROP VIEW fund_standings")
    op.execute("DROP TABLE rollup_state, fund_balances, branch_month_totals, branch_day_totals")
    for table in ("postings", "ledger_accounts", "funds"):
        op.execute(f"DROP POLICY of_relay ON {table}")
    op.execute("DROP TRIGGER b_append_deltas ON postings")
    op.execute("DROP FUNCTION append_deltas()")
    op.execute("DROP TABLE rollup_deltas")
