"""Where attacks are run: a grader with things to steal, a sibling at work, and what must hold."""

from __future__ import annotations

import os
import platform
import secrets
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader import course, intake, pipeline, sandbox, values
from grader.grade import Grade, Verdict
from grader.pipeline import Session
from grader.run import CellStatus, Run, RunStatus
from grader.sandbox import Isolation, cgroup, processes
from grader.store import Record
from grader.submission import Cell, Submission
from tests.conftest import REPOSITORY, TINY_COURSE
from tests.hostile.attacks.attack import LAST_WORD, MIB, PRELUDE, SLIPS, Attack

WAYS: dict[str, Callable[[], Isolation]] = {
    "cold": lambda: sandbox.isolation(),
    "warm": lambda: sandbox.isolation(warm=True),
    "reduced": lambda: sandbox.isolation("reduced"),
}
"""The ways to start a submission that have to contain every attack."""
MOST_MEMORY = 160 * MIB
"""How much the grader may grow while one attack runs."""
SECRET_NAME = "GRADER_ATTACK_SECRET"
ATTACK_CELL = 2
_ASKED_OF_SIBLING = {"disc_area", "corners", "area_of"}
_SIBLING = (
    "import math, os, tempfile, time\nopen('sibling.txt', 'w').write('{secret}')\n"
    "def names(folder):\n"
    "    try: return os.listdir(folder)\n    except PermissionError: return []\n"
    "disc_area = math.pi * 9",
    "time.sleep(0.6)\nprint(names(tempfile.gettempdir()))",
    "alone = names('.') == ['sibling.txt'] and names('/dev/shm') == []\n"
    "alone = alone and open('sibling.txt').read() == '{secret}'\n"
    "corners = 4 if alone else -1\ndef area_of(radius): return math.pi * radius ** 2",
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one attack."""

    attack: Attack
    faults: tuple[str, ...]
    """Each thing that is not as it must be, in one sentence; empty if contained."""
    status: str
    seconds: float


class Arena:
    """A grading session, listeners, secrets and a neighbouring process, all to be left alone."""

    def __init__(self, isolation: Isolation, folder: Path, kept: ExitStack) -> None:
        self.isolation = isolation
        self.folder = folder
        self.hits: list[str] = []
        self.secrets = {name: f"{name}-{secrets.token_hex(12)}" for name in _PLANTED}
        self._canary = folder / "outside" / "canary.txt"
        self._canary.parent.mkdir()
        self._canary.write_text(self.secrets["canary"])
        self._abstract = f"grader-attack-{secrets.token_hex(6)}"
        self._tcp = self._listen(kept, socket.create_server(("127.0.0.1", 0)), "TCP")
        self._udp = self._listen(kept, _datagrams(), "UDP")
        self._unix = str(folder / "socket")
        self._listen(kept, _unix_server(self._unix), "UNIX socket")
        self._listen(kept, _unix_server(f"\0{self._abstract}"), "abstract socket")
        self._decoy = kept.enter_context(_decoy())
        os.environ[SECRET_NAME] = self.secrets["environment"]
        kept.callback(os.environ.pop, SECRET_NAME)
        self.session = _session(isolation)

    def play(self, attack: Attack) -> Outcome:
        """Run one attack next to an honest sibling and say whether all is as it must be."""
        attack = attack.on(self.isolation.level)
        began = time.monotonic()
        _forget_peak()
        before = _State.now()
        with temporary_files_in(self.folder / "temporary"), ThreadPoolExecutor(1) as aside:
            sibling = aside.submit(self._grade, self._sibling(), self.session)
            if attack.file is None:
                record, grade = self._attack(attack)
                faults = [*_judge(attack, record), *_no_points(grade)]
            else:
                record, faults = None, self._handed_in(attack.file)
            faults += _sibling_faults(*sibling.result())
        faults += self.untouched()
        faults += before.differences(_State.now())
        status = record.run.status if record and record.run else "handed in"
        return Outcome(
            attack=attack,
            faults=tuple(faults),
            status=str(status),
            seconds=time.monotonic() - began,
        )

    def play_without_a_wall(self, attack: Attack) -> bool:
        """Return whether the attack reaches what it goes for where nothing holds it."""
        session = _session(sandbox.isolation("none"))
        self.hits.clear()
        record, _ = self._attack(attack, session)
        assert record.run is not None
        told = _report(record.run)
        reached = bool(told and told["reached"]) or bool(self.hits)
        self.hits.clear()
        return reached

    def _attack(self, attack: Attack, session: Session | None = None) -> tuple[Record, Grade]:
        session = session or self.session
        limited = replace(session.sheet, limits=attack.limits)
        handed_in = _submission(self.prelude(), attack.code, LAST_WORD)
        return self._grade(handed_in, replace(session, sheet=limited))

    def _grade(self, handed_in: Submission, session: Session) -> tuple[Record, Grade]:
        run = sandbox.run(handed_in, session.probe, session.sheet.limits, session.isolation)
        record = Record(
            sheet=session.sheet.name,
            version=session.sheet.version,
            seed=session.seed,
            environment=session.environment,
            submission=handed_in,
            run=run,
        )
        return record, pipeline.judge(record, session)

    def _handed_in(self, write: Callable[[Path], None]) -> list[str]:
        """Grade a class of one honest learner and one attacker who hands in a file."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            folder, out = Path(name, "class"), Path(name, "out")
            folder.mkdir()
            (folder / "ada.py").write_text("corners = 4")
            write(folder)
            # What it takes to write it is no fault of the grader's.
            _forget_peak()
            found = intake.collect([folder])
            outcome = pipeline.grade_class(found.sources, self.session, out, jobs=1)
            points = {grade.submission: grade.points for grade in outcome.book.submissions}
            faults = [] if points.pop("ada", 0) == 1.0 else ["the class was not graded"]
            faults += [f"{who} earned {got} points" for who, got in points.items() if got]
            planted = {*Path(name).iterdir()} - {folder, out}
            faults += [f"planted {path}" for path in planted]
            pages = b"".join(path.read_bytes() for path in out.rglob("*.html"))
            if b"root:" in pages or b"<script>alert" in pages or b"<img src=x" in pages:
                faults.append("a page holds what it must not")
        return faults

    def prelude(self) -> str:
        """Return the first cell of an attack: where everything is that it goes for."""
        needles = [bytes((each + 1) % 256 for each in needle) for needle in self._needles()]
        known = {
            "CANARY": str(self._canary),
            "TCP_PORT": self._tcp,
            "UDP_PORT": self._udp,
            "UNIX_PATH": self._unix,
            "ABSTRACT": self._abstract,
            "GRADER": os.getpid(),
            "GRADER_PARENT": os.getppid(),
            "DECOY": self._decoy.pid,
            "SECRET_NAME": SECRET_NAME,
            "REPOSITORY": str(REPOSITORY),
            "HOST_NAME": platform.node(),
            "NEEDLES": needles,
        }
        lines = [f"{name} = {thing!r}" for name, thing in known.items()]
        lines.append("def clear(needle): return bytes((each - 1) % 256 for each in needle)")
        return "\n".join([*lines, PRELUDE])

    def _needles(self) -> list[bytes]:
        """What a submission must not be able to find: secrets, and references in each form."""
        texts = [*self.secrets.values(), "28.274333882308138"]
        floats = [28.274333882308138, 3.141592653589793 * 100]
        return [text.encode() for text in texts] + [struct.pack("<d", each) for each in floats]

    def _sibling(self) -> Submission:
        return _submission(*(c.replace("{secret}", self.secrets["sibling"]) for c in _SIBLING))

    def untouched(self) -> Iterator[str]:
        """Say what was reached of the things that were set up to be reached."""
        if self.hits:
            yield f"reached the grader's {', '.join(sorted(set(self.hits)))}"
            self.hits.clear()
        if self._canary.read_text() != self.secrets["canary"]:
            yield "changed a file outside"
        if len(list(self._canary.parent.iterdir())) != 1:
            yield "made a file outside"
        if self._decoy.poll() is not None or _state_of(self._decoy.pid) != "S":
            yield "reached a neighbouring process"
        if list((self.folder / "temporary").iterdir()):
            yield "left files in the temporary folder"
        if Path("/tmp/planted-by-mallory.py").exists():
            yield "planted a file in /tmp"

    def _listen(self, kept: ExitStack, server: socket.socket, name: str) -> int:
        kept.enter_context(server)

        def wait() -> None:
            while True:
                try:
                    server.recv(64) if name == "UDP" else server.accept()[0].close()
                except OSError:
                    return
                self.hits.append(name)

        threading.Thread(target=wait, daemon=True).start()
        address = server.getsockname()
        return int(address[1]) if isinstance(address, tuple) else 0


_PLANTED = ("environment", "canary", "sibling")


@contextmanager
def arena(isolation: Isolation) -> Iterator[Arena]:
    """Set everything up; when the context ends nothing of it is left."""
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="arena-")))
        (folder / "temporary").mkdir()
        # Root's submissions on the level "reduced" run as another user, in a folder below it.
        folder.chmod(0o711)
        yield Arena(isolation, folder, kept)


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Have temporary files made in a folder, where they can be counted."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@dataclass(frozen=True, kw_only=True)
class _State:
    """What the grader's process holds."""

    processes: frozenset[int]
    mounts: str
    groups: frozenset[str]
    descriptors: int
    threads: int
    memory: int

    @classmethod
    def now(cls) -> _State:
        return cls(
            processes=frozenset(processes.family(os.getpid())),
            mounts=Path("/proc/self/mountinfo").read_text(),
            groups=cgroup.mine(),
            descriptors=len(os.listdir("/proc/self/fd")),  # noqa: PTH208
            threads=threading.active_count(),
            memory=processes.highest_rss(os.getpid()),
        )

    def differences(self, after: _State) -> Iterator[str]:
        for process in after.processes - self.processes:
            yield f"left process {process} behind"
        if after.mounts != self.mounts:
            yield "left a mount behind"
        for group in after.groups - self.groups:
            yield f"left the control group {group} behind"
        if after.descriptors > self.descriptors:
            yield f"left {after.descriptors - self.descriptors} descriptors open"
        if after.threads > self.threads:
            yield f"left {after.threads - self.threads} threads running"
        grown = after.memory - self.memory
        if grown > MOST_MEMORY:
            yield f"made the grader grow by {grown / MIB:.0f} MiB"


