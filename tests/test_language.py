"""What is said in another language is said whole, with its values, and only where it was asked."""

from __future__ import annotations

import ast
import runpy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import language
from grader.audience import Audience
from grader.errors import AuthorError, UsageError
from grader.language import (
    ENGLISH,
    Language,
    decimal,
    joined,
    places,
    say,
    say_count,
    sentence,
    sentence_count,
    speaking,
    told,
)
from grader.submission import Identity

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted((ROOT / "grader" / "languages").glob("*.po"))

HEAD = """\
msgid ""
msgstr ""
"Language: xx\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{count} of {total} agree"
msgstr "von {total} stimmen {count}"

msgid "Broken {here}"
msgstr "Kaputt {there}"

msgid "{count} cell"
msgid_plural "{count} cells"
msgstr[0] "{count} Zelle"
msgstr[1] "{count} Zellen"

msgctxt "number style"
msgid "."
msgstr ","
"""


@pytest.fixture
def spoken(tmp_path: Path) -> Language:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "xx.po").write_text(HEAD, encoding="utf-8")
    return language.language("xx", folders=[tmp_path])


def test_values_stand_where_the_translation_puts_them(spoken: Language) -> None:
    assert say("{count} of {total} agree", count=3, total=5) == "3 of 5 agree"
    with speaking(spoken):
        assert say("{count} of {total} agree", count=3, total=5) == "von 5 stimmen 3"
    assert say("{count} of {total} agree", count=3, total=5) == "3 of 5 agree"


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "1 Zelle"), (0, "0 Zellen"), (2, "2 Zellen"), (1.5, "1,5 Zellen")]
)
def test_counts_take_their_form(spoken: Language, count: float, expected: str) -> None:
    with speaking(spoken):
        assert say_count("{count} cell", "{count} cells", count) == expected


def test_what_a_catalogue_lacks_or_spoils_is_said_in_english(spoken: Language) -> None:
    with speaking(spoken):
        assert say("Nobody translated {this}", this="it") == "Nobody translated it"
        assert say("Broken {here}", here="!") == "Broken !"


@given(st.text())
def test_without_values_a_text_is_said_as_it_stands(text: str) -> None:
    assert say(text) == text


@given(st.text(), st.text(min_size=1))
def test_values_are_never_read_as_texts_with_places(prefix: str, value: str) -> None:
    assert say("{one}", one=f"{{{prefix}}}{value}") == f"{{{prefix}}}{value}"


def test_numbers_look_as_the_language_writes_them(spoken: Language) -> None:
    assert decimal("49.2") == "49.2"
    with speaking(spoken):
        assert decimal("49.2") == "49,2"


def test_each_thread_begins_in_english(spoken: Language) -> None:
    with speaking(spoken), ThreadPoolExecutor(1) as aside:
        assert aside.submit(lambda: language.spoken().code).result() == ENGLISH


def test_a_sentence_is_english_until_it_is_told(spoken: Language) -> None:
    with speaking(spoken):
        one = sentence("{count} of {total} agree", count=3, total=5)
        assert one == "3 of 5 agree"
        assert told(one) == "von 5 stimmen 3"
        assert say("{what}: {why}", what="f", why=one) == "f: von 5 stimmen 3"
        assert told(joined("; ", ("f", one))) == "f; von 5 stimmen 3"
        assert told(sentence_count("{count} cell", "{count} cells", 2)) == "2 Zellen"
    assert told(one) == "3 of 5 agree"


def test_a_sentence_stays_one_within_another_and_within_an_error(spoken: Language) -> None:
    with speaking(spoken):
        inner = sentence("{count} of {total} agree", count=0.5, total=5)
        outer = sentence("{why}; give more", why=AuthorError(inner))
        assert told(str(UsageError(outer))) == "von 5 stimmen 0,5; give more"
    assert outer == "0.5 of 5 agree; give more"


@given(st.text(), st.dictionaries(st.sampled_from("abc"), st.text() | st.integers()))
def test_told_in_english_a_sentence_is_itself(text: str, values: dict[str, str | int]) -> None:
    template = text.replace("{", "{{").replace("}", "}}") + "".join(f"{{{one}}}" for one in values)
    one = sentence(template, **values)
    assert told(one) == one


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'tlh'.*\bde\b.*\ben\b"):
        language.language("tlh")


@pytest.mark.parametrize("code", ["../de", "DE", "", "d" * 9])
def test_a_code_is_a_code_and_no_path(code: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        language.language(code, folders=[tmp_path])


def test_a_damaged_catalogue_is_named(tmp_path: Path) -> None:
    (tmp_path / "languages").mkdir()
    path = tmp_path / "languages" / "xx.po"
    path.write_text('msgid "a"\nmsgstr "b\nrubbish', encoding="utf-8")
    with pytest.raises(AuthorError, match=r"xx\.po"):
        language.language("xx", folders=[tmp_path])


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "tlh:de"}, "de"),
        ({"LANG": "C", "LANGUAGE": "de"}, "en"),
        ({"LANG": "tlh_KX"}, "en"),
        ({"LC_MESSAGES": "de@euro", "LANG": "en_US"}, "de"),
    ],
)
def test_the_users_language_is_found_as_gettext_finds_it(
    environment: dict[str, str], expected: str
) -> None:
    assert language.from_environment(environment) == expected


def test_a_learners_own_language_comes_before_the_classs() -> None:
    german, english = Language("de"), Language()
    class_ = Audience(german, {"participant-102": english, "ada": english})
    number = Identity(lms="moodle", number="102")
    assert class_.of("participant-102", number) is english
    assert class_.of("ada", None) is english
    assert class_.of("participant-103", Identity(lms="moodle", number="103")) is german


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_is_translated(path: Path) -> None:
    texts = runpy.run_path(str(ROOT / "scripts" / "catalogues.py"))["texts"]()
    catalogue = polib.pofile(str(path), encoding="utf-8")
    known = {(one.msgctxt or "", one.msgid, one.msgid_plural or ""): one for one in catalogue}
    assert set(known) == set(texts), "run: python scripts/catalogues.py"
    assert len(texts) > 1
    left = [one.msgid for one in catalogue if not one.translated()]
    assert not left, f"not translated: {left}"


def test_every_text_that_is_said_is_found_for_the_catalogues() -> None:
    texts = {
        one for _, one, _ in runpy.run_path(str(ROOT / "scripts" / "catalogues.py"))["texts"]()
    }
    said = {
        node.args[0].value: f"{path.name}:{node.lineno}"
        for path in (ROOT / "grader").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "")
        in ("say", "say_count", "sentence", "sentence_count", "message")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(said) > 1000
    assert {text: place for text, place in said.items() if text not in texts} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_have_the_places_of_their_texts(path: Path) -> None:
    for entry in polib.pofile(str(path), encoding="utf-8"):
        allowed = _places(entry.msgid) | _places(entry.msgid_plural or "")
        for said in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert _places(said) <= allowed, entry.msgid
        if not entry.msgid_plural:
            assert _places(entry.msgstr) == _places(entry.msgid), entry.msgid


def _places(text: str) -> frozenset[str]:
    try:
        return places(text)
    except ValueError:
        return frozenset()
