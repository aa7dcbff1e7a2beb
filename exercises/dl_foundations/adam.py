"""Task 2: Adam, its moments and first two updates, warm-up and weight decay."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.authoring import Task, call, claim, drawn, fixed, per_call
from grader.checks import close
from grader.formula import Declared
from grader.formula.domains import Domain, count, fraction, positive, real
from grader.formula.form import Cancelled
from grader.pictured import series, trajectory
from grader.questions import QuestionBuilder
from grader.sheet import AuthoredCall
from reference import adam
from reference.adam import Array

task = Task(
    "Adam",
    number=2,
    points=14,
    parts={
        "2a": "One update; the first step has t = 1, ε stands outside the root",
        "2b": "What the first step subtracts",
        "2c": "What the second step subtracts",
        "2d": "Warm-up",
        "2e": "L2 penalty and weight decay",
    },
)

STEP, RULE, MOMENT, UPDATE, WRITTEN = 3.0, 1.0, 0.5, 2.0, 1.0
# The absolute part lets float32 pass where an average nearly cancels.
CHECK = close(rtol=1e-6, atol=1e-8)
DEFAULTS = (1e-3, 0.9, 0.999, 1e-8)
Feedback = Callable[[], None]
Weights = tuple[float, float]
ADAM: Mapping[str, Any] = {}

SPELLINGS: Mapping[str, Sequence[str]] = {
    "w": ("param", "params", "parameter", "theta", "weight", "weights", "p", "x"),
    "g": ("grad", "gradient", "grads", "dw", "g_t"),
    "m": ("m_prev", "m_t", "m0", "first_moment", "exp_avg"),
    "v": ("v_prev", "v_t", "v0", "second_moment", "exp_avg_sq"),
    "t": ("step", "iteration", "timestep", "time_step"),
    "lr": ("alpha", "learning_rate", "eta", "step_size"),
    "beta1": ("beta_1", "b1", "beta"),
    "beta2": ("beta_2", "b2", "r", "rho"),
    "eps": ("epsilon", "e"),
    "g1": ("g_1", "grad1", "grad_1", "gradient1", "first_gradient"),
    "g2": ("g_2", "grad2", "grad_2", "gradient2", "second_gradient"),
}


def spellings(*names: str) -> dict[str, Sequence[str]]:
    """The other names of these parameters."""
    return {name: SPELLINGS[name] for name in names}


def right_way(
    gradients: Any, lr: float, beta1: float, beta2: float, eps: float
) -> Iterator[tuple[Any, ...]]:
    """The arguments of each step from w = m = v = 0 on, along the right trajectory.

    The weight starts at 0, so that a relative tolerance on it is one on the update.
    """
    w: Any = 0.0 * gradients[0]
    m, v = w, w
    for t, g in enumerate(gradients, start=1):
        yield w, g, m, v, t, lr, beta1, beta2, eps
        w, m, v = adam.step(w, g, m, v, t, lr, beta1, beta2, eps)


def random_gradient(random: np.random.Generator) -> Any:
    """Four numbers of both signs and of unequal size, which float32 and float64 hold alike."""
    sizes = random.integers(8, 256, 4) / 64
    return random.permutation(np.array([1.0, -1.0, 1.0, -1.0])) * sizes


def random_steps(random: np.random.Generator) -> Iterator[AuthoredCall]:
    """A trajectory of three steps with the usual hyperparameters, but a visible ε."""
    gradients = [random_gradient(random) for _ in range(3)]
    yield from (call(*step) for step in right_way(gradients, 0.01, 0.9, 0.999, 1e-3))


def random_pairs(random: np.random.Generator) -> Iterator[AuthoredCall]:
    """Two first gradients of four weights."""
    yield call(random_gradient(random), random_gradient(random), 0.01, 0.9, 0.999, 1e-3)


SCALARS = (0.5, -0.25, 0.375, -1.5, 0.0625)
ARRAYS = np.array([[0.5, -2, 0.25], [-0.25, -0.5, 3], [1.5, 0.5, -1], [0, -1, -0.5], [-0.5, 1, 2]])


def power_of_difference(beta: float, t: int) -> float:
    """The exponent on the whole difference."""
    return float((1.0 - beta) ** t)


def undamped(beta: float) -> Weights:
    """The new value without its weight 1 - beta."""
    return beta, 1.0


def exchanged(beta: float) -> Weights:
    """The two weights the other way round."""
    return 1.0 - beta, beta


@task.function(
    points=STEP,
    part="2a",
    check=CHECK,
    credit=per_call(),
    calls=fixed(
        call(1.0, 0.5, 0.0, 0.0, 1, 0.125, 0.9, 0.999, 1e-8, public=True, example=(0.0, 0.0, 0.0)),
        *(call(*step) for step in right_way(SCALARS, *DEFAULTS)),
        *(call(*step) for step in right_way(ARRAYS, 0.1, 0.75, 0.96875, 1e-3)),
    )
    + drawn(random_steps),
    aliases=("adam_update", "step_adam"),
    spellings=spellings("w", "g", "m", "v", "t", "lr", "beta1", "beta2", "eps"),
    instead=("update_rule", "m_hat", "v_hat"),
    hints=(
        "Three things change: m, v and w. Begin with the averages: each keeps a share of its "
        "old value and takes in a share of what is new.",
        "Both averages start at 0 and are too small at first. What corrects them, and where "
        "is that used?",
        "Do two steps by hand, from m = v = 0 on: a wrong exponent shows in the second one only.",
    ),
)
def adam_step(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    t: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    *,
    correct_m: Callable[[float, int], float] = adam.one_minus_power,
    correct_v: Callable[[float, int], float] = adam.one_minus_power,
    weights_m: Callable[[float], Weights] = adam.averaging,
    weights_v: Callable[[float], Weights] = adam.averaging,
    second_moment: Callable[[Array], Array] = adam.squared,
    root: Callable[[Array], Array] = adam.square_root,
    denominator: Callable[[Callable[[Array], Array], Array, Array], Array] = adam.root_plus_eps,
    numerator: Callable[[Array, Array], Array] = adam.corrected,
    sign: float = -1.0,
    t_offset: int = 0,
    swap_betas: bool = False,
    nesterov: bool = False,
    store_corrected: bool = False,
) -> tuple[Array, Array, Array]:
    """One Adam update: returns the new (w, m, v)."""
    averages = {"weights_m": weights_m, "weights_v": weights_v, "second_moment": second_moment}
    divisor = {"correct_m": correct_m, "correct_v": correct_v, "root": root}
    update = {"denominator": denominator, "numerator": numerator, "sign": sign}
    flags = {"t_offset": t_offset, "swap_betas": swap_betas, "nesterov": nesterov}
    state = {"store_corrected": store_corrected}
    rule: dict[str, Any] = averages | divisor | update | flags | state
    return adam.step(w, g, m, v, t, lr, beta1, beta2, eps, **rule)


@adam_step.accepts
def folded_learning_rate(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    t: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> tuple[Array, Array, Array]:
    """Both corrections folded into the learning rate, lr·√(1 - beta2^t)/(1 - beta1^t), ε as is."""
    return adam.step(w, g, m, v, t, lr, beta1, beta2, eps, folded=True)


ALPHA = Declared(name="alpha", spellings=(r"\alpha", r"\eta", "lr"))
EPSILON = Declared(name="eps", spellings=(r"\epsilon", r"\varepsilon"))
SIZES = {"alpha": positive(), "eps": Domain(low=0.05, high=0.5, both_signs=False)}
SYMBOLS = (
    Declared(name="m", spellings=("m_t", "m^t", "m^{(t)}")),
    Declared(name="v", spellings=("v_t", "v^t", "v^{(t)}")),
    Declared(name="g", spellings=("g_t", "g^t")),
    Declared(name="beta1", spellings=(r"\beta_1", "beta_1", "β₁", "b1")),
    Declared(name="beta2", spellings=(r"\beta_2", "beta_2", "β₂", "b2", "r")),
    Declared(name="t"),
)
# m has one decay rate only: there a plain beta can be no other.
SYMBOLS_OF_M = tuple(
    replace(one, spellings=(*one.spellings, r"\beta")) if one.name == "beta1" else one
    for one in SYMBOLS
)
# From t = 2 on, where a wrong exponent shows.
DOMAINS = {
    **{"m": real(), "v": positive(), "g": real(), "t": count(low=2)},
    **{"beta1": fraction(), "beta2": fraction()},
}


def hat(name: str) -> Declared:
    """A corrected moment as it stands in the update rule."""
    marks = ("_t", "^t", "^{(t)}", "_{t+1}", "^{t+1}", "")
    return Declared(name=f"{name}_hat", spellings=tuple(rf"\hat {name}{mark}" for mark in marks))


OLD = ("_t", "^t", "_{t-1}", "^{t-1}", "^{(t)}", "^{(t-1)}", "_{old}", "")
NEW = ("_{t+1}", "^{t+1}", "_t", "^t", "^{(t+1)}", "^{(t)}", "_{new}", "")
ROOT = "sqrt(v_hat)"


@task.formula(
    points=RULE,
    part="2a",
    symbols=(
        *SYMBOLS_OF_M,
        Declared(
            name="w", spellings=tuple(f"{one}{old}" for one in ("w", r"\theta") for old in OLD)
        ),
        hat("m"),
        hat("v"),
        ALPHA,
        EPSILON,
    ),
    domains={**DOMAINS, **SIZES, "w": real()},
    definitions={"m_hat": "m/(1 - beta1^t)", "v_hat": "v/(1 - beta2^t)"},
    answer=tuple(f"{one}{new}" for one in ("w", r"\theta") for new in NEW),
    instead=("adam_step",),
    hints=(
        "The weight goes against the gradient; what stands for the gradient in Adam?",
        "It is divided by something that has the size of a gradient, not of its square.",
        "Where does ε stand, and what does it keep from happening?",
    ),
)
def update_rule(
    *,
    sign: str = "-",
    rate: str = "alpha",
    numerator: str = "m_hat",
    divisor: str = f"{ROOT} + eps",
) -> str:
    """The weight after one step, in terms of the weight before it, m_hat, v_hat, α and ε."""
    return f"w {sign} {rate}*{numerator}/({divisor})"


@update_rule.accepts
def folded_rule() -> str:
    """Both corrections folded into the learning rate, with ε as it is."""
    return "w - alpha*sqrt(1 - beta2^t)/(1 - beta1^t)*m/(sqrt(v) + eps)"


@update_rule.misconception(points=0.75 * RULE, switches={"sign": "+"})
def step_added() -> None:
    """The step is subtracted: the weight goes down the slope, yours goes up."""


@update_rule.misconception(points=0.5 * RULE, switches={"rate": "1"})
def learning_rate_missing() -> None:
    """The learning rate is missing: it says how far a step goes."""


@update_rule.misconception(points=0.75 * RULE, switches={"numerator": "m"})
def m_for_m_hat() -> None:
    """The step goes along the corrected m-hat; m itself is too small in the first steps."""


@update_rule.misconception(points=0.5 * RULE, switches={"numerator": "g"})
def g_for_m_hat() -> None:
    """The step goes along m-hat, the averaged gradients; you take the latest gradient alone."""


@update_rule.misconception(points=0.75 * RULE, switches={"divisor": "sqrt(v) + eps"})
def v_for_v_hat() -> None:
    """Below the root belongs the corrected v-hat; v itself is too small in the first steps."""


@update_rule.misconception(points=0.9 * RULE, switches={"divisor": "sqrt(v_hat + eps)"})
def rule_with_eps_inside_the_root() -> None:
    """ε stands outside of the root, √v-hat + ε; yours is below it."""


@update_rule.misconception(points=0.5 * RULE, switches={"divisor": "v_hat + eps"})
def rule_without_root() -> None:
    """Divide by the root of v-hat: v-hat has the size of a squared gradient."""


@update_rule.misconception(points=0.9 * RULE, switches={"divisor": ROOT})
def rule_without_eps() -> None:
    """ε is missing: without it the divisor vanishes where all gradients were 0."""


@update_rule.misconception(points=0.75 * RULE, switches={"divisor": f"{ROOT} - eps"})
def rule_with_eps_subtracted() -> None:
    """ε is added to the root, so that the divisor stays above 0; you subtract it."""


@task.formula(
    points=MOMENT,
    part="2a",
    symbols=SYMBOLS_OF_M,
    domains=DOMAINS,
    answer=(r"\hat m_t", r"\hat m", r"\hat m^t", r"\hat m^{(t)}"),
    instead=("adam_step",),
    hints=(
        "Work out m after one step from 0 with a constant gradient: which share of it is in m?",
        "Do the same for two steps: how does that share depend on t?",
        "What has to be done with m so that the share becomes 1?",
    ),
)
def m_hat(*, divisor: str = "(1 - beta1^t)", by: str = "/") -> str:
    """The corrected first moment as a formula in m, beta1 and t."""
    return f"m {by} {divisor}"


@task.formula(
    points=MOMENT,
    part="2a",
    symbols=SYMBOLS,
    domains=DOMAINS,
    answer=(r"\hat v_t", r"\hat v", r"\hat v^t", r"\hat v^{(t)}"),
    instead=("adam_step",),
    hints=(
        "What is v an average of, and which of the two decay rates belongs to it?",
        "Which share of a constant squared gradient is in v after one step, and after two?",
        "What has to be done with v so that the share becomes 1?",
    ),
)
def v_hat(*, divisor: str = "(1 - beta2^t)", by: str = "/") -> str:
    """The corrected second moment as a formula in v, beta2 and t."""
    return f"v {by} {divisor}"


@m_hat.misconception(points=MOMENT / 2, switches={"divisor": "(1 - beta1)^t"})
def m_hat_exponent_on_the_difference() -> None:
    """The exponent belongs to beta1 alone: divide by 1 - beta1^t, not by (1 - beta1)^t.

    At t = 1 the two agree; at t = 2, with 0.9, yours makes m-hat 19 times too large.
    """


@v_hat.misconception(points=MOMENT / 2, switches={"divisor": "(1 - beta2)^t"})
def v_hat_exponent_on_the_difference() -> None:
    """The exponent belongs to beta2 alone: divide by 1 - beta2^t, not by (1 - beta2)^t.

    At t = 1 the two agree; at t = 2, with 0.999, yours makes v-hat 1999 times too large.
    """


@m_hat.misconception(points=MOMENT / 2, switches={"divisor": "(1 - beta1)"})
def m_hat_without_exponent() -> None:
    """The correction fades with t: divide by 1 - beta1^t, not by 1 - beta1 at every step."""


@v_hat.misconception(points=MOMENT / 2, switches={"divisor": "(1 - beta2)"})
def v_hat_without_exponent() -> None:
    """The correction fades with t: divide by 1 - beta2^t, not by 1 - beta2 at every step."""


@m_hat.misconception(points=MOMENT / 2, switches={"divisor": "(1 - beta2^t)"})
def m_hat_with_beta2() -> None:
    """beta1 belongs to m: you correct it with the decay rate of v."""


@v_hat.misconception(points=MOMENT / 2, switches={"divisor": "(1 - beta1^t)"})
def v_hat_with_beta1() -> None:
    """beta2 belongs to v: you correct it with the decay rate of m."""


@m_hat.misconception(points=MOMENT / 2, switches={"by": "*"})
def m_hat_multiplied() -> None:
    """The correction makes the moment larger: divide by 1 - beta1^t, you multiply."""


@v_hat.misconception(points=MOMENT / 2, switches={"by": "*"})
def v_hat_multiplied() -> None:
    """The correction makes the moment larger: divide by 1 - beta2^t, you multiply."""


@task.function(
    points=UPDATE,
    part="2b",
    check=CHECK,
    credit=per_call(),
    calls=fixed(
        call(0.5, *DEFAULTS, public=True, example=0.0),
        call(-0.25, *DEFAULTS),
        call(-0.0625, 0.1, 0.9, 0.999, 1e-3),
        call(2.0**-10, 0.1, 0.9, 0.999, 1e-3),
        call(np.array([3.0, -0.5, 0.125, -0.015625]), 0.01, 0.9, 0.999, 1e-3),
    ),
    spellings=spellings("g", "lr", "beta1", "beta2", "eps"),
    instead=("first_step_formula",),
    hints=(
        "Put t = 1 and m = v = 0 into the update.",
        "Correct both moments: what is left of beta1 and beta2?",
        "Try a negative gradient: is the root of a square the number itself?",
    ),
)
def first_update(
    g: Array,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    *,
    slip: Mapping[str, Any] = ADAM,
) -> Array:
    """What Adam subtracts from the weight at t = 1, from m = v = 0."""
    return adam.updates([g], lr, beta1, beta2, eps, **slip)[-1]


@first_update.accepts
def folded_first(g: Array, lr: float, beta1: float, beta2: float, eps: float) -> Array:
    """Both corrections folded into the learning rate, with ε as it is."""
    return adam.updates([g], lr, beta1, beta2, eps, folded=True)[-1]


def gradient(name: str, *marks: str) -> Declared:
    """The gradient of one step, by its marks."""
    return Declared(name=name, spellings=tuple(f"g{mark}" for mark in marks))


FAMILIES = (
    Declared(name="w", spellings=("w_*", "w^*")),
    Declared(name="m_hat", spellings=(r"\hat m_*", r"\hat m^*")),
    Declared(name="v_hat", spellings=(r"\hat v_*", r"\hat v^*")),
    Declared(name="Delta", spellings=(r"\Delta",)),
)
DECAYS = (
    Declared(name="beta1", spellings=(r"\beta_1", r"\beta")),
    Declared(name="beta2", spellings=(r"\beta_2", "r")),
)
STEP_DOMAINS = {**SIZES, "beta1": fraction(), "beta2": fraction(), "w_*": real()}


ON_THE_WAY = task.chain(
    symbols=(
        # An index above may be a power as well: both are tried.
        Declared(name="g", spellings=("g", "g_*", "g^*", "g^{(*)}")),
        *(Declared(name=one, spellings=(f"{one}_*", f"{one}^*")) for one in "mv"),
        *FAMILIES[1:3],
        *DECAYS,
    ),
    domains={
        **{"g": real(), "g_*": real(), "m_*": real(), "v_*": positive()},
        **{"beta1": fraction(), "beta2": fraction()},
    },
)


def ratio(step: int) -> tuple[str, ...]:
    """The left sides of what a step subtracts, as a quotient of the corrected moments."""
    m, root = rf"\hat m_{step}", rf"\sqrt{{\hat v_{step}}}"
    divisors = (rf"{root} + \epsilon", root)
    quotients = tuple(rf"\frac{{{m}}}{{{one}}}" for one in divisors)
    return (*quotients, *(rf"\alpha {one}" for one in quotients))


FIRST_CHANGE = (r"\Delta w_1", "w_1 - w_0")
SECOND_CHANGE = (r"\Delta w_2", "w_3 - w_2")


@task.formula(
    points=WRITTEN,
    part="2b",
    symbols=(gradient("g", "_1", "^1", "_t", "^t", "^{(1)}"), *DECAYS, ALPHA, EPSILON, *FAMILIES),
    domains={**STEP_DOMAINS, "g": real()},
    small="eps",
    answer=(*ratio(1), *FIRST_CHANGE, "w_0 - w_1", "w_1", "first_update"),
    chain=ON_THE_WAY,
    way={r"\hat m_1": "g_1", r"\hat v_1": "(g_1)^2"},
    instead=("first_update",),
    hints=(
        "Write down m and v after the first step, both from 0, and correct them.",
        "Shorten both fractions before you divide the one by the root of the other.",
        "Try a negative gradient: is the root of a square the number itself?",
    ),
)
def first_step_formula() -> str:
    """What the first step subtracts, with α in front or without: a formula in g and ε."""
    return "g/(abs(g) + eps)"


@first_step_formula.accepts
def first_step_with_its_rate() -> str:
    """With the learning rate in front."""
    return "alpha*g/(abs(g) + eps)"


@first_step_formula.accepts_below(*FIRST_CHANGE)
def first_change() -> str:
    """As the change of the weight, which has the other sign."""
    return "-alpha*g/(abs(g) + eps)"


@first_step_formula.accepts_below("w_1")
def weight_after_the_first_step() -> str:
    """As the weight after the step."""
    return "w_0 - alpha*g/(abs(g) + eps)"


@task.function(
    points=UPDATE,
    part="2c",
    check=CHECK,
    credit=per_call(),
    calls=fixed(
        call(0.5, 0.5, *DEFAULTS, public=True, example=0.0),
        call(0.5, -0.25, *DEFAULTS),
        call(-0.25, 2.0, 0.1, 0.75, 0.96875, 1e-3),
        call(1.5, 0.0, 0.1, 0.9, 0.999, 1e-3),
        call(np.array([3.0, -0.5, 0.125]), np.array([-1.0, -0.25, 0.75]), 0.01, 0.75, 0.875, 1e-3),
    )
    + drawn(random_pairs),
    spellings=spellings("g1", "g2", "lr", "beta1", "beta2", "eps"),
    instead=("second_step_formula",),
    hints=(
        "Keep m and v of the first step as they are, uncorrected; the second step goes on "
        "from there.",
        "The correction has another exponent now than in the first step.",
        "Try two equal gradients: the second step then subtracts what the first one does.",
    ),
)
def second_update(
    g1: Array,
    g2: Array,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    *,
    slip: Mapping[str, Any] = ADAM,
) -> Array:
    """What Adam subtracts from the weight at t = 2, after the gradients g1 and g2."""
    return adam.updates([g1, g2], lr, beta1, beta2, eps, **slip)[-1]


@second_update.accepts
def folded_second(g1: Array, g2: Array, lr: float, beta1: float, beta2: float, eps: float) -> Array:
    """Both corrections folded into the learning rate, with ε as it is."""
    return adam.updates([g1, g2], lr, beta1, beta2, eps, folded=True)[-1]


@task.formula(
    points=WRITTEN,
    part="2c",
    symbols=(
        gradient("g1", "_1", "^1", "^{(1)}"),
        gradient("g2", "_2", "^2", "^{(2)}"),
        *(*DECAYS, ALPHA, EPSILON, *FAMILIES),
    ),
    domains={**STEP_DOMAINS, "g1": real(), "g2": real()},
    small="eps",
    form=(Cancelled(),),
    answer=(*ratio(2), *SECOND_CHANGE, "w_2 - w_3", "w_3", "second_update"),
    chain=ON_THE_WAY,
    way={
        r"\hat m_2": "(beta1*g_1 + g_2)/(1 + beta1)",
        r"\hat v_2": "(beta2*(g_1)^2 + (g_2)^2)/(1 + beta2)",
    },
    instead=("second_update",),
    hints=(
        "Write m after two steps in terms of g₁ and g₂: how often was each multiplied by β₁?",
        "Correct it with the exponent of the second step; then the same for v, with squares "
        "and β₂.",
        "Put the same gradient in twice: the formula then has to give what the first step gives.",
    ),
)
def second_step_formula(
    *,
    rate: str = "",
    m: str = "beta1*(1 - beta1)*g1 + (1 - beta1)*g2",
    v: str = "beta2*(1 - beta2)*g1^2 + (1 - beta2)*g2^2",
    divisors: tuple[str, str] = ("1 - beta1^2", "1 - beta2^2"),
    root: str = "sqrt",
) -> str:
    """What the second step subtracts, with α in front or without, in g₁, g₂, β₁, β₂ and ε."""
    return f"{rate}(({m})/({divisors[0]}))/({root}(({v})/({divisors[1]})) + eps)"


def second_step(**switches: Any) -> str:
    """The second step on paper, with a mistake or with something in front."""
    return str(second_step_formula.question.reference(**switches))


@second_step_formula.accepts
def second_step_with_its_rate() -> str:
    """With the learning rate in front."""
    return second_step(rate="alpha*")


@second_step_formula.accepts_below(*SECOND_CHANGE)
def second_change() -> str:
    """As the change of the weight, which has the other sign."""
    return second_step(rate="-alpha*")


@second_step_formula.accepts_below("w_3")
def weight_after_the_second_step() -> str:
    """As the weight after the step."""
    return "w_2 - " + second_step(rate="alpha*")


def on_paper(award: float, asked: QuestionBuilder, text: str) -> Callable[[Feedback], Feedback]:
    """Add a mistake to a formula of a step, with the learning rate in front and without."""

    def add(feedback: Feedback) -> Feedback:
        for name, rate in ((feedback.__name__, ""), (f"{feedback.__name__}_with_rate", "alpha*")):

            def formula(text: str = f"{rate}{text}") -> str:
                return text

            formula.__name__, formula.__doc__ = name, feedback.__doc__
            asked.misconception(points=award * WRITTEN)(formula)
        return feedback

    return add


@on_paper(0.5, first_step_formula, "abs(g)/(abs(g) + eps)")
def sign_of_the_gradient_lost() -> None:
    """√(g²) is |g|, not g: the first step has the sign of the gradient, yours is positive."""


@on_paper(0.5, first_step_formula, "(1 - beta1)*g/(sqrt(1 - beta2)*abs(g) + eps)")
def first_step_uncorrected() -> None:
    """m and v start at 0: divided by 1 - β₁ and 1 - β₂ they are g and g² in the first step."""


@on_paper(0.75, first_step_formula, "g/(sqrt(1 - beta2)*abs(g) + eps)")
def first_v_uncorrected() -> None:
    """m is corrected, v is not: v-hat is v/(1 - β₂), so g² in the first step."""


@on_paper(0.75, first_step_formula, "(1 - beta1)*g/(abs(g) + eps)")
def first_m_uncorrected() -> None:
    """v is corrected, m is not: m-hat is m/(1 - β₁), so g in the first step."""


@on_paper(0.5, first_step_formula, "g/(g^2 + eps)")
def first_step_without_root() -> None:
    """The divisor has a root: √(g²) is |g|, so that the size of the gradient cancels."""


@on_paper(0.25, first_step_formula, "g")
def first_step_of_sgd() -> None:
    """This is a step of plain SGD; Adam divides m-hat by √v-hat + ε."""


def in_the_second(award: float, **switches: Any) -> Callable[[Feedback], Feedback]:
    """Add a mistake to the second step."""
    return on_paper(award, second_step_formula, second_step(**switches))


ONES = "1 - beta1^2", "1 - beta2^2"
DIFFERENCES = "(1 - beta1)^2", "(1 - beta2)^2"


@in_the_second(0.75, divisors=DIFFERENCES)
def second_exponents_on_the_difference() -> None:
    """The exponent belongs to β alone: divide by 1 - β², not by (1 - β)², in m-hat and v-hat."""


@in_the_second(0.75, divisors=(DIFFERENCES[0], ONES[1]))
def second_exponent_of_m_on_the_difference() -> None:
    """In m-hat the exponent belongs to β₁ alone: divide by 1 - β₁², not by (1 - β₁)²."""


@in_the_second(0.75, divisors=(ONES[0], DIFFERENCES[1]))
def second_exponent_of_v_on_the_difference() -> None:
    """In v-hat the exponent belongs to β₂ alone: divide by 1 - β₂², not by (1 - β₂)²."""


@in_the_second(0.75, divisors=("1 - beta1", "1 - beta2"))
def second_without_exponents() -> None:
    """In step 2 divide by 1 - β₁² and 1 - β₂²; without the exponent these are those of step 1."""


@in_the_second(0.5, divisors=("1", "1"))
def second_step_uncorrected() -> None:
    """The corrections are missing: divide m by 1 - β₁² and v by 1 - β₂²."""


@in_the_second(0.75, divisors=(ONES[0], "1"))
def second_v_uncorrected() -> None:
    """m is corrected, v is not: divide v by 1 - β₂²."""


@in_the_second(0.75, divisors=("1", ONES[1]))
def second_m_uncorrected() -> None:
    """v is corrected, m is not: divide m by 1 - β₁²."""


@in_the_second(
    0.75,
    m="beta1*(1 - beta1)*g2 + (1 - beta1)*g1",
    v="beta2*g2^2 + g1^2 - beta2*(beta2*g2^2 + g1^2)",
)
def gradients_exchanged() -> None:
    """The older gradient is damped once more: β belongs to g₁, and g₂ stands without it."""


@in_the_second(0.75, m="beta1*g1 + g2")
def second_m_undamped() -> None:
    """In m each new gradient has the weight 1 - β₁; you add it as a whole."""


@in_the_second(0.75, m="beta1*g1 + g2", v="beta2*g1^2 + g2^2")
def second_moments_undamped() -> None:
    """Each new term has the weight 1 - β₁ in m and 1 - β₂ in v; you add it as a whole."""


@in_the_second(0.5, m="(1 - beta1)*g2", v="(1 - beta2)*g2^2")
def first_gradient_forgotten() -> None:
    """In step 2 m and v still hold β times what they were after step 1; you begin at 0 again."""


@in_the_second(0.5, m="(1 - beta1^2)*g2")
def latest_gradient_for_m_hat() -> None:
    """The numerator is the average of both gradients, m-hat; you have the latest one alone."""


@in_the_second(0.5, root="")
def second_step_without_root() -> None:
    """The root is missing: divide by √v-hat + ε, which has the size of a gradient."""


@in_the_second(0.5, v="abs(beta2*(1 - beta2)*g1 + (1 - beta2)*g2)")
def second_gradients_not_squared() -> None:
    """v averages the squares of the gradients; yours averages the gradients."""


@in_the_second(
    0.75,
    m="beta2*(1 - beta2)*g1 + (1 - beta2)*g2",
    v="beta1*(1 - beta1)*g1^2 + (1 - beta1)*g2^2",
    divisors=ONES[::-1],
)
def second_decays_exchanged() -> None:
    """β₁ belongs to m and β₂ to v; you have them the other way round."""


def slip(award: float, *, at_first: bool = True, **rule: Any) -> Callable[[Feedback], Feedback]:
    """Add a mistake to the step and to both updates; ``at_first``: it shows at t = 1 already."""

    def add(feedback: Feedback) -> Feedback:
        adam_step.misconception(points=award * STEP, switches=_in_pairs(rule))(feedback)
        second_update.misconception(points=award * UPDATE, switches={"slip": rule})(feedback)
        if at_first:
            first_update.misconception(points=award * UPDATE, switches={"slip": rule})(feedback)
        return feedback

    return add


def _in_pairs(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Both corrections, or both averages, so that no two mistakes add up to one with a name."""
    one: dict[str, Any] = {"correct_m": adam.one_minus_power, "correct_v": adam.one_minus_power}
    other: dict[str, Any] = {"weights_m": adam.averaging, "weights_v": adam.averaging}
    return (one if one.keys() & rule else {}) | (other if other.keys() & rule else {}) | {**rule}


