"""Recording a gift through its form."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import DonationFilter, DonationView, donations
from app.donors.commands import DonorKind, NewDonor
from app.donors.queries import search_donors
from app.funds.service import OpenDrive, Restriction, open_drive, open_fund
from app.kernel.clock import today
from app.ledger.service import close_period
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, Page


def form_of(browser: Browser, branch: BranchAtHand) -> Page:
    """The form of a gift, just opened."""
    return browser.open(f"/b/{branch.slug}/ung-ho/ghi")


def recorded(branch: BranchAtHand) -> list[DonationView]:
    """What the branch's book holds."""
    with reading(branch.scope) as session:
        return list(donations(session, DonationFilter()))


def test_a_treasurer_records_a_gift(treasurer: Browser, a_branch: BranchAtHand) -> None:
    form = form_of(treasurer, a_branch)

    page = form.send(amount="500k", donor_name="Gia đình ông bà Thắng - Hoa")

    assert page.status == 303
    assert "0000001" in treasurer.open(page.location).text
    (gift,) = recorded(a_branch)
    assert (gift.amount, gift.donor_name) == (500_000, "Gia đình ông bà Thắng - Hoa")
    assert (gift.method, gift.source, gift.received_on) == ("cash", "household", today())


def test_the_same_form_sent_twice_makes_one_gift(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    form = form_of(treasurer, a_branch)

    first = form.send(amount="500k", donor_name="Bà Hoa")
    second = form.send(amount="500k", donor_name="Bà Hoa")

    assert first.location == second.location
    assert len(recorded(a_branch)) == 1


def test_the_same_form_with_other_content_is_told_where_the_first_is(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    form = form_of(treasurer, a_branch)
    form.send(amount="500k", donor_name="Bà Hoa")

    page = form.send(amount="600k", donor_name="Bà Hoa")

    assert page.status == 409
    assert f'/ung-ho/{form.values()["id"]}">Xem khoản đã ghi' in page.text
    assert [gift.amount for gift in recorded(a_branch)] == [500_000]


def test_an_unsure_amount_is_read_back_and_taken_when_sent_again(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    unsure = form_of(treasurer, a_branch).send(amount="1.5tr", donor_name="Bà Hoa")
    sure = unsure.send(donor_name="Bà Hoa")

    assert unsure.status == 422
    assert "Một triệu năm trăm nghìn đồng" in unsure.text
    assert sure.status == 303
    assert [gift.amount for gift in recorded(a_branch)] == [1_500_000]


def test_who_wishes_to_stay_unnamed_needs_no_name(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    form = form_of(treasurer, a_branch)

    nameless = form.send(amount="500k")
    form.send(amount="500k", donor_kind="anonymous")

    assert nameless.status == 422
    assert 'href="#donor_name"' in nameless.text
    assert [gift.donor_name for gift in recorded(a_branch)] == ["Nhà hảo tâm không nêu tên"]


def test_the_source_follows_the_giver_unless_another_is_chosen(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    for name, kind, source in (
        ("Bà Mai", "person", ""),
        ("Công ty Trường Hải", "organisation", ""),
        ("Trường THCS Ban Mai", "organisation", ""),
        ("Công an phường", "organisation", ""),
        ("Công ty Ban Mai", "organisation", "agency"),
    ):
        form_of(treasurer, a_branch).send(
            amount="500k", donor_name=name, donor_kind=kind, source=source
        )

    booked = [gift.source for gift in recorded(a_branch)]
    assert booked == ["agency", "agency", "school", "enterprise", "individual"]


def test_the_source_is_asked_for_where_nothing_tells_it(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = {"amount": "500k", "donor_name": "Ban Mai", "donor_kind": "organisation"}

    asked = form_of(treasurer, a_branch).send(**gift)
    told = form_of(treasurer, a_branch).send(**gift, source="enterprise")

    assert (asked.status, told.status) == (422, 303)
    assert 'href="#source"' in asked.text
    assert [gift.source for gift in recorded(a_branch)] == ["enterprise"]


def test_a_known_giver_goes_on_under_the_source_of_the_last_gift(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    form_of(treasurer, a_branch).send(
        amount="500k", donor_name="Ban Mai", donor_kind="organisation", source="school"
    )
    donor = recorded(a_branch)[0].donor_id

    treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi?nguoi={donor}").send(amount="700k")

    assert [gift.source for gift in recorded(a_branch)] == ["school", "school"]


def test_who_tells_no_name_is_written_without_one_and_not_named_in_public(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    named = form_of(treasurer, a_branch).send(
        amount="500k", donor_name="Ai đó", donor_kind="anonymous"
    )
    form_of(treasurer, a_branch).send(amount="500k", donor_kind="anonymous")

    assert named.status == 422
    assert 'href="#donor_name"' in named.text
    assert [gift.is_anonymous for gift in recorded(a_branch)] == [True]


def test_a_known_giver_is_offered_without_accents_and_not_made_twice(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    form = form_of(treasurer, a_branch)

    offered = form.send(to=f"{form.path}/goi-y", donor_name="thang hoa").text
    (donor,) = re.findall(r'hx-get="[^"]+\?nguoi=([^"]+)"', offered)
    page = treasurer.open(f"{form.path}?nguoi={donor}").send(amount="700k")

    assert "Thắng - Hoa" in offered
    assert page.status == 303
    gifts = recorded(a_branch)
    assert len({gift.donor_id for gift in gifts}) == 1
    assert [gift.source for gift in gifts] == ["household", "household"]


def test_names_that_begin_as_typed_are_offered_first(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    for name in ("Trần An Hoà", "An Hoà Phát", "Bà An Hoà", "An Hoà"):
        give(a_branch, a_gift(a_branch, donor=NewDonor(DonorKind.PERSON, name)))
    form = form_of(treasurer, a_branch)

    offered = form.send(to=f"{form.path}/goi-y", donor_name="an hoa").text

    names = re.findall(r"<strong>([^<]+)</strong>", offered)
    assert names[:2] == ["An Hoà", "An Hoà Phát"]
    assert set(names[2:]) == {"Trần An Hoà", "Bà An Hoà"}


def test_a_name_that_is_too_short_offers_nobody(treasurer: Browser, a_branch: BranchAtHand) -> None:
    give(a_branch)
    form = form_of(treasurer, a_branch)

    assert form.send(to=f"{form.path}/goi-y", donor_name="t").text == ""
    assert form.send(to=f"{form.path}/goi-y", donor_name="a" * 201).text == ""


def test_the_receipt_is_shown_as_it_is_going_to_be(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    form = form_of(treasurer, a_branch)

    picture = form.send(to=f"{form.path}/xem-truoc", amount="55k", donor_name="Bà <b>Hoa</b>").text

    assert "55.000 đ" in picture
    assert "Năm mươi lăm nghìn đồng" in picture
    assert "Bà &lt;b&gt;Hoa&lt;/b&gt;" in picture
    assert "cấp khi ghi" in picture
    assert recorded(a_branch) == []


def test_much_cash_of_an_enterprise_is_warned_about_and_taken(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    form = form_of(treasurer, a_branch)
    gift = {"donor_name": "Công ty Đại Phát", "donor_kind": "organisation"}

    little = form.send(to=f"{form.path}/xem-truoc", amount="4.999.999", **gift).text
    much = form.send(to=f"{form.path}/xem-truoc", amount="5tr", **gift).text
    page = form.send(amount="5tr", **gift)

    assert "Nên chuyển khoản" not in little
    assert "Nên chuyển khoản" in much
    assert page.status == 303
    assert "Nên chuyển khoản" in treasurer.open(page.location).text


def test_goods_must_be_named(treasurer: Browser, a_branch: BranchAtHand) -> None:
    form = form_of(treasurer, a_branch)

    unnamed = form.send(amount="9tr", donor_name="Bà Hoa", method="in_kind")
    form.send(amount="9tr", donor_name="Bà Hoa", method="in_kind", note="10 xe đạp mới")

    assert unnamed.status == 422
    assert 'id="note-error"' in unnamed.text
    assert [gift.note for gift in recorded(a_branch)] == ["10 xe đạp mới"]


def test_a_card_is_not_taken_by_hand(treasurer: Browser, a_branch: BranchAtHand) -> None:
    form = form_of(treasurer, a_branch)

    page = form.send(amount="500k", donor_name="Bà Hoa", method="card")

    assert 'value="card"' not in form.text
    assert page.status == 422
    assert recorded(a_branch) == []


def test_a_drive_raises_money_for_its_own_fund_alone(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    with unit_of_work(a_branch.scope) as session:
        hardship = open_fund(
            session,
            code="VK",
            name="Vượt khó",
            restriction=Restriction.PURPOSE,
            opened_on=date(2020, 1, 1),
        )
        drive = str(open_drive(session, OpenDrive(hardship, "Tết 2026", date(2020, 1, 2))))
    form = form_of(treasurer, a_branch)
    gift = {"amount": "500k", "donor_name": "Bà Hoa", "drive_id": drive}

    other = form.send(fund_id=str(a_branch.fund_id), **gift)
    own = form.send(fund_id=str(hardship), **gift)

    assert "Đợt này vận động cho Vượt khó" in other.text
    assert (other.status, own.status) == (422, 303)


def test_a_closed_period_and_a_day_to_come_are_told_at_the_day(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    with unit_of_work(a_branch.scope) as session:
        close_period(session, date(2025, 1, 1), date(2025, 1, 31))
    form = form_of(treasurer, a_branch)
    tomorrow = f"{today() + timedelta(days=1):%d/%m/%Y}"

    for day in ("15/01/2025", tomorrow, "31/12/2019"):
        page = form.send(amount="500k", donor_name="Bà Hoa", received_on=day)
        assert page.status == 422
        assert 'id="received_on-error"' in page.text
    assert recorded(a_branch) == []


def test_contact_details_are_kept_and_printed(treasurer: Browser, a_branch: BranchAtHand) -> None:
    form_of(treasurer, a_branch).send(
        amount="500k",
        donor_name="Bà Hoa",
        donor_phone="0912 345 678",
        donor_email="Hoa@Example.vn",
        donor_address="Số 5 ngõ 12",
    )

    with reading(a_branch.scope) as session:
        (donor,) = search_donors(session, "hoa")
    assert (donor.phone, donor.email) == ("+84912345678", "hoa@example.vn")
    assert donor.address == "Số 5 ngõ 12"


def test_who_may_only_look_is_neither_offered_nor_allowed_to_record(
    application: Flask, a_branch: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, donor=NewDonor(DonorKind.PERSON, "Ông Đạt")))
    browser = Browser(application).signed_in(a_member(a_branch, Role.INSPECTOR))

    listed = browser.open(f"/b/{a_branch.slug}/ung-ho/")

    assert listed.status == 200
    assert "/ung-ho/ghi" not in listed.text
    assert browser.open(f"/b/{a_branch.slug}/ung-ho/ghi").status == 403
    assert listed.send(to=f"/b/{a_branch.slug}/ung-ho/ghi", amount="500k").status == 403


def test_a_stranger_is_told_there_is_no_such_page(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))

    foreign = browser.open(f"/b/{another_branch.slug}/")
    absent = browser.open("/b/khong-co-don-vi-nay/")
    garbled = browser.open("/b/%00/")

    assert foreign.status == absent.status == garbled.status == 404
    told = [re.sub(r"[0-9a-f]{12}", "", page.text) for page in (foreign, absent)]
    assert told[0] == told[1]


@pytest.mark.parametrize(("kind", "is_told"), [("household", True), ("organisation", False)])
def test_a_name_of_another_kind_is_pointed_out(
    treasurer: Browser, a_branch: BranchAtHand, kind: str, *, is_told: bool
) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")

    page = form.send(amount="", donor_name="Công ty Sách Bạn Trẻ", donor_kind=kind)

    assert ("Xem lại loại người ủng hộ" in page.text) is is_told
