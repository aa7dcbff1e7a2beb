"""Attacks against graders that run as someone else, or on the level that needs no namespaces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ordinary
from tests.hostile.attacks.attack import Attack
from tests.hostile.attacks.catalogue import CATALOGUE

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user"),
]
CATEGORIES = tuple(dict.fromkeys(each.category for each in CATALOGUE))


@pytest.fixture(scope="module")
def python() -> Iterator[Path]:
    with ordinary.readable_python() as folder:
        yield folder


def contained(python: Path, user: int, way: str, *words: str) -> int:
    """Play attacks as a user and return how many were contained; fails if any was not."""
    ended = ordinary.run(python, "-m", "tests.hostile", "--way", way, *words, user=user)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.count(" contained ")


def is_everyday(attack: Attack) -> bool:
    return attack.everyday


@pytest.mark.parametrize("way", ["cold", "warm"])
def test_an_ordinary_user_contains_them_as_well(python: Path, way: str) -> None:
    found = contained(python, ordinary.USER, way, "--everyday")
    assert found == sum(map(is_everyday, CATALOGUE))


def test_root_contains_them_without_namespaces_as_well(python: Path) -> None:
    assert contained(python, 0, "reduced", "--everyday") == sum(map(is_everyday, CATALOGUE))


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_ordinary_user_contains_them_without_namespaces(python: Path, category: str) -> None:
    wanted = sum(each.category == category and each.promised("reduced") for each in CATALOGUE)
    assert contained(python, ordinary.USER, "reduced", "--category", category) == wanted
