"""A course's own templates: what they replace, and what goes wrong with them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader import publishing, report
from grader.errors import AuthorError
from grader.publishing import Look
from grader.report import rehearsal, templates
from grader.report.learner import learner_report
from grader.store import Record
from tests.conftest import REPOSITORY, TINY_COURSE, Ended
from tests.report import pages, samples

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'
GREETING = """\
{% extends "grader/report.html" %}
{% block colophon %}
{{ super() }}
<p>Questions? Room 3, {{ grade.submission }}.</p>
{% endblock %}
"""
POINTS = """\
{% import "grader/macros/points.html" as original %}
{% macro points(earned, most) %}<b>{{ most | number }} at most</b>{% endmacro %}
{% set bar, mix = original.bar, original.mix %}
"""

Folder = Callable[[dict[str, str]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Make a course's folder of templates."""

    def make(files: dict[str, str]) -> Path:
        for name, content in files.items():
            path = tmp_path / "templates" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return tmp_path / "templates"

    return make


def ada(folder: Path | None) -> str:
    return learner_report(
        samples.ADA,
        samples.ADA_RUN,
        samples.ADA_SUBMISSION,
        samples.SHEET,
        samples.ENVIRONMENT,
        folder=folder,
    )


def test_a_template_extends_the_one_it_replaces(folder: Folder) -> None:
    own = folder({"report.html": GREETING})
    rehearsal.check(own)
    assert "Questions? Room 3, ada." in pages.text(ada(own))
    assert "How this was graded" in pages.text(ada(own))
    assert "Room 3" not in ada(None)


def test_a_macro_replaces_one_and_keeps_the_others(folder: Folder) -> None:
    own = folder({"macros/points.html": POINTS})
    rehearsal.check(own)
    assert "<b>2 at most</b>" in ada(own)
    assert 'class="bar"' in ada(own)


def test_style_script_colours_and_logo_are_in_every_page(folder: Folder) -> None:
    own = folder(
        {
            "style.css": "body { margin: 1px }",
            "colours.css": ":root { --accent: #123456; }",
            "tables.js": "/* own script */",
            "logo.svg": LOGO,
        }
    )
    rehearsal.check(own)
    index = report.overview(samples.gradebook(), {}, folder=own)
    for page in (ada(own), index):
        styles = page.partition("<style>")[2].partition("</style>")[0]
        assert styles == "body { margin: 1px }\n:root { --accent: #123456; }"
        assert '<img class="logo" src="data:image/svg+xml;base64,' in page
    assert "<script>/* own script */</script>" in index


def test_what_a_learner_wrote_is_escaped_in_a_courses_template_too(folder: Folder) -> None:
    own = folder({"report.html": GREETING})
    payload = "<img src=x onerror=alert(1)>"
    page = learner_report(
        replace(samples.ADA, submission=payload), None, None, samples.SHEET, {}, folder=own
    )
    assert "Room 3, &lt;img src=x onerror=alert(1)&gt;." in page
    assert "<img" not in page


INNER = '{% extends "grader/report.html" %}\n{% block colophon %}\n'
WRONG = {
    "syntax": ({"report.html": INNER + "{% if %}"}, "report.html, line 3: Expected an expression"),
    "variable": (
        {"report.html": INNER + "{% if false %}{{ grad.points }}{% endif %}{% endblock %}"},
        "report.html, line 3: 'grad' is not known; did you mean 'grade'?",
    ),
    "attribute": (
        {"report.html": INNER + "{{ grade.pionts }}{% endblock %}"},
        "report.html, line 3: UndefinedError: 'grader.grade.Grade object' has no attribute",
    ),
    "in_a_branch": (
        {"index.html": '{% extends "grader/index.html" %}\n{% block title %}{{ 1 / 0 }}'
         "{% endblock %}"},
        "index.html, line 2: ZeroDivisionError",
    ),
    "no_original": ({"report.html": '{% extends "nix.html" %}'}, "TemplateNotFound: nix.html"),
    "lost_macro": ({"macros/points.html": "{% macro points(a, b) %}{% endmacro %}"}, "'bar'"),
    "unescaped": (
        {"report.html": INNER + "{{ grade.reason | safe }}{% endblock %}"},
        "report.html, line 3: the filter 'safe' is not there",
    ),
    "escaping_off": (
        {"report.html": INNER + "{% autoescape false %}{{ grade.reason }}{% endautoescape %}"
         "{% endblock %}"},
        "report.html, line 3: autoescape is never turned off",
    ),
    "typing_error": ({"reprot.html": "x"}, "did you mean report.html?"),
    "no_policy": ({"base.html": "<style>{{ style }}</style>"}, "has no policy"),
    "style_ends": ({"style.css": "a {} </STYLE>"}, "holds </style"),
    "large_logo": ({"logo.svg": "<svg>" + "x" * 70_000}, "64 KiB at most"),
    "odd_logo": ({"logo.png": "GIF89a"}, "is no PNG picture"),
    "two_logos": ({"logo.svg": LOGO, "logo.png": "x"}, "keep one of them"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "told"), WRONG.values(), ids=WRONG)
