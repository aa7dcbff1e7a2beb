from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from grader.checks import Check, Close, array, close, decimals, exact, one_of, significant
from grader.errors import AuthorError


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (exact(), "exact"),
        (close(rtol=1e-2), "within 1 %"),
        (close(rtol=5e-3), "within 0.5 %"),
        (close(rtol=1e-6), "within a relative 1e-06"),
        (close(atol=0.05), "within ±0.05"),
        (close(rtol=1e-2, atol=0.05), "within 1 % or ±0.05, the wider"),
        (significant(3), "to 3 significant figures"),
        (decimals(1), "to 1 decimal"),
        (decimals(2), "to 2 decimals"),
        (one_of(close(rtol=1e-2), decimals(1)), "within 1 % or to 1 decimal"),
        (array(exact()), "each element exact, shape equal"),
        (
            array(close(rtol=0.1), dtype="float32", shape="broadcast", nan="forbidden"),
            "each element within 10 %, shape broadcast, dtype float32, nan forbidden",
        ),
        (array(exact(), inf="forbidden"), "each element exact, shape equal, inf forbidden"),
    ],
)
def test_a_check_is_printed_in_words(check: Check, words: str) -> None:
    assert str(check) == words


@pytest.mark.parametrize(
    ("make", "value", "remedy"),
    [
        (lambda: close(), "close()", "use exact() or give rtol="),
        (lambda: close(rtol=0.0), "close()", "use exact()"),
        (lambda: close(rtol=-1e-3), "rtol=-0.001", "a number from 0 up"),
        (lambda: close(atol=float("nan")), "atol=nan", "a number from 0 up"),
        (lambda: close(rtol=float("inf")), "rtol=inf", "a number from 0 up"),
        (lambda: significant(0), "significant(0)", "from 1 to 17"),
        (lambda: significant(18), "significant(18)", "from 1 to 17"),
        (lambda: significant(True), "significant(True)", "a whole number"),
        (lambda: decimals(-1), "decimals(-1)", "from 0 to 17"),
        (lambda: decimals(cast(int, 1.5)), "decimals(1.5)", "a whole number"),
        (lambda: one_of(exact()), "not 1", "at least two checks"),
        (lambda: one_of(), "not 0", "at least two checks"),
    ],
)
def test_a_wrong_check_is_refused_with_its_value_and_the_remedy(
    make: Callable[[], Check], value: str, remedy: str
) -> None:
    with pytest.raises(AuthorError) as caught:
        make()
    assert value in str(caught.value)
    assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "check", [exact(), close(rtol=0.1), significant(3), decimals(2), array(exact())]
)
def test_checks_are_data(check: Check) -> None:
    assert check == type(check)(*(getattr(check, name) for name in check.__slots__))
    assert len({check, check}) == 1
    with pytest.raises((AttributeError, TypeError)):
        setattr(check, "rtol", 5.0)  # noqa: B010


def test_a_tolerance_is_kept_as_given() -> None:
    assert close(rtol=1, atol=0) == Close(1.0, 0.0)
    assert array(exact(), nan="forbidden").forbids("nan")
    assert not array(exact(), nan="forbidden").forbids("inf")
