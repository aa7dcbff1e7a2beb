"""The stable codes of ``Mark.note``: statistics and regrading group marks by them.

A code is a word, or a word, a colon and what it concerns: ``misconception:a+b``.
"""

from __future__ import annotations

NOTES = {
    "correct": "right",
    "accepted:NAME": "right in an accepted form",
    "follow_through": "consistent with an earlier slip of the learner's own",
    "misconception:A+B": "explained by one known mistake, or by several at once",
    "ambiguous:A|B": "explained by several known mistakes, of which none can be named",
    "partial:N/M": "N of M entries or calls are right",
    "up_to:NAME+NAME": "right once small parameters are zero",
    "chain_broken": "right at the end, though an earlier side of the chain differs",
    "incorrect": "wrong, without a known reason",
    "slip": "wrong, but one digit away from the right value or from the learner's own",
    "slip_excused": "one digit away, which is put down to the scan",
    "degenerate_upstream": "wrong; an earlier value is too trivial to be followed through",
    "signature": "the function cannot be called as the question says",
    "end_right": "the points of a step whose final result is right",
    "instead:NAME+NAME": "not answered itself, but by the answers to other questions",
    "missing": "no answer was found",
    "missing:sides": "the equation is there, but not in the form that is asked for",
    "missing:failed": "the cell that should answer raised an exception",
    "missing:died": "the learner's process ended by itself first",
    "missing:timed_out": "the time was up first",
    "missing:out_of_memory": "the memory was used up first",
    "missing:output_limit": "the output limit was reached first",
    "not_run": "the answer's code is there but never had its turn: a person decides",
    "prose_only": "no answer in code, but prose that may hold it: a person decides",
    "stored_only": "only a stored output gives the value: a person decides",
    "overwritten": "an earlier value of the same name is right: a person decides",
    "contradicted": "the value is wrong but a printed one is right: a person decides",
    "alias:NAME": "what stands under another name is not right: a person decides",
    "text": "free text: a person decides",
    "undecidable:text": "text stands where a value is expected: a person decides",
    "undecidable:opaque": "an object that cannot be read as a value: a person decides",
    "undecidable:function": "a function stands where a value is expected: a person decides",
    "undecidable:unnamed": "the right entries without their names: a person decides",
    "undecidable:unordered": "the right elements without an order: a person decides",
    "undecidable:entries": "some entries cannot be read: a person decides",
    "undecidable:rounded": "printed with too few digits to tell: a person decides",
    "undecidable:contradicted": "near a known mistake, not from own values: a person decides",
    "undecidable:upstream": "an earlier value cannot be read: a person decides",
    "undecidable:source": "the code cannot be checked for its rules: a person decides",
    "forbidden:PATTERN": "right, but by forbidden means: a person decides",
    "required:PATTERN": "right, but not by the required means: a person decides",
    "form": "right, but not in the form that is asked for: a person decides",
    "unnamed_formula": "prose may hold the formula, but not as its equation: a person decides",
    "undecidable:code": "code or a comment may hold the formula: a person decides",
    "undecidable:formula": "a formula that is not read, or not surely: a person decides",
    "undecidable:readings": "a formula whose meanings decide differently: a person decides",
    "undecidable:equality": "equal or not could not be decided: a person decides",
    "undecidable:chain": "right at first, but not at the end of the chain: a person decides",
    "undecidable:places": "several places that answer differently: a person decides",
    "undecidable:table": "a table that may be read in several ways: a person decides",
    "undecidable:beside": "right only with another equation, which is not: a person decides",
    "not_read": "the file could not be read: a person decides",
    "grader_error:NAME": "the grader itself failed: a person decides",
}
"""Every code with its meaning; capital letters stand for names and numbers."""


def meaning(note: str) -> str:
    """Return what a note means; empty for one that is not known, as of another version."""
    return NOTES.get(note) or _PATTERNS.get(note.partition(":")[0], "")


_PATTERNS = {
    code.partition(":")[0]: told for code, told in NOTES.items() if code.partition(":")[2].isupper()
}
"""The codes that name something, by their word."""
