"""Starting without end, outliving the run, and reaching other processes."""

from __future__ import annotations

from dataclasses import replace

from grader.run import RunStatus
from tests.hostile.attacks.attack import LIMITS, REFUSED, SHORT, Attack, of

_ENDS = (RunStatus.TIMED_OUT, RunStatus.ERROR, RunStatus.OUT_OF_MEMORY, RunStatus.DIED)

ATTACKS = of(
    "processes",
    Attack(
        name="fork bomb in a loop",
        code="while True:\n    if os.fork() == 0:\n        time.sleep(60)\n        os._exit(0)",
        status=_ENDS,
        goes_on=None,
        raises=("BlockingIOError",),
        limits=SHORT,
        alone=REFUSED,
    ),
    Attack(
        name="fork bomb that doubles",
        code="while True:\n    try: os.fork()\n    except OSError: pass",
        status=_ENDS,
        goes_on=None,
        limits=SHORT,
        everyday=True,
    ),
    Attack(
        name="fork bomb of a shell",
        code="!sh -c ':() { : | : & }; :; sleep 60'",
        status=(*_ENDS, RunStatus.OK),
        goes_on=None,
        limits=SHORT,
        alone=REFUSED,
    ),
    Attack(
        name="thread bomb",
        code="while True:\n    threading.Thread(target=time.sleep, args=(60,), "
        "daemon=True).start()",
        status=(RunStatus.ERROR,),
        raises=("RuntimeError",),
    ),
    Attack(
        name="flood of dead children",
        code="def flood():\n    for _ in range(10_000):\n        if os.fork() == 0: os._exit(0)\n"
        "attempt('10 000 dead', flood)",
    ),
    Attack(
        name="spawns programs without end",
        code="children = []\n"
        "def spawn():\n"
        "    for _ in range(500):\n"
        "        children.append(os.posix_spawn('/bin/sleep', ['sleep', '60'], {}))\n"
        "attempt('500 programs', spawn)",
    ),
    Attack(
        name="daemon of a daemon",
        code="if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        for number in range(64):\n"
        "            try: os.close(number)\n            except OSError: pass\n"
        "        time.sleep(600)\n    os._exit(0)\n"
        "effort('shell', lambda: subprocess.run('setsid nohup sleep 600 >/dev/null 2>&1 &',\n"
        "                                       shell=True, check=True))",
        alone=REFUSED,
    ),
    Attack(
        name="daemon that ignores every signal and clears its death signal",
        code="if os.fork() == 0:\n    os.setsid()\n    libc.prctl(1, 0, 0, 0, 0)\n"
        "    for number in range(1, 65):\n"
        "        try: signal.signal(number, signal.SIG_IGN)\n        except (OSError, "
        "ValueError): pass\n"
        "    while True: time.sleep(600)\n"
        "effort('left behind', os.getpid)",
        alone=REFUSED,
    ),
    Attack(
        name="kills all it can see, and who started it",
        code="for target in (-1, os.getppid()):\n"
        "    effort(f'kill {target}', lambda: os.kill(target, signal.SIGKILL))\n"
        "if os.getppid() != 1: effort('first', lambda: os.kill(1, signal.SIGKILL))",
        status=(RunStatus.OK, RunStatus.DIED),
        goes_on=None,
        everyday=True,
    ),
    Attack(
        name="signals the grader and its neighbours",
        code="for target in (GRADER, DECOY, GRADER_PARENT):\n"
        "    for number in (0, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):\n"
        "        attempt(f'{target} {number}', lambda: os.kill(target, number))\n"
        "    attempt(f'group of {target}', lambda: os.killpg(target, 0))\n"
        "    attempt(f'pidfd of {target}', lambda: os.pidfd_open(target))",
        everyday=True,
    ),
    Attack(
        name="counts all numbers for a process that can be signalled",
        code="mine = {int(p) for p in os.listdir('/proc') if p.isdigit()} | {os.getpgid(0)}\n"
        "def scan():\n"
        "    found = []\n"
        "    for number in range(2, 70_000):\n"
        "        if number in mine or os.path.exists(f'/proc/self/task/{number}'): continue\n"
        "        try: os.kill(number, 0)\n        except ProcessLookupError: continue\n"
        "        except PermissionError: pass\n"
        "        found.append(number)\n"
        "    if not found: raise ProcessLookupError\n    return found\n"
        "attempt('scan', scan)",
        alone=REFUSED,
    ),
    Attack(
        name="flood of signals to itself and its parent",
        code="signal.signal(signal.SIGUSR1, lambda *_: None)\n"
        "def flood():\n    for _ in range(200_000): os.kill(os.getpid(), signal.SIGUSR1)\n"
        "effort('self', flood)\n"
        "def up():\n    for _ in range(50_000): os.kill(os.getppid(), signal.SIGINT)\n"
        "effort('parent', up)",
        status=(RunStatus.OK, RunStatus.DIED),
        goes_on=None,
    ),
    Attack(
        name="traces other processes",
        code="for target in (os.getppid(), 1, GRADER):\n"
        "    attempt(f'attach {target}', lambda: call('ptrace', 16, target, 0, 0))\n"
        "    attempt(f'seize {target}', lambda: call('ptrace', 0x4206, target, 0, 0))\n"
        "attempt('traced', lambda: call('ptrace', 0, 0, 0, 0))\n"
        "buffer = ctypes.create_string_buffer(64)\n"
        "attempt('read', lambda: call('process_vm_readv', os.getppid(), buffer, 1, buffer, 1, 0))\n"
        "attempt('write', lambda: call('process_vm_writev', os.getppid(), buffer, 1, "
        "buffer, 1, 0))",
        everyday=True,
    ),
    Attack(
        name="opens the memory of other processes",
        code="for who in (1, os.getppid(), GRADER):\n"
        "    if who == os.getpid(): continue\n"
        "    for name in ('mem', 'environ', 'maps', 'fd', 'auxv', 'stack', 'syscall'):\n"
        "        path = f'/proc/{who}/{name}'\n"
        "        def look():\n"
        "            found = os.listdir(path) if name == 'fd' else open(path, 'rb').read(200)\n"
        "            if name in ('environ', 'auxv') and SECRET_NAME.encode() not in found:\n"
        "                raise PermissionError(path)\n"
        "            if name in ('maps', 'fd', 'syscall', 'stack'): raise PermissionError(path)\n"
        "        attempt(path, look)",
    ),
    Attack(
        name="stops itself",
        code="os.kill(os.getpid(), signal.SIGSTOP)\nos.kill(os.getpid(), signal.SIGTSTP)",
        status=(RunStatus.OK, RunStatus.TIMED_OUT),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="stops the first process of its namespace",
        code="effort('stop', lambda: os.kill(1, signal.SIGSTOP))\n"
        "effort('parent', lambda: os.kill(os.getppid(), signal.SIGSTOP))",
        status=(RunStatus.OK, RunStatus.TIMED_OUT, RunStatus.DIED),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="takes more than its share of the processor",
        code="attempt('nice', lambda: os.nice(-5))\n"
        "attempt('priority', lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))\n"
        "attempt('fifo', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)))\n"
        "attempt('others', lambda: os.setpriority(os.PRIO_PROCESS, GRADER, 19))\n"
        "attempt('realtime disk', lambda: system_call(251, 1, 0, (1 << 13) | 0))",
    ),
    Attack(
        name="burns CPU time in grandchildren",
        code="for _ in range(3):\n"
        "    if os.fork() == 0:\n        for _ in range(2): os.fork()\n"
        "        while True: pass\n"
        "time.sleep(60)",
        status=(RunStatus.TIMED_OUT,),
        goes_on=False,
        reason="CPU",
        limits=replace(LIMITS, cpu_seconds=1.5),
        everyday=True,
        alone=REFUSED,
    ),
    Attack(
        name="burns CPU time in children that end quickly",
        code="end = time.monotonic() + 60\nwhile time.monotonic() < end:\n"
        "    child = os.fork()\n"
        "    if child == 0:\n        for _ in range(2_000_000): pass\n        os._exit(0)\n"
        "    os.waitpid(child, 0)",
        status=(RunStatus.TIMED_OUT,),
        goes_on=None,
        reason="CPU",
        limits=replace(LIMITS, cpu_seconds=1.5),
        alone=REFUSED,
    ),
    Attack(
        name="leaves the group and the session",
        code="child = os.fork()\nif child == 0:\n    os.setsid(); os.setpgid(0, 0); "
        "time.sleep(600)\n"
        "effort('terminal', lambda: os.open('/dev/tty', os.O_RDWR))\n"
        "attempt('join', lambda: os.setpgid(0, GRADER))",
        alone=REFUSED,
    ),
    Attack(
        name="raises the limits of others and its own",
        code="for name in ('NPROC', 'FSIZE', 'NOFILE', 'CPU', 'AS', 'CORE'):\n"
        "    kind = getattr(resource, 'RLIMIT_' + name)\n"
        "    hard = resource.getrlimit(kind)[1]\n"
        "    more = resource.RLIM_INFINITY if hard != resource.RLIM_INFINITY else None\n"
        "    if more is None: reached.append(name)\n"
        "    attempt(name, lambda: resource.setrlimit(kind, (more, more)))\n"
        "attempt('grader', lambda: resource.prlimit(GRADER, resource.RLIMIT_NOFILE))\n"
        # Its own first process it may harm: with it only this submission ends.
        "parent = os.getppid()\n"
        "parent = parent if parent > 1 else GRADER\n"
        "attempt('parent', lambda: resource.prlimit(parent, resource.RLIMIT_CPU, (1, 1)))",
    ),
)
