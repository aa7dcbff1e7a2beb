# %%
"""All answers in one file, without cells."""

import math

import numpy
from torch import autograd, log, tensor


def df_dx(x, c):
    return 2 * x**3 * (2 * numpy.log(x) - 1) / numpy.log(x) ** 3


POINT, CONSTANT = 3, 5
LOG = math.log(POINT)

u_value = POINT**2 / LOG
a_value, b_value = u_value + CONSTANT, u_value - CONSTANT
f_value = u_value**2 - CONSTANT**2

partials = {
    "df_da": b_value,
    "df_db": a_value,
    "du_dx2": 1 / LOG,
    "dx2_dx": 2 * POINT,
    "du_dinv": POINT**2,
    "dinv_dlog": -(LOG**-2),
    "dlog_dx": 1 / POINT,
}
df_dx_value = df_dx(POINT, CONSTANT)


def f(x, c):
    u = x * x / log(x)
    return (u + c) * (u - c)


leaf_x = tensor(3.0, requires_grad=True)
leaf_c = tensor(5.0, requires_grad=True)
grad_x, grad_c = autograd.grad(f(leaf_x, leaf_c), (leaf_x, leaf_c))


def moments(g, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g


def direction(m, v, t, beta1, beta2, eps):
    return m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps)


def adam_step(w, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = moments(g, m, v, beta1, beta2)
    return w - lr * direction(m, v, t, beta1, beta2, eps), m, v


def first_update(g, lr, beta1, beta2, eps):
    return -adam_step(0.0, g, 0.0, 0.0, 1, lr, beta1, beta2, eps)[0]


def second_update(g1, g2, lr, beta1, beta2, eps):
    w, m, v = adam_step(0.0, g1, 0.0, 0.0, 1, lr, beta1, beta2, eps)
    return w - adam_step(w, g2, m, v, 2, lr, beta1, beta2, eps)[0]


warmup = """Early on both averages consist of very few gradients, and the correction makes every
step as large as the learning rate. Starting with a small rate keeps these unreliable steps short."""

weight_decay = """For SGD without momentum the two are equivalent. For Adam they are not, because the
penalty is rescaled by the adaptive denominator; decoupled weight decay is the better choice."""


def receptive_field(layers):
    if not layers:
        return 1
    *front, (kernel, _) = layers
    return receptive_field(front) + (kernel - 1) * math.prod(stride for _, stride in front)


VGG16 = 2 * (2 * [(3, 1)] + [(2, 2)]) + 3 * (3 * [(3, 1)] + [(2, 2)])
rf_trace = [receptive_field(VGG16[:depth]) for depth in range(1, 19)]
rf_vgg16 = receptive_field(VGG16)


def conv_layer_params(in_channels, out_channels, kernel_size, bias=True):
    weights = in_channels * out_channels * kernel_size * kernel_size
    return weights + out_channels if bias else weights


def fc_layer_params(in_features, out_features, bias=True):
    return conv_layer_params(in_features, out_features, 1, bias)


WIDTHS = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
conv_params = sum(map(conv_layer_params, [3, *WIDTHS], WIDTHS, [3] * 13))
fc_params = sum(map(fc_layer_params, [25088, 4096, 4096], [4096, 4096, 1000]))
total_params = conv_params + fc_params
conv_fc_ratio = conv_params / fc_params

# %% [markdown]
# ## 2a
#
# We start with $w = 0$, $m_0 = 0$ and $v_0 = 0$; the moments are averages of $g_t$ and $g_t^2$.

# %% [markdown]
# weight_decay
#
# Plain SGD does $w_{t+1} = w_t - \alpha g_t$. With an L2 penalty that is
# $w_{t+1} = w_t - \alpha (g_t + c w_t)$, the same as weight decay; in Adam the penalty is divided
# by the root of v as well, so that it is not.

# %% [markdown]
# ## 3a
#
# The result is $r_{out} = 212$, from $r = 1$ on.
