r"""LaTeX documents as Markdown: headings, lists, code, tables; mathematics stays as it is.

Of commands only the document's own are put in, no file is followed, and each pass goes through the
text once. Lines keep their numbers; where one has to be parted, a blank line after it goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.errors import SubmissionError
from grader.intake.document import Document, decode_text, ended
from grader.intake.formats import EXPORT_REMEDY
from grader.intake.macros import NOT_PUT_IN, Macros
from grader.intake.percent import as_document
from grader.intake.texlines import BREAK, joined, split_rows, unbroken
from grader.language import sentence

MAX_LATEX_BYTES = 1024**2
"""Largest LaTeX file."""
NEAR = 200
"""So far around a command its line is looked at."""
MOST_TITLES = 2_000
"""Headings of one file; what follows is read as running text."""
_SPECIAL = re.compile(
    r"\\(?:begin[ \t]*\{"
    r"(?P<env>lstlisting|[vV]erbatim|minted|python|pycode|alltt|comment)\*?\}"
    r"|(?P<verb>verb|lstinline)\*?(?:\[[^\]\n]{0,200}\])?(?P<sign>[^\sA-Za-z*\[])"
    r"|(?P<off>iffalse)(?![A-Za-z])"
    r"|.)"
    r"|(?P<comment>%[^\n]*)",
    re.DOTALL,
)
_OPTIONS = re.compile(r"[ \t]*(?:\[[^\]]{0,500}\])?[ \t]*(?:\{([^{}\n]{0,60})\})?[ \t]*")
_LANGUAGE = re.compile(r"language[ \t]*=[ \t]*\{?[ \t]*([A-Za-z0-9+]+)")
_FENCE_LENGTH = re.compile("`+")

_MATHS = (
    r"align|alignat|flalign|aligned|equation|gather|eqnarray|multline|split|displaymath|math|dmath"
)
_TOKEN = re.compile(
    r"(?P<dollar>\$\$?)|\\(?P<bracket>[\[(])"
    rf"|\\begin[ \t]*\{{(?P<maths>{_MATHS})\*?\}}"
    r"|\\(?P<head>(?:sub)*(?:section|paragraph)|chapter|part)\*?(?:\[[^\]\n]{0,200}\])?[ \t]*\{"
    r"|\\(?:sout|st|xout|cancel)[ \t]*\{(?P<struck>[^{}\n]{0,300})\}"
    r"|\\(?P<edge>begin|end)[ \t]*\{(?P<name>[^{}\n]{0,40})\}(?:\[(?P<style>[^\]\n]{0,200})\])?"
    r"|\\(?P<gone>label|ref|eqref|cite|vspace|hspace|includegraphics|input|include"
    r"|lstinputlisting|inputminted|author|date|pagestyle|thispagestyle|usepackage|color"
    r"|textcolor|setcounter|setlength|lstset|bibliography|bibliographystyle)\*?"
    r"(?:\[[^\]\n]{0,200}\])?[ \t]*(?:\{(?P<given>[^{}\n]{0,300})\})?"
    r"|\\(?P<defines>(?:re)?newcommand|def|DeclareMathOperator|providecommand)(?![A-Za-z])[^\n]*"
    r"|\\item(?![A-Za-z])[ \t]*(?:\[(?P<item>[^\]\n]{0,80})\])?[ \t]*"
    r"|\\(?P<formula>dfrac|frac|tfrac|sqrt|partial|sum|prod|hat|bar|log|ln|exp|cdot|approx|alpha|beta"
    r"|gamma|epsilon|varepsilon)(?![A-Za-z])[^\n]*"
    r"""|\\(?P<accent>["'`^~=])[ \t]*\{?(?P<letter>[A-Za-z])\}?"""
    r"|\\(?P<word>[A-Za-z]+)\*?[ \t]*"
    r"|\\(?P<sign>.)"
    r"|(?P<plain>[{}~&]|``|''|`|<!--)",
    re.DOTALL,
)
_BRACKET = re.compile(r"\\.|[{}]", re.DOTALL)
_CLOSING = {"$": "$", "$$": "$$", "[": "\\]", "(": "\\)"}
_IN_MATHS = re.compile(
    r"\\(?:label|tag)\*?[ \t]*\{[^{}\n]{0,200}\}|\\(?:nonumber|notag)(?![A-Za-z])"
)
_KNOWN_MATHS = {"alignat": "align", "flalign": "align", "dmath": "equation", "math": "equation"}
_KNOWN_MATHS["displaymath"] = "equation"
_SIZES = {"alignat": r"\{[^{}\n]{0,20}\}"}
_TABLES = ("tabular", "tabular*", "tabularx", "longtable", "array")
_WIDTHS = re.compile(r"(?:[ \t]*\{(?:[^{}\n]|\{[^{}\n]*\}){0,200}\}){1,2}")
_WORDS = {"ss": "ß", "ldots": "…", "dots": "…", "textasciitilde": "~", "textbackslash": "\\"}
_WORDS |= {"quad": " ", "qquad": " ", "newline": "\ue001", "par": "\ue001", "ae": "æ", "o": "ø"}
_SIGNS = {"%": "%", "&": "&", "_": "_", "$": "\\$", "#": "\\#", "{": "{", "}": "}", "!": ""}
_SIGNS |= {"\\": "\ue001"} | dict.fromkeys(",;: \n", " ") | {"\n": "\n"}
_PLAIN = {"{": "", "}": "", "~": " ", "&": " | ", "``": "“", "''": "”", "`": "‘", "<!--": "<! --"}
_ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}
_ACCENTS |= {"=": "\u0304"}
_LEVELS = {"part": 1, "chapter": 1, "section": 1, "paragraph": 4}
_KEPT = "\ue000"
"""Sign that stands for a kept piece; a file's own are taken out, as are its breaks."""
_FILES = ("input", "include", "lstinputlisting", "inputminted")
LONGEST_TITLE = 300
DEEPEST = 50
"""Lists within lists whose items are counted."""


