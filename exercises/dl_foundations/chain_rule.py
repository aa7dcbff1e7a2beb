"""Task 1: the chain rule on f(x) = (x²/log x + c)·(x²/log x - c), by hand and by torch."""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

import numpy as np

from grader.authoring import Task, call, drawn, fixed, per_call, per_entry
from grader.checks import close, decimals
from grader.formula import Declared, Role
from grader.formula.domains import Domain, real
from grader.pictured import graph
from grader.sheet import AuthoredCall
from reference import chain_rule
from reference.chain_rule import Array, Rule

task = Task(
    "Chain rule",
    number=1,
    points=16,
    intro="f(x) = (x²/log x + c) · (x²/log x - c) with the natural logarithm",
    parts={
        "1a": "Derivative as a function",
        "1b": "Forward values at x = 3, c = 5",
        "1c": "Local partial derivatives at x = 3, c = 5, by hand",
        "1d": "The same by torch's automatic differentiation",
    },
)

X, C = 3.0, 5.0
FUNCTION_POINTS, VALUE_POINTS = 2.0, 1.2
PATHS_POINTS, CLOSED_POINTS = 1.5, 0.5
BY_HAND = close(rtol=0.01, atol=0.05)
BY_MACHINE = close(rtol=1e-6)
AUTOGRAD = ("torch.autograd", "torch.func", ".backward", "autograd", "jax", "tensorflow")
NO_RULES: Mapping[str, Rule] = {}
# Turned along with du_dx where another mistake, twice or half as large, gives the same.
AS_IT_IS: Rule = lambda df_du: df_du  # noqa: E731
Feedback = Callable[[], None]


def given(**rules: Rule | None) -> dict[str, Rule]:
    """The rules that are there."""
    return {name: rule for name, rule in rules.items() if rule is not None}


def many_points(random: np.random.Generator) -> Iterator[AuthoredCall]:
    """Points on both sides of x = e, away from x = √e where the derivative is 0.

    They are multiples of 1/64, which float32 and float64 hold alike.
    """
    x, c = random.integers([84, 122, 180], [96, 173, 385]), random.integers(-576, 576, 3)
    yield from (call(one / 64, other / 64) for one, other in zip(x, c, strict=True))
    some = random.integers([84, 84, 122, 122], [96, 96, 385, 385])
    yield call(some / 64, random.integers(-576, 576, 4) / 64)


@task.function(
    points=FUNCTION_POINTS,
    part="1a",
    check=BY_MACHINE,
    credit=per_call(),
    calls=fixed(
        call(3.0, 5.0, public=True, example=0.0),
        call(1.375, -2.0),
        call(2.0, 0.0),
        call(5.5, 1.25),
        call(np.array([1.25, 2.0, 2.75, 4.5, 6.0]), 5.0, example=np.zeros(5)),
    )
    + drawn(many_points),
    aliases=("dfdx", "df_dx_by_hand", "f_prime"),
    spellings={"x": ("x0", "x_value"), "c": ("c0", "c_value", "const")},
    forbids=AUTOGRAD,
    instead=("df_dx_formula", "partials_formula"),
    hints=(
        "Which paths lead from x to f? x stands in x² and in log x, and u in both factors.",
        "Take one path at a time: multiply the local derivatives along it, then add up the paths.",
        "Compare it at one point with a difference quotient, (f(x + h) - f(x))/h with a small h.",
    ),
)
def df_dx(
    x: Array,
    c: Array,
    *,
    du_dx: Rule | None = None,
    df_du: Rule | None = None,
    dc_dx: Rule | None = None,
    df_dx: Rule | None = None,
) -> Array:
    """The derivative df/dx at (x, c) as a function, from your own formula."""
    slips = given(du_dx=du_dx, df_du=df_du, dc_dx=dc_dx, df_dx=df_dx)
    return chain_rule.gradient(x, c, rules=slips)[0]


