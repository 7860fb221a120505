"""A gift in fewer statements, and for software in one round trip (performance.md §1).

Starting and ending a statement is most of what a gift costs the database, so what can be asked
together is. Verbs, refusals and rows stay what they were; a drive must now fit its fund and its days.
"""

from importlib import import_module

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


# An index that holds the key at its end looks as good as the key itself to the planner, which then
# reads a branch's whole index to find one row: its cost grew with every gift.
INDEXES = {
    "donors_sorted": ("donors", "branch_id, sort_key"),
    "donations_received": ("donations", "branch_id, received_on"),
    "donations_posted": ("donations", "branch_id, posted_at"),
}


def upgrade() -> None:
    replace_indexes("")
    replace_post_entries()
    replace_check_postings()
    replace_receipt_letterhead()
    replace_issue_receipts()
    replace_reverse_entry()
    replace_refuse_unfit_gifts()
    replace_record_donations()
    create_enter_with_token()
    create_record_donations_with_token()


def replace_indexes(ending: str) -> None:
    """Sort within a branch; the few rows of one day or name are sorted when they are read."""
    for name, (table, columns) in INDEXES.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON {table} ({columns}{ending})")


def replace_post_entries() -> None:
    """The only way into the book: entries and their postings by one statement."""
    op.execute("""
        CREATE OR REPLACE FUNCTION post_entries(entries jsonb) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
          WITH entry AS (
            INSERT INTO journal_entries (id, dated_on, source_kind, source_id)
            SELECT e.id, e.dated_on, e.source_kind, e.source_id
            FROM jsonb_to_recordset(entries)
              AS e(id uuid, dated_on date, source_kind text, source_id uuid)
          )
          INSERT INTO postings
            (entry_id, line, dated_on, account_code, side, amount, fund_id, restriction, source)
          SELECT e.id, p.line, e.dated_on,
                 p.account, p.side, p.amount, p.fund_id, f.restriction, p.source
          FROM jsonb_to_recordset(entries) AS e(id uuid, dated_on date, postings jsonb)
          -- An entry without postings asks for one without a line, which the table refuses.
          LEFT JOIN LATERAL ROWS FROM (jsonb_to_recordset(e.postings)
            AS (account text, side text, amount bigint, fund_id uuid, source text))
            WITH ORDINALITY AS p(account, side, amount, fund_id, source, line) ON true
          -- Named, so that the key is used: the relay's policy hides it from the planner.
          LEFT JOIN funds f ON f.branch_id = current_branch() AND f.id = p.fund_id;
        END $$
    """)


def replace_check_postings() -> None:
    """One statement posts whole entries; anything unbalanced, late or in a closed period is refused."""
    op.execute("""
        CREATE OR REPLACE FUNCTION check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE wrong uuid;
        BEGIN
          -- Closing a period takes the same lock exclusively, so no line slips in while it closes:
          -- it is held before the statement below looks at the periods.
          SELECT n.entry_id INTO wrong
          FROM new_lines n CROSS JOIN LATERAL (
            SELECT pg_advisory_xact_lock_shared(hashtext('periods'), hashtext(n.branch_id::text))) held
          GROUP BY n.branch_id, n.entry_id
          HAVING sum(n.signed_amount) <> 0 OR count(*) < 2
              OR count(*) <> (SELECT count(*) FROM postings p
                              WHERE p.branch_id = n.branch_id AND p.entry_id = n.entry_id)
          LIMIT 1;
          IF FOUND THEN
            RAISE EXCEPTION 'entry % does not balance, or got a line after it was posted', wrong
              USING ERRCODE = 'KH999';
          END IF;
          IF EXISTS (SELECT FROM periods p JOIN new_lines n ON n.branch_id = p.branch_id
                     WHERE p.state = 'closed' AND n.dated_on BETWEEN p.first_day AND p.last_day) THEN
            RAISE EXCEPTION 'Kỳ kế toán của ngày này đã khoá sổ. Hãy ghi vào một ngày thuộc kỳ đang mở.'
              USING ERRCODE = 'KH423', COLUMN = 'received_on';
          END IF;
          RETURN NULL;
        END $$
    """)


