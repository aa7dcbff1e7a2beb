"""The language that a hand-in says it is written in."""

from __future__ import annotations

from grader.errors import SubmissionError
from grader.language import sentence


def check_language(language: str, name: str) -> list[str]:
    """Return remarks on the language that a file says it is in; "" is Python.

    Raises ``SubmissionError`` for any other.
    """
    plain = language.strip().lower()
    if not plain.startswith("py") and "python" not in plain and plain:
        raise SubmissionError(
            sentence(
                "{name}: is written in {language}, and this sheet is answered in Python; "
                "choose the kernel Python 3, check that every cell runs, and hand it in again",
                name=name,
                language=language[:40],
            )
        )
    if plain in {"python2", "python 2"}:
        return [sentence("It was written for Python 2 and is read as Python 3.")]
    return []
