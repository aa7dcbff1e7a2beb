"""Runs a submission apart from everything else and brings back what was observed."""

from grader.sandbox.cgroup import memory_limit
from grader.sandbox.choose import isolation, keep_apart
from grader.sandbox.doctor import Finding, diagnose
from grader.sandbox.level import Isolation
from grader.sandbox.session import run

__all__ = [
    "Finding",
    "Isolation",
    "diagnose",
    "isolation",
    "keep_apart",
    "memory_limit",
    "run",
]
