"""One small assignment, described once, in the form that each grader needs.

Eight questions of one point or two, each all or nothing, so that marks can be compared question by
question. Learners answer them with the same cells everywhere; some of their answers are wrong.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import nbformat

Kind = Literal["torch", "plain"]
Marks = dict[str, dict[str, float]]
"""Points by learner and question."""

SHEET = "peers"
RTOL = 1e-6
SHARE_WRONG = 1 / 4

SETUP: dict[Kind, str] = {
    "torch": "import math\nimport numpy as np\nimport torch",
    "plain": "import math\nimport numpy as np",
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A call, or with no arguments the value itself, and what is right."""

    expected: float
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question: a value, or a function where it has parameters."""

    name: str
    points: int
    text: str
    right: str
    """An expression."""
    wrong: str
    cases: tuple[Case, ...]
    parameters: str = ""
    before: str = ""
    """Lines ahead of a value's expression."""

    def answer(self, *, right: bool) -> str:
        """Return the cell of a learner whose answer is right or wrong."""
        expression = self.right if right else self.wrong
        if self.parameters:
            return f"def {self.name}({self.parameters}):\n    return {expression}"
        return f"{self.before}{self.name} = {expression}"


def _slope(kind: Kind) -> Question:
    before = "x = torch.tensor(3.0, requires_grad=True)\n(x ** 3).backward()\n"
    torch = kind == "torch"
    return Question(
        name="slope",
        points=2,
        text="Slope of the third power at 3.",
        before=before if torch else "",
        right="x.grad.item()" if torch else "3 * 3.0 ** 2",
        wrong="x.item()" if torch else "3 * 3.0",
        cases=(Case(expected=27.0),),
    )


def questions(kind: Kind) -> tuple[Question, ...]:
    """Return the questions; with ``torch`` one of them is answered by automatic derivation."""
    return (*COMMON, _slope(kind))


