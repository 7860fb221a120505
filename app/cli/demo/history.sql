-- The demonstration's books as if they had been kept day by day.
--
-- The services book everything now, and that stays so: no function and no setting of the product
-- books into the past. So the gifts are seeded as today's, and this script, run once by the owner
-- of the database in one transaction, then moves the times of what was seeded. It lifts the
-- guards of the tables it touches and puts them back before it commits.
--
-- demo.slugs names the branches. Only a branch whose gifts were all recorded by one transaction is
-- touched: one that has been worked in since is left as it is, and a second run changes nothing.

SET LOCAL lock_timeout = '20s';

ALTER TABLE donations DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE donation_reversals DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE journal_entries DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE postings DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE receipts DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_voids DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_events DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_series NO FORCE ROW LEVEL SECURITY;
ALTER TABLE donors NO FORCE ROW LEVEL SECURITY;
ALTER TABLE drives NO FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY;

-- A fraction from 0 to 1 that is always the same for the same words.
CREATE FUNCTION pg_temp.drawn(words text) RETURNS double precision LANGUAGE sql IMMUTABLE AS
$$ SELECT ('x' || substr(md5(words), 1, 8))::bit(32)::bigint / 4294967296.0 $$;

-- Office hours of a day, in Hà Nội; today they end now, and begin at midnight when it is early.
CREATE FUNCTION pg_temp.opens(day date) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN now() > morning THEN morning
         ELSE day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' END
  FROM (SELECT (day + time '07:30') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS morning) AS office $$;
CREATE FUNCTION pg_temp.closes(day date) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT least((day + time '17:30') AT TIME ZONE 'Asia/Ho_Chi_Minh', now()) $$;

CREATE TEMP TABLE moved_branches ON COMMIT DROP AS
SELECT b.id AS branch_id, b.slug, min(d.posted_at) AS seeded_at,
       least(b.closed_on - 1, local_day(now())) AS last_day
FROM branches b JOIN donations d ON d.branch_id = b.id
WHERE b.slug = ANY (string_to_array(current_setting('demo.slugs'), ','))
GROUP BY b.id
HAVING min(d.posted_at) = max(d.posted_at)
   AND count(*) = (SELECT count(*) FROM receipts r WHERE r.branch_id = b.id
                   AND r.fiscal_year = extract(year FROM local_day(min(d.posted_at))));

-- Most gifts are entered on their day, some a few days later; the seeded number keeps the order.
CREATE TEMP TABLE moved_gifts ON COMMIT DROP AS
WITH entered AS (
  SELECT b.branch_id, b.slug, b.last_day, d.id AS donation_id, d.donor_id, r.number AS place,
         least(b.last_day, d.received_on + CASE
           WHEN drawn.fraction < 0.72 THEN 0 WHEN drawn.fraction < 0.88 THEN 1
           WHEN drawn.fraction < 0.96 THEN 2 ELSE 3 END) AS day
  FROM moved_branches b
  JOIN donations d ON d.branch_id = b.branch_id
  JOIN receipts r ON r.branch_id = d.branch_id AND r.donation_id = d.id
  CROSS JOIN LATERAL (SELECT pg_temp.drawn(b.slug || '/' || r.number || '/day')) AS drawn(fraction)
), timed AS (
  SELECT *, pg_temp.opens(day) + pg_temp.drawn(slug || '/' || place || '/hour')
              * (pg_temp.closes(day) - pg_temp.opens(day)) AS posted_at
  FROM entered
)
SELECT branch_id, slug, last_day, donation_id, donor_id, day, posted_at,
       extract(year FROM day)::smallint AS fiscal_year,
       row_number() OVER (PARTITION BY branch_id, extract(year FROM day)
                          ORDER BY posted_at, place)::integer AS number
FROM timed;

-- A mistake is noticed within two days, while the branch still works.
CREATE TEMP TABLE moved_reversals ON COMMIT DROP AS
WITH noticed AS (
  SELECT g.branch_id, g.donation_id, x.id AS reversal_id, g.slug, g.posted_at AS after,
         least(g.last_day, g.day + floor(3 * pg_temp.drawn(g.slug || '/noticed'))::integer) AS day
  FROM moved_gifts g
  JOIN donation_reversals x ON x.branch_id = g.branch_id AND x.donation_id = g.donation_id
)
SELECT branch_id, donation_id, reversal_id, day, opening
         + (0.1 + 0.8 * pg_temp.drawn(slug || '/noticed at')) * (pg_temp.closes(day) - opening)
         AS posted_at
FROM (SELECT *, greatest(pg_temp.opens(day), after) AS opening FROM noticed) AS timed;

-- When the branch began with the product: on the morning of its first gift.
CREATE TEMP TABLE moved_beginnings ON COMMIT DROP AS
SELECT branch_id, seeded_at,
       least(min(g.posted_at), (min(g.day) + time '07:00') AT TIME ZONE 'Asia/Ho_Chi_Minh') AS at
