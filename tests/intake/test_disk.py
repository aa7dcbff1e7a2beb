from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.intake import Intake, collect, disk, read
from tests.intake.making import (
    accepted,
    folder,
    reason,
    sources_of,
)


def found(root: Path, *below: str) -> Intake:
    return collect([root / name for name in below] or [root])


@pytest.mark.parametrize("link_to", ["file", "folder", "outside", "nowhere", "itself"])
def test_a_link_in_a_class_is_refused_and_never_followed(tmp_path: Path, link_to: str) -> None:
    secret = folder(tmp_path / "secret", {"hw.py": "stolen = 1"})
    root = folder(tmp_path / "class", {"ada.py": "x = 1", "ann/hw.py": "y = 2"})
    targets = {
        "file": (root / "bob.py", root / "ada.py"),
        "folder": (root / "bob", root / "ann"),
        "outside": (root / "bob.ipynb", secret / "hw.py"),
        "nowhere": (root / "bob.zip", root / "gone"),
        "itself": (root / "bob", root),
    }
    link, target = targets[link_to]
    link.symlink_to(target)
    ada, ann, bob = found(root).sources
    assert (ada.name, ann.name, bob.name) == ("ada", "ann", "bob")
    assert "is a link, which is not followed; put the file itself" in reason(read(bob))


def test_a_link_beside_a_notebook_is_a_remark(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"ada/hw.py": "x = 1"})
    (root / "ada" / "secrets.ipynb").symlink_to("/etc/passwd")
    submission = accepted(read(found(root).sources[0]))
    assert [cell.source for cell in submission.cells] == ["x = 1"]
    assert submission.remarks == (f"secrets.ipynb: {disk.LINK_REFUSAL}.",)


@pytest.mark.parametrize("target", ["hw.py", "folder", "gone"])
def test_a_link_given_itself_is_refused_with_the_remedy(tmp_path: Path, target: str) -> None:
    folder(tmp_path, {"hw.py": "x = 1", "folder/hw.py": "x = 1"})
    (tmp_path / "link.py").symlink_to(tmp_path / target)
    (source,) = found(tmp_path, "link.py").sources
    assert "link.py: is a link, which is not followed" in reason(read(source))


def test_a_pipe_never_makes_anyone_wait(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"bob.py": "x = 1"})
    os.mkfifo(root / "ada.ipynb")
    ada, bob = found(root).sources
    assert "neither a file nor a folder" in reason(read(ada))
    assert sources_of(read(bob)) == ["x = 1"]
    (given,) = found(root, "ada.ipynb").sources
    assert "neither a file nor a folder" in reason(read(given))


def test_a_file_that_became_a_pipe_or_a_link_is_not_read(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"ada.py": "x", "bob.py": "x", "eve.py": "x", "zoe.py": "x"})
    sources = found(root).sources
    for path in root.iterdir():
        path.unlink()
    os.mkfifo(root / "ada.py")
    (root / "bob.py").symlink_to("/etc/passwd")
    (root / "eve.py").mkdir()
    said = [reason(read(source)) for source in sources]
    assert "neither a file nor a folder" in said[0]
    assert "is a link" in said[1]
    assert "cannot be read (Is a directory); check" in said[2]
    assert "cannot be read (No such file or directory); check" in said[3]


def test_a_file_that_may_not_be_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder(tmp_path / "class", {"ada.py": "x = 1"})
    (source,) = found(root).sources

    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    assert "cannot be read (Permission denied); check its permissions" in reason(read(source))


def test_a_folder_that_may_not_be_listed_is_a_learner_not_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder(tmp_path / "class", {"ada/hw.py": "x", "bob/hw.py": "x = 1"})
    scan = os.scandir

    def scandir(path: Path) -> os._ScandirIterator[str]:
        if Path(path).name == "ada":
            raise PermissionError(13, "Permission denied")
        return scan(str(path))

    monkeypatch.setattr(os, "scandir", scandir)
    ada, bob = found(root).sources
    assert "class/ada: cannot be listed (Permission denied)" in reason(read(ada))
    assert sources_of(read(bob)) == ["x = 1"]


def test_a_folder_that_is_called_like_a_notebook_is_a_folder(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"ada.ipynb/hw.py": "x = 1", "bob.ipynb/": ""})
    ada, bob = found(root).sources
    assert sources_of(read(ada)) == ["x = 1"]
    assert "holds no notebook" in reason(read(bob))


def test_folders_that_never_end_are_given_up(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"ada/" + "d/" * 30 + "hw.py": "x", "bob.py": "y = 1"})
    ada, bob = found(root).sources
    assert "folders deep; move it up" in reason(read(ada))
    assert sources_of(read(bob)) == ["y = 1"]


def test_a_folder_of_countless_files_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "MAX_PER_FOLDER", 3)
    root = folder(tmp_path / "class", {**{f"ada/{n}.csv": "" for n in range(9)}, "bob.py": "y = 1"})
    ada, bob = found(root).sources
    assert "holds more than 3 files" in reason(read(ada))
    assert sources_of(read(bob)) == ["y = 1"]
