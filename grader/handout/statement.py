"""The statement as a page that opens without a network and runs nothing."""

from __future__ import annotations

from html import escape

from grader.course import STATEMENT
from grader.errors import AuthorError
from grader.handout.public import PublicQuestion, PublicSheet
from grader.language import decimal, say, spoken
from grader.sheet import Sheet

FILE = STATEMENT

_STYLE = """\
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.5;
  font-family: system-ui, sans-serif; color: #1a1a1a; background: #fff; }
pre, code { font-family: ui-monospace, monospace; background: #f2f2f2; }
pre { padding: .6rem .8rem; white-space: pre-wrap; } code { padding: 0 .15rem; }
table { border-collapse: collapse; } td, th { border: 1px solid #bbb; padding: .2rem .5rem; }
@media (prefers-color-scheme: dark) { body { color: #e8e8e8; background: #161616; }
  pre, code { background: #262626; } a { color: #8ab4f8; } }
"""
_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def of(sheet: Sheet) -> str:
    """Return what the sheet's author wrote, in the language spoken where it is translated.

    Raises ``AuthorError`` where there is nothing.
    """
    if spoken().code in sheet.statements:
        return sheet.spoken_statement
    path = sheet.folder / FILE
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise AuthorError(
            say(
                "{path}: is no text to hand out ({problem}); write the statement there",
                path=path,
                problem=problem,
            )
        ) from None


def with_names(written: str, given: PublicSheet) -> str:
    """Return the statement with a table of all names that are asked for below it."""
    rows = [
        _row(one.part, _asked(one), one.statement.splitlines()[0], decimal(f"{one.points:g}"))
        for one in given.questions
    ]
    head = say("| part | name | what | points |")
    title = say("What is asked, by name")
    return "\n".join(
        [written.rstrip(), "", f"## {title}", "", head, "|---|---|---|---|", *rows, ""]
    )


def _row(part: str, name: str, what: str, points: str) -> str:
    return f"| {part} | {name} | {_cell(what)} | {points} |"


def _asked(one: PublicQuestion) -> str:
    """Return the name, of a function with its parameters."""
    if one.kind == "function":
        return f"`{one.name}({', '.join(argument.name for argument in one.arguments)})`"
    return f"`{one.name}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def page(title: str, markdown: str) -> str:
    """Return a statement's Markdown as one self-contained page; raw HTML in it stays text."""
    # Slow to import, and needed for a release alone.
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    return _PAGE.format(language=spoken().code, title=escape(title), style=_STYLE, body=body)