@slip(0.75, at_first=False, correct_m=power_of_difference, correct_v=power_of_difference)
def exponent_on_the_difference() -> None:
    """The exponent belongs to beta alone: divide by 1 - beta^t, not by (1 - beta)^t.

    At t = 1 the two agree. At t = 2, with 0.9 and 0.999, yours makes m-hat 19 times and v-hat
    1999 times too large.
    """


@slip(0.75, at_first=False, correct_m=power_of_difference)
def exponent_on_the_difference_of_m() -> None:
    """In m-hat the exponent belongs to beta1 alone: divide by 1 - beta1^t, not (1 - beta1)^t."""


@slip(0.75, at_first=False, correct_v=power_of_difference)
def exponent_on_the_difference_of_v() -> None:
    """In v-hat the exponent belongs to beta2 alone: divide by 1 - beta2^t, not (1 - beta2)^t."""


@slip(0.5, correct_m=lambda beta, t: 1.0, correct_v=lambda beta, t: 1.0)
def no_bias_correction() -> None:
    """m and v start at 0 and are too small at first: divide them by 1 - beta1^t and 1 - beta2^t."""


@slip(0.75, correct_v=lambda beta, t: 1.0)
def only_m_corrected() -> None:
    """You correct m; v starts at 0 as well and needs its own correction."""


