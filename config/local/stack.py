"""`make run`: everything the product needs on this machine, from nothing to a served page.

Sets up the embedded servers, migrates, seeds the demonstration, and then keeps servers, web,
worker and beat alive until it is told to stop. Ctrl-C and SIGTERM stop it; it leaves nothing.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.local.binaries import ServerUnavailableError
from config.local.orphans import end_orphans
from config.local.ports import is_free
from config.local.prepare import (
    PreparationError,
    flask_command,
    hold_home,
    prepare_database,
    set_up_servers,
)
from config.local.supervision import product_programs, server_program, write_configuration
from config.local.supervisor import SupervisionError, Supervisor
from config.local.tether import MARK, TETHER, tie_to_parent
from config.settings import PROJECT_ROOT, Settings, SettingsError, from_environ

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run until told to stop; return the exit status."""
    for number in _ENDING:
        signal.signal(number, signal.default_int_handler)
    if "MAKELEVEL" in os.environ:
        tie_to_parent(signal.SIGTERM)
    try:
        settings = from_environ(os.environ)
        _prepare_environment(settings)
        with hold_home(settings.home):
            _run(settings)
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    except (SettingsError, ServerUnavailableError, PreparationError, SupervisionError) as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    return 0


def _prepare_environment(settings: Settings) -> None:
    """Set what every process of this run inherits."""
    os.environ.pop(TETHER, None)
    # Half a dozen processes import the same modules: compiling them once halves the start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.update({"KH_HOME": str(settings.home), MARK: str(settings.home)})


def _run(settings: Settings) -> None:
    if count := end_orphans(settings.home):
        print(f"Ended {count} processes that an earlier run had left behind.", flush=True)
    if not is_free(settings.port, settings.host):
        raise PreparationError(
            f"Port {settings.port} on {settings.host} is taken by another program."
            " Choose another one: make run PORT=8001"
        )
    configuration = _prepare(settings)
    with Supervisor(settings, configuration) as supervisor:
        sign_ins = _start_listing_sign_ins(settings)
        supervisor.wait_until_ready()
        _announce(settings, sign_ins)
        supervisor.keep_running()


def _prepare(settings: Settings) -> Path:
    started = time.monotonic()
    servers = set_up_servers(settings)
    prepare_database(settings, servers)
    print(f"Prepared in {time.monotonic() - started:.1f} s.", flush=True)
    return write_configuration(
        settings.home,
        [server_program(name, server) for name, server in servers.by_name.items()],
        product_programs(settings),
    )


def _start_listing_sign_ins(settings: Settings) -> subprocess.Popen[str] | None:
    """Have the sign-ins ready when the page is; the command takes as long as the web's start."""
    if not settings.is_demo:
        return None
    return subprocess.Popen(
        flask_command("demo", "users"),
        cwd=PROJECT_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _announce(settings: Settings, sign_ins: subprocess.Popen[str] | None) -> None:
    if sign_ins is not None:
        print(f"\n{sign_ins.communicate(timeout=60)[0].rstrip()}")
    print(f"\nLogs: {settings.home / 'log'}")
    print(f"Quỹ Khuyến học: {settings.public_url}   (Ctrl-C stops it)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
