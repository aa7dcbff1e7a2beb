import math


def df_dx(x, c):
    u = x * x / math.log(x)
    return 2 * u * (2 * x / math.log(x) - x / math.log(x) ** 2)


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / (math.sqrt(v / (1 - beta2**t)) + eps), m, v