@slip(0.75, correct_m=lambda beta, t: 1.0)
def only_v_corrected() -> None:
    """You correct v; m starts at 0 as well, and the update needs the corrected m-hat."""


@slip(0.75, at_first=False, correct_m=lambda beta, t: 1 - beta, correct_v=lambda beta, t: 1 - beta)
def correction_without_exponent() -> None:
    """The correction fades with t: divide by 1 - beta^t, not by 1 - beta at every step."""


@slip(
    0.75, correct_m=lambda beta, t: 1 / (1 - beta**t), correct_v=lambda beta, t: 1 / (1 - beta**t)
)
def multiplied_by_the_correction() -> None:
    """The correction makes the moments larger: divide by 1 - beta^t, you multiply."""


@slip(0.75, correct_m=lambda beta, t: 1 + beta**t, correct_v=lambda beta, t: 1 + beta**t)
def one_plus_power() -> None:
    """The correction divides by 1 - beta^t; yours has a plus sign."""


@slip(0.75, correct_m=lambda beta, t: beta**t, correct_v=lambda beta, t: beta**t)
def power_alone() -> None:
    """The correction divides by 1 - beta^t; you divide by beta^t."""


@slip(0.9, t_offset=1)
def t_one_too_large() -> None:
    """The first update has t = 1; your correction is that of the update after."""


