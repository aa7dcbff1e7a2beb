"""One assignment of a Moodle, through its web services.

Written after Moodle's ``mod/assign/externallib.php``, the feedback plugins' ``locallib.php`` and
``webservice/upload.php``; not tried against a Moodle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from grader.errors import UsageError
from grader.grade import Grade
from grader.language import say
from grader.lms import feedback
from grader.lms.moodle import Worksheet
from grader.webservice import participants, web
from grader.webservice.address import Address
from grader.webservice.holding import NOTATION, Part, Shown, Spot, Wanted, our_report
from grader.webservice.participants import Person
from grader.webservice.rest import Rest, Value
from grader.webservice.tokens import Token
from grader.webservice.trouble import Closed, Passing, Refused

_HTML = 1
"""Moodle's number of the format of a text."""
_LATEST = -1
"""Moodle's number of the last attempt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Assignment:
    number: int
    maximum: Decimal
    is_of_teams: bool
    has_workflow: bool
    plugins: frozenset[str]
    """The kinds of feedback that are on."""


class Moodle:
    """What ``holding.Platform`` says, of Moodle."""

    comment_is_apart = True

    def __init__(self, address: Address, token: Token, *, roster: Worksheet | None = None) -> None:
        """Ask for the assignment, its participants and their grades.

        ``roster`` is the worksheet, for a token that may not ask whose number is whose. Raises
        ``UsageError`` where grades cannot be sent at all, and ``Passing`` where no answer comes.
        """
        self._rest = Rest(address, token)
        self._assignment = _assignment(self._rest, address)
        self._unchecked = _refuse_rubric(self._rest, address)
        self.maximum = self._assignment.maximum
        self.has_reports = "file" in self._assignment.plugins
        self._grades = self._ask_grades()
        self._states = self._ask_states()
        self.spots = tuple(self._spots(address, roster))

    def notes(self) -> Iterator[str]:
        """Yield what is not as it seems."""
        if self._unchecked:
            yield say(
                "whether the assignment has a rubric could not be asked; with one, Moodle takes no "
                "grade"
            )
        if "comments" not in self._assignment.plugins:
            yield say("the assignment takes no feedback comments, so none are sent")
        if not self.has_reports:
            yield say("the assignment takes no feedback files, so no reports are sent")
        if self._assignment.has_workflow:
            yield say(
                "the marking workflow's states stay as they are; release the grades in Moodle"
            )

    def keys(self, grade: Grade) -> tuple[tuple[str, ...], str]:
        """Return the participants' numbers that a grade belongs to; where none, the reason."""
        identity = grade.identity
        if identity is None or identity.lms != "moodle":
            return (), say("is of no download of Moodle")
        if identity.kind == "team":
            if self._assignment.is_of_teams:
                return identity.members, say(
                    "its team is not in the roster, or is there under two names"
                )
            return (), say("is a team's, and the assignment is of single learners")
        if self._assignment.is_of_teams:
            # A team's number may be some participant's: the grade would go to a stranger.
            if identity.kind is None:
                return (), say("may be a team's; grade again with --roster and --resume")
            return (), say("is a learner's, and the assignment is of teams")
        return (identity.number,), ""

    def comment(self, grade: Grade, titles: dict[str, str]) -> str:
        """Return the comment as HTML; empty where the assignment takes none."""
        on = "comments" in self._assignment.plugins
        return feedback.comment(grade, titles) if on else ""

    def look(self, spot: Spot, *, anew: bool = False) -> Shown:
        """Return what one learner is shown; Moodle is asked each time."""
        answer = self._rest.call(
            "mod_assign_get_submission_status",
            assignid=self._assignment.number,
            userid=int(spot.user),
        )
        given = _dict(answer).get("feedback") or {}
        comment, names = "", []
        for plugin in given.get("plugins", ()):
            if plugin.get("type") == "comments":
                comment = "".join(one.get("text", "") for one in plugin.get("editorfields", ()))
            if plugin.get("type") == "file":
                areas = plugin.get("fileareas", ())
                names = [_path(one) for area in areas for one in area.get("files", ())]
        ours = [our_report(name) for name in names]
        grade = _number((given.get("grade") or {}).get("grade"))
        return Shown(
            grade=self._grades.get(spot.user) if grade is None else grade,
            comment=comment,
            is_ours=feedback.OURS in comment,
            reports=tuple(one for one in ours if one),
            others=None in ours,
        )

    def send(self, spot: Spot, shown: Shown, wanted: Wanted, lacks: frozenset[Part]) -> None:
        """Save the grade with comment and report: what was there is replaced, so never doubled."""
        plugindata: dict[str, Value] = {}
        if "comments" in self._assignment.plugins:
            # Left out, Moodle would take the comment for an empty one.
            text = wanted.comment if Part.COMMENT in lacks else shown.comment
            plugindata["assignfeedbackcomments_editor"] = {"text": text, "format": _HTML}
        if lacks & {Part.REPORT, Part.SURPLUS}:
            plugindata["files_filemanager"] = self._rest.upload(wanted.report, wanted.page)
        one: dict[str, Value] = {
            "userid": int(spot.user),
            "grade": wanted.grade,
            "attemptnumber": _LATEST,
            "addattempt": False,
            "workflowstate": self._states.get(spot.user, ""),
            "plugindata": plugindata,
        }
        # Of a team, each member is named: with applytoall one request would reach learners whom
        # the plan does not show.
        self._rest.call(
            "mod_assign_save_grades",
            assignmentid=self._assignment.number,
            applytoall=False,
            grades=[one],
        )

    def taken(self, sent: Iterable[tuple[Spot, Wanted]]) -> set[str]:
        """Return the users whose grade is there now."""
        now = self._ask_grades()
        taken = set()
        for spot, wanted in sent:
            grade = now[spot.user] if spot.user in now else self._grade_shown(spot)
            if grade is not None and NOTATION.write(grade) == NOTATION.write(wanted.grade):
                taken.add(spot.user)
        return taken

    def _grade_shown(self, spot: Spot) -> Decimal | None:
        return web.patiently(lambda: self.look(spot)).grade

    def _ask_grades(self) -> dict[str, Decimal | None]:
        number = self._assignment.number
        answer = web.patiently(
            lambda: self._rest.call("mod_assign_get_grades", assignmentids=[number])
        )
        _refuse_warning(answer, "mod_assign_get_grades")
        return {
            str(one["userid"]): _number(one.get("grade"))
            for each in _dict(answer).get("assignments", ())
            for one in each.get("grades", ())
        }

    def _ask_states(self) -> dict[str, str]:
        """Return the states of the marking workflow: what is not sent back would be reset."""
        if not self._assignment.has_workflow:
            return {}
        number = self._assignment.number
        answer = web.patiently(
            lambda: self._rest.call("mod_assign_get_user_flags", assignmentids=[number])
        )
        _refuse_warning(answer, "mod_assign_get_user_flags")
        return {
            str(one["userid"]): str(one.get("workflowstate") or "")
            for each in _dict(answer).get("assignments", ())
            for one in each.get("userflags", ())
        }

    def _spots(self, address: Address, roster: Worksheet | None) -> Iterator[Spot]:
        people = self._ask_people(with_details=roster is not None)
        known = {one.user: one.number for one in people if one.number}
        if not known:
            known = self._ask_mappings()
        if not known and roster is not None:
            known = participants.by_worksheet(roster, people)
        if not known:
            raise UsageError(
                say(
                    "{host}: does not tell this token whose participant number is whose; give the "
                    "grading worksheet with --roster, or a token with the right "
                    "mod/assign:revealidentities",
                    host=address.host,
                )
            )
        for one in people:
            yield Spot(user=one.user, key=known.get(one.user, ""), grade=self._grades.get(one.user))

    def _ask_people(self, *, with_details: bool) -> tuple[Person, ...]:
        answer = web.patiently(
            lambda: self._rest.call(
                "mod_assign_list_participants",
                assignid=self._assignment.number,
                groupid=0,
                filter="",
                skip=0,
                limit=0,
                onlyids=not with_details,
                includeenrolments=False,
            )
        )
        if not isinstance(answer, list):
            raise Passing(say("Moodle answers with something else than participants"))
        return tuple(participants.person(one) for one in answer)

    def _ask_mappings(self) -> dict[str, str]:
        """Return the participants' numbers by user; none where the token may not ask."""
        number = self._assignment.number
        try:
            answer = web.patiently(
                lambda: self._rest.call("mod_assign_get_user_mappings", assignmentids=[number])
            )
        except (Closed, Refused):
            return {}
        return {
            str(one["userid"]): str(one["id"])
            for each in _dict(answer).get("assignments", ())
            for one in each.get("mappings", ())
        }


