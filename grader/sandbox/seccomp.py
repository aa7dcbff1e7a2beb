"""A filter on system calls, for what namespaces and resource limits leave open.

Student code needs none of these calls, and each is a way around a limit (memory held by a memfd
belongs to no process, a vsock reaches the host past the network namespace) or a door to parts of
the kernel with a long record of faults. Form: classic BPF, seccomp(2). For x86-64 and aarch64;
elsewhere the other walls stand alone.
"""

from __future__ import annotations

import platform
import struct
import sys

from grader.sandbox.syscalls import CLONE, CLONE3, SOCKET, Machine, Numbers, denied, on

_FAMILIES = (1, 2, 10)
"""AF_UNIX, by which torch's workers pass tensors, and the Internet, which leads nowhere here."""
_NEW_NAMESPACES = 0x7E020000
"""All CLONE_NEW* flags."""

_ARCH: dict[Machine, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""AUDIT_ARCH_*: a program may bring calls of another architecture, with other numbers."""
_X32 = 0x40000000
_KNOWN: dict[str, Machine] = {
    **dict.fromkeys(("x86_64", "AMD64"), "x86_64"),
    **dict.fromkeys(("aarch64", "arm64"), "aarch64"),
}
_AT_NUMBER, _AT_ARCH, _AT_FIRST = 0, 4, 16
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97


def program() -> bytes:
    """Return this machine's filter as ``bwrap --seccomp`` reads it; empty where there is none."""
    machine = _KNOWN.get(platform.machine())
    if machine is None or sys.maxsize < 1 << 32:
        return b""
    return program_for(machine)


def program_for(machine: Machine) -> bytes:
    """Return the filter for ``machine``: struct sock_filter, 8 bytes each."""
    steps = [
        _step(_LOAD, _AT_ARCH),
        *_unless(_EQUAL, _ARCH[machine], _KILL),
        _step(_LOAD, _AT_NUMBER),
        *(_if(_AT_LEAST, _X32, _ERRNO | _ENOSYS) if machine == "x86_64" else ()),
        # glibc falls back to clone, whose flags a filter can see.
        *_if(_EQUAL, _number(machine, CLONE3), _ERRNO | _ENOSYS),
        *(step for call in denied(machine) for step in _if(_EQUAL, call, _ERRNO | _EPERM)),
        *_clone(_number(machine, CLONE)),
        *_socket(_number(machine, SOCKET)),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def _number(machine: Machine, numbers: Numbers) -> int:
    number = on(machine, numbers)
    assert number is not None
    return number


def _clone(number: int) -> list[bytes]:
    body = [_step(_LOAD, _AT_FIRST), *_if(_ANY_BIT, _NEW_NAMESPACES, _ERRNO | _EPERM)]
    return [_step(_EQUAL, number, 0, len(body) + 1), *body, _step(_RETURN, _ALLOW)]


def _socket(number: int) -> list[bytes]:
    known = [step for family in _FAMILIES for step in _if(_EQUAL, family, _ALLOW)]
    body = [_step(_LOAD, _AT_FIRST), *known]
    return [_step(_EQUAL, number, 0, len(body) + 1), *body, _step(_RETURN, _ERRNO | _EAFNOSUPPORT)]


def _if(test: int, value: int, outcome: int) -> tuple[bytes, bytes]:
    return _step(test, value, 0, 1), _step(_RETURN, outcome)


def _unless(test: int, value: int, outcome: int) -> tuple[bytes, bytes]:
    return _step(test, value, 1, 0), _step(_RETURN, outcome)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
