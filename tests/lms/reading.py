"""Readers of what platforms take back, restated from their published descriptions alone."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import dataclass
from typing import Any

FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITIES = {"visible", "hidden", "after_due_date", "after_published"}
TOP = {
    "score", "execution_time", "output", "output_format", "test_output_format",
    "test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format",
    "tags", "visibility", "extra_data",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What Gradescope makes of a file of results."""

    score: float | None
    """What is recorded; None where the file gives no score."""
    total_is_shown: bool
    """Whether the learner sees a total before grades are published."""
    shown: str
    """All texts that the learner sees before grades are published."""
    markup: bool
    """Whether any text is taken for more than plain text."""
    tests: tuple[dict[str, Any], ...]


def gradescope(data: bytes) -> Seen:
    """Read ``results.json`` as Gradescope's specification says; fails where it is broken."""
    content = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    assert set(content) <= TOP, set(content) - TOP
    assert "score" in content or "tests" in content
    _check_words(content, content.get("tests", []))
    tests = tuple(content.get("tests", []))
    scores = [test["score"] for test in tests if "score" in test]
    total = content.get("score", sum(scores) if scores else None)
    top = content.get("visibility", "visible")
    seen = [test for test in tests if test.get("visibility", top) == "visible"]
    formats = {content.get("output_format", "simple_format")}
    formats |= {
        test.get("output_format", content.get("test_output_format", "text")) for test in tests
    }
    formats |= {test.get("name_format", content.get("test_name_format", "text")) for test in tests}
    texts = [content.get("output", "") if top == "visible" else ""]
    texts += [f"{test.get('name', '')}\n{test.get('output', '')}" for test in seen]
    return Seen(
        score=None if total is None else float(total),
        total_is_shown=top == "visible" and len(seen) == len(tests),
        shown="\n".join(texts),
        markup=formats != {"text"},
        tests=tests,
    )


def _check_words(content: dict[str, Any], tests: list[dict[str, Any]]) -> None:
    for test in tests:
        assert set(test) <= TEST, set(test) - TEST
        assert "score" in test or "status" in test or "score" in content
        assert test.get("status", "passed") in {"passed", "failed"}
        assert isinstance(test.get("number", ""), str)
        for key in ("score", "max_score"):
            assert key not in test or _is_number(test[key])
    assert "score" not in content or _is_number(content["score"])
    assert "execution_time" not in content or _is_number(content["execution_time"])
    for one in (content, *tests):
        for key, word in one.items():
            assert not key.endswith("_format") or word in FORMATS, (key, word)
            assert not key.endswith("visibility") or word in VISIBILITIES, (key, word)


def prairielearn(data: bytes) -> float | None:
    """Return the score that PrairieLearn takes from results; None where it counts no attempt."""
    assert len(data) <= 1024**2
    content = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    if not content.get("gradable", True):
        assert content.get("format_errors"), "the learner must read why"
        return None
    if not content.get("succeeded", True):
        return 0.0
    score = content.get("score")
    if not _is_number(score) or not 0 <= score <= 1:
        return None
    for test in content.get("tests", []):
        assert _is_number(test["points"]) and _is_number(test["max_points"])
    return float(score)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _no_constant(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def blackboard(data: bytes) -> dict[str, dict[str, str]]:
    """Return what Blackboard's upload makes of a file: cells by username and column id or title.

    Its help: tab-delimited (UTF-16 or UTF-8) or comma-delimited, quotes doubled within quotes, one
    row for each learner, matched by Username, columns by the number behind the bar.
    """
    utf16 = data.startswith(b"\xff\xfe")
    text = data.decode("utf-16") if utf16 else data.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if utf16 else ",")
    names = [title.rpartition("|")[2] if "|" in title else title for title in header]
    assert len(set(names)) == len(names)
    assert all(len(row) == len(names) for row in rows)
    return {row[names.index("Username")]: dict(zip(names, row, strict=True)) for row in rows}


