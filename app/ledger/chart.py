"""The chart of accounts that opening a branch lays.

Codes follow the cash and bank accounts of TT 99/2025/TT-BTC (111, 112). The annexes of
TT 41/2022 were not available, so codes are data of each branch and only this table names them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.kernel.errors import marked


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
    FEES = "642"
    EXCHANGE = "413"


CHART: Final = (
    ChartLine(Account.CASH, marked("Tiền mặt"), "money"),
    ChartLine(Account.BANK, marked("Tiền gửi ngân hàng"), "money"),
    ChartLine(Account.CARD_CLEARING, marked("Thanh toán thẻ chờ về"), "money"),
    ChartLine(Account.GOODS, marked("Hiện vật"), "goods"),
    ChartLine(Account.SUSPENSE, marked("Tiền chờ xác định"), "liability"),
    ChartLine(Account.OPENING, marked("Số dư đầu kỳ"), "equity"),
    ChartLine(Account.GIFTS, marked("Thu ủng hộ"), "income"),
    ChartLine(Account.GIFTS_IN_KIND, marked("Thu ủng hộ bằng hiện vật"), "income_in_kind"),
    ChartLine(Account.FROM_UPPER_LEVEL, marked("Nhận từ cấp trên"), "income"),
    ChartLine(Account.MEMBERSHIP_DUES, marked("Hội phí"), "income"),
    ChartLine(Account.INTEREST, marked("Lãi tiền gửi"), "income"),
    ChartLine(Account.AWARDS, marked("Chi khen thưởng, học bổng"), "expense"),
    ChartLine(Account.FEES, marked("Phí ngân hàng, phí thẻ"), "expense"),
    # What a rate gained or lost is no gift, so it is kept beside the costs.
    ChartLine(Account.EXCHANGE, marked("Chênh lệch tỷ giá"), "expense"),
)
