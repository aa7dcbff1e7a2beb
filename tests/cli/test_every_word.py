"""Nothing that the command line says is written in one language alone.

A language is made of the engine's texts in which each stands in ⟦brackets⟧. What stands outside
of them was said by nobody: it may be a name, a path, a number or code, and nothing else.
"""

from __future__ import annotations

import ast
import re
import runpy
from contextlib import suppress
from pathlib import Path

import polib
import pytest

from grader import cli, language
from tests.conftest import REPOSITORY

COMMANDS = (
    "grade", "check", "pack", "mark", "report", "verify", "translate", "release", "export", "send",
    "lms", "demo", "doctor",
)  # fmt: skip
_INNERMOST = re.compile("⟦[^⟦⟧]*⟧")
_PATH = re.compile(r"\S*/\S*")
_OTHERS = "Expecting value; JSON is malformed: invalid character (byte 0)"
"""What other programs say is repeated as they say it."""
_WORD = re.compile(r"[A-Za-z]{2,}")


_PLACE = re.compile(r"\{\w+[^{}]*\}|%\(\w+\)[sr]|%[sr]")


def in_brackets(text: str) -> str:
    """Return a text in brackets, and its places outside of them: a value is said by itself."""
    return f"⟦{_PLACE.sub(lambda place: f'⟧{place[0]}⟦', text)}⟧"


