"""Numbers on paper: found by what stands left of them, judged like any other value."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import intake, marking
from grader.grade import Grade, Mark, StepOutcome, Verdict
from grader.marking.prepared import Prepared
from grader.run import Run, RunStatus
from grader.sheet import Sheet
from grader.submission import Submission


@pytest.fixture(scope="module")
def prepared(sheet: Sheet) -> Prepared:
    return marking.prepare(sheet, seed=sheet.seed)


def grade(prepared: Prepared, text: str, folder: Path) -> Grade:
    path = folder / "hand-in.md"
    path.write_text(text, encoding="utf-8")
    submission = intake.read_file(path)
    assert isinstance(submission, Submission)
    return marking.mark(prepared, submission, Run(status=RunStatus.OK))


def mark(prepared: Prepared, text: str, folder: Path, name: str) -> Mark:
    found = grade(prepared, text, folder).questions
    return next(one for one in found if one.question.endswith(f".{name}"))


@pytest.mark.parametrize(
    ("text", "name", "verdict"),
    [
        ("$u(3) = \\frac{9}{\\log 3} \\approx 8{,}2$", "u_value", Verdict.CORRECT),
        ("$$c(x) = \\frac{x^2}{\\log x}$$\n\n$$c(3) \\approx 8,2$$", "u_value", Verdict.CORRECT),
        ("u = 8.19", "u_value", Verdict.CORRECT),
        ("u(2) = 8.19", "u_value", Verdict.NEEDS_REVIEW),
        ("$u = 8,9$", "u_value", Verdict.INCORRECT),
        ("$f(3) = 42,1$", "f_value", Verdict.CORRECT),
        ("$u = 9$, $a = 14$", "a_value", Verdict.FOLLOW_THROUGH),
        ("conv params = 14 714 688", "conv_params", Verdict.CORRECT),
        ("fc params = 123.642.856", "fc_params", Verdict.CORRECT),
        ("fc params = 123 642 865", "fc_params", Verdict.INCORRECT),
        ("ratio $= \\frac{14714688}{123642856} \\approx 0,119$", "conv_fc_ratio", Verdict.CORRECT),
    ],
)
def test_a_number_is_found_and_judged(
    prepared: Prepared, tmp_path: Path, text: str, name: str, verdict: Verdict
) -> None:
    assert mark(prepared, text, tmp_path, name).verdict is verdict


def test_entries_of_a_dict_are_gathered(prepared: Prepared, tmp_path: Path) -> None:
    text = "$\\frac{\\partial x^2}{\\partial x} = 6$ and $\\frac{\\partial f}{\\partial a} = 3,2$"
    found = mark(prepared, text, tmp_path, "partials")
    assert found.verdict is Verdict.PARTIAL
    assert found.points == pytest.approx(0.8)


def test_a_number_without_its_computation_goes_to_a_person(
    prepared: Prepared, tmp_path: Path
) -> None:
    found = mark(prepared, "grad_c = -10", tmp_path, "grad_c")
    assert (found.verdict, found.points) == (Verdict.NEEDS_REVIEW, None)


def test_a_step_that_does_not_hold_is_shown(prepared: Prepared, tmp_path: Path) -> None:
    found = mark(prepared, "$f(3) = 13,2 \\cdot 3,2 = 42,1 = 45,1$", tmp_path, "f_value")
    assert found.verdict is not Verdict.CORRECT
    first, second = found.chain
    assert first.outcome is second.outcome is StepOutcome.DOES_NOT_HOLD
    assert "42.24, not 42.1" in first.sentence
    assert "42.1" in second.sentence and "45.1" in second.sentence
    assert first.left.text == "13,2 \\cdot 3,2" and first.left.understood


def test_what_is_missing_in_prose_is_not_invented(prepared: Prepared, tmp_path: Path) -> None:
    marks = grade(prepared, "# 1b\n\n$u = 8,2$", tmp_path).questions
    assert [one.question for one in marks if one.points] == ["chain_rule.u_value"]


@pytest.mark.parametrize(
    ("text", "name", "note"),
    [
        ("$a = 13,2$, $b = 3,2$, $f(3) = 42,7$", "f_value", "slip_excused"),
        ("$f(3) = 42,7$", "f_value", "undecidable:upstream"),
        ("$u = 8,9$", "u_value", "slip"),
        ("fc params = 123 642 865", "fc_params", "slip_excused"),
        ("fc params = 123 742 865", "fc_params", "incorrect"),
    ],
)
def test_a_scan_excuses_a_misread_digit_only_with_a_witness(
    sheet: Sheet, tmp_path: Path, text: str, name: str, note: str
) -> None:
    prepared = marking.prepare(sheet, seed=sheet.seed, scanned=True, proofread=False)
    assert mark(prepared, text, tmp_path, name).note == note


def test_a_number_is_never_wrong_where_not_all_could_be_looked_through(
    prepared: Prepared, tmp_path: Path
) -> None:
    filler = "\n\n".join(f"$h = {number}$" for number in range(600))
    found = mark(prepared, f"$f(3) = 45$\n\n{filler}\n\n$f(3) = 42,1$", tmp_path, "f_value")
    assert (found.verdict, found.note) == (Verdict.NEEDS_REVIEW, "undecidable:places")


def test_of_a_chain_of_hundreds_the_last_steps_are_shown(
    prepared: Prepared, tmp_path: Path
) -> None:
    chain = " = ".join(f"{number},5" for number in range(400))
    found = mark(prepared, f"$f(3) = {chain}$", tmp_path, "f_value")
    assert len(found.chain) <= 12
    assert any("399" in step.sentence for step in found.chain)
    assert not any("12.5" in step.sentence for step in found.chain)


def test_a_name_with_its_own_number_is_no_step_that_holds(
    prepared: Prepared, tmp_path: Path
) -> None:
    found = mark(prepared, "$f(3) \\approx 42,7$", tmp_path, "f_value")
    assert found.verdict is not Verdict.CORRECT
    assert found.chain == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("| quantity | number |\n|---|---|\n| conv params | 14714688 |", "conv_params"),
        ("total params: 138 357 544", "total_params"),
        ("| u | a | b |\n|---|---|---|\n| 8,2 | 13,2 | 3,2 |", "b_value"),
    ],
)
def test_a_number_in_a_table_or_behind_a_colon_counts(
    prepared: Prepared, tmp_path: Path, text: str, name: str
) -> None:
    assert mark(prepared, text, tmp_path, name).verdict is Verdict.CORRECT


def test_of_two_numbers_the_one_under_the_own_label_counts(
    prepared: Prepared, tmp_path: Path
) -> None:
    text = "1b)\n\n$f(3) = 42{,}11$\n\n2a)\n\n$f(3) = 7$"
    found = mark(prepared, text, tmp_path, "f_value")
    assert (found.verdict, found.given) == (Verdict.CORRECT, "42.11")
    told = "Your text says 7 as well (line 7); what stands in line 3 counts, "
    assert f"{told}since it stands below the label 1b." in found.details
    turned = "1b)\n\n$f(3) = 7$\n\n2a)\n\n$f(3) = 42{,}11$"
    assert mark(prepared, turned, tmp_path, "f_value").verdict is Verdict.NEEDS_REVIEW


LABELLED = "# 1b\n\n$a = 13,2$\n\n# 3b\n\nconv params = 14 714 688\n"


def test_what_stands_under_no_label_of_its_own_is_missing(
    prepared: Prepared, tmp_path: Path
) -> None:
    for name in ("grad_c", "df_dx", "rf_vgg16", "second_step_formula"):
        found = mark(prepared, LABELLED, tmp_path, name)
        assert (found.verdict, found.points) == (Verdict.MISSING, 0), name
        assert "1b, 3b" in " ".join([found.feedback, *found.details])


@pytest.mark.parametrize(
    "more",
    [
        "\n# Receptive field\n\nIt is 1.",
        "\n# 3\n\nSee 1.",
        "\n# 3a\n\nSee 1.",
        "\nThe field is 212.",
        "\nThe field is $2 \\cdot 106$, $x = 2 \\cdot 106$.",
    ],
)
def test_what_may_be_an_answer_goes_to_a_person(
    prepared: Prepared, tmp_path: Path, more: str
) -> None:
    found = mark(prepared, LABELLED + more, tmp_path, "rf_vgg16")
    assert (found.verdict, found.points) == (Verdict.NEEDS_REVIEW, None)


def test_one_label_is_no_sign_that_all_answers_have_one(prepared: Prepared, tmp_path: Path) -> None:
    found = mark(prepared, "# 1b\n\n$a = 13,2$", tmp_path, "rf_vgg16")
    assert found.verdict is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "conv params = 14 714 688\n\n~~conv params = 14 714 687~~",
        "conv params = ~~14 714 687~~ 14 714 688",
        "$\\text{conv params} = \\sout{14714687} 14714688$",
    ],
)
def test_what_is_crossed_out_is_no_answer_and_that_is_said(
    prepared: Prepared, tmp_path: Path, text: str
) -> None:
    found = mark(prepared, text, tmp_path, "conv_params")
    assert found.verdict is Verdict.CORRECT
    assert any("crossed out" in line for line in found.details)


def test_a_right_number_crossed_out_alone_goes_to_a_person(
    prepared: Prepared, tmp_path: Path
) -> None:
    found = mark(prepared, "~~conv params = 14 714 688~~", tmp_path, "conv_params")
    assert found.verdict is Verdict.NEEDS_REVIEW


def test_a_text_full_of_numbers_is_left_to_a_person(prepared: Prepared, tmp_path: Path) -> None:
    numbers = "\n".join(str(100_000 + 7 * one) for one in range(1_000))
    found = mark(prepared, f"{LABELLED}\n{numbers}", tmp_path, "rf_vgg16")
    assert found.verdict is Verdict.NEEDS_REVIEW
