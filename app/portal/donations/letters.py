"""The letter of a receipt: where it stands, and sending it (again)."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from app.accounts.permissions import Permission
from app.donations.queries import get_donation
from app.donors.queries import get_donor
from app.giving.own_pages import send_now
from app.kernel.errors import Conflict, marked
from app.mail.commands import NewMessage
from app.portal.donations.blueprint import bp
from app.web.access import requires
from app.web.transactions import unit_of_work

NO_MAILBOX = marked("Chưa biết thư điện tử của người này. Hãy sửa thông tin nhà hảo tâm trước.")


@bp.post("/<uuid:donation_id>/gui-thu")
@requires(Permission.DONATIONS_RECORD)
def send_letter(slug: str, donation_id: UUID) -> ResponseReturnValue:
    """Mail the receipt to its giver; one that is on its way is not sent beside itself.

    Raises:
        NotFound: absent, or another branch's. Conflict: nobody knows the giver's mailbox.
    """
    with unit_of_work() as session:
        gift = get_donation(session, donation_id)
        giver = get_donor(session, gift.donor_id)
        if not giver.email or gift.reversed_at:
            raise Conflict(NO_MAILBOX)
        letter = NewMessage(
            purpose="receipt",
            object_id=gift.receipt_id,
            recipient=giver.email,
            locale=str(get_locale()),
        )
        will_leave = send_now(session, letter)
    if will_leave:
        flash(gettext("Biên nhận sẽ tới hộp thư của người ủng hộ trong ít phút."), "good")
    else:
        flash(gettext("Thư vừa gửi hoặc đang trên đường, chưa cần gửi lại."), "info")
    return redirect(url_for(".show", slug=slug, donation_id=donation_id), 303)
