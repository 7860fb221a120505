"""Free ports on the loopback address, and waiting until one is answered."""

import random
import socket
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
# Below the range from which systems take ports for outgoing connections, so that no such
# connection sits on a server's port while the server is being restarted.
_LOWEST, _HIGHEST = 20_000, 32_000
_TRIES = 200


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen on this port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(*, preferred: int | None = None) -> int:
    """Return the preferred port if it is free, else some other free one."""
    chance = random.SystemRandom()
    tries = [chance.randint(_LOWEST, _HIGHEST) for _ in range(_TRIES)]
    for port in [preferred, *tries]:
        if port is not None and is_free(port):
            return port
    raise OSError(f"No free port between {_LOWEST} and {_HIGHEST} on {LOOPBACK}.")


def wait_until(is_true: Callable[[], bool], *, seconds: float) -> bool:
    """Ask again and again, for so long at most; return the last answer."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True
