"""Blackboard's file with titles in other languages: what no language changes tells the columns."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.lms import blackboard, tables
from grader.lms.matching import Export, Fate
from grader.submission import Identity
from tests.lms import reading
from tests.lms.making import book
from tests.lms.test_blackboard import user

GERMAN = """\
"Nachname","Vorname","Benutzername","Teilnehmer-ID","Letzter Zugriff","Verfügbarkeit",\
"Blatt 1 [Punkte gesamt: 20 Punktzahl] |1702852","Blatt 2 [Punkte gesamt: 10 Punktzahl] |1702853",\
"Summe [Punkte gesamt: bis zu 30 Punktzahl] |1702800"
"Müller","Zoë","zq1","4711","05.10.2026 10:00","Ja","","9,00","9"
"Frost","Yann","a_yf1","4712","05.10.2026 10:00","Ja","12,00","",""
"Zoë","zq2","xm1","","","Nein","","",""
"""
SPANISH = (
    GERMAN.replace(
        '"Nachname","Vorname","Benutzername","Teilnehmer-ID","Letzter Zugriff","Verfügbarkeit"',
        '"Apellidos","Nombre","Nombre de usuario","ID de estudiante","Último acceso",'
        '"Disponibilidad"',
    )
    .replace("Punkte gesamt", "Puntos totales")
    .replace("Punktzahl", "Puntuación")
)
FINNISH = (
    GERMAN.replace("Nachname", "Sukunimi")
    .replace("Vorname", "Etunimi")
    .replace("Benutzername", "Käyttäjätunnus")
    .replace("Punkte gesamt", "Pisteet yhteensä")
    .replace("Punktzahl", "Pistemäärä")
)
ALONE = """\
"Sukunimi","Etunimi","Käyttäjätunnus","Blatt [Pisteet yhteensä: 20 Pistemäärä] |1702852",\
"Muistiinpanot","Muoto","Palaute","Muoto"
"Müller","Zoë","zq1","","","SMART_TEXT","","SMART_TEXT"
"Frost","Yann","a_yf1","12,00","mine","SMART_TEXT","Talk to me.","PLAIN_TEXT"
"""


def dialects(text: str) -> dict[str, bytes]:
    """The forms in which Blackboard, or a spreadsheet after it, writes a file."""
    tabbed = text.replace('","', '"\t"').replace("\n", "\r\n")
    return {
        "comma": text.encode(),
        "comma with a mark": codecs.BOM_UTF8 + text.encode(),
        "tab in UTF-16": codecs.BOM_UTF16_LE + tabbed.encode("utf-16-le"),
        "CR LF": text.replace("\n", "\r\n").encode(),
        "no newline at its end": text.removesuffix("\n").encode(),
    }


FORMS = [
    pytest.param(data, id=f"{language}, {form}")
    for language, text in (("German", GERMAN), ("Spanish", SPANISH), ("Finnish", FINNISH))
    for form, data in dialects(text).items()
]


def export(data: bytes, *logins: str, points: float = 7.5) -> tuple[blackboard.GradeCentre, Export]:
    into = blackboard.read(data, name="gc.csv", assignment="1702852", in_points=True)
    grades = [user(login, points) for login in logins]
    return into, blackboard.prepare(book(*grades), into)


def written(data: bytes, *logins: str, points: float = 7.5) -> bytes:
    into, made = export(data, *logins, points=points)
    pages = {f"user-{login}": b"<html>" for login in logins}
    return dict(blackboard.files(made, into, pages))["gc.csv"]


@pytest.mark.parametrize("data", FORMS)
def test_only_the_cells_of_graded_learners_change(data: bytes) -> None:
    before, after = reading.blackboard_by_place(data), reading.blackboard_by_place(
        written(data, "zq1")
    )  # fmt: skip
    assert after["zq1"]["1702852"] == "15,00"
    before["zq1"]["1702852"] = "15,00"
    assert after == before
    assert len(written(data, "zq1")) - len(data) == len("15,00") * (2 if b"\t\0" in data else 1)


def test_german_and_spanish_need_no_word_and_other_languages_a_persons() -> None:
    for text in (GERMAN, SPANISH):
        blackboard.read(text.encode(), name="gc.csv", assignment="1702852")
    with pytest.raises(UsageError, match=r"gc\.csv.*--in-points"):
        blackboard.read(FINNISH.encode(), name="gc.csv", assignment="1702852")
    percent = GERMAN.replace("20 Punktzahl", "20 Prozentsatz").encode()
    with pytest.raises(UsageError, match="--in-points"):
        blackboard.read(percent, name="gc.csv", assignment="1702852")


def test_a_person_s_word_never_turns_english_percents_into_points() -> None:
    data = GERMAN.replace("Punkte gesamt: 20 Punktzahl", "Total Pts: 20 Percentage").encode()
    with pytest.raises(UsageError, match="primary display to Score"):
        blackboard.read(data, name="gc.csv", assignment="1702852", in_points=True)


def test_what_blackboard_calculates_takes_no_grades_in_any_language() -> None:
    for text in (GERMAN, SPANISH, FINNISH):
        table = tables.parse(text.encode(), name="gc.csv")
        assert blackboard.is_grade_centre(table)
        assert len(blackboard.assignments(table)) == 2


def test_a_login_name_that_left_is_unmatched_and_no_other_column_takes_it() -> None:
    _, made = export(FINNISH.encode(), "zq1", "gone")
    assert [line.fate for line in made.plan] == [
        Fate.UPDATED, Fate.NO_SUBMISSION, Fate.NO_SUBMISSION, Fate.UNMATCHED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "login", "said"),
    [
        (("", ""), "gone", "none of those in the download is there"),
        # The first name of the third row says the same as the login name of the first.
        (('"Zoë","zq2"', '"Zoë","zq1"'), "zq1", "stands in several columns"),
        (('"xm1"', '"zq1"'), "zq1", "stands there twice"),
    ],
)
def test_what_leaves_a_doubt_is_refused_in_one_sentence(
    change: tuple[str, str], login: str, said: str
) -> None:
    data = FINNISH.replace(*change).encode()
    with pytest.raises(UsageError, match=said) as caught:
        export(data, login)
    assert "gc.csv" in str(caught.value) and "English" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_id_that_is_the_login_name_as_well_is_no_doubt() -> None:
    data = FINNISH.replace('"zq1","4711"', '"zq1","zq1"').encode()
    assert b'"","9,00"' not in written(data, "zq1")


def test_a_login_name_with_lines_is_told_by_the_file() -> None:
    into = blackboard.read(FINNISH.encode(), name="gc.csv", assignment="1702852", in_points=True)
    doubtful = user("yf1-or-a_yf1", 7.5, "yf1", "a_yf1", "1_a_yf1")
    made = blackboard.prepare(book(doubtful), into)
    assert [line.fate for line in made.plan] == [
        Fate.NO_SUBMISSION, Fate.UPDATED, Fate.NO_SUBMISSION,
    ]  # fmt: skip
    table = tables.parse(FINNISH.encode(), name="gc.csv")
    assert blackboard.logins(table, [doubtful.identity, None]) == ("zq1", "a_yf1", "xm1")


@pytest.mark.parametrize("data", dialects(ALONE).values(), ids=dialects(ALONE))
def test_comments_go_where_the_codes_of_formats_show_it(data: bytes) -> None:
    text = written(data, "zq1", "a_yf1").decode("utf-16" if b"\t\0" in data else "utf-8-sig")
    cells = [re.split('"[,\t]"', line.strip('"\r')) for line in text.split("\n")]
    assert cells[1][3:6] == ["15,00", "", "SMART_TEXT"]
    assert cells[1][6].startswith("<div class=grader-feedback>") and cells[1][7] == "HTML"
    assert cells[2][3:] == ["15,00", "mine", "SMART_TEXT", "Talk to me.", "PLAIN_TEXT"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"SMART_TEXT"', '"Text"'),
        ('"SMART_TEXT"', '""'),
        ("\n", ',"more"\n'),
        ('"Käytt', '"x","Käytt'),
    ],
)
def test_no_comment_is_written_where_codes_do_not_show_the_place(old: str, new: str) -> None:
    text = ALONE.replace(old, new)
    if old == '"Käytt':
        text = text.replace('"Zoë"', '"Zoë","y"').replace('"Yann"', '"Yann","y"')
    into = blackboard.read(text.encode(), name="gc.csv", in_points=True)
    assert (into.comment is None) is (old != '"Käytt')


words = st.text(
    st.characters(codec="utf-8", exclude_characters='[]|:："\0\ufeff\r\n0123456789', categories=["L", "M", "Zs", "P"]),  # noqa: E501
    min_size=1, max_size=12,
).filter(str.strip)  # fmt: skip
titles = st.tuples(words, words, words, words, words)


@given(
    titles,
    st.sampled_from(range(5)),
    st.sampled_from([":", " : ", "："]),
    st.floats(0, 10),
)
def test_titles_of_any_language_come_back_byte_by_byte(
    titles: tuple[str, ...], form: int, colon: str, points: float
) -> None:
    last, first, login, total, shown = titles
    text = (
        FINNISH.replace("Sukunimi", last)
        .replace("Etunimi", first)
        .replace("Käyttäjätunnus", login)
        .replace("Pisteet yhteensä: ", f"{total}{colon}")
        .replace("Pistemäärä", shown.strip())
    )
    data = list(dialects(text).values())[form]
    after = written(data, "zq1", "gone", points=points)
    encoding = "utf-16-le" if b"\t\0" in data else "utf-8"
    found = re.search(r'"Ja"[,\t]"([0-9]+,[0-9]{2})"', after.decode(encoding))
    assert found is not None
    assert after.decode(encoding).replace(f'"{found[1]}"', '""', 1).encode(encoding) == data
    assert reading.blackboard_by_place(after)["zq1"]["1702852"] == found[1]


@given(
    st.lists(st.sampled_from(["zq1", "zq2", "xm1", "a_yf1", "4711", "Zoë", "Müller"]), min_size=9,
             max_size=9),
    st.sampled_from(["zq1", "xm1", "a_yf1"]),
)  # fmt: skip
def test_a_grade_reaches_the_row_of_its_login_name_or_none(cells: list[str], login: str) -> None:
    """Whatever a learner's own columns say."""
    head, *rows = FINNISH.splitlines()
    places = [cells[0:3], cells[3:6], cells[6:9]]
    rows = [
        ",".join([*(f'"{cell}"' for cell in own), *row.split(",")[3:]])
        for own, row in zip(places, rows, strict=True)
    ]
    data = "\n".join([head, *rows, ""]).encode()
    try:
        _, made = export(data, login)
    except UsageError:
        return
    reached = [line.place for line in made.plan if line.fate in (Fate.UPDATED, Fate.UNCHANGED)]
    assert all(place and places[place.row - 1][2] == login for place in reached)


def test_an_identity_of_another_platform_proves_no_column() -> None:
    foreign = replace(user("zq1"), identity=Identity(lms="moodle", number="zq1"))
    into = blackboard.read(FINNISH.encode(), name="gc.csv", assignment="1702852", in_points=True)
    with pytest.raises(UsageError, match="none of those in the download"):
        blackboard.prepare(book(foreign), into)
