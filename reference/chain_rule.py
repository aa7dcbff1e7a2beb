"""Reverse-mode differentiation on an expression graph, and the function of the chain rule task.

Sources: Griewank and Walther, "Evaluating Derivatives", 2nd ed., SIAM 2008, chapter 3 (a forward
trace with local partials on the edges, then adjoints accumulated from the output back).

Everything is elementwise in float64: an array stands for many points at once, and the adjoint of
an input is its derivative at each of them (never summed over points). Outside a function's domain
the values are nan or infinite, as NumPy gives them.

The task's function is f(x, c) = (x²/log x + c)(x²/log x - c), traced as

    x2 = x²   log = log x   inv = 1/log   u = x2·inv   a = u + c   b = u - c   f = a·b
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import ClassVar, TypeAlias, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = float | NDArray[np.float64]
Operand: TypeAlias = Union["Node", ArrayLike]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Edge:
    """A link from a node to one of its arguments."""

    argument: "Node"
    """The node that is depended on."""
    partial: Array
    """Local partial derivative with respect to it, all other arguments held."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Node:
    """One value of the forward trace; arithmetic on nodes makes further nodes."""

    value: Array
    """Result of the forward evaluation."""
    edges: tuple[Edge, ...] = ()
    """Links to the arguments; none for inputs."""
    name: str = ""
    """What the node is called in a trace; empty for anonymous ones."""

    # NumPy then leaves `array * node` to the reflected operators below.
    __array_ufunc__: ClassVar[None] = None

    def __repr__(self) -> str:
        return f"Node({self.name or '?'} = {self.value})"

    def __neg__(self) -> "Node":
        return _node(-self.value, (self, -1.0))

    def __add__(self, other: Operand) -> "Node":
        return _node(self.value + value_of(other), (self, 1.0), (other, 1.0))

    def __radd__(self, other: Operand) -> "Node":
        return self + other

    def __sub__(self, other: Operand) -> "Node":
        return _node(self.value - value_of(other), (self, 1.0), (other, -1.0))

    def __rsub__(self, other: Operand) -> "Node":
        return _node(value_of(other) - self.value, (self, -1.0))

    def __mul__(self, other: Operand) -> "Node":
        factor = value_of(other)
        return _node(self.value * factor, (self, factor), (other, self.value))

    def __rmul__(self, other: Operand) -> "Node":
        return self * other

    def __truediv__(self, other: Operand) -> "Node":
        return _quotient(self, other)

    def __rtruediv__(self, other: Operand) -> "Node":
        return _quotient(other, self)

    def __pow__(self, other: Operand) -> "Node":
        return _power(self, other)

    def __rpow__(self, other: Operand) -> "Node":
        return _power(other, self)


def as_array(value: ArrayLike) -> Array:
    """The value in float64: an array, or a NumPy scalar for a single number."""
    array: Array = np.asarray(value, dtype=np.float64)[()]
    return array


def _quiet() -> np.errstate:
    """Outside its domain a function is nan or infinite, without a warning."""
    return np.errstate(divide="ignore", invalid="ignore", over="ignore")


def value_of(operand: Operand) -> Array:
    """Value of a node, or the operand itself in float64."""
    return operand.value if isinstance(operand, Node) else as_array(operand)


def variable(value: ArrayLike, *, name: str = "") -> Node:
    """An input of the graph."""
    return Node(as_array(value), name=name)


def named(name: str, node: Node) -> Node:
    """The same value and edges under a name."""
    return Node(node.value, node.edges, name)


def _node(value: Array, *arguments: tuple[Operand, Array]) -> Node:
    """A node with edges to those arguments that are nodes; constants need none."""
    return Node(value, tuple(Edge(each, p) for each, p in arguments if isinstance(each, Node)))


def _quotient(dividend: Operand, divisor: Operand) -> Node:
    top, bottom = value_of(dividend), value_of(divisor)
    with _quiet():
        value = np.divide(top, bottom)
        inverse = np.divide(1.0, bottom)
        return _node(value, (dividend, inverse), (divisor, -value * inverse))


def _power(base: Operand, exponent: Operand) -> Node:
    b, e = value_of(base), value_of(exponent)
    with _quiet():
        value = np.power(b, e)
        # b⁰ and 0^e (e > 0) are constant nearby, where the formulas give 0·inf.
        by_base = np.where(e == 0.0, 0.0, e * np.power(b, e - 1.0))[()]
        by_exponent = np.where((b == 0.0) & (e >= 0.0), 0.0, value * np.log(b))[()]
    return _node(value, (base, by_base), (exponent, by_exponent))


def log(x: Node, *, base: float = math.e) -> Node:
    """Logarithm, natural unless told otherwise."""
    with _quiet():
        return _node(np.log(x.value) / math.log(base), (x, 1.0 / (x.value * math.log(base))))


def exp(x: Node) -> Node:
    """Exponential function."""
    with _quiet():
        value = np.exp(x.value)
    return _node(value, (x, value))


