"""The sheet that the tests of this folder share."""

from __future__ import annotations

import pytest

from grader import course
from grader.sheet import Sheet
from tests.conftest import REPOSITORY


@pytest.fixture(scope="session")
def sheet() -> Sheet:
    """The first sheet, loaded as the command line loads it."""
    return course.load(REPOSITORY, "dl_foundations")
