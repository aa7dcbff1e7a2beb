"""Observed values as built-in objects, safe to walk, and how they are shown to a person.

What comes out is one of: None, bool, int, float, complex, str, list, tuple, ``Unordered``, dict,
NumPy array of one axis or more, NumPy scalar of reduced precision, ``Function`` or ``Opaque``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from grader.language import decimal, message, say
from grader.values import (
    Array,
    Complex,
    Function,
    Mapping,
    Opaque,
    Real,
    Sequence,
    Value,
    to_python,
)

MAX_DEPTH = 50
"""Deepest nesting that is looked into."""
TOO_DEEP = message("it is nested more than 50 deep")
SHOWN = 200
"""Longest text that shows a value."""
LONG = 10**40
"""From there on of a whole number only its length is told."""
PRINTED: Final = message("printed text")
"""The type of what stands in an output and cannot be read."""

REDUCED: Final = (np.float16, np.float32, np.complex64)
"""Scalar types whose precision a comparison has to know."""


class Unordered(list[Any]):
    """The items of a set: their order says nothing."""


def plain(value: Value) -> Any:
    """Return the built-in object for ``value``, keeping reduced precision and lack of order."""
    if too_deep(value):
        return Opaque(type="value", reason=TOO_DEEP)
    return _plain(value)


def too_deep(value: Value) -> bool:
    """Return whether ``value`` is nested more than ``MAX_DEPTH`` deep; never recurses."""
    level: list[Value] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def precision(thing: object) -> float:
    """Return the machine epsilon of a reduced floating-point type, 0 for everything else."""
    dtype = getattr(thing, "dtype", None)
    reduced = isinstance(thing, np.ndarray | np.generic) and dtype in REDUCED
    return float(np.finfo(dtype).eps) if reduced and dtype is not None else 0.0


def shown(thing: object) -> str:
    """Return ``thing`` as short text, the same in each language; what is cut has an ellipsis."""
    return shortened(_text(thing, depth=0))


def told(thing: object) -> str:
    """Return ``thing`` as a report shows it in the language spoken.

    What is a list, a text or code stays as Python writes it.
    """
    if isinstance(thing, Function):
        return say("the function {name}", name=thing.name)
    if isinstance(thing, Opaque):
        return say("an object of type {type}", type=type_of(thing))
    if type(thing) is int and abs(thing) >= LONG:
        return say("an integer of {count} digits", count=len(str(abs(thing))))
    real = isinstance(thing, float | np.floating)
    return decimal(shown(thing)) if real else shown(thing)


def type_of(thing: Opaque) -> str:
    """Return what an object is called: by its own class, or by what it was read from."""
    return say(PRINTED) if thing.type == PRINTED else thing.type


def shortened(text: str, *, limit: int = SHOWN) -> str:
    """Return ``text`` with its middle left out if it is longer than ``limit``."""
    if len(text) <= limit:
        return text
    head = limit * 2 // 3
    return f"{text[:head]} … {text[-(limit - head) :]}"


def _children(value: Value) -> list[Value]:
    if isinstance(value, Sequence):
        return list(value.items)
    if isinstance(value, Mapping):
        return [side for pair in value.items for side in pair]
    return []


def _plain(value: Value) -> Any:
    if isinstance(value, Real) and value.dtype != "float64":
        return np.dtype(value.dtype).type(float.fromhex(value.v))
    if isinstance(value, Complex):
        return scalar(to_python(value))
    if isinstance(value, Array):
        array = to_python(value)
        return array if array.ndim else scalar(array[()])
    if isinstance(value, Sequence):
        items = [_plain(item) for item in value.items]
        return {"tuple": tuple, "set": Unordered}.get(value.kind, list)(items)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items}
    return to_python(value)


def scalar(thing: Any) -> Any:
    """Return a NumPy scalar as a built-in one unless its precision is reduced; real if it is."""
    if isinstance(thing, np.generic) and not isinstance(thing, REDUCED):
        thing = thing.item()
    if isinstance(thing, complex | np.complex64) and thing.imag == 0:
        return scalar(thing.real)
    return thing


def _key(key: Value) -> Any:
    name = to_python(key)
    return name if isinstance(name, str | int | float | bool | None) else repr(name)


def _text(thing: object, *, depth: int) -> str:
    if depth > 4:
        return "…"
    if isinstance(thing, Function):
        return f"the function {thing.name}"
    if isinstance(thing, Opaque):
        return f"an object of type {thing.type}"
    if isinstance(thing, dict):
        pairs = (f"{k!r}: {_text(v, depth=depth + 1)}" for k, v in _first(thing.items()))
        return "{" + _joined(pairs, len(thing)) + "}"
    if isinstance(thing, list | tuple):
        items = _joined((_text(item, depth=depth + 1) for item in _first(thing)), len(thing))
        return f"({items})" if isinstance(thing, tuple) else f"[{items}]"
    if isinstance(thing, np.ndarray):
        return _array_text(thing)
    return _scalar_text(thing)


def _array_text(array: np.ndarray[Any, Any]) -> str:
    text = np.array2string(array, threshold=20, edgeitems=3, separator=", ")
    return " ".join(text.split())


def _scalar_text(thing: object) -> str:
    if isinstance(thing, np.generic):
        return str(thing)
    if type(thing) is int and abs(thing) >= LONG:
        return f"an integer of {len(str(abs(thing)))} digits"
    return repr(thing[: 2 * SHOWN] if isinstance(thing, str) else thing)


def _first(items: Any) -> list[Any]:
    return [item for item, _ in zip(items, range(30), strict=False)]


def _joined(parts: Any, count: int) -> str:
    return ", ".join(parts) + (", …" if count > 30 else "")
