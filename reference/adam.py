"""Adam and its relatives, one update at a time.

Sources: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015 (algorithm 1, and
the folded learning rate at the end of section 2); Loshchilov and Hutter, "Decoupled Weight Decay
Regularization", ICLR 2019 (AdamW); Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016.

Parameters are scalars or arrays and everything is elementwise in float64; arguments are never
changed. `t` counts updates from 1; `m` and `v` are the first and second moment, 0 at the start.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = float | NDArray[np.float64]
State: TypeAlias = tuple[Array, Array, Array]
"""(w, m, v) after an update."""


def one_minus_power(beta: float, t: int) -> float:
    """Sum of the weights that an average started at 0 has given after t updates: 1 - beta^t."""
    return 1.0 - beta**t


def averaging(beta: float) -> tuple[float, float]:
    """Weights of the old average and of the new value."""
    return beta, 1.0 - beta


def squared(g: Array) -> Array:
    """What the second moment averages."""
    return g * g


def square_root(v_hat: Array) -> Array:
    """Scale of the gradient from its second moment."""
    return np.sqrt(v_hat)


def root_plus_eps(root: Callable[[Array], Array], v_hat: Array, eps: Array) -> Array:
    """Divisor of the update, with ε outside the root."""
    return root(v_hat) + eps


def corrected(m_hat: Array, g: Array) -> Array:
    """Dividend of the update."""
    return m_hat


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Adam with each of its steps replaceable; the defaults are Adam."""

    correct_m: Callable[[float, int], float] = one_minus_power
    """(beta1, t) -> divisor that turns m into m-hat."""
    correct_v: Callable[[float, int], float] = one_minus_power
    """(beta2, t) -> divisor that turns v into v-hat."""
    weights_m: Callable[[float], tuple[float, float]] = averaging
    """beta1 -> weights of the old m and of the gradient."""
    weights_v: Callable[[float], tuple[float, float]] = averaging
    """beta2 -> weights of the old v and of the squared gradient."""
    second_moment: Callable[[Array], Array] = squared
    """Gradient -> what v averages."""
    root: Callable[[Array], Array] = square_root
    """v-hat -> scale of the update."""
    denominator: Callable[[Callable[[Array], Array], Array, Array], Array] = root_plus_eps
    """(root, v-hat, eps) -> divisor of the update."""
    numerator: Callable[[Array, Array], Array] = corrected
    """(m-hat, gradient) -> dividend of the update."""
    sign: float = -1.0
    """-1 descends, +1 ascends."""
    t_offset: int = 0
    """Added to t before the moments are corrected."""
    swap_betas: bool = False
    """beta1 is used for v and beta2 for m."""
    nesterov: bool = False
    """Look ahead: beta1·m-hat + (1 - beta1)·g / (1 - beta1^t) takes the place of m-hat (NAdam)."""
    folded: bool = False
    """Learning rate lr·√(1 - beta2^t)/(1 - beta1^t) on uncorrected moments, ε unscaled."""
    store_corrected: bool = False
    """m-hat and v-hat are handed on as the state instead of m and v."""
    l2: float = 0.0
    """λ of a penalty λ/2·w², which adds λ·w to the gradient."""
    weight_decay: float = 0.0
    """λ of decoupled decay, which takes lr·λ·w off the weight beside the update (AdamW)."""


ADAM = Rule()
"""Adam as published."""


def as_array(value: ArrayLike) -> Array:
    """The value in float64: an array, or a NumPy scalar for a single number."""
    array: Array = np.asarray(value, dtype=np.float64)[()]
    return array


def step(
    w: ArrayLike,
    g: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    t: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    **switches: Any,
) -> State:
    """One update with gradient `g` at w; the new (w, m, v).

    `switches` are fields of `Rule`. ValueError for t below 1.
    """
    if t < 1:
        raise ValueError(f"t {t} is before the first update; count from 1")
    rule = Rule(**switches)
    old = as_array(w)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        delta, m_new, v_new = _advance(rule, old, g, m, v, t, lr, beta1, beta2, eps)
        decay = lr * rule.weight_decay * old if rule.weight_decay else 0.0
        return old - decay + rule.sign * delta, m_new, v_new


