"""Money that comes by card: payments for offers, what is given back, what is paid out, and events."""

from alembic import op

from migrations.operations import app_role, create_branch_table, forbid_changes

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AMOUNT = "bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000)"
COVER = "bigint NOT NULL CHECK (cover_amount BETWEEN 0 AND 1000000000000)"
MINOR = "bigint NOT NULL CHECK (total_minor BETWEEN 1 AND 1000000000000)"
CURRENCY = "text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')"
# NaN is greater than every number, so the upper bound keeps it out.
RATE = "numeric(16,6) CHECK (rate > 0 AND rate < 10000000)"
OF_RELAY = ("payments", "refunds", "disputes", "payment_plans", "clearing_lines")


def upgrade() -> None:
    create_directory()
    create_rates()
    create_plans()
    create_payments()
    create_returns()
    create_clearing()
    create_evidence()
    create_return_gift()
    create_refuse_card_reversal()
    # The sweep goes from branch to branch and asks what is not final: ids and states, no people.
    for table in OF_RELAY:
        op.execute(f"CREATE POLICY of_relay ON {table} FOR SELECT USING ((SELECT is_relay()))")


def create_directory() -> None:
    """Whose a provider's object is, and what the provider told: before any branch is known.

    The directory holds ids and nothing else. Bodies of events may name people, so the application
    may put them down and not read them.
    """
    op.execute("""
        CREATE TABLE payment_references (
          provider text NOT NULL,
          reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 255),
          subject_kind text NOT NULL CHECK (subject_kind IN ('payment', 'plan')),
          subject_id uuid NOT NULL,
          home_id uuid NOT NULL REFERENCES branches (id),
          PRIMARY KEY (provider, reference)
        )
    """)
    forbid_changes("payment_references")
    op.execute(f"GRANT SELECT, INSERT ON payment_references TO {app_role()}")
    op.execute("""
        CREATE TABLE payment_events (
          provider text NOT NULL,
          event_id text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 255),
          kind text NOT NULL,
          object_id text NOT NULL,
          happened_at timestamptz NOT NULL,
          received_at timestamptz NOT NULL DEFAULT now(),
          body bytea NOT NULL,
          PRIMARY KEY (provider, event_id)
        )
    """)
    forbid_changes("payment_events")
    op.execute(f"GRANT INSERT ON payment_events TO {app_role()}")
    op.execute(
        "GRANT SELECT (provider, event_id, kind, object_id, happened_at, received_at)"
        f" ON payment_events TO {app_role()}"
    )
    op.execute("""
        CREATE TABLE payment_watermarks (
          provider text PRIMARY KEY,
          read_until timestamptz NOT NULL
        )
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON payment_watermarks TO {app_role()}")


def create_rates() -> None:
    """What one unit of a currency is in đồng, as a person read it somewhere; the newest counts."""
    op.execute(f"""
        CREATE TABLE exchange_rates (
          currency {CURRENCY},
          set_at timestamptz NOT NULL DEFAULT now(),
          rate {RATE} NOT NULL,
          source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
          PRIMARY KEY (currency, set_at)
        )
    """)
    forbid_changes("exchange_rates")
    op.execute(f"GRANT SELECT, INSERT ON exchange_rates TO {app_role()}")


def create_plans() -> None:
    """Somebody who gives every month; the state is what the provider last said."""
    create_branch_table(
        "payment_plans",
        f"""
        id uuid NOT NULL,
        offer_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        amount {AMOUNT},
        cover_amount {COVER},
        currency {CURRENCY},
        total_minor {MINOR},
        rate {RATE},
        state text NOT NULL DEFAULT 'prepared' CHECK (state IN
          ('prepared', 'active', 'paused', 'failing', 'ended')),
        session_ref text,
        subscription_ref text,
        started_on date,
        made_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, offer_id),
        FOREIGN KEY (branch_id, offer_id) REFERENCES offers (branch_id, id),
        FOREIGN KEY (branch_id, fund_id) REFERENCES funds (branch_id, id),
        CHECK ((currency = 'VND') = (rate IS NULL))
        """,
        grants="SELECT, INSERT",
    )
    op.execute(
        "GRANT UPDATE (state, session_ref, subscription_ref, started_on, changed_at)"
        f" ON payment_plans TO {app_role()}"
    )


def create_payments() -> None:
    """One card payment. The row is there before the provider hears of it; the client made its id.

    amount is the gift, cover_amount what the giver adds for the fee, both in đồng; total_minor is
    what the card is charged, in the smallest unit of its currency; taken_minor how much of that has
    gone back. A payment of a plan is one month of it.
    """
    create_branch_table(
        "payments",
        f"""
        id uuid NOT NULL,
        offer_id uuid NOT NULL,
        plan_id uuid,
        fund_id uuid NOT NULL,
        amount {AMOUNT},
        cover_amount {COVER},
        currency {CURRENCY},
        total_minor {MINOR},
        rate {RATE},
        state text NOT NULL DEFAULT 'prepared' CHECK (state IN
          ('prepared', 'open', 'succeeded', 'abandoned')),
        session_ref text,
        intent_ref text,
        taken_minor bigint NOT NULL DEFAULT 0 CHECK (taken_minor >= 0),
        donation_id uuid,
        source text,
        problem text,
        made_at timestamptz NOT NULL DEFAULT now(),
        succeeded_at timestamptz,
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, donation_id),
        UNIQUE (branch_id, intent_ref),
        FOREIGN KEY (branch_id, offer_id) REFERENCES offers (branch_id, id),
        FOREIGN KEY (branch_id, plan_id) REFERENCES payment_plans (branch_id, id),
        FOREIGN KEY (branch_id, fund_id) REFERENCES funds (branch_id, id),
        FOREIGN KEY (branch_id, donation_id) REFERENCES donations (branch_id, id),
        CHECK ((currency = 'VND') = (rate IS NULL)),
        CHECK (currency <> 'VND' OR total_minor = amount + cover_amount),
        CHECK ((donation_id IS NULL) = (source IS NULL)),
        CHECK (state <> 'succeeded' OR succeeded_at IS NOT NULL)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(
        "GRANT UPDATE (state, session_ref, intent_ref, taken_minor, donation_id, source, problem,"
        f" succeeded_at) ON payments TO {app_role()}"
    )
    op.execute("CREATE INDEX payments_offer ON payments (branch_id, offer_id)")
    op.execute(
        "CREATE INDEX payments_waiting ON payments (made_at) WHERE state IN ('prepared', 'open')"
    )


