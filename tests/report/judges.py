"""What judges a page from outside: axe-core its accessibility, html-validate its HTML."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import REPOSITORY

WEB = REPOSITORY / "requirements" / "web"


def accessibility(page: Page) -> list[str]:
    """Each rule of axe-core that the page as shown now violates, and where."""
    page.evaluate(installed_part("axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(results => results.violations)")
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def validity(folder: Path) -> list[str]:
    """Each error of html-validate in the folder's pages; an error too if it read none."""
    command = ["node", str(installed_part("html-validate/bin/html-validate.mjs"))]
    settings = ["--config", str(WEB / "htmlvalidate.json"), "--formatter", "json"]
    pages = sorted(map(str, folder.glob("*.html")))
    done = subprocess.run([*command, *settings, *pages], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        pytest.fail(f"html-validate ended with {done.returncode}: {done.stderr[-2000:]}")
    return [
        f"{Path(one['filePath']).name}:{told['line']}: {told['ruleId']}: {told['message']}"
        for one in json.loads(done.stdout)
        for told in one["messages"]
    ]


@cache
def installed_part(path: str) -> Path:
    file = WEB / "node_modules" / path
    if not file.exists():
        pytest.fail(
            f"these tests need {path.partition('/')[0]}, which is not in {file.parents[1]}; "
            "run `sh scripts/install-test-system.sh .venv/bin/python`"
        )
    return file
