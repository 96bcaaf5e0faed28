"""The peak by parts, as figures that add up to the total shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpuplanner.core.estimate import MemoryEstimate, TermValue

OVERHEAD = "overhead"
TRAINING_PARTS: tuple[str, ...] = (
    "weights",
    "adapters",
    "gradients",
    "optimizer",
    "activations",
    "logits",
    "temporary",
    OVERHEAD,
)
INFERENCE_PARTS: tuple[str, ...] = (
    "weights",
    "adapters",
    "gradients",
    "kv_cache",
    "activations",
    "logits",
    "temporary",
    OVERHEAD,
)
"""In the order in which they are stacked and listed; the cache takes the optimizer's place."""


@dataclass(frozen=True)
class PartFigure:
    """One part of the peak: ``name`` without ``_bytes``; ``figure`` is rounded so that all add up."""

    name: str
    bytes: int
    figure: float
    """In the unit asked for, to the decimals asked for."""
    terms: tuple[TermValue, ...]


def part_figures(memory: MemoryEstimate, unit_bytes: float, decimals: int = 2) -> tuple[PartFigure, ...]:
    """The parts of the fullest phase and the overhead on top, always all eight, zeros included.

    They add up to ``peak_device_bytes`` in bytes, and their figures to its rounded figure.
    """
    parts = memory.phase(memory.peak_phase).parts
    generates = any(phase.name in ("prefill", "decode") for phase in memory.phases)
    names = INFERENCE_PARTS if generates else TRAINING_PARTS
    sizes = [getattr(parts, f"{name}_bytes") for name in names[:-1]]
    sizes.append(memory.peak_device_bytes - sum(sizes))
    figures = rounded_to_sum(
        [size / unit_bytes for size in sizes], memory.peak_device_bytes / unit_bytes, decimals
    )
    return tuple(
        PartFigure(
            name,
            size,
            figure,
            tuple(term for term in memory.terms if term.part.removesuffix("_bytes") == name),
        )
        for name, size, figure in zip(names, sizes, figures, strict=True)
    )


def rounded_to_sum(values: Sequence[float], total: float, decimals: int) -> list[float]:
    """Round every value; what is then missing from the rounded total goes to the largest.

    >>> rounded_to_sum([1.004, 2.004, 3.004], 6.012, 2)
    [1.0, 2.0, 3.01]
    """
    rounded = [round(value, decimals) for value in values]
    largest = max(range(len(values)), key=lambda i: values[i])
    rounded[largest] = round(rounded[largest] + round(total, decimals) - sum(rounded), decimals)
    return rounded
