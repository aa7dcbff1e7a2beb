from math import log

import numpy as np


def df_dx(x, c):
    l = np.log(x)
    return 2 * x**2 / l * (2 * x / l + x / l**2)


partials = {
    "dx2_dx": 6,
    "dlog_dx": 1 / 3,
    "dinv_dlog": 1 / log(3) ** 2,
    "du_dx2": 1 / log(3),
    "du_dinv": 9,
    "df_da": 9 / log(3) - 5,
    "df_db": 9 / log(3) + 5,
}
df_dx_value = df_dx(3, 5)
