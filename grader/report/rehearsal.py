"""Tries a course's own templates on a made-up class, before any real page depends on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import AuthorError, SentenceError
from grader.formula import Symbol, to_json
from grader.grade import (
    CallMark,
    ChainSide,
    ChainStep,
    Counterexample,
    Grade,
    Gradebook,
    Hidden,
    Late,
    Mark,
    QuestionHead,
    RunSummary,
    SheetHead,
    Status,
    StepOutcome,
    Verdict,
)
from grader.language import say
from grader.picture import Entry, Picture
from grader.report import instructor, learner, templates
from grader.report.overview import overview
from grader.report.page import render
from grader.run import CellRun, CellStatus, Failure, Run, RunStatus
from grader.submission import Cell, Output, Submission

if TYPE_CHECKING:
    from jinja2 import nodes

_KINDS = (".html", ".css", ".js")
_CLOSING = {".css": "</style", ".js": "</script"}


def check(folder: Path) -> None:
    """Read and try every template in ``folder``.

    Raises ``AuthorError``, one sentence with file and line, for a file that takes the place of
    none and is used by none, a syntax error, an unknown variable, escaping turned off, a logo
    that cannot be shown, or anything that fails on a page of the made-up class.
    """
    _check_templates(folder)
    for suffix, closing in _CLOSING.items():
        for path in folder.glob(f"*{suffix}"):
            if closing in templates.source(path.name, folder).lower():
                raise AuthorError(
                    say(
                        "{path}: holds {closing}, which ends it too early; remove that",
                        path=path,
                        closing=closing,
                    )
                )
    templates.logo(folder)
    for make in _pages(folder):
        try:
            make()
        except SentenceError:
            raise
        except Exception as problem:
            raise AuthorError(
                say(
                    "{place}: {problem}; correct the template, or remove it to get the original "
                    "back",
                    place=templates.place(problem, folder),
                    problem=_told(problem),
                )
            ) from None


def _told(problem: Exception) -> str:
    return f"{type(problem).__name__}: {str(problem).rstrip('.')}"


def _check_templates(folder: Path) -> None:
    trees = {name: _parsed(folder / name, folder) for name in _names(folder, (".html",))}
    ours = _names(templates.templates_folder(), _KINDS)
    _check_used(folder, ours, trees)
    known = _known(folder, ours)
    for name, tree in trees.items():
        _check_tree(folder / name, tree, known)


def _names(folder: Path, kinds: tuple[str, ...]) -> list[str]:
    found = (path for path in folder.rglob("*") if path.suffix in kinds and path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _parsed(path: Path, folder: Path | None) -> nodes.Template:
    from jinja2 import TemplateSyntaxError

    made = templates.environment(folder)
    source = templates.read(path)
    try:
        # Filters and tests are looked up only when the template is compiled.
        made.compile(source, filename=str(path))
        return made.parse(source, filename=str(path))
    except TemplateSyntaxError as problem:
        raise _of_syntax(problem.message or "", path, problem.lineno) from None


def _of_syntax(message: str, path: Path, line: int) -> AuthorError:
    """Return jinja2's own words as one sentence."""
    told = message.rstrip(".") or say("cannot be read")
    if "'safe'" in message:
        told = say("the filter 'safe' is not there, so that what learners wrote is always escaped")
    return AuthorError(
        say(
            "{path}, line {line}: {problem}; correct the template",
            path=path,
            line=line,
            problem=told,
        )
    )


def _check_used(folder: Path, ours: list[str], trees: dict[str, nodes.Template]) -> None:
    from jinja2.meta import find_referenced_templates

    used = {name for tree in trees.values() for name in find_referenced_templates(tree) if name}
    known = [*ours, templates.COLOURS, *templates.LOGOS]
    for name in _names(folder, _KINDS):
        if name not in known and name not in used:
            close = get_close_matches(name, known, n=1)
            hint = (
                say("did you mean {name}?", name=close[0]) if close else say("rename or remove it")
            )
            raise AuthorError(
                say(
                    "{path}: takes the place of no template and none includes it; {hint}",
                    path=folder / name,
                    hint=hint,
                )
            )


def _known(folder: Path, ours: list[str]) -> set[str]:
    """Return the names that pages are made of: those that our own templates use, and globals."""
    from jinja2.meta import find_undeclared_variables

    originals = templates.templates_folder()
    trees = [_parsed(originals / name, None) for name in ours if name.endswith(".html")]
    used = (find_undeclared_variables(tree) for tree in trees)
    return set(templates.environment(folder).globals).union(*used)


def _check_tree(path: Path, tree: nodes.Template, known: set[str]) -> None:
    from jinja2 import nodes
    from jinja2.meta import find_undeclared_variables

    for turned in tree.find_all(nodes.ScopedEvalContextModifier):
        raise AuthorError(
            say(
                "{path}, line {line}: autoescape is never turned off, for what learners wrote "
                "stands in these pages; remove that",
                path=path,
                line=turned.lineno,
            )
        )
    unknown = find_undeclared_variables(tree) - known - set(_declared(tree))
    for one in tree.find_all(nodes.Name):
        if one.ctx == "load" and one.name in unknown:
            close = get_close_matches(one.name, known, n=1)
            hint = (
                say("did you mean {name}?", name=repr(close[0]))
                if close
                else say("correct the template")
            )
            raise AuthorError(
                say(
                    "{path}, line {line}: {name} is not known; {hint}",
                    path=path,
                    line=one.lineno,
                    name=repr(one.name),
                    hint=hint,
                )
            )


