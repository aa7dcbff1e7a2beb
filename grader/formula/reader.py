"""The reader: text to all readings of one formula, or to a refusal."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Final

from grader.errors import AuthorError
from grader.formula.cursor import Found
from grader.formula.kinds import Kind, Token
from grader.formula.limits import MAXIMAL_READINGS, MAXIMAL_WORK, Refusal, RefusedError, shown
from grader.formula.names import resolve
from grader.formula.numbers import Style, number_readings
from grader.formula.operands import PREFIXES
from grader.formula.parser import Parser
from grader.formula.partials import partial_name
from grader.formula.result import Alternative, Concern, Reading, Remark, Side
from grader.formula.source import Source, match_brackets, style_order
from grader.formula.splitting import split, without_soft_breaks
from grader.formula.symbols import Declared, Logarithm, Role, SymbolTable, compile_table
from grader.formula.tokens import lex
from grader.formula.tree import MAXIMAL_DEPTH, MAXIMAL_NODES, Tree, depth, size
from grader.language import message, say

STYLED: Final = {
    Style.GERMAN: message("{number} has a decimal comma"),
    Style.ENGLISH: message("{number} has a decimal point"),
    Style.EITHER: message("{number} has a whole number"),
}


def declare(
    *declared: Declared,
    log: Logarithm = "natural",
    series: bool = False,
    numbers: Style = Style.EITHER,
) -> SymbolTable:
    """The symbol table of a task.

    Raises:
        AuthorError: a spelling is not read, or means two names.
    """
    table = compile_table(declared, log=log, series=series, numbers=numbers)
    partials: dict[tuple[Tree, Tree], Declared] = {}
    for one in declared:
        if one.role is Role.PARTIAL:
            key = _part(table, one, one.of), _part(table, one, one.by)
            partials[key] = replace(one, name=one.name or partial_name(*key))
    return replace(table, partials=partials)


def extend(table: SymbolTable, *declared: Declared) -> SymbolTable:
    """`table` with further names, as those that a learner's derivation defines."""
    return declare(
        *table.declared, *declared, log=table.log, series=table.series, numbers=table.numbers
    )


def _part(table: SymbolTable, one: Declared, text: str) -> Tree:
    reading = read(text, table)
    if reading.tree is None or reading.unknown:
        why = reading.refusal.sentence if reading.refusal else reading.remarks[0].sentence
        name = one.name or repr(one.of)
        raise AuthorError(
            say(
                "the partial {name}: {text} is not read: {reason}",
                name=name,
                text=repr(text),
                reason=why,
            )
        )
    return reading.tree


def read(text: str, table: SymbolTable) -> Reading:
    """All readings of the one formula in `text`, or a refusal; never raises.

    Equations and lists of formulas are for `read_chain`.
    """
    try:
        tokens = prepare(text, table)
        return read_tokens(text, tokens, table, 0, len(tokens))
    except RefusedError as refused:
        return Reading(text=text, start=0, end=len(text), refusal=refused.refusal)


def prepare(text: str, table: SymbolTable) -> list[Token]:
    """The tokens of `text`, with names in place of letters.

    Raises:
        RefusedError: something in it is not read.
    """
    tokens = without_soft_breaks(with_labels(lex(text)))
    return resolve(tokens, table, latex="\\" in text)


def with_labels(tokens: list[Token]) -> list[Token]:
    """`a)` at the start of a line is one token."""
    done: list[Token] = []
    level = 0
    for token in tokens:
        level += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
        if level == -1 and token.text == ")" and _may_label(done):
            first = done.pop()
            level = 0
            token = Token(Kind.LABEL, f"{first.text})", first.start, token.end)
        done.append(token)
    return done


def _may_label(before: list[Token]) -> bool:
    """Whether a letter or a number stands alone at the start of a line."""
    if not before or (len(before) > 1 and before[-2].kind not in (Kind.BREAK, Kind.QUAD)):
        return False
    first = before[-1]
    return first.kind in (Kind.LETTERS, Kind.WORD, Kind.NUMBER) and len(first.text) <= 2


