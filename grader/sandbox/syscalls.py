"""Numbers of the system calls that student code has no use for, on x86-64 and aarch64.

Source: the kernel's ``asm/unistd_64.h`` and ``asm-generic/unistd.h``; a test compares them.
"""

from __future__ import annotations

from typing import Literal

Machine = Literal["x86_64", "aarch64"]
Numbers = tuple[int, int | None]
"""On x86-64 and on aarch64; None where the call does not exist there."""

DENIED: dict[str, dict[str, Numbers]] = {
    "memory that no limit sees": {
        "memfd_create": (319, 279),
        "memfd_secret": (447, 447),
        "shmget": (29, 194),
        "shmat": (30, 196),
    },
    "other processes": {
        "ptrace": (101, 117),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "kcmp": (312, 272),
        "pidfd_getfd": (438, 438),
        "process_madvise": (440, 440),
    },
    "namespaces": {
        "pivot_root": (155, 41),
        "chroot": (161, 51),
        "mount": (165, 40),
        "umount2": (166, 39),
        "unshare": (272, 97),
        "setns": (308, 268),
    },
    "new mounts": {
        "open_tree": (428, 428),
        "move_mount": (429, 429),
        "fsopen": (430, 430),
        "fsconfig": (431, 431),
        "fsmount": (432, 432),
        "fspick": (433, 433),
        "mount_setattr": (442, 442),
    },
    "keys": {"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
    "programs for the kernel": {
        "perf_event_open": (298, 241),
        "bpf": (321, 280),
        "userfaultfd": (323, 282),
        "io_uring_setup": (425, 425),
        "io_uring_enter": (426, 426),
        "io_uring_register": (427, 427),
    },
    "modules and kernels": {
        "init_module": (175, 105),
        "delete_module": (176, 106),
        "kexec_load": (246, 104),
        "finit_module": (313, 273),
        "kexec_file_load": (320, 294),
    },
    "the machine": {
        "vhangup": (153, 58),
        "acct": (163, 89),
        "swapon": (167, 224),
        "swapoff": (168, 225),
        "reboot": (169, 142),
        "iopl": (172, None),
        "ioperm": (173, None),
        "quotactl": (179, 60),
        "quotactl_fd": (443, 443),
    },
    "names and clocks": {
        "adjtimex": (159, 171),
        "settimeofday": (164, 170),
        "sethostname": (170, 161),
        "setdomainname": (171, 162),
        "clock_settime": (227, 112),
        "clock_adjtime": (305, 266),
    },
    "old interfaces": {
        "syslog": (103, 116),
        "uselib": (134, None),
        "personality": (135, 92),
        "sysfs": (139, None),
        "modify_ldt": (154, None),
        "_sysctl": (156, None),
        "nfsservctl": (180, 42),
        "lookup_dcookie": (212, 18),
    },
    "files by handle": {
        "mknod": (133, None),
        "mknodat": (259, 33),
        "name_to_handle_at": (303, 264),
        "open_by_handle_at": (304, 265),
        "fanotify_init": (300, 262),
    },
    "placing of memory": {
        "mbind": (237, 235),
        "set_mempolicy": (238, 237),
        "migrate_pages": (256, 238),
        "vmsplice": (278, 75),
        "move_pages": (279, 239),
    },
    "queues of System V": {"semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180)},
}
"""What is denied, by the reason for it."""

SOCKET: Numbers = (41, 198)
CLONE: Numbers = (56, 220)
CLONE3: Numbers = (435, 435)


def on(machine: Machine, numbers: Numbers) -> int | None:
    """Return a call's number on ``machine``, None where there is no such call."""
    return numbers[0] if machine == "x86_64" else numbers[1]


def denied(machine: Machine) -> tuple[int, ...]:
    """Return the numbers of all denied calls of ``machine``, in order."""
    calls = (on(machine, numbers) for group in DENIED.values() for numbers in group.values())
    return tuple(sorted(number for number in calls if number is not None))
