"""Marks value questions: right, accepted, consistent with an own slip, a known mistake, in parts.

The answer is judged on all of these and the best credit counts; what casts doubt on a verdict
below full marks (an overwritten right value, a guessed name, printed rounding) asks for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, islice
from typing import Any

from grader.grade import ChainStep, Verdict
from grader.language import say, say_count
from grader.marking import (
    beside,
    elsewhere,
    evidence,
    missing,
    mistakes,
    numbers,
    onpaper,
    rounding,
    upstream,
    workings,
)
from grader.marking import written as paper
from grader.marking.compare import Comparison, compare
from grader.marking.evidence import place
from grader.marking.found import Found
from grader.marking.judgement import Case, Judgement, best_of, cannot_decide, review, to_a_person
from grader.marking.plain import plain, told
from grader.marking.references import ValueReference
from grader.marking.upstream import Upstream
from grader.sheet import Credit, Question

MOST_TRIED = 60
"""Numbers in the prose that are tried as an answer: each is judged with all known mistakes."""
FULL = frozenset({Verdict.CORRECT, Verdict.FOLLOW_THROUGH})


def judge(case: Case, question: Question) -> Judgement:
    """Return the judgement of one value question."""
    reference = case.prepared.values[question.name]
    groups = evidence.find(case, question)
    observed = evidence.observed(groups)
    if not observed:
        return missing.judge(
            case,
            question,
            stored=groups[-1] if groups else (),
            may_earn=lambda: _may_earn(case, reference),
        )
    own = upstream.own(case, reference)
    found = Found(question=question.name, chosen=observed[0][-1], groups=groups, upstream=own)
    judgement = _best(
        _judge_value(reference, plain(reading), own, half_unit=found.half_unit)
        for reading in found.chosen.readings
    )
    chosen = found.chosen
    judgement = replace(judgement, where=chosen.where, found_as=(chosen.name, chosen.cell))
    judgement = judgement.add(*beside.remarks(case, found, judgement))
    judgement = replace(judgement, chain=_chain(case, found))
    if chosen.written:
        judgement = onpaper.arithmetic(case, reference, found, judgement)
    return _second_thoughts(case, reference, found, judgement)


def _may_earn(case: Case, reference: ValueReference) -> bool:
    """Return whether a number in the prose would earn points if it were the answer.

    Of several numbers, as a list or dict holds them, that is not known; nor where the prose has
    more numbers than are looked at.
    """
    if not numbers.is_number(reference.expected):
        return True
    own = upstream.own(case, reference)
    worked = paper.worked(case, case.prepared.written[reference.question.name].paper)
    worked_out = (
        (value, one.half_unit or Fraction(0))
        for statement in worked.statements
        for one in paper.last_number(statement)
        for value in one.values
    )
    read = list(islice(chain(elsewhere.numbers(case), worked_out), MOST_TRIED + 1))
    return len(read) > MOST_TRIED or any(
        beside.within(value, reference.expected, half)
        or _judge_value(reference, value, own, half_unit=half).points != 0
        for value, half in dict.fromkeys(read)
    )


def _chain(case: Case, found: Found) -> tuple[ChainStep, ...]:
    """Return the learner's calculation on paper: of the number that counts, or that differs."""
    written = found.chosen.written
    if not written:
        texts = [group[-1] for group in found.groups if beside.differs(group[-1], found)]
        written = texts[-1].written if texts else ()
    return workings.chain(case, onpaper.paper(case, found.question), written) if written else ()


def _best(judgements: Iterator[Judgement]) -> Judgement:
    def rank(one: Judgement) -> tuple[bool, float]:
        return one.verdict is Verdict.CORRECT, -1.0 if one.points is None else one.points

    return max(judgements, key=rank)


def _judge_value(
    reference: ValueReference, given: Any, own: Upstream, *, half_unit: Fraction | None
) -> Judgement:
    comparison = compare(reference.check, given, reference.expected)
    judgement = _right(reference, given, comparison) or _undecidable(reference, comparison)
    if judgement is None:
        paper = rounding.written(given, half_unit)
        options = _explanations(reference, given, comparison, own, paper)
        judgement = best_of(options) or _incorrect(reference, comparison, own)
    full = judgement.verdict is Verdict.CORRECT
    return replace(judgement, given=told(given), error="" if full else comparison.error).add(
        *(() if full else comparison.lines), *comparison.remarks
    )


