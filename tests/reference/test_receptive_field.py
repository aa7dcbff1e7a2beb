import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference import receptive_field as rf

VGG16_SIZES = [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
VGG16_JUMPS = [1, 1, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 16, 16, 16, 16, 32]

LAYERS = st.builds(
    rf.Layer, st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), st.integers(1, 3)
)
STACKS = st.lists(LAYERS, min_size=1, max_size=4)


def measured_support(layers: tuple[rf.Layer, ...], unit: int, length: int) -> tuple[int, int]:
    """First and last input pixel that moves the given unit of the last layer."""
    pixels = torch.zeros(1, 1, length, dtype=torch.float64, requires_grad=True)
    signal = pixels
    for layer in layers:
        signal = torch.nn.functional.conv1d(
            signal,
            torch.ones(1, 1, layer.kernel, dtype=torch.float64),
            stride=layer.stride,
            padding=layer.padding,
            dilation=layer.dilation,
        )
    (grad,) = torch.autograd.grad(signal[0, 0, unit], pixels)
    seen = torch.nonzero(grad[0, 0]).flatten()
    return int(seen[0]), int(seen[-1])


def first_unit_inside(field: rf.Field) -> int:
    return math.ceil(max(0, -field.start) / field.jump)


@given(STACKS)
def test_fields_are_what_the_gradient_reaches(stack: list[rf.Layer]) -> None:
    layers = tuple(stack)
    field = rf.trace(layers)[-1]
    unit = first_unit_inside(field)
    left = field.start + unit * field.jump
    length = left + field.size + 2 * field.jump
    assert measured_support(layers, unit, length) == (left, left + field.size - 1)
    right = left + field.jump
    assert measured_support(layers, unit + 1, length) == (right, right + field.size - 1)


@pytest.mark.parametrize("depth", [1, 3, 6, 10, 14, 17, 18])
def test_fields_of_vgg16_are_what_the_gradient_reaches(depth: int) -> None:
    layers = rf.vgg_layers()[:depth]
    field = rf.trace(layers)[-1]
    unit = first_unit_inside(field)
    left = field.start + unit * field.jump
    found = measured_support(layers, unit, left + field.size + 32)
    assert found == (left, left + VGG16_SIZES[depth - 1] - 1)


def test_trace_of_vgg16() -> None:
    fields = rf.trace(rf.vgg_layers())
    assert [field.size for field in fields] == VGG16_SIZES == rf.sizes(rf.vgg_layers())
    assert [field.jump for field in fields] == VGG16_JUMPS


def test_vgg16_sees_212_pixels_and_404_with_its_first_full_layer() -> None:
    assert rf.size(rf.vgg_layers()) == 212
    assert rf.size([*rf.vgg_layers(), (7, 1)]) == 404


@pytest.mark.parametrize(("depth", "size"), [(11, 150), (13, 156), (16, 212), (19, 268)])
def test_sizes_of_the_vgg_networks(depth: int, size: int) -> None:
    assert rf.size(rf.vgg_layers(depth=depth)) == size


@given(STACKS)
def test_forward_and_backward_recurrences_agree(layers: list[rf.Layer]) -> None:
    assert rf.size(layers) == rf.size_backwards(layers)


@given(STACKS)
def test_the_last_stride_and_all_paddings_leave_the_size_alone(layers: list[rf.Layer]) -> None:
    last = layers[-1]
    changed = [rf.Layer(each.kernel, each.stride, 9, each.dilation) for each in layers[:-1]]
    changed.append(rf.Layer(last.kernel, 7, 9, last.dilation))
    assert rf.size(changed) == rf.size(layers)


def test_layers_may_be_given_as_numbers() -> None:
    assert rf.size([(3, 2), (3, 1, 1), [3, 1, 1, 2]]) == 3 + 2 * 2 + 2 * 2 * 2
    assert rf.trace([(3, 1, 1)]) == (rf.Field(size=3, jump=1, start=-1),)


def test_a_padded_odd_kernel_is_centred_on_its_pixel() -> None:
    assert [field.centre for field in rf.trace([(3, 1, 1), (2, 2)])] == [0.0, 0.5]


def test_no_layer_sees_one_pixel() -> None:
    assert rf.size([]) == 1
    assert rf.trace([]) == ()


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ((3,), r"\(3,\) has 1 numbers"),
        ((3, 1, 1, 1, 1), "has 5 numbers"),
        ((0, 1), "kernel 0 .* at least 1"),
        ((3, 0), "stride 0 .* at least 1"),
        ((3, 1, -1), "padding -1 .* at least 0"),
        ((3, 1, 0, 0), "dilation 0 .* at least 1"),
    ],
)
def test_impossible_layers_are_refused(layer: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rf.size([layer])


def test_slips_combine() -> None:
    def span(layer: rf.Layer) -> int:
        return 0 if layer.stride > 1 else layer.kernel - 1

    assert rf.size(rf.vgg_layers(), span=span) == 181
    assert rf.size(rf.vgg_layers(), span=span, initial=0) == 180
