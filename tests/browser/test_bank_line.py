"""The page of a bank line in a real browser: waiting, found, and said wrong, at both widths."""

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role
from app.banking.commands import LineSide
from app.db.unit_of_work import unit_of_work
from app.donations.commands import Method
from app.giving.dispositions import Disposition, dispose, link_recorded_gift
from tests.browser.conftest import Judge, Opener
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift, give

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
def test_a_line_is_for_everybody_whatever_it_was(
    page_at: Opener, a_branch: BranchAtHand, assert_for_everybody: Judge, width: int
) -> None:
    account, offer = an_account(a_branch), an_offer(a_branch)
    coded = told(600_000, offer.code, counter_account="0011223344")
    tell(a_branch, account, [coded])
    drain_outbox()
    typed = give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER))
    linked, waiting, fee, cash = tell(
        a_branch,
        account,
        [
            told(500_000, "ung ho", counter_name="NGUYEN THI NGOC ANH"),
            told(500_000, f"NGO KIM NGA ung ho {offer.code}"),
            told(11_000, "Thu phi dich vu", side=LineSide.DEBIT),
            told(20_000, "Rut tien mat", side=LineSide.DEBIT),
        ],
    )
    drain_outbox()
    an_offer(a_branch, donor_name="Phạm Thị Uớc")
    with unit_of_work(a_branch.scope) as session:
        link_recorded_gift(session, linked, typed.id)
        dispose(session, cash, Disposition.WITHDRAWAL)
    page = page_at(width, a_member(a_branch, Role.TREASURER))
    for line in (waiting, fee, linked, cash):
        page.goto(f"/b/{a_branch.slug}/ngan-hang/dong/{line}")
        assert_for_everybody(page)
    page.get_by_text("Gỡ ra", exact=True).click()
    assert_for_everybody(page)
    page.get_by_role("button", name="Đúng, gỡ ra").click()
    expect(page.get_by_role("status")).to_contain_text("lại chờ xác định")
    assert_for_everybody(page)