WRITTEN = {
    "f": ("f",),
    "a": ("a",),
    "b": ("b",),
    "u": ("u",),
    "u2": ("u^2",),
    "x2": ("x^2", "x2"),
    "inv": ("1/log(x)", "inv", "(log(x))^(-1)"),
    "log": ("log(x)",),
    "x": ("x",),
}
"""The parts of f, and how they may stand in a partial derivative."""
SLOPES = {
    ("f", "a"): "b",
    ("f", "b"): "a",
    ("f", "u"): "2*u",
    ("f", "u2"): "1",
    ("f", "x2"): "2*u*inv",
    ("f", "inv"): "2*u*x2",
    ("f", "log"): "-2*u*x2*inv^2",
    ("a", "u"): "1",
    ("a", "x2"): "inv",
    ("a", "inv"): "x2",
    ("a", "x"): "inv*2*x - inv^2*x",
    ("b", "u"): "1",
    ("b", "x2"): "inv",
    ("b", "inv"): "x2",
    ("b", "x"): "inv*2*x - inv^2*x",
    ("u2", "u"): "2*u",
    ("u", "x2"): "inv",
    ("u", "inv"): "x2",
    ("u", "log"): "-x2*inv^2",
    ("u", "x"): "inv*2*x - inv^2*x",
    ("inv", "log"): "-inv^2",
    ("inv", "x"): "-inv^2/x",
    ("log", "x"): "1/x",
    ("x2", "x"): "2*x",
}
"""What each partial derivative is, written with the parts; df/dx alone is asked for."""
PARTS = {
    "u": "x^2/log(x)",
    "a": "u + c",
    "b": "u - c",
    "f": "a*b",
    "x2": "x^2",
    "inv": "1/log(x)",
}
SYMBOLS = (
    Declared(name="x"),
    Declared(name="c", role=Role.CONSTANT),
    Declared(name="u", spellings=("u(x)", "c(x)", "g(x)", "h(x)"), role=Role.FUNCTION),
    Declared(name="a", spellings=("a(x)",), role=Role.FUNCTION),
    Declared(name="b", spellings=("b(x)",), role=Role.FUNCTION),
    Declared(name="f", spellings=("f(x)",), role=Role.FUNCTION),
    Declared(name="x2"),
    Declared(name="inv"),
)
# Where all is worked out, `2u(…)` is a product.
SYMBOLS_WORKED_OUT = tuple(
    Declared(name=one.name) if one.name in ("u", "a", "b") else one for one in SYMBOLS
)
PARTIALS = tuple(
    Declared(name=f"d{of}_d{by}", of=above, by=below, role=Role.PARTIAL)
    for of, by in SLOPES
    for above in WRITTEN[of]
    for below in WRITTEN[by]
)
DERIVATIVE = (r"\frac{\partial f}{\partial x}", "f'(x)", "f'", "df_dx")
# Away from x = 1, where log x is 0, on both sides of √e, where the derivative is.
WHERE = {"x": Domain(low=1.2, high=6, both_signs=False), "c": real()}


def slope(of: str, by: str) -> str:
    """One partial derivative in LaTeX."""
    return rf"\frac{{\partial {WRITTEN[of][0]}}}{{\partial {WRITTEN[by][0]}}}"


def path(*parts: str) -> str:
    """The product of the partial derivatives along a path."""
    return "*".join(slope(of, by) for of, by in pairwise(parts))


BY_A, BY_B = path("f", "a", "u"), path("f", "b", "u")
BY_SQUARE, BY_LOG = path("u", "x2", "x"), path("u", "inv", "log", "x")


@task.formula(
    points=PATHS_POINTS,
    part="1a",
    symbols=SYMBOLS + PARTIALS,
    domains=WHERE,
    definitions=PARTS | {f"d{of}_d{by}": text for (of, by), text in SLOPES.items()},
    answer=DERIVATIVE,
    sides="with_partials",
    instead=("df_dx",),
    hints=(
        "Draw f, a, b, u, x², log x, 1/log x and x, with an arrow from each part to what it "
        "is made of.",
        "Links along one path are multiplied; what comes along different paths is added.",
        "Count the paths from f down to x: both factors lead to u, and u leads to x in two ways.",
    ),
)
def partials_formula(
    *, outer: str = f"{BY_A} + {BY_B}", inner: str = f"{BY_SQUARE} + {BY_LOG}"
) -> str:
    """df/dx as products and sums of partial derivatives, along all paths from f to x."""
    return f"({outer})*({inner})"


@task.formula(
    points=CLOSED_POINTS,
    part="1a",
    symbols=SYMBOLS_WORKED_OUT,
    domains=WHERE,
    definitions=PARTS,
    answer=DERIVATIVE,
    sides="without_partials",
    instead=("df_dx",),
    hints=(
        "Begin with the formula in partial derivatives, and replace each of them by what it is.",
        "How is 1/y differentiated, and how log x? Each gives one link of the path through "
        "the logarithm.",
        "Put a number in for x at the end, and compare with your number in 1c.",
    ),
)
def df_dx_formula() -> str:
    """df/dx worked out: a formula in x, without partial derivatives."""
    return "2*x^3*(2*log(x) - 1)/log(x)^3"


