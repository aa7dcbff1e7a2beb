"""The words of LaTeX and of plain mathematical text, as tables."""

from __future__ import annotations

from typing import Final

from grader.language import message

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
    "binom": message("a binomial"),
    "dbinom": message("a binomial"),
    "choose": message("a binomial"),
    "int": message("an integral"),
    "iint": message("an integral"),
    "oint": message("an integral"),
    "lim": message("a limit"),
    "pm": message("a ± sign"),
    "mp": message("a ± sign"),
    "infty": message("infinity"),
    "dots": message("an ellipsis"),
    "ldots": message("an ellipsis"),
    "cdots": message("an ellipsis"),
    "vdots": message("an ellipsis"),
    "ddots": message("an ellipsis"),
    "dotsc": message("an ellipsis"),
    "dotsb": message("an ellipsis"),
    "nabla": message("a nabla"),
    "odot": message("an ⊙ product"),
    "circ": message("a ∘ product"),
    "otimes": message("an ⊗ product"),
    "oplus": message("an ⊕ sum"),
    "bmod": message("a remainder"),
    "mod": message("a remainder"),
    "pmod": message("a remainder"),
    "cup": message("a set"),
    "cap": message("a set"),
    "forall": message("a quantifier"),
    "exists": message("a quantifier"),
    "det": message("a determinant"),
    "arg": message("an argument"),
    "middle": message("a middle delimiter"),
    "cancel": message("a cancelled term"),
    "not": message("a negated sign"),
    "mid": message("a condition bar"),
    "lVert": message("a norm"),
    "rVert": message("a norm"),
    "Vert": message("a norm"),
    "prime": message("a prime"),
    "over": message("an old fraction"),
    "atop": message("an old fraction"),
}

REFUSED_SIGNS: Final = {
    "!": message("a factorial"),
    "±": message("a ± sign"),
    "∓": message("a ± sign"),
    "∫": message("an integral"),
    "∞": message("infinity"),
    "…": message("an ellipsis"),
    "⋯": message("an ellipsis"),
    "⋮": message("an ellipsis"),
    "∇": message("a nabla"),
    "‖": message("a norm"),
    "⊙": message("an ⊙ product"),
    "⊗": message("an ⊗ product"),
    "∘": message("a ∘ product"),
    "@": message("a matrix product"),
    "°": message("a degree sign"),
    '"': message("a quotation mark"),
    "`": message("a code mark"),
    "?": message("a question mark"),
}

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
