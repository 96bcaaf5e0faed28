"""What the estimator says about measured rows: each figure beside the measurement of its own kind."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.core.benchmark import BenchmarkRow, MemoryKind, Status
from gpuplanner.core.estimate import Fits


@dataclass(frozen=True)
class RowEstimate:
    """The estimate of one row's own plan, per GPU; ``problem`` says why there is none."""

    allocated_bytes: float = 0.0
    reserved_bytes: float = 0.0
    device_bytes: float = 0.0
    low_bytes: float = 0.0
    high_bytes: float = 0.0
    """Ends of the 90 % range of ``device_bytes``."""
    step_time_s: float = 0.0
    fits: Fits = Fits.YES
    """Against everything that the row's own card reports."""
    problem: str = ""

    def bytes_of(self, kind: MemoryKind) -> float:
        """The estimate that a measurement of this kind is compared with (unknown: NVML's figure)."""
        if kind is MemoryKind.ALLOCATED:
            return self.allocated_bytes
        return self.reserved_bytes if kind is MemoryKind.RESERVED else self.device_bytes


def memory_error(row: BenchmarkRow, estimate: RowEstimate) -> float | None:
    """(estimate − measured) ÷ measured as a fraction; None without both."""
    measured = row.peak_bytes_per_gpu
    if estimate.problem or not measured or row.measurement.status is not Status.MEASURED:
        return None
    return estimate.bytes_of(row.measurement.peak_memory_kind) / measured - 1


def time_error(row: BenchmarkRow, estimate: RowEstimate) -> float | None:
    """(estimate − measured) ÷ measured of the step time as a fraction; None without both."""
    measured = row.measurement.step_time_s
    if estimate.problem or not measured or row.measurement.status is not Status.MEASURED:
        return None
    return estimate.step_time_s / measured - 1
