"""flask demo: people who can sign in, tokens that stay the same, and books that check."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.service import add_user
from app.branches.queries import all_branches
from app.cli.demo.book import Books, _planned
from app.cli.demo.places import NOTHING_YET, QUIET_LATELY, Place, dice_of, places
from app.cli.demo.scale import FULL, Scale
from app.cli.demo.seed import plant
from app.cli.operator import branch_named, scope_of
from app.db.base import close_connections
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import DonationFilter, DonationView, donations
from app.factory import create_app
from app.funds.books import GENERAL_FUND
from app.kernel.clock import today
from app.receipts.queries import get_receipt
from app.receipts.service import hasten_rendering
from config.settings import Environment, Settings
from tests.builders.branches import SOMEBODY
from tests.builders.consequences import drain_outbox
from tests.builders.pages import Browser
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("installation_context")

SMALL = Scale(communes=3, districts=1, gifts_of_commune=30, gifts_of_district=12, gifts_of_city=8)
KEYS = {
    "treasurer@phuong-ba-dinh",
    "chair@phuong-ba-dinh",
    "inspector@phuong-ba-dinh",
    "treasurer@phuong-ngoc-ha",
    "chair@phuong-ngoc-ha",
    "officer@ha-noi",
}


@pytest.fixture
def told(installation: Flask) -> list[str]:
    """What a small demonstration says while it is planted, or found planted."""
    said: list[str] = []
    plant(SMALL, tell=said.append)
    return said


def gifts_of_ba_dinh(*, at_most: int = 500) -> list[DonationView]:
    """Gifts of phường Ba Đình, newest first."""
    with reading(scope_of(branch_named("phuong-ba-dinh"))) as session:
        return list(donations(session, DonationFilter(at_most=at_most)))


def test_seeding_again_goes_on_where_it_stopped(told: list[str]) -> None:
    before = gifts_of_ba_dinh()
    said: list[str] = []

    plant(SMALL, tell=said.append)
    plant(replace(SMALL, communes=4), tell=said.append)

    filled = [line for line in said if line.startswith("The demonstration is there")]
    assert filled == [
        "The demonstration is there: 0 branches were filled.",
        "The demonstration is there: 1 branches were filled.",
    ]
    assert gifts_of_ba_dinh() == before


def test_communes_say_how_they_are_reached_and_smaller_units_do_not(told: list[str]) -> None:
    ward, city = branch_named("phuong-ba-dinh"), branch_named("ha-noi")

    assert (ward.address, ward.phone) == ("Trụ sở hội, Phường Ba Đình", None)
    assert city.email == "hoikhuyenhoc.ha-noi@example.vn"
    assert not branch_named("tdp-3-ba-dinh").has_contact


def test_everybody_of_the_contract_signs_in(
    flask: Run, installation: Flask, told: list[str]
) -> None:
    users = json.loads(flask("demo", "users", "--json").output)

    assert set(users) == KEYS
    for person in users.values():
        page = Browser(installation).open("/dang-nhap")
        answer = page.send(email=person["email"], password=person["password"])
        assert answer.status == 303, person
        assert person["email"] in flask("demo", "users").output


def test_tokens_open_their_branch_and_stay_the_same(
    flask: Run, installation: Flask, told: list[str]
) -> None:
    tokens = json.loads(flask("demo", "tokens", "--json").output)

    assert set(tokens) == KEYS
    for key, token in tokens.items():
        headers = {"Authorization": f"Bearer {token}"}
        me = installation.test_client().get("/api/v1/me", headers=headers).get_json()
        assert f"{me['role']}@{me['branch']['slug']}" == key
    assert json.loads(flask("demo", "tokens", "--json").output) == tokens


def test_gifts_of_today_wait_for_their_paper_and_old_ones_for_somebody_to_ask(
    told: list[str],
) -> None:
    drain_outbox()
    gifts = gifts_of_ba_dinh()
    scope = scope_of(branch_named("phuong-ba-dinh"))
    new = [gift.receipt_id for gift in gifts if gift.received_on == today()]
    old = next(g.receipt_id for g in gifts if g.received_on < today() and not g.reversed_at)

    with reading(scope) as session:
        assert {get_receipt(session, receipt).status for receipt in new} <= {"rendered", "void"}
        assert get_receipt(session, old).status == "issued"
    with unit_of_work(scope) as session:
        hasten_rendering(session, old)
    drain_outbox()
    with reading(scope) as session:
        assert get_receipt(session, old).status == "rendered"
    assert len(new) == 7


def test_every_gift_was_entered_by_the_branch_s_treasurer(told: list[str]) -> None:
    with reading(scope_of(branch_named("phuong-ba-dinh"))) as session:
        clerks = session.execute(text("SELECT DISTINCT snapshot ->> 'recorded_by' FROM receipts"))

        assert clerks.scalars().all() == ["Nguyễn Thị Lan"]


def test_the_whole_demonstration_is_as_promised() -> None:
    with reading(DirectoryScope()) as session:
        tree = [branch for branch in all_branches(session) if not branch.slug.startswith("thu-")]
    wanted = places(tree, FULL, today())

    by_slug = {place.slug: place for place in wanted}
    communes = [slug for slug in by_slug if slug.startswith(("phuong-", "xa-"))]
    assert len(communes) == 126
    assert sum(place.gift_count for place in wanted) > 20_500
    assert by_slug[NOTHING_YET].gift_count == 0
    assert set(communes) >= QUIET_LATELY
    assert all((today() - by_slug[slug].last).days > 31 for slug in QUIET_LATELY)


def test_the_same_gifts_are_planned_every_time() -> None:
    place = Place("xa-thu", "Xã Thử", today().replace(year=today().year - 1), today(), 200)
    books = Books({GENERAL_FUND: SOMEBODY}, None, SOMEBODY)

    once = _planned(dice_of("xa-thu"), place, books, today())

    assert once == _planned(dice_of("xa-thu"), place, books, today())
    assert [gift.received_on for gift in once] == sorted(gift.received_on for gift in once)
    assert len({gift.donor.name for gift in once}) < 170


def command_of(settings: Settings, *words: str) -> tuple[int, str]:
    """How a command ends in an installation with these settings."""
    app = create_app(settings)
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=words)
        close_connections()
    return answer.exit_code, answer.output


def test_production_knows_no_demonstration(own_settings: Settings) -> None:
    production = replace(own_settings, environment=Environment.PRODUCTION, is_demo=False)

    for verb in ("seed", "users", "tokens"):
        assert command_of(production, "demo", verb)[0] == 1


def test_seeding_must_be_wished_for(own_settings: Settings) -> None:
    status, output = command_of(replace(own_settings, is_demo=False), "demo", "seed")

    assert status == 1
    assert "KH_DEMO=1" in output


def test_a_database_with_people_of_its_own_is_left_alone(flask: Run) -> None:
    with unit_of_work(DirectoryScope()) as session:
        add_user(session, email="nguoi.that@khuyenhoc.test", name="Người thật", password=None)

    answer = flask("demo", "seed")

    assert (answer.exit_code, answer.output) == (
        0,
        "This database has people of its own; nothing was seeded.\n",
    )