FROM moved_gifts g JOIN moved_branches b USING (branch_id) GROUP BY branch_id, seeded_at;

ANALYZE moved_gifts;

UPDATE donations d SET posted_at = g.posted_at
FROM moved_gifts g WHERE d.branch_id = g.branch_id AND d.id = g.donation_id;

UPDATE donation_reversals x SET posted_at = m.posted_at
FROM moved_reversals m WHERE x.branch_id = m.branch_id AND x.id = m.reversal_id;

UPDATE journal_entries e SET posted_at = g.posted_at
FROM moved_gifts g
WHERE e.branch_id = g.branch_id AND e.source_kind = 'donation' AND e.source_id = g.donation_id;

UPDATE journal_entries e SET posted_at = m.posted_at, dated_on = m.day
FROM moved_reversals m WHERE e.branch_id = m.branch_id
 AND e.source_kind = 'donation.reversal' AND e.source_id = m.reversal_id;

UPDATE postings p SET dated_on = e.dated_on
FROM moved_reversals m
JOIN journal_entries e ON e.branch_id = m.branch_id
 AND e.source_kind = 'donation.reversal' AND e.source_id = m.reversal_id
WHERE p.branch_id = e.branch_id AND p.entry_id = e.id;

-- Out of each other's way first: a number is taken once in its series at every moment.
UPDATE receipts r SET number = -r.number
FROM moved_branches b WHERE r.branch_id = b.branch_id;

-- The letterhead is that of the day of issue (receipt_letterhead), and so is the clerk's.
UPDATE receipts r SET issued_at = g.posted_at, fiscal_year = g.fiscal_year, number = g.number,
  snapshot = r.snapshot || jsonb_build_object(
    'branch_name', h.name, 'place', h.short_name, 'upper_name', h.upper_name)
FROM moved_gifts g
CROSS JOIN LATERAL (
  SELECT t.name, t.short_name, (
    SELECT u.name FROM branch_history u WHERE u.subject_id = t.parent_id
    ORDER BY u.valid_from <= g.day DESC, u.valid_from DESC LIMIT 1) AS upper_name
  FROM branch_history t WHERE t.subject_id = g.branch_id
  ORDER BY t.valid_from <= g.day DESC, t.valid_from DESC LIMIT 1) AS h
WHERE r.branch_id = g.branch_id AND r.donation_id = g.donation_id;

DELETE FROM receipt_series s USING moved_branches b WHERE s.branch_id = b.branch_id;
INSERT INTO receipt_series (branch_id, fiscal_year, kind, book, last_number)
SELECT branch_id, fiscal_year, 'BN', 'A', max(number) FROM moved_gifts
GROUP BY branch_id, fiscal_year;

UPDATE receipt_voids v SET voided_at = m.posted_at
FROM moved_reversals m JOIN receipts r ON r.branch_id = m.branch_id AND r.donation_id = m.donation_id
WHERE v.branch_id = r.branch_id AND v.receipt_id = r.id;

UPDATE audit_events a SET at = g.posted_at
FROM moved_gifts g WHERE a.branch_id = g.branch_id AND a.subject_id = g.donation_id
 AND a.action = 'donations.recorded';

UPDATE audit_events a SET at = m.posted_at
FROM moved_reversals m WHERE a.branch_id = m.branch_id AND a.subject_id = m.donation_id
 AND a.action = 'donations.reversed';

UPDATE audit_events a SET at = greatest(b.at, least(
  (d.starts_on + time '07:00') AT TIME ZONE 'Asia/Ho_Chi_Minh', a.at))
FROM moved_beginnings b JOIN drives d ON d.branch_id = b.branch_id
WHERE a.branch_id = b.branch_id AND a.subject_id = d.id AND a.action = 'drives.opened';

UPDATE audit_events a SET at = b.at
FROM moved_beginnings b WHERE a.branch_id = b.branch_id AND a.at <= b.seeded_at
 AND a.action IN ('funds.opened', 'memberships.granted');

UPDATE memberships m SET valid_from = b.at
FROM moved_beginnings b WHERE m.branch_id = b.branch_id AND m.valid_from <= b.seeded_at;

UPDATE users u SET created_at = m.since
FROM (SELECT user_id, min(valid_from) AS since FROM memberships
      JOIN moved_beginnings USING (branch_id) GROUP BY user_id) AS m
WHERE u.id = m.user_id AND u.created_at > m.since;

UPDATE donors d SET created_at = g.since
FROM (SELECT branch_id, donor_id, min(posted_at) AS since FROM moved_gifts
      GROUP BY branch_id, donor_id) AS g
WHERE d.branch_id = g.branch_id AND d.id = g.donor_id;

ALTER TABLE donations ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE donation_reversals ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE journal_entries ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE postings ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipts ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_voids ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_events ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_series FORCE ROW LEVEL SECURITY;
ALTER TABLE donors FORCE ROW LEVEL SECURITY;
ALTER TABLE drives FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
