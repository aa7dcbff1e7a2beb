"""What signs and brackets begin: signed operands, numbers, groups, absolute values, roots."""

from __future__ import annotations

from fractions import Fraction

from grader.formula.kinds import Kind, Token
from grader.formula.lexicon import FRACTIONS
from grader.formula.limits import RefusedError, shown
from grader.formula.numbers import number_readings
from grader.formula.parser import RAISING, SIGNING, Parser
from grader.formula.result import Concern
from grader.formula.tree import Apply, Number, Power, Tree, negate
from grader.language import say


def operator(parser: Parser) -> Tree:
    """An operand that begins with a sign or a root sign."""
    token = parser.token()
    if token.text in "+-":
        return signed(parser)
    if token.text in "√∛":
        return root(parser)
    raise parser.unexpected()


def signed(parser: Parser) -> Tree:
    """An operand after its signs."""
    minus = False
    while parser.sees("+", "-"):
        minus ^= parser.take().text == "-"
    operand = parser.expression(SIGNING)
    return negate(operand) if minus else operand


def number(parser: Parser) -> Tree:
    """A literal, in the style that this parse is for, with its percent sign."""
    token = parser.take()
    readings = number_readings(token.text)
    if not readings:
        sentence = say("{text} is no number", text=shown(token.text))
        raise RefusedError(sentence, token.start, token.end)
    value = readings.get(parser.style, next(iter(readings.values())))
    if parser.token().kind is Kind.PERCENT:
        parser.take()
        value /= 100
    return Number(value)


def group(parser: Parser) -> Tree:
    """A pair of brackets, or of bars, and what is in it."""
    opened = parser.token()
    close = parser.partners[parser.at]
    _refuse_interval(parser, opened, close)
    inside = parser.at + 1
    parser.at = close
    tree = parser.within(inside, close)
    closed = parser.take()
    if opened.text == "." or (closed.kind is Kind.CLOSE and parser.evaluation_script()):
        parser.bar_script()
    name = {"|": "abs", "⌊": "floor", "⌈": "ceil"}.get(opened.text)
    return Apply(name, (tree,)) if name else tree


def _refuse_interval(parser: Parser, opened: Token, close: int) -> None:
    """`[0,1]` is no bracket around 0.1."""
    alone = close == parser.at + 2 and parser.tokens[parser.at + 1].kind is Kind.NUMBER
    if opened.text in ("[", "\\{") and alone and "," in parser.tokens[parser.at + 1].text:
        end = parser.tokens[close].end
        raise RefusedError(say("an interval or a list is not read"), opened.start, end)


def bars(parser: Parser) -> Tree:
    """`|g|` in single signs."""
    opened = parser.take()
    with parser.nested():
        kept, parser.open_bars = parser.open_bars, 1
        tree = parser.expression(0)
        parser.open_bars = kept
        if parser.token().kind is not Kind.BAR:
            sentence = say("a bar is not closed")
            raise RefusedError(sentence, opened.start, opened.end)
        parser.take()
    if parser.evaluation_script():
        parser.bar_script()
    return Apply("abs", (tree,))


def simple_fraction(parser: Parser) -> Tree:
    """`½`, in one sign."""
    above, below = FRACTIONS[parser.take().text]
    return Number(Fraction(above, below))


def root(parser: Parser) -> Tree:
    """`√v`: of one factor with its scripts."""
    sign = parser.take()
    with parser.nested():
        inner = parser.expression(RAISING - 1)
    if _before_is_bare_number(parser, sign):
        sentence = say("how far a root without brackets reaches is not sure")
        parser.remark(Concern.NOTATION, sentence, sign)
    return root_of(inner, 2 if sign.text == "√" else 3)


def _before_is_bare_number(parser: Parser, sign: Token) -> bool:
    """Whether `√2` with a factor after it was read."""
    last = parser.before()
    bare = last is not None and last.kind is Kind.NUMBER and last.start == sign.end
    return bare and parser.starts_factor(parser.token())


def root_of(tree: Tree, degree: int) -> Tree:
    """The square root, or the power of one over `degree`."""
    return Apply("sqrt", (tree,)) if degree == 2 else Power(tree, Number(Fraction(1, degree)))
