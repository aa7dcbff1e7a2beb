import private_plot_helpers as helpers
import numpy as np

helpers.set_style("dark")


def df_dx(x, c):
    return 2 * x**3 * (2 * np.log(x) - 1) / np.log(x) ** 3


helpers.curve(df_dx, 1.5, 6)
df_dx_value = df_dx(3.0, 5.0)
