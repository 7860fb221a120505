"""Column types that models share, and the naming convention of constraints."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from sqlalchemy import BigInteger, Date, DateTime, FetchedValue, Uuid
from sqlalchemy.orm import Mapped, mapped_column

NAMING: Final = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

Key = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
Dong = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Day = Annotated[date, mapped_column(Date)]


class BranchOwned:
    """Mixin of tenant tables. The database writes the branch, from the scope."""

    branch_id: Mapped[UUID] = mapped_column(Uuid, FetchedValue(), primary_key=True)
