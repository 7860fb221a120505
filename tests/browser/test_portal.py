"""The treasurer's pages in a real browser: without a mouse, on a telephone, for everybody."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.branches.commands import BranchKind
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, ReverseDonation
from app.donations.queries import DonationFilter, donations, get_donation
from app.donations.service import reverse_donation
from app.donors.commands import DonorKind, NewDonor
from app.funds.service import OpenDrive, open_drive
from app.kernel.ids import uuid7
from app.kernel.money import UnreadableMoney, parse_vnd
from app.kernel.words import amount_in_words
from tests.browser.conftest import Judge, Opener
from tests.builders.branches import BranchAtHand, a_member, open_below
from tests.builders.consequences import drain_outbox, fold_totals
from tests.builders.donations import a_gift, give
from tests.kernel.nasty import nasty_rows

pytestmark = pytest.mark.browser

# What belongs to a field is no further from it than the next field is.
CLOSE = 48
TWO_LINES = 30
# Amounts, and the lines that each takes, where those are not one.
BROKEN_AMOUNTS = r"""() => {
  const broken = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const found of walker.currentNode.data.matchAll(/[\d.]+\u00a0đ/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, found.index);
      range.setEnd(walker.currentNode, found.index + found[0].length);
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 360])


@pytest.fixture
def paths(a_branch: BranchAtHand) -> list[str]:
    """The pages of a branch that has everything: long names, goods, a void receipt, a drive."""
    company = NewDonor(
        DonorKind.ORGANISATION, "Công ty TNHH Xây dựng và Thương mại Đại Phát Hà Nội"
    )
    back = give(a_branch)
    give(a_branch, a_gift(a_branch, amount=7_000_000, method=Method.IN_KIND))
    gift = give(a_branch, a_gift(a_branch, amount=999_999_999_999, donor=company))
    with unit_of_work(a_branch.scope) as session:
        open_drive(session, OpenDrive(a_branch.fund_id, "Tết Trung thu", date(2020, 1, 2)))
        reason = "Ghi nhầm số tiền"
        reverse_donation(session, ReverseDonation(id=uuid7(), donation_id=back.id, reason=reason))
    drain_outbox()
    fold_totals()
    waiting = give(a_branch)
    with reading(a_branch.scope) as session:
        donor = get_donation(session, gift.id).donor_id
    return [
        *("", "ung-ho/", "ung-ho/?tu=32/1/2026", "ung-ho/?ten=zzz", "ung-ho/ghi"),
        *(f"ung-ho/ghi?nguoi={donor}", f"ung-ho/{gift.id}", f"ung-ho/{back.id}"),
        *(f"ung-ho/{waiting.id}", f"ung-ho/{waiting.id}/bien-nhan.pdf", f"ung-ho/{gift.id}/huy"),
        *("nha-hao-tam/", f"nha-hao-tam/{donor}", "quy/", f"quy/{a_branch.fund_id}", "tai-khoan/"),
    ]


def test_the_ways_on_stay_in_one_row_on_a_telephone(
    page_at: Opener, a_branch: BranchAtHand, assert_for_everybody: Judge
) -> None:
    open_below(a_branch, BranchKind.RESIDENTIAL)
    page = page_at(360, a_member(a_branch, Role.CHAIR))
    page.goto(f"/b/{a_branch.slug}/")
    ways = page.locator(".navigation a")

    tops = {box["y"] for way in ways.all() if (box := way.bounding_box())}
    assert (ways.count(), len(tops)) == (6, 1)
    assert_for_everybody(page)
    ways.last.click()
    page.wait_for_url("**/tong-hop")
    expect(ways.last).to_be_in_viewport(ratio=0.9)
    assert_for_everybody(page)


@pytest.mark.parametrize("kind", ["", "secondary", "danger"])
def test_a_button_can_be_read_while_its_form_is_on_the_way(page_at: Opener, kind: str) -> None:
    page = page_at(1280)
    page.goto("/dang-nhap")
    button = page.get_by_role("button", name="Đăng nhập")
    button.evaluate("(button, kind) => kind && button.classList.add(kind)", kind)
    button.hover()
    page.wait_for_timeout(200)

    seen = button.evaluate(
        "button => { button.setAttribute('aria-disabled', 'true'); const seen ="
        " getComputedStyle(button); return [seen.color, seen.backgroundColor]; }"
    )

    assert seen == ["rgb(29, 39, 51)", "rgb(217, 212, 199)"]


