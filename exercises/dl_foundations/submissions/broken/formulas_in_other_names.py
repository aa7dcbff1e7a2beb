# %% [markdown]
# ### 1a The derivative

# %% [markdown] grader={"question": "chain_rule.partials_formula"}
# partials_formula
#
# $$\frac{\partial f}{\partial x} = \frac{\partial f}{\partial p} \frac{\partial p}{\partial x} + \frac{\partial f}{\partial q} \frac{\partial q}{\partial x}$$

# %% [markdown]
# ### 2 Adam

# %% [markdown] grader={"question": "adam.update_rule"}
# update_rule
#
# $$w_{t+1} = w_t - \alpha_t \frac{M_t}{\sqrt{V_t} + \epsilon}$$

# %% [markdown] grader={"question": "adam.first_step_formula"}
# first_step_formula
#
# The first step is $\frac{g}{|g| + \epsilon}$.

# %% [markdown]
# ### 3a Receptive field

# %% [markdown] grader={"question": "receptive_field.general_formula"}
# general_formula
#
# $$r_n = r_{n-1} + (k_n - 1) \cdot j_n$$
