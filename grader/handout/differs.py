"""What is otherwise in a fresh run than in the learner's own notebook, as its file shows it.

A notebook keeps values of cells that were changed, deleted or run in another order. The file tells
something of that: the numbers in brackets, and the outputs. Each difference is one sentence.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from grader.language import say
from grader.marking import code as codes
from grader.marking.code import Code
from grader.run import CellRun, CellStatus, Failure, Run
from grader.submission import Output, Submission

MOST: Final = 3
"""So many sentences of one sort are told."""
_SHOWN: Final = 60

_UNDEFINED: Final = re.compile(r"(?:cannot access free variable|name) '(\w+)'")
_PATH: Final = re.compile(r"\[(?:Errno|WinError) \d+\][^:]*: '([^']*)'")
_ABSOLUTE: Final = re.compile(r"(?:[A-Za-z]:[\\/]|~[\\/]|/(?!/))")
_OWN_PLACE: Final = re.compile(
    r"""["'](~/[^"'\n]+|(?:/(?:home|Users|mnt|media|Volumes|content|kaggle|root)/|[A-Za-z]:[\\/])[^"'\n]+)["']"""
)
_BY_CHANCE: Final = re.compile(r"0x[0-9a-fA-F]{4,}|\b\d+(?:\.\d+)? ?(?:[nµm]?s|seconds?)\b")
_TIMED: Final = re.compile(r"\btime\b|%%?(?:timeit|time|prun)|datetime|perf_counter")


def differences(submission: Submission, run: Run) -> tuple[str, ...]:
    """Return what a learner reads on each difference, the order of cells first."""
    code = codes.read(submission)
    groups = (
        _undefined(submission, run, code),
        _opened(submission, run),
        _own_places(submission, run),
        *((_order(submission), _never_run(submission)) if submission.kind == "notebook" else ()),
        _outputs(submission, run),
    )
    found = (sentence for group in groups for sentence in islice(group, MOST))
    return tuple(dict.fromkeys(found))


def _failures(run: Run) -> Iterator[tuple[CellRun, Failure]]:
    yield from ((one, one.failure) for one in run.cells if one.failure is not None)


def _undefined(submission: Submission, run: Run, code: Code) -> Iterator[str]:
    """Yield names that are missing in a fresh process: defined below, or no longer at all."""
    cells = {cell.number: cell for cell in submission.cells}
    for one, failure in _failures(run):
        found = _UNDEFINED.search(failure.message) if "NameError" in failure.type else None
        cell = cells.get(one.cell)
        if found is None or cell is None or hasattr(builtins, found[1]):
            continue
        name, binding = found[1], code.binding(found[1])
        later = [each.cell for each in binding if each.cell > one.cell]
        if later:
            yield say(
                "`{name}` is used in {here} and defined only below it, in {there}: run from the "
                "top, it does not exist yet. Move the definition up.",
                name=name,
                here=cell.where(),
                there=cells[later[0]].where(),
            )
        elif not binding:
            yield say(
                "`{name}` is used in {here}, and no cell defines it. Where that worked in your "
                "notebook, it was left over from a cell that has been changed or deleted since.",
                name=name,
                here=cell.where(),
            )


def _opened(submission: Submission, run: Run) -> Iterator[str]:
    """Yield files that were not found: grading has only what is handed in."""
    cells = {cell.number: cell for cell in submission.cells}
    for one, failure in _failures(run):
        found = _PATH.search(failure.message)
        if found is None or one.cell not in cells:
            continue
        where, path = cells[one.cell].where(), _cut(found[1])
        if _ABSOLUTE.match(found[1]):
            yield say(
                "`{path}`, which {where} opens, is a place on one machine; it is not there at "
                "grading.",
                where=where,
                path=path,
            )
        else:
            yield say(
                "`{path}`, which {where} opens, is not there at grading: only what is handed in is "
                "read, and no other file is beside it.",
                where=where,
                path=path,
            )


def _own_places(submission: Submission, run: Run) -> Iterator[str]:
    """Yield paths of the learner's own machine in cells that did run, because it is this one."""
    fine = {one.cell for one in run.cells if one.status is CellStatus.OK}
    for cell in submission.cells:
        found = _OWN_PLACE.search(cell.source) if cell.number in fine else None
        if found is not None:
            yield say(
                "{where} names `{path}`, a place on your own machine; it is not there at grading.",
                where=cell.where(),
                path=_cut(found[1]),
            )


def _order(submission: Submission) -> Iterator[str]:
    ran = [cell for cell in submission.cells if cell.executed]
    for above, below in pairwise(ran):
        if above.executed > below.executed:
            yield say(
                "In your notebook {above} was run after {below} (their numbers are [{first}] and "
                "[{second}]); here all cells run from the top.",
                above=above.where(),
                below=below.where(),
                first=above.executed,
                second=below.executed,
            )


def _never_run(submission: Submission) -> Iterator[str]:
    code = [cell for cell in submission.cells if cell.kind == "code" and cell.source.strip()]
    silent = [cell for cell in code if not cell.executed and not cell.outputs]
    if silent and len(silent) < len(code):
        yield say(
            "Your file shows no run of {cells}: what comes out of it here may be new to you.",
            cells=", ".join(cell.where() for cell in islice(silent, MOST * 2)),
        )


def _outputs(submission: Submission, run: Run) -> Iterator[str]:
    """Yield cells whose stored output is another one than that of the fresh run."""
    runs = {one.cell: one for one in run.cells}
    for cell in submission.cells:
        one, before = runs.get(cell.number), _text(cell.outputs)
        if one is None or not before or _TIMED.search(cell.source):
            continue
        if one.failure is not None:
            yield say(
                "{where} shows `{before}` in your file, and fails here ({error}).",
                where=cell.where(),
                before=_cut(before),
                error=one.failure.type,
            )
        elif one.status is CellStatus.OK and _plainly(before) != _plainly(_text(one.outputs)):
            yield say(
                "{where} shows `{before}` in your file, and gives {now} here: it depends on the "
                "order of cells, on chance, or the cell was changed since.",
                where=cell.where(),
                before=_cut(before),
                now=f"`{_cut(_text(one.outputs))}`" if _text(one.outputs) else say("nothing"),
            )


def _text(outputs: tuple[Output, ...]) -> str:
    """Return what was printed and what came out as text; pictures and errors say nothing here."""
    return "\n".join(one.text for one in outputs if one.kind in ("stdout", "result")).strip()


def _plainly(text: str) -> str:
    """Return a text without what differs in any two runs: addresses, durations, white space."""
    return " ".join(_BY_CHANCE.sub("", text).split())


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
