"""The statement stands within the report, and each question leads to its part of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.report import learner_report
from grader.report.statement import statement
from tests.report import hostile, samples
from tests.report.pages import elements, tags, text


def page(markdown: str = samples.STATEMENT) -> str:
    sheet = replace(samples.SHEET, statement=markdown)
    return learner_report(samples.ADA, samples.ADA_RUN, samples.ADA_SUBMISSION, sheet, {})


def begins(markdown: str, question: str) -> str:
    """The first words at the place to which a question leads."""
    made = statement(replace(samples.SHEET, statement=markdown))
    anchor = made.sections.get(question)
    return text(made.html.split(f'id="{anchor}">', 1)[1])[:20] if anchor else ""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("chain_rule.f_value", "1b (2 points)"),
        ("chain_rule.partials", "1c (7.5 points)"),
        ("chain_rule.df_dx", "1c (7.5 points)"),
        ("adam.adam_step", "2a is a function."),
        ("adam.first_update", "Part 2b)"),
        ("adam.warmup", "2 Adam"),
        ("vgg_parameters.conv_params", "3b. Count"),
        ("receptive_field.rf_vgg16", ""),
    ],
)
def test_a_question_leads_to_its_part_or_else_to_its_task(question: str, words: str) -> None:
    found = begins(samples.STATEMENT, question)
    assert found.startswith(words) if words else not found


@pytest.mark.parametrize("part", ["1b", "Part 1b", "Teil 1b", "Aufgabe 1b"])
@pytest.mark.parametrize("label", ["1b", "Part 1b", "Teil 1b", "Aufgabe 1b", "**Frage 1b**"])
def test_a_part_is_found_whatever_word_stands_before_it(part: str, label: str) -> None:
    head = replace(samples.SHEET.questions[0], part=part, question="q.one")
    sheet = replace(
        samples.SHEET, questions=(head,), statement=f"# A\n\n1a first.\n\n{label}: this."
    )
    made = statement(sheet)
    block = made.html.split(f'id="{made.sections["q.one"]}">', 1)[1]
    assert text(block).endswith("1b: this.")


@pytest.mark.parametrize("text", ["11b is another.", "1bc is another.", "See 1b."])
def test_a_part_is_found_at_the_beginning_and_whole(text: str) -> None:
    assert begins(text, "chain_rule.f_value") == ""


def test_every_question_with_a_section_links_it_on_the_page() -> None:
    html = page()
    ids = {dict(one)["id"] for _, one in elements(html) if "id" in dict(one)}
    links = {str(dict(one)["href"]) for tag, one in elements(html) if tag == "a"}
    wanted = statement(samples.SHEET).sections
    assert len(wanted) == len(samples.SHEET.questions) - 1
    assert {f"#{anchor}" for anchor in wanted.values()} <= links
    assert {link[1:] for link in links if link.startswith("#")} <= ids


def test_a_report_that_is_handed_out_alone_has_the_whole_statement() -> None:
    read = text(page())
    assert "Names are the contract: f_value, for instance." in read
    assert "layer channels first 3" in read
    files = [
        dict(one)["href"]
        for tag, one in elements(page())
        if tag == "a" and not str(dict(one)["href"]).startswith(("#", "https://"))
    ]
    assert files == []


def test_without_a_statement_the_question_stands_at_its_mark() -> None:
    html = page("")
    assert "The statement" not in text(html)
    assert "#statement" not in html
    assert "The value of f at x = 3, c = 5. Give it as a plain number" in text(html)


def test_headings_begin_below_those_of_the_page_and_skip_none() -> None:
    made = statement(replace(samples.SHEET, statement="## a\n\n##### b\n\n# c\n\n###### d"))
    assert [tag for tag, _ in elements(made.html)] == ["h3", "h4", "h3", "h4"]


def test_addresses_of_the_web_stay_and_others_go() -> None:
    markdown = "[a](https://example.org) [b](starter/x.py) [c](javascript:x) ![d](https://e.org/x)"
    made = statement(replace(samples.SHEET, statement=markdown))
    addresses = [dict(one).get("href") for tag, one in elements(made.html) if tag == "a"]
    assert addresses[:2] == ["https://example.org", None]
    assert "img" not in tags(made.html)
    assert "[d]" in text(made.html)


@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_html_of_a_statement_is_text(payload: str) -> None:
    made = statement(replace(samples.SHEET, statement=f"# {payload}\n\n{payload}\n\n1b {payload}"))
    known = {"p", "h3", "h4", "code", "pre", "em", "strong", "a", "ul", "li", "hr", "blockquote"}
    assert tags(made.html) <= known
    for _, attributes in elements(made.html):
        assert {name for name, _ in attributes} <= {"id", "href", "rel"}
        assert not str(dict(attributes).get("href", "")).startswith(("javascript", "data"))


def test_a_statement_that_cannot_be_shown_costs_nobody_the_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(html: str, *, prefix: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("grader.report.statement.authored", broken)
    html = page("# A statement that no other test has made")
    assert "9 of 23 points" in text(html)
    assert "#statement" not in html