@slip(0.9, denominator=lambda root, v_hat, eps: root(v_hat + eps))
def eps_inside_the_root() -> None:
    """Adam adds ε to the root, √v-hat + ε; you take the root of v-hat + ε."""


@slip(0.75, denominator=lambda root, v_hat, eps: root(v_hat) - eps)
def eps_subtracted() -> None:
    """ε is added to the root, so that the divisor never vanishes; you subtract it."""


@slip(0.9, denominator=lambda root, v_hat, eps: root(v_hat))
def eps_left_out() -> None:
    """The divisor is √v-hat + ε; yours has no ε, which shows where gradients are small."""


@slip(0.5, root=lambda v_hat: v_hat)
def root_left_out() -> None:
    """Divide by √v-hat, which has the size of a gradient; v-hat has that of its square."""


@slip(0.5, at_first=False, numerator=lambda m_hat, g: g)
def gradient_for_m_hat() -> None:
    """You step along the latest gradient; Adam's numerator is the averaged m-hat."""


@slip(0.5, second_moment=lambda g: g)
def gradient_not_squared() -> None:
    """v averages the squared gradients; you average the gradients themselves."""


@slip(0.5, weights_v=lambda beta: (1.0, 1.0))
def v_summed() -> None:
    """v is an average that forgets, beta2·v + (1 - beta2)·g²; you add up all squares."""


