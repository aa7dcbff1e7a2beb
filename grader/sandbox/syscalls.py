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

DENIED_ALONE: dict[str, dict[str, Numbers]] = {
    "other programs": {"fork": (57, None), "vfork": (58, None)},
    "owners, modes and times of files that cannot be opened": {
        "truncate": (76, 45),
        "chmod": (90, None),
        "fchmod": (91, 52),
        "chown": (92, None),
        "fchown": (93, 55),
        "lchown": (94, None),
        "utime": (132, None),
        "utimes": (235, None),
        "fchownat": (260, 54),
        "futimesat": (261, None),
        "fchmodat": (268, 53),
        "utimensat": (280, 88),
        "fchmodat2": (452, 452),
        "file_setattr": (469, 469),
    },
    "attributes of such files": {
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "fsetxattr": (190, 7),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "fremovexattr": (199, 16),
        "setxattrat": (463, 463),
        "removexattrat": (466, 466),
    },
    "news of such files": {
        "inotify_init": (253, None),
        "inotify_add_watch": (254, 27),
        "inotify_init1": (294, 26),
    },
    "signals to others": {
        "rt_sigqueueinfo": (129, 138),
        "tkill": (200, 130),
        "rt_tgsigqueueinfo": (297, 240),
        "pidfd_send_signal": (424, 424),
        "pidfd_open": (434, 434),
    },
    "the share of others": {"setpriority": (141, 140), "ioprio_set": (251, 30)},
    "sockets with an address": {
        "socket": (41, 198),
        "connect": (42, 203),
        "bind": (49, 200),
        "listen": (50, 201),
    },
    "what others of the same user have made": {
        "shmctl": (31, 195),
        "semop": (65, 193),
        "semctl": (66, 191),
        "msgsnd": (69, 189),
        "msgrcv": (70, 188),
        "msgctl": (71, 187),
        "semtimedop": (220, 192),
        "mq_unlink": (241, 181),
    },
}
"""What is denied as well to a process that has no namespaces of its own, by the reason for it."""

ONLY_ITSELF: dict[str, Numbers] = {
    "kill": (62, 129),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
    "sched_setattr": (314, 274),
}
"""What such a process may do to itself alone; the first argument says to whom, 0 being itself."""

SOCKET: Numbers = (41, 198)
SOCKETPAIR: Numbers = (53, 199)
CLONE: Numbers = (56, 220)
CLONE3: Numbers = (435, 435)


def on(machine: Machine, numbers: Numbers) -> int | None:
    """Return a call's number on ``machine``, None where there is no such call."""
    return numbers[0] if machine == "x86_64" else numbers[1]


def denied(machine: Machine, *, alone: bool = False) -> tuple[int, ...]:
    """Return the numbers of all denied calls of ``machine``, in order."""
    groups = (*DENIED.values(), *(DENIED_ALONE.values() if alone else ()))
    calls = (on(machine, numbers) for group in groups for numbers in group.values())
    return tuple(sorted(number for number in calls if number is not None))
