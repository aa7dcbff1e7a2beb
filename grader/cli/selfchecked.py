"""What a learner reads of a self-check: the same words in the terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from grader.cli import terminal
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
        for check in not_passed(one.checks):
            yield f"{SYMBOLS[check.state]} {one.question}: {told(check.sentence)}"
    for relation in not_passed(outcome.invariants):
        yield f"{SYMBOLS[relation.state]} {told(relation.sentence)}"
    held = "; ".join(one.what for one in outcome.invariants if one.state is State.PASSES)
    if held:
        fits = say("own values fit together: {held}", held=held)
        yield f"{SYMBOLS[State.PASSES]} {fits}"
    for one in outcome.questions:
        yield from _hints(one, hints.get(one.question, 0))
    if outcome.differences:
        yield say("Otherwise than in your notebook:")
        yield from (f"- {one}" for one in outcome.differences)
    yield from map(told, outcome.remarks)
    if outcome.error:
        yield told(outcome.error)


def _hints(one: Checked, level: int) -> Iterator[str]:
    total = len(one.hints)
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


def word(one: Checked) -> str:
    """Return what is said of a question at a glance, as symbol and word."""
    words = _FOUND if one.found or one.state is State.PASSES else _NOT_FOUND
    return f"{SYMBOLS[one.state]} {say(words[one.state])}"


def given(one: Checked) -> str:
    """Return a learner's answer; of a formula how it was understood."""
    from grader.handout.selfcheck import echo

    read = echo(one)
    return say("understood as {formula}", formula=read) if read else one.given


def not_passed(checks: tuple[PublicCheck, ...]) -> tuple[PublicCheck, ...]:
    """Return the checks that there is something to say of."""
    return tuple(one for one in checks if one.state is not State.PASSES)
