# %% [markdown]
# ## 2a
# $$\hat{m}_t = \frac{m_t}{1-\beta_1^t} = m_t\,(1-\beta_1^t)^{-1}$$

# %% [markdown]
# ## 2b
# So $\Delta = \operatorname{sign}(g)$, since epsilon is small.
