import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference import chain_rule as cr

POINTS = st.floats(0.05, 0.95) | st.floats(1.05, 50.0)
CONSTANTS = st.floats(-20.0, 20.0)

# A program is a list of (operation, register, register): every result may be used again, so that
# graphs with shared nodes are the rule.
Program = list[tuple[str, int, int]]
OPERATIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "a + b": lambda ops, a, b: a + b,
    "a - b": lambda ops, a, b: a - b,
    "a * b": lambda ops, a, b: a * b,
    "a / (b² + ½)": lambda ops, a, b: a / (b**2 + 0.5),
    "(a² + ½) ** sin b": lambda ops, a, b: (a**2 + 0.5) ** ops.sin(b),
    "1.5 ** sin a": lambda ops, a, b: 1.5 ** ops.sin(a),
    "-a": lambda ops, a, b: -a,
    "2 - a": lambda ops, a, b: 2.0 - a,
    "3 + a": lambda ops, a, b: 3.0 + a,
    "2 * a": lambda ops, a, b: 2.0 * a,
    "2 / (a² + ½)": lambda ops, a, b: 2.0 / (a**2 + 0.5),
    "log(a² + ½)": lambda ops, a, b: ops.log(a**2 + 0.5),
    "exp sin a": lambda ops, a, b: ops.exp(ops.sin(a)),
    "cos a": lambda ops, a, b: ops.cos(a),
    "√(a² + ½)": lambda ops, a, b: ops.sqrt(a**2 + 0.5),
    "a ** 3": lambda ops, a, b: a**3,
}


@st.composite
def programs(draw: st.DrawFn, longest: int = 12) -> Program:
    return [
        (
            draw(st.sampled_from(sorted(OPERATIONS))),
            draw(st.integers(0, 1 + index)),
            draw(st.integers(0, 1 + index)),
        )
        for index in range(draw(st.integers(1, longest)))
    ]


def run(program: Program, ops: Any, x: Any, y: Any) -> Any:
    registers = [x, y]
    for name, first, second in program:
        registers.append(OPERATIONS[name](ops, registers[first], registers[second]))
    return registers[-1]


def torch_gradient(
    function: Callable[..., torch.Tensor], *inputs: float
) -> tuple[float, list[float]]:
    leaves = [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in inputs]
    output = function(*leaves)
    if not output.requires_grad:
        return output.item(), [0.0 for _ in leaves]
    grads = torch.autograd.grad(output, leaves, allow_unused=True)
    return output.item(), [0.0 if each is None else each.item() for each in grads]


def path_scale(output: cr.Node) -> float:
    """Largest product on the way of the accumulation: what rounding errors are relative to."""
    total = cr.adjoints(output)
    flows = [
        abs(float(total[node]) * float(edge.partial)) * max(1.0, abs(float(edge.argument.value)))
        for node in cr.forward_trace(output)
        for edge in node.edges
    ]
    return max([1.0, *flows])


@given(programs(), st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=300)
def test_random_expressions_agree_with_autograd(program: Program, x: float, y: float) -> None:
    left, right = cr.variable(x), cr.variable(y)
    output = run(program, cr, left, right)
    scale = path_scale(output)
    assume(scale < 1e8)
    value, expected = torch_gradient(lambda a, b: run(program, torch, a, b), x, y)
    assert float(output.value) == pytest.approx(value, rel=1e-12, abs=1e-12 * scale)
    found = [float(each) for each in cr.gradient_of(output, left, right)]
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12 * scale)


@given(programs(longest=4), st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=25)
def test_random_expressions_agree_with_symbolic_derivatives(
    program: Program, x: float, y: float
) -> None:
    left, right = cr.variable(x), cr.variable(y)
    output = run(program, cr, left, right)
    scale = path_scale(output)
    assume(scale < 1e8)
    symbols = sympy.symbols("x y", real=True)
    formula = sympy.sympify(run(program, sympy, *symbols))
    point = dict(zip(symbols, map(sympy.Rational, (x, y)), strict=True))
    expected = [float(formula.diff(each).evalf(30, subs=point)) for each in symbols]
    found = [float(each) for each in cr.gradient_of(output, left, right)]
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12 * scale)


@given(programs(), st.lists(st.floats(-2, 2), min_size=1, max_size=5), st.floats(-2, 2))
@settings(max_examples=50)
def test_an_array_is_many_points_at_once(program: Program, xs: list[float], y: float) -> None:
    left, right = cr.variable(xs), cr.variable(y)
    output = run(program, cr, left, right)
    together = np.broadcast_arrays(*cr.gradient_of(output, left, right))
    for index, x in enumerate(xs):
        alone_left, alone_right = cr.variable(x), cr.variable(y)
        alone = run(program, cr, alone_left, alone_right)
        expected = [float(each) for each in cr.gradient_of(alone, alone_left, alone_right)]
        tolerance = 1e-12 * path_scale(alone)
        found = [float(each.flat[index if each.size > 1 else 0]) for each in together]
        assert found == pytest.approx(expected, rel=1e-12, abs=tolerance)


