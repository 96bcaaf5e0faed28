"""What NVML says of our own process and card, through a module that the launcher names by its path.

The user's Python need not have nvidia-ml-py: it is one file, and the launcher's own will do.  Whatever NVML
cannot say is None, and the trial goes on without it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


class OwnCard:
    """The card that a trial runs on, by its UUID."""

    def __init__(self, module_path: str, uuid: str) -> None:
        self._nvml: Any = None
        self._handle: Any = None
        self._before: int | None = None
        self.problem = ""
        """Why there are no readings, empty where there are."""
        try:
            self._nvml = _module(module_path)
            self._nvml.nvmlInit()
            self._handle = self._nvml.nvmlDeviceGetHandleByUUID(uuid)
        except Exception as error:  # no library, no driver, no permission, another version: all the same here
            self.problem = f"NVML says nothing ({type(error).__name__}: {error})"
            self._handle = None
        self._before = self._used_bytes()

    @property
    def driver(self) -> str:
        """The driver's version, or an empty text."""
        version = self._ask("nvmlSystemGetDriverVersion", of_card=False)
        return version.decode() if isinstance(version, bytes) else str(version or "")

    @property
    def process_bytes(self) -> int | None:
        """Device memory of our process.

        Where NVML does not know our process by its number (in a container numbers differ, and under WDDM
        it does not say), what the card holds beyond what it held when the trial began.
        """
        for process in self._ask("nvmlDeviceGetComputeRunningProcesses") or ():
            if process.pid == os.getpid() and process.usedGpuMemory is not None:
                return int(process.usedGpuMemory)
        used = self._used_bytes()
        if used is None or self._before is None:
            return None
        self.problem = self.problem or (
            "NVML does not say what our process holds, so it is what the card holds beyond the start"
        )
        return max(0, used - self._before)

    @property
    def energy_j(self) -> float | None:
        """Energy since the driver was loaded; only differences mean something."""
        millijoules = self._ask("nvmlDeviceGetTotalEnergyConsumption")
        return None if millijoules is None else millijoules / 1e3

    @property
    def power_w(self) -> float | None:
        """Power now (a mean over a second on most cards)."""
        milliwatts = self._ask("nvmlDeviceGetPowerUsage")
        return None if milliwatts is None else milliwatts / 1e3

    def _used_bytes(self) -> int | None:
        memory = self._ask("nvmlDeviceGetMemoryInfo")
        return None if memory is None else int(memory.used)

    def _ask(self, function: str, *, of_card: bool = True) -> Any:
        if self._handle is None:
            return None
        try:
            ask = getattr(self._nvml, function)
            return ask(self._handle) if of_card else ask()
        except Exception:  # not supported here: the reading is missing, which is a value like any other
            return None


def _module(path: str) -> ModuleType:
    """Load the binding from its file; an empty path means the Python's own."""
    if not path:
        return importlib.import_module("pynvml")
    spec = importlib.util.spec_from_file_location("pynvml", Path(path))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules["pynvml"] = module
    spec.loader.exec_module(module)
    return module
