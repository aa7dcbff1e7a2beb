"""Formula questions: the last side of the learner's equation, decided by its values at points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.formula import Side, Tree, shown_text
from grader.formula.comparison import (
    Counterexample,
    Different,
    Equal,
    EqualUpTo,
    Undecided,
)
from grader.formula.form import hints
from grader.grade import Counterexample as Shown
from grader.grade import StepOutcome, Verdict
from grader.language import all_of, any_of, say, say_count
from grader.marking import chains, derived, elsewhere, equations, missing, mistakes, symbolic
from grader.marking.equations import Findings, Place
from grader.marking.formulas import FormulaReference, agrees
from grader.marking.judgement import VERDICTS, Case, Judgement, review, to_a_person
from grader.marking.plain import shortened
from grader.sheet import Question

SHOWN = 600
MOST_PLACES = 6
"""Of more places the last ones are looked at."""
MOST_SPELLINGS = 3
"""Of more ways to write a left side the first ones are told."""
BY_SENSE = ("index of ", "product at ")
"""Choices of reading in which notation is loose, and the right one is what was meant."""


def judge(case: Case, question: Question) -> Judgement:
    """Return the judgement of a formula question."""
    return _judged(case, question).add(*symbolic.remarks(case, question))


def _judged(case: Case, question: Question) -> Judgement:
    reference = case.prepared.formulas[question.name]
    findings = equations.find(case, question)
    found = findings.places[-MOST_PLACES:]
    if not found:
        return _nothing(case, reference, findings)
    judged = [(one, _of_place(reference, one)) for one in found]
    left_out = len(findings.places) - len(found)
    chosen = _chosen(reference, judged, left_out=left_out, unread=bool(findings.unread))
    if chosen.verdict is Verdict.CORRECT:
        return _with_beside(reference, findings, chosen)
    if chosen.points is None:
        return chosen
    if any(agrees(reference, tree, reference.expected) for tree in findings.trees):
        why = say("The right formula stands in your Markdown as well, but not under this name.")
        return review(chosen, note="undecidable:places", why=why)
    return chosen


def _with_beside(
    reference: FormulaReference, findings: Findings, judgement: Judgement
) -> Judgement:
    """Hand over to a person what is right only together with an equation that is not."""
    for variant in reference.question.accepted:
        if judgement.note != f"accepted:{variant.name}":
            continue
        for left, tree in findings.beside:
            right = reference.beside(variant, left)
            if right and not any(agrees(reference, tree, one) for one in right):
                why = say(
                    "It rests on your equation for `{left}`, which is not the expected one.",
                    left=left,
                )
                return review(judgement, note="undecidable:beside", why=why)
    return judgement


def _nothing(case: Case, reference: FormulaReference, findings: Findings) -> Judgement:
    name = reference.spellings[0]
    sought = say("No equation `{name} = …` was found in your Markdown.", name=name)
    coded = tuple(equations.mentioned(case, reference))
    if coded:
        cells = missing.listed(coded)
        why = say("It may stand in the code or a comment of {cells}.", cells=cells)
        return _to_person("undecidable:code", f"{sought} {why}")
    named = tuple(equations.named(case, reference))
    if findings.unfit and not _may_hold(reference, findings):
        return _unfit(reference, findings.unfit[-1])
    doubtful = tuple(dict.fromkeys([*findings.unnamed, *findings.unread, *named]))
    others_parts = elsewhere.other_parts(case, reference.question)
    if doubtful and (not others_parts or named or _may_earn(reference, findings)):
        why = say("It may stand otherwise in {cells}.", cells=missing.listed(doubtful))
        return _to_person("unnamed_formula", f"{sought} {why}")
    others = ", ".join(f"`{one}`" for one in _told_spellings(reference))
    if others:
        sought += " " + say("The name may be written {names} as well.", names=others)
    if doubtful:
        parts = ", ".join(others_parts)
        sought += " " + say("All of your text is labelled {parts}.", parts=parts)
    return Judgement(verdict=Verdict.MISSING, points=0.0, note="missing", feedback=sought)


def _told_spellings(reference: FormulaReference) -> Iterator[str]:
    """Yield a few further spellings of the left side, and the question's name."""
    *spellings, name = reference.spellings[1:] or ("",)
    yield from spellings[:MOST_SPELLINGS]
    if name:
        yield name


def _may_hold(reference: FormulaReference, findings: Findings) -> bool:
    """Return whether the right formula stands under another name, or may do so."""
    return _is_cut(findings) or any(
        agrees(reference, tree, reference.expected) for tree in findings.trees
    )


def _may_earn(reference: FormulaReference, findings: Findings) -> bool:
    """Return whether a formula under another name would earn points, or may do so."""
    return _is_cut(findings) or any(
        _of_tree(reference, tree, "").points != 0 for tree in findings.trees
    )


def _is_cut(findings: Findings) -> bool:
    """Return whether there may be more formulas than were found."""
    return bool(findings.unread) or len(findings.trees) == equations.MOST_TREES