def _assignment(rest: Rest, address: Address) -> _Assignment:
    answer = web.patiently(lambda: rest.call("mod_assign_get_assignments"))
    for course in _dict(answer).get("courses", ()):
        for one in course.get("assignments", ()):
            if str(one.get("cmid")) == address.number:
                return _read(one, address)
    raise UsageError(
        say(
            "{page}: is no assignment in the courses of this token's owner; check the address, "
            "or have the owner enrolled",
            page=address.page,
        )
    )


def _read(one: Mapping[str, Any], address: Address) -> _Assignment:
    maximum = Decimal(int(one.get("grade", 0)))
    if maximum <= 0:
        raise UsageError(
            say(
                "{page}: is not graded in points; set its grade to points in Moodle",
                page=address.page,
            )
        )
    configs = one.get("configs", ())
    return _Assignment(
        number=int(one["id"]),
        maximum=maximum,
        is_of_teams=bool(one.get("teamsubmission")),
        has_workflow=bool(one.get("markingworkflow")),
        plugins=frozenset(
            str(each.get("plugin")) for each in configs if each.get("subtype") == "assignfeedback"
        ),
    )


def _refuse_rubric(rest: Rest, address: Address) -> bool:
    """Refuse an assignment with a rubric, whose grades would be lost; return whether none knows."""
    try:
        answer = web.patiently(
            lambda: rest.call(
                "core_grading_get_definitions",
                cmids=[int(address.number)],
                areaname="submissions",
                activeonly=True,
            )
        )
    except (Closed, Refused):
        return True
    areas = _dict(answer).get("areas", ())
    if any(one.get("activemethod") for one in areas):
        raise UsageError(
            say(
                "{page}: is graded by a rubric or marking guide, for which a sum of points is no "
                "grade; switch to simple direct grading in Moodle",
                page=address.page,
            )
        )
    return False


def _refuse_warning(answer: Any, function: str) -> None:
    """Refuse an answer that lacks the assignment for want of rights."""
    warnings = _dict(answer).get("warnings", ())
    if any(str(one.get("warningcode")) == "1" for one in warnings):
        raise Closed(
            say(
                "Moodle does not let the token's owner use {function} in this assignment; a "
                "teacher's rights are needed",
                function=function,
            )
        )


def _dict(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise Passing(say("Moodle answers with something else than was asked for"))
    return answer


def _path(file: Mapping[str, Any]) -> str:
    """Return a file's name, with its folder where it is in one."""
    return f"{file.get('filepath') or '/'}{file.get('filename', '')}".removeprefix("/")


def _number(text: object) -> Decimal | None:
    """Return a grade; None where there is none, which Moodle calls -1."""
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
