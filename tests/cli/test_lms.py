"""From a platform's download to what is uploaded again, through the real command line."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.policies import late_policy
from tests.conftest import TINY_COURSE, Ended
from tests.intake.making import zipped
from tests.lms.making import worksheet
from tests.lms.test_canvas import GRADEBOOK
from tests.lms.test_canvas_groups import GROUPS as CANVAS_GROUPS
from tests.lms.test_gradescope import GRADES, SUBMITTERS
from tests.lms.test_gradescope import PRIVATE as OF_GRADESCOPE

pytestmark = pytest.mark.sandbox

Command = Callable[..., Ended]

SAMPLES = TINY_COURSE / "exercises/circles/submissions"
WRONG = (SAMPLES / "misconception/radius_not_squared.py").read_text()
NOT_FOR_LEARNERS = b"Do not hand this page out"
NAMES = ("Zora Quill", "Yann Frost", "Xenia Marsh", "Walt Brook")
PRIVATE = (*NAMES, "Quill", "Frost", "Marsh", "Brook", "example.org")


@pytest.fixture
def download(tmp_path: Path) -> Path:
    path = tmp_path / "C1-Circles-77.zip"
    path.write_bytes(
        zipped(
            {
                "Zora Quill_101_assignsubmission_file_/answers.py": WRONG,
                "Yann Frost_102_assignsubmission_file_/answers.py": WRONG,
                "Yann Frost_102_assignsubmission_file_/photo.png": b"\x89PNG",
                "Xenia Marsh_103_assignsubmission_onlinetext_/onlinetext.html": "<p>see mail",
            }
        )
    )
    return path


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "Grades-C1-Circles-77.csv"
    path.write_bytes(worksheet(101, 102, 103, 104, names=NAMES, language="German", maximum=100))
    return path


def test_two_commands_lead_from_the_download_to_the_upload(
    command: Command, tiny_course: Path, tmp_path: Path, download: Path, roster: Path
) -> None:
    out = tmp_path / "out"
    ended = command("grade", "circles", download, "--roster", roster, "-o", out, course=tiny_course)
    assert ended.code == 1, ended.err
    assert "3 of 4 participants handed in" in ended.err
    assert "no submission: 104" in ended.err
    assert "photo.png" in ended.err
    book = json.loads((out / "grades.json").read_text())
    assert [one["identity"]["number"] for one in book["submissions"]] == ["101", "102", "103"]
    assert {one["identity"]["kind"] for one in book["submissions"]} == {"learner"}

    into = ("export", "moodle", "--grades", out / "grades.json", "--into", roster)
    dry = command(*into, "-o", tmp_path / "upload")
    assert (dry.code, (tmp_path / "upload").exists()) == (1, False)
    assert "2 updated, 0 unchanged, 1 waits for a person, 1 no submission" in dry.out
    assert "multiplied by" in dry.out

    ended = command(*into, "-o", tmp_path / "upload", "--yes")
    assert ended.code == 0, ended.err
    assert "German" in ended.out
    after = (tmp_path / "upload" / roster.name).read_bytes()
    before = roster.read_bytes()
    points, of = book["submissions"][0]["points"], book["sheet"]["max_points"]
    cell = f'"{100 * points / of:.2f}"'.replace(".", ",").encode()
    assert after.count(cell) == 2
    changed = [a != b for a, b in zip(after.splitlines(), before.splitlines(), strict=True)]
    assert changed == [False, True, True, False, False]
    with zipfile.ZipFile(tmp_path / "upload" / "feedback.zip") as packed:
        assert packed.namelist() == [
            "Yann Frost_102_assignsubmission_file/feedback.html",
            "Zora Quill_101_assignsubmission_file/feedback.html",
        ]
        assert b"radius" in packed.read(packed.namelist()[0])

    again = command(*into, "-o", tmp_path / "again", "--yes")
    assert again.code == 0
    for name in (roster.name, "feedback.zip"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "upload" / name).read_bytes()

    for path in out.rglob("*"):
        for private in PRIVATE:
            assert private not in path.name
            assert path.is_dir() or private not in path.read_text(encoding="utf-8"), path
    for said in (ended, dry, again):
        assert not any(private in said.out + said.err for private in PRIVATE)


def sent_files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, those within archives included."""
    found = {}
    for path in (one for one in folder.rglob("*") if one.is_file()):
        found[str(path)] = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                found |= {f"{path}!{name}": packed.read(name) for name in packed.namelist()}
    return found


