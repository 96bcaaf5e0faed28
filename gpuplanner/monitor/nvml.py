"""The one door to NVML: opens it, names what is wrong, and answers calls; nothing else imports pynvml.

A call that fails raises one of `ERRORS`, whose code `code_of` tells.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from gpuplanner.monitor.metrics import MEMORY_CALL, Call
from gpuplanner.monitor.readings import (
    FUNCTION_NOT_FOUND,
    LIBRARY_NOT_FOUND,
    MISMATCH,
    NOT_FOUND,
)
from gpuplanner.monitor.samples import DriverFacts
from gpuplanner.monitor.states import FORKED, NO_BINDING, OK, State, shadowed, state_for

try:
    import pynvml
except ImportError:  # the rest of the program works without it
    pynvml = None

Handle = Any
"""A card or a MIG instance, as the binding hands it out."""


class AbsentError(Exception):
    """The binding, or the driver, has no call of that name."""

    value = FUNCTION_NOT_FOUND


# NVMLLibraryMismatchError is no NVMLError: the binding raises it where a driver is too old for a call.
ERRORS: tuple[type[Exception], ...] = (
    (AbsentError,)
    if pynvml is None
    else (AbsentError, pynvml.NVMLError, getattr(pynvml, "NVMLLibraryMismatchError", AbsentError))
)

ARGUMENT_VERSION_MISMATCH = 25
TIMEOUT = 10
_ALL_BITS_32 = 0xFFFF_FFFF
_PCIE_FIELDS = (197, 198)  # NVML_FI_DEV_PCIE_COUNT_TX_BYTES, …_RX_BYTES


def code_of(error: Exception) -> int:
    """NVML's return code of a failed call."""
    return int(getattr(error, "value", FUNCTION_NOT_FOUND))


