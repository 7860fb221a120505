"""What a board tells: the right sums, and of people nothing but the names that may be told."""

from dataclasses import replace

import pytest

from app.banking.queries import accounts
from app.banking.service import close_bank_account
from app.boards.content import PaperKind
from app.boards.service import (
    PublishDocument,
    publish_document,
    take_down_document,
    withdraw_from_roll,
)
from app.branches.commands import BranchKind
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, ReverseDonation, Source
from app.donations.queries import get_donation
from app.donations.returns import mark_return
from app.donations.service import reverse_donation
from app.donors.commands import ANONYMOUS_NAME, CorrectDonor, DonorKind, NewDonor
from app.donors.service import correct_donor
from app.kernel.clock import today
from app.kernel.errors import NotFound
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side
from app.ledger.service import post_entry
from tests.builders.bank import an_account
from tests.builders.boards import a_drive, a_giver, board_of, spend
from tests.builders.branches import BranchAtHand, open_below
from tests.builders.donations import a_gift, give


def names_told(branch: BranchAtHand) -> set[str | None]:
    """Every name of a giver that the board tells, on the roll or beside the money."""
    board = board_of(branch)
    told = {each.name for each in board.roll.names}
    received = [*board.money_in, *(gift for drive in board.drives for gift in drive.gifts)]
    return told | {gift.name for gift in received}


def test_an_empty_board_is_there(a_branch: BranchAtHand) -> None:
    board = board_of(a_branch)

    assert board.branch.slug == a_branch.slug
    assert board.year.total.amount == 0
    assert (board.roll.count, board.money_in, board.money_out) == (0, (), ())
    assert board.takes_gifts is False


def test_sums_are_of_the_tree_and_of_the_own_book(a_branch: BranchAtHand) -> None:
    hamlet = open_below(a_branch, BranchKind.RESIDENTIAL)
    give(a_branch)
    give(hamlet, a_gift(hamlet, amount=80_000))

    board = board_of(a_branch)

    assert (board.year.total.amount, board.year.own.amount) == (580_000, 500_000)
    assert sum(amount or 0 for amount in board.year.months) == 580_000
    assert board.balance == 500_000
    assert [each.slug for each in board.lower] == [hamlet.slug]


def test_a_drive_tells_how_far_it_has_come(a_branch: BranchAtHand) -> None:
    drive_id = a_drive(a_branch, target_amount=1_000_000)
    hoa, lan = a_giver("Bà Hoa"), a_giver("Bà Lan")
    for donor, amount in ((hoa, 100_000), (hoa, 50_000), (lan, 30_000)):
        give(a_branch, replace(a_gift(a_branch, amount=amount, donor=donor), drive_id=drive_id))
    mistake = give(a_branch, replace(a_gift(a_branch, amount=7_000), drive_id=drive_id))
    with unit_of_work(a_branch.scope) as session:
        command = ReverseDonation(id=uuid7(), donation_id=mistake.id, reason="Ghi nhầm")
        reverse_donation(session, command)
    give(a_branch)

    (drive,) = board_of(a_branch).drives

    assert (drive.raised, drive.target, drive.giver_count) == (180_000, 1_000_000, 2)
    assert [gift.amount for gift in drive.gifts] == [30_000, 50_000, 100_000]


def test_what_went_back_to_a_card_is_not_told_as_given(a_branch: BranchAtHand) -> None:
    drive_id = a_drive(a_branch)
    gift = replace(a_gift(a_branch, donor=a_giver("Bà Hoa")), drive_id=drive_id)
    give(a_branch, gift)
    assert board_of(a_branch).drives[0].raised == 500_000
    with unit_of_work(a_branch.scope) as session:
        mark_return(session, gift.id, left=200_000, is_gone=False)

    board = board_of(a_branch)

    assert [received.amount for received in board.money_in] == [200_000]
    assert [each.amount for each in board.roll.names] == [200_000]
    assert board.drives[0].raised == 200_000


def test_the_roll_honours_who_gave_most_in_sum(a_branch: BranchAtHand) -> None:
    firm, family = a_giver("Công ty An Phát", DonorKind.ORGANISATION), a_giver("Bà Hoa")
    for donor, amount in ((family, 300_000), (firm, 200_000), (firm, 200_000)):
        give(a_branch, a_gift(a_branch, amount=amount, donor=donor))

    roll = board_of(a_branch).roll

    assert [(each.name, each.amount) for each in roll.names] == [
        ("Công ty An Phát", 400_000),
        ("Bà Hoa", 300_000),
    ]
    assert roll.count == 2


@pytest.mark.parametrize(
    ("donor", "source", "is_anonymous"),
    [
        (a_giver("Ông Kín"), Source.INDIVIDUAL, True),
        (NewDonor(DonorKind.ANONYMOUS, ANONYMOUS_NAME), Source.INDIVIDUAL, False),
        (a_giver("Cháu Bé Ba"), Source.PIGGY_BANK, False),
        (a_giver("Học Sinh Tư"), Source.SCHOOL, False),
        (a_giver("Hội Viên Năm"), Source.MEMBERSHIP_DUE, False),
        (a_giver("Ngân hàng", DonorKind.ORGANISATION), Source.INTEREST, False),
    ],
)
def test_who_may_not_be_named_is_not(
    a_branch: BranchAtHand, donor: NewDonor, source: Source, is_anonymous: bool
) -> None:
    gift = a_gift(a_branch, amount=5_000_000, source=source, donor=donor)
    give(a_branch, replace(gift, is_anonymous=is_anonymous, drive_id=a_drive(a_branch)))

    assert names_told(a_branch) == {None}
    assert board_of(a_branch).money_in[0].amount == 5_000_000


