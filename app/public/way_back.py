"""The way back from a branch's public page."""

from app.boards.content import Card
from app.branches.queries import BranchView
from app.web.branch_names import branch_name
from app.web.wording import gettext


def way_back(branch: BranchView | Card) -> list[tuple[str, str]]:
    """Name and address of the front page and, unless it stands alone, of the branch above."""
    links = [(gettext("Trang đầu"), "/")]
    if branch.parent_slug and branch.parent_name:
        links.append((branch_name(branch.parent_name), f"/q/{branch.parent_slug}"))
    return links
