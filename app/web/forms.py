"""Forms parse and check shape; what the domain refuses is shown at the field it names."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm

from app.kernel.errors import Busy, Conflict, DomainError, InsufficientFunds, Invalid, marked
from app.web.errors import STATUS, told
from app.web.form_tokens import is_stale

STALE = marked(
    "Lần gửi vừa rồi chưa được ghi. Những gì đã nhập, trừ mật khẩu, vẫn còn ở dưới: xem lại rồi"
    " bấm gửi lần nữa."
)


class BaseForm(FlaskForm):
    """A form that can show refusals. `status` is the answer's status when it is shown again."""

    status: int = 200

    @property
    def heading(self) -> str:
        """What stands over the refusals: nothing has to be put right in what only came too late."""
        return gettext("Mẫu này đã để quá lâu") if is_stale() else gettext("Có chỗ cần sửa")

    def validate_on_submit(self) -> bool:
        """Whether the form was sent, not too late, and its shape is right."""
        if self.is_submitted() and is_stale():
            self.status = STATUS["malformed"]
            self.form_errors.append(gettext(STALE))
            return False
        is_right = bool(super().validate_on_submit())
        if self.is_submitted() and not is_right:
            self.status = STATUS["invalid"]
        return is_right

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the shape is right; a field that was sent twice has no value to go by."""
        is_right = bool(super().validate(extra_validators))
        doubled = [field for field in self if len(field.raw_data or ()) > 1]
        for field in doubled:
            field.errors = [*field.errors, gettext("Ô này được gửi hai lần. Hãy nhập một lần.")]
        return is_right and not doubled

    @contextmanager
    def reporting_errors(self) -> Iterator[None]:
        """Show the refusal of the block at its field, or above the form when it has none."""
        try:
            yield
        except Invalid as error:
            self._show(error, error.field)
        except (Conflict, InsufficientFunds, Busy) as error:
            self._show(error, "")

    def _show(self, error: DomainError, name: str) -> None:
        self.status = STATUS[error.code]
        field = self._fields.get(name)
        if field is None:
            self.form_errors.append(told(error))
        else:
            field.errors = [*field.errors, told(error)]
