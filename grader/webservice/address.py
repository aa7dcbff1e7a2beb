"""The address of an assignment's page, as a browser shows it: which platform, which assignment."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from grader.errors import UsageError
from grader.language import message, say

_CANVAS = re.compile(
    r"(?P<base>.*)/courses/(?P<course>[0-9]{1,18})/assignments/(?P<number>[0-9]{1,18})/?"
)
_MOODLE = re.compile(r"(?P<base>.*)/mod/assign/(?:view\.php)?")
_NUMBER = re.compile("[0-9]{1,18}")
_COPY = message("open the assignment in a browser and copy its address")


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One assignment of one platform."""

    lms: Literal["moodle", "canvas"]
    site: str
    """Where the platform is, such as ``https://moodle.example.org``, without a slash at the end."""
    host: str
    number: str
    """The assignment's number in its address; of Moodle it is the course module's."""
    course: str = ""
    """Only of Canvas."""

    @property
    def page(self) -> str:
        """The page's address without anything that is not needed."""
        if self.lms == "moodle":
            return f"{self.site}/mod/assign/view.php?id={self.number}"
        return f"{self.site}/courses/{self.course}/assignments/{self.number}"


def read(text: str) -> Address:
    """Return what an address leads to.

    Raises ``UsageError`` where it is no assignment's page, or where what is sent could be read on
    the way: everything but HTTPS, except on this machine itself.
    """
    parts, site, host = _site(text)
    if found := _CANVAS.fullmatch(parts.path):
        return Address(
            lms="canvas",
            site=site + found["base"],
            host=host,
            number=found["number"],
            course=found["course"],
        )
    number = _id(parts.query)
    if (found := _MOODLE.fullmatch(parts.path)) and number:
        return Address(lms="moodle", site=site + found["base"], host=host, number=number)
    raise UsageError(
        say(
            "{page}: is no page of an assignment of Moodle (…/mod/assign/view.php?id=…) or Canvas "
            "(…/courses/…/assignments/…); {remedy}",
            page=site + parts.path,
            remedy=say(_COPY),
        )
    )


def _site(text: str) -> tuple[SplitResult, str, str]:
    """Return an address's parts, where the platform is, and its host."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise UsageError(say("that is no address of a page; {remedy}", remedy=say(_COPY)))
    if parts.scheme == "http" and not is_this_machine(host):
        raise UsageError(
            say(
                "{host}: grades and tokens are sent by https alone; give its https address",
                host=host,
            )
        )
    shown = f"[{host}]" if ":" in host else host
    return parts, f"{parts.scheme}://{shown}" + (f":{port}" if port else ""), host


def is_this_machine(host: str) -> bool:
    """Whether what is sent to ``host`` never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _id(query: str) -> str:
    """Return the one number that a query calls ``id``; empty where there is none."""
    found = parse_qs(query).get("id", [])
    return found[0] if len(found) == 1 and _NUMBER.fullmatch(found[0]) else ""
