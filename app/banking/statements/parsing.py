"""From a file's content to a statement, in one process: what the child does (child.py)."""

from collections.abc import Iterator, Sequence

from app.banking.commands import ToldStatement
from app.banking.statements import refusals
from app.banking.statements.headers import (
    Header,
    TwoMeanings,
    find_header,
    mapped_header,
    preview_of,
)
from app.banking.statements.labels import plain_number
from app.banking.statements.mapping import ColumnMapping
from app.banking.statements.refusals import StatementRefused, UnknownLayout
from app.banking.statements.sheets import Sheet, readings_of
from app.banking.statements.sums import settled
from app.banking.statements.tables import Section, accounts_of, sections_of


def parse_statement(
    content: bytes, account_number: str | None = None, mapping: ColumnMapping | None = None
) -> ToldStatement:
    """The statement in a file, as reading.read_statement promises it. Never call it on a server."""
    sheets, headers = _best_reading(content, mapping)
    sections: list[Section] = []
    for sheet, header in zip(sheets, headers, strict=True):
        if header is not None:
            _append(sections, sections_of(sheet, header))
    return settled(_wanted(sections, account_number))


def _best_reading(
    content: bytes, mapping: ColumnMapping | None
) -> tuple[list[Sheet], list[Header | None]]:
    """Of the ways to read a file the one whose headers say most, or a refusal that shows it."""
    readings = list(readings_of(content))
    found = [_headers(sheets, mapping) for sheets in readings]
    best = max(range(len(readings)), key=lambda i: (_said(found[i]), _widest(readings[i])))
    if not _said(found[best]):
        message = refusals.NO_HEADER if mapping is None else refusals.OTHER_HEADER
        raise UnknownLayout(message, preview_of(_main(readings[best]).rows))
    return readings[best], found[best]


def _headers(sheets: list[Sheet], mapping: ColumnMapping | None) -> list[Header | None]:
    # What a person was shown to map is the longest sheet.
    main = _main(sheets)
    mapped = None if mapping is None else mapped_header(main.rows, mapping)
    if mapped is not None:
        return [mapped if sheet is main else None for sheet in sheets]
    try:
        return [find_header(sheet.rows) for sheet in sheets]
    except TwoMeanings as error:
        raise UnknownLayout(refusals.TWO_MEANINGS, preview_of(_main(sheets).rows)) from error


def _main(sheets: list[Sheet]) -> Sheet:
    return max(sheets, key=lambda sheet: len(sheet.rows), default=Sheet([]))


def _said(headers: Sequence[Header | None]) -> int:
    return sum(len(header.columns) for header in headers if header is not None)


def _widest(sheets: list[Sheet]) -> int:
    return max((len(row) for sheet in sheets for row in sheet.rows), default=0)


def _append(sections: list[Section], more: list[Section]) -> None:
    """Add a sheet's sections; one without a name and an opening goes on with the one before."""
    for section in more:
        if sections and section.account is None and section.opening is None:
            section.account = sections[-1].account
        same = (s for s in _alike(sections, section.account))
        earlier = next(same, None)
        if earlier is None:
            sections.append(section)
        else:
            earlier.join(section)


def _alike(sections: list[Section], account: str | None) -> Iterator[Section]:
    for section in sections:
        if section.account == account:
            yield section


def _wanted(sections: list[Section], account_number: str | None) -> Section:
    """The section of the account asked for; of the only account when none is asked for."""
    if not sections:
        raise StatementRefused(refusals.NO_LINES)
    found = accounts_of(sections)
    if account_number is None or not found:
        if len(sections) > 1:
            raise StatementRefused(refusals.SEVERAL_ACCOUNTS, found=", ".join(found[:10]))
        return sections[0]
    for section in sections:
        if section.account and plain_number(section.account) == plain_number(account_number):
            return section
    raise StatementRefused(
        refusals.OTHER_ACCOUNT, found=", ".join(found[:10]), wanted=account_number
    )
