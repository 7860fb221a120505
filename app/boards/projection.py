"""What everybody may know of a branch, chosen here column by column (D7) and nowhere else.

No question of this module names a column that holds a telephone number, an e-mail, an address or an
account of a giver, a note, or who recorded anything. A giver's name is shown only by NAMED.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.banks import bank_named
from app.banking.queries import accounts
from app.boards.content import (
    Account,
    Appeal,
    Board,
    BoardYear,
    Card,
    Honoured,
    Link,
    MoneyIn,
    MoneyOut,
    Paper,
    PaperKind,
    Place,
    PlaceCard,
    Purse,
    Roll,
)
from app.branches.queries import BranchView, branch_of, children_of, successors_of
from app.funds.queries import funds
from app.ledger.chart import Account as Line
from app.rollups.overview import Year, branch_year, lower_years, standings
from app.rollups.queries import horizon
from app.rollups.years import NOT_GIVEN

LATEST: Final = 12
ON_THE_ROLL: Final = 60
DRIVES_AT_MOST: Final = 30
# Of these a person may be a child, whom nobody has asked (domain.md §3.7).
OF_CHILDREN: Final = ("piggy_bank", "school")

# What is left of a gift, some of whose money may have gone back to a card.
LEFT: Final = """(n.amount - coalesce((SELECT sum(b.amount) FROM donation_returns b
       WHERE (b.branch_id, b.donation_id) = (n.branch_id, n.id)), 0))"""
NOT_TAKEN_BACK: Final = """NOT EXISTS (SELECT FROM donation_reversals r
       WHERE (r.branch_id, r.donation_id) = (n.branch_id, n.id))"""
# An adult, a household or an organisation that gave, did not ask to stay unnamed, and has not
# withdrawn its name since. Dues, interest and money from above have no giver.
NAMED: Final = """(NOT n.is_anonymous AND d.kind <> 'anonymous' AND n.source <> ALL (:not_given)
       AND NOT (d.kind = 'person' AND n.source = ANY (:of_children))
       AND NOT EXISTS (SELECT FROM roll_withdrawals w
                       WHERE (w.branch_id, w.donor_id) = (n.branch_id, n.donor_id)))"""
MONEY_IN: Final = """
    SELECT n.received_on, CASE WHEN {named} THEN d.name END, n.source, {left}::bigint,
           coalesce(v.name, f.name), n.method = 'in_kind'
    FROM donations n
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    JOIN funds f ON (f.branch_id, f.id) = (n.branch_id, n.fund_id)
    LEFT JOIN drives v ON (v.branch_id, v.id) = (n.branch_id, n.drive_id)
    WHERE n.branch_id = current_branch() AND {not_taken_back} {of_drive}
    ORDER BY n.received_on DESC, n.posted_at DESC, n.id DESC LIMIT :latest
"""
ROLL: Final = """
    SELECT d.name, sum({left})::bigint AS amount, count(*) OVER ()
    FROM donations n
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    WHERE n.branch_id = current_branch() AND n.received_on BETWEEN :first AND :last
      AND {named} AND {not_taken_back}
    GROUP BY d.id, d.name, d.sort_key ORDER BY amount DESC, d.sort_key, d.id LIMIT :on_the_roll
"""
DRIVES: Final = """
    SELECT v.id, v.name, f.name, v.starts_on, v.ends_on, v.target_amount,
           coalesce(g.raised, 0)::bigint, coalesce(g.giver_count, 0)
    FROM drives v
    JOIN funds f ON (f.branch_id, f.id) = (v.branch_id, v.fund_id)
    LEFT JOIN LATERAL (
      SELECT sum({left}) AS raised, count(DISTINCT n.donor_id) AS giver_count
      FROM donations n
      WHERE n.branch_id = current_branch() AND n.drive_id = v.id AND n.received_on >= v.starts_on
        AND {not_taken_back}) g ON true
    WHERE v.branch_id = current_branch() AND v.starts_on <= local_day(now())
    ORDER BY v.starts_on DESC, v.id LIMIT :drives_at_most
"""
PARTS: Final = {"left": LEFT, "named": NAMED, "not_taken_back": NOT_TAKEN_BACK}
# A spending that was taken back is told as its two lines are, by the sum. Fees are one line, and
# none while givers have added more for them than has been charged yet.
SPENT: Final = """
    SELECT max(e.dated_on), a.name, f.name, sum(p.signed_amount)::bigint,
           CASE WHEN p.account_code <> :fees THEN p.entry_id END,
           sum(sum(p.signed_amount)) OVER ()::bigint
    FROM postings p
    JOIN ledger_accounts a ON (a.branch_id, a.code) = (p.branch_id, p.account_code)
    JOIN journal_entries e ON (e.branch_id, e.id) = (p.branch_id, p.entry_id)
    LEFT JOIN funds f ON (f.branch_id, f.id) = (p.branch_id, p.fund_id)
    WHERE p.branch_id = current_branch() AND a.kind = 'expense'
      AND p.dated_on BETWEEN :first AND :last
    GROUP BY p.account_code, a.name, f.name, CASE WHEN p.account_code <> :fees THEN p.entry_id END
    HAVING p.account_code <> :fees OR sum(p.signed_amount) > 0
    ORDER BY 1 DESC, max(e.posted_at) DESC, 5 LIMIT :latest
"""
PAPERS: Final = """
    SELECT kind, title, digest, media_type, published_on, entry_id FROM public_documents
    WHERE branch_id = current_branch() AND taken_down_at IS NULL
    ORDER BY published_on DESC, id DESC
