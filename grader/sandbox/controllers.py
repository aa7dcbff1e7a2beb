"""Where this process may make control groups that limit memory, found by really making one.

Both kinds that Linux has: version 1 (a tree of folders for each thing that is limited) and
version 2 (one tree; a group's children can be limited only while the group itself holds no
process). Nothing here raises because a system has no groups or refuses them.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader import files
from grader.language import joined, sentence
from grader.sandbox import processes

PROCESSES = "cgroup.procs"
_TRIAL_BYTES = 256 * 1024**2
_TRIAL_PROCESSES = 16
_MOVES = 20
"""Most times that the grader looks for processes of its own that began meanwhile."""
_NAME = re.compile(r"grader-(\d+)-\d+")


class System:
    """The files that control groups are made of."""

    def read(self, path: Path) -> str:
        """Return what a file says; raises ``OSError``."""
        return path.read_text(encoding="utf-8")

    def write(self, path: Path, text: str) -> None:
        """Write to a file that is there already; raises ``OSError``."""
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)

    def make(self, group: Path) -> None:
        """Make a group; raises ``OSError``."""
        group.mkdir()

    def remove(self, group: Path) -> None:
        """Remove a group without processes; raises ``OSError``."""
        group.rmdir()

    def children(self, group: Path) -> list[str]:
        """Return the names of the groups below one; raises ``OSError``."""
        return [each.name for each in os.scandir(group) if each.is_dir()]


SYSTEM = System()


@dataclass(frozen=True, kw_only=True)
class Version:
    """How one kind of control groups is used."""

    number: int
    limit: str
    """Name of the file that takes the limit on memory, in bytes."""
    more: tuple[tuple[str, str], ...]
    """Further files and what to write into them; not every kernel has them. ``{}``: the limit."""
    usage: str
    """Name of the file that says how many bytes the group holds, cached files included."""
    kills: str
    """Name of the file that says how many processes the kernel has ended for want of memory."""
    full: str
    """The word in that file that says how often this was because of the group's own limit; empty
    where none says it."""
    peak: str
    """Name of the file that says how many bytes the group has held at once."""

    def count(self, system: System, group: Path, file: str, word: str = "") -> int:
        """Return a number out of a file, or the one after a word in it; 0 if there is none."""
        try:
            lines = [line.split() for line in system.read(group / file).splitlines()]
            return sum(int(line[-1]) for line in lines if line[:-1] == ([word] if word else []))
        except (OSError, ValueError, IndexError):
            return 0


V1 = Version(
    number=1,
    limit="memory.limit_in_bytes",
    more=(("memory.memsw.limit_in_bytes", "{}"), ("memory.swappiness", "0")),
    usage="memory.usage_in_bytes",
    kills="memory.oom_control",
    # Counters of failures exist, and stay 0 in some kernels (seen in Linux 6.18).
    full="",
    peak="memory.max_usage_in_bytes",
)
V2 = Version(
    number=2,
    limit="memory.max",
    more=(("memory.swap.max", "0"), ("memory.oom.group", "1")),
    usage="memory.current",
    kills="memory.events",
    full="oom",
    peak="memory.peak",
)


@dataclass(frozen=True, kw_only=True)
class Parent:
    """A group below which groups for submissions can be made."""

    version: Version
    memory: Path
    """Its folder in the tree that limits memory."""
    processes: Path | None
    """Its folder in the tree that limits the number of processes; None where there is none."""
    moved: Path | None = None
    """The group that the grader has moved itself to, so that its old one may have children."""
    system: System = SYSTEM

    def make(self, name: str, *, memory_bytes: int, processes: int) -> tuple[Path, ...]:
        """Make a group with limits; returns its folders. Raises ``OSError``."""
        made: list[Path] = []
        try:
            for parent in dict.fromkeys((self.memory, self.processes)):
                if parent is not None:
                    self.system.make(parent / name)
                    made.append(parent / name)
            self._limit_memory(made[0], memory_bytes)
            if self.processes is not None:
                self.system.write(made[-1] / "pids.max", str(processes))
        except BaseException:
            self._remove(made)
            raise
        return tuple(made)

    def _limit_memory(self, group: Path, limit: int) -> None:
        self.system.write(group / self.version.limit, str(limit))
        for file, text in self.version.more:
            with suppress(OSError):
                self.system.write(group / file, text.format(limit))
        kept = self.system.read(group / self.version.limit).strip()
        if kept != str(limit // 4096 * 4096) and kept != str(limit):
            raise OSError(
                errno.EINVAL,
                sentence("a limit of {limit} bytes became {kept}", limit=limit, kept=kept),
                str(group),
            )

    def _remove(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            with suppress(OSError):
                self.system.remove(folder)

    def sweep(self) -> None:
        """Remove what graders that have died left behind."""
        for parent in {self.memory, self.processes} - {None}:
            assert parent is not None
            with suppress(OSError):
                for name in self.system.children(parent):
                    made_by = _NAME.fullmatch(name)
                    if made_by and processes.gone(int(made_by[1])):
                        self._remove([parent / name])

    def leave(self) -> None:
        """Go back to where the grader was, if it moved."""
        if self.moved is not None:
            _move_back(self.moved, self.system)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The outcome of looking for a place for groups."""

    parent: Parent | None = None
    why: str = ""
    """Why there is none, as the end of a sentence."""


