"""Whatever is written, the reader gives a reading or a refusal; see `tests.formula.fuzz`."""

from __future__ import annotations

import pytest

from tests.formula.fuzz import look, texts
from tests.formula.tables import TABLES


@pytest.mark.parametrize("part", range(4))
def test_2000_random_texts_are_read_or_refused(part: int) -> None:
    tables = list(TABLES.values())
    both = set()
    for number, text in enumerate(texts(500, seed=part)):
        both |= set(look(text, tables[number % len(tables)]))
    assert both == {"read", "refused"}
