"""Left sides that are no plain names, definitions, and which sides of an equation are asked for."""

from __future__ import annotations

import json

import pytest

from grader.authoring import Task
from grader.errors import AuthorError
from grader.formula import Declared, Role, from_json, to_text
from grader.formula.domains import Domain, count, fraction, positive, real
from grader.grade import Mark
from grader.marking import prepare
from grader.sheet import Sheet
from tests.marking.notebook import SEED, Notebook, sheet_of


def derivative() -> Sheet:
    r"""The derivative of f(x) = u², u = x³: by the chain rule, and in closed form."""
    task = Task("Chain rule")
    left = (r"\frac{\partial f}{\partial x}", "f'(x)")
    symbols = (
        Declared(name="x"),
        Declared(name="u", spellings=("u(x)",), role=Role.FUNCTION),
        Declared(name="f", spellings=("f(x)",), role=Role.FUNCTION),
        Declared(name="df_du", of="f", by="u", role=Role.PARTIAL),
        Declared(name="du_dx", of="u", by="x", role=Role.PARTIAL),
    )

    @task.formula(
        points=2,
        symbols=symbols,
        domains={"x": real(), "df_du": real(), "du_dx": real()},
        definitions={"u": "x^3", "df_du": "2*u", "du_dx": "3*x^2"},
        answer=left,
        sides="with_partials",
    )
    def chain() -> str:
        """The chain rule."""
        return r"\frac{\partial f}{\partial u}*\frac{\partial u}{\partial x}"

    @chain.misconception(points=1)
    def outer_alone() -> str:
        """Multiply by the inner derivative."""
        return r"\frac{\partial f}{\partial u}"

    @task.formula(
        points=1, symbols=symbols, domains={"x": real()}, answer=left, sides="without_partials"
    )
    def closed() -> str:
        """The closed form."""
        return "6*x^5"

    return sheet_of(task)


def steps() -> Sheet:
    """An update of w, its change, and members with a given index."""
    task = Task("Steps")
    symbols = (
        Declared(name="w", spellings=("w_*", "w^*", "w")),
        Declared(name="g", spellings=("g_1", "g^1")),
        Declared(name="eps", spellings=(r"\epsilon",)),
        Declared(name="m_hat", spellings=(r"\hat m_*", r"\hat m^*")),
        Declared(name="v_hat", spellings=(r"\hat v_*", r"\hat v^*")),
    )
    domains = {"w_*": real(), "w": real(), "g": real(), "eps": Domain(low=0.01, both_signs=False)}

    @task.formula(
        points=2,
        symbols=symbols,
        domains=domains,
        small="eps",
        answer=(r"\frac{\hat m^1}{\sqrt{\hat v^1} + \epsilon}", "w_1 - w_2", r"\Delta w_1"),
    )
    def first() -> str:
        """What the first step subtracts."""
        return "g/(abs(g) + eps)"

    @first.accepts_below(r"\Delta w_1")
    def change() -> str:
        """As the change of the weight."""
        return "-g/(abs(g) + eps)"

    @first.misconception(points=1)
    def turned() -> str:
        """The sign is turned."""
        return "-g/(abs(g) + eps)*2"

    @task.formula(points=1, symbols=symbols, domains=domains, answer=("w_{t+1}", "w"))
    def update() -> str:
        """The update."""
        return "w - g"

    return sheet_of(task)


def fields() -> Sheet:
    """Sums over an index, a member with a given index, and loose notation."""
    task = Task("Fields")
    whole = Domain(low=1, high=5, both_signs=False, integer=True)

    @task.formula(
        points=2,
        symbols=(
            Declared(name="L", spellings=("n", "i")),
            Declared(name="k", spellings=("k_*", "k")),
            Declared(name="s", spellings=("s_*", "s")),
            Declared(name="r_0"),
            Declared(name="j"),
        ),
        domains={
            **{"L": count(low=2, high=4), "k_*": whole, "s_*": whole},
            **{"k": whole, "s": whole, "r_0": whole, "j": whole},
        },
        answer=("r_L", "r_n", "r_{out}"),
        series=True,
    )
    def field() -> str:
        """The receptive field."""
        return r"1 + \sum_{i=1}^{L} ((k_i - 1) * \prod_{j=1}^{i-1} s_j)"

    @field.accepts_beside("j_{out}", ("j*s", "s*j*1"))
    def recursion() -> str:
        """As a recursion."""
        return "r_0 + (k - 1)*j"

    return sheet_of(task)


