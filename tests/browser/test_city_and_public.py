"""The report and the public pages in a real browser: for everybody, at a desk and on a bus."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Request

from app.accounts.permissions import Role
from app.branches.commands import BranchKind
from app.db.unit_of_work import reading
from app.donations.commands import Method, Source
from app.receipts.queries import receipt_of_donation
from tests.browser.conftest import Judge, Opener
from tests.builders.bank import an_account
from tests.builders.boards import a_drive, a_giver, spend
from tests.builders.branches import BranchAtHand, a_member, open_below
from tests.builders.consequences import refresh_boards
from tests.builders.donations import a_gift, give

pytestmark = pytest.mark.browser


@pytest.fixture
def a_code(a_branch: BranchAtHand, another_branch: BranchAtHand) -> str:
    """Gifts in two communes and a hamlet; the code of one receipt."""
    hamlet = open_below(a_branch, BranchKind.RESIDENTIAL)
    give(hamlet, a_gift(hamlet, source=Source.CLAN))
    give(another_branch, a_gift(another_branch, amount=9_000_000, method=Method.IN_KIND))
    gift = give(a_branch, a_gift(a_branch, amount=2_500_000, source=Source.RELIGIOUS))
    refresh_boards()
    with reading(a_branch.scope) as session:
        return receipt_of_donation(session, gift.id).verify_code


@pytest.mark.parametrize("width", [1280, 360])
def test_the_report_is_for_everybody(
    page_at: Opener,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    a_code: str,
    assert_accessible: Judge,
    assert_fits: Judge,
    width: int,
) -> None:
    page = page_at(width, a_member(city, Role.OFFICER))

    for path in ("", f"/{a_branch.slug}"):
        page.goto(f"/b/{city.slug}/tong-hop{path}")
        assert_accessible(page)
        assert_fits(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_full_board_and_a_shared_drive_are_for_everybody(
    page_at: Opener,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    assert_accessible: Judge,
    assert_fits: Judge,
    width: int,
) -> None:
    an_account(a_branch, city)
    drive_id = a_drive(a_branch, "Nguyễn" * 30, target_amount=2_000_000)
    for name in ("Bà Hoa", "Công ty " + "TráchNhiệm" * 18):
        gift = a_gift(a_branch, amount=9_876_543_000, donor=a_giver(name))
        give(a_branch, replace(gift, drive_id=drive_id))
    spend(a_branch, 1_250_000)
    refresh_boards()
    page = page_at(width)

    for path in (f"/q/{a_branch.slug}", f"/q/{a_branch.slug}/dot/{drive_id}"):
        page.goto(path)
        assert_accessible(page)
        assert_fits(page)
    page.get_by_role("link", name="Ủng hộ đợt này").click()
    page.wait_for_url(f"**/q/{a_branch.slug}/ung-ho?dot={drive_id}")


@pytest.mark.parametrize("width", [1280, 360])
def test_public_pages_are_for_everybody(
    page_at: Opener,
    a_branch: BranchAtHand,
    a_code: str,
    assert_accessible: Judge,
    assert_fits: Judge,
    width: int,
) -> None:
    page = page_at(width)
    paths = ("/", "/?q=ba+dinh", "/?q=zzz", f"/q/{a_branch.slug}", "/q/quan-ba-dinh")

    for path in (*paths, "/xac-minh", "/xac-minh?ma=1", f"/xac-minh/{a_code}", "/xac-minh/none"):
        page.goto(path)
        assert_accessible(page)
        assert_fits(page)


def test_the_table_is_sorted_in_the_browser(
    page_at: Opener,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    another_branch: BranchAtHand,
    a_code: str,
) -> None:
    page = page_at(1280, a_member(city, Role.OFFICER))
    page.goto(f"/b/{city.slug}/tong-hop")
    names = page.locator(".league tbody th")
    before = names.all_inner_texts()

    page.locator(".league thead button", has_text="Năm").first.click()

    assert before == [another_branch.slug, a_branch.slug, "Cộng"]
    assert names.all_inner_texts() == [a_branch.slug, another_branch.slug, "Cộng"]


def test_a_receipt_is_checked_by_keyboard_alone(page_at: Opener, a_code: str) -> None:
    page = page_at(360)
    page.goto("/xac-minh")

    page.locator("#ma").focus()
    page.keyboard.type(f"{a_code[:6].lower()} {a_code[6:]}")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/xac-minh/{a_code}")
    assert page.locator("h1").inner_text() == "Biên nhận này có thật"


def test_on_a_telephone_every_branch_takes_three_lines(
    page_at: Opener, city: BranchAtHand, a_code: str
) -> None:
    page = page_at(360, a_member(city, Role.OFFICER))
    page.goto(f"/b/{city.slug}/tong-hop")

    slip = page.locator(".league tbody tr").first.bounding_box()

    assert slip is not None
    assert slip["height"] < 140


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_of_documents_is_for_everybody(
    page_at: Opener,
    a_branch: BranchAtHand,
    assert_accessible: Judge,
    assert_fits: Judge,
    tmp_path: Path,
    width: int,
) -> None:
    report = tmp_path / "bao-cao.pdf"
    report.write_bytes(b"%PDF-1.7\ntrailer\n<<>>\n%%EOF\n")
    page = page_at(width, a_member(a_branch, Role.CHAIR))
    page.goto(f"/b/{a_branch.slug}/tai-lieu/")
    page.get_by_role("button", name="Công bố").click()
    assert_accessible(page)
    page.fill("#title", "Báo cáo" + "ThuChi" * 25)
    page.set_input_files("#file", report)
    page.check("#is_clean")
    page.get_by_role("button", name="Công bố").click()
    page.get_by_role("button", name="Gỡ").wait_for()

    assert_accessible(page)
    assert_fits(page)
    page.screenshot(path=tmp_path / "documents.png", full_page=True)


def test_public_pages_are_light_on_a_cheap_phone(
    page_at: Opener, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    an_account(a_branch, city)
    drive_id = a_drive(a_branch)
    for number in range(25):
        give(
            a_branch,
            replace(
                a_gift(a_branch, donor=a_giver(f"Ông Đỗ Văn Thuỷ {number}")), drive_id=drive_id
            ),
        )
    spend(a_branch, 1_250_000)
    refresh_boards()

    for path in ("/", f"/q/{a_branch.slug}", f"/q/{a_branch.slug}/dot/{drive_id}"):
        page = page_at(360)
        loaded: list[Request] = []

        def note(request: Request, seen: list[Request] = loaded) -> None:
            seen.append(request)

        page.on("requestfinished", note)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        sizes = [request.sizes() for request in loaded]

        sent = sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)
        assert 50_000 < sent <= 150_000, path
