"""Another branch's id, wherever it is sent and whoever sends it, answers exactly as an absent one.

The places are data (places.py); a route, or a field of the API or of a form, that is not there
fails the test. Rows of the two branches are the same before and after.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff

import psycopg
import pytest
from flask import Flask

from app.accounts.permissions import GRANTS, Permission, Role
from config.local.cluster import Cluster
from tests.builders.branches import BranchAtHand, a_member, open_city, open_commune
from tests.builders.pages import Browser
from tests.tenancy.asking import Mask, Person, Words, absent, ids_of, rows_of, without_new
from tests.tenancy.asking import words_for as said
from tests.tenancy.places import FREE, PLACES, PORTAL, SOFTWARE, WITHOUT_IDS, Place

PEOPLE = [None, *Role]
WRITING = {Permission.DONATIONS_RECORD, Permission.DONATIONS_REVERSE}
WRITERS = [role for role in Role if WRITING & GRANTS[role]]
# What one's own id does not change: a place in an order, what is not read there, a page without
# htmx, an id where another kind's belongs, an address that leads nowhere, a poster of an account
# that is not verified, a match with what does not fit, what only the chair may; and a branch is not
# below itself.
SILENT = re.compile(
    r"dated_|gift_cursor|entry_cursor|\{branch\}|\?branch=|/tong-hop|GET \S+/bien-nhan$"
    r"|receipts/\{gift\}|\{digest\}|/b/\{here\}/\{|ap-phich|/sao-ke/cot|'netted'|line_cursor"
    r"|own_line\}/xac-nhan|/hoan"
)


@dataclass(frozen=True, slots=True)
class Town:
    """A city, two communes of it, and what each can name."""

    city: BranchAtHand
    here: BranchAtHand
    there: BranchAtHand
    ids: dict[str, Words]

    def pairs(self, asking: BranchAtHand, other: BranchAtHand) -> tuple[Words, Words]:
        """The words that name rows of the other branch, and those that name nothing."""
        own, foreign = self.ids[asking.slug], self.ids[other.slug]
        named = said(asking, own, foreign)
        return named, said(asking, own, absent(foreign)) | {"fresh": named["fresh"]}


@pytest.fixture(scope="module")
def town(application: Flask) -> Town:
    """Two communes with gifts, and their city with gifts of its own."""
    with application.app_context():
        city = open_city()
        here, there = open_commune(city), open_commune(city)
        return Town(city, here, there, {each.slug: ids_of(each) for each in (city, here, there)})


@pytest.fixture
def owner(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """Somebody who sees the rows of all branches."""
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as connection:
        yield connection


def differences(
    person: Person, places: tuple[Place, ...], named: Words, nothing: Words
) -> Iterator[tuple[str, list[str]]]:
    """The places whose answers to the two are not the same, and in what."""
    mask = Mask.of(named, nothing)
    for place in places:
        foreign, missing = (person.ask(place, each, mask).lines() for each in (named, nothing))
        if foreign != missing:
            yield str(place), [line for line in ndiff(missing, foreign) if line[0] in "+-"]


@pytest.mark.parametrize("role", PEOPLE)
def test_a_foreign_id_answers_as_an_absent_one(
    application: Flask, town: Town, owner: psycopg.Connection, role: Role | None
) -> None:
    person = Person(application, town.here, role)
    # Who may not write is refused the free ids too; for those who may, see below.
    places = PLACES if role in WRITERS else (*PLACES, *FREE)
    before = [rows_of(owner, branch) for branch in (town.here, town.there)]

    found = list(differences(person, places, *town.pairs(town.here, town.there)))

    assert found == []
    assert [rows_of(owner, branch) for branch in (town.here, town.there)] == before


@pytest.mark.parametrize(
    ("asking", "other", "role"),
    [
        ("here", "city", Role.TREASURER),
        ("city", "here", Role.TREASURER),
        ("city", "here", Role.OFFICER),
    ],
)
def test_an_id_of_the_branch_above_or_below_answers_as_an_absent_one(
    application: Flask, town: Town, owner: psycopg.Connection, asking: str, other: str, role: Role
) -> None:
    branches = getattr(town, asking), getattr(town, other)
    person = Person(application, branches[0], role)
    # The totals of a branch below are there for the one above; its slug is no secret.
    # So are its accounts, which the city verifies.
    down = ("tong-hop/", "xac-nhan/<uuid:owner_id>")
    places = tuple(
        p for p in PLACES if asking == "here" or not any(part in p.rule for part in down)
    )
    before = [rows_of(owner, branch) for branch in branches]

    found = list(differences(person, places, *town.pairs(*branches)))

    assert found == []
    assert [rows_of(owner, branch) for branch in branches] == before


@pytest.mark.parametrize("role", WRITERS)
def test_an_id_that_another_branch_made_is_free_here(
    application: Flask, city: BranchAtHand, owner: psycopg.Connection, role: Role
) -> None:
    here, there, third = (open_commune(city) for _ in range(3))
    ids = {branch.slug: ids_of(branch) for branch in (here, there, third)}
    sibling = Town(city, here, there, ids)
    before = rows_of(owner, there)
    named, _ = sibling.pairs(here, there)
    _, nothing = sibling.pairs(third, there)

    mask = Mask.of(named, nothing)
    me, someone = (Person(application, branch, role) for branch in (here, third))
    mine = [me.ask(place, named, mask) for place in FREE]
    theirs = [someone.ask(place, nothing, mask) for place in FREE]

    assert [without_new(answer) for answer in mine] == [without_new(answer) for answer in theirs]
    records = Permission.DONATIONS_RECORD in GRANTS[role]
    expected = [303, 303, 201, 200] if records else [403, 303, 403, 200]
    assert [answer.status for answer in mine] == expected
    assert rows_of(owner, there) == before


def test_an_own_id_answers_otherwise(application: Flask, a_branch: BranchAtHand) -> None:
    own = ids_of(a_branch)
    named, nothing = said(a_branch, own, own), said(a_branch, own, absent(own))
    person = Person(application, a_branch, Role.TREASURER)
    telling = tuple(p for p in (*PORTAL, *SOFTWARE) if not SILENT.search(str(p)))

    found = {place for place, *_ in differences(person, telling, named, nothing)}

    silent = [str(place) for place in telling if str(place) not in found]
    assert not silent, "\n".join(silent)


def test_every_route_is_in_the_table(application: Flask) -> None:
    listed = {(place.method, place.rule) for place in (*PLACES, *FREE)} | WITHOUT_IDS

    routes = {
        (method, rule.rule)
        for rule in application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routes - listed == set()
    assert listed - routes == set()


def test_every_id_that_the_api_reads_is_in_the_table(application: Flask) -> None:
    document = application.extensions["openapi"]
    read = {
        parameter["name"]
        for operations in document["paths"].values()
        for method in operations.keys() & {"get", "post"}
        for parameter in operations[method].get("parameters", [])
        if parameter["in"] == "query"
    }
    schemas = document["components"]["schemas"]
    read |= {name for part, s in schemas.items() if "Sent" in part for name in s["properties"]}

    told = " ".join(f"{place.path} {place.body}" for place in SOFTWARE)
    ids = {name for name in read if name.endswith("_id") or name == "cursor"}

    assert ids == {"account_id", "fund_id", "drive_id", "cursor"}
    assert [name for name in ids if f"{name}={{" not in told and f"'{name}'" not in told] == []


def test_every_id_that_a_form_sends_is_in_the_table(application: Flask, town: Town) -> None:
    browser = Browser(application).signed_in(a_member(town.here, Role.TREASURER))
    for place in ("ghi", f"{town.ids[town.here.slug]['gift']}/huy"):
        form = browser.open(f"/b/{town.here.slug}/ung-ho/{place}").values()
        sent = {name for each in (*PORTAL, *FREE) for name in each.form or {}}
        assert {name for name in form if re.search(r"(^|_)id$", name)} <= sent
