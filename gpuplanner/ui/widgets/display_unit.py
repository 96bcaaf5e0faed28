"""The unit in which every page shows memory: chosen once, beside the table, and the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gpuplanner.core.benchmark import Measurement, MemoryScope, MemoryUnit
from gpuplanner.core.units import GB, GIB, MEMORY_UNITS, signed


class DisplayUnit(StrEnum):
    """What the unit box offers."""

    GIB_PER_GPU = "gib-per-gpu"
    GB_PER_GPU = "gb-per-gpu"
    GIB_TOTAL = "gib-total"
    AS_WRITTEN = "as-written"

    @property
    def is_total(self) -> bool:
        """Whether figures count all GPUs."""
        return self is DisplayUnit.GIB_TOTAL


@dataclass(frozen=True)
class Scale:
    """How bytes of one GPU become the number in a cell: ``number = bytes × factor``."""

    factor: float
    unit: MemoryUnit
    scope: MemoryScope

    def number(self, bytes_per_gpu: float) -> float:
        """The figure to show."""
        return bytes_per_gpu * self.factor


def scale_of(unit: DisplayUnit, measurement: Measurement, n_gpus: int) -> Scale:
    """The scale of one row; only ``AS_WRITTEN`` looks at how its author wrote the figure."""
    if unit is DisplayUnit.AS_WRITTEN:
        written, scope = measurement.peak_memory_unit, measurement.peak_memory_scope
        gpus = n_gpus if scope is MemoryScope.TOTAL else 1
        return Scale(gpus / MEMORY_UNITS[written.value], written, scope)
    if unit is DisplayUnit.GIB_TOTAL:
        return Scale(n_gpus / GIB, MemoryUnit.GIB, MemoryScope.TOTAL)
    if unit is DisplayUnit.GB_PER_GPU:
        return Scale(1 / GB, MemoryUnit.GB, MemoryScope.PER_GPU)
    return Scale(1 / GIB, MemoryUnit.GIB, MemoryScope.PER_GPU)


def memory_text(number: float, unit: MemoryUnit) -> str:
    """A memory figure for a cell: one decimal, none for MiB."""
    return signed(number, 0 if unit is MemoryUnit.MIB else 1, plus=False)