def square() -> Sheet:
    task = Task("Squares")

    @task.formula(
        points=1,
        symbols=(Declared(name="g", spellings=("g", "g_*", "g^*")),),
        domains={"g": positive(), "g_*": positive()},
        answer=("y",),
    )
    def size() -> str:
        """The size."""
        return "g * g"

    return sheet_of(task)


CHAIN = r"\frac{\partial f}{\partial u} \frac{\partial u}{\partial x}"
DERIVATIVE, STEPS, FIELDS, SQUARE = derivative(), steps(), fields(), square()


def marked(sheet: Sheet, name: str, *cells: str) -> Mark:
    notebook = Notebook()
    for cell in cells:
        notebook.prose(cell)
    return notebook.mark(sheet, name)


RIGHT = [
    (DERIVATIVE, "chain", rf"$$\frac{{\partial f(x)}}{{\partial x}} = {CHAIN}$$"),
    (DERIVATIVE, "chain", rf"$$\frac{{df}}{{dx}} = {CHAIN}$$"),
    (DERIVATIVE, "chain", "∂f/∂x = ∂f/∂u · ∂u/∂x"),
    (DERIVATIVE, "chain", "df/dx = df/du * du/dx"),
    (DERIVATIVE, "chain", rf"$f'(x) = {CHAIN}$"),
    (DERIVATIVE, "chain", rf"$chain = {CHAIN}$"),
    # Worked out in part, and with the closed form at the end of the chain.
    (DERIVATIVE, "chain", r"$f'(x) = 2u \cdot u'(x)$"),
    (DERIVATIVE, "chain", rf"$f'(x) = {CHAIN} = 6x^5$"),
    (DERIVATIVE, "closed", rf"$f'(x) = {CHAIN} = 6x^5$"),
    (DERIVATIVE, "closed", "f'(x) = 6x^5"),
    (STEPS, "first", r"$$\frac{\hat{m}^1}{\sqrt{\hat{v}^1} + \epsilon} = \text{sign}(g^1)$$"),
    (STEPS, "first", r"$\hat m_1 / (\sqrt{\hat v_1} + \epsilon) = \frac{g_1}{|g_1| + \epsilon}$"),
    (STEPS, "first", r"$w_1 - w_2 = \frac{g_1}{|g_1| + \epsilon}$"),
    (STEPS, "first", r"$\Delta w_1 = \frac{g_1}{|g_1| + \epsilon}$"),
    (STEPS, "first", r"$\Delta w_1 = -\frac{g_1}{|g_1| + \epsilon}$"),
    (STEPS, "update", "$w_{t+1} = w - g$"),
    (STEPS, "update", "w := w - g"),
    (FIELDS, "field", r"$r_L = 1 + \sum_{i=1}^L (k_i-1) \prod_{j=1}^{i-1} s_j$"),
    (FIELDS, "field", r"$r_n = 1 + \sum_{l=1}^n \prod_{j=1}^{l-1} s_j \cdot (k_l-1)$"),
    (SQUARE, "size", "$y = g^2$"),
    # A name on a line of its own, and the block below it.
    (FIELDS, "field", "r_L =\n\n$$1 + \\sum_{i=1}^L (k_i-1) \\prod_{j=1}^{i-1} s_j$$"),
    (SQUARE, "size", "y =\n\n$$g \\cdot g$$"),
    (SQUARE, "size", "y =\n\n$$y = g \\cdot g$$"),
]


