"""Fields that read what people type with the kernel's parsers and show its hints."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import get_locale, gettext
from wtforms import HiddenField, StringField
from wtforms.validators import StopValidation, ValidationError

from app.kernel.days import format_day, parse_day
from app.kernel.ids import uuid7
from app.kernel.letters import printable
from app.kernel.money import format_vnd, parse_vnd
from app.kernel.text import Unreadable, clean_email, clean_name, clean_phone, clean_text
from app.kernel.words import amount_in_words


def hint_of(error: Unreadable) -> str:
    """What to type instead, in the reader's language."""
    return error.message_en if str(get_locale()) == "en" else error.message


class MoneyField(StringField):
    """An amount in đồng. What two people could read differently is handed back, spelt out, once.

    `reading` is what was read, `amount` what was read surely.
    """

    amount: int | None = None
    reading: int | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the amount; an unsure one is rewritten so that sending it again confirms it."""
        typed = str(valuelist[0]) if valuelist else ""
        self.data = typed
        if not typed.strip():
            return
        try:
            parsed = parse_vnd(typed)
        except Unreadable as error:
            raise ValueError(hint_of(error)) from error
        self.reading = parsed.amount
        if parsed.needs_confirmation:
            self.data = format_vnd(parsed.amount)
            self.raw_data = [self.data]
            raise ValueError(
                gettext(
                    "Hệ thống đọc là %(amount)s (%(words)s). Nếu đúng, hãy bấm gửi lần nữa.",
                    amount=self.data,
                    words=amount_in_words(parsed.amount),
                )
            )
        self.amount = parsed.amount

    def _value(self) -> str:
        return self.data or ""


class DayField(StringField):
    """A date as dd/mm/yyyy."""

    day: date | None = None

    def process_data(self, value: Any) -> None:
        """Show a date that the form was made with."""
        self.data = format_day(value) if isinstance(value, date) else value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the date."""
        self.data = str(valuelist[0]) if valuelist else ""
        if self.data.strip():
            try:
                self.day = parse_day(self.data)
            except Unreadable as error:
                raise ValueError(hint_of(error)) from error


class ClientIdField(HiddenField):
    """The id that makes a form's gift one gift: made when the form is opened, sent with it."""

    id_value: UUID | None = None

    def process_data(self, value: Any) -> None:
        """A fresh id for a fresh form."""
        self.data = str(value or uuid7())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the id back; only canonical text is one."""
        self.data = str(valuelist[0]) if valuelist else ""
        broken = gettext("Mẫu này đã hỏng. Hãy mở lại trang và nhập lại.")
        try:
            found = UUID(self.data)
        except ValueError as error:
            raise ValueError(broken) from error
        # Braces, urn: and the nil id are read by Python, but no form of ours sends them.
        if str(found) != self.data or found.version is None:
            raise ValueError(broken)
        self.id_value = found


class Clean:
    """Validator: the text is cleaned in place by a kernel reader, or refused with its hint."""

    def __call__(self, _form: object, field: StringField) -> None:
        """Clean the field's data."""
        if not (field.data or "").strip():
            field.data = None
            return
        try:
            field.data = self.read(field.data or "")
        except Unreadable as error:
            raise ValidationError(hint_of(error)) from error

    def read(self, text: str) -> str:
        """What the text says."""
        raise NotImplementedError


class CleanName(Clean):
    """A name on one line, as a receipt shows it."""

    def read(self, text: str) -> str:
        """The clean name."""
        return printable(clean_name(text))


class CleanPhone(Clean):
    """A telephone number."""

    def read(self, text: str) -> str:
        """The number in one form."""
        return clean_phone(text)


class CleanEmail(Clean):
    """An e-mail address."""

    def read(self, text: str) -> str:
        """The address in lower case."""
        return clean_email(text)


class CleanText(Clean):
    """Free text up to a length."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def read(self, text: str) -> str:
        """The clean text."""
        return clean_text(text, max_length=self.max_length)


class CleanPrinted(CleanText):
    """Free text that a receipt shows."""

    def read(self, text: str) -> str:
        """The clean text."""
        return printable(super().read(text))


class Required:
    """Validator: something must be there; the message says what to do."""

    field_flags = {"required": True}  # noqa: RUF012  WTForms reads it from the class

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: StringField) -> None:
        """Refuse an empty field, unless it is refused for a better reason already.

        One that was not sent at all is empty, whatever the form was opened with.
        """
        if field.errors:
            raise StopValidation
        if not field.raw_data or field.data is None or not str(field.data).strip():
            raise StopValidation(gettext(self.message))
