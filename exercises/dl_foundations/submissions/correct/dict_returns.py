def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    state = {}
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    state["w"] = w - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps)
    state["m"] = m
    state["v"] = v
    return state
