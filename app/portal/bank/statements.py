"""Taking in a bank's statement; of a bank that nobody knew yet, its columns are asked once."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.permissions import Permission
from app.banking.commands import ImportStatement, ToldStatement
from app.banking.lines import import_statement, refuse_same_file
from app.banking.queries import AccountView, get_account
from app.banking.service import remember_columns
from app.banking.statements.mapping import ColumnMapping
from app.banking.statements.reading import read_statement
from app.banking.statements.refusals import Preview, UnknownLayout
from app.portal.bank.blueprint import bp
from app.portal.bank.statement_forms import SHOWN_ROWS, ColumnsForm, SentFile, UploadForm
from app.portal.paging import id_of
from app.storage import FileStore, sha256
from app.web.access import requires
from app.web.forms import BaseForm
from app.web.transactions import reading, unit_of_work


@bp.route("/sao-ke", methods=["GET", "POST"])
@requires(Permission.BANK_RECORD)
def upload(slug: str) -> ResponseReturnValue:
    """Take in a file; when its columns are not known, ask what they mean."""
    with reading() as session:
        form = UploadForm.for_branch(session)
        is_right = form.validate_on_submit()
        account = get_account(session, id_of(form.account_id.data)) if is_right else None
    if account is not None:
        content = form.file.data.read()
        sent = SentFile(account.id, sha256(content), form.name())
        with form.reporting_errors():
            with reading() as session:
                refuse_same_file(session, sent.digest)
            files().put(content)
            try:
                statement = read_statement(content, account.number, mapping_of(account))
            except UnknownLayout as error:
                asked = ColumnsForm.over(error.preview, sent=sent.sealed(slug), id=form.id.data)
                return columns_page(asked, account, error.preview)
            return taken_in(form, sent, statement)
    return render_template("portal/bank/upload.html", form=form), form.status


@bp.post("/sao-ke/cot")
@requires(Permission.BANK_RECORD)
def columns(slug: str) -> ResponseReturnValue:
    """Read a sent file again with its columns named, and remember them for its account.

    Raises:
        NotFound: what was sent names no file of this branch.
    """
    sent = SentFile.unsealed(slug, request.form.get("sent", ""))
    with reading() as session:
        account = get_account(session, sent.account_id)
    content = files().read(sent.digest)
    preview = preview_of(content, account)
    form = ColumnsForm.over(preview)
    if form.validate_on_submit():
        with form.reporting_errors():
            mapping = form.mapping(preview)
            statement = read_statement(content, account.number, mapping)
            answer = taken_in(form, sent, statement)
            with unit_of_work() as session:
                remember_columns(session, account.id, mapping.to_json())
            return answer
    return columns_page(form, account, preview)


def taken_in(
    form: UploadForm | ColumnsForm, sent: SentFile, statement: ToldStatement
) -> ResponseReturnValue:
    """Take in a statement that was read from a stored file, and lead to what it brought.

    Raises:
        DomainError: as import_statement refuses.
    """
    command = ImportStatement(
        id=form.id.id_value or id_of(""),
        account_id=sent.account_id,
        file_name=sent.name,
        file_digest=sent.digest,
        statement=statement,
    )
    with unit_of_work() as session:
        done = import_statement(session, command)
    said = gettext(
        "Đã nhập sao kê: %(new)s dòng mới, %(known)s dòng đã có từ trước.",
        new=str(done.new_count),
        known=str(done.known_count),
    )
    flash(said, "good")
    return redirect(url_for(".index", slug=(request.view_args or {})["slug"]), 303)


def preview_of(content: bytes, account: AccountView) -> Preview:
    """The first rows of a file whose columns are not known; nothing of one that can be read."""
    try:
        read_statement(content, account.number, mapping_of(account))
    except UnknownLayout as error:
        return error.preview
    return ()


def columns_page(form: BaseForm, account: AccountView, preview: Preview) -> ResponseReturnValue:
    """The question which column means what, above the rows of the file."""
    page = render_template(
        "portal/bank/columns.html", form=form, account=account, rows=preview[:SHOWN_ROWS]
    )
    return page, form.status


def mapping_of(account: AccountView) -> ColumnMapping | None:
    """The columns that a person named for this account's files before."""
    told = account.column_mapping
    return ColumnMapping.from_json(told) if told else None


def files() -> FileStore:
    """Where sent files are kept."""
    store: FileStore = current_app.extensions["files"]
    return store
