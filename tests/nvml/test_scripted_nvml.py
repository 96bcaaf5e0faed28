"""The scripted library is laid out as the binding expects, and plays its scene."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pynvml
import pytest
from scripted_nvml import GIB, ScriptedNvml, compiled

STRUCTS = (
    "c_nvmlMemory_t",
    "c_nvmlMemory_v2_t",
    "c_nvmlProcessInfo_v2_t",
    "c_nvmlProcessInfo_v3_t",
    "nvmlPciInfo_t",
    "c_nvmlUtilization_t",
    "c_nvmlTemperature_v1_t",
    "c_nvmlFieldValue_t",
    "c_nvmlProcessUtilizationSample_t",
    "c_nvmlEventData_t",
)


@pytest.mark.parametrize("name", STRUCTS)
def test_that_structs_have_the_size_of_the_bindings(nvml_libraries: Path, name: str) -> None:
    size_of = ctypes.CDLL(str(compiled(nvml_libraries))).scripted_size_of
    assert size_of(name.encode()) == ctypes.sizeof(getattr(pynvml, name))


def test_that_versions_carry_the_sizes() -> None:
    assert pynvml.nvmlMemory_v2 == ctypes.sizeof(pynvml.c_nvmlMemory_v2_t) | 2 << 24
    assert pynvml.nvmlTemperature_v1 == ctypes.sizeof(pynvml.c_nvmlTemperature_v1_t) | 1 << 24


def test_that_an_old_driver_lacks_the_newer_symbols(nvml_libraries: Path) -> None:
    old = ctypes.CDLL(str(compiled(nvml_libraries, "old")))
    new = ctypes.CDLL(str(compiled(nvml_libraries)))
    for name in ("MemoryInfo_v2", "ComputeRunningProcesses_v3", "CurrentClocksEventReasons", "TemperatureV"):
        assert hasattr(new, f"nvmlDeviceGet{name}")
        assert not hasattr(old, f"nvmlDeviceGet{name}")


READ = """
import json, pynvml as n
n.nvmlInit()
card = n.nvmlDeviceGetHandleByIndex(0)
v1, v2 = n.nvmlDeviceGetMemoryInfo(card), n.nvmlDeviceGetMemoryInfo(card, n.nvmlMemory_v2)
print(json.dumps({
    "v1": [v1.total, v1.used, v1.free], "v2": [v2.total, v2.reserved, v2.used, v2.free],
    "processes": [[p.pid, p.usedGpuMemory] for p in n.nvmlDeviceGetComputeRunningProcesses(card)],
    "names": [n.nvmlDeviceGetName(n.nvmlDeviceGetHandleByIndex(i)) for i in range(n.nvmlDeviceGetCount())],
}))
"""


def test_that_the_binding_reads_the_scene(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(2)
    scripted_nvml.set("gpu.1.name", "Tesla T4")
    scripted_nvml.process(0, 4321, None)
    assert scripted_nvml.run(READ) == {
        "v1": [80 * GIB, 11 * GIB, 69 * GIB],  # the driver's own part counts as used
        "v2": [80 * GIB, GIB, 10 * GIB, 69 * GIB],
        "processes": [[4321, None]],
        "names": ["NVIDIA A100-SXM4-80GB", "Tesla T4"],
    }


def test_that_a_test_can_step_the_scene_of_a_process_that_runs(scripted_nvml: ScriptedNvml) -> None:
    code = """
import json, pynvml as n
from scripted_nvml import ScriptedNvml
scene = ScriptedNvml.here()
n.nvmlInit()
card = n.nvmlDeviceGetHandleByIndex(0)
seen = [n.nvmlDeviceGetTemperature(card, 0)]
scene.set("gpu.0.temperature", 77)
seen.append(n.nvmlDeviceGetTemperature(card, 0))
scene.set("gpu.*.energy.rate", 10**9)
first = n.nvmlDeviceGetTotalEnergyConsumption(card)
while (second := n.nvmlDeviceGetTotalEnergyConsumption(card)) == first:
    pass
seen.append(second > first)
scene.set("gpu.0.error.nvmlDeviceGetTemperature", 999)
try:
    n.nvmlDeviceGetTemperature(card, 0)
except n.NVMLError as error:
    seen.append(error.value)
scene.set("count", 0)
try:
    n.nvmlDeviceGetPowerUsage(card)
except n.NVMLError as error:
    seen.append(error.value)
print(json.dumps(seen))
"""
    assert scripted_nvml.run(code) == [51, 77, True, 999, 15]


def test_that_whoever_asks_can_be_a_process_on_the_card(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.process(0, "self", 3 * GIB)
    code = """
import json, os, pynvml as n
n.nvmlInit()
(process,) = n.nvmlDeviceGetComputeRunningProcesses(n.nvmlDeviceGetHandleByIndex(0))
print(json.dumps([process.pid == os.getpid(), process.usedGpuMemory]))
"""
    assert scripted_nvml.run(code) == [True, 3 * GIB]