@pytest.fixture(scope="module")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of languages with the one language ``xx``."""
    texts = runpy.run_path(str(REPOSITORY / "scripts" / "catalogues.py"))["texts"]()
    catalogue = polib.POFile(encoding="utf-8")
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for context, one, many in texts:
        if context:
            continue
        entry = polib.POEntry(msgid=one, msgid_plural=many)
        if many:
            entry.msgstr_plural = {0: in_brackets(one), 1: in_brackets(many)}
        else:
            entry.msgstr = in_brackets(one)
        catalogue.append(entry)
    folder = tmp_path_factory.mktemp("languages")
    catalogue.save(str(folder / "xx.po"))
    return folder


@pytest.fixture
def spoken(bracketed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_OWN", bracketed)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """Run a command in this process; return all that it says."""
    with suppress(SystemExit):
        cli.main([*map(str, words), "--lang", "xx"])
    shown = capsys.readouterr()
    assert "⟦" in shown.out + shown.err
    return shown.out + shown.err


def outside(text: str) -> set[str]:
    """Return the words that stand in no brackets."""
    while (shorter := _INNERMOST.sub(" ", text)) != text:
        text = shorter
    return set(_WORD.findall(_PATH.sub(" ", text)))


def names() -> set[str]:
    """Return the words of options, their values and commands."""
    known = {"grader", *COMMANDS}
    groups = [cli.parser()]
    groups += [
        one
        for action in groups[0]._actions
        if isinstance(action.choices, dict)
        for one in action.choices.values()
    ]
    for group in groups:
        for action in group._actions:
            given = (*action.option_strings, str(action.metavar or ""), *(action.choices or ()))
            known.update(_WORD.findall(" ".join(given)))
    return known


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_all_help_is_said(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, *filter(None, [command]), "--help")
    assert outside(text) <= names()


WRONG = [
    "grade",
    "frobnicate",
    "grade circles there.ipynb",
    "grade circles there.ipynb -o out --jobs 0",
    "grade circles there.ipynb -o out --isolation=what",
    "grade circles there.ipynb -o out --unheard",
    "grade circles there.ipynb -o",
    "grade nosuch there.ipynb -o out --course COURSE",
    "grade circles nosuch.ipynb -o out --course COURSE",
    "grade circles there.ipynb -o there.ipynb --course COURSE",
    "grade circles there.ipynb -o out --course nosuch",
    "grade circles there.ipynb there.csv --single -o out --course COURSE",
    "grade circles there.ipynb --single --lms moodle -o out --course COURSE",
    "grade circles empty -o out --course COURSE",
    "grade circles there.ipynb -o out --roster nosuch.csv --course COURSE",
    "grade circles there.ipynb -o out --roster there.csv --course COURSE",
    "send https://platform.example/courses/1/assignments/2 --grades nosuch.json",
    "send http://platform.example/courses/1/assignments/2 --grades nosuch.json",
    "send https://platform.example/courses/1 --grades nosuch.json",
    "send elsewhere --grades nosuch.json",
    "check nosuch.py --course COURSE",
    "check there.ipynb --course COURSE --isolation=none",
    "check empty --course COURSE",
    "mark circles nosuch --course COURSE",
    "report nosuch",
    "verify nosuch --course COURSE",
    "verify circles --course wrong",
    "verify untitled --course wrong",
    "verify limited --course wrong",
    "demo --course wrong",
    "export moodle -o out",
    "export moodle --grades nosuch.json --into there.csv -o out",
    "export moodle --grades there.csv --into there.csv -o out",
    "export gradescope --grades nosuch.json --into there.csv -o out",
    "export gradescope-autograder circles -o empty --course COURSE",
    "lms check nosuch.csv",
    "lms check there.csv",
    "lms check empty",
]


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("line", WRONG)
def test_all_errors_are_said(
    line: str, tiny_course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("there.ipynb").write_text("no notebook", encoding="utf-8")
    Path("there.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    Path("empty").mkdir()
    for sheet, settings in (
        ("circles", "titel = 3"),
        ("untitled", "title = 3"),
        ("limited", "limits = { cell_seconds = 0 }"),
    ):
        Path("wrong/exercises", sheet).mkdir(parents=True)
        Path("wrong/exercises", sheet, "sheet.toml").write_text(settings, encoding="utf-8")
    text = said(capsys, *line.replace("COURSE", str(tiny_course)).split())
    files = "circles exercises grades.json sheet.toml titel title cell_seconds"
    own = _WORD.findall(f"{line} {tmp_path} {tiny_course} {files} {_OTHERS}")
    assert outside(text) <= {*names(), *own}


@pytest.mark.usefixtures("spoken")
def test_a_check_is_said_but_for_names_and_values(
    tiny_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.py").write_text("area = nosuch\n", encoding="utf-8")
    text = said(capsys, "check", "mine.py", "--course", tiny_course, "--isolation", "none")
    heads = text[: text.index("circle")]
    assert outside(heads) == set()
    assert "⟦MISSING⟧" in text
    # Of what was handed in, the error is told in Python's own words.
    python = text.replace("name 'nosuch' is not defined", "")
    questions = "circle disc area cylinder volume corners area of why pi"
    assert outside(python) <= {*questions.split(), "disc_area", "area_of", "NameError", "nosuch"}


@pytest.mark.usefixtures("spoken")
def test_what_files_of_platforms_are_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.csv").write_text("SID,Email,Total Score,Status\n1,a@b.c,2,Graded\n")
    Path("two.csv").write_text("Student,ID,Section,Essay (12)\nx,1,s,2\n")
    Path("class").mkdir()
    Path("class", "ada.py").write_text("area = 1\n")
    Path("class", "ben.pdf").write_text("%PDF")
    text = said(capsys, "lms", "check", "one.csv", "two.csv", "class")
    assert outside(text) <= {"one", "two", "csv", "Essay", "class", "ben", "pdf"}


@pytest.mark.sandbox
@pytest.mark.usefixtures("spoken")
def test_the_doctor_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "doctor")
    checks = "python bubblewrap Landlock seccomp AppArmor strict reduced memory kernel"
    packages = "ipykernel nbclient numpy torch matplotlib cpu pip install grader course sudo apt"
    # What goes wrong inside of a sandbox is told in the words of what runs there.
    inside = re.findall(r"PermissionError: [^⟦]*", text)
    own = _WORD.findall(f"{checks} {packages} {inside} bwrap")
    assert outside(text) <= set(own)


SAYING = {"UsageError", "AuthorError", "SubmissionError", "print", "table", "status", "progress"}
"""Calls whose texts people read."""
LATER = ("marking", "formula", "report")
"""Packages whose texts are not all said yet."""


def worded(node: ast.expr) -> bool:
    """Whether an expression writes words of its own down, outside of what is said."""
    if isinstance(node, ast.Constant):
        code = re.sub(r"grader|--?[\w-]+", "", str(node.value))
        return isinstance(node.value, str) and bool(re.search("[a-z]{2}", code))
    if isinstance(node, ast.JoinedStr):
        return any(map(worded, node.values))
    if isinstance(node, ast.BinOp):
        return worded(node.left) or worded(node.right)
    if isinstance(node, ast.IfExp):
        return worded(node.body) or worded(node.orelse)
    return False


def test_no_error_or_line_is_written_without_being_said() -> None:
    found = []
    seen = 0
    for path in sorted((REPOSITORY / "grader").rglob("*.py")):
        inside = path.relative_to(REPOSITORY / "grader")
        if inside.parts[0] in LATER or "inside" in inside.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            helps = [one.value for one in node.keywords if one.arg in ("help", "description")]
            texts = [*(node.args if name in SAYING else ()), *helps]
            seen += len(texts)
            found += [f"{inside}:{node.lineno}" for text in texts if worded(text)]
    assert seen > 200
    assert not found
