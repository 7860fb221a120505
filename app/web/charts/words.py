"""The few words that stand inside charts, in the two languages of the product."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.money import format_vnd
from app.web.charts.scale import (
    ENGLISH_UNITS,
    VIETNAMESE_UNITS,
    Units,
    axis_words,
    short_vnd,
    whole_per_cents,
)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of one language; {} is where the amount, number or name goes."""

    units: Units
    months: tuple[str, ...]
    month: str
    this_year: str
    last_year: str
    amount: str
    source: str
    share: str
    place: str
    no_data: str
    highest: str
    remaining: str
    below: str
    between: str
    from_on: str
    per_cent: str
    scrolls: str

    def short(self, amount: int) -> str:
        """Write an amount of đồng shortly, in this language."""
        return short_vnd(amount, self.units)

    def axis(self, values: Sequence[int]) -> list[str]:
        """Write the round values of an axis; the highest names the unit of all."""
        return axis_words(values, self.units)

    def exact(self, amount: int | None) -> str:
        """Write an amount to the đồng, in this language; a dash for none."""
        if amount is None:
            return "–"
        return format_vnd(amount).replace(".", self.units.group_mark)

    def in_per_cent(self, number: int) -> str:
        """Write a whole per cent: 3.643 %; in English 3,643%."""
        return self.per_cent.format(f"{number:,}".replace(",", self.units.group_mark))

    def shares(self, amounts: Sequence[int]) -> list[str]:
        """Write what each amount is of all, so that the per cents make 100 together."""
        parts = zip(whole_per_cents(amounts), amounts, strict=True)
        return [self.share_of(part, amount) for part, amount in parts]

    def share_of(self, part: int, amount: int) -> str:
        """Write a share; a dash for nothing, and a sign for what is too small to see."""
        if amount <= 0:
            return "–"
        return self.in_per_cent(part) if part else f"< {self.in_per_cent(1)}"


VIETNAMESE = Words(
    units=VIETNAMESE_UNITS,
    months=tuple(f"Tháng {number}" for number in range(1, 13)),
    month="Tháng",
    this_year="Năm nay",
    last_year="Năm trước",
    amount="Số tiền",
    source="Nguồn",
    share="Tỷ lệ",
    place="Đơn vị",
    no_data="chưa có số liệu",
    highest="Cao nhất: {}, {}.",
    remaining="Còn lại ({} nguồn)",
    below="dưới {}",
    between="{} đến dưới {}",
    from_on="từ {}",
    per_cent="{} %",
    scrolls="Kéo ngang để xem hết bản đồ.",
)

ENGLISH = Words(
    units=ENGLISH_UNITS,
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    month="Month",
    this_year="This year",
    last_year="Last year",
    amount="Amount",
    source="Source",
    share="Share",
    place="Branch",
    no_data="no figures yet",
    highest="Highest: {}, {}.",
    remaining="Other ({} sources)",
    below="below {}",
    between="{} to below {}",
    from_on="{} and more",
    per_cent="{}%",
    scrolls="Swipe sideways to see the whole map.",
)


def words_for(locale: str) -> Words:
    """Choose the words for a locale such as vi or en_GB; Vietnamese for any other language."""
    return ENGLISH if locale[:2] == "en" else VIETNAMESE
