"""A board as the text that is kept, and back again, field by field of its types."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from app.boards.content import Board


def written(board: Board) -> bytes:
    """The board as JSON; equal boards are written alike."""
    return orjson.dumps(board)


def read(content: Mapping[str, Any]) -> Board:
    """The board that was written by a release of the same SHAPE."""
    board: Board = _restored(Board, content)
    return board


def _restored(wanted: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(wanted) in {Union, types.UnionType}:
        wanted = next(each for each in get_args(wanted) if each is not types.NoneType)
    if get_origin(wanted) is tuple:
        return tuple(_restored(get_args(wanted)[0], each) for each in value)
    if get_origin(wanted) is dict:
        return {key: _restored(get_args(wanted)[1], each) for key, each in value.items()}
    return _one(wanted, value)


def _one(wanted: type, value: Any) -> Any:
    if is_dataclass(wanted):
        hints = _hints(wanted)
        return wanted(**{f.name: _restored(hints[f.name], value[f.name]) for f in fields(wanted)})
    if wanted in {date, datetime}:
        return wanted.fromisoformat(value)
    return wanted(value) if wanted is UUID or issubclass(wanted, StrEnum) else value


@cache
def _hints(wanted: type) -> dict[str, Any]:
    return get_type_hints(wanted)


def _shape(wanted: Any) -> str:
    if is_dataclass(wanted):
        return str([(name, _shape(hint)) for name, hint in _hints(wanted).items()])  # type: ignore[arg-type]
    parts = [_shape(each) for each in get_args(wanted)]
    return f"{wanted.__name__ if isinstance(wanted, type) else wanted}{parts}"


SHAPE: Final = sha256(_shape(Board).encode()).hexdigest()[:12]
"""Names the fields of this release's boards: what another one wrote is made anew first."""
