# %% [markdown]
# ### 1a The derivative

# %% [markdown] grader={"question": "chain_rule.partials_formula"}
# partials_formula
#
# $$
# \begin{aligned}
# \frac{\partial f(x)}{\partial x}
# &= \frac{\partial f(x)}{\partial a(x)} \frac{\partial a(x)}{\partial c(x)}
#  \left(\frac{\partial c(x)}{\partial x^2} \frac{\partial x^2}{\partial x}
#  + \frac{\partial c(x)}{\partial \frac{1}{\log(x)}}
#  \frac{\partial \frac{1}{\log(x)}}{\partial \log(x)} \frac{\partial \log(x)}{x}\right) \\
# &\quad + \frac{\partial f(x)}{\partial b(x)} \frac{\partial b(x)}{\partial c(x)}
#  \left(\frac{\partial c(x)}{\partial x^2} \frac{\partial x^2}{\partial x}
#  + \frac{\partial c(x)}{\partial \frac{1}{\log(x)}}
#  \frac{\partial \frac{1}{\log(x)}}{\partial \log(x)} \frac{\partial \log(x)}{x}\right)
# \end{aligned}
# $$
