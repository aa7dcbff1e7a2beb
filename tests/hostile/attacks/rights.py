"""Gaining rights, and opening the doors of the kernel that have let others out before."""

from __future__ import annotations

from grader.run import RunStatus
from tests.hostile.attacks.attack import REFUSED, Attack, of

_KILLED = (RunStatus.OK, RunStatus.DIED)
"""Death by the filter, or by an interrupt that this kernel does not know, is as good."""

ATTACKS = of(
    "rights",
    Attack(
        name="becomes another user",
        code="for user in (0, 1, 65534, os.getuid() + 1):\n"
        "    attempt(f'uid {user}', lambda: os.setuid(user))\n"
        "    attempt(f'gid {user}', lambda: os.setgid(user))\n"
        "    attempt(f'resuid {user}', lambda: os.setresuid(user, user, user))\n"
        "    attempt(f'groups {user}', lambda: os.setgroups([user]))",
    ),
    Attack(
        name="runs programs of root's",
        code="import glob, stat\n"
        "programs = [p for f in ('/usr/bin', '/usr/sbin', '/usr/lib', '/bin', '/sbin')\n"
        "            for p in glob.glob(f + '/*') if os.path.isfile(p)\n"
        "            and os.stat(p).st_mode & (stat.S_ISUID | stat.S_ISGID)]\n"
        "effort('looked', lambda: programs)\n"
        "for words in (['su', '-c', 'id -u'], ['mount', '-t', 'tmpfs', 'none', '/tmp'],\n"
        "              ['newgrp', 'root'], ['sudo', '-n', 'id'], ['chsh', '-s', '/bin/sh'],\n"
        "              ['unshare', '-Ur', 'id']):\n"
        "    attempt(words[0], lambda: subprocess.run(words, check=True, capture_output=True,\n"
        "                                             stdin=subprocess.DEVNULL, timeout=3))\n"
        "import shutil\nshutil.copy('/bin/sh', 'root-shell')\n"
        "attempt('own setuid', lambda: os.chown('root-shell', 0, 0))",
        everyday=True,
        alone=REFUSED,
    ),
    Attack(
        name="makes namespaces of its own",
        code="for bit in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000,\n"
        "            0x2000000, 0x80):\n"
        "    attempt(f'unshare {bit:#x}', lambda: call('unshare', bit))\n"
        "    if bit == 0x80: continue  # here it would be part of a signal's number\n"
        "    attempt(f'clone {bit:#x}', lambda: system_call(56, bit | 17, 0, 0, 0, 0))\n"
        "structure = (ctypes.c_uint64 * 11)(0x10000000, *[0] * 10)\n"
        "attempt('clone3', lambda: system_call(435, structure, 88))",
        everyday=True,
    ),
    Attack(
        name="enters namespaces of others",
        code="for who in ('self', '1', str(GRADER)):\n"
        "    for kind in ('user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'):\n"
        "        def enter():\n"
        "            file = os.open(f'/proc/{who}/ns/{kind}', os.O_RDONLY)\n"
        "            return call('setns', file, 0)\n"
        "        attempt(f'{who} {kind}', enter)",
    ),
    Attack(
        name="mounts, unmounts and changes its root",
        code="attempt('tmpfs', lambda: call('mount', b'none', b'/tmp', b'tmpfs', 0, None))\n"
        "attempt('bind', lambda: call('mount', b'/', b'/tmp', None, 4096, None))\n"
        "attempt('proc', lambda: call('mount', b'proc', b'/tmp', b'proc', 0, None))\n"
        "attempt('writable', lambda: call('mount', None, b'/usr', None, 32 | 4096, None))\n"
        "attempt('umount', lambda: call('umount2', b'/proc', 2))\n"
        "attempt('chroot', lambda: os.chroot('/tmp'))\n"
        "attempt('pivot', lambda: system_call(155, b'/tmp', b'/tmp'))\n"
        "for number in (428, 429, 430, 431, 432, 433, 442):\n"
        "    attempt(f'new interface {number}', lambda: system_call(number, -100, b'/', 0, 0, 0))",
        everyday=True,
    ),
    Attack(
        name="hands programs to the kernel",
        code="buffer = ctypes.create_string_buffer(256)\n"
        "attempt('bpf', lambda: system_call(321, 0, buffer, 64))\n"
        "attempt('perf', lambda: system_call(298, buffer, 0, -1, -1, 0))\n"
        "attempt('io_uring', lambda: system_call(425, 8, buffer))\n"
        "attempt('io_uring enter', lambda: system_call(426, 3, 1, 1, 0, 0, 0))\n"
        "attempt('userfaultfd', lambda: system_call(323, 1))\n"
        "attempt('module', lambda: system_call(175, buffer, 256, b''))\n"
        "attempt('module file', lambda: system_call(313, 0, b'', 0))\n"
        "attempt('kexec', lambda: system_call(246, 0, 0, 0, 0))\n"
        "attempt('fanotify', lambda: system_call(300, 0, 0))",
    ),
    Attack(
        name="reads the keys of the kernel",
        code="attempt('session', lambda: system_call(250, 0, -3, 0, 0, 0))\n"
        "attempt('join', lambda: system_call(250, 1, b'_ses', 0, 0, 0))\n"
        "attempt('add', lambda: system_call(248, b'user', b'mine', b'secret', 6, -4))\n"
        "attempt('request', lambda: system_call(249, b'user', b'mine', 0, -4))\n"
        "attempt('list', lambda: [line for line in open('/proc/keys')][0])",
    ),
    Attack(
        name="types into the terminal of the grader",
        code="import fcntl, pty, termios\n"
        "attempt('terminal', lambda: os.open('/dev/tty', os.O_RDWR))\n"
        "for number in (0, 1, 2):\n"
        "    attempt(f'type {number}', lambda: fcntl.ioctl(number, termios.TIOCSTI, b'x'))\n"
        "    attempt(f'take {number}', lambda: fcntl.ioctl(number, termios.TIOCSCTTY, 1))\n"
        "    attempt(f'paste {number}', lambda: fcntl.ioctl(number, 0x541C, b'\\2'))",
    ),
    Attack(
        name="changes the machine",
        code="attempt('host name', lambda: socket.sethostname('mine'))\n"
        "attempt('domain', lambda: call('setdomainname', b'mine', 4))\n"
        "attempt('reboot', lambda: call('reboot', 0))\n"
        "attempt('swap', lambda: call('swapoff', b'/swap'))\n"
        "attempt('accounting', lambda: call('acct', b'/tmp/acct'))\n"
        "attempt('clock', lambda: time.clock_settime(0, 1.0))\n"
        "attempt('kernel log', lambda: system_call(103, 3, ctypes.create_string_buffer(64), 64))\n"
        "attempt('kernel log file', lambda: open('/dev/kmsg').read())\n"
        "attempt('ports', lambda: call('iopl', 3))\n"
        "attempt('port', lambda: call('ioperm', 0, 8, 1))\n"
        "attempt('quota', lambda: system_call(179, 0x800007, b'/dev/root', 0, 0))\n"
        "attempt('hang up', lambda: system_call(153))",
    ),
    Attack(
        name="takes back what it gave up",
        code="header = (ctypes.c_uint32 * 2)(0x20080522, 0)\n"
        "everything = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)\n"
        "attempt('capabilities', lambda: system_call(126, header, everything))\n"
        "attempt('ambient', lambda: call('prctl', 47, 2, 21, 0, 0))\n"
        "attempt('new privileges', lambda: call('prctl', 38, 0, 0, 0, 0))\n"
        "attempt('keep', lambda: call('prctl', 8, 1, 0, 0, 0)\n"
        "        if os.getuid() == 0 else os.setuid(0))\n"
        "attempt('securebits', lambda: call('prctl', 28, 0, 0, 0, 0))\n"
        "status = open('/proc/self/status').read()\n"
        "if 'NoNewPrivs:\\t1' not in status: reached.append('new privileges')\n"
        "for kind in ('Prm', 'Eff', 'Amb'):\n"
        "    if f'Cap{kind}:\\t0000000000000000' not in status: reached.append(kind)",
        everyday=True,
    ),
    Attack(
        name="calls the kernel by other numbers",
        code="for number in (0x40000000 + 41, 0x40000000 + 57, 0x40000000 + 272):\n"
        "    attempt(f'x32 {number:#x}', lambda: system_call(number, 0x10000000, 1, 0))\n"
        "import mmap\n"
        "def by_interrupt():\n"
        "    page = mmap.mmap(-1, 4096, prot=7)\n"
        "    # mov eax, 310 (unshare); mov ebx, CLONE_NEWUSER; int 0x80; ret\n"
        "    page.write(bytes.fromhex('53b836010000bb00000010cd805bc3'))\n"
        "    address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "    return checked(-1 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() < 0 else 0)\n"
        "attempt('int 0x80', by_interrupt)",
        status=_KILLED,
        goes_on=None,
    ),
    Attack(
        name="old and odd calls",
        code="buffer = ctypes.create_string_buffer(256)\n"
        "for name, number in dict(personality=135, modify_ldt=154, uselib=134, sysfs=139,\n"
        "                         vmsplice=278, migrate_pages=256, mbind=237, move_pages=279,\n"
        "                         nfsservctl=180, kcmp=312, pidfd_getfd=438).items():\n"
        "    attempt(name, lambda: system_call(number, 1, buffer, 16, 0, 0, 0))",
    ),
)