def _unfit(reference: FormulaReference, place: Place) -> Judgement:
    left = shortened(place.left)
    if reference.terms.sides == "without_partials":
        why = say(
            "No side of your equation for `{left}` is free of partial derivatives.", left=left
        )
    else:
        why = say("No side of your equation for `{left}` holds partial derivatives.", left=left)
    return Judgement(
        verdict=Verdict.MISSING,
        points=0.0,
        note="missing:sides",
        feedback=why,
        given=shortened(place.text, limit=SHOWN),
        where=place.where,
    )


def _to_person(note: str, why: str) -> Judgement:
    return Judgement(
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note=note,
        feedback=to_a_person(why),
    )


def _chosen(
    reference: FormulaReference,
    judged: list[tuple[Place, Judgement]],
    *,
    left_out: int,
    unread: bool,
) -> Judgement:
    """Return the judgement of the best supported place; of equals the last one.

    A person decides where equals differ, and where another place is right and this one is not.
    """
    best = max(place.support for place, _ in judged)
    equals = [(place, one) for place, one in judged if place.support == best]
    where, chosen = equals[-1]
    others = [(place, one) for place, one in judged if one is not chosen]
    told = [_told(place, one, counts=place.support == best) for place, one in others]
    if left_out:
        told.append(
            say_count(
                "{count} earlier places were not looked at.",
                "{count} earlier places were not looked at.",
                left_out,
            )
        )
    differ = any(_kind(one) != _kind(chosen) for _, one in equals)
    chosen = _with_chain(reference, where, chosen.add(*told))
    right_elsewhere = any(one.verdict is Verdict.CORRECT for _, one in others)
    if differ or (right_elsewhere and chosen.verdict is not Verdict.CORRECT):
        why = say("Several places give this formula, and they say different things.")
        return review(chosen, note="undecidable:places", why=why)
    if (left_out or unread) and chosen.verdict is not Verdict.CORRECT:
        why = say("Not all of your Markdown could be looked through for this formula.")
        return review(chosen, note="undecidable:places", why=why)
    return chosen


def _kind(judgement: Judgement) -> tuple[Verdict, str]:
    right = judgement.verdict is Verdict.CORRECT
    return judgement.verdict, "" if right else judgement.note


def _told(place: Place, judgement: Judgement, *, counts: bool) -> str:
    text, verdict = shortened(place.text), say(VERDICTS[judgement.verdict])
    if counts:
        return say(
            "Also in {place}: `{text}` ({verdict}).", place=place.where, text=text, verdict=verdict
        )
    return say(
        "Also in {place}, which counts less because no heading or tag leads to it: `{text}` "
        "({verdict}).",
        place=place.where,
        text=text,
        verdict=verdict,
    )


def _of_place(reference: FormulaReference, place: Place) -> Judgement:
    judgement = _of_sides(reference, place)
    return replace(judgement, given=shortened(place.text, limit=SHOWN), where=place.where)


def _of_sides(reference: FormulaReference, place: Place) -> Judgement:
    """Judge the last side that is surely read; what is not surely read is never wrong."""
    readable = [side for side in place.sides if _is_readable(side)]
    if not readable:
        return _unread(place)
    last = readable[-1]
    trees = last.reading.trees
    outcomes = [_of_tree(reference, tree, place.left) for tree in trees]
    counts = _sensible(last, outcomes)
    outcome = replace(outcomes[counts or 0], understood=chains.stored(trees[counts or 0]))
    if counts is None and any(_kind(one) != _kind(outcome) for one in outcomes):
        texts = any_of(f"`{shown_text(tree)}`" for tree in trees)
        why = say(
            "The formula can be read as {texts}, which does not come to the same.", texts=texts
        )
        return review(outcome, note="undecidable:readings", why=why)
    doubts = tuple(_doubts(place, last))
    if outcome.verdict is Verdict.CORRECT and _is_equality(place):
        return outcome.add(*doubts)
    if doubts and outcome.verdict is not Verdict.NEEDS_REVIEW:
        return review(outcome, note="undecidable:formula", why=" ".join(doubts))
    return _with_right_start(reference, readable, outcome)


def _sensible(side: Side, outcomes: list[Judgement]) -> int | None:
    """Return which reading is right, where they differ by loose notation alone.

    Whether `g^2` is a square, and where a product without brackets ends, sense shows. Of all
    else the readings have to agree: then None.
    """
    choices = (choice for one in side.reading.alternatives for choice in one.choices)
    if not all(choice.startswith(BY_SENSE) for choice in choices):
        return None
    right = (n for n, one in enumerate(outcomes) if one.verdict is Verdict.CORRECT)
    return next(right, None)


def _is_readable(side: Side) -> bool:
    reading = side.reading
    return bool(reading.trees) and not reading.unknown and not reading.at


def _is_equality(place: Place) -> bool:
    return all(side.relation in derived.EQUALITIES for side in place.sides)