@BOTH_WIDTHS
def test_every_page_is_for_everybody(
    page_at: Opener,
    a_branch: BranchAtHand,
    paths: list[str],
    assert_for_everybody: Judge,
    width: int,
) -> None:
    page = page_at(width, a_member(a_branch, Role.TREASURER))

    for path in paths:
        page.goto(f"/b/{a_branch.slug}/{path}")
        assert_for_everybody(page)


@BOTH_WIDTHS
def test_empty_pages_and_the_way_in_are_for_everybody(
    page_at: Opener, a_branch: BranchAtHand, assert_for_everybody: Judge, width: int
) -> None:
    stranger = page_at(width)
    stranger.goto("/dang-nhap")
    assert_for_everybody(stranger)
    page = page_at(width, a_member(a_branch, Role.TREASURER))

    for path in ("", "ung-ho/", "nha-hao-tam/", f"quy/{a_branch.fund_id}", "khong-co"):
        page.goto(f"/b/{a_branch.slug}/{path}")
        assert_for_everybody(page)
    page.goto(f"/b/{a_branch.slug}/?lang=en")
    assert_for_everybody(page)


def test_a_gift_is_recorded_without_a_mouse(page_at: Opener, a_branch: BranchAtHand) -> None:
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/")
    press_until(page, "Ghi ủng hộ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ung-ho/ghi")
    expect(page.locator("#amount")).to_be_focused()

    page.keyboard.type("1,5tr")
    expect(page.locator("#amount-words")).to_have_text("Một triệu năm trăm nghìn đồng")
    page.keyboard.press("Tab")
    page.keyboard.type("Gia đình ông bà Thắng - Hoa")
    expect(page.locator("#preview")).to_contain_text("Gia đình ông bà Thắng - Hoa")
    press_until(page, "Ghi ủng hộ")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Biên nhận số 0000001")
    expect(page.locator("#papers")).to_contain_text("Đang lập")
    drain_outbox()
    expect(page.get_by_role("link", name="Mở biên nhận để in")).to_be_visible(timeout=10_000)


