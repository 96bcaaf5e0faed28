"""The logic of measuring on a card.  There was no card: torch's counters are a small stand-in here.

What the stand-in cannot show (that the real counters mean what is read from them) is shown by
``tests/benchmarks/gpu_profile.py`` on a machine with a card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import torch

from gpuplanner.core.trial import MeasuredPhase, TrialGpu, TrialSpec
from gpuplanner.worker import train
from gpuplanner.worker.build import Built
from gpuplanner.worker.cuda_measure import CardClock, CudaObserver

CARD = torch.device("cuda", 0)


@dataclass
class Counters:
    """torch's allocator: what is allocated and reserved, and the most of both since the last reset."""

    allocated: int = 0
    reserved: int = 0
    most_allocated: int = 0
    most_reserved: int = 0
    calls: list[str] = field(default_factory=list)

    def take(self, size: int) -> None:
        self.allocated += size
        self.reserved = max(self.reserved, self.allocated)
        self.most_allocated = max(self.most_allocated, self.allocated)
        self.most_reserved = max(self.most_reserved, self.reserved)

    def free(self, size: int) -> None:
        self.allocated -= size  # what is reserved stays

    def reset(self, device: torch.device) -> None:
        assert device == CARD
        self.most_allocated, self.most_reserved = self.allocated, self.reserved

    def synchronize(self, device: torch.device) -> None:
        assert device == CARD
        self.calls.append("synchronize")


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> Counters:
    made = Counters()
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", made.reset)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda _device: made.most_allocated)
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda _device: made.most_reserved)
    monkeypatch.setattr(torch.cuda, "synchronize", made.synchronize)
    return made


def step(observer: CudaObserver, counters: Counters, *, states: int) -> None:
    """A step that takes 30 in forward, 50 more in loss, and frees all in backward."""
    observer.phase("forward")
    counters.take(30)
    observer.phase("loss")
    counters.take(50)
    counters.free(20)
    observer.phase("backward")
    counters.take(5)
    counters.free(65)
    observer.gradients([])
    observer.phase("optimizer")
    counters.take(states)
    observer.optimizer_states([], [])


def test_that_each_phase_has_its_own_peaks(counters: Counters) -> None:
    observer = CudaObserver(CARD)
    counters.take(140)
    counters.free(40)
    observer.built()
    step(observer, counters, states=8)
    assert observer.phases == (
        MeasuredPhase("load", 100, 140),  # what packing took meanwhile is the loader's, but stays reserved
        MeasuredPhase("forward", 130, 140),
        MeasuredPhase("loss", 180, 180),
        MeasuredPhase("backward", 165, 180),
        MeasuredPhase("optimizer", 108, 180),
    )


def test_that_the_fullest_of_all_steps_counts(counters: Counters) -> None:
    observer = CudaObserver(CARD)
    counters.take(100)
    observer.built()
    step(observer, counters, states=8)  # the optimizer's states are there from the second step on
    first = observer.phases
    step(observer, counters, states=0)
    second = observer.phases
    assert [b.allocated_bytes - a.allocated_bytes for a, b in zip(first, second, strict=True)] == [
        0, 8, 8, 8, 0
    ]  # fmt: skip
    step(observer, counters, states=0)
    third = observer.phases
    assert [phase.allocated_bytes for phase in third] == [phase.allocated_bytes for phase in second]


def test_that_accumulation_runs_through_the_phases_more_than_once(counters: Counters) -> None:
    observer = CudaObserver(CARD)
    observer.built()
    for size in (10, 40, 20):
        observer.phase("forward")
        counters.take(size)
        observer.phase("backward")
        counters.free(size)
    observer.phase("optimizer")
    assert [(phase.name, phase.allocated_bytes) for phase in observer.phases] == [
        ("load", 0), ("forward", 40), ("backward", 40), ("optimizer", 0)
    ]  # fmt: skip


def test_that_there_are_no_phases_before_the_model_is_there(counters: Counters) -> None:
    observer = CudaObserver(CARD)
    counters.take(10)
    assert observer.phases == ()


@dataclass
class Card:
    """NVML's counter of energy, as `gpuplanner.worker.nvml.OwnCard` gives it."""

    energy_j: float | None


@pytest.mark.parametrize(
    ("before", "after", "joules"),
    [
        (1000.0, 1250.5, 250.5),
        (1000.0, 1000.0, 0.0),
        (None, 5.0, None),
        (5.0, None, None),
        (None, None, None),
        (1000.0, 3.0, None),  # the driver was loaded again
    ],
)
def test_that_energy_is_the_difference_where_it_means_something(
    counters: Counters, before: float | None, after: float | None, joules: float | None
) -> None:
    card = Card(0.0)
    clock = CardClock(CARD, card)  # type: ignore[arg-type]
    card.energy_j = before
    clock.start()
    card.energy_j = after
    seconds, found = clock.stop()
    assert seconds >= 0
    assert found == joules