def _advance(
    rule: Rule,
    w: Array,
    gradient: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    t: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> State:
    """Size of the update and the new moments."""
    if rule.swap_betas:
        beta1, beta2 = beta2, beta1
    # No 0·w where there is no penalty: an infinite weight would make it nan.
    g = as_array(gradient) + (rule.l2 * w if rule.l2 else 0.0)
    m_new = _weighted(rule.weights_m(beta1), as_array(m), g)
    v_new = _weighted(rule.weights_v(beta2), as_array(v), rule.second_moment(g))
    divisor_m = rule.correct_m(beta1, t + rule.t_offset)
    divisor_v = rule.correct_v(beta2, t + rule.t_offset)
    m_hat, v_hat = m_new / divisor_m, v_new / divisor_v
    ahead = beta1 * m_hat + (1.0 - beta1) * g / divisor_m if rule.nesterov else m_hat
    # √(v/d) + ε/√d = (√v + ε)/√d: scaling ε here is the same as not scaling it in the folded form.
    scaled_eps = as_array(eps) / (rule.root(as_array(divisor_v)) if rule.folded else 1.0)
    delta = lr * rule.numerator(ahead, g) / rule.denominator(rule.root, v_hat, scaled_eps)
    return (delta, m_hat, v_hat) if rule.store_corrected else (delta, m_new, v_new)


def _weighted(weights: tuple[float, float], old: Array, new: Array) -> Array:
    keep, add = weights
    return keep * old + add * new


def trajectory(
    w: ArrayLike,
    gradients: Iterable[ArrayLike],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    **switches: Any,
) -> list[State]:
    """States after each of the gradients, from m = v = 0; keywords as for `step`."""
    state: State = (as_array(w), 0.0, 0.0)
    states = []
    for t, g in enumerate(gradients, start=1):
        old, m, v = state
        state = step(old, g, m, v, t, lr, beta1, beta2, eps, **switches)
        states.append(state)
    return states


def updates(
    gradients: Iterable[ArrayLike],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    *,
    w: ArrayLike = 0.0,
    **switches: Any,
) -> list[Array]:
    """What each gradient takes off the weight, w before - w after; keywords as for `step`."""
    weights = [as_array(w)]
    weights += [each for each, _, _ in trajectory(w, gradients, lr, beta1, beta2, eps, **switches)]
    return [before - after for before, after in pairwise(weights)]


def first_update(g: ArrayLike, lr: float, eps: float) -> Array:
    """What the first gradient takes off the weight: lr·g/(|g| + ε), whatever the betas.

    At t = 1 the corrected moments are g and g²; for g = ε = 0 the result is nan.
    """
    gradient = as_array(g)
    with np.errstate(invalid="ignore"):
        update: Array = lr * gradient / (np.abs(gradient) + eps)
    return update


def second_update(
    g1: ArrayLike, g2: ArrayLike, lr: float, beta1: float, beta2: float, eps: float
) -> Array:
    """What the second gradient takes off the weight, in closed form.

    1 - β² = (1 - β)(1 + β) cancels the factor 1 - β of the moments, which leaves
    m-hat = (β₁·g₁ + g₂)/(1 + β₁) and v-hat = (β₂·g₁² + g₂²)/(1 + β₂).
    """
    first, second = as_array(g1), as_array(g2)
    m_hat = (beta1 * first + second) / (1.0 + beta1)
    v_hat = (beta2 * first**2 + second**2) / (1.0 + beta2)
    with np.errstate(invalid="ignore"):
        update: Array = lr * m_hat / (np.sqrt(v_hat) + eps)
    return update


def sgd_step(
    w: ArrayLike,
    g: ArrayLike,
    velocity: ArrayLike,
    lr: float,
    *,
    momentum: float = 0.0,
    nesterov: bool = False,
    l2: float = 0.0,
    weight_decay: float = 0.0,
    sign: float = -1.0,
) -> tuple[Array, Array]:
    """One update of stochastic gradient descent; the new (w, velocity).

    The velocity μ·velocity + g starts at 0 and is not damped (Sutskever et al., ICML 2013, in the
    form that keeps lr outside the velocity). `l2` and `weight_decay` as in `Rule`.
    """
    old = as_array(w)
    gradient = as_array(g) + l2 * old
    moved = momentum * as_array(velocity) + gradient
    delta = gradient + momentum * moved if nesterov else moved
    return old - lr * weight_decay * old + sign * lr * delta, moved
