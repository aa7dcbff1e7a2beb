"""A learner's report that shows all there is to see: every picture, chains and hints."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

from grader.formula import Declared, declare, read, to_json
from grader.grade import ChainSide, ChainStep, Counterexample, Mark, StepOutcome, Verdict
from grader.picture import Entry, Picture, State
from grader.report import learner_report
from tests.report import samples

_TABLE = declare(*(Declared(name=one) for one in ("a", "b", "c", "u", "x", "f", "beta")))
LONG = r"2 x u a + 2 x a b - \frac{c u}{x} + \frac{a b u}{\log(x)} - a b c u x"
"""Wider than a phone."""


def side(latex: str) -> ChainSide:
    """A side of a chain as it is stored once it was read."""
    tree = read(latex, _TABLE).tree
    return ChainSide(text=latex, understood=json.dumps(to_json(tree)) if tree else "")


def chain(*sides: str) -> tuple[ChainStep, ...]:
    """Steps from side to side; the last one does not hold."""
    read_sides = list(map(side, sides))
    last = len(sides) - 2
    return tuple(
        ChainStep(
            left=left,
            relation="=",
            right=right,
            outcome=StepOutcome.DOES_NOT_HOLD if index == last else StepOutcome.HOLDS,
            sentence="At x = 2 the two sides differ." if index == last else "Both sides agree.",
            where=f"line {index + 1}",
        )
        for index, (left, right) in enumerate(pairwise(read_sides))
    )


def _entries(states: str, *, far: float = 1.0) -> tuple[Entry, ...]:
    """One entry for each letter: right, wrong, follows, open, missing."""
    names: dict[str, State] = {
        "r": "right", "w": "wrong", "f": "follows", "o": "open", "m": "missing",
    }  # fmt: skip
    return tuple(
        Entry(
            name=f"layer {index}",
            given="" if letter == "m" else f"{index * far:g}",
            expected=f"{index + 0.5:g}",
            state=names[letter],
        )
        for index, letter in enumerate(states, 1)
    )


GRAPH = Picture(
    kind="graph",
    title="Values and local partial derivatives at x = 3, c = 5",
    entries=(
        Entry(name="x", given="3"),
        Entry(name="c", given="5"),
        Entry(name="x²", given="9", state="right"),
        Entry(name="u", given="14", state="wrong"),
        Entry(name="log x", given="1.1", state="right"),
        Entry(name="f", given="12.74", state="follows"),
        Entry(name="x → x²", given="6", state="right", ends=("x", "x²")),
        Entry(name="c → u", given="1", state="open", ends=("c", "u")),
        Entry(name="x² → u", given="-1", state="wrong", ends=("x²", "u")),
        Entry(name="x → log x", state="missing", ends=("x", "log x")),
        Entry(name="u → f", given="0.91", state="follows", ends=("u", "f")),
        Entry(name="log x → f", given="14", ends=("log x", "f")),
    ),
)
SERIES = Picture(
    kind="series",
    title="Growth of the receptive field",
    entries=_entries("rrwfowmrrwwwrrr", far=1.4),
    across="after layer",
    up="receptive field in pixels",
    left_out=3,
)
BARS = Picture(kind="bars", title="Parameters of VGG16", entries=_entries("rwfom"))
LAYERS = Picture(
    kind="bars",
    title="Parameters in each layer",
    entries=(
        Entry(name="conv1_1", given="640", expected="1792", state="wrong"),
        Entry(name="conv1_2", expected="36928"),
        *(Entry(name=f"conv{i}", given=f"{600 * 7**i}", state="right") for i in range(2, 7)),
        Entry(name="fc6", given="1.02764544e+08", expected="1.02764544e+08", state="right"),
        Entry(name="total", state="missing"),
    ),
    up="parameters",
    scale="log",
)
WAY = Picture(
    kind="series",
    title="Twenty steps in a row",
    entries=tuple(
        Entry(
            name=f"{t}",
            given=f"{-0.05 * t:g}" if t < 17 else "",
            expected=f"{(t - 12) ** 2 / 144 - 1:g}",
            state="unsaid" if t >= 17 else "right" if t < 3 else "wrong",
        )
        for t in range(1, 21)
    ),
    across="step t",
    up="weight",
)
AGREEMENT = Picture(
    kind="agreement",
    title="How far off each call is",
    entries=(
        Entry(name="1", given="0", state="right"),
        Entry(name="2", given="3.1e-07", state="right"),
        Entry(name="3", given="0.073", state="wrong"),
        Entry(name="4", given="12", state="wrong"),
        Entry(name="5", state="missing"),
        Entry(name="6", given="1.9e-08", state="open"),
    ),
    across="call",
    up="largest error",
)
PICTURES = {
    "chain_rule.partials": GRAPH,
    "chain_rule.df_dx": AGREEMENT,
    "receptive_field.rf_vgg16": SERIES,
    "vgg_parameters.total_params": BARS,
    "vgg_parameters.conv_params": LAYERS,
    "adam.adam_step": WAY,
}
SHORT_CHAIN = chain("2 x u", "2 u x")
LONG_CHAIN = chain(LONG, LONG.replace("2 x u a", "2 a u x"), "2 x u a - c")


def report_of(mark: Mark, *steps: ChainStep) -> str:
    """A report of one mark with a chain, and the chain's first side as its formula."""
    understood = steps[0].left.understood if steps else ""
    grade = samples.graded("ada", (replace(mark, chain=steps, understood=understood),))
    return learner_report(grade, None, None, samples.SHEET, samples.ENVIRONMENT)


def _shown(mark: Mark) -> Mark:
    picture = PICTURES.get(mark.question)
    mark = replace(mark, pictures=(picture,)) if picture else mark
    if mark.question == "chain_rule.f_value":
        return replace(mark, chain=SHORT_CHAIN, understood=SHORT_CHAIN[0].left.understood)
    if mark.question == "chain_rule.df_dx":
        return replace(
            mark,
            chain=LONG_CHAIN,
            understood=LONG_CHAIN[0].left.understood,
            counterexample=Counterexample(at=(("x", "2"), ("beta", "0.19")), given="-8.6"),
        )
    return mark


SHEET = replace(
    samples.SHEET,
    questions=tuple(
        replace(head, hints=("Look at the last link.", "Mind the sign of 1/z."))
        if head.question == "chain_rule.df_dx"
        else head
        for head in samples.SHEET.questions
    ),
)
ADA = replace(samples.ADA, questions=tuple(map(_shown, samples.ADA_MARKS)))
assert {mark.verdict for mark in ADA.questions} == set(Verdict)
