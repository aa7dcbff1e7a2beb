"""What a learner does next about one question: one sentence that fits its verdict and note.

It is chosen from what the learner may see anyway (verdict, note, own steps) and names no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from grader.grade import UNDECIDED, Mark, QuestionHead, StepOutcome, Verdict

MOST_NAMES = 5
_WRONG = ": wrong"
"""How marking ends the line of an entry that differs."""


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """One sentence, and the questions to go to first."""

    sentence: str
    first: tuple[str, ...] = ()
    """Questions (``task.question``) that this one waits for, in the sheet's order."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One mark among the others of its grade."""

    mark: Mark
    head: QuestionHead
    heads: Mapping[str, QuestionHead]
    marks: Mapping[str, Mark]
    error: str = ""
    """Where the run's first error is, such as ``cell 3, line 2``; empty where it is not known."""

    @property
    def name(self) -> str:
        """The name that the learner defines."""
        return self.mark.question.rpartition(".")[2]

    @property
    def code(self) -> str:
        """The note without what it concerns."""
        return self.mark.note.partition(":")[0]

    def roots(self) -> tuple[str, ...]:
        """Return the earlier questions that are not right and that this one builds on."""
        found = dict.fromkeys(_roots(self.mark.question, self.heads, self.marks))
        order = list(self.heads)
        return tuple(sorted(found, key=order.index))


def next_step(situation: Situation) -> NextStep | None:
    """Return what to do next; None where there is nothing to say, as of most right answers."""
    mark = situation.mark
    if situation.code == "instead":
        return _instead(situation)
    full = mark.points is not None and mark.points >= mark.max_points
    if full and mark.verdict not in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH):
        return None
    step = _BY_VERDICT[mark.verdict](situation)
    return NextStep(sentence=step) if isinstance(step, str) else step


def _correct(situation: Situation) -> str | None:
    if situation.code == "slip_excused":
        return "It counts as it is; correct the one digit in your own notes."
    if _broken(situation.mark):
        return "It counts as it is; look once more at the step above that does not hold."
    return None


def _follow_through(situation: Situation) -> NextStep:
    return NextStep(
        sentence="Nothing to mend in this step: go back to the earlier one, and take what comes "
        "out there on to here.",
        first=situation.roots(),
    )


def _misconception(situation: Situation) -> str:
    begin = _broken(situation.mark)
    if begin:
        return begin
    if situation.code == "ambiguous":
        return "Compare your own work with each of the mistakes that fit, and redo that step."
    if situation.head.kind == "function":
        return "Change the one step named above in your function, and try it on a small example."
    return "Do the one step named above again, and carry the result on to what builds on it."


def _partial(situation: Situation) -> str | NextStep:
    if situation.head.kind == "function":
        return _TRY
    wrong = [
        f"`{line.removesuffix(_WRONG)}`" for line in situation.mark.details if line.endswith(_WRONG)
    ]
    if not wrong:
        return "Look again at the parts that are said above to differ; the others can stay."
    more = f" and {len(wrong) - MOST_NAMES} more" if len(wrong) > MOST_NAMES else ""
    return f"Look again at {', '.join(wrong[:MOST_NAMES])}{more}; the others can stay."


def _incorrect(situation: Situation) -> str | NextStep:
    mark, roots = situation.mark, situation.roots()
    fixed = {
        "signature": f"Give `{situation.name}` the parameters that the question states.",
        "slip": "Compare the digits here with those of your own calculation, one by one.",
    }
    if situation.code in fixed:
        return fixed[situation.code]
    if roots:
        return NextStep(
            sentence="First put the earlier answer right that this one builds on, then work this "
            "one out again.",
            first=roots,
        )
    begin = _broken(mark)
    if begin:
        return begin
    if mark.counterexample and mark.counterexample.at:
        return "Put the values shown above into your formula and follow it term by term."
    if situation.head.kind == "function":
        return _TRY
    if situation.head.hints:
        return "Open the first hint, and work this out once more from the statement."
    return "Read the question once more and work it out step by step, writing each step down."


