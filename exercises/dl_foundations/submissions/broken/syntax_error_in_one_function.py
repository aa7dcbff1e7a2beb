import numpy as np


def first_update(g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return lr * g / (np.abs(g) + eps


def second_update(g1, g2, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (beta1 * g1 + g2) / (1 + beta1)
    v = (beta2 * g1**2 + g2**2) / (1 + beta2)
    return lr * m / (np.sqrt(v) + eps)


conv_params = 14714688
