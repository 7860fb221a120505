"""The treasurer's bank pages: accounts, statements, lines that wait, the book against the bank."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.banking.commands import LineSide
from app.banking.queries import LineFilter, accounts, get_line, lines
from app.db.unit_of_work import reading
from app.donations.commands import Method
from app.donations.queries import DonationFilter, donations
from app.kernel.memo_codes import new_memo_code
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, Page

FILES = Path(__file__).parents[1] / "data" / "statements"
NUMBERS = {
    "vietcombank": ("970436", "0011004123456"),
    "techcombank": ("970407", "19036789012015"),
    "mb": ("970422", "9704229999"),
    "bidv": ("970418", "12010000999999"),
}


def treasurer(application: Flask, branch: BranchAtHand) -> Browser:
    """The treasurer's browser."""
    return Browser(application).signed_in(a_member(branch, Role.TREASURER))


def enter_account(browser: Browser, branch: BranchAtHand, bank: str, number: str) -> None:
    """Enter an account by its form."""
    form = browser.open(f"/b/{branch.slug}/ngan-hang/tai-khoan")
    sent = form.send(bank=bank, number=number, holder="QUY KHUYEN HOC")
    assert sent.status == 303, sent.text


def upload(browser: Browser, branch: BranchAtHand, name: str, content: bytes) -> Page:
    """Send a file by the form of statements."""
    form = browser.open(f"/b/{branch.slug}/ngan-hang/sao-ke")
    return form.send(file=(BytesIO(content), name))


@pytest.mark.parametrize("bank", sorted(NUMBERS))
def test_each_shared_statement_is_taken_in_exactly_and_once(
    application: Flask, a_branch: BranchAtHand, bank: str
) -> None:
    browser = treasurer(application, a_branch)
    enter_account(browser, a_branch, *NUMBERS[bank])
    file = next(FILES.glob(f"statement-{bank}.[cx]*"))
    expected = json.loads((FILES / f"statement-{bank}.expected.json").read_text())
    sent = upload(browser, a_branch, file.name, file.read_bytes())
    assert sent.status == 303, sent.text
    assert balance(a_branch, "112") == expected["closing"] - expected["opening"]
    with reading(a_branch.scope) as session:
        found = lines(session, LineFilter(at_most=500))
    came = [line.amount for line in found if line.side == "credit"]
    assert (len(came), sum(came)) == (expected["credit_lines"], expected["credits"])
    again = upload(browser, a_branch, "khac.csv", file.read_bytes())
    assert again.status == 409
    assert "đã được nhập ngày" in again.text
    assert balance(a_branch, "112") == expected["closing"] - expected["opening"]


def test_a_filter_that_is_no_filter_is_said_at_its_field(
    application: Flask, a_branch: BranchAtHand
) -> None:
    browser = treasurer(application, a_branch)
    page = browser.open(f"/b/{a_branch.slug}/ngan-hang/?tu=hom-qua&tai-khoan=khong-co")
    assert page.status == 422
    assert 'id="first-error"' in page.text or 'id="tu-error"' in page.text


def test_a_statement_of_another_account_is_refused(
    application: Flask, a_branch: BranchAtHand
) -> None:
    browser = treasurer(application, a_branch)
    enter_account(browser, a_branch, "970418", "999888777")
    file = FILES / "statement-bidv.csv"
    sent = upload(browser, a_branch, file.name, file.read_bytes())
    assert sent.status == 422
    assert balance(a_branch, "112") == 0


def test_codes_in_a_statement_make_their_gifts(application: Flask, a_branch: BranchAtHand) -> None:
    browser = treasurer(application, a_branch)
    enter_account(browser, a_branch, *NUMBERS["bidv"])
    offer = an_offer(a_branch, amount=100_000_000)
    text = (FILES / "statement-bidv.csv").read_text("utf-8-sig")
    code, spaced = offer.code.removeprefix("KH"), " ".join(offer.code.removeprefix("KH"))
    named = text.count("%CODE%") + text.count("%CODE_SPACED%")
    content = text.replace("%CODE%", code).replace("%CODE_SPACED%", spaced)
    upload(browser, a_branch, "thang-10.csv", content.encode())
    drain_outbox()
    with reading(a_branch.scope) as session:
        found = donations(session, DonationFilter(at_most=100))
    assert len(found) == named
    assert all(gift.donor_name == "Nguyễn Thị Ngọc Ánh" for gift in found)
    page = browser.open(f"/b/{a_branch.slug}/ngan-hang/doi-chieu?thang=2026-10")
    assert "Sổ tiền gửi khớp với sao kê, từng ngày" in page.text


def test_columns_that_nobody_knows_are_asked_once(
    application: Flask, a_branch: BranchAtHand
) -> None:
    browser = treasurer(application, a_branch)
    enter_account(browser, a_branch, "970405", "3100205123456")
    first, second = (
        f"AGRI;;;;\nMot;Hai;Ba;Bon;Nam\n{day}/10/2026;100.000;;{100_000 * n};gui {n}\n".encode()
        for n, day in ((1, "01"), (2, "02"))
    )
    asked = upload(browser, a_branch, "mot.csv", first)
    assert "Cột nào là gì?" in asked.text, asked.text
    sent = asked.send(
        f"/b/{a_branch.slug}/ngan-hang/sao-ke/cot",
        header_row="2", day="1", credit="2", debit="3", balance="4", description="5",
    )  # fmt: skip
    assert sent.status == 303, sent.text
    assert upload(browser, a_branch, "hai.csv", second).status == 303
    assert balance(a_branch, "112") == 200_000


