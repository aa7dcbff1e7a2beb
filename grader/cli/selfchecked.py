"""What a learner reads of a self-check: the same words in the terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from grader.cli import terminal
from grader.errors import UsageError
from grader.handout.checked import Checked, PublicCheck, SelfCheck, State
from grader.language import message, say, told

SYMBOLS = {State.PASSES: "✓", State.FAILS: "✗", State.OPEN: "?"}
HEADS = (message("question"), message("check"), message("your answer"), message("where"))

_FOUND = {
    State.PASSES: message("found"),
    State.FAILS: message("look at it"),
    State.OPEN: message("open"),
}
_NOT_FOUND = {**_FOUND, State.FAILS: message("not found")}


def show(screen: Console, outcome: SelfCheck, hints: Mapping[str, int]) -> None:
    """Print a table of all questions, and below it what there is to say.

    ``hints`` says how many of a question's hints are wanted.
    """
    rows = terminal.table(*map(say, HEADS))
    rows.columns[0].no_wrap = True
    for one in outcome.questions:
        rows.add_row(one.question, Text(word(one)), Text(given(one)), Text(told(one.where)))
    screen.print(rows)
    for line in lines(outcome, hints):
        screen.print(Text(line))
    screen.print(outcome.tally)


def lines(outcome: SelfCheck, hints: Mapping[str, int]) -> Iterator[str]:
    """Yield what there is to say below the table, a line each."""
    for one in outcome.questions:
        for symbol, sentence in remarked(one):
            yield f"{symbol} {one.question}: {sentence}"
    yield from (f"{symbol} {sentence}" for symbol, sentence in related(outcome))
    for one in outcome.questions:
        yield from hinted(one, hints)
    yield from general(outcome)


def remarked(one: Checked) -> Iterator[tuple[str, str]]:
    """Yield what there is to say of a question, each with its symbol."""
    yield from ((SYMBOLS[check.state], told(check.sentence)) for check in not_passed(one.checks))


def related(outcome: SelfCheck) -> Iterator[tuple[str, str]]:
    """Yield how own values fit together, each with its symbol."""
    for relation in not_passed(outcome.invariants):
        yield SYMBOLS[relation.state], told(relation.sentence)
    held = "; ".join(one.what for one in outcome.invariants if one.state is State.PASSES)
    if held:
        yield SYMBOLS[State.PASSES], say("own values fit together: {held}", held=held)


def hinted(one: Checked, hints: Mapping[str, int]) -> Iterator[str]:
    """Yield as many hints of a question as are wanted of it."""
    level, total = hints.get(one.question, 0), len(one.hints)
    for number, hint in enumerate(one.hints[:level], start=1):
        yield say(
            "hint {number} of {total} for {question}: {hint}",
            number=number,
            total=total,
            question=one.question,
            hint=hint,
        )
    if level and not total:
        yield say("there is no hint for {question}", question=one.question)


def general(outcome: SelfCheck) -> Iterator[str]:
    """Yield what is said of the whole file."""
    if outcome.differences:
        yield say("Otherwise than in your notebook:")
        yield from (f"- {one}" for one in outcome.differences)
    yield from map(told, outcome.remarks)
    if outcome.error:
        yield told(outcome.error)


def levels(wanted: Sequence[str], questions: Sequence[str]) -> dict[str, int]:
    """Return how many hints of which question are wanted: one for each time it is named.

    A number behind ``=`` says how many. Raises ``UsageError`` for what is no question.
    """
    found: dict[str, int] = {}
    for text in wanted:
        name, given_level, level = text.partition("=")
        if name not in questions:
            raise UsageError(
                say(
                    "--hint {name}: is no question; there are {questions}",
                    name=name,
                    questions=", ".join(questions),
                )
            )
        if given_level and not (level.isascii() and level.isdigit() and 0 < len(level) < 4):
            raise UsageError(
                say("--hint {text}: give a number of hints, as in {name}=2", text=text, name=name)
            )
        found[name] = max(found.get(name, 0), int(level)) if level else found.get(name, 0) + 1
    return found


def word(one: Checked) -> str:
    """Return what is said of a question at a glance, as symbol and word."""
    return " ".join(glance(one))


def glance(one: Checked) -> tuple[str, str]:
    """Return the symbol and the word for a question."""
    words = _FOUND if one.found or one.state is State.PASSES else _NOT_FOUND
    return SYMBOLS[one.state], say(words[one.state])


def given(one: Checked) -> str:
    """Return a learner's answer; of a formula how it was understood."""
    from grader.handout.selfcheck import echo

    read = echo(one)
    return say("understood as {formula}", formula=read) if read else one.given


def not_passed(checks: tuple[PublicCheck, ...]) -> tuple[PublicCheck, ...]:
    """Return the checks that there is something to say of."""
    return tuple(one for one in checks if one.state is not State.PASSES)