def find(system: System = SYSTEM) -> Found:
    """Look for a group of this process below which groups with limits can be made."""
    problems = []
    for version, memory, pids in _own_groups(system):
        try:
            return Found(parent=_tried(version, memory, pids, system))
        except (OSError, ValueError) as problem:
            problems.append(
                sentence(
                    "version {number}: {problem}", number=version.number, problem=_in_words(problem)
                )
            )
    why = joined("; ", problems) if problems else sentence("there are none that limit memory")
    return Found(why=why)


def _in_words(problem: Exception) -> str:
    if not isinstance(problem, OSError) or not problem.filename:
        return str(problem)
    return joined(" ", (files.reason(problem), f"({problem.filename})"))


def _own_groups(system: System) -> Iterator[tuple[Version, Path, Path | None]]:
    """Return the folders of this process's own groups: for memory and for processes."""
    try:
        mounts = list(_mounts(system.read(Path("/proc/self/mountinfo"))))
        lines = system.read(Path("/proc/self/cgroup")).splitlines()
        paths = {kind: path for _, kind, path in (line.split(":", 2) for line in lines)}
    except (OSError, ValueError):
        return
    if unified := _folder("", paths, mounts):
        yield V2, unified, unified
    if memory := _folder("memory", paths, mounts):
        yield V1, memory, _folder("pids", paths, mounts)


def _mounts(text: str) -> Iterator[tuple[frozenset[str], str, Path]]:
    """Yield of each mounted tree of groups: what it controls, its topmost group, its folder."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()
        if len(fields) < 5 or len(kind) < 3:
            continue
        if kind[0] == "cgroup2":
            yield frozenset([""]), _plain(fields[3]), Path(_plain(fields[4]))
        elif kind[0] == "cgroup":
            yield frozenset(kind[2].split(",")), _plain(fields[3]), Path(_plain(fields[4]))


def _plain(escaped: str) -> str:
    """Return a path of mountinfo, in which spaces are written as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), escaped)


def _folder(
    control: str, paths: dict[str, str], mounts: list[tuple[frozenset[str], str, Path]]
) -> Path | None:
    known = (path for kinds, path in paths.items() if control in kinds.split(","))
    path = next(known, "")
    for controls, top, folder in mounts:
        if control in controls and Path(path).is_relative_to(top) and ".." not in path:
            return folder / Path(path).relative_to(top)
    return None


