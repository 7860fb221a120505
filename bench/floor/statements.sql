\set n :n + 1
\set id (:run * 10000000 + :n) * 1000 + :client_id
\set branch random(1, :branches)
\set amount 1000 * random(10, 2000)
BEGIN;
SELECT set_config('app.branch_id', numbered(:branch)::text, true);
INSERT INTO donations (id, request_digest, donor_id, fund_id, amount, method, source, received_on, is_anonymous) VALUES (numbered(:id), uuid_send(numbered(:id)), numbered(:id), numbered(:branch), :amount, 'cash', 'household', current_date, false) ON CONFLICT DO NOTHING;
INSERT INTO journal_entries (id, dated_on, source_kind, source_id) VALUES (numbered(:id), current_date, 'donation', numbered(:id));
INSERT INTO postings (entry_id, line, dated_on, account_code, side, amount, fund_id, restriction, source) VALUES (numbered(:id), 1, current_date, '111', 'debit', :amount, numbered(:branch), 'unrestricted', 'household'), (numbered(:id), 2, current_date, '5111', 'credit', :amount, numbered(:branch), 'unrestricted', 'household');
INSERT INTO rollup_deltas (day, fund_id, source, amount, gift_count) VALUES (current_date, numbered(:branch), 'household', :amount, 1);
INSERT INTO outbox (event, subject_id) VALUES ('receipts.issued', numbered(:id));
INSERT INTO receipt_series AS s (fiscal_year, last_number) VALUES (2026, 1) ON CONFLICT (branch_id, fiscal_year) DO UPDATE SET last_number = s.last_number + 1 RETURNING last_number AS drawn \gset
INSERT INTO receipts (id, donation_id, fiscal_year, number, verify_code, snapshot) VALUES (numbered(:id), numbered(:id), 2026, :drawn, right(numbered(:id)::text, 12), '{"donor_name": "Gia đình ông bà Thắng - Hoa", "amount": 500000, "method": "Tiền mặt", "amount_in_words": "Năm trăm nghìn đồng", "received_on": "2026-11-24", "branch_name": "Hội Khuyến học phường Ba Đình", "upper_name": "Hội Khuyến học Hà Nội", "fund_name": "Quỹ chung", "recorded_by": "Nguyễn Thị Lan"}');
END;
