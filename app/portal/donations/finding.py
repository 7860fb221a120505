"""The form that finds gifts, and how a receipt's number is typed into it."""

import re
from typing import Final
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import Field, SearchField, SelectField
from wtforms.validators import ValidationError

from app.donations.commands import Method, Source
from app.donations.queries import DonationFilter
from app.funds.queries import all_funds
from app.kernel.text import fold
from app.portal.paging import dated_place, one_more
from app.web.fields import CleanText, DayField
from app.web.forms import BaseForm
from app.web.labels import label

IN_FORCE: Final = "con"
VOID: Final = "huy"
# 645, số 0000645, BN/2026/A · 0000645, and BN-2026-A-0000645 as files are called.
RECEIPT: Final = re.compile(
    r"(?:so|no\.?|#)?\s*(?:bn[/-]([0-9]{4})[/-]a\s*[·.:-]?\s*)?([0-9]{1,9})"
)


def receipt_named(typed: str) -> tuple[int | None, int | None]:
    """Fiscal year and number of the receipt that the words name, where they name one."""
    found = RECEIPT.fullmatch(" ".join(map(fold, typed.split())))
    if found is None:
        return None, None
    return int(found[1]) if found[1] else None, int(found[2])


def shown(field: Field) -> str:
    """What a field asks for, as its reader sees it: of a choice the words, not the code."""
    choices = dict(field.choices) if isinstance(field, SelectField) else {}
    return str(choices.get(field.data, field.data))


class FindDonationsForm(BaseForm):
    """Which gifts to list; sent by GET, so that the address can be kept."""

    class Meta:
        """Nothing is changed by asking."""

        csrf = False

    words = SearchField(lazy_gettext("Tên hoặc số biên nhận"), [CleanText(100)], name="ten")
    first = DayField(lazy_gettext("Từ ngày"), name="tu")
    last = DayField(lazy_gettext("Đến ngày"), name="den")
    fund_id = SelectField(
        lazy_gettext("Quỹ"),
        name="quy",
        invalid_choice_message=lazy_gettext("Chọn một quỹ trong danh sách."),
    )
    method = SelectField(
        lazy_gettext("Cách nhận"),
        name="cach",
        invalid_choice_message=lazy_gettext("Chọn một cách nhận trong danh sách."),
    )
    source = SelectField(
        lazy_gettext("Nguồn"),
        name="nguon",
        invalid_choice_message=lazy_gettext("Chọn một nguồn trong danh sách."),
    )
    state = SelectField(
        lazy_gettext("Tình trạng"),
        name="trang-thai",
        invalid_choice_message=lazy_gettext("Chọn một tình trạng trong danh sách."),
    )

    @classmethod
    def for_branch(cls, session: Session, asked: object) -> "FindDonationsForm":
        """A form filled with what the address asks, its funds the branch's own, closed ones too."""
        form = cls(asked, fund_id="", method="", source="", state="")
        every = ("", gettext("Tất cả"))
        form.fund_id.choices = [every] + [(str(fund.id), fund.name) for fund in all_funds(session)]
        form.method.choices = [every] + [(method.value, label(method.value)) for method in Method]
        form.source.choices = [every] + [(source.value, label(source.value)) for source in Source]
        form.state.choices = [
            every,
            (IN_FORCE, gettext("Còn hiệu lực")),
            (VOID, gettext("Đã huỷ")),
        ]
        return form

    def validate_last(self, field: DayField) -> None:
        """A span of days ends after it begins."""
        if self.first.day and field.day and field.day < self.first.day:
            raise ValidationError(gettext("Đến ngày phải bằng hoặc sau Từ ngày."))

    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return any(field.data for field in self)

    def is_detailed(self) -> bool:
        """Whether one of the rarer conditions was asked for, or cannot be read."""
        rarer = (self.fund_id, self.method, self.source, self.state)
        return any(field.data or field.errors for field in rarer)

    def told(self) -> str:
        """What was asked for in words, for the paper: "Từ ngày: 01/11/2026 · Quỹ: Quỹ chung"."""
        return " · ".join(f"{field.label.text}: {shown(field)}" for field in self if field.data)

    def filter(self) -> DonationFilter:
        """What was asked for, from the place where the list goes on."""
        typed = self.words.data or ""
        year, number = receipt_named(typed)
        return DonationFilter(
            first=self.first.day,
            last=self.last.day,
            fund_id=UUID(self.fund_id.data) if self.fund_id.data else None,
            method=self.method.data or None,
            source=self.source.data or None,
            is_reversed=self.state.data == VOID if self.state.data else None,
            receipt_year=year,
            receipt_number=number,
            words="" if number else fold(typed),
            after=dated_place(),
            at_most=one_more(),
        )
