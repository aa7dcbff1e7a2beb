"""Tagged JSON from the grader to objects: the arguments of calls, made afresh for each one."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any


def decode(tree: dict[str, Any]) -> Any:
    """Return a new object for ``tree``; arrays and tensors share nothing with earlier ones."""
    return _READERS[tree["t"]](tree)


def _real(tree: dict[str, Any]) -> Any:
    number = float.fromhex(tree["v"])
    dtype = tree.get("dtype", "float64")
    if dtype == "float64":
        return number
    import numpy

    return numpy.dtype(dtype).type(number)


def _sequence(tree: dict[str, Any]) -> Any:
    items = [decode(item) for item in tree["items"]]
    return {"list": list, "tuple": tuple, "set": set}[tree["kind"]](items)


def _array(tree: dict[str, Any]) -> Any:
    import numpy

    dtype = numpy.dtype(tree["dtype"])
    flat = numpy.frombuffer(base64.b64decode(tree["data"]), dtype=dtype.newbyteorder("<"))
    array = flat.astype(dtype).reshape(tree["shape"])
    if tree["library"] == "numpy":
        return array
    import torch

    return torch.from_numpy(array)


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "none": lambda _: None,
    "bool": lambda tree: tree["v"],
    "int": lambda tree: int(tree["v"]),
    "float": _real,
    "complex": lambda tree: complex(float.fromhex(tree["re"]), float.fromhex(tree["im"])),
    "text": lambda tree: tree["v"],
    "seq": _sequence,
    "map": lambda tree: {decode(key): decode(item) for key, item in tree["items"]},
    "array": _array,
}
