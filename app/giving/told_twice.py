"""The verb for one movement that a feed and a statement told in words too different to meet.

The machine takes such a pair for two movements, so that no money is lost (app/banking/rules.py);
the book then has the sum twice until a person says that the two lines are one.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.queries import LINES, LineView, get_line
from app.banking.rules import move
from app.banking.service import lock_account
from app.giving.commands import Part
from app.giving.matching import use_line
from app.kernel.clock import today
from app.kernel.errors import Conflict, Invalid, marked
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry
from app.ledger.queries import closed_days_among
from app.ledger.service import post_entry

DAYS_APART: Final = 3
KIND: Final = "told_twice"
NOT_ONE: Final = marked(
    "Hai dòng này không thể là một khoản: phải cùng tài khoản, cùng chiều, cùng số tiền, cách nhau"
    " không quá 3 ngày, một dòng chỉ ngân hàng báo, một dòng chỉ sao kê ghi."
)
FOUND_ALREADY: Final = marked("Dòng này đã được xác định là khoản khác, nên không bỏ ra được nữa.")
BY_STATEMENT: Final = """
    EXISTS (SELECT FROM bank_line_tellings t
      JOIN bank_statements s ON (s.branch_id, s.id) = (t.branch_id, t.teller_id)
      WHERE (t.branch_id, t.line_id) = (l.branch_id, l.id))
"""
BY_FEED: Final = """
    EXISTS (SELECT FROM bank_line_tellings t WHERE (t.branch_id, t.line_id) = (l.branch_id, l.id)
      AND NOT EXISTS (SELECT FROM bank_statements s
        WHERE (s.branch_id, s.id) = (t.branch_id, t.teller_id)))
"""
OF_FEEDS_ALONE: Final = f"{LINES} AND l.id = :line AND NOT {BY_STATEMENT}"
# A line of the statement is one movement: a feed that told it already told it once.
IS_FREE: Final = """
    NOT EXISTS (SELECT FROM bank_matches m
      JOIN bank_line_tellings t ON (t.branch_id, t.line_id) = (m.branch_id, m.line_id)
      JOIN bank_line_tellings f ON (f.branch_id, f.teller_id) = (t.branch_id, t.teller_id)
      WHERE (m.branch_id, m.subject_id) = (l.branch_id, l.id)
        AND m.kind = 'told_twice' AND m.undone_at IS NULL AND f.line_id = :line)
"""
TWINS: Final = f"""
    {LINES} AND l.account_id = :account AND l.side = :side AND l.amount = :amount
      AND l.day BETWEEN CAST(:day AS date) - :days AND CAST(:day AS date) + :days
      AND {BY_STATEMENT} AND NOT {BY_FEED} AND {IS_FREE}
    ORDER BY abs(l.day - CAST(:day AS date)), l.day, l.id
"""


def twins(session: Session, line: LineView) -> Sequence[LineView]:
    """The lines of statements that a line told by feeds alone may be, the nearest day first.

    None of a line of which somebody said something already.
    """
    if line.open_amount != line.amount or not _is_told_by_feeds_alone(session, line.id):
        return []
    asked = {
        "line": line.id,
        "account": line.account_id,
        "side": line.side,
        "amount": line.amount,
        "day": line.day,
        "days": DAYS_APART,
    }
    return [LineView(*row) for row in session.execute(text(TWINS), asked)]


def say_told_twice(session: Session, line_id: UUID, stated_id: UUID) -> bool:
    """Say that a line told by feeds alone is the movement that a statement tells as `stated_id`.

    What the line brought into the book leaves it; both tellings stay. True when it is new: said
    again it changes nothing.
    Raises:
        NotFound: a line is absent, or another branch's. Conflict: something was said of the line
        before. Invalid: the two cannot be one movement.
    """
    lock_account(session, get_line(session, line_id).account_id)
    line, stated = get_line(session, line_id), get_line(session, stated_id)
    if _is_said(session, line.id, stated.id):
        return False
    if line.open_amount != line.amount:
        raise Conflict(FOUND_ALREADY)
    if stated.id not in {each.id for each in twins(session, line)}:
        raise Invalid("twin", NOT_ONE)
    match_id = use_line(session, Part(line.id, line.amount), kind=KIND, subject_id=stated.id)
    _take_out(session, match_id, line)
    return True


def _take_out(session: Session, match_id: UUID, line: LineView) -> None:
    """Post the mirror of what the line brought, on its own day while that is open."""
    came_in = line.side == "credit"
    accounts = (Account.BANK, Account.SUSPENSE) if came_in else (Account.SUSPENSE, Account.BANK)
    day = closed_days_among(session, [line.day]).get(line.day, line.day)
    entry = NewEntry(
        id=uuid7(),
        dated_on=min(day, today()),
        source_kind="bank_match",
        source_id=match_id,
        postings=move(accounts, line.amount),
    )
    post_entry(session, entry)


def _is_told_by_feeds_alone(session: Session, line_id: UUID) -> bool:
    return session.execute(text(OF_FEEDS_ALONE), {"line": line_id}).first() is not None


def _is_said(session: Session, line_id: UUID, stated_id: UUID) -> bool:
    query = text(
        "SELECT EXISTS (SELECT FROM bank_matches WHERE branch_id = current_branch()"
        " AND line_id = :line AND subject_id = :stated AND kind = 'told_twice'"
        " AND undone_at IS NULL)"
    )
    return bool(session.execute(query, {"line": line_id, "stated": stated_id}).scalar())
