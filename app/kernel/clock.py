"""The only place in Python that asks the time. The database's clock decides years and periods."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Hà Nội."""
    return now().astimezone(HANOI).date()


def local(instant: datetime) -> datetime:
    """The wall clock of Hà Nội at `instant`."""
    return instant.astimezone(HANOI)
