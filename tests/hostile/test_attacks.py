"""Every attack of the catalogue is contained, whatever way a submission is started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.hostile.arena import WAYS, Arena, arena
from tests.hostile.attacks.attack import Attack
from tests.hostile.attacks.catalogue import CATALOGUE

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module", params=["cold", "warm"])
def made_arena(request: pytest.FixtureRequest) -> Iterator[Arena]:
    with arena(WAYS[request.param]()) as made:
        yield made


@pytest.mark.parametrize("attack", CATALOGUE, ids=lambda each: each.name.replace(" ", "_"))
def test_the_attack_is_contained(made_arena: Arena, attack: Attack) -> None:
    assert made_arena.play(attack).faults == ()


@pytest.mark.parametrize(
    "attack",
    [each for each in CATALOGUE if each.works_without_a_wall],
    ids=lambda each: each.name.replace(" ", "_"),
)
def test_the_same_attack_gets_through_where_nothing_holds_it(
    made_arena: Arena, attack: Attack
) -> None:
    assert made_arena.play_without_a_wall(attack)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("attempt('x', lambda: 1)", "reached x: 1"),
        ("attempt('x', lambda: misspelt)", "x fails with NameError"),
        ("effort('x', int)\n1 / 0", "its cell failed with ZeroDivisionError"),
        ("pass", "it tried nothing"),
        ("effort('x', int)\nos._exit(0)", "ended with DIED"),
    ],
)
def test_what_is_not_contained_is_noticed(made_arena: Arena, code: str, fault: str) -> None:
    faults = made_arena.play(Attack(name="made up", category="none", code=code)).faults
    assert any(fault in each for each in faults), faults


def test_the_catalogue_is_large_and_names_are_unique() -> None:
    assert len(CATALOGUE) >= 90
    assert max(Counter(each.name for each in CATALOGUE).values()) == 1
    assert sum(each.everyday for each in CATALOGUE) >= 15
