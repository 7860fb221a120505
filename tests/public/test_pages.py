"""Pages for everybody: right numbers, no people, no cookies."""

import re
from datetime import date

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.branches.commands import BranchKind, Contact
from app.branches.models import BranchSuccession
from app.branches.queries import get_branch
from app.branches.service import close_branch, publish_contact
from app.db.scope import BranchScope, DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method
from app.donors.commands import DonorKind, NewDonor
from app.funds.books import open_books
from app.kernel.clock import today
from app.rollups.queries import TotalsQuestion, totals
from app.web.charts.scale import short_vnd
from tests.builders.branches import SOMEBODY, BranchAtHand, a_member, open_below
from tests.builders.consequences import refresh_boards
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser

DONOR = NewDonor(DonorKind.PERSON, "Trần Văn Ẩn Danh", phone="+84987654321", address="Ngõ 12")


@pytest.fixture(scope="module")
def ba_dinh(application: Flask) -> BranchAtHand:
    """A commune of the real city, with its books laid."""
    with application.app_context():
        with reading(DirectoryScope()) as session:
            branch = get_branch(session, "phuong-ba-dinh")
        with unit_of_work(BranchScope(branch.id, SOMEBODY)) as session:
            fund_id = open_books(session, opened_on=branch.opened_on)
    return BranchAtHand(branch.id, branch.slug, fund_id)


@pytest.fixture(scope="module", autouse=True)
def front_page(application: Flask) -> None:
    """The front page's board is made, whichever test comes first."""
    with application.app_context():
        refresh_boards()


def test_a_branch_tells_what_it_and_its_hamlets_received(
    application: Flask, a_branch: BranchAtHand
) -> None:
    hamlet = open_below(a_branch, BranchKind.RESIDENTIAL)
    give(a_branch, a_gift(a_branch, amount=500_000, donor=DONOR))
    give(a_branch, a_gift(a_branch, amount=200_000, method=Method.IN_KIND, donor=DONOR))
    give(hamlet, a_gift(hamlet, amount=80_000))
    refresh_boards()

    page = Browser(application).open(f"/q/{a_branch.slug}")

    assert page.status == 200
    said = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "780 nghìn đồng, với 3 lượt ủng hộ" in said
    assert "hiện vật 200 nghìn" in said
    assert re.search(r"Quỹ chung.*500\.000 đ", said, re.DOTALL)
    assert f"/q/{hamlet.slug}" in page.text


def test_a_branch_leads_back_to_the_front_page_and_to_the_one_above(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    refresh_boards()

    way_back = {
        branch.slug: re.findall(r'<li><a href="([^"]+)">', breadcrumb_of(application, branch))
        for branch in (city, a_branch)
    }

    assert way_back == {city.slug: ["/"], a_branch.slug: ["/", f"/q/{city.slug}"]}


def breadcrumb_of(application: Flask, branch: BranchAtHand) -> str:
    """The way back on a branch's page."""
    text = Browser(application).open(f"/q/{branch.slug}").text
    return text[text.index('class="breadcrumb"') :].partition("</nav>")[0]


def received_this_year(slug: str) -> int:
    """What the totals say of the real city, in which other tests give too."""
    year = today().year
    with reading(DirectoryScope()) as session:
        branch_id = get_branch(session, slug).id
    with reading(BranchScope(branch_id, SOMEBODY)) as session:
        question = TotalsQuestion(date(year, 1, 1), date(year, 12, 31), reach="tree")
        (total,) = totals(session, question)
    return total.amount


def test_the_front_page_adds_up_the_city_and_names_nobody(
    application: Flask, ba_dinh: BranchAtHand
) -> None:
    give(ba_dinh, a_gift(ba_dinh, amount=123_456_000, donor=DONOR))
    refresh_boards()

    page = Browser(application).open("/")

    assert page.status == 200
    assert 'href="/q/phuong-ba-dinh"' in page.text
    assert len(re.findall(r'<a href="/q/[^"]+"><title>', page.text)) == 126
    assert short_vnd(received_this_year("ha-noi")).replace("\N{NO-BREAK SPACE}", " ") in page.text
    assert "Ẩn Danh" not in page.text
    for text in (page.text, Browser(application).open("/q/phuong-ba-dinh").text):
        assert "987654321" not in text
        assert "Ngõ 12" not in text


@pytest.mark.parametrize(
    "asked", ["Ba Đình", "ba dinh", "  BA   DINH ", "phường ba đình", "p ba dinh", "P.Ba Đình"]
)
def test_a_branch_is_found_by_its_name(application: Flask, asked: str) -> None:
    page = Browser(application).open(f"/?q={asked}")

    found = page.text[page.text.index('id="found"') :]
    links = re.findall(r"/q/([a-z0-9-]+)", found[: found.index("</section>")])
    assert links[0] == "phuong-ba-dinh"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("x soc son", "xa-soc-son"),
        ("p. cong vi", "phuong-cong-vi--quan-ba-dinh"),
    ],
)
def test_ranks_may_be_written_short(application: Flask, asked: str, first: str) -> None:
    page = Browser(application).open(f"/?q={asked}")

    assert re.findall(r"/q/([a-z0-9-]+)", page.text[page.text.index('id="found"') :])[0] == first


