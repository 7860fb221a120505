"""Funds and the double-entry book of each branch; the book is written by post_entries alone."""

from alembic import op

from migrations.operations import app_role, create_branch_table, forbid_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_funds()
    create_accounts_and_periods()
    create_book()
    create_post_entries()
    create_reverse_entry()


def create_funds() -> None:
    """Funds with their restriction, and drives that appeal for them."""
    create_branch_table(
        "funds",
        """
        id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        restriction text NOT NULL CHECK (restriction IN ('unrestricted', 'purpose', 'endowment')),
        opened_on date NOT NULL,
        closed_on date CHECK (closed_on > opened_on),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, code),
        FOREIGN KEY (branch_id) REFERENCES branches (id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (name, closed_on) ON funds TO {app_role()}")
    create_branch_table(
        "drives",
        """
        id uuid NOT NULL,
        fund_id uuid NOT NULL,
        name text NOT NULL,
        starts_on date NOT NULL,
        ends_on date CHECK (ends_on >= starts_on),
        target_amount bigint CHECK (target_amount BETWEEN 1 AND 1000000000000),
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id, fund_id) REFERENCES funds (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )


def create_accounts_and_periods() -> None:
    """Ledger accounts, and the periods that refuse late entries."""
    create_branch_table(
        "ledger_accounts",
        """
        code text NOT NULL,
        name text NOT NULL,
        kind text NOT NULL CHECK (kind IN
          ('money', 'goods', 'liability', 'equity', 'income', 'income_in_kind', 'expense')),
        PRIMARY KEY (branch_id, code),
        FOREIGN KEY (branch_id) REFERENCES branches (id)
        """,
        grants="SELECT, INSERT",
    )
    create_branch_table(
        "periods",
        """
        first_day date NOT NULL,
        last_day date NOT NULL CHECK (last_day >= first_day),
        state text NOT NULL CHECK (state IN ('open', 'closed')),
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, first_day),
        EXCLUDE USING gist (branch_id WITH =, daterange(first_day, last_day, '[]') WITH &&)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (state, changed_at) ON periods TO {app_role()}")


def create_book() -> None:
    """Entries and their postings: only ever added to, and only by post_entries."""
    create_branch_table(
        "journal_entries",
        """
        id uuid NOT NULL,
        dated_on date NOT NULL,
        posted_at timestamptz NOT NULL DEFAULT now(),
        actor_id uuid NOT NULL DEFAULT current_actor(),
        source_kind text NOT NULL,
        source_id uuid NOT NULL,
        reverses_id uuid,
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, source_kind, source_id),
        UNIQUE (branch_id, reverses_id),
        FOREIGN KEY (branch_id, reverses_id) REFERENCES journal_entries (branch_id, id)
        """,
        grants="SELECT",
    )
    op.execute("CREATE INDEX journal_entries_dated ON journal_entries (branch_id, dated_on, id)")
    create_branch_table(
        "postings",
        """
        entry_id uuid NOT NULL,
        line smallint NOT NULL,
        dated_on date NOT NULL,
        account_code text NOT NULL,
        side text NOT NULL CHECK (side IN ('debit', 'credit')),
        amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
        signed_amount bigint GENERATED ALWAYS AS
          (CASE side WHEN 'debit' THEN amount ELSE -amount END) STORED,
        fund_id uuid,
        restriction text,
        source text,
        PRIMARY KEY (branch_id, entry_id, line),
        FOREIGN KEY (branch_id, entry_id) REFERENCES journal_entries (branch_id, id),
        FOREIGN KEY (branch_id, account_code) REFERENCES ledger_accounts (branch_id, code),
        -- post_entries reads the restriction from the branch's own fund: an absent or foreign fund
        -- has none, so this refuses it without a key to check on every line.
        CHECK ((fund_id IS NULL) = (restriction IS NULL))
        """,
        grants="SELECT",
    )
    op.execute("CREATE INDEX postings_fund ON postings (branch_id, fund_id, dated_on)")
    forbid_changes("journal_entries")
    forbid_changes("postings")
    create_balance_trigger()


def create_balance_trigger() -> None:
    """One statement posts whole entries; anything unbalanced, late or in a closed period is refused."""
    op.execute("""
        CREATE FUNCTION check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE wrong uuid;
        BEGIN
          SELECT n.entry_id INTO wrong FROM new_lines n
          GROUP BY n.branch_id, n.entry_id
          HAVING sum(n.signed_amount) <> 0 OR count(*) < 2
              OR count(*) <> (SELECT count(*) FROM postings p
                              WHERE p.branch_id = n.branch_id AND p.entry_id = n.entry_id)
          LIMIT 1;
          IF FOUND THEN
            RAISE EXCEPTION 'entry % does not balance, or got a line after it was posted', wrong
              USING ERRCODE = 'KH999';
          END IF;
          -- Closing a period takes the same lock exclusively, so no line slips in while it closes.
          PERFORM pg_advisory_xact_lock_shared(hashtext('periods'), hashtext(b.branch_id::text))
          FROM (SELECT DISTINCT branch_id FROM new_lines) b;
          IF EXISTS (SELECT FROM periods p JOIN new_lines n ON n.branch_id = p.branch_id
                     WHERE p.state = 'closed' AND n.dated_on BETWEEN p.first_day AND p.last_day) THEN
            RAISE EXCEPTION 'Kỳ kế toán của ngày này đã khoá sổ. Hãy ghi vào một ngày thuộc kỳ đang mở.'
              USING ERRCODE = 'KH423', COLUMN = 'received_on';
          END IF;
          RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER a_check_postings AFTER INSERT ON postings
        REFERENCING NEW TABLE AS new_lines
        FOR EACH STATEMENT EXECUTE FUNCTION check_postings()
    """)


def create_post_entries() -> None:
    """The only way into the book. Definer's rights, so the application holds no INSERT at all."""
    op.execute("""
        CREATE FUNCTION post_entries(entries jsonb) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
          INSERT INTO journal_entries (id, dated_on, source_kind, source_id)
          SELECT e.id, e.dated_on, e.source_kind, e.source_id
          FROM jsonb_to_recordset(entries)
            AS e(id uuid, dated_on date, source_kind text, source_id uuid);
          INSERT INTO postings
            (entry_id, line, dated_on, account_code, side, amount, fund_id, restriction, source)
          SELECT e.id, p.line, e.dated_on,
                 p.account, p.side, p.amount, p.fund_id, f.restriction, p.source
          FROM jsonb_to_recordset(entries) AS e(id uuid, dated_on date, postings jsonb)
          CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(e.postings)
            AS (account text, side text, amount bigint, fund_id uuid, source text))
            WITH ORDINALITY AS p(account, side, amount, fund_id, source, line)
          LEFT JOIN funds f ON f.id = p.fund_id;
        END $$
    """)


def create_reverse_entry() -> None:
    """A correction is the mirror of what it corrects, dated today, and once only."""
    op.execute("""
        CREATE FUNCTION reverse_entry(entry uuid, reversal uuid, reversal_source uuid) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
          INSERT INTO journal_entries (id, dated_on, source_kind, source_id, reverses_id)
          SELECT reversal, local_day(now()), source_kind || '.reversal', reversal_source, id
          FROM journal_entries WHERE id = entry AND reverses_id IS NULL;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'entry % is absent or is itself a reversal', entry USING ERRCODE = 'KH999';
          END IF;
          INSERT INTO postings
            (entry_id, line, dated_on, account_code, side, amount, fund_id, restriction, source)
          SELECT reversal, line, local_day(now()), account_code,
                 CASE side WHEN 'debit' THEN 'credit' ELSE 'debit' END,
                 amount, fund_id, restriction, source
          FROM postings WHERE entry_id = entry;
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION reverse_entry(uuid, uuid, uuid)")
    op.execute("DROP FUNCTION post_entries(jsonb)")
    op.execute("DROP TABLE postings, journal_entries, periods, ledger_accounts, drives, funds")
    op.execute("DROP FUNCTION check_postings()")
