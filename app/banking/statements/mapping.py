"""Which column means what: found by words, or told by a person once and remembered as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Final

from app.banking.statements.refusals import Preview
from app.kernel.errors import Invalid, marked
from app.kernel.text import fold

MAX_COLUMNS: Final = 60
HEADER_ROWS: Final = 80
"""A header stands in one of the first rows, under the bank's name and the account's."""

CHOOSE_COLUMNS: Final = marked(
    "Chọn hàng tiêu đề, cột ngày và cột ghi có (hoặc số tiền có dấu); mỗi cột một lần."
)


class Meaning(StrEnum):
    """What a column tells. An amount has a sign, or its side (Có, Nợ, +, -) in a column beside."""

    DAY = "day"
    CREDIT = "credit"
    DEBIT = "debit"
    AMOUNT = "amount"
    SIDE = "side"
    BALANCE = "balance"
    DESCRIPTION = "description"
    REFERENCE = "reference"
    COUNTER_NAME = "counter_name"
    COUNTER_ACCOUNT = "counter_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Rows and columns as a spreadsheet counts them: the first is 1, column A is 1.

    `header` holds the header's words, folded: with them the row is found again in the next file
    though it stands higher or lower, and a file with another header is refused. Raises Invalid
    for `mapping` without a day, without credit or amount, with both, or with a column used twice.
    """

    header_row: int
    day: int
    credit: int | None = None
    debit: int | None = None
    amount: int | None = None
    side: int | None = None
    balance: int | None = None
    description: int | None = None
    reference: int | None = None
    counter_name: int | None = None
    counter_account: int | None = None
    header: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        columns = list(self.columns().values())
        is_one_way = (self.amount is None) != (self.credit is None and self.debit is None)
        is_sound = (
            is_one_way
            and (self.amount is not None or self.credit is not None)
            and (self.amount is not None or self.side is None)
            and len(set(columns)) == len(columns)
            and all(0 <= column < MAX_COLUMNS for column in columns)
            and 1 <= self.header_row <= HEADER_ROWS
        )
        if not is_sound:
            raise Invalid("mapping", CHOOSE_COLUMNS)

    def columns(self) -> dict[Meaning, int]:
        """The column of each meaning that has one, counted from 0 as rows are read."""
        told = {meaning: getattr(self, meaning.value) for meaning in Meaning}
        return {meaning: column - 1 for meaning, column in told.items() if column is not None}

    def with_header_of(self, preview: Preview) -> "ColumnMapping":
        """The same mapping, knowing the words of its header row from a refusal's preview."""
        row = preview[self.header_row - 1] if self.header_row <= len(preview) else ()
        return replace(self, header=header_words(row))

    def to_json(self) -> dict[str, object]:
        """What to store; `from_json` gives the same mapping back."""
        return {**asdict(self), "header": list(self.header)}

    @classmethod
    def from_json(cls, told: object) -> "ColumnMapping":
        """The mapping that was stored. Raises Invalid when it is none."""
        names = {field.name for field in fields(cls)}
        if not isinstance(told, Mapping) or not {"header_row", "day"} <= told.keys() <= names:
            raise Invalid("mapping", CHOOSE_COLUMNS)
        header = told.get("header", [])
        numbers = {name: value for name, value in told.items() if name != "header"}
        if not all(value is None or type(value) is int for value in numbers.values()):
            raise Invalid("mapping", CHOOSE_COLUMNS)
        if numbers["header_row"] is None or numbers["day"] is None:
            raise Invalid("mapping", CHOOSE_COLUMNS)
        if not isinstance(header, list) or not all(isinstance(word, str) for word in header):
            raise Invalid("mapping", CHOOSE_COLUMNS)
        return cls(**numbers, header=tuple(header))


def header_words(row: Sequence[str]) -> tuple[str, ...]:
    """The words of a row, folded and without empty cells at its end: equal for equal headers."""
    words = [fold(cell) for cell in row[:MAX_COLUMNS]]
    while words and not words[-1]:
        words.pop()
    return tuple(words)
