"""What ``grader check`` says by a hand-out alone: helpful, and never more than it can know."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import course, handout, intake, observing, sandbox, store, verification
from grader.cli import selfchecked
from grader.grade import Verdict
from grader.handout import blank, public, ready, selfcheck
from grader.handout.checked import Checked, SelfCheck, State
from grader.handout.differs import differences
from grader.handout.selfcheck import FOUND, STEPS
from grader.language import Sentence, language, speaking
from grader.report.text import inline_code
from grader.store import Record
from grader.submission import Rejection
from grader.verification import Sample
from tests.conftest import REPOSITORY, Ended
from tests.given import hand_out
from tests.live import shells
from tests.report.everywhere import WRAPPING, unsaid

Command = Callable[..., Ended]
NAME = "dl_foundations"
SHEET = course.load(REPOSITORY, NAME)
SAMPLES = [one for one in verification.samples(SHEET) if not one.hostile]
CALL = re.compile(r"\b\w+\((?:[^()⟦⟧]|\([^()⟦⟧]*\))*\)")
"""A call as the learner reads it is code."""
RIGHT = "exercises/dl_foundations/submissions/correct/plain_module.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hand-out far from any course."""
    folder, _ = handout.write(handout.make(SHEET), tmp_path_factory.mktemp("handed out"))
    return folder


@pytest.fixture(scope="module")
def look(folder: Path) -> Callable[[Path], SelfCheck]:
    """Check a file as the command does, in a fresh process."""
    given = public.read(folder / handout.FILE)
    sheet = blank.sheet(given, folder)
    setting = observing.set_out(sheet, isolation=sandbox.isolation("none"))
    prepared = ready.prepared(given, sheet)

    def check(path: Path) -> SelfCheck:
        (source,) = intake.collect([path]).sources
        return in_each_language(observing.observe(source, setting))

    def in_each_language(record: Record) -> SelfCheck:
        """Return the outcome in English; in others the same is found, and all of it is said."""
        for other in (WRAPPING, language("de")):
            with speaking(other):
                outcomes[other.code] = found(record)
                if other is WRAPPING:
                    texts = shown(outcomes[other.code])
                    page = "".join(f"<p>{inline_code(text)}</p>" for text in texts)
                    assert unsaid(page, (sheet, record, *own_names(record, texts))) == []
        english = found(record)
        assert all(decided(one) == decided(english) for one in outcomes.values())
        return english

    def found(record: Record) -> SelfCheck:
        record = store.told(record)
        assert record.submission is not None and record.run is not None
        outcome = selfcheck.check(prepared, record.submission, record.run)
        return replace(outcome, differences=differences(record.submission, record.run))

    outcomes: dict[str, SelfCheck] = {}
    return check


def shown(outcome: SelfCheck) -> list[str]:
    """All that a learner reads of it."""
    return [
        *selfchecked.lines(outcome, {}),
        outcome.tally,
        *(text for one in outcome.questions for text in (one.where, selfchecked.word(one))),
        *(step.sentence for one in outcome.questions for step in one.chain),
    ]


def own_names(record: Record, texts: list[str]) -> Iterator[str]:
    """What is in no language: calls and names as they are shown, also of code and formulas."""
    yield from (call for text in texts for call in CALL.findall(text))
    yield from (name for text in texts for name in re.findall(r"“⟧?(\w+)⟦?”", text))
    assert record.submission is not None
    yield from (text for one in record.submission.remarks for text in values_of(one))
    for cell in record.submission.cells:
        if cell.kind == "code":
            yield from re.findall(r"\b\w+(?= ?[=(,):])", cell.source)
        else:
            symbols = re.findall(r"[^\s$,;()=]*[\\_∂^{}#][^\s$,;()=]*", cell.source)
            yield from (
                spelled
                for one in symbols
                for spelled in (one, re.sub(r"\\(?:text)?|[{}]", "", one))
            )
            yield from re.findall(r"\b\w\b", cell.source)


