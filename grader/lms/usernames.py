"""Rosters of login names, for platforms whose downloads tell nothing else of whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from grader.lms.openolat_entries import plain
from grader.lms.tables import Table
from grader.submission import Identity

TITLES = (
    "Username",
    "User name",
    "Benutzername",
    "Nombre de usuario",
    "Nom d’utilisateur",
    "Nom d'utilisateur",
    "Gebruikersnaam",
)
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


def resolver(roster: Iterable[str]) -> Callable[[Identity], Identity]:
    """Return what gives an identity its login name, where exactly one of the roster's fits.

    Each way to read an entry's name counts as a fit. Where none fits, or several do, the identity
    stays as it is, and a person decides.
    """
    names = tuple(roster)
    fits = {lms: _by_reading(names, written) for lms, written in _WRITTEN.items()}

    def resolve(identity: Identity) -> Identity:
        known = fits.get(identity.lms)
        if known is None or identity.kind is not None:
            return identity
        readings = identity.members or (identity.number,)
        fitting = {name for reading in readings for name in known.get(reading, ())}
        if len(fitting) != 1:
            return identity
        return replace(identity, number=fitting.pop(), kind="learner", members=())

    return resolve


def _by_reading(names: Sequence[str], written: Callable[[str], str]) -> dict[str, list[str]]:
    """Return the login names by how their platform writes them."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(written(name), []).append(name)
    return found
