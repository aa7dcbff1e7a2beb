"""Nothing is lost and nothing is doubled, for any sequence of things that go wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webservice.canvas_site import Canvas, Submission
from tests.webservice.moodle_site import Moodle, learners
from tests.webservice.sending import Ended, Graded, of_canvas, of_moodle
from tests.webservice.serving import FAULTS, Server, serving
from tests.webservice.test_send_canvas import PATH as OF_CANVAS
from tests.webservice.test_send_canvas import canvas
from tests.webservice.test_send_moodle import PATH as OF_MOODLE

MOODLES_OWN = ("dmlwriteexception", "invalidtoken", "invaliduser")
CANVASES_OWN = ("throttled", "expired")
SEVERAL = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def until_done(graded: Graded, page: str, server: Server) -> Ended:
    """Run the command until it says that all is there."""
    for _ in range(len(server.faults) + 2):
        ended = graded.send(page, "--yes")
        if ended.code == 0:
            return ended
    raise AssertionError(ended.out + ended.err)


def holds_moodle(site: Moodle, graded: Graded, points: list[float]) -> None:
    for number, (one, each) in enumerate(zip(site.people.values(), points, strict=True), start=101):
        assert one.grade == f"{each:.5f}"
        assert list(one.files.values()) == [graded.pages[f"participant-{number}"]]
        assert one.comment and one.comment.count("grader-feedback") == 1


def holds_canvas(site: Canvas, graded: Graded, points: list[float]) -> None:
    for (user, one), each in zip(site.people.items(), points, strict=True):
        assert one.score == each
        assert [list(comment.files.values()) for comment in one.comments] == [
            [graded.pages[f"user-{user}"]]
        ]


@pytest.mark.parametrize("fault", [*FAULTS, "dmlwriteexception"])
def test_one_fault_anywhere_is_got_over_on_moodle(tmp_path: Path, fault: str) -> None:
    for place in range(10):
        graded = Graded(tmp_path / str(place))
        graded.write(of_moodle(5))
        with serving(Moodle(people=learners(1))) as server:
            server.faults = [*[None] * place, fault]
            ended = graded.send(server.site + OF_MOODLE, "--yes")
            assert ended.code == 0, ended.out + ended.err
            assert not server.faults
            holds_moodle(server.application, graded, [5])
            if fault.endswith("when done"):
                assert server.application.people[1001].saved == 1


@pytest.mark.parametrize("fault", [*FAULTS, "throttled"])
def test_one_fault_anywhere_is_got_over_on_canvas(tmp_path: Path, fault: str) -> None:
    for place in range(8):
        graded = Graded(tmp_path / str(place))
        graded.write(of_canvas(5))
        with canvas(people={1234: Submission()}) as server:
            server.faults = [*[None] * place, fault]
            ended = graded.send(server.site + OF_CANVAS, "--yes")
            assert ended.code == 0, ended.out + ended.err
            assert not server.faults
            holds_canvas(server.application, graded, [5])


@SEVERAL
@given(faults=st.lists(st.none() | st.sampled_from([*FAULTS, *MOODLES_OWN]), max_size=40))
def test_any_sequence_of_faults_ends_well_on_moodle(faults: list[str | None]) -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Moodle(people=learners(2))) as server:
        graded = Graded(Path(folder))
        graded.write(of_moodle(5, 6))
        server.faults = list(faults)
        until_done(graded, server.site + OF_MOODLE, server)
        graded.write(of_moodle(7, 6))
        server.faults = list(reversed(faults))
        until_done(graded, server.site + OF_MOODLE, server)
        holds_moodle(server.application, graded, [7, 6])


@SEVERAL
@given(faults=st.lists(st.none() | st.sampled_from([*FAULTS, *CANVASES_OWN]), max_size=40))
def test_any_sequence_of_faults_ends_well_on_canvas(faults: list[str | None]) -> None:
    with tempfile.TemporaryDirectory() as folder, canvas() as server:
        graded = Graded(Path(folder))
        graded.write(of_canvas(5, 6, 7))
        server.faults = list(faults)
        until_done(graded, server.site + OF_CANVAS, server)
        graded.write(of_canvas(5, 8, 7))
        server.faults = list(reversed(faults))
        until_done(graded, server.site + OF_CANVAS, server)
        # What came late came with the last request at the latest, and is put right now.
        until_done(graded, server.site + OF_CANVAS, server)
        holds_canvas(server.application, graded, [5, 8, 7])
