"""Domains say what they hold, and points cover them."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import AuthorError
from grader.formula.domains import Domain, count, fraction, positive, real
from grader.formula.points import MAX_DESIGN, Design, Layout, Point, domain_name

FINITE = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
SHARES = st.floats(0, 1)
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "upside down": ({"low": 3, "high": 1}, "low has to be below high"),
    "empty": ({"low": 1, "high": 1, "both_signs": False}, "low has to be below high"),
    "mirrored twice": ({"low": -1, "high": 1}, "both_signs=False"),
    "not a number": ({"low": float("nan")}, "finite number"),
    "no end": ({"high": float("inf")}, "finite number"),
    "text": ({"high": "3"}, "'3'"),
    "all avoided": ({"low": 2, "high": 2, "integer": True, "avoid": (2, -2)}, "no value is left"),
    "no whole number": ({"low": 0.2, "high": 0.8, "integer": True}, "no value is left"),
    "avoid nan": ({"avoid": (float("nan"),)}, "avoid"),
    "large exponents": ({"low": 1, "high": 10**6, "integer": True}, "up to 1000"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_domain_without_values_is_refused(name: str) -> None:
    settings, sentence = REFUSED[name]
    with pytest.raises(AuthorError, match=sentence):
        Domain(**settings)


@given(FINITE, FINITE, st.booleans(), st.lists(FINITE, max_size=3), SHARES, st.booleans())
def test_values_lie_between_the_ends_and_keep_away_from_what_is_avoided(
    one: float, other: float, both: bool, avoid: list[float], share: float, negative: bool
) -> None:
    low, high = sorted((abs(one), abs(other)) if both else (one, other))
    try:
        domain = Domain(low=low, high=high, both_signs=both, avoid=tuple(avoid))
    except AuthorError:
        return
    number = domain.at(share, negative=negative)
    inside = abs(number) if both else number
    assert low - 1e-9 <= inside <= high + 1e-9
    assert number not in avoid
    if len(domain.signs) == 2:
        assert (number < 0) == negative or abs(number) < 1e-9


@given(st.integers(-20, 20), st.integers(0, 20), st.lists(st.integers(-20, 20)), SHARES)
def test_whole_numbers_are_whole(low: int, more: int, avoid: list[int], share: float) -> None:
    allowed = set(range(low, low + more + 1)) - set(avoid)
    if not allowed:
        return
    domain = Domain(
        low=low, high=low + more, both_signs=False, integer=True, avoid=tuple(map(float, avoid))
    )
    for negative in domain.signs:
        number = domain.at(share, negative=negative)
        assert type(number) is int and number in allowed


def test_the_usual_domains() -> None:
    assert str(real()) == "±[0.2, 3]"
    assert str(positive(low=1.2, high=6)) == "[1.2, 6]"
    assert str(fraction()) == "[0.05, 0.95]"
    assert str(count()) == "[1, 9], whole"
    assert str(Domain(avoid=(1,))) == "±[0.2, 3], not 1"
    assert real().signs == (False, True) and positive().signs == (False,)
    assert Domain(low=-2, high=-1, both_signs=False).signs == (True,)
    assert Domain(low=-2, high=1, both_signs=False).signs == (False, True)


@pytest.mark.parametrize("symbols", [1, 3, 7, 12])
def test_any_two_symbols_meet_in_all_signs_and_halves(symbols: int) -> None:
    domains = {f"y{number}": real() for number in range(symbols)}
    design = Design(domains, least=8)
    points = [drawn(domains, design, "halves", number) for number in range(design.size)]
    for one, other in combinations(domains, 2):
        met = {(side(point[one]), side(point[other])) for point in points}
        signs = {(first[0], second[0]) for first, second in met}
        halves = {(first[1], second[1]) for first, second in met}
        every = set(product((False, True), repeat=2))
        assert signs == halves == every


def side(number: float) -> tuple[bool, bool]:
    return number < 0, abs(number) > 1.6


def drawn(
    domains: dict[str, Domain], design: Design, layout: Layout, number: int, *, seed: int = 3
) -> Point:
    return Point(domains, design, seed=seed, layout=layout, number=number)


def test_corners_are_close_to_the_ends() -> None:
    domains = {"x": positive(low=1, high=2), "g": real(low=1, high=2)}
    design = Design(domains, least=8)
    found = {
        (round(point["x"], 1), round(point["g"], 1))
        for point in (drawn(domains, design, "corners", n) for n in range(design.size))
    }
    assert found == set(product((1.0, 2.0), (1.0, 2.0, -1.0, -2.0)))


@given(st.permutations(["x", "g", "k_1", "k_2"]), st.integers(0, 2**64))
def test_points_do_not_depend_on_what_is_asked_first(names: list[str], seed: int) -> None:
    domains = {"x": positive(), "g": real(), "k_*": count()}
    design = Design({"x": domains["x"], "g": domains["g"]}, least=8)
    for layout in ("halves", "corners", "free"):
        one = drawn(domains, design, layout, 2, seed=seed)
        other = drawn(domains, design, layout, 2, seed=seed)
        assert {name: one[name] for name in names} == {name: other[name] for name in sorted(names)}


def test_many_symbols_still_have_a_bounded_design() -> None:
    domains = {f"y{number}": real() for number in range(200)}
    design = Design(domains, least=8)
    assert design.size == MAX_DESIGN
    point = drawn(domains, design, "halves", 1)
    assert {point[name] < 0 for name in domains} == {False, True}


def test_members_have_the_domain_of_their_family() -> None:
    domains = {"k_*": count(), "k_0": real(), "k_in_*": real(), "x": real()}
    expected = {"k_3": "k_*", "k_0": "k_0", "k_in_2": "k_in_*", "x": "x", "x_1": "", "k": ""}
    assert {name: domain_name(name, domains) for name in expected} == expected


def test_a_point_knows_no_other_names() -> None:
    domains = {"x": real()}
    point = drawn(domains, Design(domains, least=8), "free", 0)
    assert "x" in point and "y" not in point
    with pytest.raises(KeyError):
        point["y"]
