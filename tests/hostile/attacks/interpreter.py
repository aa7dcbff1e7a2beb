"""Turning the kernel and the interpreter, in which a submission runs, against the grader."""

from __future__ import annotations

from grader.run import RunStatus
from tests.hostile.attacks.attack import SHORT, Attack, of

_ANY = (RunStatus.OK, RunStatus.ERROR, RunStatus.TIMED_OUT, RunStatus.DIED, RunStatus.OUTPUT_LIMIT)


def _sabotage(name: str, code: str) -> Attack:
    """Return an attack that breaks the process it runs in; what comes of that is its own harm."""
    return Attack(
        name=name,
        code=f"effort('sabotage', lambda: None)\n{code}",
        status=_ANY,
        goes_on=None,
        raises=("Exception",),
        limits=SHORT,
    )


ATTACKS = of(
    "interpreter",
    _sabotage(
        "empties the cells after it",
        "get_ipython().input_transformers_cleanup.append(lambda lines: [])",
    ),
    _sabotage(
        "rewrites the cells after it",
        "get_ipython().input_transformers_cleanup.append(\n"
        "    lambda lines: ['corners = disc_area = __import__(\"os\").environ\\n'])",
    ),
    _sabotage("takes run_cell away", "get_ipython().run_cell = get_ipython().run_code = None"),
    _sabotage(
        "takes the streams away", "sys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = None"
    ),
    _sabotage(
        "takes builtins away",
        "import builtins\nbuiltins.open = builtins.len = builtins.isinstance = "
        "builtins.type = None\n"
        "builtins.__import__ = builtins.print = None",
    ),
    _sabotage(
        "forgets all modules", "sys.modules.clear(); sys.path.clear(); sys.meta_path.clear()"
    ),
    _sabotage(
        "lets the encoder lie",
        "encode = sys.modules['_sandboxed.encode']\n"
        "encode.encode = lambda thing: {'t': 'float', 'v': (1.0).hex()}\n"
        "encode.type_name = lambda thing: 'float'\nencode.MAX_NODES = 10**12",
    ),
    _sabotage(
        "lets the observer lie",
        "import gc\nfor each in gc.get_objects():\n"
        "    if type(each).__name__ == 'Observer':\n"
        "        each._names = tuple(f'name{n}' for n in range(100_000))\n"
        "        each.namespace = dict.fromkeys(each._names, 5)",
    ),
    _sabotage(
        "destroys what serves it",
        "import gc\nfor each in gc.get_objects():\n"
        "    if type(each).__name__ in ('Server', 'Observer', 'PipeSession', 'Stream', 'Wire'):\n"
        "        each.__dict__.clear()",
    ),
    _sabotage(
        "hooks what the kernel calls",
        "get_ipython().events.register('post_execute', lambda: 1 / 0)\n"
        "get_ipython().events.register('pre_run_cell', lambda *_: os._exit(0))\n"
        "get_ipython().display_formatter = get_ipython().compile = None",
    ),
    _sabotage(
        "answers SIGINT with nothing and SIGTERM with a loop",
        "signal.signal = lambda *_: None\nsignal.pthread_sigmask(signal.SIG_BLOCK, [2, 15])",
    ),
    _sabotage(
        "ends the loop that it runs in",
        "import asyncio\nloop = asyncio.get_event_loop()\nloop.stop()\n"
        "loop.call_soon(loop.close)\nfor task in asyncio.all_tasks(): task.cancel()",
    ),
    _sabotage(
        "crashes the interpreter through its debugger",
        "import faulthandler\nfaulthandler.enable()\nfaulthandler._sigsegv()",
    ),
    _sabotage("closes every descriptor", "os.closerange(0, 512)"),
    _sabotage("frees what is not its own", "ctypes.memset(id(None), 255, 64)"),
    _sabotage(
        "leaves by the back door",
        "import builtins\nclass Leaves(dict):\n"
        "    def __missing__(self, key): os._exit(0)\nget_ipython().user_ns = Leaves()",
    ),
    _sabotage("ends the process in a thread", "threading.Timer(0.2, os._exit, (0,)).start()"),
    _sabotage(
        "replaces the process by a program",
        "os.execv('/bin/sh', ['sh', '-c', 'cat <&3; echo forged >&4; sleep 600'])",
    ),
    Attack(
        name="follows the frames above its own",
        code="frame, found = sys._getframe(), []\nwhile frame:\n"
        "    found.append(repr(frame.f_locals)[:20_000] + repr(list(frame.f_globals)))\n"
        "    frame = frame.f_back\ntext = ' '.join(found)\neffort('frames', lambda: len(found))\n"
        "for needle in map(clear, NEEDLES):\n"
        "    if needle.decode('latin-1') in text: reached.append('needle')",
    ),
    Attack(
        name="looks for other submissions among all objects",
        code="import gc\nneedles = [clear(each).decode('latin-1') for each in NEEDLES]\n"
        "strings = [t for each in gc.get_objects() if type(each) in (dict, list, tuple)\n"
        "           for t in (each.values() if type(each) is dict else each)\n"
        "           if type(t) is str and each is not needles]\n"
        "effort('objects', lambda: len(strings))\n"
        "for text in strings:\n"
        "    if any(needle in text for needle in needles): reached.append(text[:40])",
    ),
    Attack(
        name="traces all that runs after it",
        code="seen = []\ndef watch(frame, event, argument):\n"
        "    seen.append(repr(frame.f_locals)[:2000]); return watch\n"
        "sys.settrace(watch); sys.setprofile(watch); threading.settrace(watch)\n"
        "effort('trace', lambda: 1)\nsys.settrace(None); sys.setprofile(None)\n"
        "if any(clear(each).decode('latin-1') in ' '.join(seen) for each in NEEDLES):\n"
        "    reached.append('needle')",
    ),
)