def detour(award: float, **switches: str) -> Callable[[Feedback], Feedback]:
    """Add a mistake in following the paths from f to x."""
    points = round(award * PATHS_POINTS, 6)
    return partials_formula.misconception(points=points, switches=switches)


@detour(0.5, outer=BY_A)
def no_path_through_b() -> None:
    """f is a·b, and both factors contain u: add the path from f through b to u."""


@detour(0.5, outer=BY_B)
def no_path_through_a() -> None:
    """f is a·b, and both factors contain u: add the path from f through a to u."""


@detour(0.5, outer=f"{BY_B} - {BY_A}")
def paths_of_the_factors_subtracted() -> None:
    """What reaches f along several paths is added up; you subtract one path from the other."""


@detour(0.25, outer=f"{BY_A}*{BY_B}")
def paths_of_the_factors_multiplied() -> None:
    """Links along one path are multiplied, the two paths through a and b are added."""


@partials_formula.misconception(points=0.25 * PATHS_POINTS)
def derivatives_of_the_factors_multiplied() -> str:
    """You multiplied the derivatives of a and b; a product has a'·b + a·b'."""
    return f"{path('a', 'x')}*{path('b', 'x')}"


@detour(0.75, outer=f"2*{BY_A}")
def path_through_a_twice() -> None:
    """The second path has links of its own, ∂f/∂b and ∂b/∂u; you take the one through a twice."""


@detour(0.75, outer=f"2*{BY_B}")
def path_through_b_twice() -> None:
    """The other path has links of its own, ∂f/∂a and ∂a/∂u; you take the one through b twice."""


@detour(0.5, outer="1")
def derivative_of_u_alone() -> None:
    """This is ∂u/∂x; the links from f to u stand before it as factors."""


@detour(0.5, inner=BY_SQUARE)
def no_path_through_the_logarithm() -> None:
    """u contains x twice, in x² and in log x: the path through the logarithm is missing."""


@detour(0.5, inner=BY_LOG)
def no_path_through_the_square() -> None:
    """u contains x twice, in x² and in log x: the path through x² is missing."""


@detour(0.75, inner=f"{BY_SQUARE} + {path('u', 'inv', 'log')}")
def last_link_missing() -> None:
    """A path ends at x: behind ∂(1/log x)/∂log x comes ∂log x/∂x as a further factor."""


@detour(0.75, inner=f"{BY_SQUARE} + {path('u', 'inv')}*{path('log', 'x')}")
def reciprocal_link_missing() -> None:
    """Between 1/log x and x lies log x: the link from 1/log x to log x, -1/log² x, is missing."""


@detour(0.25, inner=f"{BY_SQUARE}*{BY_LOG}")
def paths_to_x_multiplied() -> None:
    """Links along one path are multiplied, the paths through x² and through log x are added."""


@detour(0.5, inner=f"{BY_SQUARE} - {BY_LOG}")
def paths_to_x_subtracted() -> None:
    """Paths are added; the minus sign of the one through log x is inside its partial already."""


@detour(0.5, inner="1")
def derivative_by_u_alone() -> None:
    """This is ∂f/∂u; go on from u to x and multiply by what you find there."""


on_paper = task.chain(
    symbols=(
        *SYMBOLS,
        *PARTIALS,
        Declared(name="df_dx", of="f", by="x", role=Role.PARTIAL),
        *(Declared(name=f"d{of}_dc", of=of, by="c", role=Role.PARTIAL) for of in "abf"),
    ),
    domains=WHERE,
    quantities={name: text for name, text in PARTS.items() if name in "uabf"},
    at={"x": X, "c": C},
)


@task.value(
    points=1,
    part="1b",
    check=BY_HAND,
    aliases=("u_val",),
    chain=on_paper,
    answer="u",
    public=True,
    hints=(
        "Which logarithm does the sheet mean by log?",
        "Work out x² and log x on their own first, then see which is divided by which.",
    ),
    example=0.0,
)
def u_value(*, inner: Callable[[float], float] = lambda x: x**2 / math.log(x)) -> float:
    """u = x²/log x at x = 3."""
    return inner(X)


