"""Reads of accounts, lines and statements of a branch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account of the branch; `verified_on` is the day on which the city said it is."""

    id: UUID
    bank: str
    number: str
    holder: str
    opened_on: date
    closed_on: date | None
    verified_on: date | None
    column_mapping: dict[str, Any] | None

    @property
    def takes_gifts(self) -> bool:
        """Whether donors may be asked to pay into it."""
        return self.verified_on is not None and self.closed_on is None


@dataclass(frozen=True, slots=True)
class LineView:
    """A movement; `open_amount` of it, in đồng, waits for somebody to say what it was."""

    id: UUID
    account_id: UUID
    account_number: str
    side: str
    amount: int
    day: date
    at: datetime | None
    description: str
    reference: str | None
    counter_name: str | None
    counter_account: str | None
    open_amount: int


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines: of one account or all, open ones or all, days both included, after a cursor."""

    account_id: UUID | None = None
    is_open: bool | None = None
    side: str | None = None
    first: date | None = None
    last: date | None = None
    words: str = ""
    after: tuple[date, UUID] | None = None
    at_most: int = 50


@dataclass(frozen=True, slots=True)
class StatementView:
    """A file that was taken in."""

    id: UUID
    account_number: str
    file_name: str
    first_day: date
    last_day: date
    opening_balance: int
    closing_balance: int
    line_count: int
    new_count: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class OpenMoney:
    """What waits in suspense: how many lines and how much came in, and how much went out."""

    count: int
    credited: int
    debited: int


@dataclass(frozen=True, slots=True)
class LowerAccount:
    """An account of a branch below, as its city sees it."""

    owner_id: UUID
    owner_name: str
    owner_slug: str
    id: UUID
    bank: str
    number: str
    holder: str
    opened_on: date
    closed_on: date | None
    verified_on: date | None


ACCOUNTS: Final = """
    SELECT id, bank, number, holder, opened_on, closed_on, local_day(verified_at), column_mapping
    FROM bank_accounts WHERE branch_id = current_branch()
"""
# Read through the policy of_subtree: the city's own accounts, and those below it.
BELOW: Final = "SELECT * FROM bank_accounts_below()"
LINES: Final = """
    SELECT l.id, l.account_id, a.number, l.side, l.amount, l.day, l.at, l.description, l.reference,
           l.counter_name, l.counter_account, l.open_amount
    FROM bank_lines l JOIN bank_accounts a ON (a.branch_id, a.id) = (l.branch_id, l.account_id)
    WHERE l.branch_id = current_branch()
"""
OF_SUBJECT: Final = """
    AND EXISTS (SELECT FROM bank_matches m WHERE (m.branch_id, m.line_id) = (l.branch_id, l.id)
                AND m.subject_id = :subject AND m.undone_at IS NULL)
"""
TEXTS: Final = "concat_ws(' ', l.description, l.counter_name, l.reference)"
CONDITIONS: Final = {
    "account_id": "l.account_id = :account_id",
    "side": "l.side = :side",
    "first": "l.day >= :first",
    "last": "l.day <= :last",
}
STATEMENTS: Final = """
    SELECT s.id, a.number, s.file_name, s.first_day, s.last_day, s.opening_balance,
           s.closing_balance, s.line_count, s.new_count, s.imported_at
    FROM bank_statements s
    JOIN bank_accounts a ON (a.branch_id, a.id) = (s.branch_id, s.account_id)
    WHERE s.branch_id = current_branch() ORDER BY s.imported_at DESC, s.id LIMIT :at_most
"""


def accounts(session: Session) -> Sequence[AccountView]:
    """Accounts of the scope's branch: open ones first, then by number."""
    rows = session.execute(text(ACCOUNTS + " ORDER BY closed_on IS NOT NULL, opened_on, number"))
    return [AccountView(*row) for row in rows]


def get_account(session: Session, account_id: UUID) -> AccountView:
    """One account of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(ACCOUNTS + " AND id = :id"), {"id": account_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy tài khoản này."))
    return AccountView(*row)


def account_for_gifts(session: Session) -> AccountView | None:
    """The account that donors are asked to pay into, if there is one."""
    return next((account for account in accounts(session) if account.takes_gifts), None)


def get_line(session: Session, line_id: UUID) -> LineView:
    """One line of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(LINES + " AND l.id = :id"), {"id": line_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy dòng sao kê này."))
    return LineView(*row)


def lines(session: Session, wanted: LineFilter) -> Sequence[LineView]:
    """Lines of the scope's branch, newest day first."""
    parameters: dict[str, Any] = {name: getattr(wanted, name) for name in CONDITIONS}
    conditions = [CONDITIONS[name] for name, value in parameters.items() if value is not None]
    parameters = {name: value for name, value in parameters.items() if value is not None}
    if wanted.is_open is not None:
        conditions.append("l.open_amount > 0" if wanted.is_open else "l.open_amount = 0")
    for place, word in enumerate(wanted.words.split()[:8]):
        conditions.append(f"{TEXTS} ILIKE :w{place}")
        parameters[f"w{place}"] = f"%{_literal(word)}%"
    if wanted.after:
        conditions.append("(l.day, l.id) < (:after_day, :after_id)")
        parameters["after_day"], parameters["after_id"] = wanted.after
    where = "".join(f" AND {condition}" for condition in conditions)
    query = f"{LINES}{where} ORDER BY l.day DESC, l.id DESC LIMIT :at_most"
    rows = session.execute(text(query), parameters | {"at_most": wanted.at_most})
    return [LineView(*row) for row in rows]


def lines_of_subject(session: Session, subject_id: UUID) -> Sequence[LineView]:
    """The lines whose money a gift is made of, or was found to be."""
    query = text(f"{LINES} {OF_SUBJECT} ORDER BY l.day, l.id")
    return [LineView(*row) for row in session.execute(query, {"subject": subject_id})]


def statements(session: Session, *, at_most: int = 20) -> Sequence[StatementView]:
    """The latest files that were taken in."""
    rows = session.execute(text(STATEMENTS), {"at_most": at_most})
    return [StatementView(*row) for row in rows]


def open_money(session: Session) -> OpenMoney:
    """What waits in suspense at the scope's branch."""
    row = session.execute(
        text(
            "SELECT count(*), coalesce(sum(open_amount) FILTER (WHERE side = 'credit'), 0)::bigint,"
            " coalesce(sum(open_amount) FILTER (WHERE side = 'debit'), 0)::bigint"
            " FROM bank_lines WHERE branch_id = current_branch() AND open_amount > 0"
        )
    ).one()
    return OpenMoney(*row)


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def accounts_below(session: Session) -> Sequence[LowerAccount]:
    """Open accounts of the scope's branch and of all below it, the longest waiting first."""
    return [LowerAccount(*row) for row in session.execute(text(BELOW))]
