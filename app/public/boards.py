"""Pages drawn from boards: a view costs one look at the board's version, and no tenant table."""

from collections.abc import Callable
from typing import Final

from flask import Response, render_template
from flask_babel import get_locale
from sqlalchemy.orm import Session

from app.boards.content import Board
from app.boards.queries import KeptBoard, find_board, version_of
from app.branches.queries import find_branch, front_branch
from app.db.scope import DirectoryScope
from app.kernel.clock import today
from app.kernel.errors import Busy, NotFound, marked
from app.public.caching import Drawn, DrawnPages, answered
from app.public.projections import NO_BRANCH
from app.public.year import year_on
from app.web.transactions import reading

PAGES: Final = DrawnPages(at_most=600)
BEING_MADE: Final = marked("Bảng tin của đơn vị này đang được lập. Xin mở lại sau vài giây.")


def board_page(slug: str | None, part: str, draw: Callable[[Board], str]) -> Response:
    """The page `part` of a branch's board (None: the front page's), drawn only when it has changed.

    A page says "today" of some things, so it is drawn anew each day.
    Raises:
        NotFound: there is no such branch, or `draw` finds that it has no such part.
        Busy: its board was never made.
    """
    asked = (slug, part, str(get_locale()), today())
    with reading(DirectoryScope()) as session:
        version = version_of(session, slug)
        drawn = PAGES.find(asked, version) if version else None
        kept = None if drawn else kept_board(session, slug)
    if kept is not None:
        drawn = Drawn.of(draw(kept.board), kept.version)
        PAGES.keep(asked, drawn)
    return answered(drawn) if drawn else Response(status=500)


def kept_board(session: Session, slug: str | None) -> KeptBoard:
    """The board of a branch, or the front page's.

    Raises:
        NotFound: there is no such branch.
        Busy: its board was never made.
    """
    kept = find_board(session, slug)
    if kept is not None:
        return kept
    branch = find_branch(session, slug) if slug else front_branch(session)
    if branch is None:
        raise NotFound(NO_BRANCH)
    raise Busy(BEING_MADE)


def drawn_with(template: str, board: Board, **known: object) -> str:
    """A page of a board, without anything of the reader who happens to be the first."""
    everybody = {"board": board, "branch": board.branch, "year": year_on(board)}
    return render_template(template, **{"flashes": (), "query": {}, **everybody, **known})
