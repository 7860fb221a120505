"""A gift: recorded once, whole, and only where it belongs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import DonationFilter, donations, get_donation
from app.donations.service import record_donation, record_donations
from app.donors.commands import DonorKind, NewDonor
from app.funds.queries import get_fund
from app.funds.service import OpenDrive, Restriction, open_drive, open_fund
from app.kernel.clock import today
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import uuid7
from app.ledger.queries import EntryFilter, entries
from app.receipts.queries import receipt_of_donation
from tests.builders.branches import BranchAtHand
from tests.builders.donations import FAMILY, a_gift, give


def test_a_gift_has_its_entry_receipt_and_balance(a_branch: BranchAtHand) -> None:
    gift = give(a_branch)

    with reading(a_branch.scope) as session:
        (entry,) = entries(session, EntryFilter())
        receipt = receipt_of_donation(session, gift.id)
        fund = get_fund(session, a_branch.fund_id)
    assert [(line.account, line.side, line.amount) for line in entry.postings] == [
        ("111", "debit", 500_000),
        ("5111", "credit", 500_000),
    ]
    assert (receipt.series, receipt.number, receipt.status) == (f"BN/{today().year}/A", 1, "issued")
    assert receipt.snapshot["amount_in_words"] == "Năm trăm nghìn đồng"
    assert (fund.balance, fund.available) == (500_000, 500_000)


def test_the_same_gift_sent_ten_times_at_once_is_one(a_branch: BranchAtHand) -> None:
    gift = a_gift(a_branch)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def send(_: int) -> bool:
        with app.app_context(), unit_of_work(a_branch.scope) as session:
            return record_donation(session, gift).is_new

    with ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(send, range(10)))

    assert sorted(answers) == [False] * 9 + [True]
    with reading(a_branch.scope) as session:
        assert len(donations(session, DonationFilter())) == 1


def test_the_same_id_with_another_amount_is_refused(a_branch: BranchAtHand) -> None:
    gift = give(a_branch)

    with pytest.raises(Conflict), unit_of_work(a_branch.scope) as session:
        record_donation(session, replace(gift, amount=900_000))

    with reading(a_branch.scope) as session:
        assert get_donation(session, gift.id).amount == 500_000


@pytest.mark.parametrize("told", [{"phone": "+84912345678"}, {"address": "Ngõ 5"}, {"name": "Ai"}])
def test_the_same_id_with_another_giver_is_refused(
    a_branch: BranchAtHand, told: dict[str, str]
) -> None:
    gift = give(a_branch)
    known = give(a_branch, a_gift(a_branch, donor=replace(FAMILY, phone="+84987654321")))

    for first in (gift, known):
        with pytest.raises(Conflict):
            give(
                a_branch,
                replace(
                    first, donor=NewDonor(DonorKind.HOUSEHOLD, **{"name": FAMILY.name, **told})
                ),
            )


def test_a_late_retry_is_answered_although_the_fund_was_closed(a_branch: BranchAtHand) -> None:
    gift = give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        session.execute(text("UPDATE funds SET closed_on = opened_on + 1"))

    with unit_of_work(a_branch.scope) as session:
        assert not record_donation(session, gift).is_new
    with pytest.raises(Invalid):
        give(a_branch)


def test_a_list_is_numbered_as_one_block_or_not_at_all(a_branch: BranchAtHand) -> None:
    gifts = [a_gift(a_branch, amount=20_000 + n) for n in range(240)]
    foreign_fund = replace(gifts[173], fund_id=gifts[0].id)

    with pytest.raises(Invalid), unit_of_work(a_branch.scope) as session:
        record_donations(session, [*gifts[:173], foreign_fund, *gifts[174:]])
    with unit_of_work(a_branch.scope) as session:
        record_donations(session, gifts)

    with reading(a_branch.scope) as session:
        listed = donations(session, DonationFilter(at_most=300))
        assert {n.id: n.receipt_number for n in listed} == {g.id: i for i, g in enumerate(gifts, 1)}


def test_a_fund_of_another_branch_is_answered_like_an_absent_one(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    told = []
    for fund_id in (another_branch.fund_id, a_gift(a_branch).id):
        with pytest.raises(Invalid) as refusal, unit_of_work(a_branch.scope) as session:
            record_donation(session, replace(a_gift(a_branch), fund_id=fund_id))
        told.append((refusal.value.field, refusal.value.message))

    assert told[0] == told[1]
    assert told[0][0] == "fund_id"


def test_a_gift_of_another_branch_is_not_found(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    gift = give(another_branch)

    with pytest.raises(NotFound), reading(a_branch.scope) as session:
        get_donation(session, gift.id)


def test_a_gift_from_tomorrow_is_refused(a_branch: BranchAtHand) -> None:
    with pytest.raises(Invalid) as refusal:
        give(a_branch, a_gift(a_branch, received_on=today() + timedelta(days=1)))

    assert refusal.value.field == "received_on"


def test_a_drive_takes_gifts_of_its_own_fund_on_its_own_days(a_branch: BranchAtHand) -> None:
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    with unit_of_work(a_branch.scope) as session:
        other = open_fund(
            session, code="TT", name="Q", restriction=Restriction.PURPOSE, opened_on=first
        )
        drive = open_drive(session, OpenDrive(a_branch.fund_id, "Tết Trung thu", first, last))
    fitting = replace(a_gift(a_branch, received_on=last), drive_id=drive)
    unfit = {
        "drive_id": replace(fitting, id=uuid7(), fund_id=other),
        "received_on": replace(fitting, id=uuid7(), received_on=last + timedelta(days=1)),
    }

    give(a_branch, fitting)

    for field, gift in unfit.items():
        with pytest.raises(Invalid) as refusal:
            give(a_branch, gift)
        assert refusal.value.field == field
