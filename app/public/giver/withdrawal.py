"""A giver withdraws his name from every public page."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.boards.service import withdraw_from_roll
from app.public.giver.blueprint import bp, page_link, scope_of
from app.web.access import open_to_all
from app.web.transactions import unit_of_work


@bp.post("/trang-cua-toi/<token>/rut-ten")
@open_to_all
def withdraw(token: str) -> ResponseReturnValue:
    """Name the giver nowhere any more; asked again, nothing changes.

    Raises:
        NotFound: the link opens nothing, or no longer.
    """
    link = page_link(token)
    with unit_of_work(scope_of(link)) as session:
        withdraw_from_roll(session, link.subject_id)
    flash(gettext("Đã rút tên. Trang công khai bỏ tên bạn trong vài phút."), "good")
    return redirect(url_for(".show", token=token), 303)
