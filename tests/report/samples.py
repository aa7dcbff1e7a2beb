"""A class that shows every verdict and every run status, built without running anything."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from grader.grade import (
    CallMark,
    Grade,
    Gradebook,
    Hidden,
    Mark,
    QuestionHead,
    RunSummary,
    SheetHead,
    Status,
    Verdict,
)
from grader.run import (
    Binding,
    CallResult,
    CellRun,
    CellStatus,
    Failure,
    FunctionRun,
    Run,
    RunStatus,
)
from grader.submission import Cell, Output, Submission
from grader.values import from_python

ENVIRONMENT = {
    "grader": "0.1.0",
    "python": "3.11.7",
    "numpy": "2.1.0",
    "torch": "2.13.0",
    "isolation": "strict",
    "seed": "20240501",
}


def _head(
    name: str, part: str, title: str, points: float, kind: Any = "value", public: bool = True
) -> QuestionHead:
    tasks = {
        "chain_rule": "Chain rule",
        "adam": "Adam",
        "receptive_field": "Receptive field",
        "vgg_parameters": "VGG16 parameters",
    }
    return QuestionHead(
        question=name,
        title=title,
        statement=f"{title} Give it as a plain number or as a function of the stated name.",
        task=tasks[name.partition(".")[0]],
        part=part,
        kind=kind,
        max_points=points,
        public=public,
    )


STATEMENT = """\
# Foundations of deep learning

Names are the contract: `f_value`, *for instance*.

## 1 Chain rule

**1b (2 points)** Evaluate f at x = 3.

    x2 = x²    log = log x

**1c (7.5 points)** Give the partial derivatives.

## 2 Adam

- 2a is a function.
- All of it is elementwise.

Part 2b) The first step.

## VGG16 parameters

| layer | channels |
|---|---:|
| first | 3 |

