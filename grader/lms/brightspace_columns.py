"""Which columns of Brightspace's file of grades hold what, in whatever language its titles are.

Titles were seen in English alone. What no language is thought to change decides in the others:
ids begin with ``#`` and come first, the login name behind the institution's id; points stand in
angle brackets behind a colon; and the last cell of each line is ``#``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations

from grader.errors import UsageError
from grader.language import say
from grader.lms import usernames
from grader.lms.tables import Table

END = "End-of-Line Indicator"
KEYS = ("Username", "OrgDefinedId")
"""Columns that say whose a row is; the first that a file has counts."""
_SIGN = "#"
_NAMES = (
    ("First Name", "Last Name"),
    ("Vorname", "Nachname"),
    ("Prénom", "Nom"),
    ("Nombre", "Apellidos"),
    ("Voornaam", "Achternaam"),
)
_FEWEST = 2
"""So many learners at least must bear out which columns hold names, where no title says so."""
_ENGLISH = re.compile(
    r"(?P<title>.+) Points Grade <Numeric MaxPoints:(?P<points>[0-9.,]+)(?: [^>]*)?>", re.DOTALL
)
_ITEM = re.compile(
    r"(?P<title>.+?)\s?<(?P<kind>[^\s<>:：]+)\s(?P<word>[^\s<>:：]+)\s?[:：]\s?"
    r"(?P<points>[0-9][0-9.,]*)(?P<more>\s[^<>]*)?>",
    re.DOTALL,
)
_NUMERIC = "numer"
"""How the word for an item of points begins in most languages of Latin letters."""
_MOST = "max"
"""What the word for the most points holds in them."""


def is_grades(table: Table) -> bool:
    """Whether a table is a file of grades, in whatever language."""
    if is_english(table):
        return _titled(table, KEYS) is not None
    ends = [row.cells[-1].strip() for row in table.rows[1:] if row.cells]
    is_whole = bool(ends) and set(ends) == {_SIGN} and not table.drifting()
    return is_whole and bool(_ids(table)) and bool(items(table))


def is_english(table: Table) -> bool:
    """Whether the last title is the English one."""
    return [title.strip() for title in table.header[-1:]] == [END]


def items(table: Table) -> dict[int, re.Match[str]]:
    """Return the columns of points; each match has the groups ``title`` and ``points``."""
    form = _ENGLISH if is_english(table) else _ITEM
    found = ((place, form.fullmatch(title)) for place, title in enumerate(table.header))
    return {place: match for place, match in found if match}


def refuse_unknown(table: Table, match: re.Match[str], *, in_points: bool) -> None:
    """Raise ``UsageError`` where it is not sure that an item takes points, or how many.

    ``in_points`` is a person's word for the former.
    """
    if is_english(table):
        return
    if not in_points and not _plain(match["kind"]).startswith(_NUMERIC):
        raise UsageError(
            say(
                "{name}: {title!r} does not say in a language known here that it takes points; "
                "where the grade item is numeric, give --in-points",
                name=table.name,
                title=match[0],
            )
        )
    if re.search(r"[:：]\s?[0-9]", match["more"] or "") and _MOST not in _plain(match["word"]):
        raise UsageError(
            say(
                "{name}: {title!r} holds several numbers, and which is the most points it does not "
                "say in a language known here; set Brightspace to English and export again",
                name=table.name,
                title=match[0],
            )
        )


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return letters.casefold()


def key(table: Table) -> int | None:
    """Return the column of login names, else of ids; None where the table has neither."""
    if is_english(table):
        return _titled(table, KEYS)
    titled = _titled(table, usernames.TITLES)
    ids = _ids(table)
    return titled if titled is not None else (ids[-1] if ids else None)


def bare(cell: str) -> str:
    """Return an id without the sign by which Brightspace keeps spreadsheets from numbers."""
    return cell.strip().removeprefix(_SIGN)


def folded(name: str) -> str:
    """Return a name as a file's name can hold it."""
    plain = re.sub(r'[\x00-\x1f\x7f\\/:*?"<>|]', "", unicodedata.normalize("NFC", name))
    return " ".join(plain.split())


def named_rows(table: Table, labels: Sequence[str]) -> list[tuple[str, str]]:
    """Return each row's key and its learner's name, where it is sure which columns hold names.

    ``labels`` are the names in the download, which have to bear the columns out where no title is
    known: one order of two columns gives some of them, and no other gives any.
    """
    column = key(table)
    if column is None or table.drifting():
        return []
    header = [title.strip() for title in table.header]
    for titles in _NAMES:
        if all(header.count(title) == 1 for title in titles):
            return list(_named(table, column, tuple(map(header.index, titles))))
    if is_english(table):
        return []
    wanted = {folded(label) for label in labels}
    borne_out = []
    for pair in permutations(_between(table), 2):
        rows = list(_named(table, column, pair))
        hits = len({name for _, name in rows} & wanted)
        if hits:
            borne_out.append((hits, rows))
    is_sure = len(borne_out) == 1 and borne_out[0][0] >= _FEWEST
    return borne_out[0][1] if is_sure else []


def _titled(table: Table, titles: Sequence[str]) -> int | None:
    header = [title.strip() for title in table.header]
    return next((header.index(title) for title in titles if header.count(title) == 1), None)


def _ids(table: Table) -> list[int]:
    """Return the first columns whose cells all begin with the sign of an id: two at the most."""
    found: list[int] = []
    for place in range(min(2, len(table.header) - 1)):
        cells = [row.cells[place].strip() for row in table.rows[1:]]
        filled = [cell for cell in cells if cell]
        if not filled or not all(cell.startswith(_SIGN) and bare(cell) for cell in filled):
            break
        if max(Counter(filled).values()) > 1:
            break
        found.append(place)
    return found


def _between(table: Table) -> range:
    """Return the columns between ids and items: a learner's details."""
    return range(max(_ids(table), default=-1) + 1, min(items(table), default=0))


def _named(table: Table, column: int, names: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    for row in table.rows[1:]:
        name = folded(" ".join(row.cells[place] for place in names))
        if name and bare(row.cells[column]):
            yield bare(row.cells[column]), name
