"""A sheet's texts are listed whole, translated without loss, and never touch what is graded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import polib
import pytest

from grader import course, language, translation, verification
from grader.errors import AuthorError, UsageError
from grader.formula.form import FreeOf
from grader.handout.leaks import _numbers_in
from grader.language import speaking
from grader.pictured import bars
from grader.sheet import Sheet
from tests.conftest import FORMULA_COURSE, TINY_COURSE, Ended

Command = Callable[..., Ended]
CATALOGUE = "exercises/circles/languages/de.po"
TASK = "exercises/circles/circle.py"


@pytest.fixture
def circles(tmp_path: Path) -> Path:
    """A copy of the tiny course, to be changed."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TINY_COURSE, tmp_path / "course", ignore=ignored)
    return tmp_path / "course"


def load(where: Path) -> Sheet:
    return course.load(where, "circles")


def translate(where: Path, said: dict[str, str] | None = None) -> None:
    """Write the catalogue; each text is said as given, else as itself in brackets."""
    found = translation.update(load(where), "de")
    found.path.parent.mkdir(exist_ok=True)
    found.path.write_bytes(found.content)
    catalogue = polib.pofile(str(found.path), encoding="utf-8", wrapwidth=98)
    for entry in catalogue:
        entry.msgstr = (said or {}).get(entry.msgid, f"[{entry.msgid}]")
    found.path.write_text(str(catalogue), encoding="utf-8")


def strings(thing: object) -> set[str]:
    """Return every string inside data."""
    if isinstance(thing, str):
        return {thing}
    if is_dataclass(thing) and not isinstance(thing, type):
        thing = [getattr(thing, one.name) for one in fields(thing)]
    if isinstance(thing, dict):
        thing = list(thing.values())
    if isinstance(thing, list | tuple):
        return {one for part in thing for one in strings(part)}
    return set()


def test_every_text_that_people_read_is_listed_once_with_its_places(circles: Path) -> None:
    found = {one.text: one.where for one in translation.texts(load(circles))}
    assert list(found) == list(dict.fromkeys(found))
    twice = "The radius is squared: an area has squared units."
    assert found[twice] == (
        "circle.disc_area: misconception radius_not_squared",
        "circle.area_of: misconception radius_of_function_not_squared",
    )
    assert found["names the limit"] == ("circle.why_pi: claim",)


@pytest.mark.parametrize("where", [TINY_COURSE, FORMULA_COURSE])
def test_all_texts_of_a_sheet_with_spaces_are_listed_or_code(where: Path) -> None:
    """What is left out is code, formulas and settings: no sentence is among it."""
    for name in course.sheets(where):
        sheet = course.load(where, name)
        known = {one.text for one in translation.texts(sheet)}
        sentences = {
            one
            for one in strings(replace(sheet, statement="", preamble=""))
            if one.endswith((".", "?")) and " " in one
        }
        assert sentences and sentences <= known


def test_words_of_forms_and_pictures_are_listed(circles: Path) -> None:
    sheet = load(circles)
    task = sheet.tasks[0]
    plan = replace(bars("Sizes", entries=[("disc", "disc_area")], up="area"), question="disc_area")
    formula = course.load(FORMULA_COURSE, course.sheets(FORMULA_COURSE)[0]).questions
    terms = next(one.terms for one in formula if one.terms is not None)
    odd = replace(terms, form=(FreeOf(("a",), what="partial derivative"), FreeOf(("b",))))
    questions = (replace(task.questions[0], terms=odd), *task.questions[1:])
    more = replace(task, intro="All about them", parts={"1a": "Discs"}, questions=questions)
    full = replace(sheet, tasks=(replace(more, pictures=(plan,)),))
    listed = {one.text for one in translation.texts(full)}
    assert {"All about them", "Discs", "Sizes", "disc", "area", "partial derivative"} <= listed
    assert "name" not in listed, "the engine says that itself"


def test_what_has_no_word_needs_no_translation(circles: Path) -> None:
    sheet = load(circles)
    plan = bars("x → x²", entries=[("t = 1", "disc_area")])
    shown = replace(sheet, tasks=(replace(sheet.tasks[0], pictures=(plan,)),))
    assert translation.texts(shown) == translation.texts(sheet)


