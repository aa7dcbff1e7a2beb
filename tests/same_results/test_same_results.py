"""A notebook shows the same in Jupyter, in our kernel, and in our kernel behind the wall."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader import sandbox
from grader.sandbox import Isolation
from tests.same_results.cells import CELLS, REASONS
from tests.same_results.runs import Shown, by_jupyter, by_us

# One worker runs all of them, so that the notebook is run once in each way.
pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("same_results")]
WAYS: dict[str, Callable[[], Isolation]] = {
    "plain": lambda: sandbox.isolation("none"),
    "cold": lambda: sandbox.isolation("strict"),
    "warm": lambda: sandbox.isolation("strict", warm=True),
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    folder = tmp_path_factory.mktemp("jupyter")
    with ThreadPoolExecutor(2) as pool:
        jupyter = pool.submit(by_jupyter, CELLS, folder)
        ours = {way: pool.submit(by_us, CELLS, make()) for way, make in WAYS.items()}
        return {"jupyter": jupyter.result(), **{way: each.result() for way, each in ours.items()}}


def difference(wanted: list[str], seen: list[str]) -> str:
    return "\n".join(difflib.unified_diff(wanted, seen, "jupyter", "ours", lineterm="", n=1))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_shows_what_it_shows_in_jupyter(
    shown: dict[str, Shown], name: str, way: str
) -> None:
    if name in REASONS:
        pytest.skip(REASONS[name])
    found = difference(shown["jupyter"][name], shown[way][name])
    assert not found, f"\n{CELLS[name]}\n{found}"


@pytest.mark.parametrize("way", ["cold", "warm"])
@pytest.mark.parametrize("name", CELLS)
def test_the_wall_changes_nothing(shown: dict[str, Shown], name: str, way: str) -> None:
    found = difference(shown["plain"][name], shown[way][name])
    assert not found, f"\n{CELLS[name]}\n{found}"


@pytest.mark.parametrize("name", REASONS)
def test_a_known_difference_is_still_there(shown: dict[str, Shown], name: str) -> None:
    assert shown["jupyter"][name] != shown["warm"][name]


def test_there_is_something_to_compare(shown: dict[str, Shown]) -> None:
    assert len(CELLS) >= 30
    silent = [name for name in CELLS if not shown["jupyter"][name]]
    assert set(silent) <= {"captured output", "a result that is hidden"}
