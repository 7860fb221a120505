"""A gift in still fewer statements (performance.md §1, §6).

In PL/pgSQL a call that is assigned is evaluated at once; one that is performed is a statement of its
own, with a plan to look up and an executor to start. What a gift asks is asked by as few as can be.
Refusals and rows stay what they were.
"""

from importlib import import_module

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    replace_act_with_token()
    replace_enter_with_token()
    replace_refuse_unfit_gifts()
    replace_check_postings()
    replace_post_entries()
    replace_receipt_letterhead()
    replace_issue_receipts()
    create_refuse_other_content()
    create_meet_donors()
    replace_record_donations()
    replace_record_donations_with_token()


def replace_act_with_token() -> None:
    """Bind the transaction to the branch and person of a token that holds; hand over its roles."""
    op.execute("""
        CREATE OR REPLACE FUNCTION act_with_token(token_digest bytea,
                                                  OUT branch uuid, OUT roles text[], OUT person uuid)
        LANGUAGE plpgsql AS $$
        DECLARE
          bound text := set_config('app.token_digest', encode(token_digest, 'hex'), true);
          granted_role text;
        BEGIN
          SELECT t.branch_id, t.role, t.user_id INTO branch, granted_role, person
          FROM api_tokens t
          WHERE t.digest = token_digest AND t.revoked_at IS NULL;
          IF branch IS NULL THEN RETURN; END IF;
          bound := set_config('app.actor_id', person::text, true);
          bound := set_config('app.branch_id', branch::text, true);
          SELECT array_agg(m.role) INTO roles
          FROM memberships m JOIN users u ON u.id = m.user_id AND u.is_active
          WHERE m.branch_id = branch AND m.user_id = person AND m.role = granted_role
            AND m.valid_from <= now() AND coalesce(m.valid_to, 'infinity') > now();
        END $$
    """)


def replace_enter_with_token() -> None:
    """Bind the token's branch and person when its role is a permitted one; refuse otherwise."""
    op.execute("DROP FUNCTION enter_with_token(bytea, text[])")
    op.execute("""
        CREATE FUNCTION enter_with_token(token_digest bytea, permitted text[]) RETURNS uuid
        LANGUAGE plpgsql AS $$
        DECLARE entrance record := act_with_token(token_digest);
        BEGIN
          IF entrance.branch IS NULL OR entrance.roles IS NULL THEN
            RAISE EXCEPTION 'Mã truy cập không có hoặc không còn hiệu lực.' USING ERRCODE = 'KH401';
          ELSIF NOT entrance.roles && permitted THEN
            RAISE EXCEPTION 'Vai trò của bạn ở đơn vị này không được làm việc đó.' USING ERRCODE = 'KH403';
          END IF;
          RETURN entrance.branch;
        END $$
    """)


def replace_refuse_unfit_gifts() -> None:
    """Fund, drive and money date must fit the branch and each other; the sentence says what to do."""
    op.execute("DROP FUNCTION refuse_unfit_gifts(jsonb)")
    op.execute("""
        CREATE FUNCTION broken_rule(gifts jsonb) RETURNS integer LANGUAGE plpgsql STABLE AS $$
        DECLARE broken integer;
        BEGIN
          SELECT min(CASE
            WHEN f.id IS NULL OR g.received_on >= f.closed_on THEN 1
            WHEN g.drive_id IS NOT NULL AND d.id IS NULL THEN 2
            WHEN d.fund_id <> g.fund_id THEN 3
            WHEN g.received_on > local_day(now()) THEN 4
            WHEN g.received_on < home.opened_on THEN 5
            WHEN g.received_on >= home.closed_on THEN 6
            WHEN g.received_on < d.starts_on OR g.received_on > d.ends_on THEN 7 END) INTO broken
          FROM jsonb_to_recordset(gifts) AS g(fund_id uuid, drive_id uuid, received_on date)
          JOIN branches home ON home.id = current_branch()
          LEFT JOIN funds f ON f.branch_id = current_branch() AND f.id = g.fund_id
          LEFT JOIN drives d ON d.branch_id = current_branch() AND d.id = g.drive_id;
          RETURN broken;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION refuse_unfit_gifts(gifts jsonb, broken integer) RETURNS void
        LANGUAGE plpgsql AS $$
        DECLARE told record;
        BEGIN
          -- A repeated request is answered as the first was, even if its fund was closed since.
          IF NOT EXISTS (SELECT FROM jsonb_to_recordset(gifts) AS g(id uuid)
                         WHERE NOT EXISTS (SELECT FROM donations n WHERE n.id = g.id)) THEN
            RETURN;
          END IF;
          SELECT rule.field, rule.message INTO STRICT told FROM (VALUES
            (1, 'fund_id',
             'Không tìm thấy quỹ này. Hãy chọn một quỹ đang mở của đơn vị.'),
            (2, 'drive_id',
             'Không tìm thấy đợt vận động này. Hãy chọn một đợt của đơn vị hoặc để trống.'),
            (3, 'drive_id',
             'Đợt vận động này là của một quỹ khác. Hãy chọn đúng quỹ của đợt, hoặc để trống đợt.'),
            (4, 'received_on',
             'Ngày nhận không thể ở sau hôm nay. Nhập ngày đã thật sự nhận tiền.'),
            (5, 'received_on',
             'Ngày nhận ở trước ngày đơn vị được thành lập. Kiểm tra lại ngày nhận.'),
            (6, 'received_on',
             'Đơn vị đã ngừng hoạt động vào ngày này nên không ghi thêm được.'),
            (7, 'received_on',
             'Ngày nhận nằm ngoài thời gian của đợt vận động. Kiểm tra ngày nhận, hoặc để trống đợt.')
          ) AS rule(place, field, message) WHERE rule.place = broken;
          RAISE EXCEPTION '%', told.message USING ERRCODE = 'KH422', COLUMN = told.field;
        END $$
    """)


