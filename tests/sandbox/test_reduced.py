"""The level that needs no namespaces: what it gives, what it takes, and that it is written down.

Run as an ordinary user with an interpreter that everyone may read: to its submissions the
machine's own files are there, and only Landlock closes them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import ordinary
from tests.conftest import TINY_COURSE

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user"),
]
SAMPLES = TINY_COURSE / "exercises/circles/submissions"
LOOK = """
import json, os, sys
sys.path.insert(0, os.getcwd())
from grader import sandbox, values
from tests.sandbox.runs import notebook, run
cells, names = json.loads(sys.argv[1]), sys.argv[2:]
seen = run(notebook(*cells), sandbox.isolation("reduced"), names=tuple(names))
print(json.dumps({
    "status": seen.status, "reason": seen.reason, "isolation": seen.isolation,
    "failures": [each.failure and each.failure.sentence for each in seen.cells],
    "bound": {each.name: values.to_python(each.value) for each in seen.bindings},
}))
"""


@pytest.fixture(scope="module")
def python() -> Iterator[Path]:
    with ordinary.readable_python() as folder:
        yield folder


def look(python: Path, *cells: str, names: tuple[str, ...] = ("x",)) -> dict[str, Any]:
    """Run cells in the level ``reduced`` and return what was observed."""
    ended = ordinary.run(python, "-c", LOOK, json.dumps(cells), *names)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def grade(python: Path, level: str, out: Path, *more: str) -> dict[str, Any]:
    words = ("-m", "grader", "grade", "circles", SAMPLES, "-o", out, "--course", TINY_COURSE)
    ended = ordinary.run(python, *words, "--isolation", level, *more)
    assert ended.returncode in (0, 1), ended.stderr
    return json.loads((out / "grades.json").read_text())  # type: ignore[no-any-return]


def test_grades_are_those_of_the_strict_level_and_the_level_is_in_every_report(
    python: Path,
) -> None:
    out = python / "temporary"
    books = {level: grade(python, level, out / level) for level in ("strict", "reduced")}
    for level, book in books.items():
        assert book["environment"]["isolation"] == level
        assert len(book["submissions"]) >= 2
        for each in book["submissions"]:
            each.pop("run")
        pages = list((out / level / "reports").glob("*.html"))
        assert len(pages) == len(book["submissions"])
        for page in pages:
            assert f"<dt>Isolation</dt><dd>{level}</dd>" in page.read_text()
    assert books["strict"]["submissions"] == books["reduced"]["submissions"]


def test_what_notebooks_usually_do_works(python: Path) -> None:
    seen = look(
        python,
        "import numpy as np, torch\nx = float(torch.tensor(np.arange(4.0), requires_grad=True)"
        ".pow(2).sum().detach())",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('plot.png')",
        "import threading\nmade = []\nt = threading.Thread(target=made.append, args=(1,))\n"
        "t.start(); t.join()",
        "import asyncio\nawait asyncio.sleep(0)",
        "import tempfile\nwith tempfile.TemporaryFile() as file: file.write(b'x')",
    )
    assert (seen["status"], seen["isolation"]) == ("OK", "reduced"), seen
    assert seen["bound"]["x"] == 14.0


@pytest.mark.parametrize(
    "cell",
    [
        "!echo shell",
        "import subprocess\nsubprocess.run(['echo'])",
        "import os\nos.fork()",
        "import socket\nsocket.socket()",
        "import os\nos.chmod('.', 0o777)",
    ],
)
def test_what_it_takes_is_said_in_a_sentence_and_the_rest_runs(python: Path, cell: str) -> None:
    seen = look(python, cell, "x = 1")
    assert seen["status"] == "ERROR"
    assert seen["failures"][0] == "It does something that is not allowed while grading."
    assert seen["bound"]["x"] == 1


@pytest.mark.parametrize(
    "fill",
    [
        "n = 0\nwhile True:\n    n += 1\n"
        "    with open(f'f{n}', 'wb') as file: file.write(bytes(16 << 20))",
        "held = []\nimport os\nfor n in range(20):\n    held.append(open('f', 'wb', 0))\n"
        "    held[-1].write(bytes(16 << 20))\n    os.remove('f')\nwhile True: pass",
    ],
    ids=["files", "files without a name"],
)
def test_the_disk_cannot_be_filled(python: Path, fill: str) -> None:
    seen = look(python, "x = 1", fill)
    assert seen["status"] == "OUTPUT_LIMIT"
    assert "128 MiB of files" in seen["reason"]
    assert seen["bound"]["x"] == 1


def test_folders_without_end_end_the_run_and_are_removed(python: Path) -> None:
    seen = look(
        python,
        "x = 1",
        "import os\nfor n in range(30_000):\n    os.mkdir('d'); os.chdir('d')",
        "import time\nwhile True: time.sleep(1)",
    )
    assert seen["status"] == "OUT_OF_MEMORY", seen
    assert "files" in seen["reason"]
    assert seen["bound"]["x"] == 1
    assert not [each for each in (python / "temporary").iterdir() if "grader-" in each.name]


def test_two_submissions_share_nothing(python: Path) -> None:
    look(python, "import os\nopen(os.environ['HOME'] + '/note', 'w').write('answer'); x = 1")
    seen = look(python, "import os\nx = os.listdir(os.environ['HOME']) + os.listdir('.')")
    assert not {"note"} & set(seen["bound"]["x"])
