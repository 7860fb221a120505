\set n :n + 1
\set id (:run * 10000000 + :n) * 1000 + :client_id
\set place random(1, :branches)
\set amount 1000 * random(10, 2000)
BEGIN;
SELECT set_config('app.branch_id', branch_id::text, true), set_config('app.actor_id', '00000000-0000-7000-8000-0000000000be', true), fund_id AS fund FROM bench_tills WHERE place = :place \gset
SELECT count(*) FROM record_donations(jsonb_build_array(bench_gift(:id, :fund, :amount)));
END;
