"""From a platform's download to its web service, through the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import TINY_COURSE, Ended
from tests.intake.making import zipped
from tests.lms.making import worksheet
from tests.webservice.moodle_site import NAMES, Moodle
from tests.webservice.sending import TOKENS
from tests.webservice.serving import serving
from tests.webservice.test_send_canvas import PATH as OF_CANVAS
from tests.webservice.test_send_canvas import canvas
from tests.webservice.test_send_moodle import PATH as OF_MOODLE

pytestmark = pytest.mark.sandbox

Command = Callable[..., Ended]
WRONG = (
    TINY_COURSE / "exercises/circles/submissions/misconception/radius_not_squared.py"
).read_text()


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)


def test_two_commands_lead_from_moodles_download_to_moodle(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    names = [f"{name}_{n}_assignsubmission_file_/a.py" for n, name in enumerate(NAMES[:2], 101)]
    download, roster, out = tmp_path / "d.zip", tmp_path / "w.csv", tmp_path / "out"
    download.write_bytes(zipped(dict.fromkeys(names, WRONG)))
    roster.write_bytes(worksheet(101, 102, 103, names=NAMES[:3]))
    ended = command("grade", "circles", download, "--roster", roster, "-o", out, course=tiny_course)
    book = json.loads((out / "grades.json").read_text())
    with serving(Moodle(maximum=100)) as server:
        send = ("send", server.site + OF_MOODLE, "--grades", out / "grades.json")
        dry = command(*send)
        assert (dry.code, dry.err) == (1, "")
        assert "2 updated, 0 unchanged, 0 waits for a person, 1 no submission" in dry.out
        ended = command(*send, "--yes")
        assert ended.code == 0, ended.out + ended.err
        again = command(*send, "--yes")
        assert "2 unchanged" in again.out
        german = command(*send, "--lang", "de")
        assert "es ist nichts zu senden" in german.out
        one, other, absent = server.application.people.values()
    share = 100 * book["submissions"][0]["points"] / book["sheet"]["max_points"]
    assert [float(each.grade) for each in (one, other)] == [pytest.approx(share, abs=0.005)] * 2
    assert absent.grade is None
    assert list(one.files.values()) == [(out / "reports/participant-101.html").read_bytes()]
    assert "radius" in one.comment
    for said in (dry, ended, again):
        assert not any(name in said.out + said.err for name in NAMES)


def test_two_commands_lead_from_canvases_download_to_canvas(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    download, out = tmp_path / "submissions.zip", tmp_path / "out"
    names = ("quillzora_1234_5678_a.py", "frostyann_LATE_1235_5679_a.py")
    download.write_bytes(zipped(dict.fromkeys(names, WRONG)))
    command("grade", "circles", download, "-o", out, course=tiny_course)
    with canvas(maximum=7) as server:
        send = ("send", server.site + OF_CANVAS, "--grades", out / "grades.json")
        ended = command(*send, "--yes")
        assert ended.code == 0, ended.out + ended.err
        assert "2 unchanged" in command(*send, "--yes").out
        one, _, absent = server.application.people.values()
    (comment,) = one.comments
    assert list(comment.files.values()) == [(out / "reports/user-1234.html").read_bytes()]
    assert "radius" in comment.text
    assert (absent.score, absent.comments) == (None, [])
