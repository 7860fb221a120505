"""Verbs of lines: what an aggregator or a statement tells is taken in once, and posted at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.banking.commands import ImportStatement, LineSide, Telling, ToldLine
from app.banking.rules import KnownLine, entry_of_line, likeness, plain
from app.banking.service import lock_account
from app.db.direct import jsonb
from app.kernel.clock import today
from app.kernel.errors import Conflict, Invalid, marked
from app.kernel.ids import uuid7
from app.kernel.memo_codes import codes_in
from app.ledger.queries import closed_days_among

Place: TypeAlias = tuple[int, date | str]

AROUND: Final = timedelta(days=3)
KNOWN: Final = """
    SELECT l.id, l.side, l.amount, l.day, l.at, l.description, l.reference,
           t.balances
    FROM bank_lines l CROSS JOIN LATERAL (
      SELECT array_agg(t.balance_after) FILTER (WHERE t.balance_after IS NOT NULL) AS balances,
             bool_or(t.teller_id = :teller) AS is_told
      FROM bank_line_tellings t WHERE (t.branch_id, t.line_id) = (l.branch_id, l.id)) t
    WHERE l.branch_id = current_branch() AND l.account_id = :account
      AND l.day BETWEEN :first AND :last AND NOT t.is_told
    ORDER BY l.recorded_at, l.id
"""
ADD_LINES: Final = """
    INSERT INTO bank_lines (id, account_id, side, amount, day, at, description, reference,
                            occurrence, counter_name, counter_account, open_amount)
    SELECT n.id, :account, n.side, n.amount, n.day, n.at, n.description, n.reference,
           row_number() OVER (PARTITION BY n.reference, n.side, n.amount, n.day ORDER BY n.place)
             + (SELECT count(*) FROM bank_lines l
                WHERE l.branch_id = current_branch() AND l.account_id = :account
                  AND (l.reference, l.side, l.amount, l.day)
                    = (n.reference, n.side, n.amount, n.day)),
           n.counter_name, n.counter_account, n.amount
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS n(id uuid, place integer, side text,
      amount bigint, day date, at timestamptz, description text, reference text,
      counter_name text, counter_account text)
"""
ADD_TELLINGS: Final = """
    INSERT INTO bank_line_tellings (line_id, teller_id, place, balance_after)
    SELECT n.line_id, :teller, n.place, n.balance_after
    FROM jsonb_to_recordset(CAST(:tellings AS jsonb))
      AS n(line_id uuid, place text, balance_after bigint)
"""
ADD_FACTS: Final = """
    INSERT INTO outbox (event, subject_id)
    SELECT 'bank_lines.named', line FROM unnest(CAST(:lines AS uuid[])) AS line
