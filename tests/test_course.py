from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader import course
from grader.errors import AuthorError, UsageError

TASK = '''from grader import Task, exact
from reference import numbers

task = Task("Numbers", number={number})


@task.value(points=1, check=exact())
def {name}():
    """A number."""
    return numbers.FIVE
'''

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a course with one sheet; keywords are further files of the sheet's folder."""

    def build(toml: str = 'title = "One"', **files: str) -> Path:
        root = tmp_path / "course"
        folder = root / "exercises" / "one"
        folder.mkdir(parents=True, exist_ok=True)
        (root / "reference").mkdir(exist_ok=True)
        (root / "reference" / "__init__.py").write_text("")
        (root / "reference" / "numbers.py").write_text("FIVE = 5\n")
        (folder / "sheet.toml").write_text(toml)
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)
        return root

    return build


def refusal(root: Path, name: str = "one") -> str:
    with pytest.raises(AuthorError) as caught:
        course.load(root, name)
    sentence = str(caught.value)
    assert "\n" not in sentence and "Traceback" not in sentence
    return sentence


def test_a_sheet_is_loaded_with_its_tasks_in_the_order_of_their_numbers(write: Write) -> None:
    root = write(
        a=TASK.format(number=2, name="second"),
        b=TASK.format(number=1, name="first"),
    )
    sheet = course.load(root, "one")
    assert (sheet.name, sheet.title) == ("one", "One")
    assert [task.name for task in sheet.tasks] == ["b", "a"]
    assert [question.id for question in sheet.questions] == ["b.first", "a.second"]
    assert sheet.questions[0].reference() == 5


def test_the_nearest_course_upwards_is_found(write: Write, tmp_path: Path) -> None:
    root = write(a=TASK.format(number=1, name="x"))
    assert course.find(root / "exercises" / "one") == root
    assert course.sheets(root) == ("one",)
    with pytest.raises(UsageError, match="--course DIR"):
        course.find(tmp_path)


def test_a_sheet_that_is_not_there_names_those_that_are(write: Write, tmp_path: Path) -> None:
    root = write(a=TASK.format(number=1, name="x"))
    with pytest.raises(UsageError, match=r"has no sheet 'two' \(there: one\)"):
        course.load(root, "two")
    with pytest.raises(UsageError, match=r"\(there: none\)"):
        course.load(tmp_path, "two")


def test_limits_are_taken_from_the_sheet(write: Write) -> None:
    root = write(
        "[limits]\ncell_seconds = 5\nmemory_bytes = 1000000", a=TASK.format(number=1, name="x")
    )
    sheet = course.load(root, "one")
    assert (sheet.limits.cell_seconds, sheet.limits.memory_bytes) == (5, 1_000_000)
    assert sheet.title == "one"


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("title = ", "sheet.toml: not TOML"),
        ('titel = "One"', "unknown key 'titel'; did you mean 'title'?"),
        ("colour = 1", "unknown key 'colour'; known are title, preamble, limits"),
        ("[limits]\ncell_second = 5", "unknown key 'cell_second'; did you mean 'cell_seconds'?"),
        ("[limits]\ncell_seconds = 0", "limits.cell_seconds = 0; give a number above 0"),
        ("[limits]\ncell_seconds = -1", "limits.cell_seconds = -1; give a number above 0"),
        ("[limits]\ncell_seconds = true", "limits.cell_seconds = True; give a number above 0"),
        ('[limits]\ncell_seconds = "5"', "limits.cell_seconds = '5'; give a number above 0"),
        ("[limits]\ncell_seconds = nan", "limits.cell_seconds = nan; give a number above 0"),
        ("[limits]\ncell_seconds = inf", "limits.cell_seconds = inf; give a number above 0"),
        ("title = 5", "title = 5; give a text"),
        ("limits = 5", "limits = 5; give a table"),
    ],
)
def test_wrong_settings_are_refused(write: Write, toml: str, sentence: str) -> None:
    assert sentence in refusal(write(toml, a=TASK.format(number=1, name="x")))


def test_settings_that_are_no_text_are_refused(write: Write) -> None:
    root = write(a=TASK.format(number=1, name="x"))
    (root / "exercises" / "one" / "sheet.toml").write_bytes(b"\xff\xfe")
    assert "sheet.toml: not TOML" in refusal(root)


