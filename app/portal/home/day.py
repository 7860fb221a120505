"""What the front page says of today: gifts received, papers that wait, gifts recorded last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.banking.queries import OpenMoney, open_money
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
    """Today, for people who may see gifts: a headline, what it is made of, and what waits."""

    headline: str
    made_of: str
    beside: str
    printing: str
    unknown: OpenMoney
    stuck: Sequence[StuckPaper]
    last: Sequence[DonationView]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is waiting."""
        return not (self.printing or self.stuck or self.unknown.count)


def day_of(session: Session, day: date) -> Day:
    """The day of the scope's branch."""
    received, papers = received_on_day(session, day), waiting_papers(session)
    return Day(
        headline=headline(received.gifts),
        made_of=made_of(received.gifts),
        beside=beside(received.other_amount),
        printing=printing(papers),
        unknown=open_money(session),
        stuck=papers.stuck,
        last=last_recorded(session),
    )


def headline(received: GiftSum) -> str:
    """The first line of the page: what came in, in money."""
    if not received.gift_count:
        return str(gettext("Hôm nay chưa có lượt ủng hộ nào"))
    return str(gettext("Hôm nay %(amount)s", amount=money(received.money_amount)))


def made_of(received: GiftSum) -> str:
    """How many gifts that were, and what came as goods; empty on a day without."""
    if not received.gift_count:
        return ""
    sentence = ngettext("%(num)s lượt ủng hộ", "%(num)s lượt ủng hộ", received.gift_count)
    if not received.in_kind_amount:
        return f"{sentence}."
    return str(
        gettext(
            "%(gifts)s, trong đó có hiện vật trị giá %(amount)s chưa tính vào số tiền.",
            gifts=sentence,
            amount=money(received.in_kind_amount),
        )
    )


def beside(amount: int) -> str:
    """What came in today and is no gift; empty when nothing did."""
    if not amount:
        return ""
    return str(
        gettext(
            "Ngoài ra có %(amount)s hội phí, lãi tiền gửi hoặc tiền cấp trên chuyển về.",
            amount=money(amount),
        )
    )


def printing(papers: WaitingPapers) -> str:
    """What is being printed and needs nobody; empty when nothing is."""
    if not papers.waiting_count:
        return ""
    return str(
        ngettext(
            "Hệ thống đang lập %(num)s biên nhận; không phải làm gì.",
            "Hệ thống đang lập %(num)s biên nhận; không phải làm gì.",
            papers.waiting_count,
        )
    )


def date_line(day: date) -> str:
    """Thứ Hai, 02/11/2026."""
    return f"{gettext(WEEKDAYS[day.weekday()])}, {format_day(day)}"
