"""What was measured with a plan's own settings, and what verdicts make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Origin, Provenance, Status
from gpuplanner.core.estimate import Budget, Fits, MeasuredPeak
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.accuracy import JudgedRow, accuracy
from gpuplanner.estimator.estimate import estimate
from gpuplanner.estimator.measured import heed, heeding, limits_heeding, peak_of, settings_key
from gpuplanner.estimator.solve import fitting_lengths, rank_fixes

Planned = Callable[..., ResolvedPlan]


def peak(gib: float, seq_len: int = 4096, *, oom: bool = False) -> MeasuredPeak:
    return MeasuredPeak(0, seq_len, gib * GIB, "A100 80GB SXM4", oom)


@pytest.mark.parametrize(
    ("fits", "measured", "verdict"),
    [
        (Fits.YES, peak(21.5), Fits.YES),
        (Fits.YES, peak(21.7), Fits.TIGHT),
        (Fits.YES, peak(24.1), Fits.NO),
        (Fits.TIGHT, peak(10), Fits.TIGHT),
        (Fits.NO, peak(22), Fits.NO),
        (Fits.YES, peak(23, 2048), Fits.TIGHT),
        (Fits.YES, peak(30, 8192), Fits.YES),
        (Fits.YES, peak(24, oom=True), Fits.NO),
        (Fits.YES, peak(16, oom=True), Fits.YES),
    ],
    ids=[
        "room",
        "near",
        "above",
        "as before",
        "never better",
        "shorter",
        "longer",
        "oom",
        "oom of a small card",
    ],
)
def test_that_no_verdict_is_better_than_what_was_measured(
    fits: Fits, measured: MeasuredPeak, verdict: Fits
) -> None:
    found, rests_on = heed(fits, 4096, 24 * GIB, [measured])
    assert found is verdict
    assert (rests_on is None) == (verdict is fits)


def test_that_the_worst_of_several_measurements_counts() -> None:
    assert heed(Fits.YES, 4096, 24 * GIB, [peak(22), peak(25), peak(23)])[1] == peak(25)


def test_that_the_straight_line_between_two_measured_lengths_counts() -> None:
    peaks = [peak(20, 2048), peak(23, 4096)]  # 90 % of 24 GiB are reached at 3,140 tokens
    assert limits_heeding(9999, 9999, 24 * GIB, peaks)[0] == 3072
    assert heed(Fits.YES, 3072, 24 * GIB, peaks) == (Fits.YES, None)
    assert heed(Fits.YES, 3584, 24 * GIB, peaks) == (Fits.TIGHT, peaks[1])


def test_that_lengths_end_before_what_was_measured() -> None:
    peaks = [peak(10, 1024), peak(22, 2048), peak(25, 8192)]
    assert limits_heeding(6400, 9600, 24 * GIB, peaks) == (1920, 8064), "1,024 + 11.6 of 12 GiB, in blocks"
    assert limits_heeding(6400, 9600, 24 * GIB, peaks[1:]) == (1920, 8064)
    assert limits_heeding(1024, 1024, 24 * GIB, peaks) == (1024, 1024)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"gpu": "RTX 4090"}, True),
        ({"seq_len": 256}, True),
        ({"torch_version": "2.4.1"}, True),
        ({"sharding": "zero2"}, True),
        ({"torch_version": "2.5"}, False),
        ({"micro_batch_size": 2}, False),
        ({"method": "lora"}, False),
        ({"grad_checkpointing": False}, False),
        ({"gpus_per_node": 2}, False),
        ({"model": "Qwen-1.8B"}, False),
    ],
)
def test_that_settings_are_all_but_card_and_length(
    planned: Planned, other: dict[str, Any], same: bool
) -> None:
    plan: dict[str, Any] = {
        "method": "qlora",
        "torch_version": "2.4",
        "framework": "hf-deepspeed",
        "sharding": "zero3",
    }
    wanted = settings_key(planned(**plan))
    assert (settings_key(planned(**{**plan, **other})) == wanted) is same


def test_that_only_what_a_card_has_seen_counts(planned: Planned) -> None:
    resolved = planned()
    row = BenchmarkRow(resolved.plan, Measurement(peak_memory=20), Provenance(origin=Origin.TRIAL))
    found = peak_of(3, row, resolved)
    assert found is not None
    assert (found.row, found.bytes) == (3, 20 * GIB)
    assert peak_of(3, replace(row, provenance=Provenance(origin=Origin.DRY_RUN)), resolved) is None
    unknown = replace(row, measurement=Measurement(status=Status.NOT_MEASURED))
    assert peak_of(3, unknown, resolved) is None
    oom = peak_of(3, replace(row, measurement=Measurement(status=Status.OOM)), resolved)
    assert oom is not None
    assert (oom.oom, oom.bytes) == (True, resolved.gpu.memory_bytes)


def test_that_changes_and_lengths_are_held_against_it_too(planned: Planned) -> None:
    resolved = planned(method="qlora", gpu="RTX 4090", seq_len=4096)
    budget = Budget()
    fits_to, tight_to = fitting_lengths(resolved, budget)
    assert fits_to > 4096
    near = [replace(peak(23.5), gpu="RTX 4090")]
    assert fitting_lengths(resolved, budget, measured=lambda plan: near) == (3968, tight_to)
    answer = heeding(estimate(resolved, budget=budget), near)
    assert (answer.fits, answer.measured) == (Fits.TIGHT, near[0])
    key = settings_key(resolved)
    offered = rank_fixes(resolved, measured=lambda plan: near if settings_key(plan) == key else [])
    shorter = next(c for c in offered.helpful if dict(c.changed).keys() == {"seq_len"})
    assert (shorter.plan.seq_len, shorter.fits) == (3968, Fits.YES)


def test_that_no_row_is_judged_by_itself() -> None:
    catalog = load_catalog()
    rows = read_rows(resource("samples", "qwen-profile.csv")).rows
    judged = []
    for i, row in enumerate(rows):
        resolved = catalog.resolve(row.effective_plan())
        judged.append(JudgedRow(i, row, resolved, resolved))
    found = accuracy(judged, len(rows))
    assert (found.oom_rows, found.false_green, found.false_red) == (15, 3, 0)