def _right(reference: ValueReference, given: Any, comparison: Comparison) -> Judgement | None:
    points = reference.question.points
    if comparison.agrees:
        return Judgement(
            verdict=Verdict.CORRECT,
            points=points,
            note="correct",
            feedback=say("Your answer is right."),
        )
    for variant in reference.question.accepted:
        if reference.fits(given, reference.accepted(variant)):
            return Judgement(
                verdict=Verdict.CORRECT,
                points=points,
                note=f"accepted:{variant.name}",
                feedback=say(
                    "Your answer is right in an accepted form: {description}",
                    description=say(variant.description),
                ),
            )
    return None


def _undecidable(reference: ValueReference, comparison: Comparison) -> Judgement | None:
    by_entry = reference.question.credit is Credit.PER_ENTRY
    still_open = comparison.open_entries if by_entry else ()
    if not (comparison.undecidable or still_open):
        return None
    why = comparison.undecidable or say(
        "the entries {names} cannot be read as values", names=", ".join(still_open)
    )
    return Judgement(
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note=f"undecidable:{comparison.code or 'entries'}",
        feedback=to_a_person(cannot_decide(why)),
    )


def _explanations(
    reference: ValueReference,
    given: Any,
    comparison: Comparison,
    own: Upstream,
    paper: rounding.Written | None,
) -> Iterator[Judgement]:
    """Yield what gives credit or names the mistake, in order of preference at equal points."""
    own_values = list(rounding.own_values(reference, (), own))
    if any(reference.fits(given, value) for value in own_values):
        yield _follow_through(reference.question)
    explained = rounding.explain(reference, given, own, paper)
    if explained.found:
        yield mistakes.explained(reference.question, explained.found)
    if reference.question.credit is Credit.PER_ENTRY:
        others = [compare(reference.check, given, value) for value in own_values]
        yield from _partial(reference.question, max([comparison, *others], key=_share))


def _share(comparison: Comparison) -> Fraction:
    return comparison.share


def _follow_through(question: Question) -> Judgement:
    names = ", ".join(f"`{name}`" for name in question.depends)
    return Judgement(
        verdict=Verdict.FOLLOW_THROUGH,
        points=question.points,
        note="follow_through",
        feedback=say(
            "This follows rightly from your own {names}. An error costs points once, where it was "
            "made, and not again here.",
            names=names,
        ),
    )


def _partial(question: Question, comparison: Comparison) -> Iterator[Judgement]:
    right, total = sum(entry.agrees for entry in comparison.entries), len(comparison.entries)
    if right:
        entries = (
            say("{entry}: right", entry=one.name)
            if one.agrees
            else say("{entry}: wrong", entry=one.name)
            for one in comparison.entries
        )
        yield Judgement(
            verdict=Verdict.PARTIAL,
            points=round(question.points * right / total, 2),
            note=f"partial:{right}/{total}",
            feedback=say_count(
                "{count} of {total} entries are right.",
                "{count} of {total} entries are right.",
                right,
                total=total,
            ),
            details=tuple(entry for entry, _ in zip(entries, range(25), strict=False)),
            differing=tuple(one.name for one in comparison.entries[:25] if not one.agrees),
        )


def _incorrect(reference: ValueReference, comparison: Comparison, own: Upstream) -> Judgement:
    said = comparison.error or next(iter(comparison.lines), "")
    wrong = say("Your answer is not right: {reason}.", reason=said) if said else ""
    feedback = wrong or say("Your answer is not right.")
    if own.degenerate:
        feedback += " " + say(
            "Your earlier value was not followed: {reason}.", reason=own.degenerate
        )
    return Judgement(
        verdict=Verdict.INCORRECT,
        points=0.0,
        note="degenerate_upstream" if own.degenerate else "incorrect",
        feedback=feedback,
    )


