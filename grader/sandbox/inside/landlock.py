"""Landlock: which files this process and its children may reach, decided by itself and for good.

A second wall behind the namespaces: what a mount by mistake left open stays closed. The system
calls have no wrapper in libc and the same numbers on every architecture. Form: landlock(7).
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from functools import cache

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_BENEATH_PATH = 1
_NO_NEW_PRIVILEGES = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
REFER, TRUNCATE, IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_RIGHTS_SINCE = {1: 0x1FFF, 2: REFER, 3: TRUNCATE, 5: IOCTL_DEVICE}
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
_READ = EXECUTE | READ_FILE | READ_DIR
_TCP_SINCE, _TCP = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11
"""Abstract sockets and signals reach only processes behind the same wall."""


def version() -> int:
    """Return the version of Landlock's interface here, 0 where the kernel has none."""
    return max(0, _call(_CREATE, None, 0, _ASK_VERSION, errors=False))


def restrict(*, readable: Iterable[str], writable: Iterable[str], tcp: bool = False) -> int:
    """Leave this process only the given files and folders; return the version that is in force.

    What is below ``readable`` may be read and executed, what is below ``writable`` changed as
    well; paths that are not there are left out. Without ``tcp`` no TCP connection can be made
    or taken, as far as the kernel knows how. Returns 0, having done nothing, where the kernel has
    no Landlock. Raises ``OSError`` if it has and yet refuses.
    """
    known = version()
    if not known:
        return 0
    rights = sum(added for since, added in _RIGHTS_SINCE.items() if known >= since)
    network = _TCP if known >= _TCP_SINCE and not tcp else 0
    scopes = _SCOPES if known >= _SCOPES_SINCE else 0
    wall = struct.pack("=QQQ", rights, network, scopes)
    size = 24 if known >= _SCOPES_SINCE else 16 if known >= _TCP_SINCE else 8
    ruleset = _call(_CREATE, wall, size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ & rights)
        for path in writable:
            _allow(ruleset, path, rights)
        _forbid_new_privileges()
        _call(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return known


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            rights &= _OF_A_FILE
        _call(_ADD, ruleset, _BENEATH_PATH, struct.pack("=Qi", rights, beneath), 0)
    finally:
        os.close(beneath)


def _forbid_new_privileges() -> None:
    if _libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS) failed")


def _call(number: int, *arguments: int | bytes | None, errors: bool = True) -> int:
    prepared = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = int(_libc().syscall(ctypes.c_long(number), *prepared))
    if result < 0 and errors:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock call {number} failed: {os.strerror(code)}")
    return result


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc
