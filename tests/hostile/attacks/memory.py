"""Using more memory, disk or time than a submission may."""

from __future__ import annotations

from dataclasses import replace

from grader.run import RunStatus
from tests.hostile.attacks.attack import LIMITS, LONG, MIB, REFUSED, SHORT, Attack, of

_FULL = (RunStatus.OUT_OF_MEMORY,)

MEMORY = of(
    "memory",
    Attack(
        name="bytearray bomb",
        code="hoard = []\nwhile True: hoard.append(bytearray(b'x') * 40_000_000)",
        status=_FULL,
        goes_on=False,
        everyday=True,
    ),
    Attack(
        name="many processes with a little each",
        code="for _ in range(12):\n"
        "    if os.fork() == 0:\n        hoard = bytearray(b'x') * 80_000_000\n        "
        "time.sleep(60)\n"
        "time.sleep(60)",
        status=_FULL,
        goes_on=False,
        alone=REFUSED,
    ),
    Attack(
        name="shared mapping bomb",
        code="import mmap\nheld = mmap.mmap(-1, 900_000_000)\n"
        "for at in range(0, 900_000_000, 4096): held[at] = 1\ntime.sleep(60)",
        status=_FULL,
        goes_on=False,
    ),
    Attack(
        name="a string that doubles",
        code="text = 'x'\nwhile True: text += text",
        status=(*_FULL, RunStatus.ERROR),
        raises=("MemoryError",),
        goes_on=None,
    ),
    Attack(
        name="memory that belongs to no process",
        code="attempt('memfd', lambda: os.memfd_create('hoard'))\n"
        "attempt('secret', lambda: system_call(447, 0))\n"
        "attempt('shmget', lambda: call('shmget', 0, 1 << 28, 0o1600))\n"
        "attempt('queue', lambda: call('msgget', 0, 0o1600))\n"
        "attempt('posix queue', lambda: system_call(240, b'/q', 0o102, 0o600, 0))",
        everyday=True,
    ),
    Attack(
        name="memory that cannot be taken away",
        code="held = ctypes.create_string_buffer(64 << 20)\n"
        "attempt('lock', lambda: call('mlock', held, 64 << 20))\n"
        "effort('lock all', lambda: call('mlockall', 3))",
    ),
    Attack(
        name="memory in pipes and sockets",
        code="import fcntl\nheld = []\n"
        "def fill():\n"
        "    while True:\n"
        "        left, right = socket.socketpair()\n"
        "        right.setblocking(False)\n        held.append((left, right))\n"
        "        try:\n            while True: right.send(bytes(65536))\n"
        "        except BlockingIOError: pass\n"
        "attempt('sockets without end', fill)\nheld.clear()\n"
        "def pipes():\n"
        "    while True:\n"
        "        ends = os.pipe(); held.append(ends); os.set_blocking(ends[1], False)\n"
        "        fcntl.fcntl(ends[1], 1031, 1 << 20)\n"
        "        try:\n            while True: os.write(ends[1], bytes(65536))\n"
        "        except BlockingIOError: pass\n"
        "attempt('pipes without end', pipes)\n"
        "for ends in held:\n    os.close(ends[0]); os.close(ends[1])",
    ),
    Attack(
        name="an impossible tensor",
        code="import torch\nattempt('tensor', lambda: torch.ones(10**11))",
        limits=LONG,
    ),
    Attack(
        name="recursion without end",
        code="def down(): return down()\nattempt('bottom', down)\n"
        "sys.setrecursionlimit(10**9)\ndown()",
        status=(RunStatus.DIED, RunStatus.TIMED_OUT, *_FULL),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="stacks of threads",
        code="threading.stack_size(512 << 20)\n"
        "def many():\n"
        "    for _ in range(30): threading.Thread(target=time.sleep, args=(9,), "
        "daemon=True).start()\n"
        "attempt('30 stacks of half a GiB', many)",
    ),
    Attack(
        name="a decompression bomb of its own making",
        code="import zlib\npacked = zlib.compress(bytes(900_000_000), 1)\nzlib.decompress(packed)",
        status=(*_FULL, RunStatus.ERROR, RunStatus.TIMED_OUT),
        raises=("MemoryError",),
        goes_on=None,
        limits=replace(LIMITS, cell_seconds=10.0, submission_seconds=30.0),
    ),
)

DISK = of(
    "disk",
    Attack(
        name="fills every place it may write to",
        code="for place in ('.', '/tmp', '/dev/shm'):\n"
        "    def fill():\n"
        "        for number in range(64):\n"
        "            with open(f'{place}/big{number}', 'wb') as file: file.write(bytes(1 << 20))\n"
        "    attempt(place, fill)",
        everyday=True,
        # On the machine's own disk size is watched, so there it goes on until it is stopped.
        alone={
            "code": "number = 0\nwhile True:\n    number += 1\n"
            "    with open(f'big{number}', 'wb') as file: file.write(bytes(1 << 20))",
            "status": (RunStatus.OUTPUT_LIMIT,),
            "goes_on": False,
        },
    ),
    Attack(
        name="one file that is too large",
        code="def grow():\n    with open('big', 'wb') as file:\n"
        "        for _ in range(64): file.write(bytes(1 << 20))\n"
        "attempt('written', grow)\n"
        "attempt('sparse', lambda: os.truncate('big', 1 << 40))\n"
        "attempt('reserved', lambda: os.posix_fallocate(os.open('big', os.O_WRONLY), 0, 1 << 36))\n"
        "def at_the_end():\n"
        "    file = os.open('big', os.O_WRONLY); os.lseek(file, 1 << 40, 0); os.write(file, b'x')\n"
        "attempt('seek', at_the_end)",
    ),
    Attack(
        name="files without end",
        code="number = 0\nwhile True:\n    number += 1\n    os.close(os.open(f'f{number}', 65))",
        status=_FULL,
        goes_on=False,
        reason="files",
    ),
    Attack(
        name="links and fifos without end",
        code="attempt('fifo', lambda: os.mkfifo('/dev/shm/fifo'))\n"
        "number = 0\nwhile True:\n    number += 1\n    os.symlink('x', f'/tmp/{number}')\n"
        "    os.mkdir(f'/dev/shm/{number}')",
        status=(*_FULL, RunStatus.ERROR),
        raises=("OSError",),
        goes_on=None,
        alone=REFUSED,
    ),
    Attack(
        name="folders in folders",
        code="def deep():\n    for _ in range(3_000):\n        os.mkdir('d'); os.chdir('d')\n"
        "effort('3 000 levels', deep)\nos.chdir('/')",
        alone={"status": (RunStatus.OK, *_FULL), "goes_on": None},
    ),
    Attack(
        name="names that are too long or strange",
        code="attempt('long', lambda: open('n' * 300, 'w'))\n"
        "attempt('path', lambda: open('/tmp/' + 'a/' * 4000, 'w'))\n"
        "for name in ('a\\nb', '\\x1b[2J', '--help', ' ', 'ü' * 100, '\\udcff', '*', '$(id)'):\n"
        "    effort(repr(name), lambda: open(name, 'w').close())",
    ),
    Attack(
        name="descriptors without end",
        code="held = []\ndef hold():\n    while True: held.append(os.open('/dev/null', 0))\n"
        "attempt('without end', hold)",
        everyday=True,
    ),
    Attack(
        name="descriptors without end, in a cell that fails of it",
        code="held = []\nwhile True: held += os.pipe()",
        status=(RunStatus.ERROR,),
        raises=("OSError",),
    ),
    Attack(
        name="descriptors without end, held while it is asked for calls",
        code="held = []\ntry:\n    while True: held += [each.detach() for each in "
        "socket.socketpair()]\n"
        "except OSError as problem: effort(problem.strerror, lambda: None)",
    ),
    Attack(
        name="a folder that nobody may enter",
        code="for place in ('/submission', '/tmp', '/dev/shm'):\n"
        "    effort(place, lambda: os.chmod(place, 0))\n"
        "os.umask(0o777)",
        status=(RunStatus.OK, RunStatus.ERROR),
        goes_on=None,
    ),
    Attack(
        name="a mapping cut short under its reader",
        code="import mmap\nopen('m', 'wb').write(bytes(1 << 20))\n"
        "held = mmap.mmap(os.open('m', os.O_RDWR), 1 << 20)\nos.truncate('m', 0)\nheld[500_000]",
        status=(RunStatus.DIED,),
        goes_on=False,
        reason="memory that is not there",
        alone=REFUSED,
    ),
)

