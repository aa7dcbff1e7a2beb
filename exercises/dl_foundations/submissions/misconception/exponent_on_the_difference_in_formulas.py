# %% [markdown]
# ### 2a One update; the first step has t = 1, ε stands outside the root

# %% [markdown] grader={"question": "adam.m_hat"}
# m_hat
#
# $\hat{m}^t = \frac{m^t}{(1-\beta)^t}$

# %% [markdown] grader={"question": "adam.v_hat"}
# v_hat
#
# $\hat{v}^t = \frac{v^t}{(1-r)^t}$