def test_a_catalogue_is_begun_filled_and_kept_up_to_date(command: Command, circles: Path) -> None:
    words = ("translate", "circles", "--to", "de")
    first = command(*words, course=circles)
    assert first.code == 1 and "new" in first.out
    text = (circles / CATALOGUE).read_text(encoding="utf-8")
    assert '#. circle.disc_area: statement\nmsgid "Area of the disc of radius 3."\n' in text
    translate(circles)
    done = command(*words, course=circles)
    assert done.code == 0 and " 0 to translate" in done.out
    task = circles / TASK
    reworded = task.read_text().replace("Number of corners of a square.", "How many corners?")
    task.write_text(reworded)
    behind = command(*words, "--check", course=circles)
    assert behind.code == 1 and "1 new, 1 gone, 1 to translate" in behind.out
    after = command(*words, course=circles)
    assert after.code == 1 and "1 new, 1 gone, 1 to translate" in after.out
    kept = {one.msgid: one.msgstr for one in polib.pofile(str(circles / CATALOGUE))}
    assert kept["How many corners?"] == ""
    assert "Number of corners of a square." not in kept
    assert kept["Area of the disc of radius 3."] == "[Area of the disc of radius 3.]"


def test_a_check_writes_nothing(command: Command, circles: Path) -> None:
    ended = command("translate", "circles", "--to", "de", "--check", course=circles)
    assert ended.code == 1
    assert not (circles / CATALOGUE).exists()


def test_translators_notes_and_what_is_the_engines_are_kept(circles: Path) -> None:
    translate(circles)
    path = circles / CATALOGUE
    own = '\nmsgctxt "number style"\nmsgid "."\nmsgstr ";"\n'
    text = path.read_text(encoding="utf-8").replace("#. sheet: title", "# mine\n#. sheet: title")
    path.write_text(text + own, encoding="utf-8")
    found = translation.update(load(circles), "de")
    assert b"# mine\n#. sheet: title" in found.content
    assert b'msgctxt "number style"' in found.content
    assert (found.left, found.new, found.gone) == (0, 0, 0)


@pytest.mark.parametrize("code", ["../de", "DE", "", "german"])
def test_a_code_is_a_code_and_no_path(circles: Path, code: str) -> None:
    with pytest.raises(UsageError, match="is no language"):
        translation.update(load(circles), code)


def test_a_damaged_catalogue_is_left_as_it_is(command: Command, circles: Path) -> None:
    path = circles / CATALOGUE
    path.parent.mkdir()
    path.write_text('msgid "a"\nmsgstr "b\nrubbish', encoding="utf-8")
    ended = command("translate", "circles", "--to", "de", course=circles)
    assert ended.code == 2 and "de.po" in ended.err and len(ended.err.splitlines()) == 1
    assert path.read_text(encoding="utf-8") == 'msgid "a"\nmsgstr "b\nrubbish'
    with pytest.raises(AuthorError, match=r"de\.po"):
        list(translation.remarks(load(circles)))


@pytest.mark.parametrize(
    ("original", "said", "sentence"),
    [
        ("Take `x` there.", "Nimm `y` dort.", "lacks `x`; the original has no `y`"),
        ("With $a + b$.", "Mit $a - b$.", "lacks $a + b$; the original has no $a - b$"),
        ("It is {count}.", "Es ist {anzahl}.", "lacks {count}; the original has no {anzahl}"),
        ("It is df_dx.", "Es ist die Ableitung.", "lacks df_dx"),
        ("Take `x` and $y$.", "Mit $y$ und `x`.", ""),
        ("It is 3.", "Es ist 3.", ""),
    ],
)
def test_translations_that_lose_code_formulas_or_places_are_warned_of(
    circles: Path, original: str, said: str, sentence: str
) -> None:
    task = circles / TASK
    task.write_text(task.read_text().replace("Number of corners of a square.", original))
    translate(circles, {original: said})
    (circles / "exercises/circles/statement.de.md").write_text(load(circles).statement)
    found = [one for one in translation.remarks(load(circles)) if one.sentence]
    assert (sentence in found[0].sentence) if sentence else found == []


