"""Finding a place for control groups: by trying, without a trace, and never by raising.

The tree of groups exists in memory alone and refuses what the kernel's own (version 2) refuses,
or whatever else a test wants.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.probe import Limits
from grader.sandbox import cgroup, controllers
from grader.sandbox.cgroup import Group
from grader.sandbox.controllers import PROCESSES, V1, V2, Found, System, find

ME = str(os.getpid())
TRIED = "4194305"
"""Stands for the process that is put into a group on trial; no process has this number."""
TREE = Path("/groups")
OWN = TREE / "user.slice" / "run-1.scope"
CHILD = OWN / f"grader-{ME}-0"
CONTROL = "cgroup.subtree_control"
UNIFIED = "30 24 0:26 / /groups rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
SEPARATE = (
    "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "32 24 0:28 /box /sys/fs/cgroup/pids\\040here rw - cgroup none rw,cpu,pids\n"
)
OPERATIONS = ("read", "write", "make", "remove", "children")
ERRORS = (errno.EACCES, errno.EBUSY, errno.ENOENT, errno.EROFS, errno.EINVAL, errno.ENOSPC)
FILES = (
    *("mountinfo", "cgroup", "cgroup.controllers", CONTROL, PROCESSES, "memory.max"),
    *("memory.swap.max", "memory.oom.group", "pids.max"),
)


class Unified(System):
    """Groups of version 2, of which the scope of the grader is delegated to it."""

    def __init__(self, *, mounts: str = UNIFIED, offered: str = "cpu memory pids") -> None:
        self.texts = {
            Path("/proc/self/mountinfo"): mounts,
            Path("/proc/self/cgroup"): "0::/user.slice/run-1.scope\n",
        }
        self.offered = offered.split()
        self.groups: dict[Path, dict[str, str]] = {}
        self.inside: dict[Path, list[str]] = {}
        self.handed: dict[Path, set[str]] = {}
        self._add(OWN, set(self.offered))
        self.inside[OWN] = [ME]
        self.missing: set[str] = set()
        self.refused: dict[tuple[str, str], int] = {}
        self.fails_at = -1
        self.done = 0
        self.counts: Counter[str] = Counter()

    def state(self) -> tuple[object, ...]:
        return sorted(self.groups), self.inside, self.handed

    def _add(self, group: Path, offered: set[str]) -> None:
        files = {"cgroup.controllers": " ".join(sorted(offered))}
        if "memory" in offered:
            files |= {"memory.max": "max", "memory.swap.max": "max", "memory.oom.group": "0"}
            files |= {"memory.events": "oom 0\noom_kill 0\n", "memory.current": "4096"}
        if "pids" in offered:
            files["pids.max"] = "max"
        self.groups[group], self.inside[group], self.handed[group] = files, [], set()

    def _allow(self, operation: str, path: Path) -> None:
        self.done += 1
        if self.done == self.fails_at:
            raise OSError(errno.EIO, "just this once", str(path))
        number = self.refused.get((operation, path.name))
        if number is not None:
            raise OSError(number, os.strerror(number), str(path))
        if path.name in self.missing:
            raise OSError(errno.ENOENT, "missing", str(path))

    def read(self, path: Path) -> str:
        self._allow("read", path)
        if path in self.texts:
            return self.texts[path]
        group = self._group(path)
        if path.name == PROCESSES:
            return "\n".join(self.inside[path.parent])
        if path.name == CONTROL:
            return " ".join(sorted(self.handed[path.parent]))
        return group[path.name]

    def _group(self, path: Path) -> dict[str, str]:
        group = self.groups.get(path.parent, {})
        if path.name not in (*group, PROCESSES, CONTROL) or path.parent not in self.groups:
            raise OSError(errno.ENOENT, "no such file", str(path))
        return group

    def write(self, path: Path, text: str) -> None:
        self._allow("write", path)
        group, parent = self._group(path), path.parent
        if path.name == PROCESSES:
            if self.handed[parent]:
                raise OSError(errno.EBUSY, "it has children that are limited", str(path))
            for inside in self.inside.values():
                if text in inside:
                    inside.remove(text)
            self.inside[parent].append(text)
        elif path.name == CONTROL:
            if self.inside[parent]:
                raise OSError(errno.EBUSY, "a process is in it", str(path))
            if text[1:] not in group["cgroup.controllers"].split():
                raise OSError(errno.ENOENT, "not offered", str(path))
            change = self.handed[parent].add if text[0] == "+" else self.handed[parent].discard
            change(text[1:])
        else:
            group[path.name] = text

    def make(self, group: Path) -> None:
        self._allow("make", group)
        if group.parent not in self.groups:
            raise OSError(errno.ENOENT, "no such group", str(group))
        self._add(group, self.handed[group.parent])

    def remove(self, group: Path) -> None:
        self._allow("remove", group)
        if group not in self.groups:
            raise OSError(errno.ENOENT, "no such group", str(group))
        if self.inside[group] or any(each.parent == group for each in self.groups):
            raise OSError(errno.EBUSY, "not empty", str(group))
        for table in (self.groups, self.inside, self.handed):
            del table[group]

    def children(self, group: Path) -> list[str]:
        self._allow("children", group)
        return [each.name for each in self.groups if each.parent == group]


def look(system: Unified) -> Found:
    """Look for a place in a tree, with a process on trial that is in that tree alone."""

    @contextmanager
    def tried() -> Iterator[int]:
        yield int(TRIED)
        for inside in system.inside.values():
            if TRIED in inside:
                inside.remove(TRIED)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controllers, "_waiting_process", tried)
        return find(system)


def test_a_scope_of_its_own_is_used_and_left_as_it_was() -> None:
    system = Unified()
    before = repr(system.state())
    parent = look(system).parent
    assert parent is not None
    assert (parent.version, parent.memory, parent.processes) == (V2, OWN, OWN)
    assert parent.moved == CHILD
    assert system.inside == {OWN: [], CHILD: [ME]}
    assert system.handed[OWN] == {"memory", "pids"}
    parent.leave()
    assert repr(system.state()) == before


def test_a_place_that_was_found_is_found_again_from_inside() -> None:
    system = Unified()
    look(system)
    system.texts[Path("/proc/self/cgroup")] = f"0::/user.slice/run-1.scope/{CHILD.name}\n"
    again = look(system).parent
    assert again is not None
    assert (again.memory, again.moved) == (OWN, None)


def test_a_group_of_version_2_is_limited_as_a_whole() -> None:
    system = Unified()
    parent = look(system).parent
    assert parent is not None
    limits = Limits()
    group = Group(parent, "grader-1-2", limits)
    files = system.groups[OWN / "grader-1-2"]
    assert files["memory.max"] == str(cgroup.most_memory(limits))
    assert cgroup.most_memory(limits) > limits.memory_bytes + 3 * limits.file_bytes
    assert (files["memory.swap.max"], files["memory.oom.group"]) == ("0", "1")
    assert int(files["pids.max"]) > limits.processes
    families = iter([(7,), (7, 8), (7, 8, 9), (7, 8, 9)])
    group.hold(lambda: next(families))
    assert system.inside[OWN / "grader-1-2"] == ["7", "8", "9"]
    assert group.holds_at_most(4096)
    assert not group.holds_at_most(4095)
    for events, killed, over in (
        ("low 0\noom 0\noom_kill 0\n", False, False),
        ("low 0\noom 3\noom_kill 0\n", False, False),
        ("low 0\noom 0\noom_kill 1\n", True, False),
        ("low 0\noom 1\noom_kill 2\n", True, True),
    ):
        files["memory.events"] = events
        assert (group.killed, group.over_limit) == (killed, over)
    del files["memory.current"]
    assert not group.holds_at_most(1 << 40)
    assert group.remove() == (OWN / "grader-1-2",)
    system.inside[OWN / "grader-1-2"].clear()
    assert group.remove() == ()


def test_whoever_shares_the_group_with_others_stays_where_it_is() -> None:
    system = Unified()
    system.inside[OWN].append("1")
    before = repr(system.state())
    found = look(system)
    assert found.parent is None
    assert "1 other processes" in found.why
    assert repr(system.state()) == before


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (Unified(offered="cpu pids"), "not handed down"),
        (Unified(mounts=""), "there are none"),
        (Unified(mounts=UNIFIED.replace(" / ", " /elsewhere ")), "there are none"),
    ],
)
def test_it_says_why_there_is_no_place(system: Unified, words: str) -> None:
    found = look(system)
    assert found.parent is None
    assert words in found.why


def test_without_a_limit_on_processes_memory_is_limited_alone() -> None:
    parent = look(Unified(offered="memory")).parent
    assert parent is not None
    assert parent.processes is None


@settings(deadline=None)
@given(step=st.integers(1, 60))
def test_one_refusal_at_any_moment_leaves_no_trace(step: int) -> None:
    system = Unified()
    before = repr(system.state())
    system.fails_at = step
    found = look(system)
    if found.parent is None:
        assert found.why
    else:
        found.parent.leave()
    assert repr(system.state()) == before or system.done < step or found.parent is not None


@settings(deadline=None)
@given(
    missing=st.sets(st.sampled_from(FILES)),
    refused=st.dictionaries(
        st.tuples(st.sampled_from(OPERATIONS), st.sampled_from([*FILES, CHILD.name, OWN.name])),
        st.sampled_from(ERRORS),
    ),
)
def test_whatever_is_missing_or_refused_it_never_raises(
    missing: set[str], refused: dict[tuple[str, str], int]
) -> None:
    system = Unified()
    system.missing, system.refused = missing, refused
    found = look(system)
    assert (found.parent is None) == bool(found.why)
    if {"memory.max", PROCESSES, CONTROL, "mountinfo", "cgroup"} & missing:
        assert found.parent is None


@settings(deadline=None)
@given(mounts=st.text(), groups=st.text())
def test_whatever_the_system_says_of_itself_it_never_raises(mounts: str, groups: str) -> None:
    system = Unified(mounts=mounts + UNIFIED + mounts)
    system.texts[Path("/proc/self/cgroup")] = groups
    assert look(system).parent is None


def test_groups_of_version_1_are_looked_for_where_they_are_mounted() -> None:
    system = Unified(mounts=SEPARATE)
    system.texts[Path("/proc/self/cgroup")] = "4:memory:/mine\n3:cpu,pids:/box/a:b\n0::/\n"
    assert list(controllers._own_groups(system)) == [
        (V1, Path("/sys/fs/cgroup/memory/mine"), Path("/sys/fs/cgroup/pids here/a:b"))
    ]
    system.texts[Path("/proc/self/cgroup")] = "4:memory:/../mine\n"
    assert list(controllers._own_groups(system)) == []