@u_value.misconception(points=0.75, switches={"inner": lambda x: x**2 / math.log10(x)})
def logarithm_to_base_10() -> None:
    """You took the logarithm to base 10. On this sheet, as in torch and NumPy, log is natural."""


@u_value.misconception(points=0.75, switches={"inner": lambda x: x**2 / math.log2(x)})
def logarithm_to_base_2() -> None:
    """You took the logarithm to base 2. On this sheet, as in torch and NumPy, log is natural."""


@u_value.misconception(points=0.5, switches={"inner": lambda x: x / math.log(x)})
def x_not_squared() -> None:
    """You divided x by its logarithm; the numerator is x²."""


@u_value.misconception(points=0.5, switches={"inner": lambda x: x**2 * math.log(x)})
def multiplied_by_the_logarithm() -> None:
    """You multiplied x² by log x where it is divided by it."""


@u_value.misconception(points=0.5, switches={"inner": lambda x: x**2 / math.log(x**2)})
def square_inside_the_logarithm() -> None:
    """The square belongs to the numerator alone: you divided by log(x²), which is twice log x."""


@task.value(
    points=1,
    part="1b",
    check=BY_HAND,
    aliases=("a_val",),
    chain=on_paper,
    answer="a",
    hints=(
        "a is made of u and c alone.",
        "Take your own `u_value` and the c of the question; which sign stands between them?",
    ),
    example=0.0,
)
def a_value(u_value: float, *, combined: Callable[[float], float] = lambda u: u + C) -> float:
    """a = u + c at x = 3, c = 5."""
    return combined(u_value)


@a_value.misconception(points=0.5, switches={"combined": lambda u: u - C})
def b_for_a() -> None:
    """This is u - c, which the sheet calls b; a is the factor with the plus sign."""


@task.value(
    points=1,
    part="1b",
    check=BY_HAND,
    aliases=("b_val",),
    chain=on_paper,
    answer="b",
    hints=(
        "b is made of u and c alone.",
        "Take your own `u_value` and the c of the question; which is subtracted from which?",
    ),
    example=0.0,
)
def b_value(u_value: float, *, combined: Callable[[float], float] = lambda u: u - C) -> float:
    """b = u - c at x = 3, c = 5."""
    return combined(u_value)


@b_value.misconception(points=0.5, switches={"combined": lambda u: u + C})
def a_for_b() -> None:
    """This is u + c, which the sheet calls a; b is the factor with the minus sign."""


@b_value.misconception(points=0.5, switches={"combined": lambda u: C - u})
def difference_reversed() -> None:
    """You subtracted u from c; b is u minus c."""


@task.value(
    points=1,
    part="1b",
    check=BY_HAND,
    aliases=("f_val",),
    steps=("u_value", "a_value", "b_value"),
    chain=on_paper,
    answer="f",
    hints=(
        "f is put together from a and b; nothing else enters.",
        "Multiplied out, f has a short form in u and c: with it you can check your number.",
    ),
    example=0.0,
)
def f_value(
    a_value: float, b_value: float, *, joined: Callable[[float, float], float] = lambda a, b: a * b
) -> float:
    """f = a·b at x = 3, c = 5."""
    return joined(a_value, b_value)


@f_value.misconception(points=0.25, switches={"joined": lambda a, b: a + b})
def factors_added() -> None:
    """You added the two factors; f is their product."""


@f_value.misconception(points=0.5, switches={"joined": lambda a, b: (a**2 + b**2) / 2})
def plus_c_squared() -> None:
    """Multiplied out, (u + c)(u - c) is u² - c²; you have u² + c²."""


task.invariant("a_value = u_value + c", lambda a_value, u_value: a_value == u_value + C)
task.invariant("b_value = u_value - c", lambda b_value, u_value: b_value == u_value - C)
task.invariant(
    "f_value = a_value·b_value", lambda f_value, a_value, b_value: f_value == a_value * b_value
)