def replace_check_postings() -> None:
    """One statement posts whole entries; anything unbalanced, late or in a closed period is refused.

    The lines of an entry are numbered from 1 without a gap, so the key refuses any line that is added
    later: nothing need be counted again.
    """
    op.execute("""
        CREATE OR REPLACE FUNCTION check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          -- Closing a period takes the same lock exclusively, so no line slips in while it closes:
          -- it is held before the statement below looks at the periods.
          is_held boolean := pg_advisory_xact_lock_shared(
            hashtext('periods'), hashtext(current_branch()::text)) IS NOT NULL;
          wrong record;
        BEGIN
          SELECT e.entry_id, e.is_broken INTO wrong FROM (
            SELECT n.branch_id, n.entry_id, n.dated_on,
                   sum(n.signed_amount) <> 0 OR count(*) < 2
                     OR min(n.line) <> 1 OR max(n.line) <> count(*) AS is_broken
            FROM new_lines n GROUP BY n.branch_id, n.entry_id, n.dated_on) e
          WHERE e.is_broken
             OR EXISTS (SELECT FROM periods p
                        WHERE p.branch_id = e.branch_id AND p.state = 'closed'
                          AND e.dated_on BETWEEN p.first_day AND p.last_day)
          ORDER BY e.is_broken DESC LIMIT 1;
          IF wrong.is_broken THEN
            RAISE EXCEPTION 'entry % does not balance, or got a line after it was posted', wrong.entry_id
              USING ERRCODE = 'KH999';
          ELSIF FOUND THEN
            RAISE EXCEPTION 'Kỳ kế toán của ngày này đã khoá sổ. Hãy ghi vào một ngày thuộc kỳ đang mở.'
              USING ERRCODE = 'KH423', COLUMN = 'received_on';
          END IF;
          RETURN NULL;
        END $$
    """)


def replace_post_entries() -> None:
    """The only way into the book: entries and their postings by one statement; how many lines."""
    op.execute("DROP FUNCTION post_entries(jsonb)")
    op.execute("""
        CREATE FUNCTION post_entries(entries jsonb) RETURNS integer LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE lines integer;
        BEGIN
          WITH entry AS (
            INSERT INTO journal_entries (id, dated_on, source_kind, source_id)
            SELECT e.id, e.dated_on, e.source_kind, e.source_id
            FROM jsonb_to_recordset(entries)
              AS e(id uuid, dated_on date, source_kind text, source_id uuid)
          )
          INSERT INTO postings
            (entry_id, line, dated_on, account_code, side, amount, fund_id, restriction, source)
          SELECT e.id, p.line, e.dated_on, p.account, p.side, p.amount, p.fund_id,
                 (SELECT f.restriction FROM funds f
                  WHERE f.branch_id = current_branch() AND f.id = p.fund_id), p.source
          FROM jsonb_to_recordset(entries) AS e(id uuid, dated_on date, postings jsonb)
          -- An entry without postings asks for one without a line, which the table refuses.
          LEFT JOIN LATERAL ROWS FROM (jsonb_to_recordset(e.postings)
            AS (account text, side text, amount bigint, fund_id uuid, source text))
            WITH ORDINALITY AS p(account, side, amount, fund_id, source, line) ON true;
          GET DIAGNOSTICS lines = ROW_COUNT;
          RETURN lines;
        END $$
    """)


