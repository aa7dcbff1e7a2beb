"""What a warm process has imported before the first submission comes, and its kernel.

A sample of what notebooks do is run in a fork that is thrown away; what it imports besides the
packages named here is imported too. A package that is not installed is left out.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import kernel as kernels
from . import pages, serve
from .wire import Wire

PACKAGES = (
    *("numpy", "numpy.random", "numpy.linalg", "numpy.fft", "torch", "torch._dynamo"),
    *("torch.utils.data", "matplotlib.pyplot", "matplotlib_inline.backend_inline"),
)
SAMPLE = (
    "import asyncio, math, random, copy, time, collections, itertools, functools, typing",
    "from dataclasses import dataclass\nfrom IPython.display import HTML, Markdown, display",
    "import numpy as np\ngenerator = np.random.default_rng(0)\nnp.random.rand(3)\n"
    "np.linalg.svd(np.eye(3)); np.fft.fft(np.ones(4)); np.testing.assert_allclose(1.0, 1.0)",
    "import torch\nfrom torch import nn, optim\nimport torch.nn.functional as F\n"
    "model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 2))\n"
    "steps = optim.Adam(model.parameters())\nloss = model(torch.ones(1, 1, 8, 8)).sum()\n"
    "loss.backward(); steps.step(); steps.zero_grad(); optim.SGD(model.parameters(), 0.1)\n"
    "model",
    "data = torch.utils.data.TensorDataset(torch.zeros(4, 2), torch.zeros(4))\n"
    "for each in torch.utils.data.DataLoader(data, batch_size=2, shuffle=True): pass",
    "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2], label='a')\n"
    "axes.legend(); axes.set_title('$x^2$'); plt.show()",
    "plt.imshow(np.eye(3)); plt.colorbar()",
    "%matplotlib inline\n%timeit -n1 -r1 pass",
    "!true",
    "import inspect\ndef area(radius):\n    return math.pi * radius ** 2\n"
    "print(inspect.getsource(area))",
    "await asyncio.sleep(0)",
    "import warnings\nwarnings.warn('careful')",
    "[1, {'a': (2.0, None)}, np.arange(3), torch.arange(3)]",
    "1 / 0",
    "not valid",
)
"""Cells without which a first submission would import much; nothing of any course."""
_OWN = (
    *("calls", "decode", "encode", "failures", "observe", "salvage", "signatures"),
    *("statements", "streams"),
)


def prepare() -> Any:
    """Return the one kernel of this process, everything that submissions need being imported.

    Raises RuntimeError if a thread was started on the way: a fork would be without it.
    """
    for name in _OWN:
        importlib.import_module(f"{__package__}.{name}")
    kernel = kernels.make()
    # After the shell: only then does the inline backend find where plots go.
    _import(PACKAGES)
    _import(_imported_by_sample(kernel))
    gc.collect()
    gc.freeze()
    pages.enlarge()
    threads = _threads()
    if threads != 1:
        raise RuntimeError(f"{threads} threads run after the imports, so it cannot be forked")
    return kernel


def _import(names: tuple[str, ...] | list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            if name not in sys.modules:
                # Whatever is missing or broken will be so for the submission that asks for it.
                with suppress(Exception):
                    importlib.import_module(name)


def _imported_by_sample(kernel: Any) -> list[str]:
    source, target = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os.close(source)
            names = _run_sample(kernel)
            with os.fdopen(target, "w", encoding="utf-8") as file:
                json.dump(names, file)
        os._exit(0)
    os.close(target)
    with os.fdopen(source, encoding="utf-8") as file:
        text = file.read()
    os.waitpid(child, 0)
    names = json.loads(text or "[]")
    return [name for name in names if not name.startswith(("__", "_sandboxed"))]


def _run_sample(kernel: Any) -> list[str]:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    before = set(sys.modules)
    wire = Wire(nothing, nothing)
    settings = {"packages": [], "output_bytes": 0, "file": "", "names": []}
    server = serve.Server(wire, settings, kernel)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    for number, code in enumerate(SAMPLE, 1):
        request = {"id": str(number), "cell": number, "label": f"cell {number}", "code": code}
        loop.run_until_complete(server.execute(request))
    return [name for name in list(sys.modules) if name not in before]


def _threads() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Threads:"))
