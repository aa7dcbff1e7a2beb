"""Left sides of answers: names, and expressions such as `∂f/∂x` or `w_1 - w_2`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.errors import AuthorError
from grader.formula import Declared, Number, SymbolTable, Tree, declare, read, symbols
from grader.formula.symbols import spell
from grader.sheet import Terms

_LOOKS = re.compile(r"\\(?:text|mathrm|mathit|mathbf|operatorname)(?![a-zA-Z])|[\s${}`*]")


def key(name: str) -> str:
    r"""Return a name as left sides are compared: `m\_hat`, `\text{m_hat}` and `m_hat` are one."""
    return _LOOKS.sub("", name).replace("\\_", "_")


def table(terms: Terms, name: str) -> SymbolTable:
    """Return the names that an answer to question ``name`` may use, its own among them.

    Raises ``AuthorError`` where a left side is neither a name nor an expression in names.
    """
    known = declare(*terms.symbols, log=terms.log, series=terms.series)
    own = tuple(one for one in terms.answer if _is_new_name(one, name, known))
    asked = Declared(name=name, spellings=own)
    return declare(*terms.symbols, asked, log=terms.log, series=terms.series)


def trees(written: Iterable[str], table: SymbolTable, name: str) -> frozenset[Tree]:
    """Return what these left sides are as expressions, without those that are ``name`` itself."""
    read_as = {tree for one in written if "*" not in one for tree in read(one, table).trees}
    return frozenset(tree for tree in read_as if name not in symbols(tree))


def _is_new_name(written: str, name: str, known: SymbolTable) -> bool:
    """Whether a left side is a name of its own; one of declared names is an expression."""
    reading = read(written, known)
    expression = reading.tree is not None and not isinstance(reading.tree, Number)
    if expression and not reading.unknown:
        return False
    try:
        spell(Declared(name=name), written)
    except AuthorError:
        if expression:
            return False
        raise
    return True
