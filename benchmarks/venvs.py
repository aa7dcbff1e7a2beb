"""Throw-away environments of the peers; nothing of theirs is installed next to this project."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from importlib import metadata, util
from pathlib import Path

PEERS = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0"}
"""What is installed for each peer."""
TORCH = ("torch", "torchgen", "functorch")
"""Packages of torch, linked and not copied: the same files are imported everywhere."""


class NotInstalledError(Exception):
    """A peer could not be installed here; the text says why."""


def make(name: str, folder: Path, *, torch: bool) -> Path:
    """Return the environment of one peer under ``folder``; made unless it is there."""
    home = folder / f"{name}{'-torch' if torch else ''}"
    done = home / "installed"
    if not done.exists():
        venv.create(home, with_pip=True, clear=True, system_site_packages=False)
        wanted = [PEERS[name], f"numpy=={metadata.version('numpy')}", "ipykernel"]
        _pip(home, *wanted)
        if torch:
            _link_torch(home)
        done.write_text("\n".join(wanted))
    return home


def environment(home: Path) -> dict[str, str]:
    """Return the variables with which the commands of ``home`` find each other."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**kept, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def _pip(home: Path, *wanted: str) -> None:
    line = [str(home / "bin/python"), "-m", "pip", "install", "--quiet", *wanted]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise NotInstalledError(f"pip install {' '.join(wanted)}: {reason}")


def _link_torch(home: Path) -> None:
    """Give ``home`` this environment's torch, and what torch needs by pip."""
    shared = home / "shared"
    shared.mkdir()
    for package in TORCH:
        found = util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise NotInstalledError(f"{package} is not installed here; run make demo first")
        (shared / package).symlink_to(found.submodule_search_locations[0])
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (home / "lib" / version / "site-packages" / "shared.pth").write_text(f"{shared}\n")
    needed = [one.split(";")[0].strip() for one in metadata.requires("torch") or () if _plain(one)]
    _pip(home, *needed)


def _plain(requirement: str) -> bool:
    """Return whether a requirement is neither optional nor for graphics cards or old Pythons."""
    return "extra ==" not in requirement and not requirement.startswith(
        ("nvidia", "triton", "cuda")
    )
