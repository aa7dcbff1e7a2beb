"""What every page has: escaping, one stylesheet, and a policy that forbids the rest."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from grader import language
from grader.errors import AuthorError
from grader.report import templates
from grader.report.templates import templates_folder

__all__ = ["render", "templates_folder"]

_SCRIPT = "tables.js"
_POLICY_LINE = '<meta http-equiv="Content-Security-Policy" content="{{ policy }}">'


def render(
    template: str, values: dict[str, Any], *, script: bool = False, folder: Path | None = None
) -> str:
    """Return the page that ``template`` makes of ``values``.

    Every text is escaped, and its control and direction characters are made visible. The page's
    own policy allows its one stylesheet, ``data:`` images and, where ``script`` is set, the one
    script that sorts and filters tables; nothing else is loaded, run or sent. ``folder`` holds a
    course's own templates; where they leave the policy out, ``AuthorError`` is raised.
    """
    style = templates.style(folder)
    code = templates.source(_SCRIPT, folder) if script else ""
    policy = _policy(style, code)
    frame = {
        "style": Markup(style),
        "script": Markup(code),
        "policy": policy,
        "logo": Markup(templates.logo(folder)),
        "lang": language.spoken().code,
    }
    page = templates.environment(folder).get_template(template).render(values, **frame)
    if folder and f'Content-Security-Policy" content="{escape(policy)}"' not in page:
        raise AuthorError(
            language.say(
                "{folder}: the page made of {template} has no policy against foreign scripts; "
                "keep {line} in its head",
                folder=folder,
                template=template,
                line=_POLICY_LINE,
            )
        )
    return page


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