def test_who_was_unnamed_once_is_named_for_the_other_gift(a_branch: BranchAtHand) -> None:
    hoa = a_giver("Bà Hoa")
    give(a_branch, replace(a_gift(a_branch, amount=900_000, donor=hoa), is_anonymous=True))
    give(a_branch, a_gift(a_branch, amount=20_000, donor=hoa))

    board = board_of(a_branch)

    assert [(each.name, each.amount) for each in board.roll.names] == [("Bà Hoa", 20_000)]
    assert [gift.name for gift in board.money_in] == ["Bà Hoa", None]


def test_a_name_that_is_withdrawn_is_told_nowhere_and_its_money_stays(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    hoa = a_giver("Bà Hoa")
    gift = replace(a_gift(a_branch, donor=hoa), drive_id=a_drive(a_branch))
    give(a_branch, gift)
    give(another_branch, a_gift(another_branch, donor=hoa))
    assert names_told(a_branch) == {"Bà Hoa"}
    with unit_of_work(a_branch.scope) as session:
        donor_id = get_donation(session, gift.id).donor_id
        is_new = withdraw_from_roll(session, donor_id), withdraw_from_roll(session, donor_id)

    board = board_of(a_branch)

    assert is_new == (True, False)
    assert names_told(a_branch) == {None}
    assert (board.year.own.amount, board.drives[0].giver_count) == (500_000, 1)
    assert names_told(another_branch) == {"Bà Hoa"}


def test_a_foreign_giver_cannot_be_withdrawn(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    gift = give(another_branch)
    with reading(another_branch.scope) as session:
        donor_id = get_donation(session, gift.id).donor_id

    with pytest.raises(NotFound), unit_of_work(a_branch.scope) as session:
        withdraw_from_roll(session, donor_id)


def test_a_name_put_right_is_told_right(a_branch: BranchAtHand) -> None:
    gift = give(a_branch, a_gift(a_branch, donor=a_giver("Ba Hoa")))
    assert names_told(a_branch) == {"Ba Hoa"}
    with unit_of_work(a_branch.scope) as session:
        donor_id = get_donation(session, gift.id).donor_id
        correct_donor(session, CorrectDonor(donor_id, a_giver("Bà Hoà")))

    assert names_told(a_branch) == {"Bà Hoà"}


def test_only_verified_accounts_are_told_and_a_closed_one_warns(
    city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    an_account(a_branch)
    assert board_of(a_branch).accounts == ()
    account_id = an_account(a_branch, city)

    verified = board_of(a_branch)
    with unit_of_work(a_branch.scope) as session:
        close_bank_account(session, account_id)
    closed = board_of(a_branch)

    with reading(a_branch.scope) as session:
        number = next(each.number for each in accounts(session) if each.id == account_id)
    assert [each.number for each in verified.accounts] == [number]
    assert (verified.accounts[0].bank, verified.accounts[0].closed_on) == ("Vietcombank", None)
    assert verified.takes_gifts is True
    assert closed.accounts[0].closed_on is not None
    assert closed.takes_gifts is False


def test_money_out_is_told_with_its_evidence(a_branch: BranchAtHand) -> None:
    give(a_branch, a_gift(a_branch, method=Method.CASH))
    entry_id = spend(a_branch, 120_000)
    evidence = PublishDocument(
        id=uuid7(),
        kind=PaperKind.EVIDENCE,
        title="Danh sách ký nhận, đã che tên",
        digest="e" * 64,
        media_type="application/pdf",
        size=100,
        entry_id=entry_id,
    )
    report = replace(
        evidence, id=uuid7(), kind=PaperKind.REPORT, title="Báo cáo", digest="f" * 64, entry_id=None
    )
    with unit_of_work(a_branch.scope) as session:
        for document in (evidence, report, report):
            publish_document(session, document)

    board = board_of(a_branch)

    assert (board.spent, board.balance) == (120_000, 380_000)
    (out,) = board.money_out
    assert (out.amount, [paper.title for paper in out.evidence]) == (120_000, [evidence.title])
    assert [paper.title for paper in board.documents] == ["Báo cáo"]
    assert board.paper("e" * 64) is not None
    with unit_of_work(a_branch.scope) as session:
        take_down_document(session, evidence.id)
    assert board_of(a_branch).paper("e" * 64) is None


def test_fees_are_one_line_that_no_cover_makes_negative(a_branch: BranchAtHand) -> None:
    give(a_branch, a_gift(a_branch, method=Method.CASH))
    added_for_the_fee = NewEntry(
        id=uuid7(),
        dated_on=today(),
        source_kind="test_cover",
        source_id=uuid7(),
        postings=(
            NewPosting(Account.CARD_CLEARING, Side.DEBIT, 22_176, a_branch.fund_id),
            NewPosting(Account.FEES, Side.CREDIT, 22_176, a_branch.fund_id),
        ),
    )
    with unit_of_work(a_branch.scope) as session:
        post_entry(session, added_for_the_fee)

    before = board_of(a_branch)
    spend(a_branch, 20_000, Account.FEES)
    spend(a_branch, 5_000, Account.FEES)
    after = board_of(a_branch)

    assert (before.spent, before.money_out) == (0, ())
    assert (after.spent, [(out.amount, out.evidence) for out in after.money_out]) == (
        2_824,
        [(2_824, ())],
    )
