"""Where a report stands: its address, and the way back to the reports above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.branches.queries import BranchView


@dataclass(frozen=True, slots=True)
class Place:
    """A report, reached from the person's own branch; `line` leads from that to the one shown."""

    line: Sequence[BranchView]

    @property
    def root(self) -> str:
        """The address of the own branch's report, with which those of lower branches begin."""
        return f"/b/{self.line[0].slug}/tong-hop"

    @property
    def here(self) -> str:
        """The address of this report."""
        return f"{self.root}/{self.line[-1].slug}" if self.is_lower else self.root

    @property
    def is_lower(self) -> bool:
        """Whether the report is of a branch below the person's own."""
        return len(self.line) > 1

    def way_back(self, year: int) -> list[tuple[str, str]]:
        """Name and address of every report above this one, in the same year."""
        own, *between = self.line[:-1]
        return [
            (own.short_name, f"{self.root}?nam={year}"),
            *((each.short_name, f"{self.root}/{each.slug}?nam={year}") for each in between),
        ]
