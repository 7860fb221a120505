"""One line: what the bank told, what it was found to be, and what may still be said of it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.permissions import Permission
from app.banking.queries import LineFilter, LineView, get_line, lines
from app.donations.service import RecordedDonation
from app.giving.commands import GiftFromLines, Part
from app.giving.dispositions import Disposition, dispose, link_payout, link_recorded_gift, net
from app.giving.matches import matches_of_line, take_match_back
from app.giving.matching import gift_of_offer, give_from_lines
from app.giving.proposals import Why, proposals
from app.giving.queries import get_offer
from app.kernel.ids import uuid7
from app.portal.bank.blueprint import bp
from app.portal.bank.line_forms import (
    NETTED,
    DispositionForm,
    GiftOfLineForm,
    ProposalForm,
    TakeBackForm,
)
from app.portal.bank.twin_form import TwinForm
from app.portal.branch import may
from app.portal.paging import id_of
from app.web.access import requires
from app.web.transactions import reading, unit_of_work


@bp.get("/dong/<uuid:line_id>")
@requires(Permission.BANK_VIEW)
def line(slug: str, line_id: UUID) -> ResponseReturnValue:
    """The line, and while some of it is open, the ways to say what it was."""
    with reading() as session:
        return page_of(session, get_line(session, line_id), {}), 200


@bp.post("/dong/<uuid:line_id>/xac-nhan")
@requires(Permission.BANK_RECORD)
def confirm(slug: str, line_id: UUID) -> ResponseReturnValue:
    """Confirm one of the proposals."""
    with reading() as session:
        shown = get_line(session, line_id)
        form = ProposalForm.over(list(proposals(session, shown)))
        is_right = form.validate_on_submit()
    if is_right:
        why, subject_id = form.chosen()
        if why in {Why.ACCOUNT, Why.NAME}:
            # Fund and drive are still to be chosen: the form of a gift, with the giver known.
            return redirect(url_for(".gift", slug=slug, line_id=line_id, nguoi=subject_id), 303)
        with form.reporting_errors(), unit_of_work() as session:
            confirm_proposal(session, shown, why, subject_id)
            flash(gettext("Đã khớp dòng sao kê."), "good")
            return redirect(url_for(".line", slug=slug, line_id=line_id), 303)
    with reading() as session:
        return page_of(session, shown, {"proposal_form": form}), form.status


def confirm_proposal(session: Session, line: LineView, why: Why, subject_id: UUID) -> None:
    """Do what a person confirmed: the line is an offer's gift, one typed before, or card money.

    Raises:
        DomainError: as give_from_lines, link_payout and link_recorded_gift refuse.
    """
    if why is Why.RECORDED:
        link_recorded_gift(session, line.id, subject_id)
        return
    if why is Why.PAYOUT:
        link_payout(session, line.id, subject_id)
        return
    gift = gift_of_offer(get_offer(session, subject_id), line, uuid7())
    part = Part(line.id, gift.amount)
    give_from_lines(session, GiftFromLines(gift=gift, parts=[part], offer_id=subject_id))


@bp.route("/dong/<uuid:line_id>/ung-ho", methods=["GET", "POST"])
@requires(Permission.BANK_RECORD)
def gift(slug: str, line_id: UUID) -> ResponseReturnValue:
    """Record a gift of the line's money, or of a part of it; ?nguoi= is a giver of the branch."""
    with reading() as session:
        shown = get_line(session, line_id)
        form = GiftOfLineForm.for_line(session, shown, request.args.get("nguoi", ""))
        is_clear = form.validate_on_submit() and form.is_clear(session)
    if is_clear:
        with form.reporting_errors(), unit_of_work() as session:
            told(give_from_lines(session, form.from_line()))
            return redirect(url_for(".line", slug=slug, line_id=line_id), 303)
    page = render_template(
        "portal/bank/gift.html", form=form, line=shown, is_swapped=False, told_kind=None,
        source=form.counted_under(),
    )  # fmt: skip
    return page, form.status


@bp.post("/dong/<uuid:line_id>/khac")
@requires(Permission.BANK_RECORD)
def something_else(slug: str, line_id: UUID) -> ResponseReturnValue:
    """Say that the line was cash, a fee, or came and went."""
    with reading() as session:
        shown = get_line(session, line_id)
        form = DispositionForm.for_line(session, shown)
        is_right = form.validate_on_submit()
    if is_right:
        with form.reporting_errors(), unit_of_work() as session:
            say_otherwise(session, shown, form)
            flash(gettext("Đã ghi dòng sao kê."), "good")
            return redirect(url_for(".line", slug=slug, line_id=line_id), 303)
    with reading() as session:
        return page_of(session, shown, {"other_form": form}), form.status


def say_otherwise(session: Session, line: LineView, form: DispositionForm) -> None:
    """Do what the form says.

    Raises:
        DomainError: as dispose and net refuse.
    """
    if form.disposition.data == NETTED:
        pair = (line.id, id_of(form.other.data))
        credit_id, debit_id = pair if line.side == "credit" else pair[::-1]
        net(session, credit_id, debit_id)
        return
    fund_id = id_of(form.fund_id.data) if form.fund_id.data else None
    dispose(session, line.id, Disposition(form.disposition.data), fund_id)


@bp.post("/dong/<uuid:line_id>/khop/<uuid:match_id>/go-ra")
@requires(Permission.BANK_RECORD)
def take_back(slug: str, line_id: UUID, match_id: UUID) -> ResponseReturnValue:
    """Say no more that the line was this; it waits again."""
    form = TakeBackForm()
    if form.validate_on_submit():
        with form.reporting_errors(), unit_of_work() as session:
            if take_match_back(session, line_id, match_id):
                flash(gettext("Đã gỡ ra. Dòng sao kê lại chờ xác định."), "good")
            return redirect(url_for(".line", slug=slug, line_id=line_id), 303)
    with reading() as session:
        return page_of(session, get_line(session, line_id), {"back_form": form}), form.status


def page_of(session: Session, line: LineView, forms: dict[str, object]) -> str:
    """The page of a line with the forms that a person sent wrong, and fresh ones for the rest."""
    is_open = bool(line.open_amount) and may(Permission.BANK_RECORD)
    is_gift = is_open and line.side == "credit"
    fresh = {
        "proposal_form": ProposalForm.over(list(proposals(session, line))) if is_gift else None,
        "other_form": DispositionForm.for_line(session, line) if is_open else None,
        "back_form": None,
        "twin_form": twin_form(session, line) if is_open else None,
    }
    return render_template(
        "portal/bank/line.html",
        line=line,
        matches=matches_of_line(session, line.id),
        next_line=None if line.open_amount else next_waiting(session, line),
        **fresh | forms,
    )


def next_waiting(session: Session, line: LineView) -> UUID | None:
    """The line that waits below this one in the list, or at its top when there is none below."""
    below = lines(session, LineFilter(is_open=True, after=(line.day, line.id), at_most=1))
    found = below or lines(session, LineFilter(is_open=True, at_most=1))
    return found[0].id if found else None


def twin_form(session: Session, line: LineView) -> TwinForm | None:
    """The form that says with which line of a statement it is one, when there is any such."""
    form = TwinForm.for_line(session, line)
    return form if form.twin.choices else None


def told(recorded: RecordedDonation) -> None:
    """Say what was recorded."""
    number = f"{recorded.series} · {recorded.number:07d}"
    flash(gettext("Đã ghi vào sổ. Biên nhận số %(number)s.", number=number), "good")