def test_an_error_is_one_sentence_that_names_the_place(
    folder: Folder, files: dict[str, str], told: str
) -> None:
    own = folder(files)
    with pytest.raises(AuthorError) as caught:
        rehearsal.check(own)
    sentence = str(caught.value)
    assert told in sentence
    assert str(own) in sentence
    assert "\n" not in sentence


def test_our_own_templates_pass_as_a_courses(tmp_path: Path) -> None:
    """Copied as a start: nothing in them is an error, and they make the same pages."""
    own = tmp_path / "templates"
    shutil.copytree(templates.templates_folder(), own)
    rehearsal.check(own)
    assert ada(own) == ada(None)


def test_originals_in_a_checkout_are_no_templates_of_a_course(folder: Folder) -> None:
    assert (REPOSITORY / "templates").is_dir()
    assert templates.of_course(REPOSITORY) is None
    assert templates.of_course(TINY_COURSE) is None
    own = folder({"colours.css": ""})
    assert templates.of_course(own.parent) == own


ONLY_BOB = """\
{% extends "grader/base.html" %}
{% block content %}
{{ 1 / 0 if grade is defined and grade.submission == "bob" }}{{ super() }}
{% endblock %}
"""


def test_a_page_that_fails_is_made_with_the_originals_and_told(folder: Folder) -> None:
    own = folder({"report.html": ONLY_BOB.replace("base.html", "report.html")})
    rehearsal.check(own)
    said: list[str] = []
    grade = replace(samples.ADA, submission="bob")
    record = Record(
        sheet="", version="", seed=0, environment={}, submission=samples.ADA_SUBMISSION,
        run=samples.ADA_RUN,
    )  # fmt: skip
    page = publishing.report_page(
        grade, record, samples.gradebook(), now=None, look=Look(own, said.append)
    )
    assert "9" in pages.text(page) and "Chain rule" in pages.text(page)
    (sentence,) = said
    assert sentence.startswith("bob: the page is made with the original templates")
    assert "report.html, line 3: ZeroDivisionError" in sentence


@pytest.fixture
def own_course(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY_COURSE, tmp_path / "course"))


def put(course: Path, name: str, content: str) -> None:
    path = course / "templates" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")


@pytest.mark.sandbox
def test_a_course_makes_its_pages_its_own_from_grading_to_report(
    command: Callable[..., Ended], own_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    put(own_course, "report.html", GREETING)
    put(own_course, "logo.svg", LOGO)
    ended = command("grade", "circles", class_folder, "-o", out, course=own_course)
    assert (ended.code, ended.err) == (1, "")
    page = out / "reports/ada.html"
    graded = page.read_text(encoding="utf-8")
    assert "Questions? Room 3, ada." in graded
    assert 'class="logo"' in (out / "index.html").read_text(encoding="utf-8")
    command("report", out)
    assert "Room 3" not in page.read_text(encoding="utf-8"), "no course, no templates of a course"
    command("report", out, course=own_course)
    assert page.read_text(encoding="utf-8") == graded
    put(own_course, "report.html", ONLY_BOB.replace("base.html", "report.html"))
    ended = command("mark", "circles", out, course=own_course)
    assert ended.code == 1
    assert "bob: the page is made with the original templates" in ended.err
    assert "Area of the disc" in (out / "reports/bob.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [("grade", "circles", "CLASS", "-o", "out"),
                                   ("verify", "circles"), ("demo", "-o", "out")])  # fmt: skip
def test_a_wrong_template_ends_a_command_before_anything_is_graded(
    command: Callable[..., Ended],
    own_course: Path,
    class_folder: Path,
    tmp_path: Path,
    words: tuple[str, ...],
) -> None:
    put(own_course, "report.html", INNER + "{{ nobody }}{% endblock %}")
    line = [str(class_folder) if word == "CLASS" else word for word in words]
    ended = command(*line, course=own_course)
    assert ended.code == 2
    assert "report.html, line 3: 'nobody' is not known" in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()
