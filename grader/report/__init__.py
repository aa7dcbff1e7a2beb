"""Reports in HTML: pure functions of stored grades, runs and submissions."""

from grader.report.learner import learner_report
from grader.report.overview import overview

__all__ = ["learner_report", "overview"]
