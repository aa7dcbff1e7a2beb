"""All attacks, in one tuple."""

from __future__ import annotations

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

CATALOGUE: tuple[Attack, ...] = (
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
