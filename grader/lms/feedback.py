"""What a learner gets back: a comment as HTML, and an archive of the reports."""

from __future__ import annotations

import html
import io
import unicodedata
import zipfile
from collections.abc import Container, Mapping

from grader.grade import Grade, Late
from grader.language import decimal, speaking, stored_language

OURS = "grader-feedback"
"""Class of the element around every comment of ours, by which a later export knows it."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def comment(grade: Grade, titles: Mapping[str, str]) -> str:
    """Return a grade's marks as HTML on one line, without a raw quote or backslash.

    ``titles`` holds what each question is called. Numbers look as in the grade's language.
    """
    with speaking(stored_language(grade.language)):
        return _comment(grade, titles)


def _comment(grade: Grade, titles: Mapping[str, str]) -> str:
    marks = "".join(
        f"<li><b>{_html(titles.get(mark.question, mark.question))}</b>: "
        f"{_points(mark.points)} / {_points(mark.max_points)}"
        f"{'. ' if mark.feedback else ''}{_html(mark.feedback)}</li>"
        for mark in grade.questions
    )
    total = f"{_points(grade.points)} / {_points(grade.max_points)}"
    late = f"<p>{_html(grade.late.sentence)}{_taken_off(grade.late)}</p>" if grade.late else ""
    return f"<div class={OURS}><p>{total}</p>{late}<ul>{marks}</ul></div>"


def text(grade: Grade, titles: Mapping[str, str]) -> str:
    """Return what ``comment`` says as plain text, a line for each question."""
    with speaking(stored_language(grade.language)):
        return _text(grade, titles)


def archive(files: Mapping[str, bytes], *, executable: Container[str] = ()) -> bytes:
    """Return a ZIP of ``files`` by their paths; the same files give the same bytes.

    Those in ``executable`` may be run once unpacked.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(files):
            member = zipfile.ZipInfo(path, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = (0o100755 if path in executable else 0o100644) << 16
            packed.writestr(member, files[path])
    return buffer.getvalue()


def _text(grade: Grade, titles: Mapping[str, str]) -> str:
    lines = [f"{_points(grade.points)} / {_points(grade.max_points)}"]
    if grade.late:
        lines.append(f"{grade.late.sentence}{_taken_off(grade.late)}")
    lines += [
        f"{titles.get(mark.question, mark.question)}: "
        f"{_points(mark.points)} / {_points(mark.max_points)}"
        f"{'. ' if mark.feedback else ''}{' '.join(mark.feedback.split())}"
        for mark in grade.questions
    ]
    return "\n".join("".join(filter(_is_shown, line)) for line in lines)


def _is_shown(character: str) -> bool:
    return character in "\r\n\t" or unicodedata.category(character) not in ("Cc", "Cs")


def _html(text: str) -> str:
    """Return text as HTML whose entities hide all that a table's reader could take otherwise."""
    kept = "".join(filter(_is_shown, text))
    encoded = html.escape(kept).replace("\\", "&#92;")
    return "<br>".join(encoded.splitlines())


def _taken_off(late: Late) -> str:
    lost = f"{_points(late.points_before)} − {_points(late.deduction)}"
    return f" {lost} = {_points(late.points_before - late.deduction)}" if late.deduction else ""


def _points(number: float | None) -> str:
    return "–" if number is None else decimal(f"{round(number, 2):g}")
