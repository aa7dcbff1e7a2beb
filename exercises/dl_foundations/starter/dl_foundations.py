# %% [markdown]
# # Deep learning foundations
#
# Write your answers into the cells below. The statement says what is asked; names and parameters
# are the contract, everything else is yours. Add cells wherever you like.

# %%
import numpy as np

# %% [markdown]
# ## Chain rule
#
# f(x) = (x²/log x + c) · (x²/log x - c) with the natural logarithm

# %% [markdown]
# ### 1a Derivative as a function

# %% grader={"question": "chain_rule.df_dx"}
def df_dx(x, c):
    """The derivative df/dx at (x, c) as a function, from your own formula."""
    raise NotImplementedError

# %% [markdown] grader={"question": "chain_rule.partials_formula"}
# partials_formula
#
# (your formula here, as $$\frac{\partial f}{\partial x} = \dots$$ in partial derivatives)

# %% [markdown] grader={"question": "chain_rule.df_dx_formula"}
# df_dx_formula
#
# (your formula here, as $$\frac{\partial f}{\partial x} = \dots$$ without partial derivatives)

# %% [markdown]
# ### 1b Forward values at x = 3, c = 5

# %% grader={"question": "chain_rule.u_value"}
u_value = None

# %% grader={"question": "chain_rule.a_value"}
a_value = None

# %% grader={"question": "chain_rule.b_value"}
b_value = None

# %% grader={"question": "chain_rule.f_value"}
f_value = None

# %% [markdown]
# ### 1c Local partial derivatives at x = 3, c = 5, by hand

# %% grader={"question": "chain_rule.partials"}
partials = {
    "dx2_dx": None,
    "dlog_dx": None,
    "dinv_dlog": None,
    "du_dx2": None,
    "du_dinv": None,
    "df_da": None,
    "df_db": None,
}

# %% grader={"question": "chain_rule.df_dx_value"}
df_dx_value = None

# %% [markdown]
# ### 1d The same by torch's automatic differentiation

# %% grader={"question": "chain_rule.grad_x"}
grad_x = None

# %% grader={"question": "chain_rule.grad_c"}
grad_c = None

# %% [markdown]
# ## Adam

# %% [markdown]
# ### 2a One update; the first step has t = 1, ε stands outside the root

# %% grader={"question": "adam.adam_step"}
def adam_step(w, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08):
    """One Adam update: returns the new (w, m, v)."""
    raise NotImplementedError

# %% [markdown] grader={"question": "adam.update_rule"}
# update_rule
#
# (your formula here, as $$w_{t+1} = \dots$$)

# %% [markdown] grader={"question": "adam.m_hat"}
# m_hat
#
# (your formula here, as $$\hat m_t = \dots$$)

# %% [markdown] grader={"question": "adam.v_hat"}
# v_hat
#
# (your formula here, as $$\hat v_t = \dots$$)

# %% [markdown]
# ### 2b What the first step subtracts

# %% grader={"question": "adam.first_update"}
def first_update(g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08):
    """What Adam subtracts from the weight at t = 1, from m = v = 0."""
    raise NotImplementedError

# %% [markdown] grader={"question": "adam.first_step_formula"}
# first_step_formula
#
# (your formula here, as $$\frac{\hat m_1}{\sqrt{\hat v_1} + \epsilon} = \dots$$)

# %% [markdown]
# ### 2c What the second step subtracts

# %% grader={"question": "adam.second_update"}
def second_update(g1, g2, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08):
    """What Adam subtracts from the weight at t = 2, after the gradients g1 and g2."""
    raise NotImplementedError

# %% [markdown] grader={"question": "adam.second_step_formula"}
# second_step_formula
#
# (your formula here, as $$\frac{\hat m_2}{\sqrt{\hat v_2} + \epsilon} = \dots$$)

# %% [markdown]
# ### 2d Warm-up

# %% [markdown] grader={"question": "adam.warmup"}
# warmup
#
# (your answer here)

# %% [markdown]
# ### 2e L2 penalty and weight decay

# %% [markdown] grader={"question": "adam.weight_decay"}
# weight_decay
#
# (your answer here)

# %% [markdown]
# ## Receptive field

# %% [markdown]
# ### 3a Receptive field

# %% grader={"question": "receptive_field.receptive_field"}
def receptive_field(layers):
    """Side of the receptive field, in pixels, after the last of the layers (kernel, stride)."""
    raise NotImplementedError

# %% [markdown] grader={"question": "receptive_field.general_formula"}
# general_formula
#
# (your formula here, as $$r_L = \dots$$)

# %% grader={"question": "receptive_field.rf_trace"}
rf_trace = None

# %% grader={"question": "receptive_field.rf_vgg16"}
rf_vgg16 = None

# %% [markdown]
# ## VGG16 parameters

# %% [markdown]
# ### 3b Parameters

# %% grader={"question": "vgg_parameters.conv_layer_params"}
def conv_layer_params(in_channels, out_channels, kernel_size, bias=True):
    """Number of parameters of one convolution with a square kernel."""
    raise NotImplementedError

# %% grader={"question": "vgg_parameters.fc_layer_params"}
def fc_layer_params(in_features, out_features, bias=True):
    """Number of parameters of one fully connected layer."""
    raise NotImplementedError

# %% grader={"question": "vgg_parameters.conv_params"}
conv_params = None

# %% grader={"question": "vgg_parameters.fc_params"}
fc_params = None

# %% grader={"question": "vgg_parameters.total_params"}
total_params = None

# %% grader={"question": "vgg_parameters.conv_fc_ratio"}
conv_fc_ratio = None
