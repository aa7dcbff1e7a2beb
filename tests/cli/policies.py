"""A course's policy on late work, as tests of several platforms have it."""

from __future__ import annotations


def late_policy(*extended: str) -> str:
    """Return a course file in which some hand-ins of ``circles`` have a week more."""
    extensions = ", ".join(f'"{one}" = "2026-12-07 12:00"' for one in extended)
    return f"""\
[late]
timezone = "Europe/Berlin"
grace_minutes = 15
percent_of_earned_per_day = 10
max_percent = 50

[late.sheets.circles]
deadline = "2026-11-30 23:59"
extensions = {{ {extensions} }}
"""
