"""Templates, and what every page has: escaping, one stylesheet, a policy that forbids the rest."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

import grader
from grader.grade import Status, Verdict
from grader.report import text, words
from grader.run import CellStatus, RunStatus

if TYPE_CHECKING:
    from jinja2 import Environment

_STYLE = "style.css"
_SCRIPT = "tables.js"
_FILTERS = (
    text.correlation,
    text.headline,
    text.inline_code,
    text.is_wide,
    text.number,
    text.phrase,
    text.plural,
    text.seconds,
    text.share,
    text.size,
)


def render(template: str, values: dict[str, Any], *, script: bool = False) -> str:
    """Return the page that ``template`` makes of ``values``.

    Every text is escaped, and its control and direction characters are made visible. The page's
    own policy allows its one stylesheet, ``data:`` images and, where ``script`` is set, the one
    script that sorts and filters tables; nothing else is loaded, run or sent.
    """
    style, code = _source(_STYLE), _source(_SCRIPT) if script else ""
    frame = {"style": Markup(style), "script": Markup(code), "policy": _policy(style, code)}
    return _environment().get_template(template).render(values, **frame)


def templates_folder() -> Path:
    """Return where the templates are: in the installed package, or beside it in the repository."""
    installed = Path(str(resources.files(grader))) / "templates"
    return installed if installed.is_dir() else Path(grader.__file__).parents[1] / "templates"


@cache
def _environment() -> Environment:
    # A self-check makes a page only when asked for one, and jinja2 is long in coming.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    environment.globals.update(
        words=words, Verdict=Verdict, Status=Status, RunStatus=RunStatus, CellStatus=CellStatus
    )
    return environment


def _finalize(value: Any) -> Any:
    foreign = isinstance(value, str) and not isinstance(value, Markup)
    return text.shown(value) if foreign else value


@cache
def _source(name: str) -> str:
    return (templates_folder() / name).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str) -> str:
    rules = [
        "default-src 'none'",
        f"style-src {_hash(style)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(rules + [f"script-src {_hash(script)}"] * bool(script))


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
