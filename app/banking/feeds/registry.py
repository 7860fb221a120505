"""Who stands behind the name of an aggregator."""

from collections.abc import Mapping
from typing import Final

from app.banking.commands import Provider
from app.banking.feeds.casso import Casso
from app.banking.feeds.payos import PayOS
from app.banking.feeds.protocol import Feed, PulledFeed
from app.banking.feeds.sepay import SePay

FEEDS: Final[Mapping[Provider, Feed]] = {
    Provider.SEPAY: SePay(),
    Provider.CASSO: Casso(),
    Provider.PAYOS: PayOS(),
}
PULLED: Final[Mapping[Provider, PulledFeed]] = {
    Provider.SEPAY: SePay(),
    Provider.CASSO: Casso(),
}
"""Those with a list to ask for; what payOS did not tell comes by statement."""
