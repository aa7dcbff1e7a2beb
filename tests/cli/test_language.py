"""A class and each learner are spoken to in their language, and get the same marks in any."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended

Command = Callable[..., Ended]


@pytest.fixture
def german_course(tiny_course: Path, tmp_path: Path) -> Path:
    """The tiny course, spoken in German but to bob."""
    course = tmp_path / "course"
    shutil.copytree(tiny_course, course, ignore=shutil.ignore_patterns("__pycache__"))
    (course / "course.toml").write_text(
        '[language]\nusual = "de"\nlearners = { "bob" = "en" }\n', encoding="utf-8"
    )
    return course


def book_of(out: Path) -> dict[str, Any]:
    book: dict[str, Any] = json.loads((out / "grades.json").read_text(encoding="utf-8"))
    return book


def decided(book: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What must not depend on a language."""
    return [
        (one["submission"], mark["question"], mark["verdict"], mark["points"], mark["note"])
        for one in book["submissions"]
        for mark in one["questions"]
    ]


@pytest.mark.sandbox
def test_marks_are_the_same_in_every_language(
    command: Command, tiny_course: Path, german_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    english, german = tmp_path / "english", tmp_path / "german"
    first = command("grade", "circles", class_folder, "-o", english, course=tiny_course)
    second = command("grade", "circles", class_folder, "-o", german, course=german_course)
    assert (first.code, second.code) == (1, 1), second.err
    assert decided(book_of(english)) == decided(book_of(german))
    languages = {one["submission"]: one["language"] for one in book_of(german)["submissions"]}
    assert languages == {"ada": "de", "bob": "en", "eve": "de"}
    assert book_of(german)["language"] == "de"
    assert set(book_of(german)["sheets"]) == {"en"}
    pages = {name: (german / f"reports/{name}.html").read_text() for name in languages}
    assert {name: f'<html lang="{code}">' in pages[name] for name, code in languages.items()} == {
        "ada": True,
        "bob": True,
        "eve": True,
    }


@pytest.mark.sandbox
def test_stored_grades_keep_their_language(
    command: Command, german_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command("grade", "circles", class_folder, "-o", out, course=german_course)
    before = {path.name: path.read_bytes() for path in out.glob("reports/*.html")}
    assert command("report", out).code == 0
    assert {path.name: path.read_bytes() for path in out.glob("reports/*.html")} == before
    refused = command("report", out, "--lang", "en")
    assert refused.code == 2
    assert f"grader mark circles {out} --lang en" in refused.err
    marked = command("mark", "circles", out, "--lang", "en", course=german_course)
    assert marked.code == 1, marked.err
    assert {one["language"] for one in book_of(out)["submissions"]} == {"en"}


def test_an_unknown_language_is_refused_before_anything_else(command: Command) -> None:
    ended = command("doctor", "--lang", "tlh")
    assert ended.code == 2
    assert "'tlh'" in ended.err
    assert "de, en" in ended.err


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('usual = "tlh"', "language.usual"),
        ("usual = 3", "language.usual"),
        ('learners = { ada = "tlh" }', "language.learners.ada"),
        ('learners = "de"', "language.learners"),
        ('usuals = "de"', "did you mean 'usual'"),
    ],
)
def test_a_wrong_line_in_the_courses_file_is_named(
    command: Command, german_course: Path, class_folder: Path, line: str, named: str, tmp_path: Path
) -> None:
    (german_course / "course.toml").write_text(f"[language]\n{line}\n", encoding="utf-8")
    out = tmp_path / "out"
    ended = command("grade", "circles", class_folder, "-o", out, course=german_course)
    assert ended.code == 2
    assert "course.toml" in ended.err
    assert named in ended.err
    assert not out.exists()


@pytest.mark.sandbox
def test_a_language_that_only_the_sheet_has_gets_its_reports(
    command: Command, german_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    """What the engine does not know in it is said in English; nobody's grade is lost by that."""
    folder = german_course / "exercises" / "circles" / "languages"
    folder.mkdir(exist_ok=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "xx.po").write_text(f'{head}msgid "Circles"\nmsgstr "Qirqles"\n', encoding="utf-8")
    (german_course / "course.toml").write_text('[language]\nusual = "xx"\n', encoding="utf-8")
    out = tmp_path / "out"
    ended = command("grade", "circles", class_folder, "-o", out, course=german_course)
    assert ended.code == 1, ended.err
    for name in ("ada", "bob", "eve"):
        assert '<html lang="xx">' in (out / f"reports/{name}.html").read_text(encoding="utf-8")
    assert command("report", out).code == 0


PIDGIN = """\
msgid ""
msgstr ""
"Language: tlh\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Area of the disc of radius 3."
msgstr "nu' gho"

msgid "Questions? Room {room}."
msgstr "yu'? pa' {room}."
"""


@pytest.mark.sandbox
def test_a_language_that_only_the_sheet_has_is_spoken_as_far_as_it_goes(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    course = tmp_path / "own"
    shutil.copytree(tiny_course, course, ignore=shutil.ignore_patterns("__pycache__"))
    folder = course / "exercises/circles/languages"
    folder.mkdir()
    (folder / "tlh.po").write_text(PIDGIN, encoding="utf-8")
    out = tmp_path / "out"
    ended = command("grade", "circles", class_folder, "-o", out, "--lang", "tlh", course=course)
    assert ended.code == 1, ended.err
    page = (out / "reports/ada.html").read_text(encoding="utf-8")
    assert '<html lang="tlh">' in page and "nu&#39; gho" in page and "Skip to the content" in page
    assert command("report", out, "--lang", "tlh", cwd=tmp_path).code == 0
    for words in (
        ("grade", "circles", class_folder, "-o", out, "--lang", "qya"),
        ("mark", "circles", out, "--lang", "qya"),
        ("release", "circles", "-o", tmp_path / "handed", "--lang", "qya"),
        ("check", class_folder / "ada", "--lang", "qya"),
    ):
        refused = command(*words, course=course)
        assert refused.code == 2 and "'qya'" in refused.err and "tlh" in refused.err


@pytest.mark.sandbox
def test_a_courses_own_templates_say_what_its_catalogue_knows(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    course = tmp_path / "own"
    shutil.copytree(tiny_course, course, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in (
        ("templates/report.html", '{% extends "grader/report.html" %}{% block colophon %}'
         '<p>{{ say("Questions? Room {room}.", room=3) }}</p>{% endblock %}'),
        ("languages/de.po", PIDGIN.replace("yu'? pa' {room}.", "Fragen? Raum {room}.")),
    ):  # fmt: skip
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    ended = command("grade", "circles", class_folder, "-o", out, "--lang", "de", course=course)
    assert ended.code == 1, ended.err
    page = out / "reports/ada.html"
    before = page.read_bytes()
    assert "Fragen? Raum 3." in before.decode() and "Zum Inhalt springen" in before.decode()
    assert command("report", out, "--course", course).code == 0
    assert page.read_bytes() == before
    (course / "languages/de.po").write_text("rubbish", encoding="utf-8")
    refused = command("grade", "circles", class_folder, "-o", out, "--lang", "de", course=course)
    assert refused.code == 2 and "de.po" in refused.err and "Traceback" not in refused.err
