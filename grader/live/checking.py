"""``%check``: finds the hand-out and the saved notebook around a shell, and looks at its names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from grader import intake
from grader.cli import selfchecked, terminal
from grader.errors import SentenceError, UsageError
from grader.handout import PublicSheet, blank, public, ready, selfcheck
from grader.language import from_environment, language, say, speaking, spoken
from grader.live import colab, namespace
from grader.live.failed import failed
from grader.live.shown import Shown
from grader.marking import Prepared
from grader.marking import code as codes
from grader.run import Run
from grader.sheet import probe
from grader.submission import Cell, Rejection


class CannotCheckError(UsageError):
    """What stands in the way of a check; a notebook shows it as one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """A hand-out, ready to be checked against."""

    given: PublicSheet
    prepared: Prepared


def check(name: str = "", *, hint: str | Sequence[str] = ()) -> Shown:
    """Check the answers in this notebook as they are now; nothing is run again but example calls.

    ``name`` is a task, a question (``task.question``), or nothing for all; ``hint`` is a question
    whose first hint is wanted, or several, as ``--hint`` of ``grader check`` takes them. Raises
    ``CannotCheckError`` outside of a notebook, where no hand-out is around, and for other names.
    """
    shell = namespace.shell()
    if shell is None:
        raise CannotCheckError(
            say("check() looks at a notebook's names; a file is checked by `grader check FILE`")
        )
    return _check(shell, name, [hint] if isinstance(hint, str) else hint)


def magic(shell: Any, line: str) -> Shown | None:
    """Return what ``%check LINE`` shows; prints one sentence where nothing can be checked."""
    try:
        return _check(shell, *_read(line))
    except CannotCheckError as problem:
        print(problem)
        return None


def _read(line: str) -> tuple[str, list[str]]:
    """Return the name in a line, and of which questions it wants hints."""
    names: list[str] = []
    hints: list[str] = []
    words = iter(line.split())
    for word in words:
        option, _, given = word.partition("=")
        if option == "--hint":
            hints.append(given or next(words, ""))
        else:
            names.append(word)
    return " ".join(names), hints


def _check(shell: Any, name: str, hints: Sequence[str]) -> Shown:
    with speaking(language(from_environment())):
        try:
            return _checked(shell, name, hints)
        except SentenceError as problem:
            raise CannotCheckError(str(problem)) from None


def _checked(shell: Any, name: str, hints: Sequence[str]) -> Shown:
    told = _named_file(shell.user_ns)
    found = terminal.find_handed_out(told)
    if found is None:
        raise UsageError(
            say("no hand-out was found around {folder}; open the notebook there", folder=Path.cwd())
        )
    loaded = _loaded(found, found.stat().st_mtime_ns)
    levels = selfchecked.levels(hints, tuple(_spelled(loaded.given)))
    only = tuple(dict.fromkeys((*_asked(loaded.given, name), *levels)))
    shown = colab.notebook()
    file = None if shown else told or _saved_file(found.parent, loaded.given)
    cells = _cells_of(shown) if shown else _cells(file)
    submission = namespace.submission(namespace.inputs(shell), cells)
    code = codes.read(submission)
    files = namespace.compiled(shell)
    run = namespace.run(
        submission,
        shell.user_ns,
        probe(loaded.prepared.sheet, seed=loaded.prepared.seed),
        code=code,
        printed=namespace.printed(shell),
        files=files,
        failed=failed(shell, files),
        only=only,
        seconds=loaded.prepared.sheet.limits.call_seconds,
    )
    outcome = selfcheck.check(loaded.prepared, submission, run, only=only, code=code)
    told_too = (
        *_remarks(file, loaded.given, only, shown=shown is not None),
        *_salvaged(run),
    )
    # An error stands with the questions it is in the way of, and of others nothing is to be said.
    outcome = replace(outcome, remarks=told_too, error="")
    return Shown(outcome=outcome, hints=levels, language=spoken())


@lru_cache(maxsize=4)
def _loaded(path: Path, _changed: int) -> _Loaded:
    given = public.read(path)
    return _Loaded(given=given, prepared=ready.prepared(given, blank.sheet(given, path.parent)))


def _asked(given: PublicSheet, name: str) -> tuple[str, ...]:
    """Return the questions that a name stands for: a task's, one, or all."""
    spelled = _spelled(given)
    found = tuple(
        key for key, others in spelled.items() if not name or name == key or name in others
    )
    if not found:
        raise UsageError(
            say(
                "{name!r} is no task and no question; there are {tasks}, and in them {questions}",
                name=name,
                tasks=", ".join(task.name for task in given.tasks),
                questions=", ".join(spelled),
            )
        )
    return found


def _spelled(given: PublicSheet) -> dict[str, tuple[str, str]]:
    """Return what else each question, ``task.question``, is called by: its task, its own name."""
    return {
        f"{task.name}.{one.name}": (task.name, one.name)
        for task in given.tasks
        for one in task.questions
    }


def _named_file(names: Mapping[str, Any]) -> Path | None:
    """Return the notebook's file where its editor tells it (VS Code, Jupyter)."""
    for told in (names.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if isinstance(told, str) and told.endswith(".ipynb") and Path(told).is_file():
            return Path(told)
    return None


def _saved_file(folder: Path, given: PublicSheet) -> Path | None:
    """Return the notebook that was handed out, or the only one that lies here."""
    own = folder / f"{given.name}.ipynb"
    if own.is_file():
        return own
    others = sorted(Path.cwd().glob("*.ipynb"))
    return others[0] if len(others) == 1 else None


def _cells(file: Path | None) -> tuple[Cell, ...]:
    if file is None:
        return ()
    read = intake.read_file(file)
    return () if isinstance(read, Rejection) else read.cells


def _cells_of(notebook: bytes) -> tuple[Cell, ...]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "notebook.ipynb"
        file.write_bytes(notebook)
        return _cells(file)


def _salvaged(run: Run) -> Iterator[str]:
    """Say of each input that failed which names its definitions alone gave."""
    names: dict[int, list[str]] = {}
    for one in run.bindings:
        if one.salvaged:
            names.setdefault(one.cell, []).append(f"`{one.name}`")
    for number, several in names.items():
        yield say(
            "Cell [{number}] failed, so its definitions were run alone, as at grading: {names}.",
            number=number,
            names=", ".join(several),
        )


def _remarks(
    file: Path | None, given: PublicSheet, only: tuple[str, ...], *, shown: bool
) -> tuple[str, ...]:
    """Say where prose was looked for, where the questions ask for it."""
    kinds = {f"{task.name}.{one.name}": one.kind for task in given.tasks for one in task.questions}
    if not any(kinds[name] in ("formula", "text") for name in only):
        return ()
    if shown:
        return (say("Markdown was read as it stands in the open notebook."),)
    if file is None:
        return (
            say("The notebook's file was not found, so what you wrote in Markdown was not read."),
        )
    return (say("Markdown was read as it was last saved in {file}.", file=file.name),)
