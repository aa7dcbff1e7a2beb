"""What hostile code can reach: nothing outside, and nobody's answers but its own."""

from __future__ import annotations

import os
import platform
import socket
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.probe import Limits
from grader.run import CellStatus, Run, RunStatus
from grader.sandbox import Isolation
from tests.conftest import REPOSITORY
from tests.sandbox.runs import bound, cell, function, notebook, question, returned, run, text

pytestmark = pytest.mark.sandbox
SECRET = "a-secret-of-the-grader-31415926"


@pytest.fixture(scope="module")
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


TRY = """
def attempt(action):
    try:
        return repr(action())
    except BaseException as problem:
        return type(problem).__name__
"""


@pytest.fixture(scope="module")
def probed(
    walled: Isolation, listener: int, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What one submission finds when it tries everything that it should not."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "reference.txt").write_text("138357544")
    os.environ["GRADER_TEST_SECRET"] = SECRET
    try:
        seen = run(
            notebook(
                TRY,
                textwrap.dedent(f"""
                    import ctypes, glob, os, pathlib, platform, socket, sys
                    def connect():
                        with socket.create_connection(("127.0.0.1", {listener}), 2):
                            return "reached"
                    def abstract():
                        with socket.socket(socket.AF_UNIX) as it: it.connect(chr(0) + "x")
                    libc = ctypes.CDLL(None, use_errno=True)
                    found = {{
                        "shadow": attempt(lambda: open("/etc/shadow").read()),
                        "repository": attempt(lambda: os.listdir({str(REPOSITORY)!r})),
                        "outside": attempt(lambda: open({str(outside / "reference.txt")!r}).read()),
                        "homes": [p for p in ("/root", "/home", "/work", "/var", "/mnt", "/srv")
                                  if os.path.exists(p)],
                        "etc": sorted(os.listdir("/etc")),
                        "top": sorted(os.listdir("/")),
                        "work": os.listdir("."),
                        "network": attempt(connect),
                        "lookup": attempt(lambda: socket.getaddrinfo("example.org", 80)),
                        "abstract": attempt(abstract),
                        "vsock": attempt(lambda: socket.socket(socket.AF_VSOCK)),
                        "netlink": attempt(lambda: socket.socket(socket.AF_NETLINK)),
                        "memfd": attempt(lambda: os.memfd_create("x")),
                        "unshare": [libc.unshare(new) for new in (0x10000000, 0x20000, 0x40000000)],
                        "sys": os.path.exists("/sys"),
                        "write_usr": attempt(lambda: open("/usr/made", "w")),
                        "write_top": attempt(lambda: open("/made", "w")),
                        "write_dev": attempt(lambda: open("/dev/made", "w")),
                        "write_python": attempt(lambda: open(os.__file__, "a")),
                        "write_kernel": attempt(lambda: open("/opt/kernel/main.py", "a")),
                        "write_etc": attempt(lambda: open("/etc/passwd", "a")),
                        "root_again": [
                            attempt(lambda: os.setuid(0)), attempt(lambda: os.seteuid(0)),
                            attempt(lambda: os.setgid(0)), attempt(lambda: os.setgroups([0])),
                        ],
                        "user": os.getuid(),
                        "users": open("/proc/self/uid_map").read().split(),
                        "namespaces": {{kind: os.readlink("/proc/self/ns/" + kind)
                                       for kind in ("user", "mnt", "pid", "net", "ipc", "uts")}},
                        "groups": os.getgroups(),
                        "mount": libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
                        "chroot": attempt(lambda: os.chroot("/tmp")),
                        "raise_limit": attempt(lambda: __import__("resource").setrlimit(
                            __import__("resource").RLIMIT_NPROC, (4096, 4096))),
                        "kill_all": attempt(lambda: os.kill(-1, 0)),
                        "kill_parent": attempt(lambda: os.kill(os.getppid() or 1, 9)),
                        "processes": sorted(int(p) for p in os.listdir("/proc") if p.isdigit()),
                        "hostname": platform.node(),
                        "environment": dict(os.environ),
                        "argv": sys.argv,
                        "passwd": open("/etc/passwd").read(),
                        "status": open("/proc/self/status").read(),
                    }}
                """),
                "secrets = []\n"
                "for each in glob.glob('/proc/[0-9]*/*'):\n"
                "    if each.rsplit('/')[-1] not in ('environ', 'cmdline'): continue\n"
                "    try: secrets.append(open(each).read())\n"
                "    except OSError: pass\n"
                "seen_elsewhere = ' '.join(secrets)",
            ),
            walled,
            names=("found", "seen_elsewhere"),
        )
    finally:
        del os.environ["GRADER_TEST_SECRET"]
    assert seen.status is RunStatus.OK, seen.first_failure()
    (found,) = bound(seen, "found")
    (found["elsewhere"],) = bound(seen, "seen_elsewhere")
    assert isinstance(found, dict)
    return found


GONE = "FileNotFoundError"


@pytest.mark.parametrize("name", ["shadow", "repository", "outside"])
def test_files_of_the_grader_are_not_there(probed: dict[str, Any], name: str) -> None:
    assert probed[name] == GONE


def test_only_the_interpreter_and_the_system_are_there(probed: dict[str, Any]) -> None:
    assert probed["homes"] == []
    assert set(probed["top"]) <= {
        *("bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "nix", "opt", "proc", "sbin"),
        *("submission", "tmp", "usr"),
    }
    assert "shadow" not in probed["etc"]
    assert "hostname" not in probed["etc"]
    assert probed["work"] == []


def test_there_is_no_network(probed: dict[str, Any]) -> None:
    assert probed["network"] == "ConnectionRefusedError"
    assert probed["lookup"] == "gaierror"
    assert probed["abstract"] == "ConnectionRefusedError"
    assert not probed["sys"]


@pytest.mark.parametrize("name", ["usr", "top", "dev", "python", "kernel", "etc"])
def test_nothing_outside_the_working_folder_can_be_written(
    probed: dict[str, Any], name: str
) -> None:
    assert probed[f"write_{name}"] in ("OSError", "PermissionError")


def test_no_right_can_be_gained(probed: dict[str, Any]) -> None:
    assert set(probed["root_again"]) <= {"PermissionError", "OSError"}
    assert probed["user"] != 0
    assert 0 not in probed["groups"]
    assert probed["mount"] == -1
    assert probed["chroot"] == "PermissionError"
    assert probed["raise_limit"] in ("ValueError", "PermissionError", "OSError")
    status = dict(line.split(":\t", 1) for line in probed["status"].splitlines() if ":\t" in line)
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    assert status["NoNewPrivs"] == "1"


def test_every_namespace_is_its_own(probed: dict[str, Any]) -> None:
    for kind, namespace in probed["namespaces"].items():
        assert namespace != os.readlink(f"/proc/self/ns/{kind}"), kind  # noqa: PTH115
    assert probed["user"] == 1000
    first, _, count = probed["users"]
    assert (first, count) == ("1000", "1")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter is for x86-64")
def test_calls_that_get_around_limits_are_refused(probed: dict[str, Any]) -> None:
    assert probed["vsock"] == probed["netlink"] == "OSError"
    assert probed["memfd"] == "PermissionError"
    assert probed["unshare"] == [-1, -1, -1]


def test_no_process_but_its_own_can_be_seen(probed: dict[str, Any]) -> None:
    assert max(probed["processes"]) < 50
    assert len(probed["processes"]) <= 4


def test_nothing_tells_where_it_runs(probed: dict[str, Any]) -> None:
    assert probed["hostname"] == "sandbox"
    assert probed["argv"] == ["/opt/kernel/main.py"]
    assert str(REPOSITORY) not in repr(probed["environment"])
    assert "learner" in probed["passwd"]
    assert len(probed["passwd"].splitlines()) == 1


def test_secrets_of_the_grader_s_environment_do_not_come_in(probed: dict[str, Any]) -> None:
    assert SECRET not in repr(probed["environment"])
    assert SECRET not in probed["elsewhere"]
    assert str(REPOSITORY) not in probed["elsewhere"]


def test_a_submission_cannot_see_another(walled: Isolation) -> None:
    run(notebook("open('/tmp/note', 'w').write('the answer')\nopen('mine', 'w')"), walled)
    seen = run(
        notebook("import os\nfiles = os.listdir('/tmp') + os.listdir('.')"),
        walled,
        names=("files",),
    )
    (files,) = bound(seen, "files")
    assert {"note", "mine"}.isdisjoint(files)


def around(source: str, walled: Isolation, **more: Any) -> Run:
    """Run hostile code between an honest cell and another."""
    return run(
        notebook("early = 1", source, "late = 2\nprint('late')", "later = late + 1"),
        walled,
        names=("early", "late", "later", "total"),
        **more,
    )


def test_emptied_cells_leave_answers_missing_and_not_right(walled: Isolation) -> None:
    seen = around("get_ipython().input_transformers_cleanup.append(lambda lines: [])", walled)
    assert bound(seen, "early") == [1]
    assert bound(seen, "late") == []


@pytest.mark.parametrize(
    "sabotage",
    [
        "import builtins\nbuiltins.open = builtins.len = builtins.isinstance = None",
        "import builtins\nbuiltins.__import__ = None",
        "import json\njson.dumps = json.loads = json.JSONEncoder.encode = None",
        "import os\nos.write = os.read = os.getpid = None",
        "import sys\nsys.stdout = sys.stderr = sys.stdin = None",
        "import sys\nsys.modules.clear()",
        "import base64, hashlib\nbase64.b64encode = hashlib.blake2b = None",
        "import signal\nsignal.signal = None",
        "import ast\nast.parse = ast.walk = None",
        "get_ipython().events.register('post_execute', lambda: 1 / 0)",
        "get_ipython().display_formatter = None",
        "get_ipython().run_cell = None",
        "import gc\nfor each in gc.get_objects():\n"
        "    if type(each).__name__ in ('Server', 'Observer', 'Wire'): each.__dict__.clear()",
        "import asyncio\nasyncio.get_event_loop().stop()",
        "import os\nfor fd in range(3, 40):\n"
        "    try: os.write(fd, b'garbage ' * 100)\n    except OSError: pass",
        "import os\nos.closerange(0, 100)",
        "import os\nif os.fork() == 0: early = 99",
        "import threading, os\ndef chatter():\n    while True: print('noise')\n"
        "threading.Thread(target=chatter, daemon=True).start()",
        "import sys\nsys.setrecursionlimit(20)",
        "import warnings\nwarnings.simplefilter('error')",
        "%reset -f",
        "import os\nos.chdir('/')\nos.environ.clear()",
    ],
)
def test_sabotage_harms_only_the_saboteur(walled: Isolation, sabotage: str) -> None:
    seen = around(sabotage, walled, limits=Limits(cell_seconds=2.0, submission_seconds=8.0))
    assert seen.status is not RunStatus.SANDBOX_ERROR, seen.reason
    assert bound(seen, "early")[0] == 1
    assert bound(seen, "late") in ([], [2])
    assert [each.cell for each in seen.cells] == [1, 2, 3, 4]


def test_garbage_in_the_channel_ends_the_run_with_its_name(walled: Isolation) -> None:
    seen = around(
        "import os, stat\n"
        "for fd in range(3, 100):\n"
        "    try:\n"
        "        if stat.S_ISFIFO(os.fstat(fd).st_mode): os.write(fd, b'\\0\\0\\0\\2{]')\n"
        "    except OSError: pass",
        walled,
    )
    assert seen.status is RunStatus.DIED
    assert "channel" in seen.reason
    assert bound(seen, "early") == [1]


FORGED = """
import gc
(wire,) = [each for each in gc.get_objects() if type(each).__name__ == "Wire"]
for message in (
    {"channel": "observed", "cell": 2, "failure": None, "changes": [],
     "bindings": [{"name": "total", "value": {"t": "int", "v": "7"}},
                  {"name": "total", "value": {"t": "pickle", "v": "evil"}},
                  {"name": "total", "value": {"t": "array", "library": "numpy", "dtype": "int64",
                                              "shape": [10**9], "data": ""}}]},
    {"channel": "observed", "cell": 77, "failure": None, "bindings": [], "changes": []},
    {"channel": "called", "printed": "", "mutated": [], "value": {"t": "int", "v": "1"}},
    {"channel": "ready"},
    {"channel": "shell", "kind": "execute_reply", "parent": "2", "content": {"status": "ok"}},
    {"channel": "iopub", "kind": "status", "parent": "2", "content": {"execution_state": "idle"}},
):
    wire.write(message)
"""


def test_forged_messages_say_nothing_that_the_code_could_not_say_itself(
    walled: Isolation,
) -> None:
    seen = around(FORGED, walled)
    first, second, third = bound(seen, "total")
    assert first == 7
    assert type(second).__name__ == type(third).__name__ == "Opaque"
    assert seen.status is not RunStatus.SANDBOX_ERROR


def test_code_in_a_forked_process_does_not_answer_for_the_submission(walled: Isolation) -> None:
    seen = around(
        "import os\nif os.fork() == 0:\n    early = 99\n    print('from the fork')\nelse:\n"
        "    os.wait()",
        walled,
    )
    assert seen.status is RunStatus.OK
    assert bound(seen, "early") == [1]
    assert "from the fork" in text(seen, 2)
    assert bound(seen, "later") == [3]


def test_patched_comparison_reaches_no_one(walled: Isolation) -> None:
    seen = run(
        notebook(
            "import numpy as np, builtins\n"
            "np.testing.assert_allclose = lambda *a, **k: None\nbuiltins.abs = lambda x: 0\n"
            "class Equal(float):\n    def __eq__(self, other): return True\n"
            "    def __abs__(self): return 0.0\n    def hex(self): return '0x1p+0'\n"
            "answer = Equal(0.5)\n"
            "def f(x): return Equal(0.25)",
        ),
        walled,
        names=("answer",),
        functions=(function("f", {"x": 1}),),
    )
    assert bound(seen, "answer") == [0.5]
    assert [returned(each) for each in question(seen, "f").results] == [0.25]


def test_without_a_wall_the_same_code_gives_the_same(
    walled: Isolation, unwalled: Isolation
) -> None:
    cells = notebook(
        "import numpy as np\nx = np.arange(3) / 3\nprint(x)",
        "1 / 0",
        "def f(a, b=2): return a * b\nf(2)",
        "!echo shell",
    )
    functions = (function("f", {"a": 1.5, "b": 3}),)
    here, there = (
        run(cells, each, names=("x",), functions=functions) for each in (walled, unwalled)
    )
    assert here.bindings == there.bindings
    assert here.functions == there.functions
    assert [(each.status, each.outputs, each.failure) for each in here.cells] == [
        (each.status, each.outputs, each.failure) for each in there.cells
    ]
    assert (here.isolation, there.isolation) == ("strict", "none")


def test_a_sandbox_that_cannot_start_is_our_own_failure() -> None:
    broken = Isolation(level="strict", how="/nowhere/bwrap")
    seen = run(notebook("x = 1"), broken, names=("x",))
    assert seen.status is RunStatus.SANDBOX_ERROR
    assert "/nowhere/bwrap" in seen.reason


def test_a_sandbox_that_ends_at_once_is_our_own_failure(tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: no permission to do this' >&2\nexit 1\n")
    program.chmod(0o755)
    seen = run(notebook("x = 1"), Isolation(level="strict", how=str(program)), names=("x",))
    assert seen.status is RunStatus.SANDBOX_ERROR
    assert "no permission to do this" in seen.reason
    assert cell(seen, 1).status is CellStatus.NOT_RUN


def test_a_submission_without_code_needs_no_sandbox() -> None:
    broken = Isolation(level="strict", how="/nowhere/bwrap")
    assert run(notebook(), broken).status is RunStatus.OK
