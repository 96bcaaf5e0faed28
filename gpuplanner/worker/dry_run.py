"""The dry run: a trial's step on fake tensors; any model is measured in seconds, without a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from gpuplanner.core.plan import Method
from gpuplanner.core.trial import MeasuredPhase, TopTensor, TrialResult, TrialSpec
from gpuplanner.worker.allocator import replay
from gpuplanner.worker.build import Built, build
from gpuplanner.worker.channel import Channel
from gpuplanner.worker.coverage import gaps, not_covered
from gpuplanner.worker.depths import (
    DEPTHS,
    RUN_WHOLE,
    Fullest,
    Place,
    extend,
    layers_are_alike,
    phases_of,
    places,
)
from gpuplanner.worker.fake import fake_tensors
from gpuplanner.worker.observe import StorageObserver
from gpuplanner.worker.quantize import QuantizeLinear, real_linear
from gpuplanner.worker.step import TrainingStep
from gpuplanner.worker.storage import StorageTracker

_STEPS = 2
"""The optimizer's states are there from the second step on."""


@dataclass(frozen=True)
class _Run:
    """One run on fake tensors."""

    depth: int
    tracker: StorageTracker
    n_parameters: int
    n_trained: int
    notes: tuple[str, ...]

    @property
    def places(self) -> dict[Place, Fullest]:
        return places(self.tracker, self.depth)

    @property
    def cached_bytes(self) -> int:
        """What the allocator holds at its fullest beyond what is allocated at its fullest."""
        reserved = replay([storage.bytes for storage in self.tracker.storages], self.tracker.events)
        return reserved - max(peak.bytes for peak in self.tracker.peaks().values())


def run_dry(spec: TrialSpec, channel: Channel) -> TrialResult:
    """Measure the step of a plan on fake tensors.

    Raises:
        Refused: the model cannot be built here, in words for the user.
    """
    if gaps(spec.plan):
        return not_covered(spec.plan)
    depth = spec.llm.num_hidden_layers
    channel.phase("build")
    if depth <= RUN_WHOLE or not layers_are_alike(spec.llm):
        return _result_of(_run(spec, depth, channel), spec)
    return _extended(spec, depth, channel)


def _extended(spec: TrialSpec, depth: int, channel: Channel) -> TrialResult:
    first, second, third = (_run(spec, few, channel) for few in DEPTHS)
    if third.places != extend(first.places, second.places, 1):
        channel.note("The layers are not alike, so all of them are run")
        return _result_of(_run(spec, depth, channel), spec)
    steps = depth - second.depth
    found = extend(first.places, second.places, steps)
    note = (
        f"{', '.join(map(str, DEPTHS))} layers were run and extended to {depth}: the bytes are exact, the "
        f"tensors named are those of {third.depth} layers, and so is what the replayed allocator holds "
        "beyond live tensors"
    )
    return _result(
        spec,
        phases_of(found),
        _top_tensors(third, found, spec),
        max(run.cached_bytes for run in (first, second, third)),
        n_params=second.n_parameters + steps * (second.n_parameters - first.n_parameters),
        n_trained=second.n_trained + steps * (second.n_trained - first.n_trained),
        n_layers_run=third.depth,
        notes=(*third.notes, note),
    )


def _run(spec: TrialSpec, depth: int, channel: Channel) -> _Run:
    device = torch.device("cpu")
    tracker = StorageTracker(spec.llm.vocab_size)
    observer = StorageObserver(tracker)
    with fake_tensors(), tracker:
        built = build(spec, device, fake=True, quantize_linear=_shape_only(), n_layers=depth)
        observer.built(built, adapters=spec.plan.method is not Method.FULL)
        channel.check_stop()
        step = TrainingStep(spec, built, device, observer, lambda _name: channel.check_stop())
        for _ in range(_STEPS):
            step.run()
    return _Run(depth, tracker, built.n_parameters, built.n_trained, _notes(built))


def _shape_only() -> QuantizeLinear:
    try:
        from gpuplanner.worker.nf4 import ShapeOnly4bit  # only here: bitsandbytes need not be installed
    except ImportError:
        return real_linear
    return ShapeOnly4bit


def _notes(built: Built) -> tuple[str, ...]:
    return (
        *built.notes,
        "Fake tensors: shapes and lifetimes are real, nothing is computed; no kernel scratch",
    )


def _result_of(run: _Run, spec: TrialSpec) -> TrialResult:
    return _result(
        spec,
        run.tracker.phases(),
        _top_tensors(run, run.places, spec),
        run.cached_bytes,
        n_params=run.n_parameters,
        n_trained=run.n_trained,
        n_layers_run=run.depth,
        notes=run.notes,
    )


def _top_tensors(run: _Run, found: Mapping[Place, Fullest], spec: TrialSpec) -> tuple[TopTensor, ...]:
    """At the run's own peak of the phase that is the fullest in the full model."""
    phase = max(found, key=lambda place: found[place].bytes)[0]
    return run.tracker.top_tensors(run.tracker.peaks()[phase].moment, spec.top_tensors)


def _result(
    spec: TrialSpec,
    phases: tuple[MeasuredPhase, ...],
    top_tensors: tuple[TopTensor, ...],
    cached_bytes: int,
    *,
    n_params: int,
    n_trained: int,
    n_layers_run: int,
    notes: tuple[str, ...],
) -> TrialResult:
    peak = max(phases, key=lambda phase: phase.allocated_bytes)
    return TrialResult(
        device="fake",
        peak_allocated_bytes=peak.allocated_bytes,
        reserved_low_bytes=peak.allocated_bytes,
        reserved_high_bytes=peak.allocated_bytes + cached_bytes,
        peak_phase=peak.name,
        phases=phases,
        top_tensors=top_tensors,
        samples_per_step=spec.plan.samples_per_step,
        n_params=n_params,
        n_trainable_params=n_trained,
        n_layers_run=n_layers_run,
        notes=notes,
    )
