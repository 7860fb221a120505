"""Finding one's branch by name, with or without accents; old names lead to what came after."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.branches.queries import BranchName
from app.kernel.text import fold, sort_key

AT_MOST: Final = 30
LONGEST: Final = 80
# How ranks are written on envelopes and road signs. Without its point one may only stand first.
RANKS: Final = {
    "p": "phuong",
    "q": "quan",
    "x": "xa",
    "h": "huyen",
    "tt": "thi tran",
    "tx": "thi xa",
    "tp": "thanh pho",
}
RANK: Final = re.compile(f"^(?:{'|'.join(RANKS.values())}) ")
SHORT_RANK: Final = re.compile(r"(?:^(tt|tx|tp|[pqxh])\s+|\b(tt|tx|tp|[pqxh])\.\s*)(?=\S)")


@dataclass(frozen=True, slots=True)
class Found:
    """What a name led to: branches at work, and former ones that point to who went on."""

    open: Sequence[BranchName]
    closed: Sequence[BranchName]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.open) + len(self.closed)


def matching(branches: Iterable[BranchName], asked: str) -> Found:
    """Branches whose name holds what was asked for, best ones first.

    The words as they stand come before the same words anywhere in a name; "P. Ba Đình" and
    "x soc son" name a rank by its first letter. A rank that only former branches bear is left
    aside too, so that "quan hoan kiem" finds the ward of just that name at work.
    """
    wanted = spelt_out(fold(asked[:LONGEST]))
    if not wanted:
        return Found([], [])
    named = [(branch, f" {folded(f'{branch.name} {branch.short_name}')}") for branch in branches]
    found = [branch for branch, name in named if f" {wanted}" in name] or [
        branch for branch, name in named if all(word in name for word in wanted.split())
    ]
    if found and all(branch.closed_on for branch in found):
        bare = RANK.sub("", wanted)
        found += [branch for branch, _ in named if not branch.closed_on and _bare(branch) == bare]
    best = sorted(found, key=lambda branch: _rank(branch, wanted))[:AT_MOST]
    return Found(
        [branch for branch in best if not branch.closed_on],
        [branch for branch in best if branch.closed_on],
    )


def spelt_out(wanted: str) -> str:
    """A folded name with its ranks in full: p. ba dinh is phuong ba dinh."""
    return SHORT_RANK.sub(lambda rank: f"{RANKS[rank[1] or rank[2]]} ", wanted)


def _bare(branch: BranchName) -> str:
    return RANK.sub("", folded(branch.short_name))


def _rank(branch: BranchName, wanted: str) -> tuple[bool, bool, str]:
    # A closed commune's short name ends in its district, which is not what it was called itself.
    is_called_so = f" {wanted} " in f" {folded(branch.name)} "
    return branch.closed_on is not None, not is_called_so, sort_key(branch.short_name)


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """A name's search key, remembered: names change once in a generation."""
    return fold(name)
