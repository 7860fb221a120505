"""What goes to the reading process and comes back: JSON, and the file behind it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.banking.commands import LineSide, ToldLine, ToldStatement
from app.banking.statements.mapping import ColumnMapping
from app.banking.statements.refusals import StatementRefused, UnknownLayout
from app.kernel.clock import HANOI


def packed_order(
    content: bytes, account_number: str | None, mapping: ColumnMapping | None
) -> bytes:
    """What to read and how: a line of JSON, then the file."""
    told = {"account": account_number, "mapping": None if mapping is None else mapping.to_json()}
    return json.dumps(told).encode() + b"\n" + content


def unpacked_order(parcel: bytes) -> tuple[bytes, str | None, ColumnMapping | None]:
    """What packed_order was given."""
    line, _, content = parcel.partition(b"\n")
    told = json.loads(line)
    mapping = told["mapping"]
    return content, told["account"], None if mapping is None else ColumnMapping.from_json(mapping)


def packed_statement(statement: ToldStatement) -> bytes:
    """An answer that is a statement."""
    told = {
        "account": statement.account_number,
        "opening": statement.opening,
        "closing": statement.closing,
        "lines": [_line_told(line) for line in statement.lines],
    }
    return json.dumps({"statement": told}).encode()


def packed_refusal(refusal: StatementRefused) -> bytes:
    """An answer that is a refusal."""
    told = {
        "message": refusal.message,
        "row": refusal.row,
        "params": {name: value for name, value in refusal.params.items() if name != "row"},
        "preview": refusal.preview if isinstance(refusal, UnknownLayout) else None,
    }
    return json.dumps({"refusal": told}).encode()


def unpacked_answer(parcel: bytes) -> ToldStatement:
    """The statement that was packed. Raises the StatementRefused that was, and ValueError."""
    told = json.loads(parcel)
    if "refusal" in told:
        raise _refusal(told["refusal"])
    statement = told["statement"]
    return ToldStatement(
        account_number=statement["account"],
        opening=statement["opening"],
        closing=statement["closing"],
        lines=tuple(_line(line) for line in statement["lines"]),
    )


def _refusal(told: Mapping[str, Any]) -> StatementRefused:
    if told["preview"] is not None:
        return UnknownLayout(told["message"], tuple(tuple(row) for row in told["preview"]))
    return StatementRefused(told["message"], row=told["row"], **told["params"])


def _line_told(line: ToldLine) -> list[object]:
    at = None if line.at is None else line.at.isoformat()
    told = [line.day.isoformat(), line.side, line.amount, line.description, line.reference]
    return [*told, line.balance_after, line.counter_name, line.counter_account, at]


def _line(told: list[Any]) -> ToldLine:
    day, side, amount, description, reference, balance, name, account, at = told
    return ToldLine(
        day=date.fromisoformat(day),
        side=LineSide(side),
        amount=amount,
        description=description,
        reference=reference,
        balance_after=balance,
        counter_name=name,
        counter_account=account,
        at=None if at is None else datetime.fromisoformat(at).astimezone(HANOI),
    )
