from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.intake import Intake, collect, read
from grader.intake.source import MAX_PARTS
from tests.intake.making import (
    Content,
    accepted,
    code,
    folder,
    names,
    notebook,
    reason,
    sources_of,
    zipped,
)


def found(root: Path, *below: str) -> Intake:
    return collect([root / name for name in below] or [root])


def passed_over(intake: Intake) -> dict[str, str]:
    return {skipped.source: skipped.reason for skipped in intake.skipped}


def test_each_folder_and_each_file_of_a_class_is_a_learner(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "class",
        {
            "task 10/hw.py": "x = 10",
            "bob.ipynb": notebook(code("x = 1")),
            "task 2/a/hw.py": "x = 2",
        },
    )
    intake = found(root)
    assert [(s.name, s.shown) for s in intake.sources] == [
        ("bob", "class/bob.ipynb"),
        ("task 2", "class/task 2"),
        ("task 10", "class/task 10"),
    ]
    assert [sources_of(read(s)) for s in intake.sources] == [["x = 1"], ["x = 2"], ["x = 10"]]
    assert intake.skipped == ()


def test_collecting_opens_no_hand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(tmp_path / "class", {"ada.ipynb": b"\0damaged", "bob/hw.py": b"\xff"})
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("a hand-in was opened"))
    assert names(found(root).sources) == ["ada", "bob"]


def test_several_files_of_a_learner_are_one_hand_in_in_natural_order(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "class",
        {
            "ada/task10.ipynb": notebook(code("d = 4")),
            "ada/task2.py": "b = 2\nc = 3",
            "ada/task1.md": "# Task 1\n\n```python\na = 1\n```\n",
        },
    )
    submission = accepted(read(found(root).sources[0]))
    assert [(cell.number, cell.source, cell.where()) for cell in submission.cells] == [
        (1, "# Task 1", "task1.md, line 1"),
        (2, "a = 1", "task1.md, line 4"),
        (3, "b = 2", "task2.py, line 1"),
        (4, "c = 3", "task2.py, line 2"),
        (5, "d = 4", "task10.ipynb, cell 5"),
    ]
    assert submission.kind == "notebook"
    assert submission.remarks == (
        "It was read from 3 files, in this order: task1.md, task2.py, task10.ipynb.",
    )


def test_files_and_folders_of_tools_are_listed_once_and_not_entered(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "class",
        {
            "ada/hw.py": "x = 1",
            "ada/.ipynb_checkpoints/hw-checkpoint.ipynb": "old",
            "ada/__pycache__/hw.pyc": b"\0",
            "ada/venv/lib/site.py": "x",
            "ada/.git/hooks/a.py": "x",
            "__MACOSX/ada/._hw.py": b"\0",
            ".DS_Store": b"\0",
            "Thumbs.db": b"\0",
        },
    )
    intake = found(root)
    (source,) = intake.sources
    assert sources_of(read(source)) == ["x = 1"]
    assert accepted(read(source)).remarks == ()
    assert sorted(passed_over(intake)) == [
        "class/.DS_Store",
        "class/Thumbs.db",
        "class/__MACOSX",
        "class/ada/.git",
        "class/ada/.ipynb_checkpoints",
        "class/ada/__pycache__",
        "class/ada/venv",
    ]


def test_every_file_of_a_class_is_read_or_named(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "ada/hw.py": "x = 1",
        "ada/data.csv": "1",
        "ada/plots/a.png": b"\x89PNG",
        "bob.ipynb": notebook(),
        "eve.zip": zipped({"hw.py": "x", "requirements.txt": "y", "essay.docx": "z"}),
        "marks.xlsx": b"",
        "README": "",
    }
    intake = found(folder(tmp_path / "class", files))
    assert sorted(passed_over(intake)) == [
        "class/README",
        "class/ada/data.csv",
        "class/ada/plots/a.png",
        "class/eve.zip/essay.docx",
        "class/eve.zip/requirements.txt",
        "class/marks.xlsx",
    ]
    assert passed_over(intake)["class/README"] == "is no notebook, module or ZIP"


def test_a_document_beside_a_notebook_is_a_remark_for_it_may_hold_answers(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"ada/hw.py": "x", "ada/proof.pdf": "%PDF", "ada/a.csv": ""})
    remarks = accepted(read(found(root).sources[0])).remarks
    assert remarks == (
        "proof.pdf: cannot be read here; export it as .ipynb or .py and hand that in.",
    )


