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


def verdict(program: bytes, number: int, *, arch: int, first: int = 0, second: int = 0) -> int:
    """Run the filter on one call and return what it answers."""
    data = struct.pack("=IIQ6Q", number, arch, 0, first, second, 0, 0, 0, 0)
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
        if code == 0x54:  # BPF_ALU | BPF_AND | BPF_K
            held &= value
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
    special = {
        "socket": syscalls.SOCKET,
        "socketpair": syscalls.SOCKETPAIR,
        "clone": syscalls.CLONE,
        "clone3": syscalls.CLONE3,
        **syscalls.ONLY_ITSELF,
    }
    groups = (*syscalls.DENIED.values(), *syscalls.DENIED_ALONE.values())
    compared = 0
    for name, numbers in {**special, **{n: v for g in groups for n, v in g.items()}}.items():
        number = syscalls.on(machine, numbers)
        # Calls that are newer than the headers have one number for all machines.
        if number is not None and number > max(known.values()):
            assert numbers[0] == numbers[1], name
        else:
            assert number == known.get(name), name
            compared += 1
    assert compared > 100


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


def alone(machine: Machine, name: str, process: int = 4_711, **arguments: int) -> int:
    """Run the filter for a process without namespaces of its own on one call by its name."""
    groups = (*syscalls.DENIED.values(), *syscalls.DENIED_ALONE.values(), syscalls.ONLY_ITSELF)
    named = {"clone": syscalls.CLONE, "clone3": syscalls.CLONE3, "pair": syscalls.SOCKETPAIR}
    numbers = {**named, **{each: n for group in groups for each, n in group.items()}}[name]
    number = syscalls.on(machine, numbers)
    assert number is not None
    program = seccomp.program_for(machine, alone=process)
    return verdict(program, number, arch=ARCH[machine], **arguments)


@pytest.mark.parametrize("machine", MACHINES)
def test_alone_every_call_on_others_is_refused(machine: Machine) -> None:
    program = seccomp.program_for(machine, alone=4_711)
    refused = set(syscalls.denied(machine, alone=True))
    assert refused > set(syscalls.denied(machine))
    for number in refused:
        for first in (0, 1, 4_711):
            assert verdict(program, number, arch=ARCH[machine], first=first) == EPERM, number


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", syscalls.ONLY_ITSELF)
def test_alone_a_process_may_do_some_things_to_itself_only(machine: Machine, name: str) -> None:
    assert alone(machine, name, first=0) == alone(machine, name, first=4_711) == ALLOW
    for other in (1, 4_710, 4_712, 0xFFFFFFFF, 0xFFFFFFFF - 4_710):
        assert alone(machine, name, first=other) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_alone_threads_may_be_made_and_processes_not(machine: Machine) -> None:
    thread = 0x3D0F00  # as glibc's pthread_create passes them
    assert alone(machine, "clone", first=thread) == ALLOW
    for flags in (17, 0x01200011, 0x4111, thread | 0x10000000):
        assert alone(machine, "clone", first=flags) == EPERM
    assert alone(machine, "clone3") == ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_alone_only_pairs_of_streams_can_be_made(machine: Machine) -> None:
    close_on_exec = 0x80000
    assert alone(machine, "pair", first=1, second=1 | close_on_exec) == ALLOW
    for kind in (2, 2 | close_on_exec, 3, 5):
        assert alone(machine, "pair", first=1, second=kind) == EPERM
    for family in range(46):
        assert alone(machine, "socket", first=family, second=1) == EPERM


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
        for process in (None, 4_711):
            program = seccomp.program_for(machine, alone=process)
            steps = list(struct.iter_unpack("=HBBI", program))
            assert len(steps) <= 4096
            for at, (code, if_true, if_false, _) in enumerate(steps):
                if code & 0x07 == 0x05:
                    assert max(at + if_true, at + if_false) + 1 < len(steps)
