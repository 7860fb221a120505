"""What must hold at every moment, asked each second in one snapshot, faults or not.

It looks as a superuser, past every policy; the probe of isolation looks as the product's own role.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import psycopg
from psycopg import sql

from bench.chaos.stack import Stack
from bench.fixtures import Till

EVERY_SECONDS = 1.0

INVARIANTS: Final = {
    "an entry does not balance or has fewer than two lines": """
        SELECT e.id FROM journal_entries e
        LEFT JOIN postings p ON p.branch_id = e.branch_id AND p.entry_id = e.id
        GROUP BY e.branch_id, e.id HAVING count(p.line) < 2 OR sum(p.signed_amount) <> 0""",
    "a series of receipts has a gap": """
        SELECT b.slug, count(*), max(r.number) FROM receipts r JOIN branches b ON b.id = r.branch_id
        GROUP BY b.slug, r.fiscal_year, r.kind, r.book
        HAVING count(DISTINCT r.number) <> max(r.number) OR min(r.number) <> 1""",
    "a number was given twice": """
        SELECT branch_id, number FROM receipts
        GROUP BY branch_id, fiscal_year, kind, book, number HAVING count(*) > 1""",
    "a counter is not at its last number": """
        SELECT s.branch_id, s.last_number FROM receipt_series s
        WHERE s.last_number <> (SELECT max(number) FROM receipts r
          WHERE (r.branch_id, r.fiscal_year, r.kind, r.book)
              = (s.branch_id, s.fiscal_year, s.kind, s.book))""",
    "a gift lacks its receipt or its entry": """
        SELECT d.id FROM donations d
        LEFT JOIN receipts r ON r.branch_id = d.branch_id AND r.donation_id = d.id
        LEFT JOIN journal_entries e ON e.branch_id = d.branch_id
          AND e.source_kind = 'donation' AND e.source_id = d.id
        WHERE r.id IS NULL OR e.id IS NULL""",
    "an entry is not for the amount of its gift": """
        SELECT d.id FROM donations d
        JOIN journal_entries e ON e.branch_id = d.branch_id
          AND e.source_kind = 'donation' AND e.source_id = d.id
        JOIN postings p ON p.branch_id = e.branch_id AND p.entry_id = e.id
        GROUP BY d.branch_id, d.id HAVING count(*) <> 2 OR bool_or(p.amount <> d.amount)""",
    "totals and what waits to be folded are not the ledger": """
        SELECT folded.sum, posted.sum FROM
          (SELECT (SELECT coalesce(sum(amount), 0) FROM branch_day_totals WHERE reach = 'own')
                + (SELECT coalesce(sum(amount), 0) FROM rollup_deltas) AS sum) folded,
          (SELECT coalesce(sum(amount), 0) AS sum FROM postings WHERE side = 'credit') posted
        WHERE folded.sum <> posted.sum""",
}
TENANT_TABLES: Final = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE a.attname = 'branch_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND has_table_privilege('kh_app', c.oid, 'SELECT') ORDER BY 1"""


@dataclass(slots=True)
class Oracle:
    """Samples the invariants; `violations` tells each that failed, once, with its first example."""

    stack: Stack
    home: Till
    samples: int = 0
    missed: int = 0
    probes: int = 0
    violations: dict[str, str] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    broken: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Ask every second for the block, and once more at its end."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def sample(self) -> None:
        """Ask now; OperationalError while the server is down."""
        with self.stack.connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            for name, query in INVARIANTS.items():
                row = connection.execute(query.encode()).fetchone()
                if row is not None:
                    self._violated(name, str(row))
            tables = [str(row[0]) for row in connection.execute(TENANT_TABLES)]
        self.samples += 1
        with self.stack.as_application() as connection:
            self._probe(connection, tables, self.home.branch_id)
            connection.rollback()
            self._probe(connection, tables, None)
        self.probes += 1

    def _probe(
        self, connection: psycopg.Connection, tables: list[str], branch: UUID | None
    ) -> None:
        """Look as the product does, for one branch or for none: no row of another may show."""
        bound = "" if branch is None else str(branch)
        connection.execute("SELECT set_config('app.branch_id', %s, true)", [bound])
        for table in tables:
            query = sql.SQL("SELECT branch_id FROM {} WHERE branch_id IS DISTINCT FROM %s LIMIT 1")
            row = connection.execute(query.format(sql.Identifier(table)), [branch]).fetchone()
            if row is not None:
                seen_by = "nobody" if branch is None else self.home.slug
                self._violated(f"a row of another branch shows in {table}", f"seen by {seen_by}")

    def _violated(self, name: str, example: str) -> None:
        self.violations.setdefault(name, f"{example}, sample {self.samples + 1}")
        self.broken.set()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            try:
                self.sample()
            except psycopg.OperationalError:
                self.missed += 1  # the server was killed a moment ago
        self.sample()
