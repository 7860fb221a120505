-- The next number is one more than the highest, with neither a lock nor a unique key to say otherwise.
DO $$
DECLARE one text;
BEGIN
  SELECT conname INTO STRICT one FROM pg_constraint
  WHERE conrelid = 'receipts'::regclass AND contype = 'u' AND pg_get_constraintdef(oid) LIKE '% number)';
  EXECUTE format('ALTER TABLE receipts DROP CONSTRAINT %I', one);
END $$;

CREATE OR REPLACE FUNCTION issue_receipts(drafts jsonb)
RETURNS TABLE (donation_id uuid, id uuid, kind text, fiscal_year smallint, book text, number integer,
               verify_code text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  letterhead jsonb := receipt_letterhead();
  year smallint := extract(year FROM local_day(now()));
  highest integer;
BEGIN
  SELECT coalesce(max(number), 0) INTO highest FROM receipts WHERE fiscal_year = year;
  INSERT INTO receipts (id, donation_id, fiscal_year, kind, book, number, verify_code, snapshot)
  SELECT (d.draft ->> 'id')::uuid, (d.draft ->> 'donation_id')::uuid, year, 'BN', 'A',
         highest + d.place, d.draft ->> 'verify_code',
         (d.draft -> 'snapshot') || letterhead || jsonb_build_object('fund_name', f.name)
  FROM jsonb_array_elements(drafts) WITH ORDINALITY AS d(draft, place)
  JOIN funds f ON f.id = (d.draft ->> 'fund_id')::uuid;
  INSERT INTO outbox (event, subject_id)
  SELECT 'receipts.issued', (d ->> 'id')::uuid FROM jsonb_array_elements(drafts) AS d;
  RETURN QUERY
    SELECT r.donation_id, r.id, r.kind, r.fiscal_year, r.book, r.number, r.verify_code
    FROM jsonb_array_elements(drafts) AS d JOIN receipts r ON r.id = (d ->> 'id')::uuid;
END $$;
