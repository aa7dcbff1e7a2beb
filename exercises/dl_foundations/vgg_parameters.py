"""Task 3b: the parameters of VGG16, counted layer by layer."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from grader.authoring import Task, call, fixed, per_call
from grader.checks import close, exact
from grader.pictured import Own, bars, own
from reference import vgg
from reference.vgg import Convolution, Linear

task = Task("VGG16 parameters", number=4, points=5, parts={"3b": "Parameters"})

CONV, FC, TOTAL = 1.5, 1.0, 0.5


def side(kernel_size: int) -> int:
    """The side of a kernel where its area is meant."""
    return kernel_size


def per_kernel(layer: Convolution) -> int:
    """One bias for each pair of an input channel and a filter."""
    return layer.in_channels * layer.out_channels


@task.function(
    points=1,
    part="3b",
    check=exact(),
    credit=per_call(),
    calls=fixed(
        call(in_channels=1, out_channels=2, kernel_size=3, gives=20),
        call(in_channels=3, out_channels=64, kernel_size=3),
        call(in_channels=64, out_channels=128, kernel_size=5),
        call(in_channels=7, out_channels=11, kernel_size=1),
        call(in_channels=12, out_channels=5, kernel_size=2),
        call(in_channels=9, out_channels=4, kernel_size=7),
        call(in_channels=5, out_channels=12, kernel_size=7, bias=False),
    ),
    aliases=("conv_param", "conv_layer_parameters"),
    spellings={
        "in_channels": ("in_ch", "inp", "inp_chan", "input_channels", "in_chan", "c_in", "cin"),
        "out_channels": ("out_ch", "filters", "output_channels", "out_chan", "c_out", "cout"),
        "kernel_size": ("k", "kernel", "ks", "ksize", "kernel_side", "size"),
        "bias": ("use_bias", "with_bias", "has_bias", "b"),
    },
    hints=(
        "How many weights has one filter? Think of both directions, and of the depth that it "
        "looks at.",
        "How many filters are there, and what has each of them besides its weights?",
        "Try the example of the statement, and then the same with bias=False.",
    ),
)
def conv_layer_params(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    bias: bool = True,
    *,
    kernel_area: Callable[[int], int] = vgg.square,
    biases: Callable[[Convolution], int] = vgg.one_per_filter,
    heeds_bias: bool = True,
) -> int:
    """Number of parameters of one convolution with a square kernel."""
    return vgg.conv_layer_params(
        in_channels,
        out_channels,
        kernel_size,
        bias=bias or not heeds_bias,
        kernel_area=kernel_area,
        biases=biases,
    )


@conv_layer_params.misconception(points=0.5, switches={"kernel_area": side})
def side_for_area() -> None:
    """A kernel of side k has k·k weights for each input channel; you count k."""


@conv_layer_params.misconception(points=0.9, switches={"biases": lambda layer: 0})
def layer_without_bias() -> None:
    """Each filter has one bias, which you leave out even where bias is True."""


@conv_layer_params.misconception(points=0.9, switches={"biases": lambda layer: 1})
def one_bias_for_the_layer() -> None:
    """Each filter has a bias of its own; you count one for the whole layer."""


@conv_layer_params.misconception(points=0.75, switches={"biases": per_kernel})
def one_bias_for_each_kernel() -> None:
    """A filter sums over all input channels and then adds one bias, not one per channel."""


@conv_layer_params.misconception(points=0.75, switches={"biases": lambda layer: layer.in_channels})
def biases_of_the_input_channels() -> None:
    """There are as many biases as filters (output channels); you count the input channels."""


@conv_layer_params.misconception(points=0.9, switches={"heeds_bias": False})
def bias_always_counted() -> None:
    """With bias=False there is none to count; your function adds it all the same."""


@task.function(
    points=0.5,
    part="3b",
    check=exact(),
    credit=per_call(),
    calls=fixed(
        call(in_features=3, out_features=2, public=True, example=0),
        call(in_features=4096, out_features=1000),
        call(in_features=10, out_features=77),
        call(in_features=25, out_features=9),
        call(in_features=6, out_features=13, bias=False),
    ),
    aliases=("fc_param", "fc_layer_parameters"),
    spellings={
        "in_features": ("inputs", "n_in", "in_", "inp", "input_features", "in_size", "fan_in"),
        "out_features": ("outputs", "n_out", "out", "output_features", "out_size", "fan_out"),
        "bias": ("use_bias", "with_bias", "has_bias", "b"),
    },
    hints=(
        "Every output is connected with every input.",
        "What has each output besides its weights, and when has it not?",
    ),
)
def fc_layer_params(
    in_features: int,
    out_features: int,
    bias: bool = True,
    *,
    biases: Callable[[Linear], int] = vgg.one_per_output,
    heeds_bias: bool = True,
) -> int:
    """Number of parameters of one fully connected layer."""
    return vgg.fc_layer_params(
        in_features, out_features, bias=bias or not heeds_bias, biases=biases
    )


@fc_layer_params.misconception(points=0.45, switches={"biases": lambda layer: 0})
def fc_layer_without_bias() -> None:
    """Each output has one bias, which you leave out even where bias is True."""


@fc_layer_params.misconception(points=0.4, switches={"biases": lambda layer: layer.in_features})
def fc_biases_of_the_inputs() -> None:
    """There are as many biases as outputs; you count the inputs."""


@fc_layer_params.misconception(points=0.45, switches={"biases": lambda layer: 1})
def fc_one_bias_for_the_layer() -> None:
    """Each output has a bias of its own; you count one for the whole layer."""


@fc_layer_params.misconception(points=0.45, switches={"heeds_bias": False})
def fc_bias_always_counted() -> None:
    """With bias=False there is none to count; your function adds it all the same."""


@task.value(
    points=CONV,
    part="3b",
    check=exact(),
    aliases=("conv_parameters", "n_conv_params", "num_conv_params", "total_conv_params"),
    answer=("conv param", "params conv", "convolution params", "convolutions"),
    hints=(
        "Write the 13 layers down as pairs of channels, in and out; the first receives the "
        "colours.",
        "The first convolution of a stage receives what the stage before it gave.",
        "Apply your function to every pair and add up.",
    ),
    example=0,
)
def conv_params(
    *,
    kernel_area: Callable[[int], int] = vgg.square,
    stage_input: Callable[[int, int], int] = vgg.same_as_previous,
    stages: Sequence[int] = vgg.STAGES[16],
    biases: Callable[[Convolution], int] = vgg.one_per_filter,
    in_channels: int = 3,
    batch_norm: bool = False,
) -> int:
    """Parameters of all 13 convolutions of VGG16, biases included."""
    layers = vgg.conv_parameters(
        kernel_area=kernel_area,
        stage_input=stage_input,
        stages=stages,
        biases=biases,
        in_channels=in_channels,
        batch_norm=batch_norm,
    )
    return sum(layers)


@conv_params.misconception(points=0.5 * CONV, switches={"kernel_area": side})
def kernel_side_for_area() -> None:
    """A 3×3 kernel has 9 weights for each input channel; you count its side, 3."""


@conv_params.misconception(points=0.25 * CONV, switches={"kernel_area": lambda side: 1})
def kernel_left_out() -> None:
    """A 3×3 kernel has 9 weights for each input channel; you count one."""


@conv_params.misconception(points=0.75 * CONV, switches={"stage_input": lambda previous, own: own})
def input_channels_at_transitions() -> None:
    """The first convolution of a stage still receives the channels of the stage before it.

    Where the width doubles (64 to 128, 128 to 256, 256 to 512) you count as many input channels
    as output channels.
    """


@conv_params.misconception(points=0.75 * CONV, switches={"stages": (2, 2, 3, 3, 2)})
def one_convolution_missing() -> None:
    """VGG16 has 13 convolutions; one from 512 to 512 channels is missing in your list."""


@conv_params.misconception(points=0.5 * CONV, switches={"stages": (2, 2, 3, 3, 0)})
def last_stage_missing() -> None:
    """VGG16 has five stages; your count ends after the fourth."""


@conv_params.misconception(points=0.5 * CONV, switches={"stages": vgg.STAGES[19]})
def convolutions_of_vgg19() -> None:
    """This counts VGG19; the stages of VGG16 have 2, 2, 3, 3, 3 convolutions."""


@conv_params.misconception(points=0.5 * CONV, switches={"stages": vgg.STAGES[13]})
def convolutions_of_vgg13() -> None:
    """This counts VGG13; the stages of VGG16 have 2, 2, 3, 3, 3 convolutions."""


@conv_params.misconception(points=0.5 * CONV, switches={"stages": vgg.STAGES[11]})
def convolutions_of_vgg11() -> None:
    """This counts VGG11; the stages of VGG16 have 2, 2, 3, 3, 3 convolutions."""


@conv_params.misconception(points=0.9 * CONV, switches={"biases": lambda layer: 0})
def no_convolution_bias() -> None:
    """Every filter also has one bias; they are missing in your count."""


@conv_params.misconception(points=0.9 * CONV, switches={"biases": lambda layer: 1})
def one_bias_per_layer() -> None:
    """Every filter has a bias of its own; you count one for each layer."""


@conv_params.misconception(points=0.75 * CONV, switches={"biases": per_kernel})
def one_bias_per_kernel() -> None:
    """A filter has one bias in all; you count one for each of its input channels."""


@conv_params.misconception(points=0.9 * CONV, switches={"in_channels": 1})
def one_input_channel() -> None:
    """The images have three colour channels; your first layer receives one."""


@conv_params.misconception(points=0.9 * CONV, switches={"batch_norm": True})
def batch_norm_counted() -> None:
    """You count batch normalisation, a scale and a shift per filter; plain VGG16 has none."""


@task.value(
    points=FC,
    part="3b",
    check=exact(),
    aliases=("fc_parameters", "n_fc_params", "num_fc_params", "total_fc_params"),
    answer=("fc param", "params fc", "fully connected params", "fully connected"),
    hints=(
        "How large is the map after the last pooling, if each of the five halves its side?",
        "How many numbers are that with all channels? That many inputs has the first of the "
        "layers.",
        "Apply your function to each of the three layers and add up.",
    ),
    example=0,
)
def fc_params(
    *,
    flatten: Callable[[int, int], int] = vgg.flattened,
    hidden: Sequence[int] = (4096, 4096),
    classes: int = 1000,
    biases: Callable[[Linear], int] = vgg.one_per_output,
) -> int:
    """Parameters of the three fully connected layers of VGG16, biases included."""
    return sum(vgg.fc_parameters(flatten=flatten, hidden=hidden, classes=classes, biases=biases))


@fc_params.misconception(points=0.9 * FC, switches={"biases": lambda layer: 0})
def no_fc_bias() -> None:
    """Every output also has one bias; they are missing in your count."""


@fc_params.misconception(points=0.9 * FC, switches={"biases": lambda layer: layer.in_features})
def fc_bias_over_inputs() -> None:
    """A fully connected layer has as many biases as outputs; you count its inputs."""


@fc_params.misconception(points=0.5 * FC, switches={"flatten": lambda side, channels: channels})
def map_of_one_pixel() -> None:
    """After the last pooling the map still has 7×7 pixels, so the first layer has 7·7·512 inputs.

    You count 512.
    """


@fc_params.misconception(points=0.5 * FC, switches={"flatten": lambda side, channels: side**2})
def channels_left_out() -> None:
    """The first layer receives all 512 channels of the 7×7 map; you count 49 inputs."""


@fc_params.misconception(
    points=0.75 * FC, switches={"flatten": lambda side, channels: (2 * side) ** 2 * channels}
)
def last_pooling_forgotten() -> None:
    """The last pooling halves the map from 14×14 to 7×7; you count 14·14·512 inputs."""


@fc_params.misconception(
    points=0.75 * FC, switches={"flatten": lambda side, channels: (side - 1) ** 2 * channels}
)
def map_of_six_pixels() -> None:
    """With padding 1 every convolution keeps the size, which leaves 7×7; you count 6·6·512."""


@fc_params.misconception(points=0.5 * FC, switches={"hidden": (4096,)})
def two_layers_only() -> None:
    """There are three fully connected layers: 4096, 4096 and 1000 outputs; you count two."""


@fc_params.misconception(points=0.75 * FC, switches={"classes": 10})
def ten_classes() -> None:
    """The last layer has 1000 outputs, one per class; you count 10."""


@task.value(
    points=TOTAL,
    part="3b",
    check=exact(),
    aliases=("total_parameters", "params_total"),
    answer=("total param", "total", "sum of params", "params in total"),
    hints=(
        "Which two counts make up the whole network?",
        "Take both from your own results; nothing else is added.",
    ),
    example=0,
)
def total_params(
    conv_params: int,
    fc_params: int,
    *,
    depth: int = 16,
    in_channels: int = 3,
    classes: int = 1000,
    conv_bias: bool = True,
    batch_norm: bool = False,
    fc_biases: Callable[[Linear], int] = vgg.one_per_output,
    flatten: Callable[[int, int], int] = vgg.flattened,
) -> int:
    """Parameters of the whole network."""
    convolutions = vgg.conv_parameters(
        depth=depth, in_channels=in_channels, bias=conv_bias, batch_norm=batch_norm
    )
    connected = vgg.fc_parameters(classes=classes, biases=fc_biases, flatten=flatten)
    # What another network has more than VGG16; 0 as long as no switch is turned.
    more = sum(convolutions) + sum(connected) - vgg.total_parameters()
    return conv_params + fc_params + more


@total_params.misconception(points=0.5 * TOTAL, switches={"depth": 19})
def total_of_vgg19() -> None:
    """This is the total of VGG19; VGG16 has three fewer convolutions."""


@total_params.misconception(points=0.9 * TOTAL, switches={"batch_norm": True})
def total_with_batch_norm() -> None:
    """This total contains batch normalisation; plain VGG16 has none."""


@total_params.misconception(points=0.9 * TOTAL, switches={"conv_bias": False})
def total_without_conv_bias() -> None:
    """The biases of the convolutions are missing in this total."""


@total_params.misconception(points=0.9 * TOTAL, switches={"fc_biases": lambda layer: 0})
def total_without_fc_bias() -> None:
    """The biases of the fully connected layers are missing in this total."""


@total_params.misconception(points=0.9 * TOTAL, switches={"in_channels": 1})
def total_with_one_input_channel() -> None:
    """The images have three colour channels; this total counts one."""


@total_params.misconception(points=0.75 * TOTAL, switches={"classes": 10})
def total_with_ten_classes() -> None:
    """The last layer has 1000 outputs, one per class; this total counts 10."""


@total_params.misconception(
    points=0.75 * TOTAL, switches={"flatten": lambda side, channels: (side - 1) ** 2 * channels}
)
def total_with_a_map_of_six_pixels() -> None:
    """The map that reaches the first fully connected layer is 7×7; this total counts 6·6·512."""


@total_params.misconception(points=0)
def classifier_left_out(conv_params: int, fc_params: int) -> int:
    """This is the count of the convolutions alone; the whole network has both kinds of layer."""
    return conv_params


@total_params.misconception(points=0)
def convolutions_left_out(conv_params: int, fc_params: int) -> int:
    """This is the count of the fully connected layers alone; the network has both kinds."""
    return fc_params


@task.value(
    points=0.5,
    part="3b",
    check=close(rtol=5e-3),
    aliases=("ratio", "conv_to_fc_ratio", "params_ratio"),
    answer=("conv/fc", r"\frac{\text{conv}}{\text{fc}}"),
    hints=(
        "Which of the two counts is divided by which?",
        "Asked is a plain number: neither per cent nor a share of the total.",
    ),
    example=0.0,
)
def conv_fc_ratio(conv_params: int, fc_params: int) -> float:
    """Parameters of the convolutions divided by those of the fully connected layers."""
    return conv_params / fc_params


@conv_fc_ratio.misconception(points=0.25)
def ratio_inverted(conv_params: int, fc_params: int) -> float:
    """This is the other way round: asked is convolutions divided by fully connected layers."""
    return fc_params / conv_params


@conv_fc_ratio.misconception(points=0.25)
def share_of_the_total(conv_params: int, fc_params: int) -> float:
    """This is the convolutions' share of all parameters; divide by the fully connected ones."""
    return conv_params / (conv_params + fc_params)


