"""flask rates: what foreign money is in đồng, for cards of friends abroad."""

from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from app.cli.arguments import as_json
from app.cli.listing import show_rows
from app.cli.operator import OperatorGroup
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.payments.rates import current_rates, set_rate


class Rate(click.ParamType[Decimal]):
    """Đồng for one unit: 26100 or 170.5."""

    name = "rate"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The number; digits and one point, nothing else."""
        text = str(value)
        try:
            return Decimal(text if text.isascii() and "e" not in text.lower() else "")
        except InvalidOperation:
            self.fail(f"{text!r} is no rate: đồng for one unit, as 26100 or 170.5.", param, ctx)


rates = OperatorGroup("rates", help="Rates of exchange for card giving.")


@rates.verb("set")
@click.argument("currency")
@click.argument("rate", type=Rate())
@click.option("--source", required=True, help="Where it was read: a bank, a page, a day.")
def set_one(*, currency: str, rate: Decimal, source: str) -> None:
    """Keep a rate from now on. What was priced before keeps its own."""
    with unit_of_work(DirectoryScope()) as session:
        set_rate(session, currency.upper(), rate, source=source)
    click.echo(f"{currency.upper()}: {rate} đồng.")


@rates.verb("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """The newest rate of every currency."""
    with reading(DirectoryScope()) as session:
        rows = [asdict(rate) | {"rate": str(rate.rate)} for rate in current_rates(session)]
    show_rows(rows, as_json=as_json)
