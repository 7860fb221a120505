"""The front page of a branch: the day, what waits, funds, the year."""

import re
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import text

from app.accounts.permissions import Role
from app.branches.commands import BranchKind
from app.db import outbox
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, ReverseDonation, Source
from app.donations.service import reverse_donation
from app.kernel.clock import today
from app.kernel.ids import uuid7
from app.portal.home.months import message
from app.receipts.queries import receipt_of_donation
from app.rollups.overview import Comparison
from tests.builders.branches import BranchAtHand, a_member, open_below
from tests.builders.consequences import drain_outbox, fold_totals
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser

JANUARY = date(2026, 1, 1)


def plain(text: str) -> str:
    """The page with spaces that a search finds."""
    return text.replace("\u00a0", " ")


def test_an_empty_branch_is_told_what_to_do_next(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    page = treasurer.open(f"/b/{a_branch.slug}/")

    assert "Hôm nay chưa có lượt ủng hộ nào" in page.text
    assert f'href="/b/{a_branch.slug}/ung-ho/ghi">Ghi khoản ủng hộ đầu tiên' in page.text
    assert "<svg role=" not in page.text


def test_the_day_counts_money_and_tells_goods_apart(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, amount=500_000))
    give(a_branch, a_gift(a_branch, amount=7_000_000, method=Method.IN_KIND))
    give(a_branch, a_gift(a_branch, amount=90_000, received_on=today() - timedelta(days=1)))
    back = give(a_branch, a_gift(a_branch, amount=30_000))
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session, ReverseDonation(id=uuid7(), donation_id=back.id, reason="Ghi nhầm số tiền")
        )

    text = plain(treasurer.open(f"/b/{a_branch.slug}/").text)

    assert "Hôm nay 500.000 đ" in text
    assert "2 lượt ủng hộ, trong đó có hiện vật trị giá 7.000.000 đ" in text
    assert "590.000 đ" in text  # what the fund holds: goods are no money, the reversal is gone


def test_interest_dues_and_money_from_above_are_no_gifts_of_the_day(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, amount=500_000))
    for source in (Source.INTEREST, Source.UPPER_LEVEL, Source.MEMBERSHIP_DUE):
        give(a_branch, a_gift(a_branch, amount=1_000_000, source=source))

    text = plain(treasurer.open(f"/b/{a_branch.slug}/").text)

    assert "Hôm nay 500.000 đ" in text
    assert "1 lượt ủng hộ." in text
    assert "Ngoài ra có 3.000.000 đ hội phí, lãi tiền gửi hoặc tiền cấp trên" in text


def test_papers_are_waited_for_until_they_are_printed(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    before = treasurer.open(f"/b/{a_branch.slug}/").text

    drain_outbox()

    assert "Hệ thống đang lập 1 biên nhận" in before
    assert "Không có việc nào chờ" in treasurer.open(f"/b/{a_branch.slug}/").text


def test_a_paper_that_cannot_be_printed_is_named(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    with reading(a_branch.scope) as session:
        receipt = receipt_of_donation(session, gift.id)
    fail_printing(a_branch, receipt.id)

    page = treasurer.open(f"/b/{a_branch.slug}/").text

    assert "Chưa lập được" in page
    assert f'/ung-ho/{gift.id}">Biên nhận số 0000001' in page


def test_the_year_is_drawn_and_compared(treasurer: Browser, a_branch: BranchAtHand) -> None:
    give(a_branch, a_gift(a_branch, amount=2_000_000))
    fold_totals()

    page = treasurer.open(f"/b/{a_branch.slug}/").text

    assert "Từ đầu năm vận động được 2.000.000 đ; cùng kỳ năm trước chưa có số liệu." in plain(page)
    assert '<svg role="img"' in page


def test_the_year_is_told_once_though_branches_are_below(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    open_below(a_branch, BranchKind.RESIDENTIAL)
    give(a_branch)
    fold_totals()

    page = treasurer.open(f"/b/{a_branch.slug}/").text

    assert "<figcaption>Từ đầu năm vận động được" in page
    assert not re.search(r"<(p|h1)\b.*Từ đầu năm vận động được", page)
    assert f'href="/b/{a_branch.slug}/tong-hop"' in page


def test_the_comparison_says_up_down_or_equal(application: Flask) -> None:
    with application.test_request_context():
        said = [
            plain(message(now, Comparison(JANUARY, now, 1_000)))
            for now in (1_083, 955, 1_000, 1_004)
        ]

    assert [sentence.split("; ")[1] for sentence in said] == [
        "tăng 8 % so với cùng kỳ năm trước.",
        "giảm 4 % so với cùng kỳ năm trước.",
        "bằng cùng kỳ năm trước.",
        "bằng cùng kỳ năm trước.",
    ]


def test_a_panelist_sees_funds_and_no_gifts(application: Flask, a_branch: BranchAtHand) -> None:
    give(a_branch)
    browser = Browser(application).signed_in(a_member(a_branch, Role.PANELIST))

    page = browser.open(f"/b/{a_branch.slug}/").text

    assert "Các quỹ" in page
    assert "Thắng - Hoa" not in page
    assert "/ung-ho/" not in page


def fail_printing(branch: BranchAtHand, receipt_id: object) -> None:
    """Let the paper fail as often as it is tried."""
    with unit_of_work(branch.scope) as session:
        facts = session.execute(
            text("SELECT id FROM outbox WHERE subject_id = :id"), {"id": receipt_id}
        )
        ids = list(facts.scalars())
        for _ in range(outbox.MAX_ATTEMPTS):
            outbox.postpone(session, ids, error="out of ink")


def test_who_sees_no_gifts_opens_on_what_all_below_raised(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    fold_totals()
    browser = Browser(application).signed_in(a_member(city, Role.OFFICER))

    text = plain(browser.open(f"/b/{city.slug}/").text)

    assert re.search(r"<h1>Từ đầu năm vận động được [\d.]+ đ; ", text)
    assert f'href="/b/{city.slug}/tong-hop">Xem Tổng hợp' in text