def _declared(tree: nodes.Template) -> Iterator[str]:
    """Yield what the file itself names at its top; its blocks know these names too."""
    from jinja2 import nodes

    for one in tree.find_all((nodes.FromImport, nodes.Import, nodes.Macro, nodes.Assign)):
        if isinstance(one, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in one.names)
        elif isinstance(one, nodes.Import):
            yield one.target
        elif isinstance(one, nodes.Macro):
            yield one.name
        elif isinstance(one, nodes.Assign):
            yield from (name.name for name in one.find_all(nodes.Name) if name.ctx == "store")


def _pages(folder: Path) -> Iterator[Callable[[], str]]:
    graded, rejected = _graded(), _rejected()
    book = Gradebook(sheet=_SHEET, environment={}, submissions=(graded, rejected))
    for page in (learner.whole_page, instructor.whole_page):
        made = partial(page, sheet=_SHEET, environment={"grader": "0"}, folder=folder)
        yield partial(made, graded, _RUN, _SUBMISSION)
        yield partial(made, rejected, None, None)
    yield partial(overview, book, {graded.submission: "reports/learner.html"}, folder=folder)
    yield partial(render, "failed.html", {"grade": rejected, "problem": "problem"}, folder=folder)


_SHEET = SheetHead(
    name="sheet",
    title="A sheet",
    version="0",
    max_points=float(len(Verdict)),
    questions=tuple(
        QuestionHead(
            question=f"task.{verdict.lower()}",
            title="A question",
            statement="A question.",
            task="A task",
            part="1",
            kind="value",
            max_points=1.0,
            public=True,
            hints=("A hint.",),
        )
        for verdict in Verdict
    ),
)
_SYMBOL = json.dumps(to_json(Symbol("x")))
_FAILURE = Failure(type="NameError", message="x", cell=1, line=1, trace="x", sentence="A word.")
_RUN = Run(
    status=RunStatus.TIMED_OUT,
    reason="A reason.",
    isolation="none",
    cells=(
        CellRun(
            cell=1,
            status=CellStatus.ERROR,
            seconds=1.0,
            failure=_FAILURE,
            salvaged=True,
            outputs=(Output(kind="stdout", text="printed"),),
        ),
    ),
)
_SUBMISSION = Submission(
    name="learner",
    source="answers.py",
    sha256="0",
    kind="module",
    cells=(Cell(number=1, kind="code", source="x"),),
    remarks=("A remark.",),
)


def _mark(verdict: Verdict) -> Mark:
    decided = verdict not in (Verdict.NEEDS_REVIEW, Verdict.GRADER_ERROR)
    side = ChainSide(text="x", understood=_SYMBOL)
    step = ChainStep(
        left=side, relation="=", right=side, outcome=StepOutcome.HOLDS, sentence="It holds."
    )
    entries = (Entry(name="a", given="1", expected="2", state="wrong"), Entry(name="b", given="2"))
    return Mark(
        question=f"task.{verdict.lower()}",
        verdict=verdict,
        points=0.5 if decided else None,
        max_points=1.0,
        misconceptions=("a_mistake",) if verdict is Verdict.MISCONCEPTION else (),
        given="1",
        understood=_SYMBOL,
        where="cell 1",
        tolerance="exact",
        feedback="A word.",
        error="far",
        expected="2",
        chain=(step,),
        counterexample=Counterexample(at=(("x", "1"),), given="1"),
        details=("A line.",),
        hidden=Hidden(
            calls=(
                CallMark(
                    call="f(1)", public=True, outcome="differs", given="1", expected="2", error="1"
                ),
            )
        ),
        pictures=(Picture(kind="bars", title="A picture", entries=entries, left_out=1),),
    )


def _graded() -> Grade:
    return Grade(
        submission="learner",
        source="answers.py",
        sha256="0",
        status=Status.NEEDS_REVIEW,
        points=3.0,
        max_points=_SHEET.max_points,
        run=RunSummary(
            status=_RUN.status,
            wall_seconds=1.0,
            cpu_seconds=1.0,
            peak_rss_bytes=1,
            reason="A word.",
        ),
        questions=tuple(map(_mark, Verdict)),
        remarks=("A remark.",),
        late=Late(seconds=1.0, days=1, percent=10.0, sentence="It came late."),
    )


def _rejected() -> Grade:
    return Grade(
        submission="rejected",
        source="answers.txt",
        sha256="",
        status=Status.NOT_GRADED,
        points=0.0,
        max_points=_SHEET.max_points,
        run=None,
        questions=(),
        reason="A reason.",
    )