HEAD = 'from grader import Task, call, close, exact, fixed\ntask = Task("T")\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\n", "defines no task; write task = Task"),
        ("def f(:\n", "exercises/one/a.py, line 1: invalid syntax"),
        ("x = 1\ny = 1 / 0\n", "exercises/one/a.py, line 2: ZeroDivisionError: division by zero"),
        ("import no_such_module_here\n", "line 1: ModuleNotFoundError: No module named"),
        (HEAD, "exercises/one/a.py: task 'a' asks nothing"),
        (
            HEAD + "@task.value(pionts=1, check=exact())\ndef x():\n    '''X.'''\n",
            "line 3: value() does not know 'pionts'; did you mean 'points'?",
        ),
        (
            HEAD + "@task.value(colour=1, points=1, check=exact())\ndef x():\n    '''X.'''\n",
            "line 3: value() does not know 'colour'; known are points, check",
        ),
        (
            HEAD + "@task.value(points=1, check=exact())\ndef x():\n    return 5\n",
            "line 3: x has no docstring",
        ),
        (
            HEAD + "@task.value(points=1, check=close(rtoll=1))\ndef x():\n    '''X.'''\n",
            "line 3: close() does not know 'rtoll'; did you mean 'rtol'?",
        ),
        (
            HEAD + "@task.value(points=1)\ndef x():\n    '''X.'''\n",
            "line 3: TypeError",
        ),
    ],
)
def test_what_an_author_got_wrong_is_one_sentence(write: Write, text: str, sentence: str) -> None:
    assert sentence in refusal(write(a=text))


def test_an_unknown_keyword_of_a_misconception_is_explained(write: Write) -> None:
    text = HEAD + (
        "@task.value(points=1, check=exact())\ndef x():\n    '''X.'''\n    return 5\n"
        "@x.misconception(pts=0)\ndef y():\n    '''Y.'''\n    return 6\n"
    )
    sentence = refusal(write(a=text))
    assert "line 7: misconception() does not know 'pts'" in sentence


def test_an_error_inside_the_reference_is_placed_in_the_sheet(write: Write) -> None:
    root = write(a=HEAD + "from reference import numbers\nnumbers.SIX\n")
    assert "exercises/one/a.py, line 4: AttributeError" in refusal(root)


def test_a_sheet_without_tasks_is_refused(write: Write) -> None:
    assert "no task; add a module" in refusal(write())


def test_a_question_of_two_tasks_is_refused(write: Write) -> None:
    root = write(a=TASK.format(number=1, name="x"), b=TASK.format(number=2, name="x"))
    assert "question 'x' is asked by several tasks" in refusal(root)


def test_an_alias_that_is_a_question_is_refused(write: Write) -> None:
    aliased = TASK.format(number=2, name="y").replace("exact())", "exact(), aliases=['x'])")
    sentence = refusal(write(a=TASK.format(number=1, name="x"), b=aliased))
    assert "alias 'x' of b.y is itself a question; remove the alias" in sentence


def test_an_alias_of_two_questions_is_refused(write: Write) -> None:
    first, second = (
        TASK.format(number=n, name=f"x{n}").replace("exact())", "exact(), aliases=['r'])")
        for n in (1, 2)
    )
    assert "alias 'r' stands for a.x1 and for b.x2; keep one of them" in refusal(
        write(a=first, b=second)
    )


def test_two_courses_keep_their_references_apart(write: Write, tmp_path: Path) -> None:
    first = write(a=TASK.format(number=1, name="x"))
    second = tmp_path / "other"
    (second / "exercises" / "one").mkdir(parents=True)
    (second / "reference").mkdir()
    (second / "reference" / "__init__.py").write_text("")
    (second / "reference" / "numbers.py").write_text("FIVE = 55\n")
    (second / "exercises" / "one" / "sheet.toml").write_text("")
    (second / "exercises" / "one" / "a.py").write_text(TASK.format(number=1, name="x"))
    assert course.load(first, "one").questions[0].reference() == 5
    assert course.load(second, "one").questions[0].reference() == 55
    assert course.load(first, "one").questions[0].reference() == 5


def test_the_version_follows_the_sheet_and_its_references_alone(write: Write) -> None:
    root = write(a=TASK.format(number=1, name="x"))
    version = course.load(root, "one").version
    (root / "exercises" / "one" / "submissions").mkdir()
    (root / "exercises" / "one" / "submissions" / "ada.py").write_text("x = 5")
    assert course.load(root, "one").version == version
    (root / "reference" / "numbers.py").write_text("FIVE = 6\n")
    changed = course.load(root, "one").version
    assert changed != version
    write('title = "Two"')
    assert course.load(root, "one").version not in (version, changed)


def test_a_course_around_another_has_its_own_reference(tmp_path: Path) -> None:
    """As this repository, whose tests hold small courses of their own."""
    for root, five in ((tmp_path, 5), (tmp_path / "inner", 6)):
        folder = root / "exercises" / "one"
        folder.mkdir(parents=True)
        (root / "reference").mkdir()
        (root / "reference" / "__init__.py").write_text("")
        (root / "reference" / "numbers.py").write_text(f"FIVE = {five}\n")
        (folder / "sheet.toml").write_text('title = "One"')
        (folder / "task.py").write_text(TASK.format(number=1, name="five"))
    for root, five in ((tmp_path / "inner", 6), (tmp_path, 5), (tmp_path / "inner", 6)):
        (question,) = course.load(root, "one").questions
        assert question.reference is not None
        assert question.reference() == five
