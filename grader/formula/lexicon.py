"""The words of LaTeX and of plain mathematical text, as tables."""

from __future__ import annotations

from typing import Final

GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "ϑ": "theta", "ι": "iota", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell",
}  # fmt: skip

# A LaTeX command that is a name, with the name it is.
NAME_COMMANDS: Final = {
    **{name: name for name in GREEK.values()},
    "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho",
    "Pi": "Pi", "Sigma": "Sigma",
}  # fmt: skip

# What a name as written means as a function; `log` itself is decided by the table.
FUNCTION_NAMES: Final = {
    "log": "log?", "ln": "log", "lg": "log10", "ld": "log2", "lb": "log2",
    "log2": "log2", "log10": "log10", "exp": "exp", "sqrt": "sqrt", "abs": "abs",
    "sign": "sign", "sgn": "sign", "signum": "sign",
    "sin": "sin", "cos": "cos", "tan": "tan",
    "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "floor": "floor", "ceil": "ceil", "max": "max", "min": "min",
    "maximum": "max", "minimum": "min", "pow": "pow", "relu": "relu", "ReLU": "relu",
}  # fmt: skip

ACCENTS: Final = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde",
    "widetilde": "tilde", "vec": "vec", "dot": "dot", "ddot": "ddot",
}  # fmt: skip

COMBINING: Final = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0305": "bar"}

PRECOMPOSED: Final = {"ŵ": ("hat", "w"), "ĝ": ("hat", "g"), "ŷ": ("hat", "y"), "ĉ": ("hat", "c")}

FONTS: Final = frozenset(
    ["mathbf", "mathit", "mathsf", "mathtt", "mathcal", "boldsymbol", "bm", "mathrm", "rm"]
)

TEXTS: Final = frozenset(
    ["text", "textrm", "textit", "textbf", "texttt", "textsf", "mbox", "hbox", "operatorname"]
)

# Dropped, as they only change how a formula looks.
LOOKS: Final = frozenset(
    [
        "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag",
        "thinspace", "medspace", "thickspace", "hfill", "hfil", "allowbreak", "nobreak", "hline",
        "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "biggl", "Biggl", "bigr", "Bigr", "biggr",
        "Biggr", "bigm", "Bigm", "biggm", "normalsize", "small", "large", "centering", "noindent",
    ]
)  # fmt: skip

# Dropped together with the group that follows.
LOOKS_WITH_GROUP: Final = frozenset(
    ["hspace", "vspace", "label", "tag", "color", "phantom", "hphantom", "vphantom"]
)

ENVIRONMENTS: Final = frozenset(
    ["align", "aligned", "alignat", "equation", "split", "gather", "gathered", "multline",
     "eqnarray", "displaymath", "math", "flalign"]
)  # fmt: skip

RELATIONS: Final = {
    "=": "=", "≈": "≈", "≃": "≈", "≅": "≈", "≐": "≈", "∼": "≈", "≡": "≡", "≠": "≠", "<": "<",
    ">": ">", "≤": "≤", "≥": "≥", "⇒": "⇒", "⟹": "⇒", "⇔": "⇔", "⟺": "⇔", "→": "→", "⟶": "→",
    "∝": "∝", "∈": "∈", "≔": ":=", "←": ":=",
}  # fmt: skip

RELATION_COMMANDS: Final = {
    "approx": "≈", "simeq": "≈", "cong": "≈", "doteq": "≈", "sim": "≈", "equiv": "≡", "ne": "≠",
    "neq": "≠", "lt": "<", "gt": ">", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥",
    "geq": "≥", "geqslant": "≥", "Rightarrow": "⇒", "implies": "⇒", "Longrightarrow": "⇒",
    "Leftrightarrow": "⇔", "iff": "⇔", "Longleftrightarrow": "⇔", "to": "→", "rightarrow": "→",
    "longrightarrow": "→", "propto": "∝", "in": "∈", "coloneqq": ":=", "coloneq": ":=",
    "leftarrow": ":=", "gets": ":=", "therefore": "⇒",
}  # fmt: skip

RELATION_SIGNS: Final = {":=": ":=", "~=": "≈", "=>": "⇒", "<=>": "⇔", "->": "→", "<-": ":=",
                         "<=": "≤", ">=": "≥", "!=": "≠", "==": "="}  # fmt: skip

OPERATORS: Final = {
    "+": "+", "-": "-", "−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "*": "*", "·": "*",
    "×": "*", "∙": "*", "⋅": "*", "•": "*", "∗": "*", "/": "/", "÷": "/", "∕": "/", "⁄": "/",
    ":": "/", "^": "^", "_": "_", "√": "√", "∛": "∛",
}  # fmt: skip

OPERATOR_COMMANDS: Final = {"cdot": "*", "times": "*", "ast": "*", "div": "/", "cdotp": "*",
                            "colon": "/", "surd": "√"}  # fmt: skip

SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵗᵏ", "0123456789+-()nitk", strict=True))
SUBSCRIPTS: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜₓ", "0123456789+-()aeijklmnoprstx",
                             strict=True))  # fmt: skip

FRACTIONS: Final = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5),
                    "⅛": (1, 8)}  # fmt: skip

# Known, but outside of what is read: each with the word for the sentence.
REFUSED_COMMANDS: Final = {
    "binom": "a binomial", "dbinom": "a binomial", "choose": "a binomial", "int": "an integral",
    "iint": "an integral", "oint": "an integral", "lim": "a limit", "pm": "a ± sign",
    "mp": "a ± sign", "infty": "infinity", "dots": "an ellipsis", "ldots": "an ellipsis",
    "cdots": "an ellipsis", "vdots": "an ellipsis", "ddots": "an ellipsis",
    "dotsc": "an ellipsis", "dotsb": "an ellipsis", "nabla": "a nabla", "odot": "an ⊙ product",
    "circ": "a ∘ product", "otimes": "an ⊗ product", "oplus": "an ⊕ sum", "bmod": "a remainder",
    "mod": "a remainder", "pmod": "a remainder", "cup": "a set", "cap": "a set",
    "forall": "a quantifier", "exists": "a quantifier", "det": "a determinant",
    "arg": "an argument", "middle": "a middle delimiter", "cancel": "a cancelled term",
    "not": "a negated sign", "mid": "a condition bar", "lVert": "a norm", "rVert": "a norm",
    "Vert": "a norm", "prime": "a prime", "over": "an old fraction", "atop": "an old fraction",
}  # fmt: skip

REFUSED_SIGNS: Final = {
    "!": "a factorial", "±": "a ± sign", "∓": "a ± sign", "∫": "an integral", "∞": "infinity",
    "…": "an ellipsis", "⋯": "an ellipsis", "⋮": "an ellipsis", "∇": "a nabla", "‖": "a norm",
    "⊙": "an ⊙ product", "⊗": "an ⊗ product", "∘": "a ∘ product", "@": "a matrix product",
    "°": "a degree sign", "\"": "a quotation mark", "`": "a code mark", "?": "a question mark",
}  # fmt: skip

# Between two equations, not part of either.
CONNECTORS: Final = frozenset(
    [
        "and", "or", "with", "where", "for", "at", "so", "thus", "then", "hence", "if", "since",
        "because", "therefore", "mit", "und", "oder", "wobei", "für", "bei", "also", "dann",
        "daraus", "damit", "somit", "wenn", "da", "weil", "folgt", "sowie",
    ]
)  # fmt: skip

# Modules that people write before a function in code.
MODULES: Final = frozenset(["np", "numpy", "math", "torch", "tf", "jnp"])
