"""What is said of a reconciled day, and of a month: it agrees, or what differs by how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from app.banking.closings import StatementDay
from app.banking.reconciliation import ReconciledDay
from app.web.filters import money, on


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state of the style guide (good, wait, void) in words, and what it is made of."""

    kind: str
    words: str
    reasons: Sequence[str] = ()


def result_of(day: ReconciledDay) -> Verdict:
    """Whether the day agrees; else the first thing to look at."""
    if day.difference:
        return Verdict("void", gettext("Lệch %(amount)s", amount=money(day.difference)))
    if day.missing_count:
        return Verdict("wait", gettext("Sao kê thiếu %(count)s dòng", count=str(day.missing_count)))
    if day.unstated_count:
        return Verdict("wait", gettext("Chưa có sao kê"))
    if day.by_hand:
        return Verdict("wait", gettext("Có khoản ghi tay"))
    if day.elsewhere:
        return Verdict("good", gettext("Khớp, ghi sổ khác ngày"))
    return Verdict("good", gettext("Khớp"))


def verdict_of(days: Sequence[ReconciledDay], ends: Sequence[StatementDay]) -> Verdict:
    """Whether the month agrees with its statements, day by day and at their ends."""
    unexplained = sum(abs(day.difference) for day in days)
    if unexplained:
        words = gettext(
            "Có ngày lệch chưa giải thích được, cộng %(amount)s. Hãy báo quản trị.",
            amount=money(unexplained),
        )
        return Verdict("void", words, list(reasons(days, ends)))
    found = list(reasons(days, ends))
    if found:
        return Verdict("wait", gettext("Sổ tiền gửi chưa khớp hết với sao kê"), found)
    return Verdict("good", gettext("Sổ tiền gửi khớp với sao kê, từng ngày"))


def reasons(days: Sequence[ReconciledDay], ends: Sequence[StatementDay]) -> Iterator[str]:
    """What differs and how much, one sentence each."""
    for each in ends:
        if each.difference:
            yield gettext(
                "Tài khoản %(number)s, sao kê đến %(day)s:"
                " các dòng lệch %(amount)s so với số dư cuối.",
                number=each.account_number,
                day=on(each.last_day),
                amount=money(each.difference),
            )
    missing = sum(day.missing_count for day in days)
    if missing:
        yield gettext(
            "%(count)s dòng ngân hàng đã báo mà sao kê của ngày ấy không có, cộng %(amount)s.",
            count=str(missing),
            amount=money(sum(day.missing for day in days)),
        )
    if any(day.by_hand for day in days):
        yield gettext(
            "Ghi tay vào tài khoản, chưa có trên sao kê: cộng %(amount)s.",
            amount=money(sum(day.by_hand for day in days)),
        )
    unstated = sum(1 for day in days if day.unstated_count)
    if unstated:
        yield gettext(
            "%(count)s ngày chưa có sao kê, ngân hàng đã báo cộng %(amount)s.",
            count=str(unstated),
            amount=money(sum(day.unstated for day in days)),
        )
