"""A soak: hours of a restless user in real windows, by chance but from a seed.

``python tests/benchmarks/soak.py [--hours 2] [--seed 1] [--minutes 15]``: one action stands for one second of
a user, so 2 simulated hours are 7,200 actions; ``--minutes`` ends it earlier.  Every 600 actions all windows
are closed, one new one is opened, and memory and objects are counted there, where nothing of what was done
should be left.  Prints what was raised and what Qt warned of, each kind once with what was done just before;
ends with 1 where there was any.  Two scripted GPUs stand in for real ones, folders are its own, and what
reaches out of the program (file dialogs, addresses to open, other processes) is replaced.  Needs a display
(Xvfb will do).
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
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

import shiboken6
from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from scripted_nvml import ScriptedNvml, compiled
from soak_hand import Hand
from soak_walls import build_walls

from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.links.strip_link import StripLink
from gpuplanner.ui.program import Program

ACTIONS_AN_HOUR = 3600
_COUNT_EVERY = 600
_WARM_UP = 3
"""Counts until everything has been loaded once: pages, dialogs, fonts of both languages."""
_STUCK_S = 120.0
_SETTLE_MS, _LONGEST_SETTLING_S = 2500, 60.0


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
            self._say(f"Qt: {text}\n" + "".join(traceback.format_stack(limit=8)[:-2]))

    def _say(self, text: str) -> None:
        key = text if not text.startswith("Qt:") else text.splitlines()[0]
        self.seen[key] += 1
        if self.seen[key] == 1:
            print(f"--- {text}    after: {self.hand and ' | '.join(self.hand.last)}", flush=True)


class Soak(QObject):
    """Lets the hand act, one action after another, and counts at times."""

    def __init__(self, program: Program, hand: Hand, actions: int, end_s: float) -> None:
        super().__init__()
        self._program, self._hand, self._actions, self._end_s = program, hand, actions, end_s
        self.counts: list[tuple[float, float, int, Counter[str]]] = []
        self._next()

    def _next(self) -> None:
        # A new timer each time: one that is in its own slot does not fire in a dialog's loop.
        QTimer.singleShot(self._hand.chance.choice((0, 0, 1, 5)), self, self._act)

    def _act(self) -> None:
        faulthandler.dump_traceback_later(_STUCK_S, exit=True)
        done = self._hand.done
        if not self._hand.is_waited_for() and (
            done >= self._actions
            or time.monotonic() > self._end_s
            or (done >= _COUNT_EVERY * (len(self.counts) + 1))
        ):
            self._settle()
            return
        self._next()
        self._hand.act()

    def _settle(self) -> None:
        for window in list(self._program.windows.open_windows):
            if window.is_built:
                window.files.ask_unsaved = lambda: Answer.DISCARD
            window.close()
        for widget in QApplication.topLevelWidgets():
            widget.close()
        self._window = self._program.open()
        self._settled_by = time.monotonic() + _LONGEST_SETTLING_S
        self._wait()

    def _wait(self) -> None:
        """Count when the new window is complete and what was left to do in the old ones is done."""
        is_complete = self._window.findChild(StripLink) is not None or time.monotonic() > self._settled_by
        QTimer.singleShot(_SETTLE_MS, self, self._count if is_complete else self._wait)

    def _count(self) -> None:
        gc.collect()
        (rss, pss), number = memory_mb(), n_objects()
        objects = Counter(
            type(one).__name__ for one in shiboken6.getAllValidWrappers() if isinstance(one, QObject)
        )
        self.counts.append((rss, pss, number, objects))
        figures = f"RSS {rss:6.0f} MB  PSS {pss:6.0f} MB  {number:6,} QObjects"
        print(f"{self._hand.done:7,} actions  {figures}", flush=True)
        if self._hand.done >= self._actions or time.monotonic() > self._end_s:
            self._program.app.quit()
        else:
            self._next()


def memory_mb() -> tuple[float, float]:
    """(RSS, PSS) of this process."""
    found = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, value, *_ = line.split()
        found[name] = int(value) / 1024
    return found["Rss:"], found["Pss:"]


def n_objects() -> int:
    """QObjects below the application and its top-level widgets, those of C++ included."""
    tops = [QApplication.instance(), *QApplication.topLevelWidgets()]
    return sum(1 + len(top.findChildren(QObject)) for top in tops if top is not None)


def run(options: argparse.Namespace) -> int:
    """Drive the program in this process."""
    scene = ScriptedNvml.here()
    folder = scene.scene.parent
    faults = Faults()
    program = Program([sys.argv[0]], folder / "config" / "settings.json")
    program.app.setQuitOnLastWindowClosed(False)
    build_walls(random.Random(options.seed), folder)
    program.open()
    faults.watch(program)
    faults.hand = hand = Hand(program, scene, options.seed)
    begin_s = time.monotonic()
    soak = Soak(program, hand, round(options.hours * ACTIONS_AN_HOUR), begin_s + 60 * options.minutes)
    program.run()
    faulthandler.cancel_dump_traceback_later()
    print_summary(soak, hand, time.monotonic() - begin_s)
    kinds = len(faults.seen)
    print(f"{faults.count} exceptions, {faults.warnings} Qt warnings, {kinds} kinds")
    return 1 if faults.seen else 0


def print_summary(soak: Soak, hand: Hand, seconds: float) -> None:
    """What was done, and what grew after the warm-up."""
    kinds = ", ".join(f"{n:,} {name}" for name, n in hand.kinds.most_common())
    print(
        f"{hand.done:,} actions ({hand.done / ACTIONS_AN_HOUR:.1f} h of a user) in {seconds:.0f} s: {kinds}"
    )
    if len(soak.counts) > _WARM_UP:
        warm, end = soak.counts[_WARM_UP - 1], soak.counts[-1]
        for name, at in (("first", soak.counts[0]), ("warm", warm), ("end", end)):
            print(f"{name:>6}: RSS {at[0]:.0f} MB, PSS {at[1]:.0f} MB, {at[2]:,} QObjects")
        print(f"grown since warm: {(end[3] - warm[3]).most_common(20)}")


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
