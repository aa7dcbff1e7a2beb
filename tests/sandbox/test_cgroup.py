"""The kernel's own limit on memory: it ends whoever is over it, nobody else, and goes again.

Where this machine lets nobody make control groups, these tests skip and say why: memory is only
watched there, and the tests of that run everywhere. Places that refuse are played elsewhere, on
a tree of groups that exists in memory alone.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from grader import observing
from grader.probe import Limits
from grader.run import RunStatus
from grader.sandbox import Isolation, cgroup, doctor, link, processes
from grader.sandbox.cgroup import Group
from grader.sandbox.controllers import PROCESSES, SYSTEM, V2, Found, Parent, System, find
from tests.sandbox.runs import bound, notebook, run

MIB = 1 << 20
SMALL = Limits(memory_bytes=200 * MIB)
BEFORE, AFTER = "x = 1", "y = 2"
FILL = (
    "for place in ('.', '/tmp', '/dev/shm'):\n"
    "    with open(f'{place}/big', 'wb') as file:\n"
    "        for _ in range(62): file.write(bytes(1 << 20))\n"
)
GREEDY_CHILD = (
    "import os\nif os.fork() == 0:\n    hoard = bytearray(b'x') * 900_000_000\n"
    "    os._exit(0)\nprint(os.wait())"
)


@pytest.fixture
def parent() -> Parent:
    """Where groups are made here; the one reason for a test of this file to skip."""
    found = cgroup.found()
    if found.parent is None:
        pytest.skip(f"no control group can be made here: {found.why}")
    return found.parent


@pytest.fixture
def unwatched(parent: Parent, monkeypatch: pytest.MonkeyPatch) -> Parent:
    """Only the kernel looks at memory."""
    monkeypatch.setattr(processes, "memory", lambda _: 0)
    return parent


@pytest.fixture
def only_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no group can be made."""
    monkeypatch.setattr(cgroup._groups, "_found", Found(why="they are forbidden"))


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "bomb",
    [
        "hoard = []\nwhile True: hoard.append(bytearray(b'x') * 20_000_000)",
        "import mmap\nheld = mmap.mmap(-1, 900_000_000)\n"
        "for at in range(0, 900_000_000, 4096): held[at] = 1",
        "import multiprocessing as mp, time\ndef hoard():\n"
        "    block = bytearray(b'x') * 80_000_000\n    time.sleep(60)\n"
        "for _ in range(12): mp.Process(target=hoard).start()\ntime.sleep(60)",
        f"{FILL}held = bytearray(b'x') * 300_000_000",
    ],
    ids=["memory", "shared memory", "many processes", "files and memory"],
)
def test_the_kernel_ends_who_is_over_the_limit(
    walled: Isolation, unwatched: Parent, bomb: str
) -> None:
    with ThreadPoolExecutor(1) as aside:
        neighbour = aside.submit(run, notebook(BEFORE, AFTER), walled, names=("x", "y"))
        seen = run(notebook(BEFORE, bomb, AFTER), walled, names=("x", "y"), limits=SMALL)
        other = neighbour.result()
    assert seen.status is RunStatus.OUT_OF_MEMORY, seen.reason
    assert "200 MiB" in seen.reason
    assert (bound(seen, "x"), bound(seen, "y")) == ([1], [])
    assert (other.status, bound(other, "y")) == (RunStatus.OK, [2])
    assert cgroup.mine() == frozenset()


@pytest.mark.sandbox
def test_one_killed_process_of_several_ends_the_run(walled: Isolation, unwatched: Parent) -> None:
    cells = (BEFORE, GREEDY_CHILD, "import time\ntime.sleep(60)", AFTER)
    seen = run(notebook(*cells), walled, names=("x", "y"), limits=SMALL)
    assert seen.status is RunStatus.OUT_OF_MEMORY
    assert (bound(seen, "x"), bound(seen, "y")) == ([1], [])


@pytest.mark.sandbox
def test_one_killed_at_the_very_end_is_noticed_too(
    walled: Isolation, unwatched: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "_WATCH_SECONDS", 3600.0)
    seen = run(notebook(BEFORE, GREEDY_CHILD, AFTER), walled, names=("x", "y"), limits=SMALL)
    assert seen.status is RunStatus.OUT_OF_MEMORY
    assert (bound(seen, "x"), bound(seen, "y")) == ([1], [2])


