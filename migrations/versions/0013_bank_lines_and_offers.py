"""Money that comes by bank: accounts, who tells of them, lines, and the offers that lines answer."""

from alembic import op

from migrations.operations import app_role, create_branch_table, forbid_changes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AMOUNT = "bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000)"


def upgrade() -> None:
    create_bank_accounts()
    create_feeds_and_events()
    create_statements()
    create_lines()
    create_offers()
    create_matches()
    create_verify_bank_account()
    create_bank_accounts_below()
    create_act_for_feed()
    create_reopen_lines()
    lay_new_accounts()


def create_bank_accounts() -> None:
    """Where donors may send money; a number never changes, another one is another account."""
    create_branch_table(
        "bank_accounts",
        """
        id uuid NOT NULL,
        bank text NOT NULL CHECK (bank ~ '^[0-9]{6}$'),
        number text NOT NULL CHECK (number ~ '^[0-9A-Z]{4,19}$'),
        holder text NOT NULL CHECK (length(holder) BETWEEN 1 AND 200),
        opened_on date NOT NULL,
        closed_on date CHECK (closed_on > opened_on),
        verified_at timestamptz,
        verified_by uuid,
        column_mapping jsonb,
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, bank, number),
        FOREIGN KEY (branch_id) REFERENCES branches (id),
        CHECK ((verified_at IS NULL) = (verified_by IS NULL))
        """,
        grants="SELECT, INSERT (id, bank, number, holder, opened_on)",
    )
    op.execute(f"GRANT UPDATE (closed_on, column_mapping) ON bank_accounts TO {app_role()}")
    # Those above look at what they are asked to verify; what is verified is public anyway.
    op.execute("""
        CREATE POLICY of_subtree ON bank_accounts FOR SELECT
        USING (branch_id IN (SELECT descendant_id FROM branch_ancestry
                             WHERE ancestor_id = (SELECT current_branch())))
    """)


