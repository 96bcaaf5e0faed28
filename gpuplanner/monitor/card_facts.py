"""Reads what does not change while a card is known, once."""

from __future__ import annotations

from typing import Any

from gpuplanner.monitor.nvml import ERRORS, Handle, Nvml, as_text, code_of
from gpuplanner.monitor.readings import NOT_SUPPORTED_CODE, Reading, missing_for, number
from gpuplanner.monitor.samples import CardFacts

_SLOWDOWN = 1  # NVML_TEMPERATURE_THRESHOLD_SLOWDOWN
_SM_CLOCK, _MEMORY_CLOCK = 1, 2


def read_facts(nvml: Nvml, handle: Handle, index: int) -> CardFacts:
    """The facts of one card.

    Raises:
        one of ERRORS: the card does not even say who it is.
    """
    uuid = as_text(nvml.ask(handle, "GetUUID"))
    total: Reading
    try:
        total = int(nvml.memory(handle).total)
    except ERRORS as error:
        total = missing_for(code_of(error))
    return CardFacts(
        uuid=uuid,
        index=index,
        name=_text(nvml, handle, "GetName") or "NVIDIA GPU",
        pci_bus_id=_pci_bus_id(nvml, handle),
        driver_version=nvml.driver.driver_version,
        compute_capability=_capability(nvml, handle),
        memory_total_bytes=total,
        power_cap_watts=_reading(nvml, handle, "GetEnforcedPowerLimit", scale=1e-3),
        max_sm_clock_mhz=_reading(nvml, handle, "GetMaxClockInfo", _SM_CLOCK),
        max_memory_clock_mhz=_reading(nvml, handle, "GetMaxClockInfo", _MEMORY_CLOCK),
        slowdown_celsius=_reading(nvml, handle, "GetTemperatureThreshold", _SLOWDOWN),
        pcie_generation=_reading(nvml, handle, "GetMaxPcieLinkGeneration"),
        pcie_width=_reading(nvml, handle, "GetMaxPcieLinkWidth"),
        ecc_enabled=_reading(nvml, handle, "GetEccMode"),
        mig_enabled=bool(number(_reading(nvml, handle, "GetMigMode"))),
        unified_memory=getattr(total, "code", 0) == NOT_SUPPORTED_CODE,
    )


def _reading(nvml: Nvml, handle: Handle, name: str, *arguments: int, scale: float = 1) -> Reading:
    try:
        answer = nvml.ask(handle, name, *arguments)
    except ERRORS as error:
        return missing_for(code_of(error))
    value: Any = answer[0] if isinstance(answer, list) else answer  # [current, pending]
    return value * scale  # type: ignore[no-any-return]


def _text(nvml: Nvml, handle: Handle, name: str) -> str:
    try:
        return as_text(nvml.ask(handle, name))
    except ERRORS:
        return ""


def _pci_bus_id(nvml: Nvml, handle: Handle) -> str:
    try:
        return as_text(nvml.ask(handle, "GetPciInfo").busId)
    except ERRORS:
        return ""


def _capability(nvml: Nvml, handle: Handle) -> str:
    try:
        major, minor = nvml.ask(handle, "GetCudaComputeCapability")
    except ERRORS:
        return ""
    return f"{major}.{minor}"
