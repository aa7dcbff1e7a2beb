"""A time limit for what runs in a learner's own process, where the system can give one."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

AGAIN = 0.05
"""Seconds between two tries to end what catches every exception."""


class TooLongError(BaseException):
    """It ran longer than it may. No ``Exception``: a learner's ``except Exception`` lets it go."""


def within(seconds: float, act: Callable[[], T]) -> T:
    """Return what ``act`` gives; raise ``TooLongError`` in it after so many seconds.

    Only in the main thread of a POSIX system; elsewhere nothing ends it but the stop button. What
    never comes back to Python is ended by neither. A handler and a timer of the learner's own are
    as before afterwards.
    """
    if not _can():
        return act()
    running = True

    def ring(_number: int, _frame: object) -> None:
        if running:
            raise TooLongError

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    # No context manager: a ring on the way into its end would leave the timer as it is.
    try:
        try:
            return act()
        finally:
            running = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        if left:
            due = max(left - (time.monotonic() - began), AGAIN)
            signal.setitimer(signal.ITIMER_REAL, due, interval)


def _can() -> bool:
    main = threading.current_thread() is threading.main_thread()
    return main and hasattr(signal, "setitimer")
