"""Documents whose code blocks do not say their language, as programs that read scans write them.

A block that is a program runs; a block or a few lines behind it that show what it printed become
its stored output. Only assignments of numbers stay text: there they are read as well. Lines keep
their numbers.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field

MOST_LINES = 2_000
"""Longest block that is looked at."""
SHORT = 40
"""A line such as `Output:` is shorter."""
_OPENS = re.compile(r"(`{3,}|~{3,})[ \t]*([^\s`]*)[ \t]*$")
_TIMED = re.compile(r"\[\d+\][ \t]*(?:✓|✔|√)?[ \t]*[\d.,]*[ \t]*m?s?[ \t]*$")
_PRINTED = re.compile(r"(?:\.\.\.|Out\[\d+\]:)[ \t]?")
_SAYS_OUTPUT = re.compile(
    r"(?i)[#*_>\s]*(?:the\s+)?(?:output|prints|printed|result|ausgabe|ergebnis)[*_]*\s*:?[*_\s]*"
)
_PROGRAM = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For,
    ast.While, ast.With,
)  # fmt: skip


@dataclass(kw_only=True)
class Blocks:
    """A document with its blocks told apart."""

    lines: list[str]
    outputs: dict[int, str] = field(default_factory=dict)
    """What a block printed, by the line, from 1, at which its code begins."""
    code: int = 0
    """Where the last block of code begins; 0 where text came since."""


def told_apart(text: str) -> tuple[str, dict[int, str]]:
    """Return a document whose programs are marked as Python, and the outputs taken out of it.

    Outputs are by the line, from 1, at which the code that printed them begins.
    """
    blocks = Blocks(lines=text.split("\n"))
    place = 0
    while place < len(blocks.lines):
        line = blocks.lines[place]
        opens = _OPENS.match(line)
        if opens:
            place = _block(blocks, place, opens)
        elif blocks.code and (_TIMED.match(line.strip()) or _PRINTED.match(line.strip())):
            place = _printed(blocks, place)
        else:
            says = not line.strip() or (len(line) < SHORT and _SAYS_OUTPUT.fullmatch(line))
            blocks.code = blocks.code if says else 0
            place += 1
    return "\n".join(blocks.lines), blocks.outputs


def _block(blocks: Blocks, start: int, opens: re.Match[str]) -> int:
    """Look at the block that opens at a line; return the place after it."""
    fence, language = opens[1], opens[2].strip("{}").lower()
    limit = min(len(blocks.lines), start + MOST_LINES)
    ends = (i for i in range(start + 1, limit) if blocks.lines[i].rstrip() == fence)
    end = next(ends, None)
    if end is None:
        return start + 1
    body = blocks.lines[start + 1 : end]
    if language:
        blocks.code = start + 2 if language.startswith(("python", "py", "ipython")) else 0
    elif is_program("\n".join(body)):
        blocks.lines[start] = f"{fence}python"
        blocks.code = start + 2
    elif blocks.code:
        _take(blocks, start, end + 1, body)
    return end + 1


def _printed(blocks: Blocks, start: int) -> int:
    """Take lines such as `[2] ✓ 0.0s` and `... 212` as output; return the place after them."""
    end, found = start, False
    while end < min(len(blocks.lines), start + MOST_LINES):
        line = blocks.lines[end].strip()
        found = found or _PRINTED.match(line) is not None
        marked = _TIMED.match(line) or _PRINTED.match(line)
        goes_on = (found and line and not line.startswith(("#", "`"))) or line.startswith("# ")
        if not (marked or (found and goes_on) or (not line and not found)):
            break
        end += 1
    if not found:
        # What was looked at is not looked at again: a text may be nothing but such lines.
        return max(end, start + 1)
    shown = [_PRINTED.sub("", line.strip(), count=1) for line in blocks.lines[start:end]]
    _take(blocks, start, end, [one for one in shown if not _TIMED.match(one)])
    return end


def _take(blocks: Blocks, start: int, end: int, shown: list[str]) -> None:
    """Move lines from the text to the outputs of the last code."""
    earlier = blocks.outputs.get(blocks.code, "")
    blocks.outputs[blocks.code] = f"{earlier}{chr(10).join(shown).strip()}\n"
    blocks.lines[start:end] = [""] * (end - start)


def is_program(source: str) -> bool:
    """Return whether a block without a language is a program: it parses, and does something."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(one, _PROGRAM) or _calls(one) for one in tree.body)


def _calls(statement: ast.stmt) -> bool:
    """Return whether a statement is a call, of a name longer than `f(3)` has, or keeps one."""
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
        return isinstance(statement.value, ast.Call)
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    called = statement.value.func
    if isinstance(called, ast.Name):
        return len(called.id) > 1
    return isinstance(called, ast.Attribute)