@slip(0.75, weights_m=exchanged)
def weights_of_m_exchanged() -> None:
    """The old m is weighted with beta1 and the gradient with 1 - beta1; yours is the reverse."""


@slip(0.75, weights_m=exchanged, weights_v=exchanged)
def weights_of_both_exchanged() -> None:
    """The old moments are weighted with the betas and the new terms with 1 - beta, not reversed."""


@slip(0.75, weights_m=undamped)
def gradient_not_damped() -> None:
    """In m the new gradient is weighted with 1 - beta1; you add all of it, as SGD momentum does."""


@slip(0.75, weights_m=undamped, weights_v=undamped)
def new_terms_not_damped() -> None:
    """The new terms are weighted with 1 - beta1 in m and 1 - beta2 in v; you add all of them."""


@slip(0.75, at_first=False, swap_betas=True)
def betas_swapped() -> None:
    """beta1 belongs to m and beta2 to v; you use them the other way round."""


@slip(0.75, sign=1.0)
def wrong_direction() -> None:
    """Going downhill means to subtract the step; yours has the other sign."""


@slip(0.75, nesterov=True)
def nesterov_momentum() -> None:
    """This looks ahead by one gradient, as NAdam does; Adam uses m-hat itself."""


@slip(0.75, at_first=False, store_corrected=True)
def corrected_moments_kept() -> None:
    """Hand on m and v themselves; you hand on m-hat and v-hat, so the correction compounds."""


