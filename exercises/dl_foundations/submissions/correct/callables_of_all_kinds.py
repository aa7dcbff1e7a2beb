from functools import partial

import numpy as np


class Adam:
    """Keeps nothing between steps: the state comes in and goes out."""

    def __call__(self, w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = self.average(m, g, beta1), self.average(v, g * g, beta2)
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v

    @staticmethod
    def average(old, new, beta):
        return beta * old + (1 - beta) * new


adam_step = Adam()
first_update = lambda g, lr, beta1, beta2, eps: lr * g / (np.abs(g) + eps)


def update(history, lr, beta1, beta2, eps):
    w = m = v = 0.0
    for t, g in enumerate(history, start=1):
        before = w
        w, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return before - w


def second_update(g1, g2, *rest, **named):
    return update((g1, g2), *rest, **named)


def layer_params(kernel_size, in_channels, out_channels, bias=True):
    return out_channels * (in_channels * kernel_size**2 + (1 if bias else 0))


conv_layer_params = layer_params


def fc_layer_params(in_features, out_features, bias=True):
    return partial(layer_params, 1)(in_features, out_features, bias)