def replace_receipt_letterhead() -> None:
    """What every receipt of the branch says of it today, in small questions, which cost less."""
    op.execute("""
        CREATE OR REPLACE FUNCTION receipt_letterhead() RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
        DECLARE
          today date := local_day(now());
          term branch_history;
          home_address text; upper_name text; clerk text;
        BEGIN
          -- The newest term that has begun: a closed branch still enters what it took while it lived.
          SELECT * INTO term FROM branch_history
          WHERE subject_id = current_branch() AND valid_from <= today
          ORDER BY valid_from DESC LIMIT 1;
          SELECT name INTO upper_name FROM branch_history
          WHERE subject_id = term.parent_id AND valid_from <= today
          ORDER BY valid_from DESC LIMIT 1;
          SELECT address INTO home_address FROM branches WHERE id = current_branch();
          SELECT name INTO clerk FROM users WHERE id = current_actor();
          RETURN jsonb_build_object('branch_name', term.name, 'place', term.short_name,
            'branch_address', home_address, 'upper_name', upper_name, 'recorded_by', clerk);
        END $$
    """)


def replace_issue_receipts() -> None:
    """Draw one block of numbers, issue, and leave the fact to the relay, by one statement."""
    op.execute("""
        CREATE OR REPLACE FUNCTION issue_receipts(drafts jsonb) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          letterhead jsonb := receipt_letterhead();
          wanted integer := jsonb_array_length(drafts);
          year smallint := extract(year FROM local_day(now()));
        BEGIN
          WITH series AS (
            INSERT INTO receipt_series AS s (fiscal_year, kind, book, last_number)
            VALUES (year, 'BN', 'A', wanted)
            ON CONFLICT (branch_id, fiscal_year, kind, book)
            DO UPDATE SET last_number = s.last_number + excluded.last_number
            RETURNING last_number
          ), issued AS (
            INSERT INTO receipts
              (id, donation_id, fiscal_year, kind, book, number, verify_code, snapshot)
            SELECT d.id, d.donation_id, year, 'BN', 'A', s.last_number - wanted + d.place,
                   d.verify_code,
                   d.snapshot || letterhead || jsonb_build_object('fund_name', f.name)
            FROM series s CROSS JOIN ROWS FROM (jsonb_to_recordset(drafts)
              AS (id uuid, donation_id uuid, fund_id uuid, verify_code text, snapshot jsonb))
              WITH ORDINALITY AS d(id, donation_id, fund_id, verify_code, snapshot, place)
            LEFT JOIN funds f ON f.branch_id = current_branch() AND f.id = d.fund_id
            RETURNING id
          )
          INSERT INTO outbox (event, subject_id) SELECT 'receipts.issued', id FROM issued;
        END $$
    """)


def replace_reverse_entry() -> None:
    """A correction is the mirror of what it corrects, once only, dated today.

    Of a branch that has ended it is dated on the last day: until then it belonged to those above it.
    """
    op.execute("""
        CREATE OR REPLACE FUNCTION reverse_entry(entry uuid, reversal uuid, reversal_source uuid)
        RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE day date;
        BEGIN
          SELECT least(local_day(now()), closed_on - 1) INTO STRICT day
          FROM branches WHERE id = current_branch();
          INSERT INTO journal_entries (id, dated_on, source_kind, source_id, reverses_id)
          SELECT reversal, day, source_kind || '.reversal', reversal_source, id
          FROM journal_entries WHERE id = entry AND reverses_id IS NULL;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'entry % is absent or is itself a reversal', entry USING ERRCODE = 'KH999';
          END IF;
          INSERT INTO postings
            (entry_id, line, dated_on, account_code, side, amount, fund_id, restriction, source)
          SELECT reversal, line, day, account_code,
                 CASE side WHEN 'debit' THEN 'credit' ELSE 'debit' END,
                 amount, fund_id, restriction, source
          FROM postings WHERE entry_id = entry;
        EXCEPTION WHEN SQLSTATE 'KH423' THEN
          RAISE EXCEPTION 'Kỳ kế toán của ngày huỷ đã khoá sổ. Hãy nhờ người phụ trách mở lại kỳ, rồi huỷ.'
            USING ERRCODE = 'KH423';
        END $$
    """)


