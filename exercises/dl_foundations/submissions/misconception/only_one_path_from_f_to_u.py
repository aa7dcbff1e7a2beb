import numpy as np

u = lambda x: x**2 / np.log(x)
du = lambda x: (2 * x * np.log(x) - x) / np.log(x) ** 2


def df_dx(x, c):
    # f = a * b with a = u + c and b = u - c
    return (u(x) - c) * du(x)


partials = {
    "dx2_dx": 6,
    "dlog_dx": 1 / 3,
    "dinv_dlog": -0.8,
    "du_dx2": 0.9,
    "du_dinv": 9,
    "df_da": 3.2,
    "df_db": 13.2,
}
df_dx_value = 3.2 * 3.0
