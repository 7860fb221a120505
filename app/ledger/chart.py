"""The chart of accounts that opening a branch lays.

Codes follow the cash and bank accounts of TT 99/2025/TT-BTC (111, 112). The annexes of
TT 41/2022 were not available, so codes are data of each branch and only this table names them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One account: code, name, and what kind of thing it counts."""

    code: str
    name: str
    kind: str


class Account(StrEnum):
    """Accounts that postings name."""

    CASH = "111"
    BANK = "112"
    CARD_CLEARING = "113"
    GOODS = "156"
    SUSPENSE = "3388"
    OPENING = "431"
    GIFTS = "5111"
    GIFTS_IN_KIND = "5112"
    FROM_UPPER_LEVEL = "5113"
    MEMBERSHIP_DUES = "5118"
    INTEREST = "515"
    AWARDS = "641"


CHART: Final = (
    ChartLine(Account.CASH, "Tiền mặt", "money"),
    ChartLine(Account.BANK, "Tiền gửi ngân hàng", "money"),
    ChartLine(Account.CARD_CLEARING, "Thanh toán thẻ chờ về", "money"),
    ChartLine(Account.GOODS, "Hiện vật", "goods"),
    ChartLine(Account.SUSPENSE, "Tiền chờ xác định", "liability"),
    ChartLine(Account.OPENING, "Số dư đầu kỳ", "equity"),
    ChartLine(Account.GIFTS, "Thu ủng hộ", "income"),
    ChartLine(Account.GIFTS_IN_KIND, "Thu ủng hộ bằng hiện vật", "income_in_kind"),
    ChartLine(Account.FROM_UPPER_LEVEL, "Nhận từ cấp trên", "income"),
    ChartLine(Account.MEMBERSHIP_DUES, "Hội phí", "income"),
    ChartLine(Account.INTEREST, "Lãi tiền gửi", "income"),
    ChartLine(Account.AWARDS, "Chi khen thưởng, học bổng", "expense"),
)