def replace_refuse_unfit_gifts() -> None:
    """Fund, drive and money date must fit the branch and each other; the sentence says what to do."""
    op.execute("""
        CREATE OR REPLACE FUNCTION refuse_unfit_gifts(gifts jsonb) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE unfit record;
        BEGIN
          SELECT rule.field, rule.message INTO unfit
          FROM jsonb_to_recordset(gifts) AS g(fund_id uuid, drive_id uuid, received_on date)
          JOIN branches home ON home.id = current_branch()
          LEFT JOIN funds f ON f.branch_id = current_branch() AND f.id = g.fund_id
          LEFT JOIN drives d ON d.branch_id = current_branch() AND d.id = g.drive_id
          CROSS JOIN LATERAL (VALUES
            (1, f.id IS NULL OR g.received_on >= f.closed_on, 'fund_id',
             'Không tìm thấy quỹ này. Hãy chọn một quỹ đang mở của đơn vị.'),
            (2, g.drive_id IS NOT NULL AND d.id IS NULL, 'drive_id',
             'Không tìm thấy đợt vận động này. Hãy chọn một đợt của đơn vị hoặc để trống.'),
            (3, d.fund_id <> g.fund_id, 'drive_id',
             'Đợt vận động này là của một quỹ khác. Hãy chọn đúng quỹ của đợt, hoặc để trống đợt.'),
            (4, g.received_on > local_day(now()), 'received_on',
             'Ngày nhận không thể ở sau hôm nay. Nhập ngày đã thật sự nhận tiền.'),
            (5, g.received_on < home.opened_on, 'received_on',
             'Ngày nhận ở trước ngày đơn vị được thành lập. Kiểm tra lại ngày nhận.'),
            (6, g.received_on >= home.closed_on, 'received_on',
             'Đơn vị đã ngừng hoạt động vào ngày này nên không ghi thêm được.'),
            (7, g.received_on < d.starts_on OR g.received_on > d.ends_on, 'received_on',
             'Ngày nhận nằm ngoài thời gian của đợt vận động. Kiểm tra ngày nhận, hoặc để trống đợt.')
          ) AS rule(place, is_broken, field, message)
          WHERE rule.is_broken ORDER BY rule.place LIMIT 1;
          -- A repeated request is answered as the first was, even if its fund was closed since.
          IF FOUND AND EXISTS (SELECT FROM jsonb_to_recordset(gifts) AS g(id uuid)
                               WHERE NOT EXISTS (SELECT FROM donations n WHERE n.id = g.id)) THEN
            RAISE EXCEPTION '%', unfit.message USING ERRCODE = 'KH422', COLUMN = unfit.field;
          END IF;
        END $$
    """)