def create_feeds_and_events() -> None:
    """Aggregators that tell of an account, with sealed secrets; and what they sent, as they sent it."""
    create_branch_table(
        "bank_feeds",
        """
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        provider text NOT NULL CHECK (provider IN ('sepay', 'casso', 'payos')),
        sealed_secret bytea NOT NULL,
        sealed_pull_key bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        revoked_at timestamptz,
        pulled_until timestamptz,
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id, account_id) REFERENCES bank_accounts (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (revoked_at, pulled_until) ON bank_feeds TO {app_role()}")
    op.execute("CREATE INDEX bank_feeds_id ON bank_feeds (id)")
    # By possession: whoever knows the address of a feed may knock there; its secret decides.
    op.execute("""
        CREATE POLICY by_possession ON bank_feeds FOR SELECT
        USING (id = (SELECT nullif(current_setting('app.feed_id', true), '')::uuid))
    """)
    # The nightly pull goes from feed to feed: it reads ids and sealed secrets, no people.
    op.execute("CREATE POLICY of_relay ON bank_feeds FOR SELECT USING ((SELECT is_relay()))")
    op.execute("""
        CREATE FUNCTION branches_to_pull() RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
          SELECT DISTINCT branch_id FROM bank_feeds
          WHERE revoked_at IS NULL AND sealed_pull_key IS NOT NULL
        $$
    """)
    create_branch_table(
        "bank_events",
        """
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        feed_id uuid NOT NULL,
        digest bytea NOT NULL,
        body bytea NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, feed_id, digest),
        FOREIGN KEY (branch_id, feed_id) REFERENCES bank_feeds (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    forbid_changes("bank_events")


def create_statements() -> None:
    """One uploaded file each; the same file is never taken twice."""
    create_branch_table(
        "bank_statements",
        """
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        file_digest text NOT NULL CHECK (file_digest ~ '^[0-9a-f]{64}$'),
        file_name text NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL CHECK (last_day >= first_day),
        opening_balance bigint NOT NULL,
        closing_balance bigint NOT NULL,
        line_count integer NOT NULL CHECK (line_count > 0),
        new_count integer NOT NULL CHECK (new_count BETWEEN 0 AND line_count),
        imported_at timestamptz NOT NULL DEFAULT now(),
        imported_by uuid NOT NULL DEFAULT current_actor(),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, file_digest),
        FOREIGN KEY (branch_id, account_id) REFERENCES bank_accounts (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    forbid_changes("bank_statements")


def create_lines() -> None:
    """A movement on an account: told at least once, counted once. open_amount waits in suspense."""
    create_branch_table(
        "bank_lines",
        f"""
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        side text NOT NULL CHECK (side IN ('credit', 'debit')),
        amount {AMOUNT},
        day date NOT NULL,
        at timestamptz,
        description text NOT NULL,
        reference text,
        occurrence smallint NOT NULL DEFAULT 1 CHECK (occurrence > 0),
        counter_name text,
        counter_account text,
        open_amount bigint NOT NULL CHECK (open_amount BETWEEN 0 AND amount),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id, account_id) REFERENCES bank_accounts (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (open_amount) ON bank_lines TO {app_role()}")
    # The bank's own number is one movement, whoever tells of it; a number told twice in one
    # statement is two, told apart by occurrence.
    op.execute("""
        CREATE UNIQUE INDEX bank_lines_reference
        ON bank_lines (branch_id, account_id, reference, side, amount, day, occurrence)
        WHERE reference IS NOT NULL
    """)
    op.execute("CREATE INDEX bank_lines_day ON bank_lines (branch_id, account_id, day)")
    op.execute("CREATE INDEX bank_lines_open ON bank_lines (branch_id, day) WHERE open_amount > 0")
    create_branch_table(
        "bank_line_tellings",
        """
        line_id uuid NOT NULL,
        teller_id uuid NOT NULL,
        place text NOT NULL,
        balance_after bigint,
        PRIMARY KEY (branch_id, teller_id, place),
        FOREIGN KEY (branch_id, line_id) REFERENCES bank_lines (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute("CREATE INDEX bank_line_tellings_line ON bank_line_tellings (branch_id, line_id)")
    forbid_changes("bank_line_tellings")


def create_offers() -> None:
    """What somebody wishes to give; no money yet. The client made the id, the memo names the offer."""
    create_branch_table(
        "offers",
        f"""
        id uuid NOT NULL,
        request_digest bytea NOT NULL,
        code text NOT NULL CHECK (code ~ '^KH[0-9A-Z]{{8,17}}$'),
        fund_id uuid NOT NULL,
        drive_id uuid,
        amount {AMOUNT},
        way text NOT NULL CHECK (way IN ('transfer', 'card')),
        donor_kind text NOT NULL,
        donor_name text,
        is_anonymous boolean NOT NULL,
        dedication text CHECK (dedication IN ('in_memory_of', 'on_behalf_of')),
        dedicated_to text,
        email text,
        locale text NOT NULL CHECK (locale IN ('vi', 'en')),
        made_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, code),
        FOREIGN KEY (branch_id, fund_id) REFERENCES funds (branch_id, id),
        FOREIGN KEY (branch_id, drive_id) REFERENCES drives (branch_id, id),
        CHECK ((dedication IS NULL) = (dedicated_to IS NULL))
        """,
        grants="SELECT, INSERT",
    )
    forbid_changes("offers")
    create_branch_table(
        "offer_gifts",
        """
        donation_id uuid NOT NULL,
        offer_id uuid NOT NULL,
        PRIMARY KEY (branch_id, donation_id),
        FOREIGN KEY (branch_id, donation_id) REFERENCES donations (branch_id, id),
        FOREIGN KEY (branch_id, offer_id) REFERENCES offers (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute("CREATE INDEX offer_gifts_offer ON offer_gifts (branch_id, offer_id)")
    forbid_changes("offer_gifts")


def create_matches() -> None:
    """What a line, or a part of it, was: never more of it than there is (invariant 7 of domain.md)."""
    create_branch_table(
        "bank_matches",
        f"""
        id uuid NOT NULL,
        line_id uuid NOT NULL,
        amount {AMOUNT},
        kind text NOT NULL CHECK (kind IN
          ('gift', 'recorded_gift', 'netted', 'withdrawal', 'deposit', 'fee', 'payout')),
        subject_id uuid NOT NULL,
        matched_at timestamptz NOT NULL DEFAULT now(),
        matched_by uuid NOT NULL DEFAULT current_actor(),
        undone_at timestamptz,
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id, line_id) REFERENCES bank_lines (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (undone_at) ON bank_matches TO {app_role()}")
    op.execute("CREATE INDEX bank_matches_line ON bank_matches (branch_id, line_id)")
    op.execute("CREATE INDEX bank_matches_subject ON bank_matches (branch_id, subject_id)")


def create_verify_bank_account() -> None:
    """The top of the tree says that an account is the branch's own; nobody else can, nor undo it."""
    op.execute("""
        CREATE FUNCTION verify_bank_account(owner_branch uuid, account uuid) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          verifier uuid := current_branch();
          bound text;
          done integer;
        BEGIN
          IF NOT EXISTS (SELECT FROM branch_ancestry a
                         WHERE a.descendant_id = owner_branch AND a.ancestor_id = verifier
                           AND local_day(now()) >= a.valid_from AND local_day(now()) < a.valid_to)
             OR EXISTS (SELECT FROM branch_ancestry a
                        WHERE a.descendant_id = verifier AND a.depth > 0
                          AND local_day(now()) >= a.valid_from AND local_day(now()) < a.valid_to) THEN
            RAISE EXCEPTION 'Không tìm thấy tài khoản này.' USING ERRCODE = 'KH404';
          END IF;
          bound := set_config('app.branch_id', owner_branch::text, true);
          UPDATE bank_accounts SET verified_at = now(), verified_by = current_actor()
          WHERE branch_id = owner_branch AND id = account AND verified_at IS NULL;
          GET DIAGNOSTICS done = ROW_COUNT;
          IF done > 0 THEN
            INSERT INTO audit_events (action, subject_id) VALUES ('bank_accounts.verified', account);
          ELSIF NOT EXISTS (SELECT FROM bank_accounts
                            WHERE branch_id = owner_branch AND id = account) THEN
            RAISE EXCEPTION 'Không tìm thấy tài khoản này.' USING ERRCODE = 'KH404';
          END IF;
          bound := set_config('app.branch_id', verifier::text, true);
          RETURN done > 0;
        END $$
    """)


def create_bank_accounts_below() -> None:
    """Open accounts of the current branch and of those below it, the longest waiting first."""
    op.execute("""
        CREATE FUNCTION bank_accounts_below()
        RETURNS TABLE (owner_id uuid, owner_name text, owner_slug text, id uuid, bank text,
                       number text, holder text, opened_on date, closed_on date, verified_on date)
        LANGUAGE sql STABLE AS $$
          SELECT b.id, t.name, b.slug, a.id, a.bank, a.number, a.holder, a.opened_on, a.closed_on,
                 local_day(a.verified_at)
          FROM bank_accounts a JOIN branches b ON b.id = a.branch_id
          CROSS JOIN LATERAL (SELECT h.name FROM branch_history h WHERE h.subject_id = b.id
                              ORDER BY h.valid_from DESC LIMIT 1) t
          WHERE a.closed_on IS NULL ORDER BY a.opened_on, b.slug, a.number
        $$
    """)


def create_act_for_feed() -> None:
    """Bind the transaction to the branch of a feed that still counts; hand over what opens it."""
    op.execute("""
        CREATE FUNCTION act_for_feed(feed uuid, actor uuid, OUT branch uuid) LANGUAGE plpgsql AS $$
        DECLARE bound text := set_config('app.feed_id', feed::text, true);
        BEGIN
          SELECT f.branch_id INTO branch FROM bank_feeds f
          WHERE f.id = feed AND f.revoked_at IS NULL;
          IF branch IS NOT NULL THEN
            bound := set_config('app.actor_id', actor::text, true);
            bound := set_config('app.branch_id', branch::text, true);
          END IF;
        END $$
    """)


def create_reopen_lines() -> None:
    """Taking a gift back returns its bank line to suspense: the money is still in the account."""
    op.execute("""
        CREATE FUNCTION reopen_lines() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE undone record;
        BEGIN
          FOR undone IN
            UPDATE bank_matches m SET undone_at = now()
            WHERE m.branch_id = current_branch() AND m.subject_id = NEW.donation_id
              AND m.undone_at IS NULL AND m.kind IN ('gift', 'recorded_gift')
            RETURNING m.id, m.line_id, m.amount, m.kind
          LOOP
            UPDATE bank_lines SET open_amount = open_amount + undone.amount
            WHERE branch_id = current_branch() AND id = undone.line_id;
            -- A gift made from the line has the way out of suspense in its own entry.
            IF undone.kind = 'recorded_gift' THEN
              PERFORM reverse_entry(e.id, gen_random_uuid(), undone.id) FROM journal_entries e
              WHERE e.branch_id = current_branch()
                AND e.source_kind = 'bank_match' AND e.source_id = undone.id;
            END IF;
          END LOOP;
          RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER reopen_lines AFTER INSERT ON donation_reversals
        FOR EACH ROW EXECUTE FUNCTION reopen_lines()
    """)


def lay_new_accounts() -> None:
    """Charts that were laid before get what bank and card money needs; codes as in ledger/chart.py."""
    op.execute("""
        DO $$
        DECLARE book uuid; bound text;
        BEGIN
          bound := set_config('app.relay', 'on', true);
          FOR book IN SELECT DISTINCT branch_id FROM ledger_accounts LOOP
            bound := set_config('app.branch_id', book::text, true);
            INSERT INTO ledger_accounts (code, name, kind) VALUES
              ('642', 'Phí ngân hàng, phí thẻ', 'expense'),
              ('413', 'Chênh lệch tỷ giá', 'expense')
            ON CONFLICT DO NOTHING;
          END LOOP;
          bound := set_config('app.relay', '', true);
          bound := set_config('app.branch_id', '', true);
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER reopen_lines ON donation_reversals")
    for function in (
        "reopen_lines()",
        "act_for_feed(uuid, uuid)",
        "bank_accounts_below()",
        "branches_to_pull()",
        "verify_bank_account(uuid, uuid)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.execute(
        "DROP TABLE bank_matches, offer_gifts, offers, bank_line_tellings, bank_lines,"
        " bank_statements, bank_events, bank_feeds, bank_accounts"
    )
