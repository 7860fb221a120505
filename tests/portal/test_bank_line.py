"""The page of one bank line: what it may be, whose it was, and the ways back and on."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from flask import Flask

from app.accounts.permissions import Role
from app.banking.commands import LineSide
from app.banking.queries import get_line
from app.db.unit_of_work import reading
from app.donations.commands import Method
from app.donations.queries import DonationFilter, donations
from app.receipts.queries import receipt_of_donation
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser
from tests.portal.test_bank import treasurer

PRIMARY = re.compile(r'class="button"[^>]*>([^<]+)<')
PROPOSED = re.compile(r'value="(\w+):[0-9a-f-]{36}"')


def root(branch: BranchAtHand) -> str:
    """Where lines are."""
    return f"/b/{branch.slug}/ngan-hang/dong"


def number_of(branch: BranchAtHand, gift: UUID) -> str:
    """The number of a gift's receipt."""
    with reading(branch.scope) as session:
        receipt = receipt_of_donation(session, gift)
    return f"{receipt.series} · {receipt.number:07d}"


def test_the_code_of_a_paid_offer_is_proposed_first_and_confirmed_by_one_click(
    application: Flask, a_branch: BranchAtHand
) -> None:
    account = an_account(a_branch)
    offer = an_offer(a_branch)
    tell(a_branch, account, [told(700_000, offer.code)])
    drain_outbox()
    give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER))
    (line,) = tell(a_branch, account, [told(500_000, f"ca ngo {offer.code}")])
    drain_outbox()
    page = treasurer(application, a_branch).open(f"{root(a_branch)}/{line}")
    assert PROPOSED.findall(page.text) == ["paid", "recorded"]
    assert "mã của lời ủng hộ đã nhận đủ" in page.text
    assert "Xác nhận" in PRIMARY.findall(page.text)
    sent = page.send(f"{root(a_branch)}/{line}/xac-nhan", proposed=f"paid:{offer.id}")
    assert sent.status == 303, sent.text
    with reading(a_branch.scope) as session:
        assert get_line(session, line).open_amount == 0


def test_what_only_the_amount_speaks_for_comes_last_and_says_so(
    application: Flask, a_branch: BranchAtHand
) -> None:
    typed = give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER))
    unlike = an_offer(a_branch, donor_name="Phạm Thị Uớc")
    account = an_account(a_branch)
    (line,) = tell(a_branch, account, [told(500_000, "chuyen tien")])
    browser = treasurer(application, a_branch)
    page = browser.open(f"{root(a_branch)}/{line}")
    assert page.text.count("Chỉ trùng số tiền") == 2
    assert PRIMARY.findall(page.text)[0] == "Ghi ủng hộ của người khác"
    assert "Xác nhận" not in PRIMARY.findall(page.text)
    assert number_of(a_branch, typed.id) in page.text
    assert f"Phạm Thị Uớc · 500.000 đ · {unlike.made_at:%d/%m/%Y} · {unlike.code}" in page.text
    an_offer(a_branch, donor_name="Lê Văn Tám")
    (named,) = tell(a_branch, account, [told(500_000, "gui", counter_name="LE VAN TAM")])
    page = browser.open(f"{root(a_branch)}/{named}")
    assert PROPOSED.findall(page.text) == ["offer", "recorded", "offer"]
    assert page.text.index("Lê Văn Tám") < page.text.index("Phạm Thị Uớc")
    assert "Xác nhận" in PRIMARY.findall(page.text)


