"""Giving without an account: the form, the code, and the page that tells when money came."""

import re
from uuid import UUID

from flask import Flask

from app.db.unit_of_work import reading
from app.giving.queries import get_offer
from app.kernel.clock import today
from app.kernel.memo_codes import codes_in
from tests.builders.bank import an_account, tell, told
from tests.builders.boards import a_drive
from tests.builders.branches import BranchAtHand
from tests.builders.card_pages import mailing
from tests.builders.consequences import drain_outbox
from tests.builders.pages import Browser, Page


def offered(application: Flask, branch: BranchAtHand, **typed: str) -> Page:
    """The page to which a sent offer leads."""
    browser = Browser(application)
    sent = browser.open(f"/q/{branch.slug}/ung-ho").send(**{"amount": "500k"} | typed)
    assert sent.status == 303, sent.text
    return browser.open(sent.location)


def test_an_offer_leads_to_its_code_and_the_page_tells_when_money_came(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    account = an_account(a_branch, city)
    page = offered(application, a_branch, donor_name="Trần Văn Bình", email="binh@example.vn")
    assert "<svg" in page.text
    assert "Đang chờ tiền về" in page.text
    (code,) = codes_in(
        re.sub(r"<svg.*?</svg>", "", page.text, flags=re.DOTALL).split("Nội dung")[-1]
    )
    assert "Trần" not in page.path
    tell(a_branch, account, [told(500_000, f"ung ho {code}")])
    drain_outbox()
    shown = Browser(application).open(page.path)
    assert "Đã nhận 500.000 đ" in shown.text
    assert "BN/" in shown.text
    assert "Trần Văn Bình" not in shown.text
    assert "binh@example.vn" not in shown.text


def test_the_page_says_what_the_receipt_will_and_names_the_giver_to_his_browser_alone(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    account = an_account(a_branch, city)
    drive = a_drive(a_branch, "Chung tay vì sự học 2026")
    page = offered(
        application,
        a_branch,
        purpose=f"drive:{drive}:{a_branch.fund_id}",
        donor_name="Trần Văn Bình",
        email="binh@example.vn",
        dedication="in_memory_of",
        dedicated_to="Cụ Định",
    )
    purpose = "Chung tay vì sự học 2026. Tưởng nhớ Cụ Định"
    assert purpose in page.text
    assert re.search(r"Tên trên biên nhận</dt><dd[^>]*>Trần Văn Bình<", page.text)
    elsewhere = Browser(application).open(page.path).text
    assert "Chung tay vì sự học 2026" in elsewhere
    assert "Cụ Định" not in elsewhere
    assert "Trần Văn Bình" not in elsewhere

    (code,) = set(codes_in(page.text))
    with mailing(application) as server:
        tell(a_branch, account, [told(500_000, code)])
        drain_outbox()
    (taken,) = server.taken
    body = taken.message.get_body(("plain",))
    assert body is not None
    assert f"Nội dung: {purpose}" in body.get_content()
    mine = re.search(r"(/trang-cua-toi/\S+)", body.get_content())
    assert mine
    own = Browser(application).open(mine[1])
    assert purpose in own.text
    assert purpose in Browser(application).open(f"{own.path}/{today().year}").text


def test_without_an_account_that_the_city_verified_nobody_is_asked_to_pay(
    application: Flask, a_branch: BranchAtHand
) -> None:
    an_account(a_branch)
    page = Browser(application).open(f"/q/{a_branch.slug}/ung-ho")
    assert page.status == 200
    assert "chưa có tài khoản được Hội Khuyến học thành phố xác nhận" in page.text
    assert "<form" not in page.text


def test_sent_twice_it_is_one_offer(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    an_account(a_branch, city)
    form = Browser(application).open(f"/q/{a_branch.slug}/ung-ho")
    first, again = form.send(amount="500k"), form.send(amount="500k")
    other = form.send(amount="600k")
    assert first.location == again.location
    assert other.status == 409


def test_an_offer_is_of_its_branch_alone(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    an_account(a_branch, city)
    an_account(another_branch, city)
    page = offered(application, a_branch)
    foreign = Browser(application).open(page.path.replace(a_branch.slug, another_branch.slug))
    assert foreign.status == 404


def test_who_tells_no_name_is_not_named(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    an_account(a_branch, city)
    page = offered(application, a_branch)
    assert "Nhà hảo tâm không nêu tên" in page.text
    with reading(a_branch.scope) as session:
        offer = get_offer(session, UUID(page.path.rsplit("/", 1)[-1]))
    assert (offer.donor_name, offer.is_anonymous) == (None, True)
