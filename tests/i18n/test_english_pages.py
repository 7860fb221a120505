"""Pages asked for in English are in English, but for names and for the paper itself."""

import calendar
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from jinja2.nodes import Const, Filter

from app.accounts.permissions import Role
from app.banking.service import close_bank_account
from app.branches.queries import children_of, get_branch
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, Source
from app.kernel.clock import today
from app.web.branch_names import branch_name
from tests.builders.bank import an_account
from tests.builders.boards import a_drive, a_giver, spend
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import refresh_boards
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser
from tests.i18n.test_catalogue import KEPT_IN_VIETNAMESE, VIETNAMESE

READ_ALOUD: Final = ("aria-label", "alt", "title", "placeholder", "data-label", "data-copied")
VOID: Final = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
# Currency, and names that are data: the fund of every branch, people of tests, a typed example.
NAMES: Final = (
    "đồng",
    "Quỹ chung",
    "Hội Khuyến học thu-",
    "Bà Lan",
    "Gia đình ông bà Thắng - Hoa",
    *KEPT_IN_VIETNAMESE,
)


class Told(HTMLParser):
    """What a page tells in the language of the page: no scripts, no lang="vi", no branch's name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.is_other: list[bool] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note attributes that are read aloud, and whether what is inside counts."""
        given = dict(attrs)
        is_other = (
            any(self.is_other[-1:])
            or given.get("lang") == "vi"
            or str(given.get("href")).startswith("/q/")
            or tag in {"script", "style"}
        )
        if not is_other:
            self.said += [str(given[name]) for name in READ_ALOUD if given.get(name)]
        if tag not in VOID:
            self.is_other.append(is_other)

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        if tag not in VOID:
            self.is_other.pop()

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if data.strip() and not any(self.is_other[-1:]):
            self.said.append(data.strip())


def vietnamese_on(text: str, names: tuple[str, ...]) -> list[str]:
    """What is left in Vietnamese on a page, without the names that are its data."""
    left = []
    for said in Told(text).said:
        rest = re.sub("|".join(map(re.escape, sorted(names, key=len, reverse=True))), "", said)
        if VIETNAMESE.search(rest):
            left.append(said)
    return left


def test_what_is_left_in_vietnamese_is_seen() -> None:
    page = '<html lang="en"><p lang="vi">Số</p><p title="Số">Quỹ chung: Tiền<br>cash</p></html>'

    assert vietnamese_on(page, NAMES) == ["Số", "Quỹ chung: Tiền"]


@pytest.mark.parametrize("path", ["/dang-nhap", "/xac-minh", "/khong-co", "/xac-minh/7K3M9QXT2B4D"])
def test_pages_without_data_are_english(application: Flask, path: str) -> None:
    page = Browser(application).open(f"{path}?lang=en")

    assert '<html lang="en">' in page.text
    assert vietnamese_on(page.text, NAMES) == []


def test_the_front_page_is_english_but_for_places(application: Flask) -> None:
    with reading(DirectoryScope()) as session:
        city = get_branch(session, "ha-noi")
        lower = [city, *children_of(session, city.id)]
    places = {each.short_name for each in lower} | {each.name for each in lower}
    places |= {name.split(" ", 1)[1] for name in places}  # as they stand on the map
    refresh_boards()

    page = Browser(application).open("/?lang=en")

    assert page.status == 200
    assert "Check a receipt" in page.text
    assert vietnamese_on(page.text, (*NAMES, *sorted(places, key=len, reverse=True))) == []


@pytest.mark.parametrize(
    ("lang", "name", "told"),
    [
        ("en", "Hội Khuyến học phường Ba Đình", "Ba Đình Ward Learning Promotion Association"),
        ("en", "Hội Khuyến học xã Ba Vì", "Ba Vì Commune Learning Promotion Association"),
        ("en", "Hội Khuyến học thành phố Hà Nội", "Hà Nội City Learning Promotion Association"),
        ("en", "Ban khuyến học dòng họ Vũ", "Ban khuyến học dòng họ Vũ"),
        ("vi", "Hội Khuyến học xã Ba Vì", "Hội Khuyến học xã Ba Vì"),
    ],
)
def test_an_association_is_told_by_what_it_is(
    application: Flask, lang: str, name: str, told: str
) -> None:
    with application.test_request_context(f"/?lang={lang}"):
        assert branch_name(name) == told


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("", "Record a gift"),
        ("ung-ho/ghi", "How it was received"),
        ("ung-ho/", "Book of gifts"),
        ("nha-hao-tam/", "Donors, in alphabetical order"),
        ("quy/", "Reserved"),
        ("tai-khoan/", "New password again"),
    ],
)
def test_pages_of_the_treasurer_are_english(
    application: Flask, a_branch: BranchAtHand, path: str, word: str
) -> None:
    give(a_branch, a_gift(a_branch, amount=500_000))
    treasurer = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))

    page = treasurer.open(f"/b/{a_branch.slug}/{path}?lang=en")

    assert page.status == 200
    assert word in page.text
    assert vietnamese_on(page.text, NAMES) == []


