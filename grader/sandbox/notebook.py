"""A submission as the notebook that nbclient executes, and its outputs on the way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from grader.loading import IRI_SYNTAX, without
from grader.sandbox.terminal import plain
from grader.submission import Cell, Output, Submission

with without(IRI_SYNTAX):
    import nbformat
    from nbclient import NotebookClient

_SHOWN: dict[str, Literal["result", "display"]] = {
    "execute_result": "result",
    "display_data": "display",
}


class CellClient(NotebookClient):
    """nbclient, told of a dead process by its channels and of nothing by the learner's file."""

    updated = False
    """Whether a cell has changed what was shown before, maybe by another one."""

    async def _async_poll_kernel_alive(self) -> None:
        """Do nothing: a channel raises at once when the process ends."""

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Change a display wherever it stands, and take note of it."""
        super()._update_display_id(display_id, msg)
        self.updated = True


def code_cells(submission: Submission) -> tuple[Cell, ...]:
    """Return the cells that can be run."""
    return tuple(cell for cell in submission.cells if cell.kind == "code")


def client(cells: Iterable[Cell], link: Any) -> CellClient:
    """Return nbclient on a notebook of these cells; metadata and tags of the file stay behind."""
    made = CellClient(
        nbformat.from_dict(_form(cells)),
        kernel_name="python3",
        timeout=None,
        allow_errors=True,
        store_widget_state=False,
        record_timing=False,
        # nbclient joins streams with a regex that takes quadratic time on long lines.
        coalesce_streams=False,
        skip_cells_with_tag="",
    )
    made.kc = link
    return made


def _form(cells: Iterable[Cell]) -> dict[str, Any]:
    """Return a notebook's plain form; made by nbformat, each cell would be validated anew."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "id": str(cell.number),
                "cell_type": "code",
                "metadata": {},
                "execution_count": None,
                "source": cell.source,
                "outputs": [],
            }
            for cell in cells
        ],
    }


def outputs(cell: Any) -> tuple[Output, ...]:
    """Return the outputs of an executed cell, joined, capped and without terminal codes."""
    return tuple(map(_output, _joined(cell.get("outputs", ()))))


def _joined(raw: Iterable[Any]) -> list[dict[str, Any]]:
    """Make one output of neighbouring pieces of one stream."""
    joined: list[dict[str, Any]] = []
    for output in raw:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["pieces"].append(output["text"])
        else:
            joined.append({**output, "pieces": [output.get("text", "")]})
    return joined


def _output(output: dict[str, Any]) -> Output:
    kind = output["output_type"]
    if kind == "stream":
        name: Literal["stdout", "stderr"] = "stderr" if output["name"] == "stderr" else "stdout"
        return Output(kind=name, text=plain("".join(output["pieces"])))
    if kind == "error":
        last = f"{output['ename']}: {output['evalue']}" if output["evalue"] else output["ename"]
        return Output(kind="error", text=plain(last))
    forms = dict(output["data"])
    text = plain(forms.pop("text/plain", ""))
    return Output(kind=_SHOWN.get(kind, "display"), text=text, data=tuple(forms.items()))
