"""Numbers that are one slip away from a right, an own or a printed one."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.formula.edits import Edit, roundings
from grader.marking.slips import Target, find, needs_witness


def target(value: str | Fraction, name: str = "the right value") -> Target:
    return Target(value=Fraction(value), name=name)


F3 = target("42.1113714249081")
OWN_F3 = target("42.24", "your own 13,2·3,2")
PRINTED = target("129066664", "what your code prints")

FOUND = {
    ("42,7", "42.1113714249081"): [(Edit.SUBSTITUTED, "42,1")],
    ("42.7", "42.24"): [(Edit.SUBSTITUTED, "42.2")],
    ("45,2", "49.2"): [(Edit.SUBSTITUTED, "49,2")],
    ("123 066 664", "129066664"): [(Edit.SUBSTITUTED, "129066664")],
    ("123066664", "129066664"): [(Edit.SUBSTITUTED, "129066664")],
    ("192066664", "129066664"): [(Edit.SWAPPED, "129066664")],
    ("24,2", "42.24"): [(Edit.SWAPPED, "42,2")],
    ("3,2", "13.192"): [(Edit.LEADING_LOST, "13,2")],
    ("−3,2", "-13.192"): [(Edit.LEADING_LOST, "-13,2")],
    ("12906664", "129066664"): [(Edit.LOST, "129066664")],
    ("48,57", "48.756893"): [(Edit.LOST, "48,757")],
    ("1290066664", "129066664"): [(Edit.DOUBLED, "129066664")],
    ("48,7757", "48.756893"): [(Edit.DOUBLED, "48,757")],
    ("4,22", "42.24"): [(Edit.MOVED, "42,2")],
    ("0,44", "0.044"): [
        (Edit.SUBSTITUTED, "0,04"),
        (Edit.LOST, "0,044"),
        (Edit.MOVED, "0,044"),
    ],
    ("4923", "49.23"): [(Edit.MOVED, "49.23")],
    ("42,2", "42.24"): [],
    ("13,1", "13.192"): [(Edit.SUBSTITUTED, "13,2")],
    ("13,1922", "13.192"): [(Edit.SUBSTITUTED, "13,1920")],
    ("-42,7", "42.24"): [],
    ("57,3", "42.24"): [],
    ("0", "42.24"): [],
    ("a lot", "42.24"): [],
    ("", "42.24"): [],
    ("9" * 1000, "42.24"): [],
    ("1e-3", "0.002"): [(Edit.SUBSTITUTED, "0.002")],
    ("1e400", "42.24"): [],
    ("42,7", "9e400"): [],
}


@pytest.mark.parametrize(("written", "value"), FOUND)
def test_what_is_found(written: str, value: str) -> None:
    slips = find(written, [target(value)])
    assert [(slip.edit, slip.meant) for slip in slips] == FOUND[written, value]


def test_all_targets_that_fit_are_named() -> None:
    right, own = find("42,7", [F3, OWN_F3])
    assert right.sentence == "42,7 may stand for 42,1 (the right value): one digit is another one."
    assert "42,2 (your own 13,2·3,2)" in own.sentence


def test_what_agrees_with_one_target_is_no_slip_of_another() -> None:
    assert find("42,2", [F3, OWN_F3]) == ()


def test_short_numbers_need_a_second_witness() -> None:
    for written in ("42,7", "45,2", "0,0444", "1792", "", "a lot"):
        assert needs_witness(written)
    for written in ("123 066 664", "48,757", "0,011900"):
        assert not needs_witness(written)
    assert needs_witness("00012")


def shares(writtens: list[str], targets: list[Target]) -> tuple[float, float]:
    """The share of numbers with a slip of three kinds, and of any kind; equal ones left out."""
    agreeing = [{digit for one in targets for digit in roundings(Fraction(one.value), 1)}]
    three = {Edit.SUBSTITUTED, Edit.SWAPPED, Edit.LEADING_LOST}
    others = [one for one in writtens if one not in agreeing[0]]
    kinds = [{slip.edit for slip in find(one, targets)} for one in others]
    return sum(bool(k & three) for k in kinds) / len(others), sum(map(bool, kinds)) / len(others)


def test_chance_alone_hits_short_numbers_and_no_long_ones() -> None:
    """So a slip in a short number is no evidence by itself."""
    short = [f"{tenths // 10}.{tenths % 10}" for tenths in range(100, 1000)]
    named, all_kinds = shares(short, [target("48.7568933507609"), target("49.2")])
    assert 0.05 < named < 0.07
    assert named <= all_kinds < 0.08
    draw = random.Random(7)
    long = [str(draw.randrange(10**8, 10**9)) for _ in range(20_000)]
    assert shares(long, [PRINTED, target("138357544")]) == (0, 0)


@given(
    value=st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4),
    places=st.integers(0, 5),
    style=st.sampled_from([",", "."]),
    data=st.data(),
)
def test_every_planted_slip_is_found(
    value: Fraction, places: int, style: str, data: st.DataObject
) -> None:
    meant = roundings(value, places)[0]
    planted, kind = data.draw(slipped(meant))
    assume(not (planted[0] == "0" and planted[1:2].isdigit()))
    assume(planted not in roundings(value, places) and Fraction(planted) != 0)
    text = ("-" if value < 0 else "") + planted.replace(".", style)
    assume(not _agrees_by_chance(text, value))
    assert kind in {slip.edit for slip in find(text, [target(value)])}


def _agrees_by_chance(text: str, value: Fraction) -> bool:
    """As 1,123 read as thousands, or a doubled decimal that is the next one."""
    digits = text.lstrip("-")
    plain = digits.replace(",", ".")
    readings = [plain, plain.replace(".", "")]
    return any(one in roundings(value, len(one.partition(".")[2])) for one in readings)


@st.composite
def slipped(draw: st.DrawFn, meant: str) -> tuple[str, Edit]:
    """`meant` with one slip, as text with a point."""
    whole, _, decimals = meant.partition(".")
    digits, places = whole + decimals, len(decimals)

    def pointed(text: str, places: int) -> str:
        return f"{text[: len(text) - places]}.{text[len(text) - places :]}" if places else text

    at = draw(st.integers(0, len(digits) - 1))
    kind = draw(st.sampled_from([Edit.SUBSTITUTED, Edit.SWAPPED, Edit.LEADING_LOST, Edit.DOUBLED]))
    if kind is Edit.LEADING_LOST:
        assume(len(whole) > 1 and whole[1] != whole[0])
        return pointed(digits[1:], places), kind
    if kind is Edit.SWAPPED:
        assume(at + 1 < len(digits) and digits[at] != digits[at + 1])
        swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        return pointed(swapped, places), kind
    if kind is Edit.DOUBLED:
        at = draw(st.integers(0, len(whole) - 1))
        assume(whole != "0")
        return pointed(digits[: at + 1] + digits[at:], places), kind
    digit = draw(st.sampled_from([one for one in "0123456789" if one != digits[at]]))
    return pointed(digits[:at] + digit + digits[at + 1 :], places), kind


@given(st.text(alphabet="0123456789,.−-+eE ' {}\\!x", max_size=30), st.fractions())
def test_nothing_raises(text: str, value: Fraction) -> None:
    for slip in find(text, [target(value)]):
        assert slip.sentence.endswith(".")
    assert needs_witness(text) in (True, False)


@pytest.mark.parametrize("value", [129066664, 129066664.0, Fraction(129066664)])
def test_targets_are_any_numbers(value: float | Fraction) -> None:
    (slip,) = find("123 066 664", [Target(value=value, name="what your code prints")])
    assert (slip.edit, slip.meant) == (Edit.SUBSTITUTED, "129066664")


def test_a_float_is_rounded_as_it_is_shown() -> None:
    """2.675 is a little less in binary: who rounds it to 2,68 is right."""
    assert find("2,68", [Target(value=2.675, name="the right value")]) == ()
    assert find("2,67", [Target(value=2.675, name="the right value")]) == ()


@given(st.floats(), st.sampled_from(["42,7", "0", "1e-3", "-3,2", "123 066 664"]))
def test_no_float_target_raises(value: float, written: str) -> None:
    for slip in find(written, [Target(value=value, name="the right value")]):
        assert slip.sentence.endswith(".")


def test_what_agrees_with_the_last_of_many_targets_is_no_slip() -> None:
    many = [target("49.2"), *(target(Fraction(1000 + number)) for number in range(500))]
    assert find("45,2", many) != ()
    assert find("45,2", [*many, target("45.2", "your own value")]) == ()
