"""Reports as PDF: whole, alike each time, and with nothing in them from outside the page."""

from __future__ import annotations

import base64
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from grader.cli import papers
from grader.errors import UsageError
from grader.report import learner_report, paper, templates
from tests.conftest import TINY_COURSE, Ended
from tests.report import samples

Command = Callable[..., Ended]
STYLE = templates.source("pdf.css", None)
A4 = (595, 842)


@cache
def page() -> str:
    return learner_report(
        samples.ADA, samples.ADA_RUN, samples.ADA_SUBMISSION, samples.SHEET, samples.ENVIRONMENT
    )


def read(pdf: bytes) -> list[str]:
    """The text of each page, on one line."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(one.get_textpage().get_text_range().split()) for one in document]


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    found = (one.get_size() for one in pypdfium2.PdfDocument(pdf))
    return {(round(width), round(height)) for width, height in found}


def colours(pdf: bytes) -> set[tuple[int, int, int]]:
    """Every colour on the first page."""
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("RGB")
    found = image.getcolors(maxcolors=image.width * image.height)
    assert found is not None
    return {colour for _, colour in found}  # type: ignore[misc]


def test_a_report_is_whole_on_a4() -> None:
    pdf = paper.to_pdf(page(), STYLE)
    assert sizes(pdf) == {A4}
    text = " ".join(read(pdf))
    for mark in samples.ADA.questions:
        assert mark.question.rpartition(".")[2] in text
    assert "Traceback (most recent call last)" in text, "what is folded on a screen is open"
    assert "f(3, 5) = 42.24" in text
    assert "Skip to the content" not in text
    assert len(read(pdf)) < 12


def test_the_same_page_gives_the_same_bytes() -> None:
    assert paper.to_pdf(page(), STYLE) == paper.to_pdf(page(), STYLE)


def framed(body: str, style: str = "") -> str:
    return f"<!doctype html><html><head><title>x</title><style>{style}</style></head>{body}</html>"


def test_a_fraction_stands_above_its_denominator() -> None:
    formula = "<math><mfrac><mi>aaa</mi><mrow><mi>bbb</mi></mrow></mfrac></math>"
    (one,) = pypdfium2.PdfDocument(paper.to_pdf(framed(formula), STYLE))
    text = one.get_textpage()
    shown = text.get_text_range()
    above, below = (text.get_charbox(shown.index(name)) for name in ("aaa", "bbb"))
    assert above[1] > below[3], "bottom of the numerator, top of the denominator"
    assert abs(above[0] - below[0]) < 5


def test_a_drawing_has_the_colours_of_the_stylesheet() -> None:
    style = ":root { --one: #0a64c8; --two: #c8640a; }\n"
    style += ".right { --v: var(--one); } .box rect { fill: var(--v); }\n"
    style += ".symbol { color: var(--two); stroke: currentColor; }"
    body = (
        '<svg><defs><symbol id="s" viewBox="0 0 9 9"><path stroke-width="9" d="M0 4h9"/></symbol>'
        '</defs></svg><div class="right box"><svg width="90" height="90"><rect width="90" '
        'height="90"/></svg></div><svg class="symbol" width="90" height="90"><use href="#s"/></svg>'
    )
    found = colours(paper.to_pdf(framed(body, style), STYLE))
    assert {(0x0A, 0x64, 0xC8), (0xC8, 0x64, 0x0A)} <= found


def test_every_color_of_a_drawing_in_a_report_is_known() -> None:
    """No drawing falls back to black: a bar of points is drawn in the accent's colour."""
    assert (0x34, 0x48, 0x9A) in colours(paper.to_pdf(page(), STYLE))


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server of this machine, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


WAYS = """\
<link rel="stylesheet" href="{0}/a.css"><link rel="attachment" href="{0}/secret.txt">
<style>@import "{0}/b.css"; @font-face {{ font-family: f; src: url({0}/f.ttf) }}
.x {{ background: url({0}/secret.png); font-family: f }} .y::before {{ content: url({0}/c.png) }}
</style><base href="{0}/"><p class="x y">text</p><img src="{0}/secret.png"><img src="secret.png">
<object data="{0}/secret.png"></object><embed src="{0}/secret.png">
<a rel="attachment" href="{0}/secret.txt">a</a>
<svg width="99" height="99"><image href="{0}/secret.png" width="99" height="99"/>
<use href="{0}/d.svg#x"/></svg><img src="data:image/svg+xml;base64,{1}">
"""


