from __future__ import annotations

import base64
import json
import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.values import (
    DTYPES,
    MAX_ARRAY_BYTES,
    MAX_DIGITS,
    MAX_ITEMS,
    MAX_TEXT,
    Array,
    Function,
    Opaque,
    Parameter,
    Sequence,
    Text,
    ValueRefusedError,
    check,
    decode,
    encode,
    from_python,
    to_python,
)

KEYS = st.one_of(st.text(max_size=4), st.integers(), st.booleans(), st.none())
PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.complex_numbers(),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(KEYS, inner, max_size=4),
    ),
    max_leaves=15,
)


def same(one: Any, other: Any) -> bool:
    """Equal in value and type, nan and the sign of zero included."""
    return type(one) is type(other) and bool(same_value(one, other))


def same_value(one: Any, other: Any) -> Any:
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, complex):
        return same((one.real, one.imag), (other.real, other.imag))
    if isinstance(one, float):
        return one.hex() == other.hex()
    return one == other


@settings(deadline=None)
@given(PLAIN)
def test_plain_objects_cross_the_border_unchanged(thing: object) -> None:
    assert same(to_python(decode(encode(from_python(thing)))), thing)


@settings(deadline=None)
@given(
    hnp.arrays(
        st.sampled_from(sorted(DTYPES)).map(np.dtype),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
)
def test_arrays_cross_the_border_bit_by_bit(array: np.ndarray[Any, Any]) -> None:
    back = to_python(decode(encode(from_python(array))))
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == np.ascontiguousarray(array).tobytes()


def test_the_layout_and_byte_order_of_an_array_do_not_matter() -> None:
    array = np.arange(6.0).reshape(2, 3)
    for other in (array.T.copy().T, array.astype(">f8"), np.asfortranarray(array), array[:, ::1]):
        assert from_python(other) == from_python(array)


def test_a_decoded_array_can_be_written_to() -> None:
    array = to_python(from_python(np.zeros(3)))
    array += 1
    assert array.tolist() == [1, 1, 1]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_numpy_scalar_keeps_its_precision(dtype: str) -> None:
    scalar = np.dtype(dtype).type(0.1)
    value = decode(encode(from_python(scalar)))
    assert getattr(value, "dtype", None) == dtype
    assert to_python(value) == float(scalar)


@pytest.mark.parametrize(
    ("thing", "plain"),
    [
        (np.int64(5), 5),
        (np.bool_(True), True),
        (np.complex128(1 + 2j), 1 + 2j),
        (np.str_("a"), "a"),
        (10**3999, 10**3999),
        (-(10**3000), -(10**3000)),
    ],
)
def test_scalars_become_built_in_ones(thing: object, plain: object) -> None:
    back = to_python(decode(encode(from_python(thing))))
    assert type(back) is type(plain)
    assert back == plain


def test_a_tensor_crosses_as_an_array_that_knows_its_library() -> None:
    class Tensor:
        """What the border asks of a tensor."""

        def detach(self) -> Tensor:
            return self

        def cpu(self) -> Tensor:
            return self

        def numpy(self) -> np.ndarray[Any, Any]:
            return np.array([1.0, 2.0], dtype="float32")

    value = from_python(Tensor())
    assert isinstance(value, Array)
    assert (value.library, value.dtype, value.shape) == ("torch", "float32", (2,))


def test_a_set_crosses_as_a_sequence() -> None:
    value = from_python({3})
    assert value == Sequence("set", (from_python(3),))
    assert to_python(value) == [3]


def test_keys_that_cannot_be_keys_become_text() -> None:
    value = from_python({(1, 2): "a"})
    assert to_python(value) == {"(1, 2)": "a"}


def test_a_long_text_is_cut_and_says_so() -> None:
    assert from_python("a" * MAX_TEXT) == Text("a" * MAX_TEXT)
    assert from_python("a" * (MAX_TEXT + 1)) == Text("a" * MAX_TEXT, cut=True)


@pytest.mark.parametrize("value", [Function(name="f"), Opaque(type="Evil", reason="no")])
def test_what_is_no_plain_value_stays_what_it_is(value: Function | Opaque) -> None:
    assert to_python(decode(encode(value))) == value


def test_a_functions_parameters_cross() -> None:
    value = Function(name="f", parameters=(Parameter("a"), Parameter("b", "keyword", True)))
    assert decode(encode(value)) == value


@pytest.mark.parametrize("thing", [object(), lambda: 1, type, b"bytes"])
def test_other_objects_are_refused_with_their_type_and_the_remedy(thing: object) -> None:
    with pytest.raises(ValueRefusedError, match=r"no plain form"):
        from_python([thing])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"5",
        b'"text"',
        b"[1]",
        b"{}",
        b'{"t":"unknown"}',
        b'{"t":"int"}',
        b'{"t":"int","v":5}',
        b'{"t":"int","v":"5.0"}',
        b'{"t":"int","v":"0x10"}',
        b'{"t":"int","v":"1_000"}',
        b'{"t":"int","v":" 5"}',
        b'{"t":"int","v":"5\\n"}',
        b'{"t":"int","v":"\xd9\xa3"}',
        b'{"t":"bool","v":1}',
        b'{"t":"float","v":1.5}',
        b'{"t":"float","v":"1.5"}',
        b'{"t":"float","v":"NaN"}',
        b'{"t":"float","v":"0x1p+99999"}',
        b'{"t":"float","v":"0x1p+9999"}',
        b'{"t":"float","v":"0x1p+0\\n"}',
        b'{"t":"complex","re":"0x1p+9999","im":"0x0p+0"}',
        b'{"t":"seq","kind":"list","items":[{"t":"float","v":"0x1p+9999"}]}',
        b'{"t":"float","v":"0x1.8p+1","dtype":"float128"}',
        b'{"t":"text","v":"a","more":1}',
        b'{"t":"seq","kind":"deque","items":[]}',
        b'{"t":"seq","kind":"list","items":[5]}',
        b'{"t":"map","items":[[{"t":"none"}]]}',
        b'{"t":"array","library":"numpy","dtype":"object","shape":[1],"data":""}',
        b'{"t":"array","library":"jax","dtype":"int8","shape":[0],"data":""}',
        b'{"t":"array","library":"numpy","dtype":"int8","shape":[-1],"data":""}',
        b'{"t":"array","library":"numpy","dtype":"int8","shape":[2],"data":"AA=="}',
        b'{"t":"array","library":"numpy","dtype":"int8","shape":[1],"data":"!!!!"}',
        b'{"t":"array","library":"numpy","dtype":"int8","shape":[1],"data":"AAAA"}',
        b'{"t":"array","library":"numpy","dtype":"float64","shape":[99999999999],"data":""}',
        b'{"t":"seq","kind":"list","items":[{"t":"array","library":"numpy","dtype":"int8",'
        b'"shape":[9],"data":""}]}',
        b'{"t":"none"} {"t":"none"}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_value_is_refused(data: bytes) -> None:
    with pytest.raises(ValueRefusedError):
        decode(data)


@pytest.mark.parametrize(
    "value",
    [
        {"t": "int", "v": "9" * (MAX_DIGITS + 1)},
        {"t": "text", "v": "a" * (MAX_TEXT + 1)},
        {"t": "seq", "kind": "list", "items": [{"t": "none"}] * (MAX_ITEMS + 1)},
        {"t": "map", "items": [[{"t": "none"}, {"t": "none"}]] * (MAX_ITEMS + 1)},
        {
            "t": "array",
            "library": "numpy",
            "dtype": "int8",
            "shape": [MAX_ARRAY_BYTES + 1],
            "data": base64.b64encode(bytes(MAX_ARRAY_BYTES + 1)).decode(),
        },
        {"t": "array", "library": "numpy", "dtype": "int8", "shape": [1] * 17, "data": "AA=="},
        {"t": "opaque", "type": "a" * 1001},
        {"t": "function", "name": "a" * 1001},
    ],
)
def test_what_is_too_large_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValueRefusedError):
        decode(json.dumps(value))


def test_endless_nesting_is_refused_and_does_no_harm() -> None:
    depth = 100_000
    with pytest.raises(ValueRefusedError):
        decode('{"t":"seq","kind":"list","items":[' * depth + "]}" * depth)


def test_nan_and_infinities_cross() -> None:
    for number in (math.inf, -math.inf):
        assert to_python(decode(encode(from_python(number)))) == number
    assert math.isnan(to_python(decode(encode(from_python(math.nan)))))


def test_checking_reaches_arrays_inside_of_containers() -> None:
    broken = Array(library="numpy", dtype="int8", shape=(5,), data="")
    for holder in (from_python([1]), from_python({"a": 1})):
        check(holder)
    with pytest.raises(ValueRefusedError, match=r"needs 5 bytes"):
        check(Sequence("list", (Sequence("tuple", (broken,)),)))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    with suppress(ValueRefusedError):
        decode(data)
