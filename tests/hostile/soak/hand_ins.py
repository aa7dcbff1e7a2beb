"""The class of a soak: learners of every kind, with hostile ones spread among them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import chain, count, cycle, zip_longest
from pathlib import Path

import nbformat

from tests.hostile.attacks.attack import LAST_WORD, LIMITS, Attack
from tests.hostile.attacks.catalogue import CATALOGUE

Cells = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """One hand-in of the class."""

    name: str
    attack: Attack | None = None
    """What it does; None if it is honest."""


def write_class(
    folder: Path, number: int, *, hostile: float, seed: int, prelude: str
) -> tuple[HandIn, ...]:
    """Write ``number`` hand-ins into ``folder``, ``hostile`` percent of them attacks.

    The same seed gives the same honest ones. ``prelude`` is the first cell of each attack.
    """
    chance = random.Random(seed)
    share = round(number * hostile / 100)
    places = set(chance.sample(range(number), share))
    attacks = spread(random.Random(seed))
    made = []
    for place in range(number):
        cells = _honest(chance)
        if place in places:
            one = HandIn(name=f"{place:05}-mallory", attack=next(attacks))
            _write_attack(folder / one.name, one.attack, prelude)
        else:
            one = HandIn(name=f"{place:05}-ada")
            _write(folder / one.name, cells, as_module=chance.random() < 0.3)
        made.append(one)
    return tuple(made)


def spread(chance: random.Random) -> cycle[Attack]:
    """Return attacks without end, each category in turn and within it in any order."""
    categories: dict[str, list[Attack]] = {}
    for each in CATALOGUE:
        # Those that need more than the class may use would only be stopped by its limits.
        if each.limits.memory_bytes <= LIMITS.memory_bytes:
            categories.setdefault(each.category, []).append(each)
    for members in categories.values():
        chance.shuffle(members)
    rounds = zip_longest(*categories.values())
    return cycle([each for each in chain.from_iterable(rounds) if each is not None])


def _write_attack(path: Path, attack: Attack | None, prelude: str) -> None:
    assert attack is not None
    if attack.file is None:
        _write(path, (prelude, attack.code, LAST_WORD), as_module=False)
    else:
        path.mkdir()
        attack.file(path)


def _write(path: Path, cells: Cells, *, as_module: bool) -> None:
    # A magic is for notebooks, and a module has no cells for an error to end.
    if as_module and not any(cell.startswith(("!", "%", "await")) for cell in cells):
        path.with_suffix(".py").write_text("\n\n".join(cells), encoding="utf-8")
        return
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    path.with_suffix(".ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def _honest(chance: random.Random) -> Cells:
    """Return one learner's cells: answers right and wrong, and what notebooks do besides."""
    answers = [make(chance) for make in (_disc, _volume, _corners, _function, _text)]
    asides = chance.sample(_ASIDES, 2)
    middle = [cell for cell in answers if cell] + asides
    return ("import math\nimport numpy as np", *middle)


def _disc(chance: random.Random) -> str:
    numbers = count(chance.randrange(100))
    return chance.choice(
        (
            "disc_area = math.pi * 3 ** 2",
            "disc_area = np.pi * np.float64(9.0)",
            "disc_area = float(sum(np.pi * (2 * np.arange(3000) + 1) * 1e-6))",
            "import torch\ndisc_area = (torch.tensor(9.0) * torch.pi).item()",
            "disc_area = math.pi * 3",
            "A = 3.14159 * 9",
            f"disc_area = {next(numbers)}.5",
            "disc_area = math.pi * 9 / 0",
            "print('28.27')",
            "",
        )
    )


def _volume(chance: random.Random) -> str:
    return chance.choice(
        (
            "cylinder_volume = disc_area * 10",
            "height = 10\ncylinder_volume = height * disc_area",
            "cylinder_volume = disc_area + 10",
            f"cylinder_volume = {chance.randrange(100)}",
            "",
        )
    )


def _corners(chance: random.Random) -> str:
    return chance.choice(
        ("corners = 4", "corners = 4.0", "corners = len('abcd')", "corners = 5", "corners = None")
    )


def _function(chance: random.Random) -> str:
    body = chance.choice(
        (
            "return math.pi * radius ** 2",
            "print('called with', radius)\n    return np.pi * radius * radius",
            "return math.pi * radius",
            "return helper(radius)",
            f"return radius * {chance.randrange(9)}",
            "raise ValueError('not done')",
            "return np.array([radius])",
        )
    )
    return f"def area_of(radius):\n    {body}"


def _text(chance: random.Random) -> str:
    return chance.choice(
        ("why_pi = 'Circles are similar; polygons tend to them.'", "why_pi = 'It is so.'", "")
    )


_ASIDES: tuple[str, ...] = (
    "def helper(radius):\n    return math.pi * radius ** 2",
    "for step in range(300):\n    print('step', step)",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2, 4])\nplt.show()",
    "!echo a line of the shell",
    "import torch\nw = torch.zeros(3, requires_grad=True)\n((w - 1) ** 2).sum().backward()\nw.grad",
    "with open('notes.txt', 'w') as file:\n    file.write('kept ' * 1000)\n"
    "open('notes.txt').read()",
    "1 / 0",
    "this is no python",
    "import a_module_that_is_nowhere",
    "import warnings\nwarnings.warn('careful')",
    "np.linalg.svd(np.eye(30))[1]",
    "import subprocess\nsubprocess.run(['true'], check=True)",
    "import threading\nthread = threading.Thread(target=print, args=('from a thread',))\n"
    "thread.start(); thread.join()",
    "[number ** 2 for number in range(50_000)][-1]",
    "raise SystemExit",
)
