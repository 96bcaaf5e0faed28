"""A trial: what the worker is asked to run, and what it answers.

A *trial* runs real optimizer steps; a *dry run* runs the same step on fake tensors.  Both take one
`TrialSpec` and end in one `TrialResult`.  Launcher and worker speak of them in these words only, so the
worker may run on another Python, other libraries, another machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from gpuplanner.core.estimate import Parts
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan


class TrialKind(str, Enum):
    """What is run."""

    TRIAL = "trial"
    DRY_RUN = "dry-run"


class Device(str, Enum):
    """Where a trial runs; ``auto`` is the plan's GPU if one is there, else the CPU."""

    AUTO = "auto"
    CUDA = "cuda"
    CPU = "cpu"


class TrialStatus(str, Enum):
    """How it ended.  Out of memory is a result like any other; ``failed`` says why in its message."""

    OK = "ok"
    STOPPED = "stopped"
    OOM = "oom"
    FAILED = "failed"


@dataclass(frozen=True)
class TrialSpec:
    """All that the worker needs: it reads no catalogue and resolves nothing.

    ``plan`` is filled in (`gpuplanner.core.resolve`); ``model_config`` is the ``config.json`` that the user
    gave, word for word, or None where ``llm`` comes from the catalogue; ``checkpoint`` is a local folder of
    safetensors to load, or empty for random weights (memory and time do not depend on their values).
    """

    plan: Plan
    llm: Llm
    kind: TrialKind = TrialKind.TRIAL
    device: Device = Device.AUTO
    gpu_uuid: str = ""
    """The card to use, as NVML and CUDA name it; empty: the first."""
    steps: int = 5
    """Optimizer steps that are measured, after ``warm_up_steps`` that are not timed."""
    warm_up_steps: int = 2
    model_config: Mapping[str, Any] | None = None
    checkpoint: str = ""
    trust_remote_code: bool = False
    peak_flops: float | None = None
    """Dense FLOP/s of the card in the plan's type, for MFU; None: no MFU."""
    flops_per_step: float | None = None
    """What one optimizer step has to compute, for MFU."""
    time_limit_s: float | None = None
    """The worker ends itself, as stopped, when it has run this long."""
    nvml_module: str = ""
    """Path of nvidia-ml-py's one module, so that the user's Python need not have it."""
    top_tensors: int = 20
    seed: int = 0


@dataclass(frozen=True)
class MeasuredPhase:
    """One phase of a step at its fullest moment, as `gpuplanner.core.estimate.Phase` but measured.

    ``parts`` is None where only the sum is known (CUDA's counters do not say what the bytes are for).
    """

    name: str
    allocated_bytes: int
    reserved_bytes: int | None = None
    parts: Parts | None = None


@dataclass(frozen=True)
class TopTensor:
    """One of the largest tensors alive at the peak."""

    bytes: int
    shape: tuple[int, ...]
    dtype: str
    module: str
    """The module that made it, by its path in the model; empty outside the model."""
    operation: str
    phase: str = ""


@dataclass(frozen=True)
class RankResult:
    """What one of several ranks has measured on its own card."""

    rank: int
    host: str = ""
    gpu_name: str = ""
    gpu_uuid: str = ""
    peak_allocated_bytes: int | None = None
    peak_reserved_bytes: int | None = None
    peak_device_bytes: int | None = None
    peak_phase: str = ""
    phases: Mapping[str, int] = field(default_factory=dict)
    """Allocated peak by phase."""
    step_time_s: float | None = None


@dataclass(frozen=True)
class TrialResult:
    """What was measured.  None: not known on this device (a dry run has no time, a CPU no device memory)."""

    device: str
    """``cuda``, ``cpu`` or ``fake``."""
    peak_allocated_bytes: int | None = None
    peak_reserved_bytes: int | None = None
    peak_device_bytes: int | None = None
    """NVML's figure for the worker's process; on a card where NVML does not say, None."""
    reserved_low_bytes: int | None = None
    reserved_high_bytes: int | None = None
    """Dry run: the band of the allocator's replay, from nothing cached to block by block."""
    peak_phase: str = ""
    phases: tuple[MeasuredPhase, ...] = ()
    top_tensors: tuple[TopTensor, ...] = ()
    steps: int = 0
    step_time_s: float | None = None
    """Median over the measured steps."""
    step_time_low_s: float | None = None
    step_time_high_s: float | None = None
    """Quartiles of the measured steps."""
    step_times_s: tuple[float, ...] = ()
    samples_per_step: int | None = None
    tokens_per_s: float | None = None
    mfu: float | None = None
    power_w: float | None = None
    energy_j: float | None = None
    """Of all measured steps together."""
    final_loss: float | None = None
    n_params: int | None = None
    n_trainable_params: int | None = None
    n_layers_run: int | None = None
    """Layers that were really run, where a dry run extends two depths to the model's own."""
    capacity_bytes: int | None = None
    free_bytes: int | None = None
    """Of the card, when the trial began."""
    wanted_bytes: int | None = None
    """Out of memory: what was asked for last, where torch says it."""
    exhausted: str = ""
    """Out of memory: whose, ``card`` or ``host``.  Only the card's says that the plan does not fit it."""
    failed_phase: str = ""
    failed_step: int | None = None
    covered: bool = True
    """False: a dry run does not cover the plan; ``notes`` says why, ``nearest`` the nearest that it does."""
    nearest: Mapping[str, str] = field(default_factory=dict)
    """Changes of plan fields (name → text) that lead to the nearest covered plan."""
    notes: tuple[str, ...] = ()
    """What the worker chose and why, in sentences."""
    ranks: tuple[RankResult, ...] = ()
    """With several processes: each one's figures.  The peaks above are then those of the fullest rank."""


@dataclass(frozen=True)
class TrialGpu:
    """The card that a trial ran on."""

    name: str = ""
    uuid: str = ""
    driver: str = ""
    compute_capability: str = ""
    capacity_bytes: int | None = None
