"""What a trial that did not end by itself has measured: the result that its steps add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median, quantiles

from gpuplanner.core.trial import MeasuredPhase, TrialResult
from gpuplanner.core.trial_events import StepEvent


def result_of_steps(steps: Sequence[StepEvent], device: str, samples_per_step: int | None) -> TrialResult:
    """Peaks over all steps, times over those that are no warm-up."""
    times = tuple(step.seconds for step in steps if not step.warm_up)
    phases: dict[str, int] = {}
    for step in steps:
        for name, size in step.phases.items():
            phases[name] = max(size, phases.get(name, 0))
    low, middle, high = _quartiles(times)
    return TrialResult(
        device=device,
        peak_allocated_bytes=_largest(step.allocated_bytes for step in steps),
        peak_reserved_bytes=_largest(step.reserved_bytes for step in steps),
        peak_device_bytes=_largest(step.device_bytes for step in steps),
        peak_phase=max(phases, key=lambda name: phases[name], default=""),
        phases=tuple(MeasuredPhase(name, size) for name, size in phases.items()),
        steps=len(times),
        step_time_s=middle,
        step_time_low_s=low,
        step_time_high_s=high,
        step_times_s=times,
        samples_per_step=samples_per_step,
        final_loss=steps[-1].loss if steps else None,
    )


def _largest(sizes: Iterable[int | None]) -> int | None:
    return max((size for size in sizes if size is not None), default=None)


def _quartiles(times: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    if not times:
        return None, None, None
    if len(times) == 1:
        return times[0], times[0], times[0]
    low, _, high = quantiles(times, n=4, method="inclusive")
    return low, median(times), high