def _judge(attack: Attack, record: Record) -> Iterator[str]:
    """Say what of an attack's own run is not as it must be."""
    run = record.run
    assert run is not None
    if run.status not in attack.status:
        yield f"ended with {run.status} and not {' or '.join(attack.status)}: {run.reason}"
    if attack.reason not in run.reason:
        yield f"the reason does not say {attack.reason!r}: {run.reason}"
    cells = {each.cell: each for each in run.cells}
    if cells[1].status is not CellStatus.OK:
        yield f"its first cell failed: {cells[1].failure}"
    went_on = cells[3].status is not CellStatus.NOT_RUN
    if attack.goes_on is not None and went_on != attack.goes_on:
        yield "the cell after it ran" if went_on else "the cell after it did not run"
    failure = cells[ATTACK_CELL].failure
    expected = attack.raises if "Exception" not in attack.raises else (failure and failure.type,)
    if failure and run.status in (RunStatus.OK, RunStatus.ERROR) and failure.type not in expected:
        yield f"its cell failed with {failure.type}: {failure.message} (line {failure.line})"
    yield from _told(attack, run)


def _told(attack: Attack, run: Run) -> Iterator[str]:
    """Say what an attack reached by its own account; one that goes on has to give one."""
    told = _report(run)
    if told is None:
        if attack.goes_on and not attack.raises:
            yield "it never said what it reached"
        return
    for each in told["reached"]:
        yield f"reached {each}"
    for name, refusal in told["refused"].items():
        if refusal in SLIPS:
            yield f"it does not try what it says: {name} fails with {refusal}"
    if attack.goes_on and not told["attempts"] and not attack.raises:
        yield "it tried nothing"


