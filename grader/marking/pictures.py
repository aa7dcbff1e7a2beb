"""Fills an author's pictures with the learner's own values, after all marks are made.

What is expected is put in only where its question always shows it, and kept apart in the mark's
hidden half for views to put in. Whether a part is right is taken from the mark; where the mark and
the parts could say different things, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from grader.grade import UNDECIDED, Mark, Verdict
from grader.language import say
from grader.marking import evidence
from grader.marking.compare import agrees, compare
from grader.marking.judgement import Case
from grader.marking.plain import plain, told
from grader.marking.references import Failed, observe
from grader.picture import Entry, HiddenEntry, Key, Part, Picture, Plan, State, figure
from grader.probe import PictureCalls
from grader.run import CallResult
from grader.sheet import Question, picture_calls
from grader.values import Value

Known = dict[str, tuple[Question, Mark]]


class _Nothing:
    """There is no value there."""


NOTHING = _Nothing()
APART = 1e-3
"""So much of a number its neighbour has to be away to be called another one."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """An entry with the question that it is taken from, and what is expected there."""

    entry: Entry
    question: Question | None = None
    expected: str = ""

    def as_shown(self) -> Entry:
        always = self.question is not None and self.question.show_expected == "always"
        return replace(self.entry, expected=self.expected) if always else self.entry


def apply(case: Case, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return ``marks`` with the pictures that authors ask for; those without a value are left."""
    by_id = {one.question: one for one in marks}
    added: dict[str, Mark] = {}
    for task in case.prepared.sheet.tasks:
        known = {one.name: (one, by_id[one.id]) for one in task.questions}
        for plan in task.pictures:
            filled, left_out = _filled(case, plan, known)
            if plan.made or any(one.entry.given for one in filled):
                name = f"{task.name}.{plan.question}"
                mark = added.get(name, by_id[name])
                added[name] = _with_picture(mark, plan, filled, left_out)
    return tuple(added.get(one.question, one) for one in marks)


def _with_picture(mark: Mark, plan: Plan, filled: tuple[_Filled, ...], left_out: int) -> Mark:
    picture = Picture(
        kind=plan.kind,
        title=say(plan.title),
        entries=tuple(one.as_shown() for one in filled),
        across=say(plan.across),
        up=say(plan.up),
        scale=plan.scale,
        left_out=left_out,
    )
    hidden = tuple(
        HiddenEntry(
            question=one.question.id,
            picture=len(mark.pictures),
            entry=index,
            expected=one.expected,
        )
        for index, one in enumerate(filled)
        if one.question is not None and one.expected
    )
    return replace(
        mark,
        pictures=(*mark.pictures, picture),
        hidden=replace(mark.hidden, entries=(*mark.hidden.entries, *hidden)),
    )


def _filled(case: Case, plan: Plan, known: Known) -> tuple[tuple[_Filled, ...], int]:
    """Return the entries, and how many of the learner's numbers are left out."""
    filled = tuple(_entry(case, plan, part, known) for part in plan.parts)
    if len({part.question for part in plan.parts}) == 1 and plan.kind == "series":
        return _fitted(case, plan, known, filled)
    return filled, 0


def _fitted(
    case: Case, plan: Plan, known: Known, filled: tuple[_Filled, ...]
) -> tuple[tuple[_Filled, ...], int]:
    """Number the entries of a list whose length is another: its author's names do not fit it."""
    question, mark = known[plan.parts[0].question]
    value: Any = NOTHING if question.kind == "function" else _given(case, question, mark)
    size = len(value) if isinstance(value, list | tuple) or _is_array(value) else len(filled)
    if size == len(filled):
        return filled, 0
    numbered = tuple(
        replace(one, entry=replace(one.entry, name=f"{index}", state="unsaid"))
        for index, one in enumerate(filled, 1)
        if one.entry.given
    )
    return numbered, max(0, size - len(filled))


def _entry(case: Case, plan: Plan, part: Part, known: Known) -> _Filled:
    if not part.question:
        return _Filled(Entry(name=say(part.name), ends=tuple(map(say, part.ends))))
    question, mark = known[part.question]
    if part.made is not None:
        return _of_made(case, plan, part, question, mark)
    if question.kind == "function":
        return _of_call(case, part, question, mark)
    given = _at(_given(case, question, mark), part.path)
    expected = _at(case.prepared.values[question.name].expected, part.path)
    number = figure(given)
    entry = Entry(
        name=say(part.name),
        given=number,
        state=_state(case, question, mark, part.path, given) if number else "missing",
        ends=tuple(map(say, part.ends)),
    )
    return _Filled(entry, question, figure(expected))


def _state(case: Case, question: Question, mark: Mark, path: tuple[Key, ...], given: Any) -> State:
    if mark.verdict in UNDECIDED:
        return "open"
    if mark.verdict is Verdict.CORRECT:
        return "right"
    if mark.verdict is Verdict.FOLLOW_THROUGH:
        return "follows"
    if not path:
        return "wrong"
    if question.depends:
        return "unsaid"
    best, agreeing = _nearest(case, question, mark)
    if mark.note.startswith("partial:") and mark.note != f"partial:{agreeing}":
        # The mark excuses something, such as rounding on paper.
        return "unsaid"
    check = case.prepared.values[question.name].check
    return "right" if agrees(check, given, _at(best, path)) else "wrong"