def replace_receipt_letterhead() -> None:
    """What every receipt of the branch says of it today."""
    op.execute("""
        CREATE OR REPLACE FUNCTION receipt_letterhead() RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
        DECLARE
          today date := local_day(now());
          letterhead jsonb;
        BEGIN
          -- The newest term that has begun: a closed branch still enters what it took while it lived.
          SELECT jsonb_build_object(
              'branch_name', term.name, 'place', term.short_name,
              'branch_address', (SELECT address FROM branches WHERE id = term.subject_id),
              'upper_name', (SELECT upper.name FROM branch_history upper
                             WHERE upper.subject_id = term.parent_id AND upper.valid_from <= today
                             ORDER BY upper.valid_from DESC LIMIT 1),
              'recorded_by', (SELECT name FROM users WHERE id = current_actor())) INTO letterhead
          FROM branch_history term
          WHERE term.subject_id = current_branch() AND term.valid_from <= today
          ORDER BY term.valid_from DESC LIMIT 1;
          RETURN letterhead;
        END $$
    """)


def replace_issue_receipts() -> None:
    """Draw one block of numbers, issue, leave the fact to the relay and hand over, by one statement."""
    op.execute("DROP FUNCTION issue_receipts(jsonb)")
    op.execute("""
        CREATE FUNCTION issue_receipts(drafts jsonb)
        RETURNS TABLE (donation_id uuid, id uuid, kind text, fiscal_year smallint, book text,
                       number integer, verify_code text)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        #variable_conflict use_column
        DECLARE
          letterhead jsonb := receipt_letterhead();
          wanted integer := jsonb_array_length(drafts);
          year smallint := extract(year FROM local_day(now()));
        BEGIN
          RETURN QUERY
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
                   d.snapshot || letterhead || jsonb_build_object('fund_name',
                     (SELECT f.name FROM funds f
                      WHERE f.branch_id = current_branch() AND f.id = d.fund_id))
            FROM series s CROSS JOIN ROWS FROM (jsonb_to_recordset(drafts)
              AS (id uuid, donation_id uuid, fund_id uuid, verify_code text, snapshot jsonb))
              WITH ORDINALITY AS d(id, donation_id, fund_id, verify_code, snapshot, place)
            RETURNING donation_id, id, kind, fiscal_year, book, number, verify_code
          ), told AS (
            INSERT INTO outbox (event, subject_id) SELECT 'receipts.issued', id FROM issued
          )
          SELECT * FROM issued;
        END $$
    """)


def create_refuse_other_content() -> None:
    """An id that was used before comes again with the same content, or not at all."""
    op.execute("""
        CREATE FUNCTION refuse_other_content(gifts jsonb) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT FROM jsonb_to_recordset(gifts) AS g(id uuid, digest text)
                     JOIN donations d ON d.branch_id = current_branch() AND d.id = g.id
                     WHERE d.request_digest <> decode(g.digest, 'hex')) THEN
            RAISE EXCEPTION 'Mã này đã được dùng để ghi một khoản khác. Hãy mở lại mẫu và ghi lại.'
              USING ERRCODE = 'KH409';
          END IF;
        END $$
    """)


def create_meet_donors() -> None:
    """Know the givers that are told with the gifts; who was told just so before is the same one."""
    op.execute("""
        CREATE FUNCTION meet_donors(gifts jsonb) RETURNS integer LANGUAGE plpgsql AS $$
        DECLARE met integer;
        BEGIN
          INSERT INTO donors (id, kind, name, search_key, sort_key, phone, email, address, identity)
          SELECT d.id, d.kind, d.name, d.search_key, d.sort_key, d.phone, d.email, d.address,
                 decode(d.identity, 'hex')
          FROM jsonb_to_recordset(gifts) AS g(donor jsonb)
          CROSS JOIN LATERAL jsonb_to_record(g.donor)
            AS d(id uuid, kind text, name text, search_key text, sort_key text,
                 phone text, email text, address text, identity text)
          WHERE g.donor IS NOT NULL
          ON CONFLICT DO NOTHING;
          GET DIAGNOSTICS met = ROW_COUNT;
          RETURN met;
        END $$
    """)


