# %% [markdown]
# ### 2a One update; the first step has t = 1, ε stands outside the root

# %% [markdown] grader={"question": "adam.m_hat"}
# m_hat
#
# $$\hat m_t = \frac{m_t}{1-\beta_1^t$$

# %% [markdown] grader={"question": "adam.v_hat"}
# v_hat
#
# Divide by the correction: $\frac{v_t}{1-\beta_2^t}$
