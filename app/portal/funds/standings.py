"""Funds as a table: each one's standing, and their sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.funds.queries import FundView


@dataclass(frozen=True, slots=True)
class Standings:
    """Funds and what they hold together, in đồng."""

    funds: Sequence[FundView]
    balance: int
    reserved: int
    available: int


def standings(funds: Sequence[FundView]) -> Standings:
    """Add the funds up."""
    return Standings(
        funds,
        balance=sum(fund.balance for fund in funds),
        reserved=sum(fund.reserved for fund in funds),
        available=sum(fund.available for fund in funds),
    )
