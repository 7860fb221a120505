"""What this machine's embedded servers are: ports, passwords, places, kept in KH_HOME/local.json.

The file is readable by its owner only. Passwords live there and nowhere else: not in process
arguments, not in the environment of the processes.
"""

import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.local.identity import Identity
from config.local.ports import LOOPBACK
from config.settings import Settings, SettingsError

DATABASE = "quy_khuyen_hoc"
SUPERUSER, OWNER, APPLICATION = "postgres", "kh_owner", "kh_app"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresRecord:
    """An embedded PostgreSQL: where it is, who it runs as, how to sign in."""

    bin: Path
    data: Path
    identity: Identity
    port: int
    passwords: dict[str, str]  # by role

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address with which this role signs in."""
        return f"postgresql://{role}:{self.passwords[role]}@{LOOPBACK}:{self.port}/{database}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValkeyRecord:
    """An embedded Valkey: where it is and how to sign in."""

    data: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        """Return the address with which everybody signs in."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRecord:
    """All that is remembered between two starts on one KH_HOME."""

    secret_key: str
    postgres: PostgresRecord | None = None
    valkey: ValkeyRecord | None = None
    is_seeded: bool = False


def new_secret() -> str:
    """Return 43 characters nobody can guess, safe in an address."""
    return secrets.token_urlsafe(32)


def with_local_servers(settings: Settings) -> Settings:
    """Fill what the environment left open from the servers recorded under `settings.home`.

    Raises SettingsError when a database, a queue or a secret is then still unknown.
    """
    record = read_record(settings.home)
    filled = settings if record is None else _filled(settings, record)
    names = {
        "DATABASE_URL": filled.database_url,
        "REDIS_URL": filled.redis_url,
        "SECRET_KEY": filled.secret_key,
    }
    if problems := [
        f"{name} is not set, and KH_HOME ({settings.home}) holds no embedded one: start `make run`"
        " there first, or give the KH_HOME of the installation that you mean."
        for name, value in names.items()
        if not value
    ]:
        raise SettingsError(problems)
    return filled


def _filled(settings: Settings, record: LocalRecord) -> Settings:
    changes: dict[str, Any] = {}
    if not settings.database_url and record.postgres is not None:
        changes["database_url"] = record.postgres.url(APPLICATION)
        changes["database_owner_url"] = record.postgres.url(OWNER)
    if not settings.redis_url and record.valkey is not None:
        changes["redis_url"] = record.valkey.url
    if not settings.secret_key:
        changes["secret_key"] = record.secret_key
    return replace(settings, **changes)


def read_record(home: Path) -> LocalRecord | None:
    """Return what is remembered under `home`, or None before the first start."""
    try:
        content = json.loads(_path(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    postgres, valkey = content["postgres"], content["valkey"]
    return LocalRecord(
        secret_key=content["secret_key"],
        postgres=None if postgres is None else _postgres_record(home, postgres),
        valkey=None if valkey is None else _valkey_record(home, valkey),
        is_seeded=content["is_seeded"],
    )


def write_record(home: Path, record: LocalRecord) -> None:
    """Remember; the file is replaced whole, so a reader never sees half of it."""
    new = _path(home).with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(_plain(home, record), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(_path(home))


def _path(home: Path) -> Path:
    return home / "local.json"


def _postgres_record(home: Path, content: dict[str, Any]) -> PostgresRecord:
    return PostgresRecord(
        bin=Path(content["bin"]),
        data=home / content["data"],
        identity=Identity.parse(content["identity"]),
        port=content["port"],
        passwords=content["passwords"],
    )


def _valkey_record(home: Path, content: dict[str, Any]) -> ValkeyRecord:
    return ValkeyRecord(
        data=home / content["data"], port=content["port"], password=content["password"]
    )


def _plain(home: Path, record: LocalRecord) -> dict[str, Any]:
    postgres, valkey = record.postgres, record.valkey
    return {
        "secret_key": record.secret_key,
        "is_seeded": record.is_seeded,
        "postgres": postgres
        and {
            "bin": str(postgres.bin),
            "data": _inside(home, postgres.data),
            "identity": str(postgres.identity),
            "port": postgres.port,
            "passwords": postgres.passwords,
        },
        "valkey": valkey
        and {
            "data": _inside(home, valkey.data),
            "port": valkey.port,
            "password": valkey.password,
        },
    }


def _inside(home: Path, path: Path) -> str:
    """Write a path under `home` without it, so that the whole directory may be moved."""
    return str(path.relative_to(home) if path.is_relative_to(home) else path)