@pytest.mark.parametrize(("sheet", "name", "text"), RIGHT)
def test_a_right_answer_is_found_by_its_left_side(sheet: Sheet, name: str, text: str) -> None:
    mark = marked(sheet, name, text)
    assert mark.verdict == "CORRECT", mark


OTHERWISE = [
    # What holds at one place only is not the formula.
    (DERIVATIVE, "closed", r"$\left.\frac{\partial f}{\partial x}\right|_{x=3} = 1458$", "unnamed"),
    (DERIVATIVE, "closed", "f'(3) = 1458", "unnamed"),
    # Neither is another derivative, or another step.
    (DERIVATIVE, "closed", r"$\frac{\partial u}{\partial x} = 3x^2$", "unnamed"),
    (STEPS, "first", r"$\frac{\hat m^2}{\sqrt{\hat v^2} + \epsilon} = 1$", "unnamed"),
    (STEPS, "first", r"$w_2 - w_3 = 1$", "unnamed"),
    (FIELDS, "field", "$r_1 = 3$", "unnamed"),
    # A variant that is right below its own left side alone.
    (STEPS, "first", r"$w_1 - w_2 = -\frac{g_1}{|g_1| + \epsilon}$", "incorrect"),
    (SQUARE, "size", "$y = g^3$", "undecidable:formula"),
    (SQUARE, "size", "y = 1/2g", "undecidable:formula"),
    (DERIVATIVE, "chain", r"$f'(x) = \frac{\partial f}{\partial u}$", "misconception:outer_alone"),
    (DERIVATIVE, "chain", "$f'(x) = f'(x)$", "undecidable:formula"),
    (SQUARE, "size", "y =", "undecidable:formula"),
    (SQUARE, "size", "y =\n\nwhere $g$ is the gradient", "undecidable:formula"),
    # A letter means many things: it asks no person wherever it stands.
    (SQUARE, "size", "The letters x and y are given.", "missing"),
]


@pytest.mark.parametrize(("sheet", "name", "text", "note"), OTHERWISE)
def test_what_is_not_the_answer_is_not_taken_for_it(
    sheet: Sheet, name: str, text: str, note: str
) -> None:
    mark = marked(sheet, name, text)
    assert mark.verdict != "CORRECT"
    assert mark.note.startswith(note), mark


def test_without_a_closed_form_that_is_said(notebook: Notebook) -> None:
    mark = marked(DERIVATIVE, "closed", rf"$f'(x) = {CHAIN}$")
    assert (mark.verdict, mark.note, mark.points) == ("MISSING", "missing:sides", 0)
    assert mark.feedback == "No side of your equation for `f'(x)` is free of partial derivatives."
    mark = marked(DERIVATIVE, "chain", "$f'(x) = 6x^5$")
    assert (mark.verdict, mark.note) == ("MISSING", "missing:sides")


def test_a_closed_form_elsewhere_is_left_to_a_person() -> None:
    mark = marked(DERIVATIVE, "closed", rf"$f'(x) = {CHAIN}$, that is $6x^5$")
    assert (mark.verdict, mark.note) == ("NEEDS_REVIEW", "unnamed_formula")


def test_a_missing_sign_below_is_mended_and_said() -> None:
    text = r"$f'(x) = \frac{\partial f}{\partial u} \frac{\partial u}{x}$"
    mark = marked(DERIVATIVE, "chain", text)
    assert mark.verdict == "CORRECT"
    assert any("lacks the sign ∂ below and is read as “du_dx”" in line for line in mark.details)


def test_what_was_worked_out_is_said() -> None:
    assert marked(DERIVATIVE, "chain", rf"$f'(x) = {CHAIN}$").details == ()
    (line,) = marked(DERIVATIVE, "chain", r"$f'(x) = 2u \cdot u'(x)$").details
    assert line == "It is equal once what stands for df_du, du_dx, u is put in."