def read_tokens(
    text: str, tokens: list[Token], table: SymbolTable, start: int, stop: int
) -> Reading:
    """The reading of some of the tokens of `text`.

    Raises:
        RefusedError: the brackets of all tokens do not match.
    """
    styles = style_order(tokens, table)
    source = Source(
        text=text, tokens=tokens, partners=match_brackets(tokens), table=table, styles=styles
    )
    return read_part(source, start, stop)


def read_part(source: Source, start: int, stop: int) -> Reading:
    """The reading of the tokens from `start` to `stop`."""
    start, stop, remarks = trimmed(source, start, stop)
    tokens = source.tokens
    begin = tokens[start].start if start < stop else 0
    end = tokens[stop - 1].end if start < stop else 0
    reading = Reading(text=source.text[begin:end], start=begin, end=end)
    try:
        if start >= stop:
            raise RefusedError(say("there is nothing to read"), begin, end)
        _refuse_relations(tokens, source.partners, start, stop)
        return _all_readings(source, start, stop, reading, remarks)
    except RefusedError as refused:
        return replace(reading, refusal=refused.refusal, remarks=remarks)


def trimmed(source: Source, start: int, stop: int) -> tuple[int, int, tuple[Remark, ...]]:
    """Without full stops and comments at the end; comments are remarked."""
    remarks: list[Remark] = []
    tokens = source.tokens
    while start < stop and _is_loose(tokens[stop - 1], tokens[start : stop - 1][-1:]):
        stop -= 1
        remarks += [_comment(tokens[stop])] if tokens[stop].kind is Kind.WORD else []
    while start < stop and _is_loose(tokens[start], tokens[start + 1 : stop][:1]):
        remarks += [_comment(tokens[start])] if tokens[start].kind is Kind.WORD else []
        start += 1
    if start < stop and tokens[start].kind is Kind.LABEL:
        remarks.append(_comment(tokens[start]))
        start += 1
    return start, stop, tuple(remarks)


def _is_loose(token: Token, neighbours: list[Token]) -> bool:
    """Whether a token at the edge belongs to no formula: a full stop, or words on their own."""
    if token.kind is not Kind.WORD:
        return token.kind in (Kind.STOP, Kind.COMMA, Kind.QUAD, Kind.BREAK)
    joined = any(one.kind is Kind.OPERATOR for one in neighbours)
    return bool(neighbours) and (not joined or token.text.endswith(":"))


def _comment(token: Token) -> Remark:
    sentence = say("the words {text} were taken for a comment", text=shown(token.text))
    return Remark(concern=Concern.COMMENT, sentence=sentence, start=token.start, end=token.end)


def _refuse_relations(tokens: list[Token], partners: dict[int, int], start: int, stop: int) -> None:
    """A relation is fine below a bar or a sum, and nowhere else."""
    place = start
    while place < stop:
        token = tokens[place]
        if token.kind is Kind.RELATION:
            sentence = say("{sign} stands inside of a formula", sign=shown(token.text))
            raise RefusedError(sentence, token.start, token.end)
        below = token.text == "_" and place + 1 < stop and place + 1 in partners
        place = partners[place + 1] + 1 if below else place + 1


