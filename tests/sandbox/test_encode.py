"""Objects to plain data: exact where there is a plain form, and safe with hostile ones."""

from __future__ import annotations

import collections
import decimal
import enum
import fractions
import math
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader import values
from grader.sandbox.inside import decode, encode
from grader.values import Array, Function, Opaque

ANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def crossed(thing: object) -> values.Value:
    """What arrives of ``thing`` on the other side of the border."""
    return values.decode(encode.as_text(encode.encode(thing)))


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@ANY
@given(plain)
def test_plain_data_arrives_unchanged(thing: object) -> None:
    assert values.to_python(crossed(thing)) == thing


@ANY
@given(plain)
def test_arguments_reach_a_function_as_they_were_written(thing: object) -> None:
    tree = msgspec.json.decode(values.encode(values.from_python(thing)))
    assert decode.decode(tree) == thing


@ANY
@given(
    st.sampled_from(sorted(values.DTYPES)).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
    )
)
def test_arrays_arrive_bit_by_bit(array: np.ndarray[Any, Any]) -> None:
    value = crossed(array)
    assert isinstance(value, Array)
    there = values.to_python(value)
    assert there.dtype == array.dtype
    assert there.shape == array.shape
    assert there.tobytes() == array.tobytes()
    back = decode.decode(msgspec.json.decode(values.encode(value)))
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable


@pytest.mark.parametrize("number", [math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308])
def test_every_float_arrives_bit_by_bit(number: float) -> None:
    assert values.to_python(crossed(number)).hex() == number.hex()


def test_not_a_number_arrives_as_such() -> None:
    assert math.isnan(values.to_python(crossed(math.nan)))


class Own(int):
    """Its methods must never run."""

    def _refuse(self, *_: object) -> NoReturn:
        raise AssertionError("student code ran")

    __index__ = __int__ = __pos__ = __repr__ = __str__ = __eq__ = __hash__ = _refuse


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise AssertionError("student code ran")

    def encode(self, *_: object) -> bytes:
        raise AssertionError("student code ran")


class Items(list[int]):
    def __iter__(self) -> NoReturn:
        raise AssertionError("student code ran")

    def __len__(self) -> int:
        raise AssertionError("student code ran")


class Table(dict[str, int]):
    def items(self) -> NoReturn:
        raise AssertionError("student code ran")


class Pair(NamedTuple):
    x: int
    y: int


class Colour(enum.IntEnum):
    RED = 7


@pytest.mark.parametrize(
    ("make", "number"),
    [
        (lambda: Own(5), 5),
        (lambda: Text("abc"), "abc"),
        (lambda: Items([1, 2]), [1, 2]),
        (lambda: Table(a=1), {"a": 1}),
        (lambda: Colour.RED, 7),
        (lambda: collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (lambda: collections.Counter("aab"), {"a": 2, "b": 1}),
        (lambda: Pair(1, 2), (1, 2)),
        (lambda: decimal.Decimal("0.5"), 0.5),
        (lambda: fractions.Fraction(1, 4), 0.25),
        (lambda: range(3), [0, 1, 2]),
        (lambda: np.float64(0.5), 0.5),
        (lambda: np.int8(-3), -3),
        (lambda: np.bool_(True), True),
        (lambda: np.complex64(1 + 2j), 1 + 2j),
        (lambda: np.str_("x"), "x"),
        (lambda: np.array(["a", "b"]), ["a", "b"]),
        (lambda: np.array([1, 2.5], dtype=object), [1, 2.5]),
    ],
)
def test_kin_of_plain_data_is_reduced_to_it(make: Callable[[], object], number: object) -> None:
    found = values.to_python(crossed(make()))
    assert found == number
    assert type(found) is type(number)


def test_a_half_precision_scalar_keeps_its_dtype() -> None:
    assert crossed(np.float32(0.1)) == values.from_python(np.float32(0.1))


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_unusual_arrays_become_the_nearest_usual_ones() -> None:
    assert values.to_python(crossed(np.arange(3, dtype=">i4"))).tolist() == [0, 1, 2]
    assert values.to_python(crossed(np.ones(2, dtype=np.longdouble))).dtype == np.float64
    assert values.to_python(crossed(np.asfortranarray([[1, 2], [3, 4]]))).tolist() == [
        [1, 2],
        [3, 4],
    ]
    assert values.to_python(crossed(np.arange(4)[::2])).tolist() == [0, 2]
    assert values.to_python(crossed(np.asmatrix([[1]]))).tolist() == [[1]]


def itself() -> list[object]:
    ring: list[object] = []
    ring.append(ring)
    return ring


def nested(depth: int) -> list[object]:
    tower: list[object] = []
    for _ in range(depth):
        tower = [tower]
    return tower


def doubled() -> list[object]:
    wide: list[object] = [1]
    for _ in range(19):
        wide = [wide, wide]
    return wide


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        (itself(), "contains itself"),
        (list(range(10_001)), "10000 items"),
        (doubled(), "100000 items in all"),
        (["x" * 65_000] * 40, "larger than"),
        (np.zeros(200_000), "(200000,)"),
        (10**4_100, "4000 digits"),
        (np.ma.masked_array([1], [True]), "masked"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "datetime64"),
    ],
)
def test_what_is_too_much_is_named_and_not_written(thing: object, reason: str) -> None:
    value = crossed(thing)
    assert isinstance(value, Opaque)
    assert reason in value.reason


