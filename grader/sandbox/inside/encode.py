"""Student objects to tagged JSON: plain data or a note that there is none.

Nothing of a student's making is called: the type is taken by ``type``, subclasses are reduced by
the methods of their built-in base, and what has no plain form is named by its type. The tags are
those of the grader's ``values`` module, which decodes them strictly.
"""

from __future__ import annotations

import base64
import decimal
import fractions
import json
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from . import signatures

MAX_TEXT = 65_536
MAX_ITEMS = 10_000
MAX_ARRAY_BYTES = 1_048_576
MAX_BITS = 13_280
"""Integers of more bits may have more than 4 000 digits."""
MAX_DEPTH = 20
MAX_NODES = 100_000
MAX_CHARACTERS = 2_000_000
"""Most nodes, and most characters of text and array data, of one value."""
DTYPES = frozenset(
    [
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    ]
)
KIND = "t"
_to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

Tree = dict[str, Any]
Bases = tuple[type, ...]


class _HasNoPlainFormError(Exception):
    """The whole value is given up; the text says why."""


def encode(thing: object) -> Tree:
    """Return the tree for ``thing``; never raises and never runs student code."""
    try:
        return _Writer().write(thing, 0)
    except _HasNoPlainFormError as problem:
        return opaque(thing, str(problem))
    except BaseException as problem:
        return opaque(thing, f"could not be written down ({type_name(problem)})")


def as_text(tree: Tree) -> str:
    """Return ``tree`` as JSON, for telling whether a value has changed."""
    return _to_json(tree)


def opaque(thing: object, reason: str = "") -> Tree:
    """Return the note that stands for a thing without a plain form."""
    return {KIND: "opaque", "type": type_name(thing), "reason": reason[:500]}


def type_name(thing: object) -> str:
    """Return the name of a thing's type without asking the thing."""
    return str.__str__(type.__dict__["__name__"].__get__(type(thing)))[:500]


def mro(thing: object) -> Bases:
    """Return the classes of a thing, its own first, without asking the thing."""
    return type.__dict__["__mro__"].__get__(type(thing))  # type: ignore[no-any-return]


def _is(bases: Bases, *wanted: type) -> bool:
    return any(base is each for base in bases for each in wanted)


class _Writer:
    """One value being written: how much is spent, and which containers are open."""

    def __init__(self) -> None:
        self._nodes = 0
        self._characters = 0
        self._open: set[int] = set()

    def write(self, thing: object, depth: int) -> Tree:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _HasNoPlainFormError(f"holds more than {MAX_NODES} items in all")
        if depth > MAX_DEPTH:
            return opaque(thing, f"nested deeper than {MAX_DEPTH} levels")
        bases = mro(thing)
        for base in bases:
            writer = _BY_TYPE.get(id(base))
            if writer is not None:
                return writer(self, thing, depth)
        return self._from_library(thing, bases, depth)

    def _from_library(self, thing: object, bases: Bases, depth: int) -> Tree:
        for library, convert in _LIBRARIES.items():
            module = sys.modules.get(library)
            if module is not None:
                tree = convert(self, module, thing, bases, depth)
                if tree is not None:
                    return tree
        function = signatures.describe(thing)
        return {KIND: "function", **function} if function else opaque(thing)

    def spend(self, characters: int) -> None:
        self._characters += characters
        if self._characters > MAX_CHARACTERS:
            raise _HasNoPlainFormError(f"larger than {MAX_CHARACTERS} characters")

    def text(self, thing: Any, _depth: int) -> Tree:
        plain = str.__getitem__(thing, slice(0, MAX_TEXT))
        self.spend(len(plain))
        safe = plain.encode("utf-8", "replace").decode("utf-8")
        return {KIND: "text", "v": safe, "cut": str.__len__(thing) > MAX_TEXT}

    def sequence(self, kind: str, thing: object, items: Iterable[object], depth: int) -> Tree:
        return {KIND: "seq", "kind": kind, "items": self._inside(thing, items, depth, self.write)}

    def mapping(self, thing: Any, depth: int) -> Tree:
        items = OrderedDict.items(thing) if type(thing) is OrderedDict else dict.items(thing)
        return {KIND: "map", "items": self._inside(thing, items, depth, self._pair)}

    def _pair(self, pair: Any, depth: int) -> list[Tree]:
        return [self.write(pair[0], depth), self.write(pair[1], depth)]

    def _inside(
        self,
        thing: object,
        items: Iterable[object],
        depth: int,
        write: Callable[[Any, int], Any],
    ) -> list[Any]:
        if id(thing) in self._open:
            raise _HasNoPlainFormError("contains itself")
        self._open.add(id(thing))
        trees: list[Any] = []
        for item in items:
            if len(trees) == MAX_ITEMS:
                raise _HasNoPlainFormError(f"holds more than {MAX_ITEMS} items")
            trees.append(write(item, depth + 1))
        self._open.discard(id(thing))
        return trees

    def array(self, numpy: Any, array: Any, library: str) -> Tree:
        """Write a plain ndarray; dtypes without a counterpart become the nearest that has one."""
        if array.nbytes > MAX_ARRAY_BYTES:
            raise _HasNoPlainFormError(
                f"array of shape {tuple(array.shape)} needs {array.nbytes} bytes, "
                f"more than {MAX_ARRAY_BYTES}"
            )
        dtype = array.dtype.newbyteorder("=")
        if str(dtype) not in DTYPES:
            dtype = numpy.dtype("complex128" if dtype.kind == "c" else "float64")
        little = numpy.ascontiguousarray(array, dtype=dtype.newbyteorder("<"))
        data = base64.b64encode(little.tobytes()).decode("ascii")
        self.spend(len(data))
        return {
            KIND: "array",
            "library": library,
            "dtype": str(dtype),
            "shape": [int(side) for side in array.shape],
            "data": data,
        }


