"""Task 3a: the receptive field of a stack of layers, and of VGG16."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from grader.authoring import Task, call, drawn, fixed, per_call, per_entry
from grader.checks import exact
from grader.formula import Declared
from grader.formula.domains import Domain, count
from grader.pictured import series
from grader.sheet import AuthoredCall
from reference import receptive_field as field
from reference.receptive_field import Layer

task = Task("Receptive field", number=3, points=5, parts={"3a": "Receptive field"})

FUNCTION, FORMULA, TRACE, LAST = 1.5, 1.0, 1.5, 1.0
VGG16 = field.vgg_layers()
Stack = Sequence[tuple[int, int]]
Trace = Sequence[int]
Feedback = Callable[[], None]
Slip = Callable[[Trace], int]

# Mistakes that lead to the same number of VGG16, by what they have in common.
COUNTED = "which layers are counted"
STRIDE = "the stride of the poolings"
POOLING = "what the poolings do to the field"
CONVOLUTION = "what each convolution adds to the field"


def kernel(layer: Layer) -> int:
    """The kernel where its steps, one fewer, are meant."""
    return layer.kernel


def kernel_less_stride(layer: Layer) -> int:
    """What the recurrence from the output back adds."""
    return layer.kernel - layer.stride


def with_padding(layer: Layer) -> int:
    """The kernel's steps and the padding on both sides."""
    return layer.kernel - 1 + 2 * layer.padding


def one(jump: int, layer: Layer) -> int:
    """A jump of 1 whatever the strides."""
    return 1


def own_stride(jump: int, layer: Layer) -> int:
    """The layer's own stride where the product of all before it is meant."""
    return layer.stride


def own_stride_included(jump: int, layer: Layer) -> int:
    """The product of the strides, one layer too far."""
    return jump * layer.stride


def stride_added(jump: int, layer: Layer) -> int:
    """The strides summed."""
    return jump + layer.stride


