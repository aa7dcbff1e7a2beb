from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference import adam

PROBE = (0.5, -0.2, 0.3)
BETA1 = st.floats(0.0, 0.9999)
# Not below a half: a second moment that forgets at once leaves a first moment from larger
# gradients over a tiny root, and rounding errors are blown up in any implementation.
BETA2 = st.floats(0.5, 0.9999)
RATES = st.floats(1e-5, 1.0)
EPSILONS = st.sampled_from([1e-8, 1e-3, 0.1])
LAMBDAS = st.floats(1e-4, 0.5)
VECTORS = st.lists(st.floats(-100, 100, allow_subnormal=False), min_size=3, max_size=3)
RUNS = st.lists(VECTORS, min_size=1, max_size=6)


def torch_weights(
    make: Callable[[list[torch.Tensor]], torch.optim.Optimizer],
    start: list[float],
    gradients: list[list[float]],
) -> list[list[float]]:
    weight = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([weight])
    weights = []
    for gradient in gradients:
        weight.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        weights.append(weight.detach().tolist())
    return weights


def assert_same_weights(found: list[Any], expected: list[list[float]]) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@given(RUNS, VECTORS, RATES, BETA1, BETA2, EPSILONS)
def test_adam_agrees_with_torch_at_every_step(
    gradients: list[list[float]],
    start: list[float],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    states = adam.trajectory(start, gradients, lr, beta1, beta2, eps)
    expected = torch_weights(
        lambda p: torch.optim.Adam(p, lr=lr, betas=(beta1, beta2), eps=eps), start, gradients
    )
    assert_same_weights([w for w, _, _ in states], expected)


@given(RUNS, VECTORS, RATES, BETA1, BETA2, EPSILONS, LAMBDAS)
def test_l2_agrees_with_torch_at_every_step(
    gradients: list[list[float]],
    start: list[float],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    lam: float,
) -> None:
    states = adam.trajectory(start, gradients, lr, beta1, beta2, eps, l2=lam)
    expected = torch_weights(
        lambda p: torch.optim.Adam(p, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=lam),
        start,
        gradients,
    )
    assert_same_weights([w for w, _, _ in states], expected)


@given(RUNS, VECTORS, RATES, BETA1, BETA2, EPSILONS, LAMBDAS)
def test_adamw_agrees_with_torch_at_every_step(
    gradients: list[list[float]],
    start: list[float],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    lam: float,
) -> None:
    states = adam.trajectory(start, gradients, lr, beta1, beta2, eps, weight_decay=lam)
    expected = torch_weights(
        lambda p: torch.optim.AdamW(p, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=lam),
        start,
        gradients,
    )
    assert_same_weights([w for w, _, _ in states], expected)


@given(RUNS, VECTORS, RATES, st.floats(0.1, 0.99), st.booleans(), LAMBDAS)
def test_sgd_agrees_with_torch_at_every_step(
    gradients: list[list[float]],
    start: list[float],
    lr: float,
    momentum: float,
    nesterov: bool,
    lam: float,
) -> None:
    w: Any = np.array(start)
    velocity: Any = np.zeros(3)
    weights = []
    for g in gradients:
        w, velocity = adam.sgd_step(
            w, g, velocity, lr, momentum=momentum, nesterov=nesterov, l2=lam
        )
        weights.append(w)
    expected = torch_weights(
        lambda p: torch.optim.SGD(p, lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=lam),
        start,
        gradients,
    )
    for ours, theirs in zip(weights, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-10)


def test_probe_updates() -> None:
    found = adam.updates(PROBE, 1.0, 0.9, 0.999, 1e-8)
    assert found == pytest.approx(
        [0.99999998, 0.345605838834893746, 0.544440344353553814], rel=1e-13
    )


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({}, [0.99900000002, 0.998654394181165, 0.998109953836812]),
        ({"l2": 0.1}, [0.999000000016667, 0.998461599444779, 0.997762791793063]),
        ({"weight_decay": 0.1}, [0.99890000002, 0.998454504181163, 0.997810218386391]),
    ],
)
def test_probe_weights(switches: dict[str, float], expected: list[float]) -> None:
    states = adam.trajectory(1.0, PROBE, 1e-3, 0.9, 0.999, 1e-8, **switches)
    assert [w for w, _, _ in states] == pytest.approx(expected, abs=5e-16 + 1e-15)


def sgd_weights(**options: Any) -> list[float]:
    w: Any = 1.0
    velocity: Any = 0.0
    weights = []
    for g in PROBE:
        w, velocity = adam.sgd_step(w, g, velocity, 0.1, **options)
        weights.append(float(w))
    return weights


def test_penalty_and_decay_are_the_same_in_sgd_only_without_momentum() -> None:
    plain = [0.94, 0.9506, 0.911094]
    assert sgd_weights(l2=0.1) == pytest.approx(plain)
    assert sgd_weights(weight_decay=0.1) == pytest.approx(plain)
    assert sgd_weights(l2=0.1, momentum=0.9)[-1] == pytest.approx(0.818574, abs=5e-7)
    assert sgd_weights(weight_decay=0.1, momentum=0.9)[-1] == pytest.approx(0.844044, abs=5e-7)


@pytest.mark.parametrize(("g", "ratio"), [(1e-6, 0.990099), (1e-8, 0.5), (0.0, 0.0), (-3.0, -1.0)])
def test_first_update_is_nearly_the_sign(g: float, ratio: float) -> None:
    assert adam.first_update(g, 1.0, 1e-8) == pytest.approx(ratio, abs=5e-7)


