"""Landlock, tried for real in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import Isolation
from grader.sandbox.inside import landlock
from tests.sandbox.runs import bound, notebook, run

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or landlock.version() == 0, reason="this kernel has no Landlock"
)

TRY = """
    import importlib.util, json, os, socket, sys
    spec = importlib.util.spec_from_file_location("landlock", {module!r})
    landlock = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(landlock)
    landlock.restrict(readable={readable!r}, writable={writable!r})
    outcome = {{}}
    def attempt(name, action):
        try:
            action()
            outcome[name] = "done"
        except OSError as error:
            outcome[name] = os.strerror(error.errno)
    {actions}
    print(json.dumps(outcome))
"""


def outcomes(actions: str, *, readable: list[str], writable: list[str]) -> Any:
    code = textwrap.dedent(TRY).format(
        module=landlock.__file__,
        readable=readable,
        writable=writable,
        actions=actions.strip(),
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_only_what_is_allowed_can_be_read_and_written(tmp_path: Path) -> None:
    for name in ("open", "read_only", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("content")
    actions = "\n".join(
        f"attempt('{what} {name}', lambda: open({str(tmp_path / name / file)!r}, '{mode}'))"
        for name in ("open", "read_only", "closed")
        for what, mode, file in (
            ("read", "r", "file"),
            ("change", "a", "file"),
            ("make", "w", "new"),
        )
    )
    system = [str(Path(sys.base_prefix)), "/usr", "/lib", "/lib64", "/etc"]
    found = outcomes(
        actions,
        readable=[*system, str(tmp_path / "read_only")],
        writable=[str(tmp_path / "open"), "/no/such/place"],
    )
    allowed = {name for name, outcome in found.items() if outcome == "done"}
    assert allowed == {"read open", "change open", "make open", "read read_only"}
    assert set(found.values()) == {"done", "Permission denied"}


def test_the_wall_cannot_be_taken_down_by_another_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    found = outcomes(
        "landlock.restrict(readable=['/'], writable=['/'])\n"
        f"attempt('read', lambda: open({str(tmp_path / 'file')!r}))",
        readable=[str(Path(sys.base_prefix)), "/usr"],
        writable=[],
    )
    assert found == {"read": "Permission denied"}


@pytest.mark.skipif(landlock.version() < 4, reason="this kernel's Landlock knows no TCP")
def test_no_tcp_connection_can_be_made_or_taken() -> None:
    found = outcomes(
        "attempt('listen', lambda: socket.socket().bind(('127.0.0.1', 0)))\n"
        "attempt('connect', lambda: socket.socket().connect(('127.0.0.1', 9)))",
        readable=["/"],
        writable=["/"],
    )
    assert found == {"listen": "Permission denied", "connect": "Permission denied"}


@pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock knows no scopes")
def test_no_signal_reaches_a_process_outside() -> None:
    found = outcomes(
        "attempt('itself', lambda: os.kill(os.getpid(), 0))\n"
        "attempt('parent', lambda: os.kill(os.getppid(), 0))",
        readable=["/"],
        writable=["/"],
    )
    assert found == {"itself": "done", "parent": "Operation not permitted"}


@pytest.mark.sandbox
def test_submissions_are_behind_this_wall_too(walled: Isolation) -> None:
    code = (
        "import os\n"
        "def can_write(path):\n"
        "    try:\n        open(path, 'w').write('x')\n    except OSError as error:\n"
        "        return error.errno\n    return 0\n"
        "work, system = can_write('file'), can_write('/proc/self/comm')\n"
        "device = can_write('/dev/null')"
    )
    seen = run(notebook(code), walled, names=("work", "system", "device"))
    assert bound(seen, "work") == bound(seen, "device") == [0]
    assert bound(seen, "system") == [13]
