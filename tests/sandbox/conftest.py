"""The sandbox that the tests of this folder share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader import sandbox
from grader.sandbox import Isolation, choose


@pytest.fixture(scope="session", params=["cold", "warm"])
def walled(request: pytest.FixtureRequest) -> Isolation:
    """A true sandbox, started either way; without one these tests fail and do not skip."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def cold() -> Isolation:
    """A sandbox with an interpreter started for each submission."""
    return sandbox.isolation()


@pytest.fixture(scope="session")
def warm(cold: Isolation) -> Isolation:
    """A sandbox whose submissions are forked from one interpreter that has imported everything."""
    wanted = replace(cold, warm=True)
    assert choose.trial(wanted) == ""
    return wanted


@pytest.fixture(scope="session")
def unwalled() -> Isolation:
    """A plain process, as on a learner's own machine."""
    return sandbox.isolation("none")
