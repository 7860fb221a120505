"""The poster of an account: for a wall, so only of one that the city has verified."""

from uuid import UUID

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Permission
from app.banking.queries import get_account
from app.branches.queries import BranchView
from app.funds.queries import open_drives
from app.giving.poster import Poster, render
from app.giving.vietqr import Payee
from app.kernel.errors import Conflict, NotFound, marked
from app.portal.bank.blueprint import bp
from app.portal.paging import id_of
from app.web.access import requires
from app.web.transactions import reading

NOT_VERIFIED = marked(
    "Tài khoản chưa được thành phố xác nhận, hoặc đã đóng, nên không in áp phích."
)
NO_DRIVE = marked("Không tìm thấy đợt vận động này.")


@bp.get("/tai-khoan/<uuid:account_id>/ap-phich.pdf")
@requires(Permission.BANK_VIEW)
def poster(slug: str, account_id: UUID) -> ResponseReturnValue:
    """A page for the wall, of the branch's fund or of the drive ?dot=.

    Raises:
        NotFound: absent, or another branch's. Conflict: not verified, or closed.
    """
    branch: BranchView = g.branch
    with reading() as session:
        account = get_account(session, account_id)
        drives = {drive.id: drive.name for drive in open_drives(session)}
    if not account.takes_gifts or account.verified_on is None:
        raise Conflict(NOT_VERIFIED)
    asked = request.args.get("dot")
    if asked and id_of(asked) not in drives:
        raise NotFound(NO_DRIVE)
    printed = render(
        Poster(
            upper_name=branch.parent_name or "",
            branch_name=branch.name,
            purpose=drives[id_of(asked)] if asked else "Quỹ Khuyến học",
            payee=Payee(account.bank, account.number),
            holder=account.holder,
            page_url=f"{current_app.extensions['settings'].public_url}/q/{slug}",
            verified_on=account.verified_on,
        )
    )
    answer = Response(printed, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="ap-phich-{slug}.pdf"'
    return answer
