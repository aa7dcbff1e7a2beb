"""The instructor's page shows everything that is known of a grade, and says what is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import values
from grader.grade import Grade, Policy
from grader.report import instructor_page, learner, learner_report, observed
from grader.report.observed import MAX_VALUE, written
from grader.run import Binding, CellRun, CellStatus, Run, RunStatus
from grader.submission import Rejection, Submission
from grader.values import Value, from_python
from tests.report import samples
from tests.report.pages import elements, text


def page(
    *,
    grade: Grade = samples.ADA,
    run: Run | None = samples.ADA_RUN,
    submission: Submission | Rejection | None = samples.ADA_SUBMISSION,
    report: str = "../reports/ada.html",
) -> str:
    return instructor_page(
        grade, run, submission, samples.SHEET, samples.ENVIRONMENT, report=report
    )


def card(html: str, question: str) -> str:
    """The text of one question's card."""
    cards = [text(part.split("</article>")[0]) for part in html.split("<article")[1:]]
    (found,) = [one for one in cards if f"· {question.partition('.')[2]} " in one]
    return found


def test_a_mark_is_shown_with_all_that_stands_behind_it() -> None:
    read = card(page(), "vgg_parameters.conv_params")
    for part in (
        "Expected 14714688",
        "Your value 4907712",
        "Tolerance exact",
        "Note misconception:kernel_side_for_area explained by one known mistake, or by several",
        "Misconceptions that fit kernel_side_for_area",
        "Expected is shown never",
        "In the self-check no",
    ):
        assert part in read, part


def test_of_an_ambiguous_mark_all_misconceptions_are_named() -> None:
    read = card(page(), "vgg_parameters.total_params")
    assert "bias_forgotten, one_dense_layer_missing+kernel_side_for_area" in read


def test_what_is_kept_from_the_learner_and_suggestions_are_there() -> None:
    html = page()
    calls = card(html, "chain_rule.df_dx")
    assert "Kept from the learner df_dx(x=2.5, c=1.0) should give 12.7071." in calls
    assert "df_dx(x=2.5, c=1.0) differs 11.84 12.7071 off by 0.87 (6.8 %)" in calls
    assert "Suggestions for you Possibly said: variance" in card(html, "adam.warmup")


@pytest.mark.parametrize("policy", ["never", "after_deadline", "always"])
def test_no_policy_hides_anything_here(policy: Policy) -> None:
    heads = tuple(replace(head, show_expected=policy) for head in samples.SHEET.questions)
    sheet = replace(samples.SHEET, questions=heads)
    read = text(instructor_page(samples.ADA, None, None, sheet, {}))
    assert "Expected 14714688" in read and "should give 12.7071" in read
    assert f"Expected is shown {policy.replace('_', ' ').replace('after', 'after the')}" in read


def test_the_run_is_shown_with_its_times_and_every_whole_traceback() -> None:
    second = replace(samples.FAILURE, type="KeyError", message="'w'", cell=4, line=1)
    second = replace(second, trace="Traceback of the second\n" + 300 * "  deep\n" + "KeyError: 'w'")
    failed = replace(samples.ADA_RUN.cells[0], status=CellStatus.ERROR, failure=second)
    read = text(page(run=replace(samples.ADA_RUN, cells=(failed, *samples.ADA_RUN.cells[1:]))))
    assert text(f"<p>{samples.FAILURE.trace}</p>") in read
    assert " ".join(second.trace.split()) in read
    assert "Cell 4 stopped with an error 2 ms 1" in read
    assert "Cell 11 stopped with an error; its definitions alone were run again 10 ms 0" in read
    assert "Status ERROR Isolation strict" in read
    assert "Cell 11 raised NameError." in read
    assert "2.3 s, of which 1.9 s computing" in read


def test_what_came_back_is_there_as_plain_data() -> None:
    section = page().split('aria-labelledby="observed"', 1)[1].split("</section>", 1)[0]
    read = text(section)
    for part in (
        "f_value cell 4 42.24",
        "conv_params cell 12 [4, 907, 712]",
        "conv_params cell 12 4907712 from a cell that failed",
        "layers cell 12 {'conv1_1': (3, 64)}",
        "df_dx for chain_rule.df_dx, cell 9 3 calls",
        "call 1 numpy float64, shape (1, 2): [1.5, 2.0] changed in place: x",
        "call 2 NameError: name 'vgg_layers' is not defined printed: x = 2.5 Traceback",
        "call 3 took longer than a call may",
        "1 call for a picture of df_dx In the order of the calls; they earn and cost nothing",
        "call 1 0.125",
    ):
        assert part in read, part


