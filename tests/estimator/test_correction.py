"""Measured rows correct the next estimate: what moves, by how much, and what must not."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, MemoryKind, Origin, Provenance, Status
from gpuplanner.core.correction import Correction, row_key
from gpuplanner.core.estimate import PARTS, Estimate
from gpuplanner.core.json_fields import from_fields, to_fields
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.units import GB, GIB
from gpuplanner.data.benchmark_table import read_row
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.correction import MOST_ROWS, Corrector, MeasuredRow, learn, without
from gpuplanner.estimator.correction_factors import LEAST_SPREAD
from gpuplanner.estimator.estimate import (
    PHYSICS,
    Calibration,
    corrected_by,
    estimate,
    estimate_many,
    length_curve,
)
from gpuplanner.estimator.uncertainty import Z_90

Planned = Callable[..., ResolvedPlan]

MODEL = {"model": "Llama-3.1-8B", "gpu": "A100 80GB SXM4"}


def trial(
    plan: ResolvedPlan,
    size: float | None,
    seconds: float | None = None,
    *,
    kind: MemoryKind = MemoryKind.DEVICE,
    status: Status = Status.MEASURED,
) -> MeasuredRow:
    measured = Measurement(
        peak_memory=None if size is None else size / GIB,
        peak_memory_kind=kind,
        step_time_s=seconds,
        status=status,
    )
    return MeasuredRow(BenchmarkRow(plan.origin, measured, Provenance(origin=Origin.TRIAL)), plan)


def device(plan: ResolvedPlan, calibration: Calibration = PHYSICS) -> int:
    return estimate(plan, calibration=calibration).memory.peak_device_bytes


def learned(*rows: MeasuredRow) -> Calibration:
    return corrected_by([learn(rows, name="trials", date="2026-01-31")])


def half_width(answer: Estimate) -> float:
    return answer.memory.high_device_bytes / answer.memory.peak_device_bytes - 1


def test_that_one_trial_is_an_offset_and_its_own_length_is_met(planned: Planned) -> None:
    tried, longer = planned(**MODEL, seq_len=512), planned(**MODEL, seq_len=8192)
    calibration = learned(trial(tried, device(tried) + 0.6 * GB))
    here = device(tried, calibration) - device(tried)
    there = device(longer, calibration) - device(longer)
    assert 0.4 * GB < here <= 0.6 * GB
    assert 0.2 * GB < there < here
    parts = [estimate(longer, calibration=side).memory for side in (PHYSICS, calibration)]
    logits = [memory.phase(memory.peak_phase).parts.logits_bytes for memory in parts]
    assert logits[1] == pytest.approx(logits[0], rel=0.01)


def test_that_two_lengths_find_a_slope(planned: Planned) -> None:
    """A card on which logits and activations take 20 % more than their formula."""
    plans = {length: planned(**MODEL, seq_len=length) for length in (512, 2048, 4096, 8192)}

    def law(plan: ResolvedPlan) -> float:
        memory = estimate(plan).memory
        parts = memory.phase(memory.peak_phase).parts
        return memory.peak_device_bytes + 0.2 * (parts.logits_bytes + parts.activations_bytes)

    calibration = learned(trial(plans[512], law(plans[512])), trial(plans[4096], law(plans[4096])))
    for length in (2048, 8192):
        before = abs(device(plans[length]) / law(plans[length]) - 1)
        after = abs(device(plans[length], calibration) / law(plans[length]) - 1)
        assert after < 0.25 * before


@pytest.mark.parametrize("kind", list(MemoryKind))
def test_that_parts_still_add_up(planned: Planned, kind: MemoryKind) -> None:
    plans = [planned(**MODEL, seq_len=length) for length in (512, 4096)]
    rows = [trial(plan, 1.07 * device(plan), 1.1 * estimate(plan).step.seconds, kind=kind) for plan in plans]
    memory = estimate(plans[1], calibration=learned(*rows)).memory
    assert memory.peak_device_bytes == (
        memory.peak_allocated_bytes + memory.fragmentation_bytes + memory.context_bytes
    )
    for phase in memory.phases:
        assert phase.allocated_bytes == sum(getattr(phase.parts, name) for name in PARTS)
        assert all(getattr(phase.parts, name) >= 0 for name in PARTS)
    peak = memory.phase(memory.peak_phase)
    for name in PARTS:
        terms = [term.bytes for term in memory.terms if term.part == name]
        assert sum(terms) == pytest.approx(getattr(peak.parts, name), abs=20)
    assert sum(term.bytes for term in memory.terms) == pytest.approx(memory.peak_device_bytes, abs=50)


def test_that_a_trial_on_the_cpu_corrects_the_allocated_part_only(planned: Planned) -> None:
    plan = planned(**MODEL, seq_len=1024)
    before = estimate(plan).memory
    allocated = 1.03 * before.peak_allocated_bytes
    after = estimate(plan, calibration=learned(trial(plan, allocated, kind=MemoryKind.ALLOCATED)))
    assert after.memory.peak_allocated_bytes == pytest.approx(allocated, rel=0.015)
    assert after.memory.peak_allocated_bytes > before.peak_allocated_bytes
    assert after.memory.context_bytes == before.context_bytes
    assert after.memory.fragmentation_bytes == pytest.approx(before.fragmentation_bytes, abs=2)
    assert after.step == estimate(plan).step


def test_that_nothing_carries_over_to_another_framework(planned: Planned) -> None:
    tried = planned(**MODEL, seq_len=1024)
    calibration = learned(trial(tried, 1.1 * device(tried), 2 * estimate(tried).step.seconds))
    other = planned(**MODEL, seq_len=1024, sharding="zero2")
    before, after = estimate(other), estimate(other, calibration=calibration)
    assert (after.memory.peak_device_bytes, after.memory.high_device_bytes, after.step) == (
        before.memory.peak_device_bytes,
        before.memory.high_device_bytes,
        before.step,
    )


def test_that_what_is_farther_is_corrected_less(planned: Planned) -> None:
    tried = planned(**MODEL, seq_len=1024)
    calibration = learned(trial(tried, 1.05 * device(tried), 1.1 * estimate(tried).step.seconds))
    moved, slowed = [], []
    for fields in (
        MODEL,
        {**MODEL, "gpu": "H100 SXM5"},
        {**MODEL, "gpu": "H100 SXM5", "model": "Mistral-7B-v0.1", "method": "full"},
    ):
        plan = planned(**fields, seq_len=1024)
        moved.append(device(plan, calibration) / device(plan) - 1)
        slowed.append(estimate(plan, calibration=calibration).step.seconds / estimate(plan).step.seconds)
    assert moved == sorted(moved, reverse=True)
    assert slowed == sorted(slowed, reverse=True)
    assert moved[-1] > 0


def test_that_the_interval_narrows_but_not_below_the_noise(planned: Planned) -> None:
    plans = [planned(**MODEL, seq_len=length) for length in (256, 512, 1024, 2048, 4096, 8192)]
    rows = [trial(plan, 1.02 * device(plan)) for plan in plans]
    wanted = planned(**MODEL, seq_len=2048)
    widths = [half_width(estimate(wanted, calibration=learned(*rows[:n]))) for n in range(len(rows) + 1)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.7 * widths[0]
    assert widths[-1] > np.expm1(Z_90 * LEAST_SPREAD) - 1e-6


def test_that_sweeps_and_curves_are_corrected_as_single_plans(planned: Planned) -> None:
    tried = planned(**MODEL, seq_len=1024)
    calibration = learned(trial(tried, 1.05 * device(tried), 1.1 * estimate(tried).step.seconds))
    plans = [planned(**MODEL, seq_len=length) for length in (256, 1024, 4096)]
    curve = length_curve(tried, [256, 1024, 4096], calibration)
    many = estimate_many([*plans, planned(model="Qwen-7B")], calibration)
    for i, plan in enumerate(plans):
        one = estimate(plan, calibration=calibration)
        for columns in (curve, many):
            assert round(float(columns.device_bytes[i])) == pytest.approx(one.memory.peak_device_bytes, abs=2)
            assert round(float(columns.high_bytes[i])) == pytest.approx(one.memory.high_device_bytes, abs=3)
            assert columns.step_time_s[i] == pytest.approx(one.step.seconds)
            assert columns.high_s[i] == pytest.approx(one.step.high_seconds)


def test_that_the_correction_says_what_it_is(planned: Planned) -> None:
    plan = planned(**MODEL, seq_len=1024)
    calibration = learned(trial(plan, 1.05 * device(plan)))
    answer = estimate(plan, calibration=calibration)
    assert answer.calibration == "physics + 1 trial"
    assert answer.assumptions[-1].startswith("Corrected by 1 trial: memory +")
    assert answer.assumptions[-1].endswith("against physics (trials)")
    assert estimate(plan).calibration == "physics"


def test_that_out_of_memory_is_a_lower_bound(planned: Planned) -> None:
    plan = planned(model="Llama-3.1-8B", gpu="RTX 4090", method="lora", seq_len=2048)
    room = plan.gpu.memory_bytes
    assert 0.9 * room < device(plan) < room
    seen = learned(trial(plan, None, status=Status.OOM))
    assert device(plan, seen) > device(plan)
    far = planned(model="Llama-3.1-8B", gpu="RTX 4090", method="lora", seq_len=16384)
    assert device(far) > 1.5 * room
    assert device(plan, learned(trial(far, None, status=Status.OOM))) == device(plan)


def test_that_what_cannot_be_meant_is_left_out_and_named(planned: Planned) -> None:
    plan = planned(**MODEL, seq_len=1024)
    silent = trial(plan, None, status=Status.NOT_MEASURED)
    broken = MeasuredRow(read_row({"model": "Llama-3.1-8B", "seq_len": "long"}), plan)
    layer = learn(
        [trial(plan, 9 * device(plan)), silent, broken, trial(plan, device(plan), 1e4)], name="x", date=""
    )
    (half,) = layer.evidence
    assert half.memory is not None
    assert half.seconds is None
    reasons = sorted(line.partition(": ")[2] for line in layer.left_out)
    assert reasons[0] == "nothing was measured"
    assert reasons[1] == "seq_len cannot be read"
    assert reasons[2] == "the memory is 9 times the estimate; look at its unit and its plan"
    assert reasons[3].startswith("the time is ")
    assert corrected_by([learn([silent, broken], name="x", date="")]) is PHYSICS


def test_that_equal_rows_count_once_and_layers_can_be_switched_off(planned: Planned) -> None:
    plan = planned(**MODEL, seq_len=1024)
    row = trial(plan, 1.05 * device(plan))
    layer = learn([row, row], name="one", date="")
    assert len(layer.evidence) == 1
    again = learn([row], name="two", date="")
    assert corrected_by([layer, again]).name == "physics + 1 trial"
    assert corrected_by([replace(layer, active=False)]) is PHYSICS
    assert device(plan, corrected_by([layer, again])) == device(plan, corrected_by([layer]))


def test_that_a_note_does_not_make_another_row(planned: Planned) -> None:
    row = trial(planned(**MODEL), 1e10).row
    noted = replace(row, provenance=replace(row.provenance, note="seen", source="me"))
    assert row_key(noted) == row_key(row)
    other = replace(row, measurement=replace(row.measurement, peak_memory=9.0))
    assert row_key(other) != row_key(row)


def test_that_a_correction_comes_back_from_json(planned: Planned) -> None:
    plans = [planned(**MODEL, seq_len=length) for length in (512, 4096)]
    layer = learn([trial(plan, 1.05 * device(plan), 3.0) for plan in plans], name="显存", date="2026-01-31")
    back = from_fields(Correction, json.loads(json.dumps(to_fields(layer))))
    assert back == layer
    assert device(plans[0], corrected_by([back])) == device(plans[0], corrected_by([layer]))


def test_that_more_rows_than_can_be_used_are_named(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpuplanner.estimator.correction.MOST_ROWS", 2)
    plan = planned(**MODEL)
    layer = learn([trial(plan, device(plan) + i * 1e6) for i in range(4)], name="", date="")
    assert len(layer.evidence) == 2
    assert [line.rpartition(": ")[2] for line in layer.left_out] == ["more than 2 rows"] * 2
    assert MOST_ROWS == 300


@pytest.fixture(scope="module")
def profile() -> list[MeasuredRow]:
    catalog = load_catalog()
    return [
        MeasuredRow(row, catalog.resolve(row.effective_plan(), Path()))
        for row in read_rows(resource("samples", "qwen-profile.csv")).rows
        if row.measurement.status is Status.MEASURED
    ]


def judged(rows: Sequence[MeasuredRow], groups: Sequence[object]) -> tuple[float, float, float]:
    """(mean error, share held by the interval, median half-width), each group left out in turn."""
    layer = learn(rows, name="", date="")
    errors, inside, widths = [], [], []
    for out in dict.fromkeys(groups):
        some = [row for row, group in zip(rows, groups, strict=True) if group == out]
        calibration = corrected_by(without([layer], {row_key(item.row) for item in some}))
        columns = estimate_many([item.resolved for item in some], calibration)
        truth = np.array([item.row.peak_bytes_per_gpu for item in some])
        errors += list(np.abs(columns.device_bytes / truth - 1))
        half = np.log(columns.high_bytes / columns.device_bytes)
        inside += list(np.abs(np.log(truth / columns.device_bytes)) <= half)
        widths += list(np.expm1(half))
    return float(np.mean(errors)), float(np.mean(inside)), float(np.median(widths))


def test_that_the_interval_is_honest_on_rows_left_out(profile: list[MeasuredRow]) -> None:
    """Physics alone: 2.6 %, half-width 6.5 %."""
    series = [(row.row.plan.model, row.row.plan.method, row.resolved.plan.sharding) for row in profile]
    error, inside, width = judged(profile, series)
    assert error <= 0.03
    assert 0.85 <= inside <= 0.97
    assert width <= 0.062
    error, inside, width = judged(profile, list(range(len(profile))))
    assert error <= 0.025
    assert 0.85 <= inside <= 0.97
    assert width <= 0.056


def test_that_a_row_left_out_does_not_judge_itself(profile: list[MeasuredRow]) -> None:
    layer = learn(profile, name="", date="")
    spoiled = list(profile)
    item = spoiled[3]
    row = replace(item.row, measurement=replace(item.row.measurement, peak_memory=7.9))
    spoiled[3] = replace(item, row=row)
    calibrations = [
        corrected_by(without([made], {row_key(one.row)}))
        for made, one in ((layer, item), (learn(spoiled, name="", date=""), spoiled[3]))
    ]
    assert device(item.resolved, calibrations[0]) == device(item.resolved, calibrations[1])


def test_that_the_facts_of_7b_full_training_raise_its_estimate(profile: list[MeasuredRow]) -> None:
    """It ran out of memory from 2,048 tokens on, which physics holds for possible."""
    catalog = load_catalog()
    rows = [
        MeasuredRow(row, catalog.resolve(row.effective_plan(), Path()))
        for row in read_rows(resource("samples", "qwen-profile.csv")).rows
        if row.measurement.status is Status.OOM
    ]
    full = next(item for item in rows if item.row.plan.method.value == "full")
    calibration = corrected_by([learn([*profile, *rows], name="", date="")])
    assert device(full.resolved, calibration) > 1.05 * device(full.resolved)
    assert Corrector([learn(rows, name="", date="")]).evidence


def test_that_leaving_one_out_needs_no_second_solution(profile: list[MeasuredRow]) -> None:
    rows = profile[:12]
    layer = learn(rows, name="", date="")
    quick = [error for _, error in Corrector([layer]).left_out()]
    for item, error in zip(rows, quick, strict=True):
        calibration = corrected_by(without([layer], {row_key(item.row)}))
        predicted = device(item.resolved, calibration)
        assert predicted / (item.row.peak_bytes_per_gpu or 0) - 1 == pytest.approx(error, abs=0.01)


def test_that_what_other_formulae_learned_is_not_used(planned: Planned) -> None:
    plan = planned(**MODEL, seq_len=1024)
    layer = learn([trial(plan, 1.05 * device(plan))], name="x", date="")
    (found,) = layer.evidence
    assert found.memory is not None
    for broken in (
        replace(found, context=("hf",)),
        replace(found, tokens=0.0),
        replace(found, memory=None),
        replace(found, memory=replace(found.memory, loadings=(0.1,))),
        replace(found, memory=replace(found.memory, predicted=0.0)),
        replace(found, memory=replace(found.memory, measured=float("inf"))),
    ):
        assert corrected_by([replace(layer, evidence=(broken,))]) is PHYSICS


def test_that_a_longer_sequence_hardly_ever_takes_less(profile: list[MeasuredRow]) -> None:
    """Physics never falls with length.  A correction follows the measurements, some of which do (18.7 GB,
    then 18.4); it falls by less than their noise."""
    calibration = corrected_by([learn(profile, name="", date="")])
    lengths = [round(128 * 2 ** (i / 4)) for i in range(40)]
    for plan in dict.fromkeys(replace_length(item.resolved) for item in profile):
        sizes = length_curve(plan, lengths, calibration).device_bytes
        highest = np.maximum.accumulate(sizes)
        assert ((highest - sizes) / sizes).max() < LEAST_SPREAD


def replace_length(plan: ResolvedPlan) -> ResolvedPlan:
    return replace(plan, plan=replace(plan.plan, seq_len=1024), asked=None)
