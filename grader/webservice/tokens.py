"""The token that a platform asks for: from the environment or the keyring, and never shown."""

from __future__ import annotations

import os
import re

from grader.errors import UsageError
from grader.language import say
from grader.webservice.address import Address

VARIABLES = {"moodle": "MOODLE_TOKEN", "canvas": "CANVAS_TOKEN"}
SERVICE = "grader"
"""Under which the keyring holds tokens; the user name is the platform's host."""

_PLAIN = re.compile(r"[!-~]{1,4096}")


class Token:
    """A secret that no message and no traceback shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Token(…)"

    def reveal(self) -> str:
        """Return it, for a request and nothing else."""
        return self._text


def find(address: Address) -> Token:
    """Return the token for a platform.

    Raises ``UsageError`` where there is none, or where it cannot be one.
    """
    variable = VARIABLES[address.lms]
    text = os.environ.get(variable, "").strip()
    where = variable
    if not text:
        text, where = _from_keyring(address.host).strip(), f"keyring {SERVICE} {address.host}"
    if not text:
        raise UsageError(
            say(
                "{host}: no token; put it into the environment as {variable}, or into the keyring "
                "with `keyring set {service} {host}`",
                host=address.host,
                variable=variable,
                service=SERVICE,
            )
        )
    # Anything else would be refused deep in a library, whose message would repeat it.
    if not _PLAIN.fullmatch(text):
        raise UsageError(
            say("{where}: holds characters that no token has; copy the token again", where=where)
        )
    return Token(text)


def _from_keyring(host: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, host) or ""
    except KeyringError:
        # A machine without a desktop has none: the remedy is the same as for an empty one.
        return ""
