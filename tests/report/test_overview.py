from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grader.grade import Gradebook, Status, Verdict
from grader.report import overview, statistics, words
from grader.report.statistics import natural
from grader.run import RunStatus
from tests.report import samples
from tests.report.pages import elements, text

BOOK = samples.gradebook()
PATHS = {grade.submission: f"reports/{grade.submission}.html" for grade in BOOK.submissions}


def section(html: str, name: str) -> str:
    return html.split(f'<section aria-labelledby="{name}">', 1)[1].split("</section>", 1)[0]


def rows(html: str) -> list[str]:
    return [
        text("<tr" + part)
        for part in html.split("<tbody>", 1)[1].split("</tbody>")[0].split("<tr")[1:]
    ]


def test_the_class_table_links_every_report_sorted_by_name() -> None:
    listed = rows(section(overview(BOOK, PATHS), "class"))
    names = [row.split()[0] for row in listed]
    assert names == sorted(PATHS, key=natural)
    links = {
        dict(attributes)["href"]
        for tag, attributes in elements(overview(BOOK, PATHS))
        if tag == "a"
    }
    assert set(PATHS.values()) <= links


def test_numbers_in_names_sort_as_numbers() -> None:
    assert sorted(["b10", "B2", "a", "b1", "٣", ""], key=natural) == [
        "",
        "a",
        "b1",
        "B2",
        "b10",
        "٣",
    ]


def test_a_row_says_status_points_run_and_how_often_each_verdict() -> None:
    html = section(overview(BOOK, PATHS), "class")
    (ada,) = [row for row in rows(html) if row.startswith("ada")]
    assert ada == "ada Needs review 9 of 23 6 Ran with errors 2 1 2 1 1 1 1 1"
    heads = re.findall(r"<th scope=\"col\".*?</th>", html)
    assert [text(head) for head in heads][-8:] == list(words.VERDICT.values())


def test_each_verdict_is_counted_in_its_own_column() -> None:
    grade = samples.graded("zoe", samples.open_marks()[:3] + samples.correct_marks()[3:5])
    html = section(overview(samples.gradebook(grade), {}), "class")
    cells = re.findall(r"<td class=\"num\">(\d*)</td>", html)
    counts = dict(zip(words.VERDICT, cells[-8:], strict=True))
    assert counts.pop(Verdict.CORRECT) == "2"
    assert counts.pop(Verdict.NEEDS_REVIEW) == "3"
    assert set(counts.values()) == {""}


def test_what_is_not_graded_has_no_points_not_zero() -> None:
    html = section(overview(BOOK, PATHS), "class")
    (row,) = [row for row in rows(html) if row.startswith("babbage")]
    assert row == "babbage Not graded – 23 Not run"


def test_a_submission_without_a_report_is_listed_without_a_link() -> None:
    html = overview(BOOK, {})
    assert "reports/" not in html
    assert "babbage" in text(html)


def test_paths_become_addresses() -> None:
    html = overview(samples.gradebook(samples.ADA), {"ada": 'reports/a b#?%".html'})
    assert 'href="reports/a%20b%23%3F%25%22.html"' in html


def test_figures_count_each_status() -> None:
    read = text(section(overview(BOOK, PATHS), "figures"))
    assert "Graded 1" in read and "Needs review 8" in read and "Not graded 1" in read


def test_the_histogram_counts_everything_that_is_graded_once() -> None:
    bins = statistics.histogram(BOOK.submissions, 23)
    assert sum(one.count for one in bins) == len(BOOK.submissions) - 1
    assert (bins[9].graded, bins[3].open) == (1, 8)
    assert bins[0].low == 0
    assert bins[9].high == pytest.approx(23)


def test_the_histogram_is_told_as_a_table_too() -> None:
    html = section(overview(BOOK, PATHS), "distribution")
    assert "20.7 to 23 1 0" in text(html)
    assert "6.9 to below 9.2 0 8" in text(html)


