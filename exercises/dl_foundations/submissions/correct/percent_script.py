# %% [markdown]
# # Hand-in
# Everything runs from top to bottom.

# %%
import numpy as np
import torch

# %% [markdown]
# ## Chain rule

# %%
def df_dx(x, c):
    u = x**2 / np.log(x)
    u_prime = 2 * x / np.log(x) - x / np.log(x) ** 2
    return (u + c) * u_prime + (u - c) * u_prime

# %%
log3 = np.log(3)
u_value = 9 / log3
a_value = u_value + 5
b_value = u_value - 5
f_value = a_value * b_value

# %%
partials = {}
partials["dx2_dx"] = 6
partials["dlog_dx"] = 1 / 3
partials["dinv_dlog"] = -1 / log3**2
partials["du_dx2"] = 1 / log3
partials["du_dinv"] = 9
partials["df_da"] = b_value
partials["df_db"] = a_value
df_dx_value = (a_value + b_value) * (6 / log3 - 3 / log3**2)

# %%
x = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
c = torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
u = x.pow(2) / x.log()
y = (u + c) * (u - c)
y.backward()
grad_x = x.grad.item()
grad_c = c.grad.item()

# %% [markdown]
# ## Adam

# %%
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.square(g)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    w = w - lr * mh / (np.sqrt(vh) + eps)
    return [w, m, v]

def first_update(g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return lr * np.sign(g) / (1 + eps / np.abs(g))

def second_update(g1, g2, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * (1 - beta1) * g1 + (1 - beta1) * g2
    v = beta2 * (1 - beta2) * g1**2 + (1 - beta2) * g2**2
    return lr * (m / (1 - beta1**2)) / (np.sqrt(v / (1 - beta2**2)) + eps)

# %% [markdown]
# warmup
#
# The first update always has the size of the learning rate, whatever the gradient. Increasing the
# rate slowly from almost nothing avoids large steps in a direction that one batch has chosen.

# %% [markdown]
# weight_decay
#
# Under Adam the two differ: the regularisation term is scaled by the adaptive rate of each weight.
# Under SGD without momentum they are equal. Weight decay is preferred.

# %% [markdown]
# ## VGG16

# %%
def receptive_field(layers):
    r = 1
    for k, s in reversed(layers):
        r = s * r + (k - s)
    return r

net = ([(3, 1)] * 2 + [(2, 2)]) * 2 + ([(3, 1)] * 3 + [(2, 2)]) * 3
rf_trace = np.array([receptive_field(net[:n]) for n in range(1, len(net) + 1)])
rf_vgg16 = rf_trace[-1]

# %%
def conv_layer_params(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size**2 + (out_channels if bias else 0)

def fc_layer_params(in_features, out_features, bias=True):
    return in_features * out_features + (out_features if bias else 0)

# %%
sizes = [3] + 2 * [64] + 2 * [128] + 3 * [256] + 6 * [512]
conv_params = 0
for before, after in zip(sizes[:-1], sizes[1:]):
    conv_params += conv_layer_params(before, after, 3)
fc_params = 0
for before, after in ((512 * 49, 4096), (4096, 4096), (4096, 1000)):
    fc_params += fc_layer_params(before, after)
total_params = conv_params + fc_params
conv_fc_ratio = round(conv_params / fc_params, 4)

# %% [markdown]
# ### 2a once more
#
# The corrected moments are $\hat m_t = \frac{m_t}{1 - \beta_1^t}$ and $\hat v_t = \frac{v_t}{1 - \beta_2^t}$.
