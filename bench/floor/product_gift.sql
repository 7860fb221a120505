-- In a scratch copy of the product's database: a gift as the service hands it to record_donations,
-- for a script that can only count. Its cost is the same on both sides of a comparison.

CREATE TABLE bench_tills (place integer PRIMARY KEY, branch_id uuid NOT NULL, fund_id uuid NOT NULL);
GRANT SELECT ON bench_tills TO kh_app;

CREATE FUNCTION numbered(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT lpad(to_hex(n), 32, '0')::uuid $$;

CREATE FUNCTION bench_gift(n bigint, fund uuid, amount bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', numbered(n), 'digest', 'd0', 'donor_id', numbered(n), 'fund_id', fund, 'amount', amount,
    'method', 'cash', 'source', 'household', 'received_on', local_day(now()), 'is_anonymous', false,
    'donor', jsonb_build_object('id', numbered(n), 'kind', 'household',
      'name', 'Gia đình ông bà Thắng - Hoa', 'search_key', 'gia dinh ong ba thang - hoa',
      'sort_key', 'gia dinh ong ba thang hoa'),
    'entry', jsonb_build_object('id', numbered(n), 'dated_on', local_day(now()),
      'source_kind', 'donation', 'source_id', numbered(n), 'postings', jsonb_build_array(
        jsonb_build_object('account', '111', 'side', 'debit', 'amount', amount, 'fund_id', fund,
                           'source', 'household'),
        jsonb_build_object('account', '5111', 'side', 'credit', 'amount', amount, 'fund_id', fund,
                           'source', 'household'))),
    'receipt', jsonb_build_object('id', numbered(n), 'donation_id', numbered(n), 'fund_id', fund,
      'verify_code', right(numbered(n)::text, 12), 'snapshot', jsonb_build_object(
        'donor_name', 'Gia đình ông bà Thắng - Hoa', 'amount', amount, 'method', 'Tiền mặt',
        'amount_in_words', 'Năm trăm nghìn đồng', 'received_on', local_day(now()))))
$$;