def values_of(text: object) -> Iterator[str]:
    """What a sentence repeats of a file, or of what Python says of it."""
    if isinstance(text, Sentence):
        yield from (one for value in text.made.values.values() for one in values_of(value))
    elif isinstance(text, str):
        yield text


def decided(outcome: SelfCheck) -> tuple[object, ...]:
    """What no language may change."""
    questions = [
        (one.question, one.state, one.found, [(c.what, c.state) for c in one.checks],
         one.understood, [step.outcome for step in one.chain])
        for one in outcome.questions
    ]  # fmt: skip
    told = (len(outcome.differences), len(outcome.remarks), bool(outcome.error), outcome.later)
    return questions, [one.state for one in outcome.invariants], told


def of(outcome: SelfCheck, question: str) -> Checked:
    return next(one for one in outcome.questions if one.question == question)


@pytest.mark.parametrize("suffix", [".ipynb", ".py"])
def test_of_the_untouched_starter_no_check_passes_and_each_says_why(
    look: Callable[[Path], SelfCheck], folder: Path, suffix: str
) -> None:
    outcome = look(folder / f"{NAME}{suffix}")
    assert outcome.error == ""
    assert outcome.tally == "0 of 31 public checks pass; 31 more run at grading"
    for one in outcome.questions:
        assert not one.found and one.state is State.FAILS
        name = one.question.partition(".")[2]
        sentences = " ".join(check.sentence for check in one.checks)
        assert name in sentences or "= …`" in sentences, sentences


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_what_is_right_at_grading_never_fails_here_nor_in_the_notebook(
    look: Callable[[Path], SelfCheck], sample: Sample, folder: Path, tmp_path: Path
) -> None:
    read = intake.read_file(sample.path)
    if isinstance(read, Rejection):
        pytest.skip("it cannot be read")
    outcome = look(sample.path)
    _is_as_graded(outcome, sample)
    if read.kind == "text":
        return
    live = shells.checked(read, sample.path, Path(shutil.copytree(folder, tmp_path / NAME)))
    for one, other in zip(outcome.questions, live.questions, strict=True):
        assert _said(one) == _said(other)
    assert [(one.what, one.state) for one in outcome.invariants] == [
        (one.what, one.state) for one in live.invariants
    ]


def _said(one: Checked) -> tuple[object, ...]:
    """What is said of an answer, but for the numbers of cells, which are other ones there."""
    checks = [(check.what, check.state) for check in one.checks]
    return one.question, one.found, one.state, checks, one.given, one.understood


def _is_as_graded(outcome: SelfCheck, sample: Sample) -> None:
    """Hold what was found against the verdicts that the sample gets at grading."""
    for one in outcome.questions:
        verdict = sample.expected.verdicts.get(one.question, sample.expected.default)
        failing = [c for c in one.checks if c.state is State.FAILS and c.what != STEPS]
        if verdict in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH):
            assert failing == []
        if verdict is Verdict.MISSING and one.found:
            # What is there may be unfit, or count for another one; whether it does is not known.
            assert one.state is not State.PASSES or one.where.startswith("answered by ")


def test_a_right_file_passes_and_is_never_told_that_all_is_right(
    look: Callable[[Path], SelfCheck],
) -> None:
    outcome = look(REPOSITORY / RIGHT)
    assert outcome.passes
    assert len(outcome.invariants) == 14
    assert outcome.tally.endswith("31 more run at grading")


