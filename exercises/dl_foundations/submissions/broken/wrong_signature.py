def adam_step(weights, gradient, state, learning_rate, betas, t):
    m, v = state
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    step = learning_rate * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + 1e-8)
    return weights - step, (m, v)


def fc_layer_params(shape):
    return shape[0] * shape[1] + shape[1]
