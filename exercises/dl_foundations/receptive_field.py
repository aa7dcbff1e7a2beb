"""Task 3a: the receptive field of a stack of layers, and of VGG16."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.authoring import Task, call, drawn, fixed, per_call, per_entry
from grader.checks import exact
from grader.sheet import AuthoredCall
from reference import receptive_field as field
from reference.receptive_field import Layer

task = Task("Receptive field", number=3, points=5)

FUNCTION, TRACE, LAST = 2.0, 1.8, 1.2
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


def stack(*pairs: tuple[int, int], public: bool = False) -> AuthoredCall:
    """Call with (kernel, stride), or for who unpacks three with (kernel, stride, padding)."""
    padded = [(kernel, stride, (kernel - 1) // 2) for kernel, stride in pairs]
    return call(list(pairs), public=public, otherwise=call(padded))


def random_stacks(random: np.random.Generator) -> Iterator[AuthoredCall]:
    """Stacks of 2 to 6 layers with kernels from 1 to 7 and strides from 1 to 3."""
    for count in (2, 3, 4, 5, 6):
        pairs = zip(random.integers(1, 8, count), random.integers(1, 4, count), strict=True)
        yield stack(*((int(k), int(s)) for k, s in pairs))


@task.function(
    points=FUNCTION,
    part="3a",
    check=exact(),
    credit=per_call(),
    calls=fixed(
        stack((3, 1), (3, 1), public=True),
        stack((7, 2)),
        stack((3, 1), (2, 2), (3, 1)),
        stack((5, 2), (3, 2), (3, 1), (2, 2)),
        stack((11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)),
    )
    + drawn(random_stacks),
    aliases=("receptive_field_size", "compute_receptive_field", "calc_receptive_field"),
    spellings={"layers": ("layer_list", "arch", "architecture", "net", "stack")},
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


@task.value(
    points=TRACE,
    part="3a",
    check=exact(),
    credit=per_entry(),
    aliases=("rf_sizes", "receptive_fields", "r_trace"),
    answer={f"{layer}": (f"r_{{{layer}}}",) for layer in range(1, 19)},
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


@rf_trace.accepts
def input_pixel_in_front() -> list[int]:
    """The list begins with the single input pixel, 1, before the first layer."""
    return [1, *field.sizes(VGG16)]


@task.value(
    points=LAST,
    part="3a",
    check=exact(),
    aliases=("r", "vgg16_rf", "rf_vgg", "receptive_field_vgg16"),
    answer=(r"r_{out}", "r_{18}", "receptive field", "RF"),
    steps=("rf_trace",),
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
