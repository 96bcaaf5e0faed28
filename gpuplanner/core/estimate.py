"""An estimate: what the estimator answers, per GPU, in bytes and seconds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum

from gpuplanner.core.fields import Value
from gpuplanner.core.plan import Plan, ResolvedPlan
from gpuplanner.core.price import Price


class Fits(str, Enum):
    """The verdict for one budget."""

    YES = "yes"
    TIGHT = "tight"
    NO = "no"


class BoundBy(str, Enum):
    """What the step waits for most."""

    COMPUTE = "compute"
    BANDWIDTH = "bandwidth"
    LAUNCH = "launch"
    COMMUNICATION = "communication"


@dataclass(frozen=True)
class Parts:
    """Allocated bytes of one phase, by what they are for.  They add up to the phase's total."""

    weights_bytes: int = 0
    adapters_bytes: int = 0
    gradients_bytes: int = 0
    optimizer_bytes: int = 0
    activations_bytes: int = 0
    logits_bytes: int = 0
    kv_cache_bytes: int = 0
    temporary_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        """Sum of all parts."""
        return sum(getattr(self, name) for name in PARTS)


PARTS: tuple[str, ...] = tuple(f.name for f in fields(Parts))

PHASES: tuple[str, ...] = (
    "load",
    "forward",
    "loss",
    "backward",
    "optimizer",
    "evaluation",
    "save",
    "merge",
    "prefill",
    "decode",
)
"""In the order of time: training has the first seven, with adapters ``merge`` too; inference has load,
prefill and decode.  A step runs from forward to optimizer."""


@dataclass(frozen=True)
class Phase:
    """One phase of a step at its fullest moment."""

    name: str
    parts: Parts

    @property
    def allocated_bytes(self) -> int:
        """Bytes that live tensors take."""
        return self.parts.total_bytes


@dataclass(frozen=True)
class TermValue:
    """One line of the explanation: a named share of a phase, its formula with its source, its bytes."""

    name: str
    part: str
    formula: str
    source: str
    bytes: int


@dataclass(frozen=True)
class MemoryEstimate:
    """Memory per GPU.  device = allocated + fragmentation + context."""

    peak_allocated_bytes: int
    peak_reserved_bytes: int
    peak_device_bytes: int
    low_device_bytes: int
    high_device_bytes: int
    total_device_bytes: int
    """Over all GPUs."""
    host_bytes: int
    """Host memory of one node."""
    peak_phase: str
    phases: tuple[Phase, ...]
    fragmentation_bytes: int
    context_bytes: int
    terms: tuple[TermValue, ...] = ()
    """What the peak phase is made of, largest first."""

    def phase(self, name: str) -> Phase:
        """The phase of that name; KeyError when the plan has none."""
        for phase in self.phases:
            if phase.name == name:
                return phase
        raise KeyError(name)


@dataclass(frozen=True)
class StepEstimate:
    """Time of one optimizer step (for inference: of one generated token)."""

    seconds: float
    low_seconds: float
    high_seconds: float
    tokens_per_s: float
    samples_per_step: int
    mfu: float
    bound_by: BoundBy
    shares: tuple[tuple[str, float], ...] = ()
    """Seconds by what they are spent on; they overlap, so they need not add up."""


@dataclass(frozen=True)
class Budget:
    """What one GPU may give: ``bytes`` (None: all that NVML reports), less a reserve."""

    bytes: int | None = None
    reserve_bytes: int = 0
    free_now: bool = False
    """``bytes`` is what a local card had free when it was last looked at; None where it does not say."""


@dataclass(frozen=True)
class WorkRequest:
    """How much is to be trained, and the user's own price."""

    samples: int
    epochs: float = 1.0
    price_per_gpu_hour: float | None = None
    currency: str = ""
    """That of the price, as it was typed; empty: nobody named one."""
    electricity: Price | None = None
    """The user's own price of a kWh; None: electricity is not counted in money."""


@dataclass(frozen=True)
class WorkEstimate:
    """A whole run.  ``kwh`` counts the cards at their power limit, ``cost`` is None without a price.

    ``electricity_cost`` is that of the kWh alone, in the currency of its own price; ``cost`` does not
    contain it, as who rents a GPU mostly pays its electricity with the hour.
    """

    steps: int
    hours: float
    gpu_hours: float
    kwh: float | None
    cost: float | None
    electricity_cost: float | None = None


@dataclass(frozen=True)
class MeasuredPeak:
    """What a measured row with the very settings of a plan took of each GPU, at its own length and card."""

    row: int
    """Index in its table, from 0."""
    seq_len: int
    bytes: float
    """The measured peak; for ``oom`` all that the row's card has, and more was asked for."""
    gpu: str
    oom: bool = False


@dataclass(frozen=True)
class Estimate:
    """Everything that is answered about one plan."""

    resolved: ResolvedPlan
    memory: MemoryEstimate
    step: StepEstimate
    work: WorkEstimate | None
    fits: Fits
    fit_probability: float
    budget_bytes: int
    assumptions: tuple[str, ...]
    calibration: str
    peaks: tuple[MeasuredPeak, ...] = ()
    """What was measured with the plan's settings, at any length."""
    measured: MeasuredPeak | None = None
    """The one of them that ``fits`` rests on, where it is worse than the estimate alone would have it."""


class ChangeCost(str, Enum):
    """What a change costs the user, cheapest first: the order in which changes are offered."""

    NOTHING = "nothing"
    OTHERS = "others"
    """Other programs give the card's memory back: nothing is lost but what they show."""
    TIME = "time"
    DATA = "data"
    QUALITY = "quality"
    HARDWARE = "hardware"


@dataclass(frozen=True)
class Change:
    """A change of a plan and what comes of it."""

    plan: Plan
    """The plan after the change."""
    changed: tuple[tuple[str, Value], ...]
    """(field, new value) pairs."""
    cost: ChangeCost
    saves_bytes: int
    """Device bytes per GPU before minus after; negative when the change takes more."""
    time_factor: float
    """Seconds per sample after, as a multiple of before."""
    device_bytes: int
    fits: Fits


@dataclass(frozen=True)
class Largest:
    """The largest value of one field that fits: ``value`` still does, ``next_value`` no more.

    ``bytes`` and ``next_bytes`` are estimated; a measured row may tell against the next value all the same.
    """

    target: str
    value: int
    bytes: int
    next_value: int
    next_bytes: int
    fits: Fits
    measured: MeasuredPeak | None = None
    """What ``fits`` rests on, where it is worse than the estimate alone would have it."""
    next_measured: MeasuredPeak | None = None
    """What was measured at the next value and does not fit, where the estimate alone would have it fit."""
