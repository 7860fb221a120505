"""What the front page says of today: gifts received, papers that wait, gifts recorded last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.donations.queries import (
    DonationView,
    GiftSum,
    last_recorded,
    received_on_day,
)
from app.kernel.days import format_day
from app.kernel.errors import marked
from app.receipts.queries import StuckPaper, WaitingPapers, waiting_papers
from app.web.filters import money

WEEKDAYS: Final = (
    marked("Thứ Hai"),
    marked("Thứ Ba"),
    marked("Thứ Tư"),
    marked("Thứ Năm"),
    marked("Thứ Sáu"),
    marked("Thứ Bảy"),
    marked("Chủ Nhật"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """Today, for people who may see gifts. `goods` is a sentence, empty when there were none."""

    headline: str
    goods: str
    waiting: str
    stuck: Sequence[StuckPaper]
    last: Sequence[DonationView]


def day_of(session: Session, day: date) -> Day:
    """The day of the scope's branch."""
    received, papers = received_on_day(session, day), waiting_papers(session)
    goods = gettext("Và hiện vật trị giá %(amount)s.", amount=money(received.in_kind_amount))
    return Day(
        headline=headline(received),
        goods=goods if received.in_kind_amount else "",
        waiting=" ".join(waiting(papers)),
        stuck=papers.stuck,
        last=last_recorded(session),
    )


def headline(received: GiftSum) -> str:
    """The first line of the page; the text may be read aloud."""
    if not received.gift_count:
        return str(gettext("Hôm nay chưa có lượt ủng hộ nào"))
    sentence = ngettext(
        "Hôm nay: %(num)s lượt ủng hộ, %(amount)s",
        "Hôm nay: %(num)s lượt ủng hộ, %(amount)s",
        received.gift_count,
        amount=money(received.money_amount),
    )
    return str(sentence)


def waiting(papers: WaitingPapers) -> Iterator[str]:
    """What happens by itself; what a person must look after is listed apart."""
    if papers.waiting_count:
        yield ngettext(
            "%(num)s biên nhận đang được in; không phải làm gì.",
            "%(num)s biên nhận đang được in; không phải làm gì.",
            papers.waiting_count,
        )
    elif not papers.stuck:
        yield gettext("Không có việc nào đang chờ: mọi biên nhận đã in xong.")


def date_line(day: date) -> str:
    """Thứ Hai, 02/11/2026."""
    return f"{gettext(WEEKDAYS[day.weekday()])}, {format_day(day)}"
