"""Words for the codes of card money, with the shape of each state, and how long somebody has."""

from datetime import datetime
from typing import Final

from flask_babel import gettext, ngettext

from app.kernel.clock import local, today
from app.kernel.errors import marked
from app.payments.currencies import shown
from app.payments.service import BY_PROVIDER
from app.web.filters import at

Worded = tuple[str, str]

REFUNDS: Final[dict[str, Worded]] = {
    "requested": ("wait", marked("Đang hoàn")),
    "pending": ("wait", marked("Đang hoàn")),
    "succeeded": ("good", marked("Đã hoàn về thẻ")),
    "failed": ("void", marked("Không hoàn được")),
}
DISPUTES: Final[dict[str, Worded]] = {
    "open": ("wait", marked("Chờ hội trả lời")),
    "answered": ("wait", marked("Đã trả lời, chờ ngân hàng quyết định")),
    "won": ("good", marked("Tiền đã trở lại hội")),
    "lost": ("void", marked("Ngân hàng đã lấy lại tiền")),
}
MOVEMENTS: Final = {
    "charge": marked("Thẻ trả"),
    "refund": marked("Hoàn về thẻ"),
    "refund_return": marked("Khoản hoàn bị trả lại"),
    "dispute": marked("Bị khiếu nại"),
    "dispute_return": marked("Khiếu nại xong, tiền trở lại"),
}
# What the provider told that the row does not bear out (app/payments/service.py).
PROBLEMS: Final = {
    "reference": marked("Cổng thanh toán nói lượt này là của một lời ủng hộ khác."),
    "currency": marked("Cổng thanh toán ghi loại tiền khác với loại tiền đã hỏi."),
    "amount": marked("Cổng thanh toán ghi số tiền khác với số tiền đã hỏi."),
    "intent": marked("Cổng thanh toán ghi hai lần trả cho cùng một lượt."),
    "dispute": marked("Khiếu nại đã xong rồi lại đổi kết quả."),
}
# The payers' banks' own codes; one that is not here is shown as it came.
REASONS: Final = {
    "fraudulent": marked("Chủ thẻ nói không phải mình trả"),
    "duplicate": marked("Bị trừ tiền hai lần"),
    "unrecognized": marked("Chủ thẻ không nhận ra khoản này"),
    "credit_not_processed": marked("Chưa nhận được tiền hoàn"),
    "general": marked("Không nói rõ"),
}


def told_refund(state: str) -> Worded:
    """Shape and word of where a refund stands."""
    kind, word = REFUNDS[state]
    return kind, str(gettext(word))


def told_cause(reason: str) -> str:
    """Why a refund was asked for: what a person wrote stays, our own sentence is translated."""
    return str(gettext(BY_PROVIDER)) if reason == BY_PROVIDER else reason


def told_dispute(state: str) -> Worded:
    """Shape and word of where a dispute stands."""
    kind, word = DISPUTES[state]
    return kind, str(gettext(word))


def told_movement(kind: str) -> str:
    """Why the provider's balance moved."""
    return str(gettext(MOVEMENTS[kind]))


def told_problem(problem: str) -> str:
    """Why a person must look at a payment."""
    return str(gettext(PROBLEMS[problem]))


def told_reason(code: str) -> str:
    """Why the payer's bank took the money."""
    return str(gettext(REASONS[code])) if code in REASONS else code


def told_wait(due_by: datetime | None) -> str:
    """What to do about a dispute that waits, and by when."""
    if due_by is None:
        return gettext("Trả lời ở cổng thanh toán sớm nhất có thể, không thì mất khoản này.")
    return gettext(
        "Trả lời ở cổng thanh toán trước %(moment)s (%(left)s), không thì mất khoản này.",
        moment=at(due_by),
        left=time_left(due_by),
    )


def signed(currency: str, minor: int) -> str:
    """An amount of the provider's balance, with a minus where it went out; zero as –."""
    if minor == 0:
        return "–"
    sign = "\N{MINUS SIGN}" if minor < 0 else ""
    return sign + shown(currency, abs(minor))


def time_left(due_by: datetime) -> str:
    """How many days are left to answer, counted by the calendar of Hà Nội."""
    left = (local(due_by).date() - today()).days
    if left < 0:
        return gettext("đã quá hạn")
    if left == 0:
        return gettext("hôm nay là ngày cuối")
    return ngettext("còn %(num)s ngày", "còn %(num)s ngày", left)