def test_a_known_giver_is_chosen_by_the_keyboard(page_at: Opener, a_branch: BranchAtHand) -> None:
    give(a_branch)
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")

    page.keyboard.type("200k")
    page.keyboard.press("Tab")
    page.keyboard.type("thang hoa")
    expect(page.locator("#suggestions [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    chosen = page.locator(".chosen")
    expect(chosen).to_contain_text("Gia đình ông bà Thắng - Hoa")
    expect(chosen).to_be_focused()
    expect(page.locator("#amount")).to_have_value("200k")
    expect(page.locator("#preview")).to_contain_text("Hai trăm nghìn đồng")
    page.get_by_role("link", name="Chọn người khác").press("Enter")
    expect(page.locator("#donor_name")).to_be_focused()


def test_enter_moves_on_and_records_nothing(page_at: Opener, a_branch: BranchAtHand) -> None:
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")
    expect(page.locator("#amount")).to_be_focused()  # a busy browser puts it there a moment later
    page.keyboard.type("2tr5")
    expect(page.locator("#preview")).to_contain_text("Hai triệu năm trăm nghìn đồng")

    page.keyboard.press("Enter")
    expect(page.locator("#donor_name")).to_be_focused()
    page.keyboard.type("Bà Hoa")
    page.keyboard.press("Enter")

    expect(page.locator("#donor_kind")).to_be_focused()
    assert page.url.endswith("/ung-ho/ghi")
    with reading(a_branch.scope) as session:
        assert donations(session, DonationFilter()) == []


def test_a_suggestion_is_taken_only_when_it_is_chosen(
    page_at: Opener, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")
    field, options = page.locator("#donor_name"), page.locator("#suggestions [role=option]")
    field.press_sequentially("thang")
    expect(options).to_be_visible()

    field.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    field.press("Escape")
    expect(options).to_be_hidden()
    field.press("ArrowDown")
    expect(options).to_be_visible()
    field.press("Tab")

    expect(options).to_be_hidden()
    expect(field).to_have_value("thang")
    expect(page.locator(".chosen")).to_have_count(0)


def test_the_browser_reads_amounts_as_the_server_does(
    page_at: Opener, a_branch: BranchAtHand
) -> None:
    page = page_at(1280)
    page.goto("/dang-nhap")
    texts = [*(row["value"] for row in nasty_rows("M")), "2tr5", "1,5tr", "500k", "1 tỷ 200tr"]
    texts = [text for text in texts if text.encode(errors="ignore").decode() == text]

    read = page.evaluate(
        "async ([path, texts]) => { const words = await import(path);"
        " return texts.map((text) => { const amount = words.readAmount(text);"
        " return amount === null ? null : words.amountInWords(amount); }); }",
        ["/static/js/money-words.js", texts],
    )

    assert dict(zip(texts, read, strict=True)) == {text: said(text) for text in texts}


def said(text: str) -> str | None:
    """The server's words for an amount, or None where it reads none."""
    try:
        return amount_in_words(parse_vnd(text).amount)
    except UnreadableMoney:
        return None


@BOTH_WIDTHS
def test_goods_have_labels_of_their_own_and_the_question_is_for_everybody(
    page_at: Opener, a_branch: BranchAtHand, assert_for_everybody: Judge, width: int
) -> None:
    give(a_branch)
    page = page_at(width, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")
    page.get_by_label("Hiện vật", exact=True).check()
    page.get_by_label("Trị giá quy ra tiền").fill("500k")
    page.get_by_label("Hiện vật gồm những gì").fill("10 xe đạp mới")
    page.fill("#donor_name", "Gia đình ông bà Thắng - Hoa")

    page.get_by_role("button", name="Ghi ủng hộ").click()

    expect(page.locator("#question")).to_be_focused()
    assert_for_everybody(page)
    page.get_by_label("Người khác, cùng tên").check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator(".flashes")).to_be_focused()
    assert_for_everybody(page)


def test_costly_cash_is_warned_about_while_typing(page_at: Opener, a_branch: BranchAtHand) -> None:
    page = page_at(360, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")

    page.fill("#amount", "5tr")
    page.select_option("#donor_kind", "organisation")
    expect(page.locator("#preview")).to_contain_text("Nên chuyển khoản")
    page.get_by_label("Chuyển khoản").check()

    expect(page.locator("#preview")).not_to_contain_text("Nên chuyển khoản")


def test_a_number_never_breaks_on_a_telephone(
    page_at: Opener, a_branch: BranchAtHand, assert_fits: Judge
) -> None:
    for _ in range(3):
        gift = give(a_branch, a_gift(a_branch, amount=999_999_999_999))
    fold_totals()
    page = page_at(360, a_member(a_branch, Role.TREASURER))

    for path in ("", "ung-ho/", f"ung-ho/{gift.id}", "quy/", f"quy/{a_branch.fund_id}"):
        page.goto(f"/b/{a_branch.slug}/{path}")

        assert page.evaluate(BROKEN_AMOUNTS) == [], path
        assert_fits(page)


def test_the_product_takes_one_line_of_the_masthead_in_english(
    page_at: Opener, city: BranchAtHand
) -> None:
    page = page_at(360, a_member(city, Role.OFFICER))
    page.goto(f"/b/{city.slug}/?lang=en")

    product = page.locator(".masthead-name small").bounding_box()

    assert product
    assert product["height"] < TWO_LINES


@BOTH_WIDTHS
def test_what_a_name_tells_stands_at_the_field_of_the_kind(
    page_at: Opener, a_branch: BranchAtHand, assert_for_everybody: Judge, width: int
) -> None:
    page = page_at(width, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")

    page.fill("#donor_name", "Công ty Sách Bạn Trẻ")

    told = page.locator("#told-kind .notice")
    expect(told).to_contain_text("Xem lại loại người ủng hộ")
    assert_for_everybody(page)
    field, place = page.locator("#donor_kind").bounding_box(), told.bounding_box()
    assert field
    assert place
    assert 0 < place["y"] - (field["y"] + field["height"]) < CLOSE
    page.select_option("#donor_kind", "organisation")
    expect(told).to_have_count(0)


def test_a_mistake_is_told_at_the_top_and_leads_to_its_field(
    page_at: Opener, a_branch: BranchAtHand
) -> None:
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")

    page.fill("#donor_name", "Bà Hoa")
    page.get_by_role("button", name="Ghi ủng hộ").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#amount")).to_be_focused()
    expect(page.locator("#donor_name")).to_have_value("Bà Hoa")


def press_until(page: Page, wanted: str) -> None:
    """Press Tab until the control that says so has the focus."""
    said = "() => (document.activeElement.textContent || '').trim()"
    for _ in range(40):
        page.keyboard.press("Tab")
        if re.fullmatch(wanted, page.evaluate(said)) and is_action(page):
            return
    pytest.fail(f"no way to “{wanted}” by the keyboard")


def is_action(page: Page) -> bool:
    """Whether the focus is on a button of the page, not on an entry of a menu."""
    return bool(page.evaluate("() => document.activeElement.classList.contains('button')"))
