"""Canvas's table of a set of groups: who else is in the group whose hand-in carries one number.

Written after ``group_categories_controller.rb``, which writes the table, and ``content_zipper.rb``,
which names entries; not tried against a Canvas. The titles used here are the same in every
language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from grader.errors import UsageError
from grader.language import message, say
from grader.lms import tables
from grader.lms.tables import Table
from grader.submission import Identity

_USER, _GROUP, _NAME = "canvas_user_id", "canvas_group_id", "group_name"
_AGAIN = message("download it again in Canvas and do not open it in a spreadsheet")


@dataclass(frozen=True, kw_only=True, slots=True)
class Groups:
    """Who is in which group, by Canvas's numbers."""

    written: Mapping[str, str]
    """The users' names as Canvas writes them into names of files, by the users' numbers."""
    group: Mapping[str, str]
    """The group of each user that is in one."""
    members: Mapping[str, tuple[str, ...]]
    """The users of each group."""
    called: Mapping[str, str]
    """The groups' names, written in the same way."""


def is_groups(table: Table) -> bool:
    """Whether a table is one of groups, by the titles that Canvas never translates."""
    return all(table.header.count(title) == 1 for title in (_USER, _NAME))


def read(table: Table) -> Groups:
    """Return who is in which group.

    Raises ``UsageError`` where a user or a group is not told for sure, or nobody is in any.
    """
    tables.refuse_drift(table, say(_AGAIN))
    if table.header.count(_GROUP) != 1:
        raise UsageError(
            say(
                "{name}: nobody is in a group there; take the table of the set of groups that the "
                "assignment is given to",
                name=table.name,
            )
        )
    user, group, name = map(table.header.index, (_USER, _GROUP, _NAME))
    written: dict[str, str] = {}
    group_of: dict[str, str] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for row in table.rows[1:]:
        number, of = row.cells[user].strip(), row.cells[group].strip()
        if not any(cell.strip() for cell in row.cells):
            continue
        if not _is_number(number) or (of and not _is_number(of)) or number in written:
            raise _doubtful(table, row.line, number)
        written[number] = as_written(row.cells[0])
        if of:
            group_of[number] = of
            names[of].add(as_written(row.cells[name]))
    twice = next((of for of, called in names.items() if len(called) > 1), None)
    if twice is not None:
        raise _doubtful(table, 1, twice)
    members: dict[str, list[str]] = defaultdict(list)
    for number, of in group_of.items():
        members[of].append(number)
    return Groups(
        written=written,
        group=group_of,
        members={of: tuple(sorted(numbers, key=int)) for of, numbers in members.items()},
        called={of: called.pop() for of, called in names.items()},
    )


def resolve(identity: Identity, label: str, groups: Groups) -> Identity:
    """Return the identity of a hand-in with its members, or that it is one learner's alone.

    ``label`` is the name in the entry. It never chooses a group; it can only forbid the one that
    the number chose: a learner who handed in alone shares nothing.
    """
    if identity.lms != "canvas" or identity.anonymous or identity.kind is not None:
        return identity
    own, group = groups.written.get(identity.number), groups.group.get(identity.number)
    wanted = as_written(label)
    is_groups = group is not None and groups.called[group] == wanted
    if is_groups == (own == wanted):
        return identity
    if not is_groups or group is None:
        return replace(identity, kind="learner")
    return replace(identity, kind="team", members=groups.members[group])


def as_written(name: str) -> str:
    """Return a name as Canvas writes it into the name of a file: lower case, letters and digits.

    An underscore stays; the two around digits go, as Canvas takes them off.
    """
    kept = (
        sign
        for sign in unicodedata.normalize("NFC", re.sub("_([0-9]+)_", r"\1", name)).lower()
        if unicodedata.category(sign)[0] in "LM" or unicodedata.category(sign) in ("Nd", "Pc")
    )
    return "".join(kept)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _doubtful(table: Table, line: int, number: str) -> UsageError:
    return UsageError(
        say(
            "{name}, line {line}: {number!r} does not say for sure who is in which group; {remedy}",
            name=table.name,
            line=line,
            number=number,
            remedy=say(_AGAIN),
        )
    )
