"""The bundle that learners get, as a folder and as a ZIP; the same sheet gives the same bytes."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader import files, starter, translation
from grader.errors import UsageError
from grader.handout import public, statement
from grader.handout.public import FILE, PublicSheet
from grader.language import message, say
from grader.lms import feedback
from grader.sheet import Sheet

_README = message("""\
# {title}

1. Read `statement.html` (or `statement.md`).
2. Write your answers into `{name}.ipynb`, or into `{name}.py`: both hold the same cells.
3. Check your work as often as you like: `grader check {name}.ipynb`, or in the notebook
   `%load_ext grader` once and then `%check`.
4. `grader pack` packs it for handing in and gives a receipt; that one file alone is fine, too.

The check runs your file from top to bottom on your own machine and sends nothing anywhere. This
folder holds no answers, so the check cannot tell whether a result is right, unless the statement
says so itself: it tells what was found, whether it has the form that is asked for, and whether your
own results fit together. Everything is judged at grading.
""")


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What learners get: a name, and files by their paths in the folder of that name."""

    name: str
    files: Mapping[str, bytes]

    @property
    def starters(self) -> tuple[str, ...]:
        """The names of the starter's files."""
        return (f"{self.name}.ipynb", f"{self.name}.py")

    @property
    def archive(self) -> bytes:
        """The folder as a ZIP."""
        return feedback.archive({f"{self.name}/{path}": d for path, d in self.files.items()})


def make(sheet: Sheet) -> Bundle:
    """Return the bundle of a sheet in the language spoken.

    Raises ``AuthorError`` where it has no statement.
    """
    written = statement.of(sheet)
    given = public.of(translation.spoken(sheet))
    text = statement.with_names(written, given)
    return Bundle(
        name=sheet.name,
        files={
            FILE: public.encode(given),
            "README.md": say(_README, title=given.title, name=given.name).encode(),
            statement.FILE: text.encode(),
            "statement.html": statement.page(given.title, text).encode(),
            **starter_files(given),
        },
    )


def starter_files(given: PublicSheet) -> dict[str, bytes]:
    """Return the starter's two files by their names."""
    return {
        f"{given.name}.ipynb": starter.notebook(given.starter),
        f"{given.name}.py": starter.module(given.starter),
    }


def write(bundle: Bundle, out: Path) -> tuple[Path, Path]:
    """Write folder and ZIP into ``out`` and return them: both are new, or nothing has changed.

    Raises ``UsageError`` where the folder holds a file that is none of the bundle's, which might
    be somebody's work.
    """
    folder, packed = out / bundle.name, out / f"{bundle.name}.zip"
    _check_own(folder, bundle)
    draft = out / f".{secrets.token_hex(8)}.tmp"
    try:
        for path, data in bundle.files.items():
            files.write_bytes(draft / path, data)
        files.write_bytes(draft / packed.name, bundle.archive)
        _replace(draft, folder, packed)
    except OSError as problem:
        raise UsageError(
            say(
                "-o {out}: could not be written ({strerror}); choose another folder",
                out=out,
                strerror=problem.strerror,
            )
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder, packed


def _replace(draft: Path, folder: Path, packed: Path) -> None:
    """Put what is complete in its place; the ZIP comes last, and only beside its own folder."""
    archive = draft.with_name(f"{draft.name}.zip")
    old = draft.with_name(f"{draft.name}.old")
    (draft / packed.name).replace(archive)
    try:
        if folder.exists():
            folder.replace(old)
        try:
            draft.replace(folder)
        except OSError:
            with suppress(OSError):
                old.replace(folder)
            raise
        archive.replace(packed)
    finally:
        shutil.rmtree(old, ignore_errors=True)
        archive.unlink(missing_ok=True)


def _check_own(folder: Path, bundle: Bundle) -> None:
    if folder.is_file() or folder.is_symlink():
        raise UsageError(say("{folder}: is in the way; move it or give another -o", folder=folder))
    known = {folder / path for path in bundle.files}
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path not in known:
            raise UsageError(
                say(
                    "{path}: is no file of the hand-out, and would be lost; move it or give "
                    "another -o",
                    path=path,
                )
            )
        if path.suffix in (".ipynb", ".py") and path.read_bytes() != bundle.files[path.name]:
            # An older hand-out, or somebody's answers in it: that cannot be told apart.
            raise UsageError(
                say(
                    "{path}: is another than the starter, and would be lost; move {folder} away "
                    "or give another -o",
                    path=path,
                    folder=folder,
                )
            )