@given(VECTORS, RATES, BETA1, BETA2, EPSILONS)
def test_first_update_in_closed_form_is_the_first_step(
    g: list[float], lr: float, beta1: float, beta2: float, eps: float
) -> None:
    (stepped,) = adam.updates([g], lr, beta1, beta2, eps, w=np.zeros(3))
    np.testing.assert_allclose(adam.first_update(g, lr, eps), stepped, rtol=1e-11, atol=1e-13)


@given(VECTORS, VECTORS, RATES, BETA1, BETA2, EPSILONS)
def test_second_update_in_closed_form_is_the_second_step(
    g1: list[float], g2: list[float], lr: float, beta1: float, beta2: float, eps: float
) -> None:
    _, stepped = adam.updates([g1, g2], lr, beta1, beta2, eps, w=np.zeros(3))
    closed = adam.second_update(g1, g2, lr, beta1, beta2, eps)
    np.testing.assert_allclose(closed, stepped, rtol=1e-11, atol=1e-11 * lr)


@pytest.mark.parametrize(
    ("g1", "g2", "ratio"),
    [
        (1.0, 1.0, 1.0),
        (1.0, -1.0, -0.0526315789474),
        (0.0, 1.0, 0.744136823567),
        (1.0, 0.0, 0.670058254137),
        (0.900900900901, 1.0, 1.00135791609),
    ],
)
def test_second_update_without_eps(g1: float, g2: float, ratio: float) -> None:
    assert adam.second_update(g1, g2, 1.0, 0.9, 0.999, 0.0) == pytest.approx(ratio, rel=1e-11)


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(0, 9), st.integers(1, 50), EPSILONS)
def test_the_folded_form_is_the_papers(w: float, g: float, v: float, t: int, eps: float) -> None:
    lr, beta1, beta2, m = 0.01, 0.9, 0.999, 0.25
    found, m_new, v_new = adam.step(w, g, m, v, t, lr, beta1, beta2, eps, folded=True)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    assert found == pytest.approx(w - rate * m_new / (np.sqrt(v_new) + eps), rel=1e-12, abs=1e-12)


def test_the_folded_form_differs_only_in_where_eps_is_scaled() -> None:
    usual, folded = (
        adam.updates(PROBE, 1.0, 0.9, 0.999, 1e-3, folded=each) for each in (False, True)
    )
    assert folded[1:] != pytest.approx(usual[1:], rel=1e-3)
    assert adam.updates(PROBE, 1.0, 0.9, 0.999, 0.0) == pytest.approx(
        adam.updates(PROBE, 1.0, 0.9, 0.999, 0.0, folded=True), rel=1e-13
    )


def test_arguments_are_left_as_they_were() -> None:
    arguments = [np.full(3, each) for each in (1.0, 0.5, 0.1, 0.2)]
    before = [each.copy() for each in arguments]
    w, g, m, v = arguments
    results = adam.step(w, g, m, v, 1, 0.1, 0.9, 0.999, 1e-8, store_corrected=True)
    for each, old in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(each, old)
        assert not any(np.shares_memory(each, result) for result in results)


def test_entries_of_an_array_do_not_influence_one_another() -> None:
    together = adam.trajectory([1.0, -2.0], [[0.5, -3.0], [-0.2, 0.1]], 0.1, 0.9, 0.999, 1e-3)
    for index, start in enumerate((1.0, -2.0)):
        own = [(0.5, -3.0)[index], (-0.2, 0.1)[index]]
        alone = adam.trajectory(start, own, 0.1, 0.9, 0.999, 1e-3)
        for many, one in zip(together, alone, strict=True):
            assert [np.asarray(each)[index] for each in many] == pytest.approx(list(one))


def test_slips_combine() -> None:
    def power(beta: float, t: int) -> float:
        return (1 - beta) ** t

    both = adam.updates(PROBE, 1.0, 0.9, 0.999, 1e-8, correct_m=power, correct_v=power)
    assert both[1:] == pytest.approx([0.146868373775230388, 0.0852267954467495211], rel=1e-12)
    wrong_way = adam.updates(
        PROBE, 1.0, 0.9, 0.999, 1e-8, correct_m=power, correct_v=power, sign=1.0
    )
    assert wrong_way == pytest.approx([-each for each in both], rel=1e-12)


def test_corrected_moments_handed_on_compound() -> None:
    kept = adam.trajectory(0.0, PROBE, 1.0, 0.9, 0.999, 1e-8)
    slipped = adam.trajectory(0.0, PROBE, 1.0, 0.9, 0.999, 1e-8, store_corrected=True)
    assert slipped[0][0] == kept[0][0]
    assert slipped[0][1] == pytest.approx(0.5)
    m = (0.9 * 0.5 + 0.1 * -0.2) / (1 - 0.9**2)
    assert slipped[1][1] == pytest.approx(m, rel=1e-13)


def test_eps_may_be_subtracted() -> None:
    (found,) = adam.updates(
        [0.5], 1.0, 0.9, 0.999, 0.1, denominator=lambda root, v_hat, eps: root(v_hat) - eps
    )
    assert found == pytest.approx(0.5 / 0.4)


def test_an_update_before_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="t 0 is before the first update"):
        adam.step(1.0, 0.5, 0.0, 0.0, 0, 0.1, 0.9, 0.999, 1e-8)


def test_an_unknown_switch_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="corect_m"):
        adam.step(1.0, 0.5, 0.0, 0.0, 1, 0.1, 0.9, 0.999, 1e-8, corect_m=adam.one_minus_power)
