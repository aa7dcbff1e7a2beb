"""The walls around the process of one submission, put up by itself before student code runs.

Each system call is made by its C name: Python 3.11 has none of them. Linux only.
"""

from __future__ import annotations

import base64
import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path
from typing import Any

from . import landlock, limits

NEW_MOUNTS, NEW_NAME, NEW_IPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x1000_0000, 0x2000_0000, 0x4000_0000
"""Kinds of namespaces, see namespaces(7)."""
MAX_INODES = 40_000
"""Above the number at which the grader ends the run: that one has a sentence of its own."""
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_PARENT_DEATH, _DUMPABLE, _FILTER, _DROP, _NO_NEW_RIGHTS, _AMBIENT = 1, 4, 22, 24, 38, 47
_FILTER_MODE, _CLEAR_ALL = 2, 4
_SET_FLAGS, _UP = 0x8914, 0x41
"""SIOCSIFFLAGS, and IFF_UP with IFF_RUNNING; see netdevice(7)."""
_CAPABILITIES_3 = 0x2008_0522

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of seccomp(2)."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def unshare(kinds: int) -> None:
    """Leave the namespaces of these kinds for new ones; raises OSError."""
    _call("unshare", kinds)


def enter(namespace: int, kind: int) -> None:
    """Enter the namespace that a descriptor stands for; raises OSError."""
    _call("setns", namespace, kind)


def die_with_parent(signal_number: int) -> None:
    """Be sent a signal when the process that made this one ends."""
    _prctl(_PARENT_DEATH, signal_number)


def wall_off(settings: dict[str, Any]) -> None:
    """Take this fork away from all others for good; raises OSError if a part fails.

    It has its own processes already: those are given to it at birth.
    """
    unshare(NEW_MOUNTS | NEW_IPC | NEW_NAME)
    _mount_private(settings["private"], settings["place_bytes"])
    os.chdir(settings["private"][0])
    confine(settings)


def confine(settings: dict[str, Any]) -> None:
    """Give up all that the settings do not leave, for good; raises OSError if a part fails.

    What is around it (mounts, processes, for a started process the network) is there already.
    """
    if settings["user"] is not None:
        limits.become(settings["user"])
    if settings["alone"]:
        # What /proc tells of a process that has changed its user is closed to itself otherwise.
        _prctl(_DUMPABLE, 1)
        _check_readable([*settings["readable"], *settings["writable"]])
    if settings["shown_user"] is not None:
        new_user(settings["shown_user"])
    if settings["own_network"]:
        _move_to_own_network()
    # After the user namespace: its own count of processes is the one to be limited.
    limits.limit_resources(settings["limits"])
    if settings["shown_user"] is not None:
        _drop_rights()
    _prctl(_NO_NEW_RIGHTS, 1)
    limits.check_powerless()
    _close_files(settings)
    _filter_calls(base64.b64decode(settings["seccomp"]))


def _close_files(settings: dict[str, Any]) -> None:
    alone = settings["alone"]
    known = landlock.restrict(
        readable=settings["readable"], writable=settings["writable"], tcp=not alone
    )
    if alone and not known:
        raise OSError("this kernel has no Landlock, and nothing else would close files off")


def _check_readable(paths: list[str]) -> None:
    """Raise PermissionError where this user cannot get at what every run needs."""
    for path in paths:
        try:
            os.stat(path)  # noqa: PTH116
            closed = not os.access(path, os.R_OK)
        except FileNotFoundError:
            continue
        except PermissionError:
            closed = True
        if closed:
            raise PermissionError(f"{path} cannot be read by the user that runs submissions")


def _filter_calls(program: bytes) -> None:
    if program:
        prepared = _Program(len(program) // 8, program)
        _prctl(_FILTER, _FILTER_MODE, ctypes.addressof(prepared))


def new_user(shown: int) -> None:
    """Enter a user namespace in which this user has the number ``shown`` and there is no other."""
    user, group = os.geteuid(), os.getegid()
    # A process that has changed its user may not write its own map.
    _prctl(_DUMPABLE, 1)
    unshare(NEW_USER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{shown} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{shown} {group} 1", encoding="ascii")


def _mount_private(places: list[str], size: int) -> None:
    """Lay empty folders in memory over the places, and a fresh view of the own processes."""
    options = f"size={size},nr_inodes={MAX_INODES},mode=0777".encode()
    for place in places:
        _mount("tmpfs", place, "tmpfs", _NO_SETUID | _NO_DEVICES, options)
    _mount("proc", "/proc", "proc", _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS, None)
    terminals = b"newinstance,ptmxmode=0666,mode=620"
    _mount("devpts", "/dev/pts", "devpts", _NO_SETUID | _NO_PROGRAMS, terminals)


def _move_to_own_network() -> None:
    """Have no network but this machine's own address, at which nobody but this process is."""
    unshare(NEW_NETWORK)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def _mount(source: str, target: str, kind: str, flags: int, options: bytes | None) -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), flags, options)


def _drop_rights() -> None:
    """Give up every capability, and every way to gain one."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    for number in range(last + 1):
        _prctl(_DROP, number)
    _prctl(_AMBIENT, _CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def _prctl(option: int, value: int, more: int = 0) -> None:
    zero = ctypes.c_ulong(0)
    _call("prctl", option, ctypes.c_ulong(value), ctypes.c_ulong(more), zero, zero)


def _call(name: str, *arguments: Any) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
