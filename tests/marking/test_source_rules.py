from __future__ import annotations

import pytest

from grader.authoring import Task, call, fixed
from grader.checks import close
from grader.grade import Mark, Verdict
from grader.run import RunStatus
from grader.sheet import Sheet
from tests.marking.notebook import Notebook, sheet_of


def ruled() -> Sheet:
    task = Task("T")

    @task.function(
        points=2,
        calls=fixed(call(3.0), call(-2.0)),
        check=close(rtol=1e-6),
        forbids=("torch.autograd", ".backward", "jax"),
    )
    def slope(x: float) -> float:
        """The derivative of x² by hand."""
        return 2 * x

    @task.value(
        points=1,
        check=close(rtol=1e-6),
        requires=(".backward", "torch.autograd"),
        forbids=("sympy",),
    )
    def grad_x() -> float:
        """The derivative of x² at 3, by machine."""
        return 6.0

    return sheet_of(task)


SHEET = ruled()


def slope(source: str, *before: str, right: bool = True) -> Mark:
    notebook = Notebook()
    for one in before:
        notebook.code(one)
    answer = (lambda x: 2 * x) if right else (lambda x: 2 * x + 1)
    return notebook.function(SHEET, "slope", answer, source=source).mark(SHEET, "slope")


ALLOWED = [
    "def slope(x):\n    return 2 * x",
    "import torch\ndef slope(x):\n    return torch.log(torch.exp(2 * x))",
    "from torch import autograd, log\ndef slope(x):\n    return log(x)",
    "slope = lambda x: 2 * x",
    "def backward(x):\n    return x\ndef slope(x):\n    return 2 * backward(x)",
    "%matplotlib inline\n!pip install torch\ndef slope(x):\n    return 2 * x",
    "def slope(x):\n    u = x\n    return 2 * u\nu = torch.autograd.grad(y, x)",
]
FORBIDDEN = [
    "import torch\ndef slope(x):\n    return torch.autograd.grad(x**2, x)[0]",
    "import torch as t\ndef slope(x):\n    return t.autograd.functional.jacobian(f, x)",
    "import torch.autograd as ag\ndef slope(x):\n    return ag.grad(x**2, x)",
    "from torch import autograd\ndef slope(x):\n    return autograd.grad(x**2, x)",
    "from torch.autograd import grad as g\ndef slope(x):\n    return g(x**2, x)",
    "def slope(x):\n    from torch.autograd import grad\n    return grad(x**2, x)",
    "def slope(x):\n    y = x**2\n    y.backward()\n    return x.grad",
    "def slope(x):\n    getattr(x**2, 'backward')()\n    return x.grad",
    "import torch\ndef slope(x):\n    return getattr(torch, 'autograd').grad(x**2, x)",
    "import jax\ndef slope(x):\n    return jax.grad(lambda x: x**2)(x)",
    "def helper(y):\n    y.backward()\ndef slope(x):\n    helper(x**2)\n    return x.grad",
    "def a(y):\n    b(y)\ndef b(y):\n    y.backward()\ndef slope(x):\n    return a(x)",
    "class A:\n    def run(self, y):\n        y.backward()\ndef slope(x):\n    return A().run(x)",
    "%time\nimport jax\ndef slope(x):\n    return jax.grad(x)",
]


@pytest.mark.parametrize("source", ALLOWED)
def test_what_the_rules_do_not_name_is_allowed(source: str) -> None:
    mark = slope(source)
    assert (mark.verdict, mark.points) == (Verdict.CORRECT, 2)


@pytest.mark.parametrize("source", FORBIDDEN)
def test_a_right_answer_by_forbidden_means_goes_to_a_person(source: str) -> None:
    mark = slope(source)
    assert (mark.verdict, mark.points) == (Verdict.NEEDS_REVIEW, None)
    assert mark.note.startswith("forbidden:")
    assert "is not allowed" in mark.feedback and "line" in mark.feedback