# The first calls of both have the same gradient; their learning rates are 1/8 and 1/1000.
task.invariant(
    "first_update is what adam_step takes off the weight at t = 1",
    lambda first_update, adam_step: first_update[0] * 125 == 1 - adam_step[0][0],
)


@task.text(
    points=1,
    part="2d",
    aliases=("learning_rate_warmup", "warm_up"),
    claims=(
        claim(
            "the learning rate is small at first and grows",
            r"(small\w*|low\w*|tiny|reduc\w+|increas\w+|ramp\w*|grow\w*).{0,60}(rate|step|lr\b)"
            r"|(rate|step|lr\b).{0,60}(small\w*|low\w*|tiny|reduc\w+|increas\w+|ramp\w*|grow\w*)",
        ),
        claim(
            "the first updates have the size of the learning rate, whatever the gradient",
            r"\bsign\b|whatever the (size|gradient)|regardless of|independen\w+ of"
            r"|full (step|size)|same size",
        ),
        claim(
            "the moments are estimated from few gradients at first",
            r"(few|single|one|first|early|noisy|unreliable|variance).{0,60}"
            r"(gradient|sample|batch|estimate|moment|step|statistic)",
        ),
    ),
    hints=(
        "Look at your result of 2b: what of it depends on the gradient?",
        "What can two averages know after a single gradient?",
        "What would you like the learning rate to be then, and what later?",
    ),
)
def warmup() -> None:
    """Why do the first updates of Adam call for a learning-rate warm-up, and what does it do?"""


