\set n :n + 1
\set id (:run * 10000000 + :n) * 1000 + :client_id
\set branch random(1, :branches)
\set amount 1000 * random(10, 2000)
SELECT record_gift(numbered(:branch), numbered(:id), :amount);
