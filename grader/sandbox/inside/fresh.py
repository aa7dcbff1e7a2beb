"""What two forks of one process would share by chance, made each fork's own."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from typing import Any


def renew() -> None:
    """Seed every known generator anew and forget what was remembered of the process's start."""
    tempfile.tempdir = None
    random.seed()
    numpy_random: Any = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.default_generator.seed()
    processes: Any = sys.modules.get("multiprocessing.process")
    if processes is not None:
        processes.current_process().authkey = os.urandom(32)
