"""Plain values: the only things that cross the border between student code and the grader.

Inside the sandbox a value is written down as tagged JSON; here it is decoded strictly (unknown
tags, wrong types and oversized data are refused) into frozen structs, and from these into
built-in Python objects and NumPy arrays. Nothing is ever unpickled or evaluated.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable as AnyCallable
from collections.abc import Mapping as AnyMapping
from math import prod
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from grader.language import say

MAX_TEXT = 65_536
"""Longest text, in characters, that a value may hold."""
MAX_ITEMS = 10_000
"""Most items of one list, tuple, set or dict."""
MAX_ARRAY_BYTES = 1_048_576
"""Largest array, in bytes."""
MAX_DIGITS = 4_000
"""Longest integer, in decimal digits; Python itself refuses more than 4 300."""

DTYPES = frozenset(
    [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    ]
)

Short = Annotated[str, msgspec.Meta(max_length=1_000)]
Long = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Digits = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]+\Z", max_length=MAX_DIGITS)]
Hex = Annotated[
    str, msgspec.Meta(pattern=r"^(nan|-?inf|-?0x[01]\.?[0-9a-f]*p[+-][0-9]{1,4})\Z", max_length=40)
]


class ValueRefusedError(ValueError):
    """What came over the border is not a value; the text says why."""


class _Tagged(msgspec.Struct, frozen=True, tag_field="t", forbid_unknown_fields=True):
    pass


class Nothing(_Tagged, frozen=True, tag="none"):
    """Python's ``None``."""


class Boolean(_Tagged, frozen=True, tag="bool"):
    """A truth value; never a number."""

    v: bool


class Integer(_Tagged, frozen=True, tag="int"):
    """An integer of any size, as decimal digits."""

    v: Digits


class Real(_Tagged, frozen=True, tag="float"):
    """A floating-point number, written as ``float.hex`` so that no bit is lost."""

    v: Hex
    dtype: Literal["float16", "float32", "float64"] = "float64"


class Complex(_Tagged, frozen=True, tag="complex"):
    """A complex number, both parts as ``float.hex``."""

    re: Hex
    im: Hex


class Text(_Tagged, frozen=True, tag="text"):
    """A string; ``cut`` says that it was longer than ``MAX_TEXT``."""

    v: Long
    cut: bool = False


class Sequence(_Tagged, frozen=True, tag="seq"):
    """A list, tuple or set, in its own order."""

    kind: Literal["list", "tuple", "set"]
    items: Annotated[tuple[Value, ...], msgspec.Meta(max_length=MAX_ITEMS)]


class Mapping(_Tagged, frozen=True, tag="map"):
    """A dict, as pairs in its own order."""

    items: Annotated[tuple[tuple[Value, Value], ...], msgspec.Meta(max_length=MAX_ITEMS)]


class Array(_Tagged, frozen=True, tag="array"):
    """An array or tensor: little-endian, C-ordered bytes in base64."""

    library: Literal["numpy", "torch"]
    dtype: Short
    shape: Annotated[tuple[Annotated[int, msgspec.Meta(ge=0)], ...], msgspec.Meta(max_length=16)]
    data: Annotated[str, msgspec.Meta(max_length=2 * MAX_ARRAY_BYTES)]


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter of a learner's function."""

    name: Short
    kind: Literal["positional", "either", "keyword", "more_positional", "more_keyword"] = "either"
    optional: bool = False


class Function(_Tagged, frozen=True, tag="function"):
    """A callable: what is known of it without calling it (``parameters`` is None if unknown)."""

    name: Short
    parameters: tuple[Parameter, ...] | None = None


class Opaque(_Tagged, frozen=True, tag="opaque"):
    """Something that has no plain form: its type's name and why it could not be written down."""

    type: Short
    reason: Short = ""


Value = (
    Nothing
    | Boolean
    | Integer
    | Real
    | Complex
    | Text
    | Sequence
    | Mapping
    | Array
    | Function
    | Opaque
)

# Made once, on import: two threads that first meet a type at the same time crash msgspec.
_decoder: msgspec.json.Decoder[Value] = msgspec.json.Decoder(Value)


def decode(data: bytes | str) -> Value:
    """Read one value from its JSON; raises ``ValueRefusedError`` for anything else."""
    try:
        value = _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise ValueRefusedError(f"not a plain value: {problem}") from None
    return check(value)


def encode(value: Value) -> bytes:
    """Write one value as JSON; the inverse of ``decode``."""
    return msgspec.json.encode(value)


def check(value: Value) -> Value:
    """Return ``value`` if its numbers and arrays are what they claim; raises otherwise.

    That is ``ValueRefusedError``, also for numbers beyond the range of their type.
    """
    if isinstance(value, Array):
        _array_bytes(value)
    elif isinstance(value, Real | Complex):
        _check_range(value)
    elif isinstance(value, Sequence):
        for item in value.items:
            check(item)
    elif isinstance(value, Mapping):
        for key, item in value.items:
            check(key)
            check(item)
    return value