@dataclass(kw_only=True)
class _Reader:
    """What is remembered while a document is read."""

    pieces: list[str] = field(default_factory=list)
    """Code, set apart so that nothing in it is taken for LaTeX."""
    tally: Counter[str] = field(default_factory=Counter)
    lists: list[list[str]] = field(default_factory=list)
    """Of each open list the style of its labels and, as text, the number of its last item."""
    titles: int = 0
    absent: set[str] = field(default_factory=set)
    """Closing signs that do not come any more."""

    def keep(self, text: str) -> str:
        """Return a sign that stands for ``text``."""
        self.pieces.append(text)
        return f"{_KEPT}{len(self.pieces) - 1}{_KEPT}"

    def end(self, text: str, sign: str, start: int) -> int:
        """Return where ``sign`` stands, -1 if nowhere; looked for in vain only once."""
        if sign in self.absent:
            return -1
        place = text.find(sign, start)
        if place < 0:
            self.absent.add(sign)
            self.tally[
                sentence(
                    "“{sign}” is missing; what stands before it was read as plain text", sign=sign
                )
            ] += 1
        return place


_Rule = Callable[[_Reader, str, re.Match[str]], tuple[str, int]]
"""Gives what stands for a match in Markdown, and the place in the text where reading goes on."""


def read_latex(data: bytes, name: str) -> Document:
    """Return a LaTeX file's prose and its blocks of code as cells.

    Raises ``SubmissionError`` where it cannot be read.
    """
    text, remarks = decode_text(data, name)
    if len(data) > MAX_LATEX_BYTES:
        raise SubmissionError(
            sentence(
                "{name}: is too large for a LaTeX file; {remedy}",
                name=name,
                remedy=EXPORT_REMEDY,
            )
        )
    made, more = to_markdown(text)
    return as_document(made, name, [*remarks, *more])


def to_markdown(text: str) -> tuple[str, list[str]]:
    """Return a LaTeX document as Markdown, and remarks on what was not followed or not closed."""
    reader = _Reader()
    text = text.replace(_KEPT, "").replace(BREAK, "")
    macros = Macros()
    text = _body(macros.put_in(_without_comments(reader, text)))
    reader.absent.clear()
    made = unbroken(_text(reader, text))
    whole = re.sub(f"{_KEPT}(\\d+){_KEPT}", lambda found: reader.pieces[int(found[1])], made)
    return whole, [ended(phrase) for phrase in dict.fromkeys([*macros.remarks(), *reader.tally])]


