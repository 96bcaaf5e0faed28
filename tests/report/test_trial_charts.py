"""The charts of a trial as plain data."""

from __future__ import annotations

import pytest

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.estimate import MemoryEstimate, Parts, Phase
from gpuplanner.core.trial import MeasuredPhase, TrialResult
from gpuplanner.core.trial_events import StepEvent
from gpuplanner.core.units import GIB, MIB
from gpuplanner.report.trial_charts import (
    StepTimes,
    allocated_course,
    readable_unit,
    run_chart,
    step_chart,
    ticks,
)

PHASES = (
    Phase("load", Parts(weights_bytes=10)),
    Phase("forward", Parts(weights_bytes=10, activations_bytes=5)),
    Phase("backward", Parts(weights_bytes=10, logits_bytes=8, activations_bytes=2)),
)
MEMORY = MemoryEstimate(20, 24, 30, 27, 33, 30, 0, "backward", PHASES, 4, 6)


def step(index: int, seconds: float = 2.0, **phases: int) -> StepEvent:
    return StepEvent(index, seconds, allocated_bytes=max(phases.values()), phases=phases)


def test_that_an_estimate_alone_is_a_chart_of_stacked_parts() -> None:
    chart = step_chart(MEMORY)
    assert [column.name for column in chart.columns] == ["load", "forward", "backward"]
    assert chart.columns[2].parts == (("weights", 10), ("activations", 2), ("logits", 8))
    assert all(sum(size for _, size in c.parts) == c.predicted_bytes for c in chart.columns)
    assert (chart.predicted_peak_bytes, chart.peak_phase) == (20, "backward")
    assert chart.measured_peak_bytes is None


def test_that_the_steps_so_far_give_the_highest_peak_of_each_phase() -> None:
    chart = step_chart(MEMORY, steps=[step(1, forward=14, backward=19), step(2, forward=16, backward=18)])
    measured = {column.name: column.measured_bytes for column in chart.columns}
    assert measured == {"load": None, "forward": 16, "backward": 19}
    assert (chart.measured_peak_bytes, chart.measured_phase) == (19, "backward")


def test_that_the_end_knows_parts_and_the_first_phase() -> None:
    phases = (
        MeasuredPhase("load", 11),
        MeasuredPhase("backward", 21, parts=Parts(weights_bytes=11, logits_bytes=10)),
    )
    chart = step_chart(MEMORY, TrialResult("fake", phases=phases), origin=Origin.DRY_RUN)
    assert chart.columns[0].measured_bytes == 11
    assert chart.columns[2].measured_parts == (("weights", 11), ("logits", 10))
    assert (chart.origin, chart.measured_peak_bytes) == (Origin.DRY_RUN, 21)
    assert chart.top_bytes > 21


def test_that_a_phase_that_was_not_predicted_has_no_column() -> None:
    phases = (MeasuredPhase("evaluation", 99),)
    assert len(step_chart(MEMORY, TrialResult("cpu", phases=phases)).columns) == 3


def test_that_the_course_of_allocated_bytes_never_goes_back_in_time() -> None:
    course = allocated_course([step(1, forward=5, backward=9), step(2, forward=6, backward=9)], [1.0, 3.0])
    assert course[0] == (0.0, 5)
    assert [second for second, _ in course] == sorted(second for second, _ in course)
    assert course[-1] == (3.0, 9)
    assert allocated_course([StepEvent(1, 1.0, allocated_bytes=4)], [2.0]) == ((1.0, 4), (2.0, 4))


def test_that_a_run_on_a_card_has_the_band_and_one_on_the_cpu_allocated_bytes() -> None:
    on_card = run_chart(MEMORY, phases=[("import torch", 0.0), ("build", 4.0)], now_s=8.0, left_s=20.0)
    assert (on_card.predicted_bytes, on_card.low_bytes, on_card.high_bytes) == (30, 27, 33)
    assert on_card.predicted_from_s == 4.0
    assert on_card.end_s >= 28.0
    on_cpu = run_chart(MEMORY, on_card=False)
    assert (on_cpu.predicted_bytes, on_cpu.low_bytes) == (20, None)
    assert on_cpu.end_s == 10.0


@pytest.mark.parametrize("seconds", [0.0, 9.0, 11.0, 59.0, 61.0, 1234.0])
def test_that_the_axis_of_a_run_ends_at_a_round_second(seconds: float) -> None:
    chart = run_chart(MEMORY, now_s=seconds)
    assert chart.end_s >= seconds
    assert len(chart.time_ticks()) <= 8


def test_that_ticks_are_round_and_few() -> None:
    assert ticks(25.0) == (0.0, 10.0, 20.0)
    assert ticks(4.7, 3) == (0.0, 2.5)
    assert ticks(9.0, 1) == (0.0,)


def test_that_a_tiny_model_is_shown_in_mib() -> None:
    assert readable_unit(20 * MIB, "GiB", GIB) == ("MiB", MIB)
    assert readable_unit(2 * GIB, "GiB", GIB) == ("GiB", GIB)


def test_that_an_axis_of_times_has_a_top_without_a_step() -> None:
    assert StepTimes((), 2, 7).top_s > 0
    assert StepTimes((3.0,), 2, 7, predicted_s=5.0).top_s > 5


def test_that_a_peak_after_training_is_not_that_of_a_step() -> None:
    """A trial neither evaluates nor merges: its measured peak is compared with the step's."""
    phases = (*PHASES, Phase("evaluation", Parts(40)), Phase("save", Parts(11)), Phase("merge", Parts(50)))
    chart = step_chart(MemoryEstimate(50, 54, 60, 57, 63, 60, 0, "merge", phases, 4, 6))
    assert [column.name for column in chart.columns] == ["load", "forward", "backward"]
    assert (chart.predicted_peak_bytes, chart.peak_phase) == (20, "backward")
    nothing = step_chart(MemoryEstimate(5, 5, 5, 5, 5, 5, 0, "decode", (Phase("decode", Parts(5)),), 0, 0))
    assert (nothing.columns, nothing.peak_phase) == ((), "")
