"""The database goes and comes back: every page says so kindly, and the first one after it works."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

import psycopg
import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.db.base import close_connections, database
from app.factory import create_app
from config.local.cluster import Cluster, temporary_cluster
from config.local.ports import wait_until
from config.local.postgres import Durability, postgres_server
from config.local.process import running
from config.settings import Settings
from tests.builders.branches import PASSWORD, BranchAtHand, a_member, a_token, open_city
from tests.builders.cards import SECRET, card_house
from tests.builders.pages import Browser, alone
from tests.doubles.stripe.delivery import signed
from tests.doubles.stripe.shapes import payout
from tests.migrated import migrate


@dataclass
class House:
    """An installation whose PostgreSQL a test may stop."""

    app: Flask
    cluster: Cluster
    branch: BranchAtHand
    treasurer: Browser
    email: str
    token: str
    life: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """No database while the block lasts; every pooled connection is dead when it ends."""
        record = self.cluster.record
        lock = record.data / "postmaster.pid"
        os.kill(int(lock.read_text().split()[0]), signal.SIGINT)
        assert wait_until(lambda: not lock.exists(), seconds=10)
        try:
            yield
        finally:
            log = record.data.parent / "again.log"
            server = postgres_server(record, log=log, durability=Durability.THROWAWAY)
            self.life.enter_context(running(server))


@pytest.fixture(scope="module")
def house(settings: Settings) -> Iterator[House]:
    """A house of its own."""
    with temporary_cluster() as cluster, ExitStack() as life:
        its = replace(
            settings,
            database_url=cluster.app_url(),
            database_owner_url=cluster.owner_url(),
        )
        migrate(its, "upgrade")
        app = create_app(its)
        with app.app_context():
            city = open_city()
            member = a_member(city, Role.TREASURER)
            treasurer = Browser(app).signed_in(member)
            token = a_token(city, Role.TREASURER)
            yield House(app, cluster, city, treasurer, member[1], token, life)
            close_connections()


PAGES = ("/", "/dang-nhap", "/chon-don-vi", "/q/{slug}", "/xac-minh/7K3M9QXT2B4D", "/nirgendwo")
OWN = ("/b/{slug}/", "/b/{slug}/ung-ho", "/b/{slug}/ung-ho/ghi", "/b/{slug}/quy/")


@pytest.mark.parametrize("path", PAGES + OWN)
def test_a_signed_in_person_reads_that_the_house_is_busy(house: House, path: str) -> None:
    with house.without_database():
        page = house.treasurer.open(path.format(slug=house.branch.slug))

    assert page.status == 503
    assert page.headers["Retry-After"] == "2"
    assert "Hệ thống đang bận" in page.text
    assert "Set-Cookie" not in page.headers


def test_what_was_typed_is_not_lost_and_is_recorded_once_the_house_is_back(house: House) -> None:
    form = house.treasurer.open(f"/b/{house.branch.slug}/ung-ho/ghi")
    typed = {"amount": "500000", "donor_name": "Bà Hoa", "source": "household"}

    with house.without_database():
        refused = form.send(**typed)
    again = form.send(**typed)

    assert refused.status == 503
    assert again.status == 303, again.text


def test_software_is_told_in_its_own_language(house: House) -> None:
    bearer = {"Authorization": f"Bearer {house.token}"}
    client = house.app.test_client()
    with house.without_database():
        answer = alone(client.get, "/api/v1/funds", headers=bearer)
    after = alone(client.get, "/api/v1/funds", headers=bearer)

    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.text)["code"] == "busy"
    assert answer.headers["Retry-After"] == "2"
    assert after.status_code == 200


def test_no_dead_connection_costs_a_request(house: House) -> None:
    with ExitStack() as held:
        for _ in range(5):
            held.enter_context(database.engine.connect())
    assert database.engine.pool.checkedin() >= 5  # type: ignore[attr-defined]

    with house.without_database():
        pass
    answers = [house.treasurer.open(f"/b/{house.branch.slug}/").status for _ in range(5)]

    assert answers == [200] * 5


def test_a_session_that_cannot_be_written_costs_only_whom_it_is_new_for(house: House) -> None:
    with psycopg.connect(house.cluster.superuser_url()) as other:
        other.execute("LOCK TABLE web_sessions IN EXCLUSIVE MODE")
        known = house.treasurer.open(f"/b/{house.branch.slug}/")
        stranger = Browser(house.app).open("/dang-nhap")
        entering = stranger.send(email=house.email, password=PASSWORD)

    assert (known.status, stranger.status, entering.status) == (200, 200, 503)
    assert "Hệ thống đang bận" in entering.text
    assert "Set-Cookie" not in entering.headers


def test_a_fault_outside_a_view_is_told_on_a_page_too(house: House) -> None:
    with psycopg.connect(house.cluster.superuser_url(), autocommit=True) as other:
        other.execute("ALTER TABLE web_sessions RENAME TO elsewhere")
        entering = Browser(house.app).open("/dang-nhap").send(email=house.email, password=PASSWORD)
        pages = [house.treasurer.open("/"), entering]
        other.execute("ALTER TABLE elsewhere RENAME TO web_sessions")

    assert [page.status for page in pages] == [500, 500]
    assert all("Hệ thống gặp lỗi" in page.text for page in pages)


def test_what_fails_inside_a_branch_is_told_with_the_ways_on(house: House) -> None:
    path = f"/b/{house.branch.slug}/nha-hao-tam/"
    with psycopg.connect(house.cluster.superuser_url()) as other:
        other.execute("LOCK TABLE donors IN ACCESS EXCLUSIVE MODE")
        busy = house.treasurer.open(path)
        other.execute("ALTER TABLE donors RENAME TO elsewhere")
        other.commit()
        broken = house.treasurer.open(path)
        other.execute("ALTER TABLE elsewhere RENAME TO donors")

    assert (busy.status, broken.status) == (503, 500)
    for page in (busy, broken):
        assert 'class="navigation"' in page.text
        assert f'<a class="button" href="/b/{house.branch.slug}/">' in page.text


def test_what_stripe_tells_is_told_again_while_the_house_is_busy(house: House) -> None:
    with card_house(house.app) as cards:
        event = cards.world.tell("payout.paid", cards.world.keep(payout(500_000, "vnd", 1)))
        with house.without_database():
            away = cards.deliver(signed(event, SECRET))
        back = cards.deliver(signed(event, SECRET))

    assert (away, back) == (503, 200)
