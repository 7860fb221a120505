"""A giver's own page in a real browser: another e-mail, wished and answered from both mailboxes."""

import re

import pytest
from flask import Flask

from app.db.unit_of_work import reading
from app.donations.queries import DonationFilter, donations
from app.giving.commands import Dedication
from app.giving.links import Link, Opens
from tests.browser.conftest import Judge, Opener
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.boards import a_drive
from tests.builders.branches import BranchAtHand
from tests.builders.card_pages import fresh_budgets, mailing
from tests.builders.consequences import drain_outbox
from tests.builders.mail import MailServer

pytestmark = pytest.mark.browser


def own_page(application: Flask, branch: BranchAtHand) -> str:
    """The page of who gave last, to a drive and for somebody."""
    drive_id = a_drive(branch, "Chung tay vì sự học 2026")
    dedicated = {"dedication": Dedication.IN_MEMORY_OF, "dedicated_to": "cụ Phạm Văn Định"}
    offer = an_offer(branch, email="lan@example.vn", drive_id=drive_id, **dedicated)
    tell(branch, an_account(branch), [told(500_000, offer.code)])
    drain_outbox()
    with reading(branch.scope) as session:
        donor_id = donations(session, DonationFilter(at_most=1))[0].donor_id
    key = application.extensions["settings"].secret_key
    return f"/trang-cua-toi/{Link(Opens.GIVER, branch.id, donor_id).token(key)}"


def link_in(server: MailServer, mailbox: str, kind: str) -> str:
    """The path of such a link in the last letter to this mailbox."""
    body = [each for each in server.taken if each.recipient == mailbox][-1].message.get_body(
        ("plain",)
    )
    assert body is not None
    found = re.search(rf"https?://[^/\s]+(/{kind}/\S+)", body.get_content())
    assert found
    return found[1]


@pytest.mark.parametrize("width", [1280, 360])
def test_another_email_is_for_everybody(
    application: Flask,
    page_at: Opener,
    a_branch: BranchAtHand,
    assert_for_everybody: Judge,
    width: int,
) -> None:
    page = page_at(width)
    with fresh_budgets(application), mailing(application) as server:
        mine = own_page(application, a_branch)
        page.goto(mine)
        assert_for_everybody(page)
        page.fill("#email", "lan.moi@example.vn")
        page.click("main form:has(#email) .actions button")
        page.wait_for_selector("text=Đã gửi thư tới địa chỉ mới")
        drain_outbox()
        page.click("button:has-text('Rút tên tôi')")
        page.wait_for_selector("text=Đã rút tên.")
        assert_for_everybody(page)

        page.goto(link_in(server, "lan@example.vn", "giu-thu-dien-tu"))
        assert_for_everybody(page)
        page.goto(link_in(server, "lan.moi@example.vn", "xac-nhan-thu-dien-tu"))
        assert_for_everybody(page)
        page.click("main form button")

        page.wait_for_selector("text=Đã đổi thư điện tử")
        assert_for_everybody(page)
