"""A Moodle with one course, written after Moodle's own source of its web services."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.webservice.serving import Answer, Broken, Request, nested

TOKEN = "0123456789abcdef0123456789abcdef"
ME = 2
CMID = 42
ASSIGNMENT = 7
NAMES = ("Zora Quill", "Yann Frost", "Xenia Marsh", "Walt Brook")


@dataclass
class Learner:
    """One participant and what Moodle shows them."""

    user: int
    record: int | None
    name: str
    idnumber: str = ""
    email: str = ""
    group: int = 0
    grade: str | None = None
    """As the database has it; None where there is no record of a grade."""
    comment: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    state: str = ""
    locked: bool = False
    saved: int = 0
    """How often a grade was saved."""


def learners(count: int = 3) -> dict[int, Learner]:
    """Return learners 1001, 1002, … with the participants' numbers 101, 102, …"""
    return {
        1000 + n: Learner(
            1000 + n,
            100 + n,
            NAMES[(n - 1) % len(NAMES)],
            idnumber=f"id-{n}",
            email=f"learner{n}@example.org",
        )
        for n in range(1, count + 1)
    }


_INT = re.compile(r"-?\d+")
_SAVE = {
    "assignmentid": "int",
    "applytoall": "bool",
    "grades": [
        {
            "userid": "int",
            "grade": "float",
            "attemptnumber": "int",
            "addattempt": "bool",
            "workflowstate": "alpha",
            "plugindata?": {
                "assignfeedbackcomments_editor?": {"text": "raw", "format": "int"},
                "files_filemanager?": "int",
            },
        }
    ],
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "mod_assign_get_assignments": {"courseids?": ["int"]},
    "mod_assign_get_grades": {"assignmentids": ["int"], "since?": "int"},
    "mod_assign_get_user_flags": {"assignmentids": ["int"]},
    "mod_assign_get_user_mappings": {"assignmentids": ["int"]},
    "mod_assign_list_participants": {
        "assignid": "int",
        "groupid": "int",
        "filter": "raw",
        "skip?": "int",
        "limit?": "int",
        "onlyids?": "bool",
        "includeenrolments?": "bool",
    },
    "mod_assign_get_submission_status": {"assignid": "int", "userid?": "int", "groupid?": "int"},
    "mod_assign_save_grades": _SAVE,
    "core_grading_get_definitions": {"cmids": ["int"], "areaname": "raw", "activeonly?": "bool"},
}
_KINDS = {
    "int": _INT,
    "bool": re.compile("[01]"),
    "float": re.compile(r"-?\d+(\.\d+)?"),
    "alpha": re.compile("[A-Za-z]*"),
    "raw": re.compile(r"(?s).*"),
}


def fits(value: Any, schema: Any) -> bool:
    """Whether a parameter is what Moodle's ``validate_parameters`` lets pass."""
    if isinstance(schema, str):
        return isinstance(value, str) and _KINDS[schema].fullmatch(value) is not None
    if isinstance(schema, list):
        return isinstance(value, list) and all(fits(one, schema[0]) for one in value)
    if not isinstance(value, dict):
        return False
    known = {name.rstrip("?"): one for name, one in schema.items()}
    needed = {name for name in schema if not name.endswith("?")}
    return needed <= value.keys() <= known.keys() and all(
        fits(one, known[name]) for name, one in value.items()
    )


class Problem(Exception):
    """An exception of Moodle's, by its code."""


