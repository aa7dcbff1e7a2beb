"""What a warm process imports for a sheet is found once and kept; a lost list is found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.run import RunStatus
from grader.sandbox import Isolation, imports
from grader.sandbox import warm as forking
from tests.sandbox.runs import bound, notebook, run

STARTER = (
    "import wave",
    "answer_of_the_starter = 'markof' + 'astarter'\nanswer_of_the_starter *= 3",
    "open('/tmp/of_the_starter', 'w').close()\nimport os\nos.environ['OF_THE_STARTER'] = '1'",
    "raise NotImplementedError",
    "import mailbox",
    "os._exit(1)",
    "import poplib",
)
SCAN = (
    "import re\nfound = 0\nfor line in open('/proc/self/maps'):\n"
    "    low, high = (int(each, 16) for each in line.split()[0].split('-'))\n"
    "    if line.split()[1].startswith('rw') and high - low < 1 << 29:\n"
    "        with open('/proc/self/mem', 'rb', 0) as memory:\n"
    "            memory.seek(low)\n"
    "            found += len(re.findall(b'answer[_]of_the_s[t]arter', memory.read(high - low)))"
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "grader/imports"


@pytest.fixture
def started(warm: Isolation, cache: Path) -> Iterator[Isolation]:
    """An isolation with a warm process for the starter, of this test alone."""
    yield replace(warm, sample=STARTER)
    forking.close()


def test_what_was_kept_is_recalled_in_order(cache: Path) -> None:
    imports.keep("one", ["wave", "a.b_c.d1", "_x"])
    imports.keep("other", [])
    assert imports.recall("one") == ("wave", "a.b_c.d1", "_x")
    assert imports.recall("other") == ()
    assert imports.recall("third") is None
    assert sorted(path.name for path in cache.iterdir()) == ["one.json", "other.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[" * 100_000,
        '["wave"]',
        '{"schema":"imports/2","modules":["wave"]}',
        '{"schema":"imports/1"}',
        '{"schema":"imports/1","modules":[1]}',
        '{"schema":"imports/1","modules":["wave;x"]}',
        '{"schema":"imports/1","modules":["../wave"]}',
        '{"schema":"imports/1","modules":["wave\\n"]}',
        '{"schema":"imports/1","modules":["w\u00e4ve"]}',
        '{"schema":"imports/1","modules":["' + "a" * 1_000 + '"]}',
        '{"schema":"imports/1","modules":[' + ",".join(['"a"'] * 20_001) + "]}",
        '{"schema":"imports/1","modules":["wave"]}' + " " * (1 << 21),
    ],
)
def test_a_damaged_list_is_none(cache: Path, text: str) -> None:
    imports.keep("one", ["wave"])
    (cache / "one.json").write_text(text)
    assert imports.recall("one") is None
    imports.keep("one", ["wave"])
    assert imports.recall("one") == ("wave",)


def test_without_a_place_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    imports.keep("one", ["wave"])
    assert imports.recall("one") is None


def test_a_list_belongs_to_one_starter_and_one_set_of_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy-1.0.dist-info").mkdir()
    monkeypatch.setattr(imports, "package_folders", lambda: (str(tmp_path),))
    first = imports.key(("import wave",), ())
    assert imports.key(("import wave",), ()) == first
    assert imports.key(("import wav", "e"), ()) != first
    assert imports.key(("import wave",), (("A", "1"),)) != first
    (tmp_path / "numpy-1.0.dist-info").rename(tmp_path / "numpy-1.1.dist-info")
    assert imports.key(("import wave",), ()) != first


@pytest.mark.sandbox
def test_a_fork_has_what_the_starter_imports_and_nothing_else_of_it(started: Isolation) -> None:
    look = notebook(
        "import os, sys\nseen = ['wave' in sys.modules, 'mailbox' in sys.modules,\n"
        "    'poplib' in sys.modules, any(name.startswith('answer') for name in globals()),\n"
        "    os.path.exists('/tmp/of_the_starter'), 'OF_THE_STARTER' in os.environ]",
        SCAN,
    )
    result = run(look, started, names=("seen", "found"))
    assert result.status is RunStatus.OK, result.first_failure()
    assert bound(result, "seen") == [[True, True, False, False, False, False]]
    assert bound(result, "found")[-1:] == [0]
    control = run(notebook("answer_of_the_starter = 1", SCAN), started, names=("found",))
    assert bound(control, "found")[-1] > 0


@pytest.mark.sandbox
def test_a_list_is_found_once(started: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    first = forking.zygote(started, ()).modules
    assert {"wave", "mailbox"} <= set(first)
    forking.close()
    key = imports.key(STARTER, ())
    assert imports.recall(key) == first
    # Were the sample run again, this name would be missing from what comes back.
    imports.keep(key, ["wave", "no_such_module"])
    assert forking.zygote(started, ()).modules == ("wave", "no_such_module")
    look = notebook("import sys\nseen = 'wave' in sys.modules, 'mailbox' in sys.modules")
    assert bound(run(look, started, names=("seen",)), "seen") == [(True, False)]


def test_a_starter_that_cannot_be_prepared_for_is_left_out(
    warm: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def start(isolation: Isolation, environment: Any, sample: tuple[str, ...] = ()) -> str:
        asked.append(sample)
        if sample:
            raise forking.LostError("2 threads run after the imports")
        return "started"

    monkeypatch.setattr(forking, "Zygote", start)
    begun: object = forking._started(replace(warm, sample=STARTER), ())
    assert begun == "started"
    assert asked == [STARTER, ()]
