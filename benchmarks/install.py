"""What a learner's ``pip install`` of the wheel takes: downloads, time, and space on disk.

The wheel is built here; everything else comes from the package index: as a learner's pip chooses
it where the whole is timed, as pinned where downloads and installation are told apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from statistics import median

from benchmarks import measured
from benchmarks.measured import MIB

ROOT = Path(__file__).parent.parent
PINS = ROOT / "requirements/constraints.txt"
SHOWN = 6
"""So many of the largest packages are named."""


def main(chosen: argparse.Namespace) -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = _built(folder / "wheel")
        files = folder / "files"
        downloading = _pip(sys.executable, "download", wheel, "-d", files, "-c", PINS)
        wholes, seconds = [], []
        for number in range(chosen.rounds):
            home = _fresh(folder / f"whole{number}")
            wholes.append(_pip(_python(home), "install", "--no-cache-dir", wheel))
            home = _fresh(folder / f"parts{number}")
            seconds.append(_pip(_python(home), "install", "--no-index", "-f", files, wheel))
        sizes = dict(_sizes(home))
        downloads = sum(file.stat().st_size for file in files.iterdir())
    machine = measured.machine()
    largest = Counter(sizes).most_common(SHOWN)
    print(
        f"{chosen.rounds} installations into fresh environments; {machine['cores']} cores, "
        f"load {machine['load_1min']}\n\n"
        f"pip install   {median(wholes):.1f} s, downloads included and nothing kept from before "
        f"({min(wholes):.1f} to {max(wholes):.1f})\n"
        f"downloads     {downloads / MIB:6.0f} MiB, {downloading:.1f} s\n"
        f"installing    {min(seconds):.1f} to {max(seconds):.1f} s from downloaded files\n"
        f"on disk       {sum(sizes.values()) / MIB:6.0f} MiB without pip: "
        + ", ".join(f"{name} {size / MIB:.0f}" for name, size in largest)
    )
    if chosen.json:
        figures = {"benchmark": "install", "machine": machine, "download_bytes": downloads}
        figures |= {"download_seconds": downloading, "install_seconds": seconds, "disk": sizes}
        figures["whole_seconds"] = wholes
        chosen.json.write_text(json.dumps(figures, indent=1))
    return 0


def _built(folder: Path) -> Path:
    line = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(line, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _fresh(home: Path) -> Path:
    venv.create(home, with_pip=True)
    return home


def _pip(python: str | Path, *words: str | Path) -> float:
    began = time.perf_counter()
    line = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, words)]
    subprocess.run(line, check=True)
    return time.perf_counter() - began


def _python(home: Path) -> Path:
    return home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _sizes(home: Path) -> Iterator[tuple[str, int]]:
    """Yield each installed package with its bytes on disk, compiled files included."""
    (packages,) = (path for path in home.rglob("site-packages") if path.is_dir())
    for one in metadata.distributions(path=[str(packages)]):
        if one.name not in ("pip", "setuptools"):
            paths = (Path(str(one.locate_file(file))) for file in one.files or ())
            yield one.name, sum(path.stat().st_size for path in paths if path.is_file())