def test_what_is_sent_back_never_holds_an_instructors_page(
    command: Command, tiny_course: Path, tmp_path: Path, download: Path, roster: Path
) -> None:
    canvas, ilias = tmp_path / "grades.csv", tmp_path / "Circles.zip"
    canvas.write_bytes(GRADEBOOK)
    users = ("Quill_Zora_zq_1234", "Frost_Yann_yf_1235")
    ilias.write_bytes(zipped({f"Circles/Abgaben/{user}/a.py": WRONG for user in users}))
    skeleton = tmp_path / "multi_feedback_Circles_77.zip"
    skeleton.write_bytes(zipped({f"multi_feedback_Circles_77/{user}/": "" for user in users}))
    canvas_in = tmp_path / "canvas.zip"
    canvas_in.write_bytes(
        zipped({"quillzora_1234_5678_a.py": WRONG, "frost_1235_5679_a.py": WRONG})
    )
    for platform, source, into in (
        ("moodle", download, ("--into", roster)),
        ("canvas", canvas_in, ("--into", canvas, "--assignment", "501")),
        ("ilias", ilias, ("--into", skeleton)),
        ("gradescope", download, ()),
        ("prairielearn", download, ()),
    ):
        out, upload = tmp_path / platform / "out", tmp_path / platform / "upload"
        command("grade", "circles", source, "-o", out, course=tiny_course)
        made = {path.name: path.read_bytes() for path in (out / "instructor").iterdir()}
        assert set(made) == {path.name for path in (out / "reports").iterdir()}
        assert made and all(NOT_FOR_LEARNERS in page for page in made.values())
        yes = ("--yes",) if into else ()
        ended = command(
            "export", platform, "--grades", out / "grades.json", *into, "-o", upload, *yes
        )
        assert ended.code == 0, ended.err
        files = sent_files(upload)
        assert files
        for name, content in files.items():
            assert NOT_FOR_LEARNERS not in content, name
            assert b"instructor/" not in content, name


