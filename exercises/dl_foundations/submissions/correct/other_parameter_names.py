import numpy as np


def adam_step(theta, grad, t, m, v, alpha=1e-3, b1=0.9, b2=0.999, epsilon=1e-8):
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    step = alpha * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + epsilon)
    return theta - step, m, v


def first_update(gradient, learning_rate, epsilon):
    return learning_rate * gradient / (abs(gradient) + epsilon)


def second_update(g_1, g_2, eta, beta, r, epsilon):
    mean = (beta * g_1 + g_2) / (1 + beta)
    square = (r * g_1**2 + g_2**2) / (1 + r)
    return eta * mean / (square**0.5 + epsilon)


def conv_layer_params(kernel, c_in, c_out, use_bias=True):
    return c_out * (c_in * kernel * kernel + use_bias)


def fc_layer_params(n_out, n_in, use_bias=True):
    return n_out * (n_in + use_bias)