3b. Count them.
"""

SHEET = SheetHead(
    name="dl_foundations",
    statement=STATEMENT,
    title="Foundations of deep learning",
    version="9f2c61d07b3a",
    max_points=23,
    questions=(
        _head("chain_rule.f_value", "1b", "The value of f at x = 3, c = 5.", 2),
        _head("chain_rule.partials", "1c", "The local partial derivatives of the graph.", 3.5),
        _head("chain_rule.df_dx", "1c", "The derivative of f by hand.", 4, "function", False),
        _head("adam.adam_step", "2a", "One Adam update; returns the new (w, m, v).", 4, "function"),
        _head("adam.first_update", "2b", "The size of the first step.", 1.5, "function"),
        _head("adam.warmup", "2d", "Why a warm-up of the learning rate helps Adam.", 2, "text"),
        _head("receptive_field.rf_vgg16", "3a", "The receptive field of VGG16.", 1),
        replace(
            _head("vgg_parameters.conv_params", "3b", "Parameters of the 13 convolutions.", 2),
            hints=("How many weights has one filter?", "What has it besides its weights?"),
        ),
        replace(
            _head("vgg_parameters.conv_fc_ratio", "3b", "Convolution parameters by dense ones.", 1),
            depends=("vgg_parameters.conv_params",),
        ),
        _head("vgg_parameters.total_params", "3b", "All parameters of VGG16.", 2),
    ),
)

ADA_MARKS = (
    Mark(
        question="chain_rule.f_value",
        verdict=Verdict.CORRECT,
        points=2,
        max_points=2,
        given="42.24",
        where="cell 4",
        tolerance="within 1 %",
        public=True,
    ),
    Mark(
        question="chain_rule.partials",
        verdict=Verdict.PARTIAL,
        points=2.5,
        max_points=3.5,
        note="partial",
        given="{'dx2_dx': 6, 'dlog_dx': 0.33, 'dinv_dlog': 0.83, 'du_dx2': 0.91, …}",
        where="cell 5",
        tolerance="each entry to 1 decimal",
        error="dinv_dlog differs in sign",
        feedback="5 of 7 entries agree. The derivative of 1/z is −1/z²: mind its sign.",
        details=(
            "dx2_dx agrees",
            "dlog_dx agrees",
            "dinv_dlog: 0.83 has the wrong sign",
            "df_db is missing",
        ),
    ),
    Mark(
        question="chain_rule.df_dx",
        verdict=Verdict.INCORRECT,
        points=0,
        max_points=4,
        given="df_dx(3.0, 5.0) → 45.2",
        where="cell 6",
        tolerance="within a relative 1e-06",
        error="3 of 12 calls agree; the largest relative error is 0.073, at call 5",
        feedback="The value drifts away from the derivative as x grows.",
        details=("First disagreeing call: df_dx(x=2.5, c=1.0) gave 11.84",),
        hidden=Hidden(
            details=("df_dx(x=2.5, c=1.0) should give 12.7071.",),
            calls=(
                CallMark(
                    call="df_dx(x=2.5, c=1.0)",
                    public=False,
                    outcome="differs",
                    given="11.84",
                    expected="12.7071",
                    error="off by 0.87 (6.8 %)",
                ),
            ),
        ),
    ),
    Mark(
        question="adam.adam_step",
        verdict=Verdict.GRADER_ERROR,
        points=None,
        max_points=4,
        note="grader_error",
        where="cell 8",
        feedback="The reference could not be compared with your result.",
    ),
    Mark(
        question="adam.first_update",
        verdict=Verdict.CORRECT,
        points=1.5,
        max_points=1.5,
        given="12 of 12 calls agree",
        where="cell 9",
        tolerance="within a relative 1e-06",
        feedback="Accepted as the variant with the folded learning rate.",
    ),
    Mark(
        question="adam.warmup",
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        max_points=2,
        note="free_text",
        given="Early on the second moment is estimated from few gradients, so the step size varies "
        "a lot. A warm-up keeps these first steps small until the estimate is trustworthy.",
        where="cell 10",
        suggestions=(
            "Possibly said: variance of v is large at first",
            "Possibly said: small steps",
        ),
    ),
    Mark(
        question="receptive_field.rf_vgg16",
        verdict=Verdict.MISSING,
        points=0,
        max_points=1,
        note="missing",
        feedback="Define `rf_vgg16` at the top level of a cell.",
    ),
    Mark(
        question="vgg_parameters.conv_params",
        verdict=Verdict.MISCONCEPTION,
        points=1,
        max_points=2,
        note="misconception:kernel_side_for_area",
        misconceptions=("kernel_side_for_area",),
        given="4907712",
        where="cell 12",
        tolerance="exact",
        error="9806976 too small",
        hidden=Hidden(expected="14714688"),
        feedback="Each filter has 3·3 weights per input channel, not 3.",
    ),
    Mark(
        question="vgg_parameters.conv_fc_ratio",
        verdict=Verdict.FOLLOW_THROUGH,
        points=1,
        max_points=1,
        note="follow_through",
        given="0.0396926",
        where="cell 13",
        tolerance="within 0.5 %",
        feedback="Right for your own conv_params = 4907712.",
    ),
    Mark(
        question="vgg_parameters.total_params",
        verdict=Verdict.MISCONCEPTION,
        points=1,
        max_points=2,
        note="ambiguous",
        misconceptions=("bias_forgotten", "one_dense_layer_missing+kernel_side_for_area"),
        given="128546560",
        where="cell 14",
        tolerance="exact",
        expected="138357544",
        feedback="A part of the layers is missing from the sum.",
    ),
)


def png(width: int = 4, height: int = 4) -> str:
    """A valid PNG in base64."""
    row = b"\0" + bytes(3 * width)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * height)),
        (b"IEND", b""),
    ]
    raw = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return base64.b64encode(raw).decode()


def heavy_png() -> str:
    """A valid PNG of 600 kB: noise in a chunk that only describes it."""
    raw = base64.b64decode(png())
    note = Random(1).randbytes(600_000)
    chunk = struct.pack(">I", len(note)) + b"prIv" + note + bytes(4)
    return base64.b64encode(raw[:33] + chunk + raw[33:]).decode()


def plot(kind: str = "png") -> str:
    """A real plot in base64."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.4, 3.1), dpi=100, layout="constrained")
    axes = figure.subplots()
    axes.plot([1, 2, 3, 4, 5], [0.1, 0.19, 0.28, 0.36, 0.45], marker="o", label="Adam")
    axes.plot([1, 2, 3, 4, 5], [0.1, 0.15, 0.23, 0.35, 0.5], marker="s", label="SGD")
    axes.set(xlabel="step", ylabel="distance")
    axes.legend()
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata={} if kind == "png" else None)
    return base64.b64encode(buffer.getvalue()).decode()


STEP_SOURCE = """\
import numpy as np

def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size

rf_vgg16 = receptive_field(vgg_layers[0:n_layers])
print("done")"""

FAILURE = Failure(
    type="NameError",
    message="name 'vgg_layers' is not defined",
    cell=11,
    line=10,
    trace="Traceback (most recent call last):\n  cell 11, line 10\n"
    "NameError: name 'vgg_layers' is not defined",
    sentence="The name is used before anything defines it; in a fresh run the cells above this "
    "one do not define it.",
)

ADA_SUBMISSION = Submission(
    name="ada",
    source="ada/sheet01.ipynb",
    sha256="3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea",
    kind="notebook",
    cells=(
        Cell(number=4, kind="code", source="f_value = 13.2 * 3.2"),
        Cell(number=9, kind="code", source="plot(first_update)"),
        Cell(number=11, kind="code", source=STEP_SOURCE),
        Cell(number=12, kind="code", source="conv_params = sum(counts)"),
    ),
    remarks=("Cell 2 had no type and was read as Markdown.",),
)

TABLE = """<div><style scoped>.dataframe tbody tr th {vertical-align: top}</style>
<table border="1" class="dataframe"><thead><tr><th></th><th>layer</th><th>params</th></tr></thead>
<tbody><tr><th>0</th><td>conv1_1</td><td>1792</td></tr>
<tr><th>1</th><td>conv1_2</td><td>36928</td></tr></tbody></table></div>"""