def _tried(version: Version, memory: Path, pids: Path | None, system: System) -> Parent:
    """Make a group below the own one, with limits and a process in it, and remove it again."""
    own = f"grader-{os.getpid()}-0"
    moved = None
    if version is V2 and memory.name == own:
        memory = pids = memory.parent
    elif version is V2:
        moved = _make_room(memory, own, system)
    try:
        return _first_that_works(version, memory, (pids, None), moved, system)
    except BaseException:
        if moved is not None:
            _move_back(moved, system)
        raise


def _first_that_works(
    version: Version,
    memory: Path,
    with_processes: Sequence[Path | None],
    moved: Path | None,
    system: System,
) -> Parent:
    problem: OSError | None = None
    for pids in dict.fromkeys(with_processes):
        parent = Parent(version=version, memory=memory, processes=pids, moved=moved, system=system)
        try:
            parent.sweep()
            _try(parent)
        except OSError as refused:
            problem = problem or refused
        else:
            return parent
    assert problem is not None
    raise problem


def _try(parent: Parent) -> None:
    name = f"grader-{os.getpid()}-1"
    folders = parent.make(name, memory_bytes=_TRIAL_BYTES, processes=_TRIAL_PROCESSES)
    try:
        with _waiting_process() as process:
            for folder in folders:
                parent.system.write(folder / PROCESSES, str(process))
                if str(process) not in _words(folder / PROCESSES, parent.system):
                    raise OSError(
                        errno.EINVAL, sentence("a process did not get into it"), str(folder)
                    )
    finally:
        # One that cannot be removed counts as none: the next ones could not be either.
        for folder in folders:
            parent.system.remove(folder)


@contextmanager
def _waiting_process() -> Iterator[int]:
    """Run a process that does nothing until the context ends; raises ``OSError``."""
    with subprocess.Popen(["/bin/sh", "-c", "read nothing"], stdin=subprocess.PIPE) as popen:
        try:
            yield popen.pid
        finally:
            popen.kill()
            popen.wait()


def _make_room(own: Path, name: str, system: System) -> Path | None:
    """Let the children of the own group (version 2) be limited; raises ``OSError``.

    For that the grader has to leave its group. It does so only for a child of that very group,
    and only where nobody else is in it: then the group is the grader's alone. Returns the child;
    None if it could stay.
    """
    if "memory" not in _words(own / "cgroup.controllers", system):
        raise OSError(
            errno.ENOENT, sentence("limits on memory are not handed down to it"), str(own)
        )
    if "memory" in _words(own / "cgroup.subtree_control", system):
        return None
    if strangers := set(_words(own / PROCESSES, system)) - _ours():
        raise OSError(
            errno.EBUSY,
            sentence("{count} other processes are in it", count=len(strangers)),
            str(own),
        )
    child = own / name
    system.make(child)
    try:
        _move_all(own, child, system)
        system.write(own / "cgroup.subtree_control", "+memory")
        with suppress(OSError):
            system.write(own / "cgroup.subtree_control", "+pids")
    except BaseException:
        _move_back(child, system)
        raise
    return child


def _move_all(source: Path, target: Path, system: System) -> None:
    for _ in range(_MOVES):
        if not (there := _words(source / PROCESSES, system)):
            return
        for process in there:
            with suppress(ProcessLookupError):
                system.write(target / PROCESSES, process)
    raise OSError(errno.EBUSY, sentence("new processes kept appearing in it"), str(source))


def _move_back(child: Path, system: System) -> None:
    own = child.parent
    for control in ("-pids", "-memory"):
        with suppress(OSError):
            system.write(own / "cgroup.subtree_control", control)
    with suppress(OSError):
        _move_all(child, own, system)
    with suppress(OSError):
        system.remove(child)


def _ours() -> set[str]:
    return {str(each) for each in processes.family(os.getpid())}


def _words(path: Path, system: System) -> list[str]:
    return system.read(path).split()
