"""What a learner reads for each verdict, as plain text: a change of wording is a reviewed diff.

``GRADER_SNAPSHOTS=write python -m pytest tests/report/test_snapshots.py`` writes the files anew;
look at their diff before you commit it. What marking and authors say is that of the samples, in
English in both folders.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grade import Mark, Verdict
from grader.language import language, speaking
from grader.report import learner_report
from tests.report import samples
from tests.report.pages import text

FOLDER = Path(__file__).parent / "snapshots"
FOLDERS = {"en": FOLDER, "de": FOLDER / "de"}
MARKS = {mark.verdict: mark for mark in samples.ADA_MARKS}


def told(mark: Mark) -> str:
    """The mark's article, one line for each paragraph, fact and head."""
    grade = replace(samples.ADA, questions=(mark,))
    html = learner_report(grade, None, None, samples.SHEET, samples.ENVIRONMENT)
    (article,) = re.findall('<article class="card mark.*?</article>', html, re.DOTALL)
    blocks = re.split(r"(?=<(?:p|h3|dt|li|summary)\b)", article)
    return "".join(f"{line}\n" for block in blocks if (line := text(block)))


@pytest.mark.parametrize("code", FOLDERS)
@pytest.mark.parametrize("verdict", Verdict)
def test_the_words_of_a_verdict_are_the_reviewed_ones(verdict: Verdict, code: str) -> None:
    file = FOLDERS[code] / f"{verdict.value.lower()}.txt"
    with speaking(language(code)):
        now = told(MARKS[verdict])
    if os.environ.get("GRADER_SNAPSHOTS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8"), "reviewed? GRADER_SNAPSHOTS=write keeps it"


@pytest.mark.parametrize("code", FOLDERS)
def test_there_is_no_snapshot_of_a_verdict_that_is_gone(code: str) -> None:
    kept = {one.stem.upper() for one in FOLDERS[code].glob("*.txt")}
    assert kept == {one.value for one in Verdict}