def test_a_line_is_given_to_a_person_by_hand(application: Flask, a_branch: BranchAtHand) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000, "LE VAN TAM chuyen tien")])
    browser = treasurer(application, a_branch)
    page = browser.open(f"/b/{a_branch.slug}/ngan-hang/")
    assert "LE VAN TAM" in page.text
    form = browser.open(f"/b/{a_branch.slug}/ngan-hang/dong/{line}/ung-ho")
    sent = form.send(
        amount="200k", donor_name="Lê Văn Tám", donor_kind="person", fund_id=str(a_branch.fund_id)
    )
    assert sent.status == 303, sent.text
    too_much = browser.open(f"/b/{a_branch.slug}/ngan-hang/dong/{line}/ung-ho").send(
        amount="400k", donor_name="Ai Đó", donor_kind="person", fund_id=str(a_branch.fund_id)
    )
    assert too_much.status == 422
    with reading(a_branch.scope) as session:
        assert get_line(session, line).open_amount == 300_000
    assert "Còn chờ xác định" in browser.open(f"/b/{a_branch.slug}/ngan-hang/dong/{line}").text


def test_what_speaks_for_somebody_is_proposed_and_a_person_confirms(
    application: Flask, a_branch: BranchAtHand
) -> None:
    account = an_account(a_branch)
    typed = give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER))
    offer = an_offer(a_branch, donor_name="Phạm Thị Uớc")
    (line,) = tell(a_branch, account, [told(500_000, "chuyen tien")])
    browser = treasurer(application, a_branch)
    page = browser.open(f"/b/{a_branch.slug}/ngan-hang/dong/{line}")
    assert f"recorded:{typed.id}" in page.text
    assert f"offer:{offer.id}" in page.text
    address = f"/b/{a_branch.slug}/ngan-hang/dong/{line}/xac-nhan"
    assert page.send(address).status == 422
    assert page.send(address, proposed=f"recorded:{typed.id}").status == 303
    assert balance(a_branch, "112") == 500_000
    assert balance(a_branch, "3388") == 0


def test_an_earlier_account_proposes_its_giver(application: Flask, a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    offer = an_offer(a_branch)
    tell(a_branch, account, [told(500_000, f"{offer.code}.CT tu 0716372890209 NGUYEN THI ANH")])
    drain_outbox()
    (line,) = tell(a_branch, account, [told(90_000, "tien.CT tu 0716372890209 NGUYEN THI ANH")])
    page = treasurer(application, a_branch).open(f"/b/{a_branch.slug}/ngan-hang/dong/{line}")
    assert "từng chuyển từ chính tài khoản này" in page.text


def test_money_out_is_said_to_be_cash_or_a_fee(application: Flask, a_branch: BranchAtHand) -> None:
    give(a_branch)
    account = an_account(a_branch)
    cash, fee = tell(
        a_branch,
        account,
        [told(200_000, "rut tien", side=LineSide.DEBIT), told(11_000, "phi", side=LineSide.DEBIT)],
    )
    browser = treasurer(application, a_branch)
    root = f"/b/{a_branch.slug}/ngan-hang/dong"
    page = browser.open(f"{root}/{cash}")
    assert page.send(f"{root}/{cash}/khac", disposition="withdrawal").status == 303
    assert browser.open(f"{root}/{fee}").send(f"{root}/{fee}/khac", disposition="fee").status == 422
    sent = browser.open(f"{root}/{fee}").send(
        f"{root}/{fee}/khac", disposition="fee", fund_id=str(a_branch.fund_id)
    )
    assert sent.status == 303, sent.text
    assert balance(a_branch, "3388") == 0


def test_the_citys_officer_verifies_and_the_branch_may_ask(
    application: Flask, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    enter_account(treasurer(application, a_branch), a_branch, *NUMBERS["mb"])
    officer = Browser(application).signed_in(a_member(city, Role.OFFICER))
    desk = officer.open(f"/b/{city.slug}/ngan-hang/xac-nhan")
    with reading(a_branch.scope) as session:
        (account,) = accounts(session)
    address = f"/b/{city.slug}/ngan-hang/xac-nhan/{a_branch.id}/{account.id}"
    assert address in desk.text
    assert desk.send(address).status == 303
    assert Browser(application).open(f"/q/{a_branch.slug}/ung-ho").text.count("<form") == 1


def test_a_branch_verifies_nothing_of_its_own(application: Flask, a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    officer = Browser(application).signed_in(a_member(a_branch, Role.OFFICER))
    desk = officer.open(f"/b/{a_branch.slug}/ngan-hang/xac-nhan")
    sent = desk.send(f"/b/{a_branch.slug}/ngan-hang/xac-nhan/{a_branch.id}/{account}")
    assert sent.status == 404


def test_the_code_of_nobody_waits_and_another_branch_sees_no_line(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000, new_memo_code())])
    stranger = treasurer(application, another_branch)
    foreign = stranger.open(f"/b/{another_branch.slug}/ngan-hang/dong/{line}")
    absent = stranger.open(f"/b/{another_branch.slug}/ngan-hang/dong/{a_branch.id}")
    assert (foreign.status, absent.status) == (404, 404)
