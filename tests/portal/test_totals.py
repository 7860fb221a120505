"""The city's report: numbers of all branches below, people of none."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from app.accounts.permissions import Role
from app.branches.commands import BranchKind
from app.branches.service import close_branch
from app.db.base import database
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, Source
from app.donors.commands import DonorKind, NewDonor
from app.kernel.clock import today
from app.portal.totals.headings import turned
from app.portal.totals.rows import line
from app.rollups.queries import TotalsQuestion, same_day_last_year, totals
from tests.builders.branches import BranchAtHand, a_member, open_below, open_commune
from tests.builders.consequences import fold_totals
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, Page

DONOR = NewDonor(DonorKind.PERSON, "Nguyễn Thị Kín Tiếng", phone="+84912345678")


@pytest.fixture
def hamlet(a_branch: BranchAtHand, another_branch: BranchAtHand) -> BranchAtHand:
    """A hamlet below `a_branch`; it and both communes have received gifts of this month."""
    below = open_below(a_branch, BranchKind.RESIDENTIAL)
    give(a_branch, a_gift(a_branch, amount=500_000, donor=DONOR))
    give(below, a_gift(below, amount=70_000, source=Source.CLAN))
    give(another_branch, a_gift(another_branch, amount=300_000, method=Method.IN_KIND))
    fold_totals()
    return below


def officer(application: Flask, branch: BranchAtHand) -> Browser:
    """The browser of somebody at the branch's desk."""
    return Browser(application).signed_in(a_member(branch, Role.OFFICER))


def read(page: Page) -> str:
    """The page as one reads it: spaces that do not break are spaces."""
    return page.text.replace("\N{NO-BREAK SPACE}", " ")


