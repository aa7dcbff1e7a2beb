"""Documentation that cannot lie: what exists is documented, and what is linked exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import grader
from grader.grade import Status, Verdict
from grader.marking import NOTES
from grader.run import RunStatus
from tests.conftest import REPOSITORY

PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")])


def text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*Verdict, *RunStatus, *Status])
def test_every_verdict_and_status_is_documented(word: str) -> None:
    assert f"`{word}`" in text("docs/verdicts.md")


@pytest.mark.parametrize("note", NOTES)
def test_every_note_is_documented_with_its_meaning(note: str) -> None:
    row = f"| `{note.replace('|', '&#124;')}` | {NOTES[note]} |"
    assert row in text("docs/verdicts.md")


@pytest.mark.parametrize("name", sorted(set(grader.__all__) - {"__version__"}))
def test_every_word_of_an_author_is_documented(name: str) -> None:
    assert re.search(rf"\b{name}\b", text("docs/authoring.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^(\w+):", text("Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"make (\w+)", text("README.md")))
    assert named and named <= targets


def test_pictures_are_shown_somewhere_and_small() -> None:
    pictures = sorted((REPOSITORY / "docs").glob("*.png"))
    assert len(pictures) >= 3
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]
    told = "".join(page.read_text(encoding="utf-8") for page in pages)
    for picture in pictures:
        assert picture.stat().st_size <= 250_000
        assert re.search(rf"!\[[^\]]+\]\((?:docs/)?{picture.name}\)", told), picture.name
