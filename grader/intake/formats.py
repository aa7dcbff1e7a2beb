"""Which files are hand-ins: by their names, and by their first bytes where these say otherwise."""

from __future__ import annotations

import re
from enum import StrEnum

from grader.language import sentence

NOTEBOOK_REMEDY = sentence("open the notebook in Jupyter, save it and hand it in again")
EXPORT_REMEDY = sentence("export it as .ipynb or .py and hand that in")


class Format(StrEnum):
    """What a file is, judged by its name."""

    NOTEBOOK = "notebook"
    MODULE = "module"
    TEXT = "text"
    SCAN = "scan"
    """Plain text, read as Markdown."""
    LATEX = "latex"
    ARCHIVE = "archive"
    FOREIGN = "foreign"
    """A form in which people hand in work, and which cannot be read here."""
    OTHER = "other"
    """Not a hand-in: data, pictures, caches."""


READABLE = frozenset({Format.NOTEBOOK, Format.MODULE, Format.TEXT, Format.SCAN, Format.LATEX})

_SUFFIXES = {
    ".ipynb": Format.NOTEBOOK,
    ".py": Format.MODULE,
    ".md": Format.TEXT,
    ".markdown": Format.TEXT,
    ".txt": Format.SCAN,
    ".tex": Format.LATEX,
    ".zip": Format.ARCHIVE,
}
_FOREIGN = re.compile(
    r"(?i).*\.(7z|bz2|gz|rar|tar|tgz|xz|zst|docm?|docx|odt|pages|pdf|rtf|html?|m|mlx|nb|qmd|r|rmd)"
)

_NAME = re.compile(
    r"(?is)(?P<stem>.*?)(?P<suffix>\.(ipynb|py|md|markdown|txt|tex|zip))"
    r"(\s?\(\d+\)|\s-\s(copy|kopie)|\.txt|\.json)*[. ]*"
)
"""Browsers and mail programs append ``.txt``, ``.json`` or `` (1)`` to what they save, and systems
other than Windows keep dots and spaces behind it."""

_NO_WORK = re.compile(r"(?i)(readme|requirements|constraints|licen[cs]e|environment)[\w.-]*\.txt")
"""Plain texts that belong to a tool or to a download, not to a person's work."""

_JUNK_FOLDERS = frozenset(("__macosx", "__pycache__", "node_modules", "site-packages", "venv"))
_JUNK_FILES = frozenset(("desktop.ini", "icon\r", "thumbs.db"))

_SIGNATURES = (
    (b"PK\x03\x04", sentence("a ZIP or an office document")),
    (b"PK\x05\x06", sentence("an empty ZIP")),
    (b"%PDF", sentence("a PDF")),
    (b"\x89PNG", sentence("a picture")),
    (b"\xff\xd8\xff", sentence("a picture")),
    (b"GIF8", sentence("a picture")),
    (b"\x1f\x8b", sentence("a compressed file")),
    (b"BZh", sentence("a compressed file")),
    (b"\xfd7zXZ", sentence("a compressed file")),
    (b"7z\xbc\xaf", sentence("a 7z archive")),
    (b"Rar!", sentence("a RAR archive")),
    (b"\xd0\xcf\x11\xe0", sentence("an office document")),
    (b"{\\rtf", sentence("a text processor's document")),
    (b"\x7fELF", sentence("a program")),
    (b"MZ\x90", sentence("a program")),
    (b"SQLite format 3", sentence("a database")),
)
_WEB_PAGE = re.compile(rb"(?i)\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body)\b")


def format_of(name: str) -> Format:
    """Return what a file of this name is."""
    match = _NAME.fullmatch(name)
    if match and not _NO_WORK.fullmatch(name):
        return _SUFFIXES[match["suffix"].lower()]
    return Format.FOREIGN if _FOREIGN.fullmatch(name) else Format.OTHER


def stem_of(name: str) -> str:
    """Return a file's name without the suffixes that make it what it is."""
    match = _NAME.fullmatch(name)
    return match["stem"] if match else name.rpartition(".")[0] or name


def is_junk(name: str) -> bool:
    """Whether a file or folder of this name is a system's or a tool's, not a person's."""
    return name.startswith((".", "~$")) or name.lower() in _JUNK_FOLDERS | _JUNK_FILES


def disguise(data: bytes) -> str:
    """Return what bytes that should be text really are (``a PDF``), or "" if they may be text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if _WEB_PAGE.match(data[:2000]):
        return sentence("a web page")
    return ""
