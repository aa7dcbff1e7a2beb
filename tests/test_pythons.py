"""Pythons for the tests come from Debian's archive, or it is said why not and nothing is left."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import REPOSITORY

APT = """#!/bin/sh
case $1 in
    indextargets) echo http://archive.invalid/other/; echo http://archive.invalid/debian/ ;;
    *) echo "W: slow" >&2; echo "E: The archive is not there" >&2; exit 100 ;;
esac
"""


@pytest.fixture
def pythons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script on a machine without any Python, with an apt whose archive is away."""
    spec = importlib.util.spec_from_file_location("pythons", REPOSITORY / "scripts/pythons.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    keys = tmp_path / "keys.gpg"
    keys.touch()
    for name, text in (
        ("apt-get", APT),
        ("apt-config", "#!/bin/sh\n"),
        ("dpkg-deb", "#!/bin/sh\n"),
    ):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(text)
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(module, "HOME", tmp_path / "pythons")
    monkeypatch.setattr(module, "KEYS", keys)
    monkeypatch.setattr(module, "_of_the_machine", dict)
    return module


def test_what_cannot_be_had_is_said_in_one_sentence_each_and_leaves_nothing(
    pythons: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pythons.main() == 0
    said = capsys.readouterr().err.splitlines()
    assert [line.split(" cannot ")[0] for line in said] == ["Python 3.13", "Python 3.14"]
    assert all("(E: The archive is not there); install it" in line for line in said)
    assert list(pythons.HOME.iterdir()) == []


def test_a_system_without_debians_archive_or_keys_is_left_in_peace(
    pythons: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pythons.obtainable((3, 14)) and not pythons.obtainable((3, 12))
    pythons.KEYS.unlink()
    assert not pythons.obtainable((3, 14))
    pythons.KEYS.touch()
    pythons.KEYS.with_name("bin").joinpath("apt-get").write_text("#!/bin/sh\n")
    assert not pythons.obtainable((3, 14))
    assert pythons.main() == 0
    assert capsys.readouterr() == ("", "")


def test_one_that_does_not_run_where_it_lies_is_as_good_as_missing(pythons: ModuleType) -> None:
    kept = pythons.HOME / "3.14/usr/bin/python3.14"
    kept.parent.mkdir(parents=True)
    kept.write_text("#!/moved/away/ld.so\n")
    kept.chmod(0o755)
    assert pythons.find((3, 14)) is None
    kept.write_text("#!/bin/sh\n")
    assert pythons.find((3, 14)) == kept