COMMON = (
    Question(
        name="sum_of_squares",
        points=1,
        text="Sum of the squares of 1 to 100.",
        right="sum(k ** 2 for k in range(1, 101))",
        wrong="sum(k ** 2 for k in range(1, 100))",
        cases=(Case(expected=338350),),
    ),
    Question(
        name="column_norm",
        points=1,
        text="Euclidean norm of the vector of 1 to 5.",
        right="float(np.linalg.norm(np.arange(1.0, 6.0)))",
        wrong="float(np.arange(1.0, 6.0).sum())",
        cases=(Case(expected=math.sqrt(55)),),
    ),
    Question(
        name="spread",
        points=1,
        text="Standard deviation of the population 2, 4, 4, 4, 5, 5, 7, 9.",
        right="float(np.std([2.0, 4, 4, 4, 5, 5, 7, 9]))",
        wrong="float(np.std([2.0, 4, 4, 4, 5, 5, 7, 9], ddof=1))",
        cases=(Case(expected=2.0),),
    ),
    Question(
        name="sigmoid",
        points=2,
        text="The logistic function.",
        parameters="z",
        right="1 / (1 + math.exp(-z))",
        wrong="1 / (1 + math.exp(z))",
        cases=tuple(
            Case(arguments=(z,), expected=1 / (1 + math.exp(-z))) for z in (1.0, -2.0, 0.5)
        ),
    ),
    Question(
        name="mean_squared_error",
        points=2,
        text="Mean of the squared differences of two lists of equal length.",
        parameters="a, b",
        right="sum((x - y) ** 2 for x, y in zip(a, b)) / len(a)",
        wrong="sum((x - y) ** 2 for x, y in zip(a, b))",
        cases=(
            Case(arguments=([1.0, 2.0], [1.0, 4.0]), expected=2.0),
            Case(arguments=([0.5, -1.0, 3.0], [0.0, 0.0, 1.0]), expected=1.75),
        ),
    ),
    Question(
        name="conv_size",
        points=1,
        text="Output size of a convolution without padding.",
        parameters="size, kernel, stride",
        right="(size - kernel) // stride + 1",
        wrong="size // stride",
        cases=(
            Case(arguments=(32, 5, 1), expected=28),
            Case(arguments=(28, 3, 2), expected=13),
        ),
    ),
    Question(
        name="layer_parameters",
        points=1,
        text="Parameters of a fully connected layer, biases included.",
        parameters="inputs, outputs",
        right="inputs * outputs + outputs",
        wrong="inputs * outputs",
        cases=(
            Case(arguments=(784, 128), expected=100480),
            Case(arguments=(3, 2), expected=8),
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Class:
    """Learners, by name, with which of their answers are right."""

    kind: Kind
    learners: dict[str, dict[str, bool]]

    @property
    def marks(self) -> Marks:
        """The points that every sound grader gives."""
        return {
            learner: {q.name: float(q.points * right[q.name]) for q in questions(self.kind)}
            for learner, right in self.learners.items()
        }

    def cells(self, learner: str) -> dict[str, str]:
        """Return a learner's answer to each question as source."""
        right = self.learners[learner]
        return {q.name: q.answer(right=right[q.name]) for q in questions(self.kind)}


def draw_class(kind: Kind, count: int, *, seed: int = 1) -> Class:
    """Return ``count`` learners, each wrong in a quarter of their answers on average."""
    draw = random.Random(seed)
    return Class(
        kind=kind,
        learners={
            f"learner{number:04}": {
                one.name: draw.random() >= SHARE_WRONG for one in questions(kind)
            }
            for number in range(count)
        },
    )


def write_hand_ins(klass: Class, folder: Path) -> tuple[Path, ...]:
    """Write the notebooks as learners hand them in: text, set-up, one cell for each answer."""
    folder.mkdir(parents=True)
    paths = []
    for learner in klass.learners:
        answers = klass.cells(learner)
        cells = [_markdown("# Assignment"), _code(SETUP[klass.kind], "setup")]
        for one in questions(klass.kind):
            cells += [_markdown(f"**{one.name}**: {one.text}"), _code(answers[one.name], one.name)]
        paths.append(folder / f"{learner}.ipynb")
        _write(cells, paths[-1])
    return tuple(paths)


def write_sheet(kind: Kind, course: Path) -> None:
    """Write a course whose one sheet asks the questions of this assignment."""
    folder = course / "exercises" / SHEET
    folder.mkdir(parents=True)
    (folder / "sheet.toml").write_text('title = "Peers"\n')
    asked = questions(kind)
    head = (
        '"""The assignment."""\n\nimport math\n\nimport numpy as np\n\n'
        "from grader import Task, call, close, fixed\n\n"
        f'task = Task("Peers", points={sum(one.points for one in asked)})\n'
    )
    (folder / "assignment.py").write_text("\n\n".join([head, *map(_sheet_question, asked)]))


def _sheet_question(one: Question) -> str:
    options = f"points={one.points}, check=close(rtol={RTOL})"
    reference = repr(one.cases[0].expected) if one.before else one.right
    body = f'    """{one.text}"""\n    return {reference}\n'
    if not one.parameters:
        return f"@task.value({options})\ndef {one.name}():\n{body}"
    calls = ", ".join(f"call({', '.join(map(repr, case.arguments))})" for case in one.cases)
    decorator = f"@task.function({options}, calls=fixed({calls}))"
    return f"{decorator}\ndef {one.name}({one.parameters}):\n{body}"


def write_nbgrader_source(kind: Kind, path: Path) -> None:
    """Write the instructor's notebook with solutions and a hidden test behind each."""
    cells = [_markdown("# Assignment"), _nbgrader(SETUP[kind], "setup")]
    for one in questions(kind):
        solution = f"### BEGIN SOLUTION\n{one.answer(right=True)}\n### END SOLUTION"
        tests = "\n".join(f"assert {test}" for test in _tests(one))
        hidden = f"### BEGIN HIDDEN TESTS\n{tests}\n### END HIDDEN TESTS"
        cells += [
            _markdown(f"**{one.name}**: {one.text}"),
            _nbgrader(solution, one.name, solution=True),
            _nbgrader(hidden, f"test_{one.name}", points=one.points),
        ]
    path.parent.mkdir(parents=True)
    _write(cells, path)


def write_nbgrader_hand_ins(klass: Class, release: Path, submitted: Path) -> None:
    """Fill in the released notebook as each learner would."""
    for learner in klass.learners:
        answers = klass.cells(learner)
        notebook = nbformat.read(release, as_version=4)
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("solution"):
                cell.source = answers[about["grade_id"]]
        path = submitted / learner / SHEET / release.name
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)


def write_otter_tests(kind: Kind, folder: Path) -> None:
    """Write one test file of the OK format for each question, and the configuration."""
    (folder / "tests").mkdir(parents=True)
    for one in questions(kind):
        test = {
            "name": one.name,
            "points": one.points,
            "suites": [
                {
                    "cases": [
                        {
                            "code": "\n".join(f">>> bool({test})\nTrue" for test in _tests(one)),
                            "hidden": True,
                            "locked": False,
                        }
                    ],
                    "scored": True,
                    "setup": "",
                    "teardown": "",
                    "type": "doctest",
                }
            ],
        }
        text = f"OK_FORMAT = True\n\ntest = {test!r}\n"
        (folder / "tests" / f"{one.name}.py").write_text(text)
    (folder / "otter_config.json").write_text(json.dumps({"pdf": False, "zips": False}))


def _tests(one: Question) -> list[str]:
    """Return each case as a condition that holds where the answer is right."""
    conditions = []
    for case in one.cases:
        call = f"({', '.join(map(repr, case.arguments))})" if one.parameters else ""
        bound = RTOL * abs(case.expected)
        conditions.append(f"abs({one.name}{call} - {case.expected!r}) <= {bound!r}")
    return conditions


def _markdown(text: str) -> Any:
    return nbformat.v4.new_markdown_cell(text)


def _code(source: str, name: str) -> Any:
    return nbformat.v4.new_code_cell(source, id=name.replace("_", "-"))


def _nbgrader(source: str, name: str, *, solution: bool = False, points: int = 0) -> Any:
    cell = _code(source, name)
    cell.metadata["nbgrader"] = {
        "grade": points > 0,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        **({"points": points} if points else {}),
    }
    return cell


def _write(cells: list[Any], path: Path) -> None:
    kernel: dict[str, Any] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, path)
