"""The forms that publish a document and take it down."""

from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, FileField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from app.boards.content import PaperKind
from app.boards.service import PublishDocument
from app.kernel.errors import marked
from app.web.fields import CleanName, ClientIdField, Required
from app.web.forms import BaseForm
from app.web.labels import label

# Evidence belongs to a spending and is shown beside it.
KINDS: Final = (PaperKind.REPORT, PaperKind.DECISION, PaperKind.LETTER, PaperKind.DOCUMENT)
PDF: Final = "application/pdf"
LONGEST_TITLE: Final = 200


class PublishForm(BaseForm):
    """A PDF that everybody may read; `id` is made when the form is opened."""

    id = ClientIdField()
    kind = SelectField(
        lazy_gettext("Loại tài liệu"),
        [Required(marked("Chọn loại tài liệu."))],
        invalid_choice_message=lazy_gettext("Chọn một loại trong danh sách."),
    )
    title = StringField(
        lazy_gettext("Tên tài liệu"),
        [
            CleanName(),
            Required(marked("Nhập tên tài liệu, ví dụ Báo cáo thu chi quý 3.")),
            Length(max=LONGEST_TITLE),
        ],
    )
    file = FileField(
        lazy_gettext("Tệp PDF"), description=lazy_gettext("Nhiều nhất 5 MB. Ai cũng tải về được.")
    )
    is_clean = BooleanField(
        lazy_gettext("Trong tệp không có tên, ảnh của trẻ em, địa chỉ, điện thoại của ai")
    )

    @classmethod
    def empty(cls) -> "PublishForm":
        """A form with the kinds of documents."""
        form = cls()
        form.kind.choices = [(kind.value, label(kind.value)) for kind in KINDS]
        form.file.flags.required = True
        form.is_clean.flags.required = True
        return form

    def validate_file(self, field: FileField) -> None:
        """Something must have been chosen."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(gettext("Chọn tệp PDF để công bố."))

    def validate_is_clean(self, field: BooleanField) -> None:
        """Somebody has looked."""
        if not field.data:
            raise ValidationError(gettext("Xem lại tệp, che những điều riêng tư, rồi đánh dấu."))

    def command(self, digest: str, size: int) -> PublishDocument:
        """The document as it was told, once its file is stored."""
        if self.id.id_value is None:
            raise ValueError(self.errors)
        return PublishDocument(
            id=self.id.id_value,
            kind=PaperKind(self.kind.data),
            title=self.title.data or "",
            digest=digest,
            media_type=PDF,
            size=size,
        )


class TakeDownForm(BaseForm):
    """Nothing to type: what taking down means stands on the page."""
