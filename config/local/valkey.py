"""The embedded Valkey: Celery's broker and the rate limits' counters."""

import signal
from pathlib import Path

import redis

from config.local.binaries import valkey_server
from config.local.ports import LOOPBACK, free_port
from config.local.process import Server
from config.local.record import ValkeyRecord, new_secret
from config.local.tether import tethered


def set_up_valkey(data: Path, *, previous: ValkeyRecord | None = None) -> ValkeyRecord:
    """Make the data directory, and say how to run the server; it is not started."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return ValkeyRecord(
        data=data,
        port=free_port(preferred=None if previous is None else previous.port),
        password=new_secret() if previous is None else previous.password,
    )


def valkey_process(record: ValkeyRecord, *, log: Path) -> Server:
    """Return how to run the server; its password is in a file that only we can read."""
    configuration = record.data / "valkey.conf"
    configuration.unlink(missing_ok=True)
    configuration.touch(mode=0o600)
    configuration.write_text(_configuration(record), encoding="utf-8")
    command = [str(valkey_server()), str(configuration)]
    return Server(
        name="Valkey",
        command=tethered(command, with_signal=signal.SIGTERM),
        is_ready=lambda: _answers(record),
        stop_signal=signal.SIGTERM,
        log=log,
    )


def _configuration(record: ValkeyRecord) -> str:
    """Write every change to a file as it happens; never drop a key to make room."""
    return f"""\
bind {LOOPBACK}
port {record.port}
requirepass {record.password}
dir "{record.data}"
daemonize no
databases 1
save ""
set-proc-title no
appendonly yes
appendfsync everysec
aof-load-truncated yes
maxmemory-policy noeviction
"""


def _answers(record: ValkeyRecord) -> bool:
    client = redis.Redis.from_url(record.url, socket_connect_timeout=1, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