def test_that_time_runs_from_an_idle_card_to_an_idle_card(counters: Counters) -> None:
    clock = CardClock(CARD, Card(None))  # type: ignore[arg-type]
    assert counters.calls == []
    clock.start()
    assert counters.calls == ["synchronize"]
    first, _ = clock.stop()
    assert counters.calls == ["synchronize"] * 2
    clock.start()
    assert clock.stop()[0] < first + 60  # each from its own start


# --- a trial on a card --------------------------------------------------------------------------------------


class OwnCard(Card):
    """As `gpuplanner.worker.nvml.OwnCard`: a card on which each step takes 100 J and our process 9,000 B."""

    def __init__(self, _module: str, uuid: str) -> None:
        super().__init__(0.0)
        assert uuid == "GPU-1"
        self.problem = ""
        self.process_bytes: int | None = 9_000


class Step:
    """As `gpuplanner.worker.step.TrainingStep`: tells of its phases while the counters run."""

    def __init__(self, measured: Any, counters: Counters) -> None:
        self.measured, self.counters = measured, counters

    def run(self) -> torch.Tensor:
        step(self.measured.observer, self.counters, states=0)
        energy = self.measured._card.energy_j
        self.measured._card.energy_j = None if energy is None else energy + 100.0
        return torch.tensor(2.5)


@pytest.fixture
def on_card(
    counters: Counters, monkeypatch: pytest.MonkeyPatch, tiny_spec: Callable[..., TrialSpec]
) -> tuple[TrialSpec, Any]:
    spec = replace(tiny_spec(), warm_up_steps=1, steps=3, flops_per_step=1e6, peak_flops=1e12)
    monkeypatch.setattr(torch.cuda, "set_device", lambda _device: None)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (70_000, 80_000))
    monkeypatch.setattr(train, "gpu_of", lambda _spec: TrialGpu("H100", "GPU-1"))
    monkeypatch.setattr(train, "OwnCard", OwnCard)
    return spec, train._OnCard(spec, CARD)


NOTHING_BUILT = Built(torch.nn.Linear(3, 2), torch.nn.Linear(3, 2), 256, ["a note"])


def test_that_a_trial_on_a_card_says_memory_time_energy_and_mfu(
    counters: Counters, on_card: tuple[TrialSpec, Any]
) -> None:
    spec, measured = on_card
    counters.take(100)
    measured.built(NOTHING_BUILT)
    steps = [measured.step(Step(measured, counters), index) for index in range(1, 5)]
    assert [event.warm_up for event in steps] == [True, False, False, False]
    for event in steps:
        assert (event.loss, event.allocated_bytes, event.reserved_bytes) == (2.5, 180, 180)
        assert event.device_bytes == 9_000
        assert event.phases == {"forward": 130, "loss": 180, "backward": 165, "optimizer": 100}
    result = measured.result(NOTHING_BUILT, steps)
    assert (result.device, result.steps, result.final_loss) == ("cuda", 3, 2.5)
    assert (result.peak_allocated_bytes, result.peak_reserved_bytes) == (180, 180)
    assert (result.peak_device_bytes, result.peak_phase) == (9_000, "loss")
    assert (result.free_bytes, result.capacity_bytes) == (70_000, 80_000)
    assert result.energy_j == 300.0  # the warm-up's is not among it
    assert result.power_w == pytest.approx(300.0 / sum(result.step_times_s))
    assert result.tokens_per_s == pytest.approx(32 / result.step_time_s)
    assert result.mfu == pytest.approx(1e6 / result.step_time_s / 1e12)
    assert result.notes == ("a note",)
    assert result.n_params == 8
    assert spec.plan.samples_per_step == result.samples_per_step


def test_that_a_reading_that_is_missing_once_leaves_no_energy(
    counters: Counters, on_card: tuple[TrialSpec, Any]
) -> None:
    _, measured = on_card
    measured.built(NOTHING_BUILT)
    steps = [measured.step(Step(measured, counters), index) for index in (1, 2)]
    measured._card.energy_j, measured._card.process_bytes = None, None
    measured._card.problem = "NVML has gone"
    steps.append(measured.step(Step(measured, counters), 3))
    result = measured.result(NOTHING_BUILT, steps)
    assert result.energy_j is result.power_w is None
    assert result.peak_device_bytes == 9_000
    assert result.notes == ("a note", "NVML has gone")
    assert measured.remarks == ("NVML has gone",)


def test_that_there_is_no_mfu_without_a_peak(on_card: tuple[TrialSpec, Any]) -> None:
    spec, _ = on_card
    for changes in ({"peak_flops": None}, {"flops_per_step": None}):
        assert train._mfu(replace(spec, **changes), 1.0) is None
    assert train._mfu(spec, None) is None
    assert train._tokens_per_s(spec, None) is None
