"""The command line: words in, an exit code out. Each command is a module, loaded when it is called.

Exit codes: 0 done, 1 done but something is not as hoped (see each command), 2 usage or set-up,
130 interrupted. Errors are one sentence on standard error; a traceback is a bug.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from grader.cli.arguments import parser
from grader.errors import SentenceError
from grader.language import from_environment, language, say, speaking, stored_language, told

__all__ = ["main", "parser"]

OF_A_SHEET = frozenset({"grade", "mark", "release", "check", "report"})
"""Commands that speak a language which a sheet alone has, and refuse what it has not either."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    code, refusal = _asked_for(arguments) or from_environment(), ""
    try:
        spoken = language(code)
    except SentenceError as problem:
        # A sheet may have it all the same, which the command finds out; ours is English then.
        spoken, refusal = stored_language(code), told(str(problem))
    with speaking(spoken):
        chosen = parser().parse_args(arguments)
        if refusal and chosen.command not in OF_A_SHEET:
            print(f"grader: --lang: {refusal}", file=sys.stderr)
            return 2
        return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    try:
        return int(import_module(f"grader.cli.{chosen.command}").run(chosen))
    except SentenceError as problem:
        print(f"grader {chosen.command}: {told(str(problem))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        said = (
            say("interrupted; what is done is kept, go on with --resume")
            if "resume" in chosen
            else say("interrupted")
        )
        print(f"grader {chosen.command}: {said}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`grader … | head`): no reason for a traceback.
        sys.stdout = None
        return 0


def _asked_for(arguments: Sequence[str] | None) -> str | None:
    """Return the language that the words ask for: it is spoken while they are read."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    early.add_argument("--lang")
    try:
        return str(early.parse_known_args(arguments)[0].lang or "") or None
    except argparse.ArgumentError:
        return None