@task.value(
    points=2.8,
    part="1c",
    check=decimals(1),
    credit=per_entry(),
    aliases=("local_partials", "partial_derivatives"),
    chain=on_paper,
    answer={name: (slope(*name[1:].split("_d")),) for name in chain_rule.PARTIALS},
    hints=(
        "Each entry is the derivative of one part by the part just below it, as if that were "
        "a variable.",
        "Four rules are enough: those for a power, for log, for 1/y, and for a product.",
        "In a product, what is the derivative by one of its factors? Numbers of 1b come in "
        "at the end.",
    ),
    example=dict.fromkeys(chain_rule.PARTIALS, 0.0),
)
def partials(
    *,
    dx2_dx: Rule | None = None,
    dlog_dx: Rule | None = None,
    dinv_dlog: Rule | None = None,
    du_dx2: Rule | None = None,
    du_dinv: Rule | None = None,
    df_da: Rule | None = None,
    df_db: Rule | None = None,
) -> dict[str, float]:
    """The seven local partial derivatives at x = 3, c = 5, as a dict.

    Keys: dx2_dx, dlog_dx, dinv_dlog, du_dx2, du_dinv, df_da, df_db, where inv is 1/log x.
    """
    paths = given(dx2_dx=dx2_dx, dlog_dx=dlog_dx, dinv_dlog=dinv_dlog, du_dx2=du_dx2)
    outer = given(du_dinv=du_dinv, df_da=df_da, df_db=df_db)
    slopes = chain_rule.local_partials(X, C, rules=paths | outer)
    return {name: float(slope) for name, slope in slopes.items()}


def entry(**rules: Rule) -> Callable[[Feedback], Feedback]:
    """Add a slip in some entries of ``partials``; the others keep their share of the points."""
    right = len(chain_rule.PARTIALS) - len(rules)
    return partials.misconception(points=0.4 * right, switches=rules)


@entry(dx2_dx=lambda x: x)
def power_rule_without_its_factor() -> None:
    """The derivative of x² is 2x; your dx2_dx lacks the factor 2."""


@entry(dlog_dx=lambda: 1.0)
def derivative_of_log_taken_as_one() -> None:
    """The derivative of log x is 1/x; your dlog_dx is 1."""


@entry(dinv_dlog=lambda dinv_dlog: -dinv_dlog)
def sign_of_the_reciprocal_rule() -> None:
    """The derivative of 1/y is -1/y²; the minus sign is missing in your dinv_dlog."""


@entry(dinv_dlog=lambda log: -1 / log)
def square_of_the_reciprocal_rule() -> None:
    """The derivative of 1/y is -1/y²; your dinv_dlog divides by y once only."""


@entry(dinv_dlog=lambda dinv_dlog, dlog_dx: dinv_dlog * dlog_dx)
def reciprocal_differentiated_down_to_x() -> None:
    """dinv_dlog is the link from log x to 1/log x alone; yours already contains dlog_dx."""


@entry(du_dx2=lambda log: log)
def logarithm_for_its_reciprocal() -> None:
    """u is x² times inv, so du_dx2 is inv = 1/log x; you have log x."""


@entry(du_dinv=lambda: 1.0)
def du_dinv_taken_as_one() -> None:
    """u is x² times inv, so du_dinv is x²; you have 1."""


@entry(du_dx2=lambda x2: x2, du_dinv=lambda inv: inv)
def factors_of_u_swapped() -> None:
    """In a product each factor's derivative is the other factor: you swapped du_dx2, du_dinv."""


@entry(df_da=lambda a: a)
def a_for_df_da() -> None:
    """df_da is the other factor, b; you have a there."""


@entry(df_db=lambda b: b)
def b_for_df_db() -> None:
    """df_db is the other factor, a; you have b there."""


task.invariant(
    "df_da in partials is b_value",
    lambda partials, b_value: partials["df_da"] == b_value if "df_da" in partials else None,
)
task.invariant(
    "df_db in partials is a_value",
    lambda partials, a_value: partials["df_db"] == a_value if "df_db" in partials else None,
)


@task.value(
    points=VALUE_POINTS,
    part="1c",
    check=BY_HAND,
    steps=("partials",),
    chain=on_paper,
    answer=("df_dx", *DERIVATIVE[:2]),
    hints=(
        "It is the formula of 1a with your seven numbers put in.",
        "Multiply along each path first, then add; watch the sign of the link through 1/log x.",
    ),
    example=0.0,
)
def df_dx_value(partials: Mapping[str, float], *, rules: Mapping[str, Rule] = NO_RULES) -> float:
    """df/dx at x = 3, c = 5, put together from your local partials."""
    totals = chain_rule.combine(partials, rules=rules, values=chain_rule.forward(X, C))
    return float(totals["df_dx"])


