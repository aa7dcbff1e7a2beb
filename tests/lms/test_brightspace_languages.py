"""Brightspace's file with titles in other languages: what no language changes tells the columns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.lms import brightspace, tables
from grader.lms.matching import Fate
from grader.submission import Identity
from tests.lms import reading
from tests.lms.making import book
from tests.lms.test_brightspace import user

GERMAN = '''\
OrgDefinedId,Benutzername,Nachname,Vorname,E-Mail,\
Blatt 1 Punktenote <Numerisch MaxPunkte:20 Gewichtung:5 Kategorie:Labor>,\
Blatt 2 Punktenote <Numerisch MaxPunkte:10>,Blatt 1 Textnote <Text>,Zeilenende
#4711,#zq1,Müller,Zoë,zq1@example.org,,9,,#
#4712,#yf1,Frost,"Yann ""Y""",yf1@example.org,12,,,#
#4713,#xm1,Marsh,Xenia,xm1@example.org,,,,#
'''
FINNISH = (
    GERMAN.replace("OrgDefinedId,Benutzername,Nachname,Vorname", "Tunnus,Käyttäjä,Sukunimi,Etunimi")
    .replace("Punktenote <Numerisch MaxPunkte", "Pisteet <Lukuarvo Enimmäispisteet")
    .replace(" Gewichtung:5 Kategorie:Labor", " Luokka:Harjoitukset")
    .replace("Zeilenende", "Rivin loppu")
)


def dialects(text: str) -> dict[str, bytes]:
    """The forms in which Brightspace, or an editor after it, writes a file."""
    return {
        "as exported": text.encode(),
        "with a mark": b"\xef\xbb\xbf" + text.encode(),
        "CR LF": text.replace("\n", "\r\n").encode(),
        "no newline at its end": text.removesuffix("\n").encode(),
    }


FORMS = [
    pytest.param(data, id=f"{language}, {form}")
    for language, text in (("German", GERMAN), ("Finnish", FINNISH))
    for form, data in dialects(text).items()
]


def only(data: bytes) -> str:
    """The title of the assignment of twenty points."""
    return next(title for title in tables.parse(data, name="g").header if ":20" in title)


def written(data: bytes, points: float = 7.5) -> bytes:
    sheet = brightspace.read(data, name="g.csv", assignment=only(data), in_points=True)
    one = user("39786", "zq1", points)
    export = brightspace.prepare(book(one), sheet)
    return dict(brightspace.files(export, sheet, {one.submission: b"<html>"}))["g.csv"]


@pytest.mark.parametrize("data", FORMS)
def test_only_the_cells_of_graded_learners_change(data: bytes) -> None:
    assert written(data) == data.replace(b"example.org,,9", b"example.org,15.00,9")
    before, after = map(reading.brightspace_by_place, (data, written(data)))
    before["zq1"][5] = "15.00"
    assert after == before


def test_an_item_that_no_known_word_calls_numeric_needs_a_persons() -> None:
    for text in (GERMAN, GERMAN.replace("Numerisch MaxPunkte", "Numérique NbMaxPoints")):
        brightspace.read(text.encode(), name="g.csv", assignment=only(text.encode()))
    for kind in ("Lukuarvo", "Bestanden"):
        data = GERMAN.replace("Numerisch", kind).encode()
        with pytest.raises(UsageError, match=r"g\.csv.*--in-points"):
            brightspace.read(data, name="g.csv", assignment=only(data))


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.replace(",#\n", ",\n").encode(),
        GERMAN.replace("\n#47", "\n47").replace(",#zq1", ",zq1").encode(),
        GERMAN.replace("\n#4712", "\n4712").replace("Benutzername", "Kennung").encode(),
        GERMAN.replace("#4712", "#4711").replace("Benutzername", "Kennung").encode(),
        GERMAN.splitlines()[0].encode(),
        GERMAN.replace(":20", "").replace(":10", "").encode(),
    ],
)
def test_what_lacks_the_signs_is_no_file_of_grades(data: bytes) -> None:
    with pytest.raises(UsageError, match="is no file of grades of Brightspace"):
        brightspace.read(data, name="g.csv", in_points=True)


def test_which_of_several_numbers_is_the_most_is_not_guessed() -> None:
    data = GERMAN.replace(
        "Numerisch MaxPunkte:20 Gewichtung:5", "Numerisch Gewichtung:5 MaxPunkte:20"
    )
    with pytest.raises(UsageError, match=r"g\.csv.*several numbers.*English"):
        brightspace.read(data.encode(), name="g.csv", assignment=only(data.encode()))


def resolved(text: str, *labels: str) -> list[tuple[str, ...]]:
    identities = [
        (Identity(lms="brightspace", number=str(n)), label) for n, label in enumerate(labels, 1)
    ]
    known, _ = brightspace.resolve(identities, tables.parse(text.encode(), name="g.csv"))
    return [known.get(identity, identity).members for identity, _ in identities]


@pytest.mark.parametrize("text", [GERMAN, FINNISH])
def test_a_name_joins_in_other_languages_as_well(text: str) -> None:
    assert resolved(text, "Zoë Müller", "Xenia Marsh", "Ada Love") == [("zq1",), ("xm1",), ()]


def test_one_name_alone_does_not_say_which_columns_hold_names() -> None:
    assert resolved(GERMAN, "Zoë Müller") == [("zq1",)]
    assert resolved(FINNISH, "Zoë Müller") == [()]
    # Read the other way round the file would give Marsh Xenia another's row.
    both = FINNISH.replace('Frost,"Yann ""Y"""', "Zoë,Müller")
    assert resolved(both, "Zoë Müller", "Xenia Marsh") == [(), ()]


def test_a_grade_is_unmatched_where_the_roster_was_silent() -> None:
    sheet = brightspace.read(GERMAN.encode(), name="g.csv", assignment=only(GERMAN.encode()))
    export = brightspace.prepare(book(user("1")), sheet)
    assert [line.fate for line in export.plan] == [Fate.NO_SUBMISSION] * 3 + [Fate.UNMATCHED]


words = st.text(
    st.characters(codec="utf-8", exclude_characters='<>:：",#0123456789', categories=["L", "M", "P"]),  # noqa: E501
    min_size=1, max_size=12,
)  # fmt: skip


@given(
    st.lists(words, min_size=7, max_size=7, unique=True),
    st.sampled_from(range(4)),
    st.sampled_from([":", "：", " : "]),
    st.floats(0, 10),
)
def test_titles_of_any_language_come_back_byte_by_byte(
    titles: list[str], form: int, colon: str, points: float
) -> None:
    olds = (
        "Tunnus",
        "Käyttäjä",
        "Sukunimi",
        "Lukuarvo",
        "Enimmäispisteet",
        "Pisteet",
        "Rivin loppu",
    )
    header, rows = FINNISH.split("\n", 1)
    for old, new in zip(olds, titles, strict=True):
        header = header.replace(old, new)
    data = list(dialects(f"{header.replace(':', colon)}\n{rows}").values())[form]
    sheet = brightspace.read(
        data, name="g.csv", assignment=tables.parse(data, name="g").header[5], in_points=True
    )
    one = user("39786", "zq1", points)
    export = brightspace.prepare(book(one), sheet)
    after = dict(brightspace.files(export, sheet, {one.submission: b""}))["g.csv"]
    found = re.search(rb"zq1@example\.org,([0-9.]+),9", after)
    assert found is not None
    assert after.replace(b"," + found[1] + b",9", b",,9", 1) == data
    assert reading.brightspace_by_place(after)["zq1"][5] == found[1].decode()