def row_of(page: Page, name: str) -> str:
    """The text of the table's row for a branch."""
    found = re.search(
        rf"<tr><th scope=\"row\"><a [^>]*>{re.escape(name)}</a>.*?</tr>", read(page), re.DOTALL
    )
    assert found, page.text
    return re.sub(r"<[^>]+>|\s+", " ", found.group())


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent to the database inside the block."""
    sent: list[str] = []

    def note(*told: object) -> None:
        sent.append(str(told[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def test_the_city_reads_the_sum_and_its_parts(
    application: Flask,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    another_branch: BranchAtHand,
    hamlet: BranchAtHand,
) -> None:
    page = officer(application, city).open(f"/b/{city.slug}/tong-hop")

    assert "870.000 đ" in read(page)
    assert "2 xã phường vận động được 870 nghìn đồng" in read(page)
    assert "570.000 đ" in row_of(page, a_branch.slug)
    assert "300.000 đ" in row_of(page, another_branch.slug)
    assert "tính đến" in page.text
    assert hamlet.slug not in page.text


def test_the_sentence_names_former_branches_whose_money_is_in_the_sum(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    district = open_below(city, BranchKind.DISTRICT)
    before = same_day_last_year(today())
    give(district, a_gift(district, amount=90_000, received_on=before))
    with unit_of_work(DirectoryScope()) as session:
        close_branch(session, district.id, closed_on=today(), newest_entry_on=None)
    fold_totals()
    past = f"/b/{city.slug}/tong-hop?nam={before.year}"

    districts_alone = read(officer(application, city).open(past))
    give(city, a_gift(city, amount=10_000, received_on=before))
    give(a_branch, a_gift(a_branch, amount=5_000, received_on=before))
    fold_totals()
    with_all = read(officer(application, city).open(past))

    assert "1 đơn vị cũ vận động được 90 nghìn đồng" in districts_alone
    everybody = "cơ quan hội, 1 xã phường và 1 đơn vị cũ"
    assert f"{everybody} vận động được 105 nghìn đồng" in with_all


def test_the_report_says_what_the_api_says(
    application: Flask, city: BranchAtHand, hamlet: BranchAtHand
) -> None:
    question = TotalsQuestion(today().replace(month=1, day=1), today(), reach="tree")
    with reading(city.scope) as session:
        (whole,) = totals(session, question)

    page = officer(application, city).open(f"/b/{city.slug}/tong-hop")

    assert (whole.amount, whole.gift_count) == (870_000, 3)
    (total,) = re.findall(r"<tr class=\"total\">(?:(?!<tr).)*?>3<.*?</tr>", read(page), re.DOTALL)[
        -1:
    ]
    assert "870.000 đ" in total
    assert ">0 đ<" not in total  # nothing to compare with is a dash, as in the rows above


def test_a_drill_down_shows_the_branch_and_its_own_lower_ones(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand, hamlet: BranchAtHand
) -> None:
    browser = officer(application, city)

    page = browser.open(f"/b/{city.slug}/tong-hop/{a_branch.slug}")

    assert "70.000 đ" in row_of(page, hamlet.slug)
    assert f"{a_branch.slug}, trực tiếp tại hội" in page.text
    deeper = browser.open(f"/b/{city.slug}/tong-hop/{hamlet.slug}")
    assert "70.000 đ" in read(deeper)
    assert f"/b/{city.slug}/tong-hop/{a_branch.slug}?" in deeper.text


def test_no_report_names_a_giver(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand, hamlet: BranchAtHand
) -> None:
    browser = officer(application, city)

    for path in ("", f"/{a_branch.slug}", f"/{hamlet.slug}"):
        text = browser.open(f"/b/{city.slug}/tong-hop{path}").text
        assert "Kín Tiếng" not in text
        assert "912345678" not in text


def test_what_is_not_below_answers_like_what_is_not_there(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand, hamlet: BranchAtHand
) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))

    told = [
        browser.open(f"/b/{a_branch.slug}/tong-hop/{slug}")
        for slug in ("khong-co-don-vi-nay", another_branch.slug, a_branch.slug)
    ]

    assert [page.status for page in told] == [404, 404, 404]
    assert len({re.sub(r"[0-9a-f]{12}", "", re.sub(r"nonce=\S+", "", p.text)) for p in told}) == 1
    assert browser.open(f"/b/{a_branch.slug}/tong-hop/{hamlet.slug}").status == 200


def test_a_branch_without_lower_ones_has_nothing_to_add_up(
    application: Flask, another_branch: BranchAtHand, hamlet: BranchAtHand
) -> None:
    browser = Browser(application).signed_in(a_member(another_branch, Role.TREASURER))

    page = browser.open(f"/b/{another_branch.slug}/tong-hop")

    assert "chưa có đơn vị trực thuộc" in page.text
    assert browser.open(f"/b/{another_branch.slug}/tong-hop/{hamlet.slug}").status == 404


def test_a_panelist_does_not_see_totals(
    application: Flask, city: BranchAtHand, hamlet: BranchAtHand
) -> None:
    browser = Browser(application).signed_in(a_member(city, Role.PANELIST))

    assert browser.open(f"/b/{city.slug}/tong-hop").status == 403


def test_months_are_compared_only_with_a_year_that_is_known(
    application: Flask, a_branch: BranchAtHand, hamlet: BranchAtHand
) -> None:
    page = officer(application, a_branch).open(f"/b/{a_branch.slug}/tong-hop")

    assert f"Từng tháng của năm {today().year}, kể cả hiện vật quy ra tiền." in read(page)
    assert f"so với năm {today().year - 1}" not in page.text
    assert "line-before" not in page.text


def test_a_year_without_a_gift_says_so(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    page = officer(application, city).open(f"/b/{city.slug}/tong-hop")

    assert "Chưa có khoản ủng hộ nào" in page.text
    assert a_branch.slug in page.text


@pytest.mark.parametrize(
    ("sort", "is_rich_first"),
    [("", True), ("amount", False), ("-count", True), ("nonsense", True), ("-name';--", True)],
)
def test_the_server_sorts_the_table(
    application: Flask, city: BranchAtHand, sort: str, is_rich_first: bool
) -> None:
    rich, poor = open_commune(city), open_commune(city)
    give(rich)
    give(rich)
    give(poor, a_gift(poor, amount=1_000))
    fold_totals()

    page = officer(application, city).open(f"/b/{city.slug}/tong-hop?sort={sort}")

    table = page.text[page.text.index("data-sortable") :]
    assert (table.index(rich.slug) < table.index(poor.slug)) == is_rich_first


@pytest.mark.parametrize(
    ("sort", "leads_to"),
    [
        ("-amount", ("name", "-count", "amount")),
        ("amount", ("name", "-count", "-amount")),
        ("name", ("-name", "-count", "-amount")),
        ("-name", ("name", "-count", "-amount")),
    ],
)
def test_a_head_asks_for_names_from_a_numbers_from_the_largest_and_then_the_other_way_round(
    sort: str, leads_to: tuple[str, str, str]
) -> None:
    name = turned("name", "text", sort)
    count = turned("count", "number", sort)
    amount = turned("amount", "money", sort)

    assert (name, count, amount) == leads_to


@pytest.mark.parametrize("year", ["1999", "2999", "abc", "٢٠٢٦", "-1", ""])
def test_an_unknown_year_is_the_present_one(
    application: Flask, city: BranchAtHand, hamlet: BranchAtHand, year: str
) -> None:
    page = officer(application, city).open(f"/b/{city.slug}/tong-hop?nam={year}")

    assert page.status == 200
    assert f"Tổng hợp năm {today().year}" in page.text


def test_more_branches_need_no_more_statements(
    application: Flask, city: BranchAtHand, hamlet: BranchAtHand
) -> None:
    give(city, a_gift(city, received_on=same_day_last_year(today())))
    fold_totals()
    browser = officer(application, city)
    browser.open(f"/b/{city.slug}/tong-hop")
    with statements() as few:
        browser.open(f"/b/{city.slug}/tong-hop")
    for _ in range(5):
        give(open_commune(city))
    fold_totals()

    with statements() as many:
        browser.open(f"/b/{city.slug}/tong-hop")

    assert len(many) == len(few)
    assert sum("_totals" in statement for statement in many) <= 5


def test_only_what_has_changed_is_drawn_anew_and_never_shown_stale(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand, hamlet: BranchAtHand
) -> None:
    browser, path = officer(application, city), f"/b/{city.slug}/tong-hop"
    before = row_of(browser.open(path), a_branch.slug)
    drawn = line.cache_info().misses
    give(a_branch, a_gift(a_branch, amount=1_000))
    fold_totals()

    after = browser.open(path)

    assert "570.000 đ" in before
    assert "571.000 đ" in row_of(after, a_branch.slug)
    assert line.cache_info().misses - drawn <= 2
    assert "So cùng kỳ" in after.text
    assert "So cùng kỳ" not in browser.open(f"{path}?lang=en").text


def test_money_passed_down_stands_beside_what_was_raised(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand, hamlet: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, amount=9_000_000, source=Source.UPPER_LEVEL))
    fold_totals()

    page = officer(application, city).open(f"/b/{city.slug}/tong-hop")

    assert "Cấp trên chuyển về 9.000.000 đ, không cộng vào số vận động" in read(page)
    assert "vận động được 870 nghìn đồng" in read(page)
    home = (
        Browser(application).signed_in(a_member(a_branch, Role.CHAIR)).open(f"/b/{a_branch.slug}/")
    )
    assert "vận động được 500.000 đ" in read(home)
    assert "570.000 đ" not in read(home), "the year is told once: of the branch's own book"
    assert "9.000.000 đ, không cộng" in read(home)
