import numpy as np

u_value = np.array(8.192153)
a_value = np.array([13.192153])
b_value = [3.192153]
f_value = np.float32(42.11137)
rf_trace = (3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212)
rf_vgg16 = 212.0
conv_params = np.int64(14714688)
fc_params = np.array(123642856)


def adam_step(w, g, m, v, t, lr, beta1, beta2, eps):
    w, g, m, v = (np.asarray(each, dtype=float) for each in (w, g, m, v))
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    w = w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return [w.tolist(), m.tolist(), v.tolist()]
