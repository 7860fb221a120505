"""Who a PostgreSQL server runs as: it refuses to run as root, and needs a user with a name."""

import ctypes
import os
import pwd
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

_CLONE_NEWUSER = 0x10000000


class Manner(StrEnum):
    """How a process becomes who it should be."""

    SAME = "same"
    USER = "user"
    MAPPED = "mapped"


@dataclass(frozen=True, slots=True)
class Identity:
    """One way to run a server.

    SAME stays who it is. USER becomes another user for good. MAPPED stays the same user to the
    outside and looks like another one from inside (a user namespace), so that it can reach
    directories which only its caller may enter, such as a checkout under /root.
    """

    manner: Manner
    uid: int
    gid: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote."""
        manner, uid, gid = text.split(":")
        return cls(Manner(manner), int(uid), int(gid))

    def __str__(self) -> str:
        return f"{self.manner}:{self.uid}:{self.gid}"

    def assume(self) -> None:
        """Become this identity, for good. Raises OSError when the machine forbids it."""
        if self.manner is Manner.USER:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)
        elif self.manner is Manner.MAPPED:
            _enter_user_namespace(self.uid, self.gid)

    def take(self, path: Path) -> None:
        """Make the file or directory belong to this identity, as seen from outside."""
        if os.geteuid() != 0:
            return
        if self.manner is Manner.USER:
            os.chown(path, self.uid, self.gid)
        else:
            os.chown(path, 0, 0)


def possible_identities() -> list[Identity]:
    """Return the identities a server may run as here, the best first."""
    others = [user for name in ("postgres", "nobody") if (user := _user(name)) is not None]
    mapped = [Identity(Manner.MAPPED, user.pw_uid, user.pw_gid) for user in others]
    if sys.platform != "linux":
        mapped = []
    if os.geteuid() == 0:
        return [Identity(Manner.USER, user.pw_uid, user.pw_gid) for user in others] + mapped
    return [Identity(Manner.SAME, os.geteuid(), os.getegid()), *mapped]


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _enter_user_namespace(uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"No user namespace: {os.strerror(code)}")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1", encoding="ascii")
