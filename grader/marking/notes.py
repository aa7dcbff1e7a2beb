"""The stable codes of ``Mark.note``: statistics and regrading group marks by them.

A code is a word, or a word, a colon and what it concerns: ``misconception:a+b``.
"""

from __future__ import annotations

from grader.language import message

NOTES = {
    "correct": message("right"),
    "accepted:NAME": message("right in an accepted form"),
    "follow_through": message("consistent with an earlier slip of the learner's own"),
    "misconception:A+B": message("explained by one known mistake, or by several at once"),
    "ambiguous:A|B": message("explained by several known mistakes, of which none can be named"),
    "partial:N/M": message("N of M entries or calls are right"),
    "up_to:NAME+NAME": message("right once small parameters are zero"),
    "chain_broken": message("right at the end, though an earlier side of the chain differs"),
    "incorrect": message("wrong, without a known reason"),
    "slip": message("wrong, but one digit away from the right value or from the learner's own"),
    "slip_excused": message("one digit away, which is put down to the scan"),
    "degenerate_upstream": message("wrong; an earlier value is too trivial to be followed through"),
    "signature": message("the function cannot be called as the question says"),
    "end_right": message("the points of a step whose final result is right"),
    "instead:NAME+NAME": message("not answered itself, but by the answers to other questions"),
    "missing": message("no answer was found"),
    "missing:sides": message("the equation is there, but not in the form that is asked for"),
    "missing:failed": message("the cell that should answer raised an exception"),
    "missing:died": message("the learner's process ended by itself first"),
    "missing:timed_out": message("the time was up first"),
    "missing:out_of_memory": message("the memory was used up first"),
    "missing:output_limit": message("the output limit was reached first"),
    "not_run": message("the answer's code is there but never had its turn: a person decides"),
    "prose_only": message("no answer in code, but prose that may hold it: a person decides"),
    "stored_only": message("only a stored output gives the value: a person decides"),
    "overwritten": message("an earlier value of the same name is right: a person decides"),
    "contradicted": message("the value is wrong but a printed one is right: a person decides"),
    "alias:NAME": message("what stands under another name is not right: a person decides"),
    "text": message("free text: a person decides"),
    "undecidable:text": message("text stands where a value is expected: a person decides"),
    "undecidable:opaque": message("an object that cannot be read as a value: a person decides"),
    "undecidable:function": message(
        "a function stands where a value is expected: a person decides"
    ),
    "undecidable:unnamed": message("the right entries without their names: a person decides"),
    "undecidable:unordered": message("the right elements without an order: a person decides"),
    "undecidable:entries": message("some entries cannot be read: a person decides"),
    "undecidable:rounded": message("printed with too few digits to tell: a person decides"),
    "undecidable:contradicted": message(
        "near a known mistake, not from own values: a person decides"
    ),
    "undecidable:upstream": message("an earlier value cannot be read: a person decides"),
    "undecidable:source": message("the code cannot be checked for its rules: a person decides"),
    "forbidden:PATTERN": message("right, but by forbidden means: a person decides"),
    "required:PATTERN": message("right, but not by the required means: a person decides"),
    "form": message("right, but not in the form that is asked for: a person decides"),
    "unnamed_formula": message(
        "prose may hold the formula, but not as its equation: a person decides"
    ),
    "undecidable:code": message("code or a comment may hold the formula: a person decides"),
    "undecidable:formula": message("a formula that is not read, or not surely: a person decides"),
    "undecidable:readings": message(
        "a formula whose meanings decide differently: a person decides"
    ),
    "undecidable:equality": message("equal or not could not be decided: a person decides"),
    "undecidable:chain": message(
        "right at first, but not at the end of the chain: a person decides"
    ),
    "undecidable:places": message("several places that answer differently: a person decides"),
    "undecidable:table": message("a table that may be read in several ways: a person decides"),
    "undecidable:beside": message(
        "right only with another equation, which is not: a person decides"
    ),
    "not_read": message("the file could not be read: a person decides"),
    "grader_error:NAME": message("the grader itself failed: a person decides"),
}
"""Every code with its meaning, to be said; capital letters stand for names and numbers."""


def meaning(note: str) -> str:
    """Return what a note means, to be said; empty for one that another version gave."""
    return NOTES.get(note) or _PATTERNS.get(note.partition(":")[0], "")


_PATTERNS = {
    code.partition(":")[0]: told for code, told in NOTES.items() if code.partition(":")[2].isupper()
}
"""The codes that name something, by their word."""
