"""Reads one card at a tick: each metric by the first call that its driver has, and never again what it lacks.

A call that answers several metrics is made once.  What is read less often keeps its last value in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from gpuplanner.monitor.metrics import INDEX, MEMORY_CALL, METRICS, Call, Metric, Pace
from gpuplanner.monitor.nvml import ERRORS, AbsentError, Handle, Nvml, as_text, code_of
from gpuplanner.monitor.pcie import PcieReader
from gpuplanner.monitor.readings import (
    DRIVER_NOT_LOADED,
    FUNCTION_ABSENT,
    GPU_IS_LOST,
    MISMATCH,
    NOT_ASKED,
    NOT_SUPPORTED,
    PER_PROCESS_MIG,
    UNIFIED_MEMORY,
    UNINITIALIZED,
    Missing,
    MissingKind,
    Reading,
    missing_for,
)
from gpuplanner.monitor.samples import CardFacts, MigInstance

SLOW_S = 10.0
"""How old a slow reading (`Pace.SLOW`) may be."""

ListedProcess = tuple[int, int | None, str, int | None, int | None]
"""PID, bytes, kind, GPU instance, compute instance."""
_OF_THE_DRIVER = frozenset({UNINITIALIZED, DRIVER_NOT_LOADED, MISMATCH})


class CardLostError(Exception):
    """The card no longer answers; the others may."""


class DriverGoneError(Exception):
    """NVML as a whole no longer answers, with NVML's code: the driver was unloaded, reloaded or updated."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Step:
    """One call, and where its answers go: (index of the metric, field of the struct, scale)."""

    call: Call
    ask: Callable[[Handle], Any]
    targets: tuple[tuple[int, str, float], ...]
    later: tuple[Call, ...]
    """What to try if the driver lacks the call."""
    index: int = -1
    """Where the answer goes if it is one plain number, as most are; this is the loop that runs always."""
    scale: float = 1

    def __post_init__(self) -> None:
        (index, part, scale), *more = self.targets
        if not part and not more:
            self.index, self.scale = index, scale


