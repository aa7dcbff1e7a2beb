r"""Commands that a learner's LaTeX defines itself, put in: `\newcommand{\bone}{\beta_1}`.

Each use is replaced once, by a text in which only earlier commands were replaced: nothing recurses,
and all work is bounded before it begins. What is not simple stays as it is, with a remark.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

from grader.intake.document import Document
from grader.language import sentence, sentence_count

MOST_COMMANDS: Final = 100
MOST_USES: Final = 2_000
"""Uses of one document that are replaced."""
MOST_TRIED: Final = 3 * MOST_USES
LONGEST: Final = 300
"""Longest text that a command may stand for."""
MOST_ARGUMENTS: Final = 4
LONGEST_ARGUMENT: Final = 200
LONGEST_MADE: Final = 2_000
"""Longest text that one use may become."""
MOST_TOLD: Final = 10
_DEFINES: Final = re.compile(
    r"\\(?P<how>(?:re)?newcommand|providecommand|def|DeclareMathOperator)(?![A-Za-z])\*?[ \t]*"
    r"(?:\{[ \t]*\\(?P<braced>[A-Za-z]{1,40})[ \t]*\}|\\(?P<bare>[A-Za-z]{1,40}))"
    r"[ \t]*(?:\[(?P<count>\d)\])?(?P<more>\[|#)?[ \t]*\{"
)
_DEFINING: Final = re.compile(r"\\(?:newcommand|renewcommand|providecommand|def|DeclareMathOp)")
_TOKEN: Final = re.compile(
    r"(?P<defines>\\(?:(?:re)?newcommand|providecommand|def|DeclareMathOperator)(?![A-Za-z]))"
    r"|\\[A-Za-z]+"
)
_BRACKET: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_ARGUMENT: Final = re.compile(r"[ \t]*(?:(?P<open>\{)|(?P<single>\\[A-Za-z]+|[^\s{}\\$&]))")
_TAKES_ONE: Final = re.compile(
    r"(?:[\^_]|\\(?:[dt]?frac|sqrt|(?:wide)?(?:hat|bar|tilde)|overline|vec|math[a-z]+|operatorname))"
    r"[ \t]*\Z"
)
"""Behind these a command is the one thing that is taken, whatever it stands for."""
_COMMAND: Final = re.compile(r"\\[A-Za-z]+")
_ONE_SIGN: Final = re.compile(r"\\[A-Za-z]+|.")
NOT_PUT_IN: Final = sentence("Commands that the file defines itself are not put in")


@dataclass(frozen=True, kw_only=True)
class _Command:
    """What a name stands for; None where it is not simple enough to be put in."""

    stands_for: str | None
    arguments: int = 0


@dataclass(kw_only=True)
class Macros:
    """The commands that were defined so far; one for all cells of a document."""

    known: dict[str, _Command] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    tried: int = 0
    """Definitions and uses that were looked at."""
    left: bool = False
    """Whether a command that was defined had to stay as it is."""

    def put_in(self, text: str) -> str:
        """Return a text without definitions, and with what the commands stand for put in.

        Lines keep their numbers.
        """
        if "\\" not in text or not (self.known or _DEFINING.search(text)):
            return text
        made: list[str] = []
        place = 0
        while found := _TOKEN.search(text, place):
            made.append(text[place : found.start()])
            piece, place = self._read(text, found)
            made.append(piece)
        return "".join([*made, text[place:]])

    def _read(self, text: str, found: re.Match[str]) -> tuple[str, int]:
        """Return what stands for a command or a definition, and the place behind it."""
        defines = found["defines"]
        if not (defines or found[0][1:] in self.known):
            return found[0], found.end()
        self.tried += 1
        defined = _DEFINES.match(text, found.start()) if defines else None
        if self.tried > MOST_TRIED or (defines and defined is None):
            self.left = True
            return found[0], found.end()
        if defined is None:
            return self._use(text, found, text[max(0, found.start() - 42) : found.start()])
        stop = self._define(text, defined)
        # The blank keeps two signs of mathematics apart that had nothing but this between them.
        return " " + "\n" * text.count("\n", found.start(), stop), stop

    def remarks(self) -> list[str]:
        """Return what was put in, and whether something could not be; without full stops."""
        told: list[str] = []
        for name, times in self.used.most_common(MOST_TOLD):
            stands_for = self.known[name].stands_for or ""
            told.append(
                sentence_count(
                    "Your own command “\\{name}” was read as “{stands_for}” (once)",
                    "Your own command “\\{name}” was read as “{stands_for}” ({count} times)",
                    times,
                    name=name,
                    stands_for=stands_for,
                )
            )
        return [*told, NOT_PUT_IN] if self.left else told

    def _define(self, text: str, found: re.Match[str]) -> int:
        """Remember a command; return the place behind its definition."""
        name = found["braced"] or found["bare"]
        stop = closing(text, found.end(), LONGEST + 1)
        if stop < 0:
            self.known.pop(name, None)
            self.left = True
            return found.end()
        body = text[found.end() : stop - 1].strip()
        count = int(found["count"] or 0)
        self.known.pop(name, None)
        simple = (
            not found["more"]
            and count <= MOST_ARGUMENTS
            and len(self.known) < MOST_COMMANDS
            and not _DEFINES.search(body)
            and (count or "#" not in body)
        )
        if found["how"] == "DeclareMathOperator":
            body = f"\\operatorname{{{body}}}"
        # With earlier commands put in, nothing is left to be put in later, and so no recursion.
        body = self.put_in(body) if simple else body
        own = re.search(rf"\\{name}(?![A-Za-z])", body) is not None
        simple = simple and not own and len(body) <= LONGEST and "\n\n" not in body
        stands_for = " ".join(body.split()) if simple else None
        self.known[name] = _Command(stands_for=stands_for, arguments=count)
        return stop

    def _use(self, text: str, found: re.Match[str], before: str) -> tuple[str, int]:
        """Return what stands for a use of a command, and the place behind it."""
        name, stop = found[0][1:], found.end()
        command = self.known[name]
        if command.stands_for is None or self.used.total() >= MOST_USES:
            self.left = True
            return found[0], stop
        given: list[str] = []
        for _ in range(command.arguments):
            argument, stop = _argument(text, stop)
            if argument is None:
                self.left = True
                return found[0], found.end()
            given.append(self.put_in(argument))
        made = re.sub(
            r"#(\d)",
            lambda one: given[int(one[1]) - 1] if 1 <= int(one[1]) <= len(given) else one[0],
            command.stands_for,
        )
        if len(made) > LONGEST_MADE or max(map(len, given), default=0) > LONGEST_ARGUMENT:
            self.left = True
            return found[0], found.end()
        self.used[name] += 1
        if any(one[1:] in self.known for one in _COMMAND.findall(made)):
            self.left = True
        lines = "\n" * text.count("\n", found.end(), stop)
        if _TAKES_ONE.search(before) and not _ONE_SIGN.fullmatch(made):
            return f"{{{made}}}{lines}", stop
        # A letter behind the command's name would become part of a name that it stands for.
        parted = (
            " " if re.search(r"\\[A-Za-z]+\Z", made) and text[stop : stop + 1].isalpha() else ""
        )
        return f"{made}{parted}{lines}", stop


def in_prose(document: Document) -> Document:
    """Return a document with its own commands put in, in the order of its cells of text."""
    macros = Macros()
    cells = tuple(
        cell if cell.kind == "code" else replace(cell, source=macros.put_in(cell.source))
        for cell in document.cells
    )
    told = tuple(f"{phrase}." for phrase in macros.remarks())
    return replace(document, cells=cells, remarks=(*document.remarks, *told)) if told else document


def closing(text: str, start: int, limit: int) -> int:
    """Return the place behind the bracket that closes at ``start``, -1 if it is far off."""
    depth = 1
    for found in _BRACKET.finditer(text, start, min(len(text), start + limit)):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return -1


def _argument(text: str, place: int) -> tuple[str | None, int]:
    found = _ARGUMENT.match(text, place)
    if found is None:
        return None, place
    if found["single"]:
        return found["single"], found.end()
    stop = closing(text, found.end(), LONGEST_ARGUMENT + 1)
    return (text[found.end() : stop - 1], stop) if stop >= 0 else (None, place)
