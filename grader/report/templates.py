"""Where templates come from: this program's own, and what a course puts in their place.

A course's folder ``templates/`` replaces files of the same name: a template, a macro, the
stylesheet, the script. It may also hold ``colours.css`` and a logo, which replace nothing.
"""

from __future__ import annotations

import base64
import traceback
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

import grader
from grader import language
from grader.errors import AuthorError
from grader.grade import Status, Verdict, phrase
from grader.report import text, words
from grader.run import CellStatus, RunStatus

if TYPE_CHECKING:
    from jinja2 import Environment

ORIGINAL = "grader"
"""Under ``grader/NAME`` a course's template finds the one that it replaces."""
COLOURS = "colours.css"
LOGOS = {"logo.svg": "image/svg+xml", "logo.png": "image/png"}
MAX_LOGO_BYTES = 64 * 1024
"""Every report holds the logo; in more than this a class's reports would be mostly logo."""
_FILTERS = (
    text.correlation,
    text.headline,
    text.inline_code,
    text.is_wide,
    text.number,
    phrase,
    text.seconds,
    text.share,
    text.size,
)


def templates_folder() -> Path:
    """Return where the templates are: in the installed package, or beside it in the repository."""
    installed = Path(str(resources.files(grader))) / "templates"
    return installed if installed.is_dir() else Path(grader.__file__).parents[1] / "templates"


def of_course(course: Path) -> Path | None:
    """Return the folder whose files replace ours; None where the course has none.

    A checkout of this program is a course too, whose ``templates/`` are the originals themselves.
    """
    folder = course.resolve() / "templates"
    ours = (course / "grader" / "report" / "page.py").is_file()
    return folder if folder.is_dir() and not ours else None


@cache
def environment(folder: Path | None) -> Environment:
    """Return what makes pages; ``folder`` is the course's, whose files come first."""
    # A self-check makes a page only when asked for one, and jinja2 is long in coming.
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

    ours = FileSystemLoader(templates_folder())
    first = [FileSystemLoader(folder)] if folder else []
    made = Environment(
        loader=ChoiceLoader([*first, ours, PrefixLoader({ORIGINAL: ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Whatever a learner wrote is escaped, in a course's templates as in ours.
    del made.filters["safe"]
    made.filters.update({function.__name__: function for function in _FILTERS})
    made.globals.update(
        say=_say,
        say_count=_say_count,
        words=words,
        Verdict=Verdict,
        Status=Status,
        RunStatus=RunStatus,
        CellStatus=CellStatus,
    )
    return made


def _say(sentence: str, /, **values: Any) -> Markup:
    """Say a sentence with its values escaped and visible, as everything on a page is."""
    return _filled(language.say(sentence), sentence, values)


def _say_count(one: str, many: str, count: float, /, **values: Any) -> Markup:
    said = language.spoken().ngettext(one, many, count)
    english = one if count == 1 else many
    return _filled(said, english, {"count": text.number(count), **values})


def _filled(said: str, english: str, values: dict[str, Any]) -> Markup:
    safe = {name: escape(_finalize(value)) for name, value in values.items()}
    return Markup(language.filled(_literal(said), _literal(english), safe))


@lru_cache(4096)
def _literal(sentence: str) -> str:
    """Return a sentence of ours as it would stand in a template: an apostrophe is itself."""
    return str(escape(sentence)).replace("&#39;", "'")


def _finalize(value: Any) -> Any:
    foreign = isinstance(value, str) and not isinstance(value, Markup)
    return text.shown(value) if foreign else value


@cache
def source(name: str, folder: Path | None) -> str:
    """Return a file that is no template: the course's, or else ours."""
    own = folder / name if folder else None
    path = own if own and own.is_file() else templates_folder() / name
    return read(path).strip()


@cache
def style(folder: Path | None) -> str:
    """Return the stylesheet, with the course's colours after it."""
    colours = folder / COLOURS if folder else None
    parts = [source("style.css", folder)]
    return "\n".join([*parts, read(colours).strip()] if colours and colours.is_file() else parts)


@cache
def logo(folder: Path | None) -> str:
    """Return the course's logo as a ``data:`` address; empty where it has none.

    Raises ``AuthorError`` where there are two, or one is too large or of another kind.
    """
    found = [folder / name for name in LOGOS if (folder / name).is_file()] if folder else []
    if not found:
        return ""
    if len(found) > 1:
        raise AuthorError(
            language.say(
                "{folder}: has {one} and {other}; keep one of them",
                folder=found[0].parent,
                one=found[0].name,
                other=found[1].name,
            )
        )
    (path,) = found
    data = path.read_bytes()
    if len(data) > MAX_LOGO_BYTES:
        raise AuthorError(
            language.say(
                "{path}: has {size}; give a logo of {most} at most, for every report holds it",
                path=path,
                size=text.size(len(data)),
                most=text.size(MAX_LOGO_BYTES),
            )
        )
    if not _is_picture(path.suffix, data):
        raise AuthorError(
            language.say(
                "{path}: is no {kind} picture; export the logo anew",
                path=path,
                kind=path.suffix[1:].upper(),
            )
        )
    return f"data:{LOGOS[path.name]};base64,{base64.b64encode(data).decode('ascii')}"


def _is_picture(suffix: str, data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n") if suffix == ".png" else b"<svg" in data


def place(problem: Exception, folder: Path | None) -> str:
    """Return the file and line of the course's templates at which ``problem`` came up."""
    frames = traceback.extract_tb(problem.__traceback__)
    own = [frame for frame in frames if folder and folder in Path(frame.filename).parents]
    return f"{own[-1].filename}, line {own[-1].lineno}" if own else str(folder or "")


def read(path: Path) -> str:
    """Return a file's text; raises ``AuthorError`` where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise AuthorError(
            language.say("{path}: is not UTF-8; save it as UTF-8", path=path)
        ) from None