def _integer(_writer: _Writer, thing: Any, _depth: int) -> Tree:
    if int.bit_length(thing) > MAX_BITS:
        raise _HasNoPlainFormError("an integer of more than 4000 digits")
    return {KIND: "int", "v": int.__repr__(int.__pos__(thing))}


def _parts(number: complex) -> Tree:
    return {KIND: "complex", "re": number.real.hex(), "im": number.imag.hex()}


def _as_real(number: Any, convert: Callable[[Any], float]) -> Tree:
    try:
        return {KIND: "float", "v": convert(number).hex()}
    except (OverflowError, ValueError):
        raise _HasNoPlainFormError("too large for a floating-point number") from None


def _decimal(_writer: _Writer, thing: Any, _depth: int) -> Tree:
    return _as_real(thing, decimal.Decimal.__float__)


def _fraction(_writer: _Writer, thing: Any, _depth: int) -> Tree:
    top = fractions.Fraction._numerator.__get__(thing)  # type: ignore[attr-defined]
    bottom = fractions.Fraction._denominator.__get__(thing)  # type: ignore[attr-defined]
    return _as_real(thing, lambda _: int.__truediv__(top, bottom))


_WRITERS: dict[type, Callable[[_Writer, Any, int], Tree]] = {
    type(None): lambda *_: {KIND: "none"},
    bool: lambda _, thing, __: {KIND: "bool", "v": thing is True},
    int: _integer,
    float: lambda _, thing, __: {KIND: "float", "v": float.hex(thing)},
    complex: lambda _, thing, __: _parts(complex.__pos__(thing)),
    str: _Writer.text,
    list: lambda writer, thing, depth: writer.sequence("list", thing, list.__iter__(thing), depth),
    tuple: lambda writer, thing, depth: writer.sequence(
        "tuple", thing, tuple.__iter__(thing), depth
    ),
    set: lambda writer, thing, depth: writer.sequence("set", thing, set.__iter__(thing), depth),
    frozenset: lambda writer, thing, depth: writer.sequence(
        "set", thing, frozenset.__iter__(thing), depth
    ),
    dict: _Writer.mapping,
    range: lambda writer, thing, depth: writer.sequence("list", thing, thing, depth),
    decimal.Decimal: _decimal,
    fractions.Fraction: _fraction,
}
# By identity: asking a class for its hash or equality may run a metaclass of a student's making.
_BY_TYPE = {id(base): writer for base, writer in _WRITERS.items()}


def _from_numpy(writer: _Writer, numpy: Any, thing: Any, bases: Bases, depth: int) -> Tree | None:
    if _is(bases, numpy.generic):
        return _from_numpy_scalar(writer, numpy, thing, depth)
    if not _is(bases, numpy.ndarray):
        return None
    if _is(bases, numpy.ma.MaskedArray):
        raise _HasNoPlainFormError("a masked array")
    plain = numpy.ndarray.view(thing, numpy.ndarray)
    if plain.dtype.kind in "OU" and plain.size <= MAX_ITEMS:
        return writer.write(plain.tolist(), depth)
    if plain.dtype.kind not in "biufc":
        raise _HasNoPlainFormError(f"an array of dtype {plain.dtype}")
    return writer.array(numpy, plain, "numpy")


def _from_numpy_scalar(writer: _Writer, numpy: Any, thing: Any, depth: int) -> Tree | None:
    dtype = numpy.generic.dtype.__get__(thing)
    if dtype.kind == "f":
        name = dtype.name if dtype.name in DTYPES else "float64"
        return {KIND: "float", "v": float(numpy.generic.item(thing)).hex(), "dtype": name}
    if dtype.kind == "c":
        return _parts(complex(numpy.generic.item(thing)))
    if dtype.kind in "biuU":
        return writer.write(numpy.generic.item(thing), depth)
    return None


def _from_torch(writer: _Writer, torch: Any, thing: Any, bases: Bases, _depth: int) -> Tree | None:
    if not _is(bases, torch.Tensor):
        return None
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        tensor = torch.Tensor.detach(thing)
        if tensor.device.type == "meta":
            raise _HasNoPlainFormError("a tensor without data")
        if tensor.numel() * tensor.element_size() > MAX_ARRAY_BYTES:
            raise _HasNoPlainFormError(f"a tensor of more than {MAX_ARRAY_BYTES} bytes")
        tensor = tensor.cpu()
        if tensor.layout is not torch.strided:
            tensor = tensor.to_dense()
        if tensor.is_quantized:
            tensor = tensor.dequantize()
        if str(tensor.dtype).removeprefix("torch.") not in DTYPES:
            tensor = tensor.to(torch.complex64 if tensor.is_complex() else torch.float32)
        array = tensor.resolve_conj().resolve_neg().numpy()
    return writer.array(sys.modules["numpy"], array, "torch")


def _from_sympy(_writer: _Writer, sympy: Any, thing: Any, bases: Bases, _depth: int) -> Tree | None:
    numbers = getattr(sympy, "core", None) and sympy.core.numbers
    if not numbers or not _is(bases, numbers.Number, numbers.NumberSymbol):
        return None
    if _is(bases, numbers.Integer):
        return _integer(_writer, int(thing), _depth)
    return _as_real(thing, float)


_LIBRARIES: dict[str, Callable[[_Writer, Any, Any, Bases, int], Tree | None]] = {
    "numpy": _from_numpy,
    "torch": _from_torch,
    "sympy": _from_sympy,
}
