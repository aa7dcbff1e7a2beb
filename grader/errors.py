"""A learner's mistake, an author's mistake and a wrong set-up are three types.

Each carries one sentence for the person who can do something about it. Any other exception is
our own mistake: it becomes ``GRADER_ERROR`` and never costs a learner points.
"""

from __future__ import annotations


class SentenceError(Exception):
    """Base of the errors that are shown to a person as one sentence, without a traceback."""


class SubmissionError(SentenceError):
    """A submission cannot be read or run; the sentence names the file, the place and the remedy."""


class AuthorError(SentenceError):
    """A sheet is wrong; the sentence names the file, the line, the value and the remedy."""


class UsageError(SentenceError):
    """A command's words or the machine's set-up are wrong; the sentence names the remedy."""
