"""The standard library's parser of arguments, which speaks the language that is spoken here."""

from __future__ import annotations

import argparse
import gettext
import sys
from typing import NoReturn

from grader.language import message, say, say_count

_OWN_WORDS = (
    message("usage: "),
    message("positional arguments"),
    message("options"),
    message("show this help message and exit"),
    message("argument %(argument_name)s: %(message)s"),
    message("the following arguments are required: %s"),
    message("unrecognized arguments: %s"),
    message("expected one argument"),
    message("expected at most one argument"),
    message("expected at least one argument"),
    message("not allowed with argument %s"),
    message("ignored explicit argument %r"),
    message("ambiguous option: %(option)s could match %(matches)s"),
    message("invalid %(type)s value: %(value)r"),
    message("invalid choice: %(value)r (choose from %(choices)s)"),
    message("unknown parser %(parser_name)r (choices: %(choices)s)"),
)
"""All that it says of what somebody typed; the rest is said of a mistake of ours."""


class Parser(argparse.ArgumentParser):
    """Prints help as written, and one sentence instead of usage plus error."""

    def __init__(self, **details: object) -> None:
        super().__init__(
            **{"formatter_class": argparse.RawDescriptionHelpFormatter, **details}  # type: ignore[arg-type]
        )

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one sentence."""
        said = say(
            "{command}: {problem}; see `{command} --help`", command=self.prog, problem=message
        )
        print(said, file=sys.stderr)
        raise SystemExit(2)


def _said(text: str) -> str:
    found = say(text)
    return found if found != text else gettext.gettext(text)


def _said_count(one: str, many: str, count: int) -> str:
    # Its texts have places of its own, in which the number is put later.
    found = say_count(one, many, count)
    return found if found not in (one, many) else gettext.ngettext(one, many, count)


# argparse asks gettext, whose language belongs to the process; ours belongs to the context.
for _name, _asked in (("_", _said), ("ngettext", _said_count)):
    setattr(argparse, _name, _asked)
