"""The window on its Monitor page: 6 metrics of 8 scripted cards, 1 h of history, sampled at 10 Hz.

``python tests/benchmarks/monitor_window.py [SECONDS]``: CPU of the whole process as percent of a core
(target 10 at most) and the longest pause of the GUI thread (target 50 ms at most), while every PCIe counter
blocks the sampler for 20 ms.  Needs a display (Xvfb will do).  Other work on the machine only ever adds:
best of three.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "nvml"))

from monitor_window import run_in_window
from scripted_nvml import GIB, ScriptedNvml, compiled

N_CARDS = 8
BLOCK_MS = 20
FILL = """
import random
from dataclasses import replace
from PySide6.QtCore import QEventLoop, QTimer, Qt
from gpuplanner.monitor.metrics import PCIE_NAMES
from gpuplanner.monitor.poller import Poller
from gpuplanner.ui.theme import Mode

seconds = float(sys.argv[1])
name = f"page:{id(link)}"
source.sampler.rest(name)
wait(lambda: source.state.kind == "resting")
poller, made = Poller(), []
for at in range(60):
    for card in range(8):
        scene.values[f"gpu.{card}.utilization.gpu"] = str(random.randint(60, 100))
        scene.values[f"gpu.{card}.power"] = str(random.randint(250_000, 390_000))
        scene.values[f"gpu.{card}.temperature"] = str(random.randint(55, 75))
        scene.values[f"gpu.{card}.memory.used"] = str((20 + random.randint(0, 40)) * 2**30)
    scene.write()
    made.append(poller.poll(0.0, 0.0, 0.1))
poller.close()
now, wall = time.monotonic(), time.time()
for at in range(36_000):
    back = (at - 36_000) / 10
    source.history.append(replace(random.choice(made), monotonic_s=now + back, wall_s=wall + back))
source.set_rate(10.0)
link._read_pcie(True)
source.wake(name)
link.axis.set_span(3600.0)
spin(2.0)
loop = QEventLoop()

def live(seconds):
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()

def cpu():
    first, begin, used = source.sample.number, time.monotonic(), time.process_time()
    live(seconds)
    passed = time.monotonic() - begin
    return 100 * (time.process_time() - used) / passed, (source.sample.number - first) / passed

def pause():
    worst = [0.0, time.monotonic(), 0.0, time.thread_time()]
    def tick():
        now, used = time.monotonic(), time.thread_time()
        worst[:] = max(worst[0], now - worst[1]), now, max(worst[2], used - worst[3]), used
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(2)
    timer.timeout.connect(tick)
    timer.start()
    live(seconds)
    timer.stop()
    return 1000 * worst[0], 1000 * worst[2]

out.append([cpu() for _ in range(3)])
out.append([pause() for _ in range(3)])
begin = time.process_time()
for _ in range(20):
    link._draw_live(time.monotonic(), is_reading=True, again=True)
    window.repaint()
    for row in page.cards.rows:
        row.charts.repaint()
out.append(1000 * (time.process_time() - begin) / 20)
window.show_page("plan")
spin(1.0)
begin, used = time.monotonic(), time.process_time()
live(seconds)
out.append(100 * (time.process_time() - used) / (time.monotonic() - begin))
"""


def main() -> None:
    """Print the figures."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else "10"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scene").mkdir()
        scene = ScriptedNvml(compiled(folder), folder / "scene" / "scene.txt")
        scene.cards(N_CARDS)
        scene.update({f"gpu.{card}.process.0": f"1 {2 * GIB} compute" for card in range(N_CARDS)})
        scene.set("gpu.*.delay.nvmlDeviceGetPcieThroughput", BLOCK_MS)
        cpu, pauses, redraw, hidden = run_in_window(scene, "import sys\n" + FILL, seconds)
    best, hz = min(cpu)
    print(f"whole window, 1 h of {N_CARDS} cards: {best:.1f} % of a core, {hz:.1f} samples a second")
    wall, own = min(pauses)
    runs = ", ".join(f"{pause:.0f}" for pause, _ in pauses)
    print(
        f"longest pause of the GUI thread in {seconds} s: {wall:.0f} ms (runs: {runs}), "
        f"in which it worked for {own:.0f} ms at most; the rest is other work on the machine"
    )
    print(f"one redraw of everything: {redraw:.1f} ms of CPU; behind another page: {hidden:.2f} % of a core")


if __name__ == "__main__":
    main()
