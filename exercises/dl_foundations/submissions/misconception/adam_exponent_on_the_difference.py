import numpy as np


def corrected(average, beta, t):
    return average / (1 - beta) ** t


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    w = w - lr * corrected(m, beta1, t) / (np.sqrt(corrected(v, beta2, t)) + eps)
    return w, m, v


def first_update(g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return lr * g / (np.sqrt(g**2) + eps)


def second_update(g1, g2, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * (1 - beta1) * g1 + (1 - beta1) * g2
    v = beta2 * (1 - beta2) * g1**2 + (1 - beta2) * g2**2
    return lr * corrected(m, beta1, 2) / (np.sqrt(corrected(v, beta2, 2)) + eps)
