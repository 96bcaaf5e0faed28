"""Take the README's screenshots of the real program: ``python packaging/screenshots.py [PAGE …]``.

The window opens on a screen of its own (Xvfb) with the shipped profile and the plan "QLoRA of Qwen-14B at
4,096 tokens on an RTX 4090".  The cards of the Monitor page are those of the scripted NVML library of
``tests/nvml``; the Trial page shows a trial on the CPU, which needs the training stack.  Run it by the Python
of the environment that ``packaging/go.py test`` makes; it takes two minutes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
PICTURES = Path(__file__).resolve().parent / "screenshots"
PAGES = ("plan", "accuracy", "report", "trial", "monitor")
"""In the order in which they are taken: the trial adds a row, and what is watched is told on every page."""
SIZE = (1440, 900)
OUTSIDE = (2500, 1500)
"""A place of the pointer where it hovers over nothing."""
MODEL, SEQ_LEN, GPU = "Qwen-14B", 4096, "RTX 4090"
SMALL_MODEL = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 512,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "intermediate_size": 1408,
    "vocab_size": 32_000,
    "max_position_embeddings": 1024,
}
"""Trained for real on the CPU, in seconds."""
_GIB = 2**30
_HANG_S = 400.0
"""Only against a hang."""
_RATE_HZ = 5.0
_IMPORTS_S, _JOB_S = 22.0, 66.0
"""The scripted job imports, loads and steps; where the watch began is then left of the minute shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the program on a screen of its own; returns its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"of {', '.join(PAGES)}; default: all")
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder; default: packaging/screenshots")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if unknown := set(options.pages) - set(PAGES):
        parser.error(f"no page is named {', '.join(sorted(unknown))}")
    pages = [page for page in PAGES if page in (options.pages or PAGES)]
    if options.inside:
        return take(pages, options.out)
    sys.path.insert(0, str(CHECKOUT / "tests" / "nvml"))
    from bootstrap.checks import screens
    from scripted_nvml import ScriptedNvml, compiled  # type: ignore[import-not-found]

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scene = ScriptedNvml(compiled(folder / "library"), folder / "scene.txt")
        own = {"HOME": name, "XDG_RUNTIME_DIR": name, "LC_ALL": "C.UTF-8", "QT_SCALE_FACTOR": "1"}
        own["OMP_NUM_THREADS"] = "1"  # threads that wait for each other are slow on a busy machine
        folder.chmod(0o700)
        command = [
            sys.executable,
            str(Path(__file__).resolve()),
            "--inside",
            "--out",
            str(options.out.resolve()),
        ]
        with screens({**scene.environment(), **own}, 1) as environment:
            return subprocess.run([*command, *pages], env=environment, check=False).returncode


# --- in the process that shows the window -------------------------------------------------------------------


def take(pages: Sequence[str], out: Path) -> int:
    """Open the program, walk to each page, and write its picture; returns an exit code."""
    from picture_palette import with_palette  # loads Qt and numpy

    stage = Stage()
    out.mkdir(parents=True, exist_ok=True)
    for page in pages:
        try:
            {"monitor": stage.monitor, "trial": stage.trial}.get(page, lambda page=page: stage.show(page))()
        except Unready as error:
            print(f"screenshots: {page}: {error}", file=sys.stderr)
            stage.end()
            return 1
        target = out / f"{page}.png"
        if not with_palette(stage.window.grab().toImage()).save(str(target), quality=0):
            print(f"screenshots: {target} cannot be written", file=sys.stderr)
            stage.end()
            return 1
        stage.after_picture()
        print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")
    stage.end()
    return 0


class Unready(Exception):
    """A page never showed what its picture is about."""