def slip(award: float, **rules: Rule) -> Callable[[Feedback], Feedback]:
    """Add one mistake to df_dx and, with the same rule, to its value by hand.

    All slips of the value share one switch: at a tolerance of 1 % combinations of two or three
    would come near almost any number.
    """

    def add(feedback: Feedback) -> Feedback:
        of_function, of_value = (round(award * p, 6) for p in (FUNCTION_POINTS, VALUE_POINTS))
        df_dx.misconception(points=of_function, switches=rules)(feedback)
        df_dx_value.misconception(points=of_value, switches={"rules": rules})(feedback)
        return feedback

    return add


@slip(0.25, df_dx=lambda du_dx: du_dx**2)
def product_of_derivatives() -> None:
    """You multiplied the derivatives of the two factors; a product needs a'·b + a·b'."""


@slip(
    0.75,
    du_dx=lambda du_dx2, dx2_dx, du_dinv, dinv_dlog, dlog_dx: (
        du_dx2 * dx2_dx - du_dinv * dinv_dlog * dlog_dx
    ),
)
def sign_of_the_reciprocal_lost() -> None:
    """The derivative of 1/y is -1/y²; its minus sign got lost on the path through the logarithm."""


@slip(0.75, du_dx=lambda du_dx2, dx2_dx, du_dinv, dinv_dlog: du_dx2 * dx2_dx + du_dinv * dinv_dlog)
def inner_derivative_of_log_forgotten() -> None:
    """The path through the logarithm ends one link early: multiply by dlog_dx = 1/x as well."""


@slip(0.5, du_dx=lambda du_dx2, dx2_dx: du_dx2 * dx2_dx, df_du=AS_IT_IS)
def logarithm_held_constant() -> None:
    """u contains x twice. You followed it through x² only; log x changes with x, too."""


@slip(0.5, du_dx=lambda du_dinv, dinv_dlog, dlog_dx: du_dinv * dinv_dlog * dlog_dx)
def square_held_constant() -> None:
    """u contains x twice. You followed it through log x only; x² changes with x, too."""


@slip(0.5, df_du=lambda df_da: df_da)
def path_through_b_missing() -> None:
    """f depends on u through both factors; you left out the path through b."""


@slip(0.5, df_du=lambda df_db: df_db)
def path_through_a_missing() -> None:
    """f depends on u through both factors; you left out the path through a."""


@slip(0.5, df_du=lambda df_da, df_db: df_db - df_da)
def paths_subtracted() -> None:
    """You subtracted one path from the other; what comes along several paths is added."""


@slip(0.75, df_du=lambda df_da: 2 * df_da)
def b_for_both_partials() -> None:
    """You used b for both outer partials; df_db is a."""


@slip(0.75, df_du=lambda df_db: 2 * df_db)
def a_for_both_partials() -> None:
    """You used a for both outer partials; df_da is b."""


@slip(0.5, df_dx=lambda df_du: df_du)
def inner_factor_missing() -> None:
    """This is df/du, the outer link alone; multiply it by du/dx."""


@slip(0.5, df_dx=lambda du_dx: du_dx)
def outer_factor_missing() -> None:
    """This is du/dx, the inner link alone; multiply it by df/du = a + b."""


@slip(0.25, du_dx=lambda dx2_dx, dlog_dx: dx2_dx / dlog_dx)
def quotient_of_derivatives() -> None:
    """You divided the derivative of x² by that of log x; a quotient needs the quotient rule."""


@slip(0.75, du_dx=lambda dx2_dx, log, x2, dlog_dx: (dx2_dx * log - x2 * dlog_dx) / log)
def quotient_rule_without_the_square() -> None:
    """In the quotient rule the denominator is squared; you divided by log x once."""


@slip(0.75, du_dx=lambda du_dx: -du_dx)
def quotient_rule_reversed() -> None:
    """The sign is turned: the quotient rule begins with the numerator's derivative, g'h - gh'."""


@slip(0.5, dc_dx=lambda: 1.0)
def c_differentiated() -> None:
    """You gave c the derivative 1 with respect to x; c is a constant there, so it is 0."""


@slip(0, df_dx=lambda f: f)
def function_value_given() -> None:
    """This is the value of f at that point; asked is its derivative with respect to x."""


@slip(0, df_dx=lambda df_dc: df_dc)
def derivative_by_c_given() -> None:
    """This is the derivative with respect to c; asked is the one with respect to x."""