def reached(run: Run) -> tuple[str, ...]:
    """Return what an attack reached by its own account."""
    told = _report(run)
    return tuple(map(str, told.get("reached", ()))) if told else ()


def _report(run: Run) -> dict[str, Any] | None:
    found = [each.value for each in run.bindings if each.name == "report"]
    told = values.to_python(found[-1]) if found else None
    return told if isinstance(told, dict) else None


def _no_points(grade: Grade) -> Iterator[str]:
    if grade.points:
        yield f"earned {grade.points} points with wrong answers"


def _sibling_faults(record: Record, grade: Grade) -> Iterator[str]:
    run = record.run
    assert run is not None
    if run.status is not RunStatus.OK:
        yield f"its sibling ended with {run.status}: {run.reason} {run.first_failure()}"
    right = {m.question.split(".")[1] for m in grade.questions if m.verdict == Verdict.CORRECT}
    if right != _ASKED_OF_SIBLING:
        yield f"its sibling got {grade.points} points, for {sorted(right)}"


def _session(isolation: Isolation) -> Session:
    session = pipeline.open_session(course.load(TINY_COURSE, "circles"), isolation=isolation)
    probe = replace(session.probe, names=(*session.probe.names, "report"))
    return replace(session, probe=probe)


def _submission(*sources: str) -> Submission:
    cells = tuple(
        Cell(number=number, kind="code", source=source) for number, source in enumerate(sources, 1)
    )
    return Submission(name="mallory", source="a.ipynb", sha256="", kind="notebook", cells=cells)


def _datagrams() -> socket.socket:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    return server


def _unix_server(address: str) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(16)
    if not address.startswith("\0"):
        Path(address).chmod(0o777)
    return server


@contextmanager
def _decoy() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the grader's own user that only waits."""
    process = subprocess.Popen(["sleep", "3600"])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _state_of(process: int) -> str:
    text = Path(f"/proc/{process}/stat").read_text()
    return text.rpartition(")")[2].split()[0]


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")
