"""The assignment that graders are compared on is the same for all of them, and can go wrong."""

from __future__ import annotations

import argparse
import runpy
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from benchmarks import assignment, measured, peers
from benchmarks.assignment import SHARE_WRONG, SHEET, Kind, Question
from benchmarks.measured import CommandFailedError, Taken
from grader import course, marking
from grader.marking import Prepared

KINDS: tuple[Kind, ...] = ("plain", "torch")


def prepared(kind: Kind, folder: Path) -> Prepared:
    assignment.write_sheet(kind, folder)
    return marking.prepare(course.load(folder, SHEET), seed=1)


def answered(question: Question, folder: Path, *, right: bool) -> list[Any]:
    file = folder / "answer.py"
    file.write_text(f"{assignment.SETUP['plain']}\n{question.answer(right=right)}\n")
    answer = runpy.run_path(str(file))[question.name]
    return [answer(*case.arguments) if question.parameters else answer for case in question.cases]


@pytest.mark.parametrize("kind", KINDS)
def test_the_sheet_expects_what_the_tests_of_the_peers_expect(kind: Kind, tmp_path: Path) -> None:
    ready = prepared(kind, tmp_path)
    for question in assignment.questions(kind):
        expected = [case.expected for case in question.cases]
        if question.parameters:
            ours = list(ready.functions[question.name].expected)
        else:
            ours = [ready.values[question.name].expected]
        assert ours == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("question", assignment.questions("plain"), ids=lambda one: one.name)
def test_right_answers_are_right_and_wrong_ones_wrong(question: Question, tmp_path: Path) -> None:
    expected = pytest.approx([case.expected for case in question.cases], rel=assignment.RTOL)
    assert answered(question, tmp_path, right=True) == expected
    assert answered(question, tmp_path, right=False) != expected


def test_both_kinds_ask_the_same_questions() -> None:
    plain, torch = (
        [(one.name, one.points, one.cases) for one in assignment.questions(kind)] for kind in KINDS
    )
    assert plain == torch


def test_a_class_earns_neither_nothing_nor_everything() -> None:
    marks = assignment.draw_class("plain", 40).marks
    full = sum(one.points for one in assignment.questions("plain"))
    share = sum(sum(points.values()) for points in marks.values()) / (full * len(marks))
    assert share == pytest.approx(1 - SHARE_WRONG, abs=0.1)
    assert len({tuple(points.values()) for points in marks.values()}) > 10


def test_peers_are_given_the_cells_that_the_grader_is_given(tmp_path: Path) -> None:
    klass = assignment.draw_class("torch", 3)
    ours = assignment.write_hand_ins(klass, tmp_path / "ours")
    release = tmp_path / "source" / "release.ipynb"
    assignment.write_nbgrader_source("torch", release)
    assignment.write_nbgrader_hand_ins(klass, release, tmp_path / "theirs")
    for path in ours:
        theirs = nbformat.read(tmp_path / "theirs" / path.stem / SHEET / release.name, 4)
        shared = [cell.source for cell in theirs.cells if "TESTS" not in cell.source]
        assert shared == [cell.source for cell in nbformat.read(path, 4).cells]


def taken(seconds: float) -> Taken:
    return Taken(seconds=seconds, cpu_seconds=seconds, peak_rss_bytes=1)


def test_start_up_and_the_rate_after_it_are_told_apart() -> None:
    chosen = argparse.Namespace(number=10, large=60, jobs=2)
    middles = {
        peers._our_name(60, 2): taken((5 + 60 * 0.05) / 60),
        peers._our_name(10, 2): taken((5 + 10 * 0.05) / 10),
        peers._our_name(10, 1): taken(2.0),
        "nbgrader": taken(1.5),
    }
    further = peers._further(middles, chosen)
    assert further["start_seconds"] == pytest.approx(5)
    assert further["seconds_each"] == pytest.approx(0.05)
    assert further["ratios"] == pytest.approx({"nbgrader": 30})


def test_a_command_that_fails_is_not_measured(tmp_path: Path) -> None:
    line = [sys.executable, "-c", "print('said'); raise SystemExit(1)"]
    with pytest.raises(CommandFailedError, match=r"exit code 1\nsaid"):
        measured.run(line, cwd=tmp_path)
    measure, said = measured.told(line, cwd=tmp_path, fine=(0, 1))
    assert said == "said\n"
    assert measured.beyond(measure, measure).cpu_seconds == 0
