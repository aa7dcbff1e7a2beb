"""Checking again on save: each save once, none halfway, and Ctrl-C ends it with the last code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import cli
from grader.cli import watching
from grader.cli.watching import State
from tests.given import hand_out

A, B, C = (1, 10), (2, 10), (2, 30)


SEEN: list[tuple[list[State], list[State]]] = [
    ([], []),
    ([A], []),
    ([A, A], [A]),
    ([A, A, A, A], [A]),
    ([A, A, B, B, B], [A, B]),
    ([A, A, B, C, C], [A, C]),
    ([A, A, None, B, B], [A, B]),
    ([A, A, None, None, A, A], [A]),
    ([None, None], []),
    ([A, B, A, B], []),
    ([A, A, B, A, A], [A]),
    ([A, A, B, B, A, A], [A, B, A]),
]


@pytest.mark.parametrize(("seen", "saves"), SEEN)
def test_each_save_is_told_once_and_only_when_it_has_settled(
    seen: list[State], saves: list[State]
) -> None:
    assert list(watching.settled(seen)) == saves


def test_the_state_of_a_file_changes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    assert watching.state(path) is None
    path.write_text("x = 1")
    first = watching.state(path)
    assert first is not None and first == watching.state(path)
    path.write_text("x = 12")
    assert watching.state(path) != first


def test_ctrl_c_ends_it_with_the_code_of_the_last_check() -> None:
    codes = iter([0, 2, 1])

    def saves() -> Iterator[State]:
        yield A
        yield B
        yield C
        raise KeyboardInterrupt

    assert watching.again(lambda: next(codes), saves()) == 1
    assert next(codes, None) is None


def test_ctrl_c_within_a_check_ends_it_with_the_code_before() -> None:
    codes = iter([1])

    def check() -> int:
        for code in codes:
            return code
        raise KeyboardInterrupt

    assert watching.again(check, [A, B, C]) == 1


def test_the_command_checks_again_when_saved_also_after_a_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = hand_out("circles", tmp_path / "out")
    mine = folder / "circles.py"
    texts = ["disc_area = 1\n", None, "disc_area = 1\ncorners = 4\n"]

    def saves(path: Path) -> Iterator[State]:
        assert path == mine
        for number, text in enumerate(texts):
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text)
            yield from [(number, 1)] * 2
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "states", saves)
    monkeypatch.setenv("COLUMNS", "160")
    assert cli.main(["check", str(mine), "--watch", "--lang", "en"]) == 1
    shown = capsys.readouterr()
    assert shown.out.count("public checks pass") == 2
    assert "there is no such file" in shown.err
    assert shown.err.count("Ctrl-C ends") == 3
