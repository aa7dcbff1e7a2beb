"""Layer tables and parameter counts of the VGG networks.

Source: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
Recognition", ICLR 2015, table 1 (configurations A, B, D, E are depths 11, 13, 16, 19): five stages
of 3x3 convolutions, each stage followed by 2x2 max pooling, then three fully connected layers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

STAGES = {
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}
"""Convolutions in each stage, by depth."""

CHANNELS = (64, 128, 256, 512, 512)
"""Output channels of each stage."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution with a square kernel."""

    in_channels: int
    """Channels of the input."""
    out_channels: int
    """Filters, which is the channels of the output."""
    kernel_size: int = 3
    """Side of the kernel in pixels."""


@dataclass(frozen=True, slots=True)
class Linear:
    """One fully connected layer."""

    in_features: int
    """Length of the input."""
    out_features: int
    """Length of the output."""


def square(side: int) -> int:
    """Weights that a kernel of this side has for each input channel."""
    return side * side


def same_as_previous(previous: int, own: int) -> int:
    """Input channels of a stage: what the previous stage puts out, whatever it has itself."""
    return previous


def one_per_filter(layer: Convolution) -> int:
    """Biases of a convolution."""
    return layer.out_channels


def one_per_output(layer: Linear) -> int:
    """Biases of a fully connected layer."""
    return layer.out_features


def flattened(side: int, channels: int) -> int:
    """Features of a square map of this side once it is flattened."""
    return side * side * channels


def stages_of(depth: int) -> tuple[int, ...]:
    """Convolutions in each of the five stages; ValueError for a depth that is not a VGG."""
    if depth not in STAGES:
        known = ", ".join(map(str, STAGES))
        raise ValueError(f"depth {depth} is not a VGG network; choose one of {known}")
    return STAGES[depth]


def conv_layers(
    *,
    depth: int = 16,
    in_channels: int = 3,
    kernel_size: int = 3,
    stages: Sequence[int] | None = None,
    channels: Sequence[int] = CHANNELS,
    stage_input: Callable[[int, int], int] = same_as_previous,
) -> tuple[Convolution, ...]:
    """Table of the convolutions, input side first.

    `stages` overrides the number of convolutions per stage that `depth` stands for, `channels`
    the output channels of each stage. `stage_input(previous, own)` gives the input channels of
    the first convolution of every stage but the first.
    """
    layers: list[Convolution] = []
    for count, own in zip(stages or stages_of(depth), channels, strict=True):
        first = stage_input(layers[-1].out_channels, own) if layers else in_channels
        inputs = [first, *[own] * (count - 1)][:count]
        layers += [Convolution(each, own, kernel_size) for each in inputs]
    return tuple(layers)


def fc_layers(
    *,
    input_size: int = 224,
    classes: int = 1000,
    hidden: Sequence[int] = (4096, 4096),
    channels: int = CHANNELS[-1],
    flatten: Callable[[int, int], int] = flattened,
) -> tuple[Linear, ...]:
    """Table of the fully connected layers.

    `input_size` is the side of the image in pixels; five poolings leave a map of side
    input_size // 32, and ValueError is raised where they leave none. `flatten(side, channels)`
    gives the number of features that the first layer receives.
    """
    side = input_size // 2 ** len(CHANNELS)
    if side < 1:
        raise ValueError(f"input_size {input_size} leaves no pixel after five poolings; use >= 32")
    widths = [flatten(side, channels), *hidden, classes]
    return tuple(Linear(*pair) for pair in pairwise(widths))


def conv_layer_params(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    *,
    bias: bool = True,
    batch_norm: bool = False,
    kernel_area: Callable[[int], int] = square,
    biases: Callable[[Convolution], int] = one_per_filter,
) -> int:
    """Learned parameters of one convolution: F·C·k² weights and F biases.

    Batch normalisation adds a scale and a shift per filter (Ioffe and Szegedy, 2015); its running
    statistics are not learned. `kernel_area(side)` and `biases(layer)` replace the two counts.
    """
    layer = Convolution(in_channels, out_channels, kernel_size)
    weights = out_channels * in_channels * kernel_area(kernel_size)
    return weights + (biases(layer) if bias else 0) + (2 * out_channels if batch_norm else 0)


def fc_layer_params(
    in_features: int,
    out_features: int,
    *,
    bias: bool = True,
    biases: Callable[[Linear], int] = one_per_output,
) -> int:
    """Learned parameters of one fully connected layer; `biases(layer)` replaces their count."""
    layer = Linear(in_features, out_features)
    return in_features * out_features + (biases(layer) if bias else 0)


def conv_parameters(
    *,
    depth: int = 16,
    in_channels: int = 3,
    kernel_size: int = 3,
    bias: bool = True,
    batch_norm: bool = False,
    stages: Sequence[int] | None = None,
    channels: Sequence[int] = CHANNELS,
    stage_input: Callable[[int, int], int] = same_as_previous,
    kernel_area: Callable[[int], int] = square,
    biases: Callable[[Convolution], int] = one_per_filter,
) -> tuple[int, ...]:
    """Parameters of each convolution (see `conv_layers` and `conv_layer_params`)."""
    layers = conv_layers(
        depth=depth,
        in_channels=in_channels,
        kernel_size=kernel_size,
        stages=stages,
        channels=channels,
        stage_input=stage_input,
    )
    return tuple(
        conv_layer_params(
            layer.in_channels,
            layer.out_channels,
            layer.kernel_size,
            bias=bias,
            batch_norm=batch_norm,
            kernel_area=kernel_area,
            biases=biases,
        )
        for layer in layers
    )


def fc_parameters(
    *,
    input_size: int = 224,
    classes: int = 1000,
    hidden: Sequence[int] = (4096, 4096),
    channels: int = CHANNELS[-1],
    bias: bool = True,
    flatten: Callable[[int, int], int] = flattened,
    biases: Callable[[Linear], int] = one_per_output,
) -> tuple[int, ...]:
    """Parameters of each fully connected layer (see `fc_layers` and `fc_layer_params`)."""
    layers = fc_layers(
        input_size=input_size, classes=classes, hidden=hidden, channels=channels, flatten=flatten
    )
    return tuple(
        fc_layer_params(layer.in_features, layer.out_features, bias=bias, biases=biases)
        for layer in layers
    )


def total_parameters(
    *,
    depth: int = 16,
    in_channels: int = 3,
    input_size: int = 224,
    classes: int = 1000,
    bias: bool = True,
    batch_norm: bool = False,
) -> int:
    """Parameters of the whole network; `bias` and `batch_norm` concern the convolutions."""
    convolutions = conv_parameters(
        depth=depth, in_channels=in_channels, bias=bias, batch_norm=batch_norm
    )
    return sum(convolutions) + sum(fc_parameters(input_size=input_size, classes=classes))
