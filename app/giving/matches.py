"""What was said of a line: whose gift or what else it was found to be, and taking that back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.kernel.errors import Conflict, NotFound, marked
from app.kernel.ids import uuid7

# A gift made of a line goes with its receipt: cancelling the gift frees the line.
FREED_OTHERWISE: Final = {"gift"}
NO_SUCH_MATCH: Final = marked("Không tìm thấy lần xác định này của dòng sao kê.")
CANCEL_THE_GIFT: Final = marked(
    "Khoản ủng hộ này được lập từ dòng sao kê: muốn gỡ ra thì huỷ khoản ủng hộ."
)
OF_LINE: Final = """
    SELECT m.id, m.amount, m.kind, m.subject_id, m.matched_at, m.undone_at, d.name,
           concat_ws('/', r.kind, r.fiscal_year, r.book) || ' · '
           || to_char(r.number, 'FM0000000')
    FROM bank_matches m
    LEFT JOIN donations n ON (n.branch_id, n.id) = (m.branch_id, m.subject_id)
    LEFT JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    LEFT JOIN receipts r ON (r.branch_id, r.donation_id) = (n.branch_id, n.id)
    WHERE m.branch_id = current_branch() AND m.line_id = :line ORDER BY m.matched_at, m.id
"""
# The match, and of two lines that stand against each other the other one's.
BOTH_SIDES: Final = """
    SELECT o.id, o.kind, o.undone_at FROM bank_matches m
    JOIN bank_matches o ON o.branch_id = current_branch() AND (o.id = m.id OR (
      m.kind = 'netted' AND o.kind = 'netted' AND o.undone_at IS NULL
      AND (o.line_id, o.subject_id, o.amount) = (m.subject_id, m.line_id, m.amount)))
    WHERE m.branch_id = current_branch() AND m.line_id = :line AND m.id = :match
    ORDER BY o.id FOR UPDATE OF o
"""
UNDO: Final = """
    UPDATE bank_matches SET undone_at = now()
    WHERE branch_id = current_branch() AND id = ANY(:ids) AND undone_at IS NULL
    RETURNING line_id, amount
"""
GIVE_BACK: Final = """
    UPDATE bank_lines SET open_amount = open_amount + :amount
    WHERE branch_id = current_branch() AND id = :line
"""
MIRROR: Final = """
    SELECT reverse_entry(e.id, :reversal, e.source_id) FROM journal_entries e
    WHERE e.branch_id = current_branch() AND e.source_kind = 'bank_match' AND e.source_id = :match
"""


@dataclass(frozen=True, slots=True)
class MatchView:
    """What a part of a line was; of a gift its giver and the number of its receipt."""

    id: UUID
    amount: int
    kind: str
    subject_id: UUID
    matched_at: datetime
    undone_at: datetime | None
    giver: str | None
    receipt: str | None

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it is taken back by itself."""
        return self.undone_at is None and self.kind not in FREED_OTHERWISE


def matches_of_line(session: Session, line_id: UUID) -> Sequence[MatchView]:
    """What was said of a line, in order; what was taken back too."""
    return [MatchView(*row) for row in session.execute(text(OF_LINE), {"line": line_id})]


def take_match_back(session: Session, line_id: UUID, match_id: UUID) -> bool:
    """Say no more that a line was this: its money waits again, its entry is mirrored today.

    Of two lines that stand against each other both wait again. True when done now: a second time
    nothing happens.
    Raises:
        NotFound: the line has no such match, or is another branch's. Conflict: it is a gift made of
        the line. PeriodClosed: today's period is closed.
    """
    asked = {"line": line_id, "match": match_id}
    rows = session.execute(text(BOTH_SIDES), asked).all()
    said = next((row for row in rows if row.id == match_id), None)
    if said is None:
        raise NotFound(NO_SUCH_MATCH)
    if said.undone_at is not None:
        return False
    if said.kind in FREED_OTHERWISE:
        raise Conflict(CANCEL_THE_GIFT)
    for undone in session.execute(text(UNDO), {"ids": [row.id for row in rows]}).all():
        session.execute(text(GIVE_BACK), {"line": undone.line_id, "amount": undone.amount})
        audit.record(session, "bank_lines.unmatched", undone.line_id)
    # In suspense two lines stand against each other without an entry.
    session.execute(text(MIRROR), {"reversal": uuid7(), "match": match_id})
    return True
