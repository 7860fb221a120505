"""Whatever lines and whatever layout: what was written is read, and a changed digit is not."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from app.banking.commands import LineSide, ToldLine, ToldStatement
from app.banking.statements.mapping import Meaning
from app.banking.statements.parsing import parse_statement
from app.banking.statements.refusals import StatementRefused
from app.banking.statements.words import HEADERS
from tests.builders.statements import Grid, dotted, plain_grid, text_file, workbook

DATA = Path(__file__).parents[2] / "data" / "statements"
ACCOUNT = "19036789012015"

NUMBERS: dict[str, Callable[[int], object]] = {
    "1.234.567": dotted,
    "1.234.567,00": lambda n: f"{dotted(n)},00",
    "1,234,567": lambda n: f"{n:,}",
    "1,234,567.00 VND": lambda n: f"{n:,}.00 VND",
    "1 234 567": lambda n: f"{n:,}".replace(",", "\u00a0"),
    "1234567": str,
    "1234567.0": lambda n: f"{n}.0",
    "VND 1,234,567": lambda n: f"VND {n:,}",
    "number": lambda n: n,
    "float": float,
}
DAYS: dict[str, Callable[[date], object]] = {
    "dd/mm/yyyy": lambda d: f"{d:%d/%m/%Y}",
    "d/m/yyyy": lambda d: f"{d.day}/{d.month}/{d.year}",
    "dd-mm-yyyy": lambda d: f"{d:%d-%m-%Y}",
    "dd.mm.yyyy midnight": lambda d: f"{d:%d.%m.%Y} 00:00:00",
    "iso": date.isoformat,
    "date": lambda d: d,
}
BLANKS = (None, "", "0", "-", "0.00")
FILES: dict[str, Callable[[Grid], bytes]] = {
    "xlsx": workbook,
    "semicolons": lambda grid: text_file(grid, ";", "utf-8-sig"),
    "commas": lambda grid: text_file(grid, ",", "utf-8"),
    "tabs": lambda grid: text_file(grid, "\t", "utf-16"),
}
CHANGES = st.integers(1, 10**9).flatmap(lambda n: st.sampled_from((n, -n)))
MEMOS = st.text("abcxyzABC %.,;'\"éủỗĐ/01", max_size=30).map(lambda text: " ".join(text.split()))
FIRST = date(2026, 1, 1)


@st.composite
def statements(draw: st.DrawFn) -> ToldStatement:
    """Up to a dozen lines; days run on, balances add up."""
    running = opening = draw(st.integers(0, 10**10))
    day, lines = FIRST, []
    for change in draw(st.lists(CHANGES, min_size=1, max_size=12)):
        running += change
        day += timedelta(draw(st.integers(0, 40)))
        reference = draw(st.none() | st.from_regex(r"FT[0-9]{6,14}", fullmatch=True))
        lines.append(
            ToldLine(
                day=day,
                side=LineSide.CREDIT if change > 0 else LineSide.DEBIT,
                amount=abs(change),
                description=draw(MEMOS),
                reference=reference,
                balance_after=running,
            )
        )
    return ToldStatement(
        account_number=ACCOUNT, opening=opening, closing=running, lines=tuple(lines)
    )


@dataclass(frozen=True)
class Hand:
    """How a bank writes."""

    number: str
    day: str
    blank: str | None
    is_signed: bool
    is_newest_first: bool
    order: tuple[Meaning, ...]
    words: dict[Meaning, str]

    def row(self, line: ToldLine) -> list[object]:
        """The line's cells, in the columns' order."""
        write, is_debit = NUMBERS[self.number], line.side is LineSide.DEBIT
        signed = -line.amount if is_debit else line.amount
        told = {
            Meaning.DAY: DAYS[self.day](line.day),
            Meaning.CREDIT: self.blank if is_debit else write(line.amount),
            Meaning.DEBIT: write(line.amount) if is_debit else self.blank,
            Meaning.AMOUNT: write(signed),
            Meaning.BALANCE: write(line.balance_after or 0),
            Meaning.DESCRIPTION: line.description,
            Meaning.REFERENCE: line.reference,
        }
        return [told[meaning] for meaning in self.order]


# Unaccented "No" may be a number of lines, so banks that mean money write "Nợ".
ACCENTED = {"no": "Nợ", "so du cuoi": "Số dư", "closing balance": "Số dư"}


@st.composite
def hands(draw: st.DrawFn) -> Hand:
    is_signed = draw(st.booleans())
    money = [Meaning.AMOUNT] if is_signed else [Meaning.CREDIT, Meaning.DEBIT]
    columns = [Meaning.DAY, *money, Meaning.BALANCE, Meaning.DESCRIPTION, Meaning.REFERENCE]
    words = {meaning: draw(st.sampled_from(HEADERS[meaning])) for meaning in columns}
    return Hand(
        number=draw(st.sampled_from(sorted(NUMBERS))),
        day=draw(st.sampled_from(sorted(DAYS))),
        blank=draw(st.sampled_from(BLANKS)),
        is_signed=is_signed,
        is_newest_first=draw(st.booleans()),
        order=tuple(draw(st.permutations(columns))),
        words={meaning: ACCENTED.get(word, word).title() for meaning, word in words.items()},
    )


@settings(max_examples=200, deadline=None, print_blob=True)
@given(
    told=statements(),
    hand=hands(),
    kind=st.sampled_from(sorted(FILES)),
    above=st.integers(0, 60),
    labels=st.sampled_from(("both", "opening", "closing")),
)
def test_any_statement_in_any_hand_reads_back(
    told: ToldStatement, hand: Hand, kind: str, above: int, labels: str
) -> None:
    write = NUMBERS[hand.number]
    turned = hand.is_newest_first and told.lines[0].day != told.lines[-1].day
    if labels != "both" and told.lines[0].day == told.lines[-1].day:
        labels = "both"  # On one day only what it opens with tells the ends apart.
    grid: list[list[object]] = [
        ["Số tài khoản/Account No", f"{ACCOUNT}"],
        *([["Số dư đầu kỳ:", write(told.opening)]] if labels != "closing" else []),
        [hand.words[meaning] for meaning in hand.order],
        *(hand.row(line) for line in (told.lines[::-1] if turned else told.lines)),
        *([["Số dư cuối kỳ/Closing balance", write(told.closing)]] if labels != "opening" else []),
    ]
    grid[:0] = [["Ngân hàng"] for _ in range(above)]
    note(f"{hand} {kind} {grid}")

    assert parse_statement(FILES[kind](grid), ACCOUNT) == told


def test_every_changed_digit_of_money_is_refused() -> None:
    """Of the shared BIDV file: amounts, balances, sums, opening and closing."""
    text = (DATA / "statement-bidv.csv").read_text("utf-8-sig")
    parse_statement(text.encode())
    changed = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        cells = line.split(";")
        if len(cells) < 2 or "tài khoản" in cells[0]:
            continue
        for column in range(1 if len(cells) == 2 else 2, min(len(cells), 5)):
            changed += _refuses_changes(text, number, column)
    print(f"{changed} digits changed")
    assert changed > 500


def _refuses_changes(text: str, number: int, column: int) -> int:
    lines = text.splitlines(keepends=True)
    cells = lines[number].split(";")
    places = [i for i, letter in enumerate(cells[column]) if letter.isdigit()]
    for place in places:
        digit = str((int(cells[column][place]) + 1) % 10)
        other = cells[column][:place] + digit + cells[column][place + 1 :]
        row = ";".join([*cells[:column], other, *cells[column + 1 :]])
        content = "".join([*lines[:number], row, *lines[number + 1 :]])
        with pytest.raises(StatementRefused):
            parse_statement(content.encode())
    return len(places)


@pytest.mark.parametrize("name", ["mb", "techcombank", "vietcombank"])
def test_a_changed_amount_in_a_workbook_is_refused(name: str) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    told = parse_statement((DATA / f"statement-{name}.xlsx").read_bytes())
    lines = list(told.lines)
    at = chance.randrange(len(lines))
    lines[at] = replace(lines[at], amount=lines[at].amount + chance.choice((1, 10, 10**6)))
    grid = plain_grid(lines)
    grid[1], grid[-1] = ["Số dư đầu kỳ", told.opening], ["Số dư cuối kỳ", told.closing]

    with pytest.raises(StatementRefused) as refusal:
        parse_statement(workbook(grid))

    assert refusal.value.row == at + 5
