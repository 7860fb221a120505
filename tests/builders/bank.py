"""Accounts that the city has verified, what banks tell of them, and offers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from app.banking.commands import (
    ImportStatement,
    LineSide,
    OpenBankAccount,
    Telling,
    ToldLine,
    ToldStatement,
)
from app.banking.lines import Imported, import_statement, record_lines
from app.banking.service import open_bank_account, verify_bank_account
from app.db.unit_of_work import unit_of_work
from app.donors.commands import DonorKind
from app.giving.commands import MakeOffer, Way
from app.giving.queries import OfferView
from app.giving.service import make_offer
from app.kernel.clock import today
from app.kernel.ids import uuid7
from tests.builders.branches import OPENED_ON, BranchAtHand

VIETCOMBANK = "970436"


def an_account(branch: BranchAtHand, city: BranchAtHand | None = None) -> UUID:
    """An account of the branch; verified when its city is given."""
    number = str(uuid4().int)[:13]
    command = OpenBankAccount(
        id=uuid7(),
        bank=VIETCOMBANK,
        number=number,
        holder="QUY KHUYEN HOC",
        opened_on=OPENED_ON,
    )
    with unit_of_work(branch.scope) as session:
        open_bank_account(session, command)
    if city:
        with unit_of_work(city.scope) as session:
            verify_bank_account(session, branch.id, command.id)
    return command.id


def told(amount: int = 500_000, description: str = "chuyen tien", **more: Any) -> ToldLine:
    """A movement of today that brought money in."""
    known: dict[str, Any] = {"day": today(), "side": LineSide.CREDIT} | more
    return ToldLine(amount=amount, description=description, **known)


def tell(
    branch: BranchAtHand, account_id: UUID, lines: Sequence[ToldLine], teller: UUID | None = None
) -> Sequence[UUID]:
    """One teller tells these lines in this order; gives the new ones."""
    tellings = [Telling(str(place), line) for place, line in enumerate(lines)]
    with unit_of_work(branch.scope) as session:
        return record_lines(session, account_id, tellings, teller_id=teller or uuid7())


def state(
    branch: BranchAtHand, account_id: UUID, lines: Sequence[ToldLine], *, opening: int = 0
) -> Imported:
    """A statement of the account tells these lines, oldest first, and adds up."""
    change = sum(line.amount if line.side is LineSide.CREDIT else -line.amount for line in lines)
    statement = ToldStatement(
        account_number=None, opening=opening, closing=opening + change, lines=tuple(lines)
    )
    command = ImportStatement(
        id=uuid7(),
        account_id=account_id,
        file_name="sao-ke.csv",
        file_digest=uuid4().hex * 2,
        statement=statement,
    )
    with unit_of_work(branch.scope) as session:
        return import_statement(session, command)


def an_offer(branch: BranchAtHand, amount: int = 500_000, **more: Any) -> OfferView:
    """Somebody's wish to give by transfer to the branch's general fund."""
    asked: dict[str, Any] = {
        "id": uuid7(),
        "fund_id": branch.fund_id,
        "drive_id": None,
        "amount": amount,
        "way": Way.TRANSFER,
        "donor_kind": DonorKind.PERSON,
        "donor_name": "Nguyễn Thị Ngọc Ánh",
        "is_anonymous": False,
        "dedication": None,
        "dedicated_to": None,
        "email": "anh@example.vn",
        "locale": "vi",
    } | more
    with unit_of_work(branch.scope) as session:
        return make_offer(session, MakeOffer(**asked))
