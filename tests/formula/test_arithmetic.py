"""A learner's own chains of numbers: what holds, what is rounded, what is broken, what is open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.formula import Declared, Reading, Role, SymbolTable, declare, read, read_chain
from grader.formula.arithmetic import side_values, steps
from grader.formula.edits import Edit, edit, roundings
from grader.formula.intervals import Interval
from grader.formula.repairs import Fit, Loss, Repair, repairs
from grader.formula.sides import Outcome, Step
from tests.conftest import REPOSITORY
from tests.formula.fuzz import texts
from tests.formula.tables import TABLES

TABLE = declare(
    Declared(name="x"), Declared(name="c", role=Role.CONSTANT), Declared(name="a"),
    Declared(name="b"), Declared(name="r", spellings=("r_*",)),
)  # fmt: skip
VALUES = {"x": Fraction(3), "c": Fraction(5), "a": Fraction("13.2"), "b": Fraction("3.2")}
SPLIT = (
    r"\left(3,2 \cdot 1 + 1 \cdot 3,2 \cdot 1 \right) \cdot "
    r"\left(0,9 \cdot 6 + 9 \cdot (-0,8) \cdot \frac{1}{3} \right)"
)
MEANT = SPLIT.replace(r"1 \cdot 3,2", "13,2")


def judged(text: str, values: Mapping[str, Fraction] = VALUES) -> list[Step]:
    chain = read_chain(text, TABLE)
    return [step for equation in chain.equations for step in steps(equation, values)]


def repaired(text: str, neighbour: str) -> tuple[Repair, ...]:
    target = side_values(read(neighbour, TABLE), VALUES)[0]
    return repairs(text, TABLE, VALUES, target)


OUTCOMES = {
    r"\frac{9}{\log(3)} + 5 \approx 13,2": ["rounded"],
    r"\frac{9}{\log(3)} - 5 \approx 3,2": ["rounded"],
    r"\log(x) = \log(3) \approx 1,1": ["holds", "rounded"],
    r"- \frac{1}{\log(3)^2} \approx -0,8": ["rounded"],
    "16,4 · 3,0 = 45,2": ["broken"],
    f"{SPLIT} = 45,2": ["broken"],
    f"{MEANT} = 45,2": ["broken"],
    f"{MEANT} = 16,4 \\cdot 3,0 = 49,2": ["holds", "holds"],
    "13,2·3,2 = 42,24 ≈ 42,2": ["holds", "rounded"],
    "13,2·3,2 ≈ 42,7": ["broken"],
    "64·(3·3+1) = 640": ["holds"],
    "64·(64·3+1) = 12352": ["holds"],
    "64·(64·3+1) = 12353": ["broken"],
    "r_2 = 3+(3-1)·1 = 5": ["unknown", "holds"],
    "123 642 856 + 5 423 808 = 129 066 664": ["holds"],
    "123 642 856 + 5 423 808 = 123 066 664": ["broken"],
    r"\frac{5423808}{123642856} = 0,044": ["rounded"],
    "1,792 = 1792": ["holds"],
    "1,792 ≈ 1,8": ["rounded"],
    "11,9 % = 0,119": ["holds"],
    "4,5·10^3 ≈ 4523": ["rounded"],
    "4523 ≈ 4,5·10^3": ["rounded"],
    "4583 ≈ 4,5·10^3": ["broken"],
    "100/3 ≈ 33": ["rounded"],
    "100/3 = 33": ["rounded"],
    "1/3 = 0": ["broken"],
    "138357544 ≈ 138 000 000": ["rounded"],
    "138357544 = 138 000 000": ["broken"],
    "612 ≈ 1000": ["broken"],
    "123642856000000001 = 123642856000000000 + 2": ["broken"],
    r"\sqrt{2}^2 = 2": ["holds"],
    "9/log(3) = 9/1,1 = 8,2": ["rounded inputs", "rounded"],
    "0,5 < 0,6 > 0,9": ["holds", "broken"],
    "log(3) < 1,1 ≤ 1,1": ["holds", "holds"],
    "1/0 = 3": ["unknown"],
    "q = 3": ["unknown"],
    "3 = 9^{9^{9^9}} = 4": ["unknown", "unknown"],
    "2x|_{x=4} = 8": ["holds"],
    r"2xa\bigg|_{x=4} = 8": ["unknown"],
    "c(3) = 8,2": ["unknown"],
    "x ∝ 3": ["unknown"],
}


@pytest.mark.parametrize("text", OUTCOMES)
def test_each_step_has_its_outcome(text: str) -> None:
    assert [step.outcome for step in judged(text)] == OUTCOMES[text]


def test_a_broken_step_says_what_the_own_numbers_give() -> None:
    (step,) = judged("16,4 · 3,0 = 45,2")
    assert step.sentence == "16,4 · 3,0 is 49.2, not 45.2."
    assert (step.left.value, step.right.value) == (Fraction("49.2"), Fraction("45.2"))


def test_what_rounded_inputs_allow_is_evidence_and_no_excuse() -> None:
    (step,) = judged(f"{MEANT} = 45,2")
    assert step.left.spread == Interval(Fraction("41.565"), Fraction("56.925"))
    assert step.within_inputs
    assert step.outcome is Outcome.BROKEN


def test_an_equals_sign_before_a_rounded_number_is_remarked() -> None:
    assert judged("1/log(3) = 0,9")[0].remark == "`=` stands for `≈`."
    assert judged("1/log(3) ≈ 0,9")[0].remark == ""
    assert judged("3·3 ≈ 9")[0].remark == ""


def test_own_values_stand_for_all_that_is_rounded_to_them() -> None:
    """With a = 13,2 a learner may go on with 13,19215…: that is no mistake."""
    text = r"a = \frac{9}{\log(3)} + 5; a \cdot b = 42,1; 13,2 \cdot 3,2 = 42,1"
    outcomes = ["rounded inputs", "rounded inputs", "broken"]
    assert [step.outcome for step in judged(text)] == outcomes


def test_a_name_that_stands_for_another_number_is_no_arithmetic() -> None:
    (step,) = judged("a = 3")
    assert step.outcome is Outcome.UNKNOWN
    assert step.sentence == "a is 13.2 elsewhere, 3 here."


def test_values_that_come_from_floats_hold() -> None:
    assert judged("x = 5,1", {"x": Fraction(5.1)})[0].outcome is Outcome.HOLDS
    assert judged("3·x = 0,9", {"x": Fraction(0.3)})[0].outcome is Outcome.HOLDS


def test_a_number_that_was_taken_apart_is_suspected() -> None:
    (repair,) = repaired(SPLIT, "45,2")
    assert (repair.loss, repair.fit) == (Loss.SPLIT, Fit.ONE_DIGIT_OFF)
    assert (repair.written, repair.meant) == (r"1 \cdot 3,2", "13,2")
    assert repair.value == Fraction("49.2")
    assert repair.text == MEANT
    assert SPLIT[repair.start : repair.end] == repair.written


REAL = REPOSITORY.parent / "shared/data/real-submission/submission.md"


@pytest.mark.skipif(not REAL.exists(), reason=f"there is no {REAL.name} beside the project")
def test_a_real_hand_in_breaks_one_step_for_one_reason() -> None:
    functions = [
        Declared(name=f"own_{name}", spellings=(f"{name}(x)",), role=Role.FUNCTION)
        for name in "abc"
    ]
    table = declare(Declared(name="x"), Declared(name="c", role=Role.CONSTANT), *functions)
    values = {"x": Fraction(3), "c": Fraction(5), "own_a": Fraction("13.2"),
              "own_b": Fraction("3.2"), "own_c": Fraction("8.2")}  # fmt: skip
    blocks = re.findall(r"\$+([^$]+)\$+", REAL.read_text("utf-8"))
    found = [
        step
        for block in blocks
        for equation in read_chain(block, table).equations
        for step in steps(equation, values)
    ]
    (broken,) = [step for step in found if step.outcome is Outcome.BROKEN]
    assert (broken.left.value, broken.right.value) == (Fraction("19.2"), Fraction("45.2"))
    (repair,) = repairs(broken.left.text, table, values, broken.right)
    assert (repair.meant, repair.value) == ("13,2", Fraction("49.2"))
    assert len([step for step in found if step.outcome is Outcome.HOLDS]) > 10


LOSSES = {
    ("1·3,2 + 3,2", "16,4"): (Loss.SPLIT, "13,2"),
    ("1 3,2 + 3,2", "16,4"): (Loss.SPLIT, "13,2"),
    ("13·2 + 3,2", "16,4"): (Loss.SPLIT, "13,2"),
    ("9·0,8", "-7,2"): (Loss.SIGN, "(-0,8)"),
    ("3,2 - -3,2", "0"): (Loss.SIGN, "+"),
    ("132 + 3,2", "16,4"): (Loss.POINT, "13,2"),
    ("3,2 + 3,3", "16,5"): (Loss.LEADING, "1"),
    ("42,7", "13,2·3,2"): (Loss.SIMILAR_DIGIT, "42,2"),
    ("45,2", "16,4·3,0"): (Loss.SIMILAR_DIGIT, "49,2"),
    ("42,8", "13,2·3,2"): (Loss.DIGIT, "42,2"),
}


@pytest.mark.parametrize(("text", "neighbour"), LOSSES)
def test_single_losses_are_found(text: str, neighbour: str) -> None:
    found = repaired(text, neighbour)
    assert LOSSES[text, neighbour] in [(one.loss, one.meant) for one in found]
    assert all(one.sentence and one.fit is Fit.AGREES for one in found)


def test_what_holds_is_not_repaired_nor_what_is_very_long() -> None:
    assert repaired(MEANT, "49,2") == ()
    assert repaired("+".join(["1·3,2"] * 1000), "45,2") == ()
    assert repaired("1·3,2", "q") == ()


decimals = st.integers(0, 6)
numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


def written(value: Fraction, places: int, sign: str = ",") -> str:
    digits = roundings(value, places)[-1].replace(".", sign)
    return f"-{digits}" if value < 0 and digits.strip("0,.") else digits


@given(value=numbers, places=decimals, sign=st.sampled_from([",", ".", "{,}"]))
def test_a_true_value_rounded_to_any_decimals_is_rounded(
    value: Fraction, places: int, sign: str
) -> None:
    text = f"{value.numerator}/{value.denominator} ≈ {written(value, places, sign)}"
    (step,) = judged(text)
    assert step.outcome in (Outcome.ROUNDED, Outcome.HOLDS)
    rounds = Fraction(roundings(value, places)[-1]) != abs(value)
    assert (step.outcome is Outcome.ROUNDED) is rounds


# With three decimals a comma may separate thousands as well.
@given(value=numbers, places=st.sampled_from([1, 2, 4]), data=st.data())
def test_one_digit_changed_by_more_than_half_a_unit_is_broken(
    value: Fraction, places: int, data: st.DataObject
) -> None:
    right = written(value, places)
    spots = [at for at, sign in enumerate(right) if sign.isdigit()]
    assume(len(spots) >= 3)
    at = data.draw(st.sampled_from(spots))
    digit = data.draw(st.sampled_from("0123456789"))
    wrong = right[:at] + digit + right[at + 1 :]
    number = Fraction(wrong.replace(",", "."))
    assume(abs(number - value) > Fraction(1, 2 * 10**places))
    (step,) = judged(f"{value.numerator}/{value.denominator} = {wrong}")
    assert step.outcome is Outcome.BROKEN
    assert step.sentence


literals = st.tuples(st.integers(1, 999), st.integers(1, 2))


@given(st.lists(literals, min_size=3, max_size=3), st.lists(st.fractions(-1, 1), min_size=3,
       max_size=3), st.sampled_from(["{}*{}+{}", "({}-{})*{}", "{}^2-{}^2/{}", "-{}*log({}+1)/{}",
                                     "abs({}-{})^{}", "max({}, {})-sqrt({})"]))  # fmt: skip
def test_a_spread_has_all_that_its_decimals_may_stand_for(
    numbers: list[tuple[int, int]], shares: list[Fraction], form: str
) -> None:
    exactly = [Fraction(units, 10**places) for units, places in numbers]
    assume(len(set(exactly)) == 3)
    text = form.format(*(written(one, n[1]) for one, n in zip(exactly, numbers, strict=True)))
    (side,) = side_values(read(text, TABLE), {})
    moved = [
        one + share / (2 * 10 ** len(written(one, n[1]).partition(",")[2]))
        for one, n, share in zip(exactly, numbers, shares, strict=True)
    ]
    if form.endswith("^{}") and exactly[2].denominator == 1:
        moved[2] = exactly[2]  # a whole exponent is exact
    other = read(form.format("x", "c", "a"), TABLE)
    (at,) = side_values(other, dict(zip(("x", "c", "a"), moved, strict=True)))
    assume(side.spread is not None and at.value is not None)
    assert side.spread is not None and at.value is not None
    slack = abs(at.value) / 10**20 + Fraction(1, 10**20)
    assert side.spread.low - slack <= at.value <= side.spread.high + slack


def test_a_whole_exponent_is_exact_whatever_else_is_written() -> None:
    (side,) = side_values(read("2,0·(-3)^2", TABLE), {})
    assert side.spread == Interval(Fraction("17.55"), Fraction("18.45"))


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 999))
def test_every_number_that_was_taken_apart_is_suspected(left: int, right: int, added: int) -> None:
    meant = f"{left}{right // 10},{right % 10}"
    side = f"{meant} + {added}"
    value = side_values(read(side, TABLE), {})[0].value
    assert value is not None
    split = f"{left}·{right // 10},{right % 10} + {added}"
    found = repaired(split, written(value, 1))
    holds = [step.outcome for step in judged(f"{split} = {written(value, 1)}")]
    assert holds != [Outcome.BROKEN] or meant in [one.meant for one in found]


@given(st.integers(1, 10**9), st.integers(0, 4), st.data())
def test_edits_are_recognised(units: int, places: int, data: st.DataObject) -> None:
    meant = roundings(Fraction(units, 10**places), places)[0]
    spots = [at for at, sign in enumerate(meant) if sign != "."]
    at = data.draw(st.sampled_from(spots))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != meant[at]]))
    assert edit(meant[:at] + digit + meant[at + 1 :], meant) is Edit.SUBSTITUTED
    assert edit(meant, meant) is None


@pytest.mark.parametrize("part", range(3))
def test_whatever_is_written_each_step_says_something(part: int) -> None:
    tables = list(TABLES.values())
    values = {name: Fraction(3, 2) for name in ("x", "c", "a", "b", "g", "w_1", "r_2", "t")}
    seen = set()
    for number, text in enumerate(texts(200, seed=1000 + part)):
        table = tables[number % len(tables)]
        for equation in read_chain(text, table).equations:
            for step in steps(equation, values):
                seen.add(step.outcome)
                assert step.sentence.endswith("."), text
                if step.outcome is Outcome.BROKEN:
                    found = repairs(step.left.text, table, values, step.right)
                    assert all(one.sentence for one in found), text
    assert Outcome.UNKNOWN in seen


PIECES = st.sampled_from(
    ["1", "3,2", "0.9", "13", "1,792", "0", "x", "a", "q", "log(", "(", ")", "·", "+", "-", "/",
     "^", "=", "≈", "<", "%", r"\frac{1}{3}", "^{64}", "10^", "1e9", r"\sqrt", "|", " ", "!"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join))
def test_random_chains_never_raise(text: str) -> None:
    for step in judged(text):
        assert step.sentence
        for side in (step.left, step.right):
            repairs(side.text, TABLE, VALUES, step.right)


def test_values_may_be_floats_and_are_what_they_show() -> None:
    values = {"x": 3, "c": 5.0, "a": 13.2, "b": 3.2}
    for text in ("a + b = 16,4", "a·b ≈ 42,2", "a·b = 42,1", "a·b = 42,7", "x + c = 8", "q = 1"):
        chain = read_chain(text, TABLE)
        found = [step for equation in chain.equations for step in steps(equation, values)]
        assert found == judged(text)
    target = side_values(read("16,4", TABLE), values)[0]
    assert repairs("1·3,2 + b", TABLE, values, target) == repaired("1·3,2 + b", "16,4")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_name_without_a_finite_value_has_none(value: float) -> None:
    (equation,) = read_chain("a + 1 = 3", TABLE).equations
    assert [step.outcome for step in steps(equation, {"a": value})] == [Outcome.UNKNOWN]


@given(st.floats(), st.sampled_from(["a = 3", "a·2 ≈ 0,1", "log(a) = 1", "1/a < 2", "a^a = 1"]))
def test_no_float_raises(value: float, text: str) -> None:
    (equation,) = read_chain(text, TABLE).equations
    for step in steps(equation, {"a": value}):
        assert step.sentence.endswith(".")


ONE_DIGIT_OFF = {
    ("132 + 3,2", "26,4"): [],
    ("9·0,8", "-7,3"): [],
    ("3,2 + 10", "-6,9"): [],
    ("1·3,2 + 3,2", "18,4"): ["13,2"],
}


@pytest.mark.parametrize(("text", "neighbour"), ONE_DIGIT_OFF)
def test_only_a_number_taken_apart_may_need_another_digit_as_well(
    text: str, neighbour: str
) -> None:
    found = repaired(text, neighbour)
    off = [one.meant for one in found if one.fit is Fit.ONE_DIGIT_OFF]
    assert off == ONE_DIGIT_OFF[text, neighbour]


def test_repairs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert repaired("1·3,2 + 3,2" + " " * 400, "16,4") == ()
    assert repaired("1·3,2 + 3,2" + " " * 300, "16,4") != ()
    texts_read = []

    def noted(text: str, table: SymbolTable) -> Reading:
        texts_read.append(text)
        return read(text, table)

    monkeypatch.setattr("grader.formula.repairs.read", noted)
    repaired("+".join(["123456,7"] * 20), "45,2")
    assert 100 < len(texts_read) <= 201, "the side itself, and 200 repairs of it"


ROUNDED_SENTENCES = {
    "0,0438667 ≈ 0,044": "0.0438667 is 0.044 when rounded.",
    "0,044 ≈ 0,0438667": "0.0438667 is 0.044 when rounded.",
    "4,5·10^3 ≈ 4523": "4523 is 4500 when rounded.",
    "4523 ≈ 4,5·10^3": "4523 is 4500 when rounded.",
    "8,2 ≈ 9/log(3)": "9/log(3) is 8.19215, 8.2 when rounded.",
    "9/log(3) ≈ 8,2": "9/log(3) is 8.19215, 8.2 when rounded.",
}


@pytest.mark.parametrize("text", ROUNDED_SENTENCES)
def test_the_longer_number_is_the_one_that_is_rounded(text: str) -> None:
    (step,) = judged(text)
    assert step.outcome is Outcome.ROUNDED
    assert step.sentence == ROUNDED_SENTENCES[text]


@pytest.mark.parametrize(
    ("text", "remarked"),
    [
        ("9/1,1 = 9/\\log 3", True),
        ("9/1,1 \\approx 9/\\log 3", False),
        ("u + c = 9/\\log 3 + 5", False),
        ("f = a \\cdot b = 42,11", False),
        ("2 \\cdot 3 = 12/2", False),
    ],
)
def test_decimals_that_count_as_rounded_make_equality_approximate(
    text: str, remarked: bool
) -> None:
    table = declare(*(Declared(name=name) for name in "uabfc"))
    (equation,) = read_chain(text, table).equations
    own = {"u": 8.2, "a": 13.2, "b": 3.2, "f": 42.11, "c": 5}
    found = steps(equation, own)
    assert all(step.outcome is not Outcome.BROKEN for step in found)
    assert any(step.remark for step in found) is remarked
