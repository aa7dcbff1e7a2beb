"""A Pratt parser over the tables of a task: tokens to one tree, for one set of choices.

Where a formula has several readings, the parser asks `choose`; the caller parses again for every
other answer. So each parse is plain and deterministic, and no reading is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from grader.formula.constants import constant_value
from grader.formula.cursor import Cursor
from grader.formula.kinds import Kind, Token
from grader.formula.limits import MAXIMAL_EXPONENT, RefusedError, shown
from grader.formula.result import Concern
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
from grader.language import say

ADDING: Final = 10
MULTIPLYING: Final = 20
SIGNING: Final = 25
RAISING: Final = 40

BINDING: Final = {
    "+": ADDING, "-": ADDING, "*": MULTIPLYING, "/": MULTIPLYING, "^": RAISING, "**": RAISING,
}  # fmt: skip
STARTS: Final = frozenset(
    [Kind.NUMBER, Kind.FRACTION, Kind.NAME, Kind.WORD, Kind.FUNCTION, Kind.COMMAND, Kind.PARTIAL,
     Kind.OPEN, Kind.BAR]
)  # fmt: skip


class Parser(Cursor):
    """One parse, from the place where its cursor stands to where it stops."""

    prefixes: Mapping[Kind, Callable[[Parser], Tree]]
    """By kind of token: what an operand that begins with it is."""

    def parse(self) -> Tree:
        """The tree of all tokens.

        Raises:
            RefusedError: they are no formula.
        """
        tree = self.expression(0)
        if self.at < self.stop:
            raise self.unexpected()
        return tree

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
        if (root := self.root_exponent(left)) is not None:
            return root
        self.take()
        bracketed = self.sees("(", "{", "[")
        start = self.token().start
        below = self.expression(MULTIPLYING)
        following = self.token()
        bare = not bracketed and self.starts_factor(following)
        if bare and self.choose(
            "slash",
            ("left", say("a slash divides by the next factor alone")),
            ("all", say("a slash divides by all that follows without a sign")),
        ) == "all":  # fmt: skip
            while self.starts_factor(self.token()):
                below = self.juxtaposed(below)
        if bare:
            place = Token(Kind.OPERATOR, "/", start, following.end)
            sentence = say("what stands below the slash needs brackets")
            self.remark(Concern.NOTATION, sentence, place)
        return extended(left, Power(below, MINUS_ONE))

    def root_exponent(self, left: Tree) -> Tree | None:
        """`x^1/2` may mean a root: nobody writes an exponent of one otherwise."""
        before = [token.text for token in self.tokens[max(0, self.at - 2) : self.at]]
        last = left.factors[-1] if isinstance(left, Product) else left
        below = self.token(1)
        if before != ["^", "1"] or not isinstance(last, Power) or below.kind is not Kind.NUMBER:
            return None
        written = shown(f"^1/{below.text}")
        whole = ("whole", say("{text} ends before the slash", text=written))
        root = ("root", say("{text} is one exponent", text=written))
        if self.choose(f"root at {below.start}", whole, root) == "whole":
            return None
        self.take()
        exponent = Power(self.expression(RAISING), MINUS_ONE)
        rest = left.factors[:-1] if isinstance(left, Product) else ()
        return multiply(*rest, Power(last.base, exponent))

    def reach_of_exponent(self, mark: Token, last: Token) -> None:
        """In plain text it is not sure whether `e^2x` means a power of 2x."""
        following = self.token()
        plain = not self.latex and last.kind in (Kind.NUMBER, Kind.NAME)
        if plain and following.kind is Kind.NAME and following.start == last.end:
            sentence = say("how far an exponent without brackets reaches is not sure")
            self.remark(Concern.NOTATION, sentence, mark)

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
            raise RefusedError(say("a remainder is not read"), last.start, token.end)
        if last.kind is Kind.NUMBER:
            sentence = say("two numbers stand next to each other without a sign between them")
            raise RefusedError(sentence, last.start, token.end)
        if last.kind is not Kind.NAME:
            return
        if not token.spaced:
            sentence = say(
                "{text} may be an index, a power or a product", text=shown(last.text + token.text)
            )
            raise RefusedError(sentence, last.start, token.end)
        earlier = self.tokens[self.at - 2] if self.at > 1 else last
        if last.text == "x" and earlier.kind is Kind.NUMBER:
            sentence = say("an x between two numbers may be a name or a multiplication sign")
            raise RefusedError(sentence, earlier.start, token.end)
        sentence = say("a number after a name is read as a factor")
        self.remark(Concern.NOTATION, sentence, token)

    def mixed(self, left: Tree, fraction: Tree, token: Token, *, preferred: str) -> Tree:
        """`2\\frac{1}{3}`, a product or two and a third."""
        options = (
            ("product", say("a number before a fraction multiplies it")),
            ("sum", say("a number before a fraction is added to it")),
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
        return Product((*rest, together)) if rest else together

    def raised(self, left: Tree) -> Tree:
        """A power whose base is no name; names look at their own scripts."""
        mark = self.take()
        with self.nested():
            exponent = self.exponent(mark.text)
        self.reach_of_exponent(mark, self.tokens[self.at - 1])
        return self.power(left, exponent, mark)

    def exponent(self, mark: str = "^") -> Tree:
        """What stands after `^` or `**`: a group, or one signed factor."""
        minus = False
        while self.sees("+", "-"):
            minus ^= self.take().text == "-"
        token = self.token()
        if token.kind is Kind.NUMBER and len(token.text) > 1 and mark == "^":
            sentence = say(
                "an exponent of several digits, {text}, needs braces in LaTeX",
                text=shown(token.text),
            )
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
            sentence = say("an evaluation bar needs its equations below, as _{x=3}")
            raise RefusedError(sentence, token.start, token.end)
        start = self.at + 1
        self.found.bars.append((start + 1, self.partners[start]))
        self.at = self.partners[start] + 1
        if self.sees("^"):
            token = self.token()
            sentence = say("an evaluation between two values is not read")
            raise RefusedError(sentence, token.start, token.end)


def refuse_large_exponent(exponent: Tree, start: int, end: int) -> None:
    """Raises RefusedError for a number beyond the limit, however it is written."""
    value = constant_value(exponent)
    if value is not None and abs(value) > MAXIMAL_EXPONENT:
        sentence = say("an exponent beyond {largest} is not read", largest=MAXIMAL_EXPONENT)
        raise RefusedError(sentence, start, end)


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