def _nearest(case: Case, question: Question, mark: Mark) -> tuple[Any, str]:
    """Return the reference or accepted variant that most entries agree with, and how many do.

    One of them alone: a variant may begin one entry earlier, and would agree by chance.
    """
    reference, whole = case.prepared.values[question.name], _given(case, question, mark)
    answers = [reference.expected, *map(reference.accepted, question.accepted)]
    found = [
        (answer, compare(reference.check, whole, answer).entries)
        for answer in answers
        if not isinstance(answer, Failed)
    ]
    best, entries = max(found, key=lambda one: sum(entry.agrees for entry in one[1]))
    return best, f"{sum(entry.agrees for entry in entries)}/{len(entries)}"


def _of_call(case: Case, part: Part, question: Question, mark: Mark) -> _Filled:
    run = next((one for one in case.run.functions if one.question == question.id), None)
    reference = case.prepared.functions[question.name]
    position, *path = part.path
    at = int(position)
    given: Any = NOTHING
    if run is not None and at < len(run.results):
        given = _returned(run.results[at])
    answers = [reference.expected[at]]
    answers += [reference.accepted(variant, at) for variant in question.accepted]
    fits = given is not NOTHING and any(reference.agrees(given, one) for one in answers)
    otherwise: State = "open" if mark.verdict in UNDECIDED else "wrong"
    number, expected = (figure(_at(one, tuple(path))) for one in (given, reference.expected[at]))
    entry = Entry(
        name=say(part.name),
        given=number,
        state=("right" if fits else otherwise) if number else "missing",
    )
    return _Filled(entry, question, expected)


def _of_made(case: Case, plan: Plan, part: Part, question: Question, mark: Mark) -> _Filled:
    """Return what a call made for the picture gave; what nobody asked for is never missing."""
    assert part.made is not None
    given, expected = case.once(
        ("made", plan.question, plan.title, question.name), lambda: _made(case, plan, question)
    )
    ours = _at(given[part.made], part.path) if part.made < len(given) else NOTHING
    right = _at(expected[part.made], part.path)
    number = figure(ours)
    entry = Entry(
        name=say(part.name),
        given=number,
        state=_made_state(case, question, mark, ours, right) if number else "unsaid",
    )
    return _Filled(entry, question, figure(right))


def _made(case: Case, plan: Plan, question: Question) -> tuple[list[Any], list[Any]]:
    """Return what the learner's function and the reference gave, each on its own way."""
    task = next(one for one in case.prepared.sheet.tasks if one.name == question.task)
    made = picture_calls(task, question)
    position = next(index for index, (one, _) in enumerate(made) if one is plan)
    run = next((one for one in case.run.functions if one.question == question.id), None)
    results = run.for_pictures[position : position + 1] if run is not None else ()
    given = [_returned(one) for several in results for one in several]
    return given, [*_references(question, made[position][1])]


def _references(question: Question, made: PictureCalls) -> Iterator[Any]:
    """Yield what the reference gives call by call; nothing from where it fails on."""
    before: Value | None = None
    for position in range(len(made.calls)):
        call = made.fed(position, before)
        result = observe(question.reference, dict(call.arguments)) if call else None
        before = None if isinstance(result, Failed) else result
        yield NOTHING if before is None else plain(before)


def _returned(result: CallResult) -> Any:
    if result.value is None:
        return NOTHING
    returned = plain(result.value)
    return list(returned.values()) if isinstance(returned, dict) else returned


def _made_state(case: Case, question: Question, mark: Mark, given: Any, right: Any) -> State:
    if mark.verdict in UNDECIDED:
        return "open"
    if right is NOTHING:
        return "unsaid"
    if case.prepared.functions[question.name].agrees(given, right):
        return "right"
    # Errors add up on the way; what the function's own calls did not show is not called wrong.
    is_right = mark.verdict in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH)
    return "unsaid" if is_right or not _is_apart(given, right) else "wrong"


def _is_apart(given: Any, right: Any) -> bool:
    """Return whether two numbers differ by more than what may add up of rounding."""
    apart = abs(float(given) - float(right))
    return not apart <= APART * max(abs(float(right)), 1e-300)


def _given(case: Case, question: Question, mark: Mark) -> Any:
    """Return the value that the mark speaks of, among all that were found."""
    meant = _meant(case, question, mark)
    return case.once(("pictured", question.name), lambda: next(meant, NOTHING))


def _meant(case: Case, question: Question, mark: Mark) -> Iterator[Any]:
    for group in evidence.find(case, question):
        for candidate in reversed(group):
            for value in map(plain, candidate.readings):
                if told(value) == mark.given:
                    yield value


def _at(value: Any, path: tuple[Key, ...]) -> Any:
    for key in path:
        if isinstance(value, dict):
            value = value.get(key, NOTHING)
        elif isinstance(key, int) and (isinstance(value, list | tuple) or _is_array(value)):
            value = value[key] if 0 <= key < len(value) else NOTHING
        else:
            return NOTHING
    return value


def _is_array(value: Any) -> bool:
    return bool(getattr(value, "ndim", 0))
