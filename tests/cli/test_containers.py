"""Gradescope's container, laid out in a folder: the real ZIP, its own scripts, its own engine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from grader.cli import bundle as bundling
from grader.observing import VERSIONED
from tests.conftest import TINY_COURSE, Ended
from tests.lms import reading

Command = Callable[..., Ended]

SAMPLES = TINY_COURSE / "exercises/circles/submissions"
RIGHT = (SAMPLES / "correct/all_right.py").read_text()
WRONG = (SAMPLES / "misconception/radius_not_squared.py").read_text()
SECRET = "expected_of_circles"


class Container:
    """``/autograder`` as Gradescope lays it out, in a folder."""

    def __init__(self, root: Path, bundle: bytes) -> None:
        self.root = root
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
            for info in packed.infolist():
                path = Path(packed.extract(info, root / "source"))
                path.chmod(info.external_attr >> 16 & 0o777)

    def hand_in(self, name: str, text: str) -> None:
        path = self.root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, **settings: str) -> reading.Seen:
        environment = {
            **{key: value for key, value in os.environ.items() if key != "COLUMNS"},
            "GRADER_AUTOGRADER": str(self.root),
            "GRADER_PYTHON": sys.executable,
            "PYTHONPATH": str(self.root / "source/engine"),
            **settings,
        }
        ended = subprocess.run(
            [self.root / "source/run_autograder"],
            env=environment, cwd="/", capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        return reading.gradescope((self.root / "results/results.json").read_bytes())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("bundle") / "autograder.zip"
    words = ["gradescope-autograder", "circles", "-o", str(path), "--isolation", "strict"]
    line = [sys.executable, "-m", "grader", "export", *words, "--course", str(TINY_COURSE)]
    ended = subprocess.run(line, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "references" in ended.stdout
    return path.read_bytes()


@pytest.fixture
def container(tmp_path: Path, bundle: bytes) -> Container:
    return Container(tmp_path / "autograder", bundle)


def test_the_bundle_is_what_gradescope_needs_and_nothing_of_learners(bundle: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        modes = {info.filename: info.external_attr >> 16 for info in packed.infolist()}
        pins = packed.read("constraints.txt").decode().splitlines()
        needed = packed.read("requirements.txt").decode().split()
        reading.gradescope(packed.read("failed.json"))
    assert modes["setup.sh"] & 0o111 and modes["run_autograder"] & 0o111
    assert "course/reference/circle.py" in modes and "engine/grader/__main__.py" in modes
    assert not [name for name in modes if "submissions/" in name or "__pycache__" in name]
    assert not [name for name in modes if name.startswith("/") or ".." in name]
    assert all("==" in pin and "+" not in pin for pin in pins)
    installed = {one.metadata["Name"].lower() for one in metadata.distributions()}
    assert set(VERSIONED) & installed <= set(needed), "what submissions find here, they find there"
    assert set(needed) <= {pin.partition("==")[0] for pin in pins}


def test_the_same_course_gives_the_same_bytes(
    command: Command, tiny_course: Path, tmp_path: Path, bundle: bytes
) -> None:
    words = ("export", "gradescope-autograder", "circles", "-o", tmp_path / "again.zip")
    assert command(*words, "--isolation", "strict", course=tiny_course).code == 0
    assert (tmp_path / "again.zip").read_bytes() == bundle


def test_pip_looks_at_a_further_address_and_runs_nothing_of_it(
    command: Command, tiny_course: Path, tmp_path: Path, bundle: bytes
) -> None:
    words = ("export", "gradescope-autograder", "circles", "-o", tmp_path / "a.zip", "--index")
    assert command(*words, "https://wheels.example/$(reboot)", course=tiny_course).code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        setup = packed.read("setup.sh").decode()
    assert "--extra-index-url 'https://wheels.example/$(reboot)'" in setup
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        assert "index" not in packed.read("setup.sh").decode()


def test_scripts_are_correct_shell(container: Container) -> None:
    for name in ("setup.sh", "run_autograder"):
        subprocess.run(["sh", "-n", container.root / "source" / name], check=True)


@pytest.mark.sandbox
def test_a_right_answer_gets_its_points_and_what_is_open_waits(container: Container) -> None:
    container.hand_in("answers.py", RIGHT)
    seen = container.run()
    assert seen.score == 7.0
    assert "1 of 8 points waits for a person" in seen.shown
    assert not seen.total_is_shown and not seen.markup
    assert sum(test["max_score"] for test in seen.tests if "score" in test) == 7.0


@pytest.mark.sandbox
def test_a_wrong_answer_loses_its_points_and_says_why(container: Container) -> None:
    # Two folders and nothing beside them, as a repository has: still one learner's.
    container.hand_in("src/answers.py", WRONG)
    container.hand_in("tests/notes.txt", "none")
    container.hand_in("tests/more.py", "spare = 1")
    seen = container.run()
    assert seen.score == 2.0
    assert "an area has squared units" in seen.shown


@pytest.mark.sandbox
def test_a_hostile_hand_in_reaches_neither_references_nor_results(container: Container) -> None:
    planted = container.root / "source/course/reference/planted.txt"
    planted.write_text(SECRET)
    places = [planted, container.root / "source/course/reference/circle.py"]
    results = container.root / "results/results.json"
    container.hand_in(
        "answers.py",
        f"""