ADA_RUN = Run(
    status=RunStatus.ERROR,
    reason="Cell 11 raised NameError.",
    wall_seconds=2.318,
    cpu_seconds=1.904,
    peak_rss_bytes=312_475_648,
    isolation="strict",
    cells=(
        CellRun(
            cell=4,
            status=CellStatus.OK,
            seconds=0.002,
            outputs=(Output(kind="stdout", text="f(3, 5) = 42.24\n"),),
        ),
        CellRun(
            cell=9,
            status=CellStatus.OK,
            seconds=0.412,
            outputs=(
                Output(kind="stderr", text="UserWarning: tight layout\n"),
                Output(kind="display", text="<Figure>", data=(("image/png", png(320, 120)),)),
                Output(kind="result", text="chart", data=(("image/svg+xml", "<svg/>"),)),
            ),
        ),
        CellRun(cell=11, status=CellStatus.ERROR, seconds=0.01, failure=FAILURE, salvaged=True),
        CellRun(
            cell=12,
            status=CellStatus.OK,
            seconds=0.003,
            outputs=(Output(kind="result", text="   layer params", data=(("text/html", TABLE),)),),
        ),
    ),
    bindings=(
        Binding(name="f_value", cell=4, value=from_python(42.24)),
        Binding(name="conv_params", cell=12, value=from_python([4, 907, 712])),
        Binding(name="conv_params", cell=12, value=from_python(4907712), salvaged=True),
    ),
    changes=(Binding(name="layers", cell=12, value=from_python({"conv1_1": (3, 64)})),),
    functions=(
        FunctionRun(
            question="chain_rule.df_dx",
            name="df_dx",
            cell=9,
            results=(
                CallResult(value=from_python(np.array([[1.5, 2.0]])), mutated=("x",)),
                CallResult(failure=FAILURE, printed="x = 2.5"),
                CallResult(timed_out=True),
            ),
            for_pictures=((CallResult(value=from_python(0.125)),),),
        ),
    ),
)


def stored_outputs(text: str) -> Submission:
    """A notebook whose only cell brings an output along."""
    cell = Cell(
        number=1, kind="code", source="print(1)", outputs=(Output(kind="stdout", text=text),)
    )
    return replace(ADA_SUBMISSION, cells=(cell,))


def summary(run: Run) -> RunSummary:
    """The run in figures."""
    return RunSummary(
        status=run.status,
        wall_seconds=run.wall_seconds,
        cpu_seconds=run.cpu_seconds,
        peak_rss_bytes=run.peak_rss_bytes,
        reason=run.reason,
    )


def graded(name: str, marks: tuple[Mark, ...], **changes: Any) -> Grade:
    """A grade whose points and status follow from its marks."""
    undecided = any(mark.points is None for mark in marks)
    grade = Grade(
        submission=name,
        source=f"{name}/sheet01.ipynb",
        sha256="0" * 64,
        status=Status.NEEDS_REVIEW if undecided else Status.GRADED,
        points=sum(mark.points or 0.0 for mark in marks),
        max_points=sum(mark.max_points for mark in marks),
        run=summary(ADA_RUN),
        questions=marks,
    )
    return replace(grade, **changes)


def correct_marks() -> tuple[Mark, ...]:
    """Full points everywhere."""
    return tuple(
        Mark(
            question=head.question,
            verdict=Verdict.CORRECT,
            points=head.max_points,
            max_points=head.max_points,
        )
        for head in SHEET.questions
    )


def open_marks() -> tuple[Mark, ...]:
    """Everything waits for a person."""
    return tuple(
        Mark(
            question=head.question,
            verdict=Verdict.NEEDS_REVIEW,
            points=None,
            max_points=head.max_points,
        )
        for head in SHEET.questions
    )


ADA = graded("ada", ADA_MARKS, sha256=ADA_SUBMISSION.sha256, source=ADA_SUBMISSION.source)
GRACE = graded(
    "grace", correct_marks(), run=replace(summary(ADA_RUN), status=RunStatus.OK, reason="")
)
REJECTED = graded(
    "babbage",
    open_marks(),
    status=Status.NOT_GRADED,
    run=None,
    reason="babbage.ipynb is not JSON (line 1, column 1); export the notebook again.",
)


def run_ended(status: RunStatus) -> Grade:
    """A submission whose run ended in ``status``."""
    run = RunSummary(
        status=status,
        wall_seconds=120.4,
        cpu_seconds=118.0,
        peak_rss_bytes=2**31,
        reason=f"Cell 7 was running when it ended: {status.value.lower()}.",
    )
    return graded(f"run-{status.value.lower()}", ADA_MARKS, run=run)


def gradebook(*grades: Grade) -> Gradebook:
    """A graded class; every verdict and run status unless grades are given."""
    every = grades or (ADA, GRACE, REJECTED, *map(run_ended, RunStatus))
    return Gradebook(sheet=SHEET, environment=ENVIRONMENT, submissions=tuple(every))
