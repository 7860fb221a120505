"""flask branches: the real tree, and a new branch with its books."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from uuid import uuid4

import pytest

from app.branches.queries import get_branch
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.service import record_donation
from app.kernel.errors import PeriodClosed
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side
from app.ledger.service import post_entry
from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("installation_context")


def test_the_tree_is_the_real_one(flask: Run) -> None:
    rows = json.loads(flask("branches", "list", "--all", "--json").output)

    communes = [r for r in rows if r["kind"] == "commune_association" and r["parent"] != "ha-noi"]
    of_city = [r for r in rows if r["parent"] == "ha-noi" and not r["slug"].startswith("thu-")]
    today = [r["slug"] for r in of_city if r["kind"] == "commune_association"]
    assert len([r for r in communes if "--" in r["slug"]]) == 526
    assert (len(today), len([slug for slug in today if slug.startswith("phuong-")])) == (126, 51)
    assert len([r for r in of_city if r["kind"] == "district_association"]) == 30


def test_closed_branches_are_listed_only_when_asked_for(flask: Run) -> None:
    rows = json.loads(flask("branches", "list", "--json").output)

    (row,) = (row for row in rows if row["slug"] == "phuong-ba-dinh")
    assert row == {
        "slug": "phuong-ba-dinh",
        "name": "Hội Khuyến học phường Ba Đình",
        "kind": "commune_association",
        "parent": "ha-noi",
        "books": "own",
        "opened_on": "2025-07-01",
        "closed_on": None,
    }
    assert all(row["closed_on"] is None for row in rows)


def opened(flask: Run, slug: str, parent: str) -> int:
    """Open a residential branch from the shell, and say how that ended."""
    words = ("--name", "Chi hội khuyến học thôn 8", "--short-name", "Thôn 8")
    place = ("--kind", "residential_branch", "--parent", parent, "--on", "2026-01-15")
    return flask("branches", "open", slug, *words, *place).exit_code


def test_a_new_branch_gets_books_and_may_be_closed(flask: Run, a_branch: BranchAtHand) -> None:
    slug = f"thu-thon-8-{uuid4().hex[:8]}"

    assert opened(flask, slug, a_branch.slug) == 0
    assert flask("branches", "open", slug).exit_code == 0
    assert flask("ledger", "check", "--branch", slug).output == (
        "The books of 1 branches are sound.\n"
    )
    # The branch above may not end while this one goes on.
    assert flask("branches", "close", a_branch.slug, "--on", "2026-02-01").exit_code == 1
    assert flask("branches", "close", slug, "--on", "2026-02-01").exit_code == 0
    assert flask("branches", "close", slug, "--on", "2026-03-01").exit_code == 1


def test_refusals_are_one_sentence(flask: Run, a_branch: BranchAtHand) -> None:
    for words in (
        ("branches", "open", "thu-khong-co"),
        ("branches", "close", a_branch.slug, "--on", "2019-01-01"),
        ("ledger", "check", "--branch", "thu-khong-co"),
    ):
        answer = flask(*words)

        assert answer.exit_code == 1
        assert answer.output.startswith("Error: ")
        assert answer.output.count("\n") == 1


def test_a_slug_is_taken_once(flask: Run, a_branch: BranchAtHand) -> None:
    assert opened(flask, a_branch.slug, a_branch.slug) == 1


def test_production_lays_the_books_of_city_and_communes(flask: Run) -> None:
    answer = flask("branches", "open-communes")

    assert answer.exit_code == 0
    assert flask("branches", "open-communes").output == answer.output
    assert flask("ledger", "check", "--branch", "xa-minh-chau").exit_code == 0


def test_how_a_branch_is_reached_is_published_cleaned_and_taken_down(
    flask: Run, a_branch: BranchAtHand
) -> None:
    told = ("--address", " Số 2  phố Trúc Bạch ", "--phone", "024 3823 1234", "--email", "A@B.vn")

    assert flask("branches", "contact", a_branch.slug, *told).exit_code == 0
    with reading(DirectoryScope()) as session:
        known = get_branch(session, a_branch.slug)
    assert flask("branches", "contact", a_branch.slug, "--phone", "12").exit_code == 2
    moved = flask("branches", "contact", a_branch.slug, "--address", "Số 9", "--take-down", "email")
    with reading(DirectoryScope()) as session:
        kept = get_branch(session, a_branch.slug)

    assert (known.address, known.phone) == ("Số 2 phố Trúc Bạch", "+842438231234")
    assert known.email == "a@b.vn"
    assert (kept.address, kept.phone, kept.email) == ("Số 9", "+842438231234", None)
    assert "phone: +842438231234\n  email: -" in moved.output


def test_a_branch_does_not_end_before_its_newest_entry(flask: Run, a_branch: BranchAtHand) -> None:
    for day in (date(2026, 3, 9), date(2026, 5, 20)):
        give(a_branch, a_gift(a_branch, received_on=day))

    answers = [
        flask("branches", "close", a_branch.slug, "--on", day)
        for day in ("2026-02-01", "2026-05-20", "2026-05-21")
    ]

    assert [answer.exit_code for answer in answers] == [1, 1, 0]
    assert answers[0].output == answers[1].output
    assert "bút toán ngày 20/05/2026" in answers[0].output


def test_a_gift_that_is_being_recorded_is_seen_by_who_closes(
    flask: Run, a_branch: BranchAtHand
) -> None:
    gift = a_gift(a_branch, received_on=date(2026, 5, 20))

    with ThreadPoolExecutor(1) as operator:
        with unit_of_work(a_branch.scope) as session:
            record_donation(session, gift)
            closing = operator.submit(
                flask, "branches", "close", a_branch.slug, "--on", "2026-05-20"
            )
            wait([closing], timeout=0.5)
        answer = closing.result()

    assert answer.exit_code == 1
    assert "bút toán ngày 20/05/2026" in answer.output


def test_a_gift_that_found_the_branch_open_is_not_entered_after_it_closed(
    flask: Run, a_branch: BranchAtHand
) -> None:
    lines = [
        NewPosting(Account.CASH, Side.DEBIT, 100, a_branch.fund_id),
        NewPosting(Account.GIFTS, Side.CREDIT, 100, a_branch.fund_id),
    ]
    assert flask("branches", "close", a_branch.slug, "--on", "2026-05-20").exit_code == 0

    for day in (date(2026, 5, 20), date(2026, 11, 2)):
        with pytest.raises(PeriodClosed), unit_of_work(a_branch.scope) as session:
            post_entry(session, NewEntry(uuid7(), day, "test", uuid7(), lines))
    give(a_branch, a_gift(a_branch, received_on=date(2026, 5, 19)))
