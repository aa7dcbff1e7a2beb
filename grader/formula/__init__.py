"""Formulas as learners write them, in LaTeX or in plain text: read into trees over declared names.

Nothing that a learner wrote is ever evaluated as code. What is not understood is refused with a
sentence, or read with a remark; it is never dropped.
"""

from grader.formula.chain import Chain, Equation, helper, read_chain
from grader.formula.limits import Refusal
from grader.formula.numbers import Style, number_readings
from grader.formula.python import read_python
from grader.formula.reader import declare, extend, read
from grader.formula.render import shown_text, to_mathml, to_text
from grader.formula.result import Alternative, Concern, Partial, Reading, Remark, Side
from grader.formula.stored import from_json, to_json
from grader.formula.symbols import Declared, Role, SymbolTable
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
    "Alternative",
    "Apply",
    "Chain",
    "Concern",
    "Declared",
    "Equation",
    "Indexed",
    "Number",
    "Partial",
    "Power",
    "Product",
    "Reading",
    "Refusal",
    "Remark",
    "Role",
    "Series",
    "Side",
    "Style",
    "Sum",
    "Symbol",
    "SymbolTable",
    "Tree",
    "TreeError",
    "declare",
    "depth",
    "extend",
    "from_json",
    "helper",
    "number_readings",
    "read",
    "read_chain",
    "read_python",
    "shown_text",
    "substitute",
    "symbols",
    "to_json",
    "to_mathml",
    "to_text",
]