def replace_record_donations() -> None:
    """All gifts of the array or none. A repeated id changes nothing, nor what is known of givers."""
    op.execute("""
        CREATE OR REPLACE FUNCTION record_donations(gifts jsonb)
        RETURNS TABLE (id uuid, request_digest bytea, is_new boolean, posted_at timestamptz,
                       receipt_id uuid, kind text, fiscal_year smallint, book text, number integer,
                       verify_code text)
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
          broken integer := broken_rule(gifts);
          met integer;
          added integer;
          lines integer;
        BEGIN
          IF broken IS NOT NULL THEN PERFORM refuse_unfit_gifts(gifts, broken); END IF;
          met := meet_donors(gifts);
          WITH recorded AS (
            INSERT INTO donations (id, request_digest, donor_id, fund_id, drive_id, amount, method,
                                   source, received_on, is_anonymous, note)
            SELECT g.id, decode(g.digest, 'hex'),
                   -- None is found when this id met a giver before: then the digests differ too.
                   coalesce(CASE WHEN g.donor ->> 'identity' IS NOT NULL THEN
                     (SELECT d.id FROM donors d
                      WHERE d.identity = decode(g.donor ->> 'identity', 'hex')) END, g.donor_id),
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
          IF added = 0 THEN
            PERFORM refuse_other_content(gifts);
            RETURN QUERY
              SELECT d.id, d.request_digest, false, d.posted_at,
                     r.id, r.kind, r.fiscal_year, r.book, r.number, r.verify_code
              FROM jsonb_to_recordset(gifts) AS g(id uuid)
              JOIN donations d ON d.branch_id = current_branch() AND d.id = g.id
              JOIN receipts r ON r.branch_id = d.branch_id AND r.donation_id = d.id;
          ELSIF added < jsonb_array_length(gifts) THEN
            RAISE EXCEPTION 'Một phần danh sách đã được ghi từ trước với nội dung khác.'
              USING ERRCODE = 'KH409';
          ELSE
            lines := post_entries(jsonb_path_query_array(gifts, '$[*].entry'));
            RETURN QUERY
              SELECT g.id, decode(g.digest, 'hex'), true, now(),
                     r.id, r.kind, r.fiscal_year, r.book, r.number, r.verify_code
              FROM issue_receipts(jsonb_path_query_array(gifts, '$[*].receipt')) r
              JOIN jsonb_to_recordset(gifts) AS g(id uuid, digest text) ON g.id = r.donation_id;
          END IF;
        END $$
    """)


def replace_record_donations_with_token() -> None:
    """The hot path: enter, record and commit in one statement."""
    op.execute("""
        CREATE OR REPLACE FUNCTION record_donations_with_token(
          token_digest bytea, permitted text[], gifts jsonb)
        RETURNS TABLE (id uuid, request_digest bytea, is_new boolean, posted_at timestamptz,
                       receipt_id uuid, kind text, fiscal_year smallint, book text, number integer,
                       verify_code text)
        LANGUAGE plpgsql AS $$
        DECLARE entered uuid := enter_with_token(token_digest, permitted);
        BEGIN
          RETURN QUERY SELECT * FROM record_donations(gifts);
        END $$
    """)


def downgrade() -> None:
    for function in (
        "record_donations_with_token(bytea, text[], jsonb)",
        "record_donations(jsonb)",
        "meet_donors(jsonb)",
        "refuse_other_content(jsonb)",
        "issue_receipts(jsonb)",
        "post_entries(jsonb)",
        "refuse_unfit_gifts(jsonb, integer)",
        "broken_rule(jsonb)",
        "enter_with_token(bytea, text[])",
        "act_with_token(bytea)",
        "act_as_member(uuid, text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    lean = import_module("migrations.versions.0009_lean_gifts")
    lean.replace_post_entries()
    lean.replace_check_postings()
    lean.replace_receipt_letterhead()
    lean.replace_issue_receipts()
    lean.replace_refuse_unfit_gifts()
    lean.replace_record_donations()
    import_module("migrations.versions.0003_accounts").create_entrances()
    lean.create_enter_with_token()
    lean.create_record_donations_with_token()
