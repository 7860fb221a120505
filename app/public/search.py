"""Finding one's branch by name, with or without accents; old names lead to what came after."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from app.branches.queries import BranchName
from app.kernel.text import fold, sort_key

AT_MOST: Final = 30
LONGEST: Final = 80


def matching(branches: Iterable[BranchName], asked: str) -> Sequence[BranchName]:
    """Branches whose name holds what was asked for: open ones first, then closed ones.

    The words as they stand come before the same words anywhere in a name.
    """
    wanted = fold(asked[:LONGEST])
    if not wanted:
        return []
    named = [(branch, f" {folded(f'{branch.name} {branch.short_name}')}") for branch in branches]
    found = [branch for branch, name in named if f" {wanted}" in name] or [
        branch for branch, name in named if all(word in name for word in wanted.split())
    ]
    return sorted(found, key=lambda branch: _rank(branch, wanted))[:AT_MOST]


def _rank(branch: BranchName, wanted: str) -> tuple[bool, bool, str]:
    # A closed commune's short name ends in its district, which is not what it was called itself.
    is_called_so = f" {wanted} " in f" {folded(branch.name)} "
    return branch.closed_on is not None, not is_called_so, sort_key(branch.short_name)


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """A name's search key, remembered: names change once in a generation."""
    return fold(name)
