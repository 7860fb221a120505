"""The form that says which line of a statement is the same movement as a line of a feed."""

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import RadioField

from app.banking.queries import LineView
from app.giving.told_twice import twins
from app.kernel.errors import marked
from app.web.fields import Required
from app.web.filters import on
from app.web.forms import BaseForm


class TwinForm(BaseForm):
    """Which of the statement's lines it is: none chosen, a person looks first."""

    twin = RadioField(
        lazy_gettext("Cùng một khoản với dòng"),
        [Required(marked("Chọn một dòng của sao kê."))],
        # Sent again, the line is no more among the choices: the verb judges.
        validate_choice=False,
        description=lazy_gettext(
            "Dòng này chỉ do ngân hàng báo, sao kê không có. Nếu sao kê ghi chính khoản ấy bằng lời"
            " khác, hãy chọn: sổ bỏ dòng này ra để tiền chỉ tính một lần, lời báo vẫn được giữ."
        ),
    )

    @classmethod
    def for_line(cls, session: Session, line: LineView) -> "TwinForm":
        """A form with the lines of statements that the line may be."""
        form = cls()
        form.twin.choices = [(str(each.id), told(each)) for each in twins(session, line)]
        return form


def told(line: LineView) -> str:
    """A line in words: its day and what the statement says."""
    words = line.description or line.counter_name or gettext("(không có nội dung)")
    return f"{on(line.day)} · {words}"
