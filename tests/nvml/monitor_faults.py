"""Every fault of the monitor in a real window: ``python tests/nvml/monitor_faults.py FOLDER [NAME …]``.

Each scene is a process of its own beside scripted cards.  A picture of each is saved in FOLDER, to be looked
at; the tests use the same scenes.  ``MONITOR_THEME`` and ``MONITOR_SIZE`` change the look.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor_window import run_in_window
from scripted_nvml import GIB, LIBRARY, ScriptedNvml, compiled

WATCH = "source.set_rate(10)\nwait(lambda: source.sample is not None)\nspin(2.0)\n"
SAY = """
link.axis.set_span(8)
spin(0.6)
state = page.state_panel if page.state_panel.isVisible() else page.state_line
shown = state.shown if state.isVisible() else None
out.append([shown.title if shown else "", [row.panel._view.trouble for row in page.cards.rows],
            [row.panel._view.free for row in page.cards.rows]])
if len(sys.argv) > 1:
    shot(window, sys.argv[1])
"""


@dataclass(frozen=True)
class Fault:
    """One scene: how it is set up, what happens then, what the page says, and what it says afterwards."""

    name: str
    set_up: Callable[[ScriptedNvml], Any]
    happens: str = WATCH
    recovers: str = ""
    """What ends the fault, and then the page has to say that all is well again."""


def init(code: int) -> Callable[[ScriptedNvml], None]:
    """NVML cannot be opened."""
    return lambda scene: scene.set("init", code)


def card_error(code: int) -> str:
    """Card 1 of three answers an error from some time on."""
    return WATCH + f"scene.set('gpu.1.error.*', {code})\nspin(1.5)\n"


def no_library(scene: ScriptedNvml) -> None:
    """No driver is installed: an empty library in the way of any that the machine may have."""
    (scene.folder / LIBRARY).write_bytes(b"")


def mig(scene: ScriptedNvml) -> None:
    """A card divided in two, which has no utilisation and no processes by percent."""
    scene.cards(2, mig=1)
    for at in range(2):
        for key, value in {
            "uuid": f"MIG-{at:08x}-1111-2222-3333-444444444444",
            "name": "NVIDIA A100-SXM4-80GB MIG 3g.40gb",
            "gi": at + 1,
            "ci": 0,
            "memory.total": 40 * GIB,
            "memory.reserved": GIB // 2,
            "memory.used": (4 + at) * GIB,
        }.items():
            scene.values[f"gpu.0.mig.{at}.{key}"] = str(value)
    scene.set("gpu.1.mig", 0)
    scene.update({"gpu.0.utilization.gpu": "NS", "gpu.0.utilization.memory": "NS"})
    scene.set("gpu.0.process.0", f"{os.getpid()} {4 * GIB} compute 1 0")


def unified(scene: ScriptedNvml) -> None:
    """A computer whose GPU has no memory of its own."""
    scene.cards(1, name="NVIDIA GB10")
    scene.update({f"gpu.*.memory.{key}": "NS" for key in ("total", "reserved", "used", "free")})
    scene.set("gpu.*.power.limit", "NS")


def wddm(scene: ScriptedNvml) -> None:
    """Windows keeps the memory of processes to itself."""
    scene.process(0, os.getpid(), None)
    scene.process(0, 1, None, "graphics", slot=1)


def asleep(statuses: list[str]) -> Callable[[ScriptedNvml], None]:
    """Cards of a hybrid laptop, some of them put to sleep; touching these would be noticed."""

    def set_up(scene: ScriptedNvml) -> None:
        scene.cards(len(statuses))
        for at, status in enumerate(statuses):
            address = f"0000:{at + 1:02x}:00.0"
            power = scene.folder / "sys/bus/pci/devices" / address / "power"
            power.mkdir(parents=True)
            (power / "control").write_text("auto\n")
            (power / "runtime_status").write_text(f"{status}\n")
            driver = scene.folder / "sys/bus/pci/drivers/nvidia"
            driver.mkdir(parents=True, exist_ok=True)
            (driver / address).symlink_to(power.parent)
            if status == "suspended":
                scene.set(f"gpu.{at}.error.*", 15)
        os.environ["MONITOR_SYS"] = str(scene.folder / "sys")

    return set_up


ALL_WELL = WATCH + "wait(lambda: page.state_line.isHidden() and page.state_panel.isHidden())\nspin(1)\n"
LOOK = "page.state_panel.buttons[1].click()\n"
LOOK_ABOVE = "page.state_line.buttons[1].click()\n"
CARD_BACK = """
scene.remove("gpu.1.error.*")
source.sampler.look_again()
wait(lambda: not any(row.panel._view.trouble for row in page.cards.rows))
spin(0.5)
"""
INSTALL = f"""
import os, shutil
shutil.copy(os.environ["GOOD_LIBRARY"], os.path.join(os.environ["LD_LIBRARY_PATH"], "{LIBRARY}"))
"""
HEAT = {
    "gpu.0.throttle": 0x4,
    "gpu.1.throttle": 0x20,
    "gpu.2.throttle": 0x88,
    "gpu.1.temperature": 91,
    "gpu.1.clock.sm": 840,
}
NO_READINGS = {f"gpu.1.{key}": "NS" for key in ("fan", "utilization.gpu", "power", "temperature")}


def cards(n: int, values: dict[str, object] | None = None) -> Callable[[ScriptedNvml], None]:
    """Healthy cards with some values of their own."""

    def set_up(scene: ScriptedNvml) -> None:
        scene.cards(n)
        scene.update(values or {})

    return set_up


def of_init(name: str, code: int) -> Fault:
    """NVML cannot be opened, and then it can."""
    seen = f"wait(lambda: source.state.code == {code})\nspin(1)\n"
    return Fault(f"{name}_{code}", init(code), seen, "scene.set('init', 0)\n" + LOOK + ALL_WELL)


def while_running(name: str, code: int) -> Fault:
    """NVML stops answering, and then it does again."""
    happens = f"""