def test_a_shared_node_collects_all_its_paths() -> None:
    x = cr.variable(3.0)
    square = x * x
    assert cr.gradient_of(square + square * x, x) == (2 * 3 + 3 * 9,)


def test_asking_twice_gives_the_same() -> None:
    x = cr.variable(2.0)
    output = x**3
    assert cr.gradient_of(output, x) == cr.gradient_of(output, x) == (12.0,)


def test_an_input_that_is_not_used_has_derivative_zero() -> None:
    x, y = cr.variable(2.0), cr.variable(3.0)
    assert cr.gradient_of(x + 1, x, y) == (1.0, 0.0)


def test_five_thousand_links_are_no_obstacle() -> None:
    x = cr.variable(1.0)
    chain = x
    for _ in range(5000):
        chain = chain + 1.0
    assert cr.gradient_of(chain, x) == (1.0,)
    assert len(cr.forward_trace(chain)) == 5001


def test_arguments_come_before_what_uses_them() -> None:
    order = cr.forward_trace(cr.graph(3, 5))
    places = {node: index for index, node in enumerate(order)}
    assert all(places[e.argument] < places[node] for node in order for e in node.edges)
    assert len(places) == len(order)


@pytest.mark.parametrize(
    ("build", "slope"),
    [
        (lambda x: 5 - x, -1.0),
        (lambda x: 2 / x, -2 / 9),
        (lambda x: 2 + x, 1.0),
        (lambda x: 4 * x, 4.0),
        (lambda x: 2**x, 8 * math.log(2)),
        (lambda x: x**x, 27 * (1 + math.log(3))),
        (lambda x: x - x, 0.0),
        (lambda x: cr.log(x, base=10), 1 / (3 * math.log(10))),
    ],
)
def test_numbers_on_either_side_are_constants(
    build: Callable[[cr.Node], cr.Node], slope: float
) -> None:
    x = cr.variable(3.0)
    assert cr.gradient_of(build(x), x)[0] == pytest.approx(slope, rel=1e-14)


def test_an_array_on_the_left_makes_a_node() -> None:
    x = cr.variable([1.0, 2.0])
    output = np.array([3.0, 4.0]) * x
    assert isinstance(output, cr.Node)
    assert cr.gradient_of(output, x)[0].tolist() == [3.0, 4.0]  # type: ignore[union-attr]


@pytest.mark.parametrize(("base", "exponent"), [(0.0, 2.0), (0.0, 1.0), (0.0, 0.0), (-2.0, 3.0)])
def test_powers_at_the_edge_of_their_domain_agree_with_autograd(
    base: float, exponent: float
) -> None:
    b, e = cr.variable(base), cr.variable(exponent)
    _, expected = torch_gradient(lambda x, y: x**y, base, exponent)
    found = [float(each) for each in cr.gradient_of(b**e, b, e)]
    assert found == pytest.approx(expected, nan_ok=True)


def test_partials_of_parallel_links_add_up_and_anonymous_nodes_have_none() -> None:
    x = cr.variable(3.0, name="x")
    square = cr.named("square", x * x)
    assert cr.edge_partials((square + 1.0) * 2.0) == {"dsquare_dx": 6.0}


# The task's function.


def test_forward_values_at_three_and_five() -> None:
    values = cr.forward(3, 5)
    expected = {
        "x2": 9.0,
        "log": 1.09861228866811,
        "inv": 0.910239226626837,
        "u": 8.19215303964154,
        "a": 13.1921530396415,
        "b": 3.19215303964154,
        "f": 42.1113714249081,
    }
    assert {name: values[name] for name in expected} == pytest.approx(expected, rel=1e-13)


def test_local_partials_at_three_and_five() -> None:
    expected = {
        "dx2_dx": 6.0,
        "dlog_dx": 1 / 3,
        "dinv_dlog": -0.828535449690223,
        "du_dx2": 0.910239226626837,
        "du_dinv": 9.0,
        "df_da": 3.19215303964154,
        "df_db": 13.1921530396415,
    }
    partials = cr.local_partials(3, 5)
    assert list(partials) == list(cr.PARTIALS) == list(expected)
    assert partials == pytest.approx(expected, rel=1e-13)


def test_gradient_at_three_and_five() -> None:
    assert cr.gradient(3, 5) == pytest.approx((48.7568933507609203, -10.0), rel=1e-14)
    assert cr.df_dx(3, 5) == pytest.approx(48.7568933507609203, rel=1e-14)
    assert cr.df_dc(3, 5) == -10.0


def test_adjoints_at_three_and_five() -> None:
    found = {node.name: float(value) for node, value in cr.adjoints(cr.graph(3, 5)).items()}
    expected = {
        "x2": 14.913638094424012,
        "log": -122.17480564734947,
        "u": 16.38430607928307,
        "a": 3.1921530396415356,
        "b": 13.192153039641536,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("decimals", "expected"), [(1, 49.2), (2, 48.6486), (3, 48.709632), (4, 48.75505908)]
)
def test_rounding_by_hand(decimals: int, expected: float) -> None:
    assert cr.gradient(3, 5, decimals=decimals)[0] == pytest.approx(expected, rel=1e-13)