def hostile(root: str) -> str:
    inner = f'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><image \
width="99" height="99" href="{root}/secret.png"/></svg>'
    return framed(WAYS.format(root, base64.b64encode(inner.encode()).decode()))


def test_nothing_is_asked_of_the_net(asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    assert "text" in read(paper.to_pdf(hostile(address), STYLE))[0]
    assert paths == []


def test_no_file_of_this_machine_is_read(tmp_path: Path) -> None:
    secret = io.BytesIO()
    Image.new("RGB", (99, 99), (250, 1, 130)).save(secret, "png")
    (tmp_path / "secret.png").write_bytes(secret.getvalue())
    (tmp_path / "secret.txt").write_text("the secret")
    for name in ("a.css", "b.css"):
        (tmp_path / name).write_text("p::after { content: 'from outside' }")
    pdf = paper.to_pdf(hostile(tmp_path.as_uri()), STYLE)
    assert "from outside" not in read(pdf)[0]
    assert (250, 1, 130) not in colours(pdf)
    assert pypdfium2.PdfDocument(pdf).count_attachments() == 0


def shim(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "shim").mkdir()
    (folder / "shim/weasyprint.py").write_text(source)
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder / "shim"), before])))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise ImportError('weasyprint')", "pip install 'grader[pdf]'"),
        ("raise OSError('cannot load library libpango')", "apt-get install libpango-1.0-0"),
    ],
)
def test_a_missing_part_is_one_sentence_before_grading_starts(
    command: Command, class_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    source: str, told: str,
) -> None:  # fmt: skip
    shim(tmp_path, source, monkeypatch)
    ended = command("grade", "circles", class_folder, "-o", "out", "--pdf", course=TINY_COURSE)
    assert ended.code == 2
    assert told in ended.err and len(ended.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()
    assert command("report", "out", "--pdf").code == 2


@pytest.mark.sandbox
def test_each_learner_gets_a_pdf_and_one_that_fails_stops_nobody(
    command: Command, class_folder: Path, tmp_path: Path
) -> None:
    out, reports = tmp_path / "out", tmp_path / "out/reports"
    ended = command("grade", "circles", class_folder, "-o", out, "--pdf", course=TINY_COURSE)
    assert (ended.code, ended.err) == (1, "")
    assert "PDFs: 3 of 3" in ended.out
    before = {path.name: path.read_bytes() for path in reports.glob("*.pdf")}
    assert sorted(before) == ["ada.pdf", "bob.pdf", "eve.pdf"]
    assert "Area of the disc" in " ".join(read(before["bob.pdf"]))
    ended = command("report", out, "--pdf", course=TINY_COURSE)
    assert ended.code == 0, ended.err
    assert {path.name: path.read_bytes() for path in reports.glob("*.pdf")} == before
    ended = command("report", out, course=TINY_COURSE)
    assert not list(reports.glob("*.pdf")), "a PDF never outlives the page it was made of"
    (reports / "bob.pdf").mkdir()
    ended = command("mark", "circles", out, course=TINY_COURSE)
    assert ended.code == 1
    assert "bob.pdf: is of an older page and cannot be removed" in ended.err


def test_a_failing_pdf_is_named_and_the_others_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    for name in ("ada", "bob"):
        (reports / f"{name}.html").write_text(framed(f"<p>{name}</p>"))
    (reports / "ada.pdf").mkdir()
    found = {name: reports / f"{name}.html" for name in ("ada", "bob")}
    monkeypatch.setattr(papers.publishing, "pages", lambda out: found)  # type: ignore[attr-defined]
    assert papers.write(tmp_path, None) is False
    told = capsys.readouterr()
    assert told.err.startswith("ada: no PDF was made (")
    assert "PDFs: 1 of 2" in told.out
    assert read((reports / "bob.pdf").read_bytes()) == ["bob"]


def test_a_pdf_that_takes_too_long_or_breaks_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.html").write_text(framed("x"))
    shim(tmp_path, "raise RuntimeError('a bug of theirs')", monkeypatch)
    assert papers._write_one(tmp_path / "x.html", STYLE) == "RuntimeError: a bug of theirs"
    monkeypatch.setattr(papers, "MAX_SECONDS", 0.001)
    assert papers._write_one(tmp_path / "x.html", STYLE) == "not done after 0.001 s"
    assert not (tmp_path / "x.pdf").exists()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match="grader\\[pdf\\]"):
        papers.require()