def stack(*pairs: tuple[int, int], gives: int | None = None) -> AuthoredCall:
    """Call with (kernel, stride), or for who unpacks three with (kernel, stride, padding)."""
    padded = [(kernel, stride, (kernel - 1) // 2) for kernel, stride in pairs]
    return call(list(pairs), gives=gives, otherwise=call(padded))


def random_stacks(random: np.random.Generator) -> Iterator[AuthoredCall]:
    """Stacks of 2 to 6 layers with kernels from 1 to 7 and strides from 1 to 3."""
    for size in (2, 3, 4, 5, 6):
        pairs = zip(random.integers(1, 8, size), random.integers(1, 4, size), strict=True)
        yield stack(*((int(k), int(s)) for k, s in pairs))


@task.function(
    points=FUNCTION,
    part="3a",
    check=exact(),
    credit=per_call(),
    calls=fixed(
        stack((3, 1), (3, 1), gives=5),
        stack((7, 2)),
        stack((3, 1), (2, 2), (3, 1)),
        stack((5, 2), (3, 2), (3, 1), (2, 2)),
        stack((11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)),
    )
    + drawn(random_stacks),
    aliases=("receptive_field_size", "compute_receptive_field", "calc_receptive_field"),
    spellings={"layers": ("layer_list", "arch", "architecture", "net", "stack")},
    instead=("general_formula",),
    hints=(
        "What does a unit see before the first layer, and what does each layer add to that?",
        "Carry two numbers from layer to layer: the field, and how far two neighbours lie "
        "apart in the image.",
        "Which of the two does a stride change, and from which layer on does that show?",
    ),
)
def receptive_field(
    layers: Stack,
    *,
    initial: int = 1,
    span: Callable[[Layer], int] = field.dilated_span,
    spacing: Callable[[int, Layer], int] = field.cumulative,
    next_jump: Callable[[int, Layer], int] = field.multiplied,
) -> int:
    """Side of the receptive field, in pixels, after the last of the layers (kernel, stride)."""
    return field.size(layers, initial=initial, span=span, spacing=spacing, next_jump=next_jump)


@receptive_field.misconception(points=0.5 * FUNCTION)
def backward_rule_run_forward(layers: Stack) -> int:
    """The rule r → s·r + (k - s) goes from the output back to the input; yours begins at it."""
    return field.size_backwards(layers, output_first=False)


@receptive_field.misconception(points=0.5 * FUNCTION)
def backward_rule_without_stride(layers: Stack) -> int:
    """From the output back the rule is r → s·r + (k - s); you add k - 1 in place of k - s."""
    return field.size_backwards(layers, extra=field.dilated_span)


@receptive_field.misconception(points=0.75 * FUNCTION)
def first_layer_dropped(layers: Stack) -> int:
    """The first layer is not counted."""
    return field.size(layers[1:])


@receptive_field.misconception(points=0.75 * FUNCTION)
def last_layer_dropped(layers: Stack) -> int:
    """The last layer is not counted."""
    return field.size(layers[:-1])


@receptive_field.misconception(points=0.75 * FUNCTION)
def half_width(layers: Stack) -> int:
    """This is half of the width; the receptive field is the whole side."""
    return field.size(layers) // 2


@receptive_field.misconception(points=0.9 * FUNCTION)
def squared(layers: Stack) -> int:
    """This is the area; asked is the side."""
    return field.size(layers) ** 2


LAYERS = ("L", "n", "l", "i", "N", r"\ell")
BEFORE = ("in", *(f"{one}-1" for one in LAYERS))
AFTER = (*LAYERS, "out")


def marked(bases: Sequence[str], marks: Sequence[str]) -> tuple[str, ...]:
    """Each base with each mark below it."""
    below = tuple(f"{{{mark}}}" if len(mark) > 1 else mark for mark in marks)
    return tuple(f"{base}_{mark}" for base in bases for mark in below)


def whole(low: int, high: int) -> Domain:
    """The whole numbers from low to high."""
    return Domain(low=low, high=high, both_signs=False, integer=True)


@task.formula(
    points=FORMULA,
    part="3a",
    symbols=(
        Declared(name="L", spellings=LAYERS[1:]),
        Declared(name="k", spellings=("k", "k_*", "k^*")),
        Declared(name="s", spellings=("s", "s_*", "s^*")),
        Declared(name="r_in", spellings=marked(("r", "R"), BEFORE)),
        Declared(name="jump", spellings=("j", *marked(("jump", "j"), BEFORE))),
        Declared(name="r_0", spellings=("R_0",)),
    ),
    domains={
        **{"L": count(low=2, high=5), "k": whole(1, 7), "k_*": whole(1, 7)},
        **{"s": whole(1, 3), "s_*": whole(1, 3), "r_in": whole(1, 40), "jump": whole(1, 8)},
    },
    definitions={"r_0": "1"},
    answer=(*marked(("r", "R"), AFTER), "r", "R", "RF"),
    series=True,
    instead=("receptive_field",),
    hints=(
        "How many units does a kernel of side k reach beyond the first one?",
        "How many pixels wide is such a step, after the strides of all layers before it?",
        "Add up what every layer contributes; what is there before the first one?",
    ),
)
def general_formula(
    *, start: str = "1", span: str = "(k_i - 1)", spread: str = r"\prod_{j=1}^{i-1} s_j"
) -> str:
    """The receptive field after L layers in their kernels and strides, closed or as a recursion."""
    return rf"{start} + \sum_{{i=1}}^{{L}} ({span}*({spread}))"


JUMP = marked(("jump", "j"), AFTER)
MULTIPLIED = ("jump*s", "jump*s_L", r"\prod_{i=1}^{L} s_i")


@general_formula.accepts_beside(JUMP, MULTIPLIED)
def recursion() -> str:
    """As a recursion; it holds with a jump that each layer multiplies by its stride."""
    return "r_in + (k - 1)*jump"


@general_formula.accepts_beside(JUMP, MULTIPLIED)
def recursion_with_indices() -> str:
    """As a recursion; it holds with a jump that each layer multiplies by its stride."""
    return "r_in + (k_L - 1)*jump"


@general_formula.accepts
def recursion_with_the_product() -> str:
    """As a recursion, with the jump as the product of the strides before the layer."""
    return r"r_{in} + (k_L - 1)*\prod_{i=1}^{L-1} s_i"


@general_formula.accepts
def sum_from_zero() -> str:
    """Your sum begins at 0: let it begin at 1, or say that k_0 is 1, as there is no layer 0."""
    return r"1 + \sum_{i=0}^{L} ((k_i - 1)*\prod_{j=1}^{i-1} s_j)"


@general_formula.accepts
def layers_from_zero() -> str:
    """With the layers numbered from 0 to L - 1."""
    return r"1 + \sum_{i=0}^{L-1} ((k_i - 1)*\prod_{j=0}^{i-1} s_j)"


@general_formula.misconception(points=0.5 * FORMULA, switches={"span": "k_i"})
def kernel_in_the_sum() -> None:
    """A kernel of size k reaches k - 1 jumps further than one pixel; you add k."""


@general_formula.misconception(points=0.75 * FORMULA, switches={"span": "(k_i - s_i)"})
def stride_subtracted_in_the_sum() -> None:
    """Going forward a layer adds k - 1 jumps; k - s belongs to the way back from the output."""


@general_formula.misconception(points=0.9 * FORMULA, switches={"start": "0"})
def sum_without_the_first_pixel() -> None:
    """Before the first layer a unit sees one pixel: the sum is added to 1."""


@general_formula.misconception(points=0.25 * FORMULA, switches={"spread": "1"})
def sum_without_strides() -> None:
    """A kernel's steps are as wide as all strides before it, multiplied; yours have width 1."""


@general_formula.misconception(points=0.75 * FORMULA, switches={"spread": r"\prod_{j=1}^{i} s_j"})
def product_one_too_far() -> None:
    """A layer's own stride widens the layers after it: the product ends at i - 1."""


@general_formula.misconception(points=0.5 * FORMULA, switches={"spread": "s_i"})
def own_stride_in_the_sum() -> None:
    """A kernel's steps are as wide as the product of all strides before it, not as its own."""


@general_formula.misconception(points=0.5 * FORMULA, switches={"spread": r"\sum_{j=1}^{i-1} s_j"})
def strides_added_in_the_sum() -> None:
    """Strides one after the other multiply; you add them."""


def in_the_recursion(award: float, text: str) -> Callable[[Feedback], Feedback]:
    """Add a mistake in the recursion, in k and s, and the same with the index of the layer."""

    def add(feedback: Feedback) -> Feedback:
        indexed = text.replace("k", "k_L").replace("*s", "*s_L").replace("- s", "- s_L")
        for name, one in ((feedback.__name__, text), (f"{feedback.__name__}_indexed", indexed)):

            def formula(one: str = one) -> str:
                return one

            formula.__name__, formula.__doc__ = name, feedback.__doc__
            general_formula.misconception(points=award * FORMULA)(formula)
        return feedback

    return add


@in_the_recursion(0.5, "r_in + k*jump")
def kernel_in_the_recursion() -> None:
    """A kernel of size k reaches k - 1 jumps further than one pixel; you add k."""


@in_the_recursion(0.25, "r_in + (k - 1)")
def recursion_without_jump() -> None:
    """The k - 1 steps of a kernel are as wide as the jump, the product of the strides before."""


@in_the_recursion(0.5, "r_in + (k - 1)*s")
def own_stride_in_the_recursion() -> None:
    """The steps are as wide as the jump, the product of all strides before, not as the own one."""


@in_the_recursion(0.75, "r_in + (k - s)*jump")
def stride_subtracted_in_the_recursion() -> None:
    """Going forward a layer adds k - 1 jumps; k - s belongs to the way back from the output."""


@in_the_recursion(0.75, "r_in + (k - 1)*jump*s")
def stride_in_the_recursion_too_early() -> None:
    """A layer's own stride widens the layers after it: leave it to the jump of the next one."""


@task.value(
    points=TRACE,
    part="3a",
    check=exact(),
    credit=per_entry(),
    aliases=("rf_sizes", "receptive_fields", "r_trace"),
    answer={
        f"{layer}": tuple(f"{name}_{{{layer}}}" for name in ("r", "RF", "receptive field"))
        for layer in range(1, 19)
    },
    hints=(
        "List the 18 layers first, with the poolings at their places, each as kernel and stride.",
        "Apply your rule to the first layer, to the first two, and so on: one number for each.",
        "Which of the layers of VGG16 change the distance between neighbours, and by which factor?",
    ),
    example=[0],
)
def rf_trace(
    *,
    layers: Sequence[Layer] = VGG16,
    initial: int = 1,
    span: Callable[[Layer], int] = field.dilated_span,
    spacing: Callable[[int, Layer], int] = field.cumulative,
    next_jump: Callable[[int, Layer], int] = field.multiplied,
) -> list[int]:
    """The receptive field after each of the 18 layers of VGG16, convolutions and poolings."""
    return field.sizes(layers, initial=initial, span=span, spacing=spacing, next_jump=next_jump)


VGG16_NAMES = tuple(
    name
    for stage, size in enumerate((2, 2, 3, 3, 3), start=1)
    for name in (*(f"conv{stage}_{one}" for one in range(1, size + 1)), f"pool{stage}")
)
"""The layers of VGG16 up to its last pooling, as its authors call them."""
task.picture(
    "rf_trace",
    series(
        "Growth of the receptive field",
        entries=[(name, ("rf_trace", index)) for index, name in enumerate(VGG16_NAMES)],
        across="after layer",
        up="receptive field in pixels",
    ),
)


@rf_trace.accepts
def input_pixel_in_front() -> list[int]:
    """The list begins with the single input pixel, 1, before the first layer."""
    return [1, *field.sizes(VGG16)]


@task.value(
    points=LAST,
    part="3a",
    check=exact(),
    aliases=("r", "vgg16_rf", "rf_vgg", "receptive_field_vgg16"),
    answer=(r"r_{out}", "r_{18}", "receptive field", "RF", "RF_{18}", "receptive field_{18}"),
    example=0,
    steps=("rf_trace",),
    hints=(
        "It is one of the numbers of `rf_trace`: which one?",
        "Follow the last stage by hand: three convolutions, then a pooling.",
    ),
)
def rf_vgg16(rf_trace: Trace, *, slip: Slip = lambda trace: trace[-1]) -> int:
    """The receptive field of VGG16 after its last pooling layer."""
    return slip(rf_trace)


def of_vgg16(award: float, *, about: str = "", **switches: Any) -> Callable[[Feedback], Feedback]:
    """Add a mistake to both values for VGG16.

    All mistakes of the single number share one switch: among numbers below 500 combinations
    would explain every one. The sequence tells combinations apart. A few mistakes turn a second
    switch to what it is anyway: they do not combine where two would look like a third.
    """

    def add(feedback: Feedback) -> Feedback:
        rf_trace.misconception(points=round(award * TRACE, 2), switches=switches, about=about)(
            feedback
        )
        last = {"slip": lambda trace: field.sizes(**{"layers": VGG16, **switches})[-1]}
        points = round(award * LAST, 2)
        rf_vgg16.misconception(points=points, switches=last, about=about)(feedback)
        return feedback

    return add


def of_all(award: float, *, about: str = "", **switches: Any) -> Callable[[Feedback], Feedback]:
    """Add a mistake in the recurrence to the function and to both values for VGG16."""

    def add(feedback: Feedback) -> Feedback:
        receptive_field.misconception(points=award * FUNCTION, switches=switches)(feedback)
        return of_vgg16(award, about=about, **switches)(feedback)

    return add


def of_last(award: float, slip: Slip, *, about: str = "") -> Callable[[Feedback], Feedback]:
    """Add a mistake to the single number alone."""
    points = round(award * LAST, 2)

    def add(feedback: Feedback) -> Feedback:
        rf_vgg16.misconception(points=points, switches={"slip": slip}, about=about)(feedback)
        return feedback

    return add


@of_all(0.25, next_jump=one, spacing=field.cumulative, about=STRIDE)
def strides_ignored() -> None:
    """Each stride spreads the pixels that later kernels reach; your jump stays 1 throughout."""


@of_all(0.75, span=kernel_less_stride)
def stride_taken_from_the_kernel() -> None:
    """Going forward, every layer adds k - 1 jumps, a pooling too; you add k - s."""


@of_all(0.75, spacing=own_stride_included, about=POOLING)
def own_stride_used_too_early() -> None:
    """A layer's stride widens the steps of the layers after it, not its own."""


@of_all(0.5, span=kernel)
def kernel_for_kernel_minus_one() -> None:
    """A kernel of size k reaches k - 1 jumps further; you add k."""


@of_all(0.9, initial=0)
def started_at_zero() -> None:
    """Before the first layer a pixel sees itself: begin with 1, not with 0."""


@of_all(0.5, next_jump=stride_added)
def jumps_added() -> None:
    """The jump is multiplied by each stride; you add the stride to it."""


@of_all(0.5, spacing=own_stride)
def current_stride_for_jump() -> None:
    """A kernel's steps count the product of all strides before it, not the layer's own stride."""


@of_vgg16(0.5, span=with_padding, about=CONVOLUTION)
def padding_added() -> None:
    """Padding shifts the field and does not widen it; you add it."""


@of_vgg16(0.5, layers=field.vgg_layers(convolution=(5, 1)), about=CONVOLUTION)
def kernels_of_five() -> None:
    """The convolutions of VGG16 are 3×3; you use 5×5."""


@of_vgg16(0.75, layers=field.vgg_layers(pool=(3, 2)), next_jump=field.multiplied, about=POOLING)
def poolings_of_three() -> None:
    """The poolings of VGG16 are 2×2 with stride 2; you use 3×3."""


@of_vgg16(0.5, layers=field.vgg_layers(pool=(2, 1)), about=STRIDE)
def poolings_without_stride() -> None:
    """The poolings of VGG16 have stride 2; you use 1."""


@of_vgg16(0.9, layers=VGG16[:-1], about=COUNTED)
def last_pooling_left_out() -> None:
    """This is the field before the last pooling; asked is the one after it."""


@of_vgg16(0.9, layers=(*VGG16, Layer(7, 1)))
def first_connected_layer_counted() -> None:
    """You count the first fully connected layer as a 7×7 kernel; asked is the last pooling."""


@of_vgg16(0.25, layers=tuple(layer for layer in VGG16 if layer.stride == 1))
def poolings_left_out() -> None:
    """You follow the convolutions only; the five poolings widen the field and the jump."""


@of_vgg16(0.5, layers=field.vgg_layers(depth=19))
def layers_of_vgg19() -> None:
    """This is VGG19; the stages of VGG16 have 2, 2, 3, 3, 3 convolutions."""


@of_vgg16(0.5, layers=field.vgg_layers(depth=13))
def layers_of_vgg13() -> None:
    """This is VGG13; the stages of VGG16 have 2, 2, 3, 3, 3 convolutions."""


@of_vgg16(0.5, layers=field.vgg_layers(depth=11), spacing=field.cumulative)
def layers_of_vgg11() -> None:
    """This is VGG11; the stages of VGG16 have 2, 2, 3, 3, 3 convolutions."""


@of_vgg16(0.75, layers=field.vgg_layers(stages=(2, 2, 3, 3, 2)))
def convolution_missing_in_stage_5() -> None:
    """One of the three convolutions of the fifth stage is missing."""


@of_vgg16(0.75, layers=field.vgg_layers(stages=(2, 2, 3, 2, 3)), about=COUNTED)
def convolution_missing_in_stage_4() -> None:
    """One of the three convolutions of the fourth stage is missing."""


@of_vgg16(0.75, layers=field.vgg_layers(stages=(2, 2, 2, 3, 3)))
def convolution_missing_in_stage_3() -> None:
    """One of the three convolutions of the third stage is missing."""


@of_vgg16(0.75, layers=field.vgg_layers(stages=(2, 1, 3, 3, 3)))
def convolution_missing_in_stage_2() -> None:
    """One of the two convolutions of the second stage is missing."""


@of_vgg16(0.75, layers=VGG16[1:])
def first_layer_left_out() -> None:
    """The first convolution is not counted."""


@of_last(0.5, lambda trace: field.size_backwards(VGG16, output_first=False))
def backward_rule_from_the_input() -> None:
    """The rule r → s·r + (k - s) goes from the output back to the input; yours begins at it."""


@of_last(0.5, lambda trace: field.size_backwards(VGG16, extra=field.dilated_span), about=POOLING)
def backward_rule_with_k_minus_1() -> None:
    """From the output back the rule is r → s·r + (k - s); you add k - 1 in place of k - s."""


@of_last(0.75, lambda trace: trace[-1] // 2)
def radius_given() -> None:
    """This is half of the width; give the whole side."""


@of_last(0.9, lambda trace: trace[-1] ** 2)
def area_given() -> None:
    """This is the area; give the side."""


@of_last(0, lambda trace: 224)
def image_size_given() -> None:
    """This is the size of the input image, not of the receptive field."""


task.invariant(
    "every entry of rf_trace is larger than the one before",
    lambda rf_trace: all(after > before for before, after in pairwise(rf_trace)),
)
task.invariant(
    "the last entry of rf_trace is rf_vgg16",
    lambda rf_trace, rf_vgg16: rf_trace[-1] == rf_vgg16,
)
