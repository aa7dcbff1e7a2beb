"""The command line speaks German to whoever's machine does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended

Command = Callable[..., Ended]
GERMAN = "de_DE.UTF-8"


def test_help_is_german_where_the_machine_is(command: Command) -> None:
    ended = command("--help", locale=GERMAN)
    assert ended.code == 0
    for word in ("Aufruf: grader", "Argumente:", "Optionen:", "Beispiele:", "diese Hilfe zeigen"):
        assert word in ended.out
    for word in ("usage:", "options:", "examples:", "show this help"):
        assert word not in ended.out


def test_help_is_english_elsewhere(command: Command) -> None:
    ended = command("grade", "--help")
    assert "usage: grader grade" in ended.out
    assert command("grade", "--help", locale="fr_FR.UTF-8").out == ended.out


def test_an_error_is_german(command: Command, tiny_course: Path) -> None:
    ended = command("grade", "circles", "-o", "out", locale=GERMAN)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "grader grade: diese Argumente fehlen: PATH; siehe `grader grade --help`\n"
    )
    ended = command("grade", "squares", "x", "-o", "out", course=tiny_course, locale=GERMAN)
    assert ended.code == 2
    assert "hat kein Blatt 'squares' (vorhanden: circles)" in ended.err


@pytest.mark.sandbox
def test_the_doctor_speaks_german(command: Command) -> None:
    ended = command("doctor", locale=GERMAN)
    assert "Befund" in ended.out
    assert "finding" not in ended.out
    assert "--isolation=reduced funktioniert" in ended.out


def test_a_check_speaks_german(command: Command, tiny_course: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("area = nosuch\n", encoding="utf-8")
    words = ("check", path, "--isolation", "none")
    german = command(*words, course=tiny_course, locale=GERMAN)
    english = command(*words, course=tiny_course)
    assert german.code == english.code == 1
    assert "eigene Antwort" in german.out and "Fehlt" in german.out
    assert "öffentlichen Prüfungen bestanden" in german.out
    assert "`nosuch` ist an dieser Stelle nicht definiert" in german.out
    assert "public checks pass" in english.out and "MISSING" in english.out


def test_what_is_no_answer_is_refused_in_german(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mine.ipynb"
    path.write_text("not a notebook", encoding="utf-8")
    ended = command("check", path, "--isolation", "none", course=tiny_course, locale=GERMAN)
    assert ended.code == 2
    assert "Zeile 1, Spalte 1: ist kein gültiges JSON" in ended.err
    assert "das Notebook in Jupyter öffnen" in ended.err


@pytest.mark.sandbox
def test_stored_observations_are_told_in_another_language(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    (class_folder / "bob" / "answers.py").write_text("area = nosuch\n", encoding="utf-8")
    english, german = tmp_path / "english", tmp_path / "german"
    command("grade", "circles", class_folder, "-o", english, course=tiny_course)
    command("grade", "circles", class_folder, "-o", german, "--lang", "de", course=tiny_course)

    def stored(out: Path) -> tuple[Any, ...]:
        eve = json.loads((out / "observations" / "eve.json").read_text(encoding="utf-8"))
        bob = json.loads((out / "observations" / "bob.json").read_text(encoding="utf-8"))
        return eve["rejection"]["reason"], bob["run"]["reason"], bob["run"]["cells"]

    assert stored(english)[:2] == stored(german)[:2]
    for out, code in ((english, "de"), (german, "en")):
        command("mark", "circles", out, "--lang", code, course=tiny_course)
        book = json.loads((out / "grades.json").read_text(encoding="utf-8"))
        reasons = {one["submission"]: one["reason"] for one in book["submissions"]}
        page = (out / "reports" / "bob.html").read_text(encoding="utf-8")
        assert ("ist kein gültiges JSON" in reasons["eve"]) is (code == "de")
        assert ("is not valid JSON" in reasons["eve"]) is (code == "en")
        assert ("ist an dieser Stelle nicht definiert" in page) is (code == "de")
        assert ("is not defined at this point" in page) is (code == "en")