import glob, os, subprocess
found = []
for place in {[str(one) for one in places]!r}:
    try:
        found.append(open(place).read())
    except OSError as problem:
        found.append(type(problem).__name__)
print(found)
for place in ({str(results)!r}, "/autograder/results/results.json"):
    try:
        open(place, "w").write('{{"score": 1000, "tests": []}}')
    except OSError:
        pass
disc_area = found[0]
print("{SECRET[:8]}" in str(found))
""",
    )
    seen = container.run()
    assert seen.score == 0.0
    text = results.read_text()
    assert SECRET not in text and "math.pi" not in text
    assert "FileNotFoundError" in text or "PermissionError" in text
    assert planted.read_text() == SECRET


@pytest.mark.sandbox
def test_markup_of_a_learner_stays_text(container: Container) -> None:
    container.hand_in("answers.py", "disc_area = '<img src=x onerror=alert(1)>'")
    seen = container.run()
    assert not seen.markup and "<img src=x" in seen.shown


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "holds no notebook or module"),
        ("photo.png", "is no notebook"),
        ("broken.ipynb", "broken.ipynb"),
    ],
)
def test_what_cannot_be_graded_has_no_score_and_says_why(
    container: Container, name: str, said: str
) -> None:
    if name:
        container.hand_in(name, "not a notebook")
    seen = container.run()
    assert seen.score is None
    assert "could not be graded" in seen.shown
    assert said in seen.shown


@pytest.mark.parametrize(
    "broken",
    [
        {"GRADER_PYTHON": "/nowhere/python"},
        {"GRADER_PYTHON": "/bin/false"},
        {"GRADER_SECONDS": "0.01"},
        {"PYTHONPATH": "/nowhere", "GRADER_PYTHON": "/bin/true"},
    ],
)
def test_a_grader_that_fails_says_so_and_gives_no_zero(
    container: Container, broken: dict[str, str]
) -> None:
    container.hand_in("answers.py", RIGHT)
    seen = container.run(**broken)
    assert seen.score is None
    assert "did not start, or did not end in time" in seen.shown


def test_results_of_an_earlier_run_never_stand_in(container: Container) -> None:
    (container.root / "results/results.json").write_text(json.dumps({"score": 8, "tests": []}))
    (container.root / "source/course/exercises/circles/circle.py").write_text("task = 3")
    container.hand_in("answers.py", RIGHT)
    assert container.run().score is None


def test_what_a_platform_does_not_need_is_refused(command: Command, tmp_path: Path) -> None:
    for words, said in (
        (("gradescope", "-o", "up"), "needs --grades"),
        (("gradescope", "--grades", "g.json", "--into", "x", "-o", "up"), "takes no --into"),
        (("moodle", "--grades", "g.json", "-o", "up"), "needs --into"),
        (("gradescope-autograder", "-o", "a.zip"), "needs SHEET"),
        (("prairielearn", "circles", "--grades", "g.json", "-o", "up"), "takes no SHEET"),
    ):
        ended = command("export", *words)
        assert ended.code == 2 and said in ended.err, ended.err


@pytest.mark.sandbox
def test_a_class_has_one_file_of_results_each(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert command("grade", "circles", class_folder, "-o", out, course=tiny_course).code == 1
    for platform in ("gradescope", "prairielearn"):
        up = tmp_path / platform
        ended = command("export", platform, "--grades", out / "grades.json", "-o", up)
        assert ended.code == 0, ended.err
        assert "eve: is not graded" in ended.out and "ada: waits for a person" in ended.out
        found = {path.parent.name: path.read_bytes() for path in up.glob("*/results.json")}
        assert set(found) == {"ada", "bob", "eve"}
        if platform == "gradescope":
            scores = {name: reading.gradescope(data).score for name, data in found.items()}
            assert scores == {"ada": 7.0, "bob": 2.0, "eve": None}
        else:
            shares = {name: reading.prairielearn(data) for name, data in found.items()}
            assert shares == {"ada": None, "bob": 0.25, "eve": None}


def test_what_only_another_system_needs_is_not_installed_in_the_container(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed = ['tzdata>=2024.1; sys_platform == "win32"', "rich>=13.7", 'torch; extra == "course"']
    monkeypatch.setattr(metadata, "requires", lambda _: needed)
    assert list(bundling._own_packages()) == ["rich"]
