"""One assignment of a Canvas, through its REST interface.

Written after Canvas's published documentation and ``canvasapi``; not tried against a Canvas.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from canvasapi import exceptions
from canvasapi.paginated_list import PaginatedList
from canvasapi.requester import Requester
from canvasapi.submission import Submission
from canvasapi.upload import Uploader
from canvasapi.util import combine_kwargs

from grader.errors import UsageError
from grader.grade import Grade
from grader.language import say
from grader.lms import canvas, feedback
from grader.webservice import web
from grader.webservice.address import Address
from grader.webservice.holding import NOTATION, Part, Shown, Spot, Wanted, our_report
from grader.webservice.tokens import Token
from grader.webservice.trouble import Closed, Passing, Refused

_IN_POINTS = ("points", "percent", "letter_grade", "gpa_scale")
"""Ways of grading for which a number is points."""


class _Gone(Refused):
    """What was asked for is not there."""


class Canvas:
    """What ``holding.Platform`` says, of Canvas."""

    has_reports = True
    comment_is_apart = False

    def __init__(self, address: Address, token: Token) -> None:
        """Ask for the assignment, its submissions and their comments.

        Raises ``UsageError`` where grades cannot be sent at all, and ``Passing`` where no answer
        comes.
        """
        self._address = address
        self._requester = Requester(address.site, token.reveal())
        self._requester._session = web.session(address)
        self._path = f"courses/{address.course}/assignments/{address.number}"
        self._me = str(web.patiently(lambda: self._get("users/self")).get("id", ""))
        assignment = web.patiently(lambda: self._get(self._path))
        self.maximum = _maximum(assignment, address)
        self._is_of_groups = assignment.get("group_category_id") is not None
        self._graded_apart = bool(assignment.get("grade_group_students_individually"))
        records = web.patiently(self._list)
        self._records = {str(one["user_id"]): one for one in records if one.get("user_id")}
        self.spots = tuple(
            Spot(user=user, key=user, grade=_grade(one), excused=bool(one.get("excused")))
            for user, one in self._records.items()
        )

    def notes(self) -> Iterator[str]:
        """Yield what is not as it seems."""
        if any(_number(one.get("points_deducted")) for one in self._records.values()):
            yield say(
                "Canvas takes off points for lateness itself, from the grades that are sent as well"
            )
        if self._is_of_groups and self._graded_apart:
            yield say(
                "of a group, only the member whose number the download carries is sent a grade"
            )
        elif self._is_of_groups:
            yield say("a group's grade and report are given by Canvas to all of its members")

    def keys(self, grade: Grade) -> tuple[tuple[str, ...], str]:
        """Return the user that a grade belongs to; where none, the reason."""
        claim = canvas.claim(grade)
        return claim.keys, claim.why_none

    def comment(self, grade: Grade, titles: dict[str, str]) -> str:
        """Return the comment as plain text."""
        return feedback.text(grade, titles)

    def look(self, spot: Spot, *, anew: bool = False) -> Shown:
        """Return what one learner is shown."""
        if anew:
            path = f"{self._path}/submissions/{spot.user}"
            self._records[spot.user] = self._get(path, include=["submission_comments"])
        record = self._records[spot.user]
        ours = [
            (name, one)
            for one in record.get("submission_comments") or ()
            if self._may_be_ours(one) and (name := _report_of(one))
        ]
        # What another marker sent is that marker's to delete; it is only not sent again.
        own = [(name, one) for name, one in ours if str(one.get("author_id")) == self._me]
        others = [name for name, one in ours if str(one.get("author_id")) != self._me]
        return Shown(
            grade=_grade(record),
            reports=tuple(name for name, _ in own),
            places=tuple(str(one.get("id")) for _, one in own),
            from_others=tuple(others),
        )

    def send(self, spot: Spot, shown: Shown, wanted: Wanted, lacks: frozenset[Part]) -> None:
        """Grade and comment in one request, then delete what is out of date or there twice."""
        content: dict[str, Any] = {}
        if Part.GRADE in lacks:
            content["submission"] = {"posted_grade": NOTATION.write(wanted.grade)}
        if Part.REPORT in lacks:
            content["comment"] = {
                "text_comment": wanted.comment,
                "file_ids": [self._upload(spot, wanted)],
            }
            attempt = self._records[spot.user].get("attempt")
            if isinstance(attempt, int):
                # Else it may hang on the first attempt, which nobody opens any more.
                content["comment"]["attempt"] = attempt
            if self._is_of_groups:
                content["comment"]["group_comment"] = not self._graded_apart
        if content:
            self._request("PUT", f"{self._path}/submissions/{spot.user}", **content)
        if Part.SURPLUS in lacks:
            self._delete_surplus(spot, shown, wanted)

    def taken(self, sent: Iterable[tuple[Spot, Wanted]]) -> set[str]:
        """Return the users whose grade is there now."""
        now = {str(one.get("user_id")): _grade(one) for one in web.patiently(self._list)}
        return {
            spot.user
            for spot, wanted in sent
            if (grade := now.get(spot.user)) is not None
            and NOTATION.write(grade) == NOTATION.write(wanted.grade)
        }

    def _may_be_ours(self, comment: Mapping[str, Any]) -> bool:
        """Whether no learner wrote a comment: one could give a file the name of a report."""
        author = str(comment.get("author_id") or "")
        return bool(author) and (author == self._me or author not in self._records)

    def _delete_surplus(self, spot: Spot, shown: Shown, wanted: Wanted) -> None:
        kept = False
        for name, place in zip(shown.reports, shown.places, strict=True):
            if name == wanted.report and not kept:
                kept = True
                continue
            # After a deletion whose answer was lost it is gone already.
            with suppress(_Gone):
                self._request("DELETE", f"{self._path}/submissions/{spot.user}/comments/{place}")

    def _upload(self, spot: Spot, wanted: Wanted) -> int:
        """Upload a report where only comments may use it, and return its number."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / wanted.report
            path.write_bytes(wanted.page)
            place = f"{self._path}/submissions/{spot.user}/comments/files"
            uploader = Uploader(
                self._requester, place, path, content_type="text/html", on_duplicate="rename"
            )
            with self._understood():
                _, answer = uploader.start()
        number = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(number, int):
            raise Passing(say("{host} does not confirm a report", host=self._address.host))
        return number

    def _list(self) -> list[dict[str, Any]]:
        # Whole pages are read here, not on the way: a page that fails must not be lost.
        with self._understood():
            found = PaginatedList(
                Submission,
                self._requester,
                "GET",
                f"{self._path}/submissions",
                _kwargs=combine_kwargs(include=["submission_comments"]),
            )
            return [
                {name: value for name, value in vars(one).items() if name != "_requester"}
                for one in found
            ]

    def _get(self, path: str, **parameters: Any) -> dict[str, Any]:
        answer = self._request("GET", path, **parameters)
        if not isinstance(answer, dict):
            raise Passing(web.garbled(self._address.host))
        return answer

    def _request(self, method: str, path: str, **parameters: Any) -> Any:
        with self._understood():
            answer = self._requester.request(method, path, _kwargs=combine_kwargs(**parameters))
            return answer.json()

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Turn errors into ours; Canvas's own words may name people, so they are left."""
        host = self._address.host
        try:
            with web.understood(self._address):
                yield
        except exceptions.InvalidAccessToken:
            raise Closed(
                say("{host}: the token is not valid, or no longer; get a new one", host=host)
            ) from None
        except (exceptions.Unauthorized, exceptions.Forbidden):
            raise Refused(say("Canvas does not let the token's owner do that")) from None
        except exceptions.ResourceDoesNotExist:
            raise _Gone(say("Canvas has no such page or learner")) from None
        except (exceptions.BadRequest, exceptions.UnprocessableEntity, exceptions.Conflict):
            raise Refused(say("Canvas does not take it")) from None
        except (exceptions.CanvasException, ValueError, KeyError, AttributeError, TypeError):
            # The library stumbles so over a page that is no answer of Canvas.
            raise Passing(web.garbled(host)) from None


def _maximum(assignment: Mapping[str, Any], address: Address) -> Decimal:
    if assignment.get("anonymize_students"):
        raise UsageError(
            say(
                "{page}: Canvas hides the learners' numbers until the grades are posted; switch "
                "anonymous grading off",
                page=address.page,
            )
        )
    maximum = _number(assignment.get("points_possible"))
    if not maximum or assignment.get("grading_type") not in _IN_POINTS:
        raise UsageError(
            say(
                "{page}: has no points that can be had; set the assignment's points in Canvas",
                page=address.page,
            )
        )
    return maximum


def _report_of(comment: Mapping[str, Any]) -> str | None:
    """Return the name of the report of ours that a comment carries."""
    for file in comment.get("attachments") or ():
        for key in ("display_name", "filename"):
            if name := our_report(str(file.get(key) or "")):
                return name
    return None


def _grade(record: Mapping[str, Any]) -> Decimal | None:
    """Return what a person or we gave: Canvas's own deductions for lateness come after it."""
    entered = _number(record.get("entered_score"))
    return _number(record.get("score")) if entered is None else entered


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
