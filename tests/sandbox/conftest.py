"""The sandbox that the tests of this folder share."""

from __future__ import annotations

import pytest

from grader import sandbox
from grader.sandbox import Isolation


@pytest.fixture(scope="session")
def walled() -> Isolation:
    """A true sandbox; without one these tests fail and do not skip."""
    return sandbox.isolation("bubblewrap")


@pytest.fixture(scope="session")
def unwalled() -> Isolation:
    """A plain process, as on a learner's own machine."""
    return sandbox.isolation("none")
