"""A language that puts ⟦…⟧ around every text: what stands outside of them nobody can translate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from gettext import GNUTranslations

from grader import language
from grader.grade import Grade, Mark
from grader.language import IN_ENGLISH, Language, speaking
from grader.run import Failure, Run

OPENS, CLOSES = "⟦", "⟧"
CUT = " … "
"""Where a long line lost its middle, and perhaps a bracket with it."""
_ENTRIES = re.compile(r"(?:[\w\[\], .'()-]+: )*")
"""Names of entries before what is said of them; they are the learner's or the author's."""


class Bracketed(GNUTranslations):
    """A catalogue that knows every text."""

    def gettext(self, message: str) -> str:
        return f"{OPENS}{message}{CLOSES}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return ","


BRACKETED = Language("xx", (Bracketed(),))


def same_in_each(mark: Callable[[], Grade], run: Run | None) -> Grade:
    """Return the grade in English; the same is decided in other languages, and all is said."""
    with speaking(BRACKETED):
        other = mark()
    with speaking(IN_ENGLISH):
        english = mark()
    with speaking(language.language("de")):
        german = mark()
    for grade in (other, german):
        for one, same in zip(english.questions, grade.questions, strict=True):
            assert decided(one) == decided(same), (one, same)
        assert (english.status, english.points) == (grade.status, grade.points)
    left = [line for mark_ in other.questions for line in said(mark_) if not is_said(line, run)]
    assert not left, f"nobody can translate {left}"
    return english


def decided(mark: Mark) -> tuple[object, ...]:
    """Return everything in a mark that no language may change."""
    return (
        *(mark.question, mark.verdict, mark.points, mark.max_points, mark.note),
        *(mark.misconceptions, mark.understood, mark.public),
        *(len(mark.details), len(mark.suggestions), len(mark.hidden.details)),
        *(bool(mark.error), mark.counterexample is None),
        tuple((one.left, one.right, one.relation, one.outcome) for one in mark.chain),
        tuple((one.call, one.public, one.outcome) for one in mark.hidden.calls),
        tuple((one.kind, one.left_out) for one in mark.pictures),
        tuple((e.given, e.expected, e.state) for one in mark.pictures for e in one.entries),
    )


def said(mark: Mark) -> Iterator[str]:
    """Yield the sentences of a mark."""
    yield from (mark.feedback, mark.error, mark.tolerance)
    yield from (*mark.details, *mark.suggestions, *mark.hidden.details)
    yield from (one.sentence for one in mark.chain)
    yield from (one.error for one in mark.hidden.calls)
    yield from (one.title for one in mark.pictures)


def is_said(line: str, run: Run | None) -> bool:
    """Return whether all words of a line were asked for, but for names and the learner's own."""
    if CUT in line and line.count(OPENS) != line.count(CLOSES):
        return True
    for failure in _failures(run):
        line = line.removeprefix(failure.type)
        line = line.replace(f": {failure.message}", "") if failure.message else line
    for told in filter(None, _observed(run)):
        line = line.replace(told.rstrip("."), "")
    outside = _ENTRIES.sub("", without(line), count=1)
    return re.search(r"[^\W\d_]", outside) is None


def without(line: str) -> str:
    """Return what stands outside of all brackets."""
    depth, kept = 0, []
    for sign in line:
        depth += (sign == OPENS) - (sign == CLOSES)
        if depth == 0 and sign != CLOSES:
            kept.append(sign)
    return "".join(kept)


def _observed(run: Run | None) -> Iterator[str]:
    """Yield what the sandbox says of a run: it is there in the language spoken."""
    yield from (one.sentence for one in _failures(run))
    if run is not None:
        yield run.reason
        yield from (one.refusal for one in run.functions)


def _failures(run: Run | None) -> Iterator[Failure]:
    if run is None:
        return
    yield from (one.failure for one in run.cells if one.failure)
    for function in run.functions:
        yield from (one.failure for one in function.results if one.failure)