def replace_record_donations() -> None:
    """All gifts of the array or none. A repeated id changes nothing; the caller compares the digests."""
    op.execute("""
        CREATE OR REPLACE FUNCTION record_donations(gifts jsonb)
        RETURNS TABLE (id uuid, request_digest bytea, is_new boolean, posted_at timestamptz,
                       receipt_id uuid, kind text, fiscal_year smallint, book text, number integer,
                       verify_code text)
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
          ids uuid[] := ARRAY(SELECT (g ->> 'id')::uuid FROM jsonb_array_elements(gifts) AS g);
          added integer;
        BEGIN
          PERFORM refuse_unfit_gifts(gifts);
          INSERT INTO donors (id, kind, name, search_key, sort_key, phone, email, address, identity)
          SELECT d.id, d.kind, d.name, d.search_key, d.sort_key, d.phone, d.email, d.address,
                 decode(d.identity, 'hex')
          FROM jsonb_to_recordset(gifts) AS g(donor jsonb)
          CROSS JOIN LATERAL jsonb_to_record(g.donor)
            AS d(id uuid, kind text, name text, search_key text, sort_key text,
                 phone text, email text, address text, identity text)
          WHERE g.donor IS NOT NULL
          ON CONFLICT DO NOTHING;
          WITH recorded AS (
            INSERT INTO donations (id, request_digest, donor_id, fund_id, drive_id, amount, method,
                                   source, received_on, is_anonymous, note)
            SELECT g.id, decode(g.digest, 'hex'),
                   -- None is found when this id met a giver before: then the digests differ too.
                   coalesce((SELECT d.id FROM donors d
                             WHERE d.identity = decode(g.donor ->> 'identity', 'hex')), g.donor_id),
                   g.fund_id, g.drive_id, g.amount, g.method, g.source, g.received_on,
                   g.is_anonymous, g.note
            FROM jsonb_to_recordset(gifts)
              AS g(id uuid, digest text, donor jsonb, donor_id uuid, fund_id uuid, drive_id uuid,
                   amount bigint, method text, source text, received_on date, is_anonymous boolean,
                   note text)
            ON CONFLICT (branch_id, id) DO NOTHING RETURNING id
          )
          INSERT INTO audit_events (action, subject_id) SELECT 'donations.recorded', id FROM recorded;
          GET DIAGNOSTICS added = ROW_COUNT;
          IF added = cardinality(ids) THEN
            PERFORM post_entries(jsonb_path_query_array(gifts, '$[*].entry'));
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


def create_enter_with_token() -> None:
    """Bind the token's branch and person when its role is a permitted one; refuse otherwise."""
    op.execute("""
        CREATE FUNCTION enter_with_token(token_digest bytea, permitted text[]) RETURNS void
        LANGUAGE plpgsql AS $$
        DECLARE entrance record := act_with_token(token_digest);
        BEGIN
          IF entrance.branch IS NULL OR entrance.roles IS NULL THEN
            RAISE EXCEPTION 'Mã truy cập không có hoặc không còn hiệu lực.' USING ERRCODE = 'KH401';
          ELSIF NOT entrance.roles && permitted THEN
            RAISE EXCEPTION 'Vai trò của bạn ở đơn vị này không được làm việc đó.' USING ERRCODE = 'KH403';
          END IF;
        END $$
    """)


def create_record_donations_with_token() -> None:
    """The hot path: enter, record and commit in one statement."""
    op.execute("""
        CREATE FUNCTION record_donations_with_token(token_digest bytea, permitted text[], gifts jsonb)
        RETURNS TABLE (id uuid, request_digest bytea, is_new boolean, posted_at timestamptz,
                       receipt_id uuid, kind text, fiscal_year smallint, book text, number integer,
                       verify_code text)
        LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM enter_with_token(token_digest, permitted);
          RETURN QUERY SELECT * FROM record_donations(gifts);
        END $$
    """)


def downgrade() -> None:
    replace_indexes(", id")
    op.execute("DROP FUNCTION record_donations_with_token(bytea, text[], jsonb)")
    op.execute("DROP FUNCTION enter_with_token(bytea, text[])")
    op.execute("DROP FUNCTION record_donations(jsonb)")
    op.execute("DROP FUNCTION refuse_unfit_gifts(jsonb)")
    op.execute("DROP FUNCTION issue_receipts(jsonb)")
    op.execute("DROP FUNCTION receipt_letterhead()")
    op.execute("DROP FUNCTION reverse_entry(uuid, uuid, uuid)")
    op.execute("DROP FUNCTION post_entries(jsonb)")
    donations = import_module("migrations.versions.0007_donations")
    donations.create_issue_receipts()
    donations.create_refuse_unfit_gifts()
    donations.create_record_donations()
    ledger = import_module("migrations.versions.0005_ledger")
    ledger.create_post_entries()
    ledger.create_reverse_entry()
    op.execute("DROP TRIGGER a_check_postings ON postings")
    op.execute("DROP FUNCTION check_postings()")
    ledger.create_balance_trigger()
