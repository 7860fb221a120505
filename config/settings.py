"""Every setting the product knows, read from the environment once and checked all together.

`defaults.env` lists the same variables with a comment each.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY_BYTES = 32
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}")
_IPV6 = 6


class Environment(StrEnum):
    """Where the product runs; production refuses what a demonstration may do."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class SettingsError(Exception):
    """The environment cannot be used; `problems` names every fault, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the sentences, and show them all when the error is printed."""
        super().__init__("The settings cannot be used:\n" + "\n".join(f"  - {p}" for p in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment said, typed. Secrets are left out of `repr`.

    `database_url`, `database_owner_url`, `redis_url` and `secret_key` are empty until known:
    `config.local.record.with_local_servers` takes them from the servers of this machine.
    """

    home: Path
    database_url: str = field(default="", repr=False)
    database_owner_url: str = field(default="", repr=False)
    database_replica_url: str | None = field(default=None, repr=False)
    redis_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    environment: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "khuyen-hoc@[127.0.0.1]"
    stripe_api_key: str | None = field(default=None, repr=False)
    stripe_webhook_secret: str | None = field(default=None, repr=False)
    stripe_api_base: str | None = None
    is_demo: bool = False
    web_concurrency: int = 2
    worker_concurrency: int = 2
    pg_bin: Path | None = None
    metrics_token: str | None = field(default=None, repr=False)
    trusted_proxies: int = 0

    @property
    def mail_host(self) -> str:
        """What follows the @ in our Message-IDs: the host of PUBLIC_URL."""
        return _mail_host(self.public_url)

    @property
    def is_production(self) -> bool:
        """Tell whether the strict rules of a real installation hold."""
        return self.environment is Environment.PRODUCTION


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Read and check all variables; an empty one counts as unset.

    Raises SettingsError with every problem found, not just the first.
    """
    reader = _Reader(environ)
    host = reader.text("HOST") or "127.0.0.1"
    port = reader.whole("PORT", default=8000, low=1, high=65535)
    public_url = (reader.url("PUBLIC_URL", "http", "https") or f"http://{host}:{port}").rstrip("/")
    settings = Settings(
        home=reader.home(),
        database_url=reader.url("DATABASE_URL", "postgresql") or "",
        database_owner_url=reader.url("DATABASE_OWNER_URL", "postgresql") or "",
        database_replica_url=reader.url("DATABASE_REPLICA_URL", "postgresql"),
        redis_url=reader.url("REDIS_URL", "redis", "rediss") or "",
        secret_key=reader.text("SECRET_KEY") or "",
        environment=reader.environment(),
        host=host,
        port=port,
        public_url=public_url,
        smtp_url=reader.url("SMTP_URL", "smtp", "smtps"),
        mail_from=reader.mailbox("MAIL_FROM") or f"khuyen-hoc@{_mail_host(public_url)}",
        stripe_api_key=reader.text("STRIPE_API_KEY"),
        stripe_webhook_secret=reader.text("STRIPE_WEBHOOK_SECRET"),
        stripe_api_base=reader.url("STRIPE_API_BASE", "http", "https"),
        is_demo=reader.flag("KH_DEMO"),
        web_concurrency=reader.whole("WEB_CONCURRENCY", default=2, low=1, high=64),
        worker_concurrency=reader.whole("WORKER_CONCURRENCY", default=2, low=1, high=64),
        pg_bin=reader.directory("KH_PG_BIN"),
        metrics_token=reader.text("METRICS_TOKEN"),
        trusted_proxies=reader.whole("TRUSTED_PROXIES", default=0, low=0, high=9),
    )
    problems = reader.problems + _contradictions(settings)
    if problems:
        raise SettingsError(problems)
    return settings


class _Reader:
    """Takes variables out of the environment and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        text = self.text(name)
        if text is None:
            return default
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        self.problems.append(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
        return default

    def flag(self, name: str) -> bool:
        text = self.text(name) or "0"
        if text not in {"0", "1"}:
            self.problems.append(f"{name} must be 0 or 1, not {text!r}.")
        return text == "1"

    def url(self, name: str, *schemes: str) -> str | None:
        """Return the address; a problem never repeats it, for it may hold a password."""
        text = self.text(name)
        if text is not None and not self._is_address(text, schemes):
            wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
            self.problems.append(f"{name} must be an address like {wanted} with a host.")
        return text

    def mailbox(self, name: str) -> str | None:
        """Return an e-mail address, bare: the name before it is the branch's."""
        text = self.text(name)
        if text is not None and not _MAILBOX.fullmatch(text):
            self.problems.append(f"{name} must be an e-mail address like quy@example.vn.")
        return text

    def _is_address(self, text: str, schemes: tuple[str, ...]) -> bool:
        try:
            parts = urlsplit(text)
            return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False

    def environment(self) -> Environment:
        text = self.text("KH_ENV") or Environment.DEVELOPMENT
        try:
            return Environment(text)
        except ValueError:
            self.problems.append(f"KH_ENV must be development or production, not {text!r}.")
            return Environment.DEVELOPMENT

    def home(self) -> Path:
        text = self.text("KH_HOME")
        home = Path(text).expanduser().resolve() if text else PROJECT_ROOT / "var"
        if home.exists() and not home.is_dir():
            self.problems.append(f"KH_HOME must be a directory, and {home} is not one.")
        return home

    def directory(self, name: str) -> Path | None:
        text = self.text(name)
        if text is None:
            return None
        path = Path(text).expanduser().resolve()
        if not path.is_dir():
            self.problems.append(f"{name} must be a directory that exists; {path} does not.")
        return path


def _mail_host(public_url: str) -> str:
    """Return the host as it stands in mail addresses: an IP address in brackets (RFC 5321)."""
    try:
        host = urlsplit(public_url).hostname or "localhost"
        address = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{address}]" if address.version == _IPV6 else f"[{address}]"


def _contradictions(settings: Settings) -> list[str]:
    """Name what single variables cannot show: one setting that forbids or needs another."""
    rules: list[tuple[Callable[[Settings], bool], str]] = [
        (
            lambda s: bool(s.secret_key) and len(s.secret_key.encode()) < SECRET_KEY_BYTES,
            f"SECRET_KEY must have at least {SECRET_KEY_BYTES} bytes.",
        ),
        (
            lambda s: s.is_production and not s.secret_key,
            "SECRET_KEY is required when KH_ENV=production.",
        ),
        (
            lambda s: s.is_production and s.is_demo,
            "KH_DEMO=1 is refused when KH_ENV=production: the demo's passwords are public.",
        ),
        (
            lambda s: bool(s.database_owner_url) and not s.database_url,
            "DATABASE_OWNER_URL needs DATABASE_URL: both name the same database.",
        ),
        (
            lambda s: bool(s.database_replica_url) and not s.database_url,
            "DATABASE_REPLICA_URL needs DATABASE_URL: the embedded server has no standby.",
        ),
        (
            lambda s: not unquote(urlsplit(s.smtp_url or "").netloc).isascii(),
            "The name and password in SMTP_URL must be ASCII: no other goes through SMTP.",
        ),
        (
            lambda s: bool(s.stripe_api_key) != bool(s.stripe_webhook_secret),
            "STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET must be set together.",
        ),
    ]
    return [sentence for is_broken, sentence in rules if is_broken(settings)]