def test_difficulty_is_the_mean_share_of_decided_marks() -> None:
    by_name = {one.question: one for one in statistics.questions(BOOK)}
    conv = by_name["vgg_parameters.conv_params"]
    assert conv.decided == 9
    assert conv.mean_share == pytest.approx((8 * 0.5 + 1) / 9)
    assert conv.tally == {Verdict.CORRECT: 1, Verdict.MISCONCEPTION: 8}
    warmup = by_name["adam.warmup"]
    assert (warmup.decided, warmup.undecided, warmup.mean_share) == (1, 8, 1.0)


def test_a_question_that_nobody_decided_has_no_share() -> None:
    book = samples.gradebook(replace(samples.REJECTED, status=Status.NEEDS_REVIEW))
    assert {one.mean_share for one in statistics.questions(book)} == {None}
    assert "– 0 decided" in text(section(overview(book, {}), "questions"))


def test_misconceptions_are_counted_most_common_first_and_combinations_by_part() -> None:
    found = statistics.misconceptions(BOOK)
    assert {(one.question, one.name) for one in found} == {
        ("vgg_parameters.conv_params", "kernel_side_for_area"),
        ("vgg_parameters.total_params", "bias_forgotten"),
        ("vgg_parameters.total_params", "one_dense_layer_missing"),
        ("vgg_parameters.total_params", "kernel_side_for_area"),
    }
    assert {len(one.who) for one in found} == {8}
    assert [one.ambiguous for one in found] == [0, 8, 8, 8]
    counts = [len(one.who) for one in found]
    assert counts == sorted(counts, reverse=True)


def test_who_has_a_misconception_is_named() -> None:
    book = samples.gradebook(samples.ADA, samples.GRACE)
    read = text(section(overview(book, PATHS), "misconceptions"))
    assert "Kernel side for area vgg_parameters.conv_params 1 ada" in read


def test_what_needs_a_person_is_listed_by_question() -> None:
    waiting = statistics.open_questions(samples.gradebook(samples.ADA, samples.REJECTED))
    assert [(one.question, one.who, one.failed) for one in waiting] == [
        ("adam.adam_step", ("ada",), 1),
        ("adam.warmup", ("ada",), 0),
    ]
    assert "is not JSON" in text(section(overview(BOOK, PATHS), "open"))


def test_where_nothing_is_open_that_is_said() -> None:
    assert "Nothing: every question" in text(overview(samples.gradebook(samples.GRACE), {}))


def test_stopped_and_slow_runs_are_listed() -> None:
    assert {grade.submission for grade in statistics.stopped(BOOK.submissions)} == {
        f"run-{status.value.lower()}" for status in set(RunStatus) - {RunStatus.OK, RunStatus.ERROR}
    }
    slow = statistics.slowest(BOOK.submissions)
    assert len(slow) == statistics.SLOWEST
    assert {grade.run.wall_seconds for grade in slow if grade.run} == {120.4}
    read = text(section(overview(BOOK, PATHS), "runs"))
    assert "Out of memory: Cell 7 was running when it ended" in read


def test_every_status_and_run_status_has_words() -> None:
    read = text(overview(BOOK, PATHS))
    for said in (*words.STATUS.values(), *words.RUN.values(), *words.VERDICT.values()):
        assert said in read


def test_a_class_without_submissions_has_a_page() -> None:
    empty = Gradebook(sheet=samples.SHEET, environment={}, submissions=())
    read = text(overview(empty, {}))
    assert "0 submissions" in read
    assert "No submission is graded yet." in read


def test_grading_without_isolation_is_warned_of() -> None:
    book = replace(BOOK, environment={**samples.ENVIRONMENT, "isolation": "none"})
    assert "without isolation" in text(overview(book, {}))
    assert "without isolation" not in text(overview(BOOK, {}))


def test_the_same_gradebook_gives_the_same_bytes() -> None:
    backwards = replace(BOOK, submissions=tuple(reversed(BOOK.submissions)))
    once, again = overview(BOOK, PATHS), overview(BOOK, dict(reversed(PATHS.items())))
    assert once == again
    assert section(overview(backwards, PATHS), "class") == section(once, "class")