TIME = of(
    "time",
    Attack(
        name="endless loop",
        code="while True: pass",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        limits=SHORT,
    ),
    Attack(
        name="endless loop that swallows interrupts",
        code="while True:\n    try: time.sleep(9)\n    except BaseException: pass",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=False,
        limits=SHORT,
        everyday=True,
    ),
    Attack(
        name="ignores the signals to stop",
        code="for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: time.sleep(1)",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=False,
        limits=SHORT,
    ),
    Attack(
        name="one instruction that takes for ever",
        code="(10**9) ** (10**8)",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="a pattern that backtracks",
        code="import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="awaits what never comes",
        code="import asyncio\nawait asyncio.Event().wait()",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="a result whose text never ends",
        code="class Endless:\n    def __repr__(self):\n        while True: pass\nEndless()",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="an exception whose text never ends",
        code="class Endless(Exception):\n    def __str__(self):\n        while True: pass\n"
        "raise Endless",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="turns the clock it can see",
        code="time.time = time.monotonic = time.perf_counter = lambda: 0.0\n"
        "import asyncio\nasyncio.get_event_loop().time = lambda: 0.0\n"
        "attempt('clock', lambda: __import__('time').clock_settime(0, 0.0))\n"
        "while True: pass",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="an alarm that ends the process",
        code="signal.setitimer(signal.ITIMER_REAL, 0.05)\ntime.sleep(9)",
        status=(RunStatus.DIED,),
        goes_on=False,
    ),
    Attack(
        name="lingers after its end",
        code="import atexit, weakref\natexit.register(time.sleep, 60)\n"
        "class Lingers:\n    def __del__(self): __import__('time').sleep(60)\n"
        "kept = Lingers(); cycle = [kept]; cycle.append(cycle)\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "threading._register_atexit(time.sleep, 60)\neffort('registered', lambda: None)",
    ),
    Attack(
        name="takes each cell's whole time",
        code="time.sleep(30)",
        status=(RunStatus.TIMED_OUT,),
        goes_on=False,
        reason="in all",
        limits=replace(LIMITS, cell_seconds=20.0, submission_seconds=2.0),
    ),
)

OUTPUT = of(
    "output",
    Attack(
        name="endless print",
        code="while True: print('again and again')",
        status=(RunStatus.TIMED_OUT,),
        raises=("TimeLimit",),
        limits=SHORT,
    ),
    Attack(
        name="endless displays",
        code="from IPython.display import HTML, display\nwhile True: display(HTML('x' * 100_000))",
        status=(RunStatus.OUTPUT_LIMIT,),
        goes_on=False,
    ),
    Attack(
        name="a flood of tiny displays",
        code="from IPython.display import display\nwhile True: display(1)",
        status=(RunStatus.OUTPUT_LIMIT, RunStatus.TIMED_OUT),
        raises=("TimeLimit",),
        goes_on=None,
        limits=replace(SHORT, output_bytes=MIB),
    ),
    Attack(
        name="a flood of updates and clearings",
        code="from IPython.display import clear_output, display\nshown = display(1, "
        "display_id=True)\n"
        "while True:\n    shown.update('x' * 1000)\n    clear_output(wait=True)",
        status=(RunStatus.OUTPUT_LIMIT, RunStatus.TIMED_OUT),
        raises=("TimeLimit",),
        goes_on=None,
        limits=replace(SHORT, output_bytes=MIB),
    ),
    Attack(
        name="endless writes below Python",
        code="while True: os.write(1, b'x' * 65536); os.write(2, bytes(range(256)) * 256)",
        status=(RunStatus.ERROR,),
        raises=("OSError",),
        alone={"status": (RunStatus.ERROR, RunStatus.OUTPUT_LIMIT), "goes_on": None},
    ),
    Attack(
        name="a result of half a GiB",
        code="effort('result', lambda: None)\nclass Long:\n    def __repr__(self): return "
        "'x' * 500_000_000\nLong()",
        status=(RunStatus.OK, *_FULL),
        goes_on=None,
    ),
    Attack(
        name="an exception with fifty MiB of text",
        code="raise ValueError('x' * 50_000_000)",
        status=(RunStatus.ERROR,),
        raises=("ValueError",),
    ),
    Attack(
        name="text that is no text",
        code="print('\\ud800 lone \\udfff', end='\\x00\\x1b[2J\\x1b]0;title\\x07\\r')\n"
        "os.write(1, bytes(range(256)))\n'\\ud800'\neffort('printed', lambda: "
        "print('\\U0010ffff'))",
    ),
    Attack(
        name="forms of display that are no forms",
        code="from IPython.display import display\n"
        "for forms in ({'text/html': 5}, {'application/json': {'a': [1] * 1000}}, {'': ''},\n"
        "              {'image/png': 'not base64'}, {'text/plain': 'x', 'evil/type': '<script>'},\n"
        "              {f'x/{n}': 'y' for n in range(2000)}, {'a' * 100_000: 'b'}):\n"
        "    effort('forms', lambda: display(forms, raw=True))",
    ),
    Attack(
        name="children that write at once",
        code="for _ in range(8):\n    if os.fork() == 0:\n"
        "        for _ in range(2000): print('noise'); os.write(2, b'noise')\n        os._exit(0)\n"
        "effort('wait', lambda: [os.wait() for _ in range(8)])",
        alone=REFUSED,
    ),
)

ATTACKS = (*MEMORY, *DISK, *TIME, *OUTPUT)
