"""Funds: what they hold, and the entries that made it so."""

import re
from datetime import timedelta

from flask import Flask

from app.accounts.permissions import Role
from app.db.unit_of_work import unit_of_work
from app.donations.commands import Method, ReverseDonation
from app.donations.service import record_donations, reverse_donation
from app.kernel.clock import today
from app.kernel.ids import uuid7
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser

LINE = re.compile(
    r'data-label="Tăng, giảm"[^>]*>([^<]*)</td>\s*<td[^>]*data-label="Số dư sau đó"[^>]*>([^<]*)<'
)

SIDES = re.compile(r"<span>(Nợ|Có) \d")


def test_the_journal_carries_the_balance_from_line_to_line(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    for amount, days, method in (
        (100_000, 3, Method.CASH),
        (7_000_000, 2, Method.IN_KIND),
        (50_000, 1, Method.BANK_TRANSFER),
    ):
        day = today() - timedelta(days=days)
        back = give(a_branch, a_gift(a_branch, amount=amount, method=method, received_on=day))
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session, ReverseDonation(id=uuid7(), donation_id=back.id, reason="Ghi nhầm số tiền")
        )

    page = treasurer.open(f"/b/{a_branch.slug}/quy/{a_branch.fund_id}").text

    assert LINE.findall(page) == [
        ("−50.000 đ", "100.000 đ"),
        ("50.000 đ", "150.000 đ"),
        ("–", "100.000 đ"),
        ("100.000 đ", "100.000 đ"),
    ]
    assert "Nợ 111 Tiền mặt" in page
    assert SIDES.findall(page) == ["Nợ", "Có"] * 4
    assert page.count(f"/ung-ho/{back.id}") == 2


def test_the_journal_goes_on_with_its_balance(treasurer: Browser, a_branch: BranchAtHand) -> None:
    with unit_of_work(a_branch.scope) as session:
        record_donations(session, [a_gift(a_branch, amount=1_000) for _ in range(60)])

    first = treasurer.open(f"/b/{a_branch.slug}/quy/{a_branch.fund_id}").text
    (path,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = treasurer.open(path).text

    balances = [balance for _, balance in LINE.findall(first) + LINE.findall(second)]
    assert balances == [f"{number}.000 đ" for number in range(60, 0, -1)]


def test_a_fund_without_entries_says_so(treasurer: Browser, a_branch: BranchAtHand) -> None:
    page = treasurer.open(f"/b/{a_branch.slug}/quy/{a_branch.fund_id}")

    assert "Quỹ chưa có bút toán nào" in page.text


def test_an_upper_desk_sees_money_and_no_entries(
    application: Flask, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    browser = Browser(application).signed_in(a_member(a_branch, Role.OFFICER))

    listed = browser.open(f"/b/{a_branch.slug}/quy/").text
    page = browser.open(f"/b/{a_branch.slug}/quy/{a_branch.fund_id}").text

    assert "500.000 đ" in listed
    assert "500.000 đ" in page
    assert "<table" not in page
    assert "vai trò của bạn xem số tiền" in page
    assert "Thắng - Hoa" not in page
