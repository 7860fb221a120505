"""One branch's part of the demonstration: its treasurer, books, funds, drive and gifts.

The gifts are recorded through the services, so they are all posted, numbered and receipted now;
app.cli.demo.history then moves them to their days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.accounts.queries import holds_role
from app.accounts.service import grant_role
from app.branches.commands import BranchKind, Contact
from app.branches.queries import BranchView
from app.branches.service import publish_contact
from app.cli.demo.gifts import Givers, PlannedGift, known_givers, plan_gift
from app.cli.demo.names import person_name
from app.cli.demo.people import DOMAIN, PEOPLE, user_named
from app.cli.demo.places import FEATURED, Place, dice_of
from app.cli.demo.seasons import days_of_giving
from app.cli.operator import scope_of
from app.db.scope import BranchScope
from app.db.unit_of_work import unit_of_work
from app.donations.commands import RecordDonation, ReverseDonation
from app.donations.service import record_donations, reverse_donation
from app.funds.books import GENERAL_FUND, open_books
from app.funds.queries import DriveView, funds, open_drives
from app.funds.service import OpenDrive, Restriction, open_drive, open_fund
from app.kernel.ids import uuid7
from app.receipts.service import print_on_request

NEEDY, ENDOWED = "VUOTKHO", "QUYGOC"
SHARE_WITH_NEEDY_FUND, SHARE_WITH_ENDOWMENT = 0.75, 0.35
SHARE_TO_NEEDY, SHARE_TO_ENDOWMENT, SHARE_TO_DRIVE = 0.14, 0.03, 0.6
SEPTEMBER: Final = 9
# Smaller units say nothing, so that their receipts show who is asked then.
REACHED: Final = {BranchKind.CITY, BranchKind.COMMUNE}

SHARE_WITH_MISTAKE: Final = 0.1
SMALL: Final = 500_000
REASONS: Final = (
    "Ghi trùng: khoản này đã có trong danh sách tổ dân phố",
    "Nhập sai số tiền, đã ghi lại đúng theo sổ quỹ",
    "Ghi nhầm đơn vị: người ủng hộ nộp về chi hội khác",
)


@dataclass(frozen=True, slots=True)
class Books:
    """What a branch's gifts are recorded into."""

    fund_ids: dict[str, UUID]
    drive: DriveView | None
    treasurer_id: UUID


def fill_branch(branch: BranchView, place: Place, today: date) -> int:
    """Lay the books and enter the gifts; returns how many. Only for a branch without gifts."""
    dice = dice_of(place.slug)
    with unit_of_work(scope_of(branch)) as session:
        books = _lay(session, branch, dice, today)
    planned = _planned(dice, place, books, today)
    if planned:
        with unit_of_work(BranchScope(branch.id, books.treasurer_id)) as session:
            _enter(session, dice, books, planned=planned, today=today)
    return len(planned)


def _lay(session: Session, branch: BranchView, dice: Random, today: date) -> Books:
    """Books, funds, a drive and a treasurer; what is there already stays."""
    open_books(session, opened_on=branch.opened_on)
    laid = {fund.code: fund.id for fund in funds(session)}
    if NEEDY not in laid and dice.random() < SHARE_WITH_NEEDY_FUND:
        laid[NEEDY] = open_fund(
            session,
            code=NEEDY,
            name="Quỹ Tiếp sức học sinh vượt khó",
            restriction=Restriction.PURPOSE,
            opened_on=branch.opened_on,
        )
    if ENDOWED not in laid and dice.random() < SHARE_WITH_ENDOWMENT:
        laid[ENDOWED] = open_fund(
            session,
            code=ENDOWED,
            name="Quỹ gốc khuyến tài",
            restriction=Restriction.ENDOWMENT,
            opened_on=branch.opened_on,
        )
    is_open = branch.closed_on is None
    if is_open and branch.kind in REACHED and not branch.has_contact:
        publish_contact(session, branch.id, _contact(branch))
    if is_open and not open_drives(session):
        open_drive(session, _drive(laid[GENERAL_FUND], today))
    drives = open_drives(session) if is_open else ()
    return Books(laid, drives[0] if drives else None, _treasurer(session, branch, dice))


