"""Verbs of offers. An offer is a wish and a code; money makes it a gift (matching.py)."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.giving.commands import MakeOffer
from app.giving.queries import OfferView, get_offer
from app.kernel.errors import Conflict, Invalid, marked
from app.kernel.memo_codes import new_memo_code

OTHER_OFFER: Final = marked("Mẫu này đã được gửi với nội dung khác. Hãy mở lại trang và nhập lại.")
NO_FUND: Final = marked("Quỹ này không còn nhận ủng hộ. Hãy chọn quỹ khác.")
NO_DRIVE: Final = marked("Đợt vận động này đã kết thúc hoặc là của quỹ khác. Hãy chọn lại.")
MAKE: Final = """
    INSERT INTO offers (id, request_digest, code, fund_id, drive_id, amount, way, donor_kind,
                        donor_name, is_anonymous, dedication, dedicated_to, email, locale)
    VALUES (:id, :digest, :code, :fund_id, :drive_id, :amount, :way, :donor_kind,
            :donor_name, :is_anonymous, :dedication, :dedicated_to, :email, :locale)
    ON CONFLICT ON CONSTRAINT offers_pkey DO NOTHING
"""
# What of fund and drive does not take gifts today; the answer is the field that is wrong.
UNFIT: Final = """
    SELECT CASE
      WHEN f.id IS NULL OR f.closed_on <= local_day(now()) THEN 'fund_id'
      WHEN CAST(:drive AS uuid) IS NOT NULL AND (d.id IS NULL OR d.fund_id <> f.id
        OR local_day(now()) < d.starts_on OR local_day(now()) > d.ends_on) THEN 'drive_id' END
    FROM (SELECT) AS asked
    LEFT JOIN funds f ON f.branch_id = current_branch() AND f.id = :fund
    LEFT JOIN drives d ON d.branch_id = current_branch() AND d.id = CAST(:drive AS uuid)
"""


def make_offer(session: Session, command: MakeOffer) -> OfferView:
    """Note what somebody wishes to give, and the code by which the money will name it.

    Promises that the same id makes one offer, with one code, however often it is sent.
    Raises:
        Invalid: fund or drive take no gifts today. Conflict: the id stands for another offer.
    """
    unfit = session.execute(
        text(UNFIT), {"fund": command.fund_id, "drive": command.drive_id}
    ).scalar()
    if unfit:
        raise Invalid(unfit, NO_FUND if unfit == "fund_id" else NO_DRIVE)
    session.execute(text(MAKE), _columns(command))
    same = session.execute(
        text(
            "SELECT FROM offers WHERE branch_id = current_branch() AND id = :id"
            " AND request_digest = :digest"
        ),
        {"id": command.id, "digest": command.digest()},
    ).first()
    if same is None:
        raise Conflict(OTHER_OFFER)
    return get_offer(session, command.id)


def _columns(command: MakeOffer) -> dict[str, object]:
    return {
        "id": command.id,
        "digest": command.digest(),
        "code": new_memo_code(),
        "fund_id": command.fund_id,
        "drive_id": command.drive_id,
        "amount": command.amount,
        "way": command.way.value,
        "donor_kind": command.donor_kind.value,
        "donor_name": command.donor_name,
        "is_anonymous": command.is_anonymous,
        "dedication": command.dedication.value if command.dedication else None,
        "dedicated_to": command.dedicated_to,
        "email": command.email,
        "locale": command.locale,
    }
