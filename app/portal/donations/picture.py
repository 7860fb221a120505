"""The receipt as a picture on the page: of one that was issued, or of one that would be.

Its words are those of the paper (templates/pdf/receipt.typ): Vietnamese for everybody.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date

from app.branches.queries import BranchView
from app.donations.commands import Method
from app.donors.commands import ANONYMOUS_NAME, DonorKind
from app.kernel.clock import local, today
from app.kernel.days import format_day
from app.kernel.money import format_vnd
from app.kernel.words import amount_in_words
from app.portal.donations.forms import RecordDonationForm
from app.receipts.drafts import METHOD_WORDS
from app.receipts.qr import qr_png
from app.receipts.queries import ReceiptView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPicture:
    """What components/receipt_preview.html shows; a text that is not known yet is empty.

    `qr` is the address of an image. `number` is empty until it is drawn.
    """

    upper_name: str
    branch_name: str
    branch_address: str
    number: str
    donor_name: str
    donor_address: str
    amount: str
    amount_in_words: str
    method: str
    received_on: str
    fund_name: str
    purpose: str
    is_in_kind: bool
    place_and_date: str
    recorded_by: str
    verify_code: str = ""
    qr: str = ""
    void_line: str = ""


def picture_of_receipt(receipt: ReceiptView, *, public_url: str) -> ReceiptPicture:
    """The receipt as it was issued; a void one says so."""
    snapshot = receipt.snapshot
    verify_url = f"{public_url}/xac-minh/{receipt.verify_code}"
    return ReceiptPicture(
        upper_name=snapshot["upper_name"] or "",
        branch_name=snapshot["branch_name"],
        branch_address=snapshot["branch_address"] or "",
        number=f"{receipt.series} · {receipt.number:07d}",
        donor_name=snapshot["donor_name"],
        donor_address=snapshot["donor_address"] or "",
        amount=format_vnd(snapshot["amount"]),
        amount_in_words=snapshot["amount_in_words"],
        method=snapshot["method"],
        received_on=format_day(date.fromisoformat(snapshot["received_on"])),
        fund_name=snapshot["fund_name"],
        purpose=snapshot["purpose"] or "",
        is_in_kind=snapshot["is_in_kind"],
        place_and_date=place_and_date(snapshot["place"], local(receipt.issued_at).date()),
        recorded_by=snapshot["recorded_by"] or "",
        verify_code=receipt.verify_code,
        qr="data:image/png;base64," + b64encode(qr_png(verify_url)).decode(),
        void_line=void_line(receipt),
    )


def picture_of_form(form: RecordDonationForm, branch: BranchView, clerk: str) -> ReceiptPicture:
    """The receipt that sending the form now would make, as far as the form can be read."""
    amount, day, method = form.amount.reading, form.received_on.day, form.method.data
    known = form.known
    is_unnamed = form.donor_kind.data == DonorKind.ANONYMOUS.value
    typed_name = form.donor_name.data or (ANONYMOUS_NAME if is_unnamed else "")
    return ReceiptPicture(
        upper_name=branch.parent_name or "",
        branch_name=branch.name,
        branch_address=branch.address or "",
        number="",
        donor_name=known.name if known else typed_name,
        donor_address=(known.address if known else form.donor_address.data) or "",
        amount=format_vnd(amount) if amount else "",
        amount_in_words=amount_in_words(amount) if amount else "",
        method=METHOD_WORDS.get(method, ""),
        received_on=format_day(day) if day else untouched_day(form),
        fund_name=dict(form.fund_id.choices).get(form.fund_id.data or first_fund(form), ""),
        purpose=form.note.data or "",
        is_in_kind=method == Method.IN_KIND.value,
        place_and_date=place_and_date(branch.short_name, today()),
        recorded_by=clerk,
    )


def untouched_day(form: RecordDonationForm) -> str:
    """The day that the form was opened with; nothing when what was typed is no day."""
    return "" if form.received_on.process_errors else form.received_on.data or ""


def first_fund(form: RecordDonationForm) -> str:
    """The fund that stands in the field before anybody chooses."""
    return str(form.fund_id.choices[0][0]) if form.fund_id.choices else ""


def place_and_date(place: str, day: date) -> str:
    """Days below 10 and months below 3 with a zero, as NĐ 30 writes them."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)  # noqa: PLR2004
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def void_line(receipt: ReceiptView) -> str:
    """When and why the receipt was voided; empty while it is good."""
    if receipt.voided_at is None:
        return ""
    voided_on = format_day(local(receipt.voided_at).date())
    return f"Đã huỷ ngày {voided_on}. Lý do: {receipt.void_reason}"