def create_returns() -> None:
    """What goes back to the card: because we say so, or because the payer's bank took it."""
    create_branch_table(
        "refunds",
        """
        id uuid NOT NULL,
        payment_id uuid NOT NULL,
        minor bigint NOT NULL CHECK (minor > 0),
        reason text NOT NULL,
        state text NOT NULL CHECK (state IN ('requested', 'pending', 'succeeded', 'failed')),
        provider_ref text,
        made_at timestamptz NOT NULL DEFAULT now(),
        requested_by uuid NOT NULL DEFAULT current_actor(),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, provider_ref),
        FOREIGN KEY (branch_id, payment_id) REFERENCES payments (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (state, provider_ref) ON refunds TO {app_role()}")
    op.execute("CREATE INDEX refunds_payment ON refunds (branch_id, payment_id)")
    create_branch_table(
        "disputes",
        """
        id uuid NOT NULL,
        payment_id uuid NOT NULL,
        minor bigint NOT NULL CHECK (minor > 0),
        reason text NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'answered', 'won', 'lost')),
        provider_ref text NOT NULL,
        due_by timestamptz,
        opened_at timestamptz NOT NULL,
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, provider_ref),
        FOREIGN KEY (branch_id, payment_id) REFERENCES payments (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (state, due_by) ON disputes TO {app_role()}")
    op.execute("CREATE INDEX disputes_payment ON disputes (branch_id, payment_id)")


def create_clearing() -> None:
    """Each movement of the provider's balance, told once; and the payouts that emptied it.

    minor is in the card's currency, the settled_ columns in the currency of the balance; amount and
    fee are đồng, known when the line is booked. A line without an entry waits for its gift.
    """
    create_branch_table(
        "payouts",
        f"""
        id uuid NOT NULL,
        provider_ref text NOT NULL,
        currency {CURRENCY},
        settled_minor bigint NOT NULL,
        amount bigint NOT NULL,
        difference bigint NOT NULL,
        rate {RATE},
        arrives_on date NOT NULL,
        state text NOT NULL CHECK (state IN ('paid', 'failed')),
        entry_id uuid,
        made_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, provider_ref),
        FOREIGN KEY (branch_id, entry_id) REFERENCES journal_entries (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (state) ON payouts TO {app_role()}")
    create_branch_table(
        "clearing_lines",
        """
        id uuid NOT NULL,
        payment_id uuid NOT NULL,
        provider_ref text NOT NULL,
        kind text NOT NULL CHECK (kind IN
          ('charge', 'refund', 'refund_return', 'dispute', 'dispute_return')),
        minor bigint NOT NULL,
        settled_currency text NOT NULL CHECK (settled_currency ~ '^[A-Z]{3}$'),
        settled_gross bigint NOT NULL,
        settled_fee bigint NOT NULL,
        moved_at timestamptz NOT NULL,
        amount bigint,
        fee bigint,
        entry_id uuid,
        payout_id uuid,
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, provider_ref),
        FOREIGN KEY (branch_id, payment_id) REFERENCES payments (branch_id, id),
        FOREIGN KEY (branch_id, entry_id) REFERENCES journal_entries (branch_id, id),
        FOREIGN KEY (branch_id, payout_id) REFERENCES payouts (branch_id, id),
        CHECK ((amount IS NULL) = (fee IS NULL))
        """,
        grants="SELECT, INSERT",
    )
    op.execute(f"GRANT UPDATE (amount, fee, entry_id, payout_id) ON clearing_lines TO {app_role()}")
    op.execute("CREATE INDEX clearing_lines_payment ON clearing_lines (branch_id, payment_id)")
    op.execute("CREATE INDEX clearing_lines_payout ON clearing_lines (branch_id, payout_id)")


def create_evidence() -> None:
    """A gift that came in another currency: what was given, at which rate, and what the card cost."""
    create_branch_table(
        "donation_currencies",
        f"""
        donation_id uuid NOT NULL,
        currency {CURRENCY},
        minor bigint NOT NULL CHECK (minor > 0),
        rate {RATE} NOT NULL,
        fee_currency text NOT NULL CHECK (fee_currency ~ '^[A-Z]{{3}}$'),
        fee_minor bigint NOT NULL,
        PRIMARY KEY (branch_id, donation_id),
        FOREIGN KEY (branch_id, donation_id) REFERENCES donations (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    forbid_changes("donation_currencies")
    create_branch_table(
        "donation_returns",
        """
        id uuid NOT NULL,
        donation_id uuid NOT NULL,
        amount bigint NOT NULL CHECK (amount <> 0),
        left_amount bigint NOT NULL CHECK (left_amount >= 0),
        posted_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id, donation_id) REFERENCES donations (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(
        "CREATE INDEX donation_returns_donation ON donation_returns (branch_id, donation_id)"
    )
    forbid_changes("donation_returns")


def create_return_gift() -> None:
    """A gift whose whole money went back to its card: void receipt, reversal, papers; no entry.

    The movements of the card have their own entries; a mirror of the gift's would count them twice.
    """
    op.execute("""
        CREATE FUNCTION return_gift(reversal uuid, donation uuid, digest bytea, why text)
        RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE receipt uuid; bound text; added integer;
        BEGIN
          bound := set_config('app.returned_gift', donation::text, true);
          INSERT INTO donation_reversals (id, donation_id, request_digest, reason)
          VALUES (reversal, donation, digest, why) ON CONFLICT DO NOTHING;
          GET DIAGNOSTICS added = ROW_COUNT;
          bound := set_config('app.returned_gift', '', true);
          IF added = 0 THEN RETURN false; END IF;
          SELECT r.id INTO STRICT receipt FROM receipts r
          WHERE r.branch_id = current_branch() AND r.donation_id = donation;
          INSERT INTO receipt_voids (receipt_id, reason) VALUES (receipt, why);
          INSERT INTO audit_events (action, subject_id, reason)
          VALUES ('donations.returned', donation, why);
          INSERT INTO outbox (event, subject_id) VALUES ('receipts.voided', receipt);
          RETURN true;
        END $$
    """)


def create_refuse_card_reversal() -> None:
    """A gift by card is taken back by giving its money back, or the card and the book would differ."""
    op.execute("""
        CREATE FUNCTION refuse_card_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.donation_id IS DISTINCT FROM
               nullif(current_setting('app.returned_gift', true), '')::uuid
             AND EXISTS (SELECT FROM payments p WHERE p.branch_id = NEW.branch_id
                         AND p.donation_id = NEW.donation_id) THEN
            RAISE EXCEPTION 'Khoản này trả bằng thẻ qua mạng. Hãy hoàn tiền về thẻ, biên nhận sẽ tự huỷ.'
              USING ERRCODE = 'KH409';
          END IF;
          RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER refuse_card_reversal BEFORE INSERT ON donation_reversals
        FOR EACH ROW EXECUTE FUNCTION refuse_card_reversal()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_card_reversal ON donation_reversals")
    op.execute("DROP FUNCTION refuse_card_reversal()")
    op.execute("DROP FUNCTION return_gift(uuid, uuid, bytea, text)")
    op.execute(
        "DROP TABLE donation_returns, donation_currencies, clearing_lines, payouts, disputes,"
        " refunds, payments, payment_plans, exchange_rates, payment_watermarks, payment_events,"
        " payment_references"
    )