def test_verify_warns_of_what_a_translation_lacks(circles: Path) -> None:
    def warnings() -> list[str]:
        found = list(verification.proofread(load(circles)))
        assert [one for one in found if one.level == "error"] == []
        return [f"{one.what}: {one.sentence}" for one in found if one.level == "warning"]

    before = warnings()
    translate(circles, {"Circles": "", "names the limit": ""})
    one, other = (line for line in warnings() if line not in before)
    assert one.startswith("languages/de.po: 2 texts are not translated: “Circles”")
    assert other.startswith("statement.de.md: is missing")
    translate(circles)
    (circles / "exercises/circles/statement.de.md").write_text("`disc_area` allein")
    (last,) = (line for line in warnings() if line not in before)
    assert last.startswith("statement.de.md: the translation lacks")


def test_no_translation_invalidates_an_observation(circles: Path) -> None:
    version = load(circles).version
    translate(circles)
    (circles / "exercises/circles/statement.de.md").write_text("Kreise")
    assert load(circles).version == version
    (circles / "exercises/circles/statement.md").write_text("Circles")
    assert load(circles).version != version


def test_reports_show_the_statement_in_the_language_spoken(circles: Path) -> None:
    (circles / "exercises/circles/statement.de.md").write_text("**1a** Kreise", encoding="utf-8")
    sheet = load(circles)
    assert sheet.head().statement == sheet.statement != "**1a** Kreise"
    with speaking(language.language("de")):
        assert sheet.head().statement == "**1a** Kreise"


def test_a_statement_that_is_no_text_is_an_error_with_its_file(circles: Path) -> None:
    (circles / "exercises/circles/statement.de.md").write_bytes(b"\xff\xfe")
    with pytest.raises(AuthorError, match=r"statement\.de\.md"):
        load(circles)


def test_a_release_speaks_the_language_asked_for_and_no_other(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    (circles / "exercises/circles/statement.de.md").write_text(
        "# Kreise\n\n**1a** `disc_area`", encoding="utf-8"
    )
    translate(circles, {"Circles": "Kreise"})

    def release(out: str, *more: str) -> Path:
        words = ("release", "circles", "-o", tmp_path / out, "--no-samples", *more)
        ended = command(*words, course=circles)
        assert ended.code == 0, ended.err
        return tmp_path / out / "circles"

    english, german = release("en"), release("de", "--lang", "de")
    assert "Write your answers" in (english / "circles.py").read_text(encoding="utf-8")
    assert "# # Kreise\n" in (german / "circles.py").read_text(encoding="utf-8")
    assert (german / "statement.md").read_text(encoding="utf-8").startswith("# Kreise\n\n**1a**")
    page = (german / "statement.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in page and "Was gefragt ist" in page
    hints = (german / "sheet.json").read_text(encoding="utf-8")
    assert "[Number of corners of a square.]" in hints
    assert "radius is squared" not in hints, "mistakes stay with the course"


@pytest.mark.parametrize(
    ("text", "number"),
    [("Das ist 8,19.", "8.19"), ("14.714.688 Gewichte", "14714688"), ("1.234,5 Pixel", "1234.5")],
)
def test_numbers_with_a_comma_for_a_point_are_looked_for_in_a_hand_out(
    text: str, number: str
) -> None:
    assert number in {str(one) for one in _numbers_in(text)}


def test_a_secret_in_a_german_hint_stops_a_release(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    task = circles / TASK
    told = 'part="1b", hints=("A cylinder has a height.",))'
    task.write_text(task.read_text().replace('part="1b")', told))
    translate(circles, {"A cylinder has a height.": "Es ist 282,743."})
    words = ("release", "circles", "-o", tmp_path / "out", "--no-samples", "--lang")
    ended = command(*words, "de", course=circles)
    assert ended.code == 2 and "282.743" in ended.err
    assert not (tmp_path / "out").exists()
    assert command(*words, "en", course=circles).code == 0
