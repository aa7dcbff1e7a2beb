"""Grades, comments and reports reach Moodle once, whatever goes wrong on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.grade import Status
from grader.lms.feedback import OURS
from tests.lms.making import book, grade, worksheet
from tests.webservice.moodle_site import NAMES, Learner, Moodle
from tests.webservice.sending import Graded, of_moodle
from tests.webservice.serving import Server, serving

PATH = "/mod/assign/view.php?id=42"


def shown(site: Moodle) -> list[tuple[str | None, list[bytes]]]:
    return [(one.grade, list(one.files.values())) for one in site.people.values()]


def reports(graded: Graded, *numbers: int) -> list[list[bytes]]:
    return [[graded.pages[f"participant-{number}"]] for number in numbers]


def test_nothing_is_sent_unless_wanted(server: Server, graded: Graded) -> None:
    ended = graded.send(server.site + PATH)
    assert (ended.code, ended.err) == (1, "")
    assert "3 updated, 0 unchanged" in ended.out
    assert "nothing was sent; give --yes" in ended.out
    assert not any("save_grades" in one or "upload.php" in one for one in server.seen)
    assert shown(server.application) == [(None, [])] * 3
    assert not (graded.folder / "sent.json").exists()


def test_grade_comment_and_report_arrive_and_a_second_run_sends_nothing(
    server: Server, graded: Graded
) -> None:
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 0, ended.out + ended.err
    assert "3 sent, 0 failed, 0 not tried" in ended.out
    people = server.application.people.values()
    assert [one.grade for one in people] == ["7.50000", "6.00000", "10.00000"]
    assert [list(one.files.values()) for one in people] == reports(graded, 101, 102, 103)
    assert all(OURS in one.comment and "1a The answer." in one.comment for one in people)
    saved = [one.saved for one in people]

    again = graded.send(server.site + PATH, "--yes")
    assert (again.code, [one.saved for one in people]) == (0, saved)
    assert "0 updated, 3 unchanged" in again.out
    assert "nothing is to be sent" in again.out


def test_a_comment_that_a_purifier_rewrote_is_still_ours_and_the_same(
    server: Server, graded: Graded
) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    server.application.cleans = True
    assert "3 unchanged" in graded.send(server.site + PATH, "--yes").out


def test_points_are_scaled_to_the_assignment(graded: Graded) -> None:
    with serving(Moodle(maximum=100)) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert "multiplied by 10" in ended.out
        assert [one.grade for one in server.application.people.values()] == [
            "75.00000", "60.00000", "100.00000"
        ]  # fmt: skip


def test_a_new_report_takes_the_place_of_the_old_one(server: Server, graded: Graded) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    graded.write(of_moodle(7.5, 6.5, 10))
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 0, ended.out
    assert "1 updated, 2 unchanged" in ended.out
    assert server.application.people[1002].grade == "6.50000"
    assert [files for _, files in shown(server.application)] == reports(graded, 101, 102, 103)


def test_a_report_of_the_same_size_is_sent_again(server: Server, graded: Graded) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    graded.write(of_moodle(7.5, 6, 10), version="A")
    assert graded.send(server.site + PATH, "--yes").code == 0
    graded.write(of_moodle(7.5, 6, 10), version="B")
    ended = graded.send(server.site + PATH, "--yes")
    assert "only comment and report" in ended.out
    assert [files for _, files in shown(server.application)] == reports(graded, 101, 102, 103)


def test_a_report_that_was_uploaded_as_a_file_is_replaced(server: Server, graded: Graded) -> None:
    server.application.people[1001].files = {"feedback.html": b"old"}
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert [files for _, files in shown(server.application)] == reports(graded, 101, 102, 103)


def test_what_a_person_graded_stays_until_it_is_to_be_replaced(
    server: Server, graded: Graded
) -> None:
    person = server.application.people[1002]
    person.grade, person.comment = "9.00000", "<p>Seen in person</p>"
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "1 waits for a person" in ended.out
    assert "--overwrite replaces that by 6.00" in ended.out
    assert (person.grade, person.files, person.saved) == ("9.00000", {}, 0)

    again = graded.send(server.site + PATH, "--yes", "--overwrite")
    assert again.code == 0, again.out
    assert (person.grade, person.comment) == ("6.00000", "<p>Seen in person</p>")
    assert "keeps the comment that a person wrote" in again.out
    assert list(person.files.values()) == [graded.pages["participant-102"]]


def test_a_grade_that_a_person_changed_afterwards_is_told_from_ours(
    server: Server, graded: Graded
) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    server.application.people[1002].grade = "8.00000"
    graded.write(of_moodle(5, 5, 5))
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert [one.grade for one in server.application.people.values()] == [
        "5.00000", "8.00000", "5.00000"
    ]  # fmt: skip


def test_a_comment_of_ours_that_a_person_changed_stays(server: Server, graded: Graded) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    person = server.application.people[1001]
    assert person.comment
    person.comment = person.comment.replace("Well done.", "Come and see me.")
    changed = person.comment
    graded.write(of_moodle(8, 6, 10))
    ended = graded.send(server.site + PATH, "--yes")
    assert (ended.code, person.grade, person.comment) == (0, "8.00000", changed), ended.out


def test_files_that_a_person_gave_back_are_not_lost(server: Server, graded: Graded) -> None:
    person = server.application.people[1001]
    person.files = {"annotated.pdf": b"%PDF"}
    ended = graded.send(server.site + PATH, "--yes")
    assert "keeps the files that a person gave back" in ended.out
    assert (person.grade, person.files) == ("7.50000", {"annotated.pdf": b"%PDF"})
    assert "3 unchanged" in graded.send(server.site + PATH, "--yes").out


def test_what_is_undecided_waits_and_who_has_left_is_unmatched(
    server: Server, graded: Graded
) -> None:
    waiting = replace(grade("102"), status=Status.NEEDS_REVIEW)
    graded.write(book(grade("101"), waiting, grade("999"), grade(None)))
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 0
    counts = "1 updated, 0 unchanged, 1 waits for a person, 1 no submission, 2 unmatched"
    assert counts in ended.out
    assert [one.saved for one in server.application.people.values()] == [1, 0, 0]


def test_two_hand_ins_of_one_learner_stop_everything(server: Server, graded: Graded) -> None:
    graded.write(book(grade("101"), replace(grade("101", 3), submission="again"), grade("102")))
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 2
    assert "several hand-ins claim one learner (101), so nothing is sent" in ended.err
    assert shown(server.application) == [(None, [])] * 3


def test_blind_marking_tells_whose_number_is_whose(graded: Graded) -> None:
    with serving(Moodle(blind=True, may_reveal=False)) as server:
        assert graded.send(server.site + PATH, "--yes").code == 0
        assert server.application.people[1003].grade == "10.00000"


def test_without_the_right_to_ask_a_worksheet_tells_by_mail(graded: Graded, tmp_path: Path) -> None:
    roster = tmp_path / "worksheet.csv"
    lines = worksheet(101, 102, 103).replace(b"ada10", b"learner")
    roster.write_bytes(lines)
    with serving(Moodle(may_reveal=False)) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert ended.code == 2
        assert "give the grading worksheet with --roster" in ended.err
        ended = graded.send(server.site + PATH, "--yes", "--roster", roster)
        assert ended.code == 0, ended.err
        assert [one.grade for one in server.application.people.values()] == [
            "7.50000", "6.00000", "10.00000"
        ]  # fmt: skip


def test_names_never_tell_whose_number_is_whose(graded: Graded, tmp_path: Path) -> None:
    roster = tmp_path / "worksheet.csv"
    roster.write_bytes(worksheet(101, 102, 103, names=NAMES[:3]))
    with serving(Moodle(may_reveal=False)) as server:
        ended = graded.send(server.site + PATH, "--yes", "--roster", roster)
        assert ended.code == 2
        assert "no column of id numbers, mails or user names" in ended.err
        assert shown(server.application) == [(None, [])] * 3


def test_each_member_of_a_team_is_sent_the_grade_and_nobody_else(graded: Graded) -> None:
    team = replace(grade("55", 7.5, kind="team", members=("101", "103")), submission="team-55")
    graded.write(book(team))
    with serving(Moodle(teams=True)) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert ended.code == 0, ended.out
        page = graded.pages["team-55"]
        assert shown(server.application) == [
            ("7.50000", [page]), (None, []), ("7.50000", [page])
        ]  # fmt: skip
        assert all("applytoall=1" not in one for one in server.seen)


@pytest.mark.parametrize(
    ("kind", "said"),
    [(None, "grade again with --roster"), ("learner", "the assignment is of teams")],
)
def test_a_number_that_may_be_a_teams_goes_to_nobody(
    graded: Graded, kind: str | None, said: str
) -> None:
    graded.write(book(grade("101", 7.5, kind=kind)))
    with serving(Moodle(teams=True)) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert (ended.code, said in ended.out) == (2, True)
        assert shown(server.application) == [(None, [])] * 3


def test_states_of_the_marking_workflow_stay(graded: Graded) -> None:
    with serving(Moodle(workflow=True)) as server:
        server.application.people[1001].state = "released"
        assert graded.send(server.site + PATH, "--yes").code == 0
        assert [one.state for one in server.application.people.values()] == ["released", "", ""]


@pytest.mark.parametrize("plugins", [(), ("comments",), ("file",)])
def test_only_feedback_that_is_on_is_sent(graded: Graded, plugins: tuple[str, ...]) -> None:
    with serving(Moodle(plugins=plugins)) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert ended.code == 0, ended.out
        for one in server.application.people.values():
            assert bool(one.comment) == ("comments" in plugins)
            assert bool(one.files) == ("file" in plugins)
        assert "3 unchanged" in graded.send(server.site + PATH).out


def test_a_rubric_is_refused_before_anything_is_sent(graded: Graded) -> None:
    with serving(Moodle(rubric=True)) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert ended.code == 2
        assert "rubric or marking guide" in ended.err


@pytest.mark.parametrize("maximum", [0, -3])
def test_an_assignment_without_points_is_refused(graded: Graded, maximum: int) -> None:
    with serving(Moodle(maximum=maximum)) as server:
        assert "not graded in points" in graded.send(server.site + PATH, "--yes").err


def test_a_locked_grade_is_failed_and_not_said_to_be_sent(server: Server, graded: Graded) -> None:
    server.application.people[1002].locked = True
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "2 sent, 1 failed" in ended.out
    assert "it may be locked there" in ended.out


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("mod_assign_get_assignments", "may not call mod_assign_get_assignments"),
        ("mod_assign_get_grades", "may not call mod_assign_get_grades"),
        ("mod_assign_get_user_mappings", "give the grading worksheet with --roster"),
    ],
)
def test_what_the_token_lacks_is_named(graded: Graded, function: str, said: str) -> None:
    with serving(Moodle(forbidden=(function,))) as server:
        ended = graded.send(server.site + PATH, "--yes")
        assert (ended.code, said in ended.err) == (2, True), ended.err


def test_another_assignments_page_is_told(server: Server, graded: Graded) -> None:
    ended = graded.send(f"{server.site}/mod/assign/view.php?id=43", "--yes")
    assert ended.code == 2
    assert "is no assignment in the courses of this token's owner" in ended.err


def test_people_are_not_named(server: Server, graded: Graded) -> None:
    server.application.people[1002] = Learner(1002, 102, "Yann Frost", email="frost@example.org")
    server.faults = ["invaliduser"]
    said = graded.send(server.site + PATH, "--yes")
    ended = graded.send(server.site + PATH, "--yes")
    kept = (graded.folder / "sent.json").read_text()
    for private in ("Zora", "Quill", "Frost", "example.org"):
        assert private not in said.out + said.err + ended.out + ended.err + kept


def test_no_page_for_instructors_is_sent(server: Server, graded: Graded) -> None:
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert not any("Do not hand this page out" in one for one in server.seen)
