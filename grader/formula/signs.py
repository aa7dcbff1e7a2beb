"""The signs and commands that are one token each."""

from __future__ import annotations

from typing import Final

from grader.formula import lexicon as words
from grader.formula.kinds import Kind

SINGLE: Final = {
    "|": Kind.BAR, "∣": Kind.BAR, ",": Kind.COMMA, ";": Kind.COMMA, "%": Kind.PERCENT,
    "∂": Kind.PARTIAL, "$": Kind.QUAD, "&": Kind.QUAD, "#": Kind.HASH,
    "'": Kind.PRIME, "’": Kind.PRIME, "′": Kind.PRIME,
}  # fmt: skip

SIMPLE: Final[dict[str, tuple[Kind, str]]] = {
    **{name: (Kind.NAME, key) for name, key in words.NAME_COMMANDS.items()},
    **{name: (Kind.FUNCTION, name) for name in words.FUNCTION_NAMES if name != "sqrt"},
    **{name: (Kind.OPERATOR, sign) for name, sign in words.OPERATOR_COMMANDS.items()},
    **{name: (Kind.RELATION, sign) for name, sign in words.RELATION_COMMANDS.items()},
    **{name: (Kind.ACCENT, accent) for name, accent in words.ACCENTS.items()},
    **{name: (Kind.COMMAND, "frac") for name in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac")},
    **{name: (Kind.COMMAND, name) for name in ("sqrt", "sum", "prod", "boxed", "underbrace")},
    **{name: (Kind.QUAD, name) for name in ("quad", "qquad", "enspace", "enskip")},
    "partial": (Kind.PARTIAL, "∂"),
    "lvert": (Kind.OPEN, "|"),
    "rvert": (Kind.CLOSE, "|"),
    "vert": (Kind.BAR, "|"),
    "ell": (Kind.NAME, "ell"),
    "newline": (Kind.BREAK, "\\\\"),
    "lbrace": (Kind.OPEN, "\\{"),
    "rbrace": (Kind.CLOSE, "\\}"),
    "lbrack": (Kind.OPEN, "["),
    "rbrack": (Kind.CLOSE, "]"),
    "lfloor": (Kind.OPEN, "⌊"),
    "rfloor": (Kind.CLOSE, "⌋"),
    "lceil": (Kind.OPEN, "⌈"),
    "rceil": (Kind.CLOSE, "⌉"),
}
