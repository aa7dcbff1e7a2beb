"""``%check`` in a notebook: the words of ``grader check``, on the names as they are now."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import grader
from grader import handout, intake, sandbox
from grader.handout.checked import State
from grader.live import checking
from grader.live.limit import TooLongError, within
from grader.probe import Limits, Probe
from grader.submission import Submission
from tests.conftest import REPOSITORY, Ended
from tests.given import hand_out
from tests.live import shells
from tests.live.shells import of, run


@pytest.fixture(scope="module")
def foundations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hand_out("dl_foundations", tmp_path_factory.mktemp("given"))


def test_check_looks_at_the_names_as_they_are_now(
    shell: InteractiveShell, folder: Path, foundations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(foundations)
    first = run(shell, "%load_ext grader", "u_value = 'wide'", "%check")
    assert of(first, "chain_rule.u_value").state is State.FAILS
    assert not first.passes
    second = run(shell, "u_value = 3.5", "%check")
    one = of(second, "chain_rule.u_value")
    assert (one.state, one.given, one.where) == (State.PASSES, "3.5", "`u_value` in cell [4]")


def test_one_question_or_one_task_is_checked_alone(shell: InteractiveShell, folder: Path) -> None:
    run(shell, "%load_ext grader", "disc_area = 3.5")
    for name in ("circle.disc_area", "disc_area"):
        shown = run(shell, f"%check {name}")
        assert [one.question for one in shown.outcome.questions] == ["circle.disc_area"]
        assert shown.outcome.tally.endswith("; 1 more run at grading")
    assert len(run(shell, "%check circle").outcome.questions) == 5


def test_the_function_shows_the_same_as_the_magic(shell: InteractiveShell, folder: Path) -> None:
    shown = run(shell, "%load_ext grader", "disc_area = 3.5", "%check circle")
    again = run(shell, "import grader\ngrader.check('circle')")
    assert again == shown and repr(again) == repr(shown)


def test_a_function_is_called_as_at_grading_and_its_error_is_placed(
    shell: InteractiveShell, folder: Path
) -> None:
    run(shell, "%load_ext grader")
    shown = run(shell, "def area_of(radius):\n    return radius / 0", "%check area_of")
    sentences = " ".join(check.sentence for check in of(shown, "circle.area_of").checks)
    assert "ZeroDivisionError in cell [2], line 2" in sentences


def test_a_call_can_be_stopped_as_any_cell(shell: InteractiveShell, folder: Path) -> None:
    run(shell, "%load_ext grader", "def area_of(radius):\n    raise KeyboardInterrupt")
    done = shell.run_cell("%check area_of")
    assert isinstance(done.error_in_exec, KeyboardInterrupt)


def test_a_call_changes_nothing_and_prints_nothing(
    shell: InteractiveShell, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%load_ext grader", "import sys\nbefore = sys.stdout")
    run(shell, "def area_of(radius):\n    print('loud')\n    sys.exit()")
    names = set(shell.user_ns)
    capsys.readouterr()
    shell.run_line_magic("check", "")
    assert "loud" not in capsys.readouterr().out
    assert shell.user_ns["before"] is sys.stdout and set(shell.user_ns) == names


def test_markdown_is_read_of_the_saved_file_and_that_is_said(
    shell: InteractiveShell, folder: Path
) -> None:
    run(shell, "%load_ext grader")
    before = run(shell, "%check why_pi")
    assert of(before, "circle.why_pi").state is State.FAILS
    path = folder / "circles.ipynb"
    made = nbformat.read(path, as_version=4)
    made.cells.append(
        new_markdown_cell("**1e** A circle is as wide as its radius says, so pi is the same.")
    )
    made.cells[-1].metadata["grader"] = {"question": "circle.why_pi"}
    nbformat.write(made, path)
    after = run(shell, "%check why_pi")
    assert after.outcome.remarks == ("Markdown was read as it was last saved in circles.ipynb.",)
    assert run(shell, "%check disc_area").outcome.remarks == ()
    path.unlink()
    assert "was not found" in run(shell, "%check why_pi").outcome.remarks[0]


def test_the_file_is_the_one_that_the_editor_names(
    shell: InteractiveShell, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = folder / "work" / "mine.ipynb"
    mine.parent.mkdir()
    shutil.copy(folder / "circles.ipynb", mine)
    monkeypatch.chdir(tmp_path)
    run(shell, "%load_ext grader")
    shell.user_ns["__vsc_ipynb_file__"] = str(mine)
    assert "in mine.ipynb" in run(shell, "%check why_pi").outcome.remarks[0]
    del shell.user_ns["__vsc_ipynb_file__"]
    monkeypatch.setenv("JPY_SESSION_NAME", str(mine))
    assert "in mine.ipynb" in run(shell, "%check why_pi").outcome.remarks[0]


def test_hints_are_those_of_the_command(
    shell: InteractiveShell,
    foundations: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: Callable[..., Ended],
) -> None:
    monkeypatch.chdir(foundations)
    question = "chain_rule.u_value"
    told = command("check", "--hint", question, "--hint", question, cwd=foundations).out
    hints = [line for line in told.splitlines() if line.startswith("hint ")]
    assert len(hints) == 2
    run(shell, "%load_ext grader")
    one = run(shell, f"%check {question} --hint {question}")
    assert hints[0] in repr(one) and hints[1] not in repr(one)
    both = run(shell, f"%check --hint={question} grad_x --hint {question}")
    assert [one.question for one in both.outcome.questions] == [question, "chain_rule.grad_x"]
    for shown in (both, grader.check(question, hint=f"{question}=2")):
        page = shown._repr_html_()
        assert all(hint in repr(shown) and hint.partition(" for ")[0] in page for hint in hints)


def allow(folder: Path, seconds: float) -> None:
    """Let a call of a hand-out's take so long."""
    file = folder / handout.FILE
    sheet = json.loads(file.read_text())
    sheet["limits"]["call_seconds"] = seconds
    file.write_text(json.dumps(sheet))


