"""Nothing wears out over a class with attackers in it; ``soak`` plays it at length."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from grader.grade import Grade, Status
from tests.hostile.soak import gauges, play
from tests.hostile.soak.gauges import GAUGES, Gauge, Zygote
from tests.hostile.soak.play import Plan

SOME = {gauge.name: 100 * gauge.unit for gauge in GAUGES}


@pytest.mark.sandbox
def test_a_small_class_with_attackers_is_graded_as_without_and_leaves_nothing() -> None:
    soaked = play.play(Plan(submissions=60, hostile=15.0, seed=4, jobs=2))
    assert soaked.faults == (), "\n".join(soaked.table)
    assert soaked.hostile == 9


@pytest.mark.parametrize("gauge", GAUGES, ids=lambda each: each.name.replace(" ", "_"))
def test_what_is_left_after_a_class_is_noticed(gauge: Gauge) -> None:
    most = gauge.most + gauge.most_by_grade * 10
    for more, noticed in ((most, False), (most + gauge.unit, True)):
        after = {**SOME, gauge.name: SOME[gauge.name] + more}
        found = [*gauges.faults(SOME, [SOME, SOME], after, jobs=2, submissions=10)]
        assert bool(found) is noticed
        assert all(each.startswith(gauge.name) for each in found)


@pytest.mark.parametrize("gauge", GAUGES, ids=lambda each: each.name.replace(" ", "_"))
def test_what_grows_over_a_class_is_noticed(gauge: Gauge) -> None:
    most = gauge.most + gauge.most_by_grade * 10 + gauge.most_by_run * 2
    for more, noticed in ((most, False), (most + gauge.unit, True)):
        last = {**SOME, gauge.name: SOME[gauge.name] + more}
        found = [*gauges.faults(SOME, [SOME, last], SOME, jobs=2, submissions=10)]
        assert bool(found) is noticed


def test_a_warm_interpreter_that_has_ended_is_noticed() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        zygote = Zygote([process.pid])
        assert zygote.lives()
        process.kill()
    assert not zygote.lives()


def test_another_grade_is_noticed() -> None:
    one = Grade(
        submission="ada",
        source="ada.py",
        sha256="",
        status=Status.GRADED,
        points=1.0,
        max_points=2.0,
        run=None,
        questions=(),
    )
    assert [*play.differences([one], [one])] == []
    assert [*play.differences([one], [replace(one, points=0.5)])] != []