class Nvml:
    """NVML as one thread uses it.  Every method but `open` needs it open."""

    def __init__(self) -> None:
        self._pid: int | None = None
        self._memory_v2 = True
        self.session = 0
        """Counts how often NVML was opened: what belongs to an earlier session is void."""
        self.driver = DriverFacts("")

    @property
    def is_open(self) -> bool:
        """Whether calls can be made."""
        return self._pid is not None

    @property
    def forked(self) -> bool:
        """Opened in the process that this one was forked from: the driver does not answer here."""
        return self._pid is not None and self._pid != os.getpid()

    def open(self) -> State:
        """Load the library and initialise it; `OK`, or the state that says what is wrong."""
        if pynvml is None:
            return NO_BINDING
        path = str(pynvml.__file__ or "")
        if path.endswith("__init__.py"):
            return shadowed(path)
        if self.forked:
            return FORKED
        if self.is_open:
            return OK
        try:
            pynvml.nvmlInit()
        except ERRORS as error:
            code = code_of(error)
            if code == MISMATCH:
                _unload()  # the library may have been replaced; the next try loads what is there then
            return state_for(code)
        except OSError:  # a library that is there but cannot be loaded
            return state_for(LIBRARY_NOT_FOUND)
        self._pid = os.getpid()
        self.session += 1
        self._memory_v2 = True
        self.driver = self._read_driver()
        return OK

    def close(self, *, unload: bool = False) -> None:
        """Release the driver; with ``unload`` also the library, so that an updated one is loaded next."""
        if self._pid == os.getpid():
            with contextlib.suppress(*ERRORS):
                pynvml.nvmlShutdown()
        self._pid = None
        if unload:
            _unload()

    def count(self) -> int:
        """How many cards there are."""
        return int(pynvml.nvmlDeviceGetCount())

    def handle(self, index: int) -> Handle:
        """A card by NVML's index; this is the call that touches the card."""
        return pynvml.nvmlDeviceGetHandleByIndex(index)

    def handle_at(self, address: str) -> Handle:
        """A card by its PCI address; touches no other card."""
        domain, _, rest = address.partition(":")
        return pynvml.nvmlDeviceGetHandleByPciBusId(f"{domain:>08}:{rest}".encode())

    def handle_of(self, uuid: str) -> Handle:
        """A card by its UUID."""
        return pynvml.nvmlDeviceGetHandleByUUID(uuid.encode())

    def call(self, call: Call) -> Callable[[Handle], Any]:
        """The function that asks one card; raises AbsentError if the binding has none of that name."""
        if call.name == MEMORY_CALL:
            return self.memory
        function = getattr(pynvml, f"nvmlDevice{call.name}", None)
        if function is None:
            raise AbsentError(call.name)
        if not call.arguments:
            return function  # type: ignore[no-any-return]
        if len(call.arguments) == 1:
            argument = call.arguments[0]
            return lambda handle: function(handle, argument)
        return lambda handle: function(handle, *call.arguments)

    def ask(self, handle: Handle, name: str, *arguments: int) -> Any:
        """Call once: ``ask(handle, "GetName")``."""
        return self.call(Call(name, arguments))(handle)

    def memory(self, handle: Handle) -> Any:
        """Bytes ``total``, ``reserved``, ``used`` and ``free``.

        Version 2 of the call tells the driver's own part apart; version 1 counts it as used, and ``reserved``
        is then None.  ``used`` is what is left of the total (nvidia-smi does the same).
        """
        if self._memory_v2:
            try:
                found = pynvml.nvmlDeviceGetMemoryInfo(handle, pynvml.nvmlMemory_v2)
            except ERRORS as error:
                if code_of(error) not in (FUNCTION_NOT_FOUND, ARGUMENT_VERSION_MISMATCH):
                    raise
                self._memory_v2 = False
            else:
                # The struct's own "used" is written over: readers take all four by name from one object.
                found.used = found.total - found.free - found.reserved
                return found
        old = pynvml.nvmlDeviceGetMemoryInfo(handle)
        return SimpleNamespace(total=old.total, reserved=None, used=old.total - old.free, free=old.free)

    def processes(self, handle: Handle, kind: str) -> list[tuple[int, int | None, int | None, int | None]]:
        """PID, bytes, GPU and compute instance of the "Compute" or "Graphics" processes of a card."""
        found = self._versioned(f"Get{kind}RunningProcesses", ("_v3", "_v2"), handle)
        return [
            (
                int(process.pid),
                process.usedGpuMemory,  # the binding makes None of the sentinel 2⁶⁴−1
                _instance(process.gpuInstanceId),
                _instance(process.computeInstanceId),
            )
            for process in found
        ]

    def process_utilization(self, handle: Handle, since_us: int) -> list[tuple[int, int, int]]:
        """Microseconds since 1970, PID and percent of the multiprocessors of each sample since a time."""
        try:
            found = pynvml.nvmlDeviceGetProcessUtilization(handle, since_us)
        except ERRORS as error:
            if code_of(error) == NOT_FOUND:  # no process was busy
                return []
            raise
        return [(int(sample.timeStamp), int(sample.pid), int(sample.smUtil)) for sample in found]

    def event_set(self) -> Any:
        """A set that collects events; NVML frees it when it is closed."""
        if pynvml is None or not hasattr(pynvml, "nvmlEventSetWait_v2"):
            raise AbsentError("EventSetWait")
        return pynvml.nvmlEventSetCreate()

    def watch_xids(self, handle: Handle, events: Any) -> None:
        """Collect a card's critical faults from now on."""
        pynvml.nvmlDeviceRegisterEvents(handle, pynvml.nvmlEventTypeXidCriticalError, events)

    def next_xid(self, events: Any) -> tuple[str, int] | None:
        """UUID and Xid of the oldest fault that was not taken yet; None if there is none.  Does not wait."""
        try:
            event = pynvml.nvmlEventSetWait_v2(events, 0)
        except ERRORS as error:
            if code_of(error) == TIMEOUT:
                return None
            raise
        return str(pynvml.nvmlDeviceGetUUID(event.device)), int(event.eventData)

    def pcie_counters(self, handle: Handle) -> tuple[int, int, int]:
        """Microseconds since 1970, bytes sent and received; raises one of ERRORS if absent."""
        fields = self.ask_fields(handle, _PCIE_FIELDS)
        for field in fields:
            if field.nvmlReturn != 0:
                raise AbsentError("PCIe byte counters")
        sent, received = (int(field.value.ullVal) for field in fields)
        return int(fields[0].timestamp), sent, received

    def ask_fields(self, handle: Handle, fields: tuple[int, ...]) -> Any:
        """Values of NVML's numbered fields, in order."""
        return pynvml.nvmlDeviceGetFieldValues(handle, list(fields))

    def instances(self, handle: Handle) -> Iterator[Handle]:
        """The MIG instances of a card."""
        for index in range(int(self.ask(handle, "GetMaxMigDeviceCount"))):
            try:
                yield pynvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index)
            except ERRORS as error:
                if code_of(error) != NOT_FOUND:  # a number that is not in use
                    raise

    def _versioned(self, name: str, versions: tuple[str, ...], handle: Handle) -> Any:
        for version in versions:
            function = getattr(pynvml, f"nvmlDevice{name}{version}", None)
            if function is None:
                continue
            try:
                return function(handle)
            except ERRORS as error:
                if code_of(error) != FUNCTION_NOT_FOUND:
                    raise
        raise AbsentError(name)

    def _read_driver(self) -> DriverFacts:
        cuda = 0
        with contextlib.suppress(*ERRORS):
            cuda = int(pynvml.nvmlSystemGetCudaDriverVersion())
        return DriverFacts(
            _text(pynvml.nvmlSystemGetDriverVersion),
            _text(pynvml.nvmlSystemGetNVMLVersion),
            f"{cuda // 1000}.{cuda % 1000 // 10}" if cuda else "",
        )


def as_text(value: Any) -> str:
    """A text of the binding, which older versions hand out as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _text(function: Callable[[], Any]) -> str:
    try:
        return as_text(function())
    except ERRORS:
        return ""


def _instance(number: int) -> int | None:
    return None if number == _ALL_BITS_32 else int(number)


def _unload() -> None:
    """Make the binding load the library anew.

    It keeps the library and its functions for the life of the process, and after an update of the driver the
    old library would answer "mismatch" for ever.  The binding has no call for this, so its module variables
    are reset; where they are named otherwise, nothing happens and a restart of the program is needed.
    """
    library = getattr(pynvml, "nvmlLib", None)
    cache = getattr(pynvml, "_nvmlGetFunctionPointer_cache", None)
    if library is None or not isinstance(cache, dict) or sys.platform == "win32":
        return
    import _ctypes  # here, as Windows has no dlclose

    cache.clear()
    pynvml.nvmlLib = None
    with contextlib.suppress(OSError):
        _ctypes.dlclose(library._handle)
