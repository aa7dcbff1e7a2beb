"""Calls of Moodle's web services: PHP's nested keys out, JSON in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import requests

from grader.language import say
from grader.webservice import web
from grader.webservice.address import Address
from grader.webservice.tokens import Token
from grader.webservice.trouble import Closed, Passing, Refused

Value = str | int | bool | Decimal | Mapping[str, "Value"] | Sequence["Value"]

_SERVER = "/webservice/rest/server.php"
_UPLOAD = "/webservice/upload.php"
_CLOSED = {
    "invalidtoken", "servicenotavailable", "sitepolicynotagreed", "forcepasswordchangenotice",
    "usernotfullysetup", "wsaccessusersuspended", "wsaccessuserdeleted",
    "wsaccessuserexpired", "wsaccessusernologin", "wsaccessuserunconfirmed", "requireloginerror",
    "servicerequireslogin", "enablewsdescription", "sslonlyaccess", "fileuploaddisabled",
}  # fmt: skip
"""Error codes of Moodle that no other learner would be spared."""
_PASSING = {
    "dmlreadexception", "dmlwriteexception", "dmltransactionexception", "dbconnectionfailed",
    "locktimeout", "cannotgetlock", "sitemaintenance", "upgraderunning",
}  # fmt: skip
"""Error codes of Moodle that may be gone in a moment."""
_CODE = re.compile(r"[A-Za-z0-9_/:-]{1,60}")


class Rest:
    """Asks one Moodle. Everything it calls may raise ``Passing``, ``Refused`` and ``Closed``."""

    def __init__(self, address: Address, token: Token) -> None:
        self._address = address
        self._token = token
        self._session = web.session(address)

    def call(self, function: str, **parameters: Value) -> Any:
        """Return what a function answers; texts come as they are stored, with no filter."""
        form = {
            "wstoken": self._token.reveal(),
            "wsfunction": function,
            "moodlewsrestformat": "json",
            "moodlewssettingraw": "1",
            "moodlewssettingfileurl": "0",
            **dict(flat(parameters)),
        }
        return self._answer(function, self._post(_SERVER, data=form))

    def upload(self, name: str, data: bytes) -> int:
        """Put one file into a new draft area and return the area's number."""
        form = {"token": self._token.reveal(), "filepath": "/", "itemid": "0"}
        files = {"file_1": (name, data, "text/html")}
        answer = self._answer("upload.php", self._post(_UPLOAD, data=form, files=files))
        if not isinstance(answer, list) or len(answer) != 1 or not isinstance(answer[0], dict):
            raise self._garbled()
        number = answer[0].get("itemid")
        if answer[0].get("error") or not isinstance(number, int):
            raise Refused(say("Moodle does not take the report: it may be too large for the site"))
        return number

    def _post(self, path: str, **content: Any) -> requests.Response:
        # Not followed: a redirect could carry the token, which is in the body, to another host.
        with web.understood(self._address):
            answer = self._session.post(self._address.site + path, allow_redirects=False, **content)
        if 200 <= answer.status_code < 300:
            return answer
        host = self._address.host
        if 300 <= answer.status_code < 400:
            raise Closed(
                say(
                    "{host}: leads on to another address; give the one that the browser shows in "
                    "the end",
                    host=host,
                )
            )
        if answer.status_code == 413:
            raise Refused(say("Moodle does not take the report: it may be too large for the site"))
        raise Closed(
            say(
                "{host}: answers with error {code}; web services may be switched off there",
                host=host,
                code=answer.status_code,
            )
        )

    def _answer(self, function: str, answer: requests.Response) -> Any:
        try:
            found = answer.json()
        except requests.exceptions.JSONDecodeError:
            raise self._garbled() from None
        if isinstance(found, dict) and ("exception" in found or "errorcode" in found):
            raise self._problem(function, str(found.get("errorcode", "")))
        return found

    def _garbled(self) -> Passing:
        return Passing(web.garbled(self._address.host))

    def _problem(self, function: str, code: str) -> Exception:
        """Return the error for one of Moodle's; its own words may name people, so they are left."""
        host, shown = self._address.host, code if _CODE.fullmatch(code) else "?"
        if code == "accessexception":
            return Closed(
                say(
                    "{host}: the token may not call {function}; have it added to the token's "
                    "service, see docs/lms.md",
                    host=host,
                    function=function,
                )
            )
        if code == "invalidtoken":
            return Closed(
                say("{host}: the token is not valid, or no longer; get a new one", host=host)
            )
        if code in _CLOSED:
            return Closed(say("{host}: Moodle refuses ({code})", host=host, code=shown))
        if code in _PASSING:
            return Passing(say("{host}: Moodle fails ({code})", host=host, code=shown))
        return Refused(say("Moodle refuses {function} ({code})", function=function, code=shown))


def flat(parameters: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Yield parameters under the names that PHP makes nested arrays of."""
    for name, value in parameters.items():
        yield from _flat(name, value)


def _flat(name: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(f"{name}[{key}]", one)
    elif isinstance(value, bool):
        yield name, str(int(value))
    elif isinstance(value, str | int):
        yield name, str(value)
    elif isinstance(value, Decimal):
        yield name, f"{value:f}"
    else:
        for number, one in enumerate(value):
            yield from _flat(f"{name}[{number}]", one)