def _second_thoughts(
    case: Case, reference: ValueReference, found: Found, judgement: Judgement
) -> Judgement:
    """Hand over to a person what would lose marks although there is reason to doubt it.

    What a table may say, but not surely, earns none either.
    """
    if not found.chosen.certain and judgement.points is not None:
        table = found.chosen.where
        why = say("The table in {place} may be read in more than one way.", place=table)
        return review(judgement, note="undecidable:table", why=why)
    if judgement.verdict in FULL or judgement.verdict is Verdict.NEEDS_REVIEW:
        return judgement
    note, why = next(_doubts(case, reference, found, judgement), ("", ""))
    return review(judgement, note=note, why=why) if note else judgement


def _doubts(
    case: Case, reference: ValueReference, found: Found, judgement: Judgement
) -> Iterator[tuple[str, str]]:
    chosen, name = found.chosen, reference.question.name
    yield from _right_elsewhere(case, reference, found)
    yield from _in_tables(case, reference, found)
    later = [cell for cell in missing.unrun(case, reference.question) if cell.number > chosen.cell]
    if later:
        cells = missing.listed(tuple(later))
        yield "not_run", say("{cells} binds `{name}` again, but never ran.", cells=cells, name=name)
    if chosen.kind == "written" and not workings.all_read(case, onpaper.paper(case, name)):
        yield (
            "undecidable:places",
            say("Not all of your Markdown could be looked through for this number."),
        )
    if judgement.verdict is not Verdict.INCORRECT:
        return
    yield from onpaper.doubts(reference, found)
    if _is_rounded(reference, found):
        yield (
            "undecidable:rounded",
            say("The number is printed with too few digits to tell whether it is right."),
        )
    unknown = found.upstream.unreadable or (
        found.upstream.missing and missing.prose(case, reference.question)
    )
    if unknown:
        names = ", ".join(
            f"`{one}`" for one in (*found.upstream.unreadable, *found.upstream.missing)
        )
        yield (
            "undecidable:upstream",
            say(
                "Whether this follows from your own {names} cannot be told by the program.",
                names=names,
            ),
        )
    if chosen.kind == "alias":
        yield (
            f"alias:{chosen.name}",
            say(
                "`{name}` is not defined, and `{alias}`, taken for it, is not right.",
                name=name,
                alias=chosen.name,
            ),
        )


def _right_elsewhere(
    case: Case, reference: ValueReference, found: Found
) -> Iterator[tuple[str, str]]:
    """Yield where the right value stood before, or stands besides, the one that counts."""
    for group in evidence.observed(found.groups):
        for other in group:
            same_name = other.name == found.chosen.name and other.kind not in ("printed", "written")
            right = any(
                reference.fits(plain(reading), reference.expected) for reading in other.readings
            )
            if other is found.chosen or not right:
                continue
            there = place(case.submission, other.cell)
            if same_name:
                last = place(case.submission, found.chosen.cell)
                yield (
                    "overwritten",
                    say(
                        "`{name}` is right in {place} and overwritten in {last}.",
                        name=other.name,
                        place=there,
                        last=last,
                    ),
                )
            elif other.kind == "printed":
                yield (
                    "contradicted",
                    say("The value that {place} prints is right, this one is not.", place=there),
                )
            elif other.kind == "written":
                yield (
                    "contradicted",
                    say("The number in your text ({place}) is right.", place=other.where),
                )


def _in_tables(case: Case, reference: ValueReference, found: Found) -> Iterator[tuple[str, str]]:
    """Yield where a table may give another answer than the one on paper that counts."""
    if found.chosen.kind != "written":
        return
    several = paper.numbers(case, case.prepared.written[reference.question.name]).values()
    if len(several) > 1 and any(beside.others(group) for group in several):
        yield (
            "undecidable:places",
            say("Your text gives some of the entries several times, not alike."),
        )
    unclear = [
        one
        for group in several
        for one in group
        if not one.certain and one.values != group[-1].values
    ]
    if unclear:
        where = unclear[-1].statement.where
        yield (
            "undecidable:table",
            say("A table may name it as well, in {place}, but not surely.", place=where),
        )


def _is_rounded(reference: ValueReference, found: Found) -> bool:
    """Return whether a printed number may be a right one, rounded for print."""
    half = found.chosen.half_unit
    if half is None:
        return False
    targets = [reference.expected, *rounding.own_values(reference, (), found.upstream)]
    return any(
        numbers.is_number(target)
        and numbers.is_number(given)
        and beside.within(given, target, half)
        for target in targets
        for given in map(plain, found.chosen.readings)
    )