def test_helpers_in_other_cells_are_followed_and_the_line_is_named() -> None:
    mark = slope(
        "def slope(x):\n    return helper(x)", "pass", "def helper(y):\n\n    y.backward()"
    )
    assert mark.note == "forbidden:.backward"
    assert "cell 2, line 3" in mark.feedback


def test_forbidden_means_elsewhere_in_the_notebook_are_nobodys_business() -> None:
    mark = slope("def slope(x):\n    return 2 * x", "import jax\ny.backward()")
    assert mark.verdict is Verdict.CORRECT


def test_a_wrong_answer_stays_wrong_and_the_rule_is_mentioned() -> None:
    mark = slope("def slope(x):\n    x.backward()", right=False)
    assert (mark.verdict, mark.points) == (Verdict.INCORRECT, 0)
    assert any("`.backward` is not allowed" in line for line in mark.details)


@pytest.mark.parametrize(
    "source",
    [
        "exec('def slope(x): return 2 * x')",
        "def slope(x) return 2 * x",
        "def slope(x):\n    return eval('2 * x')",
        "def slope(x):\n    return __import__('jax').grad(x)",
        "import importlib\ndef slope(x):\n    return importlib.import_module('j' + 'ax').grad(x)",
        "def slope(x):\n    return getattr(x, 'back' + 'ward')()",
    ],
)
def test_code_that_hides_what_it_does_goes_to_a_person(source: str) -> None:
    mark = slope(source)
    assert (mark.verdict, mark.note) == (Verdict.NEEDS_REVIEW, "undecidable:source")


def gradient(*sources: str, value: float = 6.0) -> Mark:
    notebook = Notebook()
    for source in sources:
        notebook.code(source, binds={"grad_x": value} if "grad_x =" in source else {})
    return notebook.mark(SHEET, "grad_x")


@pytest.mark.parametrize(
    "sources",
    [
        ("y.backward()", "grad_x = x.grad"),
        ("y.backward()\ngrad_x = x.grad",),
        ("import torch", "grad_x = torch.autograd.grad(y, x)[0]"),
        ("from torch.autograd import grad", "grad_x = grad(y, x)[0]"),
        ("%%time\ny.backward()", "grad_x = x.grad"),
    ],
)
def test_any_required_means_up_to_the_answer_will_do(sources: tuple[str, ...]) -> None:
    assert gradient(*sources).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "sources",
    [
        ("grad_x = 6.0",),
        ("grad_x = 6.0", "y.backward()"),
        ("y.backward()", "grad_x = float('6.0')"),
    ],
)
def test_a_right_value_without_the_required_means_goes_to_a_person(
    sources: tuple[str, ...],
) -> None:
    mark = gradient(*sources)
    assert (mark.verdict, mark.points, mark.note) == (
        Verdict.NEEDS_REVIEW,
        None,
        "required:.backward",
    )
    assert "`.backward` or `torch.autograd`" in mark.feedback


def test_required_means_may_stand_in_a_cell_that_cannot_be_parsed() -> None:
    mark = gradient("y.backward( )) (", "grad_x = x.grad")
    assert mark.note == "undecidable:source"


def test_what_a_value_is_computed_from_is_looked_at() -> None:
    mark = gradient("import sympy as s", "a = s.diff(f)", "y.backward()", "grad_x = a")
    assert mark.note == "forbidden:sympy"


def test_a_wrong_value_without_the_required_means_stays_wrong() -> None:
    assert gradient("grad_x = 5.0", value=5.0).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "source",
    [
        "\x00",
        "(" * 5000,
        "x = " + "-" * 20_000 + "1",
        "def slope(x):\n    return " + "f(" * 2000 + ")" * 2000,
        "é = 1\n\ud800",
        "\n" * 100_000 + "(",
    ],
)
def test_no_source_makes_the_grader_fail(source: str) -> None:
    mark = slope(source)
    assert mark.verdict in (Verdict.NEEDS_REVIEW, Verdict.CORRECT)
    grade = Notebook().code(source).ended(RunStatus.DIED).grade(SHEET)
    assert Verdict.GRADER_ERROR not in {one.verdict for one in grade.questions}
