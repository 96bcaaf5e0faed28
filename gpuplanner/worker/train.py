"""A trial, from top to bottom: build the model, train a few steps, and say what they took."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import torch

from gpuplanner.core.plan import Framework, Method, Sharding
from gpuplanner.core.trial import MeasuredPhase, TrialResult, TrialSpec
from gpuplanner.core.trial_events import StepEvent
from gpuplanner.core.trial_progress import result_of_steps
from gpuplanner.worker.build import Built, build
from gpuplanner.worker.channel import Channel
from gpuplanner.worker.cuda_measure import CardClock, CudaObserver
from gpuplanner.worker.nvml import OwnCard
from gpuplanner.worker.observe import StorageObserver
from gpuplanner.worker.ranks import ALONE, Ranks
from gpuplanner.worker.refusal import Refused
from gpuplanner.worker.sharded import Shared, Step
from gpuplanner.worker.sharing import shared_by
from gpuplanner.worker.versions import device_of, gpu_of


def run_trial(spec: TrialSpec, channel: Channel, ranks: Ranks = ALONE) -> TrialResult:
    """Train ``warm_up_steps`` and then ``steps`` optimizer steps of the plan.

    Raises:
        Refused: the plan cannot be run here, in words for the user.
        Stopped: somebody wished so.
    """
    _refuse(spec, ranks)
    shared = shared_by(spec, ranks)
    device = device_of(spec)
    torch.manual_seed(spec.seed)
    ranks.begin(device)
    on_card = device.type == "cuda"
    measured: _OnCard | _OnCpu = _OnCard(spec, device) if on_card else _OnCpu(spec, shared)
    with measured.watching:
        channel.phase("build")
        channel.moment = "load"
        built = shared.wrapped(build(spec, device, lazily=shared.shards(device)), device)
        measured.built(built)
        step = shared.step(spec, built, device, measured.observer, _at_each_phase(channel))
        for remark in (*built.notes, *measured.remarks):
            channel.note(remark)
        channel.phase("warm-up" if spec.warm_up_steps else "train")
        for index in range(1, spec.warm_up_steps + spec.steps + 1):
            if index == spec.warm_up_steps + 1 and index > 1:
                channel.phase("train")
            channel.send(measured.step(step, index))
            channel.keep(measured.result(built, channel.steps))
    return measured.result(built, channel.steps)


def _refuse(spec: TrialSpec, ranks: Ranks) -> None:
    if spec.plan.method is Method.INFERENCE:
        raise Refused("a trial trains; inference is not run")
    if ranks.several:
        return  # `shared_by` says which of several it runs
    if spec.plan.n_gpus > 1:
        raise Refused(
            f"the plan has {spec.plan.n_gpus} GPUs and a trial runs on one; try nodes 1 and gpus_per_node 1"
        )
    if spec.plan.sharding not in (None, Sharding.NONE):
        what = f"a trial runs without the library that shards by {spec.plan.sharding.value}"
        raise Refused(f"{what}, which takes memory on one GPU too; try sharding none, framework auto")
    if spec.plan.framework not in (Framework.AUTO, Framework.HF):
        what = f"a trial runs the step of transformers' Trainer, not the loop of {spec.plan.framework.value}"
        raise Refused(f"{what}; try framework auto")


def _at_each_phase(channel: Channel) -> Callable[[str], None]:
    """Before each phase of a step: may stop the trial, and notes where it is."""

    def begins(name: str) -> None:
        channel.check_stop()
        channel.moment = name

    return begins


class _OnCpu:
    """Allocated bytes by the lives of storages; the time is the CPU's."""

    remarks = ("Measured on the CPU: allocated bytes are those of a card, the time is not",)

    def __init__(self, spec: TrialSpec, shared: Shared) -> None:
        self._spec = spec
        self._tracker = shared.tracker(spec.llm.vocab_size)
        self.observer = StorageObserver(self._tracker)

    @property
    def watching(self) -> AbstractContextManager[object]:
        """Inside, storages are seen."""
        return self._tracker

    def built(self, built: Built) -> None:
        """The model is there."""
        self.observer.built(built, adapters=self._spec.plan.method is not Method.FULL)

    def step(self, step: Step, index: int) -> StepEvent:
        """Run one step."""
        self._tracker.begin_step()
        start = time.perf_counter()
        loss = float(step.run())
        seconds = time.perf_counter() - start
        peaks = {name: size for name, size in self._tracker.step_peaks().items() if name != "load"}
        return StepEvent(
            index,
            seconds,
            loss=loss,
            allocated_bytes=max(peaks.values()),
            phases=peaks,
            warm_up=index <= self._spec.warm_up_steps,
        )

    def result(self, built: Built, steps: Iterable[StepEvent]) -> TrialResult:
        """What was measured so far."""
        phases = self._tracker.phases()
        peak = self._tracker.peaks()[_fullest(phases)]
        result = _result(self._spec, built, "cpu", steps, phases)
        return replace(
            result,
            top_tensors=self._tracker.top_tensors(peak.moment, self._spec.top_tensors),
            notes=(*built.notes, *self.remarks, *_of_the_loss(result.final_loss)),
        )


