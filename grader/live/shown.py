"""What a check shows in a notebook: a table as HTML, and the terminal's text without one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from rich.console import Console

from grader.cli import selfchecked
from grader.handout.checked import Checked, SelfCheck, State
from grader.language import IN_ENGLISH, Language, say, speaking, told
from grader.live.look import STYLE

WIDTH = 80
CLASSES = {selfchecked.SYMBOLS[state]: f"grader-{state}" for state in State}
"""The class that gives each symbol its colour."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Shown:
    """The outcome of a check, displayed by a notebook as the last value of a cell."""

    outcome: SelfCheck
    hints: Mapping[str, int] = field(default_factory=dict)
    """How many hints of which question are shown."""
    language: Language = IN_ENGLISH
    """In which it is shown."""

    @property
    def passes(self) -> bool:
        """Whether no public check fails."""
        return self.outcome.passes

    def __repr__(self) -> str:
        """Return what the terminal would show."""
        with speaking(self.language):
            return self._text()

    def _text(self) -> str:
        screen = Console(
            file=io.StringIO(),
            width=WIDTH,
            force_terminal=False,
            force_jupyter=False,
            no_color=True,
            highlight=False,
            soft_wrap=True,
        )
        selfchecked.show(screen, self.outcome, self.hints)
        assert isinstance(screen.file, io.StringIO)
        return "\n".join(line.rstrip() for line in screen.file.getvalue().splitlines())

    def _repr_html_(self) -> str:
        # What sanitises pages is loaded when something is to be shown as one.
        from grader.report.rich import safe_html

        with speaking(self.language):
            clean = safe_html("".join(self._html()), classes=frozenset(CLASSES.values()))
        return f'<div class="grader-check"><style>{STYLE}</style>{clean}</div>'

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _html(self) -> Iterator[str]:
        yield "<table><thead><tr>"
        yield from (Markup("<th>{}</th>").format(say(head)) for head in selfchecked.HEADS)
        yield "</tr></thead><tbody>"
        for one in self.outcome.questions:
            yield from self._rows(one)
        yield "</tbody></table>"
        below = [_marked(*one) for one in selfchecked.related(self.outcome)]
        below += map(_prose, selfchecked.general(self.outcome))
        yield from (Markup("<p>{}</p>").format(line) for line in below)
        yield Markup("<p><strong>{}</strong></p>").format(self.outcome.tally)

    def _rows(self, one: Checked) -> Iterator[str]:
        """Yield a question's row; what there is to say stands in it where no answer does."""
        symbol, word = selfchecked.glance(one)
        answer, where = selfchecked.given(one), told(one.where)
        sentences = [
            _prose(sentence) if its == symbol else _marked(its, sentence)
            for its, sentence in selfchecked.remarked(one)
        ]
        sentences += map(_prose, selfchecked.hinted(one, self.hints))
        said = Markup("<br>").join(sentences)
        name = Markup("<td><code>{}</code></td>").format(one.question)
        yield Markup("<tr>{}<td>{}</td>").format(name, _marked(symbol, word))
        if answer or where:
            shown = Markup("<code>{}</code>").format(answer) if answer else ""
            yield Markup("<td>{}</td><td>{}</td></tr>").format(shown, _prose(where))
            yield Markup('<tr><td colspan="4">{}</td></tr>').format(said) if said else ""
        else:
            yield Markup('<td colspan="2">{}</td></tr>').format(said)


def _marked(symbol: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span> {}').format(CLASSES[symbol], symbol, _prose(text))


def _prose(text: str) -> Markup:
    from grader.report.text import inline_code

    return inline_code(text)