@pytest.mark.parametrize(
    ("asked", "at_work", "former"),
    [
        ("quan hoan kiem", "phuong-hoan-kiem", "quan-hoan-kiem"),
        ("q.ba dinh", "phuong-ba-dinh", "quan-ba-dinh"),
        ("TT. Sóc Sơn", "xa-soc-son", "thi-tran-soc-son--huyen-soc-son"),
    ],
)
def test_a_former_name_finds_who_is_at_work_first(
    application: Flask, asked: str, at_work: str, former: str
) -> None:
    page = Browser(application).open(f"/?q={asked}").text
    found = page[page.index('id="found"') : page.index("</section>")]
    links = re.findall(r"/q/([a-z0-9-]+)", found)

    assert (links[0], links[1]) == (at_work, former)
    assert found.index(at_work) < found.index("<details") < found.index(former)


def test_a_name_that_only_sounds_like_a_rank_finds_its_bearer(application: Flask) -> None:
    page = Browser(application).open("/?q=quan+thanh").text
    found = page[page.index('id="found"') : page.index("</section>")]

    assert "Phường Quán Thánh, quận Ba Đình" in found
    assert "<details" not in found
    assert "thanh-liet" not in found


def test_former_branches_stand_behind_a_fold_while_others_are_found(application: Flask) -> None:
    found = Browser(application).open("/?q=ba+dinh").text
    former = Browser(application).open("/?q=cong+vi").text

    fold = found[found.index('id="found"') :]
    assert fold.index("phuong-ba-dinh") < fold.index("<details") < fold.index("quan-ba-dinh")
    assert "<details" not in former[former.index('id="found"') : former.index("</section>")]


@pytest.mark.parametrize("asked", ["zzzz", "<script>alert(1)</script>", "%00", "q" * 5000])
def test_a_name_that_nobody_bears_is_told_kindly(application: Flask, asked: str) -> None:
    page = Browser(application).open(f"/?q={asked}")

    assert page.status == 200
    assert "Không tìm thấy" in page.text
    assert "<script>alert" not in page.text


def test_a_closed_branch_names_who_went_on(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    closed = open_below(city, BranchKind.DISTRICT)
    with unit_of_work(DirectoryScope()) as session:
        close_branch(session, closed.id, closed_on=today(), newest_entry_on=None)
        session.add(
            BranchSuccession(
                predecessor_id=closed.id,
                successor_id=a_branch.id,
                effective_on=today(),
                share="part",
                decision="Nghị quyết thử",
            )
        )
    refresh_boards()

    page = Browser(application).open(f"/q/{closed.slug}")

    assert "đã kết thúc hoạt động" in page.text
    assert f'href="/q/{a_branch.slug}"' in page.text
    assert "Cách ủng hộ" not in page.text


def test_public_pages_may_be_kept_and_leave_no_cookie(
    application: Flask, a_branch: BranchAtHand
) -> None:
    refresh_boards()

    for path in ("/", f"/q/{a_branch.slug}"):
        headers = Browser(application).open(path).headers

        assert headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=60"
        assert {"Cookie", "Accept-Encoding"} <= set(headers["Vary"].split(", "))
        assert "Set-Cookie" not in headers
    assert Browser(application).open("/xac-minh").headers["Cache-Control"] == "no-store"


def test_choosing_a_language_is_not_kept(application: Flask, a_branch: BranchAtHand) -> None:
    refresh_boards()
    browser = Browser(application)

    chosen = browser.open(f"/q/{a_branch.slug}?lang=en")

    assert chosen.headers["Cache-Control"] == "no-store"
    assert '<html lang="en">' in chosen.text
    assert '<html lang="en">' in browser.open("/").text


def test_public_pages_ask_nobody_else_and_run_nothing(
    application: Flask, a_branch: BranchAtHand
) -> None:
    refresh_boards()

    for path in ("/", f"/q/{a_branch.slug}", "/xac-minh"):
        text = Browser(application).open(path).text

        assert "<script" not in text
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []


@pytest.mark.parametrize("slug", ["khong-co", "PHUONG-BA-DINH", "a b", "%00", "x" * 3000])
def test_an_unknown_branch_is_not_there(application: Flask, slug: str) -> None:
    assert Browser(application).open(f"/q/{slug}").status == 404


def test_a_signed_in_person_sees_the_same_public_page(
    application: Flask, a_branch: BranchAtHand
) -> None:
    refresh_boards()

    stranger = Browser(application).open(f"/q/{a_branch.slug}")
    member = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))

    assert member.open(f"/q/{a_branch.slug}").text == stranger.text


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        (Contact(), "chưa công bố địa chỉ và điện thoại"),
        (Contact(phone="+84912345678"), "Xin hỏi hội trước khi đến"),
        (Contact(address="Số 2 Trúc Bạch"), "Mời bạn đến hội"),
    ],
)
def test_a_branch_says_how_it_is_reached_as_far_as_that_is_known(
    application: Flask, a_branch: BranchAtHand, contact: Contact, said: str
) -> None:
    with unit_of_work(a_branch.scope) as session:
        publish_contact(session, a_branch.id, contact)
    refresh_boards()

    page = Browser(application).open(f"/q/{a_branch.slug}").text

    assert said in page
    assert ("0912 345 678" in page) == (contact.phone is not None)
    assert ("Số 2 Trúc Bạch" in page) == (contact.address is not None)