def test_a_form_is_told_in_english_what_is_wrong(
    application: Flask, a_branch: BranchAtHand
) -> None:
    treasurer = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi?lang=en")

    page = form.send(amount="", received_on="01/01/2010", donor_name="")
    late = form.send(amount="500k", received_on="01/01/2010", donor_name="Lan")

    assert "Enter the amount, for example 500.000 or 500k." in page.text
    assert vietnamese_on(page.text, NAMES) == []
    assert "The date received is before the branch was founded." in late.text


def test_pages_of_one_gift_are_english(application: Flask, a_branch: BranchAtHand) -> None:
    gift = give(a_branch, a_gift(a_branch, method=Method.IN_KIND))
    treasurer = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))
    root = f"/b/{a_branch.slug}"
    treasurer.open(f"{root}/?lang=en")

    before = treasurer.open(f"{root}/ung-ho/{gift.id}/huy")
    before.send(reason="Typed the wrong amount")
    after = treasurer.open(f"{root}/ung-ho/{gift.id}")
    fund = treasurer.open(f"{root}/quy/{a_branch.fund_id}")

    assert "This cannot be undone" in before.text
    assert "Balance afterwards" in fund.text
    assert "Debit 156 Goods" in fund.text
    assert "Gift taken back: " in fund.text
    assert "<strong>Gift recorded</strong>" in after.text
    for page in (before, after, fund):
        assert page.status == 200
        assert vietnamese_on(page.text, NAMES) == []


def test_reports_are_english(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, source=Source.OVERSEAS))
    refresh_boards()
    officer = Browser(application).signed_in(a_member(city, Role.OFFICER))

    report = officer.open(f"/b/{city.slug}/tong-hop?lang=en")
    public = Browser(application).open(f"/q/{a_branch.slug}?lang=en")

    month = calendar.month_name[today().month]
    assert f"Branches with no gifts yet in {month}: 1." in report.text
    assert report.text.count("100%") >= 2
    assert f"Highest in {month}: 500 thousand đồng" in public.text
    for page in (report, public):
        assert page.status == 200
        assert vietnamese_on(page.text, NAMES) == []


def test_a_full_board_is_english_but_for_names(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    with unit_of_work(a_branch.scope) as session:
        close_bank_account(session, an_account(a_branch, city))
    an_account(a_branch, city)
    drive_id = a_drive(a_branch, "Đợt vì sự học")
    named = a_gift(a_branch, donor=a_giver("Bà Nguyễn Thị Hoè"), method=Method.IN_KIND)
    give(a_branch, replace(named, drive_id=drive_id))
    give(a_branch, replace(a_gift(a_branch, source=Source.INTEREST), drive_id=drive_id))
    give(a_branch, replace(a_gift(a_branch), is_anonymous=True))
    spend(a_branch, 10_000)
    refresh_boards()
    browser = Browser(application)

    for path in (f"/q/{a_branch.slug}", f"/q/{a_branch.slug}/dot/{drive_id}"):
        page = browser.open(f"{path}?lang=en")

        assert page.status == 200
        assert vietnamese_on(page.text, (*NAMES, "Đợt vì sự học")) == []


def test_no_filter_writes_a_constant(application: Flask) -> None:
    # Jinja works such a filter out when it compiles, in the language of who asked first.
    environment = application.jinja_env
    found = [
        (path.name, node.lineno)
        for path in Path(str(application.template_folder)).rglob("*.html")
        for node in environment.parse(path.read_text("utf-8")).find_all(Filter)
        if isinstance(node.node, Const) and node.name != "format"
    ]

    assert found == []