@slip(0.75, df_dx=lambda df_dx: df_dx * math.log(10) ** 2)
def log_to_base_10() -> None:
    """You worked with the logarithm to base 10; log is the natural one here."""


@slip(0.75, df_dx=lambda df_dx: df_dx * math.log(2) ** 2)
def log_to_base_2() -> None:
    """You worked with the logarithm to base 2; log is the natural one here."""


@slip(0.75, du_dx=lambda du_dx2, dx2_dx, dinv_dlog, dlog_dx: du_dx2 * dx2_dx + dinv_dlog * dlog_dx)
def factor_x_squared_missing() -> None:
    """On the path through the logarithm the factor du_dinv = x² is missing."""


@slip(
    0.75,
    du_dx=lambda du_dx2, dx2_dx, du_dinv, dlog_dx: du_dx2 * (dx2_dx - du_dinv * dlog_dx),
    df_du=AS_IT_IS,
)
def square_of_the_reciprocal_lost() -> None:
    """The derivative of 1/y is -1/y²; on the path through the logarithm you divided once only."""


@slip(0.25, du_dx=lambda dx2_dx, dinv_dlog, dlog_dx: dx2_dx * dinv_dlog * dlog_dx)
def inner_product_of_derivatives() -> None:
    """You multiplied the derivatives of x² and 1/log x; their product needs the product rule."""


@slip(0.75, du_dx=lambda du_dx, du_dx2, dx2_dx: du_dx - du_dx2 * dx2_dx / 2)
def factor_2_of_the_square_missing() -> None:
    """The derivative of x² is 2x; on the path through x² the factor 2 is missing."""


@slip(0.75, df_du=lambda df_du: df_du / 2)
def outer_factor_2_missing() -> None:
    """f is u² - c², so df/du is 2u = a + b; you have half of it."""


@slip(0.75, df_du=lambda df_du: 2 * df_du)
def paths_counted_twice() -> None:
    """This is twice the derivative: each of the two paths from f to u counts once."""


@task.value(
    points=2,
    part="1d",
    check=BY_MACHINE,
    aliases=("dx", "x_grad", "df_dx_torch"),
    example=0.0,
    requires=(".backward", "torch.autograd"),
    hints=(
        "A tensor has to be told that its gradient is wanted before f is computed from it.",
        "Compute f from that tensor with torch's own functions, then go backwards once.",
        "The gradient is kept by the tensor that f was differentiated by.",
    ),
)
def grad_x(*, seen: Callable[[float, float], float] = lambda by_x, by_c: by_x) -> float:
    """df/dx at x = 3, c = 5, computed by torch's automatic differentiation."""
    by_x, by_c = chain_rule.gradient(X, C)
    return seen(float(by_x), float(by_c))


@grad_x.misconception(points=1.5, switches={"seen": lambda by_x, by_c: 2 * by_x})
def gradient_of_x_accumulated() -> None:
    """This is twice the derivative: backward() adds to .grad, so set it to None before a second."""


@grad_x.misconception(points=1.0, switches={"seen": lambda by_x, by_c: by_c})
def gradient_of_c_for_x() -> None:
    """This is the derivative with respect to c; read x.grad."""


@task.value(
    points=2,
    part="1d",
    check=BY_MACHINE,
    aliases=("dc", "c_grad", "df_dc_torch"),
    example=0.0,
    requires=(".backward", "torch.autograd"),
    hints=(
        "c has to be a tensor of its own that wants a gradient, as x does.",
        "One pass backwards gives the derivatives by both.",
        "Is the sign plausible: what does a larger c do to (u + c) · (u - c)?",
    ),
)
def grad_c(*, seen: Callable[[float, float], float] = lambda by_x, by_c: by_c) -> float:
    """df/dc at x = 3, c = 5, computed by torch's automatic differentiation."""
    by_x, by_c = chain_rule.gradient(X, C)
    return seen(float(by_x), float(by_c))


@grad_c.misconception(points=1.5, switches={"seen": lambda by_x, by_c: 2 * by_c})
def gradient_of_c_accumulated() -> None:
    """This is twice the derivative: backward() adds to .grad, so set it to None before a second."""


@grad_c.misconception(points=1.0, switches={"seen": lambda by_x, by_c: by_x})
def gradient_of_x_for_c() -> None:
    """This is the derivative with respect to x; read c.grad."""


