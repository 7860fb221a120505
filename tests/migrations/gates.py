"""Questions to the catalogue that must have no answer (reliability.md §7.1).

Each gate stands beside a fault that it must find, so that a gate that sees nothing is found out.
"""

from typing import Final, NamedTuple


class Gate(NamedTuple):
    """A query that must return no row, and a change of the schema that makes it return one."""

    query: str
    fault: str


GATES: Final = {
    "G1 tenant tables have row-level security enabled and forced": Gate(
        """SELECT c.oid::regclass::text FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'branch_id' AND NOT a.attisdropped
           WHERE c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)""",
        "ALTER TABLE donors NO FORCE ROW LEVEL SECURITY",
    ),
    "G2 the application owns nothing and cannot pass policies by": Gate(
        """SELECT rolname::text FROM pg_roles WHERE rolname = 'kh_app'
             AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)
           UNION ALL SELECT o.rolname::text FROM pg_auth_members m
             JOIN pg_roles r ON r.oid = m.member JOIN pg_roles o ON o.oid = m.roleid
             WHERE r.rolname = 'kh_app'
           UNION ALL SELECT relname::text FROM pg_class WHERE relowner = 'kh_app'::regrole""",
        "ALTER ROLE kh_app BYPASSRLS",
    ),
    "G3 views run as their reader": Gate(
        """SELECT oid::regclass::text FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND has_table_privilege('kh_app', oid, 'select')
             AND (relkind = 'm' OR (relkind = 'v'
               AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)))""",
        "ALTER VIEW fund_standings RESET (security_invoker)",
    ),
    "G4 functions with definer's rights fix their search_path": Gate(
        """SELECT p.oid::regprocedure::text FROM pg_proc p
           WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
             AND NOT EXISTS (SELECT FROM unnest(p.proconfig) x WHERE x LIKE 'search_path=%')""",
        "ALTER FUNCTION post_entries(jsonb) RESET search_path",
    ),
    "G5 keys between tenant tables carry the branch": Gate(
        """SELECT conname::text FROM pg_constraint k WHERE contype = 'f'
             AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND attname = 'branch_id')
             AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.confrelid AND attname = 'branch_id')
             AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid
               AND attname = 'branch_id' AND a.attnum = ANY (k.conkey))""",
        "CREATE TABLE one (branch_id uuid, id uuid PRIMARY KEY);"
        "CREATE TABLE other (branch_id uuid, one_id uuid REFERENCES one)",
    ),
    "G6 unique keys of tenant tables carry the branch": Gate(
        """SELECT i.indexrelid::regclass::text FROM pg_index i WHERE indisunique
             AND i.indrelid::regclass::text NOT LIKE 'pg_%'
             AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND attname = 'branch_id')
             AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid
               AND attname = 'branch_id' AND a.attnum = ANY (i.indkey))""",
        "CREATE UNIQUE INDEX ON receipts (verify_code)",
    ),
    "G7 no grant passes policies by": Gate(
        """SELECT table_name::text FROM information_schema.role_table_grants
           WHERE grantee IN ('kh_app', 'PUBLIC') AND table_schema = 'public'
             AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')""",
        "GRANT TRUNCATE ON donations TO kh_app",
    ),
    "G8 money is bigint": Gate(
        """SELECT table_name || '.' || column_name FROM information_schema.columns
           WHERE table_schema = 'public' AND column_name ~ '(amount|balance|total|reserved|change)$'
             AND data_type <> 'bigint'""",
        "ALTER TABLE drives ALTER target_amount TYPE numeric",
    ),
    "G9 every tenant table has its policy": Gate(
        """SELECT c.oid::regclass::text FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'branch_id' AND NOT a.attisdropped
           WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)""",
        "DROP POLICY of_branch ON funds; DROP POLICY of_relay ON funds",
    ),
    "G10 no policy lets everything through": Gate(
        """SELECT tablename || '.' || policyname FROM pg_policies
           WHERE schemaname = 'public' AND qual IN ('true', '(true)')""",
        "CREATE POLICY careless ON donors USING (true)",
    ),
    "G11 append-only tables grant no change": Gate(
        """SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
           WHERE grantee = 'kh_app' AND privilege_type IN ('UPDATE', 'DELETE')
             AND table_name IN (SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only')
           UNION ALL
           SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
           WHERE grantee = 'kh_app' AND privilege_type <> 'SELECT'
             AND table_name IN ('journal_entries', 'postings', 'receipts', 'receipt_series')""",
        "GRANT UPDATE ON receipts TO kh_app",
    ),
    "G12 these policies and no others reach beyond the branch": Gate(
        r"""SELECT concat_ws(' | ', tablename, policyname, cmd, regexp_replace(qual, '\s+', ' ', 'g'))
           FROM pg_policies WHERE schemaname = 'public' AND (qual, with_check) IS DISTINCT FROM
             ('(branch_id = ( SELECT current_branch() AS current_branch))',
              '(branch_id = ( SELECT current_branch() AS current_branch))')
           EXCEPT (VALUES
             ('outbox | of_relay | ALL | ( SELECT is_relay() AS is_relay)'),
             ('funds | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('postings | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('ledger_accounts | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('fund_balances | of_relay | ALL | ( SELECT is_relay() AS is_relay)'),
             ('branch_day_totals | of_relay | ALL | ( SELECT is_relay() AS is_relay)'),
             ('branch_month_totals | of_relay | ALL | ( SELECT is_relay() AS is_relay)'),
             ('rollup_deltas | of_branch | ALL | ((branch_id = ( SELECT current_branch() AS current_branch))'
              ' OR ( SELECT is_relay() AS is_relay))'),
             ('branch_day_totals | of_subtree | SELECT | (branch_id IN ( SELECT'
              ' branch_ancestry.descendant_id FROM branch_ancestry WHERE (branch_ancestry.ancestor_id'
              ' = ( SELECT current_branch() AS current_branch))))'),
             ('branch_month_totals | of_subtree | SELECT | (branch_id IN ( SELECT'
              ' branch_ancestry.descendant_id FROM branch_ancestry WHERE (branch_ancestry.ancestor_id'
              ' = ( SELECT current_branch() AS current_branch))))'),
             ('bank_accounts | of_subtree | SELECT | (branch_id IN ( SELECT'
              ' branch_ancestry.descendant_id FROM branch_ancestry WHERE (branch_ancestry.ancestor_id'
              ' = ( SELECT current_branch() AS current_branch))))'),
             ('clearing_lines | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('payments | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('refunds | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('disputes | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('payment_plans | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('bank_feeds | of_relay | SELECT | ( SELECT is_relay() AS is_relay)'),
             ('bank_feeds | by_possession | SELECT | (id = ( SELECT (NULLIF(current_setting('
              '''app.feed_id''::text, true), ''''::text))::uuid AS "nullif"))'),
             ('memberships | of_actor | SELECT | (user_id = ( SELECT current_actor() AS current_actor))'),
             ('api_tokens | by_possession | SELECT | (digest = ( SELECT decode(NULLIF(current_setting('
              '''app.token_digest''::text, true), ''''::text), ''hex''::text) AS decode))'),
             ('receipts | by_possession | SELECT | (verify_code = ( SELECT NULLIF(current_setting('
              '''app.verify_code''::text, true), ''''::text) AS "nullif"))'),
             ('donation_returns | by_possession | SELECT | (donation_id = ( SELECT (NULLIF(current_setting('
              '''app.verified_gift''::text, true), ''''::text))::uuid AS "nullif"))'),
             ('receipt_voids | by_possession | SELECT | (receipt_id = ( SELECT (NULLIF(current_setting('
              '''app.verified_receipt''::text, true), ''''::text))::uuid AS "nullif"))'))""",
        "CREATE POLICY of_actor ON donors FOR SELECT USING (id = (SELECT current_actor()))",
    ),
    "G13 no other index holds the whole key, to be read through instead of it": Gate(
        """SELECT i.indexrelid::regclass::text FROM pg_index i
           JOIN pg_index k ON k.indrelid = i.indrelid AND k.indisprimary
           JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
           WHERE i.indnkeyatts > k.indnkeyatts AND k.indkey::int2[] <@ i.indkey::int2[]""",
        "CREATE INDEX ON donations (branch_id, received_on, id)",
    ),
    "G14 no trigger is switched off, neither a guard of ours nor a foreign key's": Gate(
        """SELECT t.tgrelid::regclass::text || ' ' || t.tgname FROM pg_trigger t
           JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace
           WHERE t.tgenabled <> 'O'""",
        "ALTER TABLE receipts DISABLE TRIGGER append_only",
    ),
    "G15 the guards are these, each on its table": Gate(
        """SELECT it FROM (VALUES
             ('audit_events append_only refuse_change'), ('donations append_only refuse_change'),
             ('donation_reversals append_only refuse_change'),
             ('journal_entries append_only refuse_change'), ('postings append_only refuse_change'),
             ('receipts append_only refuse_change'), ('receipt_voids append_only refuse_change'),
             ('receipt_documents append_only refuse_change'),
             ('bank_events append_only refuse_change'), ('bank_statements append_only refuse_change'),
             ('bank_line_tellings append_only refuse_change'), ('offers append_only refuse_change'),
             ('offer_gifts append_only refuse_change'),
             ('donation_reversals reopen_lines reopen_lines'),
             ('payment_references append_only refuse_change'), ('payment_events append_only refuse_change'),
             ('exchange_rates append_only refuse_change'), ('donation_currencies append_only refuse_change'),
             ('donation_returns append_only refuse_change'),
             ('donation_reversals refuse_card_reversal refuse_card_reversal'),
             ('postings a_check_postings check_postings'),
             ('postings b_append_deltas append_deltas'),
             ('rollup_deltas mark_moved_boards mark_moved_boards'),
             ('funds mark_board mark_board'), ('drives mark_board mark_board'),
             ('bank_accounts mark_board mark_board'), ('donors mark_board mark_board'),
             ('donation_returns mark_board mark_board'),
             ('donation_reversals mark_board mark_board'),
             ('roll_withdrawals mark_board mark_board'), ('public_documents mark_board mark_board'),
             ('branches mark_board mark_boards_around'),
             ('branch_history mark_board mark_boards_around'),
             ('branch_successions mark_board mark_boards_around'),
             ('branch_history keep_ancestry rebuild_branch_ancestry')) AS must (it)
           FULL JOIN (
             SELECT concat_ws(' ', t.tgrelid::regclass, t.tgname, t.tgfoid::regproc) AS it
             FROM pg_trigger t
             JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace
             WHERE NOT t.tgisinternal) stands USING (it)
           WHERE must IS NULL OR stands IS NULL""",
        "DROP TRIGGER append_only ON receipts",
    ),
}
