"""A reading: a number, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MissingKind(StrEnum):
    """Why a reading is missing."""

    NOT_SUPPORTED = "not supported"
    """This card or driver has no such reading, and is not asked again; shown as "–"."""
    NOT_ASKED = "not asked"
    """The reading is switched off, or its turn has not come yet."""
    ERROR = "error"
    """The driver refused, or the card is gone; asked again at the next tick."""


@dataclass(frozen=True)
class Missing:
    """No number, and why, in words for the user.  ``code`` is NVML's, 0 where NVML did not speak."""

    kind: MissingKind
    reason: str
    code: int = 0


Reading = int | float | Missing

NOT_ASKED = Missing(MissingKind.NOT_ASKED, "not read")
NOT_SUPPORTED = Missing(MissingKind.NOT_SUPPORTED, "not supported by this card", 3)
FUNCTION_ABSENT = Missing(MissingKind.NOT_SUPPORTED, "this driver is too old for it", 13)
UNIFIED_MEMORY = Missing(
    MissingKind.NOT_SUPPORTED, "unified memory: the GPU uses the computer's own memory and keeps no count", 3
)
BY_PROCESS_UNKNOWN = Missing(MissingKind.NOT_SUPPORTED, "the driver does not say it by process")
BY_PROCESS_WDDM = Missing(
    MissingKind.NOT_SUPPORTED,
    "Windows manages the GPU's memory (WDDM, WSL); the driver does not say it by process",
)
PER_PROCESS_MIG = Missing(
    MissingKind.NOT_SUPPORTED, "the card is divided by MIG, and NVML then does not say it by process"
)

# NVML's return codes (nvml.h, enum nvmlReturn_enum).
UNINITIALIZED, NOT_SUPPORTED_CODE, NO_PERMISSION, NOT_FOUND = 1, 3, 4, 6
DRIVER_NOT_LOADED, LIBRARY_NOT_FOUND, FUNCTION_NOT_FOUND = 9, 12, 13
GPU_IS_LOST, RESET_REQUIRED, OPERATING_SYSTEM, MISMATCH = 15, 16, 17, 18
GPU_NOT_FOUND, UNKNOWN = 28, 999

_REASONS = {
    UNINITIALIZED: "the driver was reloaded",
    NO_PERMISSION: "no permission: ask the administrator (with MIG, a container lacks the card itself)",
    DRIVER_NOT_LOADED: "the NVIDIA driver is not loaded",
    10: "the driver did not answer in time",
    GPU_IS_LOST: "the GPU is lost: it fell off the bus or was unplugged",
    RESET_REQUIRED: "the GPU has to be reset (nvidia-smi --gpu-reset, or restart the computer)",
    OPERATING_SYSTEM: "the operating system blocks it (a cgroup of the container or of the job queue)",
    MISMATCH: "driver and library are of different versions: restart the computer",
    GPU_NOT_FOUND: "the GPU is not there",
    UNKNOWN: "unknown error of the driver; a container that lost its GPU says this: restart the container",
}


def missing_for(code: int) -> Missing:
    """What an NVML return code means for one reading."""
    if code == NOT_SUPPORTED_CODE:
        return NOT_SUPPORTED
    if code == FUNCTION_NOT_FOUND:
        return FUNCTION_ABSENT
    return Missing(MissingKind.ERROR, _REASONS.get(code, f"NVML error {code}"), code)


def number(reading: Reading) -> float | None:
    """The reading as a number, None where there is none."""
    return None if isinstance(reading, Missing) else reading