def test_deep_nesting_ends_in_a_note() -> None:
    value: Any = crossed(nested(30))
    for _ in range(21):
        (value,) = value.items
    assert isinstance(value, Opaque)


def test_a_long_text_is_cut_and_says_so() -> None:
    value = crossed("x" * 70_000)
    assert isinstance(value, values.Text)
    assert value.cut
    assert len(value.v) == values.MAX_TEXT


def test_a_text_that_is_no_text_arrives_readable() -> None:
    assert values.to_python(crossed("a\ud800b")) == "a?b"


class Hostile:
    """Answers every question with an error or a lie."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise SystemExit(name)

    def __repr__(self) -> NoReturn:
        raise KeyboardInterrupt

    def __eq__(self, _: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Liar:
    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return float


class Meta(type):
    def __eq__(cls, _: object) -> NoReturn:
        raise AssertionError("student code ran")

    def __hash__(cls) -> NoReturn:
        raise AssertionError("student code ran")

    def __getattribute__(cls, name: str) -> NoReturn:
        raise AssertionError("student code ran")


class OfMeta(metaclass=Meta):
    pass


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (Hostile, "Hostile"),
        (Liar, "Liar"),
        (lambda: type.__call__(OfMeta), "OfMeta"),
        (lambda: Hostile, "type"),
        (object, "object"),
        (lambda: b"bytes", "bytes"),
        (lambda: (each for each in [1]), "generator"),
        (lambda: math, "module"),
    ],
)
def test_what_has_no_plain_form_is_named_by_its_true_type(
    make: Callable[[], object], name: str
) -> None:
    value = crossed(make())
    assert isinstance(value, Opaque)
    assert value.type == name


def parameters(thing: object) -> list[tuple[str, str, bool]] | None:
    value = crossed(thing)
    assert isinstance(value, Function)
    if value.parameters is None:
        return None
    return [(each.name, each.kind, each.optional) for each in value.parameters]


def everything(a, /, b, c=1, *rest, d, e=2, **more):  # type: ignore[no-untyped-def]
    raise AssertionError("student code ran")


def test_the_parameters_of_a_function_are_read_from_its_code() -> None:
    assert parameters(everything) == [
        ("a", "positional", False),
        ("b", "either", False),
        ("c", "either", True),
        ("rest", "more_positional", True),
        ("d", "keyword", False),
        ("e", "keyword", True),
        ("more", "more_keyword", True),
    ]


def test_parameters_behind_wrappers_are_found() -> None:
    import functools

    def logged(inner: Any) -> Any:
        @functools.wraps(inner)
        def outer(*args: Any, **kwargs: Any) -> Any:
            return inner(*args, **kwargs)

        return outer

    def plain_function(x: int, y: int = 1) -> int:
        return x + y

    expected = [("x", "either", False), ("y", "either", True)]
    assert parameters(logged(plain_function)) == expected
    assert parameters(functools.lru_cache(plain_function)) == expected


class Model:
    def __call__(self, x: int) -> int:
        raise AssertionError("student code ran")

    def method(self, y: int) -> int:
        raise AssertionError("student code ran")


def test_methods_and_callable_objects_leave_out_self() -> None:
    assert parameters(Model()) == [("x", "either", False)]
    assert parameters(Model().method) == [("y", "either", False)]


@pytest.mark.parametrize("thing", [math.log, np.sin, abs])
def test_a_built_in_has_unknown_parameters(thing: object) -> None:
    assert parameters(thing) is None


def test_a_signature_that_lies_is_not_asked() -> None:
    def f(x: int) -> int:
        return x

    f.__signature__ = Hostile()  # type: ignore[attr-defined]
    assert parameters(f) == [("x", "either", False)]


def test_both_sides_of_the_border_know_the_same_limits() -> None:
    for name in ("MAX_TEXT", "MAX_ITEMS", "MAX_ARRAY_BYTES", "DTYPES"):
        assert getattr(encode, name) == getattr(values, name)
