"""Scripted GPUs for tests: a real libnvidia-ml.so.1 whose cards say what a text file says.

In a test, take the fixture ``scripted_nvml`` (tests/conftest.py) and start a process of its own, because the
binding loads the library once in a process's life and LD_LIBRARY_PATH is read when the process starts::

    def test_that_…(scripted_nvml: ScriptedNvml) -> None:
        scripted_nvml.cards(2)                                  # two healthy A100s
        scripted_nvml.set("gpu.1.temperature", 91)              # card 1 only; "gpu.*.…" is all cards
        process = subprocess.Popen([sys.executable, …], env=scripted_nvml.environment())
        scripted_nvml.process(0, process.pid, 5 * 2**30)        # NVML now says that it holds 5 GiB of card 0
        scripted_nvml.set("gpu.0.energy.rate", 300_000)         # 300 W since that process loaded NVML

Every change replaces the file by rename, and the library reads it again at the next call.  `run` starts a
snippet of Python in such a process, in which `ScriptedNvml.here()` is the same scene.

Keys (``gpu.N.`` or ``gpu.*.``; the value ``NS`` is "not supported", and so is a missing key):
    count, driver, nvml, cuda, init (error code of init), wants_build (the build of the library that the
    driver accepts; another answers 18), frozen (never read the file again), error.FUNCTION,
    delay.FUNCTION (ms),
    gpu.N.error.FUNCTION, gpu.N.error.*, gpu.N.delay.FUNCTION,
    gpu.N. name uuid pci capability memory.{total,reserved,used,free} utilization.{gpu,memory,encoder,decoder}
    temperature temperature.{slowdown,shutdown} fan power power.limit (mW) energy (mJ) energy.rate (mW)
    clock.{sm,memory,graphics} clock.max.{…} throttle pstate pcie.{tx,rx} (KB/s) pcie.{generation,width}
    field.ID field.ID.rate ecc ecc.{corrected,uncorrected} mig,
    gpu.N.process.K "PID BYTES KIND [GI CI]" (PID "self": whoever asks; BYTES "NA": unknown; KIND compute,
    graphics or both), gpu.N.process.K.sm (percent; one without it is idle), gpu.N.process.sm (NS),
    gpu.N.mig.I.{uuid,name,gi,ci,memory.…}, gpu.N.xid (number of the last fault, told once when it changes)

Lowering ``count`` unplugs cards: handles that are held answer 15 (GPU is lost).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
CHECKOUT = FOLDER.parents[1]
LIBRARY = "libnvidia-ml.so.1"
GIB = 2**30
LIMIT_S = 120
"""Only against a hang."""


@cache
def compiled(folder: Path, variant: str = "") -> Path:
    """The library, compiled into a folder of its variant: "" (current driver), "old", or "build-N"."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise RuntimeError(
            "The tests of the monitor need gcc: on Debian and Ubuntu, apt-get install gcc libc6-dev"
        )
    target = folder / (variant or "current") / LIBRARY
    target.parent.mkdir(parents=True, exist_ok=True)
    flags = {"": [], "old": ["-DOLD_DRIVER"]}.get(variant, [f"-DBUILD={variant.removeprefix('build-')}"])
    command = [compiler, "-std=gnu11", "-O2", "-Wall", "-Wno-format-truncation", "-fPIC", "-shared"]
    command += ["-fvisibility=hidden", *flags, f"-Wl,-soname,{LIBRARY}"]
    command += [str(FOLDER / "scripted_nvml.c"), "-o", str(target), "-lpthread"]
    subprocess.run(command, check=True)
    return target


