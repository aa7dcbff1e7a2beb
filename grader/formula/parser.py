"""A Pratt parser over the tables of a task: tokens to one tree, for one set of choices.

Where a formula has several readings, the parser asks `choose`; the caller parses again for every
other answer. So each parse is plain and deterministic, and no reading is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from grader.formula.constants import constant_value
from grader.formula.kinds import Kind, Token
from grader.formula.limits import MAXIMAL_EXPONENT, MAXIMAL_NESTING, RefusedError, shown
from grader.formula.numbers import Style
from grader.formula.result import Concern, Partial, Remark
from grader.formula.symbols import SymbolTable
from grader.formula.tree import (
    MINUS_ONE,
    Apply,
    Number,
    Power,
    Product,
    Sum,
    Tree,
    multiply,
    negate,
)

ADDING: Final = 10
MULTIPLYING: Final = 20
SIGNING: Final = 25
RAISING: Final = 40

BINDING: Final = {
    "+": ADDING, "-": ADDING, "*": MULTIPLYING, "/": MULTIPLYING, "^": RAISING, "**": RAISING,
}  # fmt: skip
SEPARATING: Final = frozenset([Kind.COMMA, Kind.BREAK, Kind.QUAD, Kind.RELATION])
STARTS: Final = frozenset(
    [Kind.NUMBER, Kind.FRACTION, Kind.NAME, Kind.WORD, Kind.FUNCTION, Kind.COMMAND, Kind.PARTIAL,
     Kind.OPEN, Kind.BAR]
)  # fmt: skip


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
    calls: list[tuple[Token, str, int, int]] = field(default_factory=list)
    """Of calls as `f(3)`: the function, its parameter, and its argument's tokens."""


