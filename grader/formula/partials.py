"""Partial derivatives: names of their own, looked up by what is derived and by what."""

from __future__ import annotations

from grader.formula.kinds import Kind, Token
from grader.formula.limits import RefusedError, shown
from grader.formula.parser import RAISING, Parser
from grader.formula.render import to_text
from grader.formula.result import Concern, Partial
from grader.formula.tree import Symbol, Tree
from grader.language import say

Place = tuple[int, int]


def fraction_of_differentials(
    parser: Parser, mark: Token, above: Place, below: Place
) -> Tree | None:
    r"""`\frac{\partial a}{\partial b}` as one name; None if the fraction is an ordinary one."""
    on_top, underneath = _begins(parser, above), _begins(parser, below)
    if not on_top and not underneath:
        return None
    if not on_top:
        raise RefusedError(say("a differential stands alone below"), mark.start, mark.end)
    by_start = below[0] + 1 if underneath else below[0]
    by = _differential(parser, by_start, below[1])
    if above[0] + 1 == above[1]:
        of = _operand(parser)
    else:
        of = _differential(parser, above[0] + 1, above[1])
    place = mark._replace(end=parser.tokens[parser.at - 1].end)
    return _named(parser, place, of, by, complete=underneath)


def _begins(parser: Parser, place: Place) -> bool:
    start, stop = place
    return start < stop and parser.tokens[start].kind is Kind.PARTIAL


def _differential(parser: Parser, start: int, stop: int) -> Tree:
    if start < stop and parser.tokens[start].text == "^":
        token = parser.tokens[start]
        raise RefusedError(say("a higher derivative is not read"), token.start, token.end)
    return parser.within(start, stop)


def _operand(parser: Parser) -> Tree:
    with parser.nested():
        return parser.expression(RAISING - 1)


def partial(parser: Parser) -> Tree:
    """`∂a/∂b` in one line."""
    sign = parser.take()
    if parser.sees("^"):
        raise RefusedError(say("a higher derivative is not read"), sign.start, sign.end)
    of = None if parser.sees("/") else _operand(parser)
    if not parser.sees("/"):
        raise RefusedError(say("a differential stands alone"), sign.start, sign.end)
    parser.take()
    complete = parser.token().kind is Kind.PARTIAL
    if complete:
        parser.take()
    by = _operand(parser)
    of = of or _operand(parser)
    place = sign._replace(end=parser.tokens[parser.at - 1].end)
    return _named(parser, place, of, by, complete=complete)


def prime(parser: Parser, token: Token) -> Tree:
    """`f'(x)`: the declared function's partial by its parameter."""
    mark = parser.take()
    known = parser.table.functions.get(token.text)
    if known is None or parser.token().kind is Kind.PRIME:
        written = shown(token.text + "'")
        sentence = say("{text}: a prime is read at functions alone", text=written)
        raise RefusedError(sentence, token.start, mark.end)
    declared, parameter = known
    if parser.sees("("):
        close = parser.partners[parser.at]
        start = parser.at + 1
        if close != start + 1 or parser.tokens[start].text != parameter:
            parser.found.calls.append((token, parameter, start, close))
        parser.at = close + 1
    variable = parser.table.names.get(parameter)
    by = Symbol(variable.name if variable else parameter)
    return _named(parser, token._replace(end=mark.end), Symbol(declared.name), by, complete=True)


def _named(parser: Parser, place: Token, of: Tree, by: Tree, *, complete: bool) -> Tree:
    declared = parser.table.partials.get((of, by))
    name = declared.name if declared else partial_name(of, by, complete=complete)
    if declared is not None and not complete:
        sentence = say(
            "{text} lacks the sign ∂ below and is read as {name}",
            text=shown(partial_name(of, by, complete=False)),
            name=shown(declared.name),
        )
        parser.remark(Concern.NOTATION, sentence, place)
    found = Partial(name=name, of=of, by=by, declared=declared is not None, complete=complete)
    parser.found.partials[name] = found
    if parser.token().text == "(" and parser.partners[parser.at] == parser.at + 2:
        sentence = say("brackets after a derivative are read as a factor")
        parser.remark(Concern.NOTATION, sentence, place)
    if declared is None:
        nearest = parser.nearest(name, parser.table.nearest_partial)
        sentence = _no_partial(name, nearest)
        parser.remark(Concern.UNKNOWN, sentence, place, name=name, nearest=nearest)
    return Symbol(name)


def _no_partial(name: str, nearest: str | None) -> str:
    if nearest:
        return say(
            "{name} is no declared partial; did you mean {nearest}?",
            name=shown(name),
            nearest=shown(nearest),
        )
    return say("{name} is no declared partial", name=shown(name))


def partial_name(of: Tree, by: Tree, *, complete: bool = True) -> str:
    """The name of a partial that the author gives none: `∂c/∂(x^2)`."""
    return f"∂{_short(of)}/{'∂' if complete else ''}{_short(by)}"[:200]


def _short(tree: Tree) -> str:
    text = to_text(tree)
    return text if text.replace("_", "").isalnum() else f"({text})"
