"""Signing in and out."""

import re
from collections.abc import Iterable
from typing import Final

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from wtforms import PasswordField, StringField

from app.accounts.passwords import password_matches
from app.accounts.queries import UserView, find_user_by_email, seats_of_actor
from app.branches.queries import branches_called
from app.db.scope import ActorScope, DirectoryScope
from app.kernel.errors import NotSignedIn, marked
from app.portal.guesses import count_guess, remember_browser
from app.web.access import open_to_all
from app.web.errors import STATUS, is_for_part, is_for_software, on_refusal, signed_out
from app.web.fields import Required
from app.web.form_tokens import shows_form
from app.web.forms import BaseForm
from app.web.labels import label
from app.web.people import sign_in, sign_out
from app.web.transactions import reading

bp = Blueprint("sign_in", __name__)

OWN_PAGE: Final = re.compile(r"/b/[a-z0-9-]+(/[a-z0-9-]+)*/?")
KEPT: Final = "kept-"
NEVER_KEPT: Final = {"csrf_token", "old_password", "password", "repeated"}
Typed = list[tuple[str, str]]


class SignInForm(BaseForm):
    """E-mail and password."""

    email = StringField(
        lazy_gettext("Thư điện tử"), [Required(marked("Nhập địa chỉ thư điện tử của bạn."))]
    )
    password = PasswordField(lazy_gettext("Mật khẩu"), [Required(marked("Nhập mật khẩu của bạn."))])


@bp.route("/dang-nhap", methods=["GET", "POST"])
@open_to_all
def enter() -> ResponseReturnValue:
    """Sign in; the answer to a wrong e-mail and to a wrong password is the same, and as slow."""
    form = SignInForm()
    if form.validate_on_submit():
        with reading(DirectoryScope()) as session:
            user = find_user_by_email(session, form.email.data)
        guess = count_guess(form.email.data, user.id if user else None)
        if password_matches(user.password_hash if user else None, form.password.data) and user:
            guess.was_right()
            return entered(user)
        form.form_errors.append(
            gettext("Thư điện tử hoặc mật khẩu chưa đúng. Kiểm tra lại rồi thử lần nữa.")
        )
        form.status = STATUS["invalid"]
    return sign_in_page(form, request.args.get("next"), kept()), form.status


def sign_in_first(error: NotSignedIn) -> ResponseReturnValue:
    """Nobody is at the browser: the way to the page by signing in, with what was sent kept."""
    if is_for_software():
        return on_refusal(error)
    if is_for_part():
        return signed_out()
    if request.method != "POST":
        return redirect(url_for("sign_in.enter", next=request.path), 303)
    if not shows_form():
        return redirect(url_for("sign_in.enter"), 303)
    typed = typed_in(request.form.items(multi=True))
    page = sign_in_page(SignInForm(formdata=None), request.path, typed)
    return page, STATUS["not_signed_in"]


def sign_in_page(form: SignInForm, wanted: str | None, typed: Typed) -> str:
    """The page on which one signs in to go on to `wanted`, where `typed` is waiting."""
    there = own_page(wanted)
    return render_template(
        "portal/sign_in.html",
        form=form,
        action=url_for("sign_in.enter", next=there),
        typed=typed,
        is_demo=current_app.extensions["settings"].is_demo,
    )


def kept() -> Typed:
    """What was typed before the session ended, as the sign-in page carries it along."""
    return [
        (name.removeprefix(KEPT), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(KEPT)
    ]


def typed_in(sent: Iterable[tuple[str, str]]) -> Typed:
    """What a form was sent with that is worth keeping: no token, and no password."""
    return [(name, value) for name, value in sent if name not in NEVER_KEPT]


def entered(user: UserView) -> Response:
    """Sign the person in, and lead to where he wanted to go, with what he had typed there."""
    sign_in(user)
    there = own_page(request.args.get("next"))
    typed = kept()
    if there and typed:
        answer = make_response(render_template("portal/resume.html", action=there, typed=typed))
    else:
        answer = make_response(redirect(there or url_for("sign_in.choose"), 303))
    remember_browser(answer, user.id)
    return answer


@bp.get("/chon-don-vi")
@open_to_all
def choose() -> ResponseReturnValue:
    """The branches of the person: straight to the only one, or a choice."""
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.enter"), 303)
    with reading(ActorScope(current_user.id)) as session:
        seats = {seat.branch_slug: seat.roles for seat in seats_of_actor(session)}
        branches = branches_called(session, list(seats))
    if len(branches) == 1:
        return redirect(f"/b/{branches[0].slug}/", 303)
    roles = {slug: ", ".join(label(role) for role in held) for slug, held in seats.items()}
    return render_template("portal/choose_branch.html", branches=branches, roles=roles)


@bp.post("/dang-xuat")
@open_to_all
def leave() -> ResponseReturnValue:
    """Sign out; the old cookie opens nothing any more."""
    sign_out()
    return redirect(url_for("sign_in.enter"), 303)


def own_page(asked: str | None) -> str | None:
    """Where to go after signing in: only a page of the portal, named by its path."""
    return asked if asked and OWN_PAGE.fullmatch(asked) else None
