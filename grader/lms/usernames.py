"""Rosters of login names, for platforms whose downloads tell nothing else of whose they are."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from grader.lms.openolat_entries import plain
from grader.lms.tables import Table
from grader.submission import Identity

TITLES = ("Username", "User name", "Benutzername")
"""What the column of login names may be called."""
_WRITTEN: dict[str, Callable[[str], str]] = {"blackboard": str, "openolat": plain}
"""How a platform writes a login name into the name of an entry."""


def usernames(table: Table) -> tuple[str, ...] | None:
    """Return the login names of a table; None where it has no column of them, or several."""
    columns = [at for at, title in enumerate(table.header) if title.strip() in TITLES]
    if len(columns) != 1 or table.drifting():
        return None
    names = (row.cells[columns[0]].strip() for row in table.rows[1:])
    return tuple(dict.fromkeys(filter(None, names)))


def resolve(identity: Identity, roster: Collection[str]) -> Identity:
    """Return the identity with its login name, where exactly one of the roster's fits.

    Each way to read an entry's name counts as a fit. Where none fits, or several do, it stays as
    it is, and a person decides.
    """
    written = _WRITTEN.get(identity.lms)
    if written is None or identity.kind is not None:
        return identity
    readings = identity.members or (identity.number,)
    fitting = [name for name in roster if written(name) in readings]
    if len(fitting) != 1:
        return identity
    return replace(identity, number=fitting[0], kind="learner", members=())
