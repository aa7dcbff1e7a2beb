from math import sqrt

import numpy as np


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """The form with both corrections in the rate, as in the last lines of the paper's section."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    rate = lr * sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps), m, v


def first_update(g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return -adam_step(0, g, 0, 0, 1, lr, beta1, beta2, eps)[0]


def second_update(g1, g2, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = adam_step(0, g1, 0, 0, 1, lr, beta1, beta2, eps)
    return w - adam_step(w, g2, m, v, 2, lr, beta1, beta2, eps)[0]
