"""Memory in large pages holds what it held before, and the count of them is true."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import re
from grader.sandbox.inside import pages

def large():
    return int(re.search(r"AnonHugePages:\\s+(\\d+)", open("/proc/self/smaps_rollup").read())[1])

held = [bytes([number]) * (1 << 22) for number in range(1, 9)]
made = pages.enlarge()
assert large() >= made * pages._large_bytes() // 1024, (large(), made)
assert all(one == bytes([one[0]]) * (1 << 22) for one in held)
assert [one[0] for one in held] == list(range(1, 9))
print(made)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the call is Linux's")
def test_memory_that_was_moved_to_large_pages_holds_what_it_held() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 0
