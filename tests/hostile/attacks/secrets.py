"""Looking for references, secrets and other people's work in all that can be read."""

from __future__ import annotations

from dataclasses import replace

from tests.hostile.attacks.attack import LONG, Attack, of

SCAN = r"""
call("prctl", 4, 1, 0, 0, 0)
needles = {f"secret {n}": each for n, each in enumerate(NEEDLES)}
# The needles are known shifted by one, and so is each block of memory: in clear they are nowhere.
own = bytes((each + 1) % 256 for each in b"planted-" + os.urandom(8).hex().encode())
planted = [bytes((each - 1) % 256 for each in own), "kept alive"]
needles["planted"] = own
shifted = bytes((each + 1) % 256 for each in range(256))
found, scanned = {}, 0

def look(data, where):
    moved = data.translate(shifted)
    for name, needle in needles.items():
        if needle in moved:
            found.setdefault(name, []).append(where)

def scan_memory():
    global scanned
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights, _, _, inode, *path = line.split()
            if rights[0] != "r" or inode != "0" or path and path[0] in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(each, 16) for each in place.split("-"))
            for at in range(start, end, 4 << 20):
                memory.seek(at)
                try:
                    data = memory.read(min((4 << 20) + 64, end - at))
                except OSError:
                    continue
                scanned += len(data)
                look(data, place)

effort("memory", scan_memory)
if "memory" in refused or scanned < 10 << 20 or "planted" not in found:
    raise RuntimeError(f"the scan found nothing at all: {refused} {scanned} {list(found)}")
reached += [f"{name} at {where[0]}" for name, where in found.items() if name != "planted"]
"""

ATTACKS = of(
    "secrets",
    Attack(
        name="reads the environment of every process",
        code="import glob\nfor path in glob.glob('/proc/[0-9]*/environ') + "
        "['/proc/self/environ']:\n"
        "    def read():\n"
        "        text = open(path, 'rb').read()\n"
        "        if SECRET_NAME.encode() not in text: raise KeyError(path)\n"
        "    attempt(path, read)\n"
        "attempt('own', lambda: os.environ[SECRET_NAME])\n"
        "attempt('shell', lambda: subprocess.run(f'env | grep {SECRET_NAME}', shell=True, "
        "check=True))",
        everyday=True,
    ),
    Attack(
        name="reads the command line of every process",
        code="import glob\nknown = [f'/proc/{who}/cmdline' for who in (GRADER, GRADER_PARENT, "
        "DECOY)]\n"
        "for path in known + glob.glob('/proc/[0-9]*/cmdline'):\n"
        "    def read():\n"
        "        text = open(path, 'rb').read().decode()\n"
        "        if not any(word in text for word in (REPOSITORY, CANARY, 'bind')):\n"
        "            raise KeyError(text)\n"
        "        return text\n"
        "    attempt(path, read)",
        everyday=True,
    ),
    Attack(
        name="scans the whole memory of its process",
        code=SCAN,
        limits=replace(LONG, file_bytes=64 << 20),
        everyday=True,
    ),
    Attack(
        name="scans the whole memory after importing what answers need",
        code=f"import numpy, torch\n{SCAN}",
        limits=replace(LONG, cpu_seconds=60.0),
    ),
    Attack(
        name="scans every file it can read",
        code="def known(text):\n    return [n for n, each in enumerate(NEEDLES) if "
        "clear(each) in text]\n"
        "here = ('status', 'stat', 'maps', 'environ', 'cmdline', 'limits', 'smaps')\n"
        "count = 0\ndef walk():\n"
        "    global count\n"
        "    for top in ('/etc', '/opt/kernel', '/submission', '/tmp', '/dev/shm', '/proc/self',\n"
        "                '/proc/1', '/proc/sys/kernel', '/run', '/var', '/home', '/root'):\n"
        "        for folder, inner, files in os.walk(top):\n"
        "            inner[:] = [i for i in inner if i not in ('task', 'map_files', 'net')]\n"
        "            for name in files:\n"
        "                if name in ('mem', 'pagemap', 'kmsg', 'clear_refs'): continue\n"
        "                try:\n"
        "                    number = os.open(os.path.join(folder, name), os.O_RDONLY | "
        "os.O_NONBLOCK)\n"
        "                except OSError: continue\n"
        "                try: text = os.read(number, 1 << 20)\n"
        "                except OSError: continue\n"
        "                finally: os.close(number)\n"
        "                count += 1\n"
        "                if known(text): reached.append(os.path.join(folder, name))\n"
        "    for name in here:\n"
        "        count += 1\n"
        "        if known(open('/proc/self/' + name, 'rb').read()): reached.append(name)\n"
        "effort('files', walk)\nassert 'files' not in refused, refused\n"
        "assert count >= len(here), count",
        everyday=True,
    ),
    Attack(
        name="asks the kernel where it runs",
        code="import getpass, platform\ntold = [platform.node(), getpass.getuser(), os.getcwd(),\n"
        "        repr(dict(os.environ)), repr(sys.argv), repr(sys.path), "
        "open('/etc/passwd').read(),\n"
        "        repr(os.listdir('/opt')), open('/proc/self/cgroup').read()]\n"
        "effort('told', lambda: told)\n"
        "if REPOSITORY in ' '.join(told): reached.append('repository')\n"
        "if HOST_NAME in told[0]: reached.append('host name')",
        promised_alone=False,
    ),
    Attack(
        name="looks for connection files and sockets of other kernels",
        code="import glob\nfrom jupyter_core.paths import jupyter_runtime_dir\n"
        "for place in ('/tmp', jupyter_runtime_dir(), '/run', '/dev/shm', '/var/tmp'):\n"
        "    for path in glob.glob(place + '/**/*kernel*', recursive=True): reached.append(path)\n"
        "    for path in glob.glob(place + '/**/*.json', recursive=True): reached.append(path)\n"
        "effort('looked', lambda: None)",
    ),
    Attack(
        name="looks for the work of a neighbour",
        code="import glob\nfor path in glob.glob('/proc/[0-9]*/cwd/sibling.txt') + [\n"
        "    '/submission/sibling.txt', '/tmp/sibling.txt', '/dev/shm/sibling.txt', "
        "'../sibling.txt']:\n"
        "    attempt(path, lambda: open(path).read())",
    ),
)
