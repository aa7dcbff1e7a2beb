"""Answers that explode when they are written down, compared or shown."""

from __future__ import annotations

from tests.hostile.attacks.attack import LIMITS, LONG, Attack, of


def _answers(name: str, *values: str, setup: str = "", torch: bool = False) -> Attack:
    """Return an attack that gives each value as an answer, alone, in a list, and from a call."""
    lines = [setup, "effort('bind', lambda: None)"]
    for number, value in enumerate(values):
        lines.append(f"def make{number}(): return {value}")
    held = ", ".join(f"make{number}()" for number in range(len(values)))
    lines += [
        f"corners = [{held}]",
        "disc_area = corners[0]",
        f"def area_of(radius): return {held}",
    ]
    return Attack(name=name, code="\n".join(lines), limits=LONG if torch else LIMITS)


ATTACKS = of(
    "exploding answers",
    _answers("an integer of a million digits", "10 ** 10 ** 6"),
    _answers("a list that contains itself", "(lambda a: (a.append(a), a)[1])([])"),
    _answers(
        "a list that doubles thirty times",
        "double()",
        setup="def double():\n    a = ['x']\n    for _ in range(30): a = [a, a]\n    return a",
    ),
    _answers(
        "a list nested 100 000 deep",
        "deep()",
        setup="def deep():\n    a = []\n    for _ in range(100_000): a = [a]\n    return a",
    ),
    _answers(
        "a dict with keys that fight back",
        "{Evil(): 1}",
        setup="class Evil:\n    def __eq__(self, other): os._exit(3)\n"
        "    def __hash__(self): return 1\n    def __repr__(self): os._exit(3)\n"
        "    def __getattribute__(self, name): os._exit(3)",
    ),
    _answers(
        "classes that lie about themselves",
        "Liar(3.0)",
        "Odd()",
        setup="class Meta(type):\n    __name__ = property(lambda s: os._exit(3))\n"
        "    def __instancecheck__(self, other): os._exit(3)\n"
        "    def __eq__(self, other): os._exit(3)\n    __hash__ = None\n"
        "    def mro(cls): return [cls, object]\n"
        "class Odd(metaclass=Meta):\n    __class__ = float\n    __module__ = 5\n"
        "class Liar(float):\n    __class__ = property(lambda s: os._exit(3))\n"
        "    def hex(self): os._exit(3)\n    def __float__(self): os._exit(3)\n"
        "    def __reduce__(self): os._exit(3)\n    def __repr__(self): os._exit(3)",
    ),
    _answers(
        "a generator and an iterator without end",
        "(n for n in itertools.count())",
        "itertools.repeat(1)",
        "range(10 ** 18)",
        setup="import itertools",
    ),
    _answers("a string of a hundred MB", "'x' * 100_000_000", "b'y' * 100_000_000"),
    _answers(
        "answers that are no text",
        "'\\ud800\\udfff'",
        "'\\x00\\x1b[2J<script>alert(1)</script>'",
        "'\\u202e' * 1000",
        "{'\\ud800': '\\ud800'}",
    ),
    _answers(
        "numbers at the edge",
        "struct.unpack('<d', bytes.fromhex('0100000000c0f8ff'))[0]",
        "float('nan')",
        "-0.0",
        "5e-324",
        "decimal.Decimal('1e999999999999')",
        "decimal.Decimal('sNaN')",
        "fractions.Fraction(10 ** 5000, 7)",
        "complex('nan+infj')",
        setup="import decimal, fractions, struct",
    ),
    _answers(
        "arrays that are larger than they look",
        "np.broadcast_to(np.float64(1), 10 ** 9)",
        "np.broadcast_to(np.uint8(1), (10 ** 6, 10 ** 6))",
        "np.lib.stride_tricks.as_strided(np.zeros(1), (10 ** 9,), (0,))",
        "np.empty((0, 10 ** 15))",
        "np.memmap('/dev/zero', mode='c', shape=10 ** 9)",
        setup="import numpy as np",
    ),
    _answers(
        "arrays of objects",
        "np.array([Evil(), None], dtype=object)",
        "loop()",
        "np.ma.array([1], mask=[True])",
        "np.zeros(3, dtype=[('a', 'f8'), ('b', 'O')])",
        "np.array(['2020-01-01'], dtype='M8[D]')",
        "np.longdouble('1e4000')",
        "np.matrix([[1]])",
        "Array((2,))",
        setup="import numpy as np\nclass Evil:\n    def __float__(self): os._exit(3)\n"
        "    def __repr__(self): os._exit(3)\n"
        "def loop():\n    a = np.empty(1, dtype=object); a[0] = a; return a\n"
        "class Array(np.ndarray):\n    def __array_finalize__(self, other): pass\n"
        "    def view(self, *_): os._exit(3)\n    def tobytes(self, *_): os._exit(3)\n"
        "    nbytes = shape = dtype = property(lambda s: os._exit(3), lambda s, v: None)",
    ),
    _answers(
        "tensors of every odd kind",
        "torch.sparse_coo_tensor([[0]], [1.0], (10 ** 9,))",
        "torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)",
        "torch.empty(10 ** 12, device='meta')",
        "torch.ones(1).expand(10 ** 9)",
        "torch.ones(2, requires_grad=True) * 2",
        "torch.ones(2, dtype=torch.bfloat16)",
        "torch.view_as_complex(torch.ones(2, 2)).conj()",
        "torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])",
        "Tensor([1.0])",
        setup="import torch\nclass Tensor(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, *_, **__): os._exit(3)\n"
        "    def numpy(self): os._exit(3)",
        torch=True,
    ),
    Attack(
        name="functions that fight back when called or described",
        code="class Callable:\n    def __call__(self, *a, **k): os._exit(3)\n"
        "    __signature__ = property(lambda s: os._exit(3))\n"
        "disc_area = Callable()\ncorners = (lambda: (yield))()\n"
        "def area_of(radius):\n    raise type('E', (BaseException,), {'__str__': lambda s: "
        "1 / 0})\n"
        "effort('bind', lambda: None)",
    ),
    Attack(
        name="two thousand answers at once",
        code="globals().update({f'n{i}': bytearray(1000) for i in range(2000)})\n"
        "disc_area = {str(i): list(range(100)) for i in range(9000)}\n"
        "corners = [[0] * 9_999 for _ in range(999)]\neffort('bind', lambda: None)",
    ),
)
