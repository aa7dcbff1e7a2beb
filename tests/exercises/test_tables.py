"""Tables and labelled lines in a hand-in: marked like the same numbers as `name = number`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import intake, marking
from grader.grade import Grade, Verdict
from grader.marking.prepared import Prepared
from grader.run import Run, RunStatus
from grader.sheet import Sheet
from grader.submission import Submission

NAMES = ("conv params", "fc params", "total params")
RIGHT = ("14714688", "123642856", "138357544")
FIELDS = (3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212)
LAYERS = [
    name
    for stage, many in enumerate((2, 2, 3, 3, 3), start=1)
    for name in (*(f"conv{stage}_{one}" for one in range(1, many + 1)), f"pool{stage}")
]


@pytest.fixture(scope="module")
def prepared(sheet: Sheet) -> Prepared:
    return marking.prepare(sheet, seed=sheet.seed)


def grade(prepared: Prepared, text: str, folder: Path, *, kind: str = "md") -> Grade:
    path = folder / f"hand-in.{kind}"
    path.write_text(text, encoding="utf-8")
    submission = intake.read_file(path)
    assert isinstance(submission, Submission)
    return marking.mark(prepared, submission, Run(status=RunStatus.OK))


def outcomes(grade: Grade, prepared: Prepared) -> list[tuple[object, ...]]:
    """What is said of the questions for values: formulas and programs stand in no table."""
    values = {one.id for one in prepared.sheet.questions if one.kind == "value"}
    return [
        (one.question, one.verdict, one.points, one.note, one.misconceptions)
        for one in grade.questions
        if one.question in values
    ]


def verdicts(prepared: Prepared, text: str, folder: Path, *names: str) -> list[Verdict]:
    marks = {
        one.question.rpartition(".")[2]: one for one in grade(prepared, text, folder).questions
    }
    return [marks[name].verdict for name in names]


Pairs = list[tuple[str, str]]


def lines(pairs: Pairs) -> str:
    return "\n\n".join(f"{name} = {number}" for name, number in pairs)


def rows(*cells: list[str], bars: bool = True) -> str:
    joined = [" | ".join(row) for row in cells]
    return "\n".join(f"| {row} |" if bars else row for row in joined)


def rule(columns: int) -> list[str]:
    return ["---"] * columns


def transposed(pairs: Pairs, *, bars: bool) -> str:
    names, numbers = zip(*pairs, strict=True)
    return rows(list(names), rule(len(pairs)), list(numbers), bars=bars)


FORMS: dict[str, Callable[[Pairs], str]] = {
    "two columns": lambda p: rows(["name", "value"], rule(2), *([a, b] for a, b in p)),
    "two columns without a head": lambda p: rows(*([a, b] for a, b in p)),
    "without bars": lambda p: rows(["Größe", "Wert"], rule(2), *([a, b] for a, b in p), bars=False),
    "one row": lambda p: transposed(p, bars=True),
    "one row without bars": lambda p: transposed(p, bars=False),
    "labels in front": lambda p: rows(*(["3b", a, b] for a, b in p)),
    "a column beside": lambda p: rows(
        ["name", "formula", "value"], rule(3), *([a, "sum", b] for a, b in p)
    ),
    "row and column": lambda p: rows(
        ["", "params", "note"], rule(3), *([a.split()[0], b, "ok"] for a, b in p)
    ),
    "labelled lines": lambda p: "\n\n".join(f"Aufgabe 3b: {a}: {b}" for a, b in p),
    "one labelled line": lambda p: "3b) " + "; ".join(f"{a}: {b}" for a, b in p),
    "a line with commas": lambda p: "Task 3b: " + ", ".join(f"{a} = {b}" for a, b in p),
    "html": lambda p: (
        "<table>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>\n" for a, b in p) + "</table>"
    ),
    "array": lambda p: (
        "$$\\begin{array}{lr}\n"
        + " \\\\\n".join(f"\\text{{{a}}} & {b}" for a, b in p)
        + "\n\\end{array}$$"
    ),
}


@pytest.mark.parametrize("form", FORMS)
@given(
    numbers=st.tuples(*(st.sampled_from([right, right[:-1] + "9", "5423808"]) for right in RIGHT)),
    many=st.integers(2, 3),
    grouped=st.booleans(),
)
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_table_gets_the_marks_of_its_numbers_in_lines(
    prepared: Prepared,
    tmp_path: Path,
    form: str,
    numbers: tuple[str, ...],
    many: int,
    grouped: bool,
) -> None:
    shown = [f"{int(one):,}".replace(",", " ") if grouped else one for one in numbers]
    pairs = list(zip(NAMES, shown, strict=True))[:many]
    # Where numbers stand below a label, the other parts have none: the same label in both.
    expected = grade(prepared, f"# 3b\n\n{lines(pairs)}", tmp_path)
    found = grade(prepared, f"# 3b\n\n{FORMS[form](pairs)}", tmp_path)
    assert outcomes(found, prepared) == outcomes(expected, prepared)


def test_a_tabular_gets_the_marks_of_its_numbers_in_lines(
    prepared: Prepared, tmp_path: Path
) -> None:
    pairs = list(zip(NAMES, RIGHT, strict=True))
    body = " \\\\\n".join(f"{a} & {b}" for a, b in pairs)
    text = f"\\section*{{3b}}\n\\begin{{tabular}}{{lr}}\n\\hline\n{body}\n\\end{{tabular}}\n"
    expected = grade(prepared, f"# 3b\n\n{lines(pairs)}", tmp_path)
    found = grade(prepared, text, tmp_path, kind="tex")
    assert outcomes(found, prepared) == outcomes(expected, prepared)


@pytest.mark.parametrize("head", ["r", "$r_l$", "RF", "receptive field"])
def test_a_table_of_layers_answers_for_all_layers_and_the_last(
    prepared: Prepared, tmp_path: Path, head: str
) -> None:
    body = [[name, "3", "1", f"{size}"] for name, size in zip(LAYERS, FIELDS, strict=True)]
    text = rows(["layer", "k", "s", head], rule(4), *body)
    assert verdicts(prepared, text, tmp_path, "rf_trace", "rf_vgg16") == [Verdict.CORRECT] * 2
    as_lines = "\n\n".join(f"$r_{{{n}}} = {size}$" for n, size in enumerate(FIELDS, start=1))
    assert verdicts(prepared, as_lines, tmp_path, "rf_trace", "rf_vgg16") == [Verdict.CORRECT] * 2


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(list(zip(LAYERS, FIELDS, strict=True))[:17], id="a layer is missing"),
        pytest.param([*zip(LAYERS, FIELDS, strict=True), ("fc1", 404)], id="one too many"),
        pytest.param([("x", 1), *zip(LAYERS, FIELDS, strict=True)], id="the input without a name"),
    ],
)
def test_a_table_of_other_layers_goes_to_a_person(
    prepared: Prepared, tmp_path: Path, body: list[tuple[str, int]]
) -> None:
    text = rows(["layer", "RF"], rule(2), *([name, f"{size}"] for name, size in body))
    found = verdicts(prepared, text, tmp_path, "rf_trace", "rf_vgg16")
    assert found == [Verdict.NEEDS_REVIEW] * 2


@pytest.mark.parametrize(
    "table",
    [
        rows(["net", "conv params"], rule(2), ["A", "14714688"], ["B", "9"]),
        rows(["net", "conv params"], rule(2), ["A", "9"], ["B", "14714688"]),
        rows(["name", "value"], rule(2), ["conv params", "14714688", "9"]),
        rows(["name", "guess", "other"], rule(3), ["conv params", "14714688", "9"]),
        rows(["net", "conv params"], rule(2), ["VGG19", "20024384"]),
    ],
)
def test_a_table_with_several_readings_goes_to_a_person(
    prepared: Prepared, tmp_path: Path, table: str
) -> None:
    assert verdicts(prepared, table, tmp_path, "conv_params") == [Verdict.NEEDS_REVIEW]


def test_a_wrong_line_beside_a_doubtful_table_goes_to_a_person(
    prepared: Prepared, tmp_path: Path
) -> None:
    table = rows(["net", "conv params"], rule(2), ["A", "14714688"], ["B", "9"])
    text = f"conv params = 7\n\n{table}"
    assert verdicts(prepared, text, tmp_path, "conv_params") == [Verdict.NEEDS_REVIEW]
    text = f"{table}\n\nconv params = 14714688"
    assert verdicts(prepared, text, tmp_path, "conv_params") == [Verdict.CORRECT]


@pytest.mark.parametrize(
    "crossed",
    [
        "~~conv params = 9\nfc params = 3~~",
        "~~\nconv params = 9\n\nfc params = 3\n~~",
        "<del>conv params = 9\n\nfc params = 3</del>",
        "<s>\n\n| conv params | 9 |\n\n</s>",
    ],
)
def test_what_is_crossed_out_over_lines_is_no_answer(
    prepared: Prepared, tmp_path: Path, crossed: str
) -> None:
    text = f"conv params = 14714688\n\n{crossed}"
    marks = {one.question: one for one in grade(prepared, text, tmp_path).questions}
    found = marks["vgg_parameters.conv_params"]
    assert found.verdict is Verdict.CORRECT
    assert any("crossed out does not count" in one for one in found.details)
    assert marks["vgg_parameters.fc_params"].verdict is Verdict.NEEDS_REVIEW


def test_labels_in_rows_keep_parts_from_being_missing(prepared: Prepared, tmp_path: Path) -> None:
    """All text stands below 1b and 2a, but a row of it says 3b."""
    text = f"# 1b\n\nu = 8,19\n\n# 2a\n\nx = 3\n\n{rows(['3b', 'sum', '9'])}\n"
    assert verdicts(prepared, text, tmp_path, "conv_params") == [Verdict.NEEDS_REVIEW]
    text = f"# 1b\n\nu = 8,19\n\n# 2a\n\nx = 3\n\n{rows(['2b', 'sum', '9'])}\n"
    assert verdicts(prepared, text, tmp_path, "conv_params") == [Verdict.MISSING]


def test_own_commands_stand_for_what_they_were_defined_as(
    prepared: Prepared, tmp_path: Path
) -> None:
    text = (
        "$\\newcommand{\\bone}{\\beta_1}\\newcommand{\\corr}[1]{\\frac{#1}{1-\\bone^t}}$\n\n"
        "$\\hat m_t = \\corr{m_t}$"
    )
    assert verdicts(prepared, text, tmp_path, "m_hat") == [Verdict.CORRECT]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("conv params = 9\n\nconv params = 14714688", "counts, since it comes last"),
        (
            "# 1b\n\nconv params = 9\n\n# 3b\n\nconv params = 14714688",
            "counts, since it stands below the label 3b",
        ),
        (
            "# 3b\n\nconv params = 14714688\n\n# 1b\n\nconv params = 9",
            "counts, since it stands below the label 3b",
        ),
        (
            "| net | conv params |\n|-|-|\n| A | 8 |\n| B | 9 |\n\nconv params = 14714688",
            "counts, since the other is in a table that may be read in more than one way",
        ),
    ],
)
def test_of_two_places_the_report_says_why_one_counts(
    prepared: Prepared, tmp_path: Path, text: str, words: str
) -> None:
    marks = {one.question: one for one in grade(prepared, text, tmp_path).questions}
    found = marks["vgg_parameters.conv_params"]
    assert found.given == "14714688"
    assert any("Your text says" in one and words in one for one in found.details)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("conv_params", ("`conv_params`", "`n_conv_params`", "`params conv`", "3b", "table")),
        ("rf_trace", ("`rf_trace`", "`r_{1}`", "3a")),
        ("partials", ("`partials`", "\\partial", "1c")),
        ("df_dx", ("No function named `df_dx`", "`f_prime`", "in your code")),
        ("m_hat", ("\\hat m_t = …", "`m_hat`")),
        ("warmup", ("`warmup`", "first line", "2d")),
    ],
)
def test_what_is_missing_is_told_with_what_was_looked_for(
    prepared: Prepared, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    marks = {one.question: one for one in grade(prepared, "# Empty", tmp_path).questions}
    found = next(one for key, one in marks.items() if key.endswith(f".{name}"))
    assert found.verdict is Verdict.MISSING
    assert all(word in found.feedback for word in words), found.feedback


def test_two_tables_of_layers_that_differ_go_to_a_person_with_both_shown(
    prepared: Prepared, tmp_path: Path
) -> None:
    right = rows(
        ["layer", "r"], rule(2), *([a, f"{b}"] for a, b in zip(LAYERS, FIELDS, strict=True))
    )
    text = f"{right}\n\n{right.replace('| 5 |', '| 7 |')}"
    marks = {one.question: one for one in grade(prepared, text, tmp_path).questions}
    found = marks["receptive_field.rf_trace"]
    assert (found.verdict, found.note) == (Verdict.NEEDS_REVIEW, "undecidable:places")
    assert any("gives `2` as 5 as well (line 4)" in one for one in found.details)


def test_a_row_below_numbers_goes_to_a_person(prepared: Prepared, tmp_path: Path) -> None:
    numbers = [f"{n}" for n in range(1, 19)]
    text = rows(["epoch", *numbers], rule(19), ["r", *(f"{one}" for one in FIELDS)])
    assert verdicts(prepared, text, tmp_path, "rf_trace") == [Verdict.NEEDS_REVIEW]
