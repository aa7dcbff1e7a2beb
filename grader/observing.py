"""The left half of the path: read one hand-in and run it; what comes back is plain data.

It knows what to ask of a run, and nothing of what is expected or how that is judged. So a
learner's check can start its run before the other half, far larger, is loaded.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import grader
from grader import intake, sandbox, starter, translation
from grader.course import STARTER
from grader.intake import Source
from grader.intake.formats import is_junk
from grader.language import known_languages, language, message, sentence, speaking
from grader.probe import Probe
from grader.sandbox import Isolation
from grader.sheet import Sheet, probe
from grader.starter import StarterCell
from grader.store import Record
from grader.submission import Cell, Rejection, Submission

VERSIONED = ("nbclient", "ipykernel", "numpy", "torch", "matplotlib")
"""Packages whose versions are written into every gradebook."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all runs of one grading run share: nothing that is expected of them."""

    sheet: Sheet
    probe: Probe
    seed: int
    isolation: Isolation
    environment: dict[str, str]


def set_out(sheet: Sheet, *, isolation: Isolation, seed: int | None = None) -> Setting:
    """Fix what every run has in common; enough to observe, not to judge.

    Raises ``UsageError`` if the sheet lies where submissions can read it.
    """
    sandbox.keep_apart(isolation, sheet.folder)
    seed = sheet.seed if seed is None else seed
    return Setting(
        sheet=sheet,
        probe=probe(sheet, seed=seed),
        seed=seed,
        isolation=isolation,
        environment=environment(isolation, seed),
    )


def environment(isolation: Isolation, seed: int) -> dict[str, str]:
    """Return the versions, isolation and seed that belong to every result."""
    versions = {}
    for name in VERSIONED:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = message("not installed")
    own = {"grader": grader.__version__, "python": platform.python_version()}
    how = {
        "isolation": isolation.level,
        "start": "warm" if isolation.warm else "cold",
        "memory": sandbox.memory_limit(isolation),
    }
    return {**own, **versions, **how, "seed": str(seed)}


def boilerplate(sheet: Sheet) -> frozenset[str]:
    """Return the prose cells of the sheet's starter: handed in unchanged they answer nothing.

    They are those of the files in its folder, and of the starters that are made of the sheet in
    each language that there is.
    """
    own = (cell.source for cell in _starter(sheet) if cell.kind != "code")
    made = (cell.source for cell in _made(sheet) if cell.kind != "code")
    return frozenset(source.strip() for source in (*own, *made))


def _made(sheet: Sheet) -> Iterator[StarterCell]:
    folders = [sheet.folder]
    for code in known_languages(folders=folders):
        with speaking(language(code, folders=folders)):
            cells = starter.cells(translation.spoken(sheet))
        yield from cells


def starter_code(sheet: Sheet) -> tuple[str, ...]:
    """Return the code cells of the sheet's starter, which holds no answers."""
    return tuple(cell.source for cell in _starter(sheet) if cell.kind == "code")


def starters(sheet: Sheet) -> tuple[Path, ...]:
    """Return the starters that lie in the sheet's folder; what tools leave there is none."""
    return tuple(
        path for path in sorted(sheet.folder.glob(f"{STARTER}/*")) if not is_junk(path.name)
    )


def _starter(sheet: Sheet) -> Iterator[Cell]:
    for path in starters(sheet):
        # Where both forms are there they say the same, and a module takes far longer to read.
        if path.suffix == ".py" and path.with_suffix(".ipynb").exists():
            continue
        read = intake.read_file(path)
        if not isinstance(read, Rejection):
            yield from read.cells


def observe(source: Source, setting: Setting) -> Record:
    """Read one hand-in and run it: everything up to the observations."""
    record = Record(
        sheet=setting.sheet.name,
        version=setting.sheet.version,
        seed=setting.seed,
        environment=setting.environment,
        arrival=source.arrival,
    )
    try:
        read = intake.read(source)
        if isinstance(read, Rejection):
            return replace(record, rejection=read)
        run = sandbox.run(read, setting.probe, setting.sheet.limits, setting.isolation)
    except Exception as failure:
        unread = Rejection(
            name=source.name, source=source.shown, reason="", identity=source.identity
        )
        return replace(record, rejection=ours(unread, failure))
    return replace(record, submission=read, run=run)


def ours(handed_in: Submission | Rejection, failure: Exception) -> Rejection:
    """Return what says that the grader itself failed on what was handed in."""
    reason = sentence(
        "the grader itself failed on this file ({kind}: {problem})",
        kind=type(failure).__name__,
        problem=str(failure),
    )
    return Rejection(
        name=handed_in.name,
        source=handed_in.source,
        sha256=handed_in.sha256,
        reason=reason,
        ours=True,
        identity=handed_in.identity,
    )