class CardReader:
    """One card with an open handle."""

    def __init__(self, nvml: Nvml, handle: Handle, facts: CardFacts, metrics: Collection[str]) -> None:
        self.facts = facts
        self._nvml, self._handle = nvml, handle
        self._readings: list[Reading] = [NOT_ASKED] * len(METRICS)
        wanted = [metric for metric in METRICS if metric.name in metrics]
        self._steps = self._compile(wanted, Pace.TICK)
        self._slow_steps = self._compile(wanted, Pace.SLOW)
        self._slow_due_s = -math.inf
        self._instances: tuple[MigInstance, ...] = ()
        self._busy_since, self._busy_missing = 0, PER_PROCESS_MIG if facts.mig_enabled else None
        self._pcie = PcieReader(nvml, handle) if any(m.pace is Pace.SPARE for m in wanted) else None

    def read(self, now_s: float) -> list[Reading]:
        """All readings, in the order of `METRICS`; a new list.

        Raises:
            CardLostError: the card is gone.
            DriverGoneError: NVML is.
        """
        slow = now_s >= self._slow_due_s
        self._take(self._steps)
        if slow:
            self._slow_due_s = now_s + SLOW_S
            self._take(self._slow_steps)
            if self.facts.mig_enabled:
                self._instances = self._read_instances()
        if self._pcie is not None:
            for name, reading in self._pcie.readings().items():
                self._readings[INDEX[name]] = reading
        return self._readings.copy()

    @property
    def instances(self) -> tuple[MigInstance, ...]:
        """The card's MIG instances, at most `SLOW_S` old."""
        return self._instances

    @property
    def pcie(self) -> PcieReader | None:
        """Reads the PCIe counters in spare time; None where they are not wanted."""
        return self._pcie

    def processes(self) -> list[ListedProcess] | Missing:
        """PID, bytes, kind, GPU and compute instance of each process on the card, each once."""
        found: dict[tuple[int, int | None, int | None], tuple[int | None, str]] = {}
        for call, kind in (("Compute", "compute"), ("Graphics", "graphics")):
            try:
                listed = self._nvml.processes(self._handle, call)
            except ERRORS as error:
                if kind == "graphics":
                    continue  # many cards have none, and say so in different ways
                return self._missing(error)
            for pid, used, gpu_instance, compute_instance in listed:
                key = (pid, gpu_instance, compute_instance)
                before = found.get(key)
                if before is not None:  # listed twice: the same memory, of which one list may not know
                    used, kind_now = (
                        max((x for x in (used, before[0]) if x is not None), default=None),
                        "both",
                    )
                    found[key] = (used, kind if before[1] == kind else kind_now)
                else:
                    found[key] = (used, kind)
        return [(pid, used, kind, gi, ci) for (pid, gi, ci), (used, kind) in found.items()]

    @property
    def handle(self) -> Handle:
        """For calls that are no metric's."""
        return self._handle

    def busy(self) -> dict[int, int] | Missing:
        """Percent of the multiprocessors by PID since the last call; who is not in it was idle."""
        if self._busy_missing is not None:
            return self._busy_missing
        try:
            samples = self._nvml.process_utilization(self._handle, self._busy_since)
        except ERRORS as error:
            missing = self._missing(error)
            if missing.kind is MissingKind.NOT_SUPPORTED:
                self._busy_missing = missing
            return missing
        found: dict[int, int] = {}
        for time_us, pid, percent in sorted(samples):
            self._busy_since = max(self._busy_since, time_us)
            if percent <= 100:  # drivers were seen to answer billions
                found[pid] = percent
        return found

    def _compile(self, wanted: list[Metric], pace: Pace) -> list[_Step]:
        grouped: dict[tuple[str, tuple[int, ...]], list[Metric]] = {}
        for metric in wanted:
            if metric.pace is pace:
                first = metric.calls[0]
                grouped.setdefault((first.name, first.arguments), []).append(metric)
        return [
            _Step(
                m[0].calls[0],
                self._function(m[0].calls[0]),
                tuple((INDEX[metric.name], metric.calls[0].part, metric.scale) for metric in m),
                m[0].calls[1:],
            )
            for m in grouped.values()
        ]

    def _function(self, call: Call) -> Callable[[Handle], Any]:
        try:
            return self._nvml.call(call)
        except AbsentError:
            return _absent

    def _take(self, steps: list[_Step]) -> None:
        readings, handle = self._readings, self._handle
        dropped: list[_Step] = []
        for step in steps:
            try:
                answer = step.ask(handle)
            except ERRORS as error:
                answer = self._otherwise(step, error)
                if isinstance(answer, Missing):
                    for index, _, _ in step.targets:
                        readings[index] = answer
                    if answer.kind is MissingKind.NOT_SUPPORTED:
                        dropped.append(step)
                    continue
            if step.index >= 0:
                readings[step.index] = answer * step.scale
                continue
            for index, part, _ in step.targets:
                value = answer[int(part)] if part.isdigit() else getattr(answer, part)
                readings[index] = FUNCTION_ABSENT if value is None else value
        for step in dropped:
            steps.remove(step)

    def _otherwise(self, step: _Step, error: Exception) -> Any:
        """The answer of the next call that the driver has, or why there is none."""
        while True:
            missing = self._missing(error)
            if missing.kind is MissingKind.ERROR:
                return missing
            if not step.later:
                is_memory = step.call.name == MEMORY_CALL and missing is NOT_SUPPORTED
                return UNIFIED_MEMORY if is_memory else missing
            step.call, step.later = step.later[0], step.later[1:]
            step.ask = self._function(step.call)
            try:
                return step.ask(self._handle)
            except ERRORS as again:
                error = again

    def _missing(self, error: Exception) -> Missing:
        code = code_of(error)
        if code == GPU_IS_LOST:
            raise CardLostError from error
        if code in _OF_THE_DRIVER:
            raise DriverGoneError(code) from error
        return missing_for(code)

    def _read_instances(self) -> tuple[MigInstance, ...]:
        found = []
        try:
            for handle in self._nvml.instances(self._handle):
                found.append(self._instance(handle))
        except ERRORS as error:
            self._missing(error)  # raises where the card or the driver is gone
        return tuple(found)

    def _instance(self, handle: Handle) -> MigInstance:
        total: Reading
        reserved: Reading
        try:
            memory = self._nvml.memory(handle)
            total, used, free = memory.total, memory.used, memory.free
            reserved = FUNCTION_ABSENT if memory.reserved is None else memory.reserved
        except ERRORS as error:
            total = reserved = used = free = missing_for(code_of(error))
        ask = self._nvml.ask
        return MigInstance(
            uuid=as_text(ask(handle, "GetUUID")),
            name=as_text(ask(handle, "GetName")),
            gpu_instance=int(ask(handle, "GetGpuInstanceId")),
            compute_instance=int(ask(handle, "GetComputeInstanceId")),
            memory_total_bytes=total,
            memory_reserved_bytes=reserved,
            memory_used_bytes=used,
            memory_free_bytes=free,
        )


def _absent(_handle: Handle) -> Any:
    raise AbsentError