_TRY = (
    "Try your function on other arguments that the question allows, beginning with what is named "
    "above, and work one result out by hand."
)


def _missing(situation: Situation) -> str:
    name, kind = situation.name, situation.head.kind
    if situation.mark.note == "missing:failed":
        place = f"in {situation.error}" if situation.error else "that is named above"
        return f"First mend the error {place}, then run everything from top to bottom."
    known = {
        "missing:sides": "Carry your equation on with another `=`, up to the form that is asked "
        "for.",
        "missing:died": "Take out what ends the process, such as `exit()`, and run everything from "
        "top to bottom.",
        "missing:timed_out": "Shorten what takes long, or move it below your answers.",
        "missing:out_of_memory": "Hold less in memory at once, or move what is large below your "
        "answers.",
        "missing:output_limit": "Print less, so that the run reaches your answer.",
    }
    asked = {
        "function": f"Define a function `{name}` outside of any other, and let it return its "
        "result.",
        "formula": f"Write `{name} = …` with your formula in a Markdown cell.",
        "text": f"Write it in a Markdown cell whose first line is `{name}`.",
        "value": f"Assign your result to the name `{name}` in a code cell; a number worked out by "
        f"hand may stand in a Markdown cell as well, as `{name} = …`.",
    }
    return known.get(situation.mark.note) or asked[kind]


def _waits(situation: Situation) -> str:
    known = {
        "not_read": "Nothing to do at this question: see above what is wrong with the file.",
        "checked_at_grading": "Nothing to do here: whether it is right is said at grading.",
    }
    otherwise = "Nothing to do for you: a person looks at this and gives the points."
    return known.get(situation.mark.note, otherwise)


def _instead(situation: Situation) -> NextStep | None:
    """Return where to go from an answer that was taken from others; they bear its points."""
    mark = situation.mark
    if mark.verdict is Verdict.CORRECT or mark.points == mark.max_points:
        return None
    task = mark.question.rpartition(".")[0]
    names = mark.note.partition(":")[2].split("+")
    known = tuple(q for q in (f"{task}.{name}" for name in names) if q in situation.marks)
    if mark.points is None:
        sentence = "Nothing to do for you: a person looks at the answer that stands for this one."
    else:
        sentence = "Mend the answer that stands for this one, and this one follows."
    return NextStep(sentence=sentence, first=known)


def _broken(mark: Mark) -> str:
    """Return a sentence on the first own step that does not hold, empty where all hold."""
    wrong = next((s for s in mark.chain if s.outcome is StepOutcome.DOES_NOT_HOLD), None)
    if wrong is None:
        return ""
    place = f" ({wrong.where})" if wrong.where else ""
    return f"Begin with the first of your steps above that does not hold{place}."


def _roots(
    question: str,
    heads: Mapping[str, QuestionHead],
    marks: Mapping[str, Mark],
    seen: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Yield what is decided and not right where a question's own slip began."""
    for name in heads[question].depends if question in heads else ():
        mark = marks.get(name)
        if mark is None or name in seen or mark.verdict in _NO_SLIP:
            continue
        followed = mark.verdict is Verdict.FOLLOW_THROUGH
        deeper = tuple(_roots(name, heads, marks, seen | {name})) if followed else ()
        yield from deeper or (name,)


_NO_SLIP = UNDECIDED | {Verdict.CORRECT}
"""Verdicts that say of no answer that it is not right."""

_BY_VERDICT: Mapping[Verdict, Callable[[Situation], str | NextStep | None]] = {
    Verdict.CORRECT: _correct,
    Verdict.FOLLOW_THROUGH: _follow_through,
    Verdict.MISCONCEPTION: _misconception,
    Verdict.PARTIAL: _partial,
    Verdict.INCORRECT: _incorrect,
    Verdict.MISSING: _missing,
    Verdict.NEEDS_REVIEW: _waits,
    Verdict.GRADER_ERROR: _waits,
}
