"""What authors declare to hold between a learner's own values."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authored import invariant
from grader.errors import AuthorError
from grader.marking.invariants import Own, check
from grader.marking.rough import Rough

CONV, FC, PRINTED, WRITTEN = 5423808, 123642856, 129066664, 123066664
TOTAL = invariant("total = conv + fc", lambda total, conv, fc: total == conv + fc)
AT_LEAST = invariant("total ≥ fc", lambda total, fc: total >= fc)
RATIO = invariant("ratio = conv/fc", lambda ratio, conv, fc: ratio == conv / fc)
GROWS = invariant("r grows", lambda r: all(a < b for a, b in pairwise(r)))
LAST = invariant("the last r is the answer", lambda r, answer: r[-1] == answer)


def own(**values: Any) -> dict[str, list[Own]]:
    return {
        name: [one if isinstance(one, Own) else Own(value=one) for one in many]
        for name, many in values.items()
    }


def test_own_values_that_fit_together_say_nothing() -> None:
    assert check(TOTAL, own(total=[PRINTED], conv=[CONV], fc=[FC])) is None
    assert check(AT_LEAST, own(total=[PRINTED], fc=[FC])) is None


def test_a_total_below_its_part_is_found() -> None:
    found = check(AT_LEAST, own(total=[Own(value=WRITTEN, where="prose")], fc=[FC]))
    assert found is not None
    assert ("total", Own(value=WRITTEN, where="prose")) in found.broken
    assert "123066664 (prose)" in found.sentence


def test_only_the_value_that_fits_nothing_is_named() -> None:
    found = check(TOTAL, own(total=[PRINTED, WRITTEN], conv=[CONV], fc=[FC]))
    assert found is not None
    assert found.broken == (("total", Own(value=WRITTEN)),)


def test_a_ratio_counts_at_the_precision_it_is_written_with() -> None:
    half = Fraction(1, 2000)
    values = own(ratio=[Own(value=0.044, half_unit=half)], conv=[CONV], fc=[FC])
    assert check(RATIO, values) is None
    values = own(ratio=[Own(value=0.045, half_unit=half)], conv=[CONV], fc=[FC])
    assert check(RATIO, values) is not None
    assert check(RATIO, own(ratio=[0.043866731774620284], conv=[CONV], fc=[FC])) is None
    assert check(RATIO, own(ratio=[0.044], conv=[CONV], fc=[FC])) is not None


def test_sequences_grow_and_end_in_an_answer() -> None:
    growing, falling = [3, 5, 6, 10, 212], [3, 5, 4]
    assert check(GROWS, own(r=[growing])) is None
    found = check(GROWS, own(r=[falling]))
    assert found is not None and "[3, 5, 4]" in found.sentence
    assert check(LAST, own(r=[growing], answer=[212])) is None
    assert check(LAST, own(r=[growing], answer=[404])) is not None


def test_what_cannot_be_tried_is_never_broken() -> None:
    assert check(TOTAL, own(total=[PRINTED], conv=[CONV])) is None
    for odd in (float("nan"), float("inf"), "12", None, True, [1, "x"], 1j, 10**5000):
        assert check(AT_LEAST, own(total=[odd], fc=[FC])) is None
    for values in (own(r=[[]], answer=[3]), own(r=[3], answer=[3])):
        found = check(LAST, values)
        assert found is not None and not found.broken
    assert check(RATIO, own(ratio=[1], conv=[1], fc=[0])).broken == ()  # type: ignore[union-attr]
    assert check(invariant("open", lambda x: None), own(x=[1])) is None


def test_a_function_without_names_is_the_authors_mistake() -> None:
    for holds in (lambda *values: True, lambda: True, lambda **values: True):
        with pytest.raises(AuthorError, match="name its values"):
            invariant("nothing", holds)


numbers = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6).filter(
    lambda x: not 0 < abs(x) < 1e-6
)


@given(numbers, numbers)
def test_sums_and_differences_of_own_floats_hold(a: float, b: float) -> None:
    total = invariant("c = a + b", lambda c, a, b: c == a + b and c - a == b and 2 * c / 2 == c)
    exact = Fraction(a) + Fraction(b)
    assert check(total, own(a=[a], b=[b], c=[exact])) is None
    wrong = exact + 1 + abs(exact) / 100
    assert check(total, own(a=[a], b=[b], c=[wrong])) is not None


def test_rough_numbers_are_no_keys_and_compare_by_what_they_may_be() -> None:
    seen: list[Rough] = []

    def spy(x: Rough) -> bool:
        seen.append(x)
        return True

    check(invariant("spy", spy), own(x=[Own(value=1.5, half_unit=Fraction(1, 20))]))
    (x,) = seen
    assert x == 1.54 and x != 1.56 and x <= 1.46 and not x < 1.44 and abs(-x) == x
    assert sum([x, x]) == 3 and 3 - x == 1.5 and 3 / x == 2 and float(x) == 1.5
    with pytest.raises(TypeError):
        hash(x)
