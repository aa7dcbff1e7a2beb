"""A Canvas with one course, written after Canvas's published documentation of its interface."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.webservice.serving import Answer, Broken, Request, nested

TOKEN = "7~0123456789AbCdEfGhIjKlMnOpQrStUvWxYz"
ME = 5
PER_PAGE = 2
"""At most; so lists come in pages."""
_BASE = "/api/v1/courses/12/assignments/345"


@dataclass
class Comment:
    """One comment on a submission."""

    number: int
    author: int
    text: str
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Submission:
    """What Canvas shows one learner."""

    score: float | None = None
    comments: list[Comment] = field(default_factory=list)
    excused: bool = False
    deducted: float = 0.0
    attempt: int | None = 1


@dataclass
class Canvas:
    """The site."""

    people: dict[int, Submission] = field(
        default_factory=lambda: {n: Submission() for n in (1234, 1235, 1236)}
    )
    maximum: float = 10.0
    assignment: dict[str, Any] = field(default_factory=dict)
    token: str = TOKEN
    redirects: bool = False
    """Uploads end with a redirect, as of a Canvas that keeps files itself."""
    refuses: tuple[int, ...] = ()
    """Learners for whom no grade is taken."""
    site: str = ""
    announced: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    stored: dict[int, tuple[int, str, bytes]] = field(default_factory=dict)
    attached: set[int] = field(default_factory=set)
    broken_rules: list[str] = field(default_factory=list)
    next_number: int = 1

    def fault(self, name: str) -> Answer:
        """Return an error of Canvas's, with words that must not be repeated."""
        text = {"errors": [{"message": f"Zora Quill {self.token}"}]}
        match name:
            case "throttled":
                return Answer(b"403 Forbidden (Rate Limit Exceeded)", 403, type="text/plain")
            case "expired":
                answer = _json(text, 401)
                answer.headers["WWW-Authenticate"] = 'Bearer realm="canvas-lms"'
                return answer
            case _:
                raise AssertionError(name)

    def answer(self, request: Request) -> Answer:
        if self.token in str(request.query) + request.path:
            self.broken_rules.append(f"in an address: {request.path}")
        try:
            return self._answer(request)
        except ValueError as problem:
            self.broken_rules.append(str(problem))
            return _json({"errors": []}, 400)

    def _answer(self, request: Request) -> Answer:
        if request.path.startswith("/files/"):
            return self._receive(request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.fault("expired")
        match request.method, request.path:
            case "GET", "/api/v1/users/self":
                return _json({"id": ME, "name": "Terry Teacher"})
            case "GET", path if path == _BASE:
                return _json(self._assignment())
            case "GET", path if path == f"{_BASE}/submissions":
                return self._list(request)
        found = re.fullmatch(
            rf"{_BASE}/submissions/(?P<user>\d+)(?P<rest>|/comments/files|/comments/(?P<one>\d+))",
            request.path,
        )
        if found is None or int(found["user"]) not in self.people:
            return _json({"errors": [{"message": "The specified resource does not exist."}]}, 404)
        return self._one(request, int(found["user"]), found["rest"], found["one"])

    def _one(self, request: Request, user: int, rest: str, number: str | None) -> Answer:
        match request.method, rest:
            case "GET", "":
                if nested(request.query) != {"include": ["submission_comments"]}:
                    raise ValueError(f"asked for with {request.query}")
                return _json(self._shown(user))
            case "PUT", "":
                return self._grade(user, nested(request.form), half=request.half)
            case "POST", "/comments/files":
                return self._announce(user, dict(request.form))
            case "DELETE", _ if number:
                return self._delete(user, int(number))
        raise ValueError(f"{request.method} {request.path}")

    def _assignment(self) -> dict[str, Any]:
        return {
            "id": 345,
            "name": "Sheet 1",
            "points_possible": self.maximum,
            "grading_type": "points",
            "anonymize_students": False,
            "group_category_id": None,
            "grade_group_students_individually": False,
            **self.assignment,
        }

    def _shown(self, user: int) -> dict[str, Any]:
        one = self.people[user]
        entered = one.score
        score = None if entered is None else entered - one.deducted
        return {
            "id": user + 500_000,
            "user_id": user,
            "assignment_id": 345,
            "score": score,
            "entered_score": entered,
            "grade": None if score is None else f"{score:g}",
            "excused": one.excused,
            "attempt": one.attempt,
            "points_deducted": one.deducted or None,
            "submitted_at": "2026-10-05T10:00:00Z",
            "submission_comments": [
                {
                    "id": each.number,
                    "author_id": each.author,
                    "author_name": "Zora Quill",
                    "comment": each.text,
                    "attachments": [
                        {"id": 1, "display_name": name, "filename": name, "size": len(data)}
                        for name, data in each.files.items()
                    ],
                }
                for each in one.comments
            ],
        }

    def _list(self, request: Request) -> Answer:
        query = nested(request.query)
        if query.get("include") != ["submission_comments"]:
            raise ValueError(f"asked for with {request.query}")
        size = min(int(query.get("per_page", 10)), PER_PAGE)
        page = int(query.get("page", 1))
        users = list(self.people)[(page - 1) * size : page * size]
        answer = _json([self._shown(user) for user in users])
        base = f"{self.site}{request.path}?include[]=submission_comments&per_page={size}"
        links = [f'<{base}&page=1>; rel="first"']
        if page * size < len(self.people):
            links.append(f'<{base}&page={page + 1}>; rel="next"')
        answer.headers["Link"] = ",".join(links)
        return answer

    def _announce(self, user: int, form: dict[str, str]) -> Answer:
        if not form.keys() <= {"name", "size", "content_type", "on_duplicate"}:
            raise ValueError(f"upload with {form}")
        key = f"key{len(self.announced)}"
        self.announced[key] = (user, form["name"], int(form["size"]))
        parameters = {"key": key, "Policy": "abc+/=", "x-amz-meta": "1"}
        return _json({"upload_url": f"{self.site}/files/up", "upload_params": parameters})

    def _receive(self, request: Request) -> Answer:
        if "authorization" in request.headers:
            raise ValueError("the token is sent to where files are stored")
        if request.method == "GET":
            number = int(request.path.rpartition("/")[2])
            _, name, _ = self.stored[number]
            return _json({"id": number, "display_name": name, "url": "https://x.invalid/"})
        form = dict(request.form)
        user, name, size = self.announced[form["key"]]
        _, data = request.files["file"]
        if len(data) != size:
            raise ValueError(f"{name} has {len(data)} bytes and not {size}")
        number = 70_000 + len(self.stored)
        self.stored[number] = (user, name, data)
        if self.redirects:
            return Answer(b"", 303, {"Location": f"{self.site}/files/{number}"})
        return _json({"id": number, "display_name": name, "url": "https://x.invalid/"}, 201)

    def _grade(self, user: int, form: dict[str, Any], *, half: bool) -> Answer:
        submission, comment = form.get("submission", {}), form.get("comment", {})
        if (
            not form.keys() <= {"submission", "comment"}
            or not submission.keys() <= {"posted_grade"}
            or not comment.keys() <= {"text_comment", "file_ids", "group_comment", "attempt"}
        ):
            raise ValueError(f"graded with {form}")
        if user in self.refuses:
            return _json({"errors": "Zora Quill"}, 400)
        one = self.people[user]
        if "posted_grade" in submission:
            one.score = float(submission["posted_grade"])
        if half:
            raise Broken
        if comment:
            if comment.get("attempt") != (one.attempt and str(one.attempt)):
                raise ValueError(f"attempt {comment.get('attempt')} of {one.attempt}")
            files = {}
            for number in map(int, comment["file_ids"]):
                owner, name, data = self.stored[number]
                if owner != user or number in self.attached:
                    raise ValueError(f"file {number} is not for a comment on {user}")
                self.attached.add(number)
                files[name] = data
            one.comments.append(Comment(self.next_number, ME, comment["text_comment"], files))
            self.next_number += 1
        return _json(self._shown(user))

    def _delete(self, user: int, number: int) -> Answer:
        one = self.people[user]
        found = [each for each in one.comments if each.number == number]
        if not found:
            return _json({"errors": []}, 404)
        if found[0].author != ME:
            return _json({"errors": []}, 401)
        one.comments.remove(found[0])
        return _json({"id": number})


def _json(content: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(content).encode(), status)
