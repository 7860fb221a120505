"""Donors, donations and receipts; record_donations writes a gift, or a list of them, as one."""

from alembic import op

from migrations.operations import app_role, create_branch_table, forbid_changes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

METHODS = "('cash', 'bank_transfer', 'card', 'in_kind')"
SOURCES = """('household', 'individual', 'enterprise', 'agency', 'school', 'clan', 'overseas',
              'religious', 'piggy_bank', 'interest', 'membership_due', 'upper_level', 'other')"""


def upgrade() -> None:
    create_donors()
    create_donations()
    create_receipts()
    create_papers()
    create_issue_receipts()
    create_refuse_unfit_gifts()
    create_record_donations()
    create_reverse_donation()
    create_verify_receipt()


def create_donors() -> None:
    """All personal data of givers, per branch. identity: digest of name and contact, when there is one."""
    create_branch_table(
        "donors",
        """
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN
          ('person', 'household', 'organisation', 'clan', 'anonymous')),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        search_key text NOT NULL,
        sort_key text COLLATE "C" NOT NULL,
        phone text,
        email text,
        address text,
        identity bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute(
        f"GRANT UPDATE (name, search_key, sort_key, phone, email, address) ON donors TO {app_role()}"
    )
    op.execute("CREATE UNIQUE INDEX donors_identity ON donors (branch_id, identity)")
    op.execute("CREATE INDEX donors_sorted ON donors (branch_id, sort_key, id)")


def create_donations() -> None:
    """Gifts and their reversals, both append-only. The client made the id; request_digest guards it."""
    create_branch_table(
        "donations",
        f"""
        id uuid NOT NULL,
        request_digest bytea NOT NULL,
        donor_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        drive_id uuid,
        amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
        method text NOT NULL CHECK (method IN {METHODS}),
        source text NOT NULL CHECK (source IN {SOURCES}),
        received_on date NOT NULL,
        posted_at timestamptz NOT NULL DEFAULT now(),
        is_anonymous boolean NOT NULL,
        note text,
        recorded_by uuid NOT NULL DEFAULT current_actor(),
        PRIMARY KEY (branch_id, id),
        FOREIGN KEY (branch_id, donor_id) REFERENCES donors (branch_id, id),
        FOREIGN KEY (branch_id, fund_id) REFERENCES funds (branch_id, id),
        FOREIGN KEY (branch_id, drive_id) REFERENCES drives (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    op.execute("CREATE INDEX donations_received ON donations (branch_id, received_on, id)")
    op.execute("CREATE INDEX donations_posted ON donations (branch_id, posted_at, id)")
    op.execute("CREATE INDEX donations_donor ON donations (branch_id, donor_id)")
    forbid_changes("donations")
    create_branch_table(
        "donation_reversals",
        """
        id uuid NOT NULL,
        donation_id uuid NOT NULL,
        request_digest bytea NOT NULL,
        reason text NOT NULL,
        posted_at timestamptz NOT NULL DEFAULT now(),
        reversed_by uuid NOT NULL DEFAULT current_actor(),
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, donation_id),
        FOREIGN KEY (branch_id, donation_id) REFERENCES donations (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    forbid_changes("donation_reversals")


def create_receipts() -> None:
    """Gapless series (D13), and the snapshot that is printed."""
    create_branch_table(
        "receipt_series",
        """
        fiscal_year smallint NOT NULL,
        kind text NOT NULL,
        book text NOT NULL,
        last_number integer NOT NULL CHECK (last_number > 0),
        PRIMARY KEY (branch_id, fiscal_year, kind, book)
        """,
        grants="SELECT",
    )
    op.execute("ALTER TABLE receipt_series SET (fillfactor = 20)")
    create_branch_table(
        "receipts",
        """
        id uuid NOT NULL,
        donation_id uuid NOT NULL,
        fiscal_year smallint NOT NULL,
        kind text NOT NULL,
        book text NOT NULL,
        number integer NOT NULL,
        issued_at timestamptz NOT NULL DEFAULT now(),
        verify_code text NOT NULL,
        snapshot jsonb NOT NULL,
        PRIMARY KEY (branch_id, id),
        UNIQUE (branch_id, donation_id),
        UNIQUE (branch_id, fiscal_year, kind, book, number),
        FOREIGN KEY (branch_id, donation_id) REFERENCES donations (branch_id, id)
        """,
        grants="SELECT",
    )
    op.execute("CREATE INDEX receipts_verify_code ON receipts (verify_code)")
    forbid_changes("receipts")


def create_papers() -> None:
    """Voids that keep the number, and the papers that were printed."""
    create_branch_table(
        "receipt_voids",
        """
        receipt_id uuid NOT NULL,
        reason text NOT NULL,
        voided_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, receipt_id),
        FOREIGN KEY (branch_id, receipt_id) REFERENCES receipts (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    forbid_changes("receipt_voids")
    create_branch_table(
        "receipt_documents",
        """
        receipt_id uuid NOT NULL,
        rendition text NOT NULL CHECK (rendition IN ('original', 'copy', 'void')),
        digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
        size integer NOT NULL CHECK (size > 0),
        rendered_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch_id, receipt_id, rendition),
        FOREIGN KEY (branch_id, receipt_id) REFERENCES receipts (branch_id, id)
        """,
        grants="SELECT, INSERT",
    )
    forbid_changes("receipt_documents")
    # By possession: whoever holds the paper may ask whether it is real, and no more (verify_receipt).
    for table in ("receipts", "receipt_voids"):
        column = "verify_code" if table == "receipts" else "receipt_id"
        asked = {
            "receipts": "(SELECT nullif(current_setting('app.verify_code', true), ''))",
            "receipt_voids": "(SELECT nullif(current_setting('app.verified_receipt', true), '')::uuid)",
        }[table]
        op.execute(f"CREATE POLICY by_possession ON {table} FOR SELECT USING ({column} = {asked})")


def create_issue_receipts() -> None:
    """Numbers are drawn as one block by the last lock of the transaction; a rollback returns them."""
    op.execute("""
        CREATE FUNCTION receipt_letterhead() RETURNS jsonb LANGUAGE sql STABLE AS $$
          SELECT jsonb_build_object('branch_name', t.name, 'place', t.short_name,
                   'branch_address', b.address, 'upper_name', u.name,
                   'recorded_by', (SELECT name FROM users WHERE id = current_actor()))
          FROM branches b
          -- The newest term that has begun: a closed branch still enters what it took while it lived.
          JOIN LATERAL (SELECT * FROM branch_history h WHERE h.subject_id = b.id
            ORDER BY h.valid_from <= local_day(now()) DESC, h.valid_from DESC LIMIT 1) t ON true
          LEFT JOIN LATERAL (SELECT name FROM branch_history h WHERE h.subject_id = t.parent_id
            ORDER BY h.valid_from <= local_day(now()) DESC, h.valid_from DESC LIMIT 1) u ON true
          WHERE b.id = current_branch()
        $$
    """)
    op.execute("""
        CREATE FUNCTION issue_receipts(drafts jsonb) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          letterhead jsonb := receipt_letterhead();
          wanted integer := jsonb_array_length(drafts);
          year smallint := extract(year FROM local_day(now()));
          last integer;
        BEGIN
          INSERT INTO receipt_series AS s (fiscal_year, kind, book, last_number)
          VALUES (year, 'BN', 'A', wanted)
          ON CONFLICT (branch_id, fiscal_year, kind, book)
          DO UPDATE SET last_number = s.last_number + excluded.last_number
          RETURNING last_number INTO last;
          INSERT INTO receipts (id, donation_id, fiscal_year, kind, book, number, verify_code, snapshot)
          SELECT (d.draft ->> 'id')::uuid, (d.draft ->> 'donation_id')::uuid, year, 'BN', 'A',
                 last - wanted + d.place, d.draft ->> 'verify_code',
                 (d.draft -> 'snapshot') || letterhead || jsonb_build_object('fund_name', f.name)
          FROM jsonb_array_elements(drafts) WITH ORDINALITY AS d(draft, place)
          JOIN funds f ON f.id = (d.draft ->> 'fund_id')::uuid;
        END $$
    """)


def create_refuse_unfit_gifts() -> None:
    """Fund, drive and money date must fit the branch; the sentence says what to do."""
    op.execute("""
        CREATE FUNCTION refuse_unfit_gifts(gifts jsonb) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE home branches; gift record;
        BEGIN
          SELECT * INTO home FROM branches WHERE id = current_branch();
          FOR gift IN SELECT DISTINCT g.fund_id, g.drive_id, g.received_on
            FROM jsonb_to_recordset(gifts) AS g(fund_id uuid, drive_id uuid, received_on date)
          LOOP
            IF NOT EXISTS (SELECT FROM funds f WHERE f.branch_id = home.id AND f.id = gift.fund_id
                           AND (f.closed_on IS NULL OR gift.received_on < f.closed_on)) THEN
              RAISE EXCEPTION 'Không tìm thấy quỹ này. Hãy chọn một quỹ đang mở của đơn vị.'
                USING ERRCODE = 'KH422', COLUMN = 'fund_id';
            ELSIF gift.drive_id IS NOT NULL AND NOT EXISTS (SELECT FROM drives d
                WHERE d.branch_id = home.id AND d.id = gift.drive_id) THEN
              RAISE EXCEPTION 'Không tìm thấy đợt vận động này. Hãy chọn một đợt của đơn vị hoặc để trống.'
                USING ERRCODE = 'KH422', COLUMN = 'drive_id';
            ELSIF gift.received_on > local_day(now()) THEN
              RAISE EXCEPTION 'Ngày nhận không thể ở sau hôm nay. Nhập ngày đã thật sự nhận tiền.'
                USING ERRCODE = 'KH422', COLUMN = 'received_on';
            ELSIF gift.received_on < home.opened_on THEN
              RAISE EXCEPTION 'Ngày nhận ở trước ngày đơn vị được thành lập. Kiểm tra lại ngày nhận.'
                USING ERRCODE = 'KH422', COLUMN = 'received_on';
            ELSIF gift.received_on >= home.closed_on THEN
              RAISE EXCEPTION 'Đơn vị đã ngừng hoạt động vào ngày này nên không ghi thêm được.'
                USING ERRCODE = 'KH422', COLUMN = 'received_on';
            END IF;
          END LOOP;
        END $$
    """)


def create_record_donations() -> None:
    """All gifts of the array or none. A repeated id changes nothing; the caller compares the digests."""
    op.execute("""
        CREATE FUNCTION record_donations(gifts jsonb)
        RETURNS TABLE (id uuid, request_digest bytea, is_new boolean, posted_at timestamptz,
                       receipt_id uuid, kind text, fiscal_year smallint, book text, number integer,
                       verify_code text)
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
          ids uuid[] := ARRAY(SELECT (g ->> 'id')::uuid FROM jsonb_array_elements(gifts) AS g);
          added integer;
        BEGIN
          -- A repeated request is answered as the first was, even if its fund was closed since.
          IF (SELECT count(*) FROM donations
              WHERE branch_id = current_branch() AND id = ANY (ids)) < cardinality(ids) THEN
            PERFORM refuse_unfit_gifts(gifts);
          END IF;
          INSERT INTO donors (id, kind, name, search_key, sort_key, phone, email, address, identity)
          SELECT d.id, d.kind, d.name, d.search_key, d.sort_key, d.phone, d.email, d.address,
                 decode(d.identity, 'hex')
          FROM jsonb_to_recordset(gifts) AS g(donor jsonb)
          CROSS JOIN LATERAL jsonb_to_record(g.donor)
            AS d(id uuid, kind text, name text, search_key text, sort_key text,
                 phone text, email text, address text, identity text)
          WHERE g.donor IS NOT NULL
          ON CONFLICT DO NOTHING;
          INSERT INTO donations (id, request_digest, donor_id, fund_id, drive_id, amount, method, source,
                                 received_on, is_anonymous, note)
          SELECT g.id, decode(g.digest, 'hex'),
                 CASE WHEN g.donor ->> 'identity' IS NULL THEN g.donor_id ELSE
                   (SELECT d.id FROM donors d WHERE d.identity = decode(g.donor ->> 'identity', 'hex')) END,
                 g.fund_id, g.drive_id, g.amount, g.method, g.source, g.received_on, g.is_anonymous, g.note
          FROM jsonb_to_recordset(gifts)
            AS g(id uuid, digest text, donor jsonb, donor_id uuid, fund_id uuid, drive_id uuid,
                 amount bigint, method text, source text, received_on date, is_anonymous boolean, note text)
          ON CONFLICT (branch_id, id) DO NOTHING;
          GET DIAGNOSTICS added = ROW_COUNT;
          IF added = cardinality(ids) THEN
            PERFORM post_entries(jsonb_path_query_array(gifts, '$[*].entry'));
            INSERT INTO audit_events (action, subject_id) SELECT 'donations.recorded', unnest(ids);
            INSERT INTO outbox (event, subject_id)
            SELECT 'receipts.issued', (g #>> '{receipt,id}')::uuid FROM jsonb_array_elements(gifts) AS g;
            PERFORM issue_receipts(jsonb_path_query_array(gifts, '$[*].receipt'));
          ELSIF added > 0 THEN
            RAISE EXCEPTION 'Một phần danh sách đã được ghi từ trước với nội dung khác.'
              USING ERRCODE = 'KH409';
          END IF;
          RETURN QUERY
            SELECT d.id, d.request_digest, added > 0, d.posted_at,
                   r.id, r.kind, r.fiscal_year, r.book, r.number, r.verify_code
            FROM donations d JOIN receipts r ON r.branch_id = d.branch_id AND r.donation_id = d.id
            WHERE d.branch_id = current_branch() AND d.id = ANY (ids);
        END $$
    """)


def create_reverse_donation() -> None:
    """The mirror entry, the void that keeps its number, and the papers that must follow."""
    op.execute("""
        CREATE FUNCTION reverse_donation(reversal uuid, donation uuid, digest bytea, why text)
        RETURNS TABLE (donation_id uuid, request_digest bytea, is_new boolean) LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE gift donations; entry uuid; receipt uuid; added integer;
        BEGIN
          SELECT * INTO gift FROM donations WHERE id = donation;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'Không tìm thấy khoản ủng hộ này.' USING ERRCODE = 'KH404';
          END IF;
          -- One reversal of a fund at a time, so that two cannot both see the same money.
          PERFORM FROM funds WHERE id = gift.fund_id FOR NO KEY UPDATE;
          INSERT INTO donation_reversals (id, donation_id, request_digest, reason)
          VALUES (reversal, donation, digest, why) ON CONFLICT DO NOTHING;
          GET DIAGNOSTICS added = ROW_COUNT;
          IF added = 0 THEN
            RETURN QUERY SELECT r.donation_id, r.request_digest, false
              FROM donation_reversals r WHERE r.id = reversal;
            IF NOT FOUND THEN
              RAISE EXCEPTION 'Khoản ủng hộ này đã được huỷ trước đó.' USING ERRCODE = 'KH409';
            END IF;
            RETURN;
          END IF;
          IF gift.method <> 'in_kind' AND (SELECT s.available < gift.amount FROM fund_standings s
                                           WHERE s.fund_id = gift.fund_id) THEN
            RAISE EXCEPTION 'Quỹ không còn đủ tiền để huỷ khoản này: số còn dùng được nhỏ hơn số tiền cần huỷ.'
              USING ERRCODE = 'KH402';
          END IF;
          SELECT e.id INTO entry FROM journal_entries e
          WHERE e.source_kind = 'donation' AND e.source_id = donation;
          PERFORM reverse_entry(entry, gen_random_uuid(), reversal);
          SELECT r.id INTO receipt FROM receipts r WHERE r.donation_id = donation;
          INSERT INTO receipt_voids (receipt_id, reason) VALUES (receipt, why);
          INSERT INTO audit_events (action, subject_id, reason)
          VALUES ('donations.reversed', donation, why);
          INSERT INTO outbox (event, subject_id) VALUES ('receipts.voided', receipt);
          RETURN QUERY SELECT donation, digest, true;
        END $$
    """)


def create_verify_receipt() -> None:
    """What a stranger with the code may know: number, date, amount, branch and state; never the donor."""
    op.execute("""
        CREATE FUNCTION verify_receipt(code text)
        RETURNS TABLE (branch uuid, fiscal_year smallint, kind text, book text, number integer,
                       issued_at timestamptz, amount bigint, received_on date, is_in_kind boolean,
                       voided_at timestamptz)
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE found_id uuid;
        BEGIN
          PERFORM set_config('app.verify_code', code, true);
          SELECT r.id INTO found_id FROM receipts r WHERE r.verify_code = code;
          PERFORM set_config('app.verified_receipt', coalesce(found_id::text, ''), true);
          RETURN QUERY
            SELECT r.branch_id, r.fiscal_year, r.kind, r.book, r.number, r.issued_at,
                   (r.snapshot ->> 'amount')::bigint, (r.snapshot ->> 'received_on')::date,
                   (r.snapshot ->> 'is_in_kind')::boolean, v.voided_at
            FROM receipts r LEFT JOIN receipt_voids v ON v.receipt_id = r.id
            WHERE r.verify_code = code;
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION verify_receipt(text)")
    op.execute("DROP FUNCTION reverse_donation(uuid, uuid, bytea, text)")
    op.execute("DROP FUNCTION record_donations(jsonb)")
    op.execute("DROP FUNCTION refuse_unfit_gifts(jsonb)")
    op.execute("DROP FUNCTION issue_receipts(jsonb)")
    op.execute("DROP FUNCTION receipt_letterhead()")
    op.execute("DROP TABLE receipt_documents, receipt_voids, receipts, receipt_series")
    op.execute("DROP TABLE donation_reversals, donations, donors")