@pytest.mark.parametrize(
    "suffix",
    [
        "7z",
        "bz2",
        "doc",
        "docx",
        "gz",
        "htm",
        "html",
        "odt",
        "pdf",
        "rar",
        "rtf",
        "tar",
        "tar.gz",
        "tgz",
        "xz",
        "Rmd",
        "qmd",
    ],
)
def test_a_hand_in_of_a_foreign_kind_is_a_learner_not_graded(tmp_path: Path, suffix: str) -> None:
    root = folder(tmp_path / "class", {f"ada.{suffix}": b"x", f"bob/hw.{suffix}": b"x"})
    intake = found(root)
    assert len(intake.sources) == 2
    for source in intake.sources:
        assert "cannot be read here; export it as .ipynb or .py" in reason(read(source))
        assert source.shown in reason(read(source))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"ada/": ""}, "class/ada: holds no notebook or module; hand in an .ipynb or .py file"),
        ({"ada/empty/": ""}, "class/ada: holds no notebook or module; hand in"),
        ({"ada/.hidden.py": "x"}, "class/ada: holds no notebook or module; hand in"),
        ({"ada/data.csv": ""}, "class/ada: is no notebook, module or ZIP; hand in"),
        ({"ada/a.csv": "", "ada/b.csv": ""}, "(a.csv is no notebook, module or ZIP, b.csv is no"),
        ({f"ada/{n}.csv": "" for n in range(9)}, "and 4 more"),
        ({f"ada/{n}.py": "" for n in range(MAX_PARTS + 1)}, f"more than {MAX_PARTS}"),
    ],
)
def test_a_learner_without_a_readable_file_is_there_with_the_reason(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    root = folder(tmp_path / "class", {**files, "bob.py": "x = 1"})
    ada, bob = found(root).sources
    assert ada.name == "ada"
    assert said in reason(read(ada))
    assert sources_of(read(bob)) == ["x = 1"]


def test_folders_given_at_once_are_learners_where_nothing_speaks_against_it(tmp_path: Path) -> None:
    root = folder(
        tmp_path,
        {
            "ada/hw.py": "x = 1",
            "bob/hw.py": "x = 2",
            "eve/src/other.py": "x = 3",
            "pia.zip": zipped({"hw.py": "x = 4"}),
            "sue/": "",
            "zoe.py": "x = 5",
        },
    )
    intake = found(root, "ada", "bob", "eve", "pia.zip", "sue", "zoe.py")
    assert names(intake.sources) == ["ada", "bob", "eve", "pia", "sue", "zoe"]
    assert "holds no notebook or module" in reason(read(intake.sources[4]))
    assert sources_of(read(intake.sources[3])) == ["x = 4"]


def test_classes_given_at_once_stay_classes(tmp_path: Path) -> None:
    root = folder(tmp_path, {"a/ada.py": "x", "a/bob.py": "x", "b/eve.py": "x", "b/bob.py": "x"})
    assert names(found(root, "a", "b").sources) == ["ada", "bob", "bob (2)", "eve"]
    assert names(found(root, "a").sources) == ["ada", "bob"]


def test_a_learners_files_that_all_the_others_have_too_are_one_hand_in(tmp_path: Path) -> None:
    files = {f"{name}/task{n}.py": f"x = {n}" for name in ("ada", "bob") for n in (1, 2)}
    intake = found(folder(tmp_path, files), "ada", "bob")
    assert names(intake.sources) == ["ada", "bob"]
    assert sources_of(read(intake.sources[0])) == ["x = 1", "x = 2"]


def test_a_path_where_there_is_nothing_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere: No such file or directory; check"):
        found(tmp_path, "nowhere")


def test_an_empty_class_has_no_learner_and_says_what_was_there(tmp_path: Path) -> None:
    assert found(folder(tmp_path / "class", {})) == Intake(sources=())
    intake = found(folder(tmp_path / "class", {"a.csv": ""}))
    assert intake.sources == ()
    assert passed_over(intake) == {"class/a.csv": "is no notebook, module or ZIP"}


def test_no_path_of_the_machine_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "class", {"ada.py": "x", "bob/a.csv": "", "eve.ipynb": "{"})
    monkeypatch.chdir(tmp_path / "class")
    for path in (Path(), Path("../class"), tmp_path / "class", Path("../class/../class")):
        intake = collect([path])
        shown = [source.shown for source in intake.sources]
        assert shown == ["class/ada.py", "class/bob", "class/eve.ipynb"]
        assert all(str(tmp_path) not in str(read(source)) for source in intake.sources)