"""
ADD_STATEMENT: Final = """
    INSERT INTO bank_statements (id, account_id, file_digest, file_name, first_day, last_day,
      opening_balance, closing_balance, line_count, new_count)
    VALUES (:id, :account, :digest, :name, :first, :last, :opening, :closing, :count, :new)
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a statement brought: lines that were new, and lines that were known from elsewhere."""

    new_count: int
    known_count: int


def import_statement(session: Session, command: ImportStatement) -> Imported:
    """Take in a statement whose sums were proved when it was read.

    Raises:
        NotFound: the account is absent, or another branch's.
        Conflict: this very file was taken in before.
        Invalid: it is of another account, or tells of days to come.
    """
    number, statement = lock_account(session, command.account_id), command.statement
    refuse_same_file(session, command.file_digest)
    if statement.account_number and not _is_account(statement.account_number, number):
        message = marked("Sao kê này là của tài khoản %(other)s, không phải %(number)s.")
        raise Invalid("file", message, other=statement.account_number, number=number)
    days = [line.day for line in statement.lines]
    if max(days) > today():
        raise Invalid("file", marked("Sao kê có ngày ở sau hôm nay. Hãy tải lại từ ngân hàng."))
    told = [Telling(str(row), line) for row, line in enumerate(statement.lines, start=1)]
    new = record_lines(session, command.account_id, told, teller_id=command.id)
    session.execute(
        text(ADD_STATEMENT),
        {
            "id": command.id,
            "account": command.account_id,
            "digest": command.file_digest,
            "name": command.file_name,
            "first": min(days),
            "last": max(days),
            "opening": statement.opening,
            "closing": statement.closing,
            "count": len(told),
            "new": len(new),
        },
    )
    audit.record(session, "bank_statements.imported", command.id)
    return Imported(len(new), len(told) - len(new))


def refuse_same_file(session: Session, file_digest: str) -> None:
    """Refuse a file that was taken in before, whatever it is called now.

    Raises:
        Conflict: it says when that was.
    """
    before = session.execute(
        text(
            "SELECT to_char(local_day(imported_at), 'DD/MM/YYYY') FROM bank_statements"
            " WHERE branch_id = current_branch() AND file_digest = :digest"
        ),
        {"digest": file_digest},
    ).scalar()
    if before:
        message = marked("Tệp này đã được nhập ngày %(day)s, không nhập lại nữa.")
        raise Conflict(message, day=before)


def record_lines(
    session: Session, account_id: UUID, told: Sequence[Telling], *, teller_id: UUID
) -> Sequence[UUID]:
    """Take in what one teller tells of an account, oldest first; gives the lines that are new.

    The same telling again changes nothing; a movement that another one told gets one more witness.
    New lines stand in the book at once, against suspense; those that name a code leave a fact.
    Raises:
        NotFound: the account is absent, or another branch's.
    """
    lock_account(session, account_id)
    fresh = _untold(session, told, teller_id)
    if not fresh:
        return []
    known = _known(session, account_id, [telling.line.day for telling in fresh], teller_id)
    met = list(zip(meet(known, [telling.line for telling in fresh]), fresh, strict=True))
    new = [(uuid7(), telling) for line_id, telling in met if line_id is None]
    ids = iter(line_id for line_id, _ in new)
    witnessed = [(line_id or next(ids), telling) for line_id, telling in met]
    _add(session, account_id, new)
    _add_tellings(session, teller_id, witnessed)
    return [line_id for line_id, _ in new]


def _untold(session: Session, told: Sequence[Telling], teller_id: UUID) -> list[Telling]:
    """The tellings that this teller had not told before, each place once."""
    before = set(
        session.scalars(
            text(
                "SELECT place FROM bank_line_tellings WHERE branch_id = current_branch()"
                " AND teller_id = :teller AND place = ANY(:places)"
            ),
            {"teller": teller_id, "places": [telling.place for telling in told]},
        )
    )
    by_place = {telling.place: telling for telling in told if telling.place not in before}
    return list(by_place.values())


def meet(known: Sequence[KnownLine], told: Sequence[ToldLine]) -> Sequence[UUID | None]:
    """For each line told the known one that it is, each of these once: the surest pairs first."""
    places = _places(known)
    pairs = sorted(
        (
            (surely, place, line.id)
            for place, each in enumerate(told)
            for line in _near(places, each)
            if (surely := likeness(line, each)) is not None
        ),
        key=lambda pair: pair[:2],
    )
    met: dict[int, UUID] = {}
    taken: set[UUID] = set()
    for _, place, line_id in pairs:
        if place not in met and line_id not in taken:
            met[place] = line_id
            taken.add(line_id)
    return [met.get(place) for place in range(len(told))]


def _places(known: Sequence[KnownLine]) -> dict[Place, list[KnownLine]]:
    """Known lines by amount and day, and by amount and number: a year has too many to compare."""
    places: dict[Place, list[KnownLine]] = {}
    for line in known:
        places.setdefault((line.amount, line.day), []).append(line)
        if line.reference:
            places.setdefault((line.amount, plain(line.reference)), []).append(line)
    return places


def _near(places: dict[Place, list[KnownLine]], told: ToldLine) -> Iterator[KnownLine]:
    """The lines that may be the one told: of its number, and of its day and the two beside it."""
    numbered = places.get((told.amount, plain(told.reference)), []) if told.reference else []
    yield from numbered
    for apart in (-1, 0, 1):
        yield from places.get((told.amount, told.day + timedelta(days=apart)), [])


def _known(
    session: Session, account_id: UUID, days: Sequence[date], teller_id: UUID
) -> Sequence[KnownLine]:
    """Lines of the account around those days that this teller has not told, as recorded."""
    rows = session.execute(
        text(KNOWN),
        {
            "account": account_id,
            "teller": teller_id,
            "first": min(days) - AROUND,
            "last": max(days) + AROUND,
        },
    )
    return [KnownLine(*(*row[:7], frozenset(row.balances or ()))) for row in rows]


def _add(session: Session, account_id: UUID, new: Sequence[tuple[UUID, Telling]]) -> None:
    if not new:
        return
    lines = [_line_json(line_id, place, told.line) for place, (line_id, told) in enumerate(new)]
    session.execute(text(ADD_LINES), {"account": account_id, "lines": jsonb(lines)})
    closed = closed_days_among(session, [told.line.day for _, told in new])
    entries = [
        # What a closed period did not know of is booked now; the line keeps its day.
        entry_of_line(line_id, told.line, closed.get(told.line.day, told.line.day)).as_json()
        for line_id, told in new
    ]
    session.execute(
        text("SELECT post_entries(CAST(:entries AS jsonb))"), {"entries": jsonb(entries)}
    )
    named = [
        line_id
        for line_id, told in new
        if told.line.side is LineSide.CREDIT and codes_in(told.line.description)
    ]
    session.execute(text(ADD_FACTS), {"lines": named})


def _add_tellings(
    session: Session, teller_id: UUID, witnessed: Sequence[tuple[UUID, Telling]]
) -> None:
    tellings = [
        {"line_id": line_id, "place": told.place, "balance_after": told.line.balance_after}
        for line_id, told in witnessed
    ]
    session.execute(text(ADD_TELLINGS), {"teller": teller_id, "tellings": jsonb(tellings)})


def _line_json(line_id: UUID, place: int, line: ToldLine) -> dict[str, object]:
    return {
        "id": line_id,
        "place": place,
        "side": line.side,
        "amount": line.amount,
        "day": line.day,
        "at": line.at,
        "description": line.description,
        "reference": line.reference,
        "counter_name": line.counter_name,
        "counter_account": line.counter_account,
    }


def _is_account(told: str, number: str) -> bool:
    """Whether a file's number, with whatever marks and zeros before it, is the account's."""
    signs = "".join(sign for sign in told.upper() if sign.isalnum())
    return signs.lstrip("0") == number.lstrip("0")