def test_a_team_is_graded_once_and_every_member_gets_it(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    teams = tmp_path / "teams.zip"
    teams.write_bytes(zipped({"Team 1_103_assignsubmission_file_/answers.py": WRONG}))
    roster = tmp_path / "worksheet.csv"
    groups = ("Team 1", "Team 1", "Team 2")
    roster.write_bytes(worksheet(101, 102, 103, groups=groups, names=NAMES[:3]))
    out = tmp_path / "out"
    without = ("grade", "circles", teams, "-o", out)
    command(*without, course=tiny_course)
    into = ("export", "moodle", "--grades", out / "grades.json", "--into", roster, "--yes")
    refused = command(*into, "-o", tmp_path / "upload")
    assert refused.code == 2 and not (tmp_path / "upload").exists()
    assert "--roster" in refused.out

    command(*without, "--roster", roster, "--resume", course=tiny_course)
    ended = command(*into, "-o", tmp_path / "upload")
    assert ended.code == 0, ended.err
    with zipfile.ZipFile(tmp_path / "upload" / "feedback.zip") as packed:
        assert packed.namelist() == [
            "Yann Frost_102_assignsubmission_file/feedback.html",
            "Zora Quill_101_assignsubmission_file/feedback.html",
        ]


def test_nothing_is_written_while_two_hand_ins_have_one_number(
    command: Command, tiny_course: Path, tmp_path: Path, download: Path, roster: Path
) -> None:
    twin = tmp_path / "again.zip"
    twin.write_bytes(download.read_bytes())
    out = tmp_path / "out"
    command("grade", "circles", download, twin, "-o", out, course=tiny_course)
    ended = command(
        "export", "moodle", "--grades", out / "grades.json", "--into", roster,
        "-o", tmp_path / "upload", "--yes",
    )  # fmt: skip
    assert ended.code == 2
    assert "ambiguous" in ended.err and "101" in ended.err
    assert not (tmp_path / "upload").exists()


def test_check_says_what_files_are_and_who_matches(
    command: Command, download: Path, roster: Path
) -> None:
    ended = command("lms", "check", roster, download)
    assert ended.code == 0, ended.err
    for said in (
        "a grading worksheet of Moodle, in German; 4 participants, 0 graded",
        "3 hand-ins of Moodle",
        "3 of 4 participants handed in",
        "no submission: 104",
    ):
        assert said in ended.out
    assert not any(private in ended.out + ended.err for private in PRIVATE)


@pytest.mark.parametrize("words", [("lms", "check"), ("export", "moodle", "-o", "up", "--grades")])
def test_bad_files_end_with_two_and_a_sentence_that_names_them(
    command: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\0\1\2")
    into = ("--into", str(bad)) if words[0] == "export" else ()
    for name in ("bad.csv", "missing.csv"):
        ended = command(*words, name, *into)
        assert ended.code == 2
        assert name in ended.err and len(ended.err.strip().splitlines()) == 1
    assert not (tmp_path / "up").exists()


def into_gradebook(command: Command, out: Path, gradebook: Path) -> tuple[Ended, list[bool]]:
    """Export grades into Canvas's gradebook; return what was said, and which lines changed."""
    upload = gradebook.parent / "upload"
    ended = command(
        "export", "canvas", "--grades", out / "grades.json", "--into", gradebook,
        "-o", upload, "--assignment", "501", "--yes",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    before, after = GRADEBOOK.splitlines(), (upload / gradebook.name).read_bytes().splitlines()
    return ended, [a != b for a, b in zip(before, after, strict=True)]


def test_canvas_from_the_download_to_the_gradebook(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    submissions = tmp_path / "submissions.zip"
    submissions.write_bytes(
        zipped({"quillzora_LATE_1234_5678_a.py": WRONG, "frostyann_1235_5679_a.py": WRONG})
    )
    gradebook = tmp_path / "grades.csv"
    gradebook.write_bytes(GRADEBOOK)
    out = tmp_path / "out"
    command("grade", "circles", submissions, "-o", out, course=tiny_course)
    ended, changed = into_gradebook(command, out, gradebook)
    assert "2 updated" in ended.out
    assert changed == [False, False, False, True, True, False, False]
    assert "a gradebook of Canvas" in command("lms", "check", gradebook, submissions).out
    for path in out.rglob("*"):
        assert path.is_dir() or "quill" not in path.read_text(encoding="utf-8").lower(), path


def test_canvas_spreads_a_groups_grade_over_its_members(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    submissions, out = tmp_path / "submissions.zip", tmp_path / "out"
    submissions.write_bytes(
        zipped({"teamö2x_1234_5678_a.py": WRONG, "marshxenia_1236_5679_a.py": WRONG})
    )
    table, gradebook = tmp_path / "groups.csv", tmp_path / "grades.csv"
    table.write_text(CANVAS_GROUPS, encoding="utf-8")
    gradebook.write_bytes(GRADEBOOK)
    ended = command(
        "grade", "circles", submissions, "-o", out, "--roster", table, course=tiny_course
    )
    assert "3 of 4 learners handed in" in ended.err and "no submission: 1237" in ended.err
    assert graded(out)["user-1234"]["identity"]["members"] == ["1234", "1235"]
    ended, changed = into_gradebook(command, out, gradebook)
    assert "2 learners get the grade of their group" in ended.out
    assert changed == [False, False, False, True, True, False, False]
    with zipfile.ZipFile(tmp_path / "upload/reports.zip") as packed:
        assert packed.namelist() == ["user-1234.html", "user-1235.html"]
        assert packed.read("user-1235.html") == (out / "reports/user-1234.html").read_bytes()
    checked = command("lms", "check", table, submissions)
    assert "groups.csv: groups of Canvas; 3 of 4 learners in 2 groups" in checked.out
    for path in out.rglob("*"):
        assert path.is_dir() or "Quill" not in path.read_text(encoding="utf-8"), path


def test_ilias_from_the_download_to_the_archive_for_feedback(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    users = ("Quill_Zora_zq_1234", "Frost_Yann_yf_1235")
    submissions = tmp_path / "Circles.zip"
    submissions.write_bytes(zipped({f"Circles/Abgaben/{user}/a.py": WRONG for user in users}))
    skeleton = tmp_path / "multi_feedback_Circles_77.zip"
    skeleton.write_bytes(zipped({f"multi_feedback_Circles_77/{user}/": "" for user in users}))
    out = tmp_path / "out"
    command("grade", "circles", submissions, "-o", out, course=tiny_course)
    ended = command(
        "export", "ilias", "--grades", out / "grades.json", "--into", skeleton,
        "-o", tmp_path / "upload", "--yes",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    with zipfile.ZipFile(tmp_path / "upload" / skeleton.name) as packed:
        assert packed.namelist() == [
            f"multi_feedback_Circles_77/{user}/feedback.html" for user in sorted(users)
        ]
    for path in out.rglob("*"):
        assert path.is_dir() or "Quill" not in path.read_text(encoding="utf-8"), path


def test_an_export_of_gradescope_is_graded_and_said_who_is_missing(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    export, grades = tmp_path / "submissions.zip", tmp_path / "Circles_scores.csv"
    top = "assignment_55_export/"
    export.write_bytes(
        zipped(
            {
                f"{top}submission_metadata.yml": SUBMITTERS,
                f"{top}submission_1001/answers.py": WRONG,
                f"{top}submission_1002/answers.py": WRONG,
                f"{top}submission_1003/answers.py": WRONG,
            }
        )
    )
    grades.write_text(GRADES)
    out = tmp_path / "out"
    said = command("grade", "circles", export, "--roster", grades, "-o", out, course=tiny_course)
    assert said.code == 0, said.err
    checked = command("lms", "check", grades, export)
    assert "a table of grades of Gradescope; 5 learners" in checked.out
    assert "3 hand-ins of Gradescope" in checked.out
    for text in (said.err, checked.out):
        assert "3 of 5 learners handed in" in text
        assert "no submission: SID 400, line 6" in text
        assert "not in Circles_scores.csv: submission-1003" in text

    book = json.loads((out / "grades.json").read_text())
    assert [one["identity"]["members"] for one in book["submissions"]] == [
        ["0100"],
        ["200", "0201"],
        [],
    ]
    up = tmp_path / "up"
    assert command("export", "gradescope", "--grades", out / "grades.json", "-o", up).code == 0
    assert {path.parent.name for path in up.glob("*/results.json")} == {
        f"submission-{number}" for number in (1001, 1002, 1003)
    }
    written = [path for folder in (out, up) for path in folder.rglob("*")]
    for path in written:
        for private in OF_GRADESCOPE:
            assert path.is_dir() or private not in path.read_text(encoding="utf-8"), path
    for one in (said, checked):
        assert not any(private in one.out + one.err for private in OF_GRADESCOPE)


POLICY = late_policy("participant-102", "participant-199")
LATE = "Mittwoch, 2. Dezember 2026, 00:30"


@pytest.fixture
def late_course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(TINY_COURSE, folder)
    (folder / "course.toml").write_text(POLICY)
    return folder


def graded(out: Path) -> dict[str, Any]:
    book = json.loads((out / "grades.json").read_text())
    return {one["submission"]: one for one in book["submissions"]}


def test_late_work_loses_its_share_from_the_worksheet_to_the_upload(
    command: Command, late_course: Path, tmp_path: Path, download: Path
) -> None:
    roster, out = tmp_path / "worksheet.csv", tmp_path / "out"
    times = (LATE, LATE, "-", "-")
    table = worksheet(101, 102, 103, 104, names=NAMES, language="German", maximum=7, times=times)
    roster.write_bytes(table)
    words = ("grade", "circles", download, "-o", out)
    ended = command(*words, course=late_course)
    assert graded(out)["participant-101"]["late"] is None
    assert "not known" in graded(out)["participant-101"]["remarks"][-1]
    assert "time that is not known" in ended.err and "participant-101, participant-102" in ended.err

    ended = command(*words, "--roster", roster, "--resume", course=late_course)
    assert "handed in late: participant-101\n" in ended.err
    assert "extensions that meet no hand-in: participant-199" in ended.err
    late, extended = graded(out)["participant-101"], graded(out)["participant-102"]
    before = extended["points"]
    assert (extended["late"], before > 0) == (None, True)
    assert (late["late"]["days"], late["late"]["percent"]) == (2, 20)
    assert late["points"] == pytest.approx(0.8 * before)
    assert late["questions"] == extended["questions"]
    assert "so 20 % of the earned points" in (out / "reports/participant-101.html").read_text()
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert float(rows["participant-101"]["late_deduction"]) == pytest.approx(0.2 * before)
    assert rows["participant-102"]["late_deduction"] == ""

    command(
        "export", "moodle", "--grades", out / "grades.json", "--into", roster,
        "-o", tmp_path / "up", "--yes",
    )  # fmt: skip
    written = (tmp_path / "up" / roster.name).read_text(encoding="utf-8")
    points = late["points"] * 7 / late["max_points"]
    assert f"{points:.2f}".replace(".", ",") in written
    assert written.count("so 20 % of the earned points") == 1

    # Marking again takes nothing off twice, and a new policy is enough without another run.
    marked = command("mark", "circles", out, course=late_course)
    assert "no mark changed" in marked.out
    assert graded(out)["participant-101"] == late
    cheaper = POLICY.replace("per_day = 10", "per_day = 5")
    (late_course / "course.toml").write_text(cheaper)
    marked = command("mark", "circles", out, course=late_course)
    assert "20 % off" in marked.out and "10 % off" in marked.out
    assert graded(out)["participant-101"]["points"] == pytest.approx(0.9 * before)


def test_a_wrong_policy_ends_before_anything_runs(
    command: Command, late_course: Path, tmp_path: Path, download: Path
) -> None:
    (late_course / "course.toml").write_text(POLICY.replace("Berlin", "Berlim"))
    ended = command("grade", "circles", download, "-o", tmp_path / "out", course=late_course)
    assert ended.code == 2
    assert "course.toml" in ended.err and "late.timezone" in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_expected_values_open_when_nobody_can_be_on_time_any_more(
    command: Command, late_course: Path, tmp_path: Path, download: Path
) -> None:
    task = late_course / "exercises/circles/circle.py"
    text = task.read_text()
    assert "@task.value(points=2" in text
    task.write_text(text.replace("@task.value(", '@task.value(show_expected="after_deadline", '))
    out, pages = tmp_path / "out", {}
    for year in ("2199", "2001"):
        policy = POLICY.replace("2026-11-30", "2001-11-30").replace("2026-12-07", f"{year}-12-07")
        (late_course / "course.toml").write_text(policy)
        words = ("grade", "circles", download, "-o", out, "--resume")
        command(*words, course=late_course)
        pages[year] = (out / "reports/participant-101.html").read_text()
    assert "Expected" not in pages["2199"]
    assert "Expected" in pages["2001"]


def test_a_folder_that_is_half_a_platforms_is_refused_until_said_what_it_is(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    folder, out = tmp_path / "hand-ins", tmp_path / "out"
    folder.mkdir()
    for name in ("ada.py", "Bob_102_assignsubmission_file_hw.py"):
        (folder / name).write_text(WRONG)
    for words in (("grade", "circles", folder, "-o", out), ("lms", "check", folder)):
        refused = command(*words, course=tiny_course if words[0] == "grade" else None)
        assert refused.code == 2 and "--lms none" in refused.err
        assert len(refused.err.strip().splitlines()) == 1
    assert not out.exists()
    said = command("lms", "check", folder, "--lms", "moodle")
    assert "1 hand-ins of Moodle" in said.out
    ended = command("grade", "circles", folder, "-o", out, "--lms", "none", course=tiny_course)
    assert ended.code == 0, ended.err
    assert {one["identity"] for one in graded(out).values()} == {None}
