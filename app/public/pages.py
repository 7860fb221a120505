"""The city's front page and a branch's pages: how much came, from where, where it went."""

from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.boards.content import Appeal, Board, MoneyIn
from app.branches.queries import front_branch, names_below
from app.db.scope import DirectoryScope
from app.kernel.clock import today
from app.kernel.errors import NotFound, marked
from app.public.boards import board_now, board_page, drawn_with
from app.public.caching import KEPT, kept_a_minute
from app.public.projections import NO_BRANCH
from app.public.search import Found, matching
from app.public.share_images import ShareImage, share_png
from app.public.way_back import way_back
from app.rollups.years import NOT_GIVEN
from app.web import year_charts
from app.web.access import open_to_all
from app.web.filters import money
from app.web.labels import label
from app.web.transactions import reading
from app.web.wording import gettext

bp = Blueprint("public", __name__)
year_charts.install(bp)

NO_DRIVE = marked("Không tìm thấy đợt vận động này.")
NO_DOCUMENT = marked("Không tìm thấy tài liệu này.")
FOR_GOOD = "public, max-age=31536000, immutable"


@bp.get("/")
@open_to_all
def front() -> ResponseReturnValue:
    """The city's year, and the way to one's own branch (?q= finds it by name)."""
    asked = request.args.get("q", "").strip()
    if not asked:
        return board_page(None, "front", front_page)
    with reading(DirectoryScope()) as session:
        city = front_branch(session)
        if city is None:
            raise NotFound(NO_BRANCH)
        found = matching(names_below(session, city.id), asked)
    return kept_a_minute(front_page(board_now(None), asked=asked, found=found))


@bp.get("/q/<slug>")
@open_to_all
def branch(slug: str) -> ResponseReturnValue:
    """One branch: its year, drives, funds, money in and out, roll, accounts and documents."""
    return board_page(slug, "branch", branch_page)


@bp.get("/q/<slug>/dot/<uuid:drive_id>")
@open_to_all
def drive(slug: str, drive_id: UUID) -> ResponseReturnValue:
    """One drive: what it wants and how far it has come; may be shared with its picture."""
    return board_page(slug, f"drive {drive_id}", lambda board: drive_page(board, drive_id))


@bp.get("/q/<slug>/dot/<uuid:drive_id>/anh.png")
@open_to_all
def drive_image(slug: str, drive_id: UUID) -> ResponseReturnValue:
    """The picture that goes with a shared drive; an old address leads to the present one."""
    board = board_now(slug)
    image = ShareImage.of(board, drive_of(board, drive_id))
    if request.args.get("v") != image.mark:
        return redirect(url_for(".drive_image", slug=slug, drive_id=drive_id, v=image.mark))
    answer = Response(share_png(image), mimetype="image/png")
    answer.headers["Cache-Control"] = FOR_GOOD
    return answer


@bp.get("/q/<slug>/tai-lieu/<digest>")
@open_to_all
def document(slug: str, digest: str) -> ResponseReturnValue:
    """A file that the branch's board shows now."""
    paper = board_now(slug).paper(digest)
    if paper is None:
        raise NotFound(NO_DOCUMENT)
    try:
        content = current_app.extensions["files"].read(paper.digest)
    except FileNotFoundError as error:
        raise NotFound(NO_DOCUMENT) from error
    answer = Response(content, mimetype=paper.media_type)
    answer.headers["Cache-Control"] = KEPT
    # What somebody sent in is never opened on our pages: it is saved, and may do nothing here.
    name = f"{paper.kind}-{paper.published_on}.{paper.media_type.rpartition('/')[2]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def front_page(board: Board, *, asked: str = "", found: Found | None = None) -> str:
    """The front page, with what a search found."""
    query = {"q": asked} if asked else {}
    return drawn_with("public/front.html", board, query=query, asked=asked, found=found)


def branch_page(board: Board) -> str:
    """A branch's page."""
    return drawn_with(
        "public/branch.html",
        board,
        way_back=way_back(board.branch),
        open_drives=[drive for drive in board.drives if drive.is_open_on(today())],
        roll=[(each.name, money(each.amount)) for each in board.roll.names],
        giver_word=giver_word,
    )


def giver_word(received: MoneyIn) -> str:
    """What stands for who gave when he is not named; dues and interest tell what they are."""
    is_gift = received.source not in NOT_GIVEN
    return gettext("Nhà hảo tâm") if is_gift else label(received.source)


def drive_page(board: Board, drive_id: UUID) -> str:
    """A drive's page.

    Raises:
        NotFound: the branch has no such drive.
    """
    shown = drive_of(board, drive_id)
    return drawn_with(
        "public/drive.html",
        board,
        drive=shown,
        is_open=shown.is_open_on(today()) and board.branch.closed_on is None,
        way_back=[*way_back(board.branch), (board.branch.short_name, f"/q/{board.branch.slug}")],
        giver_word=giver_word,
        public_url=current_app.extensions["settings"].public_url,
        image=ShareImage.of(board, shown),
    )


def drive_of(board: Board, drive_id: UUID) -> Appeal:
    """The drive with this id.

    Raises:
        NotFound: the branch has none.
    """
    found = next((drive for drive in board.drives if drive.id == drive_id), None)
    if found is None:
        raise NotFound(NO_DRIVE)
    return found
