"""Submissions forked from one interpreter: they share nothing, and it outlives them all."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from grader.probe import Limits
from grader.run import Run, RunStatus
from grader.sandbox import Isolation, choose, processes, spawn
from grader.sandbox import warm as forking
from grader.submission import Submission
from tests.sandbox.runs import bound, notebook, run, text

pytestmark = pytest.mark.sandbox
HOSTILE = (
    "import os\nos._exit(3)",
    "import ctypes\nctypes.string_at(0)",
    "import os\nwhile True: os.fork()",
    "import os\nos.closerange(0, 1000)",
    "import os, signal\nfor each in (-1, 0, 1, os.getppid()):\n"
    "    try: os.kill(each, signal.SIGKILL)\n    except OSError: pass",
    "import subprocess\nsubprocess.Popen(['sleep', '1618'], start_new_session=True)",
    "import sys\nsys.modules.clear()",
    "held = [open(f'f{n}', 'w') for n in range(300)]",
)


@pytest.fixture
def zygote(warm: Isolation) -> int:
    """The number of the process that submissions are forked from."""
    parent = forking.zygote(warm, ())
    return processes.family(parent._popen.pid)[-1]


@pytest.fixture
def own_zygote(warm: Isolation) -> Iterator[Limits]:
    """Limits whose variables have a warm process started for this test alone."""
    yield Limits(environment=(("OF_THIS_TEST", "1"),))
    forking.close()


def taken(process: int) -> tuple[int, int, int, int]:
    """Return the descriptors, the private memory in MiB, the children and the mounts."""
    proc = Path(f"/proc/{process}")
    memory = processes.memory([process]) >> 20
    mounts = len((proc / "mounts").read_text().splitlines())
    return len(list((proc / "fd").iterdir())), memory, len(processes.family(process)) - 1, mounts


def seen_by_next(warm: Isolation, source: str, look: str) -> object:
    run(notebook(source), warm)
    (seen,) = bound(run(notebook(look), warm, names=("seen",)), "seen")
    return seen


def test_the_warm_process_has_one_thread_and_nothing_of_the_grader(zygote: int) -> None:
    proc = Path(f"/proc/{zygote}")
    assert b"\nThreads:\t1\n" in (proc / "status").read_bytes()
    assert (proc / "cmdline").read_bytes().split(b"\0")[1:-1] == [
        *(b"-I", b"-S", b"-B"),
        b"/opt/kernel/main.py",
    ]
    assert str(Path.cwd()).encode() not in (proc / "environ").read_bytes()
    assert not (proc / "root" / Path.cwd().relative_to("/")).exists()


@pytest.mark.parametrize(
    ("source", "look"),
    [
        ("leaked = 1", "seen = 'leaked' in globals()"),
        ("import numpy\nnumpy.leaked = 1", "import numpy\nseen = hasattr(numpy, 'leaked')"),
        (
            "import builtins\nbuiltins.leaked = 1",
            "import builtins\nseen = hasattr(builtins, 'leaked')",
        ),
        ("import os\nos.environ['LEAKED'] = '1'", "import os\nseen = 'LEAKED' in os.environ"),
        ("import os\nos.chdir('/')", "import os\nseen = os.getcwd() != '/submission'"),
        ("open('/tmp/leaked', 'w').close()", "import os\nseen = os.path.exists('/tmp/leaked')"),
        ("open('/dev/shm/leaked', 'w').close()", "import os\nseen = os.listdir('/dev/shm') != []"),
        (
            "import sys\nsys.setrecursionlimit(999)",
            "import sys\nseen = sys.getrecursionlimit() < 1000",
        ),
        ("In.append('leaked')", "seen = 'leaked' in In"),
    ],
)  # fmt: skip
def test_nothing_of_one_submission_is_there_for_the_next(
    warm: Isolation, source: str, look: str
) -> None:
    assert seen_by_next(warm, source, look) is False


def test_nothing_of_a_submission_is_left_in_the_memory_of_the_next(warm: Isolation) -> None:
    scan = (
        "import re\nfound = 0\nfor line in open('/proc/self/maps'):\n"
        "    low, high = (int(each, 16) for each in line.split()[0].split('-'))\n"
        "    if line.split()[1].startswith('rw') and high - low < 1 << 28:\n"
        "        with open('/proc/self/mem', 'rb', 0) as memory:\n"
        "            memory.seek(low)\n"
        "            found += len(re.findall(b'ma[r]kofalearner' * 3, memory.read(high - low)))"
    )
    own = notebook("mark = 'markof' + 'alearner'\nmark *= 3\nprint(mark)", scan)
    (itself,) = bound(run(own, warm, names=("found",)), "found")[-1:]
    assert itself > 0
    seen = run(notebook(scan), warm, names=("found",))
    assert seen.status is RunStatus.OK, seen.first_failure()
    assert bound(seen, "found")[-1:] == [0]


@pytest.mark.parametrize(
    "draw",
    [
        "import random\nseen = random.random()",
        "import numpy as np\nseen = float(np.random.rand())",
        "import numpy as np\nseen = float(np.random.default_rng().random())",
        "import torch\nseen = float(torch.rand(1))",
        "import uuid\nseen = str(uuid.uuid4())",
        "import tempfile\nseen = tempfile.mktemp()",
        "import multiprocessing as mp\nseen = str(bytes(mp.current_process().authkey))",
    ],
)
def test_chance_differs_between_submissions(warm: Isolation, draw: str) -> None:
    drawn = {str(bound(run(notebook(draw), warm, names=("seen",)), "seen")) for _ in range(4)}
    assert len(drawn) == 4


def test_a_class_with_hostile_submissions_leaves_the_warm_process_as_it_was(
    warm: Isolation, zygote: int
) -> None:
    def one(number: int) -> list[object]:
        if number % 8 == 7:
            limits = Limits(cell_seconds=0.5, call_seconds=0.5, processes=30)
            run(notebook(HOSTILE[number // 8 % len(HOSTILE)]), warm, limits=limits)
            return [number]
        return bound(run(notebook(f"x = {number}"), warm, names=("x",)), "x")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(8 * len(HOSTILE))))
        numbers = range(200)
        before = taken(zygote)
        assert list(pool.map(one, numbers)) == [[number] for number in numbers]
    descriptors, memory, children, mounts = taken(zygote)
    assert (descriptors, children, mounts) == (before[0], 0, before[3])
    assert memory <= before[1] + 1
    assert forking.zygote(warm, ())._popen.pid in processes.family(os.getpid())


def test_a_lost_warm_process_costs_no_submission(warm: Isolation, own_zygote: Limits) -> None:
    parent = forking.zygote(warm, own_zygote.environment)
    killer = processes.family(parent._popen.pid)[-1]
    seen = run(notebook("x = 1"), warm, names=("x",), limits=own_zygote)
    assert bound(seen, "x") == [1]

    slow = notebook("import time\ntime.sleep(1)\nx = 2")
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(lambda: run(slow, warm, names=("x",), limits=own_zygote))
        while not processes.family(killer)[1:]:
            pass
        os.kill(killer, signal.SIGKILL)
        assert bound(pending.result(), "x") == [2]
    seen = run(notebook("x = 3"), warm, names=("x",), limits=own_zygote)
    assert bound(seen, "x") == [3]
    assert forking.zygote(warm, own_zygote.environment) is not parent


def test_a_variable_of_the_sheet_is_there(warm: Isolation, own_zygote: Limits) -> None:
    look = notebook("import os\nx = os.environ['OF_THIS_TEST']")
    assert bound(run(look, warm, names=("x",), limits=own_zygote), "x") == ["1"]


def test_nothing_is_left_when_the_warm_process_is_closed(
    warm: Isolation, own_zygote: Limits
) -> None:
    others = set(processes.family(os.getpid()))
    run(notebook("x = 1"), warm, limits=own_zygote)
    before = threading.active_count()
    forking.close()
    assert set(processes.family(os.getpid())) <= others
    assert threading.active_count() <= before


def test_what_cannot_be_forked_is_started_cold_and_said(
    warm: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise forking.LostError("no forks here")

    monkeypatch.setattr(forking, "zygote", refuse)
    assert choose.trial(warm) == "no forks here"
    assert choose.isolation(warm=True) == replace(warm, warm=False, why_cold="no forks here")
    seen = run(notebook("x = 1"), warm, names=("x",))
    assert bound(seen, "x") == [1]
    with spawn.start(warm, Limits()) as started:
        assert not started.isolation.warm
        assert started.isolation.why_cold == "no forks here"


def test_many_submissions_are_forked_where_that_works(warm: Isolation) -> None:
    assert choose.isolation(warm=True) == warm
    assert not choose.isolation().warm


def told(seen: Run) -> list[str]:
    """What is known of each cell, without places in memory and without the depth of a recursion.

    A fork has a few calls more below it.
    """
    known = [repr((each.status, each.outputs, each.failure)) for each in seen.cells]
    return [re.sub(r"0x[0-9a-f]+|\d+ more calls", "", each) for each in known]


def same(submission: Submission, one: Isolation, other: Isolation) -> None:
    here, there = (run(submission, each, names=("x", "y", "z")) for each in (one, other))
    assert (here.status, here.bindings) == (there.status, there.bindings)
    assert here.changes == there.changes
    for mine, its in zip(told(here), told(there), strict=True):
        assert mine == its


def test_both_ways_of_starting_show_the_same(warm: Isolation, cold: Isolation) -> None:
    same(
        notebook(
            "import numpy as np\nx = np.linalg.svd(np.arange(6.0).reshape(2, 3))[1]\nx",
            "import torch\nfrom torch import nn\ntorch.manual_seed(0)\nnet = nn.Linear(2, 1)\nnet",
            "steps = torch.optim.Adam(net.parameters(), lr=0.1)\nfor _ in range(5):\n"
            "    steps.zero_grad()\n    loss = net(torch.ones(3, 2)).pow(2).mean()\n"
            "    loss.backward()\n    steps.step()\ny = float(loss)\nprint(y)",
            "data = torch.utils.data.DataLoader(torch.arange(8), batch_size=2, num_workers=2)\n"
            "z = [batch.tolist() for batch in data]",
            "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])",
            "figure, axes = plt.subplots()\naxes.imshow([[1, 2], [3, 4]])\nplt.show()",
            "%matplotlib inline\nplt.hist([1, 2, 2])\nNone",
            "from IPython.display import HTML, clear_output, display\ndisplay(HTML('<i>a</i>'))",
            "import inspect\ndef f(a): return a\nprint(inspect.getsource(f))",
            "import warnings\nwarnings.warn('careful')",
            "import subprocess\nsubprocess.run(['echo', 'from below'])\nNone",
            "!echo shell; exit 4",
            "import asyncio\nawait asyncio.sleep(0)",
            "import multiprocessing as mp\ndef double(a): return 2 * a\n"
            "with mp.get_context('fork').Pool(2) as pool: x = pool.map(double, [1, 2])",
            "import threading\nt = threading.Thread(target=print, args=('thread',))\n"
            "t.start(); t.join()",
            "torch.set_num_threads(2)\n(torch.ones(300, 300) @ torch.ones(300, 300)).sum()",
            "import sys, os\n(sys.argv, os.getcwd(), sorted(os.environ), os.listdir('.'))",
            "np.zeros(3)[7]",
            "def deep(n): return deep(n + 1)\ndeep(0)",
            "undefined",
            "input('name? ')",
            "1 +",
            "%pwd",
            "import torch, io\nbuffer = io.BytesIO()\ntorch.save(net.state_dict(), buffer)\n"
            "buffer.seek(0)\nsorted(torch.load(buffer))",
            "exit()",
            "display({'a': [1, (2, None)]}, [np.float64(0.1), torch.tensor([1.5])])",
            "try: 1 / 0\nexcept ZeroDivisionError as e: raise ValueError('both') from e",
            "print('to stderr', file=sys.stderr)",
            "_ = os.write(1, b'raw\\n')",
            "help(f)",
            "import pickle\npickle.dumps(lambda: 0)",
            "class Shown:\n    def _repr_html_(self): return '<b>x</b>'\nShown()",
        ),
        warm,
        cold,
    )


def test_a_plot_appears_without_being_asked_for(warm: Isolation) -> None:
    seen = run(notebook("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone"), warm)
    forms = [dict(each.data) for each in seen.cells[0].outputs]
    assert any(each.get("image/png", "").startswith("iVBOR") for each in forms)


def test_a_signal_that_is_sent_to_itself_has_its_name(warm: Isolation) -> None:
    seen = run(notebook("import os\nprint('here')\nos.abort()"), warm)
    assert seen.status is RunStatus.DIED
    assert "SIGABRT" in seen.reason
    assert text(seen, 1) == "here\n"


def test_an_exit_code_is_no_signal(warm: Isolation) -> None:
    seen = run(notebook("import os\nos._exit(137)"), warm)
    assert "exit code 137" in seen.reason
