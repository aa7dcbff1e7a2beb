"""A time limit for what runs in a learner's own process, where the system can give one."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN = 0.05
"""Seconds between two tries to end what catches every exception."""


class TooLongError(BaseException):
    """It ran longer than it may. No ``Exception``: a learner's ``except Exception`` lets it go."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what runs here after so many seconds, with ``TooLongError``.

    Only in the main thread of a POSIX system; elsewhere nothing ends but by the stop button. Code
    that never comes back to Python ends by neither. A handler and a timer of the learner's own are
    as before afterwards.
    """
    if not _can():
        yield
        return
    running = True

    def ring(_number: int, _frame: object) -> None:
        if running:
            raise TooLongError

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        try:
            yield
        finally:
            # From here on a ring would end our own code.
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
