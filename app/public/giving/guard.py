"""How often offers and card payments may be begun, so that nobody tries stolen cards here (P21).

What is scarce are card payments that were begun and that nobody has paid: a real giver's is given
back when its money has come. When they are used up, or those of an address are, cards are still
open to who proves a mailbox; bank transfer always is. All windows are half an hour at most, so all
is as usual half an hour after the last try.
"""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from app.kernel.errors import TooMany
from app.web.limits import Budget

HALF_HOUR: Final = 30
IPV4: Final = 4


def in_half_an_hour(tries: int) -> RateLimitItem:
    """So many tries within thirty minutes."""
    return RateLimitItemPerMinute(tries, HALF_HOUR)


OFFERS_PER_ADDRESS: Final = Budget("offer_address", RateLimitItemPerHour(30))
OFFERS_PER_NET: Final = Budget("offer_net", RateLimitItemPerHour(120))

STARTS_PER_ADDRESS: Final = Budget("card_address", in_half_an_hour(4))
STARTS_PER_NET: Final = Budget("card_net", in_half_an_hour(8))
STARTS_PER_EMAIL: Final = Budget("card_email", in_half_an_hour(4))
# Ten an hour by anybody; with those of proven mailboxes never more than twenty at once.
UNPROVEN: Final = Budget("card_unproven", in_half_an_hour(5))
PROVEN: Final = Budget("card_proven", in_half_an_hour(15))
# Which started payments count in those two, so that each is given back once.
OF_UNPROVEN: Final = Budget("card_of_unproven", in_half_an_hour(1))
OF_PROVEN: Final = Budget("card_of_proven", in_half_an_hour(1))
# The same payment sent again goes to the same page; each time costs a call.
REPEATS: Final = Budget("card_repeats", in_half_an_hour(10))

LINKS_PER_ADDRESS: Final = Budget("card_link_address", in_half_an_hour(2))
LINKS_PER_NET: Final = Budget("card_link_net", in_half_an_hour(8))
LINKS_PER_MAILBOX: Final = Budget("card_link_mailbox", in_half_an_hour(2))
# More than two hundred addresses can ask for: or they would shut out who reads his mail.
LINKS: Final = Budget("card_links", in_half_an_hour(500))
LINK_USED: Final = Budget("card_link_used", in_half_an_hour(1))
PROOF_USED: Final = Budget("card_proof_used", in_half_an_hour(1))

EVERYBODY: Final = "everybody"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an address, the e-mail of the offer, and what proves a mailbox, if anything."""

    address: str
    email: str | None
    proof: str | None = None


def net_of(address: str) -> str:
    """The neighbourhood of an address: /24, or /56 of IPv6; what is none stands for itself."""
    try:
        size = 24 if ip_address(address).version == IPV4 else 56
        return str(ip_network(f"{address}/{size}", strict=False))
    except ValueError:
        return address


def count_offer(address: str) -> None:
    """Count an offer.

    Raises:
        TooMany: this address, or its neighbourhood, made as many as people do.
    """
    OFFERS_PER_ADDRESS.take(address)
    OFFERS_PER_NET.take(net_of(address))


def is_open(asker: Asker) -> bool:
    """Whether a card payment could be begun now; nothing is counted."""
    return not any(budget.is_spent(key) for budget, key in _budgets(asker))


def count_start(asker: Asker, start_id: UUID) -> None:
    """Count a card payment that is to be begun, before anybody hears of it.

    Raises:
        TooMany: for now cards are open to proven mailboxes alone, or this proof was used.
    """
    *own, (shared, key) = _budgets(asker)
    for budget, its in own:
        budget.take(its)
    try:
        shared.take(key)
    except TooMany:
        # What was refused was not begun: only what was is given back when it is paid.
        shared.give_back(key)
        raise
    (OF_PROVEN if asker.proof else OF_UNPROVEN).take(str(start_id))


def start_was_paid(start_id: UUID) -> None:
    """Give back what a payment, or a plan, was counted for: its money has come. Safe to repeat."""
    for mark, shared in ((OF_UNPROVEN, UNPROVEN), (OF_PROVEN, PROVEN)):
        if mark.is_spent(str(start_id)):
            mark.give_back(str(start_id))
            shared.give_back(EVERYBODY)


def count_link(address: str, email: str) -> None:
    """Count a link that is to be mailed.

    Raises:
        TooMany: for this address, its neighbourhood, this mailbox, or altogether.
    """
    LINKS_PER_ADDRESS.take(address)
    LINKS_PER_NET.take(net_of(address))
    LINKS_PER_MAILBOX.take(email)
    LINKS.take(EVERYBODY)


def _budgets(asker: Asker) -> list[tuple[Budget, str]]:
    """What a start counts in; the last one is everybody's."""
    if asker.proof:
        return [(PROOF_USED, asker.proof), (PROVEN, EVERYBODY)]
    of_email = [(STARTS_PER_EMAIL, asker.email)] if asker.email else []
    return [
        (STARTS_PER_ADDRESS, asker.address),
        (STARTS_PER_NET, net_of(asker.address)),
        *of_email,
        (UNPROVEN, EVERYBODY),
    ]
