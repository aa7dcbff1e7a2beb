"""What common failures mean, in plain words for a learner."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.language import sentence
from grader.sandbox.wire import FailureText

_NETWORK_TYPES = frozenset(
    [
        *("gaierror", "URLError", "HTTPError", "ConnectionError", "ConnectionRefusedError"),
        *("ConnectionResetError", "MaxRetryError", "NewConnectionError", "ConnectTimeout"),
    ]
)
_NETWORK_WORDS = (
    "Network is unreachable",
    "name resolution",
    "Name or service not known",
    "urlopen error",
)
_QUOTED = re.compile(r"['\"]([^'\"]+)['\"]")
_NO_NETWORK = sentence("It needs the network, and there is none while grading.")


def explain(failure: FailureText) -> str:
    """Return one sentence on what a failure means; empty where it speaks for itself."""
    if failure.type in _NETWORK_TYPES or any(word in failure.message for word in _NETWORK_WORDS):
        return _NO_NETWORK
    meaning = _MEANINGS.get(failure.type)
    return meaning(failure.message) if meaning else ""


def _missing_module(message: str) -> str:
    name = _first_quoted(message)
    return sentence("The module `{name}` is not installed here.", name=name) if name else ""


def _missing_file(message: str) -> str:
    name = _first_quoted(message)
    if not name:
        return ""
    if re.match(r"^(/|~|[A-Za-z]:[\\/])", name):
        return sentence(
            "It opens `{name}`, a place on another computer; only the submission itself is "
            "there while grading.",
            name=name,
        )
    return sentence(
        "It opens `{name}`, which is not there; only the submission is there while grading.",
        name=name,
    )


def _syntax(message: str) -> str:
    if "call to 'print'" in message:
        return sentence("It is written for Python 2: print needs parentheses in Python 3.")
    return sentence("It is not valid Python, so nothing of this cell ran as it stands.")


def _usage(message: str) -> str:
    if "magic" in message:
        return sentence(
            "It uses a notebook command that does not exist here: {message}", message=message
        )
    return ""


def _system(message: str) -> str:
    if "Read-only file system" in message:
        return sentence(
            "It writes to a place that is read-only; the working folder may be written to."
        )
    if "File too large" in message or "No space left" in message:
        return sentence("It writes more than the working folder may hold while grading.")
    if "Resource temporarily unavailable" in message:
        return sentence("It starts more processes or threads than a submission may have.")
    if "Too many open files" in message:
        return sentence(
            "It keeps more files open at once than a submission may; close each after its use."
        )
    return ""


def _runtime(message: str) -> str:
    if "can't start new thread" in message:
        return sentence("It starts more processes or threads than a submission may have.")
    return ""


def _name(message: str) -> str:
    name = _first_quoted(message)
    return (
        sentence("`{name}` is not defined at this point; cells run from top to bottom.", name=name)
        if name
        else ""
    )


def _first_quoted(message: str) -> str:
    found = _QUOTED.search(message)
    return found.group(1) if found else ""


def _always(sentence: str) -> Callable[[str], str]:
    return lambda _: sentence


_MEANINGS: dict[str, Callable[[str], str]] = {
    "StdinNotImplementedError": _always(
        sentence("It asks for input(), and nobody answers while grading; assign the value instead.")
    ),
    "EOFError": lambda message: (
        sentence("It asks for input(), and nobody answers while grading; assign the value instead.")
        if "reading a line" in message
        else ""
    ),
    "ModuleNotFoundError": _missing_module,
    "FileNotFoundError": _missing_file,
    "SyntaxError": _syntax,
    "IndentationError": _always(sentence("The indentation of this cell is not valid Python.")),
    "TabError": _always(sentence("This cell mixes tabs and spaces, which is not valid Python.")),
    "UsageError": _usage,
    "SystemExit": _always(
        sentence("It calls exit(); only this cell ended there, and the rest was run all the same.")
    ),
    "KeyboardInterrupt": _always(sentence("It was interrupted.")),
    "RecursionError": _always(sentence("A function calls itself without end.")),
    "MemoryError": _always(sentence("It asks for more memory than a submission may have.")),
    "PermissionError": _always(sentence("It does something that is not allowed while grading.")),
    "OSError": _system,
    "BlockingIOError": _system,
    "RuntimeError": _runtime,
    "NameError": _name,
}
