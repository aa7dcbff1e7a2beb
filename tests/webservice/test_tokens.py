"""Tokens are shown to nobody, and sent to nobody but the platform."""

from __future__ import annotations

import logging
import sys
import types
from pathlib import Path

import pytest

from grader.cli import main
from grader.errors import UsageError
from grader.webservice import address, tokens, web
from tests.webservice import canvas_site, moodle_site
from tests.webservice.moodle_site import Moodle
from tests.webservice.sending import Graded, of_canvas, of_moodle
from tests.webservice.serving import FAULTS, serving
from tests.webservice.test_send_canvas import PATH as OF_CANVAS
from tests.webservice.test_send_canvas import canvas
from tests.webservice.test_send_moodle import PATH as OF_MOODLE

HERE = address.read("https://moodle.example.org/mod/assign/view.php?id=1")


def written(folder: Path) -> str:
    return "".join(one.read_text() for one in folder.rglob("*") if one.is_file())


@pytest.mark.parametrize(
    "fault", [None, *FAULTS, "invalidtoken", "accessexception", "invaliduser", "302", "404", "413"]
)
def test_no_output_no_log_and_no_file_holds_moodles_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str | None
) -> None:
    caplog.set_level(logging.DEBUG)
    graded = Graded(tmp_path)
    graded.write(of_moodle(5, 6, 7))
    for place in (0, 4, 9):
        with serving(Moodle()) as server:
            server.faults = [*[None] * place, fault]
            ended = graded.send(server.site + OF_MOODLE, "--yes")
            told = ended.out + ended.err + caplog.text + written(tmp_path)
            assert moodle_site.TOKEN not in told
            assert all(moodle_site.TOKEN not in one.partition("\n")[0] for one in server.seen)
            assert any(moodle_site.TOKEN in one for one in server.seen)


@pytest.mark.parametrize("fault", [None, *FAULTS, "throttled", "expired", "404", "413"])
def test_no_output_no_log_and_no_file_holds_canvases_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str | None
) -> None:
    caplog.set_level(logging.DEBUG)
    graded = Graded(tmp_path)
    graded.write(of_canvas(5, 6, 7))
    for place in (0, 2, 6):
        with canvas() as server:
            server.faults = [*[None] * place, fault]
            ended = graded.send(server.site + OF_CANVAS, "--yes")
            told = ended.out + ended.err + caplog.text + written(tmp_path)
            assert canvas_site.TOKEN not in told
            assert canvas_site.TOKEN[-4:] not in told
            assert all(canvas_site.TOKEN not in one for one in server.seen)


def test_a_bug_of_ours_does_not_show_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import traceback

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", fails)
    graded = Graded(tmp_path)
    graded.write(of_moodle(5))
    with pytest.raises(RuntimeError) as caught:
        graded.send("https://moodle.example.org/mod/assign/view.php?id=42")
    assert moodle_site.TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_token_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["send", "--help"])
    assert "--token" not in capsys.readouterr().out


def test_the_token_is_not_repeated_where_it_cannot_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", "secret\nword")
    with pytest.raises(UsageError, match="MOODLE_TOKEN: holds characters") as caught:
        tokens.find(HERE)
    assert "secret" not in str(caught.value)


def test_a_token_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODLE_TOKEN", "secret")
    token = tokens.find(HERE)
    assert "secret" not in f"{token} {token!r}"
    assert token.reveal() == "secret"


def keyring(monkeypatch: pytest.MonkeyPatch, **held: str) -> None:
    """Put a keyring in place that holds these tokens, or is locked where it holds none."""
    problem = type("KeyringError", (Exception,), {})

    def get_password(service: str, user: str) -> str | None:
        if not held:
            raise problem("locked")
        assert service == "grader"
        return held.get(user.partition(".")[0])

    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = problem  # type: ignore[attr-defined]
    ring = types.ModuleType("keyring")
    ring.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    monkeypatch.delenv("MOODLE_TOKEN", raising=False)


def test_the_keyring_is_asked_where_the_environment_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyring(monkeypatch, moodle="from-the-ring")
    assert tokens.find(HERE).reveal() == "from-the-ring"
    monkeypatch.setenv("MOODLE_TOKEN", "first")
    assert tokens.find(HERE).reveal() == "first"


@pytest.mark.parametrize("held", [{}, {"other": "x"}])
def test_without_a_token_it_is_said_where_to_put_one(
    monkeypatch: pytest.MonkeyPatch, held: dict[str, str]
) -> None:
    keyring(monkeypatch, **held)
    with pytest.raises(UsageError, match=r"MOODLE_TOKEN.*keyring set grader moodle\.example\.org"):
        tokens.find(HERE)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("https://m.example/mod/assign/view.php?id=42", None),
        ("https://m.example/mod/assign/view.php?id=42&action=grading#top",
         "https://m.example/mod/assign/view.php?id=42"),
        ("https://u.example:8443/moodle/mod/assign/view.php?action=x&id=42",
         "https://u.example:8443/moodle/mod/assign/view.php?id=42"),
        ("https://c.example/courses/12/assignments/345", None),
        ("https://c.example/courses/12/assignments/345?module_item_id=9",
         "https://c.example/courses/12/assignments/345"),
        ("http://localhost:8000/courses/1/assignments/2", None),
        ("http://[::1]:8000/courses/1/assignments/2", None),
    ],
)  # fmt: skip
def test_an_address_as_a_browser_shows_it_is_understood(text: str, page: str | None) -> None:
    assert address.read(text).page == (page or text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://m.example/mod/assign/view.php?id=42", "https alone"),
        ("http://127.0.0.1.m.example/courses/1/assignments/2", "https alone"),
        ("https://me:secret@m.example/mod/assign/view.php?id=42", "no address"),
        ("https://m.example/mod/assign/view.php", "is no page of an assignment"),
        ("https://m.example/mod/assign/view.php?id=1&id=2", "is no page of an assignment"),
        ("https://m.example/mod/quiz/view.php?id=1&token=secret", "is no page of an assignment"),
        ("https://c.example/courses/12", "is no page of an assignment"),
        ("moodle", "no address"),
        ("ftp://m.example/courses/1/assignments/2", "no address"),
        ("https://[::1/courses/1/assignments/2", "no address"),
        ("https://m.example:port/courses/1/assignments/2", "no address"),
    ],
)
def test_any_other_address_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        address.read(text)
    assert "secret" not in str(caught.value)


def test_a_platform_that_leads_elsewhere_without_https_gets_nothing() -> None:
    with pytest.raises(UsageError, match="without https"):
        web.session(HERE).get("http://files.example/up")


def test_a_login_in_netrc_does_not_take_the_place_of_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine moodle.example.org login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    import requests

    session = web.session(HERE)
    request = requests.Request("GET", HERE.site, headers={"Authorization": "Bearer token"})
    assert session.prepare_request(request).headers["Authorization"] == "Bearer token"


def test_without_the_extra_one_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.cli.send.find_spec", lambda name: None)
    ended = Graded(tmp_path).send("https://m.example/mod/assign/view.php?id=42")
    assert ended.code == 2
    assert ended.err == (
        "grader send: needs canvasapi, requests, tenacity, which is not installed; run "
        "`pip install 'grader[web]'`\n"
    )