class Parser:
    """One parse of `tokens`, which are resolved and whose brackets are matched."""

    def __init__(
        self,
        tokens: list[Token],
        table: SymbolTable,
        choices: Mapping[str, str],
        partners: Mapping[int, int],
        prefixes: Mapping[Kind, Callable[[Parser], Tree]],
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
        self.prefixes = prefixes
        self.at = start
        self.stop = stop
        self.style = style
        self.latex = latex
        self.found = Found()
        self.nesting = 0
        self.open_bars = 0
        self.bound: tuple[str, ...] = ()
        self.in_index = False

    def parse(self) -> Tree:
        """The tree of all tokens.

        Raises:
            RefusedError: they are no formula.
        """
        tree = self.expression(0)
        if self.at < self.stop:
            raise self.unexpected()
        return tree

    # What the parser stands at.

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
        if token.kind in SEPARATING:
            sentence = "a second formula begins here, where one is expected"
            return RefusedError(sentence, token.start, token.end)
        if token.kind is Kind.END:
            return RefusedError("the formula ends too early", token.start, token.end)
        sentence = f"{shown(token.text)} is not understood at this place"
        return RefusedError(sentence, token.start, token.end)

    def remark(
        self, concern: Concern, sentence: str, token: Token, *, name: str = "",
        nearest: str | None = None,
    ) -> None:  # fmt: skip
        """Notes something that a person should look at."""
        remark = Remark(
            concern=concern, sentence=sentence, start=token.start, end=token.end, name=name,
            nearest=nearest,
        )  # fmt: skip
        self.found.remarks.setdefault((concern, name or sentence), remark)

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
            sentence = f"more than {MAXIMAL_NESTING} levels of brackets and scripts are not read"
            raise RefusedError(sentence, token.start, token.end)
        yield
        self.nesting -= 1

    def within(self, start: int, stop: int, *, in_index: bool = False) -> Tree:
        """The tree of the tokens from `start` to `stop`; the parser stays where it is."""
        kept = self.at, self.stop, self.in_index, self.open_bars
        self.at, self.stop, self.open_bars = start, stop, 0
        self.in_index = in_index or self.in_index
        with self.nested():
            tree = self.parse()
        self.at, self.stop, self.in_index, self.open_bars = kept
        return tree

    # Expressions.

    def expression(self, lowest: int) -> Tree:
        """All that binds tighter than `lowest`."""
        left = self.prefix()
        while True:
            token = self.token()
            if token.kind is Kind.OPERATOR and BINDING.get(token.text, 0) > lowest:
                left = INFIX[token.text](self, left)
            elif token.kind is Kind.BAR and self.evaluation_bar():
                self.bar()
            elif lowest < MULTIPLYING and self.starts_factor(token):
                left = self.juxtaposed(left)
            else:
                return left

    def starts_factor(self, token: Token) -> bool:
        """Whether `token`, right after an operand, begins a factor."""
        return token.kind in STARTS and not (token.kind is Kind.BAR and self.open_bars)

    def prefix(self) -> Tree:
        """One operand: what the current token begins."""
        kind = self.token().kind
        if kind not in self.prefixes:
            raise self.unexpected()
        return self.prefixes[kind](self)

    def sum(self, left: Tree) -> Tree:
        """`left` and all terms that follow it."""
        terms = [left]
        while self.sees("+", "-"):
            minus = self.take().text == "-"
            term = self.expression(ADDING)
            terms.append(negate(term) if minus else term)
        flat: list[Tree] = []
        for term in terms:
            flat.extend(term.terms if isinstance(term, Sum) else (term,))
        return Sum(tuple(flat))

    def times(self, left: Tree) -> Tree:
        """`left` times the factor after the sign."""
        self.take()
        return extended(left, self.expression(MULTIPLYING))

    def over(self, left: Tree) -> Tree:
        """A quotient in one line; what `1/2x` means is asked."""
        self.take()
        bracketed = self.sees("(", "{", "[")
        start = self.token().start
        below = self.expression(MULTIPLYING)
        following = self.token()
        bare = not bracketed and self.starts_factor(following)
        if bare and self.choose(
            "slash",
            ("left", "a slash divides by the next factor alone"),
            ("all", "a slash divides by all that follows without a sign"),
        ) == "all":  # fmt: skip
            while self.starts_factor(self.token()):
                below = self.juxtaposed(below)
        if bare:
            place = Token(Kind.OPERATOR, "/", start, following.end)
            self.remark(Concern.NOTATION, "what stands below the slash needs brackets", place)
        return extended(left, Power(below, MINUS_ONE))

    def juxtaposed(self, left: Tree) -> Tree:
        """A product without a sign."""
        last, token = self.before(), self.token()
        if last is not None and token.kind is Kind.NUMBER:
            self.refuse_number_after(last, token)
        if last is not None and last.kind is Kind.NUMBER and token.kind is Kind.FRACTION:
            return self.mixed(left, self.expression(MULTIPLYING), token, preferred="sum")
        start = self.at
        factor = self.expression(MULTIPLYING)
        whole = last is not None and last.kind is Kind.NUMBER and isinstance(left, Number | Product)
        if whole and self.tokens[start].text == "frac" and _is_fraction(factor):
            return self.mixed(left, factor, token, preferred="product")
        return extended(left, factor)

    def refuse_number_after(self, last: Token, token: Token) -> None:
        """`x2` and `3 5` may be too many things."""
        if last.kind is Kind.PERCENT:
            raise RefusedError("a remainder is not read", last.start, token.end)
        if last.kind is Kind.NUMBER:
            sentence = "two numbers stand next to each other without a sign between them"
            raise RefusedError(sentence, last.start, token.end)
        if last.kind is Kind.NAME and not token.spaced:
            sentence = f"{shown(last.text + token.text)} may be an index, a power or a product"
            raise RefusedError(sentence, last.start, token.end)

    def mixed(self, left: Tree, fraction: Tree, token: Token, *, preferred: str) -> Tree:
        """`2\\frac{1}{3}`, a product or two and a third."""
        options = (
            ("product", "a number before a fraction multiplies it"),
            ("sum", "a number before a fraction is added to it"),
        )
        whole = left.factors[-1] if isinstance(left, Product) else left
        if not (isinstance(whole, Number) and whole.value.denominator == 1):
            return extended(left, fraction)
        ordered = options if preferred == "product" else options[::-1]
        if self.choose(f"mixed at {token.start}", *ordered) == "product":
            return extended(left, fraction)
        sign = MINUS_ONE if whole.value < 0 else Number(Fraction(1))
        together = Sum((whole, multiply(sign, fraction) if whole.value < 0 else fraction))
        rest = left.factors[:-1] if isinstance(left, Product) else ()
        return multiply(*rest, together)

    def raised(self, left: Tree) -> Tree:
        """A power whose base is no name; names look at their own scripts."""
        mark = self.take()
        with self.nested():
            exponent = self.exponent(mark.text)
        return self.power(left, exponent, mark)

    def exponent(self, mark: str = "^") -> Tree:
        """What stands after `^` or `**`: a group, or one signed factor."""
        minus = False
        while self.sees("+", "-"):
            minus ^= self.take().text == "-"
        token = self.token()
        if token.kind is Kind.NUMBER and len(token.text) > 1 and mark == "^":
            sentence = f"an exponent of several digits, {shown(token.text)}, needs braces in LaTeX"
            self.remark(Concern.NOTATION, sentence, token)
        tree = self.expression(RAISING - 1)
        return negate(tree) if minus else tree

    def power(self, base: Tree, exponent: Tree, token: Token) -> Tree:
        """The power, refused if its exponent is a large number."""
        refuse_large_exponent(exponent, token.start, token.end)
        if base == Apply("exp", (Number(Fraction(1)),)):
            return Apply("exp", (exponent,))
        return Power(base, exponent)

    # Operands.

    def evaluation_bar(self) -> bool:
        """Whether a bar right after an operand opens an evaluation."""
        return not self.open_bars and self.evaluation_script(1)

    def evaluation_script(self, ahead: int = 0) -> bool:
        """Whether a script with an equation in it comes next."""
        if self.token(ahead).text != "_" or self.token(ahead + 1).text != "{":
            return False
        start = self.at + ahead + 1
        inside = self.tokens[start : self.partners[start]]
        return any(token.kind is Kind.RELATION for token in inside)

    def bar(self) -> None:
        """An evaluation bar after an operand."""
        self.take()
        self.bar_script()

    def bar_script(self) -> None:
        """Keeps the place of what an evaluation bar says."""
        if not self.evaluation_script():
            token = self.token()
            sentence = "an evaluation bar needs its equations below, as _{x=3}"
            raise RefusedError(sentence, token.start, token.end)
        start = self.at + 1
        self.found.bars.append((start + 1, self.partners[start]))
        self.at = self.partners[start] + 1
        if self.sees("^"):
            token = self.token()
            raise RefusedError(
                "an evaluation between two values is not read", token.start, token.end
            )


def refuse_large_exponent(exponent: Tree, start: int, end: int) -> None:
    """Raises RefusedError for a number beyond the limit, however it is written."""
    value = constant_value(exponent)
    if value is not None and abs(value) > MAXIMAL_EXPONENT:
        raise RefusedError(f"an exponent beyond {MAXIMAL_EXPONENT} is not read", start, end)


def extended(left: Tree, right: Tree) -> Tree:
    """The flat product of two trees."""
    before = left.factors if isinstance(left, Product) else (left,)
    return Product(before + (right.factors if isinstance(right, Product) else (right,)))


def _is_fraction(tree: Tree) -> bool:
    """Whether `tree` is a proper fraction of two whole numbers."""
    match tree:
        case Product((Number(above), Power(Number(below), Number(exponent)))):
            return exponent == -1 and 0 < above < below and above.denominator == 1
        case _:
            return False


INFIX: Final[dict[str, Callable[[Parser, Tree], Tree]]] = {
    "+": Parser.sum,
    "-": Parser.sum,
    "*": Parser.times,
    "/": Parser.over,
    "^": Parser.raised,
    "**": Parser.raised,
}
