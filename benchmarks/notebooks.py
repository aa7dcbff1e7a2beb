"""Generated submissions: notebooks that answer a small sheet in slightly different ways."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Literal

import nbformat

Kind = Literal["small", "torch", "training"]

SETUP = {
    "small": "import math\nimport numpy as np",
    "torch": "import math\nimport numpy as np\nimport torch",
    "training": "import math\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport torch\n"
    "from torch import nn",
}
TRAINING = """
x = torch.linspace(-1, 1, 64).unsqueeze(1)
net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
steps = torch.optim.Adam(net.parameters(), lr=0.01)
losses = []
for _ in range(20):
    steps.zero_grad()
    loss = nn.functional.mse_loss(net(x), x ** 2)
    loss.backward()
    steps.step()
    losses.append(float(loss.detach()))
plt.plot(losses)
"""
WORK = {
    "small": "weights = np.linspace(0, 1, 50)\nfloat((weights ** 2).sum())",
    "torch": "x = torch.tensor(3.0, requires_grad=True)\n(math.pi * x ** 2).backward()\nx.grad",
    "training": TRAINING.strip(),
}


def write(folder: Path, count: int, *, kind: Kind, seed: int = 1) -> tuple[Path, ...]:
    """Write ``count`` notebooks of five code cells into ``folder``; every third one has a slip."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    return tuple(_write(folder / f"learner-{n:04}.ipynb", kind, draw) for n in range(count))


def _write(path: Path, kind: Kind, draw: random.Random) -> Path:
    power = 1 if draw.random() < 1 / 3 else 2
    cells = (
        SETUP[kind],
        WORK[kind],
        f"def area_of(radius):\n    return math.pi * radius ** {power}",
        "disc_area = area_of(3)\ncylinder_volume = disc_area * 10",
        f"corners = {draw.choice((4, 4, 5))}\nprint('corners:', corners)",
    )
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Circles"),
            *map(nbformat.v4.new_code_cell, cells),
        ]
    )
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path
