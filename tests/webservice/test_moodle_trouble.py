"""What goes wrong at Moodle is said, and stops no more than it must."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tests.webservice.moodle_site import Moodle, learners
from tests.webservice.sending import Graded, of_moodle
from tests.webservice.serving import Server, serving
from tests.webservice.test_send_moodle import PATH


def test_one_learner_who_fails_stops_nobody_else(server: Server, graded: Graded) -> None:
    before = len(server.seen)
    graded.send(server.site + PATH)
    reading = len(server.seen) - before
    server.faults = [*[None] * reading, "invaliduser"]
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "2 sent, 1 failed, 0 not tried" in ended.out
    assert "(invaliduser)" in ended.out
    assert graded.send(server.site + PATH, "--yes").code == 0


def test_a_learner_at_whom_nobody_may_look_stops_nobody_else(
    server: Server, graded: Graded
) -> None:
    server.faults = [*[None] * 5, "usersuspended"]
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "2 updated, 0 unchanged, 1 waits for a person" in ended.out
    assert "(usersuspended)" in ended.out
    assert [one.saved for one in server.application.people.values()] == [0, 1, 1]


def test_a_run_that_is_interrupted_goes_on_and_saves_nothing_twice(
    server: Server, graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded.send(server.site + PATH)
    server.faults = [*[None] * (len(server.seen) + 5), "reset when done"]
    with monkeypatch.context() as patched:
        patched.setattr("grader.webservice.web._pause", interrupt)
        assert graded.send(server.site + PATH, "--yes").code == 130
    assert [one.saved for one in server.application.people.values()] == [1, 1, 0]
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert [one.saved for one in server.application.people.values()] == [1, 1, 1]


def interrupt(_: object) -> float:
    raise KeyboardInterrupt


def test_a_grade_of_ours_is_known_again_after_an_interruption(
    server: Server, graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded.send(server.site + PATH)
    server.faults = [*[None] * (len(server.seen) + 2), "reset when done"]
    with monkeypatch.context() as patched:
        patched.setattr("grader.webservice.web._pause", interrupt)
        assert graded.send(server.site + PATH, "--yes").code == 130
    graded.write(of_moodle(1, 2, 3))
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert server.application.people[1001].grade == "1.00000"


def test_a_token_that_ends_on_the_way_stops_the_rest_and_the_next_run_goes_on(
    server: Server, graded: Graded
) -> None:
    graded.send(server.site + PATH)
    server.faults = [*[None] * (len(server.seen) + 3), "invalidtoken"]
    ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 1
    assert "1 sent, 1 failed, 1 not tried" in ended.out
    assert "the token is not valid" in ended.out
    assert graded.send(server.site + PATH, "--yes").code == 0
    assert [one.saved for one in server.application.people.values()] == [1, 1, 1]


def test_a_platform_that_is_gone_is_not_asked_for_each_learner(tmp_path: Path) -> None:
    graded = Graded(tmp_path)
    graded.write(of_moodle(*[5.0] * 8))
    with serving(Moodle(people=learners(8))) as server:
        graded.send(server.site + PATH)
        server.faults = [None] * len(server.seen) + ["500"] * 1000
        ended = graded.send(server.site + PATH, "--yes")
        assert "0 sent, 3 failed, 5 not tried" in ended.out
        assert len(server.seen) < 60


def test_it_waits_as_long_as_it_is_asked_to_and_not_for_ever(
    server: Server, graded: Graded
) -> None:
    server.faults = ["429 for 7", "429 for 7", "500", "500", None]
    ended = graded.send(server.site + PATH)
    assert ended.code == 1
    assert ended.pauses[:2] == (7, 7)
    assert 0 < ended.pauses[2] < ended.pauses[3] < 10
    server.faults = ["429 for 1000"]
    ended = graded.send(server.site + PATH)
    assert (ended.code, ended.pauses) == (2, ())
    assert "asks to wait 1000 s" in ended.err


@pytest.mark.parametrize(("later", "word"), [(-1, "looking"), (1, "sending")])
def test_each_wait_is_said_beside_the_bar(
    server: Server, graded: Graded, later: int, word: str
) -> None:
    graded.send(server.site + PATH)
    server.faults = [None] * (len(server.seen) + later) + ["429 for 7", "500"]
    ended = graded.send(server.site + PATH, "--yes", terminal=True)
    shown = ended.err.replace("\r", "\n")
    assert (ended.code, ended.pauses[0]) == (0, 7)
    (first, *_) = [line for line in shown.splitlines() if "waits 7 s" in line]
    assert "waits 7 s, then attempt 2 of 5: " in first and "error 429" in first
    assert word in first
    assert f"waits {ended.pauses[1]:.0f} s, then attempt 3 of 5: " in shown


def test_without_a_terminal_a_wait_is_not_said(server: Server, graded: Graded) -> None:
    server.faults = ["429 for 7"]
    ended = graded.send(server.site + PATH)
    assert (ended.pauses, ended.err) == ((7,), "")
    server.faults = ["429 for 7"]
    shown = graded.send(server.site + PATH, terminal=True).err
    assert "waits 7 s, then attempt 2 of 5: " in shown


def test_an_answer_that_never_comes_is_given_up(
    server: Server, graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.webservice.web.TIMEOUT", (1.0, 0.05))
    server.faults = ["stall"]
    assert graded.send(server.site + PATH, "--yes").code == 0


def test_a_redirect_is_not_followed_with_the_token(server: Server, graded: Graded) -> None:
    with serving(Moodle()) as other:
        server.faults = [f"307 to {other.site}/webservice/rest/server.php"]
        ended = graded.send(server.site + PATH, "--yes")
    assert ended.code == 2
    assert "leads on to another address" in ended.err
    assert (len(server.seen), other.seen) == (1, [])


def test_a_damaged_journal_is_not_passed_over(server: Server, graded: Graded) -> None:
    (graded.folder / "sent.json").write_text("{")
    ended = graded.send(server.site + PATH, "--yes")
    assert (ended.code, server.seen) == (2, [])
    assert "sent.json: is damaged" in ended.err


def test_nothing_is_sent_that_cannot_be_written_down(
    server: Server, graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("grader.files._write_through", full)
    ended = graded.send(server.site + PATH, "--yes")
    assert (ended.code, "the disk is full" in ended.err) == (2, True)
    assert [one.saved for one in server.application.people.values()] == [0, 0, 0]
