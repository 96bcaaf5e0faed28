"""The longest pause of the window's thread while a trial imports, runs, floods its log or dies.

A timer of the event loop comes every 4 ms; the longest time between two of its calls is what a user would
feel.  The window is the real one with the Trial page in front.  Needs a display (Xvfb will do) and, for the
first line, the training stack.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialKind
from gpuplanner.trial.backend import Backend
from gpuplanner.trial.environment import has_torch
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.place import PlacedBackend, TrialPlace
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.trial_link import TrialLink
from gpuplanner.ui.program import Program

WORKERS = Path(__file__).resolve().parents[1] / "trial" / "window_workers.py"
CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "intermediate_size": 688,
    "vocab_size": 4096,
    "max_position_embeddings": 1024,
}
BEAT_MS, LIMIT_S = 4, 180.0


class Pulse(QObject):
    """Longest time between two beats of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self._pauses: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def reset(self) -> None:
        """Begin anew."""
        self._last, self._pauses = time.perf_counter(), []

    def line(self) -> str:
        """The figures."""
        worst = sorted(self._pauses, reverse=True)
        over = sum(pause > 0.05 for pause in worst)
        return (
            f"longest pause {1e3 * worst[0]:.0f} ms, then {1e3 * worst[1]:.0f} and {1e3 * worst[2]:.0f}; "
            f"{over} over 50 ms in {sum(worst):.1f} s"
        )

    def _beat(self) -> None:
        now = time.perf_counter()
        self._pauses.append(now - self._last)
        self._last = now


class Course:
    """Runs one trial after another and prints what each did to the pulse."""

    def __init__(self, program: Program, link: TrialLink, config: Path) -> None:
        self._program, self._link, self._config = program, link, config
        self._pulse = Pulse()
        self._cases: list[tuple[str, Callable[[TrialPlace], Backend], str]] = [
            ("100,000 remarks and library lines", self._fake("flood"), ""),
            ("100,000 lines of nonsense on stdout", self._fake("flood_of_nonsense"), ""),
            ("kill -9 of the worker", self._fake("kills_itself"), ""),
        ]
        if has_torch():
            self._cases.insert(0, ("real trial on the CPU", PlacedBackend, str(config)))
        self._name = ""
        link.state_changed.connect(self._changed)

    def next(self) -> None:
        """Start the next trial."""
        if not self._cases:
            self._program.app.quit()
            return
        self._name, backend, model = self._cases.pop(0)
        self._link._desk.backend_of = backend
        plan = Plan(model=model, seq_len=256, lora_rank=16) if model else Plan(model="Qwen-1.8B", seq_len=256)
        self._link._planner.set_plan(plan)
        QTimer.singleShot(1000, self._start)

    def _start(self) -> None:
        assert self._link.page is not None
        self._link.page.side.options.steps.set_value(5)
        self._pulse.reset()
        self._link.start(TrialKind.TRIAL, anyway=True)

    def _changed(self, state: object) -> None:
        if self._link.state.is_over:
            QTimer.singleShot(500, self._finish)

    def _finish(self) -> None:
        print(f"{self._name}: {self._link.state.value}; {self._pulse.line()}", flush=True)
        self.next()

    def _fake(self, name: str) -> Callable[[TrialPlace], Backend]:
        command = [sys.executable, "-S", "-E", str(WORKERS), name]
        return lambda _place: LocalBackend(command=command)


def main() -> int:
    """Open the window, show the Trial page, run the cases."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        config = folder / "config.json"
        config.write_text(json.dumps(CONFIG))
        program = Program([sys.argv[0]], folder / "settings.json")
        window = program.open()
        courses: list[Course] = []

        def begin() -> None:
            plan, link = window.findChild(PlanLink), window.findChild(TrialLink)
            if plan is None or link is None or plan.planner.outcome.answer is None:
                QTimer.singleShot(100, begin)
                return
            window.files.ask_unsaved = lambda: Answer.DISCARD
            window.show_page("trial")
            courses.append(Course(program, link, config))
            QTimer.singleShot(1500, courses[0].next)

        QTimer.singleShot(300, begin)
        QTimer.singleShot(int(LIMIT_S * 1000), lambda: program.app.exit(1))
        return program.run()


if __name__ == "__main__":
    sys.exit(main())
