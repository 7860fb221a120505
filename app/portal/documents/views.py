"""Documents of the branch's notice board."""

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.permissions import Permission
from app.boards.queries import documents
from app.boards.rules import refuse_unfit_pdf
from app.boards.service import publish_document, take_down_document
from app.portal.documents.forms import PublishForm, TakeDownForm
from app.web.access import requires
from app.web.transactions import reading, unit_of_work

bp = Blueprint("documents", __name__, url_prefix="/tai-lieu")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.DOCUMENTS_PUBLISH)
def index(slug: str) -> ResponseReturnValue:
    """What everybody can read of the branch, and the form that adds to it."""
    form = PublishForm.empty()
    if form.validate_on_submit():
        with form.file.data.stream as file:  # a large one lies on the disk until it is closed
            content = file.read()
        with form.reporting_errors():
            refuse_unfit_pdf(content)
            digest = current_app.extensions["files"].put(content)
            with unit_of_work() as session:
                publish_document(session, form.command(digest, len(content)))
            flash(gettext("Đã công bố. Tài liệu hiện trên trang của hội sau vài giây."), "good")
            return redirect(url_for(".index", slug=slug), 303)
    with reading() as session:
        shown = documents(session)
    page = render_template("portal/documents/index.html", form=form, documents=shown)
    return page, form.status


@bp.post("/<uuid:document_id>/go")
@requires(Permission.DOCUMENTS_PUBLISH)
def take_down(slug: str, document_id: UUID) -> ResponseReturnValue:
    """Show a document no more."""
    form = TakeDownForm()
    if form.validate_on_submit():
        with unit_of_work() as session:
            take_down_document(session, document_id)
        flash(gettext("Đã gỡ tài liệu khỏi trang của hội."), "good")
    return redirect(url_for(".index", slug=slug), 303)
