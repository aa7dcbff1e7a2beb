"""What a learner gets: a sheet without its answers, and a check that works with that alone.

``public`` decides what a learner may have and writes it as data; ``bundle`` puts statement,
starter and that data into a folder and a ZIP; ``blank`` makes of the data a sheet that can be run
but not judged; ``selfcheck`` says of a learner's answers what can be said without any reference.
"""

from __future__ import annotations

from grader.handout.bundle import Bundle, make, write
from grader.handout.public import FILE, PublicSheet, of, read

__all__ = ["FILE", "Bundle", "PublicSheet", "make", "of", "read", "write"]
