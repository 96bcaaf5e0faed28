"""The monitor on 8 scripted cards: CPU beside a bare loop over the binding, memory over a simulated day.

``python tests/benchmarks/monitor.py [SECONDS] [OTHER_PYTHON]``: with a Python that has nvitop and gpustat,
their loops are timed in the same run and their readings compared.  Each loop runs in a process of its own for
SECONDS (default 6) of wall time, best of three; what counts is that process's CPU time.  The scene is frozen:
the library does not look at its file.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "nvml"))

from scripted_nvml import ScriptedNvml, compiled

N_CARDS = 8
COMMON = """
import json, sys, time
rate_hz, seconds = float(sys.argv[1]), float(sys.argv[2])

def paced(look):
    "Look at the rate; returns CPU seconds per second, start-up not counted."
    look()
    begin, cpu = time.monotonic(), time.process_time()
    due = begin
    while due < begin + seconds:
        due += 1 / rate_hz
        time.sleep(max(0.0, due - time.monotonic()))
        look()
    return (time.process_time() - cpu) / (time.monotonic() - begin)
"""
BARE = (
    COMMON
    + """
import pynvml as n
n.nvmlInit()
cards = [n.nvmlDeviceGetHandleByIndex(i) for i in range(n.nvmlDeviceGetCount())]
tick = 0

def look():
    global tick
    for h in cards:
        m, u = n.nvmlDeviceGetMemoryInfo(h, n.nvmlMemory_v2), n.nvmlDeviceGetUtilizationRates(h)
        row = [
            m.total, m.reserved, m.used, m.free, u.gpu, u.memory,
            n.nvmlDeviceGetTemperature(h, 0), n.nvmlDeviceGetPowerUsage(h),
            n.nvmlDeviceGetTotalEnergyConsumption(h), n.nvmlDeviceGetClockInfo(h, 1),
            n.nvmlDeviceGetClockInfo(h, 2), n.nvmlDeviceGetCurrentClocksEventReasons(h),
            n.nvmlDeviceGetPerformanceState(h),
        ]
        try:
            row.append(n.nvmlDeviceGetFanSpeed(h))
        except n.NVMLError:
            pass
        if tick % max(1, round(rate_hz)) == 0:
            n.nvmlDeviceGetComputeRunningProcesses(h)
            n.nvmlDeviceGetGraphicsRunningProcesses(h)
        if tick % max(1, round(10 * rate_hz)) == 0:
            n.nvmlDeviceGetEnforcedPowerLimit(h)
            n.nvmlDeviceGetTotalEccErrors(h, 0, 0), n.nvmlDeviceGetTotalEccErrors(h, 1, 0)
            n.nvmlDeviceGetCurrPcieLinkGeneration(h), n.nvmlDeviceGetCurrPcieLinkWidth(h)
    tick += 1

print(json.dumps(paced(look)))
"""
)
OURS = (
    COMMON
    + """
from gpuplanner.monitor.sampler import Sampler, SamplerOptions
sampler = Sampler(SamplerOptions(rate_hz=rate_hz))
sampler.start()
sampler.wake("benchmark")
while sampler.latest() is None:
    time.sleep(0.01)
time.sleep(0.1)
first = sampler.latest().number
begin, cpu = time.monotonic(), time.process_time()
time.sleep(seconds)
used = (time.process_time() - cpu) / (time.monotonic() - begin)
n = sampler.latest().number - first
sampler.stop()
sampler.join(5)
assert abs(n - rate_hz * seconds) <= 2, (n, "samples")
print(json.dumps(used))
"""
)
NVITOP = (
    COMMON
    + """
from nvitop import Device
devices = Device.all()

def look():
    for device in devices:
        with device.oneshot():
            device.memory_info(), device.utilization_rates(), device.temperature(), device.power_usage()
            device.total_energy_consumption() if hasattr(device, "total_energy_consumption") else None
            device.clock_infos(), device.performance_state(), device.fan_speed(), device.processes()

print(json.dumps(paced(look)))
"""
)
GPUSTAT = (
    COMMON
    + """
import gpustat
print(json.dumps(paced(lambda: gpustat.new_query())))
"""
)
READINGS = {
    "nvitop": """
import json
from nvitop import Device
print(json.dumps([[d.uuid(), d.memory_used(), d.memory_total(), d.gpu_utilization(), d.temperature(),
                   round(d.power_usage() / 1000)] for d in Device.all()]))
