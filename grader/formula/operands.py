"""What a single token begins: names with their scripts, functions, fractions, roots, partials."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, NamedTuple

from grader.formula.calls import call, function
from grader.formula.kinds import Kind, Token
from grader.formula.limits import RefusedError, shown
from grader.formula.parser import MULTIPLYING, Parser, extended
from grader.formula.partials import fraction_of_differentials, partial, prime
from grader.formula.result import Concern, no_name
from grader.formula.simple import bars, group, number, operator, root_of, simple_fraction
from grader.formula.symbols import Declared, full_key, script_key, script_stop
from grader.formula.tree import Apply, Indexed, Number, Series, SeriesKind, Symbol, Tree, divide
from grader.formula.tree import symbols as names_in
from grader.language import message, say

NOT_READ: Final[dict[SeriesKind, str]] = {
    "sum": message("a sum with bounds is not read here"),
    "product": message("a product with bounds is not read here"),
}
NEEDS_BOUNDS: Final[dict[SeriesKind, str]] = {
    "sum": message("a sum needs its first and last index"),
    "product": message("a product needs its first and last index"),
}


class Script(NamedTuple):
    """Where a name's script stands, by tokens."""

    key: str
    mark: Token
    start: int
    stop: int


def name(parser: Parser) -> Tree:
    """A name with its scripts: declared, a member of a family, a power, or unknown."""
    token = parser.take()
    scripts = _scripts(parser)
    after = parser.token()
    if after.kind is Kind.PRIME:
        return prime(parser, token)
    if token.text in parser.table.functions and after.text == "(" and "_" not in scripts:
        applied = call(parser, token)
        if applied is not None:
            return _raised(parser, applied, scripts)
    elif after.text == "[" and "^" not in scripts:
        key = full_key(token.text, {mark: script.key for mark, script in scripts.items()})
        if parser.table.family(key):
            return _bracketed(parser, key)
    tree = _scripted(parser, token, scripts)
    _warn_of_call(parser, token, scripts)
    return tree


def _scripts(parser: Parser, *, bounds: bool = False) -> dict[str, Script]:
    """By mark: the scripts at the current place, which are then done."""
    found: dict[str, Script] = {}
    while parser.token().kind is Kind.OPERATOR and parser.token().text in "^_":
        mark = parser.token()
        if mark.text == "^" and "^" in found:
            raise RefusedError(say("two exponents in a row need brackets"), mark.start, mark.end)
        if mark.text in found or (not bounds and parser.evaluation_script()):
            break
        stop = _stop(parser)
        if mark.text == "_":
            stop = _reach(parser, stop)
        key = script_key(parser.tokens[parser.at + 1 : stop])
        found[mark.text] = Script(key, mark, parser.at + 1, stop)
        parser.at = stop
    return found


def _reach(parser: Parser, stop: int) -> int:
    """In plain text, `m_t-1` may mean the index t-1."""
    tokens = parser.tokens[stop - 1 : min(stop + 2, parser.stop)]
    kinds = [token.kind for token in tokens]
    if parser.latex or kinds not in ([Kind.NAME, Kind.OPERATOR, Kind.NUMBER],):
        return stop
    last, sign, number_ = tokens
    if sign.text not in ("+", "-") or sign.spaced or number_.spaced:
        return stop
    written = shown(f"{last.text}{sign.text}{number_.text}")
    near = ("near", say("the index ends before the sign in {text}", text=written))
    far = ("far", say("{text} is an index", text=written))
    return stop if parser.choose(f"index at {last.start}", near, far) == "near" else stop + 2


def _stop(parser: Parser) -> int:
    place = parser.at + 1
    while place < parser.stop and parser.tokens[place].text in ("+", "-"):
        place += 1
    if place >= parser.stop:
        raise RefusedError(say("a script is missing"), parser.token().start, parser.token().end)
    if parser.tokens[place].kind is Kind.OPEN:
        return parser.partners[place] + 1
    if parser.tokens[place].kind in (Kind.FUNCTION, Kind.COMMAND, Kind.ACCENT):
        return _long_stop(parser, place)
    return script_stop(parser.tokens[: parser.stop], parser.at)


def _long_stop(parser: Parser, place: int) -> int:
    """After a function or fraction that stands in a script without braces."""
    kept = parser.at
    parser.at = place
    with parser.nested():
        parser.expression(MULTIPLYING + 15)
    stop, parser.at = parser.at, kept
    return stop


def _scripted(parser: Parser, token: Token, scripts: dict[str, Script]) -> Tree:
    table, base = parser.table, token.text
    keys = {mark: script.key for mark, script in scripts.items()}
    below, above = scripts.get("_"), scripts.get("^")
    if scripts and (both := table.names.get(full_key(base, keys))):
        return Symbol(both.name)
    if below is not None:
        return _raised(parser, _below(parser, token, below, above), scripts)
    if above is not None and (base, "^") in table.families:
        return _above(parser, token, above)
    return _raised(parser, _single(parser, token), scripts)


