"""What a figure was measured on, and the environment of the processes that are started."""

import os
import platform
import secrets
from pathlib import Path

from config.local.tether import MARK, TETHER
from config.settings import Settings, from_environ

# A measurement uses servers of its own, whatever the shell that starts it points to.
_OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_REPLICA_URL",
    "REDIS_URL",
    "SMTP_URL",
    "PUBLIC_URL",
    "SECRET_KEY",
    "KH_ENV",
    TETHER,
)


def environment_for(home: Path, port: int) -> dict[str, str]:
    """The environment of a product process under `home` that serves `port`, without a demo."""
    inherited = {k: v for k, v in os.environ.items() if k not in _OURS}  # noqa: TID251 (children's)
    return inherited | {
        "KH_HOME": str(home),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "KH_DEMO": "0",
        MARK: str(home),
    }


def settings_for(home: Path, port: int) -> Settings:
    """The same environment as settings; the servers' addresses are not filled in yet."""
    return from_environ(environment_for(home, port))


def chosen_seed() -> int:
    """CHAOS_SEED, or a new one."""
    return chosen_size("CHAOS_SEED", secrets.randbelow(1_000_000))


def chosen_size(name: str, usual: int) -> int:
    """A whole number from the environment, or the usual one.

    Raises ValueError when the variable holds anything else.
    """
    return int(os.environ.get(name, "") or usual)  # noqa: TID251 (scale of a run, not a setting)


def this_machine() -> dict[str, str | int | float]:
    """Cores, processor, memory, system and load: what a rate depends on."""
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_gib": round(pages * page / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_1_minute": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()
