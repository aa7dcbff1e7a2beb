"""What parameters a callable has, read from its code object and without running anything."""

from __future__ import annotations

import functools
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

_VARIABLE_POSITIONAL, _VARIABLE_KEYWORD = 0x04, 0x08
_MAX_WRAPPERS = 10


def describe(thing: object) -> dict[str, Any] | None:
    """Return name and parameters of a callable, None for anything else.

    ``parameters`` is None where they cannot be known: a built-in, a partial, a compiled function.
    """
    kind = type(thing)
    if issubclass(kind, type):
        return None
    if kind is FunctionType:
        return {"name": _name(thing), "parameters": _parameters(thing)}
    if kind is MethodType:
        inner = describe(thing.__func__)  # type: ignore[attr-defined]
        return inner and {**inner, "parameters": _without_self(inner["parameters"])}
    # By identity: equality may be asked of a metaclass of a student's making.
    if kind is BuiltinFunctionType or kind is functools.partial:
        return {"name": str(kind.__name__), "parameters": None}
    return _describe_instance(thing, kind)


def _describe_instance(thing: object, kind: type) -> dict[str, Any] | None:
    wrapped = _own(thing).get("__wrapped__")
    if type(wrapped) is FunctionType:
        return {"name": _name(wrapped), "parameters": _parameters(wrapped)}
    for base in type.__dict__["__mro__"].__get__(kind):
        call = type.__dict__["__dict__"].__get__(base).get("__call__")
        if call is not None:
            known = _parameters(call) if type(call) is FunctionType else None
            name = str(type.__dict__["__name__"].__get__(kind))
            return {"name": name[:500], "parameters": _without_self(known)}
    return None


def _own(thing: object) -> dict[str, Any]:
    try:
        found = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}


def _name(function: Any) -> str:
    return str.__str__(function.__name__)[:500]


def _without_self(parameters: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    if not parameters or parameters[0]["kind"] == "more_positional":
        return parameters
    return parameters[1:]


def _parameters(function: Any) -> list[dict[str, Any]]:
    """Return the parameters, of the wrapped function where the wrapper takes just anything."""
    for _ in range(_MAX_WRAPPERS):
        found = _own_parameters(function)
        wrapped = _own(function).get("__wrapped__")
        passes_on = {each["kind"] for each in found} == {"more_positional", "more_keyword"}
        if not passes_on or type(wrapped) is not FunctionType:
            break
        function = wrapped
    return found


def _own_parameters(function: Any) -> list[dict[str, Any]]:
    code = function.__code__
    names = code.co_varnames
    count, only_keyword = code.co_argcount, code.co_kwonlyargcount
    first_optional = count - len(function.__defaults__ or ())
    found = [
        _parameter(
            name,
            "positional" if index < code.co_posonlyargcount else "either",
            index >= first_optional,
        )
        for index, name in enumerate(names[:count])
    ]
    at = count + only_keyword
    if code.co_flags & _VARIABLE_POSITIONAL:
        found.append(_parameter(names[at], "more_positional", True))
        at += 1
    given = function.__kwdefaults__ or {}
    found += [
        _parameter(name, "keyword", name in given) for name in names[count : count + only_keyword]
    ]
    if code.co_flags & _VARIABLE_KEYWORD:
        found.append(_parameter(names[at], "more_keyword", True))
    return found


def _parameter(name: str, kind: str, optional: bool) -> dict[str, Any]:
    return {"name": name[:500], "kind": kind, "optional": optional}
