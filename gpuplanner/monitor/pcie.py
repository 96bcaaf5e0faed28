"""PCIe throughput of one card, read in the time left between two ticks.

New drivers count bytes, and two readings give a rate.  Older ones have a call that measures for 20 ms and
blocks meanwhile; it is made only where it fits before the next tick.
"""

from __future__ import annotations

import time

from gpuplanner.monitor.metrics import Call
from gpuplanner.monitor.nvml import ERRORS, AbsentError, Handle, Nvml, code_of
from gpuplanner.monitor.readings import FUNCTION_ABSENT, NOT_ASKED, Missing, MissingKind, Reading, missing_for

SENT, RECEIVED = "pcie_sent_bytes_per_s", "pcie_received_bytes_per_s"
KIB = 1024  # NVML: "KB/s", counted as 1,024 bytes
_EXPECTED_S = 0.025
_ROOM = 1.5
"""How much longer than the last call the next one may take."""
_TOO_SLOW = Missing(MissingKind.NOT_ASKED, "the call takes longer than there is between two samples")


class PcieReader:
    """The counters of one card."""

    def __init__(self, nvml: Nvml, handle: Handle) -> None:
        self._nvml, self._handle = nvml, handle
        self._readings: dict[str, Reading] = {SENT: NOT_ASKED, RECEIVED: NOT_ASKED}
        self._counts: tuple[int, int, int] | None = None
        self._has_counters = True
        self._turn = 0
        self._supported = True
        self._duration_s = _EXPECTED_S

    def readings(self) -> dict[str, Reading]:
        """What was last read."""
        return self._readings

    def read_one(self, left_s: float) -> float:
        """Make one call if it fits into the time left; returns how long it took."""
        if not self._supported:
            return 0.0
        start = time.monotonic()
        if self._has_counters:
            self._read_counters()
            return time.monotonic() - start
        # A little too long and the next tick is lost, so some room is kept.  A long call of the past is no
        # reason never to try again: its estimate decays.
        if _ROOM * self._duration_s > left_s:
            self._duration_s *= 0.98
            if self._readings[SENT] is NOT_ASKED:
                self._readings[SENT] = self._readings[RECEIVED] = _TOO_SLOW
            return 0.0
        self._read_blocking()
        self._duration_s = time.monotonic() - start
        return self._duration_s

    def _read_counters(self) -> None:
        try:
            counts = self._nvml.pcie_counters(self._handle)
        except ERRORS as error:
            self._has_counters = False
            if code_of(error) not in (0, 3, 13):
                self._set(missing_for(code_of(error)))
            return
        if self._counts is not None:
            passed_s = (counts[0] - self._counts[0]) * 1e-6
            sent, received = counts[1] - self._counts[1], counts[2] - self._counts[2]
            if passed_s <= 0:
                return
            if sent >= 0 and received >= 0:  # less than before: the driver was reloaded
                self._readings = {SENT: sent / passed_s, RECEIVED: received / passed_s}
        self._counts = counts

    def _read_blocking(self) -> None:
        name, self._turn = (SENT, RECEIVED)[self._turn], 1 - self._turn
        try:
            ask = self._nvml.call(Call("GetPcieThroughput", (0 if name == SENT else 1,)))
            reading: Reading = ask(self._handle) * KIB
        except AbsentError:
            reading = FUNCTION_ABSENT
        except ERRORS as error:
            reading = missing_for(code_of(error))
        if isinstance(reading, Missing) and reading.kind is MissingKind.NOT_SUPPORTED:
            self._supported = False
            self._set(reading)
            return
        self._readings = {**self._readings, name: reading}

    def _set(self, missing: Missing) -> None:
        self._readings = {SENT: missing, RECEIVED: missing}