def torch_function(x: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
    u = x**2 / torch.log(x)
    return (u + c) * (u - c)


def gradient_scale(x: float, c: float) -> float:
    p = {name: abs(float(value)) for name, value in cr.local_partials(x, c).items()}
    inner = p["du_dx2"] * p["dx2_dx"] + p["du_dinv"] * p["dinv_dlog"] * p["dlog_dx"]
    return max(1.0, (p["df_da"] + p["df_db"]) * inner)


@given(POINTS, CONSTANTS)
def test_gradient_agrees_with_autograd(x: float, c: float) -> None:
    value, expected = torch_gradient(torch_function, x, c)
    scale = gradient_scale(x, c)
    assert cr.forward(x, c)["f"] == pytest.approx(value, rel=1e-12, abs=1e-11)
    for found in (cr.gradient(x, c), (cr.df_dx(x, c), cr.df_dc(x, c))):
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12 * scale)


@given(POINTS, CONSTANTS)
@settings(max_examples=40)
def test_gradient_and_partials_agree_with_symbolic_derivatives(x: float, c: float) -> None:
    sx, sc, inv, logarithm, x2, a, b = sympy.symbols("x c inv log x2 a b")
    point = {sx: sympy.Rational(x), sc: sympy.Rational(c)}
    quotient = sx**2 / sympy.log(sx)
    formula = (quotient + sc) * (quotient - sc)
    forward = {
        x2: sx**2,
        logarithm: sympy.log(sx),
        inv: 1 / sympy.log(sx),
        a: quotient + sc,
        b: quotient - sc,
    }
    links = {
        "dx2_dx": (sx**2, sx),
        "dlog_dx": (sympy.log(sx), sx),
        "dinv_dlog": (1 / logarithm, logarithm),
        "du_dx2": (x2 * inv, x2),
        "du_dinv": (x2 * inv, inv),
        "df_da": (a * b, a),
        "df_db": (a * b, b),
    }
    partials = {
        name: float(value.diff(by).subs(forward).evalf(30, subs=point))
        for name, (value, by) in links.items()
    }
    assert cr.local_partials(x, c) == pytest.approx(partials, rel=1e-12, abs=1e-11)
    expected = [float(formula.diff(by).evalf(30, subs=point)) for by in (sx, sc)]
    tolerance = 1e-12 * gradient_scale(x, c)
    assert cr.gradient(x, c) == pytest.approx(expected, rel=1e-12, abs=tolerance)


@given(POINTS, CONSTANTS)
def test_partials_combine_to_the_gradient_that_the_graph_accumulates(x: float, c: float) -> None:
    output = cr.graph(x, c)
    leaves = {node.name: node for node in cr.forward_trace(output)}
    accumulated = cr.gradient_of(output, leaves["x"], leaves["c"])
    totals = cr.combine(cr.local_partials(x, c))
    scale = gradient_scale(x, c)
    assert (totals["df_dx"], totals["df_dc"]) == pytest.approx(accumulated, abs=1e-12 * scale)


@given(st.lists(POINTS, min_size=1, max_size=4), CONSTANTS)
def test_the_tasks_function_takes_arrays(xs: list[float], c: float) -> None:
    by_x, by_c = cr.gradient(np.array(xs), c)
    assert np.shape(by_x) == np.shape(by_c) == (len(xs),)
    assert np.allclose(by_x, [float(cr.gradient(x, c)[0]) for x in xs], rtol=1e-13, atol=0)
    assert np.allclose(by_c, -2 * c, rtol=1e-11, atol=1e-11)


def test_follow_through_uses_the_partials_that_are_given() -> None:
    own = dict(zip(cr.PARTIALS, (6.0, 1 / 3, -0.8, 0.9, 9.0, 3.2, 13.2), strict=True))
    assert cr.combine(own)["df_dx"] == pytest.approx(49.2)


def test_outside_the_domain_the_result_is_not_a_number() -> None:
    assert np.isnan(cr.gradient(-1.0, 5)[0])
    assert np.isnan(cr.df_dx(-1.0, 5))


def test_a_rule_may_turn_the_partial_that_it_replaces() -> None:
    turned = cr.local_partials(3, 5, rules={"dinv_dlog": lambda dinv_dlog: -dinv_dlog})
    assert turned["dinv_dlog"] == -cr.local_partials(3, 5)["dinv_dlog"]


def test_rules_combine_and_later_ones_see_earlier_ones() -> None:
    rules: dict[str, cr.Rule] = {"dx2_dx": lambda x: x, "du_dx": lambda dx2_dx: dx2_dx}
    u = 9 / math.log(3)
    assert cr.gradient(3, 5, rules=rules)[0] == pytest.approx(2 * u * 3)


def test_a_rule_for_nothing_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'dinv_dx'.*dinv_dlog"):
        cr.gradient(3, 5, rules={"dinv_dx": lambda: 1.0})


def test_a_rule_that_asks_for_something_unknown_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'y'.*dx2_dx.*choose from x, "):
        cr.gradient(3, 5, rules={"dx2_dx": lambda y: y})
