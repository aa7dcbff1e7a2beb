"""Every known misconception is the reference with something replaced, and gives its known value."""

import json
import math
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from reference import adam, vgg
from reference import chain_rule as cr
from reference import receptive_field as rf

CATALOGUE = Path(__file__).resolve().parents[3] / "shared" / "data" / "misconceptions.json"
Switches = dict[str, Any]

CHAIN_RULE: dict[str, Switches] = {
    "OK": {},
    "C01": {"rules": {"df_dx": lambda du_dx: du_dx**2}},
    "C02": {"rules": {"dinv_dlog": lambda dinv_dlog: -dinv_dlog}},
    "C03": {"rules": {"dlog_dx": lambda: 1.0}},
    "C04": {"rules": {"du_dinv": lambda: 0.0}},
    "C05": {"rules": {"du_dx2": lambda: 0.0}},
    "C06": {"rules": {"df_db": lambda: 0.0}},
    "C07": {"rules": {"df_da": lambda: 0.0}},
    "C08": {"rules": {"da_du": lambda: -1.0}},
    "C09": {"rules": {"df_db": lambda b: b}},
    "C10": {"rules": {"df_da": lambda a: a}},
    "C11": {"rules": {"du_dx": lambda: 1.0}},
    "C12": {"rules": {"df_du": lambda: 1.0}},
    "C13": {"rules": {"du_dx": lambda dx2_dx, dlog_dx: dx2_dx / dlog_dx}},
    "C14": {"rules": {"du_dx": lambda x, log: (2 * x * log - x) / log}},
    "C15": {"rules": {"du_dx": lambda du_dx: -du_dx}},
    "C16": {"rules": {"dc_dx": lambda: 1.0}},
    "C19": {"log_base": 10.0},
    "C20": {"log_base": 2.0},
    "C21": {"rules": {"du_dinv": lambda: 1.0}},
    "C22": {"rules": {"dinv_dlog": lambda inv: -inv}},
    "C23": {"rules": {"du_dx": lambda dx2_dx, dinv_dlog, dlog_dx: dx2_dx * dinv_dlog * dlog_dx}},
    "C24": {"rules": {"dx2_dx": lambda x: x}},
    "C25": {"rules": {"df_du": lambda u: u}},
    "C26": {"rules": {"df_dx": lambda df_dx: 2 * df_dx}},
}
# Two answers belong to another question: the value of f, and the derivative by c.
ANSWERED_SOMETHING_ELSE: dict[str, Callable[[int | None], Any]] = {
    "C17": lambda decimals: cr.forward(3, 5, decimals=decimals)["f"],
    "C18": lambda decimals: cr.gradient(3, 5, decimals=decimals)[1],
}
# Exact value, and the value after rounding each intermediate to one decimal. A logarithm to
# another base is never rounded that way: 0.5 or 1.6 would leave one digit.
CHAIN_RULE_FIGURES = {
    "OK": ("48.7568933507609", "49.2"),
    "C01": ("8.85555830086634", "9.0"),
    "C02": ("130.206763782327", "127.92"),
    "C03": ("-32.6929770808054", "-29.52"),
    "C04": ("89.4818285665441", "88.56"),
    "C05": ("-40.7249352157832", "-39.36"),
    "C06": ("9.49930162192868", "9.6"),
    "C07": ("39.2575917288322", "39.6"),
    "C08": ("29.7582901069036", "30.0"),
    "C09": ("18.9986032438574", "19.2"),
    "C10": ("78.5151834576645", "79.2"),
    "C11": ("16.3843060792831", "16.4"),
    "C12": ("2.97582901069036", "3.0"),
    "C13": ("294.917509427095", "295.2"),
    "C14": ("53.5649221924264", "53.6727"),
    "C15": ("-48.7568933507609", "-49.2"),
    "C16": ("38.7568933507609", "39.2"),
    "C17": ("42.1113714249081", "42.24"),
    "C18": ("-10.0", "-10.0"),
    "C19": ("258.504080729196", "258.504"),
    "C20": ("23.4253963596614", "23.4254"),
    "C21": ("84.9568357647904", "84.1867"),
    "C22": ("44.7409142832720", "44.28"),
    "C23": ("-27.1499568105221", "-26.24"),
    "C24": ("4.01597906748888", "4.92"),
    "C25": ("24.3784466753805", "24.6"),
    "C26": ("97.5137867015218", "98.4"),
}


