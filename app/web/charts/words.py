"""The few words that stand inside charts, in the two languages of the product."""

from dataclasses import dataclass

from app.web.charts.scale import ENGLISH_UNITS, VIETNAMESE_UNITS, Units, short_vnd


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

    def short(self, amount: int) -> str:
        """Write an amount of đồng shortly, in this language."""
        return short_vnd(amount, self.units)


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
)


def words_for(locale: str) -> Words:
    """Choose the words for a locale such as vi or en_GB; Vietnamese for any other language."""
    return ENGLISH if locale[:2] == "en" else VIETNAMESE