class Stage:
    """The program with one window, its plan, and the cards that it sees."""

    def __init__(self) -> None:
        sys.path.insert(0, str(CHECKOUT / "tests" / "nvml"))
        from PySide6.QtGui import QCursor
        from scripted_nvml import ScriptedNvml

        from gpuplanner.core.estimate import Budget
        from gpuplanner.core.plan import Method
        from gpuplanner.data.settings import Settings, save_settings
        from gpuplanner.ui.links.plan_link import PlanLink
        from gpuplanner.ui.links.strip_link import StripLink
        from gpuplanner.ui.program import Program

        self.scene = ScriptedNvml.here()
        self._job: subprocess.Popen[bytes] | None = None
        self.after_picture: Callable[[], object] = lambda: None
        """Puts back what a page changed for its picture."""
        self._script_cards()
        home = Path(os.environ["HOME"])
        settings = home / "settings.json"
        python = home / "envs" / "train"
        python.parent.mkdir()
        python.symlink_to(sys.prefix)  # no path of the machine that takes the pictures
        trial = (("python", str(python)), ("steps", "12"))
        save_settings(settings, Settings(theme="light", language="en", trial=trial))
        self.program = Program(["gpuplanner"], settings)
        self.window = self.program.open()
        self.window.resize(*SIZE)
        QCursor.setPos(*OUTSIDE)
        self.until(lambda: self.window.findChild(StripLink), "the window was never complete")
        self.program.monitor.set_rate(_RATE_HZ)
        self.planner = self.link(PlanLink).planner
        self.until(lambda: self.planner.outcome.answer, "there was no estimate")
        self.until(lambda: self.link(StripLink).strip.tiles, "the scripted cards were never seen")
        self.spin(0.5)  # the strip takes its height from the table, which then shows the row
        rows = self.window.document.rows
        wanted = (MODEL, Method.QLORA, SEQ_LEN)
        row = next(
            i for i, row in enumerate(rows) if (row.plan.model, row.plan.method, row.plan.seq_len) == wanted
        )
        self.window.table.select_row(row)
        self.spin(0.5)
        self.planner.set_field("gpu", GPU)
        self.planner.set_budget(Budget(free_now=True))
        self.spin(1.0)

    def link(self, kind: type[Any]) -> Any:
        """The window's link of that kind."""
        found = self.window.findChild(kind)
        assert found is not None, kind
        return found

    def show(self, page: str) -> None:
        """Go to a page and give it the time to compute what it shows."""
        self.window.show_page(page)
        self.spin(4.0)

    def monitor(self) -> None:
        """A job runs on the first card; it is watched, so that the plan's prediction lies over it."""
        from gpuplanner.ui.links.monitor_link import MonitorLink
        from gpuplanner.ui.links.watch_link import WatchLink

        self.show("monitor")
        self.link(MonitorLink).axis.set_span(60.0)
        script = Path(os.environ["HOME"]) / "train.py"
        script.write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
        self._job = subprocess.Popen(
            ["python3", script.name], cwd=script.parent, executable=f"{sys.base_prefix}/bin/python3"
        )
        self._script_job(self._job.pid, 0.0)
        self.spin(1.0)
        self.link(WatchLink).watch(self._job.pid)
        start_s = time.monotonic()
        while (elapsed_s := time.monotonic() - start_s) < _JOB_S:
            self._script_job(self._job.pid, elapsed_s - _IMPORTS_S)
            self.spin(0.2)

    def trial(self) -> None:
        """A real trial of a small model on the CPU."""
        from gpuplanner.core.plan import Method, Plan, Precision
        from gpuplanner.core.trial import Device, TrialKind
        from gpuplanner.ui.links.trial_link import TrialLink
        from gpuplanner.ui.trial.trial_picture import TrialState

        before = self.planner.setup
        config = Path(os.environ["HOME"]) / "Llama-small" / "config.json"
        config.parent.mkdir()
        config.write_text(json.dumps(SMALL_MODEL), encoding="utf-8")
        plan = Plan(
            model=str(config), method=Method.LORA, precision=Precision.FP32, lora_rank=16, seq_len=512
        )
        self.planner.set_plan(plan)
        self.show("trial")
        link = self.link(TrialLink)
        link.page.side.options.device.set_value(Device.CPU.value)
        self.until(
            lambda: link.python.choice(plan, on_card=False).versions, "nobody said which torch the Python has"
        )
        self.spin(0.5)
        link.start(TrialKind.TRIAL)
        ends = {TrialState.DONE, TrialState.ADVISED_AGAINST, TrialState.FAILED, TrialState.OOM}
        self.until(lambda: link.state in ends, "the trial never ended")
        if link.state is not TrialState.DONE:
            raise Unready(f"the trial is {link.state.value}; it needs the training stack")
        self.spin(1.5)
        self.after_picture = lambda: self.planner.set_setup(before)

    def end(self) -> None:
        """Close everything."""
        if self._job is not None:
            self._job.kill()
            self._job.wait()
        self.window.files.may_close = lambda: True  # type: ignore[method-assign]
        self.window.close()
        self.program.monitor.stop()
        self.program.monitor.sampler.join(5.0)

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Let the window live until something holds."""
        end = time.monotonic() + _HANG_S
        while not holds():
            if time.monotonic() > end:
                raise Unready(what)
            self.spin(0.05)

    def spin(self, seconds: float) -> None:
        """Let the window live."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(int(1000 * seconds), loop.quit)
        loop.exec()

    def _script_cards(self) -> None:
        """Two cards of a workstation: the desktop is on the first."""
        self.scene.cards(2)
        self.scene.update(
            {
                "gpu.*.name": "NVIDIA GeForce RTX 4090",
                "gpu.*.capability": "8.9",
                "gpu.*.memory.total": 24_564 * 2**20,
                "gpu.*.memory.reserved": 450 * 2**20,
                "gpu.*.memory.used": int(0.1 * _GIB),
                "gpu.*.utilization.gpu": 0,
                "gpu.*.utilization.memory": 0,
                "gpu.*.temperature": 36,
                "gpu.*.power": 21_000,
                "gpu.*.power.limit": 450_000,
                "gpu.*.clock.sm": 210,
                "gpu.*.clock.max.sm": 3105,
                "gpu.*.clock.max.memory": 10_501,
                "gpu.*.ecc": "NS",
                "gpu.0.memory.used": int(0.9 * _GIB),
                "gpu.0.utilization.gpu": 3,
                "gpu.0.temperature": 41,
                "gpu.0.power": 34_000,
            }
        )

    def _script_job(self, pid: int, elapsed_s: float) -> None:
        """What the first card says while a training loads and then steps, three seconds a step."""
        is_loading = elapsed_s < 6.0
        phase = (elapsed_s - 6.0) / 3.0 % 1.0
        wave = math.sin(math.pi * phase) if not is_loading else 0.0
        held = (
            0.4 + 1.6 * max(0.0, elapsed_s) if is_loading else min(20.4, 15.5 + 4.9 * wave + 0.1 * elapsed_s)
        )
        busy = 8 if is_loading else 99 - round(6 * phase)
        self.scene.update(
            {
                "gpu.0.process.0": f"{pid} {int(held * _GIB)} compute",
                "gpu.0.process.0.sm": busy,
                "gpu.0.memory.used": int((0.9 + held) * _GIB),
                "gpu.0.utilization.gpu": busy,
                "gpu.0.utilization.memory": busy // 2,
                "gpu.0.temperature": round(41 + 25 * (1 - math.exp(-max(0.0, elapsed_s) / 15))),
                "gpu.0.power": round(1000 * (90 if is_loading else 395 + 20 * wave)),
                "gpu.0.clock.sm": 2520 if not is_loading else 1200,
                "gpu.0.clock.memory": 10_501,
            }
        )


if __name__ == "__main__":
    sys.exit(main())