def power_of_difference(beta: float, t: int) -> float:
    return (1 - beta) ** t


def uncorrected(beta: float, t: int) -> float:
    return 1.0


def swapped_weights(beta: float) -> tuple[float, float]:
    return 1 - beta, beta


def undamped(beta: float) -> tuple[float, float]:
    return beta, 1.0


def on_both(rule: Callable[[float, int], float]) -> Switches:
    return {"correct_m": rule, "correct_v": rule}


ADAM: dict[str, Switches] = {
    "OK": {},
    "A01": on_both(power_of_difference),
    "A02": on_both(uncorrected),
    "A03": {"correct_v": uncorrected},
    "A04": {"correct_m": uncorrected},
    "A05": {"denominator": lambda root, v_hat, eps: root(v_hat + eps)},
    "A06": {"root": lambda v_hat: v_hat},
    "A07": {"numerator": lambda m_hat, g: g},
    "A08": {"sign": 1.0},
    "A09": {"second_moment": lambda g: g},
    "A10": {"weights_v": lambda beta: (1.0, 1.0)},
    "A11": {"swap_betas": True},
    "A12": {"weights_m": swapped_weights},
    "A13": {"weights_m": swapped_weights, "weights_v": swapped_weights},
    "A14": {"weights_m": undamped},
    "A15": {"weights_m": undamped, "weights_v": undamped},
    "A16": {"t_offset": 1},
    "A17": on_both(lambda beta, t: 1 - beta),
    "A18": on_both(lambda beta, t: 1 / (1 - beta**t)),
    "A19": on_both(lambda beta, t: 1 + beta**t),
    "A20": on_both(lambda beta, t: beta**t),
    "A21": {"correct_m": power_of_difference},
    "A22": {"correct_v": power_of_difference},
    "A23": {"nesterov": True},
}
# Updates at t = 1, 2 (and 3) of the gradients 0.5, -0.2, 0.3 in the direction of the slip.
ADAM_FIGURES = {
    "OK": ("0.99999998", "0.345605838835", "0.544440344354"),
    "A01": ("0.99999998", "0.146868373775", "0.085226795447"),
    "A02": ("3.16227566017", "1.468682875803", "2.695106529390"),
    "A03": ("31.622757", "7.729909872647", "9.945042543876"),
    "A04": ("0.099999998", "0.065665109379", "0.147543333320"),
    "A05": ("0.99999998", "0.345605835991", "0.544440338154"),
    "A06": ("1.99999992", "0.907769793419", "1.530067454673"),
    "A07": ("0.99999998", "-0.525320875029", "0.843104761828"),
    "A08": ("0.99999998", "0.345605838835", "0.544440344354"),
    "A09": ("0.707106771187", "0.339933824325", "0.433258770762"),
    "A10": ("0.031622776582", "0.010924304713", "0.017204484240"),
    "A11": ("0.99999998", "0.401178716406", "0.574251614983"),
    "A12": ("8.99999982", "-1.866271529708", "2.659979968127"),
    "A13": ("0.284747398546", "-0.158423964508", "0.172766856579"),
    "A14": ("9.9999998", "3.456058388349", "5.444403443536"),
    "A15": ("0.316227765817", "0.109290165117", "0.172167158510"),
    "A16": ("0.744136802525", "0.296689669945", "0.495277064468"),
    "A17": ("0.99999998", "0.464438569019", "0.852267940646"),
    "A18": ("9.999800004", "6.241224200787"),
    "A19": ("2.353165149066", "1.146957172163"),
    "A20": ("3.511882364286", "1.811375547888"),
    "A21": ("0.99999998", "6.566510937863"),
    "A22": ("0.99999998", "0.007729914409"),
    "A23": ("1.899999962", "0.034560583883", "0.801105078120"),
}

