"""Verbs that say what a line was when it was no new gift: each takes it out of suspense."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.queries import LineView, get_line
from app.banking.rules import move
from app.funds.queries import get_fund
from app.giving.commands import Part
from app.giving.matching import use_line
from app.kernel.clock import today
from app.kernel.errors import Conflict, InsufficientFunds, Invalid, marked
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting
from app.ledger.queries import closed_days_among
from app.ledger.service import post_entry

NOT_THIS_WAY: Final = marked("Dòng tiền vào và dòng tiền ra không nói cùng một việc. Hãy chọn lại.")
NO_SUCH_PAYOUT: Final = marked(
    "Không tìm thấy khoản tiền thẻ nào như vậy còn chưa khớp sao kê. Hãy tải lại trang."
)
NO_SUCH_GIFT: Final = marked(
    "Không tìm thấy khoản chuyển khoản ghi tay nào như vậy còn chưa khớp sao kê."
)
LOCK_FUND: Final = """
    SELECT id FROM funds WHERE branch_id = current_branch() AND id = :id FOR NO KEY UPDATE
"""
UNMATCHED_GIFT: Final = """
    SELECT n.amount - coalesce((
      SELECT sum(m.amount) FROM bank_matches m
      WHERE (m.branch_id, m.subject_id) = (n.branch_id, n.id) AND m.undone_at IS NULL), 0)::bigint
    FROM donations n WHERE n.branch_id = current_branch() AND n.id = :id
      AND n.method = 'bank_transfer'
      AND NOT EXISTS (SELECT FROM donation_reversals r
        WHERE (r.branch_id, r.donation_id) = (n.branch_id, n.id))
"""
UNMATCHED_PAYOUT: Final = """
    SELECT o.amount - coalesce((
      SELECT sum(m.amount) FROM bank_matches m
      WHERE (m.branch_id, m.subject_id) = (o.branch_id, o.id) AND m.undone_at IS NULL), 0)::bigint
    FROM payouts o WHERE o.branch_id = current_branch() AND o.id = :id AND o.state = 'paid'
"""
HOLD: Final = "SELECT pg_advisory_xact_lock(hashtext('payouts'), hashtext(CAST(:id AS text)))"


class Disposition(StrEnum):
    """What a movement was that was nobody's gift."""

    WITHDRAWAL = "withdrawal"
    DEPOSIT = "deposit"
    FEE = "fee"


SIDE: Final = {
    Disposition.WITHDRAWAL: "debit",
    Disposition.DEPOSIT: "credit",
    Disposition.FEE: "debit",
}


def dispose(
    session: Session, line_id: UUID, disposition: Disposition, fund_id: UUID | None = None
) -> None:
    """Say that all that is open of a line was cash taken out or paid in, or the bank's fee.

    A fee is borne by `fund_id`. Cash changes its place only, so it stays with its funds.
    Raises:
        NotFound: absent, or another branch's. Conflict: nothing is open. Invalid: it went the
        other way, or a fee has no fund. InsufficientFunds: the fund has not so much.
    """
    line = get_line(session, line_id)
    if line.side != SIDE[disposition]:
        raise Invalid("disposition", NOT_THIS_WAY)
    match_id = use_line(
        session, Part(line.id, line.open_amount), kind=disposition.value, subject_id=uuid7()
    )
    postings: Sequence[NewPosting]
    match disposition:
        case Disposition.WITHDRAWAL:
            postings = move((Account.SUSPENSE, Account.CASH), line.open_amount)
        case Disposition.DEPOSIT:
            postings = move((Account.CASH, Account.SUSPENSE), line.open_amount)
        case Disposition.FEE:
            fund_id = fund_that_bears(session, fund_id, line.open_amount)
            postings = (
                *move((Account.SUSPENSE, Account.BANK), line.open_amount),
                *move((Account.BANK, Account.FEES), line.open_amount, fund_id),
            )
    _post(session, match_id, line, postings)


def fund_that_bears(session: Session, fund_id: UUID | None, amount: int) -> UUID:
    """The fund, once it is sure that so much of it is free; nobody else may use it until we end.

    Raises:
        Invalid: none was chosen, or it is not the branch's. InsufficientFunds: it has not so much.
    """
    locked = session.execute(text(LOCK_FUND), {"id": fund_id}).scalar() if fund_id else None
    if fund_id is None or locked is None:
        raise Invalid("fund_id", marked("Chọn quỹ chịu khoản phí này."))
    if get_fund(session, fund_id).available < amount:
        raise InsufficientFunds(marked("Quỹ này không còn đủ tiền. Hãy chọn quỹ khác."))
    return fund_id


def link_recorded_gift(session: Session, line_id: UUID, donation_id: UUID) -> None:
    """Say that a line is the money of a gift that somebody typed by hand before the line came.

    The gift brought its money into the book already, so what the line brought leaves it again.
    Raises:
        Conflict: there is no such gift still unmatched, or the line has not so much open.
    """
    line = get_line(session, line_id)
    unmatched = session.execute(text(UNMATCHED_GIFT), {"id": donation_id}).scalar()
    if line.side != "credit" or not unmatched:
        raise Conflict(NO_SUCH_GIFT)
    amount = min(unmatched, line.open_amount)
    match_id = use_line(
        session, Part(line.id, amount), kind="recorded_gift", subject_id=donation_id
    )
    _post(session, match_id, line, move((Account.BANK, Account.SUSPENSE), amount))


def link_payout(session: Session, line_id: UUID, payout_id: UUID) -> None:
    """Say that a line is card money of which the provider said that it is on its way here.

    The payout brought its money into the bank book already, so what the line brought leaves it.
    Raises:
        Conflict: there is no such payout still unmatched, or nothing of the line is open.
    """
    session.execute(text(HOLD), {"id": payout_id})
    line = get_line(session, line_id)
    unmatched = session.execute(text(UNMATCHED_PAYOUT), {"id": payout_id}).scalar() or 0
    if line.side != "credit" or unmatched < 1:
        raise Conflict(NO_SUCH_PAYOUT)
    amount = min(unmatched, line.open_amount)
    match_id = use_line(session, Part(line.id, amount), kind="payout", subject_id=payout_id)
    _post(session, match_id, line, move((Account.BANK, Account.SUSPENSE), amount))


def net(session: Session, credit_id: UUID, debit_id: UUID) -> None:
    """Say that two lines are one sum that came and went: taken back, or between own accounts.

    Raises:
        Invalid: they are not one of each side. Conflict: nothing of one is open.
    """
    credit, debit = get_line(session, credit_id), get_line(session, debit_id)
    if (credit.side, debit.side) != ("credit", "debit"):
        raise Invalid("other", NOT_THIS_WAY)
    amount = min(credit.open_amount, debit.open_amount)
    # In suspense the two stand against each other already, so nothing is posted.
    for line, other in ((credit, debit), (debit, credit)):
        use_line(session, Part(line.id, amount), kind="netted", subject_id=other.id)


def _post(session: Session, match_id: UUID, line: LineView, postings: Sequence[NewPosting]) -> None:
    day = closed_days_among(session, [line.day]).get(line.day, line.day)
    post_entry(
        session,
        NewEntry(
            id=uuid7(),
            dated_on=min(day, today()),
            source_kind="bank_match",
            source_id=match_id,
            postings=postings,
        ),
    )
