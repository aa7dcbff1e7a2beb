# %% [markdown]
# ### 1a The derivative

# %% [markdown] grader={"question": "chain_rule.partials_formula"}
# partials_formula
#
# $$\frac{df}{dx} = \frac{df}{du} = 2 \cdot \frac{x^2}{\log x} \cdot \frac{2x}{\log x}$$

# %% [markdown]
# ### 2 Adam

# %% [markdown] grader={"question": "adam.update_rule"}
# update_rule
#
# $$w_{t+1} = w_t + \alpha \frac{m_t}{\sqrt{\hat v_t} + \epsilon}$$

# %% [markdown] grader={"question": "adam.m_hat"}
# m_hat
#
# $$\hat m_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat v_t = \frac{v_t}{1 - \beta_1^t}$$

# %% [markdown] grader={"question": "adam.first_step_formula"}
# first_step_formula
#
# $$\Delta w_1 = \alpha \frac{(1 - \beta) g}{\sqrt{1 - r}\,|g| + \epsilon}$$

# %% [markdown] grader={"question": "adam.second_step_formula"}
# second_step_formula
#
# $$\Delta w_2 = \alpha \frac{(\beta g_1 + g_2)/(1 + \beta)}{(r g_1^2 + g_2^2)/(1 + r) + \epsilon}$$

# %% [markdown]
# ### 3a Receptive field

# %% [markdown] grader={"question": "receptive_field.general_formula"}
# general_formula
#
# $$r_n = r_{n-1} + (k_n - 1)$$
