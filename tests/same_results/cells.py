"""Cells of a course's notebook, each named by what it shows; together they touch all of a kernel.

One notebook runs them in order. What they print depends on nothing but the cells before.
"""

from __future__ import annotations

CELLS: dict[str, str] = {
    "imports": "import os, random, subprocess, sys, threading, time, warnings\n"
    "import numpy as np\nimport torch\nfrom torch import nn\n"
    "random.seed(1); np.random.seed(1); torch.manual_seed(1)\nnp.__version__, torch.__version__",
    "arithmetic": "x = 2 ** 100\nx",
    "autograd": "w = torch.tensor([1.0, 2.0], requires_grad=True)\n(w ** "
    "3).sum().backward()\nw.grad",
    "adam": "layer = nn.Linear(3, 1)\nadam = torch.optim.Adam(layer.parameters(), lr=0.1)\n"
    "for _ in range(3):\n    adam.zero_grad()\n    loss = (layer(torch.ones(2, 3)) ** 2).mean()\n"
    "    loss.backward(); adam.step()\nprint(f'{loss.item():.6f}')",
    "convolution": "out = nn.Conv2d(3, 4, 3)(torch.ones(1, 3, 8, 8))\n"
    "out.shape, round(out.sum().item(), 5)",
    "lstm": "out, (h, c) = nn.LSTM(4, 5, batch_first=True)(torch.ones(2, 3, 4))\n"
    "print(out.shape, f'{h.sum().item():.6f}')",
    "attention": "q = torch.randn(2, 4, 8)\n"
    "nn.functional.scaled_dot_product_attention(q, q, q).sum().item().__round__(4)",
    "batches in this process": "from torch.utils.data import DataLoader, TensorDataset\n"
    "data = TensorDataset(torch.arange(10.0))\n"
    "print([b[0].tolist() for b in DataLoader(data, batch_size=4, shuffle=True)])",
    "batches by two workers": "print([b[0].tolist() for b in DataLoader(data, batch_size=5,"
    " num_workers=2)])",
    "threads of torch": "torch.set_num_threads(2)\nt = torch.ones(300, 300)\n"
    "print(torch.get_num_threads(), (t @ t).sum().item())\ntorch.set_num_threads(1)",
    "linear algebra": "m = np.vander(np.linspace(1, 2, 4))\n"
    # What rounding leaves of zero has a sign that depends on where in memory a matrix lies.
    "np.round(np.linalg.svd(m)[1], 8), np.round(np.linalg.inv(m) @ m, 6) + 0.0",
    "random numbers": "random.random(), np.random.rand(), torch.rand(1).item()",
    "a figure shown": "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4]); plt.show()",
    "a figure left open": "plt.figure(figsize=(2, 2)); plt.bar([1], [2])\nprint('with text')",
    "a figure displayed": "from IPython.display import display\n"
    "figure, axes = plt.subplots()\naxes.imshow(np.eye(3)); display(figure); plt.close(figure)",
    "a figure saved": "figure = plt.figure(); figure.savefig('figure.png'); plt.close(figure)\n"
    "os.path.getsize('figure.png') > 100",
    "traced model": "warnings.simplefilter('ignore')\n"
    "traced = torch.jit.trace(nn.ReLU(), torch.ones(2))\ntraced(torch.tensor([-1.0, 2.0]))",
    "saved and loaded": "torch.save(layer.state_dict(), 'layer.pt')\n"
    "print(layer.load_state_dict(torch.load('layer.pt')))\nnp.save('m.npy', m)\n"
    "np.allclose(np.load('m.npy'), m)",
    "a written module": "%%writefile helper.py\nVALUE = 42",
    "an imported module": "import importlib\nsys.path.insert(0, os.getcwd())\nimport "
    "helper\nhelper.VALUE",
    "threads": "done = []\ndef work(n): done.append(n * n); print('thread', n)\n"
    "threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]\n"
    "for each in threads: each.start(); each.join()\nsorted(done)",
    "a pool of processes": "import multiprocessing as mp\ndef square(n): return n * n\n"
    "with mp.get_context('fork').Pool(2) as pool: print(pool.map(square, range(5)))",
    "a program": "print(subprocess.run(['echo', 'captured'], capture_output=True, "
    "text=True).stdout)",
    "a program that prints": "subprocess.run(['echo', 'not captured']).returncode, time.sleep(0.3)",
    "a shell line": "!echo from the shell",
    "a shell line as a value": "lines = !printf 'a\\nb\\n'\nlines",
    "a shell cell": "%%bash\necho one\necho two",
    "text below Python": "_ = os.write(1, b'raw\\n'), time.sleep(0.3)",
    "errors below Python": "_ = os.write(2, b'raw error\\n'), time.sleep(0.3)",
    "standard error": "print('to stderr', file=sys.stderr)",
    "a progress bar": "for n in range(3): print(f'\\r{n}/2', end='')\nprint()",
    "unicode": "print('π ≈ 3.14 — ünï ✓ 🎓')\n'\\t\\\\'",
    "a warning": "warnings.simplefilter('always')\nwarnings.warn('careful')",
    "top-level await": "import asyncio\nasync def soon():\n    await asyncio.sleep(0)\n    "
    "return 'awaited'\n"
    "await soon()",
    "gathered tasks": "await asyncio.gather(*(soon() for _ in range(2)))",
    "a display": "display({'a': 1}, [1, 2])",
    "a display that is updated": "handle = display('first', display_id='shown')\n"
    "handle.update('second')",
    "a display updated from another cell": "handle.update('third')\nprint('updated')",
    "cleared output": "from IPython.display import "
    "clear_output\nprint('gone')\nclear_output()\nprint('kept')",
    "rich forms": "from IPython.display import HTML, Latex, Markdown, SVG\n"
    "display(HTML('<b>bold</b>'), Markdown('*it*'), Latex('$x$'))\n"
    "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
    "an object with a form of its own": "class Rich:\n    def _repr_html_(self): return "
    "'<i>rich</i>'\n"
    "    def __repr__(self): return 'plain'\nRich()",
    "a form that fails": "class Poor:\n    def __repr__(self): return 'poor'\n"
    "    def _repr_png_(self): return None\nPoor()",
    "a result that is hidden": "x;",
    "several results": "x\n3 + 4",
    "earlier results": "_, Out[max(Out)], len(In) > 3",
    "timing": "%timeit -n 1 -r 1 -q -o pass\nprint('timed')",
    "captured output": "%%capture held\nprint('hidden')",
    "what was captured": "held.stdout",
    "the working folder": "from pathlib import Path\nPath('note.txt').write_text('text')\n"
    "Path('note.txt').read_text()",
    "the source of a function": "import inspect\nprint(inspect.getsource(work))",
    "help": "print(work.__name__, inspect.signature(square))",
    "a question": "input('name? ')",
    "division by zero": "def ratio(a, b): return a / b\nprint('before')\nratio(1, 0)",
    "a chain of errors": "try: {}['key']\nexcept KeyError as problem:\n"
    "    raise ValueError('bad') from problem",
    "an error of torch": "torch.ones(2, 3) @ torch.ones(2, 3)",
    "an unknown name": "undefined_name + 1",
    "an assertion": "assert x == 1, 'x is not 1'",
    "a group of errors": "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])",
    "a syntax error": "def broken(:\n    pass",
    "an indentation error": "if x:\nprint(1)",
    "recursion": "def down(n): return down(n + 1)\ndown(0)",
    "an unknown magic": "%no_such_magic",
    "an unknown module": "import no_such_module",
    "an interrupt of its own": "raise KeyboardInterrupt",
    "a thread that fails": "def fails(): raise RuntimeError('in a thread')\n"
    "threading.excepthook = lambda args: print('caught', args.exc_value)\n"
    "each = threading.Thread(target=fails); each.start(); each.join()",
    "the end by sys.exit": "sys.exit(3)",
    "after all errors": "print('still here', x == 2 ** 100)",
}
"""Name and source of each cell, in order."""

REASONS: dict[str, str] = {
    "a group of errors": "its traceback is the failure's text and not standard error",
    "a syntax error": "its place is told beside the message and not in it",
    "an indentation error": "its place is told beside the message and not in it",
    "an unknown magic": "it is a failure of the cell, where Jupyter only prints it",
}
"""Known differences from Jupyter: the cell's name and why it differs."""
