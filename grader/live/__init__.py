"""The learner's check inside a notebook: on the names as they are now, with the same words.

``%load_ext grader`` registers ``%check`` (see ``grader.load_ipython_extension``); nothing is run
again but the calls that the hand-out asks for, and nothing is sent anywhere.
"""

from __future__ import annotations

from grader.live.checking import check, magic

__all__ = ["check", "magic"]
