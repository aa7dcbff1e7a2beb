"""What breaks nbgrader and Otter-Grader, with the sound result.

Each test is one measured way in which a grader that runs its checks inside the student's process
gives a wrong mark, leaks an answer, or loses a class. The wrong answers here would earn points
there; honest ones would lose them.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader import gradebook, intake, pipeline
from grader.grade import Status, Verdict
from grader.pipeline import Session
from grader.run import RunStatus
from tests.hostile.conftest import Graded

pytestmark = pytest.mark.sandbox

Cells = Callable[..., Graded]
RIGHT = "import math\ndisc_area = math.pi * 9\ncorners = 4"
AREA = "def area_of(radius):\n    return 3.141592653589793 * radius ** 2"
WRONG = "disc_area = 1.0\ncorners = 5"
SECRETS = ("28.27", "282.7")


def earns_nothing(graded: Graded, *questions: str) -> None:
    for question in questions:
        mark = graded.mark(question)
        assert mark.verdict not in (Verdict.CORRECT, Verdict.PARTIAL, Verdict.FOLLOW_THROUGH)
        assert not mark.points


# nbgrader


def test_emptying_later_cells_leaves_their_answers_missing(grade_cells: Cells) -> None:
    graded = grade_cells(
        "get_ipython().input_transformers_cleanup.append(lambda lines: [])", WRONG, AREA
    )
    earns_nothing(graded, "disc_area", "corners", "area_of")


def test_patched_comparison_functions_compare_nothing_of_ours(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import builtins, numpy as np\n"
        "np.testing.assert_allclose = lambda *a, **k: None\n"
        "builtins.abs = lambda x: 0\n"
        "get_ipython().display_formatter.formatters['text/plain'].for_type(float,"
        " lambda v, p, c: p.text('28.274333882308138'))",
        WRONG,
    )
    earns_nothing(graded, "disc_area", "corners")
    assert graded.mark("disc_area").given == "1.0"


def test_the_history_holds_no_check_to_read(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import re\n"
        "def area_of(radius):\n"
        "    text = ' '.join(map(str, get_ipython().user_ns['In']))\n"
        "    numbers = re.findall(r'==\\s*([0-9.]+)', text)\n"
        "    return float(numbers[0]) if numbers else -1.0"
    )
    earns_nothing(graded, "area_of")


def test_neither_solutions_nor_references_can_be_opened(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import os\n"
        "found = [up for up in range(8) for name in ('reference', 'exercises', 'source')"
        " if os.path.isdir('../' * up + name)]\n"
        "corners = 4 if found else 5"
    )
    earns_nothing(graded, "corners")


def test_no_gradebook_is_in_reach_and_classmates_keep_their_marks(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    out = tmp_path / "out"
    attack = (
        "import glob, os\n"
        "for up in range(8):\n"
        "    for path in glob.glob('../' * up + '**/grades.*', recursive=True):\n"
        "        open(path, 'w').write('{}')\n"
        f"open({str(out / 'grades.json')!r}, 'w').write('mine')\n"
    )
    (folder / "ada.py").write_text(RIGHT)
    (folder / "mallory.py").write_text(attack)
    outcome = pipeline.grade_class(intake.collect([folder]).sources, session, out, jobs=2)
    assert (out / "grades.json").read_bytes() == gradebook.to_json(outcome.book)
    points = {grade.submission: grade.points for grade in outcome.book.submissions}
    assert points == {"ada": 3.0, "mallory": 0.0}


def test_a_background_process_is_dead_when_the_run_has_ended(grade_cells: Cells) -> None:
    import psutil

    marker = "sleep 61.847"
    graded = grade_cells(
        f"import subprocess\nsubprocess.Popen({marker.split()}, start_new_session=True)",
        RIGHT,
    )
    assert graded.verdicts["disc_area"] == "CORRECT"
    alive = [p.info["cmdline"] for p in psutil.process_iter(["cmdline"])]
    assert marker.split() not in alive


def test_an_object_equal_to_everything_is_no_answer(grade_cells: Cells) -> None:
    graded = grade_cells(
        "class Yes:\n"
        "    def __eq__(self, other): return True\n"
        "    __lt__ = __le__ = __gt__ = __ge__ = __eq__\n"
        "    def __float__(self): return 28.274333882308138\n"
        "    def __rsub__(self, other): return 0\n"
        "    def __abs__(self): return 0\n"
        "    def __repr__(self): return '4'\n"
        "    __hash__ = None\n"
        "disc_area = corners = Yes()"
    )
    earns_nothing(graded, "disc_area", "corners")
    assert graded.verdicts["corners"] == "NEEDS_REVIEW"


def test_printing_the_history_shows_no_expected_value(grade_cells: Cells) -> None:
    graded = grade_cells(WRONG, AREA.replace("3.14", "3.0"), "print(In, Out, dir())")
    assert not any(secret in graded.page for secret in SECRETS)


def test_active_content_in_an_output_is_not_in_the_report(grade_cells: Cells) -> None:
    graded = grade_cells(
        "from IPython.display import HTML, Javascript, display\n"
        "display(HTML('<script>alert(1)</script><img src=x onerror=alert(1)>'))\n"
        "display(Javascript('alert(1)'))"
    )
    assert "<script" not in graded.page
    assert "onerror=" not in graded.page.replace("&quot;", '"').split("<body", 1)[0]


def nbgrader_metadata(**kind: bool) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        details = {"grade_id": "cell-1", "schema_version": 3, "locked": True, "points": 5, **kind}
        for cell in notebook.cells:
            cell.metadata["nbgrader"] = details

    return change


@pytest.mark.parametrize("kind", [{"grade": False}, {"solution": True}, {"grade": True}])
def test_another_graders_metadata_means_nothing(grade_cells: Cells, kind: dict[str, bool]) -> None:
    graded = grade_cells(RIGHT, AREA, change=nbgrader_metadata(**kind))
    assert graded.verdicts["disc_area"] == graded.verdicts["area_of"] == "CORRECT"


def test_a_copied_cell_is_graded_and_the_class_goes_on(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("ada", "bob", "eve"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(RIGHT)])
        nbgrader_metadata(grade=True)(notebook)
        if name == "ada":
            notebook.cells.append(notebook.cells[0].copy())
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    out = tmp_path / "out"
    outcome = pipeline.grade_class(intake.collect([folder]).sources, session, out, jobs=2)
    assert [grade.points for grade in outcome.book.submissions] == [3.0, 3.0, 3.0]


def test_a_stray_id_and_an_old_minor_version_are_read(grade_cells: Cells) -> None:
    def change(notebook: Any) -> None:
        notebook.nbformat_minor = 2
        for cell in notebook.cells:
            cell.metadata["nbgrader"] = {"grade_id": "", "schema_version": 0}
        notebook.cells[1].cell_type = "markdown"

    graded = grade_cells(RIGHT, AREA, "corners = 4", change=change)
    assert graded.verdicts["corners"] == "CORRECT"
    assert graded.verdicts["area_of"] in ("MISSING", "NEEDS_REVIEW")


@pytest.mark.parametrize(
    "leave",
    [
        "import os; os._exit(0)",
        "import threading, os, time\nthreading.Thread(target=os._exit, args=(3,)).start()\n"
        "time.sleep(20)",
        "import ctypes; ctypes.string_at(0)",
    ],
    ids=["exit_at_once", "exit_in_a_thread", "segmentation_fault"],
)
def test_a_dying_process_keeps_what_was_reached(grade_cells: Cells, leave: str) -> None:
    graded = grade_cells(RIGHT, leave, AREA)
    assert graded.record.run is not None and graded.record.run.status is RunStatus.DIED
    assert graded.verdicts["disc_area"] == "CORRECT"
    # The work is in the file, so a person decides; it is not silently worth nothing.
    assert graded.verdicts["area_of"] == "NEEDS_REVIEW"


def test_exit_ends_a_cell_and_not_the_run(grade_cells: Cells) -> None:
    graded = grade_cells(RIGHT, "exit()", "import sys; sys.exit(1)", AREA)
    assert graded.verdicts["disc_area"] == graded.verdicts["area_of"] == "CORRECT"


@pytest.mark.parametrize(
    "loop",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass",
    ],
    ids=["endless", "endless_and_stubborn"],
)
def test_an_endless_loop_ends_and_what_was_reached_counts(grade_cells: Cells, loop: str) -> None:
    graded = grade_cells(RIGHT, loop, "later = 1")
    assert graded.record.run is not None
    assert graded.record.run.status is RunStatus.TIMED_OUT
    assert graded.verdicts["disc_area"] == "CORRECT"


def test_a_warning_costs_nothing(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import warnings, sys\nwarnings.warn('careful')\n" + RIGHT,
        "print('noise', file=sys.stderr)\n" + AREA,
    )
    assert graded.verdicts["disc_area"] == graded.verdicts["area_of"] == "CORRECT"
    assert "careful" in graded.page


def test_twenty_megabytes_of_output_are_cut_and_cost_nothing_else(grade_cells: Cells) -> None:
    graded = grade_cells("print('x' * 20_000_000)", RIGHT)
    assert graded.record.run is not None
    assert sum(len(out.text) for cell in graded.record.run.cells for out in cell.outputs) < 100_000
    assert graded.verdicts["disc_area"] == "CORRECT"
    assert len(graded.page) < 200_000


def test_output_without_end_stops_the_run_at_the_pipe(grade_cells: Cells) -> None:
    graded = grade_cells(
        RIGHT, "from IPython.display import display\nwhile True: display('x' * 50_000)"
    )
    assert graded.record.run is not None
    assert graded.record.run.status is RunStatus.OUTPUT_LIMIT
    assert graded.verdicts["disc_area"] == "CORRECT"


# Otter-Grader


def test_patching_a_grader_inside_the_process_patches_nothing(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import sys, types\n"
        "fake = types.ModuleType('grader')\n"
        "fake.compare = fake.mark = lambda *a, **k: (True, '')\n"
        "for name in ('grader', 'grader.marking', 'otter', 'otter.test_files'):\n"
        "    sys.modules[name] = fake",
        WRONG,
    )
    earns_nothing(graded, "disc_area", "corners")


def test_a_text_that_looks_like_the_answer_is_none(grade_cells: Cells) -> None:
    graded = grade_cells(
        "class Looks:\n"
        "    def __repr__(self): return '28.274333882308138'\n"
        "disc_area = Looks()\n"
        "corners = Looks()"
    )
    earns_nothing(graded, "disc_area", "corners")


def test_overwriting_files_of_tests_changes_nothing(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import os\n"
        "os.makedirs('tests', exist_ok=True)\n"
        "for name in ('q1', 'circle', 'grades'):\n"
        "    open(f'tests/{name}.py', 'w').write('>>> 1\\n1')",
        WRONG,
    )
    earns_nothing(graded, "disc_area", "corners")


def test_forged_results_earn_nothing(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import json, os\n"
        "forged = json.dumps({'question': 'circle.corners', 'verdict': 'CORRECT', 'points': 99})\n"
        "for fd in range(3, 64):\n"
        "    try: os.write(fd, len(forged).to_bytes(4, 'big') + forged.encode())\n"
        "    except OSError: pass",
        WRONG,
    )
    earns_nothing(graded, "disc_area", "corners")
    assert graded.grade.points == 0


def test_a_pickle_with_code_runs_nowhere(grade_cells: Cells, tmp_path: Path) -> None:
    trace = tmp_path / "ran-in-the-grader"
    graded = grade_cells(
        "import os, pickle\n"
        "class Bomb:\n"
        f"    def __reduce__(self): return (os.system, ('touch {trace}',))\n"
        "for name in ('results.pkl', '.OTTER_LOG', 'results.json'):\n"
        "    pickle.dump(Bomb(), open(name, 'wb'))\n"
        "disc_area = corners = pickle.dumps(Bomb())"
    )
    earns_nothing(graded, "disc_area", "corners")
    assert not trace.exists()


def test_a_log_planted_in_an_archive_is_not_read(
    grade_file: Callable[[Path], Graded], tmp_path: Path
) -> None:
    import pickle

    trace = tmp_path / "ran-in-the-grader"

    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            import os

            return os.system, (f"touch {trace}",)

    archive = tmp_path / "ada.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("answers.py", RIGHT)
        file.writestr(".OTTER_LOG", pickle.dumps(Bomb()))
    graded = grade_file(archive)
    assert graded.verdicts["disc_area"] == "CORRECT"
    assert not trace.exists()


def test_no_check_can_be_printed_through_an_answer(grade_cells: Cells) -> None:
    graded = grade_cells(
        "import base64, glob\n"
        "paths = [p for p in glob.glob('/**/*.py', recursive=True) if 'circle' in p]\n"
        "corners = base64.b64encode(b''.join(open(p, 'rb').read() for p in paths)).decode()\n"
        "print(paths)"
    )
    earns_nothing(graded, "corners")
    assert "circle.py" not in graded.page.split("Outputs", 1)[-1] or "[]" in graded.page


def test_a_name_of_the_learners_shadows_nothing_of_ours(grade_cells: Cells) -> None:
    graded = grade_cells(
        "open = [101.5, 102.0]\nprint_ = print\nlist = 'mine'\njson = None\nfloat = 3\n" + RIGHT,
        AREA,
    )
    assert graded.verdicts["disc_area"] == graded.verdicts["area_of"] == "CORRECT"


def test_a_syntax_error_in_a_module_is_one_message_with_its_line(
    grade_module: Callable[[str], Graded],
) -> None:
    graded = grade_module(f"{RIGHT}\n\nthis is no python\n\n{AREA}\n")
    assert graded.verdicts["disc_area"] == graded.verdicts["area_of"] == "CORRECT"
    assert graded.record.run is not None
    failures = [cell.failure for cell in graded.record.run.cells if cell.failure]
    assert [failure.type for failure in failures] == ["SyntaxError"]
    assert "line 5" in graded.page


def test_a_submission_that_cannot_be_read_still_has_a_report(
    grade_file: Callable[[Path], Graded], tmp_path: Path
) -> None:
    path = tmp_path / "ada.ipynb"
    path.write_text("{")
    graded = grade_file(path)
    assert graded.grade.status is Status.NOT_GRADED
    assert "ada.ipynb" in graded.page