ENDLESS = {
    "loops": "while True:\n        pass",
    "catches everything": "while True:\n        try:\n            pass\n        except:\n"
    "            pass",
    "waits": "import threading\n    threading.Event().wait()",
}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no such timer")
@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_a_call_that_never_ends_is_ended_and_the_rest_is_checked(
    shell: InteractiveShell, folder: Path, body: str
) -> None:
    allow(folder, 0.1)
    before = signal.getsignal(signal.SIGALRM)
    run(shell, "%load_ext grader", "corners = 4", f"def area_of(radius):\n    {body}")
    shown = run(shell, "%check")
    (_, call) = of(shown, "circle.area_of").checks
    assert "TimeLimit in cell [3]" in call.sentence and "the 0.1 s" in call.sentence
    assert of(shown, "circle.corners").given == "4"
    assert run(shell, "1 + 1") == 2
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no such timer")
def test_a_timer_of_the_learners_own_goes_on() -> None:
    rung = Event()
    before = signal.signal(signal.SIGALRM, lambda *_: rung.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TooLongError):
            within(0.01, rung.wait)
        assert rung.wait(60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_where_there_is_no_timer_nothing_is_ended() -> None:
    ended: list[int] = []

    def work() -> None:
        ended.append(within(0, lambda: sum(range(100))))

    aside = Thread(target=work)
    aside.start()
    aside.join()
    assert ended == [4950]


WRONG = [
    ("%check nothing", "is no task and no question"),
    ("%check a b", "is no task"),
    ("%check --hint disc", "--hint disc: is no question"),
    ("%check circle --hint circle.disc_area=many", "give a number of hints"),
]


@pytest.mark.parametrize(("cell", "said"), WRONG)
def test_other_names_are_one_sentence(
    shell: InteractiveShell,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    cell: str,
    said: str,
) -> None:
    run(shell, "%load_ext grader")
    capsys.readouterr()
    assert run(shell, cell) is None
    shown = capsys.readouterr().out
    assert said in shown and len(shown.strip().splitlines()) == 1


def test_without_a_hand_out_that_is_one_sentence_and_no_error(
    shell: InteractiveShell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(shell, "%load_ext grader", "%check") is None
    assert "no hand-out was found" in capsys.readouterr().out


def test_outside_of_a_notebook_the_function_names_the_command() -> None:
    InteractiveShell.clear_instance()
    with pytest.raises(checking.CannotCheckError, match="grader check FILE") as caught:
        grader.check()
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_it_speaks_the_learners_language(
    shell: InteractiveShell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    shown = run(shell, "%load_ext grader", "%check")
    assert "nicht gefunden" in repr(shown) and "nicht gefunden" in shown._repr_html_()
    monkeypatch.setenv("LANG", "C")
    assert "not found" in repr(run(shell, "%check"))


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x'>x</a>"


def test_what_a_learner_wrote_reaches_the_page_as_text_alone(
    shell: InteractiveShell, folder: Path
) -> None:
    shell.user_ns["disc_area"] = HOSTILE
    shell.user_ns["corners"] = {HOSTILE: HOSTILE}
    shown = run(
        shell, "%load_ext grader", f"def area_of(radius):\n    raise ValueError({HOSTILE!r})"
    )
    shown = run(shell, "%check")
    page, styles = re.subn("<style>[^<]*</style>", "", shown._repr_html_())
    assert styles == 1
    tags = set(re.findall(r"<(?!/)[^>]*>", page))
    plain = ("div", "table", "thead", "tbody", "tr", "th", "td", "p", "br", "code", "strong")
    ours = {'<div class="grader-check">', '<td colspan="2">', '<td colspan="4">'}
    ours |= {f'<span class="grader-{state}">' for state in State}
    assert tags <= ours | {f"<{name}>" for name in plain}
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", page)
    assert "&lt;script&gt;" in page


def test_text_and_page_say_the_same_and_the_text_fits_a_terminal(
    shell: InteractiveShell, folder: Path, foundations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(foundations)
    shown = run(shell, "%load_ext grader", "u_value = 'wide'", "%check chain_rule")
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    table = bundle["text/plain"].partition("\n\n✗")[0]
    assert all(len(line) <= 80 for line in table.splitlines())
    assert "\x1b" not in bundle["text/plain"]
    for form in bundle.values():
        assert "has to be a number, and is a text" in form
        assert shown.outcome.tally in form


def test_what_cells_printed_counts_as_it_does_in_a_fresh_run(
    shell: InteractiveShell, folder: Path
) -> None:
    run(
        shell,
        "%load_ext grader",
        "print('cylinder volume: 3')",
        "print('cylinder_volume =', 282.7)",
    )
    one = of(run(shell, "%check cylinder_volume"), "circle.cylinder_volume")
    assert (one.state, one.given) == (State.PASSES, "282.7")
    assert one.where == "“cylinder_volume: 282.7” printed by cell [3]"
    shells.forget_outputs(shell)
    assert not of(run(shell, "%check cylinder_volume"), "circle.cylinder_volume").found


def test_in_a_real_kernel_it_shows_a_page_and_a_text(folder: Path) -> None:
    cells = ["%load_ext grader", "disc_area = 3.5", "%check disc_area", "%check nothing"]
    made = new_notebook(cells=[new_code_cell(one) for one in cells])
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "LC_ALL": "C.UTF-8"}
    client = NotebookClient(made, timeout=120, resources={"metadata": {"path": str(folder)}})
    client.execute(env=environment)
    (output,) = made.cells[2].outputs
    assert set(output.data) == {"text/plain", "text/html"}
    assert "✓</span> found" in output.data["text/html"]
    assert "✓ found" in output.data["text/plain"]
    (output,) = made.cells[3].outputs
    assert output.output_type == "stream" and "is no task" in output.text


@pytest.mark.parametrize("level", ["none", pytest.param("strict", marks=pytest.mark.sandbox)])
def test_a_notebook_that_checks_itself_runs_at_grading_and_says_nothing(
    tmp_path: Path, level: str
) -> None:
    cells = [
        "%load_ext grader",
        "%check circle",
        "import grader\ngrader.check('circle')",
        "disc_area = 3.5",
        "print(len(vars(grader)))",
    ]
    path = tmp_path / "mine.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(one) for one in cells]), path)
    read = intake.read_file(path)
    assert isinstance(read, Submission)
    ended = sandbox.run(read, Probe(names=()), Limits(), sandbox.isolation(level))
    assert ended.first_failure() is None, ended.first_failure()
    assert [one.outputs for one in ended.cells[:3]] == [(), (), ()]
    assert int(ended.cells[4].outputs[0].text) < 15, "the engine itself is not there"


def test_the_extension_loads_nothing_before_it_is_used() -> None:
    code = (
        "import sys, grader\n"
        "class Shell:\n"
        "    def register_magic_function(self, *_): pass\n"
        "grader.load_ipython_extension(Shell())\n"
        "print(sorted(one for one in sys.modules if one.startswith('grader') or one == 'numpy'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "['grader']"
