"""Grades, comments and reports reach Canvas once, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.grade import Status
from tests.lms.making import book
from tests.webservice.canvas_site import ME, Canvas, Comment, Submission
from tests.webservice.sending import Graded, of_canvas, user
from tests.webservice.serving import Server, serving

PATH = "/courses/12/assignments/345"


@contextmanager
def canvas(**changes: Any) -> Iterator[Server]:
    site = Canvas(**changes)
    with serving(site) as one:
        site.site = one.site
        yield one


@pytest.fixture
def server() -> Iterator[Server]:
    with canvas() as one:
        yield one


@pytest.fixture
def graded(tmp_path: Path) -> Graded:
    one = Graded(tmp_path / "out")
    one.write(of_canvas(7.5, 6, 10))
    return one


def scores(server: Server) -> list[float | None]:
    return [one.score for one in server.application.people.values()]


def reports(server: Server) -> list[list[bytes]]:
    """The content of all reports that each learner sees."""
    return [
        [data for comment in one.comments for data in comment.files.values()]
        for one in server.application.people.values()
    ]


def wanted(graded: Graded, *users: int) -> list[list[bytes]]:
    return [[graded.pages[f"user-{one}"]] for one in users]


def test_nothing_is_sent_unless_wanted(server: Server, graded: Graded) -> None:
    ended = graded.send(server.site + PATH)
    assert (ended.code, ended.err) == (1, "")
    assert "3 updated, 0 unchanged" in ended.out
    assert "nothing was sent; give --yes" in ended.out
    assert all(one.startswith("GET ") for one in server.seen)


def test_grade_comment_and_report_arrive_and_a_second_run_sends_nothing(
    server: Server, graded: Graded
) -> None:
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 0, ended.out + ended.err
    assert "3 sent, 0 failed, 0 not tried" in ended.out
    assert scores(server) == [7.5, 6, 10]
    assert reports(server) == wanted(graded, 1234, 1235, 1236)
    texts = [one.comments[0].text for one in server.application.people.values()]
    assert texts[0] == "7.5 / 10\n1a The answer.: 7.5 / 10. Well done."

    before = [one for one in server.seen if not one.startswith("GET ")]
    again = graded.send(server.site + PATH, "--yes")
    assert again.code == 0
    assert "0 updated, 3 unchanged" in again.out
    assert [one for one in server.seen if not one.startswith("GET ")] == before


def test_uploads_that_end_with_a_redirect_arrive(graded: Graded) -> None:
    with canvas(redirects=True) as server:
        assert graded.send(server.site + PATH, "--yes").code == 0
        assert reports(server) == wanted(graded, 1234, 1235, 1236)


def test_a_new_report_takes_the_place_of_the_old_one(server: Server, graded: Graded) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    graded.write(of_canvas(7.5, 6.5, 10))
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 0, ended.out
    assert "1 updated, 2 unchanged" in ended.out
    assert scores(server) == [7.5, 6.5, 10]
    assert reports(server) == wanted(graded, 1234, 1235, 1236)


def test_the_comment_hangs_on_the_last_attempt(graded: Graded) -> None:
    people = {1234: Submission(attempt=3), 1235: Submission(attempt=None), 1236: Submission()}
    with canvas(people=people) as server:
        # The site itself refuses a comment on any other attempt.
        assert graded.send(server.site + PATH, "--yes").code == 0
        assert reports(server) == wanted(graded, 1234, 1235, 1236)


def test_points_are_scaled_to_the_assignment(graded: Graded) -> None:
    with canvas(maximum=20.0) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert "multiplied by 2" in ended.out
        assert scores(server) == [15, 12, 20]


def test_what_a_person_graded_stays_until_it_is_to_be_replaced(
    server: Server, graded: Graded
) -> None:
    server.application.people[1235].score = 9.0
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "--overwrite replaces that by 6.00" in ended.out
    assert (scores(server), reports(server)[1]) == ([7.5, 9, 10], [])
    again = graded.send(server.site + PATH, "--yes", "--overwrite")
    assert (again.code, scores(server)) == (0, [7.5, 6, 10])


def test_comments_of_people_stay(server: Server, graded: Graded) -> None:
    person = server.application.people[1234]
    person.comments = [
        Comment(900, ME, "See me.", {"notes.pdf": b"%PDF"}),
        Comment(901, 1234, "Why?", {"feedback-0123456789ab.html": b"a learner's"}),
        Comment(902, 77, "Second marker", {"feedback-ba9876543210.html": b"another's"}),
    ]
    kept = list(person.comments)
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert person.comments[:3] == kept
    assert person.comments[3].files.popitem()[1] == graded.pages["user-1234"]


def test_a_learner_cannot_pass_a_file_for_our_report(server: Server, graded: Graded) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    person = server.application.people[1234]
    name = next(iter(person.comments[0].files))
    person.comments = [Comment(950, 1234, "mine", {name: b"forged"})]
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert [one.author for one in person.comments] == [1234, ME]


def test_what_another_marker_sent_in_the_same_way_is_not_sent_again(
    server: Server, graded: Graded
) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    for one in server.application.people.values():
        one.comments[0].author = 77
    ended = graded.send(server.site + PATH, "--yes")
    assert (ended.code, "3 unchanged" in ended.out) == (0, True)


def test_a_report_that_is_there_twice_is_there_once_afterwards(
    server: Server, graded: Graded
) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    person = server.application.people[1234]
    person.comments.append(replace(person.comments[0], number=999))
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert reports(server) == wanted(graded, 1234, 1235, 1236)


def test_excused_undecided_and_unknown_learners_are_left_alone(
    server: Server, graded: Graded
) -> None:
    server.application.people[1234] = Submission(excused=True)
    waiting = replace(user("1235"), status=Status.NEEDS_REVIEW)
    graded.write(book(user("1234"), waiting, user("1236"), user("99")))
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 0, ended.out
    assert "1 waits for a person, 0 no submission, 2 unmatched" in ended.out
    assert scores(server) == [None, None, 7.5]


def test_deductions_of_canvas_itself_are_named_and_are_nobodys_change(graded: Graded) -> None:
    people = {1234: Submission(), 1235: Submission(deducted=1.0), 1236: Submission()}
    with canvas(people=people) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert (ended.code, "takes off points for lateness" in ended.out) == (0, True)
        assert "3 unchanged" in graded.send(server.site + PATH).out


@pytest.mark.parametrize(
    ("apart", "flag"),
    [(True, "comment%5Bgroup_comment%5D=false"), (False, "group_comment%5D=true")],
)
def test_a_groups_comment_goes_to_whom_the_grade_goes(
    graded: Graded, apart: bool, flag: str
) -> None:
    assignment = {"group_category_id": 4, "grade_group_students_individually": apart}
    with canvas(assignment=assignment) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert (ended.code, "group" in ended.out) == (0, True)
        assert sum(flag in one for one in server.seen) == 3


@pytest.mark.parametrize(
    "assignment",
    [{"points_possible": None}, {"points_possible": 0}, {"grading_type": "pass_fail"}],
)
def test_an_assignment_without_points_is_refused(
    graded: Graded, assignment: dict[str, Any]
) -> None:
    with canvas(assignment=assignment) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert (ended.code, "no points that can be had" in ended.err) == (2, True)


def test_hidden_learners_are_refused(graded: Graded) -> None:
    with canvas(assignment={"anonymize_students": True}) as server:
        assert "switch anonymous grading off" in graded.send(server.site + PATH, "--yes").err


def test_one_learner_who_fails_stops_nobody_else(graded: Graded) -> None:
    with canvas(refuses=(1235,)) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert ended.code == 1
        assert "2 sent, 1 failed, 0 not tried" in ended.out
        assert "Zora" not in ended.out + ended.err
        server.application.refuses = ()
        assert graded.send(server.site + PATH, "--yes").code == 0
        assert reports(server) == wanted(graded, 1234, 1235, 1236)


def test_an_expired_token_stops_the_rest_and_the_next_run_goes_on(
    server: Server, graded: Graded
) -> None:
    graded.send(server.site + PATH)
    server.faults = [*[None] * (len(server.seen) + 4), "expired"]
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "1 sent, 1 failed, 1 not tried" in ended.out
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert reports(server) == wanted(graded, 1234, 1235, 1236)


def test_a_grade_that_a_person_gives_meanwhile_is_not_overwritten(
    server: Server, graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grader.webservice import delivering

    deliver = delivering.deliver

    def later(*arguments: Any, **options: Any) -> Any:
        server.application.people[1235].score = 2.0
        return deliver(*arguments, **options)

    monkeypatch.setattr(delivering, "deliver", later)
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "graded on the platform with 2.00 just now" in ended.out
    assert scores(server) == [7.5, 2.0, 10]


def test_throttling_is_waited_for(server: Server, graded: Graded) -> None:
    server.faults = ["throttled", "throttled"]
    ended = graded.send(server.site + PATH, "--yes")
    assert (ended.code, len(ended.pauses)) == (0, 2)


def test_a_wrong_token_is_told_in_one_sentence(server: Server, graded: Graded) -> None:
    server.application.token = "other"
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 2
    assert "the token is not valid" in ended.err
    assert ended.err.count("\n") == 1


def test_a_roster_is_refused(server: Server, graded: Graded, tmp_path: Path) -> None:
    ended = graded.send(server.site + PATH, "--roster", tmp_path / "worksheet.csv")
    assert (ended.code, "is of Moodle alone" in ended.err) == (2, True)
