"""A soak: hours of a restless user in real windows, by chance but from a seed.

``python tests/benchmarks/soak.py [--hours 2] [--seed 1] [--minutes 15]``: one action stands for one second of
a user, so 2 simulated hours are 7,200 actions; ``--minutes`` ends it earlier.  Before, every 600 actions and
at the end, memory and objects are counted in the same state (`soak_memory`).  Prints what was raised and what
Qt warned of, each kind once with what was done just before; ends with 1 where there was any.  Two scripted
GPUs stand in for real ones, folders are its own, and what reaches out of the program (file dialogs, addresses
to open, other processes) is replaced.  Needs a display (Xvfb will do).
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from types import TracebackType

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "nvml"))

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from scripted_nvml import ScriptedNvml, compiled
from soak_hand import Hand
from soak_memory import Held, SameState, print_growth
from soak_walls import build_walls

from gpuplanner.ui.program import Program

ACTIONS_AN_HOUR = 3600
_COUNT_EVERY = 600
_STUCK_S = 120.0


class Faults:
    """What nobody should see, each kind once, with how often it came."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.hand: Hand | None = None
        self.count = 0
        self.warnings = 0
        qInstallMessageHandler(self._warned)

    def watch(self, program: Program) -> None:
        """Take exceptions in place of the program's dialog, also when it installs that again."""
        program.problems.take = self._raised  # type: ignore[method-assign]
        program.problems.install()
        sys.unraisablehook = lambda un: self._raised(type(un.exc_value), un.exc_value, un.exc_traceback)

    def _raised(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.count += 1
        self._say("".join(traceback.format_exception(kind, error, trace)))

    def _warned(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            self.warnings += 1
            self._say(f"Qt: {text}\n" + "".join(traceback.format_stack(limit=8)[:-1]))

    def _say(self, text: str) -> None:
        key = text if not text.startswith("Qt:") else text.splitlines()[0]
        self.seen[key] += 1
        if self.seen[key] == 1:
            print(f"--- {text}    after: {self.hand and ' | '.join(self.hand.last)}", flush=True)


class Soak(QObject):
    """Lets the hand act, one action after another, and counts before, at times, and at the end."""

    def __init__(self, state: SameState, hand: Hand, actions: int, end_s: float) -> None:
        super().__init__()
        self._state, self._hand, self._actions, self._end_s = state, hand, actions, end_s
        self.counts: list[Held] = []
        self._count()

    def _next(self) -> None:
        # A new timer each time: one that is in its own slot does not fire in a dialog's loop.
        QTimer.singleShot(self._hand.chance.choice((0, 0, 1, 5)), self, self._act)

    def _act(self) -> None:
        faulthandler.dump_traceback_later(_STUCK_S, exit=True)
        is_due = self._hand.done >= _COUNT_EVERY * len(self.counts)
        if not self._hand.is_waited_for() and (is_due or self._is_over()):
            self._count()
            return
        self._next()
        self._hand.act()

    def _is_over(self) -> bool:
        return self._hand.done >= self._actions or time.monotonic() > self._end_s

    def _count(self) -> None:
        self._state.count(self._hand.done, self._counted)

    def _counted(self, held: Held) -> None:
        self.counts.append(held)
        if self._is_over():
            QApplication.quit()
        else:
            self._next()


def run(options: argparse.Namespace) -> int:
    """Drive the program in this process."""
    scene = ScriptedNvml.here()
    folder = scene.scene.parent
    faults = Faults()
    program = Program([sys.argv[0]], folder / "config" / "settings.json")
    program.app.setQuitOnLastWindowClosed(False)
    build_walls(random.Random(options.seed), folder)
    program.open()  # takes exceptions in the program's way, which is replaced next
    faults.watch(program)
    faults.hand = hand = Hand(program, scene, options.seed)
    begin_s = time.monotonic()
    actions, end_s = round(options.hours * ACTIONS_AN_HOUR), begin_s + 60 * options.minutes
    soak = Soak(SameState(program, folder), hand, actions, end_s)
    program.run()
    faulthandler.cancel_dump_traceback_later()
    print_summary(soak, hand, time.monotonic() - begin_s)
    kinds = len(faults.seen)
    print(f"{faults.count} exceptions, {faults.warnings} Qt warnings, {kinds} kinds")
    return 1 if faults.seen else 0


def print_summary(soak: Soak, hand: Hand, seconds: float) -> None:
    """What was done, and what is held in the same state."""
    kinds = ", ".join(f"{n:,} {name}" for name, n in hand.kinds.most_common())
    print(
        f"{hand.done:,} actions ({hand.done / ACTIONS_AN_HOUR:.1f} h of a user) in {seconds:.0f} s: {kinds}"
    )
    print_growth(soak.counts)


def main() -> int:
    """Prepare folders and cards, and start the process that sees them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0)
    options = parser.parse_args()
    if "SCRIPTED_NVML_SCENE" in os.environ:
        return run(options)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scene").mkdir()
        scene = ScriptedNvml(compiled(folder), folder / "scene" / "scene.txt")
        scene.cards(2)
        environment = scene.environment()
        for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            environment[variable] = str(folder / "home")
        environment["XDG_RUNTIME_DIR"] = str(folder)
        return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
