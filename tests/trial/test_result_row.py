"""What of a trial may stand in the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gpuplanner.core.benchmark import MemoryKind, Origin, Status
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import RankResult, TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.data.benchmark_table import read_row, row_texts
from gpuplanner.trial.result_row import row_of

PLAN = Plan(model="Qwen-7B", gpu="L4")
VERSIONS = {"torch": "2.9.1+cu128", "peft": "0.21.2", "bitsandbytes": ""}
CUDA = TrialResult(
    "cuda",
    peak_allocated_bytes=2**30,
    peak_reserved_bytes=2**31,
    peak_device_bytes=3 * 2**30,
    steps=5,
    step_time_s=0.5,
    samples_per_step=2,
)
END = EndEvent(TrialStatus.OK, CUDA, VERSIONS)


def test_that_a_trial_on_a_card_is_a_device_row_with_its_time() -> None:
    row = row_of(PLAN, TrialKind.TRIAL, END, date="2026-01-31")
    assert row is not None
    measured, provenance = row.measurement, row.provenance
    assert (row.peak_bytes_per_gpu, measured.peak_memory_kind) == (3 * 2**30, MemoryKind.DEVICE)
    assert (measured.step_time_s, measured.samples_per_step, measured.status) == (0.5, 2, Status.MEASURED)
    assert (provenance.origin, provenance.date) == (Origin.TRIAL, "2026-01-31")
    assert provenance.software == "torch 2.9.1+cu128, peft 0.21.2"
    assert provenance.note == "allocated 1.00 GiB; reserved 2.00 GiB"
    assert row.plan == replace(PLAN, torch_version="2.9")
    assert read_row(row_texts(row)).measurement == measured


@pytest.mark.parametrize(
    ("changes", "size", "kind"),
    [
        ({"peak_device_bytes": None}, 2**31, MemoryKind.RESERVED),
        ({"peak_device_bytes": None, "peak_reserved_bytes": None}, 2**30, MemoryKind.ALLOCATED),
    ],
)
def test_that_without_nvml_the_next_best_figure_stands(
    changes: dict[str, None], size: int, kind: MemoryKind
) -> None:
    row = row_of(PLAN, TrialKind.TRIAL, replace(END, result=replace(CUDA, **changes)), date="")
    assert row is not None
    assert (row.peak_bytes_per_gpu, row.measurement.peak_memory_kind) == (size, kind)


@pytest.mark.parametrize("device", ["cpu", "fake"])
def test_that_without_a_card_only_allocated_bytes_stand(device: str) -> None:
    kind = TrialKind.DRY_RUN if device == "fake" else TrialKind.TRIAL
    row = row_of(PLAN, kind, replace(END, result=replace(CUDA, device=device)), date="")
    assert row is not None
    assert (row.peak_bytes_per_gpu, row.measurement.peak_memory_kind) == (2**30, MemoryKind.ALLOCATED)
    assert row.measurement.step_time_s is None
    assert ("CPU" in row.provenance.note) == (device == "cpu")
    assert row.provenance.origin is (Origin.DRY_RUN if device == "fake" else Origin.TRIAL)


@pytest.mark.parametrize(
    ("device", "exhausted", "status"),
    [
        ("cuda", "card", Status.OOM),
        ("cuda", "host", Status.NOT_MEASURED),
        ("cpu", "host", Status.NOT_MEASURED),
    ],
)
def test_that_only_the_cards_exhaustion_says_that_the_plan_did_not_fit(
    device: str, exhausted: str, status: Status
) -> None:
    result = replace(CUDA, device=device, exhausted=exhausted)
    row = row_of(PLAN, TrialKind.TRIAL, EndEvent(TrialStatus.OOM, result, message="in backward"), date="")
    assert row is not None
    assert (row.measurement.status, row.measurement.peak_memory) == (status, None)
    assert row.provenance.note.startswith("in backward")


def test_that_the_card_it_really_ran_on_is_the_rows() -> None:
    row = row_of(PLAN, TrialKind.TRIAL, END, date="", gpu="H200")
    assert row is not None
    assert row.plan.gpu == "H200"


@pytest.mark.parametrize(
    "end",
    [
        replace(END, status=TrialStatus.FAILED),
        replace(END, result=None),
        replace(END, result=replace(CUDA, covered=False)),
        replace(END, status=TrialStatus.STOPPED, result=replace(CUDA, steps=0)),
        replace(END, result=TrialResult("cpu")),
    ],
)
def test_that_what_measured_nothing_makes_no_row(end: EndEvent) -> None:
    assert row_of(PLAN, TrialKind.TRIAL, end, date="") is None


def test_that_a_stopped_trial_with_steps_says_how_many() -> None:
    row = row_of(PLAN, TrialKind.TRIAL, replace(END, status=TrialStatus.STOPPED), date="")
    assert row is not None
    assert row.provenance.note.startswith("stopped after 5 measured steps")


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((4 * 2**30, 4 * 2**30), "the fullest of 2 ranks, which are alike"),
        ((4 * 2**30, 5 * 2**30), "the fullest of 2 ranks, rank 1 (allocated 4.00–5.00 GiB)"),
        ((2**20, 2**21), "the fullest of 2 ranks, rank 1 (allocated 0.0010–0.0020 GiB)"),
        ((None, None), "the fullest of 2 ranks"),
    ],
)
def test_that_a_row_of_several_ranks_says_whose_its_figures_are(
    sizes: tuple[int | None, ...], words: str
) -> None:
    ranks = tuple(RankResult(rank, peak_allocated_bytes=size) for rank, size in enumerate(sizes))
    row = row_of(PLAN, TrialKind.TRIAL, replace(END, result=replace(CUDA, ranks=ranks)), date="")
    assert row is not None
    assert row.provenance.note.split("; ")[-1] == words
