"""The statement as a page that opens without a network and runs nothing."""

from __future__ import annotations

from html import escape

_STYLE = """\
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.5;
  font-family: system-ui, sans-serif; color: #1a1a1a; background: #fff; }
pre, code { font-family: ui-monospace, monospace; background: #f2f2f2; }
pre { padding: .6rem .8rem; overflow-x: auto; } code { padding: 0 .15rem; }
table { border-collapse: collapse; } td, th { border: 1px solid #bbb; padding: .2rem .5rem; }
@media (prefers-color-scheme: dark) { body { color: #e8e8e8; background: #161616; }
  pre, code { background: #262626; } a { color: #8ab4f8; } }
"""
_PAGE = """\
<!doctype html>
<html lang="en">
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


def page(title: str, markdown: str) -> str:
    """Return a statement's Markdown as one self-contained page; raw HTML in it stays text."""
    # Slow to import, and needed for a release alone.
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    return _PAGE.format(title=escape(title), style=_STYLE, body=body)
