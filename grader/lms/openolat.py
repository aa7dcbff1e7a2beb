"""OpenOLAT: a text to paste into its bulk assessment, and an archive of reports to return.

OpenOLAT splits the text at each tab, with no regard to quotes, and each line is a learner. Files
go back to the learner whose login name their folder has.

Sources: ``DataStepForm`` and ``ChooseColumnsStepForm`` of OpenOLAT; not tried against an OpenOLAT.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal

from grader.grade import Grade, Gradebook
from grader.language import decimal, say, speaking, stored_language
from grader.lms import feedback, matching, numbers
from grader.lms.matching import Claim, Export, Place, graded

REPORT = "feedback.html"
TEXT, ARCHIVE = "bulk-assessment.txt", "return-files.zip"
DELIMITER = "\t"


def prepare(book: Gradebook) -> Export:
    """Return what exporting ``book`` would do: a line for each learner that is known."""
    claims = [_claim(grade) for grade in book.submissions]
    keys = sorted({key for claim in claims for key in claim.keys})
    places = [Place(key=key, row=at, line=at + 1, grade="") for at, key in enumerate(keys)]
    maximum = Decimal(str(book.sheet.max_points))
    plan = matching.match(
        places, claims, lambda grade, _: matching.cell(grade, maximum, numbers.Notation())
    )
    notes = [
        say(
            "points are written as they are: the most that OpenOLAT's course element gives must "
            "be {points}",
            points=decimal(f"{book.sheet.max_points:g}"),
        ),
        say("passed is left out: OpenOLAT's own limit, or a person, decides it"),
    ]
    return Export(plan=plan, notes=tuple(notes), changes={})


def files(
    export: Export, book: Gradebook, pages: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the archive and the text by name."""
    lines = graded(export.plan)
    reports = {f"{line.key}/{REPORT}": pages[line.submission] for line in lines}
    titles = {one.question: f"{one.part} {one.title}".strip() for one in book.sheet.questions}
    yield ARCHIVE, feedback.archive(reports)
    rows = ((line.key, line.after, _comment(line.grade, titles)) for line in lines if line.grade)
    yield TEXT, "".join(DELIMITER.join(row) + "\n" for row in rows).encode()


def steps() -> Iterator[str]:
    """Yield how to upload both, with what goes wrong otherwise."""
    yield say(
        "In the assessment tool choose the course element and “Bulk assessment”. Paste the whole "
        "of {text} and choose “tab” as separator.",
        text=TEXT,
    )
    yield say(
        "In the same form choose {archive} under “Return files”, where the course element has it "
        "on.",
        archive=ARCHIVE,
    )
    yield say(
        "Choose column 1 as identifier, 2 as score and 3 as comment; a comment replaces one that "
        "is there. Look the next table through: learners that OpenOLAT does not find stand there "
        "by themselves."
    )


def _claim(grade: Grade) -> Claim:
    identity = grade.identity
    if identity is None or identity.lms != "openolat":
        return Claim(grade=grade, keys=(), why_none=say("is of no download of OpenOLAT"))
    if identity.kind == "team":
        why = say("is a group's, and OpenOLAT's bulk assessment takes single learners")
        return Claim(grade=grade, keys=(), why_none=why)
    if identity.kind is None:
        # A folder's name lacks signs of the login name: what is left may be another's.
        why = say("no roster has told whose it is; grade again with --roster and --resume")
        return Claim(grade=grade, keys=(), why_none=why)
    return Claim(grade=grade, keys=(identity.number,))


def _comment(grade: Grade, titles: Mapping[str, str]) -> str:
    """Return a grade's marks in one line, without a sign that ends a cell or a line."""
    with speaking(stored_language(grade.language)):
        late = [grade.late.sentence] if grade.late else []
        pieces = [f"{_points(grade.points)} / {_points(grade.max_points)}", *late]
        pieces += [
            f"{titles.get(mark.question, mark.question)}: {_points(mark.points)} / "
            f"{_points(mark.max_points)}. {mark.feedback}".rstrip()
            for mark in grade.questions
        ]
    return " | ".join(map(_on_one_line, pieces))


def _on_one_line(text: str) -> str:
    signs = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join("".join(signs).split())


def _points(number: float | None) -> str:
    return "–" if number is None else decimal(f"{round(number, 2):g}")
