"""Requests that are safe to make and wise to repeat."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import sleep as _asleep
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    wait_exponential_jitter,
)

import grader
from grader.language import decimal, say
from grader.webservice.address import Address, is_this_machine
from grader.webservice.trouble import Closed, Passing

Result = TypeVar("Result")

ATTEMPTS = 5
"""So often is a thing tried before it counts as failed."""
LONGEST = 120.0
"""Seconds: a platform that asks to wait longer is left alone."""
PATIENCE = 300.0
"""Seconds of waiting for one thing altogether."""
GIVEN_UP = 3
"""After so many learners in a row for whom the platform gave no answer, it is left alone."""
TIMEOUT = (10.0, 60.0)
"""Seconds until a connection is there, and between two pieces of an answer."""

_LATER = (408, 425, 429, 500, 502, 503, 504)
_THROTTLED = "Rate Limit Exceeded"
"""In the body of a 403, by which Canvas says what others say with 429."""
_backing_off = wait_exponential_jitter(initial=1, max=30, jitter=1)


def session(address: Address) -> requests.Session:
    """Return a session that speaks HTTPS alone and raises ``Passing`` for what may pass."""
    _quiet()
    one = requests.Session()
    one.headers["User-Agent"] = f"grader/{grader.__version__}"
    # Else a line of ~/.netrc would take the place of the token.
    one.auth = _unchanged
    # A proxy has no business between this machine and itself.
    one.trust_env = not is_this_machine(address.host)
    one.mount("https://", _Patient())
    one.mount("http://", _OnThisMachine())
    one.hooks["response"].append(_judge)
    return one


@contextmanager
def understood(address: Address) -> Iterator[None]:
    """Turn what a library raises into ``Passing`` or ``Closed``; it would show whole addresses."""
    try:
        yield
    except requests.exceptions.SSLError:
        raise Closed(
            say("{host}: its certificate is not trusted, so nothing is sent", host=address.host)
        ) from None
    except (
        requests.ConnectionError,
        requests.Timeout,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    ):
        raise Passing(say("{host} does not answer", host=address.host)) from None
    except requests.exceptions.JSONDecodeError:
        raise Passing(garbled(address.host)) from None
    except requests.RequestException as problem:
        raise Closed(
            say(
                "{host}: cannot be asked ({problem}); check the address",
                host=address.host,
                problem=type(problem).__name__,
            )
        ) from None


def garbled(host: str) -> str:
    """Return the sentence on an answer that is none, such as a page that asks to log in."""
    return say("{host} answers with a page in place of data", host=host)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A thing failed for a moment and is tried again."""

    seconds: float
    """How long until then."""
    reason: str
    """Why, as a sentence for a person."""
    attempt: int
    """Which attempt is next, from 2."""


_told: ContextVar[Callable[[Waiting], None] | None] = ContextVar("told", default=None)


@contextmanager
def telling(tell: Callable[[Waiting], None]) -> Iterator[None]:
    """Call ``tell`` whenever something within begins to wait."""
    before = _told.set(tell)
    try:
        yield
    finally:
        _told.reset(before)


def patiently(call: Callable[[], Result]) -> Result:
    """Return what ``call`` returns, calling it again after ``Passing``; the last one is raised.

    It waits as long as the platform asks, else longer each time, and says so to who is ``telling``.
    """
    trying = Retrying(
        retry=retry_if_exception_type(Passing),
        stop=_is_hopeless,
        wait=_pause,
        sleep=_sleep,
        before_sleep=_tell,
        reraise=True,
    )
    return trying(call)


def _sleep(seconds: float) -> None:
    _asleep(seconds)


def _tell(state: RetryCallState) -> None:
    tell = _told.get()
    problem = state.outcome.exception() if state.outcome else None
    if tell is None or state.next_action is None or not isinstance(problem, Passing):
        return
    tell(
        Waiting(
            seconds=state.next_action.sleep,
            reason=problem.reason,
            attempt=state.attempt_number + 1,
        )
    )


def _pause(state: RetryCallState) -> float:
    asked = _asked(state)
    return _backing_off(state) if asked is None else asked


def _is_hopeless(state: RetryCallState) -> bool:
    asked = _asked(state) or 0.0
    too_long = asked > LONGEST or state.idle_for + asked > PATIENCE
    return too_long or state.attempt_number >= ATTEMPTS


def _asked(state: RetryCallState) -> float | None:
    problem = state.outcome.exception() if state.outcome else None
    return problem.after if isinstance(problem, Passing) else None


def _judge(answer: requests.Response, **_: Any) -> None:
    later = answer.status_code in _LATER
    if not later and answer.status_code == 403:
        later = _THROTTLED in answer.text[:500]
    if not later:
        return
    after = _seconds(answer.headers)
    host = urlsplit(answer.url).hostname
    if after is None:
        raise Passing(
            say("{host} answers with error {code}", host=host, code=answer.status_code), after=after
        )
    raise Passing(
        say(
            "{host} answers with error {code} and asks to wait {seconds} s",
            host=host,
            code=answer.status_code,
            seconds=decimal(f"{after:g}"),
        ),
        after=after,
    )


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Return what ``Retry-After`` says; a date in it counts as not said."""
    text = headers.get("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _quiet() -> None:
    """Keep libraries from telling logs what they send and receive: tokens, names, addresses."""
    for name in ("canvasapi", "urllib3", "requests", "keyring"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


class _Patient(HTTPAdapter):
    """Never waits for ever."""

    def send(
        self, request: requests.PreparedRequest, *arguments: Any, **options: Any
    ) -> requests.Response:
        """Send with a time limit, where none is given."""
        options["timeout"] = options.get("timeout") or TIMEOUT
        return super().send(request, *arguments, **options)


class _OnThisMachine(_Patient):
    """Speaks plain HTTP, which anybody on the way could read, with this machine alone."""

    def send(
        self, request: requests.PreparedRequest, *arguments: Any, **options: Any
    ) -> requests.Response:
        """Refuse, or send."""
        host = urlsplit(request.url or "").hostname or ""
        if not is_this_machine(host):
            raise Closed(
                say(
                    "{host}: the platform leads to an address without https; nothing is sent there",
                    host=host,
                )
            )
        return super().send(request, *arguments, **options)