@pytest.mark.sandbox
def test_an_honest_submission_may_fill_its_places_and_its_memory(
    walled: Isolation, parent: Parent
) -> None:
    limits = Limits(memory_bytes=500 * MIB)
    full = f"{FILL}held = bytearray(b'x') * 300_000_000\nx = 1"
    seen = run(notebook(full), walled, names=("x",), limits=limits)
    assert (seen.status, bound(seen, "x")) == (RunStatus.OK, [1]), seen.reason
    alone = run(
        notebook("held = bytearray(b'x') * 80_000_000\nx = 1"), walled, names=("x",), limits=SMALL
    )
    assert (alone.status, bound(alone, "x")) == (RunStatus.OK, [1]), alone.reason


@pytest.mark.sandbox
def test_its_own_kill_is_not_taken_for_a_lack_of_memory(walled: Isolation, parent: Parent) -> None:
    seen = run(notebook("import os\nos.kill(os.getpid(), 9)\nwhile True: pass"), walled)
    assert seen.status is RunStatus.DIED


@pytest.mark.sandbox
@pytest.mark.parametrize("group", [True, False], ids=["group", "watched"])
def test_workers_that_share_what_was_imported_count_it_once(
    walled: Isolation, group: bool, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("parent" if group else "only_watched")
    training = (
        "import time, torch\nfrom torch.utils.data import DataLoader, Dataset\n"
        "class Numbers(Dataset):\n    def __len__(self): return 16\n"
        "    def __getitem__(self, at):\n        time.sleep(0.1)\n"
        "        return torch.ones(3) * at\n"
        "total = sum(float(each.sum()) for each in DataLoader(Numbers(), num_workers=8))"
    )
    limits = Limits(memory_bytes=900 * MIB)
    seen = run(notebook(training), walled, names=("total",), limits=limits)
    assert seen.status is RunStatus.OK, seen.reason
    assert bound(seen, "total") == [360.0]


@pytest.mark.sandbox
def test_without_groups_memory_is_watched(walled: Isolation, only_watched: None) -> None:
    bomb = "hoard = []\nwhile True: hoard.append(bytearray(b'x') * 20_000_000)"
    seen = run(notebook(BEFORE, bomb), walled, names=("x",), limits=SMALL)
    assert (seen.status, bound(seen, "x")) == (RunStatus.OUT_OF_MEMORY, [1])
    assert observing.environment(walled, 1)["memory"] == "watched"


@pytest.mark.sandbox
def test_a_machine_without_memory_is_our_failure(
    cold: Isolation, unwatched: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _smaller(unwatched, 150 * MIB) as crowded:
        monkeypatch.setattr(cgroup._groups, "_found", Found(parent=crowded))
        bomb = "hoard = []\nwhile True: hoard.append(bytearray(b'x') * 20_000_000)"
        seen = run(notebook(bomb), cold, limits=SMALL)
    assert seen.status is RunStatus.SANDBOX_ERROR
    assert "machine" in seen.reason


@pytest.mark.sandbox
def test_a_group_that_cannot_be_made_is_our_failure(
    cold: Isolation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = Parent(version=V2, memory=tmp_path / "gone", processes=None)
    monkeypatch.setattr(cgroup._groups, "_found", Found(parent=gone))
    seen = run(notebook(BEFORE), cold)
    assert seen.status is RunStatus.SANDBOX_ERROR
    assert "gone" in seen.reason


def test_what_a_process_started_before_is_held_as_well(parent: Parent) -> None:
    started = "sleep 60 & sleep 60 & echo started; read go; sleep 60 & echo more; read end"
    with _group(parent) as group, _shell(started) as (process, line):
        line()
        group.hold(lambda: processes.family(process))
        line("go")
        family = {str(each) for each in processes.family(process)}
        assert len(family) == 4
        for folder in group._folders:
            assert set((folder / PROCESSES).read_text().split()) >= family


def test_the_group_tells_its_own_limit_from_that_of_the_machine(parent: Parent) -> None:
    hoard = "held = bytearray(b'x') * 300_000_000; input()"
    for crowded in (False, True):
        outer = _smaller(parent, 80 * MIB) if crowded else nullcontext(parent)
        with outer as around, _group(around) as group, _python(hoard) as process:
            assert not group.killed
            group.hold(lambda process=process: (process.pid,))  # type: ignore[misc]
            process.communicate(b"go\n", timeout=60)
            assert process.returncode == -9
            assert group.killed
            assert group.over_limit == (not crowded)


def test_groups_of_a_dead_grader_are_removed_and_no_others(parent: Parent) -> None:
    with subprocess.Popen(["/bin/true"]) as dead:
        dead.wait()
    names = (f"grader-{dead.pid}-7", f"grader-{os.getpid()}-999999", "grader-of-somebody")
    stale, mine, other = (parent.memory / name for name in names)
    for each in (stale, mine, other):
        each.mkdir()
    try:
        assert find().parent is not None
        assert (stale.exists(), mine.exists(), other.exists()) == (False, True, True)
    finally:
        for each in (stale, mine, other):
            if each.exists():
                each.rmdir()


class _Busy(System):
    """Groups whose last process takes its time."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals

    def remove(self, group: Path) -> None:
        self.refusals -= 1
        if self.refusals >= 0:
            raise OSError(errno.EBUSY, "busy", str(group))
        super().remove(group)


def test_a_group_that_is_busy_for_a_moment_is_removed_all_the_same(parent: Parent) -> None:
    with _group(replace(parent, system=_Busy(3))) as group:
        assert group.remove() == ()
    assert cgroup.mine() == frozenset()


def test_a_group_that_stays_busy_is_removed_later(
    parent: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroup, "_PAUSES", (0.0,))
    busy = _Busy(4)
    groups = cgroup._Groups()
    groups._found = Found(parent=replace(parent, processes=None, system=busy))
    with groups.group(SMALL):
        pass
    assert len(groups.mine()) == 1
    busy.refusals = 0
    with groups.group(SMALL):
        assert len(groups.mine()) == 2
    assert groups.mine() == frozenset()


def test_the_doctor_says_what_limits_memory(parent: Parent) -> None:
    finding = doctor._memory()
    assert finding.ok
    assert str(parent.memory) in finding.sentence


@pytest.mark.skipif(sys.platform != "linux", reason="control groups are a part of Linux")
def test_the_doctor_says_why_memory_is_only_watched_and_what_helps(only_watched: None) -> None:
    finding = doctor._memory()
    assert (finding.ok, finding.needed) == (False, False)
    assert "they are forbidden" in finding.sentence
    assert finding.remedy


@contextmanager
def _group(parent: Parent) -> Iterator[Group]:
    made = Group(parent, f"grader-{os.getpid()}-888888", Limits(memory_bytes=MIB))
    try:
        yield made
    finally:
        assert made.remove() == ()


@contextmanager
def _smaller(parent: Parent, memory_bytes: int) -> Iterator[Parent]:
    """A group that has too little for those below it, as a crowded machine."""
    (outer,) = replace(parent, processes=None).make(
        f"grader-{os.getpid()}-777777", memory_bytes=memory_bytes, processes=0
    )
    if parent.version is V2:
        SYSTEM.write(outer / "cgroup.subtree_control", "+memory")
    try:
        yield replace(parent, memory=outer, processes=None)
    finally:
        outer.rmdir()


@contextmanager
def _shell(script: str) -> Iterator[tuple[int, Callable[..., str]]]:
    """A shell in a session of its own, and a way to tell it something and read its answer."""
    with subprocess.Popen(
        ["/bin/sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as popen:
        assert popen.stdin is not None and popen.stdout is not None
        sent, answers = popen.stdin, popen.stdout

        def line(told: str = "") -> str:
            if told:
                sent.write(told + "\n")
            return answers.readline()

        try:
            yield popen.pid, line
        finally:
            family = processes.family(popen.pid)
            processes.kill(family)


@contextmanager
def _python(code: str) -> Iterator[subprocess.Popen[bytes]]:
    """An interpreter that runs ``code`` once it is sent a line."""
    words = [sys.executable, "-I", "-S", "-c", f"input(); {code}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as popen:
        try:
            yield popen
        finally:
            popen.kill()