def _raised(parser: Parser, tree: Tree, scripts: dict[str, Script]) -> Tree:
    if "^" not in scripts:
        return tree
    script = scripts["^"]
    if script.key.startswith("(") and parser.tokens[script.start].text == "{":
        sentence = say("{text} is read as a power, not as an index", text=shown("^" + script.key))
        parser.remark(Concern.NOTATION, sentence, script.mark)
    kept, parser.at = parser.at, script.start
    stop, parser.stop = parser.stop, script.stop
    with parser.nested():
        exponent = parser.exponent()
    if parser.at < parser.stop:
        raise parser.unexpected()
    parser.at, parser.stop = kept, stop
    parser.reach_of_exponent(script.mark, parser.tokens[script.stop - 1])
    return parser.power(tree, exponent, script.mark)


def _below(parser: Parser, token: Token, below: Script, above: Script | None) -> Tree:
    """A name with something below: declared so, a member of a family, or unknown."""
    table, base = parser.table, token.text
    key = f"{base}_{below.key}"
    if key in table.names:
        return Symbol(table.names[key].name)
    family = table.families.get((base, "_"))
    if family is not None:
        return _member(parser, family, below)
    end = parser.tokens[below.stop - 1].end
    return _unknown(parser, key, token._replace(end=end))


def _above(parser: Parser, token: Token, above: Script) -> Tree:
    """A superscript that may be an index; where plain powers are possible, both are kept."""
    family = parser.table.families[token.text, "^"]
    bracketed = parser.tokens[above.start].text == "(" or above.key.startswith("(")
    if bracketed or token.text not in parser.table.names:
        return _member(parser, family, above)
    written = shown(f"{token.text}^{above.key}")
    index = ("index", say("{text} has an index", text=written))
    power = ("power", say("{text} is a power", text=written))
    if parser.choose(f"index of {token.text}", index, power) == "index":
        return _member(parser, family, above)
    return _raised(parser, Symbol(parser.table.names[token.text].name), {"^": above})


def _member(parser: Parser, family: Declared, script: Script) -> Tree:
    index = parser.within(script.start, script.stop, in_index=True)
    return Indexed(family.name.removesuffix("_*"), index)


def _bracketed(parser: Parser, key: str) -> Tree:
    """`m[t-1]`, as in code."""
    table = parser.table
    family = table.families.get((key, "_")) or table.families[key, "^"]
    close = parser.partners[parser.at]
    index = parser.within(parser.at + 1, close, in_index=True)
    parser.at = close + 1
    return Indexed(family.name.removesuffix("_*"), index)


def _single(parser: Parser, token: Token) -> Tree:
    table, key = parser.table, token.text
    if key in parser.bound:
        return Symbol(key)
    if key in table.names:
        return Symbol(table.names[key].name)
    if key in table.functions:
        return Symbol(table.functions[key][0].name)
    if key == "e":
        if parser.before() is token:
            sentence = say("“e” is read as Euler's number")
            parser.remark(Concern.NOTATION, sentence, token)
        return Apply("exp", (Number(Fraction(1)),))
    if key == "pi" or parser.in_index:
        return Symbol(key)
    return _unknown(parser, key, token)


def _unknown(parser: Parser, key: str, token: Token) -> Symbol:
    nearest = parser.nearest(key, parser.table.nearest)
    if parser.table.family(key):
        nearest = f"{key}_*" if (key, "_") in parser.table.families else f"{key}^*"
        sentence = say("{name} stands without its index", name=shown(key))
    else:
        sentence = no_name(key, nearest)
    parser.remark(Concern.UNKNOWN, sentence, token, name=key[:200], nearest=nearest)
    return Symbol(key[:200])


def _warn_of_call(parser: Parser, token: Token, scripts: dict[str, Script]) -> None:
    """`c(x)` with a constant c is a product, which the writer may not have meant."""
    if token.text in parser.table.functions:
        if parser.sees("{", "["):
            sentence = say("{name} before this bracket is read as a factor", name=shown(token.text))
            parser.remark(Concern.NOTATION, sentence, token)
        return
    if scripts or parser.token().text != "(":
        return
    close = parser.partners[parser.at]
    if close == parser.at + 2 and parser.token(1).kind in (Kind.NAME, Kind.NUMBER):
        written = f"{token.text}({parser.token(1).text})"
        sentence = say("{text} looks like a function and is read as a product", text=shown(written))
        parser.remark(Concern.NOTATION, sentence, token, may_be_call=True)


def command(parser: Parser) -> Tree:
    """A fraction, a root, or a sum or product with bounds."""
    return COMMANDS[parser.token().text](parser)


def _argument(parser: Parser) -> tuple[int, int]:
    """The tokens of a LaTeX argument, which are then done: a group, or one sign."""
    token = parser.token()
    if token.kind is Kind.OPEN and token.text == "{":
        close = parser.partners[parser.at]
        start, parser.at = parser.at + 1, close + 1
        return start, close
    digit = token.kind is Kind.NUMBER and len(token.text) == 1
    if not digit and token.kind is not Kind.NAME:
        raise RefusedError(say("braces are missing here"), token.start, token.end)
    parser.at += 1
    return parser.at - 1, parser.at