def test_a_confirmed_gift_is_named_with_its_receipt_and_taken_back(
    application: Flask, a_branch: BranchAtHand
) -> None:
    typed = give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER))
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000)])
    browser = treasurer(application, a_branch)
    here = f"{root(a_branch)}/{line}"
    browser.open(here).send(f"{here}/xac-nhan", proposed=f"recorded:{typed.id}")
    page = browser.open(here)
    with reading(a_branch.scope) as session:
        (gift,) = donations(session, DonationFilter())
    assert gift.donor_name in page.text
    number = number_of(a_branch, typed.id)
    assert f'/ung-ho/{typed.id}">biên nhận số {number}</a>' in page.text
    (address,) = re.findall(rf'action="({here}/khop/[^"]+/go-ra)"', page.text)
    inspector = Browser(application).signed_in(a_member(a_branch, Role.INSPECTOR))
    assert "Gỡ ra" not in inspector.open(here).text
    assert inspector.open(here).send(address).status == 403
    assert [page.send(address).status for _ in range(2)] == [303, 303]
    page = browser.open(here)
    assert "đã gỡ ra" in page.text
    assert "Ai đã ủng hộ?" in page.text


def test_a_gift_made_of_a_line_says_that_cancelling_it_frees_the_line(
    application: Flask, a_branch: BranchAtHand
) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000, an_offer(a_branch).code)])
    drain_outbox()
    page = treasurer(application, a_branch).open(f"{root(a_branch)}/{line}")
    with reading(a_branch.scope) as session:
        (gift,) = donations(session, DonationFilter())
    assert "Huỷ khoản ủng hộ thì dòng này lại chờ" in page.text
    assert number_of(a_branch, gift.id) in page.text
    assert "/go-ra" not in page.text


def test_after_a_line_comes_the_next_that_waits_and_then_the_list(
    application: Flask, a_branch: BranchAtHand
) -> None:
    (one, other) = sorted(
        tell(a_branch, an_account(a_branch), [told(20_000, "mot"), told(30_000, "hai")])
    )
    browser = treasurer(application, a_branch)
    for line, following in ((one, other), (other, None)):
        here = f"{root(a_branch)}/{line}"
        page = browser.open(here)
        assert "Dòng chờ tiếp theo" not in page.text
        page.send(f"{here}/khac", disposition="deposit")
        done = browser.open(here).text
        assert ("Dòng chờ tiếp theo" in done, f"{root(a_branch)}/{following}" in done) == (
            following is not None,
            following is not None,
        )
    assert "Không còn dòng nào chờ" in done


def test_money_out_says_what_a_fee_needs_and_what_may_wait(
    application: Flask, a_branch: BranchAtHand
) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(11_000, "phi", side=LineSide.DEBIT)])
    page = treasurer(application, a_branch).open(f"{root(a_branch)}/{line}").text
    assert "Quỹ nào chịu (khi là phí)" in page
    assert "không bắt buộc" not in page
    assert "ghi cùng quyết định trao" in page


def test_the_name_that_the_bank_told_is_suggested(
    application: Flask, a_branch: BranchAtHand
) -> None:
    account = an_account(a_branch)
    named, unnamed = tell(
        a_branch,
        account,
        [told(counter_name="LE VAN TAM"), told(10_000, "MBVCB.1.LE VAN TAM ung ho")],
    )
    browser = treasurer(application, a_branch)
    for line, suggested in ((named, "LE VAN TAM"), (unnamed, "")):
        form = browser.open(f"{root(a_branch)}/{line}/ung-ho")
        assert form.values()["donor_name"] == suggested


def test_a_form_sent_six_times_is_one_gift_and_six_equal_answers(
    application: Flask, a_branch: BranchAtHand
) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000, "LE VAN TAM")])
    browser = treasurer(application, a_branch)
    form = browser.open(f"{root(a_branch)}/{line}/ung-ho")
    typed = {"donor_name": "Lê Văn Tám", "donor_kind": "person", "fund_id": str(a_branch.fund_id)}

    def send(_: int) -> tuple[int, str]:
        sent = form.send(**typed)
        return sent.status, sent.location

    with ThreadPoolExecutor(5) as people:
        answers = {*people.map(send, range(5)), send(6)}
    assert answers == {(303, f"{root(a_branch)}/{line}")}
    assert balance(a_branch, "5111") == -500_000