def _unread(place: Place) -> Judgement:
    why = [place.refusal] if place.refusal else []
    for side in place.sides:
        why += [side.reading.refusal.sentence] if side.reading.refusal else []
        why += [remark.sentence for remark in side.reading.remarks]
        why += [say("it holds at one place only")] if side.reading.at else []
    reasons = "; ".join(dict.fromkeys(why)) or say("nothing stands right of the name")
    trees = [tree for side in place.sides for tree in side.reading.trees]
    sentence = say("The formula is not surely read: {reasons}.", reasons=reasons)
    judgement = _to_person("undecidable:formula", sentence)
    return replace(judgement, understood=chains.stored(trees[-1]) if trees else "")


def _doubts(place: Place, last: Side) -> Iterator[str]:
    """Yield a sentence for each thing that may have been misread."""
    for remark in last.reading.remarks:
        yield say("In the formula {remark}.", remark=remark.sentence)
    for side in place.sides[place.sides.index(last) + 1 :]:
        text = shortened(side.reading.text)
        yield say("What follows, `{text}`, is not read.", text=text)
    if not _is_equality(place):
        relation = next(
            side.relation for side in place.sides if side.relation not in derived.EQUALITIES
        )
        yield say("“{sign}” stands where “=” is expected.", sign=relation)


def _of_tree(reference: FormulaReference, tree: Tree, left: str) -> Judgement:
    outcome = reference.compared(tree, reference.expected)
    if isinstance(outcome, Equal | EqualUpTo):
        return _right(reference, tree, outcome)
    if isinstance(outcome, Undecided):
        why = say("Whether the formula is right could not be decided.")
        return _to_person("undecidable:equality", f"{why} {outcome.reason}")
    for variant in reference.question.accepted:
        if reference.stands_below(variant, left) and agrees(
            reference, tree, reference.accepted(variant), exactly=not reference.terms.small
        ):
            sentence = say(
                "Right, in an accepted form: {description}", description=say(variant.description)
            )
            return _correct(reference, f"accepted:{variant.name}", sentence)
    return _wrong(reference, tree, outcome)


def _right(reference: FormulaReference, tree: Tree, outcome: Equal | EqualUpTo) -> Judgement:
    judgement = _correct(reference, "correct", say("The formula is right."))
    if isinstance(outcome, EqualUpTo):
        sentence = say(
            "The formula is right once {names} is taken as zero, which counts as right.",
            names=all_of(outcome.small),
        )
        judgement = _correct(reference, f"up_to:{'+'.join(outcome.small)}", sentence)
        judgement = _with_example(judgement, outcome.counterexample)
    elif names := ", ".join(reference.put_in(tree)):
        judgement = judgement.add(
            say("It is equal once what stands for {names} is put in.", names=names)
        )
    judgement = judgement.add(*hints(reference.terms.form, tree))
    unmet = reference.unmet(tree)
    if unmet:
        return review(judgement, note="form", why=" ".join([say("It is right."), *unmet]))
    return judgement


def _correct(reference: FormulaReference, note: str, feedback: str) -> Judgement:
    points = reference.question.points
    return Judgement(verdict=Verdict.CORRECT, points=points, note=note, feedback=feedback)


def _wrong(reference: FormulaReference, tree: Tree, outcome: Different) -> Judgement:
    question, example = reference.question, outcome.counterexample
    found = mistakes.fitting(
        question,
        lambda several: agrees(
            reference, tree, reference.with_mistakes(several), exactly=not reference.terms.small
        ),
    )
    if found:
        return _with_example(mistakes.explained(question, found), example)
    wrong = Judgement(
        verdict=Verdict.INCORRECT,
        points=0.0,
        note="incorrect",
        feedback=say("The formula is not equal to the expected one."),
    )
    return _with_example(wrong, example)


def _with_example(judgement: Judgement, example: Counterexample) -> Judgement:
    """Add where formulas differ; what the expected one gives there is kept back."""
    shown = Shown(at=example.at, given=example.figures[0])
    return replace(judgement, counterexample=shown).keep_back(example.sentence)


def _with_chain(reference: FormulaReference, place: Place, outcome: Judgement) -> Judgement:
    """Add the learner's chain; where its end is right, a step that does not hold costs nothing."""
    steps = derived.steps(reference, place)
    broken = any(one.outcome is StepOutcome.DOES_NOT_HOLD for one in steps)
    note = "chain_broken" if broken and outcome.note == "correct" else outcome.note
    return replace(outcome, note=note, chain=chains.most_telling(steps))


def _with_right_start(
    reference: FormulaReference, readable: list[Side], outcome: Judgement
) -> Judgement:
    """Hand over to a person what was right before the learner's last step."""
    earlier = [tree for side in readable[-derived.MOST_SIDES : -1] for tree in side.reading.trees]
    if outcome.verdict is Verdict.NEEDS_REVIEW or not any(
        isinstance(reference.compared(tree, reference.expected), Equal | EqualUpTo)
        for tree in earlier
    ):
        return outcome
    why = say("An earlier side of your equation is right, its last one is not.")
    return review(outcome, note="undecidable:chain", why=why)
