"""The treasurer's main job through the pages."""

import re

from flask import Flask

from app.accounts.permissions import Role
from app.db.unit_of_work import reading
from app.donations.queries import DonationFilter, donations
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.pages import Browser


def test_a_treasurer_records_a_gift(application: Flask, a_branch: BranchAtHand) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))
    form = browser.open(f"/b/{a_branch.slug}/ung-ho/ghi")

    page = form.send(
        amount="500k", donor_name="Gia đình ông bà Thắng - Hoa", fund_id=str(a_branch.fund_id)
    )

    assert page.status == 303
    assert "0000001" in browser.open(page.location).text
    with reading(a_branch.scope) as session:
        (gift,) = donations(session, DonationFilter())
    assert (gift.amount, gift.donor_name) == (500_000, "Gia đình ông bà Thắng - Hoa")


def test_a_stranger_is_told_there_is_no_such_page(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))

    foreign = browser.open(f"/b/{another_branch.slug}/")
    absent = browser.open("/b/khong-co-don-vi-nay/")

    assert foreign.status == absent.status == 404
    told = [re.sub(r"[0-9a-f]{12}", "", page.text) for page in (foreign, absent)]
    assert told[0] == told[1]
