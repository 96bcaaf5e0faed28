"""Memory and time of a step on a card: torch's counters per phase, NVML's figure for the process.

torch counts when the host allocates, in the order of the program, so the peak of a phase is the largest
count between its begin and the next one's, whatever the card is doing at that moment.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import torch

from gpuplanner.core.trial import MeasuredPhase
from gpuplanner.worker.nvml import OwnCard


class CudaObserver:
    """Peaks of allocated and reserved bytes, by phase and over all."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._phase = ""
        self._allocated: dict[str, int] = {}
        self._reserved: dict[str, int] = {}
        self._step_allocated: dict[str, int] = {}
        self._step_reserved: dict[str, int] = {}
        torch.cuda.reset_peak_memory_stats(device)

    def built(self) -> None:
        """The model is there: ``load`` is what is alive now."""
        torch.cuda.reset_peak_memory_stats(self._device)
        self._phase = "load"

    def begin_step(self) -> None:
        """From now on, `step_peaks` is about a new step."""
        self._close()
        self._phase = ""
        self._step_allocated, self._step_reserved = {}, {}

    @property
    def step_peaks(self) -> tuple[dict[str, int], dict[str, int]]:
        """Allocated and reserved bytes at the peak of each phase of this step."""
        self._close()
        return dict(self._step_allocated), dict(self._step_reserved)

    def phase(self, name: str) -> None:
        """Close the phase that ran and begin another."""
        self._close()
        self._phase = name

    def gradients(self, tensors: Iterable[torch.Tensor | None]) -> None:
        """torch's counters do not say what memory is for."""

    def optimizer_states(self, tensors: Iterable[torch.Tensor], of_the_host: Iterable[torch.Tensor]) -> None:
        """The same."""

    @property
    def phases(self) -> tuple[MeasuredPhase, ...]:
        """Each phase at its fullest."""
        self._close()
        return tuple(
            MeasuredPhase(name, size, self._reserved[name]) for name, size in self._allocated.items()
        )

    def _close(self) -> None:
        if not self._phase:
            return
        allocated = torch.cuda.max_memory_allocated(self._device)
        reserved = torch.cuda.max_memory_reserved(self._device)
        for peaks, size in (
            (self._allocated, allocated),
            (self._step_allocated, allocated),
            (self._reserved, reserved),
            (self._step_reserved, reserved),
        ):
            peaks[self._phase] = max(size, peaks.get(self._phase, 0))
        torch.cuda.reset_peak_memory_stats(self._device)


class CardClock:
    """Seconds of the card, and the energy that it took meanwhile."""

    def __init__(self, device: torch.device, card: OwnCard) -> None:
        self._device, self._card = device, card
        self._started = time.perf_counter()
        self._energy = card.energy_j

    def start(self) -> None:
        """Begin when the card has nothing left to do."""
        torch.cuda.synchronize(self._device)
        self._started = time.perf_counter()
        self._energy = self._card.energy_j

    def stop(self) -> tuple[float, float | None]:
        """Seconds since the start, and joules; None where NVML does not count them.

        The counter restarts with the driver: a difference below zero says nothing.
        """
        torch.cuda.synchronize(self._device)
        seconds, energy = time.perf_counter() - self._started, self._card.energy_j
        if energy is None or self._energy is None or energy < self._energy:
            return seconds, None
        return seconds, energy - self._energy
