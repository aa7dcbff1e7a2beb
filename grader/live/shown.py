"""What a check shows in a notebook: a table as HTML, and the terminal's text without one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from rich.console import Console

from grader.cli import selfchecked
from grader.handout.checked import SelfCheck
from grader.language import IN_ENGLISH, Language, say, speaking, told

WIDTH = 80


@dataclass(frozen=True, kw_only=True, repr=False)
class Shown:
    """The outcome of a check, displayed by a notebook as the last value of a cell."""

    outcome: SelfCheck
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
        selfchecked.show(screen, self.outcome, {})
        assert isinstance(screen.file, io.StringIO)
        return "\n".join(line.rstrip() for line in screen.file.getvalue().splitlines())

    def _repr_html_(self) -> str:
        # What sanitises pages is loaded when something is to be shown as one.
        from grader.report.rich import safe_html

        with speaking(self.language):
            return str(safe_html("".join(self._html())))

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _html(self) -> Iterator[str]:
        yield "<table><thead><tr>"
        yield from (Markup("<th>{}</th>").format(say(head)) for head in selfchecked.HEADS)
        yield "</tr></thead><tbody>"
        for one in self.outcome.questions:
            where = told(one.where)
            cells = (one.question, selfchecked.word(one), selfchecked.given(one), where)
            yield "<tr>"
            yield from (Markup("<td>{}</td>").format(cell) for cell in cells)
            yield "</tr>"
        yield "</tbody></table><ul>"
        yield from (
            Markup("<li>{}</li>").format(line) for line in selfchecked.lines(self.outcome, {})
        )
        yield Markup("</ul><p><b>{}</b></p>").format(self.outcome.tally)
