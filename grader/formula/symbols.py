r"""What an author declares: the names that a formula may use, with all their spellings.

A spelling is written as learners write it, in LaTeX or plain: `\beta`, `\beta_1`, `\hat m_*`,
`w^*`, `f(x)`, `conv param`. A star stands for an index, and so says what a superscript means:
`g^*` makes the 2 of `g^2` an index; where plain `g` is declared as well, both readings are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice
from typing import Final, Literal, TypeAlias, final

from grader.errors import AuthorError
from grader.formula import lexicon as words
from grader.formula.kinds import Kind, Token
from grader.formula.limits import RefusedError
from grader.formula.numbers import Style
from grader.formula.tokens import lex
from grader.formula.tree import Tree
from grader.language import say

Logarithm: TypeAlias = Literal["natural", "ten", "two"]


class Role(StrEnum):
    """What a declared name is."""

    CONSTANT = "constant"
    VARIABLE = "variable"
    FUNCTION = "function"
    PARTIAL = "partial"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One name of a task."""

    name: str
    """The canonical name, as it stands in trees; of a family without its star."""
    spellings: tuple[str, ...] = ()
    """How it may be written; the canonical name itself always may."""
    role: Role = Role.VARIABLE
    """What it is."""
    of: str = ""
    """Of a partial: what is derived, as `c(x)`."""
    by: str = ""
    """Of a partial: by what, as `x^2`."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One way to write a name, taken apart."""

    key: str
    """The name with its fixed scripts, as `beta_1`, `hat m`, `r_out`."""
    star: str = ""
    """`_` or `^` where an index belongs; else empty."""
    parameter: str = ""
    """Of a function: the key of what it is written with, as the x of `f(x)`."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolTable:
    """The names of a task, ready for looking up. Made by `grader.formula.declare`."""

    declared: tuple[Declared, ...]
    """What the author declared."""
    names: Mapping[str, Declared]
    """By key: single names."""
    families: Mapping[tuple[str, str], Declared]
    """By key and mark, `_` or `^`: names that take an index there."""
    functions: Mapping[str, tuple[Declared, str]]
    """By key: functions with the key of their parameter."""
    partials: Mapping[tuple[Tree, Tree], Declared] = field(default_factory=dict)
    """By what is derived and by what."""
    log: Logarithm = "natural"
    """What `log` without a base means; `ln`, `lg` and `ld` always mean the same."""
    series: bool = False
    """Whether sums and products with bounds are read."""
    numbers: Style = Style.EITHER
    """Which style a number such as `1,792` is read in first; the other one is kept."""

    def knows(self, key: str) -> bool:
        """Whether `key` is a single name, a function, or the base of a family."""
        return key in self.names or key in self.functions or self.family(key)

    def family(self, key: str) -> bool:
        """Whether `key` takes an index."""
        return (key, "_") in self.families or (key, "^") in self.families

    def keys(self) -> list[str]:
        """All names as they are looked up, families with a star."""
        families = [f"{key}{mark}*" for key, mark in self.families]
        return [*self.names, *self.functions, *families]

    def nearest(self, name: str) -> str | None:
        """The declared name that looks most like `name`, if one does."""
        keys = list(islice(self.keys(), 500))
        lowered = {key.lower(): key for key in reversed(keys)}
        close = get_close_matches(name[:60].lower(), lowered, n=1, cutoff=0.6)
        return lowered[close[0]] if close else None

    def nearest_partial(self, name: str) -> str | None:
        """The declared partial whose name looks most like `name`, if one does."""
        known = [partial.name for partial in islice(self.partials.values(), 200)]
        close = get_close_matches(name[:120], known, n=1, cutoff=0.5)
        return close[0] if close else None


def compile_table(
    declared: Iterable[Declared], *, log: Logarithm, series: bool, numbers: Style
) -> SymbolTable:
    """The table of all that is declared but the partials, which are read with this one.

    Raises:
        AuthorError: a spelling is not read, or two names have the same one.
    """
    all_declared = tuple(declared)
    table = SymbolTable(
        declared=all_declared, names={}, families={}, functions={}, log=log, series=series,
        numbers=numbers,
    )  # fmt: skip
    for one in all_declared:
        if one.role is not Role.PARTIAL:
            for written in dict.fromkeys((_canonical(one), *one.spellings)):
                table = _with_spelling(table, one, written)
    return table


def _canonical(one: Declared) -> str:
    """A family's name alone is no spelling: `r` means nothing where only `r_*` is declared."""
    family = any("*" in spelling for spelling in one.spellings)
    return f"{one.name}_*" if family and "*" not in one.name else one.name


