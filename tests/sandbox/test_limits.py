"""Every way to use too much or to die: the run ends, and what had been reached is kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.probe import Limits
from grader.run import CellStatus, Run, RunStatus
from grader.sandbox import Isolation, processes
from tests.sandbox.runs import QUICK, bound, cell, function, notebook, question, returned, run, text

pytestmark = pytest.mark.sandbox
BEFORE, AFTER = "x = 1\nprint('reached')", "y = 2"
NAMES = ("x", "y")


def between(source: str, isolation: Isolation, limits: Limits = QUICK) -> Run:
    """Run ``source`` between a cell that binds x and one that binds y."""
    seen = run(notebook(BEFORE, source, AFTER), isolation, names=NAMES, limits=limits)
    assert bound(seen, "x") == [1]
    assert text(seen, 1) == "reached\n"
    return seen


def test_an_endless_loop_is_interrupted_and_the_rest_runs(walled: Isolation) -> None:
    seen = between("while True: pass", walled)
    assert seen.status is RunStatus.TIMED_OUT
    assert "cell 2" in seen.reason
    assert cell(seen, 2).status is CellStatus.TIMED_OUT
    failure = cell(seen, 2).failure
    assert failure is not None
    assert (failure.type, failure.line) == ("TimeLimit", 1)
    assert bound(seen, "y") == [2]


def test_a_loop_that_cannot_be_interrupted_ends_the_run(walled: Isolation) -> None:
    stubborn = "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass"
    seen = between(stubborn, walled)
    assert seen.status is RunStatus.TIMED_OUT
    assert "could not be interrupted" in seen.reason
    assert [each.status for each in seen.cells] == [
        CellStatus.OK,
        CellStatus.TIMED_OUT,
        CellStatus.NOT_RUN,
    ]


def test_a_call_that_cannot_be_interrupted_keeps_the_calls_before(walled: Isolation) -> None:
    stubborn = (
        "import time\ndef f(x):\n    while x:\n        try: time.sleep(9)\n"
        "        except BaseException: pass\n    return 'done'"
    )
    seen = run(
        notebook(stubborn),
        walled,
        functions=(function("f", {"x": 0}, {"x": 1}, {"x": 0}),),
        limits=QUICK,
    )
    assert seen.status is RunStatus.TIMED_OUT
    assert "`f`" in seen.reason
    assert [returned(each) for each in question(seen, "f").results] == ["done"]


def test_a_submission_has_a_limit_of_its_own(walled: Isolation) -> None:
    seen = between("import time\ntime.sleep(60)", walled, Limits(submission_seconds=1.0))
    assert seen.status is RunStatus.TIMED_OUT
    assert "1 s in all" in seen.reason
    assert cell(seen, 2).status is CellStatus.KILLED


def test_cpu_time_is_limited_over_all_processes(walled: Isolation) -> None:
    burners = (
        "import multiprocessing as mp\ndef burn():\n    while True: pass\n"
        "for _ in range(4): mp.Process(target=burn).start()\nimport time\ntime.sleep(60)"
    )
    seen = between(burners, walled, Limits(cpu_seconds=1.5))
    assert seen.status is RunStatus.TIMED_OUT
    assert "CPU" in seen.reason


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os\nos._exit(3)", "exit code 3"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
        ("import threading, os\nthreading.Thread(target=os._exit, args=(0,)).start()\n"
         "import time\ntime.sleep(60)", "exit code 0"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
         "import time\ntime.sleep(60)", "SIGKILL"),
    ],
)  # fmt: skip
def test_a_death_is_noticed_at_once_and_explained(
    walled: Isolation, source: str, words: str
) -> None:
    seen = between("print('last words')\n" + source, walled, Limits())
    assert seen.status is RunStatus.DIED
    assert words in seen.reason
    assert text(seen, 2) == "last words\n"
    assert [each.status for each in seen.cells] == [
        CellStatus.OK,
        CellStatus.KILLED,
        CellStatus.NOT_RUN,
    ]
    assert seen.wall_seconds < 30


def test_a_huge_print_is_cut_and_the_rest_runs(walled: Isolation) -> None:
    seen = between("print('x' * 20_000_000)", walled, Limits())
    assert seen.status is RunStatus.OK
    assert "cut" in text(seen, 2)
    assert len(text(seen, 2)) < 100_000
    assert bound(seen, "y") == [2]


def test_much_output_in_many_cells_loses_text_and_no_cells(walled: Isolation) -> None:
    loud = ["print('ü\\n' * 150_000)"] * 12
    pictures = ["from IPython.display import HTML, display\ndisplay(HTML('x' * 400_000))"] * 8
    seen = run(notebook(*loud, *pictures, "x = 1"), walled, names=("x",))
    assert seen.status is RunStatus.OK, seen.reason
    assert bound(seen, "x") == [1]
    assert "cut" in text(seen, 12)
    shown = [dict(each.data) for run in seen.cells for each in run.outputs if each.data]
    assert 1 <= len(shown) < 8


def test_an_endless_print_is_cut_and_interrupted(walled: Isolation) -> None:
    seen = between("while True: print('again and again')", walled)
    assert cell(seen, 2).status is CellStatus.TIMED_OUT
    assert text(seen, 2).startswith("again and again\n")
    assert bound(seen, "y") == [2]


def test_an_endless_write_below_python_ends_at_the_largest_file(walled: Isolation) -> None:
    seen = between(
        "import os\nwhile True: os.write(1, b'x' * 65536)", walled, Limits(file_bytes=1 << 20)
    )
    failure = cell(seen, 2).failure
    assert failure is not None
    assert failure.type == "OSError"
    assert bound(seen, "y") == [2]


def test_endless_displays_end_the_run_at_the_pipe(walled: Isolation) -> None:
    shown = "from IPython.display import HTML, display\nwhile True: display(HTML('x' * 100_000))"
    seen = between(shown, walled, Limits(output_bytes=1 << 20))
    assert seen.status is RunStatus.OUTPUT_LIMIT
    assert "1 MiB" in seen.reason
    assert cell(seen, 2).status is CellStatus.KILLED


def test_a_huge_result_is_cut(walled: Isolation) -> None:
    seen = between("'x' * 20_000_000", walled, Limits())
    (output,) = cell(seen, 2).outputs
    assert output.kind == "result"
    assert len(output.text) < 100_000


@pytest.mark.parametrize(
    "bomb",
    [
        "hoard = []\nwhile True: hoard.append(bytearray(50_000_000))",
        "import mmap\nheld = mmap.mmap(-1, 900_000_000)\nwhile True:\n"
        "    for at in range(0, 900_000_000, 4096): held[at] = 1",
        "import multiprocessing as mp\ndef hoard():\n    block = bytearray(150_000_000)\n"
        "    while True: pass\n"
        "for _ in range(6): mp.Process(target=hoard).start()\nimport time\ntime.sleep(60)",
    ],
)
def test_memory_is_limited_over_all_processes(walled: Isolation, bomb: str) -> None:
    seen = between(bomb, walled, Limits(memory_bytes=600 * 1024**2))
    assert seen.status is RunStatus.OUT_OF_MEMORY
    assert "600 MiB" in seen.reason


def test_one_impossible_request_for_memory_fails_alone(walled: Isolation) -> None:
    seen = between("block = bytearray(10**12)", walled, Limits())
    failure = cell(seen, 2).failure
    assert failure is not None
    assert failure.type == "MemoryError"
    assert bound(seen, "y") == [2]


def test_forked_copies_of_one_memory_count_once(walled: Isolation) -> None:
    sharing = (
        "import multiprocessing as mp, time\nblock = bytearray(b'x') * 150_000_000\n"
        "workers = [mp.Process(target=time.sleep, args=(0.3,)) for _ in range(6)]\n"
        "for each in workers: each.start()\nfor each in workers: each.join()"
    )
    seen = between(sharing, walled, Limits(memory_bytes=600 * 1024**2))
    assert seen.status is RunStatus.OK


@pytest.mark.parametrize(
    "bomb",
    [
        "import os\nwhile True:\n    os.fork()",
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(60,)).start()",
        "!sh -c ':() { : | : & }; :'\nimport time\ntime.sleep(60)",
    ],
)
def test_a_fork_bomb_is_contained(walled: Isolation, bomb: str) -> None:
    seen = between(bomb, walled, Limits(cell_seconds=1.0, processes=40))
    assert seen.status in (RunStatus.ERROR, RunStatus.TIMED_OUT, RunStatus.DIED)


@pytest.mark.parametrize("place", ["big", "/tmp/big", "/dev/shm/big"])
def test_private_places_are_small(walled: Isolation, place: str) -> None:
    fill = (
        f"for number in range(100):\n    with open('{place}' + str(number), 'wb') as file:\n"
        "        file.write(bytes(1 << 20))"
    )
    seen = between(fill, walled, Limits(file_bytes=4 << 20))
    failure = cell(seen, 2).failure
    assert failure is not None
    assert failure.type == "OSError"
    assert "working folder" in failure.sentence


def test_the_number_of_files_is_limited(walled: Isolation) -> None:
    seen = between(
        "n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'w').close()", walled, Limits()
    )
    assert seen.status is RunStatus.OUT_OF_MEMORY
    assert "20000 files" in seen.reason


def test_the_text_of_a_cell_is_no_output(walled: Isolation) -> None:
    table = f"table = '{'x' * 1_000_000}'\nx = len(table)"
    seen = run(notebook(table), walled, names=("x",), limits=Limits(output_bytes=200_000))
    assert seen.status is RunStatus.OK
    assert bound(seen, "x") == [1_000_000]


def test_open_files_without_end_fail_that_cell_and_the_rest_runs(walled: Isolation) -> None:
    hoard = "import os\nheld = []\nwhile True: held += os.pipe()"
    helper = "1 / 0\ndef helper(x): return x + 1"
    seen = run(
        notebook(BEFORE, hoard, helper, "def f(x): return helper(x)", AFTER),
        walled,
        names=NAMES,
        functions=(function("f", {"x": 1}),),
    )
    assert seen.status is RunStatus.ERROR
    failure = cell(seen, 2).failure
    assert failure is not None
    assert failure.type == "OSError"
    assert "more files open" in failure.sentence
    assert (bound(seen, "x"), bound(seen, "y")) == ([1], [2])
    assert [returned(each) for each in question(seen, "f").results] == [2]


def test_nothing_of_a_submission_outlives_it(walled: Isolation) -> None:
    daemon = (
        "import subprocess\nchild = subprocess.Popen(\n"
        "    ['sleep', '31415'], start_new_session=True)\n"
        "!setsid nohup sleep 31415 >/dev/null 2>&1 &\n"
    )
    seen = between(daemon, walled, Limits())
    assert seen.status is RunStatus.OK
    assert not [each for each in Path("/proc").glob("[0-9]*/cmdline") if is_sleeper(each)]


def is_sleeper(command: Path) -> bool:
    try:
        return b"31415" in command.read_bytes() and b"sleep" in command.read_bytes()
    except OSError:
        return False


def test_nothing_is_left_in_the_temporary_folder(
    unwalled: Isolation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    between("open('made', 'w').write('x')", unwalled, Limits())
    between("import os\nos._exit(1)", unwalled, Limits())
    assert list(tmp_path.iterdir()) == []


def test_a_process_left_behind_without_a_wall_is_killed_too(unwalled: Isolation) -> None:
    seen = between(
        "import subprocess\nchild = subprocess.Popen(['sleep', '27182']).pid", unwalled, Limits()
    )
    assert seen.status is RunStatus.OK
    assert not [
        each
        for each in Path("/proc").glob("[0-9]*/cmdline")
        if each.exists() and b"27182" in each.read_bytes()
    ]


def test_runs_at_the_same_time_do_not_meet(walled: Isolation) -> None:
    def one(number: int) -> Run:
        source = f"import os\nx = {number}\nuser = os.getuid()\nopen('mine', 'w').write(str(x))"
        return run(
            notebook(source, "import os, time\ntime.sleep(0.2)\nfiles = os.listdir('.')\n"),
            walled,
            names=("x", "files", "user"),
        )

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(one, range(4)))
    assert [bound(each, "x") for each in seen] == [[0], [1], [2], [3]]
    assert all(bound(each, "files") == [["mine"]] for each in seen)
    assert all(each.status is RunStatus.OK for each in seen)


def test_a_run_leaves_no_process_and_no_thread(walled: Isolation) -> None:
    import os

    threads, family = threading.active_count(), processes.family(os.getpid())
    between("1", walled, Limits())
    assert threading.active_count() == threads
    assert set(processes.family(os.getpid())) <= set(family)
