-- Numbers from a sequence for each branch: what it hands out is not given back by a rollback or a crash.
DO $$
DECLARE home uuid;
BEGIN
  FOR home IN SELECT DISTINCT branch_id FROM funds LOOP
    EXECUTE format('CREATE SEQUENCE %I OWNED BY NONE', 'numbers_' || home);
    EXECUTE format('ALTER SEQUENCE %I OWNER TO kh_owner', 'numbers_' || home);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION issue_receipts(drafts jsonb)
RETURNS TABLE (donation_id uuid, id uuid, kind text, fiscal_year smallint, book text, number integer,
               verify_code text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  letterhead jsonb := receipt_letterhead();
  year smallint := extract(year FROM local_day(now()));
BEGIN
  INSERT INTO receipts (id, donation_id, fiscal_year, kind, book, number, verify_code, snapshot)
  SELECT (d.draft ->> 'id')::uuid, (d.draft ->> 'donation_id')::uuid, year, 'BN', 'A',
         nextval(quote_ident('numbers_' || current_branch())), d.draft ->> 'verify_code',
         (d.draft -> 'snapshot') || letterhead || jsonb_build_object('fund_name', f.name)
  FROM jsonb_array_elements(drafts) AS d(draft)
  JOIN funds f ON f.id = (d.draft ->> 'fund_id')::uuid;
  INSERT INTO outbox (event, subject_id)
  SELECT 'receipts.issued', (d ->> 'id')::uuid FROM jsonb_array_elements(drafts) AS d;
  RETURN QUERY
    SELECT r.donation_id, r.id, r.kind, r.fiscal_year, r.book, r.number, r.verify_code
    FROM jsonb_array_elements(drafts) AS d JOIN receipts r ON r.id = (d ->> 'id')::uuid;
END $$;
