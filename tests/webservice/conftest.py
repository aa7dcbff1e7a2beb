"""A Moodle on this machine and what was graded for it; tests of Canvas bring their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webservice.moodle_site import Moodle
from tests.webservice.sending import Graded, of_moodle
from tests.webservice.serving import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Moodle()) as one:
        yield one


@pytest.fixture
def graded(tmp_path: Path) -> Graded:
    one = Graded(tmp_path / "out")
    one.write(of_moodle(7.5, 6, 10))
    return one
