"""The forms that take in a statement: a file, and what the columns of an unknown one mean."""

from typing import Any, Final
from uuid import UUID

from flask import current_app
from flask_babel import gettext, lazy_gettext
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from wtforms import FileField, HiddenField, IntegerField, SelectField
from wtforms.validators import NumberRange, ValidationError

from app.banking.queries import accounts
from app.banking.statements.mapping import HEADER_ROWS, ColumnMapping, Meaning
from app.banking.statements.refusals import Preview
from app.kernel.errors import Invalid, NotFound, marked
from app.web.fields import ClientIdField, Required
from app.web.forms import BaseForm

LONGEST_NAME: Final = 120
SHOWN_ROWS: Final = 40
KEPT_SECONDS: Final = 7200
EXPIRED: Final = marked("Tệp đã gửi không còn được giữ. Hãy tải lên lại.")
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class UploadForm(BaseForm):
    """A file of one account; `id` is made when the form is opened."""

    id = ClientIdField()
    account_id = SelectField(
        lazy_gettext("Tài khoản"),
        [Required(marked("Chọn tài khoản của sao kê này."))],
        invalid_choice_message=lazy_gettext("Chọn một tài khoản trong danh sách."),
    )
    file = FileField(
        lazy_gettext("Tệp sao kê"),
        description=lazy_gettext(
            "Excel (.xlsx, .xls) hoặc CSV tải từ ngân hàng, để nguyên, không sửa."
        ),
    )

    @classmethod
    def for_branch(cls, session: Session) -> "UploadForm":
        """A form with the branch's own accounts."""
        form = cls()
        form.account_id.choices = [
            (str(account.id), f"{account.number} · {account.holder}")
            for account in accounts(session)
        ]
        form.file.flags.required = True
        return form

    def validate_file(self, field: FileField) -> None:
        """Something must have been chosen."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(gettext("Chọn tệp sao kê đã tải từ ngân hàng."))

    def name(self) -> str:
        """What the file was called, without the folders of another machine."""
        return str(self.file.data.filename).replace("\\", "/").rsplit("/", 1)[-1][-LONGEST_NAME:]


def _column(words: str) -> SelectField:
    return SelectField(
        words, invalid_choice_message=lazy_gettext("Chọn một cột trong danh sách."), default=""
    )


class ColumnsForm(BaseForm):
    """Which column means what, of a file that was sent before: `sent` names it, sealed."""

    id = ClientIdField()
    sent = HiddenField()
    header_row = IntegerField(
        lazy_gettext("Hàng tiêu đề là hàng số"),
        [NumberRange(1, HEADER_ROWS, lazy_gettext("Nhập số của hàng tiêu đề, ví dụ 12."))],
    )
    day = _column(lazy_gettext("Ngày"))
    credit = _column(lazy_gettext("Ghi có, tiền vào"))
    debit = _column(lazy_gettext("Ghi nợ, tiền ra"))
    amount = _column(lazy_gettext("Số tiền có dấu, thay cho hai cột trên"))
    side = _column(lazy_gettext("Dấu của số tiền (Có, Nợ, + hoặc -), khi ở cột riêng"))
    balance = _column(lazy_gettext("Số dư"))
    description = _column(lazy_gettext("Nội dung"))
    reference = _column(lazy_gettext("Số bút toán"))
    counter_name = _column(lazy_gettext("Tên người chuyển"))
    counter_account = _column(lazy_gettext("Tài khoản người chuyển"))

    @classmethod
    def over(cls, preview: Preview, **told: object) -> "ColumnsForm":
        """A form over the first rows of a file; the fullest of them is most likely the header."""
        likely = max(range(len(preview)), key=lambda row: sum(map(bool, preview[row])), default=0)
        form = cls(header_row=likely + 1, **told)
        header = preview[likely] if preview else ()
        named = [(str(n), f"{letter_of(n)} · {text}") for n, text in enumerate(header, start=1)]
        for meaning in Meaning:
            form[meaning.value].choices = [("", gettext("Không có")), *named]
        return form

    def mapping(self, preview: Preview) -> ColumnMapping:
        """The columns as they were named.

        Raises:
            Invalid: they do not make a statement.
        """
        told = {meaning.value: self[meaning.value].data for meaning in Meaning}
        columns: dict[str, Any] = {name: int(number) for name, number in told.items() if number}
        if "day" not in columns or self.header_row.data is None:
            raise Invalid("day", marked("Chọn cột ngày."))
        mapping = ColumnMapping(header_row=self.header_row.data, **columns)
        return mapping.with_header_of(preview)


class SentFile:
    """A stored file that a branch sent, and the word by which it alone can ask for it again."""

    def __init__(self, account_id: UUID, digest: str, name: str) -> None:
        self.account_id = account_id
        self.digest = digest
        self.name = name

    def sealed(self, slug: str) -> str:
        """The word, good for two hours."""
        return _sealer().dumps([slug, str(self.account_id), self.digest, self.name])

    @classmethod
    def unsealed(cls, slug: str, word: str) -> "SentFile":
        """The file that a word of this branch names.

        Raises:
            NotFound: it names none, another branch's, or one of too long ago.
        """
        try:
            owner, account_id, digest, name = _sealer().loads(word, max_age=KEPT_SECONDS)
        except (BadData, ValueError) as error:
            raise NotFound(EXPIRED) from error
        if owner != slug:
            raise NotFound(EXPIRED)
        return cls(UUID(account_id), digest, name)


def letter_of(number: int) -> str:
    """How a spreadsheet calls a column: 1 is A, 27 is AA."""
    before, last = divmod(number - 1, len(LETTERS))
    return (LETTERS[before - 1] if before else "") + LETTERS[last]


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="kh.statement")