@dataclass
class Moodle:
    """The site."""

    people: dict[int, Learner] = field(default_factory=learners)
    maximum: int = 10
    teams: bool = False
    blind: bool = False
    workflow: bool = False
    rubric: bool = False
    plugins: tuple[str, ...] = ("comments", "file")
    forbidden: tuple[str, ...] = ()
    """Functions that are not in the token's service."""
    may_reveal: bool = True
    token: str = TOKEN
    cleans: bool = False
    """Texts come back with quoted attributes, as a purifier writes them."""
    drafts: dict[int, dict[str, bytes]] = field(default_factory=dict)
    broken_rules: list[str] = field(default_factory=list)

    def fault(self, name: str) -> Answer:
        """Return an exception of Moodle's, with words that must not be repeated."""
        return _json(
            {
                "exception": "moodle_exception",
                "errorcode": name,
                "message": f"Zora Quill may not do that with {self.token}",
                "debuginfo": "learner1@example.org",
            }
        )

    def answer(self, request: Request) -> Answer:
        if self.token in str(request.query) or request.query:
            self.broken_rules.append(f"in an address: {request.query}")
        try:
            if request.method != "POST":
                raise ValueError(request.method)
            if request.path == "/webservice/upload.php":
                return self._upload(request)
            if request.path == "/webservice/rest/server.php":
                return _json(self._call(nested(request.form), half=request.half))
            return Answer(b"<html>404", 404, type="text/html")
        except ValueError as problem:
            self.broken_rules.append(str(problem))
            return self.fault("invalidparameter")
        except Problem as problem:
            return self.fault(str(problem))

    def _upload(self, request: Request) -> Answer:
        form = dict(request.form)
        if form.pop("token", "") != self.token:
            return self.fault("invalidtoken")
        if form != {"filepath": "/", "itemid": "0"}:
            raise ValueError(f"upload with {form}")
        number = 900_000 + len(self.drafts)
        self.drafts[number] = dict(request.files.values())
        return _json(
            [
                {"itemid": number, "filename": name, "filepath": "/", "filesize": len(data)}
                for name, data in request.files.values()
            ]
        )

    def _call(self, form: dict[str, Any], *, half: bool) -> Any:
        function = form.pop("wsfunction")
        if form.pop("wstoken", "") != self.token:
            raise Problem("invalidtoken")
        if form.pop("moodlewsrestformat") != "json":
            raise ValueError("no JSON is asked for")
        raw = form.pop("moodlewssettingraw", "0"), form.pop("moodlewssettingfileurl", "1")
        if raw != ("1", "0"):
            raise ValueError("texts are not asked for as they are stored")
        if function in self.forbidden:
            raise Problem("accessexception")
        if function not in PARAMETERS or not fits(form, PARAMETERS[function]):
            raise ValueError(f"{function} with {form}")
        return getattr(self, f"_{function}")(form, half)

    def _mod_assign_get_assignments(self, form: dict[str, Any], half: bool) -> Any:
        configs = [
            {"plugin": one, "subtype": "assignfeedback", "name": "enabled", "value": "1"}
            for one in self.plugins
        ]
        configs.append(
            {"plugin": "file", "subtype": "assignsubmission", "name": "enabled", "value": "1"}
        )
        assignment = {
            "id": ASSIGNMENT,
            "cmid": CMID,
            "course": 3,
            "name": "Sheet 1",
            "grade": self.maximum,
            "teamsubmission": int(self.teams),
            "blindmarking": int(self.blind),
            "revealidentities": 0,
            "markingworkflow": int(self.workflow),
            "configs": configs,
        }
        other = {**assignment, "id": CMID, "cmid": ASSIGNMENT}
        return {"courses": [{"id": 3, "assignments": [other, assignment]}], "warnings": []}

    def _mod_assign_get_grades(self, form: dict[str, Any], half: bool) -> Any:
        self._mine(form["assignmentids"])
        grades = [
            {"id": one.user * 10, "userid": one.user, "attemptnumber": 0, "grader": ME,
             "timecreated": 1, "timemodified": 2, "grade": one.grade}
            for one in self.people.values()
            if one.grade is not None
        ]  # fmt: skip
        if not grades:
            return {"assignments": [], "warnings": [_warning("3")]}
        return {"assignments": [{"assignmentid": ASSIGNMENT, "grades": grades}], "warnings": []}

    def _mod_assign_get_user_flags(self, form: dict[str, Any], half: bool) -> Any:
        self._mine(form["assignmentids"])
        flags = [
            {"id": 1, "userid": one.user, "locked": 0, "mailed": 0, "extensionduedate": 0,
             "workflowstate": one.state, "allocatedmarker": 0}
            for one in self.people.values()
            if one.state
        ]  # fmt: skip
        return {"assignments": [{"assignmentid": ASSIGNMENT, "userflags": flags}], "warnings": []}

    def _mod_assign_get_user_mappings(self, form: dict[str, Any], half: bool) -> Any:
        self._mine(form["assignmentids"])
        if not self.may_reveal:
            return {"assignments": [], "warnings": [_warning("1"), _warning("3")]}
        found = [
            {"id": one.record, "userid": one.user} for one in self.people.values() if one.record
        ]
        return {"assignments": [{"assignmentid": ASSIGNMENT, "mappings": found}], "warnings": []}

    def _mod_assign_list_participants(self, form: dict[str, Any], half: bool) -> Any:
        self._mine([form["assignid"]])
        return [self._participant(one, form) for one in self.people.values()]

    def _participant(self, one: Learner, form: dict[str, Any]) -> dict[str, Any]:
        record = one.record if self.blind and one.record else -1
        name = f"Participant {one.record}" if self.blind else one.name
        shown: dict[str, Any] = {"id": one.user, "fullname": name, "submitted": True}
        shown |= {"recordid": record, "requiregrading": True, "grantedextension": False}
        if not self.blind and form.get("onlyids") != "1":
            shown |= {"email": one.email, "idnumber": one.idnumber}
        if one.group:
            shown["groupid"] = one.group
        return shown

    def _mod_assign_get_submission_status(self, form: dict[str, Any], half: bool) -> Any:
        self._mine([form["assignid"]])
        one = self.people[int(form["userid"])]
        graded = one.grade not in (None, "-1.00000")
        if not graded and not one.comment and not one.files:
            return {"warnings": []}
        text = one.comment or ""
        if self.cleans:
            text = re.sub(r"class=([\w-]+)", r'class="\1"', text)
        plugins: list[dict[str, Any]] = []
        if "comments" in self.plugins:
            editor = {"name": "comments", "description": "", "text": text, "format": 1}
            empty: dict[str, Any] = {"area": "feedback", "files": []}
            plugins.append(
                {"type": "comments", "name": "C", "fileareas": [empty], "editorfields": [editor]}
            )
        if "file" in self.plugins:
            files = [
                {"filename": name, "filepath": "/", "filesize": len(data)}
                for name, data in one.files.items()
            ]
            area = {"area": "feedback_files", "files": files}
            plugins.append({"type": "file", "name": "F", "fileareas": [area]})
        grade = {"id": 1, "userid": one.user, "attemptnumber": 0, "grade": one.grade}
        return {"feedback": {"grade": grade, "plugins": plugins}, "warnings": []}

    def _mod_assign_save_grades(self, form: dict[str, Any], half: bool) -> Any:
        self._mine([form["assignmentid"]])
        for given in form["grades"]:
            self._save(self.people[int(given["userid"])], given, half=half)
        return None

    def _save(self, one: Learner, given: dict[str, Any], *, half: bool) -> None:
        if given["attemptnumber"] != "-1" or given["addattempt"] != "0":
            raise ValueError(f"another attempt: {given}")
        one.saved += 1
        if not one.locked:
            one.grade = f"{float(given['grade']):.5f}"
        elif one.grade is None:
            one.grade = "-1.00000"
        if self.workflow:
            one.state = given["workflowstate"]
        if half:
            raise Broken
        data = given.get("plugindata", {})
        if "comments" in self.plugins:
            # Where the editor is missing, Moodle reads an empty text.
            one.comment = data.get("assignfeedbackcomments_editor", {}).get("text", "")
        if "file" in self.plugins and "files_filemanager" in data:
            one.files = dict(self.drafts[int(data["files_filemanager"])])

    def _core_grading_get_definitions(self, form: dict[str, Any], half: bool) -> Any:
        if form["cmids"] != [str(CMID)] or form["areaname"] != "submissions":
            raise ValueError(f"definitions of {form}")
        area = {"cmid": CMID, "areaname": "submissions", "definitions": []}
        if self.rubric:
            area["activemethod"] = "rubric"
        return {"areas": [area], "warnings": []}

    def _mine(self, numbers: list[str]) -> None:
        if numbers != [str(ASSIGNMENT)]:
            raise ValueError(f"assignment {numbers}")


def _warning(code: str) -> dict[str, Any]:
    return {"item": "assignment", "itemid": ASSIGNMENT, "warningcode": code, "message": ""}


def _json(content: Any) -> Answer:
    return Answer(json.dumps(content).encode())
