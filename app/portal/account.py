"""The page of the person who is signed in: who that is here, and a new password."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from wtforms import PasswordField
from wtforms.validators import ValidationError

from app.accounts.passwords import MAX_LENGTH, MIN_LENGTH, password_matches
from app.accounts.permissions import Permission
from app.accounts.queries import find_user
from app.accounts.service import change_password
from app.db.scope import DirectoryScope
from app.kernel.errors import NotSignedIn, marked
from app.portal.guesses import count_own_guess
from app.web.access import SIGN_IN_FIRST, requires
from app.web.errors import STATUS
from app.web.fields import Required
from app.web.forms import BaseForm
from app.web.labels import label
from app.web.people import sign_in
from app.web.transactions import reading, unit_of_work

bp = Blueprint("account", __name__, url_prefix="/tai-khoan")


class ChangePasswordForm(BaseForm):
    """The old password, and the new one twice, for nobody sees what is typed."""

    old_password = PasswordField(
        lazy_gettext("Mật khẩu đang dùng"), [Required(marked("Nhập mật khẩu đang dùng."))]
    )
    password = PasswordField(
        lazy_gettext("Mật khẩu mới"),
        [Required(marked("Nhập mật khẩu mới."))],
        description=lazy_gettext(
            "Từ %(low)s đến %(high)s ký tự, dấu cách cũng được. Dễ nhớ mà khó đoán: bốn năm từ"
            " không dính dáng nhau.",
            low=MIN_LENGTH,
            high=MAX_LENGTH,
        ),
    )
    repeated = PasswordField(
        lazy_gettext("Nhập lại mật khẩu mới"), [Required(marked("Nhập lại mật khẩu mới."))]
    )

    def validate_repeated(self, field: PasswordField) -> None:
        """What was typed twice alike was typed as meant."""
        if field.data and field.data != self.password.data:
            raise ValidationError(gettext("Hai lần nhập mật khẩu mới chưa giống nhau."))

    def is_by_the_owner(self) -> bool:
        """Whether the old password is right; a guess like any, for an open machine is anybody's.

        Raises:
            TooMany: guessed too often within the hour.
        """
        guess = count_own_guess(current_user.id)
        with reading(DirectoryScope()) as session:
            user = find_user(session, current_user.id)
        if password_matches(user.password_hash if user else None, self.old_password.data or ""):
            guess.was_right()
            return True
        self.old_password.errors = [gettext("Mật khẩu đang dùng chưa đúng.")]
        self.status = STATUS["invalid"]
        return False


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.BRANCH_VIEW)
def show(slug: str) -> ResponseReturnValue:
    """Who is signed in; a new password ends every other session of the person."""
    form = ChangePasswordForm()
    if form.validate_on_submit() and form.is_by_the_owner():
        with form.reporting_errors():
            with unit_of_work() as session:
                change_password(session, user_id=current_user.id, password=form.password.data)
            stay()
            flash(gettext("Đã đổi mật khẩu. Các máy khác phải đăng nhập lại."), "good")
            return redirect(url_for(".show", slug=slug), 303)
    known = [
        (gettext("Họ tên"), current_user.name),
        (gettext("Thư điện tử"), current_user.email),
        (gettext("Vai trò ở đơn vị này"), ", ".join(label(role) for role in g.roles)),
    ]
    return render_template("portal/account/show.html", form=form, known=known), form.status


def stay() -> None:
    """Begin a session under the new password, in place of the one that ended with the old.

    Raises:
        NotSignedIn: the person was deactivated meanwhile.
    """
    with reading(DirectoryScope()) as session:
        user = find_user(session, current_user.id)
        if user is None:
            raise NotSignedIn(SIGN_IN_FIRST)
        sign_in(user)
