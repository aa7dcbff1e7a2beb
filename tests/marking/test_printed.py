from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.marking.printed import half_unit, key, key_of_text, labelled, numbers_in, readings
from grader.values import Opaque, to_python


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("212", [212]),
        ("-10.0", [-10.0]),
        ("−3", [-3]),
        ("0,044", [0.044]),
        ("1,792", [1.792, 1792]),
        ("13,2", [13.2]),
        ("1.792", [1.792]),
        ("123 066 664", [123066664]),
        ("123_066_664", [123066664]),
        ("14'714'688", [14714688]),
        ("123,642,856", [123642856]),
        ("138.357.544", [138357544]),
        ("138.357.544,5", [138357544.5]),
        ("1,792.5", [1792.5]),
        ("1.5e-3", [0.0015]),
        ("1e400", [float("inf")]),
        (".5", [0.5]),
        ("9" * 350, [int("9" * 350)]),
    ],
)
def test_numbers_are_read_in_every_way_that_people_write_them(
    text: str, numbers: list[float]
) -> None:
    assert list(readings(text)) == numbers


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        ("ratio: 0.0375", "ratio", 0.0375),
        ("# total params: 129066664", "total_params", 129066664),
        ("ratio = 0.04", "ratio", 0.04),
        ("  Total-Params → 5", "total params", 5),
        ("x: tensor(48.7569, dtype=torch.float64)", "x", 48.7569),
        ("x: tensor(48.7569, grad_fn=<MulBackward0>)", "x", 48.7569),
        ("x = np.float64(3.5)", "x", 3.5),
        ("trace: [3, 5, 6]", "trace", [3, 5, 6]),
        ("trace: [3 5 6]", "trace", [3, 5, 6]),
        ("ratio: 12.5 %", "ratio", 0.125),
        ("params: 14714688 parameters", "params", 14714688),
        ("params: 14714688.", "params", 14714688),
        ("n 212", "n", 212),
    ],
)
def test_a_labelled_value_is_read(line: str, label: str, value: object) -> None:
    (found,) = labelled(f"before\n{line}\nafter")
    assert key(found.label) == key(label)
    assert to_python(found.readings[0]) == value


@pytest.mark.parametrize("line", ["ratio: 3/4", "ratio: 2 * 3", "ratio: 1 = 2", "ratio: none yet"])
def test_a_label_without_one_number_stays_unread(line: str) -> None:
    (found,) = labelled(line)
    assert isinstance(found.readings[0], Opaque)


@pytest.mark.parametrize("line", ["", "212", "hello", "12:30", "a" * 500 + ": 3", "=" * 300])
def test_lines_without_a_label_give_nothing(line: str) -> None:
    assert [found for found in labelled(line) if key(found.label).isalpha()] == []


def test_several_labels_share_a_line() -> None:
    found = {key(one.label): to_python(one.readings[0]) for one in labelled("a: 1, b = 2; c: 3,5")}
    assert found == {"a": 1, "b": 2, "c": 3.5}


def test_labels_ignore_case_marks_and_separators() -> None:
    assert key("# Conv-Params") == key("conv_params") == key("`CONV params`")
    assert key("conv") != key("conv2")


@given(st.text())
def test_a_key_leaves_out_what_labels_differ_in(text: str) -> None:
    assert key_of_text(text) == key(text) == re.sub(r"[\s#_*`'\"-]", "", text).casefold()


@pytest.mark.parametrize(
    ("text", "half"),
    [("212", 0.5), ("0,04", 0.005), ("1.5e-3", 0.00005), ("14,714,688", 0.5), ("2e3", 500)],
)
def test_half_a_unit_of_the_last_digit_is_known(text: str, half: float) -> None:
    assert float(half_unit(text)) == half


@given(st.integers(-(10**15), 10**15))
def test_grouped_integers_are_read_back(number: int) -> None:
    for text in (f"{number}", f"{number:,}", f"{number:_}", f"{number:,}".replace(",", " ")):
        assert number in readings(text)
        assert number in numbers_in(f"it is {text} in all")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_printed_floats_are_read_back(number: float) -> None:
    (found,) = labelled(f"value: {number!r}")
    assert to_python(found.readings[0]) == number


@given(st.floats(-1e6, 1e6), st.integers(1, 8))
def test_a_rounded_number_is_within_its_half_unit(number: float, digits: int) -> None:
    text = f"{number:.{digits}f}".replace(".", ",")
    assert min(abs(one - number) for one in readings(text)) <= float(half_unit(text)) * 1.1


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    list(labelled(text))
    numbers_in(text)


@given(st.text(alphabet="0123456789.,eE+-−_' \u00a0:=[]()%", max_size=80))
def test_any_text_of_digits_can_be_read(text: str) -> None:
    list(labelled(text))
    list(labelled(f"label: {text}"))
    numbers_in(text)
