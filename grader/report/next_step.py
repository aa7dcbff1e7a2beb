"""What a learner does next about one question: one sentence that fits its verdict and note.

It is chosen from what the learner may see anyway (verdict, note, own steps) and names no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from grader.grade import UNDECIDED, Kind, Mark, QuestionHead, StepOutcome, Verdict
from grader.language import message, say

MOST_NAMES = 5
"""Entries that are named before the others are only counted."""


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
        return say("It counts as it is; correct the one digit in your own notes.")
    if _broken(situation.mark):
        return say("It counts as it is; look once more at the step above that does not hold.")
    return None


def _follow_through(situation: Situation) -> NextStep:
    return NextStep(
        sentence=say(
            "Nothing to mend in this step: go back to the earlier one, and take what comes out "
            "there on to here."
        ),
        first=situation.roots(),
    )


def _misconception(situation: Situation) -> str:
    begin = _broken(situation.mark)
    if begin:
        return begin
    if situation.code == "ambiguous":
        return say("Compare your own work with each of the mistakes that fit, and redo that step.")
    if situation.head.kind == "function":
        return say(
            "Change the one step named above in your function, and try it on a small example."
        )
    return say("Do the one step named above again, and carry the result on to what builds on it.")


def _partial(situation: Situation) -> str | NextStep:
    if situation.head.kind == "function":
        return say(_TRY)
    differing = situation.mark.differing
    if not differing:
        return say("Look again at the parts that are said above to differ; the others can stay.")
    named = ", ".join(f"`{name}`" for name in differing[:MOST_NAMES])
    more = len(differing) - MOST_NAMES
    if more > 0:
        named = say("{names} and {count} more", names=named, count=more)
    return say("Look again at {names}; the others can stay.", names=named)


def _incorrect(situation: Situation) -> str | NextStep:
    mark, roots = situation.mark, situation.roots()
    if situation.code == "signature":
        return say("Give `{name}` the parameters that the question states.", name=situation.name)
    if situation.code == "slip":
        return say("Compare the digits here with those of your own calculation, one by one.")
    if roots:
        return NextStep(
            sentence=say(
                "First put the earlier answer right that this one builds on, then work this one "
                "out again."
            ),
            first=roots,
        )
    begin = _broken(mark)
    if begin:
        return begin
    if mark.counterexample and mark.counterexample.at:
        return say("Put the values shown above into your formula and follow it term by term.")
    if situation.head.kind == "function":
        return say(_TRY)
    if situation.head.hints:
        return say("Open the first hint, and work this out once more from the statement.")
    return say("Read the question once more and work it out step by step, writing each step down.")


_TRY = message(
    "Try your function on other arguments that the question allows, beginning with what is named "
    "above, and work one result out by hand."
)


def _missing(situation: Situation) -> str:
    note = situation.mark.note
    if note == "missing:failed":
        return _after_the_error(situation.error)
    if note in _KEPT_FROM:
        return say(_KEPT_FROM[note])
    return say(_ASKED[situation.head.kind], name=situation.name)


def _after_the_error(place: str) -> str:
    if not place:
        return say(
            "First mend the error that is named above, then run everything from top to bottom."
        )
    return say(
        "First mend the error in {place}, then run everything from top to bottom.", place=place
    )


_KEPT_FROM = {
    "missing:sides": message(
        "Carry your equation on with another `=`, up to the form that is asked for."
    ),
    "missing:died": message(
        "Take out what ends the process, such as `exit()`, and run everything from top to bottom."
    ),
    "missing:timed_out": message("Shorten what takes long, or move it below your answers."),
    "missing:out_of_memory": message(
        "Hold less in memory at once, or move what is large below your answers."
    ),
    "missing:output_limit": message("Print less, so that the run reaches your answer."),
}
"""By the note: what kept an answer from being found, and its remedy."""

_ASKED: Mapping[Kind, str] = {
    "function": message(
        "Define a function `{name}` outside of any other, and let it return its result."
    ),
    "formula": message("Write `{name} = …` with your formula in a Markdown cell."),
    "text": message("Write it in a Markdown cell whose first line is `{name}`."),
    "value": message(
        "Assign your result to the name `{name}` in a code cell; a number worked out by hand may "
        "stand in a Markdown cell as well, as `{name} = …`."
    ),
}
"""The form in which an answer of each kind is found."""


def _waits(situation: Situation) -> str:
    if situation.mark.note == "not_read":
        return say("Nothing to do at this question: see above what is wrong with the file.")
    if situation.mark.note == "checked_at_grading":
        return say("Nothing to do here: whether it is right is said at grading.")
    return say("Nothing to do for you: a person looks at this and gives the points.")


def _instead(situation: Situation) -> NextStep | None:
    """Return where to go from an answer that was taken from others; they bear its points."""
    mark = situation.mark
    if mark.verdict is Verdict.CORRECT or mark.points == mark.max_points:
        return None
    task = mark.question.rpartition(".")[0]
    names = mark.note.partition(":")[2].split("+")
    known = tuple(q for q in (f"{task}.{name}" for name in names) if q in situation.marks)
    if mark.points is None:
        sentence = say(
            "Nothing to do for you: a person looks at the answer that stands for this one."
        )
    else:
        sentence = say("Mend the answer that stands for this one, and this one follows.")
    return NextStep(sentence=sentence, first=known)


def _broken(mark: Mark) -> str:
    """Return a sentence on the first own step that does not hold, empty where all hold."""
    wrong = next((s for s in mark.chain if s.outcome is StepOutcome.DOES_NOT_HOLD), None)
    if wrong is None:
        return ""
    if not wrong.where:
        return say("Begin with the first of your steps above that does not hold.")
    return say(
        "Begin with the first of your steps above that does not hold ({place}).",
        place=wrong.where,
    )


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