def blackboard_by_place(data: bytes) -> dict[str, dict[str, str]]:
    """Return the same of a file in another language: login names stand third, as its help says."""
    utf16 = data.startswith(b"\xff\xfe")
    text = data.decode("utf-16") if utf16 else data.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if utf16 else ",")
    names = [
        title.rpartition("|")[2] if "|" in title else f"{at}" for at, title in enumerate(header)
    ]
    assert all(len(row) == len(names) for row in rows)
    return {row[2]: dict(zip(names, row, strict=True)) for row in rows}


def brightspace(data: bytes) -> dict[str, dict[str, str]]:
    """Return what Brightspace's import makes of a file: cells by bare username and column title."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert header[-1] == "End-of-Line Indicator"
    assert all(len(row) == len(header) and row[-1] == "#" for row in rows)
    at = header.index("Username")
    assert all(row[at].startswith("#") for row in rows)
    return {row[at].removeprefix("#"): dict(zip(header, row, strict=True)) for row in rows}


def brightspace_by_place(data: bytes) -> dict[str, list[str]]:
    """Return the same of a file in another language: rows by the second column, the login name."""
    _, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert all(row[-1] == "#" and row[1].startswith("#") for row in rows)
    return {row[1].removeprefix("#"): row for row in rows}


def openolat(text: str) -> dict[str, tuple[float | None, str | None]]:
    r"""Return score and comment by identifier, as ``DataStepForm`` reads them.

    Lines end at ``\r?\n``, cells at each tab, and the first line says how many columns there are.
    """
    lines = [line for line in re.split(r"\r?\n", text) if line.strip()]
    rows = [line.split("\t") for line in lines]
    assert {len(row) for row in rows} == {3}, "a tab or a newline in a cell makes another row"
    found: dict[str, tuple[float | None, str | None]] = {}
    for identifier, score, comment in rows:
        number = float(score.strip().replace(",", ".")) if score.strip() else None
        found[identifier.strip()] = (number, comment.strip() or None)
    return found


def returned(paths: list[str]) -> dict[str, list[str]]:
    """Return the files by whose they become: OpenOLAT takes the name of each file's own folder."""
    whose: dict[str, list[str]] = {}
    for path in paths:
        *_, folder, file = path.split("/")
        assert not file.startswith("."), "hidden files are passed over"
        whose.setdefault(folder, []).append(file)
    return whose


def canvas(data: bytes, assignment: str) -> dict[str, float | None]:
    """Return the scores by user number that Canvas's importer takes, restated from its source.

    The separator is told by the first three lines; the header test is the importer's own; in
    each cell the last point or comma stands before the decimals.
    """
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    first = "".join(text.split("\n")[:3])
    semicolons = first.count(";") > first.count(",")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if semicolons else ","))
    header = rows[0]
    assert "Student" in header[0] and "ID" in header[1] and len(header) > 3
    (column,) = (at for at, title in enumerate(header) if title.endswith(f" ({assignment})"))
    scores: dict[str, float | None] = {}
    for row in rows[1:]:
        if row and row[1].isdigit():
            cell = row[column]
            if re.fullmatch(r"-?[0-9.,]+%?", cell):
                whole, sign, decimals = re.fullmatch(r"(.*?)(?:([.,])([^.,]*))?", cell).groups()  # type: ignore[union-attr]
                scores[row[1]] = float(re.sub("[.,]", "", whole) + (f".{decimals}" if sign else ""))
            else:
                scores[row[1]] = None
    return scores


def ilias(paths: list[str]) -> dict[int, list[str]]:
    """Return the files by user that ILIAS takes from an archive for feedback, old and new.

    Up to version 8 the top folder must begin with ``multi_feedback``; since version 9 an entry
    has exactly three parts, of which the second ends in the user's number.
    """
    taken: dict[int, list[str]] = {}
    for path in paths:
        parts = path.split("/")
        if len(parts) != 3 or not parts[0].startswith("multi_feedback") or parts[2].startswith("."):
            continue
        tail = parts[1].rpartition("_")[2]
        if tail.isdigit():
            taken.setdefault(int(tail), []).append(parts[2])
    return taken
