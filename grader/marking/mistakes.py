"""Which known mistakes explain an answer, and what may be said about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from grader.grade import Verdict
from grader.language import say
from grader.marking import references
from grader.marking.judgement import Judgement
from grader.marking.references import Mistakes
from grader.sheet import Misconception, Question


def fitting(question: Question, fits: Callable[[Mistakes], bool]) -> tuple[Mistakes, ...]:
    """Return the smallest sets of mistakes that fit: none contains another one that fits."""
    found: list[Mistakes] = []
    for mistakes in references.combined(question.misconceptions):
        smaller = any(all(one in mistakes for one in other) for other in found)
        if not smaller and fits(mistakes):
            found.append(mistakes)
    return tuple(found)


def explained(question: Question, found: tuple[Mistakes, ...]) -> Judgement:
    """Return the judgement for an answer that each of the ``found`` sets explains.

    Where several do, the best of their points count, and the learner is told only what they
    share; the suggestions list them all for the person who looks into it.
    """
    names = [references.name(mistakes) for mistakes in found]
    members = dict.fromkeys(one.name for mistakes in found for one in mistakes)
    certain = len(found) == 1
    return Judgement(
        verdict=Verdict.MISCONCEPTION,
        points=max(references.credit(question, mistakes) for mistakes in found),
        note=f"misconception:{names[0]}" if certain else f"ambiguous:{'|'.join(names)}",
        misconceptions=tuple(members),
        feedback=_sentences(found[0]) if certain else _shared(found),
        suggestions=() if certain else tuple(map(_suggested, found)),
    )


def _shared(found: tuple[Mistakes, ...]) -> str:
    common = [one for one in found[0] if all(one in mistakes for mistakes in found)]
    if common:
        return _sentences(common)
    concerns = {one.about for mistakes in found for one in mistakes}
    if len(concerns) == 1 and concerns != {""}:
        return say("The mistake concerns {what}.", what=say(concerns.pop()))
    return say("More than one known mistake leads to this result, so none is named here.")


def _sentences(mistakes: Iterable[Misconception]) -> str:
    return "\n".join(say(mistake.feedback) for mistake in mistakes)


def _suggested(mistakes: Mistakes) -> str:
    described = " ".join(_sentences(mistakes).split())
    return say("Fits: {name} ({feedback})", name=references.name(mistakes), feedback=described)