class ScriptedNvml:
    """A scene and the library that plays it."""

    def __init__(self, library: Path | None, scene: Path) -> None:
        self.folder = scene.parent
        """Stands in LD_LIBRARY_PATH; empty where ``library`` is None (no driver installed)."""
        self.scene = scene
        if library is not None:
            self.install(library)
        self.values: dict[str, str] = {}
        if scene.exists():
            for line in scene.read_text(encoding="utf-8").splitlines():
                key, _, value = line.partition(" ")
                self.values[key] = value

    @classmethod
    def here(cls) -> ScriptedNvml:
        """The scene of this process, which `run` or `environment` gave it."""
        return cls(None, Path(os.environ["SCRIPTED_NVML_SCENE"]))

    def install(self, library: Path) -> None:
        """Put a library where the process looks for it, as installing or updating the driver does."""
        temporary = self.folder / "library.new"
        shutil.copy(library, temporary)
        temporary.replace(self.folder / LIBRARY)

    def write(self) -> None:
        """Replace the file by the values."""
        temporary = self.scene.with_suffix(".new")
        text = "".join(f"{key} {value}\n" for key, value in self.values.items())
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.scene)

    def set(self, key: str, value: object) -> None:
        """Change one value; the next call of the library sees it."""
        self.update({key: value})

    def update(self, values: dict[str, object]) -> None:
        """Change several values at once."""
        self.values.update({key: str(value) for key, value in values.items()})
        self.write()

    def remove(self, *keys: str) -> None:
        """Take values away: faults end, readings become "not supported"."""
        for key in keys:
            self.values.pop(key, None)
        self.write()

    def cards(self, n: int, **changes: object) -> None:
        """Script ``n`` healthy A100s; ``changes`` are values of all cards (``_`` stands for ``.``)."""
        self.values.update({key: str(value) for key, value in HEALTHY.items()})
        self.values["count"] = str(n)
        for card in range(n):
            self.values[f"gpu.{card}.uuid"] = f"GPU-{card:08x}-1111-2222-3333-444444444444"
            self.values[f"gpu.{card}.pci"] = f"00000000:{card + 1:02X}:00.0"
        for name, value in changes.items():
            self.values[f"gpu.*.{name.replace('_', '.')}"] = str(value)
        self.write()

    def process(
        self, card: int, pid: int | str, memory_bytes: int | None, kind: str = "compute", *, slot: int = 0
    ) -> None:
        """Say that a process holds memory of a card (None: the driver does not say how much)."""
        size = "NA" if memory_bytes is None else memory_bytes
        self.set(f"gpu.{card}.process.{slot}", f"{pid} {size} {kind}")

    def environment(self) -> dict[str, str]:
        """The environment of a process that shall see these cards."""
        paths = [str(CHECKOUT), str(FOLDER), os.environ.get("PYTHONPATH", "")]
        return {
            **os.environ,
            "LD_LIBRARY_PATH": str(self.folder),
            "SCRIPTED_NVML_SCENE": str(self.scene),
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        }

    def run(self, code: str, *arguments: str) -> Any:
        """Run Python code in a process of its own; returns what it printed, read as JSON."""
        done = self.command(sys.executable, "-c", code, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def command(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command that sees these cards."""
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=LIMIT_S, check=False
        )


HEALTHY: dict[str, object] = {
    "driver": "570.86.15",
    "nvml": "12.570.86.15",
    "cuda": 12080,
    "gpu.*.name": "NVIDIA A100-SXM4-80GB",
    "gpu.*.capability": "8.0",
    "gpu.*.memory.total": 80 * GIB,
    "gpu.*.memory.reserved": GIB,
    "gpu.*.memory.used": 10 * GIB,
    "gpu.*.utilization.gpu": 37,
    "gpu.*.utilization.memory": 21,
    "gpu.*.utilization.encoder": 0,
    "gpu.*.utilization.decoder": 0,
    "gpu.*.temperature": 51,
    "gpu.*.temperature.slowdown": 92,
    "gpu.*.temperature.shutdown": 95,
    "gpu.*.fan": "NS",
    "gpu.*.power": 251_500,
    "gpu.*.power.limit": 400_000,
    "gpu.*.energy": 1_000_000,
    "gpu.*.clock.sm": 1410,
    "gpu.*.clock.graphics": 1410,
    "gpu.*.clock.memory": 1593,
    "gpu.*.clock.video": 1275,
    "gpu.*.clock.max.sm": 1410,
    "gpu.*.clock.max.graphics": 1410,
    "gpu.*.clock.max.memory": 1593,
    "gpu.*.throttle": 0,
    "gpu.*.pstate": 0,
    "gpu.*.pcie.tx": 1_000,
    "gpu.*.pcie.rx": 2_000,
    "gpu.*.pcie.generation": 4,
    "gpu.*.pcie.generation.max": 4,
    "gpu.*.pcie.width": 16,
    "gpu.*.ecc": 1,
    "gpu.*.ecc.corrected": 0,
    "gpu.*.ecc.uncorrected": 0,
    "gpu.*.mig": 0,
}
