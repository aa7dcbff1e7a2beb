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

from grader.sandbox.syscalls import (
    CLONE,
    CLONE3,
    ONLY_ITSELF,
    SOCKET,
    SOCKETPAIR,
    Machine,
    Numbers,
    denied,
    on,
)

_FAMILIES = (1, 2, 10)
"""AF_UNIX, by which torch's workers pass tensors, and the Internet, which leads nowhere here."""
_NEW_NAMESPACES = 0x7E020000
"""All CLONE_NEW* flags."""
_THREAD = 0x00010000
"""CLONE_THREAD: what is made is no process of its own."""
_KIND, _STREAM = 0xF, 1
"""The part of a socket's type that is no flag, and SOCK_STREAM: it cannot send to an address."""

_ARCH: dict[Machine, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""AUDIT_ARCH_*: a program may bring calls of another architecture, with other numbers."""
_X32 = 0x40000000
_KNOWN: dict[str, Machine] = {
    **dict.fromkeys(("x86_64", "AMD64"), "x86_64"),
    **dict.fromkeys(("aarch64", "arm64"), "aarch64"),
}
_AT_NUMBER, _AT_ARCH, _AT_FIRST, _AT_SECOND = 0, 4, 16, 24
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97


def program(*, alone: int | None = None) -> bytes:
    """Return this machine's filter, empty where there is none.

    ``alone`` is the number of a process without namespaces of its own: it may not start others,
    nor do anything to those that it can name.
    """
    machine = _KNOWN.get(platform.machine())
    if machine is None or sys.maxsize < 1 << 32:
        return b""
    return program_for(machine, alone=alone)


def program_for(machine: Machine, *, alone: int | None = None) -> bytes:
    """Return the filter for ``machine``: struct sock_filter, 8 bytes each."""
    apart = alone is None
    steps = [
        _step(_LOAD, _AT_ARCH),
        *_unless(_EQUAL, _ARCH[machine], _KILL),
        _step(_LOAD, _AT_NUMBER),
        *(_if(_AT_LEAST, _X32, _ERRNO | _ENOSYS) if machine == "x86_64" else ()),
        # glibc falls back to clone, whose flags a filter can see.
        *_if(_EQUAL, _number(machine, CLONE3), _ERRNO | _ENOSYS),
        *(
            step
            for call in denied(machine, alone=not apart)
            for step in _if(_EQUAL, call, _ERRNO | _EPERM)
        ),
        *_clone(_number(machine, CLONE), processes=apart),
        *(_socket(_number(machine, SOCKET)) if alone is None else _to_itself(machine, alone)),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def _number(machine: Machine, numbers: Numbers) -> int:
    number = on(machine, numbers)
    assert number is not None
    return number


def _clone(number: int, *, processes: bool) -> list[bytes]:
    body = [_step(_LOAD, _AT_FIRST), *_if(_ANY_BIT, _NEW_NAMESPACES, _ERRNO | _EPERM)]
    if not processes:
        body += _unless(_ANY_BIT, _THREAD, _ERRNO | _EPERM)
    return _case(number, body, _ALLOW)


def _socket(number: int) -> list[bytes]:
    known = [step for family in _FAMILIES for step in _if(_EQUAL, family, _ALLOW)]
    return _case(number, [_step(_LOAD, _AT_FIRST), *known], _ERRNO | _EAFNOSUPPORT)


def _to_itself(machine: Machine, process: int) -> list[bytes]:
    """Let a process talk through pairs of streams, and do some things to itself alone."""
    kind = [_step(_LOAD, _AT_SECOND), _step(_AND, _KIND)]
    pair = [*kind, *_if(_EQUAL, _STREAM, _ALLOW)]
    steps = _case(_number(machine, SOCKETPAIR), pair, _ERRNO | _EPERM)
    for numbers in ONLY_ITSELF.values():
        whom = [step for each in (0, process) for step in _if(_EQUAL, each, _ALLOW)]
        body = [_step(_LOAD, _AT_FIRST), *whom]
        steps += _case(_number(machine, numbers), body, _ERRNO | _EPERM)
    return steps


def _case(number: int, body: list[bytes], outcome: int) -> list[bytes]:
    """Do ``body`` for one call alone, and where it decides nothing, answer with ``outcome``."""
    return [_step(_EQUAL, number, 0, len(body) + 1), *body, _step(_RETURN, outcome)]


def _if(test: int, value: int, outcome: int) -> tuple[bytes, bytes]:
    return _step(test, value, 0, 1), _step(_RETURN, outcome)


def _unless(test: int, value: int, outcome: int) -> tuple[bytes, bytes]:
    return _step(test, value, 1, 0), _step(_RETURN, outcome)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
