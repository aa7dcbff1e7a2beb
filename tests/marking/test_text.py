from __future__ import annotations

import tracemalloc

import pytest

from grader.authoring import Task, claim
from grader.grade import Verdict
from grader.marking import mark, prepare
from grader.marking.text import is_placeholder, suggestions
from grader.run import CellStatus, RunStatus
from grader.sheet import Sheet
from tests.marking.notebook import Notebook, sheet_of


def asking() -> Sheet:
    task = Task("T")

    @task.text(
        points=2,
        part="2d",
        aliases=("learning_rate_warmup",),
        claims=(
            claim("the rate grows", r"small\w*|grow\w*"),
            claim("the same thing", r"differ\w*"),
        ),
    )
    def warmup() -> None:
        """Why a warm-up?"""

    @task.text(points=1)
    def decay() -> None:
        """Why decay?"""

    return sheet_of(task)


SHEET = asking()
TEXT = "The rate is small at first and grows."


@pytest.mark.parametrize(
    ("notebook", "where"),
    [
        (Notebook().code(binds={"warmup": TEXT}), "`warmup` in cell 1"),
        (Notebook().code(binds={"learning_rate_warmup": TEXT}), "`learning_rate_warmup` in cell 1"),
        (Notebook().prose(TEXT, answers="task.warmup"), "cell 1"),
        (Notebook().prose(f"## 2d) Warm-up\n{TEXT}"), "cell 1"),
        (Notebook().prose(f"**Warmup**: {TEXT}"), "cell 1"),
        (Notebook().code(f"# warmup: {TEXT}"), "a comment in cell 1"),
        (Notebook().code(f'"""Warm-up: {TEXT}"""'), "a comment in cell 1"),
        (Notebook().prose(TEXT), "not named; read the Markdown of cell 1"),
    ],
)
def test_a_text_always_goes_to_a_person(notebook: Notebook, where: str) -> None:
    mark = notebook.mark(SHEET, "warmup")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.NEEDS_REVIEW, None, "text")
    assert mark.where == where
    if not where.startswith("not named"):
        assert TEXT in mark.given


@pytest.mark.parametrize("line", ["# a warmup {}\n", "# a line of text {}\n"])
@pytest.mark.parametrize("kind", ["code", "prose"])
def test_marking_a_huge_cell_takes_few_copies_of_it_and_keeps_none(line: str, kind: str) -> None:
    text = "".join(map(line.format, range(20_000)))
    notebook = Notebook().code(text) if kind == "code" else Notebook().prose(text)
    submission, run, prepared = notebook.submission, notebook.run, prepare(SHEET, seed=0)
    tracemalloc.start()
    try:
        mark(prepared, submission, run)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < len(text) / 2
    # Its lines as objects weigh several times as much; its words would weigh far more.
    assert peak < 9 * len(text)


def test_the_named_answer_wins_over_other_prose() -> None:
    notebook = Notebook().prose("# Decay\nIt decays for a reason.").prose(f"# Warmup\n{TEXT}")
    assert notebook.mark(SHEET, "warmup").given == TEXT
    assert notebook.mark(SHEET, "decay").given == "It decays for a reason."


@pytest.mark.parametrize(
    "notebook",
    [
        Notebook(),
        Notebook().code(binds={"warmup": "  "}),
        Notebook().code(binds={"warmup": "..."}),
        Notebook().code(binds={"warmup": "TODO"}),
        Notebook().code(binds={"warmup": "*Your answer here*"}),
        Notebook().code(binds={"warmup": 5}),
        Notebook().prose("# 2d Warm-up"),
        Notebook().prose("# Warm-up\n\n*Your answer here*"),
        Notebook().code("# warmup comes here\nx = 1"),
    ],
)
def test_no_text_is_missing(notebook: Notebook) -> None:
    mark = notebook.mark(SHEET, "warmup")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.MISSING, 0, "missing")


def test_the_untouched_starter_is_no_text() -> None:
    statement, code = "# 2d Warm-up\nWhy a warm-up?", 'warmup = "Write a few sentences."'
    notebook = Notebook().prose(statement).code(code, binds={"warmup": "Write a few sentences."})
    mark = notebook.mark(SHEET, "warmup", boilerplate=[statement, code])
    assert mark.verdict is Verdict.MISSING


def test_a_text_in_a_cell_that_never_ran_goes_to_a_person() -> None:
    notebook = Notebook().code("exit()", status=CellStatus.KILLED)
    notebook.code(f'warmup = "{TEXT}"', status=CellStatus.NOT_RUN).ended(RunStatus.DIED)
    assert notebook.mark(SHEET, "warmup").note == "not_run"


def test_claims_are_suggestions_without_points() -> None:
    mark = Notebook().code(binds={"warmup": TEXT}).mark(SHEET, "warmup")
    assert mark.points is None
    assert any("the rate grows" in line and "perhaps made" in line for line in mark.suggestions)
    assert not any("the same thing" in line for line in mark.suggestions)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("They differ in Adam.", "perhaps made"),
        ("They do not really differ.", "perhaps negated"),
        ("There is no difference.", "perhaps negated"),
        ("They don't differ.", "perhaps negated"),
        ("Sie sind nicht different.", "perhaps negated"),
        ("Not in SGD. But in Adam with momentum they differ.", "perhaps made"),
    ],
)
def test_a_negation_shortly_before_a_claim_is_noticed(text: str, how: str) -> None:
    (line,) = suggestions((claim("they differ", r"differ\w*"),), text)
    assert how in line


@pytest.mark.parametrize("text", ["", " \n", "…", "___", "TODO: explain", "Your answer", "???"])
def test_placeholders_are_no_text(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["No.", "sign(g)", "It grows", "The answer is here: smaller"])
def test_short_answers_are_text(text: str) -> None:
    assert not is_placeholder(text)