def to_python(value: Value) -> Any:
    """Return the built-in object or NumPy array that ``value`` stands for.

    Sets become sorted-as-given lists; functions and opaque objects stay what they are, so that
    nothing of a learner's making ever takes part in a comparison.
    """
    return _TO_PYTHON.get(type(value), lambda same: same)(value)


def from_python(thing: object) -> Value:
    """Return the value that stands for a trusted built-in object, NumPy array or tensor.

    Raises ``ValueRefusedError`` for any other type: calls and their arguments are plain data.
    """
    if isinstance(thing, np.generic):
        return _from_scalar(thing)
    for kind, convert in _FROM_PYTHON.items():
        if isinstance(thing, kind):
            return convert(thing)
    if hasattr(thing, "detach") and hasattr(thing, "numpy"):
        return _from_array(thing.detach().cpu().numpy(), library="torch")
    raise ValueRefusedError(
        say(
            "{thing!r} of type {kind} has no plain form; use numbers, strings, lists, tuples, "
            "dicts, arrays or tensors",
            thing=thing,
            kind=type(thing).__name__,
        )
    )


def _check_range(number: Real | Complex) -> None:
    try:
        to_python(number)
    except OverflowError:
        raise ValueRefusedError(f"{number} is beyond the range of a float") from None


def _array_bytes(array: Array) -> bytes:
    if array.dtype not in DTYPES:
        raise ValueRefusedError(f"array of unknown dtype {array.dtype!r}")
    try:
        raw = base64.b64decode(array.data, validate=True)
    except binascii.Error as problem:
        raise ValueRefusedError(f"array data is not base64: {problem}") from None
    expected = prod(array.shape) * np.dtype(array.dtype).itemsize
    if len(raw) != expected or len(raw) > MAX_ARRAY_BYTES:
        raise ValueRefusedError(
            f"array of shape {array.shape} and dtype {array.dtype} needs {expected} bytes "
            f"(at most {MAX_ARRAY_BYTES}) but brings {len(raw)}"
        )
    return raw


def _to_array(array: Array) -> np.ndarray[Any, Any]:
    flat = np.frombuffer(_array_bytes(array), dtype=np.dtype(array.dtype).newbyteorder("<"))
    return flat.astype(array.dtype).reshape(array.shape)


def _to_mapping(mapping: Mapping) -> dict[Any, Any]:
    plain = {}
    for key, item in mapping.items:
        name = to_python(key)
        plain[name if isinstance(name, str | int | float | bool | None) else repr(name)] = (
            to_python(item)
        )
    return plain


def _to_sequence(sequence: Sequence) -> list[Any] | tuple[Any, ...]:
    items = [to_python(item) for item in sequence.items]
    return tuple(items) if sequence.kind == "tuple" else items


_TO_PYTHON: dict[type, AnyCallable[[Any], Any]] = {
    Nothing: lambda _: None,
    Boolean: lambda value: value.v,
    Integer: lambda value: int(value.v),
    Real: lambda value: float.fromhex(value.v),
    Complex: lambda value: complex(float.fromhex(value.re), float.fromhex(value.im)),
    Text: lambda value: value.v,
    Sequence: _to_sequence,
    Mapping: _to_mapping,
    Array: _to_array,
}


def _from_scalar(scalar: np.generic) -> Value:
    plain = scalar.item()
    if isinstance(plain, float) and str(scalar.dtype) in ("float16", "float32", "float64"):
        return Real(plain.hex(), dtype=str(scalar.dtype))  # type: ignore[arg-type]
    return from_python(plain)


def _from_array(array: np.ndarray[Any, Any], *, library: Literal["numpy", "torch"]) -> Value:
    dtype = str(array.dtype.newbyteorder("="))
    if dtype not in DTYPES:
        raise ValueRefusedError(say("array of dtype {dtype} has no plain form", dtype=array.dtype))
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    data = base64.b64encode(little.tobytes()).decode("ascii")
    return Array(library=library, dtype=dtype, shape=array.shape, data=data)


def _from_mapping(mapping: AnyMapping[Any, Any]) -> Value:
    return Mapping(tuple((from_python(k), from_python(v)) for k, v in mapping.items()))


_FROM_PYTHON: dict[type | tuple[type, ...], AnyCallable[[Any], Value]] = {
    type(None): lambda _: Nothing(),
    bool: Boolean,
    int: lambda number: Integer(str(number)),
    float: lambda number: Real(number.hex()),
    complex: lambda number: Complex(number.real.hex(), number.imag.hex()),
    str: lambda text: Text(text[:MAX_TEXT], cut=len(text) > MAX_TEXT),
    list: lambda items: Sequence("list", tuple(map(from_python, items))),
    tuple: lambda items: Sequence("tuple", tuple(map(from_python, items))),
    (set, frozenset): lambda items: Sequence("set", tuple(map(from_python, items))),
    dict: _from_mapping,
    np.ndarray: lambda array: _from_array(array, library="numpy"),
}
