"""Task 2: the moments of Adam, as formulas."""

from grader import Task
from grader.formula import Declared
from grader.formula.domains import Domain, count, fraction, real
from grader.formula.form import InTermsOf

task = Task("Moments", number=2, points=4)

SYMBOLS = (
    Declared(name="m", spellings=("m_t", "m^t")),
    Declared(name="g", spellings=("g_t", "g^t")),
    Declared(name="beta", spellings=(r"\beta", r"\beta_1", "beta1")),
    Declared(name="eps", spellings=(r"\epsilon", r"\varepsilon", "ε")),
    Declared(name="t"),
)
DOMAINS = {
    "m": real(),
    "g": real(),
    "beta": fraction(),
    "eps": Domain(low=0.01, high=0.5, both_signs=False),
    "t": count(low=2),
}


@task.formula(
    points=2,
    part="2a",
    symbols=SYMBOLS,
    domains=DOMAINS,
    answer=(r"\hat m_t", r"\hat m", r"\hat m_*", r"\hat m^t"),
    form=(InTermsOf(("m", "beta", "t")),),
)
def m_hat() -> str:
    """The corrected first moment, in terms of m, beta and t."""
    return r"\frac{m_t}{1-\beta^t}"


@m_hat.misconception(points=1)
def exponent_on_the_difference() -> str:
    """The exponent belongs to beta alone: 1 - beta^t, not (1 - beta)^t."""
    return r"\frac{m_t}{(1-\beta)^t}"


@m_hat.misconception(points=0.5)
def multiplied() -> str:
    """The correction makes the moment larger: divide by 1 - beta^t."""
    return "m*(1-beta^t)"


@m_hat.accepts
def with_a_small_constant() -> str:
    """A small constant in the divisor keeps it from vanishing."""
    return "m/(1-beta^t+eps)"


@task.formula(
    points=2,
    part="2b",
    symbols=SYMBOLS,
    domains=DOMAINS,
    answer=(r"\Delta", "Δ"),
    small=("eps",),
    public=True,
    show_expected="always",
)
def first_step() -> str:
    """The first update, divided by the learning rate."""
    return r"\frac{g}{\lvert g\rvert+\epsilon}"


@first_step.misconception(points=1)
def without_the_sign() -> str:
    """The update has the sign of the gradient; yours is always positive."""
    return "abs(g)/(abs(g)+eps)"