def _with_spelling(table: SymbolTable, one: Declared, written: str) -> SymbolTable:
    spelling = spell(one, written)
    if spelling.star:
        place = (spelling.key, spelling.star)
        _only(table.families.get(place), one, written)
        return replace(table, families={**table.families, place: one})
    if one.role is Role.FUNCTION:
        entry = table.functions.get(spelling.key)
        _only(entry and entry[0], one, written)
        parameter = spelling.parameter or (entry[1] if entry else "")
        return replace(table, functions={**table.functions, spelling.key: (one, parameter)})
    _only(table.names.get(spelling.key), one, written)
    return replace(table, names={**table.names, spelling.key: one})


def _only(earlier: Declared | None, one: Declared, written: str) -> None:
    if earlier is not None and earlier.name != one.name:
        raise AuthorError(
            say(
                "the symbols {one} and {other} are both written {text}; "
                "give one of them another spelling",
                one=earlier.name,
                other=one.name,
                text=repr(written),
            )
        )


def spell(one: Declared, written: str) -> Spelling:
    """`written` as the key that formulas are looked up with.

    Raises:
        AuthorError: `written` is no name.
    """
    try:
        tokens = lex(written)
        return _spelling(tokens, written)
    except RefusedError as refused:
        raise AuthorError(
            say(
                "the symbol {name} has the spelling {text}: {reason}",
                name=one.name,
                text=repr(written),
                reason=refused,
            )
        ) from refused


def _spelling(tokens: list[Token], written: str) -> Spelling:
    base, rest = _base(tokens)
    scripts: dict[str, str] = {}
    while rest and rest[0].text in "_^" and rest[0].kind is Kind.OPERATOR:
        mark = rest[0].text
        if mark in scripts:
            base, scripts = full_key(base, scripts), {}
        inner, rest = script_end(rest)
        scripts[mark] = script_key(inner)
    parameter = _parameter(rest)
    stars = [mark for mark, inner in scripts.items() if inner in ("*", "(*)")]
    if not base or len(stars) > 1 or (rest and not parameter):
        raise RefusedError(say("this is no name, with at most one star"), 0, len(written))
    fixed = {mark: inner for mark, inner in scripts.items() if mark not in stars}
    return Spelling(key=full_key(base, fixed), star="".join(stars), parameter=parameter)


def _base(tokens: list[Token]) -> tuple[str, list[Token]]:
    """The key that a name's tokens begin with, and the tokens after it."""
    if not tokens:
        return "", []
    first, rest = tokens[0], tokens[1:]
    if first.kind is Kind.HASH:
        base, after = _base(rest)
        return f"# {base}" if base else "", after
    if first.kind is Kind.ACCENT:
        base, after = _base(_without_braces(rest))
        return f"{first.text} {base}" if base else "", after
    if first.kind not in (Kind.LETTERS, Kind.NAME, Kind.WORD):
        return "", rest
    return _words(first.text, rest)


def _without_braces(tokens: list[Token]) -> list[Token]:
    r"""`\hat{m}_{t}` and `\hat{m_t}` as `\hat m_{t}`: the braces right after the accent."""
    while tokens and tokens[0].text == "{":
        stop = script_stop(tokens, -1)
        tokens = [*tokens[1 : stop - 1], *tokens[stop:]]
    return tokens


def _words(base: str, rest: list[Token]) -> tuple[str, list[Token]]:
    """`conv param` and `beta1` are one name each."""
    while rest and rest[0].kind is Kind.LETTERS:
        base, rest = f"{base} {rest[0].text}", rest[1:]
    if rest and rest[0].kind is Kind.NUMBER and not rest[0].spaced:
        return f"{base}_{rest[0].text}", rest[1:]
    return base, rest


def _parameter(rest: list[Token]) -> str:
    if len(rest) == 3 and rest[0].text == "(" and rest[2].text == ")":
        return rest[1].text
    return ""


SCRIPT_SIGNS: Final = frozenset("+-")


def script_end(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """What belongs to the script whose mark is the first token, and the tokens after it."""
    stop = script_stop(tokens, 0)
    return tokens[1:stop], tokens[stop:]


def script_stop(tokens: list[Token], mark: int) -> int:
    """The place after the script whose mark is at `mark`: a group, or one signed token."""
    place = mark + 1
    while place < len(tokens) and tokens[place].text in SCRIPT_SIGNS:
        place += 1
    if place < len(tokens) and tokens[place].kind is Kind.OPEN:
        level = 0
        for after in range(place, len(tokens)):
            level += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(tokens[after].kind, 0)
            if level == 0:
                return after + 1
        return len(tokens)
    return min(place + 1, len(tokens))


def script_key(inner: Iterable[Token]) -> str:
    """A script as part of a name: `{out}` and `out` are the same."""
    return "".join(token.text for token in inner if token.text not in ("{", "}"))


def full_key(base: str, scripts: Mapping[str, str]) -> str:
    """A base with its scripts, the lower one first."""
    below = f"_{scripts['_']}" if "_" in scripts else ""
    above = f"^{scripts['^']}" if "^" in scripts else ""
    return base + below + above


def is_function_word(name: str) -> bool:
    """Whether `name` is a function that is always known."""
    return name in words.FUNCTION_NAMES
