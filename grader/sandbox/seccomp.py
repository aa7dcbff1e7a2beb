"""A filter on system calls, for what namespaces and resource limits leave open.

Student code needs none of these calls, and each is a way around a limit (memory held by a memfd
belongs to no process, a vsock reaches the host past the network namespace) or a door to parts of
the kernel with a long record of faults. Form: classic BPF, seccomp(2). Only for x86-64; elsewhere
the other walls stand alone.
"""

from __future__ import annotations

import platform
import struct
import sys

_DENIED = {
    "memory that no limit sees": (319, 447, 29, 30),  # memfd_create, memfd_secret, shmget, shmat
    "other processes": (101, 310, 311, 312, 438),  # ptrace, process_vm_*, kcmp, pidfd_getfd
    "namespaces": (155, 161, 165, 166, 272, 308),  # pivot_root chroot mount umount2 unshare setns
    "new mounts": (428, 429, 430, 431, 432, 433, 442),  # open_tree … fspick, mount_setattr
    "keys": (248, 249, 250),  # add_key, request_key, keyctl
    "programs for the kernel": (298, 321, 323, 425, 426, 427),  # perf, bpf, userfaultfd, io_uring
    "modules and kernels": (175, 176, 246, 313, 320),  # *_module, kexec_*
    "the machine": (153, 163, 167, 168, 169, 172, 173, 179, 443),  # vhangup acct swap* reboot io*
    "names and clocks": (159, 164, 170, 171, 227, 305),  # adjtimex … clock_adjtime
    "old interfaces": (103, 134, 135, 139, 154, 156, 180, 212),  # syslog uselib personality …
    "files by handle": (259, 133, 303, 304, 300),  # mknod*, *_by_handle_at, fanotify_init
    "placing of memory": (237, 238, 256, 278, 279),  # mbind set_mempolicy move_pages vmsplice
    "queues of System V": (64, 68, 240),  # semget, msgget, mq_open
}
_SOCKET, _CLONE, _CLONE3 = 41, 56, 435
_FAMILIES = (1, 2, 10)
"""AF_UNIX, by which torch's workers pass tensors, and the Internet, which leads nowhere here."""
_NEW_NAMESPACES = 0x7E020000
"""All CLONE_NEW* flags."""

_ARCH, _X32 = 0xC000003E, 0x40000000
_AT_NUMBER, _AT_ARCH, _AT_FIRST = 0, 4, 16
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97


def program() -> bytes:
    """Return the filter as the bytes that ``bwrap --seccomp`` reads; empty where there is none."""
    if platform.machine() not in ("x86_64", "AMD64") or sys.maxsize < 1 << 32:
        return b""
    denied = sorted(number for group in _DENIED.values() for number in group)
    steps = [
        _step(_LOAD, _AT_ARCH),
        *_unless(_EQUAL, _ARCH, _KILL),
        _step(_LOAD, _AT_NUMBER),
        *_if(_AT_LEAST, _X32, _ERRNO | _ENOSYS),
        # glibc falls back to clone, whose flags a filter can see.
        *_if(_EQUAL, _CLONE3, _ERRNO | _ENOSYS),
        *(step for number in denied for step in _if(_EQUAL, number, _ERRNO | _EPERM)),
        *_clone(),
        *_socket(),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def _clone() -> list[bytes]:
    body = [_step(_LOAD, _AT_FIRST), *_if(_ANY_BIT, _NEW_NAMESPACES, _ERRNO | _EPERM)]
    return [_step(_EQUAL, _CLONE, 0, len(body) + 1), *body, _step(_RETURN, _ALLOW)]


def _socket() -> list[bytes]:
    known = [step for family in _FAMILIES for step in _if(_EQUAL, family, _ALLOW)]
    body = [_step(_LOAD, _AT_FIRST), *known]
    return [_step(_EQUAL, _SOCKET, 0, len(body) + 1), *body, _step(_RETURN, _ERRNO | _EAFNOSUPPORT)]


def _if(test: int, value: int, outcome: int) -> tuple[bytes, bytes]:
    return _step(test, value, 0, 1), _step(_RETURN, outcome)


def _unless(test: int, value: int, outcome: int) -> tuple[bytes, bytes]:
    return _step(test, value, 1, 0), _step(_RETURN, outcome)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