scene.set("init", {code})
scene.set("gpu.*.error.*", {code})
wait(lambda: source.state.code == {code})
spin(1.2)
"""
    over = "scene.remove('gpu.*.error.*')\nscene.set('init', 0)\n" + LOOK_ABOVE + ALL_WELL
    return Fault(f"{name}_while_running", cards(2), WATCH + happens, over)


def of_card(name: str, code: int) -> Fault:
    """One card of three stops answering, and then it does again."""
    return Fault(f"card_{name}_{code}", cards(3), card_error(code), CARD_BACK)


SLOW = "gpu.*.delay.nvmlDeviceGetTemperature"
FAULTS = (
    Fault("healthy", cards(3)),
    Fault(
        "no_library",
        no_library,
        "wait(lambda: source.state.kind == 'no library')\nspin(1)\n",
        INSTALL + LOOK + ALL_WELL,
    ),
    of_init("no_driver", 9),
    of_init("mismatch", 18),
    of_init("no_permission", 4),
    of_init("cgroup", 17),
    of_init("unknown", 999),
    Fault(
        "no_gpu_28",
        cards(0),
        "wait(lambda: source.state.kind == 'no GPU')\nspin(1)\n",
        "scene.cards(1)\n" + LOOK + ALL_WELL,
    ),
    while_running("driver_gone", 9),
    while_running("mismatch", 18),
    of_card("lost", 15),
    of_card("reset", 16),
    of_card("permission", 4),
    of_card("cgroup", 17),
    of_card("unknown", 999),
    Fault("card_unplugged", cards(3), WATCH + "scene.set('count', 2)\nspin(1.5)\n"),
    Fault("one_reading_refused", cards(2, {"gpu.1.error.nvmlDeviceGetPowerUsage": 4})),
    Fault("not_supported", cards(2, NO_READINGS)),
    Fault("old_driver_v1", cards(2)),
    Fault("throttled", cards(3, HEAT)),
    Fault("one_asleep", asleep(["suspended", "active"])),
    Fault(
        "all_asleep",
        asleep(["suspended"]),
        "wait(lambda: source.state.kind == 'asleep')\nspin(1)\npage.state_panel.buttons[0].click()\n",
        "import os\nroot = Path(os.environ['MONITOR_SYS'])\n"
        "next(root.rglob('runtime_status')).write_text('active\\n')\nscene.remove('gpu.0.error.*')\n"
        + LOOK
        + ALL_WELL,
    ),
    Fault("mig", mig, WATCH + "page.cards.rows[0].panel.details.click()\nspin(0.7)\n"),
    Fault("unified_memory", unified),
    Fault("wddm", wddm),
    Fault(
        "stale",
        cards(2),
        WATCH + f"scene.set('{SLOW}', 9000)\nspin(6)\n",
        f"scene.remove('{SLOW}')\nwait(lambda: not page.foot.text.is_late)\nspin(0.5)\n",
    ),
)


def run_fault(fault: Fault, scene: ScriptedNvml, libraries: Path, picture: str = "") -> Any:
    """What the page says in the fault, and after it: [state, troubles, free figures] each."""
    os.environ.pop("MONITOR_SYS", None)
    fault.set_up(scene)
    if fault.name == "old_driver_v1":
        scene.install(compiled(libraries, "old"))
    if fault.name == "no_library":
        os.environ["GOOD_LIBRARY"] = str(compiled(libraries))
    code = fault.happens + SAY
    if fault.recovers:
        after = SAY.replace("sys.argv[1]", "sys.argv[1].replace('.png', '_after.png')")
        code += fault.recovers + after
    return run_in_window(scene, "import sys\n" + code, *([picture] if picture else []))


def main() -> None:
    """Run the scenes, or those that are named, and save a picture of each."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chosen = sys.argv[2:]
    with tempfile.TemporaryDirectory() as name:
        libraries = Path(name)
        for fault in FAULTS:
            if chosen and fault.name not in chosen:
                continue
            place = libraries / f"scene_{fault.name}"
            place.mkdir()
            scene = ScriptedNvml(compiled(libraries), place / "scene.txt")
            scene.cards(1)
            print(
                fault.name, run_fault(fault, scene, libraries, str(folder / f"{fault.name}.png")), flush=True
            )


if __name__ == "__main__":
    main()
