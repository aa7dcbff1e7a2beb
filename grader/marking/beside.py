"""What a report says of how a value was found, and of what else gives it: crossed out, stored …"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

from grader.language import say
from grader.marking import numbers, onpaper, workings
from grader.marking import written as paper
from grader.marking.crossed import struck
from grader.marking.derivations import LONG_ENOUGH, label
from grader.marking.evidence import Candidate
from grader.marking.found import Found
from grader.marking.judgement import Case, Judgement
from grader.marking.plain import plain, shortened, shown, told
from grader.marking.written import Written

MOST_STRUCK = 6
"""Of more crossed-out texts the first ones are shown."""
MOST_OTHERS = 3
MOST_SEARCHED = 100_000
"""Characters of a cell in which crossed-out text is looked for."""


def remarks(case: Case, found: Found, judgement: Judgement) -> Iterator[str]:
    """Yield what a report says of how the value was found."""
    chosen = found.chosen
    group = next(group for group in found.groups if chosen in group)
    if chosen.kind in ("binding", "salvaged", "alias") and len(group) > 1:
        yield say(
            "`{name}` is bound {count} times (cells {cells}); the last one counts.",
            name=chosen.name,
            count=len(group),
            cells=", ".join(str(one.cell) for one in group[:10]),
        )
    if chosen.kind == "salvaged":
        yield say(
            "Cell {number} failed; its imports, definitions and plain constants alone were run, "
            "and the value comes from there.",
            number=chosen.cell,
        )
    if chosen.kind == "written":
        own = case.prepared.values[found.question].question.part
        yield from _also_written(found, group, own)
        yield from _entries_again(case, found)
        yield from _struck(case, found)
    else:
        yield from _stored_differs(found, judgement)
        yield from _text_differs(case, found, judgement)


def _also_written(found: Found, group: tuple[Candidate, ...], own: str) -> Iterator[str]:
    """Yield other numbers that the text gives for the same answer, each once."""
    chosen = found.chosen
    others = {one.readings: one for one in group if one.readings != chosen.readings}
    for one in islice(others.values(), MOST_OTHERS):
        yield say(
            "Your text says {value} as well ({where}); what stands in {chosen} counts, {reason}.",
            value=told(plain(one.readings[0])),
            where=one.where,
            chosen=chosen.where,
            reason=_why(chosen, one, own),
        )


def others(several: tuple[Written, ...]) -> list[Written]:
    """Return the numbers on paper, for one entry, that are not the one that counts, the last."""
    return [one for one in several if one.certain and one.values != several[-1].values]


def _entries_again(case: Case, found: Found) -> Iterator[str]:
    """Yield the entries of a list or dict for which the text gives several numbers."""
    entries = paper.numbers(case, case.prepared.written[found.question])
    sentences = (
        say(
            "Your text gives `{entry}` as {value} as well ({where}); what stands in {chosen} "
            "counts.",
            entry=entry,
            value=shortened(one.side.reading.text),
            where=one.statement.where,
            chosen=several[-1].statement.where,
        )
        for entry, several in entries.items()
        for one in others(several)
    )
    yield from islice(sentences, MOST_OTHERS if len(entries) > 1 else 0)


def _why(chosen: Candidate, other: Candidate, own: str) -> str:
    """Return why one number on paper counts and another one does not."""
    if chosen.certain and not other.certain:
        return say("since the other is in a table that may be read in more than one way")
    mine, theirs = (one.written[-1].statement.part for one in (chosen, other))
    if own and mine == own != theirs:
        return say("since it stands below the label {label}", label=own)
    return say("since it comes last")


def _struck(case: Case, found: Found) -> Iterator[str]:
    """Yield what of the same cell is crossed out and would have answered as well."""
    lefts = case.prepared.written[found.question].lefts.values()
    names = {name for one in lefts for name in one.labels if len(name) >= LONG_ENOUGH}
    last = found.chosen.written[-1].statement
    crossed = (
        say(
            "What is crossed out does not count: `{text}` ({where}).",
            text=shortened(text),
            where=last.cell.where(number),
        )
        for number, line, text in struck(last.cell.source[:MOST_SEARCHED])
        if number == last.line or any(name in label(line) for name in names)
    )
    yield from islice(crossed, MOST_STRUCK)


def _text_differs(case: Case, found: Found, judgement: Judgement) -> Iterator[str]:
    """Yield where the learner's text gives another number than the code that counts."""
    for group in found.groups:
        last = group[-1]
        if not differs(last, found):
            continue
        said = shortened(last.written[0].side.reading.text)
        yield say(
            "Your text says {value} ({where}), your code gives {given}, which counts, since it was "
            "run.",
            value=said,
            where=last.where,
            given=judgement.given,
        )
        others = [group[-1] for group in found.groups if group[-1].kind != "written"]
        printed = [plain(reading) for one in others for reading in one.readings]
        targets = workings.as_targets(printed, say("what your code or its output gives"))
        reading = onpaper.paper(case, found.question)
        for slip in workings.find_slips(case, reading, last.written[0], targets)[
            : onpaper.MOST_SLIPS
        ]:
            yield slip.sentence
        yield from workings.remarks(case, reading, last.written)


def differs(written: Candidate, found: Found) -> bool:
    """Return whether a number in the text is another one than the code's that counts."""
    mine = plain(found.chosen.readings[0])
    if written.kind != "written" or not numbers.is_number(mine):
        return False
    half = written.half_unit or Fraction(0)
    return not any(within(plain(one), mine, half) for one in written.readings)


def _stored_differs(found: Found, judgement: Judgement) -> Iterator[str]:
    stored = found.groups[-1][-1]
    if stored.kind != "stored":
        return
    mine = plain(found.chosen.readings[0])
    shown_there = [plain(reading) for reading in stored.readings]
    half = stored.half_unit or Fraction(0)
    if not any(within(one, mine, half) for one in shown_there):
        yield say(
            "Your file shows {value}, running it gives {given}.",
            value=told(shown_there[0]),
            given=judgement.given,
        )


def within(one: Any, other: Any, bound: Fraction) -> bool:
    """Return whether two numbers are no further apart than ``bound``; other values are equal."""
    if not (numbers.is_number(one) and numbers.is_number(other)):
        return shown(one) == shown(other)
    gap = numbers.gap(one, other)
    return gap is None or gap <= bound * (1 + numbers.SLACK)
