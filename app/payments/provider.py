"""Which provider takes cards here; none when its keys are not set, and then pages say so."""

from importlib import import_module
from typing import Final

from app.payments.gateway import PaymentProvider

ADAPTER: Final = "app.payments.stripe_gateway"


def card_provider(
    api_key: str | None, webhook_secret: str | None, *, api_base: str | None
) -> PaymentProvider | None:
    """The provider for these keys, or None: cards are switched off.

    Its library takes 32 MB a process, which whoever takes no cards does not pay for.
    """
    if not api_key or not webhook_secret:
        return None
    provider: PaymentProvider = import_module(ADAPTER).StripeGateway(
        api_key, webhook_secret, api_base=api_base
    )
    return provider
