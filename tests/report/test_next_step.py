"""Each question ends in one sentence on what to do, which tells no value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.grade import (
    ChainSide,
    ChainStep,
    Counterexample,
    Hidden,
    Kind,
    Mark,
    QuestionHead,
    StepOutcome,
    Verdict,
)
from grader.marking import NOTES
from grader.report import learner_report
from grader.report.next_step import NextStep, Situation, next_step
from tests.report import samples
from tests.report.pages import text

SECRET = "271828"


def head(name: str, *, kind: Kind = "value", depends: tuple[str, ...] = ()) -> QuestionHead:
    return QuestionHead(
        question=f"t.{name}", title=name, statement=name, task="T", part="1", kind=kind,
        max_points=2, public=True, depends=tuple(f"t.{one}" for one in depends),
    )  # fmt: skip


def mark(name: str, verdict: Verdict, **changes: object) -> Mark:
    given = Mark(
        question=f"t.{name}",
        verdict=verdict,
        points={Verdict.CORRECT: 2.0, Verdict.FOLLOW_THROUGH: 2.0}.get(verdict, 0.0),
        max_points=2,
        given=SECRET,
        expected=SECRET,
        hidden=Hidden(expected=SECRET, details=(SECRET,)),
        suggestions=(SECRET,),
    )
    if verdict in (Verdict.NEEDS_REVIEW, Verdict.GRADER_ERROR):
        given = replace(given, points=None)
    return replace(given, **changes)  # type: ignore[arg-type]


HEADS = (head("a"), head("b", depends=("a",)), head("c", depends=("a", "b")))


def told(
    given: Mark,
    *others: Mark,
    kind: Kind = "value",
    hints: tuple[str, ...] = (),
    error: str = "",
) -> NextStep | None:
    heads = {one.question: one for one in HEADS}
    own = replace(heads[given.question], kind=kind, hints=hints)
    return next_step(
        Situation(
            mark=given,
            head=own,
            heads={**heads, own.question: own},
            marks={one.question: one for one in (*others, given)},
            error=error,
        )
    )


def sentence(*given: Mark, **how: object) -> str:
    step = told(*given, **how)  # type: ignore[arg-type]
    return step.sentence if step else ""


def chain(outcome: StepOutcome) -> tuple[ChainStep, ...]:
    side = ChainSide(text=SECRET)
    return (
        ChainStep(
            left=side, relation="=", right=side, outcome=outcome, sentence="", where="cell 3"
        ),
    )


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("value", "`a` in a code cell"),
        ("function", "Define a function `a`"),
        ("formula", "Write `a = …`"),
        ("text", "first line is `a`"),
    ],
)
def test_what_is_missing_is_said_in_the_form_that_would_have_been_found(
    kind: Kind, part: str
) -> None:
    assert part in sentence(mark("a", Verdict.MISSING, note="missing"), kind=kind)


def test_an_error_comes_first() -> None:
    failed = mark("a", Verdict.MISSING, note="missing:failed")
    assert sentence(failed, error="cell 3, line 2").startswith(
        "First mend the error in cell 3, line 2,"
    )
    assert sentence(failed).startswith("First mend the error that is named above,")


@pytest.mark.parametrize("ended", ["died", "timed_out", "out_of_memory", "output_limit", "sides"])
def test_what_kept_an_answer_from_being_found_has_its_own_remedy(ended: str) -> None:
    plain = sentence(mark("a", Verdict.MISSING, note="missing"))
    assert sentence(mark("a", Verdict.MISSING, note=f"missing:{ended}")) not in ("", plain)


def test_follow_through_leads_to_where_the_slip_was_made() -> None:
    step = told(
        mark("c", Verdict.FOLLOW_THROUGH),
        mark("a", Verdict.INCORRECT),
        mark("b", Verdict.FOLLOW_THROUGH),
    )
    assert step is not None and step.first == ("t.a",)
    assert step.sentence.startswith("Nothing to mend in this step")


def test_follow_through_never_says_that_an_undecided_answer_is_wrong() -> None:
    step = told(mark("b", Verdict.FOLLOW_THROUGH), mark("a", Verdict.NEEDS_REVIEW))
    assert step is not None and step.first == ()


def test_questions_that_lead_in_a_circle_end() -> None:
    heads = {one.question: one for one in (head("a", depends=("b",)), head("b", depends=("a",)))}
    marks = {f"t.{name}": mark(name, Verdict.FOLLOW_THROUGH) for name in "ab"}
    step = next_step(Situation(mark=marks["t.a"], head=heads["t.a"], heads=heads, marks=marks))
    assert step is not None


def test_a_wrong_answer_on_a_wrong_one_begins_there() -> None:
    step = told(mark("b", Verdict.INCORRECT), mark("a", Verdict.PARTIAL))
    assert step is not None and step.first == ("t.a",)
    assert told(mark("b", Verdict.INCORRECT), mark("a", Verdict.CORRECT)) != step


@pytest.mark.parametrize("verdict", [Verdict.MISCONCEPTION, Verdict.INCORRECT])
def test_an_own_step_that_does_not_hold_is_where_to_begin(verdict: Verdict) -> None:
    broken = mark("a", verdict, chain=chain(StepOutcome.DOES_NOT_HOLD))
    assert (
        sentence(broken) == "Begin with the first of your steps above that does not hold (cell 3)."
    )
    sound = mark("a", verdict, chain=chain(StepOutcome.HOLDS))
    assert "Begin with" not in sentence(sound)


def test_entries_that_differ_are_named() -> None:
    names = tuple(f"d{number}" for number in range(7))
    found = sentence(mark("a", Verdict.PARTIAL, differing=names))
    assert found.startswith("Look again at `d0`, `d1`, `d2`, `d3`, `d4` and 2 more;")


def test_which_entries_differ_is_never_read_out_of_a_sentence() -> None:
    lines = ("dx: right", "dy: wrong")
    plain = sentence(mark("a", Verdict.PARTIAL))
    assert sentence(mark("a", Verdict.PARTIAL, details=lines)) == plain


def test_what_another_answer_stands_for_leads_there() -> None:
    step = told(
        mark("b", Verdict.PARTIAL, note="instead:a", points=1.0), mark("a", Verdict.PARTIAL)
    )
    assert step is not None and step.first == ("t.a",)
    assert told(mark("b", Verdict.CORRECT, note="instead:a"), mark("a", Verdict.CORRECT)) is None


def test_a_right_answer_needs_nothing_unless_a_step_does_not_hold() -> None:
    assert told(mark("a", Verdict.CORRECT, note="correct")) is None
    assert told(mark("a", Verdict.INCORRECT, note="end_right", points=2.0)) is None
    broken = mark("a", Verdict.CORRECT, chain=chain(StepOutcome.DOES_NOT_HOLD))
    assert sentence(broken).startswith("It counts as it is;")


def test_a_counterexample_and_hints_are_pointed_at() -> None:
    example = Counterexample(at=(("x", SECRET),), given=SECRET)
    assert "values shown above" in sentence(
        mark("a", Verdict.INCORRECT, counterexample=example), kind="formula"
    )
    assert "first hint" in sentence(mark("a", Verdict.INCORRECT), hints=("x",))


def test_what_a_person_decides_is_nothing_to_do() -> None:
    for verdict in (Verdict.NEEDS_REVIEW, Verdict.GRADER_ERROR):
        assert sentence(mark("a", verdict)).startswith("Nothing to do for you")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_whatever_the_note_it_is_one_sentence_without_a_value(verdict: Verdict) -> None:
    kinds: tuple[Kind, ...] = ("value", "function", "formula", "text")
    for note in (*NOTES, "", "of_another_version", "checked_at_grading"):
        for kind in kinds:
            for given in (
                mark("b", verdict, note=note),
                mark("b", verdict, note=note, chain=chain(StepOutcome.DOES_NOT_HOLD)),
                mark("b", verdict, note=note, details=(f"{SECRET} is expected.",)),
            ):
                found = sentence(given, mark("a", Verdict.INCORRECT), kind=kind)
                assert SECRET not in found
                assert not found or (found.endswith(".") and ". " not in found)
                full = given.points is not None and given.points >= given.max_points
                assert found or full


def test_the_page_links_to_the_earlier_answer() -> None:
    html = learner_report(samples.ADA, None, None, samples.SHEET, {})
    cards = html.split("<article")[1:]
    (ratio,) = [card for card in cards if "conv_fc_ratio</code></p>" in card]
    (target,) = [card for card in cards if "· <code>conv_params</code></p>" in card]
    anchor = target.split('id="', 1)[1].split('"', 1)[0]
    assert f'<a href="#{anchor}">To <code>conv_params</code></a>' in ratio
    assert text("<p" + ratio.split('<p class="next"')[1].split("</p>")[0] + "</p>") == (
        "Next step Nothing to mend in this step: go back to the earlier one, and take what comes "
        "out there on to here. To conv_params"
    )