""",
    "gpustat": """
import gpustat, json
print(json.dumps([[g.uuid, g.memory_used * 2**20, g.memory_total * 2**20, g.utilization, g.temperature,
                   g.power_draw] for g in gpustat.new_query()]))
""",
    "GPU Planner": """
import json
from gpuplanner.monitor.poller import Poller
sample = Poller().poll(0, 0)
print(json.dumps([[c.uuid, c["memory_used_bytes"], c["memory_total_bytes"], c["gpu_utilization_percent"],
                   c["temperature_celsius"], round(c["power_watts"])] for c in sample]))
""",
}
DAY = """
import json, resource, time
from gpuplanner.monitor.history import History
from gpuplanner.monitor.poller import Poller

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

poller, history = Poller(), History()
sizes, begin, cpu = [], time.monotonic(), time.process_time()
for tick in range(25 * 3600):  # 25 h at 1 Hz
    history.append(poller.poll(tick, 1e9 + tick))
    if tick % 3600 == 3599:
        sizes.append(resident())
        for card in history.uuids:
            history.window(card, "power_watts", tick - 86400, tick)
poller.close()
print(json.dumps([sizes, history.n_bytes, time.process_time() - cpu]))
"""


def cpu_percent(scene: ScriptedNvml, python: str, code: str, rate_hz: float, seconds: float) -> float | None:
    """Percent of a core that a loop takes; None if it cannot run there."""
    done = scene.command(python, "-c", code, str(rate_hz), str(seconds))
    if done.returncode != 0:
        print(done.stderr.strip().splitlines()[-1])
        return None
    return 100 * float(done.stdout)


def print_cpu(scene: ScriptedNvml, seconds: float, other: str | None) -> None:
    """CPU of each loop at 1 and 10 Hz, and ours beside the bare one."""
    loops = [("bare binding", sys.executable, BARE), ("GPU Planner", sys.executable, OURS)]
    if other is not None:
        loops += [("nvitop", other, NVITOP), ("gpustat", other, GPUSTAT)]
    for rate_hz in (1.0, 10.0):
        bare = 0.0
        for name, python, code in loops:
            # The best of several: other work on the machine only ever adds.
            figures = [cpu_percent(scene, python, code, rate_hz, seconds) for _ in range(3)]
            known = [figure for figure in figures if figure is not None]
            if not known:
                continue
            bare = bare or min(known)
            print(
                f"{rate_hz:4.0f} Hz  {name:13} {min(known):6.3f} % of a core  {min(known) / bare:5.2f} × bare"
            )


def print_day(scene: ScriptedNvml) -> None:
    """Memory of the process over a simulated day."""
    sizes, n_bytes, cpu_s = scene.run(DAY)
    mib = [size / 2**20 for size in sizes]
    print(
        f"simulated day at 1 Hz, {N_CARDS} cards: {mib[0]:.1f} MiB after 1 h, {mib[11]:.1f} after 12 h, "
        f"{mib[-1]:.1f} after {len(mib)} h; history {n_bytes / 2**20:.0f} MiB of it; {cpu_s:.0f} s of CPU"
    )


def print_readings(scene: ScriptedNvml, other: str) -> None:
    """The same figures as others read them."""
    ours = scene.run(READINGS["GPU Planner"])
    for name in ("nvitop", "gpustat"):
        done = scene.command(other, "-c", READINGS[name])
        if done.returncode:
            print(f"{name}: {done.stderr.strip().splitlines()[-1]}")
            continue
        theirs = json.loads(done.stdout)
        verdict = "equal" if theirs == ours else f"differ: {theirs} {ours}"
        print(f"{name}: readings of {len(theirs)} cards {verdict}")


def main() -> None:
    """Print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6.0
    other = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scene").mkdir()
        scene = ScriptedNvml(compiled(folder), folder / "scene" / "scene.txt")
        scene.cards(N_CARDS)
        for card in range(N_CARDS):
            scene.process(card, 1, 2**30)
            scene.update(
                {
                    f"gpu.{card}.temperature": 40 + card,
                    f"gpu.{card}.power": 100_000 + 1_000 * card,
                    f"gpu.{card}.memory.used": (card + 1) * 2**30,
                }
            )
        scene.set("frozen", 1)
        print_cpu(scene, seconds, other)
        if other is not None:
            print_readings(scene, other)
        print_day(scene)


if __name__ == "__main__":
    main()
