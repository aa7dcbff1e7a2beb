"""Where a parse stands in its tokens, and what it has found besides the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from grader.formula.kinds import Kind, Token
from grader.formula.limits import MAXIMAL_GUESSES, MAXIMAL_NESTING, RefusedError, shown
from grader.formula.numbers import Style
from grader.formula.result import Concern, Partial, Remark
from grader.formula.symbols import SymbolTable
from grader.language import say

SEPARATING: Final = frozenset([Kind.COMMA, Kind.BREAK, Kind.QUAD, Kind.RELATION])


@dataclass(slots=True)
class Found:
    """What a parse meets besides the tree."""

    remarks: dict[tuple[Concern, str], Remark] = field(default_factory=dict)
    """Without repetition."""
    offered: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By choice: its options, each with what it takes the text for."""
    partials: dict[str, Partial] = field(default_factory=dict)
    """By name."""
    bars: list[tuple[int, int]] = field(default_factory=list)
    """Of evaluation bars: from which token to which their equations go."""
    nearest: dict[str, str | None] = field(default_factory=dict)
    """By unknown name: the nearest declared one, as far as it was looked for."""
    calls: list[tuple[Token, str, int, int]] = field(default_factory=list)
    """Of calls as `f(3)`: the function, its parameter, and its argument's tokens."""


class Cursor:
    """A place in `tokens`, which are resolved and whose brackets are matched."""

    def __init__(
        self,
        tokens: list[Token],
        table: SymbolTable,
        choices: Mapping[str, str],
        partners: Mapping[int, int],
        *,
        start: int,
        stop: int,
        style: Style,
        latex: bool,
    ) -> None:
        self.tokens = tokens
        self.table = table
        self.choices = choices
        self.partners = partners
        self.at = start
        self.stop = stop
        self.style = style
        self.latex = latex
        self.found = Found()
        self.nesting = 0
        self.open_bars = 0
        self.bound: tuple[str, ...] = ()
        self.in_index = False

    def token(self, ahead: int = 0) -> Token:
        """The token `ahead` of the current one, or one of kind END."""
        place = self.at + ahead
        if place < self.stop:
            return self.tokens[place]
        end = self.tokens[self.stop - 1].end if self.stop else 0
        return Token(Kind.END, "", end, end)

    def take(self) -> Token:
        """The current token, which is then done."""
        token = self.token()
        self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        """Whether the current token is an operator or bracket with one of these texts."""
        token = self.token()
        return token.text in texts and token.kind in (Kind.OPERATOR, Kind.OPEN, Kind.CLOSE)

    def before(self) -> Token | None:
        """The token before the current one."""
        return self.tokens[self.at - 1] if self.at else None

    def unexpected(self) -> RefusedError:
        """The refusal of the current token."""
        token = self.token()
        if token.kind is Kind.UNREAD:
            return RefusedError(token.text, token.start, token.end)
        if token.kind is Kind.COMMA and self.in_index:
            return RefusedError(say("an index with a comma is not read"), token.start, token.end)
        if token.kind in SEPARATING:
            sentence = say("a second formula begins here, where one is expected")
            return RefusedError(sentence, token.start, token.end)
        if token.kind is Kind.END:
            return RefusedError(say("the formula ends too early"), token.start, token.end)
        sentence = say("{text} is not understood at this place", text=shown(token.text))
        return RefusedError(sentence, token.start, token.end)

    def remark(
        self, concern: Concern, sentence: str, token: Token, *, name: str = "",
        nearest: str | None = None, may_be_call: bool = False,
    ) -> None:  # fmt: skip
        """Notes something that a person should look at."""
        remark = Remark(
            concern=concern, sentence=sentence, start=token.start, end=token.end, name=name,
            nearest=nearest, may_be_call=may_be_call,
        )  # fmt: skip
        self.found.remarks.setdefault((concern, name or sentence), remark)

    def nearest(self, name: str, look: Callable[[str], str | None]) -> str | None:
        """What `look` finds for an unknown name; for the first ones alone, as it takes time."""
        known = self.found.nearest
        if name not in known:
            known[name] = look(name) if len(known) < MAXIMAL_GUESSES else None
        return known[name]

    def choose(self, key: str, *options: tuple[str, str]) -> str:
        """The option to take for `key`; each option comes with what it takes the text for."""
        self.found.offered.setdefault(key, options)
        return self.choices.get(key, options[0][0])

    @contextmanager
    def binding(self, name: str) -> Iterator[None]:
        """A part in which `name` is the running index of a series."""
        kept, self.bound = self.bound, (*self.bound, name)
        yield
        self.bound = kept

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper, and refused below the limit."""
        self.nesting += 1
        if self.nesting > MAXIMAL_NESTING:
            token = self.token()
            sentence = say(
                "more than {count} levels of brackets and scripts are not read",
                count=MAXIMAL_NESTING,
            )
            raise RefusedError(sentence, token.start, token.end)
        yield
        self.nesting -= 1
