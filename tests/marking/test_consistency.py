"""Own values that do not fit together are shown, at no cost, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import Task
from grader.checks import Check, close, exact
from grader.errors import AuthorError
from grader.grade import Verdict
from grader.marking import prepare
from grader.marking.consistency import unsound
from grader.sheet import Sheet, public_view
from tests.marking.notebook import SEED, Notebook, sheet_of

BROKEN = "does not hold"


def counted(*, check: Check | None = None) -> Task:
    """Two parts, their sum and their ratio."""
    task = Task("Parts")

    @task.value(points=1, check=check or exact(), answer=("conv params",))
    def conv() -> float:
        """One part."""
        return 1792

    @task.value(points=1, check=check or exact())
    def dense() -> float:
        """The other part."""
        return 4096

    @task.value(points=1, check=check or exact(), answer=("total params",))
    def total(conv: float, dense: float) -> float:
        """Both."""
        return conv + dense

    @task.value(points=1, check=close(rtol=0.005))
    def ratio(conv: float, dense: float) -> float:
        """One by the other."""
        return conv / dense

    task.invariant("total = conv + dense", lambda total, conv, dense: total == conv + dense)
    task.invariant("ratio = conv/dense", lambda ratio, conv, dense: ratio * dense == conv)
    return task


@pytest.fixture
def sheet() -> Sheet:
    return sheet_of(counted())


def broken(notebook: Notebook, sheet: Sheet) -> dict[str, list[str]]:
    grade = notebook.grade(sheet)
    lines = {
        one.question.partition(".")[2]: [line for line in one.details if BROKEN in line]
        for one in grade.questions
    }
    return {name: found for name, found in lines.items() if found}


def test_what_fits_is_not_spoken_of(sheet: Sheet) -> None:
    notebook = Notebook().code(binds={"conv": 700, "dense": 50, "total": 750, "ratio": 14.0})
    assert broken(notebook, sheet) == {}


def test_a_wrong_total_is_told_where_it_stands(notebook: Notebook, sheet: Sheet) -> None:
    notebook.code(binds={"conv": 1792, "dense": 4096}).code(binds={"total": 5890})
    found = notebook.mark(sheet, "total")
    assert (found.verdict, found.points) == (Verdict.INCORRECT, 0.0)
    assert any("total is 5890 (`total` in cell 2)" in line for line in found.details)
    assert set(broken(notebook, sheet)) == {"total"}


def test_points_are_the_same_with_and_without_invariants(sheet: Sheet) -> None:
    notebook = Notebook().code(binds={"conv": 1792, "dense": 4000, "total": 5888, "ratio": 0.4375})
    task = counted()
    task.invariants.clear()
    plain = sheet_of(task)
    with_them, without = notebook.grade(sheet), notebook.grade(plain)
    assert [(one.verdict, one.points, one.note) for one in with_them.questions] == [
        (one.verdict, one.points, one.note) for one in without.questions
    ]
    assert broken(notebook, sheet) and not broken(notebook, plain)


def test_a_number_in_prose_that_fits_nothing_is_named(notebook: Notebook, sheet: Sheet) -> None:
    notebook.code(binds={"conv": 1792, "dense": 4096, "total": 5888})
    notebook.prose("total params = 5 388")
    (line,) = broken(notebook, sheet)["total"]
    assert "5388 (cell 2" in line and "5888" not in line.replace("5388", "")


def test_a_number_that_may_be_read_in_two_ways_fits_in_one_of_them(sheet: Sheet) -> None:
    text = "conv params = {}\n\ntotal params = 5888"
    fits, does_not = (
        broken(Notebook().prose(text.format(number)).code(binds={"dense": 4096}), sheet)
        for number in ("1,792", "1,793")
    )
    assert fits == {}
    (line,) = does_not["conv"]
    assert line.count("conv is") == 1


def test_the_learners_own_check_knows_what_has_to_fit(sheet: Sheet) -> None:
    for task, public in zip(sheet.tasks, public_view(sheet).tasks, strict=True):
        assert public.invariants == task.invariants != ()


def test_an_earlier_value_of_a_name_breaks_nothing(notebook: Notebook, sheet: Sheet) -> None:
    notebook.code(binds={"conv": 0, "dense": 0, "total": 0})
    notebook.code(binds={"conv": 1792, "dense": 4096}).code(binds={"total": 5888})
    assert broken(notebook, sheet) == {}


def test_of_a_total_that_was_not_calculated_again_the_changed_part_is_named(
    notebook: Notebook, sheet: Sheet
) -> None:
    notebook.code(binds={"conv": 1000, "dense": 4096, "total": 5096}).code(binds={"conv": 1792})
    assert set(broken(notebook, sheet)) == {"conv"}


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(0, 4))
def test_a_ratio_that_was_rounded_fits(conv: int, dense: int, places: int) -> None:
    ratio = round(conv / dense, places)
    notebook = Notebook().code(binds={"conv": conv, "dense": dense, "ratio": ratio})
    assert broken(notebook, sheet_of(counted())) == {}


@given(st.floats(0.125, 1e6, width=32), st.floats(0.125, 1e6, width=32))
def test_single_precision_fits(conv: float, dense: float) -> None:
    total, ratio = np.float32(conv) + np.float32(dense), np.float32(conv) / np.float32(dense)
    values = {"conv": conv, "dense": dense, "total": float(total), "ratio": float(ratio)}
    notebook = Notebook().code(binds=values)
    assert broken(notebook, sheet_of(counted(check=close(rtol=1e-6)))) == {}


@pytest.mark.parametrize(
    "odd",
    [float("nan"), float("inf"), "12", None, True, [1, 2], {"a": 1}, 10**4000, 1j],
    ids=["nan", "infinity", "text", "none", "truth", "list", "dict", "huge", "complex"],
)
def test_what_is_no_number_is_left_alone(notebook: Notebook, sheet: Sheet, odd: object) -> None:
    notebook.code(binds={"conv": 1792, "dense": 4096, "total": odd})
    assert broken(notebook, sheet) == {}


def rising(holds: Callable[..., bool | None], *, ends: Sequence[int] = (3, 5, 6)) -> Sheet:
    task = Task("Sequence")

    @task.value(points=1, check=exact(), answer={"1": ("r_1",), "2": ("r_2",), "3": ("r_3",)})
    def sizes() -> list[int]:
        """They grow."""
        return list(ends)

    task.invariant("sizes grows", holds)
    return sheet_of(task)


def grows(sizes: Sequence[float]) -> bool:
    return all(after > before for before, after in pairwise(sizes))


def test_a_sequence_has_to_grow(notebook: Notebook) -> None:
    found = notebook.code(binds={"sizes": [3, 5, 4]}).mark(rising(grows), "sizes")
    assert any("sizes is [3, 5, 4]" in line for line in found.details)


def test_a_huge_list_is_not_looked_at(notebook: Notebook) -> None:
    found = notebook.code(binds={"sizes": [1] * 200_000}).mark(rising(grows), "sizes")
    assert not any(BROKEN in line for line in found.details)


def test_an_invariant_that_raises_says_nothing_to_learners(notebook: Notebook) -> None:
    sheet = rising(lambda sizes: sizes[7] > 0)
    found = notebook.code(binds={"sizes": [3, 5, 4]}).mark(sheet, "sizes")
    assert not any("sizes grows" in line for line in found.details)


def test_references_have_to_fit_together_themselves(sheet: Sheet) -> None:
    assert [against for _, against in unsound(prepare(sheet, seed=SEED))] == ["", ""]
    falling = prepare(rising(grows, ends=(6, 5)), seed=SEED)
    ((_, against),) = unsound(falling)
    assert "the references do not fit" in against
    ((_, against),) = unsound(prepare(rising(lambda sizes: sizes[7] > 0), seed=SEED))
    assert "could not be tried" in against


def test_an_accepted_variant_has_to_fit_as_well() -> None:
    task = counted()
    (total,) = (one for one in task.builders if one.question.name == "total")

    @total.accepts
    def with_one_more(conv: float, dense: float) -> float:
        """With something else."""
        return conv + dense + 1

    (against, _) = (said for _, said in unsound(prepare(sheet_of(task), seed=SEED)))
    assert "with_one_more" in against


def test_an_invariant_names_value_questions() -> None:
    task = counted()
    task.invariant("other > 0", lambda other: other > 0)
    with pytest.raises(AuthorError, match="'other', which is no value question"):
        task.build("parts")
    with pytest.raises(AuthorError, match="no text"):
        task.invariant(" ", lambda total: total > 0)