class _OnCard:
    """torch's counters, NVML's figure, seconds and joules."""

    watching: AbstractContextManager[object] = nullcontext()

    def __init__(self, spec: TrialSpec, device: torch.device) -> None:
        self._spec, self._device = spec, device
        gpu = gpu_of(spec)
        # Before torch touches the card: its context is to count among what the process takes.
        self._card = OwnCard(spec.nvml_module, "" if gpu is None else gpu.uuid)
        torch.cuda.set_device(device)
        self._free_bytes, self._capacity_bytes = torch.cuda.mem_get_info(device)
        self._clock = CardClock(device, self._card)
        self.observer = CudaObserver(device)
        self._joules: list[float | None] = []

    @property
    def remarks(self) -> tuple[str, ...]:
        """What NVML could not say."""
        return (self._card.problem,) if self._card.problem else ()

    def built(self, built: Built) -> None:
        """The model is there."""
        self.observer.built()

    def step(self, step: Step, index: int) -> StepEvent:
        """Run one step, from an idle card to an idle card."""
        self.observer.begin_step()
        self._clock.start()
        loss = step.run()
        seconds, joules = self._clock.stop()
        warm_up = index <= self._spec.warm_up_steps
        if not warm_up:
            self._joules.append(joules)
        allocated, reserved = self.observer.step_peaks
        return StepEvent(
            index,
            seconds,
            loss=float(loss),
            allocated_bytes=max(allocated.values()),
            reserved_bytes=max(reserved.values()),
            device_bytes=self._card.process_bytes,
            phases=allocated,
            warm_up=warm_up,
        )

    def result(self, built: Built, steps: Iterable[StepEvent]) -> TrialResult:
        """What was measured so far."""
        result = _result(self._spec, built, "cuda", steps, self._phases)
        known = [joules for joules in self._joules if joules is not None]
        energy = sum(known) if known and len(known) == len(self._joules) else None
        return replace(
            result,
            energy_j=energy,
            power_w=energy / sum(result.step_times_s) if energy and result.step_times_s else None,
            tokens_per_s=_tokens_per_s(self._spec, result.step_time_s),
            mfu=_mfu(self._spec, result.step_time_s),
            free_bytes=self._free_bytes,
            capacity_bytes=self._capacity_bytes,
            notes=(*built.notes, *self.remarks, *_of_the_loss(result.final_loss)),
        )

    @property
    def _phases(self) -> tuple[MeasuredPhase, ...]:
        return self.observer.phases


def _result(
    spec: TrialSpec, built: Built, device: str, steps: Iterable[StepEvent], phases: tuple[MeasuredPhase, ...]
) -> TrialResult:
    return replace(
        result_of_steps(tuple(steps), device, spec.plan.samples_per_step),
        phases=phases,
        peak_phase=_fullest(phases),
        n_params=built.n_parameters,
        n_trainable_params=built.n_trained,
        n_layers_run=spec.llm.num_hidden_layers,
    )


def _of_the_loss(loss: float | None) -> tuple[str, ...]:
    if loss is None or math.isfinite(loss):
        return ()
    return (
        "The loss is no number any more: this precision does not train like this, but memory and time hold",
    )


def _fullest(phases: tuple[MeasuredPhase, ...]) -> str:
    return max(phases, key=lambda phase: phase.allocated_bytes).name


def _tokens(spec: TrialSpec) -> int:
    return spec.plan.samples_per_step * spec.plan.seq_len


def _tokens_per_s(spec: TrialSpec, seconds: float | None) -> float | None:
    return None if not seconds else _tokens(spec) / seconds


def _mfu(spec: TrialSpec, seconds: float | None) -> float | None:
    """Model FLOPs utilization: the FLOP that the step has to do over what the card could have done meanwhile.

    A recompute does not count: it is the price of checkpointing, not the model's work (PaLM,
    arXiv:2204.02311, appendix B).
    """
    if not seconds or spec.peak_flops is None or spec.flops_per_step is None:
        return None
    return spec.flops_per_step / seconds / spec.peak_flops
