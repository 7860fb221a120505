"""A receipt's paper for who holds its link."""

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from app.giving.links import Opens
from app.public.giver.blueprint import bp, link_of, scope_of
from app.receipts.queries import get_receipt
from app.receipts.service import hasten_rendering, print_again
from app.storage import FileStore
from app.web.access import open_to_all
from app.web.transactions import reading, unit_of_work

ACCEPTED, SOON = 202, "2"


@bp.get("/bien-nhan/<token>")
@open_to_all
def paper(token: str) -> ResponseReturnValue:
    """The PDF; a page that tells to wait while it is made. A void receipt's says that it is void.

    Raises:
        NotFound: the link opens nothing, or no longer.
    """
    link = link_of(Opens.RECEIPT, token)
    with reading(scope_of(link)) as session:
        receipt = get_receipt(session, link.subject_id)
    rendition = "void" if receipt.voided_at else "original"
    files: FileStore = current_app.extensions["files"]
    try:
        content = files.read(receipt.digests.get(rendition, ""))
    except FileNotFoundError:
        with unit_of_work(scope_of(link)) as session:
            hasten_rendering(session, receipt.id)
            print_again(session, receipt, rendition)
        waiting = render_template("public/giver/waiting.html")
        return Response(waiting, ACCEPTED, headers={"Retry-After": SOON})
    name = f"{receipt.series.replace('/', '-')}-{receipt.number:07d}.pdf"
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
