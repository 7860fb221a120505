"""The question before a gift that may be in the book already: what is asked, and the answers."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from flask_babel import gettext

from app.donations.lookalikes import Lookalikes
from app.donors.queries import DonorView
from app.web.filters import on
from app.web.labels import label

ANOTHER: Final = "khac"
ALREADY_THERE: Final = "da-ghi"


def asked_ids(shown: str | None) -> frozenset[UUID]:
    """What the form says was shown; what is no id was not."""
    return frozenset(_ids((shown or "").split(",")))


def choices_for(found: Lookalikes) -> list[tuple[str, str]]:
    """The answers, each a whole sentence."""
    choices = [(str(donor.id), told(donor)) for donor in found.donors]
    if found.donors:
        choices.append((ANOTHER, gettext("Người khác, cùng tên")))
    else:
        choices.append((ANOTHER, gettext("Vẫn ghi: đây là một khoản khác")))
    return [*choices, (ALREADY_THERE, gettext("Không ghi nữa: khoản này đã có trong sổ"))]


def told(donor: DonorView) -> str:
    """A giver of the same name, with what tells him from others."""
    known = [donor.name, label(donor.kind), donor.address or donor.phone or donor.email or ""]
    if donor.last_gift_on:
        known.append(gettext("lần gần nhất %(day)s", day=on(donor.last_gift_on)))
    who = " · ".join(filter(None, known))
    return str(gettext("Đây là người đã có: %(who)s", who=who))


def _ids(words: list[str]) -> Iterator[UUID]:
    for word in words:
        try:
            yield UUID(word)
        except ValueError:
            continue
