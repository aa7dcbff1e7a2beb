"""Every known mistake of the first sheet is recognised as itself and has its known value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from grader import verification
from grader.marking import references
from grader.sheet import Sheet
from tests.conftest import REPOSITORY
from tests.exercises.answers import expected, mistaken, question

CATALOGUE = REPOSITORY.parent / "shared/data/misconceptions.json"
AMBIGUOUS = {
    "receptive_field.rf_trace": [
        {"strides_ignored", "poolings_without_stride"},
        {"own_stride_used_too_early", "poolings_of_three"},
        {"padding_added", "kernels_of_five"},
    ],
    "receptive_field.rf_vgg16": [
        {"strides_ignored", "poolings_without_stride"},
        {"own_stride_used_too_early", "poolings_of_three", "backward_rule_with_k_minus_1"},
        {"padding_added", "kernels_of_five"},
        {"last_pooling_left_out", "convolution_missing_in_stage_4"},
    ],
}
"""What no value can tell apart: VGG16 gives the same numbers for each set."""
AMBIGUOUS_PAIRS = {"adam.adam_step", "receptive_field.rf_trace"}
"""Questions with two mistakes at once that look like others."""


@pytest.mark.parametrize("task", ["chain_rule", "adam", "receptive_field", "vgg_parameters"])
def test_each_mistake_is_recognised_as_itself(sheet: Sheet, task: str) -> None:
    alone = replace(sheet, tasks=tuple(one for one in sheet.tasks if one.name == task))
    findings = list(verification.proofread(alone))
    known = {
        f"{name}: misconception {one}"
        for name, groups in AMBIGUOUS.items()
        for group in groups
        for one in group
    }
    errors = {f.what: f.sentence for f in findings if f.level == "error"}
    warnings = {f.what for f in findings if f.level == "warning"}
    pairs = {what for what in warnings if what.endswith("pairs of misconceptions")}
    assert {what.partition(":")[0] for what in pairs} == {
        one for one in AMBIGUOUS_PAIRS if one.startswith(f"{task}.")
    }
    warnings -= pairs
    assert errors == {}
    assert warnings == {one for one in known if one.startswith(f"{task}.")}
    assert any(f.level == "ok" and "misconception" in f.what for f in findings)


def test_mistakes_with_the_same_value_share_what_they_concern(sheet: Sheet) -> None:
    for name, groups in AMBIGUOUS.items():
        made = {m.name: m for q in sheet.questions if q.id == name for m in q.misconceptions}
        for group in groups:
            concerns = {made[one].about for one in group}
            assert len(concerns) == 1 and concerns != {""}, group


def test_single_numbers_are_not_explained_by_combinations(sheet: Sheet) -> None:
    for name in ("u_value", "f_value", "df_dx_value", "rf_vgg16"):
        mistakes = question(sheet, name).misconceptions
        assert len(references.combined(mistakes)) == len(mistakes)


@pytest.mark.parametrize(
    ("mistakes", "count"),
    [
        (("kernel_side_for_area",), 4_907_712),
        (("input_channels_at_transitions",), 16_262_976),
        (("one_convolution_missing",), 12_354_880),
        (("kernel_side_for_area", "input_channels_at_transitions"), 5_423_808),
        (
            (
                "kernel_side_for_area",
                "input_channels_at_transitions",
                "one_convolution_missing",
            ),
            4_636_864,
        ),
        (
            ("kernel_side_for_area", "input_channels_at_transitions", "no_convolution_bias"),
            5_419_584,
        ),
        (("kernel_side_for_area", "no_convolution_bias"), 4_903_488),
        (("kernel_side_for_area", "one_convolution_missing"), 4_120_768),
        (("input_channels_at_transitions", "one_convolution_missing"), 13_903_168),
        (("input_channels_at_transitions", "no_convolution_bias"), 16_258_752),
    ],
)
def test_combined_mistakes_give_the_known_counts(
    sheet: Sheet, mistakes: tuple[str, ...], count: int
) -> None:
    assert mistaken(sheet, "conv_params", *mistakes) == count


@pytest.mark.parametrize(
    ("mistakes", "total"),
    [
        (("total_with_batch_norm",), 138_365_992),
        (("total_with_batch_norm", "total_without_conv_bias"), 138_361_768),
        (("total_without_fc_bias",), 138_348_352),
        (("total_with_a_map_of_six_pixels",), 111_094_568),
        (("total_of_vgg19",), 143_667_240),
        (("classifier_left_out",), 14_714_688),
    ],
)
def test_totals_that_people_report_are_recognised(
    sheet: Sheet, mistakes: tuple[str, ...], total: int
) -> None:
    assert mistaken(sheet, "total_params", *mistakes) == total


CHAIN_RULE = {
    "C01": "product_of_derivatives",
    "C02": "sign_of_the_reciprocal_lost",
    "C03": "inner_derivative_of_log_forgotten",
    "C04": "logarithm_held_constant",
    "C05": "square_held_constant",
    "C06": "path_through_b_missing",
    "C07": "path_through_a_missing",
    "C08": "paths_subtracted",
    "C09": "b_for_both_partials",
    "C10": "a_for_both_partials",
    "C11": "inner_factor_missing",
    "C12": "outer_factor_missing",
    "C13": "quotient_of_derivatives",
    "C14": "quotient_rule_without_the_square",
    "C15": "quotient_rule_reversed",
    "C16": "c_differentiated",
    "C17": "function_value_given",
    "C18": "derivative_by_c_given",
    "C19": "log_to_base_10",
    "C20": "log_to_base_2",
    "C21": "factor_x_squared_missing",
    "C22": "square_of_the_reciprocal_lost",
    "C23": "inner_product_of_derivatives",
    "C24": "factor_2_of_the_square_missing",
    "C25": "outer_factor_2_missing",
    "C26": "paths_counted_twice",
}
ADAM = {
    "A01": "exponent_on_the_difference",
    "A02": "no_bias_correction",
    "A03": "only_m_corrected",
    "A04": "only_v_corrected",
    "A05": "eps_inside_the_root",
    "A06": "root_left_out",
    "A07": "gradient_for_m_hat",
    "A08": "wrong_direction",
    "A09": "gradient_not_squared",
    "A10": "v_summed",
    "A11": "betas_swapped",
    "A12": "weights_of_m_exchanged",
    "A13": "weights_of_both_exchanged",
    "A14": "gradient_not_damped",
    "A15": "new_terms_not_damped",
    "A16": "t_one_too_large",
    "A17": "correction_without_exponent",
    "A18": "multiplied_by_the_correction",
    "A19": "one_plus_power",
    "A20": "power_alone",
    "A21": "exponent_on_the_difference_of_m",
    "A22": "exponent_on_the_difference_of_v",
    "A23": "nesterov_momentum",
}
FIELD = {
    "R01": "last_pooling_left_out",
    "R02": "strides_ignored",
    "R03": "stride_taken_from_the_kernel",
    "R04": "own_stride_used_too_early",
    "R05": "kernel_for_kernel_minus_one",
    "R06": "started_at_zero",
    "R07": "backward_rule_from_the_input",
    "R08": "backward_rule_with_k_minus_1",
    "R09": "first_connected_layer_counted",
    "R10": "layers_of_vgg19",
    "R11": "layers_of_vgg13",
    "R12": "layers_of_vgg11",
    "R13": "convolution_missing_in_stage_5",
    "R14": "convolution_missing_in_stage_4",
    "R15": "convolution_missing_in_stage_3",
    "R16": "convolution_missing_in_stage_2",
    "R17": "jumps_added",
    "R18": "poolings_of_three",
    "R19": "poolings_without_stride",
    "R20": "padding_added",
    "R21": "poolings_left_out",
    "R22": "radius_given",
    "R23": "area_given",
    "R24": "image_size_given",
    "R25": "kernels_of_five",
}
CONVOLUTIONS = {
    "P01": ("kernel_side_for_area",),
    "P02": ("input_channels_at_transitions",),
    "P03": ("one_convolution_missing",),
    "P04": ("no_convolution_bias",),
    "P05": ("one_bias_per_layer",),
    "P06": ("one_bias_per_kernel",),
    "P07": ("one_input_channel",),
    "P08": ("convolutions_of_vgg19",),
    "P09": ("convolutions_of_vgg13",),
    "P10": ("convolutions_of_vgg11",),
    "P11": ("kernel_side_for_area", "input_channels_at_transitions"),
    "P12": ("kernel_side_for_area", "input_channels_at_transitions", "one_convolution_missing"),
    "P13": ("kernel_side_for_area", "input_channels_at_transitions", "no_convolution_bias"),
    "P14": ("kernel_side_for_area", "no_convolution_bias"),
    "P15": ("kernel_side_for_area", "one_convolution_missing"),
    "P16": ("input_channels_at_transitions", "one_convolution_missing"),
    "P17": ("input_channels_at_transitions", "no_convolution_bias"),
    "P18": ("batch_norm_counted",),
    "P19": ("kernel_left_out",),
}
CONNECTED = {
    "F01": "no_fc_bias",
    "F02": "map_of_one_pixel",
    "F03": "last_pooling_forgotten",
    "F04": "two_layers_only",
    "F05": "ten_classes",
    "F06": "channels_left_out",
    "F08": "fc_bias_over_inputs",
    "F09": "map_of_six_pixels",
}


@pytest.fixture(scope="module")
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """The catalogue of slips that lies beside the project; it is no part of it."""
    if not CATALOGUE.exists():
        pytest.skip(f"there is no {CATALOGUE.name} beside the project")
    tasks = json.loads(CATALOGUE.read_text(encoding="utf-8"))["tasks"]
    return {task["id"]: {one["id"]: one for one in task["variants"]} for task in tasks}


def slips(catalogue: Mapping[str, Mapping[str, Any]], task: str) -> dict[str, Any]:
    """The catalogued slips of one task, without the right answer."""
    return {name: slip for name, slip in catalogue[task].items() if name != "OK"}


def test_catalogued_slips_of_the_chain_rule_are_known_here(
    sheet: Sheet, catalogue: Mapping[str, Mapping[str, Any]]
) -> None:
    found = slips(catalogue, "1")
    assert set(found) == set(CHAIN_RULE)
    right = {"x": 3.0, "c": 5.0}
    functions = {m.name: m.reference for m in question(sheet, "df_dx").misconceptions}
    for number, slip in found.items():
        value = pytest.approx(float(slip["value"]), rel=1e-9)
        assert mistaken(sheet, "df_dx_value", CHAIN_RULE[number]) == value, number
        assert functions[CHAIN_RULE[number]](**right) == value, number


def test_catalogued_slips_of_adam_are_known_here(
    sheet: Sheet, catalogue: Mapping[str, Mapping[str, Any]]
) -> None:
    found = slips(catalogue, "2")
    assert set(found) == set(ADAM)
    steps = {m.name: m.reference for m in question(sheet, "adam_step").misconceptions}
    for number, slip in found.items():
        w, m, v = 1.0, 0.0, 0.0
        for t, (g, weight) in enumerate(zip((0.5, -0.2, 0.3), slip["w"], strict=True), start=1):
            w, m, v = steps[ADAM[number]](w, g, m, v, t, 1e-3, 0.9, 0.999, 1e-8)
            assert w == pytest.approx(float(weight), rel=1e-12), (number, t)


def test_catalogued_slips_of_receptive_fields_are_known_here(
    sheet: Sheet, catalogue: Mapping[str, Mapping[str, Any]]
) -> None:
    found = slips(catalogue, "3a")
    assert set(found) == set(FIELD)
    for number, slip in found.items():
        assert mistaken(sheet, "rf_vgg16", FIELD[number]) == slip["value"], number


def test_catalogued_slips_of_convolution_counts_are_known_here(
    sheet: Sheet, catalogue: Mapping[str, Mapping[str, Any]]
) -> None:
    found = slips(catalogue, "3b-conv")
    assert set(found) == set(CONVOLUTIONS)
    for number, slip in found.items():
        assert mistaken(sheet, "conv_params", *CONVOLUTIONS[number]) == slip["value"], number


def test_catalogued_slips_of_connected_layers_are_known_here(
    sheet: Sheet, catalogue: Mapping[str, Mapping[str, Any]]
) -> None:
    found = slips(catalogue, "3b-fc")
    assert set(found) == set(CONNECTED)
    for number, slip in found.items():
        assert mistaken(sheet, "fc_params", CONNECTED[number]) == slip["value"], number
        total = mistaken(sheet, "fc_params", CONNECTED[number]) + expected(sheet, "conv_params")
        assert total == slip["total"], number
