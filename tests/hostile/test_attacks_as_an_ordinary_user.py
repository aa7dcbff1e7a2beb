"""A part of the attacks against a grader that is an ordinary user: the wall is made otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.sandbox import bubblewrap
from tests.conftest import REPOSITORY
from tests.hostile.attacks.catalogue import CATALOGUE

pytestmark = pytest.mark.sandbox
USER = 54_321
"""A number that belongs to nobody."""
_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@contextmanager
def readable_python() -> Iterator[Path]:
    """A virtual environment with our packages, of an interpreter that everyone may read."""
    (packages,) = bubblewrap.package_folders()[:1]
    with TemporaryDirectory(prefix="ordinary-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "bin").mkdir()
        (folder / "lib" / f"python{_VERSION}").mkdir(parents=True)
        (folder / "temporary").mkdir()
        os.chown(folder / "temporary", USER, USER)
        (folder / "bin" / "python").symlink_to(f"/usr/bin/python{_VERSION}")
        (folder / "lib" / f"python{_VERSION}" / "site-packages").symlink_to(packages)
        (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {_VERSION}\n")
        yield folder


def as_ordinary_user(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "bin" / "python", "-B", *words],
        cwd=REPOSITORY,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": f"{folder}/temporary",
            "TMPDIR": f"{folder}/temporary",
        },
        user=USER,
        group=USER,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=500,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests run as an ordinary user already")
def test_an_ordinary_user_contains_them_as_well() -> None:
    if not Path(f"/usr/bin/python{_VERSION}").exists():
        pytest.skip(f"no /usr/bin/python{_VERSION}, an interpreter that every user may read")
    with readable_python() as folder:
        try:
            trial = as_ordinary_user(folder, "-c", "import grader.pipeline, torch")
        except OSError as problem:
            pytest.skip(f"another user may not enter this folder: {problem}")
        if trial.returncode:
            pytest.skip(f"another user cannot read our packages: {trial.stderr[-200:]}")
        ended = as_ordinary_user(folder, "-m", "tests.hostile", "--everyday")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count(" contained ") == sum(each.everyday for each in CATALOGUE)
