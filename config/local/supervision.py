"""The processes of `make run` as supervisord's configuration: what dies is started again.

`startsecs=0` with `autorestart` has supervisord start a dead process at once and for ever,
without pauses that grow. Programs stop before the servers they use, all of a group together,
so that everything is gone within 15 seconds.
"""

import os
import shlex
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from config.celery import PAPERS, QUEUE
from config.local.process import Server
from config.local.tether import tethered
from config.settings import PROJECT_ROOT, Settings

_LONGEST_SOCKET_PATH = 100  # systems allow 104 to 108 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One supervised process."""

    name: str
    command: list[str]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: int = 6


def server_program(name: str, server: Server) -> Program:
    """Return an embedded server as a supervised process."""
    return Program(
        name=name, command=server.command, stop_signal=server.stop_signal, stop_seconds=5
    )


def product_programs(settings: Settings) -> list[Program]:
    """Return web, worker and beat. Their own processes die with them, by the tether."""
    return [
        Program(name="web", command=_killed_with_parent(_web(settings))),
        Program(name="worker", command=_killed_with_parent(_worker(settings))),
        Program(name="beat", command=_killed_with_parent(_beat(settings))),
    ]


def write_configuration(home: Path, servers: list[Program], product: list[Program]) -> Path:
    """Write supervisord's configuration for these processes, and return its path."""
    sections = [_supervisord(home)]
    sections += [_program(home, program) for program in servers + product]
    sections.append(_group("product", product, priority=20))
    if servers:
        sections.append(_group("servers", servers, priority=10))
    socket = home / "run" / "supervisor.sock"
    if len(str(socket)) <= _LONGEST_SOCKET_PATH:
        sections.append(_control(socket))
    path = home / "run" / "supervisord.conf"
    path.write_text("\n".join(sections), encoding="utf-8")
    path.chmod(0o600)
    return path


def _killed_with_parent(command: list[str]) -> list[str]:
    return tethered(command, with_signal=signal.SIGKILL)


def _web(settings: Settings) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": settings.host,
        "--port": str(settings.port),
        "--workers": str(settings.web_concurrency),
        # They wait for what is sent; how many work at once is said in app/web/__init__.py.
        "--blocking-threads": "128",
        "--backlog": "1024",
        "--workers-kill-timeout": "3",
        "--respawn-interval": "0.2",
    }
    named = [part for option in options.items() for part in option]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return [_tool("granian"), *named, *flags, "wsgi:app"]


def _worker(settings: Settings) -> list[str]:
    options = ["--loglevel", "INFO", "--concurrency", str(settings.worker_concurrency)]
    options += ["--queues", f"{QUEUE},{PAPERS}"]  # in this order: totals before papers
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [_tool("celery"), "-A", "worker.celery_app", "worker", *options, *quiet]


def _beat(settings: Settings) -> list[str]:
    schedule = str(settings.home / "run" / "beat-schedule")
    options = ["--loglevel", "INFO", "--schedule", schedule, "--pidfile", ""]
    return [_tool("celery"), "-A", "worker.celery_app", "beat", *options]


def _tool(name: str) -> str:
    """Return a program of the environment we run in."""
    return str(Path(sys.executable).parent / name)


def _supervisord(home: Path) -> str:
    user = "user=root\n" if os.geteuid() == 0 else ""
    return f"""\
[supervisord]
nodaemon=true
silent=true
umask=077
logfile={_text(home / "log" / "supervisor.log")}
logfile_maxbytes=5MB
logfile_backups=1
pidfile={_text(home / "run" / "supervisord.pid")}
childlogdir={_text(home / "log")}
{user}"""


def _program(home: Path, program: Program) -> str:
    return f"""\
[program:{program.name}]
command={_text(shlex.join(program.command))}
directory={_text(PROJECT_ROOT)}
autorestart=true
startsecs=0
stopsignal={program.stop_signal.name.removeprefix("SIG")}
stopwaitsecs={program.stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={_text(home / "log" / f"{program.name}.log")}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


def _group(name: str, programs: list[Program], *, priority: int) -> str:
    names = ",".join(program.name for program in programs)
    return f"[group:{name}]\nprograms={names}\npriority={priority}\n"


def _control(socket: Path) -> str:
    return f"""\
[unix_http_server]
file={_text(socket)}
chmod=0700

[supervisorctl]
serverurl=unix://{_text(socket)}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""


def _text(value: object) -> str:
    """Write a value; supervisord reads %(name)s in it."""
    return str(value).replace("%", "%%")
