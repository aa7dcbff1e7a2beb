from __future__ import annotations

from grader.report import outputs
from grader.report.outputs import cells_shown
from grader.run import CellRun, CellStatus, Run, RunStatus
from grader.submission import Output
from tests.report import samples


def ran(*shown: Output, cells: int = 1) -> Run:
    return Run(
        status=RunStatus.OK,
        cells=tuple(
            CellRun(cell=number, status=CellStatus.OK, outputs=shown)
            for number in range(1, cells + 1)
        ),
    )


def image(content: str, mime: str = "image/png") -> Output:
    return Output(kind="display", text="<Figure>", data=((mime, content),))


def notes(run: Run) -> list[str]:
    cells, _ = cells_shown(run, None)
    return [note for cell in cells for item in cell.shown for note in item.notes]


def test_cells_without_anything_to_show_are_left_out() -> None:
    quiet = Run(status=RunStatus.OK, cells=(CellRun(cell=1, status=CellStatus.OK),))
    assert cells_shown(quiet, None) == ([], "")


def test_a_cell_that_was_stopped_is_named_without_outputs() -> None:
    stopped = Run(status=RunStatus.TIMED_OUT, cells=(CellRun(cell=3, status=CellStatus.TIMED_OUT),))
    (cell,), _ = cells_shown(stopped, None)
    assert (cell.where, cell.status) == ("cell 3", CellStatus.TIMED_OUT)


def test_outputs_stored_in_the_file_are_shown_where_nothing_ran() -> None:
    stored = samples.stored_outputs("from last week")
    (cell,), _ = cells_shown(None, stored)
    assert cell.status is None
    assert cell.shown[0].text == "from last week"


def test_outputs_of_our_own_run_replace_those_in_the_file() -> None:
    stored = samples.stored_outputs("from last week")
    (cell,), _ = cells_shown(ran(Output(kind="stdout", text="now")), stored)
    assert [item.text for item in cell.shown] == ["now"]


def test_a_damaged_picture_is_said_to_be_left_out() -> None:
    assert notes(ran(image("no picture"))) == [
        "Picture not shown: it is damaged or larger than 1 MiB."
    ]


def test_drawings_and_scripts_are_said_to_be_left_out() -> None:
    for mime in ("image/svg+xml", "application/javascript", "text/javascript"):
        assert notes(ran(image("alert(1)", mime))) == [f"Not shown: {mime}."]


def test_pictures_end_where_a_page_is_full() -> None:
    run = ran(image(samples.png()), cells=outputs.MAX_PICTURES + 2)
    cells, _ = cells_shown(run, None)
    assert sum(cell.has_picture for cell in cells) == outputs.MAX_PICTURES
    assert set(notes(run)) == {"Picture not shown: this report already holds as many as fit."}


def test_outputs_end_where_a_page_is_full_and_are_counted() -> None:
    run = ran(Output(kind="stdout", text="x"), cells=outputs.MAX_OUTPUTS + 2)
    cells, left_out = cells_shown(run, None)
    assert sum(len(cell.shown) for cell in cells) == outputs.MAX_OUTPUTS
    assert left_out.startswith("2 further outputs are not shown")


def test_a_long_output_is_cut_and_says_so() -> None:
    run = ran(Output(kind="stdout", text="x" * (outputs.MAX_OUTPUT_TEXT + 5)))
    (cell,), _ = cells_shown(run, None)
    assert len(cell.shown[0].text) == outputs.MAX_OUTPUT_TEXT
    assert notes(run) == ["5 more characters not shown."]


def test_all_outputs_together_are_no_longer_than_a_page_bears() -> None:
    run = ran(Output(kind="stdout", text="x" * outputs.MAX_OUTPUT_TEXT), cells=20)
    cells, left_out = cells_shown(run, None)
    assert sum(len(item.text) for cell in cells for item in cell.shown) == outputs.MAX_PAGE_TEXT
    assert left_out.startswith("5 further outputs are not shown")


def test_html_without_any_text_gives_way_to_plain_text() -> None:
    chart = Output(kind="display", text="Chart()", data=(("text/html", "<script>draw()</script>"),))
    (cell,), _ = cells_shown(ran(chart), None)
    assert (cell.shown[0].html, cell.shown[0].text) == (None, "Chart()")