def test_lost_observations_are_said_and_the_marks_are_there() -> None:
    read = text(page(run=None, submission=None))
    assert "The observations of this run are not there." in read
    assert "Nothing is stored of this run." in read
    assert "Expected 14714688" in read
    assert "2.3 s, of which 1.9 s computing" in read, "the gradebook knows the run in figures"


def test_a_hand_in_that_was_never_run_has_lost_nothing() -> None:
    read = text(page(grade=samples.REJECTED, run=None, submission=None))
    assert "babbage.ipynb is not JSON" in read
    assert "are not there" not in read


def test_the_page_says_whom_it_is_for_and_links_the_report() -> None:
    html = page()
    assert "For instructors only. Do not hand this page out." in text(html)
    assert "<title>Instructor only: ada" in html
    links = {dict(one).get("href") for tag, one in elements(html) if tag == "a"}
    assert "../reports/ada.html" in links


def test_no_report_of_a_learner_knows_of_the_page() -> None:
    report = learner_report(
        samples.ADA, samples.ADA_RUN, samples.ADA_SUBMISSION, samples.SHEET, samples.ENVIRONMENT
    )
    for word in ("instructor/", "14714688", "12.7071", "Possibly said", "misconception:kernel"):
        assert word in page() + "instructor/"
        assert word not in report, word


def test_the_page_runs_and_loads_nothing() -> None:
    html = page()
    assert "<script" not in html and "script-src" not in html
    assert "default-src &#39;none&#39;; style-src &#39;sha256-" in html


def test_the_same_grade_gives_the_same_bytes() -> None:
    assert page() == page(grade=replace(samples.ADA))


def test_more_than_a_page_bears_is_left_out_and_said() -> None:
    many = tuple(
        Binding(name=f"n{number}", cell=4, value=from_python("<" * 5_000)) for number in range(900)
    )
    cells = tuple(
        CellRun(
            cell=number,
            status=CellStatus.ERROR,
            failure=replace(samples.FAILURE, trace="&" * 8_000),
        )
        for number in range(1, 700)
    )
    html = page(run=replace(samples.ADA_RUN, bindings=many, cells=cells))
    read = text(html)
    assert len(html.encode()) <= learner.MAX_PAGE_BYTES
    assert "further rows not shown; all of them are in observations/" in read
    assert "199 further cells not listed" in read
    assert "more characters not shown" in read
    assert "Expected 14714688" in read


def test_a_page_that_is_too_large_keeps_its_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learner, "MAX_PAGE_BYTES", 1_000)
    read = text(page())
    assert "What came back is not shown here. They are too large for one page." in read
    assert "Expected 14714688" in read


class TestValues:
    @pytest.mark.parametrize(
        ("thing", "shown"),
        [
            (None, "None"),
            (True, "True"),
            (3, "3"),
            (0.1, "0.1"),
            (float("nan"), "nan"),
            (1 + 2j, "(1+2j)"),
            ("a'b", '"a\'b"'),
            ([1, "x"], "[1, 'x']"),
            ((1,), "(1,)"),
            ({1, 2}, "{1, 2}"),
            ({"a": [1.5]}, "{'a': [1.5]}"),
            (np.float32(0.5), "float32(0.5)"),
            (np.zeros((2, 1), "int8"), "numpy int8, shape (2, 1): [0, 0]"),
            (list(range(50)), f"[{', '.join(map(str, range(40)))}, … 10 more]"),
        ],
    )
    def test_a_value_reads_as_in_python(self, thing: object, shown: str) -> None:
        assert written(from_python(thing)) == shown

    def test_what_has_no_plain_form_says_what_it_is(self) -> None:
        assert written(values.Opaque("Net", "too large")) == "object of type Net: too large"
        function = values.Function("f", (values.Parameter("x"), values.Parameter("c")))
        assert written(function) == "function f(x, c)"

    @pytest.mark.parametrize(
        "damaged",
        [values.Array("numpy", "float64", (3,), "AAAA"), values.Real("0x1.0p+9999")],
    )
    def test_a_damaged_value_is_said_to_be_so(self, damaged: Value) -> None:
        assert written(damaged).startswith("cannot be read: ")

    @given(
        st.recursive(
            st.none() | st.integers() | st.floats() | st.text(max_size=3000),
            lambda inner: st.lists(inner, max_size=60) | st.dictionaries(st.text(), inner),
            max_leaves=80,
        )
    )
    def test_nothing_is_longer_than_its_cap(self, thing: Any) -> None:
        assert len(written(from_python(thing))) <= MAX_VALUE + 40

    def test_deep_values_end(self) -> None:
        deep: Any = 1
        for _ in range(observed.MAX_DEPTH + 5):
            deep = [deep]
        assert "…" in written(from_python(deep))


def test_without_anything_asked_for_nothing_came_back() -> None:
    assert "Nothing that was asked for came back." in text(page(run=Run(status=RunStatus.OK)))
