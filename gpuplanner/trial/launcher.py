"""From a plan to what the worker is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gpuplanner.core.errors import InputError
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.plan import Plan, Precision, ResolvedPlan
from gpuplanner.core.trial import Device, TrialKind, TrialSpec
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.trial.environment import nvml_module

_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt")


@dataclass(frozen=True)
class TrialOptions:
    """What a trial takes beside the plan."""

    kind: TrialKind = TrialKind.TRIAL
    device: Device = Device.AUTO
    steps: int = 5
    warm_up_steps: int = 2
    time_limit_s: float | None = None
    trust_remote_code: bool = False
    gpu_uuid: str = ""


def spec_of(
    resolved: ResolvedPlan,
    options: TrialOptions,
    *,
    model_path: Path | None = None,
    model_config: Mapping[str, Any] | None = None,
    flops_per_step: float | None = None,
) -> TrialSpec:
    """The spec of a trial; a model that is a file or folder brings its path and the keys of its config.

    ``flops_per_step`` is the estimator's count, for MFU.

    Raises:
        InputError: the folder's weights cannot be read safely.
    """
    return TrialSpec(
        plan=resolved.plan,
        llm=resolved.llm,
        kind=options.kind,
        device=options.device,
        gpu_uuid=options.gpu_uuid,
        steps=options.steps,
        warm_up_steps=options.warm_up_steps,
        model_config=model_config,
        checkpoint=_checkpoint(model_path) if options.kind is TrialKind.TRIAL else "",
        trust_remote_code=options.trust_remote_code,
        peak_flops=peak_flops(resolved.plan, resolved.gpu),
        flops_per_step=flops_per_step,
        time_limit_s=options.time_limit_s,
        nvml_module=nvml_module(),
    )


def peak_flops(plan: Plan, gpu: Gpu) -> float | None:
    """Dense FLOP/s of the card in the type that the plan computes in; None where none is published."""
    if plan.precision in (Precision.BF16, Precision.BF16_MIXED):
        return gpu.bf16_flops
    if plan.precision in (Precision.FP16, Precision.FP16_MIXED):
        return gpu.fp16_flops
    return None


def is_planned_card(end: EndEvent, gpu: Gpu) -> bool:
    """Whether the trial ran on the plan's card."""
    return end.gpu is not None and end.gpu.name.strip() in (gpu.name, gpu.nvml_name)


def judged_end(end: EndEvent, gpu: Gpu) -> EndEvent:
    """The end without a model FLOPs utilization that was reckoned with another card's peak."""
    result = end.result
    if result is None or end.gpu is None or is_planned_card(end, gpu):
        return end
    note = f"It ran on {end.gpu.name or 'another card'}, not on the plan's {gpu.name}"
    if result.mfu is not None:
        note += ", so there is no MFU"
    return replace(end, result=replace(result, mfu=None, notes=(*result.notes, note)))


def _checkpoint(path: Path | None) -> str:
    """The folder whose safetensors are to be loaded, empty for random weights.

    Raises:
        InputError: its weights are pickled, and reading those runs what their author wrote.
    """
    if path is None or not path.is_dir():
        return ""
    if next(path.glob("*.safetensors"), None) is not None:
        return str(path.absolute())
    pickled = next((found for pattern in _PICKLED for found in path.glob(pattern)), None)
    if pickled is not None:
        what = f"its weights ({pickled.name}) are pickled, and reading those runs whatever is in them"
        hint = f"convert them to safetensors, or give {path / 'config.json'} for random weights"
        raise InputError.of(what, str(path), hint)
    return ""