def _fraction(parser: Parser) -> Tree:
    with parser.nested():
        mark = parser.take()
        above, below = _argument(parser), _argument(parser)
        differential = fraction_of_differentials(parser, mark, above, below)
        if differential is not None:
            return differential
        return divide(parser.within(*above), parser.within(*below))


def _root(parser: Parser) -> Tree:
    mark = parser.take()
    degree = 2
    if parser.sees("["):
        close = parser.partners[parser.at]
        written = parser.token(1).text
        if close != parser.at + 2 or not written.isdigit() or not 2 <= int(written[:3]) <= 64:
            raise RefusedError(say("a root's degree is a whole number"), mark.start, mark.end)
        degree = int(written)
        parser.at = close + 1
    if parser.token().kind is Kind.NUMBER and len(parser.token().text) > 1:
        raise RefusedError(say("the root's braces are missing"), mark.start, parser.token().end)
    return root_of(parser.within(*_argument(parser)), degree)


def _boxed(parser: Parser) -> Tree:
    parser.take()
    return parser.within(*_argument(parser))


def _underbrace(parser: Parser) -> Tree:
    """A formula with words below, which are kept as a comment."""
    parser.take()
    tree = parser.within(*_argument(parser))
    if parser.sees("_"):
        mark = parser.take()
        start, stop = _argument(parser)
        words = " ".join(token.text for token in parser.tokens[start:stop])
        sentence = say("{text} below a brace is a comment", text=shown(words))
        parser.remark(Concern.COMMENT, sentence, mark)
    return tree


def _sum(parser: Parser) -> Tree:
    return _series(parser, "sum")


def _product(parser: Parser) -> Tree:
    return _series(parser, "product")


def _series(parser: Parser, kind: SeriesKind) -> Tree:
    mark = parser.take()
    if not parser.table.series:
        raise RefusedError(say(NOT_READ[kind]), mark.start, mark.end)
    scripts = _scripts(parser, bounds=True)
    if set(scripts) != {"_", "^"}:
        raise RefusedError(say(NEEDS_BOUNDS[kind]), mark.start, mark.end)
    index, first = _first(parser, scripts["_"])
    last = parser.within(scripts["^"].start, scripts["^"].stop)
    with parser.nested(), parser.binding(index):
        body, rest = _body(parser, kind, index, mark)
    series = Series(kind=kind, index=index, first=first, last=last, body=body)
    return series if rest is None else extended(series, rest)


def _first(parser: Parser, script: Script) -> tuple[str, Tree]:
    start, stop = script.start, script.stop
    if parser.tokens[start].text == "{":
        start, stop = start + 1, stop - 1
    tokens = parser.tokens[start : start + 2]
    kinds = [token.kind for token in tokens]
    if kinds != [Kind.NAME, Kind.RELATION] or tokens[1].text != "=":
        mark = script.mark
        raise RefusedError(say("a series needs its first index, as i=1"), mark.start, mark.end)
    return tokens[0].text, parser.within(start + 2, stop)


def _body(parser: Parser, kind: SeriesKind, index: str, mark: Token) -> tuple[Tree, Tree | None]:
    """A series' body and what stands after it; where a product ends is asked."""
    factors = _factors(parser)
    mentioning = [n for n, (tree, _) in enumerate(factors, 1) if index in names_in(tree)]
    last = mentioning[-1] if mentioning else len(factors)
    if kind == "sum" or last == len(factors):
        return _together(factors), None
    options = (
        ("short", say("the product ends after the last factor with {index}", index=index)),
        ("long", say("the product goes on to the end of the term")),
    )
    if parser.choose(f"product at {mark.start}", *options) == "long":
        return _together(factors), None
    return _together(factors[:last]), _together(factors[last:])


def _factors(parser: Parser) -> list[tuple[Tree, bool]]:
    """The factors of a term, each with whether it divides."""
    factors = [(parser.expression(MULTIPLYING), False)]
    while True:
        if parser.sees("*", "/"):
            divides = parser.take().text == "/"
            factors.append((parser.expression(MULTIPLYING), divides))
        elif parser.starts_factor(parser.token()):
            factors.append((parser.expression(MULTIPLYING), False))
        else:
            return factors


def _together(factors: list[tuple[Tree, bool]]) -> Tree:
    one = Number(Fraction(1))
    tree, divides = factors[0]
    tree = divide(one, tree) if divides else tree
    for factor, below in factors[1:]:
        tree = divide(tree, factor) if below else extended(tree, factor)
    return tree


COMMANDS: Final[dict[str, Callable[[Parser], Tree]]] = {
    "frac": _fraction,
    "sqrt": _root,
    "boxed": _boxed,
    "underbrace": _underbrace,
    "sum": _sum,
    "prod": _product,
}

PREFIXES: Final[dict[Kind, Callable[[Parser], Tree]]] = {
    Kind.OPERATOR: operator,
    Kind.NUMBER: number,
    Kind.FRACTION: simple_fraction,
    Kind.OPEN: group,
    Kind.BAR: bars,
    Kind.WORD: name,
    Kind.NAME: name,
    Kind.FUNCTION: function,
    Kind.COMMAND: command,
    Kind.PARTIAL: partial,
}
