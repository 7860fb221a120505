"""Pages drawn from boards: a view costs one look at the board's version, and no tenant table."""

from collections.abc import Callable
from typing import Final

from flask import Response, render_template
from flask_babel import get_locale

from app.boards.content import Board
from app.boards.queries import KeptBoard, find_board, version_of
from app.boards.service import claim_now, make, settle
from app.branches.queries import find_branch, front_branch
from app.db.scope import BranchScope, DirectoryScope
from app.kernel.clock import today
from app.kernel.errors import NotFound
from app.public.caching import Drawn, DrawnPages, answered
from app.public.projections import NO_BRANCH, NOBODY
from app.public.year import year_on
from app.web.transactions import reading, unit_of_work

PAGES: Final = DrawnPages(at_most=600)


def board_page(slug: str | None, part: str, draw: Callable[[Board], str]) -> Response:
    """The page `part` of a branch's board (None: the front page's), drawn only when it has changed.

    A page says "today" of some things, so it is drawn anew each day.
    Raises:
        NotFound: there is no such branch, or `draw` finds that it has no such part.
    """
    asked = (slug, part, str(get_locale()), today())
    with reading(DirectoryScope()) as session:
        version = version_of(session, slug)
        drawn = PAGES.find(asked, version) if version else None
        kept = find_board(session, slug) if version and drawn is None else None
    if drawn is None:
        kept = kept or first_board(slug)
        drawn = Drawn.of(draw(kept.board), kept.version)
        PAGES.keep(asked, drawn)
    return answered(drawn)


def board_now(slug: str | None) -> Board:
    """The board of a branch, or the front page's.

    Raises:
        NotFound: there is no such branch.
    """
    with reading(DirectoryScope()) as session:
        kept = find_board(session, slug)
    return (kept or first_board(slug)).board


def first_board(slug: str | None) -> KeptBoard:
    """Make a board that no worker has made yet, of a new branch or after a new release.

    Raises:
        NotFound: there is no such branch.
    """
    with reading(DirectoryScope()) as session:
        branch = find_branch(session, slug) if slug else front_branch(session)
    if branch is None:
        raise NotFound(NO_BRANCH)
    scope = BranchScope(branch.id, NOBODY)
    with unit_of_work(DirectoryScope()) as session:
        claim = claim_now(session, branch.id)
    with reading(scope) as session:
        made = make(session, branch.id)
    with unit_of_work(scope) as session:
        settle(session, made, claim)
    return KeptBoard(made.version, made.board)


def drawn_with(template: str, board: Board, **known: object) -> str:
    """A page of a board, without anything of the reader who happens to be the first."""
    everybody = {"board": board, "branch": board.branch, "year": year_on(board)}
    return render_template(template, **{"flashes": (), "query": {}, **everybody, **known})