VGG16 = rf.vgg_layers()


def times(jump: int, layer: rf.Layer) -> int:
    return jump * layer.stride


RECEPTIVE_FIELD: dict[str, tuple[int, Callable[[], int]]] = {
    "OK": (212, lambda: rf.size(VGG16)),
    "R01": (196, lambda: rf.size(VGG16[:-1])),
    "R02": (32, lambda: rf.size(VGG16, spacing=lambda jump, layer: 1)),
    "R03": (181, lambda: rf.size(VGG16, span=lambda a: 0 if a.stride > 1 else a.kernel - 1)),
    "R04": (243, lambda: rf.size(VGG16, spacing=times)),
    "R05": (333, lambda: rf.size(VGG16, span=lambda layer: layer.kernel)),
    "R06": (211, lambda: rf.size(VGG16, initial=0)),
    "R07": (308, lambda: rf.size_backwards(VGG16, output_first=False)),
    "R08": (243, lambda: rf.size_backwards(VGG16, extra=lambda layer: layer.kernel - 1)),
    "R09": (404, lambda: rf.size([*VGG16, (7, 1)])),
    "R10": (268, lambda: rf.size(rf.vgg_layers(depth=19))),
    "R11": (156, lambda: rf.size(rf.vgg_layers(depth=13))),
    "R12": (150, lambda: rf.size(rf.vgg_layers(depth=11))),
    "R13": (180, lambda: rf.size(rf.vgg_layers(stages=(2, 2, 3, 3, 2)))),
    "R14": (196, lambda: rf.size(rf.vgg_layers(stages=(2, 2, 3, 2, 3)))),
    "R15": (204, lambda: rf.size(rf.vgg_layers(stages=(2, 2, 2, 3, 3)))),
    "R16": (208, lambda: rf.size(rf.vgg_layers(stages=(2, 1, 3, 3, 3)))),
    "R17": (360, lambda: rf.size(VGG16, next_jump=lambda jump, layer: jump + layer.stride)),
    "R18": (243, lambda: rf.size(rf.vgg_layers(pool=(3, 2)))),
    "R19": (32, lambda: rf.size(rf.vgg_layers(pool=(2, 1)))),
    "R20": (392, lambda: rf.size(VGG16, span=lambda a: a.kernel - 1 + 2 * a.padding)),
    "R21": (27, lambda: rf.size([layer for layer in VGG16 if layer.stride == 1])),
    "R22": (106, lambda: rf.size(VGG16) // 2),
    "R23": (44944, lambda: rf.size(VGG16) ** 2),
    "R25": (392, lambda: rf.size(rf.vgg_layers(convolution=(5, 1, 2)))),
    "first layer dropped": (210, lambda: rf.size(VGG16[1:])),
    "own stride for the jump": (37, lambda: rf.size(VGG16, spacing=lambda _, a: a.stride)),
}

SIDE: Switches = {"kernel_area": lambda side: side}
TRANSITIONS: Switches = {"stage_input": lambda previous, own: own}
TWELVE: Switches = {"stages": (2, 2, 3, 3, 2)}
NO_BIAS: Switches = {"bias": False}
CONVOLUTIONS: dict[str, tuple[int, Switches]] = {
    "OK": (14_714_688, {}),
    "P01": (4_907_712, SIDE),
    "P02": (16_262_976, TRANSITIONS),
    "P03": (12_354_880, TWELVE),
    "P04": (14_710_464, NO_BIAS),
    "P05": (14_710_477, {"biases": lambda layer: 1}),
    "P06": (16_344_960, {"biases": lambda layer: layer.in_channels * layer.out_channels}),
    "P07": (14_713_536, {"in_channels": 1}),
    "P08": (20_024_384, {"depth": 19}),
    "P09": (9_404_992, {"depth": 13}),
    "P10": (9_220_480, {"depth": 11}),
    "P11": (5_423_808, SIDE | TRANSITIONS),
    "P12": (4_636_864, SIDE | TRANSITIONS | TWELVE),
    "P13": (5_419_584, SIDE | TRANSITIONS | NO_BIAS),
    "P14": (4_903_488, SIDE | NO_BIAS),
    "P15": (4_120_768, SIDE | TWELVE),
    "P16": (13_903_168, TRANSITIONS | TWELVE),
    "P17": (16_258_752, TRANSITIONS | NO_BIAS),
    "P18": (14_723_136, {"batch_norm": True}),
    "P19": (1_638_720, {"kernel_area": lambda side: 1}),
}
FULLY_CONNECTED: dict[str, tuple[int, Switches]] = {
    "OK": (123_642_856, {}),
    "F01": (123_633_664, NO_BIAS),
    "F02": (22_979_560, {"flatten": lambda side, channels: channels}),
    "F03": (431_924_200, {"flatten": lambda side, channels: (2 * side) ** 2 * channels}),
    "F04": (106_861_544, {"hidden": (4096,)}),
    "F05": (119_586_826, {"classes": 10}),
    "F06": (21_083_112, {"flatten": lambda side, channels: side**2}),
    "F08": (123_666_944, {"biases": lambda layer: layer.in_features}),
    "F09": (96_379_880, {"flatten": lambda side, channels: (side - 1) ** 2 * channels}),
}


def agrees(value: Any, written: str) -> bool:
    """Within half a unit of the last written digit, or what float64 can hold of it."""
    decimals = len(written.partition(".")[2])
    tolerance = max(0.5 * 10.0**-decimals, 1e-12 * abs(float(written)))
    return abs(float(value) - float(written)) <= tolerance * (1 + 1e-9)


def chain_rule_answer(name: str, decimals: int | None) -> Any:
    if name in ANSWERED_SOMETHING_ELSE:
        return ANSWERED_SOMETHING_ELSE[name](decimals)
    switches = CHAIN_RULE[name]
    if "log_base" in switches:
        decimals = None
    return cr.gradient(3, 5, decimals=decimals, **switches)[0]


def adam_updates(name: str, eps: float) -> list[float]:
    switches = ADAM[name]
    found = adam.updates((0.5, -0.2, 0.3), 1.0, 0.9, 0.999, eps, **switches)
    return [-switches.get("sign", -1.0) * float(each) for each in found]


def conv_count(name: str) -> int:
    return sum(vgg.conv_parameters(**CONVOLUTIONS[name][1]))


def fc_count(name: str) -> int:
    return sum(vgg.fc_parameters(**FULLY_CONNECTED[name][1]))


@pytest.mark.parametrize("name", CHAIN_RULE_FIGURES)
def test_chain_rule_slips_have_their_value(name: str) -> None:
    exact, by_hand = CHAIN_RULE_FIGURES[name]
    assert agrees(chain_rule_answer(name, None), exact)
    assert agrees(chain_rule_answer(name, 1), by_hand)


@pytest.mark.parametrize("name", ADAM)
def test_adam_slips_have_their_updates(name: str) -> None:
    found = adam_updates(name, 1e-8)
    assert all(map(agrees, found, ADAM_FIGURES[name]))


@pytest.mark.parametrize("name", RECEPTIVE_FIELD)
def test_receptive_field_slips_have_their_size(name: str) -> None:
    expected, slip = RECEPTIVE_FIELD[name]
    assert slip() == expected


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution_slips_have_their_count(name: str) -> None:
    assert conv_count(name) == CONVOLUTIONS[name][0]


@pytest.mark.parametrize("name", FULLY_CONNECTED)
def test_fully_connected_slips_have_their_count(name: str) -> None:
    assert fc_count(name) == FULLY_CONNECTED[name][0]


def test_slips_of_the_chain_rule_are_told_apart_within_one_percent() -> None:
    values = {name: float(chain_rule_answer(name, None)) for name in CHAIN_RULE_FIGURES}
    for (one, first), (other, second) in product(values.items(), repeat=2):
        assert one == other or not math.isclose(first, second, rel_tol=0.01)


def test_seven_wrong_adams_take_the_right_first_step_and_two_the_second() -> None:
    right = adam_updates("OK", 1e-8)
    alike = [
        [n for n in ADAM if math.isclose(adam_updates(n, 1e-8)[t], right[t], rel_tol=1e-6)]
        for t in (0, 1)
    ]
    assert alike[0] == ["OK", "A01", "A05", "A07", "A08", "A11", "A17", "A21", "A22"]
    assert alike[1] == ["OK", "A05", "A08"]


# The whole catalogue, where it lies beside the repository.


def catalogue() -> dict[str, Mapping[str, Any]]:
    if not CATALOGUE.exists():
        pytest.skip(f"no catalogue of misconceptions beside the repository ({CATALOGUE.name})")
    tasks = json.loads(CATALOGUE.read_text(encoding="utf-8"))["tasks"]
    return {task["id"]: {each["id"]: each for each in task["variants"]} for task in tasks}


def test_catalogued_chain_rule_slips_are_all_reproduced() -> None:
    variants = catalogue()["1"]
    assert set(variants) == set(CHAIN_RULE) | set(ANSWERED_SOMETHING_ELSE)
    for name, variant in variants.items():
        assert agrees(chain_rule_answer(name, None), variant["value"]), name
        assert agrees(chain_rule_answer(name, 1), variant["value_1dp_intermediates"]), name


def test_catalogued_adam_slips_are_all_reproduced() -> None:
    variants = catalogue()["2"]
    assert set(variants) == set(ADAM)
    for name, variant in variants.items():
        states = adam.trajectory(1.0, (0.5, -0.2, 0.3), 1e-3, 0.9, 0.999, 1e-8, **ADAM[name])
        weights = [w for w, _, _ in states]
        assert all(map(agrees, adam_updates(name, 1e-8), variant["update"])), name
        assert all(map(agrees, adam_updates(name, 0.1), variant["update_eps_0p1"])), name
        assert all(map(agrees, weights, variant["w"])), name


def test_catalogued_receptive_field_slips_are_all_reproduced() -> None:
    variants = catalogue()["3a"]
    # R24 is no slip of the calculation: the side of the image is answered.
    assert set(variants) - {"R24"} <= set(RECEPTIVE_FIELD)
    for name in set(variants) - {"R24"}:
        assert RECEPTIVE_FIELD[name][1]() == variants[name]["value"], name


def test_catalogued_convolution_slips_are_all_reproduced() -> None:
    variants = catalogue()["3b-conv"]
    assert set(variants) == set(CONVOLUTIONS)
    for name, variant in variants.items():
        conv, fc = conv_count(name), fc_count("OK")
        assert (conv, conv + fc) == (variant["value"], variant["total"]), name
        assert agrees(conv / fc, variant["ratio_conv_fc"]), name


def test_catalogued_fully_connected_slips_are_all_reproduced() -> None:
    variants = catalogue()["3b-fc"]
    assert set(variants) == set(FULLY_CONNECTED)
    for name, variant in variants.items():
        conv, fc = conv_count("OK"), fc_count(name)
        assert (fc, conv + fc) == (variant["value"], variant["total"]), name
        assert agrees(conv / fc, variant["ratio_conv_fc"]), name