def _without_comments(reader: _Reader, text: str) -> str:
    """Return the text without comments, its code kept apart."""
    made, place = [], 0
    while found := _SPECIAL.search(text, place):
        made.append(text[place : found.start()])
        place = found.end()
        if found["env"]:
            piece, place = _block(reader, text, found)
            made.append(piece)
        elif found["verb"]:
            sign = {"{": "}"}.get(found["sign"], found["sign"])
            stop = text.find(sign, place, place + NEAR)
            if stop >= 0 and "\n" not in text[place:stop]:
                made.append(reader.keep(f"`{text[place:stop]}`"))
                place = stop + 1
        elif found["off"]:
            stop = reader.end(text, "\\fi", place)
            made.append("\n" * text.count("\n", place, max(stop, place)))
            place = stop + 3 if stop >= 0 else place
        elif not found["comment"]:
            made.append(found[0])
    return "".join([*made, text[place:]])


def _block(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    """Return a code environment as a kept block, and the place after it."""
    name = found["env"]
    star = "*" if "*}" in found[0] else ""
    closes = f"\\end{{{name}{star}}}"
    stop = reader.end(text, closes, found.end())
    if stop < 0:
        return "", found.end()
    after = stop + len(closes)
    if name == "comment":
        return "\n" * text.count("\n", found.end(), stop), after
    options = _OPTIONS.match(text, found.end(), stop)
    begin = options.end() if options else found.end()
    said = _LANGUAGE.search(text, found.end(), begin)
    language = said[1] if said else ((options[1] or "") if options and name == "minted" else "")
    language = "python" if name in ("python", "pycode") else language.lower()
    blank = text.count("\n", found.start(), begin)
    body = text[begin:stop].removeprefix("\n").removesuffix("\n")
    longest = max(map(len, _FENCE_LENGTH.findall(body)), default=0)
    fence = "`" * max(3, longest + 1)
    piece = reader.keep(f"{fence}{language}\n{body}\n{fence}")
    before, rest = _around(text, found.start(), after)
    opens = BREAK if before.strip() else ""
    closed = BREAK if rest.strip() else ""
    return opens + "\n" * blank + piece + closed, after


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands near a place in its line, before it and after it."""
    before = text[max(0, start - NEAR) : start].rpartition("\n")[2]
    return before, text[end : end + NEAR].partition("\n")[0]


def _body(text: str) -> str:
    """Return what stands in the document's body, with the lines before it left empty."""
    opens, closes = "\\begin{document}", "\\end{document}"
    start = text.find(opens)
    if start >= 0:
        text = "\n" * text.count("\n", 0, start) + text[start + len(opens) :]
    stop = text.find(closes)
    return text if stop < 0 else text[:stop]


def _text(reader: _Reader, text: str) -> str:
    """Return running text as Markdown."""
    # What does not come in this piece of the text may come in the whole of it.
    outer, reader.absent = reader.absent, set()
    made, place = [], 0
    while found := _TOKEN.search(text, place):
        made.append(text[place : found.start()])
        place = found.end()
        kind = next((one for one in _READ if found[one] is not None), "")
        if kind:
            piece, place = _READ[kind](reader, text, found)
        else:
            piece = _item(reader, found)
        made.append(piece)
    reader.absent = outer
    return "".join([*made, text[place:]])


def _maths(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    """Return mathematics as it is, but for labels and for names that Markdown does not know."""
    name = found["maths"] or ""
    sign = found["dollar"] or found["bracket"] or ""
    star = "*" if "*}" in found[0] else ""
    closes = f"\\end{{{name}{star}}}" if name else _CLOSING[sign]
    stop = reader.end(text, closes, found.end())
    if stop < 0:
        return "", found.end()
    inner = _IN_MATHS.sub("", text[found.end() : stop])
    if name in _SIZES:
        inner = re.sub(rf"\A{_SIZES[name]}", "", inner)
    known = _KNOWN_MATHS.get(name, name)
    opens, shuts = (f"\\begin{{{known}}}", f"\\end{{{known}}}") if name else (found[0], closes)
    return f"{opens}{inner}{shuts}", stop + len(closes)


def _head(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    """Return a heading; its title ends where its bracket does."""
    reader.titles += 1
    stop = _title_end(text, found.end()) if reader.titles <= MOST_TITLES else -1
    if stop < 0:
        return "", found.end()
    name = found["head"]
    level = _LEVELS[name.replace("sub", "")] + name.count("sub")
    # Titles hold no blocks: what stands in them is made plain once, in brackets of a line.
    title = " ".join(_text(reader, text[found.end() : stop - 1]).replace(BREAK, " ").split())
    before, rest = _around(text, found.start(), stop)
    shown = f"{BREAK if before.strip() else ''}{'#' * level} {title}"
    is_label = re.match(r"[ \t]*\\label\{[^{}\n]*\}[ \t]*$", rest)
    return f"{shown}{BREAK if rest.strip() and not is_label else ''}", stop


def _title_end(text: str, start: int) -> int:
    """Return the place after the bracket that closes a title, -1 where it is far off."""
    depth = 1
    for found in _BRACKET.finditer(text, start, start + LONGEST_TITLE):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return -1


def _edge(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    """Begin or end an environment that is a list, a table or nothing but looks."""
    name = found["name"]
    if found["edge"] == "end":
        if name in ("enumerate", "itemize", "description") and reader.lists:
            reader.lists.pop()
        return "", found.end()
    if name in _TABLES:
        return _table(reader, text, found)
    if name in ("enumerate", "itemize", "description") and len(reader.lists) < DEEPEST:
        depth = sum(style != "-" for style, _ in reader.lists)
        reader.lists.append(["-" if name != "enumerate" else _style(found["style"], depth), "0"])
    return "", found.end()


def _style(said: str | None, depth: int) -> str:
    """Return `a` or `1`: how the items of a numbered list are labelled."""
    if said and re.search(r"\\alph|\ba\b", said):
        return "a"
    if said and re.search(r"\\arabic|\b1\b", said):
        return "1"
    return "a" if depth == 1 else "1"


def _item(reader: _Reader, found: re.Match[str]) -> str:
    """Return the beginning of an item, with its own label or the number that LaTeX gives it."""
    if found["item"] is not None:
        return f"{_text(reader, found['item'])} "
    if not reader.lists or reader.lists[-1][0] == "-":
        return "- "
    style, last = reader.lists[-1]
    number = int(last) + 1
    reader.lists[-1][1] = str(number)
    return f"{chr(96 + number)}) " if style == "a" and number <= 26 else f"{number}. "


def _table(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    """Return a table's rows, each between bars."""
    closes = f"\\end{{{found['name']}}}"
    stop = reader.end(text, closes, found.end())
    if stop < 0:
        return "", found.end()
    widths = _WIDTHS.match(text, found.end(), stop)
    body = text[widths.end() if widths else found.end() : stop]
    rows = []
    for row in split_rows(body):
        lead = row[: len(row) - len(row.lstrip("\n"))]
        inner = row.strip()
        nested = "\\begin{tabular" in inner
        if nested:
            reader.tally[sentence("Tables within tables are not read")] += 1
        made = "" if nested else _text(reader, inner).replace(BREAK, " ")
        lines = made.count("\n") + row[len(lead) :].count("\n") - inner.count("\n")
        shown = f"| {' '.join(made.split())} |" if made.strip() else ""
        rows.append(lead + shown + "\n" * lines)
    return joined(rows), stop + len(closes)


def _gone(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    """Leave out a command with what it is given; say so where an answer may be lost."""
    name, given = found["gone"], (found["given"] or "").strip()
    if name in _FILES:
        shown = re.sub(r"[^\w ./-]", "", given)[:60]
        reader.tally[
            sentence(
                "The file “{shown}” that it takes in is not followed; hand in one file", shown=shown
            )
        ] += 1
    elif name == "includegraphics":
        reader.tally[sentence("Pictures that it takes in are not read")] += 1
    return "", found.end()


def _defines(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    reader.tally[NOT_PUT_IN] += 1
    return "", found.end()


def _as_it_is(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    """Keep a line of mathematics that was not set as such."""
    return found[0], found.end()


def _accent(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    made = unicodedata.normalize("NFC", found["letter"] + _ACCENTS[found["accent"]])
    return made, found.end()


def _struck(reader: _Reader, text: str, found: re.Match[str]) -> tuple[str, int]:
    return f"~~{_text(reader, found['struck'])}~~", found.end()


def _looked_up(table: Mapping[str, str], group: str) -> _Rule:
    """Return the rule by which what ``table`` does not know is left out, as it is only looks."""
    return lambda reader, text, found: (table.get(found[group], ""), found.end())


_READ: dict[str, _Rule] = {
    "dollar": _maths,
    "bracket": _maths,
    "maths": _maths,
    "head": _head,
    "struck": _struck,
    "edge": _edge,
    "gone": _gone,
    "defines": _defines,
    "formula": _as_it_is,
    "accent": _accent,
    "word": _looked_up(_WORDS, "word"),
    "sign": _looked_up(_SIGNS, "sign"),
    "plain": _looked_up(_PLAIN, "plain"),
}
"""By the group that was found; no group: an item of a list."""