def test_the_reading_that_makes_sense_counts_and_both_are_told() -> None:
    mark = marked(SQUARE, "size", "$y = g^2$")
    assert to_text(from_json(json.loads(mark.understood))) == "g**2"
    assert any("2 readings" in line for line in mark.details)


def test_a_value_beside_the_formula_is_no_second_answer() -> None:
    formula = r"$r_L = 1 + \sum_{i=1}^L (k_i-1) \prod_{j=1}^{i-1} s_j$"
    assert marked(FIELDS, "field", formula, "$r_{out} = 212$").verdict == "CORRECT"
    assert marked(FIELDS, "field", "$r_{out} = 212$").note == "unnamed_formula"
    assert marked(STEPS, "update", "First $w = 0$.").note == "missing"
    tagged = Notebook().prose("$r_{out} = 212$", answers="task.field")
    assert tagged.mark(FIELDS, "field").verdict == "INCORRECT"


def test_an_equation_in_a_text_is_no_answer_to_another_question() -> None:
    task = Task("Steps")
    symbols = (Declared(name="w", spellings=("w_t",)), Declared(name="g"))

    @task.formula(
        points=1, part="a", symbols=symbols, domains={"w": real(), "g": real()}, answer="w_{t+1}"
    )
    def update() -> str:
        """The update."""
        return "w - 2*g"

    @task.text(points=1, part="b")
    def compared() -> None:
        """How does it compare with plain descent?"""

    sheet, other = sheet_of(task), "$w_{t+1} = w_t - g$"
    assert Notebook().prose(other).mark(sheet, "update").verdict == "INCORRECT"
    assert Notebook().prose(other, answers="task.compared").mark(sheet, "update").points != 0
    for cell in (f"## b) Descent\n{other}", f"compared\n\n{other}"):
        answered = Notebook().prose("## a\n$w_{t+1} = w_t - 2g$").prose(cell)
        assert answered.mark(sheet, "update").verdict == "CORRECT"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("r_L = r_0 + (k-1)*j", "accepted:recursion"),
        ("r_L = r_0 + (k-1)*j\n\nj_{out} = s*j", "accepted:recursion"),
        ("r_L = r_0 + (k-1)*j\n\nj_{out} = 32", "accepted:recursion"),
        ("r_L = r_0 + (k-1)*j\n\nj_{out} = s + j", "undecidable:beside"),
    ],
)
def test_an_equation_beside_the_answer_has_to_be_right_as_well(text: str, note: str) -> None:
    assert marked(FIELDS, "field", text).note == note


def test_a_running_index_may_be_called_as_a_declared_name() -> None:
    formula = r"$r_n = 1 + \sum_{n=1}^{L} ((k_n-1) \prod_{i=1}^{n-1} s_i)$"
    assert marked(FIELDS, "field", formula).verdict == "CORRECT"


def test_one_left_side_may_serve_two_questions_if_their_sides_differ() -> None:
    task = Task("Twice")
    for name in ("one", "other"):

        def twice() -> str:
            """Twice x."""
            return "2*x"

        twice.__name__ = name
        symbols = (Declared(name="x"),)
        task.formula(points=1, symbols=symbols, domains={"x": fraction()}, answer="y",
                     sides="all" if name == "one" else "without_partials")(twice)  # fmt: skip
    with pytest.raises(AuthorError, match="'y' is the left side of"):
        prepare(sheet_of(task), seed=SEED)


def test_a_left_side_of_a_variant_is_one_of_the_answers() -> None:
    task = Task("Variants")

    @task.formula(points=1, symbols=(Declared(name="x"),), domains={"x": real()}, answer="y")
    def twice() -> str:
        """Twice x."""
        return "2*x"

    @twice.accepts_below("z")
    def negative() -> str:
        """Turned."""
        return "-2*x"

    with pytest.raises(AuthorError, match="left side 'z'"):
        prepare(sheet_of(task), seed=SEED)