def _contact(branch: BranchView) -> Contact:
    """Where people may come and write; a made-up telephone number would be somebody's."""
    return Contact(
        address=f"Trụ sở hội, {branch.short_name}", email=f"hoikhuyenhoc.{branch.slug}{DOMAIN}"
    )


def _drive(fund_id: UUID, today: date) -> OpenDrive:
    """The year's drive: from September, when it has come; else from New Year."""
    starts_on = date(today.year, SEPTEMBER if today.month >= SEPTEMBER else 1, 1)
    return OpenDrive(
        fund_id,
        f"Chung tay vì sự học {today.year}",
        starts_on,
        ends_on=date(today.year, 12, 31),
        target_amount=300_000_000,
    )


def _treasurer(session: Session, branch: BranchView, dice: Random) -> UUID:
    """Who enters the gifts: one of the demo's people, or a name that cannot sign in."""
    email, name = f"thu-quy.{branch.slug}{DOMAIN}", person_name(dice)
    for person in PEOPLE:
        if person.role is Role.TREASURER and person.slug == branch.slug:
            email = person.email
    user_id = user_named(session, email, name=name, password=None)
    if not holds_role(session, user_id, Role.TREASURER):
        grant_role(session, user_id=user_id, role=Role.TREASURER)
    return user_id


def _planned(dice: Random, place: Place, books: Books, today: date) -> list[PlannedGift]:
    """The branch's gifts by day."""
    known = known_givers(place.address) if place.slug in FEATURED else []
    givers = Givers(dice, place.address, known)
    days = days_of_giving(dice, place.first, place.last, place.gift_count)
    days += [today] * place.today_count
    sources = dice.choices(list(place.sources), list(place.sources.values()), k=len(days))
    return [
        plan_gift(dice, givers, source=source, received_on=day, fund=_fund(dice, books))
        for source, day in zip(sources, days, strict=True)
    ]


def _fund(dice: Random, books: Books) -> str:
    drawn = dice.random()
    if drawn < SHARE_TO_ENDOWMENT:
        return ENDOWED if ENDOWED in books.fund_ids else GENERAL_FUND
    if drawn < SHARE_TO_NEEDY + SHARE_TO_ENDOWMENT:
        return NEEDY if NEEDY in books.fund_ids else GENERAL_FUND
    return GENERAL_FUND


def _enter(
    session: Session, dice: Random, books: Books, *, planned: Sequence[PlannedGift], today: date
) -> None:
    """Record the gifts as one block, take a mistake back, and let all papers but today's rest."""
    gifts = [_command(dice, books, gift) for gift in planned]
    recorded = record_donations(session, gifts)
    if dice.random() < SHARE_WITH_MISTAKE:
        _take_one_back(session, dice, gifts)
    print_on_request(
        session,
        [
            done.receipt_id
            for gift, done in zip(gifts, recorded, strict=True)
            if gift.received_on < today
        ],
    )


def _take_one_back(session: Session, dice: Random, gifts: Sequence[RecordDonation]) -> None:
    small = [gift for gift in gifts[-40:] if gift.amount <= SMALL]
    if small:
        command = ReverseDonation(
            id=uuid7(), donation_id=dice.choice(small).id, reason=dice.choice(REASONS)
        )
        reverse_donation(session, command)


def _command(dice: Random, books: Books, gift: PlannedGift) -> RecordDonation:
    drive = books.drive
    is_for_drive = (
        drive is not None
        and gift.fund == GENERAL_FUND
        and gift.received_on >= drive.starts_on
        and dice.random() < SHARE_TO_DRIVE
    )
    return RecordDonation(
        id=uuid7(),
        fund_id=books.fund_ids[gift.fund],
        drive_id=drive.id if drive and is_for_drive else None,
        donor=gift.donor,
        amount=gift.amount,
        method=gift.method,
        source=gift.source,
        received_on=gift.received_on,
        is_anonymous=gift.is_anonymous,
        note=gift.note,
    )
