"""What is known of a number on paper beyond its value: arithmetic, slips, rounding on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.grade import Verdict
from grader.language import say
from grader.marking import references, rounding, workings
from grader.marking.derivations import Paper
from grader.marking.found import Found
from grader.marking.judgement import Case, Judgement, review
from grader.marking.references import ValueReference
from grader.marking.slips import Slip
from grader.marking.written import Written
from grader.sheet import Question

MOST_SLIPS = 3


def arithmetic(
    case: Case, reference: ValueReference, found: Found, judgement: Judgement
) -> Judgement:
    """Add what is known of the learner's own arithmetic; excuse a slip where that is asked for."""
    question, written = reference.question, found.chosen.written
    reading = paper(case, question.name)
    judgement = judgement.add(*workings.remarks(case, reading, written))
    if question is _last_on(case, question):
        judgement = judgement.add(*workings.names(case, reading))
    if question.requires and judgement.points:
        why = say("The number stands in your text; how it was computed is not there.")
        return review(judgement, note="undecidable:source", why=why)
    slipped: tuple[Slip, ...] = ()
    if judgement.verdict is Verdict.INCORRECT and len(written) == 1:
        slipped = _slips(case, reference, found)
        judgement = _with_slips(case, reference, judgement, written[0], slipped)
    meant = [one.target.value for one in slipped]
    remarked = (rounding.remark(reference, found.upstream, one, meant) for one in found.on_paper())
    return judgement.add(next(filter(None, remarked), ""))


def _slips(case: Case, reference: ValueReference, found: Found) -> tuple[Slip, ...]:
    """Return the slips of one digit from the right value, and from what follows from own ones."""
    following = list(rounding.own_values(reference, (), found.upstream))
    targets = [
        *workings.as_targets([reference.expected], say("the right value"), right=True),
        *workings.as_targets(following, say("what follows from yours")),
    ]
    reading = paper(case, reference.question.name)
    return workings.find_slips(case, reading, found.chosen.written[0], targets)


def _with_slips(
    case: Case,
    reference: ValueReference,
    judgement: Judgement,
    written: Written,
    slipped: tuple[Slip, ...],
) -> Judgement:
    if not slipped:
        return judgement
    right = [one.target for one in slipped if one.target.right]
    first = slipped[:MOST_SLIPS]
    # What follows from right earlier values is the right value as well.
    telling = {one.meant for one in slipped if one.target.right}
    secret = [one.sentence for one in first if one.meant in telling]
    told = [one.sentence for one in first if one.meant not in telling]
    digit = say("It is one digit away from the right value.") if secret else ""
    judgement = replace(judgement, note="slip").add(*told, digit).keep_back(*secret)
    if not (case.prepared.scanned and workings.is_witnessed(slipped, written, right)):
        return judgement
    return replace(
        judgement,
        verdict=Verdict.CORRECT,
        points=reference.question.points,
        note="slip_excused",
        feedback=say("One digit differs, which is put down to the scan: it costs nothing."),
    )


def paper(case: Case, question: str) -> Paper:
    """Return the declared calculation of a value question."""
    return case.prepared.written[question].paper


def _last_on(case: Case, question: Question) -> Question | None:
    """Return the last question on the same declared calculation: there names are remarked, once."""
    if question.derivation is None:
        return None
    values = (one for one in case.prepared.sheet.questions if one.kind == "value")
    return [one for one in values if one.derivation is question.derivation][-1]


def doubts(reference: ValueReference, found: Found) -> Iterator[tuple[str, str]]:
    """Yield why a wrong number on paper may be right, or a known mistake, at its own rounding."""
    if any(rounding.is_rounded_on_the_way(reference, found.upstream, one)
           for one in found.on_paper()):  # fmt: skip
        yield (
            "undecidable:rounded",
            say(
                "The number follows rightly from earlier values that are rounded to as many "
                "decimals."
            ),
        )
    for one in found.on_paper():
        near = rounding.explain(reference, one.value, found.upstream, one).contradicted
        if near:
            names = ", ".join(f"`{name}`" for name in reference.question.depends)
            yield (
                "undecidable:contradicted",
                say(
                    "A known mistake leads to nearly this number, but not from your own {names} "
                    "({mistakes}).",
                    names=names,
                    mistakes=", ".join(map(references.name, near)),
                ),
            )
