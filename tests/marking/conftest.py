from __future__ import annotations

import pytest
from hypothesis import settings

from tests.marking.notebook import Notebook

# Shared machines are slow at times: no property has a time limit.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()
