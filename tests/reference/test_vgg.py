from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from reference import vgg

# Written as in table 1 of the paper, apart from the module's own table on purpose.
CONFIGURATIONS: dict[int, Sequence[int | str]] = {
    11: [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    13: [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    16: [64, 64, "M", 128, 128, "M", *[256] * 3, "M", *[512] * 3, "M", *[512] * 3, "M"],
    19: [64, 64, "M", 128, 128, "M", *[256] * 4, "M", *[512] * 4, "M", *[512] * 4, "M"],
}
VGG16_CONV = [1792, 36928, 73856, 147584, 295168, 590080, 590080, 1180160] + [2359808] * 5
VGG16_FC = [102764544, 16781312, 4097000]


def torch_convolutions(
    depth: int, in_channels: int, bias: bool, batch_norm: bool
) -> list[nn.Sequential]:
    """One block per convolution; a pooling belongs to the block before it."""
    blocks: list[nn.Sequential] = []
    for entry in CONFIGURATIONS[depth]:
        if isinstance(entry, str):
            blocks[-1].append(nn.MaxPool2d(2, 2))
            continue
        block = nn.Sequential(nn.Conv2d(in_channels, entry, 3, padding=1, bias=bias))
        if batch_norm:
            block.append(nn.BatchNorm2d(entry))
        blocks.append(block.append(nn.ReLU()))
        in_channels = entry
    return blocks


def learned(module: nn.Module) -> int:
    return sum(each.numel() for each in module.parameters() if each.requires_grad)


@given(
    st.sampled_from(sorted(CONFIGURATIONS)),
    st.integers(1, 5),
    st.integers(32, 320),
    st.integers(1, 1200),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=25)
def test_counts_agree_with_a_torch_module(
    depth: int, in_channels: int, input_size: int, classes: int, bias: bool, batch_norm: bool
) -> None:
    with torch.device("meta"):
        blocks = torch_convolutions(depth, in_channels, bias, batch_norm)
        image = torch.empty(1, in_channels, input_size, input_size)
        features = nn.Sequential(*blocks).eval()(image).flatten(1).shape[1]
        widths = [features, 4096, 4096, classes]
        linears = [nn.Linear(*pair) for pair in pairwise(widths)]
    conv = vgg.conv_parameters(
        depth=depth, in_channels=in_channels, bias=bias, batch_norm=batch_norm
    )
    fc = vgg.fc_parameters(input_size=input_size, classes=classes)
    assert list(conv) == [learned(each) for each in blocks]
    assert list(fc) == [learned(each) for each in linears]
    assert vgg.total_parameters(
        depth=depth,
        in_channels=in_channels,
        input_size=input_size,
        classes=classes,
        bias=bias,
        batch_norm=batch_norm,
    ) == learned(nn.Sequential(*blocks, *linears))


@given(st.integers(1, 64), st.integers(1, 64), st.integers(1, 7), st.booleans(), st.booleans())
def test_one_convolution_agrees_with_torch(
    inputs: int, outputs: int, kernel: int, bias: bool, batch_norm: bool
) -> None:
    with torch.device("meta"):
        module = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, bias=bias))
        if batch_norm:
            module.append(nn.BatchNorm2d(outputs))
    found = vgg.conv_layer_params(inputs, outputs, kernel, bias=bias, batch_norm=batch_norm)
    assert found == learned(module)


@given(st.integers(1, 500), st.integers(1, 500), st.booleans())
def test_one_fully_connected_layer_agrees_with_torch(inputs: int, outputs: int, bias: bool) -> None:
    module = nn.Linear(inputs, outputs, bias=bias, device="meta")
    assert vgg.fc_layer_params(inputs, outputs, bias=bias) == learned(module)


def test_vgg16_layer_by_layer() -> None:
    assert list(vgg.conv_parameters()) == VGG16_CONV
    assert list(vgg.fc_parameters()) == VGG16_FC


def test_vgg16_totals() -> None:
    conv, fc = sum(vgg.conv_parameters()), sum(vgg.fc_parameters())
    assert (conv, fc, conv + fc) == (14_714_688, 123_642_856, 138_357_544)
    assert vgg.total_parameters() == 138_357_544
    assert conv / fc == pytest.approx(0.119009609418922, abs=5e-16)
    assert fc / conv == pytest.approx(8.402682815972721, abs=5e-15)
    assert conv / (conv + fc) == pytest.approx(0.106352625050933, abs=5e-16)


@pytest.mark.parametrize(
    ("depth", "total"),
    [(11, 132_863_336), (13, 133_047_848), (16, 138_357_544), (19, 143_667_240)],
)
def test_totals_of_the_family(depth: int, total: int) -> None:
    assert vgg.total_parameters(depth=depth) == total


def test_totals_that_circulate_for_near_relatives_of_vgg16() -> None:
    assert vgg.total_parameters(batch_norm=True) == 138_365_992
    assert vgg.total_parameters(batch_norm=True, bias=False) == 138_361_768
    fc_without_bias = sum(vgg.fc_parameters(bias=False))
    assert sum(vgg.conv_parameters()) + fc_without_bias == 138_348_352


def test_the_table_of_convolutions_chains_its_channels() -> None:
    layers = vgg.conv_layers(depth=19, in_channels=4)
    assert layers[0] == vgg.Convolution(4, 64, 3)
    assert all(one.out_channels == other.in_channels for one, other in pairwise(layers))
    assert len(layers) == 16


def test_subsets_of_five_slips_all_give_different_counts() -> None:
    slips: list[dict[str, Any]] = [
        {"kernel_area": lambda side: side},
        {"stage_input": lambda previous, own: own},
        {"stages": (2, 2, 3, 3, 2)},
        {"bias": False},
        {"in_channels": 1},
    ]
    counts = set()
    for chosen in range(32):
        switches = {
            k: v for i, slip in enumerate(slips) if chosen >> i & 1 for k, v in slip.items()
        }
        counts.add(sum(vgg.conv_parameters(**switches)))
    assert len(counts) == 32


def test_an_unknown_depth_is_refused() -> None:
    with pytest.raises(ValueError, match="depth 15 is not a VGG network; choose one of 11, 13"):
        vgg.conv_parameters(depth=15)


def test_an_image_that_five_poolings_consume_is_refused() -> None:
    with pytest.raises(ValueError, match="input_size 31 leaves no pixel"):
        vgg.fc_parameters(input_size=31)
