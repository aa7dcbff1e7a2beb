"""Reading, writing and planting files where a submission has nothing to do."""

from __future__ import annotations

from tests.hostile.attacks.attack import REFUSED, Attack, of

ATTACKS = of(
    "files",
    Attack(
        name="reads a file of the grader",
        code="attempt('canary', lambda: open(CANARY).read())",
        works_without_a_wall=True,
        everyday=True,
    ),
    Attack(
        name="climbs out of the working folder",
        code="for up in range(12):\n"
        "    attempt(f'up {up}', lambda: open('../' * up + CANARY.lstrip('/')).read())",
        works_without_a_wall=True,
    ),
    Attack(
        name="reads what the system keeps to itself",
        code="for path in ('/etc/shadow', '/etc/hostname', '/etc/machine-id', '/etc/ssh',\n"
        "             '/root', '/home', '/var', '/srv', '/mnt', '/work', '/run', '/boot', "
        "'/sys'):\n"
        "    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())",
    ),
    Attack(
        name="writes into the interpreter and the system",
        code="import numpy\n"
        "for path in (os.__file__, numpy.__file__, '/opt/kernel/main.py', '/etc/passwd',\n"
        "             '/bin/sh', sys.executable):\n"
        "    attempt(path, lambda: open(path, 'ab'))\n"
        "for folder in ('/', '/usr', '/etc', '/opt', '/opt/kernel', '/dev', '/proc', '/bin',\n"
        "               os.path.dirname(numpy.__file__)):\n"
        "    attempt('in ' + folder, lambda: open(folder + '/planted.py', 'w'))",
        everyday=True,
    ),
    Attack(
        name="changes owners, modes and times of the system's files",
        code="for path in ('/usr', '/bin/sh', '/etc/passwd', os.__file__, '/opt/kernel/main.py'):\n"
        "    attempt('chmod ' + path, lambda: os.chmod(path, 0o777))\n"
        "    attempt('chown ' + path, lambda: os.chown(path, os.getuid(), os.getgid()))\n"
        "    attempt('utime ' + path, lambda: os.utime(path, (0, 0)))\n"
        "    attempt('xattr ' + path, lambda: os.setxattr(path, 'user.x', b'1'))\n"
        "    attempt('remove ' + path, lambda: os.rename(path, path + '.old'))",
    ),
    Attack(
        name="follows a link to a file outside",
        code="os.symlink(CANARY, 'link')\nos.symlink('/etc/shadow', 'shadow')\n"
        "os.symlink(os.path.dirname(CANARY), 'folder')\n"
        "for path in ('link', 'shadow', 'folder/canary.txt'):\n"
        "    attempt(path, lambda: open(path).read())\n"
        "    attempt('write ' + path, lambda: open(path, 'r+'))",
        works_without_a_wall=True,
    ),
    Attack(
        name="races links against whoever reads its folder",
        code="def race():\n    names = ('grades.json', 'report.html', 'a.ipynb', 'settings')\n"
        "    end = time.monotonic() + 0.5\n"
        "    while time.monotonic() < end:\n"
        "        for name in names:\n"
        "            open(name, 'w').close(); os.remove(name)\n"
        "            os.symlink(CANARY, name); os.remove(name)\n"
        "effort('race', race)\nfor name in ('grades.json', 'a.ipynb'): os.symlink(CANARY, name)\n"
        "attempt('link', lambda: open('grades.json', 'r+').write('forged'))",
    ),
    Attack(
        name="makes a hard link to a file of the system",
        code="attempt('passwd', lambda: os.link('/etc/passwd', 'mine'))\n"
        "attempt('interpreter', lambda: os.link(sys.executable, 'python'))\n"
        "attempt('canary', lambda: os.link(CANARY, 'canary'))",
    ),
    Attack(
        name="goes through the roots of other processes",
        code="for who in ('1', 'self', 'thread-self', str(os.getppid()), str(GRADER), "
        "str(DECOY)):\n"
        "    for way in ('root', 'cwd', 'root/..', 'cwd/../..'):\n"
        "        attempt(f'{who}/{way}', lambda: open(f'/proc/{who}/{way}/{CANARY}').read())",
        everyday=True,
    ),
    Attack(
        name="opens files by handle",
        code="handle = ctypes.create_string_buffer(b'\\x08\\0\\0\\0\\x01\\0\\0\\0' + bytes(128))\n"
        "folder = os.open('/usr', os.O_RDONLY)\nmount = ctypes.c_int()\n"
        "attempt('name', lambda: call('name_to_handle_at', folder, b'bin', handle,\n"
        "                             ctypes.byref(mount), 0))\n"
        "attempt('open', lambda: call('open_by_handle_at', folder, handle, 0))",
    ),
    Attack(
        name="finds descriptors that lead outside",
        code="import stat\nfor number in range(3, 512):\n"
        "    try: kind = os.fstat(number)\n    except OSError: continue\n"
        "    if stat.S_ISDIR(kind.st_mode): reached.append(f'folder {number}')\n"
        "    if stat.S_ISREG(kind.st_mode) and kind.st_nlink: reached.append(f'file {number}')\n"
        "    attempt(f'from {number}', lambda: os.open(CANARY.lstrip('/'), os.O_RDONLY, "
        "dir_fd=number))\n"
        "effort('descriptors', lambda: os.listdir('/proc/self/fd'))",
        everyday=True,
    ),
    Attack(
        name="replaces or covers its mount points",
        code="for path in ('/submission', '/tmp', '/dev/shm', '/proc', '/dev', '/opt/kernel'):\n"
        "    attempt('remove ' + path, lambda: os.rmdir(path))\n"
        "    attempt('rename ' + path, lambda: os.rename(path, path + '-old'))\n"
        "    attempt('exchange ' + path, lambda: call('renameat2', -100, b'/submission', -100,\n"
        "                                             path.encode(), 2))",
    ),
    Attack(
        name="plants start-up files for whoever runs next",
        code="import pathlib\nhome = pathlib.Path.home()\n"
        "for name in ('sitecustomize.py', 'usercustomize.py', "
        "'.ipython/profile_default/startup/0.py',\n"
        "             '.bashrc', '.config/matplotlib/matplotlibrc', 'numpy.py', 'grader.py'):\n"
        "    for folder in (home, pathlib.Path('.'), pathlib.Path('/tmp'), "
        "pathlib.Path('/dev/shm')):\n"
        "        path = folder / name\n"
        "        path.parent.mkdir(parents=True, exist_ok=True)\n"
        "        effort(str(path), lambda: path.write_text('corners = 0\\nraise SystemExit'))",
        alone=REFUSED,
    ),
    Attack(
        name="opens devices of the machine",
        code="for name in ('mem', 'kmem', 'port', 'kmsg', 'sda', 'vda', 'nvme0n1', 'loop0', "
        "'fuse',\n"
        "             'net/tun', 'kvm', 'vhost-vsock', 'snd', 'dri', 'input', 'uinput', "
        "'mapper'):\n"
        "    attempt(name, lambda: os.open('/dev/' + name, os.O_RDONLY))\n"
        "attempt('block', lambda: os.mknod('block', 0o60666, os.makedev(254, 0)))\n"
        "attempt('memory', lambda: os.mknod('memory', 0o20666, os.makedev(1, 1)))",
    ),
    Attack(
        name="writes to the kernel's settings",
        code="for path in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger',\n"
        "             '/proc/sys/vm/drop_caches', '/proc/sys/kernel/modprobe',\n"
        "             '/proc/sys/kernel/hostname', '/proc/self/uid_map', '/proc/self/setgroups',\n"
        "             '/sys/fs/cgroup/cgroup.procs', '/sys/power/state',\n"
        "             '/proc/irq/default_smp_affinity', '/proc/1/oom_score_adj'):\n"
        "    attempt(path, lambda: os.write(os.open(path, os.O_WRONLY), b'|/tmp/x'))\n"
        "attempt('oom', lambda: open('/proc/self/oom_score_adj', 'w').write('-1000'))",
        everyday=True,
    ),
    Attack(
        name="looks for the grader among the packages",
        code="import importlib.util\n"
        "for name in ('grader.marking', 'grader.values', 'reference', 'exercises'):\n"
        "    def find():\n"
        "        if importlib.util.find_spec(name) is None: raise ImportError(name)\n"
        "    attempt(name, find)",
    ),
)
