"""Finds a course by its path and loads its sheets; the engine itself names no exercise.

A course is a folder with ``exercises/`` and ``reference/``. A sheet is a folder under
``exercises/`` with a ``sheet.toml`` and one module per task, each of which defines ``task``.
Whatever an author got wrong becomes one sentence that names the file, the line and the remedy.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import tomllib
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from inspect import isfunction
from pathlib import Path
from typing import Any

from grader import checks
from grader.authoring import Task
from grader.errors import AuthorError, SentenceError, UsageError
from grader.language import message, say
from grader.probe import Limits
from grader.questions import QuestionBuilder
from grader.sheet import TRANSLATED_STATEMENT, Sheet, TaskSheet

SETTINGS = "sheet.toml"
SUBMISSIONS = "submissions"
STARTER = "starter"
STATEMENT = "statement.md"
HANDED_OUT = "sheet.json"
"""What a hand-out holds of its sheet."""
_TRANSLATED = re.compile(re.escape(TRANSLATED_STATEMENT).replace(r"\{code\}", "([a-z]{2,3})"))


def find(start: Path) -> Path:
    """Return the nearest folder from ``start`` upwards that has ``exercises/``."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "exercises").is_dir():
            return folder
    raise UsageError(
        say(
            "no course found: neither {start} nor a folder above it has exercises/; go to the "
            "course folder or give --course DIR",
            start=start,
        )
    )


def handed_out(start: Path) -> Path | None:
    """Return the file of the nearest hand-out in the folder ``start`` or above; None without."""
    around = (folder / HANDED_OUT for folder in (start, *start.parents))
    return next((path for path in around if path.is_file()), None)


def sheets(course: Path) -> tuple[str, ...]:
    """Return the names of the course's sheets."""
    return tuple(sorted(path.parent.name for path in course.glob(f"exercises/*/{SETTINGS}")))


def load(course: Path, name: str) -> Sheet:
    """Load one sheet; raises ``UsageError`` if it is not there, ``AuthorError`` if it is wrong."""
    folder = course / "exercises" / name
    if not (folder / SETTINGS).is_file():
        known = ", ".join(sheets(course)) or say("none")
        raise UsageError(
            say(
                "{course} has no sheet {name!r} (there: {known})",
                course=course,
                name=name,
                known=known,
            )
        )
    settings = _settings(folder / SETTINGS)
    with _importable(course):
        tasks = tuple(_task(path, course) for path in sorted(folder.glob("*.py")))
    if not tasks:
        raise AuthorError(
            say("{folder}: no task; add a module that defines task = Task(…)", folder=folder)
        )
    ordered = tuple(sorted(tasks, key=lambda task: (task.number, task.name)))
    _check_unique(ordered)
    return Sheet(
        name=name,
        title=settings.pop("title", name),
        folder=folder,
        version=_version(course, folder),
        tasks=ordered,
        limits=_limits(folder / SETTINGS, settings.get("limits", {})),
        statement=_statement(folder / STATEMENT),
        statements=_statements(folder),
        preamble=settings.get("preamble", ""),
    )


