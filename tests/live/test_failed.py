"""``%check`` where a name is missing because its cell failed, or is there without any cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.live.shells import of, run


def test_of_a_cell_that_failed_its_definitions_are_run_alone_and_that_is_said(
    shell: InteractiveShell, folder: Path
) -> None:
    run(shell, "%load_ext grader")
    for told in ("disc", "circle"):
        shell.run_cell(
            f"1 / 0\n\ndef area_of(radius):\n    raise ValueError('{told}')", store_history=True
        )
    shown = run(shell, "%check area_of")
    sentences = " ".join(check.sentence for check in of(shown, "circle.area_of").checks)
    assert "ValueError in cell [3], line 4" in sentences and "circle" in sentences
    said = "Cell [3] failed, so its definitions were run alone, as at grading: `area_of`."
    assert said in shown.outcome.remarks
    assert "area_of" not in shell.user_ns
    again = run(shell, "def area_of(radius):\n    return 3.0", "%check area_of")
    assert not any("failed" in remark for remark in again.outcome.remarks)


def test_a_name_that_no_cell_binds_itself_is_not_placed_in_one(
    shell: InteractiveShell, folder: Path
) -> None:
    shown = run(shell, "%load_ext grader", "globals()['disc_area'] = 3.5", "%check disc_area")
    found = of(shown, "circle.disc_area")
    assert found.where == "`disc_area` in this notebook, bound by no cell itself"


def test_what_a_failed_cell_would_compute_is_not_made_up(
    shell: InteractiveShell, folder: Path
) -> None:
    run(shell, "%load_ext grader")
    shell.run_cell("1 / 0\ndisc_area = abs(-3.5)", store_history=True)
    assert not of(run(shell, "%check disc_area"), "circle.disc_area").found


FAILING = {
    "raises": ("1 / 0\ndisc_area = abs(3.5)", "ZeroDivisionError in cell [3]: division by zero"),
    "does not parse": ("disc_area = 3 +* 2", "SyntaxError in cell [3], line 1: invalid syntax"),
    "calls what raises": ("halved(0)\ndisc_area = abs(3.5)", "ZeroDivisionError in cell [3]"),
    "unknown magic": (
        "%nothing\ndisc_area = abs(3.5)",
        "UsageError in cell [3]: Line magic function",
    ),
}


@pytest.mark.parametrize(("source", "said"), FAILING.values(), ids=FAILING)
def test_a_cell_that_failed_before_it_defined_a_name_is_named(
    shell: InteractiveShell, folder: Path, source: str, said: str
) -> None:
    run(shell, "%load_ext grader", "def halved(number):\n    return 1 / number")
    assert not shell.run_cell(source, store_history=True).success
    shown = run(shell, "%check disc_area")
    (check,) = of(shown, "circle.disc_area").checks
    assert "What should define it, cell [3], failed." in check.sentence
    assert said in check.sentence
    assert repr(shown).count("Error") == 1, "the error is told once"
    assert "Error" not in repr(run(shell, "%check corners"))
    assert "Error" not in repr(run(shell, "disc_area = 3.5", "%check"))


def test_of_several_tries_the_last_one_is_named(shell: InteractiveShell, folder: Path) -> None:
    run(shell, "%load_ext grader")
    for divisor in ("0", "nothing"):
        shell.run_cell(f"disc_area = 1 / {divisor}", store_history=True)
    shown = repr(run(shell, "%check disc_area"))
    assert "NameError in cell [3]" in shown and "cell [2]" not in shown
    assert "failed" not in repr(run(shell, "disc_area = 3.5\ndel disc_area", "%check disc_area"))


def test_a_failure_is_in_the_way_of_no_name_that_is_there(
    shell: InteractiveShell, folder: Path
) -> None:
    run(shell, "%load_ext grader", "corners = 4")
    shell.run_cell("1 / 0\ncorners = disc_area = abs(3.5)", store_history=True)
    shell.run_cell("nothing\ndisc_area = abs(3.5)", store_history=True)
    shown = repr(run(shell, "%check disc_area"))
    assert "NameError in cell [4]" in shown and "cell [3]" not in shown


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("pass\n1 / 0\ndisc_area = abs(3.5)", "ZeroDivisionError in cell [3], line 2: "),
        ("halved(0)\ndisc_area = abs(3.5)", "ZeroDivisionError in cell [2], line 2: "),
        ("disc_area = 3 +* 2", "SyntaxError in cell [3], line 1: invalid syntax"),
    ],
)
def test_of_an_older_shell_the_last_error_is_known(
    shell: InteractiveShell, folder: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    run(shell, "%load_ext grader", "def halved(number):\n    return 1 / number")
    shell.run_cell(source, store_history=True)
    monkeypatch.delattr(type(shell.history_manager), "exceptions")
    shown = repr(run(shell, "%check disc_area"))
    assert f"What should define it, cell [3], failed. {said}" in shown
