"""Gradescope's autograder as one ZIP: this engine, one sheet with its references, and two scripts.

The same engine, sheet and installed packages give the same bytes.
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import grader
from grader import files, observing
from grader.cli import terminal
from grader.cli.containers import encoded
from grader.cli.scripts import RUN, SETUP
from grader.errors import UsageError
from grader.language import FOLDER, message, say, speaking
from grader.lms import feedback
from grader.report import gradescope
from grader.report.page import templates_folder
from grader.sheet import Sheet

_FAILED = message(
    "The grader could not grade this hand-in: it did not start, or did not end in time. "
    "That is not your fault and costs you no points: tell your instructor, who sees more "
    "of it."
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_IMPORTED = re.compile(r"""(?:^|["'])[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)""", re.MULTILINE)
_PYTHONS = ("3.14", "3.13", "3.12", "3.11")
_SHELL_NAME = re.compile(r"\w[\w.-]*", re.ASCII)


def run(chosen: argparse.Namespace) -> int:
    """Write the ZIP, say how to use it, and return 0."""
    sheet = terminal.load_sheet(chosen.sheet, chosen.course)
    if chosen.out.is_dir():
        raise UsageError(
            say("-o {out}: is a folder; give the ZIP to write, autograder.zip", out=chosen.out)
        )
    data = archive(
        sheet, isolation=chosen.isolation, packages=chosen.package, index=chosen.index or ""
    )
    files.write_bytes(chosen.out, data)
    screen = terminal.console()
    size = f"{len(data) / 1024:.0f}"
    screen.print(say("wrote {path} ({size} KiB)", path=chosen.out, size=size), markup=False)
    found = ", ".join(sorted(_wanted(sheet, chosen.package)))
    screen.print(say("submissions find {found}; --package adds others", found=found), markup=False)
    screen.print(say("It holds the references: give it to nobody who is graded by it."))
    screen.print(
        say(
            "to upload: in the assignment choose “Configure Autograder”, upload it, wait until "
            "it is built, and try it with a hand-in whose grade you know."
        ),
        markup=False,
    )
    return 0


def archive(
    sheet: Sheet, *, isolation: str, packages: Iterable[str] = (), index: str = ""
) -> bytes:
    """Return the ZIP that grades ``sheet`` on that level.

    ``packages`` are installed too; pip looks at the address ``index`` as well. Raises
    ``UsageError`` for a package that is not installed here, as its version is not known then.
    """
    if not _SHELL_NAME.fullmatch(sheet.name):
        raise UsageError(
            say("{name!r}: is no name for a script; rename the sheet's folder", name=sheet.name)
        )
    wanted = _wanted(sheet, packages)
    pins = _pins()
    for name in sorted(wanted):
        if _normal(name) not in pins:
            raise UsageError(
                say(
                    "{name}: is not installed here, so that its version is not known; install "
                    "it first",
                    name=name,
                )
            )
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pythons = " ".join((own, *(one for one in _PYTHONS if one != own)))
    also = f" --extra-index-url {shlex.quote(index)}" if index else ""
    setup = SETUP.format(pythons=pythons, index=also)
    with speaking(terminal.audience(sheet, None).usual):
        failed = say(_FAILED)
    content = {
        "setup.sh": setup.encode(),
        "run_autograder": RUN.format(sheet=sheet.name, isolation=isolation).encode(),
        "failed.json": encoded(gradescope.unscored(failed)),
        "requirements.txt": _lines(wanted),
        "constraints.txt": _lines(f"{name}=={version}" for name, version in pins.items()),
        **{f"course/{path}": data for path, data in _course(sheet)},
        **{f"engine/{path}": data for path, data in _engine()},
    }
    return feedback.archive(content, executable=frozenset({"setup.sh", "run_autograder"}))


def _wanted(sheet: Sheet, packages: Iterable[str]) -> set[str]:
    """Return the packages to install: what submissions find here they have to find there."""
    usual = _pins().keys() & set(observing.VERSIONED)
    imported = _imported_packages(data for _, data in _course(sheet))
    return {*_own_packages(), *usual, *imported, *packages}


def _lines(words: Iterable[str]) -> bytes:
    return "".join(f"{word}\n" for word in sorted(words)).encode()


def _engine() -> Iterator[tuple[str, bytes]]:
    package = Path(grader.__file__).parent
    for folder, called in ((package, "grader"), (templates_folder(), "grader/templates")):
        for path in _plain_files(folder):
            yield f"{called}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def _course(sheet: Sheet) -> Iterator[tuple[str, bytes]]:
    """Yield what grading needs of a course: one sheet with its starter, and the references."""
    course = sheet.folder.parents[1]
    of_sheet = (path for path in sheet.folder.glob("*.*") if path.is_file())
    starter = _plain_files(sheet.folder / "starter")
    spoken = _plain_files(sheet.folder / FOLDER)
    for path in (*of_sheet, *starter, *spoken, *_plain_files(course / "reference")):
        yield path.relative_to(course).as_posix(), path.read_bytes()


def _plain_files(folder: Path) -> Iterator[Path]:
    """Yield the files in ``folder`` at any depth, without caches and hidden ones."""
    for path in sorted(folder.rglob("*")):
        pieces = path.relative_to(folder).parts
        hidden = any(piece.startswith(".") or piece == "__pycache__" for piece in pieces)
        if path.is_file() and not hidden:
            yield path


def _own_packages() -> Iterator[str]:
    try:
        needed = metadata.requires("grader") or ()
    except metadata.PackageNotFoundError:
        raise UsageError(
            say(
                "grader: is not installed as a package, so that what it needs is not known; "
                "install it with pip"
            )
        ) from None
    for line in needed:
        elsewhere = "extra ==" in line or "win32" in line  # the container runs Linux
        if not elsewhere and (name := _NAME.match(line)):
            yield _normal(name[0])


def _imported_packages(sources: Iterable[bytes]) -> Iterator[str]:
    """Yield the installed packages that the course's files import."""
    owners = metadata.packages_distributions()
    for source in sources:
        for module in _IMPORTED.findall(source.decode("utf-8", "replace")):
            yield from (_normal(name) for name in owners.get(module, ()) if module != "grader")


def _pins() -> dict[str, str]:
    """Return the version of every package that is installed here, without its build's label."""
    found = ((one.metadata["Name"], one.version) for one in metadata.distributions())
    pins = {_normal(name): version.partition("+")[0] for name, version in found if name}
    pins.pop("grader", None)
    return pins


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