@task.text(
    points=2,
    part="2e",
    aliases=("weight_decay_text", "l2_and_weight_decay"),
    claims=(
        claim(
            "in Adam the penalty's gradient is divided by √v-hat like the rest",
            r"(divid\w+|scal\w+|normali[sz]\w+|rescal\w+|adapt\w+).{0,80}"
            r"(penalty|l2|regulari[sz]\w+|decay|v.?hat|root|gradient)",
        ),
        claim(
            "in Adam an L2 penalty and weight decay are not the same",
            r"(not|n't|no longer).{0,30}(same|equal|equivalent|identical)|differ(s|ent|ently)?\b",
        ),
        claim(
            "in plain SGD, without momentum, they are the same",
            r"sgd.{0,80}(same|equal|equivalent|identical|coincide)"
            r"|(same|equal|equivalent|identical|coincide).{0,80}sgd",
        ),
        claim("decoupled weight decay is preferred", r"adamw|decoupl\w+|prefer\w*|better"),
    ),
    hints=(
        "Write both updates down with the gradient of the penalty added to g.",
        "In which of them does the penalty's part go through the averages and the root?",
        "What does that mean for weights whose gradients are large, and how could it be kept out?",
    ),
)
def weight_decay() -> None:
    """Is an L2 penalty the same as weight decay in Adam and in SGD? Which one is preferred?"""


TURNING = tuple(1 - t / 8 for t in range(20))
"""Gradients that fall and change their sign, which float32 and float64 hold alike."""

task.picture(
    "adam_step",
    trajectory(
        "Twenty steps in a row, each from its own result of the one before",
        "adam_step",
        start={
            **{"w": 0.0, "m": 0.0, "v": 0.0},
            **{"lr": 0.125, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        },
        steps=[{"g": g, "t": t} for t, g in enumerate(TURNING, start=1)],
        feeds=("w", "m", "v"),
        across="step t",
        up="weight",
    ),
)
task.picture(
    "adam_step",
    series(
        "The weight after each step, each from the sheet's own state before it",
        entries=[(f"t = {t}", ("adam_step", t, 0)) for t, _ in enumerate(SCALARS, start=1)],
        across="step",
        up="weight",
    ),
)