def sin(x: Node) -> Node:
    """Sine of an angle in radians."""
    return _node(np.sin(x.value), (x, np.cos(x.value)))


def cos(x: Node) -> Node:
    """Cosine of an angle in radians."""
    return _node(np.cos(x.value), (x, -np.sin(x.value)))


def sqrt(x: Node) -> Node:
    """Square root."""
    with _quiet():
        value = np.sqrt(x.value)
        return _node(value, (x, np.divide(0.5, value)))


def forward_trace(output: Node) -> list[Node]:
    """All nodes that `output` depends on, each once and after its arguments; `output` is last."""
    order: list[Node] = []
    seen = {output}
    # An explicit stack: recursion would end at a few hundred links.
    stack = [(output, iter(output.edges))]
    while stack:
        node, edges = stack[-1]
        fresh = _first_unseen(edges, seen)
        if fresh is None:
            order.append(node)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, iter(fresh.edges)))
    return order


def _first_unseen(edges: Iterator[Edge], seen: set[Node]) -> Node | None:
    return next((edge.argument for edge in edges if edge.argument not in seen), None)


def adjoints(output: Node) -> dict[Node, Array]:
    """Derivative of `output` with respect to every node of its trace, by node.

    The sum over all paths of the products of their local partials, accumulated from the output
    back. Nothing is kept in the graph, so that a second call gives the same.
    """
    order = forward_trace(output)
    total: dict[Node, Array] = dict.fromkeys(order, 0.0)
    total[output] = np.ones_like(output.value)[()]
    with _quiet():
        for node in reversed(order):
            for edge in node.edges:
                total[edge.argument] = total[edge.argument] + total[node] * edge.partial
    return total


def gradient_of(output: Node, *inputs: Node) -> tuple[Array, ...]:
    """Derivatives of `output` with respect to the inputs; 0 for one that it does not depend on."""
    total = adjoints(output)
    return tuple(total.get(node, 0.0) + np.zeros_like(output.value)[()] for node in inputs)


def edge_partials(output: Node) -> dict[str, Array]:
    """Local partials on the edges between named nodes, as {"du_dx2": …} for the edge u to x2.

    Parallel edges (as in u·u) add up.
    """
    partials: dict[str, Array] = {}
    for node in forward_trace(output):
        for edge in node.edges:
            if node.name and edge.argument.name:
                key = f"d{node.name}_d{edge.argument.name}"
                partials[key] = partials.get(key, 0.0) + edge.partial
    return partials


# The task's function.

PARTIALS = ("dx2_dx", "dlog_dx", "dinv_dlog", "du_dx2", "du_dinv", "df_da", "df_db")
"""Local partials that depend on the point, in the order of the chain."""

CONSTANT_PARTIALS = {"da_du": 1.0, "da_dc": 1.0, "db_du": 1.0, "db_dc": -1.0, "dc_dx": 0.0}
"""Local partials that are the same everywhere; c does not depend on x."""


def _du_dx(du_dx2: Array, dx2_dx: Array, du_dinv: Array, dinv_dlog: Array, dlog_dx: Array) -> Array:
    return du_dx2 * dx2_dx + du_dinv * dinv_dlog * dlog_dx


def _df_du(df_da: Array, da_du: Array, df_db: Array, db_du: Array) -> Array:
    return df_da * da_du + df_db * db_du


def _df_dc(df_da: Array, da_dc: Array, df_db: Array, db_dc: Array) -> Array:
    return df_da * da_dc + df_db * db_dc


def _df_dx(df_du: Array, du_dx: Array, df_dc: Array, dc_dx: Array) -> Array:
    return df_du * du_dx + df_dc * dc_dx


Rule: TypeAlias = Callable[..., Array]
"""Gives a derivative from the values that its parameter names ask for."""

TOTALS: dict[str, Rule] = {"du_dx": _du_dx, "df_du": _df_du, "df_dc": _df_dc, "df_dx": _df_dx}
"""The multivariate chain rule, in the order of evaluation."""

KEPT_EXACT = ("dlog_dx",)
"""Partials that a calculation by hand keeps as a fraction (1/3 at x = 3) where it rounds others."""


def graph(x: ArrayLike, c: ArrayLike, *, log_base: float = math.e) -> Node:
    """The node f at (x, c); its trace holds x2, log, inv, u, a and b under these names."""
    point, constant = variable(x, name="x"), variable(c, name="c")
    with _quiet():
        x2 = named("x2", point**2)
        logarithm = named("log", log(point, base=log_base))
        inv = named("inv", 1 / logarithm)
        u = named("u", x2 * inv)
        a = named("a", u + constant)
        b = named("b", u - constant)
        return named("f", a * b)


