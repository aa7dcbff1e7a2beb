"""Blackboard, Brightspace and OpenOLAT from the download to the upload, on the command line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import TINY_COURSE, Ended
from tests.intake.making import zipped
from tests.lms import reading
from tests.lms.test_blackboard import ALONE, FULL
from tests.lms.test_blackboard_languages import FINNISH as BLACKBOARD_FINNISH
from tests.lms.test_blackboard_languages import GERMAN as BLACKBOARD_GERMAN
from tests.lms.test_brightspace import GRADES
from tests.lms.test_brightspace_languages import GERMAN as BRIGHTSPACE_GERMAN
from tests.lms.test_ilias import STATUS

pytestmark = pytest.mark.sandbox

Command = Callable[..., Ended]
WRONG = (
    TINY_COURSE / "exercises/circles/submissions/misconception/radius_not_squared.py"
).read_text()
TIME = "2026-10-05-13-05-09"
PRIVATE = ("Quill", "Frost", "Marsh", "example.org")


def graded(
    command: Command, course: Path, source: Path, out: Path, *words: str | Path
) -> tuple[Ended, dict[str, dict[str, object]]]:
    ended = command("grade", "circles", source, "-o", out, *words, course=course)
    book = json.loads((out / "grades.json").read_text())
    return ended, {one["submission"]: one for one in book["submissions"]}


def nobody_is_named(*folders: Path) -> None:
    for path in (one for folder in folders for one in folder.rglob("*")):
        for private in PRIVATE:
            assert private not in path.name
            assert path.is_dir() or private not in path.read_text(encoding="utf-8"), path


def test_blackboard(command: Command, tiny_course: Path, tmp_path: Path) -> None:
    source, into = tmp_path / "gradebook.zip", tmp_path / "gc.csv"
    source.write_bytes(
        zipped(
            {
                f"Circles_zq1_attempt_{TIME}_a.py": WRONG,
                "Circles_zq1_attempt_2026-10-04-13-05-09_a.py": "raise SystemExit",
                f"Circles_a_yf1_attempt_{TIME}_a.py": WRONG,
                f"Circles_a_yf1_attempt_{TIME}.txt": "Name: Yann Frost (a_yf1)\n",
            }
        )
    )
    into.write_bytes(FULL)
    out = tmp_path / "out"
    ended, marks = graded(command, tiny_course, source, out)
    assert ended.code == 0, ended.err
    assert "is of an earlier attempt (2026-10-04 13:05:09)" in ended.err
    assert set(marks) == {"user-zq1", "user-a_yf1"}
    ended = command(
        "export", "blackboard", "--grades", out / "grades.json", "--into", into,
        "-o", tmp_path / "up", "--assignment", "1702852", "--yes",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "2 updated, 0 unchanged" in ended.out and "delimiter: comma" in ended.out
    before = reading.blackboard(FULL)
    after = reading.blackboard((tmp_path / "up/gc.csv").read_bytes())
    changed = [
        (login, column)
        for login, row in before.items()
        for column, cell in row.items()
        if after[login][column] != cell
    ]
    assert changed == [("zq1", "1702852"), ("a_yf1", "1702852")]
    with zipfile.ZipFile(tmp_path / "up/reports.zip") as packed:
        assert packed.namelist() == ["user-a_yf1.html", "user-zq1.html"]
    checked = command("lms", "check", into, source)
    assert "a Grade Centre file of Blackboard; assignments: HW 1 [" in checked.out
    assert "2 hand-ins of Blackboard" in checked.out and "2 of 3 learners" in checked.out
    assert "no submission: xm1" in checked.out
    nobody_is_named(out)


def test_a_title_with_a_line_needs_a_roster_or_the_file_itself(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    source, into = tmp_path / "gradebook.zip", tmp_path / "gc.csv"
    source.write_bytes(
        zipped({f"HW_1_{login}_attempt_{TIME}_a.py": WRONG for login in ("zq1", "yf1")})
    )
    into.write_bytes(ALONE)
    out = tmp_path / "out"
    _, marks = graded(command, tiny_course, source, out)
    assert set(marks) == {"user-zq1-or-1_zq1", "user-yf1-or-1_yf1"}
    ended = command(
        "export", "blackboard", "--grades", out / "grades.json", "--into", into,
        "-o", tmp_path / "up", "--yes",
    )  # fmt: skip
    assert ended.code == 0 and "2 updated" in ended.out
    after = reading.blackboard((tmp_path / "up/gc.csv").read_bytes())
    assert "radius" in after["zq1"]["Feedback to Learner"]
    assert after["yf1"]["Feedback to Learner"] == "Talk to me."
    ended, marks = graded(command, tiny_course, source, out, "--roster", into, "--resume")
    assert "2 of 2 learners handed in" in ended.err
    assert marks["user-zq1-or-1_zq1"]["identity"] == {
        "lms": "blackboard", "number": "zq1", "kind": "learner", "members": [], "anonymous": False,
    }  # fmt: skip


def test_brightspace(command: Command, tiny_course: Path, tmp_path: Path) -> None:
    source, into = tmp_path / "HW 1 Download.zip", tmp_path / "grades.csv"
    source.write_bytes(
        zipped(
            {
                "index.html": "<html>Zora Quill",
                "39786-96739 - Zora Quill - Oct 10, 2025 1022 AM/a.py": WRONG,
                "39786-96739 - Zora Quill - Oct 9, 2025 1022 AM/a.py": "raise SystemExit",
                "39787-96739 - Xenia Marsh - Oct 9, 2025 744 PM/a.py": WRONG,
            }
        )
    )
    into.write_bytes(GRADES)
    out, up = tmp_path / "out", tmp_path / "up"
    export = (
        "export", "brightspace", "--grades", out / "grades.json", "--into", into,
        "-o", up, "--assignment", "HW 1", "--yes",
    )  # fmt: skip
    graded(command, tiny_course, source, out)
    refused = command(*export)
    assert refused.code == 2 and "--roster" in refused.out and not up.exists()
    roster = ("--roster", into, "--resume")
    ended, _ = graded(command, tiny_course, source, out, *roster)
    assert "none of the 2 hand-ins is joined to a row" in ended.err
    assert command(*export).code == 2 and not up.exists()
    ended, _ = graded(command, tiny_course, source, out, *roster, "--by-name")
    assert "1 of 4 learners handed in" in ended.err
    assert "not in grades.csv: user-39787" in ended.err
    assert "1 hand-ins met a row of grades.csv by the learner's name alone" in ended.err
    ended = command(*export)
    assert ended.code == 0, ended.err
    assert "by name" in ended.out and "1 updated" in ended.out and "1 unmatched" in ended.out
    after = (up / "grades.csv").read_bytes()
    changed = [a != b for a, b in zip(after.splitlines(), GRADES.splitlines(), strict=True)]
    assert changed == [False, True, False, False, False]
    assert "a file of grades of Brightspace; grade items: HW 1" in command("lms", "check", into).out
    nobody_is_named(out)
    assert "Add Feedback Files" not in ended.out
    back = command(*export, "--download", source)
    assert back.code == 0, back.err
    assert "Add Feedback Files, and feedback.zip as it is" in back.out
    with zipfile.ZipFile(up / "feedback.zip") as packed:
        (name,) = packed.namelist()
        report = packed.read(name)
    # The newest attempt's folder, letter by letter, and a file that is not the learner's.
    assert name == "39786-96739 - Zora Quill - Oct 10, 2025 1022 AM/feedback.html"
    assert report == (out / "reports/user-39786.html").read_bytes()
    other = command(*export, "--download", into)
    assert other.code == 2 and "--download" in other.err
    assert len(other.err.strip().splitlines()) == 1


def test_brightspace_in_german_needs_no_english(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    source, into, out = tmp_path / "Blatt.zip", tmp_path / "noten.csv", tmp_path / "out"
    source.write_bytes(
        zipped(
            {
                "index.html": "",
                "39786-96739 - Zoë Müller - 10. Oktober 2025 1022/a.py": WRONG,
                "39786-96739 - Zoë Müller - 9. Oktober 2025 2322/a.py": "raise SystemExit",
                "39787-96739 - Xenia Marsh - 9. Oktober 2025 1022/a.py": WRONG,
            }
        )
    )
    into.write_bytes(BRIGHTSPACE_GERMAN.encode())
    ended, marks = graded(command, tiny_course, source, out, "--roster", into, "--by-name")
    assert set(marks) == {"user-39786", "user-39787"}
    assert "2 of 3 learners handed in" in ended.err
    ended = command(
        "export", "brightspace", "--grades", out / "grades.json", "--into", into, "-o",
        tmp_path / "up", "--assignment", "Blatt 1 Punktenote", "--download", source, "--yes",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "2 updated" in ended.out
    before = reading.brightspace_by_place(into.read_bytes())
    after = reading.brightspace_by_place((tmp_path / "up/noten.csv").read_bytes())
    changed = [(login, at) for login, row in before.items() for at, cell in enumerate(row)
               if after[login][at] != cell]  # fmt: skip
    assert changed == [("zq1", 5), ("xm1", 5)]
    with zipfile.ZipFile(tmp_path / "up/feedback.zip") as packed:
        assert packed.namelist()[0].startswith("39786-96739 - Zoë Müller - 10. Oktober 2025 1022/")


def test_blackboard_in_german_from_the_download_to_the_upload(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    source, into, out = tmp_path / "g.zip", tmp_path / "gc.csv", tmp_path / "out"
    names = ("zq1", "a_yf1")
    files = {f"Blatt 1_{n}_attempt_{TIME}_a.py": WRONG for n in names}
    source.write_bytes(zipped(files))
    for text, words in ((BLACKBOARD_GERMAN, ()), (BLACKBOARD_FINNISH, ("--in-points",))):
        into.write_bytes(text.encode())
        ended, _ = graded(command, tiny_course, source, out, "--roster", into, "--resume")
        assert "2 of 3 learners handed in" in ended.err and "no submission: xm1" in ended.err
        export = (
            "export", "blackboard", "--grades", out / "grades.json", "--into", into,
            "-o", tmp_path / "up", "--assignment", "1702852", "--yes",
        )  # fmt: skip
        assert (command(*export).code == 2) is bool(words)
        ended = command(*export, *words)
        assert ended.code == 0, ended.err
        before = reading.blackboard_by_place(into.read_bytes())
        after = reading.blackboard_by_place((tmp_path / "up/gc.csv").read_bytes())
        changed = {login for login, row in before.items() if after[login] != row}
        assert changed == set(names)
        assert after["zq1"]["1702852"] == after["a_yf1"]["1702852"] != ""
    checked = command("lms", "check", into, source)
    assert "a Grade Centre file of Blackboard" in checked.out
    refused = command(*export[:2], *export[2:], "--download", source)
    assert refused.code == 2 and "takes no --download PATH" in refused.err


def test_openolat(command: Command, tiny_course: Path, tmp_path: Path) -> None:
    top = "ita_Sheet_1_2026_10_06"
    source, roster = tmp_path / "archive.zip", tmp_path / "learners.csv"
    source.write_bytes(
        zipped(
            {
                f"{top}/results.xlsx": b"PK",
                f"{top}/Quill_Zora_zq1/1_submissions/a.py": "raise SystemExit",
                f"{top}/Quill_Zora_zq1/3_revisions_1/a.py": WRONG,
                f"{top}/Frost_Yann_yf1/1_submissions/a.py": WRONG,
            }
        )
    )
    roster.write_text("Name;Benutzername\nZora;z.q-1\nXenia;xm1\n")
    out, up = tmp_path / "out", tmp_path / "up"
    _, marks = graded(command, tiny_course, source, out, "--roster", roster)
    assert set(marks) == {"user-zq1", "user-yf1"}
    export = ("export", "openolat", "--grades", out / "grades.json", "-o", up)
    dry = command(*export)
    assert dry.code == 1 and not up.exists() and "1 unmatched" in dry.out
    assert command(*export, "--into", roster).code == 2
    ended = command(*export, "--yes")
    assert ended.code == 0, ended.err
    assert "Bulk assessment" in ended.out
    rows = reading.openolat((up / "bulk-assessment.txt").read_text(encoding="utf-8"))
    assert list(rows) == ["z.q-1"] and "radius" in (rows["z.q-1"][1] or "")
    with zipfile.ZipFile(up / "return-files.zip") as packed:
        assert reading.returned(packed.namelist()) == {"z.q-1": ["feedback.html"]}
    checked = command("lms", "check", roster, source)
    assert "a roster of 2 login names" in checked.out
    assert "2 hand-ins of OpenOLAT" in checked.out and "no submission: xm1" in checked.out
    nobody_is_named(out)


def test_check_says_what_the_other_files_of_a_platform_are(
    command: Command, tmp_path: Path
) -> None:
    status, skeleton, other = (tmp_path / name for name in ("s.csv", "f.zip", "other.csv"))
    status.write_bytes(STATUS)
    skeleton.write_bytes(zipped({"multi_feedback_S_7/Quill_Zora_zq_1234/": ""}))
    other.write_text("a,b\n1,2\n")
    ended = command("lms", "check", status, skeleton)
    assert ended.code == 0, ended.err
    assert "s.csv: a status file of ILIAS's extension; 2 rows" in ended.out
    assert "f.zip: an archive for feedback of ILIAS; 1 users" in ended.out
    refused = command("lms", "check", other)
    assert refused.code == 2 and len(refused.err.strip().splitlines()) == 1
    assert "other.csv: is no table of a platform that is known here" in refused.err


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_same_bytes_go_back_in_every_language(
    command: Command, tiny_course: Path, tmp_path: Path, language: str
) -> None:
    source, into, out = tmp_path / "g.zip", tmp_path / "gc.csv", tmp_path / "out"
    source.write_bytes(zipped({f"HW 1_{n}_attempt_{TIME}_a.py": WRONG for n in ("zq1", "yf1")}))
    into.write_bytes(ALONE)
    graded(command, tiny_course, source, out, "--lang", language)
    ended = command(
        "export", "blackboard", "--grades", out / "grades.json", "--into", into,
        "-o", tmp_path / "up", "--yes", "--lang", language,
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert ("Trennzeichen: Komma" in ended.out) is (language == "de")
    after = reading.blackboard((tmp_path / "up/gc.csv").read_bytes())
    assert after["zq1"]["1702852"] == after["yf1"]["1702852"] != ""
    assert "," not in after["zq1"]["1702852"]