def _statement(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise AuthorError(
            say("{path}: not UTF-8 ({reason}); save it as UTF-8", path=path, reason=problem.reason)
        ) from None


def _statements(folder: Path) -> dict[str, str]:
    """Return the translated statements by the codes of their languages."""
    found = ((path, _TRANSLATED.fullmatch(path.name)) for path in sorted(folder.glob("*.md")))
    return {code[1]: _statement(path) for path, code in found if code}


def _settings(path: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise AuthorError(say("{path}: not TOML: {problem}", path=path, problem=problem)) from None
    check_keys(path, settings, ["title", "preamble", "limits"])
    for key, kind, remedy in (
        ("title", str, message("give a text")),
        ("preamble", str, message("give a text")),
        ("limits", dict, message("give a table")),
    ):
        if not isinstance(settings.get(key, kind()), kind):
            raise AuthorError(
                say(
                    "{path}: {key} = {given!r}; {remedy}",
                    path=path,
                    key=key,
                    given=settings[key],
                    remedy=say(remedy),
                )
            )
    return settings


def _limits(path: Path, given: Mapping[str, Any]) -> Limits:
    check_keys(path, given, [field.name for field in fields(Limits) if field.name != "environment"])
    for key, bound in given.items():
        if type(bound) not in (int, float) or not 0 < bound < float("inf"):
            raise AuthorError(
                say(
                    "{path}: limits.{key} = {bound!r}; give a number above 0",
                    path=path,
                    key=key,
                    bound=bound,
                )
            )
    return Limits(**given)


def check_keys(path: Path, given: Mapping[str, Any], known: list[str], *, within: str = "") -> None:
    """Refuse keys of the table ``within`` that are not known, with what may have been meant."""
    for key in given:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = (
                say("did you mean {name!r}?", name=close[0])
                if close
                else say("known are {names}", names=", ".join(known))
            )
            place = say("{path}: unknown key {key!r}", path=path, key=key)
            if within:
                place = say(
                    "{path}: unknown key {key!r} in [{table}]", path=path, key=key, table=within
                )
            raise AuthorError(f"{place}; {hint}")


def _task(path: Path, course: Path) -> TaskSheet:
    module = _execute(path, course)
    task = getattr(module, "task", None)
    if not isinstance(task, Task):
        raise AuthorError(say('{path}: defines no task; write task = Task("…")', path=path))
    try:
        return task.build(path.stem)
    except AuthorError as problem:
        raise AuthorError(_shown(f"{path}: {problem}", course)) from None


def _execute(path: Path, course: Path) -> object:
    name = f"grader_sheet_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as problem:
        raise AuthorError(
            _shown(
                say(
                    "{place}: {problem}",
                    place=say("{file}, line {line}", file=path, line=problem.lineno),
                    problem=problem.msg,
                ),
                course,
            )
        ) from None
    except Exception as problem:
        place = _place(problem, path)
        raise AuthorError(_shown(f"{place}: {_sentence(problem)}", course)) from None
    return module


def _place(problem: Exception, path: Path) -> str:
    frames = [f for f in traceback.extract_tb(problem.__traceback__) if f.filename == str(path)]
    return say("{file}, line {line}", file=path, line=frames[-1].lineno) if frames else str(path)


def _sentence(problem: Exception) -> str:
    if isinstance(problem, SentenceError):
        return re.sub(rf"^{_any_place()}: ", "", str(problem))
    unknown = re.search(
        r"^(?:\w+\.)?(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(problem)
    )
    if unknown and unknown[1] in _OFFERED:
        known = list(_keywords(_OFFERED[unknown[1]]))
        close = get_close_matches(unknown[2], known, n=1)
        hint = (
            say("did you mean {name!r}?", name=close[0])
            if close
            else say("known are {names}", names=", ".join(known))
        )
        return say(
            "{function}() does not know {name!r}; {hint}",
            function=unknown[1],
            name=unknown[2],
            hint=hint,
        )
    return say(
        "{kind}: {problem}; correct it in the sheet or its reference",
        kind=type(problem).__name__,
        problem=problem,
    )


def _any_place() -> str:
    """Return the pattern of a place in a file, as the language spoken writes it."""
    place = re.escape(say("{file}, line {line}", file="\0", line="\1"))
    return place.replace("\0", r"\S+\.py").replace("\1", r"\d+")


_OFFERED: Mapping[str, Any] = {
    name: function
    for owner in (Task, QuestionBuilder, checks)
    for name, function in vars(owner).items()
    if isfunction(function)
}
"""Everything with keywords that an author calls, by name."""


def _keywords(method: Any) -> tuple[str, ...]:
    code = method.__code__
    return tuple(code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount])


def _shown(sentence: str, course: Path) -> str:
    return sentence.replace(f"{course}/", "")


def _check_unique(tasks: tuple[TaskSheet, ...]) -> None:
    questions = [question for task in tasks for question in task.questions]
    names = Counter(question.name for question in questions)
    taken: dict[str, str] = {}
    for question in questions:
        if names[question.name] > 1:
            raise AuthorError(
                say(
                    "{origin}: question {name!r} is asked by several tasks; learners define it "
                    "once, so give one another name",
                    origin=question.origin,
                    name=question.name,
                )
            )
        for alias in question.aliases:
            if alias in names:
                raise AuthorError(
                    say(
                        "{origin}: alias {alias!r} of {id} is itself a question; remove the alias",
                        origin=question.origin,
                        alias=alias,
                        id=question.id,
                    )
                )
            other = taken.setdefault(alias, question.id)
            if other != question.id:
                raise AuthorError(
                    say(
                        "{origin}: alias {alias!r} stands for {other} and for {id}; keep one "
                        "of them",
                        origin=question.origin,
                        alias=alias,
                        other=other,
                        id=question.id,
                    )
                )


def _version(course: Path, folder: Path) -> str:
    """Hash the sheet's own files and the references; samples and caches are no part of it.

    Nor are translations: what was observed stays as it is, whatever language it is told in.
    """
    own = (path for path in folder.glob("*.*") if not _TRANSLATED.fullmatch(path.name))
    files = [*own, *(course / "reference").rglob("*.py")]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(str(path.relative_to(course)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def _importable(course: Path) -> Iterator[None]:
    """Let a sheet import its own course's ``reference``, even after another course's."""
    for name in [name for name in sys.modules if name.split(".")[0] == "reference"]:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if not file.startswith(f"{course}/reference"):
            del sys.modules[name]
    sys.path.insert(0, str(course))
    try:
        yield
    finally:
        sys.path.remove(str(course))
