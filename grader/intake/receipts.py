"""When hand-ins came, from the receipts that Blackboard puts beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from grader.intake.archive import read_parts
from grader.intake.source import Entry
from grader.lms import blackboard_entries
from grader.lms.found import Found
from grader.submission import Arrival, Identity


def arrivals(found: Sequence[tuple[Entry, Found]]) -> dict[Identity, Arrival]:
    """Return when the newest attempt of each learner came, where its receipt says so for sure.

    A receipt that is there twice is none: two files of one name are not the platform's work.
    """
    ours = [(e, one) for e, one in found if one.refusal == blackboard_entries.RECEIPT and e.part]
    latest: dict[Identity, str] = {}
    for _, one in found:
        latest[one.identity] = max(one.attempt, latest.get(one.identity, ""))
    newest = [(e, one) for e, one in ours if one.attempt == latest[one.identity]]
    times = Counter(one.identity for _, one in newest)
    parts = [entry.part for entry, _ in newest if entry.part]
    came = {}
    for (_, one), data in zip(newest, read_parts(parts), strict=True):
        if isinstance(data, bytes) and times[one.identity] == 1:
            at = blackboard_entries.submitted(data, one.attempt)
            if at:
                came[one.identity] = Arrival(at=at)
    return came