@conv_fc_ratio.misconception(points=0.4)
def ratio_in_per_cent(conv_params: int, fc_params: int) -> float:
    """This is the ratio in per cent; give the plain number."""
    return 100 * conv_params / fc_params


task.invariant(
    "total_params = conv_params + fc_params",
    lambda total_params, conv_params, fc_params: total_params == conv_params + fc_params,
)
task.invariant(
    "total_params ≥ fc_params",
    lambda total_params, fc_params: total_params >= fc_params,
)
task.invariant(
    "total_params ≥ conv_params",
    lambda total_params, conv_params: total_params >= conv_params,
)
task.invariant(
    "conv_fc_ratio = conv_params/fc_params",
    lambda conv_fc_ratio, conv_params, fc_params: conv_fc_ratio * fc_params == conv_params,
)


CONV_NAMES = [
    f"conv{stage}_{number}"
    for stage, count in enumerate(vgg.stages_of(16), start=1)
    for number in range(1, count + 1)
]
FC_NAMES = ["fc6", "fc7", "fc8"]


def by_conv(layer: vgg.Convolution) -> Own:
    """What the learner's own function gives for a convolution."""
    return own("conv_layer_params", **asdict(layer))


def by_fc(layer: vgg.Linear) -> Own:
    """What the learner's own function gives for a fully connected layer."""
    return own("fc_layer_params", **asdict(layer))


task.picture(
    "total_params",
    bars(
        "Parameters of VGG16",
        entries=[
            *zip(CONV_NAMES, map(by_conv, vgg.conv_layers()), strict=True),
            ("all convolutions", "conv_params"),
            *zip(FC_NAMES, map(by_fc, vgg.fc_layers()), strict=True),
            ("all fully connected", "fc_params"),
            ("total", "total_params"),
        ],
        up="parameters",
        scale="log",
    ),
)
