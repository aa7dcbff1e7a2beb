"""A bundle is the same for the same sheet, whole or not there, and loses nobody's work."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import course, handout, intake, starter
from grader.handout import public
from grader.submission import Rejection
from tests.conftest import REPOSITORY, TINY_COURSE, Ended

Command = Callable[..., Ended]
TASK = "exercises/circles/circle.py"
INVARIANT = 'task.invariant("four", lambda corners: corners == circle.N)'
WITH_STARTER = [
    name
    for name in course.sheets(REPOSITORY)
    if (REPOSITORY / "exercises" / name / "starter").is_dir()
]


@pytest.fixture
def circles(tmp_path: Path) -> Path:
    """A copy of the tiny course, to be changed."""
    shutil.copytree(TINY_COURSE, tmp_path / "course")
    return tmp_path / "course"


def release(command: Command, where: Path, out: Path) -> Ended:
    return command("release", "circles", "-o", out, "--no-samples", course=where)


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_release_writes_statement_starter_sheet_and_zip(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    ended = release(command, circles, tmp_path / "out")
    assert ended.code == 0, ended.err
    folder = tmp_path / "out/circles"
    names = {"README.md", "circles.ipynb", "circles.py", "sheet.json"}
    assert set(content(folder)) == names | {"statement.html", "statement.md"}
    with zipfile.ZipFile(tmp_path / "out/circles.zip") as packed:
        assert {name: packed.read(f"circles/{name}") for name in content(folder)} == content(folder)
        assert len(packed.namelist()) == len(content(folder))


@pytest.mark.parametrize("name", course.sheets(REPOSITORY))
def test_the_same_sheet_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; os.umask(int(sys.argv[3], 8));"
        "from grader import course, handout;"
        "sheet = course.load(Path(sys.argv[1]), sys.argv[2]);"
        "handout.write(handout.make(sheet), Path(sys.argv[4]))"
    )
    digests = set()
    for number, (umask, zone, seed) in enumerate(
        (("022", "UTC", "0"), ("077", "Asia/Kolkata", "1"), ("002", "America/Lima", "4242"))
    ):
        where, out = tmp_path / f"course{number}", tmp_path / f"out{number}"
        for part in ("exercises", "reference"):
            ignored = shutil.ignore_patterns("submissions", "__pycache__")
            shutil.copytree(REPOSITORY / part, where / part, ignore=ignored)
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        line = [sys.executable, "-c", code, str(where), name, umask, str(out)]
        subprocess.run(line, check=True, env=environment, cwd=tmp_path)
        found = content(out)
        assert f"{name}.zip" in found
        digests.add(hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('{"power": 1})\ndef radius_not', '{"power": 2})\ndef radius_not', "radius_not_squared"),
        ("call(1.0, public=True)", "call(1.0, gives=4.0)", "4.0, which is not right"),
        ("call(2.0)", "call(2.0, gives=12.566370614359172)", "the statement does not say"),
        ("call(2.0)", "call(2.0, example=(0.0, 0.0))", "has to be a tuple of 2"),
        ('part="1c")', 'part="1c", example=4)', "own answer; give another one"),
        ('part="1c")', 'part="1c", hints=("It is 28.2743.",))', "in the hand-out"),
        ("\n\n@task.text", f"\n{INVARIANT}\n\n\n@task.text", "cannot be handed out"),
    ],
)  # fmt: skip
def test_a_broken_sheet_is_refused_and_nothing_is_written(
    command: Command, circles: Path, tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    task = circles / TASK
    text = task.read_text()
    assert old in text
    task.write_text(text.replace(old, new, 1))
    if "circle.N" in new:
        reference = circles / "reference/circle.py"
        reference.write_text(reference.read_text() + "\nN = 4\n")
    ended = release(command, circles, tmp_path / "out")
    assert ended.code == 2, ended.out
    assert sentence in ended.err and len(ended.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_statement_is_a_page_that_runs_nothing_and_names_every_answer(
    circles: Path, tmp_path: Path
) -> None:
    path = circles / "exercises/circles/statement.md"
    path.write_text(path.read_text() + "\n<script>alert(1)</script> <img src=x onerror=y>\n")
    sheet = course.load(circles, "circles")
    files = handout.make(sheet).files
    page = files["statement.html"].decode()
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    for question in sheet.questions:
        assert f"<code>{question.name}" in page
        assert question.name in files["statement.md"].decode()


def test_a_sheet_without_a_statement_is_refused(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    (circles / "exercises/circles/statement.md").unlink()
    ended = release(command, circles, tmp_path / "out")
    assert ended.code == 2 and "statement.md" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.sandbox
def test_a_sample_that_does_not_get_its_verdict_keeps_a_sheet_back(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    sidecar = (
        circles / "exercises/circles/submissions/misconception/radius_not_squared.expected.toml"
    )
    sidecar.write_text(sidecar.read_text().replace("MISCONCEPTION", "INCORRECT"))
    ended = command("release", "circles", "-o", tmp_path / "out", course=circles)
    assert ended.code == 2 and "radius_not_squared" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.sandbox
def test_a_sound_sheet_with_its_samples_is_released(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    ended = command("release", "circles", "-o", tmp_path / "out", course=circles)
    assert ended.code == 0, ended.err
    assert (tmp_path / "out/circles.zip").is_file()


def test_a_second_release_replaces_the_first_and_no_work(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert release(command, circles, out).code == 0
    statement = circles / "exercises/circles/statement.md"
    statement.write_text(statement.read_text() + "\nGood luck.\n")
    assert release(command, circles, out).code == 0
    assert "Good luck." in (out / "circles/statement.md").read_text()
    before = {**content(out)}
    for mine in (out / "circles/circles.py", out / "circles/notes.txt"):
        kept = mine.read_bytes() if mine.exists() else None
        mine.write_text("disc_area = 1\n")
        ended = release(command, circles, out)
        assert ended.code == 2 and mine.name in ended.err
        assert mine.read_text() == "disc_area = 1\n"
        mine.unlink() if kept is None else mine.write_bytes(kept)
    assert content(out) == before
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_a_folder_that_cannot_be_written_is_one_sentence(
    command: Command, circles: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    ended = release(command, circles, tmp_path / "out")
    assert ended.code == 2 and len(ended.err.strip().splitlines()) == 1


@pytest.mark.parametrize("name", WITH_STARTER)
def test_the_starter_of_a_sheet_is_the_one_that_is_made_of_it(name: str) -> None:
    sheet = course.load(REPOSITORY, name)
    folder = sheet.folder / "starter"
    made = {
        f"{name}.ipynb": starter.notebook(starter.cells(sheet)),
        f"{name}.py": starter.module(starter.cells(sheet)),
    }
    assert content(folder) == made, "copy them from a release; see docs/handout.md"


@pytest.mark.parametrize("name", WITH_STARTER)
def test_both_starters_are_read_as_the_same_cells_with_a_tag_for_each_question(
    name: str, tmp_path: Path
) -> None:
    sheet = course.load(REPOSITORY, name)
    folder, _ = handout.write(handout.make(sheet), tmp_path)
    cells = []
    for path in (folder / f"{name}.ipynb", folder / f"{name}.py"):
        read = intake.read_file(path)
        assert not isinstance(read, Rejection)
        cells.append([(one.kind, one.source.strip(), one.answers) for one in read.cells])
    assert cells[0] == cells[1]
    tags = [tag for _, _, tag in cells[0] if tag]
    assert tags == [question.id for question in sheet.questions]


def test_a_sheet_comes_back_as_it_was_written(tmp_path: Path) -> None:
    given = public.of(course.load(REPOSITORY, "dl_foundations"))
    path = tmp_path / handout.FILE
    path.write_bytes(public.encode(given))
    assert public.read(path) == given


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"schema": "sheet/2"}', json.dumps({"name": "x"}).encode()]
)
def test_a_damaged_sheet_is_one_sentence(
    command: Command, circles: Path, tmp_path: Path, data: bytes
) -> None:
    assert release(command, circles, tmp_path / "out").code == 0
    folder = tmp_path / "out/circles"
    (folder / handout.FILE).write_bytes(data)
    ended = command("check", folder / "circles.py")
    assert ended.code == 2
    assert "sheet.json" in ended.err and "take the hand-out again" in ended.err
