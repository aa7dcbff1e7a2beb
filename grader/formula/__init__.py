"""Formulas as learners write them, in LaTeX or in plain text: read into trees over declared names.

Nothing that a learner wrote is ever evaluated as code. What is not understood is refused with a
sentence, or read with a warning; it is never dropped.
"""

from grader.formula.stored import from_json, to_json
from grader.formula.tree import (
    Apply,
    Indexed,
    Number,
    Power,
    Product,
    Series,
    Sum,
    Symbol,
    Tree,
    TreeError,
    depth,
    substitute,
    symbols,
)

__all__ = [
    "Apply",
    "Indexed",
    "Number",
    "Power",
    "Product",
    "Series",
    "Sum",
    "Symbol",
    "Tree",
    "TreeError",
    "depth",
    "from_json",
    "substitute",
    "symbols",
    "to_json",
]
