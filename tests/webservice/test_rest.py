"""Parameters come out of PHP as they went in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.webservice.rest import flat
from tests.webservice.serving import nested

NAMES = st.from_regex("[a-z_]{1,8}", fullmatch=True)
TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.decimals(0, 100, places=2),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def written(value: Any) -> Any:
    """A value as a server reads it: every leaf is a text."""
    if isinstance(value, dict):
        return {name: written(one) for name, one in value.items()}
    if isinstance(value, list):
        return [written(one) for one in value]
    if isinstance(value, bool):
        return "1" if value else "0"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


@given(parameters=st.dictionaries(NAMES, VALUES, max_size=4))
def test_nested_parameters_arrive_as_they_are(parameters: dict[str, Any]) -> None:
    assert nested(list(flat(parameters))) == written(parameters)
