"""What the cells showed, made safe and kept small enough for one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from grader.language import message, say, say_count
from grader.report.rich import Picture, picture, safe_html
from grader.report.text import cut, number, printed, thousands
from grader.run import CellRun, CellStatus, Failure, Run
from grader.submission import Cell, Output, Submission

MAX_OUTPUTS = 40
"""Outputs on one page."""
MAX_OUTPUT_TEXT = 10_000
"""Characters of one output."""
MAX_PAGE_TEXT = 150_000
"""Characters of all outputs; escaping makes up to six of one."""
MAX_PICTURES = 20
MAX_PICTURE_TEXT = 2_500_000
"""Characters of all pictures as ``data:`` addresses: the page stays below 4 MiB."""

_LABELS = {
    "stdout": message("Printed"),
    "stderr": message("Messages and warnings (never scored)"),
    "result": message("Result"),
    "display": message("Displayed"),
    "error": message("Error"),
}
_IMAGES = ("image/png", "image/jpeg")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One output as the page shows it; what is empty is left out."""

    label: str
    text: str = ""
    html: Markup | None = None
    picture: Picture | None = None
    notes: tuple[str, ...] = ()
    """What is not shown, and why."""


@dataclass(frozen=True, kw_only=True)
class CellShown:
    """One cell that has something to show."""

    where: str
    status: CellStatus | None
    """None for outputs that were stored in the file and not seen in our run."""
    seconds: float = 0.0
    salvaged: bool = False
    failure: Failure | None = None
    failed_at: str = ""
    shown: tuple[Shown, ...] = ()

    @property
    def has_picture(self) -> bool:
        """Whether there is something to look at."""
        return any(item.picture for item in self.shown)


@dataclass
class _Budget:
    outputs: int = MAX_OUTPUTS
    text: int = MAX_PAGE_TEXT
    pictures: int = MAX_PICTURES
    picture_text: int = MAX_PICTURE_TEXT
    left_out: int = 0


def cells_shown(run: Run | None, submission: Submission | None) -> tuple[list[CellShown], str]:
    """Return the cells worth showing, and a sentence on outputs left out (or nothing).

    Outputs of our own run; where there was none, those that were stored in the file.
    """
    known = {cell.number: cell for cell in submission.cells} if submission else {}
    budget = _Budget()
    if run and run.cells:
        cells = [_from_run(cell, known, budget) for cell in run.cells]
    else:
        cells = [_from_file(cell, budget) for cell in known.values()]
    worth = [cell for cell in cells if cell.shown or cell.failure or _unusual(cell)]
    return worth, _left_out(budget.left_out)


def place(number: int, known: Mapping[int, Cell], *, line: int | None = None) -> str:
    """Return where a person finds a cell, also where the submission does not list it."""
    cell = known.get(number)
    if cell:
        return cell.where(line)
    if line:
        return say("cell {number}, line {line}", number=number, line=line)
    return say("cell {number}", number=number)


def _unusual(cell: CellShown) -> bool:
    return cell.salvaged or cell.status not in (None, CellStatus.OK, CellStatus.NOT_RUN)


def _left_out(count: int) -> str:
    if not count:
        return ""
    return say_count(
        "{count} further output is not shown: a report holds at most {outputs} outputs and "
        "{characters} characters of them.",
        "{count} further outputs are not shown: a report holds at most {outputs} outputs and "
        "{characters} characters of them.",
        count,
        outputs=MAX_OUTPUTS,
        characters=thousands(MAX_PAGE_TEXT),
    )


def _from_run(run: CellRun, known: Mapping[int, Cell], budget: _Budget) -> CellShown:
    return CellShown(
        where=place(run.cell, known),
        status=run.status,
        seconds=run.seconds,
        salvaged=run.salvaged,
        failure=run.failure,
        failed_at=place(run.cell, known, line=run.failure.line) if run.failure else "",
        shown=_shown(run.outputs, budget, skip_errors=run.failure is not None),
    )


def _from_file(cell: Cell, budget: _Budget) -> CellShown:
    return CellShown(where=cell.where(), status=None, shown=_shown(cell.outputs, budget))


def _shown(
    outputs: Iterable[Output], budget: _Budget, *, skip_errors: bool = False
) -> tuple[Shown, ...]:
    items = []
    for output in outputs:
        if skip_errors and output.kind == "error":
            continue
        if budget.outputs <= 0 or budget.text <= 0:
            budget.left_out += 1
            continue
        budget.outputs -= 1
        items.append(_one(output, budget))
    return tuple(items)


def _one(output: Output, budget: _Budget) -> Shown:
    forms = dict(output.data)
    label = say(_LABELS[output.kind]) if output.kind in _LABELS else output.kind
    image, notes = _image(forms, budget)
    if image:
        return Shown(label=label, picture=image)
    if "text/html" in forms:
        html, cut_note = _within(forms["text/html"], budget)
        clean = safe_html(html)
        if clean.striptags().strip():
            return Shown(label=label, html=clean, notes=(*notes, *cut_note))
    text, cut_note = _within(printed(output.text or forms.get("text/plain", "")), budget)
    return Shown(label=label, text=text, notes=(*notes, *cut_note, *_not_shown(forms)))


def _within(text: str, budget: _Budget) -> tuple[str, tuple[str, ...]]:
    kept, missing = cut(text, min(MAX_OUTPUT_TEXT, budget.text))
    budget.text -= len(kept)
    return kept, (not_shown(missing),) if missing else ()


def not_shown(missing: int) -> str:
    """Return that of a text this many characters more are not shown."""
    return say_count(
        "{count} more character not shown.",
        "{count} more characters not shown.",
        missing,
        count=number(missing),
    )


def _image(forms: Mapping[str, str], budget: _Budget) -> tuple[Picture | None, tuple[str, ...]]:
    mime = next((mime for mime in _IMAGES if mime in forms), None)
    if mime is None:
        return None, ()
    found = picture(mime, forms[mime])
    if found is None:
        return None, (say("Picture not shown: it is damaged or larger than 1 MiB."),)
    if budget.pictures <= 0 or len(found.uri) > budget.picture_text:
        return None, (say("Picture not shown: this report already holds as many as fit."),)
    budget.pictures -= 1
    budget.picture_text -= len(found.uri)
    return found, ()


def _not_shown(forms: Mapping[str, str]) -> tuple[str, ...]:
    shown_elsewhere = {"text/plain", "text/html", "text/markdown", "text/latex", *_IMAGES}
    others = sorted(mime for mime in forms if mime not in shown_elsewhere)
    return (say("Not shown: {forms}.", forms=", ".join(others)[:200]),) if others else ()
