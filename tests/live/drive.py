"""Run cells in a kernel of the Python that runs this: sources in as JSON, what they show out.

A script of its own, since that Python need not be the one of the tests and knows nothing of them.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from jupyter_client.manager import start_new_kernel

PATIENCE = 120
"""Seconds that anything may take on a machine busy with other work."""
SHOWN = ("display_data", "error", "execute_result", "stream")


def main() -> None:
    """Print for each cell a list of its outputs, with the ``type`` of each among its content."""
    manager, client = start_new_kernel(startup_timeout=PATIENCE)
    cells: list[list[dict[str, Any]]] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] in SHOWN:
            cells[-1].append({"type": message["msg_type"], **message["content"]})

    try:
        for source in json.load(sys.stdin):
            cells.append([])
            client.execute_interactive(
                source, timeout=PATIENCE, allow_stdin=False, output_hook=keep
            )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    json.dump(cells, sys.stdout)


if __name__ == "__main__":
    main()
