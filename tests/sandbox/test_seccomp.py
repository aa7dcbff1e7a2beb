"""The filter on system calls: its numbers against the kernel's headers, its steps by running them.

The interpreter below is an independent reading of classic BPF as seccomp(2) describes it, so that
the filter of another architecture is tested as well as this one's.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from grader.sandbox import seccomp, syscalls
from grader.sandbox.syscalls import Machine

HEADERS: dict[Machine, tuple[str, ...]] = {
    "x86_64": (
        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        "/usr/include/asm/unistd_64.h",
        "/usr/x86_64-linux-gnu/include/asm/unistd_64.h",
    ),
    "aarch64": ("/usr/include/asm-generic/unistd.h",),
}
ARCH: dict[Machine, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL, EPERM, ENOSYS, UNKNOWN_FAMILY = 0x7FFF0000, 0x80000000, 0x50001, 0x50026, 0x50061
MACHINES: tuple[Machine, ...] = ("x86_64", "aarch64")


def headers(machine: Machine) -> dict[str, int]:
    path = next((Path(p) for p in HEADERS[machine] if Path(p).exists()), None)
    assert path is not None, "install the kernel's headers: apt-get install linux-libc-dev"
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text())
    return {name: int(number) for name, number in found}


def verdict(program: bytes, number: int, *, arch: int, first: int = 0) -> int:
    """Run the filter on one call and return what it answers."""
    data = struct.pack("=IIQ6Q", number, arch, 0, first, 0, 0, 0, 0, 0)
    steps = list(struct.iter_unpack("=HBBI", program))
    held, at = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x06:  # BPF_RET | BPF_K
            return int(value)
        if code == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            (held,) = struct.unpack_from("=I", data, value)
            continue
        true = {
            0x15: held == value,  # BPF_JMP | BPF_JEQ
            0x35: held >= value,  # BPF_JMP | BPF_JGE
            0x45: bool(held & value),  # BPF_JMP | BPF_JSET
        }[code]
        at += if_true if true else if_false


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_the_kernel(machine: Machine) -> None:
    known = headers(machine)
    special = {"socket": syscalls.SOCKET, "clone": syscalls.CLONE, "clone3": syscalls.CLONE3}
    for name, numbers in {
        **special,
        **{n: v for g in syscalls.DENIED.values() for n, v in g.items()},
    }.items():
        assert syscalls.on(machine, numbers) == known.get(name), name


@pytest.mark.parametrize("machine", MACHINES)
def test_each_denied_call_is_refused_and_all_others_pass(machine: Machine) -> None:
    program, arch = seccomp.program_for(machine), ARCH[machine]
    refused = set(syscalls.denied(machine))
    assert len(refused) > 50
    special = {syscalls.on(machine, n) for n in (syscalls.SOCKET, syscalls.CLONE3)}
    for number in range(600):
        if number not in special:
            expected = EPERM if number in refused else ALLOW
            assert verdict(program, number, arch=arch) == expected, number


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_of_another_architecture_end_the_process(machine: Machine) -> None:
    other = 0x40000003
    assert verdict(seccomp.program_for(machine), 1, arch=other) == KILL


@pytest.mark.parametrize("machine", MACHINES)
def test_sockets_of_unknown_families_are_refused(machine: Machine) -> None:
    number = syscalls.on(machine, syscalls.SOCKET)
    assert number is not None
    outcomes = {
        family: verdict(seccomp.program_for(machine), number, arch=ARCH[machine], first=family)
        for family in range(46)
    }
    allowed = {family for family, outcome in outcomes.items() if outcome == ALLOW}
    assert allowed == {1, 2, 10}
    assert set(outcomes.values()) == {ALLOW, UNKNOWN_FAMILY}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_process_may_be_cloned_but_no_namespace_with_it(machine: Machine) -> None:
    program, arch = seccomp.program_for(machine), ARCH[machine]
    clone, clone3 = (syscalls.on(machine, n) for n in (syscalls.CLONE, syscalls.CLONE3))
    assert clone is not None and clone3 is not None
    assert verdict(program, clone3, arch=arch) == ENOSYS
    assert verdict(program, clone, arch=arch, first=17) == ALLOW
    for bit in (0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x00020000):
        assert verdict(program, clone, arch=arch, first=bit | 17) == EPERM


def test_calls_of_the_x32_form_do_not_exist() -> None:
    program = seccomp.program_for("x86_64")
    assert verdict(program, 0x40000000 + 1, arch=ARCH["x86_64"]) == ENOSYS


def test_jumps_stay_within_what_the_kernel_accepts() -> None:
    for machine in MACHINES:
        steps = list(struct.iter_unpack("=HBBI", seccomp.program_for(machine)))
        assert len(steps) <= 4096
        for at, (code, if_true, if_false, _) in enumerate(steps):
            if code & 0x07 == 0x05:
                assert max(at + if_true, at + if_false) + 1 < len(steps)
