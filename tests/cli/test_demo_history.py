"""The demonstration's books were kept day by day, and nothing is left open that let it be so."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from app.cli.demo.people import PEOPLE
from app.cli.demo.scale import Scale
from app.cli.demo.seed import plant
from app.cli.operator import branch_named, scope_of
from app.db.unit_of_work import reading
from app.donations.queries import last_recorded
from app.kernel.clock import local, today
from app.receipts.queries import get_receipt
from app.receipts.service import rendering_orders
from config.local.cluster import Cluster
from config.local.record import with_local_servers
from config.settings import Settings, SettingsError, from_environ
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give
from tests.builders.pages import Browser
from tests.cli.conftest import Run
from tests.migrations.gates import GATES

pytestmark = pytest.mark.usefixtures("installation_context")

SMALL = Scale(communes=3, districts=2, gifts_of_commune=40, gifts_of_district=25, gifts_of_city=30)
LAST_YEAR = today().year - 1
Ask = Callable[[str], list[tuple[object, ...]]]
# Each must have no answer. GIFTS are those of the demonstration: other tests' branches are "thu-…".
GIFTS = """
    FROM donations d
    JOIN branches b ON b.id = d.branch_id AND b.slug NOT LIKE 'thu-%'
    JOIN receipts r ON r.branch_id = d.branch_id AND r.donation_id = d.id
    JOIN journal_entries e ON e.branch_id = d.branch_id AND e.source_id = d.id
    JOIN audit_events a ON a.branch_id = d.branch_id AND a.subject_id = d.id
     AND a.action = 'donations.recorded'
    JOIN donors g ON g.branch_id = d.branch_id AND g.id = d.donor_id
    LEFT JOIN donation_reversals x ON x.branch_id = d.branch_id AND x.donation_id = d.id
    LEFT JOIN receipt_voids v ON v.branch_id = r.branch_id AND v.receipt_id = r.id"""
FAULTS = {
    "booked before it was received": "local_day(d.posted_at) < d.received_on",
    "booked long after": "local_day(d.posted_at) > d.received_on + 3",
    "booked in the future": "d.posted_at > now()",
    "booked outside office hours": """local_day(d.posted_at) < local_day(now()) AND
        (d.posted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time NOT BETWEEN '07:30' AND '17:30'""",
    "booked after the branch was closed": "local_day(d.posted_at) >= b.closed_on",
    "a receipt of another moment": "(r.issued_at, e.posted_at) <> (d.posted_at, d.posted_at)",
    "a trail of another moment": "a.at <> d.posted_at",
    "a series of another year": "r.fiscal_year <> extract(year FROM local_day(r.issued_at))",
    "a giver known too late": "g.created_at > d.posted_at",
    "taken back before it was given": "x.posted_at <= d.posted_at OR x.posted_at > now()",
    "taken back by a closed branch": "local_day(x.posted_at) >= b.closed_on",
    "void at another moment": "v.voided_at <> x.posted_at",
}
NUMBERS = """
    SELECT b.slug, r.fiscal_year, array_agg(r.number ORDER BY r.issued_at), s.last_number
    FROM receipts r JOIN branches b ON b.id = r.branch_id AND b.slug NOT LIKE 'thu-%'
    JOIN receipt_series s USING (branch_id, fiscal_year, kind, book)
    GROUP BY b.slug, r.fiscal_year, s.last_number"""
GUARDS = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, array(
      SELECT t.tgname || ' ' || t.tgenabled::text::text FROM pg_trigger t
      WHERE t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY t.tgname)
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    ORDER BY c.relname"""


def asking(url: str) -> Iterator[Ask]:
    """Questions to the database at this address."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda query: connection.execute(sql.SQL(query)).fetchall()


@pytest.fixture
def ask(own_cluster: Cluster, installation: Flask) -> Iterator[Ask]:
    """Questions past every policy to a database with a small demonstration."""
    plant(SMALL, tell=lambda _: None)
    yield from asking(own_cluster.superuser_url())


@pytest.mark.parametrize("fault", FAULTS)
def test_no_gift_of_the_demonstration_is(fault: str, ask: Ask) -> None:
    assert ask(f"SELECT b.slug, d.received_on, d.posted_at {GIFTS} WHERE {FAULTS[fault]}") == []


def test_every_series_is_numbered_without_gap_in_the_order_of_time(ask: Ask) -> None:
    series = ask(NUMBERS)

    wrong = [row for row in series if row[2] != list(range(1, int(str(row[3])) + 1))]
    assert wrong == []
    assert {row[1] for row in series} >= {LAST_YEAR, LAST_YEAR + 1}


def test_a_gift_taken_back_left_the_totals_on_the_day_it_was_noticed(ask: Ask, flask: Run) -> None:
    found = ask("""
        SELECT e.dated_on = local_day(x.posted_at) AND p.dated_on = e.dated_on
        FROM donation_reversals x
        JOIN journal_entries e ON e.branch_id = x.branch_id AND e.source_id = x.id
        JOIN postings p ON p.branch_id = e.branch_id AND p.entry_id = e.id""")

    assert {row[0] for row in found} <= {True}
    assert flask("ledger", "check").exit_code == 0
    assert flask("rollups", "check").exit_code == 0


def test_the_guards_stand_as_in_a_fresh_database(
    ask: Ask, cluster: Cluster, settings: Settings
) -> None:
    (fresh,) = (asked(GUARDS) for asked in asking(cluster.superuser_url()))

    assert ask(GUARDS) == fresh
    assert {name: ask(gate.query) for name, gate in GATES.items()} == {name: [] for name in GATES}


@pytest.mark.parametrize("column", ["donations.posted_at", "receipts.issued_at"])
def test_nobody_moves_a_gift_afterwards(column: str, ask: Ask, own_cluster: Cluster) -> None:
    table, _, moment = column.partition(".")
    statement = sql.SQL(f"UPDATE {table} SET {moment} = now()")

    with (
        psycopg.connect(own_cluster.app_url()) as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute(statement)
    with (
        psycopg.connect(own_cluster.owner_url()) as owner,
        pytest.raises(psycopg.Error, match="append-only"),
    ):
        owner.execute(statement)


def test_a_branch_that_was_worked_in_is_left_as_it_is(ask: Ask) -> None:
    known = branch_named("xa-soc-son")
    with reading(scope_of(known)) as session:
        fund_id = last_recorded(session)[0].fund_id
    gift = give(BranchAtHand(known.id, known.slug, fund_id))
    moments = "SELECT id, posted_at FROM donations ORDER BY id"
    before = ask(moments)

    plant(SMALL, tell=lambda _: None)

    assert ask(moments) == before
    with reading(scope_of(known)) as session:
        newest, *others = last_recorded(session, at_most=20)
    assert newest.id == gift.id
    assert newest.receipt_number == others[0].receipt_number + 1


def test_the_front_page_shows_the_latest_by_time(ask: Ask, installation: Flask) -> None:
    person = PEOPLE[0]
    browser = Browser(installation)
    browser.open("/dang-nhap").send(email=person.email, password=person.password)
    with reading(scope_of(branch_named(person.slug))) as session:
        latest = last_recorded(session)

    page = browser.open(f"/b/{person.slug}/").text

    shown = re.findall(r"/ung-ho/([0-9a-f-]{36})\"", page)
    assert list(dict.fromkeys(shown)) == [str(gift.id) for gift in latest]
    moments = [gift.posted_at for gift in latest]
    assert moments == sorted(moments, reverse=True)
    assert len(set(moments)) == len(moments)


def test_an_old_paper_is_dated_on_the_day_it_was_issued(ask: Ask, own_settings: Settings) -> None:
    ((fact, receipt_id),) = ask(f"""
        SELECT o.id, r.id FROM outbox o JOIN receipts r ON r.id = o.subject_id
        JOIN branches b ON b.id = r.branch_id AND b.slug = 'phuong-ba-dinh'
        WHERE r.fiscal_year = {LAST_YEAR} ORDER BY r.number LIMIT 1""")

    with reading(scope_of(branch_named("phuong-ba-dinh"))) as session:
        (order,) = rendering_orders(session, [fact], public_url=own_settings.public_url)  # type: ignore[list-item]
        receipt = get_receipt(session, receipt_id)  # type: ignore[arg-type]
    assert order.paper.series == f"BN/{LAST_YEAR}/A"
    assert order.paper.number == 1
    assert order.paper.issued_on == local(receipt.issued_at).date()
    assert order.paper.issued_on.year == LAST_YEAR
    assert order.paper.received_on <= order.paper.issued_on


def test_what_is_scheduled_is_explained(ask: Ask, flask: Run) -> None:
    told = flask("outbox", "status").output

    assert re.search(r"^scheduled: \d+  \(papers printed when first asked for", told, re.MULTILINE)


def test_a_command_without_a_home_says_which_one_to_give(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"KH_HOME .*: start .* or give the KH_HOME"):
        with_local_servers(from_environ({"KH_HOME": str(tmp_path)}))
