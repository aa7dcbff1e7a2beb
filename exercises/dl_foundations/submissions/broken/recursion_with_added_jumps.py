# %% [markdown]
# ### 3a Receptive field

# %% [markdown] grader={"question": "receptive_field.general_formula"}
# general_formula
#
# $$r_{out} = r_{in} + (k - 1) \cdot jump_{in}$$
#
# $$jump_{out} = jump_{in} + s$$