def test_a_wrong_answer_that_only_a_reference_knows_is_not_called_wrong(
    look: Callable[[Path], SelfCheck], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("conv_params = 7\nfc_params = 5\ntotal_params = 12\n")
    outcome = look(mine)
    assert {of(outcome, f"vgg_parameters.{name}_params").state for name in ("conv", "fc")} == {
        State.PASSES
    }


ADAM = """\
def adam_step(w, g, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return w - lr * m / (v**0.5 + eps), m, v

def first_update(g, lr, eps):
    return lr * g / (abs(g) + eps)
"""
WRONG = [
    (ADAM, "first_update is what adam_step takes off", "adam_step is [["),
    ("def df_dx(x, c): return 2 * x\n\ngrad_x = 48.75", "grad_x is df_dx(3, 5)", "48.75"),
    ("def df_dx(x, c): return 2.0123456 * x\n\ndf_dx_value = 7.25", "up to rounding", "7.25"),
    ("u_value = 8.2\na_value = 14.2", "a_value = u_value + c", "does not hold"),
    ("conv_params, fc_params, total_params = 10, 20, 31", "total_params = conv_params", "31"),
    ("conv_params = 10\nfc_params = 20\nconv_fc_ratio = 2.0", "conv_fc_ratio = conv", "2"),
    ("rf_trace = [3, 5, 4]", "every entry of rf_trace", "does not hold"),
    ("rf_trace = [3, 5]\nrf_vgg16 = 7", "the last entry of rf_trace", "7"),
]


@pytest.mark.parametrize(("source", "relation", "said"), WRONG)
def test_own_values_that_do_not_fit_together_are_named(
    look: Callable[[Path], SelfCheck], tmp_path: Path, source: str, relation: str, said: str
) -> None:
    (tmp_path / "mine.py").write_text(source)
    failing = [c for c in look(tmp_path / "mine.py").invariants if c.state is State.FAILS]
    assert any(relation in one.what and said in one.sentence for one in failing)


FUNCTIONS = [
    ("conv_layer_params", "(i, o, k, bias=True): return i*o*k + o", "the statement says 20"),
    ("conv_layer_params", "(i, o, k, bias=True): print(i*o*k*k + o)", "print is not return"),
    ("conv_layer_params", "(i, o, k, bias=True): return missing", "NameError"),
    ("conv_layer_params", "(shape): return 1", "takes 4 arguments"),
    ("adam_step", "(w, g, m, v, t, lr, beta1, beta2, eps): return w, m", "3 values, and has 2"),
    ("df_dx", "(x, c):\n    import numpy as np\n    return float(np.sum(x)) + c", "shape (5,)"),
    ("df_dx", "(x, c): return x / 0.0 if x is c else x * float('nan')", "nan"),
    ("receptive_field", "(layers): return '5'", "the statement says 5"),
]


@pytest.mark.parametrize(("name", "rest", "said"), FUNCTIONS)
def test_what_is_wrong_with_a_function_is_said_in_a_sentence(
    look: Callable[[Path], SelfCheck], tmp_path: Path, name: str, rest: str, said: str
) -> None:
    (tmp_path / "mine.py").write_text(f"def {name}{rest}\n")
    outcome = look(tmp_path / "mine.py")
    one = next(one for one in outcome.questions if one.question.endswith(f".{name}"))
    assert one.found and one.state is State.FAILS
    assert said in " ".join(check.sentence for check in one.checks)


def test_a_formula_is_echoed_as_it_was_understood_and_a_broken_chain_is_told(
    look: Callable[[Path], SelfCheck], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.md"
    mine.write_text(r"2a $$\hat m_t = \frac{m_t}{1-\beta_1^t} = \frac{m_t}{(1-\beta_1)^t}$$" + "\n")
    one = of(look(mine), "adam.m_hat")
    assert selfcheck.echo(one) == "m/(1 - beta1)**t"
    steps = next(check for check in one.checks if check.what == STEPS)
    assert steps.state is State.FAILS and "they are" in steps.sentence


def test_the_wrong_formula_alone_is_not_called_wrong(
    look: Callable[[Path], SelfCheck], tmp_path: Path
) -> None:
    (tmp_path / "mine.md").write_text(r"$$\hat m_t = \frac{m_t}{(1-\beta_1)^t}$$")
    assert of(look(tmp_path / "mine.md"), "adam.m_hat").state is State.PASSES


def test_out_of_order_cells_are_found_in_the_fresh_process(
    look: Callable[[Path], SelfCheck], tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text("# %%\nf_value = a * 2\n\n# %%\na = 3\n")
    outcome = look(tmp_path / "mine.py")
    assert "NameError" in outcome.error
    (check,) = of(outcome, "chain_rule.f_value").checks
    assert check.what == FOUND and "NameError" in check.sentence


def test_the_command_finds_the_hand_out_around_the_file(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(folder, mine)
    (mine / "work").mkdir()
    shutil.copy(REPOSITORY / RIGHT, mine / "work/answers.py")
    ended = command("check", mine / "work/answers.py")
    assert ended.code == 0, ended.out + ended.err
    assert "31 more run at grading" in ended.out and "all" not in ended.out.splitlines()[-1]
    told = command("check", mine / "work/answers.py", "--json")
    data = json.loads(told.out)
    assert data["passes"] is True and len(data["questions"]) == 31
    page = tmp_path / "page.html"
    assert command("check", mine / "work/answers.py", "--html", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "conv_params" in text and "It is judged at grading." in text


def test_without_a_file_the_command_takes_the_one_that_was_written_into(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(folder, mine)
    ended = command("check", cwd=mine)
    assert ended.code == 1 and "0 of 31" in ended.out
    with (mine / f"{NAME}.py").open("a") as file:
        file.write("\n# %%\nu_value = 8.2\n")
    ended = command("check", cwd=mine)
    assert ended.code == 1 and "2 of 32" in ended.out
    notebook = mine / f"{NAME}.ipynb"
    notebook.write_text(notebook.read_text().replace("a_value = None", "a_value = 1"))
    ended = command("check", cwd=mine)
    assert ended.code == 2 and "give one of them" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sheet", "other"), "is the sheet dl_foundations"),
        (("--hint", "no.question"), "is no question"),
        (("--hint", "chain_rule.u_value=all"), "give a number of hints"),
    ],
)
def test_wrong_words_are_one_sentence(
    command: Command, folder: Path, words: tuple[str, ...], said: str
) -> None:
    ended = command("check", folder / f"{NAME}.py", *words)
    assert ended.code == 2 and said in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_outside_of_any_hand_out_a_file_is_asked_for(command: Command) -> None:
    ended = command("check")
    assert ended.code == 2 and "give the file" in ended.err


HINTED = [
    ([], []),
    (["--hint", "circle.corners"], ["Draw it."]),
    (["--hint", "circle.corners", "--hint", "circle.corners"], ["Draw it.", "Count them."]),
    (["--hint", "circle.corners=2"], ["Draw it.", "Count them."]),
    (["--hint", "circle.corners=9"], ["Draw it.", "Count them.", "There are N."]),
]


@pytest.mark.parametrize(("words", "shown"), HINTED)
def test_hints_are_shown_on_demand_alone_and_one_more_each_time(
    command: Command, tmp_path: Path, words: list[str], shown: list[str]
) -> None:
    hints = ("Draw it.", "Count them.", "There are N.")
    source = REPOSITORY / "tests/tiny_course"
    shutil.copytree(source, tmp_path / "course")
    task = tmp_path / "course/exercises/circles/circle.py"
    task.write_text(task.read_text().replace('part="1c"', f'part="1c", hints={hints!r}'))
    sheet = course.load(tmp_path / "course", "circles")
    folder, _ = handout.write(handout.make(sheet), tmp_path / "out")
    told = command("check", folder / "circles.py", *words).out
    assert [one for one in hints if one in told] == shown
    for number, one in enumerate(shown, start=1):
        assert f"hint {number} of 3 for circle.corners: {one}" in told


def test_of_a_question_without_hints_that_is_said(command: Command, tmp_path: Path) -> None:
    mine = hand_out("circles", tmp_path) / "circles.py"
    told = command("check", mine, "--hint", "circle.corners").out
    assert "there is no hint for circle.corners" in told
