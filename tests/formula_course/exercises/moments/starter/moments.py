# %% [markdown]
# ## 2a
# Write the corrected first moment as $\hat m_t = \dots$

# %% [markdown]
# ## 2b
# Write the first update as $\Delta = \dots$