def _all_readings(
    source: Source, start: int, stop: int, reading: Reading, remarks: tuple[Remark, ...]
) -> Reading:
    """Parses once for each set of choices, the most likely one first."""
    alternatives: dict[Tree, Alternative] = {}
    founds: list[Found] = []
    refusal: Refusal | None = None
    waiting: list[dict[str, str]] = [{}]
    parses = 0
    most = max(2, min(MAXIMAL_READINGS, MAXIMAL_WORK // (stop - start)))
    while waiting and parses < most:
        choices = waiting.pop(0)
        parses += 1
        parser = _parser(source, start, stop, choices)
        try:
            tree = parser.parse()
            _refuse_large(tree, reading)
            alternatives.setdefault(tree, _alternative(tree, parser.found.offered, choices))
            founds.append(parser.found)
        except RefusedError as refused:
            refusal = refusal or refused.refusal
        except RecursionError:
            sentence = say("the formula is nested too deeply")
            refusal = Refusal(sentence=sentence, start=reading.start, end=reading.end)
        waiting += _further(choices, parser.found.offered)
    if not alternatives:
        return replace(reading, refusal=refusal, remarks=remarks)
    remarks += _remarks(founds, tuple(alternatives.values()), reading, more=bool(waiting))
    partials = {name: one for found in founds for name, one in found.partials.items()}
    return replace(
        reading,
        alternatives=tuple(alternatives.values()),
        remarks=remarks,
        at=_conditions(source, founds[0]),
        partials=tuple(partials.values()),
    )


def _parser(source: Source, start: int, stop: int, choices: dict[str, str]) -> Parser:
    numbers = [t.text for t in source.tokens[start:stop] if t.kind is Kind.NUMBER]
    first = source.styles[0]
    style = Style(choices.get("style", first))
    parser = Parser(
        source.tokens, source.table, choices, source.partners,
        start=start, stop=stop, style=style, latex="\\" in source.text,
    )  # fmt: skip
    parser.prefixes = PREFIXES
    ambiguous = [text for text in numbers if len(number_readings(text)) > 1]
    if ambiguous:
        because = (say(STYLED[style], number=shown(ambiguous[0])) for style in source.styles)
        parser.choose("style", *zip(map(str, source.styles), because, strict=True))
    return parser


def _refuse_large(tree: Tree, reading: Reading) -> None:
    if size(tree) > MAXIMAL_NODES or depth(tree) > MAXIMAL_DEPTH:
        raise RefusedError(say("the formula is too large"), reading.start, reading.end)


Offered = dict[str, tuple[tuple[str, str], ...]]


def _alternative(tree: Tree, offered: Offered, choices: dict[str, str]) -> Alternative:
    taken = (dict(options)[choices.get(key, options[0][0])] for key, options in offered.items())
    return Alternative(tree=tree, because=tuple(taken), choices=tuple(offered))


def _further(choices: dict[str, str], offered: Offered) -> list[dict[str, str]]:
    """The choices that were not made yet, each once."""
    further: list[dict[str, str]] = []
    settled = dict(choices)
    for key, options in offered.items():
        if key in settled:
            continue
        further += [{**settled, key: option} for option, _ in options[1:]]
        settled[key] = options[0][0]
    return further


def _remarks(
    founds: list[Found], alternatives: tuple[Alternative, ...], reading: Reading, *, more: bool
) -> tuple[Remark, ...]:
    remarks = list({key: one for found in founds for key, one in found.remarks.items()}.values())
    if len(alternatives) > 1 or more:
        sentence = _ways(alternatives, more=more)
        remarks.append(
            Remark(
                concern=Concern.AMBIGUOUS, sentence=sentence, start=reading.start, end=reading.end
            )
        )
    return tuple(remarks)


def _ways(alternatives: tuple[Alternative, ...], *, more: bool) -> str:
    first, *others = (", ".join(one.because) for one in alternatives[:4])
    ways = reduce(lambda one, other: say("{one}; or {other}", one=one, other=other), others, first)
    count = len(alternatives)
    if more or count > 4:
        return say("{count} readings among others: {ways}", count=count, ways=ways)
    return say("{count} readings: {ways}", count=count, ways=ways)


def _conditions(source: Source, found: Found) -> tuple[tuple[Side, ...], ...]:
    """What holds at a place: the equations of evaluation bars, and the arguments of calls."""
    bars = [sides for start, stop in found.bars for sides in split(source, start, stop)]
    equations = [tuple(Side(relation=r, reading=read_part(source, a, b)) for r, a, b in sides)
                 for sides in bars]  # fmt: skip
    equations += [_called(source, *call) for call in found.calls]
    said = {tuple((side.relation, side.reading.trees) for side in one): one for one in equations}
    return tuple(said.values())


def _called(
    source: Source, function: Token, parameter: str, start: int, stop: int
) -> tuple[Side, ...]:
    """`f(3)` says that the parameter of f is 3."""
    variable = read(parameter, source.table)
    place = replace(variable, start=function.start, end=function.end)
    return (
        Side(relation="", reading=place),
        Side(relation="=", reading=read_part(source, start, stop)),
    )
