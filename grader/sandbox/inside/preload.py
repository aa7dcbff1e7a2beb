"""What a warm process has imported before the first submission comes, and its kernel.

A sample of what notebooks do, and the cells of a sheet's starter, are run in a fork that is thrown
away; what they import besides the packages named here is imported too. Of the sheet this process
sees nothing but names of modules. A package that is not installed is left out.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import re
import select
import signal
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import isolate, pages, serve
from . import kernel as kernels
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
SAMPLE_SECONDS = 60.0
"""What the sample imports later than this is left out."""
_MOST_TOLD = 1 << 21
_NAME = re.compile(r"(?!_sandboxed|__)[A-Za-z_]\w{0,127}(\.\w{1,128}){0,15}", re.ASCII)
_OWN = (
    *("calls", "decode", "encode", "failures", "observe", "salvage", "signatures"),
    *("statements", "streams"),
)


def prepare(wire: Wire, known: list[str] | None) -> tuple[Any, list[str]]:
    """Return the one kernel of this process, everything that submissions need being imported.

    With ``known`` these modules are imported; without, those that a sample imports, the
    starter's cells being the next frame on ``wire``. Their names are returned as well.
    Raises RuntimeError if a thread was started on the way: a fork would be without it.
    """
    for name in _OWN:
        importlib.import_module(f"{__package__}.{name}")
    kernel = kernels.make()
    # After the shell: only then does the inline backend find where plots go.
    _import(PACKAGES)
    modules = _imported_by_sample(kernel, wire) if known is None else known
    _import(modules)
    gc.collect()
    gc.freeze()
    pages.enlarge()
    threads = _threads()
    if threads != 1:
        raise RuntimeError(f"{threads} threads run after the imports, so it cannot be forked")
    return kernel, modules


def _import(names: tuple[str, ...] | list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            if name not in sys.modules:
                # Whatever is missing or broken will be so for the submission that asks for it.
                with suppress(Exception):
                    importlib.import_module(name)


def _imported_by_sample(kernel: Any, wire: Wire) -> list[str]:
    source, target = os.pipe()
    child = _fork_with_own_processes()
    if not child:
        with suppress(BaseException):
            os.close(source)
            _run_sample(kernel, wire.adopted(), target)
        os._exit(0)
    os.close(target)
    told = _read_in_time(source)
    os.close(source)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lines = told.decode("utf-8", "replace").split("\n")[:-1]
    names = dict.fromkeys(name for line in lines for name in line.split(" "))
    return [name for name in names if _NAME.fullmatch(name)]


def _fork_with_own_processes() -> int:
    """Fork a process whose end is that of all that it has started."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    isolate.unshare(isolate.NEW_PROCESSES)
    child = os.fork()
    if child:
        isolate.enter(own, isolate.NEW_PROCESSES)
    os.close(own)
    return child


def _read_in_time(source: int) -> bytes:
    """Return what comes until the pipe ends or the time is over."""
    end = time.monotonic() + SAMPLE_SECONDS
    told = b""
    poll = select.poll()
    poll.register(source, select.POLLIN)
    while len(told) < _MOST_TOLD and poll.poll(max(0.0, end - time.monotonic()) * 1000):
        part = os.read(source, 1 << 16)
        if not part:
            break
        told += part
    return told


def _run_sample(kernel: Any, wire: Wire, target: int) -> None:
    """Run the sample and then the starter; tell after each cell what is imported since."""
    starter = (wire.read() or {})["cells"]
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    settings = {"packages": [], "output_bytes": 0, "file": "", "names": []}
    server = serve.Server(Wire(nothing, nothing), settings, kernel)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    known = set(sys.modules)
    for number, code in enumerate((*SAMPLE, *starter), 1):
        request = {"id": str(number), "cell": number, "label": f"cell {number}", "code": code}
        loop.run_until_complete(server.execute(request))
        fresh = [name for name in list(sys.modules) if name not in known]
        known.update(fresh)
        os.write(target, (" ".join(fresh) + "\n").encode())


def _threads() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Threads:"))
