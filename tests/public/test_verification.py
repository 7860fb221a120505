"""Is this receipt real? The answer, before and after it was taken back, and to a guess."""

import secrets

import pytest
from flask import Flask

from app.branches.commands import BranchKind, Contact
from app.branches.service import publish_contact
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.service import reverse_donation
from app.donors.commands import DonorKind, NewDonor
from app.kernel.ids import uuid7
from app.public.verification import normalised
from app.receipts.queries import receipt_of_donation
from tests.builders.branches import BranchAtHand, open_below
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser

DONOR = NewDonor(DonorKind.PERSON, "Lê Thị Giấu Tên", phone="+84911222333", address="Số 9 ngõ Kín")
REAL = "Biên nhận này có thật"
VOID = "Biên nhận này có thật, nhưng đã bị huỷ"
NONE = "Không có biên nhận nào mang mã này"


@pytest.fixture
def browser(application: Flask) -> Browser:
    """A browser at an address of its own: no test pays for what another asked."""
    fresh = Browser(application)
    fresh.client.environ_base["REMOTE_ADDR"] = f"2001:db8::{secrets.randbelow(65536):x}"
    return fresh


def a_receipt(branch: BranchAtHand) -> tuple[ReverseDonation, str]:
    """A new receipt: what would take its gift back, and its code."""
    gift = give(branch, a_gift(branch, amount=55_000, donor=DONOR))
    with reading(branch.scope) as session:
        code = receipt_of_donation(session, gift.id).verify_code
    return ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Ghi nhầm người gửi"), code


def test_a_real_receipt_is_told_without_its_giver(browser: Browser, a_branch: BranchAtHand) -> None:
    _, code = a_receipt(a_branch)

    page = browser.open(f"/xac-minh/{code}")

    assert page.status == 200
    for told in (
        REAL,
        "55.000 đ",
        "Năm mươi lăm nghìn đồng",
        "0000001",
        a_branch.slug,
        "Có hiệu lực",
    ):
        assert told in page.text.replace("\N{NO-BREAK SPACE}", " ")
    for kept in ("Giấu Tên", "911222333", "ngõ Kín", VOID):
        assert kept not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_receipt_taken_back_says_so(browser: Browser, a_branch: BranchAtHand) -> None:
    reversal, code = a_receipt(a_branch)
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(session, reversal)

    page = browser.open(f"/xac-minh/{code}")

    assert VOID in page.text
    assert "Đã huỷ ngày" in page.text
    assert "0000001" in page.text
    assert "Ghi nhầm" not in page.text


@pytest.mark.parametrize("code", ["000000000000", "0000-0000-0000"])
def test_a_guess_finds_nothing(browser: Browser, code: str) -> None:
    page = browser.open(f"/xac-minh/{code}")

    assert page.status == 404
    assert NONE in page.text


@pytest.mark.parametrize("code", ["abc", "<b>", "%00%00", "x" * 2000, "٠" * 12, "7K3M9QXT2B4U"])
def test_what_cannot_be_a_code_was_mistyped_and_frightens_nobody(
    browser: Browser, code: str
) -> None:
    page = browser.open(f"/xac-minh/{code}")

    assert page.status == 404
    assert "Mã này gõ chưa đúng. Mã gồm đúng 12 chữ và số" in page.text
    assert "7K3M 9QXT 2B4D" in page.text
    assert NONE not in page.text
    assert "đừng giao tiền" not in page.text


def test_a_slash_at_the_end_changes_nothing(browser: Browser, a_branch: BranchAtHand) -> None:
    _, code = a_receipt(a_branch)

    assert REAL in browser.open(f"/xac-minh/{code}/").text
    assert browser.open("/xac-minh/").status == 200


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7K3M9QXT2B4D", "7K3M9QXT2B4D"),
        (" 7k3m-9qxt 2b4d ", "7K3M9QXT2B4D"),
        ("oO0iIlL1ABCD", "000111 11ABCD".replace(" ", "")),
        ("7K3M9QXT2B4", ""),
        ("7K3M9QXT2B4U", ""),
        ("7K3M9QXT2B4\N{FULLWIDTH DIGIT ONE}", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert normalised(typed) == code


def test_a_typed_code_leads_to_the_answer(browser: Browser, a_branch: BranchAtHand) -> None:
    _, code = a_receipt(a_branch)
    sent = browser.open(f"/xac-minh?ma={code[:4].lower()} {code[4:8]}-{code[8:]}")

    assert (sent.status, sent.location) == (303, f"/xac-minh/{code}")
    assert REAL in browser.open(sent.location).text


def test_what_cannot_be_a_code_is_handed_back(browser: Browser) -> None:
    page = browser.open('/xac-minh?ma="><b>12')

    assert page.status == 200
    assert "Mã gồm đúng 12 chữ và số" in page.text
    assert "<b>12" not in page.text


def test_an_empty_code_is_told_what_to_do_and_an_opened_form_is_not(browser: Browser) -> None:
    opened, sent = browser.open("/xac-minh"), browser.open("/xac-minh?ma=")

    assert "ma-error" not in opened.text
    assert 'id="ma-error"' in sent.text
    assert "Gõ mã 12 chữ và số in trên tờ biên nhận" in sent.text


def test_nobody_tries_codes_by_the_thousand(browser: Browser) -> None:
    statuses = [browser.open(f"/xac-minh/{number:012d}").status for number in range(61)]

    assert statuses == [404] * 60 + [429]


def test_who_finds_a_difference_reads_whom_to_tell(
    browser: Browser, a_branch: BranchAtHand
) -> None:
    _, code = a_receipt(a_branch)
    silent = browser.open(f"/xac-minh/{code}").text
    with unit_of_work(a_branch.scope) as session:
        publish_contact(session, a_branch.id, Contact("Số 2 Trúc Bạch", "+842438231234"))

    told = browser.open(f"/xac-minh/{code}").text

    assert "chưa công bố cách liên hệ" in silent
    assert "Số 2 Trúc Bạch" in told
    assert '<a class="figures" href="tel:+842438231234">024 3823 1234</a>' in told
    assert "chưa công bố" not in told
    assert "mailto:" not in told


def test_a_branch_that_says_nothing_is_asked_about_above_it(
    browser: Browser, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    hamlet = open_below(a_branch, BranchKind.RESIDENTIAL)
    _, code = a_receipt(hamlet)
    silent = browser.open(f"/xac-minh/{code}").text
    with unit_of_work(city.scope) as session:
        publish_contact(session, city.id, Contact(phone="+84438231234"))
    by_city = browser.open(f"/xac-minh/{code}").text
    with unit_of_work(a_branch.scope) as session:
        publish_contact(session, a_branch.id, Contact(email="hoi@example.vn"))
    by_commune = browser.open(f"/xac-minh/{code}").text

    assert f'hỏi cấp hội trên: <a href="/q/{a_branch.slug}">' in silent
    assert f'hỏi cấp hội trên: <a href="/q/{city.slug}">' in by_city
    assert "tel:+84438231234" in by_city
    assert f'hỏi cấp hội trên: <a href="/q/{a_branch.slug}">' in by_commune
    assert "mailto:hoi@example.vn" in by_commune
    for page in (silent, by_city, by_commune):
        assert "người đã nhận tiền" not in page