"""


def project(session: Session, subject_id: UUID) -> Board:
    """The board of the scope's branch, as one snapshot shows it."""
    branch = branch_of(session, subject_id)
    year = Year.latest(horizon(session, subject_id), branch.closed_on)
    days = {"first": year.first, "last": year.last_known}
    papers = _papers(session)
    lower = children_of(session, subject_id)
    spent, money_out = _money_out(session, days, papers)
    return Board(
        branch=_card(branch),
        successors=_successors(session, branch),
        lower=tuple(Link(each.slug, each.name, each.short_name) for each in lower),
        year=_year(session, subject_id, year),
        places=_places(session, subject_id, year) if _are_on_the_map(lower) else (),
        funds=tuple(Purse(each.name, each.restriction, each.balance) for each in funds(session)),
        drives=_drives(session, year.horizon.today),
        money_in=_money_in(session),
        spent=spent,
        money_out=money_out,
        roll=_roll(session, days),
        accounts=_accounts(session),
        documents=tuple(paper for entry_id, paper in papers if entry_id is None),
    )


def _card(branch: BranchView) -> Card:
    return Card(
        slug=branch.slug,
        name=branch.name,
        short_name=branch.short_name,
        kind=branch.kind,
        closed_on=branch.closed_on,
        address=branch.address,
        phone=branch.phone,
        email=branch.email,
        parent_slug=branch.parent_slug,
        parent_name=branch.parent_name,
    )


def _successors(session: Session, branch: BranchView) -> tuple[Link, ...]:
    if branch.closed_on is None:
        return ()
    found = successors_of(session, branch.id)
    return tuple(Link(each.slug, each.name, each.short_name) for each in found)


def _year(session: Session, subject_id: UUID, year: Year) -> BoardYear:
    own, _ = standings(session, subject_id, year)
    tree = branch_year(session, subject_id, year)
    return BoardYear(
        number=year.number,
        begins=year.horizon.begins,
        as_of=year.horizon.as_of,
        total=tree.total,
        own=own.total,
        months=tree.months,
        months_before=tree.months_before,
        sources=tree.sources,
        passed_down=tree.passed_down,
    )


def _are_on_the_map(lower: Sequence[BranchView]) -> bool:
    return any(each.tile_x is not None for each in lower)


def _places(session: Session, subject_id: UUID, year: Year) -> tuple[Place, ...]:
    return tuple(
        Place(
            PlaceCard(
                slug=row.branch.slug,
                short_name=row.branch.short_name,
                population=row.branch.population,
                tile_x=row.branch.tile_x,
                tile_y=row.branch.tile_y,
            ),
            row.total,
        )
        for row in lower_years(session, subject_id, year).present
    )


def _drives(session: Session, day: date) -> tuple[Appeal, ...]:
    rows = session.execute(text(DRIVES.format(**PARTS)), {"drives_at_most": DRIVES_AT_MOST})
    drives = [Appeal(*row) for row in rows]
    return tuple(
        replace(drive, gifts=_money_in(session, drive.id)) if drive.is_open_on(day) else drive
        for drive in drives
    )


def _money_in(session: Session, drive_id: UUID | None = None) -> tuple[MoneyIn, ...]:
    """The latest that was received, of all or for one drive."""
    of_drive = "AND n.drive_id = :drive" if drive_id else ""
    asked = {"latest": LATEST, **_unnamed()} | ({"drive": drive_id} if drive_id else {})
    query = text(MONEY_IN.format(**PARTS, of_drive=of_drive))
    return tuple(MoneyIn(*row) for row in session.execute(query, asked))


def _roll(session: Session, days: Mapping[str, object]) -> Roll:
    asked = {**days, **_unnamed(), "on_the_roll": ON_THE_ROLL}
    rows = session.execute(text(ROLL.format(**PARTS)), asked).all()
    return Roll(rows[0][2] if rows else 0, tuple(Honoured(row[0], row[1]) for row in rows))


def _unnamed() -> dict[str, object]:
    return {"not_given": list(NOT_GIVEN), "of_children": list(OF_CHILDREN)}


def _money_out(
    session: Session, days: Mapping[str, object], papers: Sequence[tuple[UUID | None, Paper]]
) -> tuple[int, tuple[MoneyOut, ...]]:
    """What the year spent in all, and the latest of it."""
    asked = {**days, "latest": LATEST, "fees": Line.FEES.value}
    rows = session.execute(text(SPENT), asked).all()
    lines = [
        MoneyOut(
            day=row[0],
            account=row[1],
            fund=row[2],
            amount=row[3],
            evidence=tuple(paper for entry_id, paper in papers if entry_id and entry_id == row[4]),
        )
        for row in rows
    ]
    return rows[0][5] if rows else 0, tuple(lines)


def _papers(session: Session) -> list[tuple[UUID | None, Paper]]:
    """What is published, with the entry that it is evidence of."""
    rows = session.execute(text(PAPERS))
    return [(row[5], Paper(PaperKind(row[0]), *row[1:5])) for row in rows]


def _accounts(session: Session) -> tuple[Account, ...]:
    return tuple(
        Account(
            bank=bank_named(each.bank).short_name,
            number=each.number,
            holder=each.holder,
            verified_on=each.verified_on,
            closed_on=each.closed_on,
        )
        for each in accounts(session)
        if each.verified_on is not None
    )
