-- The floor of "record one gift" (performance.md §1): the rows a gift needs, with the product's keys,
-- indexes and row-level security, and nothing else: no donor, no trail, no triggers, no checks of fields.

CREATE FUNCTION current_branch() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('app.branch_id', true), '')::uuid $$;

-- Ids that grow like UUIDv7 ones do, for scripts that can only count.
CREATE FUNCTION numbered(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT lpad(to_hex(n), 32, '0')::uuid $$;

CREATE TABLE funds (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  id uuid NOT NULL,
  PRIMARY KEY (branch_id, id)
);
CREATE TABLE ledger_accounts (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  code text NOT NULL,
  PRIMARY KEY (branch_id, code)
);
CREATE TABLE donations (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  id uuid NOT NULL,
  request_digest bytea NOT NULL,
  donor_id uuid NOT NULL,
  fund_id uuid NOT NULL,
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
  method text NOT NULL,
  source text NOT NULL,
  received_on date NOT NULL,
  posted_at timestamptz NOT NULL DEFAULT now(),
  is_anonymous boolean NOT NULL,
  PRIMARY KEY (branch_id, id),
  FOREIGN KEY (branch_id, fund_id) REFERENCES funds (branch_id, id)
);
CREATE INDEX donations_received ON donations (branch_id, received_on, id);
CREATE INDEX donations_posted ON donations (branch_id, posted_at, id);
CREATE INDEX donations_donor ON donations (branch_id, donor_id);
CREATE TABLE journal_entries (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  id uuid NOT NULL,
  dated_on date NOT NULL,
  posted_at timestamptz NOT NULL DEFAULT now(),
  source_kind text NOT NULL,
  source_id uuid NOT NULL,
  reverses_id uuid,
  PRIMARY KEY (branch_id, id),
  UNIQUE (branch_id, source_kind, source_id),
  UNIQUE (branch_id, reverses_id)
);
CREATE INDEX journal_entries_dated ON journal_entries (branch_id, dated_on, id);
CREATE TABLE postings (
  branch_id uuid NOT NULL DEFAULT current_branch(),
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
  FOREIGN KEY (branch_id, account_code) REFERENCES ledger_accounts (branch_id, code)
);
CREATE INDEX postings_fund ON postings (branch_id, fund_id, dated_on);
CREATE TABLE receipt_series (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  fiscal_year smallint NOT NULL,
  last_number integer NOT NULL,
  PRIMARY KEY (branch_id, fiscal_year)
) WITH (fillfactor = 20);
CREATE TABLE receipts (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  id uuid NOT NULL,
  donation_id uuid NOT NULL,
  fiscal_year smallint NOT NULL,
  number integer NOT NULL,
  issued_at timestamptz NOT NULL DEFAULT now(),
  verify_code text NOT NULL,
  snapshot jsonb NOT NULL,
  PRIMARY KEY (branch_id, id),
  UNIQUE (branch_id, donation_id),
  UNIQUE (branch_id, fiscal_year, number),
  FOREIGN KEY (branch_id, donation_id) REFERENCES donations (branch_id, id)
);
CREATE INDEX receipts_verify_code ON receipts (verify_code);
CREATE TABLE outbox (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  event text NOT NULL,
  subject_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (branch_id, id)
);
CREATE INDEX outbox_due ON outbox (due_at);
CREATE TABLE rollup_deltas (
  branch_id uuid NOT NULL DEFAULT current_branch(),
  day date NOT NULL,
  fund_id uuid NOT NULL,
  source text,
  amount bigint NOT NULL,
  gift_count integer NOT NULL
);

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['funds', 'ledger_accounts', 'donations', 'journal_entries', 'postings',
                             'receipt_series', 'receipts', 'outbox', 'rollup_deltas'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one);
    EXECUTE format('CREATE POLICY of_branch ON %I USING (branch_id = (SELECT current_branch())) '
                   'WITH CHECK (branch_id = (SELECT current_branch()))', one);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO kh_app', one);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO kh_app;

INSERT INTO funds SELECT numbered(n), numbered(n) FROM generate_series(1, 200) n;
INSERT INTO ledger_accounts
SELECT numbered(n), code FROM generate_series(1, 200) n, unnest(ARRAY['111', '5111']) code;

-- The same rows in one round trip: the function floor. The number is drawn last, as in the product.
CREATE FUNCTION record_gift(branch uuid, gift uuid, amount bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE today date := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date; drawn integer;
BEGIN
  PERFORM set_config('app.branch_id', branch::text, true);
  INSERT INTO donations (id, request_digest, donor_id, fund_id, amount, method, source, received_on,
                         is_anonymous)
  VALUES (gift, uuid_send(gift), gift, branch, amount, 'cash', 'household', today, false)
  ON CONFLICT DO NOTHING;
  INSERT INTO journal_entries (id, dated_on, source_kind, source_id)
  VALUES (gift, today, 'donation', gift);
  INSERT INTO postings (entry_id, line, dated_on, account_code, side, amount, fund_id, restriction, source)
  VALUES (gift, 1, today, '111', 'debit', amount, branch, 'unrestricted', 'household'),
         (gift, 2, today, '5111', 'credit', amount, branch, 'unrestricted', 'household');
  INSERT INTO rollup_deltas (day, fund_id, source, amount, gift_count)
  VALUES (today, branch, 'household', amount, 1);
  INSERT INTO outbox (event, subject_id) VALUES ('receipts.issued', gift);
  INSERT INTO receipt_series AS s (fiscal_year, last_number) VALUES (extract(year FROM today), 1)
  ON CONFLICT (branch_id, fiscal_year) DO UPDATE SET last_number = s.last_number + 1
  RETURNING last_number INTO drawn;
  INSERT INTO receipts (id, donation_id, fiscal_year, number, verify_code, snapshot)
  VALUES (gift, gift, extract(year FROM today), drawn, right(gift::text, 12),
          '{"donor_name": "Gia đình ông bà Thắng - Hoa", "amount": 500000, "method": "Tiền mặt",
            "amount_in_words": "Năm trăm nghìn đồng", "received_on": "2026-11-24",
            "branch_name": "Hội Khuyến học phường Ba Đình", "upper_name": "Hội Khuyến học Hà Nội",
            "fund_name": "Quỹ chung", "recorded_by": "Nguyễn Thị Lan"}');
  RETURN drawn;
END $$;