def forward(
    x: ArrayLike, c: ArrayLike, *, log_base: float = math.e, decimals: int | None = None
) -> dict[str, Array]:
    """Values of x, c, x2, log, inv, u, a, b and f at (x, c), by name.

    With `decimals` each intermediate value is its exact one rounded once, as in a calculation by
    hand, and f the product of the rounded a and b.
    """
    trace = forward_trace(graph(x, c, log_base=log_base))
    values = {n.name: _rounded(n.value, decimals) if n.edges else n.value for n in trace}
    with _quiet():
        return values | {"f": values["a"] * values["b"]}


def local_partials(
    x: ArrayLike,
    c: ArrayLike,
    *,
    log_base: float = math.e,
    decimals: int | None = None,
    rules: Mapping[str, Rule] | None = None,
) -> dict[str, Array]:
    """The seven `PARTIALS` at (x, c), by name.

    `rules` replaces some by functions of what their parameters name: values of `forward`,
    partials before them, or under its own name the partial that is replaced, as in
    {"dinv_dlog": lambda log: 1 / log**2} or {"dinv_dlog": lambda dinv_dlog: -dinv_dlog}.
    `decimals` rounds all but `KEPT_EXACT`. ValueError for a rule or parameter of another name.
    """
    rules = _known_rules(rules)
    exact = edge_partials(graph(x, c, log_base=log_base))
    known = forward(x, c, log_base=log_base, decimals=decimals)
    for name in PARTIALS:
        known[name] = exact[name] if name in KEPT_EXACT else _rounded(exact[name], decimals)
        if name in rules:
            known[name] = _apply(name, rules[name], known)
    return {name: known[name] for name in PARTIALS}


def combine(
    partials: Mapping[str, Array],
    *,
    rules: Mapping[str, Rule] | None = None,
    values: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """The `TOTALS` du_dx, df_du, df_dc and df_dx that follow from the seven local partials.

    `rules` replaces totals or `CONSTANT_PARTIALS` as in `local_partials` (those for the seven are
    left to that function); its parameters may also name entries of `values`.
    """
    rules = _known_rules(rules)
    known = {**(values or {}), **{name: as_array(partials[name]) for name in PARTIALS}}
    for name, constant in CONSTANT_PARTIALS.items():
        known[name] = constant
        if name in rules:
            known[name] = _apply(name, rules[name], known)
    for name, total in TOTALS.items():
        known[name] = _apply(name, total, known)
        if name in rules:
            known[name] = _apply(name, rules[name], known)
    return {name: known[name] for name in TOTALS}


def gradient(
    x: ArrayLike,
    c: ArrayLike,
    *,
    log_base: float = math.e,
    decimals: int | None = None,
    rules: Mapping[str, Rule] | None = None,
) -> tuple[Array, Array]:
    """(df/dx, df/dc) at (x, c) by the chain rule; keywords as for `local_partials`.

    Here `rules` may replace the seven partials, `CONSTANT_PARTIALS` and `TOTALS` alike.
    """
    values = forward(x, c, log_base=log_base, decimals=decimals)
    partials = local_partials(x, c, log_base=log_base, decimals=decimals, rules=rules)
    totals = combine(partials, rules=rules, values=values)
    # A rule may give one number for all points.
    shape = np.zeros_like(values["f"])[()]
    return totals["df_dx"] + shape, totals["df_dc"] + shape


def df_dx(x: ArrayLike, c: ArrayLike) -> Array:
    """df/dx in closed form, 2x³(2·log x - 1)/log³ x; it does not depend on c."""
    point, shape = as_array(x), np.zeros_like(as_array(c))
    with _quiet():
        logarithm = np.log(point)
        slope: Array = 2 * point**3 * (2 * logarithm - 1) / logarithm**3 + shape
    return slope


def df_dc(x: ArrayLike, c: ArrayLike) -> Array:
    """df/dc in closed form, -2c; it does not depend on x."""
    slope: Array = -2 * as_array(c) + np.zeros_like(as_array(x))
    return slope


def _rounded(value: Array, decimals: int | None) -> Array:
    """The value at so many decimals; itself for None."""
    return value if decimals is None else as_array(np.round(np.asarray(value), decimals))


def _known_rules(rules: Mapping[str, Rule] | None) -> Mapping[str, Rule]:
    """The rules, none for None; ValueError where one replaces nothing."""
    names = (*PARTIALS, *CONSTANT_PARTIALS, *TOTALS)
    for name in rules or {}:
        if name not in names:
            raise ValueError(f"rule {name!r} replaces nothing; choose from {', '.join(names)}")
    return rules or {}


def _apply(name: str, rule: Rule, known: Mapping[str, Array]) -> Array:
    """Call a rule with the known values that its parameters name."""
    wanted = signature(rule).parameters
    for each in wanted:
        if each not in known:
            raise ValueError(
                f"parameter {each!r} of the rule for {name} is not known there; "
                f"choose from {', '.join(known)}"
            )
    with _quiet():
        return as_array(rule(**{each: known[each] for each in wanted}))
