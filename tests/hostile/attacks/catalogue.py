"""All attacks, in one tuple."""

from __future__ import annotations

import platform

from tests.hostile.attacks import (
    exploding,
    files,
    handed_in,
    interpreter,
    memory,
    network,
    processes,
    protocol,
    rights,
    secrets,
)
from tests.hostile.attacks.attack import Attack

_ALL: tuple[Attack, ...] = (
    *files.ATTACKS,
    *network.ATTACKS,
    *processes.ATTACKS,
    *memory.ATTACKS,
    *rights.ATTACKS,
    *protocol.ATTACKS,
    *interpreter.ATTACKS,
    *exploding.ATTACKS,
    *secrets.ATTACKS,
    *handed_in.ATTACKS,
)
_BY_NUMBER = "system_call("

CATALOGUE = tuple(
    each for each in _ALL if platform.machine() == "x86_64" or _BY_NUMBER not in each.code
)
"""Those that name system calls by number use the numbers of x86-64; elsewhere they are left out."""
