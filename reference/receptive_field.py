"""Receptive fields of stacks of convolutions and poolings, along one axis.

Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
Distill 2019. A layer with kernel k, stride s, padding p and dilation d turns

    size  -> size + d·(k - 1)·jump
    start -> start - p·jump
    jump  -> jump·s

where `jump` is the distance, in input pixels, between the fields of neighbouring units.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reference.vgg import stages_of


@dataclass(frozen=True, slots=True)
class Layer:
    """One convolution or pooling along one axis."""

    kernel: int
    """Taps of the kernel."""
    stride: int
    """Units of its input from one output unit to the next."""
    padding: int = 0
    """Units added at either end of its input."""
    dilation: int = 1
    """Units of its input from one tap to the next."""

    def __post_init__(self) -> None:
        lowest = {"kernel": 1, "stride": 1, "padding": 0, "dilation": 1}
        for name, least in lowest.items():
            value = getattr(self, name)
            if value < least:
                raise ValueError(f"{name} {value!r} of a layer is too small; use at least {least}")


@dataclass(frozen=True, slots=True)
class Field:
    """What one unit of a layer sees of the input, in pixels."""

    size: int
    """Pixels from the first to the last seen, both included."""
    jump: int
    """Distance between the fields of neighbouring units."""
    start: int
    """Index of the first pixel that unit 0 sees; negative where that lies in the padding."""

    @property
    def centre(self) -> float:
        """Index, possibly halved, of the middle of what unit 0 sees."""
        return self.start + (self.size - 1) / 2


LayerLike = Layer | Sequence[int]
"""A layer, or its numbers: (kernel, stride), then padding and dilation if wanted."""


def as_layer(layer: LayerLike) -> Layer:
    """Read one layer; ValueError where it has not 2 to 4 numbers or one is out of range."""
    if isinstance(layer, Layer):
        return layer
    if not 2 <= len(layer) <= 4:
        raise ValueError(
            f"layer {layer!r} has {len(layer)} numbers; "
            "give (kernel, stride), (kernel, stride, padding) or also dilation"
        )
    return Layer(*layer)


def dilated_span(layer: Layer) -> int:
    """Steps from the first to the last tap of a kernel."""
    return layer.dilation * (layer.kernel - 1)


def cumulative(jump: int, layer: Layer) -> int:
    """Pixels per step of a kernel: the jump that the layers before it have built up."""
    return jump


def multiplied(jump: int, layer: Layer) -> int:
    """Jump after a layer."""
    return jump * layer.stride


def trace(
    layers: Sequence[LayerLike],
    *,
    initial: int = 1,
    span: Callable[[Layer], int] = dilated_span,
    spacing: Callable[[int, Layer], int] = cumulative,
    next_jump: Callable[[int, Layer], int] = multiplied,
) -> tuple[Field, ...]:
    """Fields after each layer, input side first.

    `initial` is the size before any layer (a pixel sees itself). A layer adds
    span(layer)·spacing(jump, layer) pixels; next_jump(jump, layer) is what the next layer is given.
    """
    field = Field(initial, 1, 0)
    fields = []
    for layer in map(as_layer, layers):
        field = Field(
            size=field.size + span(layer) * spacing(field.jump, layer),
            jump=next_jump(field.jump, layer),
            start=field.start - layer.padding * field.jump,
        )
        fields.append(field)
    return tuple(fields)


def sizes(layers: Sequence[LayerLike], **switches: Any) -> list[int]:
    """Sizes after each layer; keywords as for `trace`."""
    return [field.size for field in trace(layers, **switches)]


def size(layers: Sequence[LayerLike], *, initial: int = 1, **switches: Any) -> int:
    """Size after the last layer, `initial` where there is none; keywords as for `trace`."""
    return [initial, *sizes(layers, initial=initial, **switches)][-1]


def less_stride(layer: Layer) -> int:
    """What a layer adds when the field is followed from the output back: extent - stride."""
    return dilated_span(layer) + 1 - layer.stride


def size_backwards(
    layers: Sequence[LayerLike],
    *,
    initial: int = 1,
    extra: Callable[[Layer], int] = less_stride,
    output_first: bool = True,
) -> int:
    """Size after the last layer by the backward recurrence r -> s·r + extra(layer).

    `layers` are listed input side first as everywhere; the recurrence is right only when it
    starts at the output, which `output_first=False` turns round.
    """
    stack = [as_layer(layer) for layer in layers]
    for layer in reversed(stack) if output_first else stack:
        initial = layer.stride * initial + extra(layer)
    return initial


def vgg_layers(
    *,
    depth: int = 16,
    convolution: LayerLike = (3, 1, 1),
    pool: LayerLike = (2, 2),
    stages: Sequence[int] | None = None,
) -> tuple[Layer, ...]:
    """Convolutions and poolings of a VGG network, without its fully connected layers.

    `stages` overrides the number of convolutions per stage; each stage ends with one `pool`.
    """
    layers: list[Layer] = []
    for count in stages or stages_of(depth):
        layers += [as_layer(convolution)] * count + [as_layer(pool)]
    return tuple(layers)
