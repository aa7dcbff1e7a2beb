# %% [markdown]
# ### 1a The derivative

# %% [markdown] grader={"question": "chain_rule.partials_formula"}
# partials_formula
#
# $$\frac{\partial f}{\partial x} = \frac{\partial f}{\partial a} \frac{\partial a}{\partial u} \left(\frac{\partial u}{\partial x^2} \frac{\partial x^2}{\partial x} + \frac{\partial u}{\partial \frac{1}{\log x}} \frac{\partial \frac{1}{\log x}}{\partial \log x} \frac{\partial \log x}{\partial x}\right)$$

# %% [markdown] grader={"question": "chain_rule.df_dx_formula"}
# df_dx_formula
#
# $f'(x) = 2 \frac{x^2}{\log x} \left(\frac{2x}{\log x} + \frac{x}{\log^2 x}\right)$

# %% [markdown]
# ### 2 Adam

# %% [markdown] grader={"question": "adam.update_rule"}
# update_rule
#
# $$w^{t+1} = w^t - \alpha \frac{\hat m^t}{\sqrt{\hat v^t + \epsilon}}$$

# %% [markdown] grader={"question": "adam.m_hat"}
# m_hat
#
# $\hat m_t = \frac{m_t}{1 - \beta_1}$

# %% [markdown] grader={"question": "adam.v_hat"}
# v_hat
#
# $\hat v_t = v_t (1 - \beta_2^t)$

# %% [markdown] grader={"question": "adam.first_step_formula"}
# first_step_formula
#
# $$\frac{\hat m_1}{\sqrt{\hat v_1} + \epsilon} = \frac{|g|}{|g| + \epsilon} = 1$$

# %% [markdown] grader={"question": "adam.second_step_formula"}
# second_step_formula
#
# $$\frac{\hat m_2}{\sqrt{\hat v_2} + \epsilon} = \frac{(\beta(1-\beta) g_1 + (1-\beta) g_2)/(1-\beta)^2}{\sqrt{(r(1-r) g_1^2 + (1-r) g_2^2)/(1-r)^2} + \epsilon}$$

# %% [markdown]
# ### 3a Receptive field

# %% [markdown] grader={"question": "receptive_field.general_formula"}
# general_formula
#
# $$r_L = 1 + \sum_{i=1}^{L} (k_i - 1) \prod_{j=1}^{i} s_j$$