@grad_c.misconception(points=1.5, switches={"seen": lambda by_x, by_c: -by_c})
def sign_of_c_turned() -> None:
    """The sign is turned: with f = u² - c² a larger c makes f smaller."""


task.invariant(
    # By hand each step may be rounded to one decimal.
    "df_dx_value is df_dx(3, 5), up to rounding",
    lambda df_dx_value, df_dx: abs(df_dx_value - df_dx[0]) <= abs(df_dx[0]) * 0.02,
)
task.invariant(
    "grad_x is df_dx(3, 5)",
    lambda grad_x, df_dx: abs(grad_x - df_dx[0]) <= abs(df_dx[0]) * 1e-4,
)
task.compared(df_dx_value, grad_x)
task.picture(
    "partials",
    graph(
        "Values and local partial derivatives at x = 3, c = 5",
        nodes={
            "c": "",
            "x": "",
            "x²": "",
            "log x": "",
            "1/log x": "",
            "u": "u_value",
            "a": "a_value",
            "b": "b_value",
            "f": "f_value",
        },
        links={
            ("x", "x²"): ("partials", "dx2_dx"),
            ("x", "log x"): ("partials", "dlog_dx"),
            ("log x", "1/log x"): ("partials", "dinv_dlog"),
            ("x²", "u"): ("partials", "du_dx2"),
            ("1/log x", "u"): ("partials", "du_dinv"),
            ("u", "a"): "",
            ("u", "b"): "",
            ("c", "a"): "",
            ("c", "b"): "",
            ("a", "f"): ("partials", "df_da"),
            ("b", "f"): ("partials", "df_db"),
        },
    ),
)


U, SLOPE = "(x^2/log(x))", "(2*x/log(x) - x/log(x)^2)"
IN_WRITING = {
    "product_of_derivatives": f"{SLOPE}^2",
    "sign_of_the_reciprocal_lost": f"2*{U}*(2*x/log(x) + x/log(x)^2)",
    "inner_derivative_of_log_forgotten": f"2*{U}*(2*x/log(x) - x^2/log(x)^2)",
    "logarithm_held_constant": f"2*{U}*2*x/log(x)",
    "square_held_constant": f"-2*{U}*x/log(x)^2",
    "path_through_b_missing": f"({U} - c)*{SLOPE}",
    "path_through_a_missing": f"({U} + c)*{SLOPE}",
    "paths_subtracted": f"2*c*{SLOPE}",
    "b_for_both_partials": f"2*({U} - c)*{SLOPE}",
    "a_for_both_partials": f"2*({U} + c)*{SLOPE}",
    "inner_factor_missing": f"2*{U}",
    "outer_factor_missing": SLOPE,
    "quotient_of_derivatives": f"2*{U}*2*x^2",
    "quotient_rule_without_the_square": f"2*{U}*(2*x*log(x) - x)/log(x)",
    "quotient_rule_reversed": f"-2*{U}*{SLOPE}",
    "c_differentiated": f"2*{U}*{SLOPE} - 2*c",
    "function_value_given": f"({U} + c)*({U} - c)",
    "derivative_by_c_given": "-2*c",
    "log_to_base_10": f"2*{U}*{SLOPE}*log(10)^2",
    "log_to_base_2": f"2*{U}*{SLOPE}*log(2)^2",
    "factor_x_squared_missing": f"2*{U}*(2*x/log(x) - 1/(x*log(x)^2))",
    "square_of_the_reciprocal_lost": f"2*{U}*(2*x/log(x) - x/log(x))",
    "inner_product_of_derivatives": f"-2*{U}*2*x/(x*log(x)^2)",
    "factor_2_of_the_square_missing": f"2*{U}*(x/log(x) - x/log(x)^2)",
    "outer_factor_2_missing": f"{U}*{SLOPE}",
    "paths_counted_twice": f"4*{U}*{SLOPE}",
}
"""What the slips of ``df_dx`` look like on paper."""


def in_writing(name: str, text: str) -> None:
    """Add a slip of ``df_dx`` to its formula, with the same feedback and share of the points."""
    (slipped,) = (one for one in df_dx.question.misconceptions if one.name == name)

    def formula() -> str:
        return text

    formula.__name__, formula.__doc__ = name, slipped.feedback
    points = round(slipped.points / FUNCTION_POINTS * CLOSED_POINTS, 6)
    df_dx_formula.misconception(points=points)(formula)


for slip_name, slip_text in IN_WRITING.items():
    in_writing(slip_name, slip_text)
