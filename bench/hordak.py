"""The peer of G2: django-hordak posting a bare entry of two legs, as its manual says."""

import random
from typing import Any

import django
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction

from config.local.ports import LOOPBACK
from config.local.record import SUPERUSER, PostgresRecord

DATABASE = "hordak"
BOOKS = 100
CURRENCY = "EUR"  # its default; it takes đồng only with a converter of its own


def configure(postgres: PostgresRecord) -> None:
    """Point Django at the peer's database, once in a process."""
    if django_settings.configured:
        return
    django_settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": LOOPBACK,
                "PORT": postgres.port,
                "USER": SUPERUSER,
                "PASSWORD": postgres.passwords[SUPERUSER],
                "NAME": DATABASE,
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "djmoney", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def lay_books(postgres: PostgresRecord) -> None:
    """Make the peer's tables in its empty database, and accounts for as many books as we use."""
    configure(postgres)
    call_command("migrate", verbosity=0)
    models = _models()
    for number in range(1, BOOKS + 1):
        for kind, prefix in (("AS", "1"), ("IN", "5")):
            models.Account.objects.create(
                name=f"{kind} {number}",
                code=f"{prefix}{number:03d}",
                type=kind,
                currencies=[CURRENCY],
            )


class Poster:
    """One process that posts entries into random books, one transaction each."""

    def __init__(self, postgres: PostgresRecord) -> None:
        self._postgres = postgres
        self._pairs: list[tuple[Any, Any]] = []

    def prepare(self) -> None:
        """Read the accounts, and post a few entries."""
        configure(self._postgres)
        from moneyed import Money  # noqa: PLC0415 (Django must be configured first)

        self._amount = Money(500_000, CURRENCY)
        self._transaction = _models().Transaction
        accounts = {account.code: account for account in _models().Account.objects.all()}
        self._pairs = [(accounts[f"5{n:03d}"], accounts[f"1{n:03d}"]) for n in range(1, BOOKS + 1)]
        for _ in range(50):
            self.once()

    def once(self) -> None:
        """Post one entry: credit income, debit cash."""
        income, cash = random.choice(self._pairs)
        with transaction.atomic():
            income.transfer_to(cash, self._amount)


def _models() -> Any:
    from hordak import models  # noqa: PLC0415 (Django must be configured first)

    return models
