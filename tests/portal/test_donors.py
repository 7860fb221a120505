"""Givers: in the order of the alphabet, found without accents, each with his gifts."""

import re

from flask import Flask

from app.accounts.permissions import Role
from app.audit import trail
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method
from app.donations.queries import get_donation
from app.donations.service import record_donations
from app.donors.commands import ANONYMOUS_NAME, DonorKind, NewDonor
from app.donors.names import names_agree
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser

NAMES = re.compile(r'<th scope="row"><a href="[^"]*/nha-hao-tam/[^"]+">([^<]+)</a>')


def know(branch: BranchAtHand, *names: str) -> None:
    """Let the branch have received something from each."""
    gifts = [a_gift(branch, donor=NewDonor(DonorKind.PERSON, name)) for name in names]
    with unit_of_work(branch.scope) as session:
        record_donations(session, gifts)


def test_givers_stand_in_the_order_of_the_alphabet(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    know(a_branch, "Đỗ An", "Ễnh", "Dương An", "Ân", "An", "Ánh", "Ăn")

    page = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/")

    assert NAMES.findall(page.text) == ["An", "Ánh", "Ăn", "Ân", "Dương An", "Đỗ An", "Ễnh"]


def test_a_giver_is_found_without_accents(treasurer: Browser, a_branch: BranchAtHand) -> None:
    know(a_branch, "Đặng Văn Đạt", "Dang Van Hung", "Trần Thị Ngọc")

    found = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/?ten=DANG+van")
    nobody = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/?ten=zzz")

    assert NAMES.findall(found.text) == ["Dang Van Hung", "Đặng Văn Đạt"]
    assert "Không có ai tên như vậy" in nobody.text


def test_the_list_of_givers_goes_on_without_gap_or_double(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    know(a_branch, *(f"Người {number:03d}" for number in range(101)))

    names, path = [], f"/b/{a_branch.slug}/nha-hao-tam/"
    while path:
        page = treasurer.open(path).text
        names += NAMES.findall(page)
        (path, *_) = re.findall(r'rel="next" href="([^"]+)"', page) or [""]

    assert names == [f"Người {number:03d}" for number in range(101)]


def test_a_giver_has_a_page_with_gifts_and_their_sum(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    donor = NewDonor(DonorKind.HOUSEHOLD, "Hộ bà Ưng", phone="+84912345678", address="Số 5")
    gifts = [give(a_branch, a_gift(a_branch, donor=donor, amount=n)) for n in (50_000, 70_000)]
    give(a_branch, a_gift(a_branch, amount=9_000_000, method=Method.BANK_TRANSFER))
    listed = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/?ten=ung").text

    (path,) = re.findall(r'<th scope="row"><a href="([^"]+)">', listed)
    page = treasurer.open(path).text

    assert "120.000 đ" in page
    assert "+84912345678" in page
    assert all(f"/ung-ho/{gift.id}" in page for gift in gifts)
    assert "9.000.000" not in page


def test_a_giver_is_corrected_and_old_receipts_are_not(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch, a_gift(a_branch, donor=NewDonor(DonorKind.PERSON, "Nguyễn Văn Hao")))
    with reading(a_branch.scope) as session:
        donor = get_donation(session, gift.id).donor_id
    path = f"/b/{a_branch.slug}/nha-hao-tam/{donor}"

    form = treasurer.open(f"{path}/sua")
    wrong = form.send(name="", phone="12")
    sent = form.send(name="Nguyễn Văn Hảo", phone="0912 345 678")
    form.send(name="Nguyễn Văn Hảo", phone="0912 345 678")

    assert (wrong.status, sent.status, sent.location) == (422, 303, path)
    assert "+84912345678" in treasurer.open(path).text
    assert NAMES.findall(treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/?ten=hao").text) == [
        "Nguyễn Văn Hảo"
    ]
    assert "<dd>Nguyễn Văn Hao</dd>" in treasurer.open(f"/b/{a_branch.slug}/ung-ho/{gift.id}").text
    with reading(a_branch.scope) as session:
        assert [event.action for event in trail(session, donor)] == ["donors.corrected"]


def test_what_a_giver_is_is_corrected_and_the_source_of_his_gift_is_not(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch, a_gift(a_branch, donor=NewDonor(DonorKind.PERSON, "Công ty An Bình")))
    with reading(a_branch.scope) as session:
        before = get_donation(session, gift.id)
    path = f"/b/{a_branch.slug}/nha-hao-tam/{before.donor_id}"

    form = treasurer.open(f"{path}/sua")
    refused = [form.send(kind=kind).status for kind in ("", "anonymous", "company")]
    sent = form.send(kind="organisation")

    assert (refused, sent.status) == ([422] * 3, 303)
    with reading(a_branch.scope) as session:
        after = get_donation(session, gift.id)
        assert [event.action for event in trail(session, before.donor_id)] == ["donors.corrected"]
    assert (before.donor_kind, after.donor_kind) == ("person", "organisation")
    assert after.source == before.source


def test_an_unnamed_giver_may_stay_so_or_be_named(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch, a_gift(a_branch, donor=NewDonor(DonorKind.ANONYMOUS, ANONYMOUS_NAME)))
    with reading(a_branch.scope) as session:
        donor = get_donation(session, gift.id).donor_id
    path = f"/b/{a_branch.slug}/nha-hao-tam/{donor}"

    form = treasurer.open(f"{path}/sua")
    sent = [form.send(kind="anonymous").status, form.send(kind="person", name="Lê Thị Mơ").status]

    assert sent == [303, 303]
    assert "Lê Thị Mơ" in treasurer.open(path).text


def test_who_may_not_record_may_not_correct(application: Flask, a_branch: BranchAtHand) -> None:
    gift = give(a_branch)
    with reading(a_branch.scope) as session:
        donor = get_donation(session, gift.id).donor_id
    browser = Browser(application).signed_in(a_member(a_branch, Role.INSPECTOR))
    path = f"/b/{a_branch.slug}/nha-hao-tam/{donor}"

    assert f"{path}/sua" not in browser.open(path).text
    assert browser.open(f"{path}/sua").status == 403


def test_names_agree_by_given_name_and_family_or_second_word() -> None:
    said = [
        names_agree("Nguyễn Hoà", "Ông Nguyễn Văn Hòa"),
        names_agree("Hoà", "Bà Hòa"),
        names_agree("Nguyễn Văn Hoà", "Trần Thị Hoà"),
        names_agree("Nguyễn Văn Hoà", "Nguyễn Văn Hải"),
        names_agree("Nguyễn Văn Ba", "Nguyễn Văn Bốn"),
    ]

    assert said == [True, True, False, False, False]


def test_who_may_be_the_same_is_pointed_out(treasurer: Browser, a_branch: BranchAtHand) -> None:
    know(a_branch, "Nguyễn Văn Hoà", "Nguyễn Văn Hòa", "Trần Thị Ngọc")
    listed = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/").text
    path, _, other = re.findall(r'<th scope="row"><a href="([^"]+)">', listed)

    assert "Có phải cùng một người?" in treasurer.open(path).text
    assert "Có phải cùng một người?" not in treasurer.open(other).text


def test_a_shared_ward_makes_nobody_the_same_but_a_shared_house_may(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    names = ("Công an phường", "Trạm y tế", "Bùi Minh Hiếu", "Chu Thị Liên")
    places = ("Phường Ba Đình", "Phường Ba Đình", "Số 44, ngõ 7", "Số 44, ngõ 7")
    for name, address in zip(names, places, strict=True):
        donor = NewDonor(DonorKind.ORGANISATION, name, address=address)
        give(a_branch, a_gift(a_branch, donor=donor))
    listed = treasurer.open(f"/b/{a_branch.slug}/nha-hao-tam/").text
    paths = re.findall(r'<th scope="row"><a href="([^"]+)">', listed)

    doubted = ["Có phải cùng một người?" in treasurer.open(path).text for path in paths]

    assert doubted == [True, True, False, False]  # Bùi, Chu, Công an, Trạm
