"""What a soak holds after its windows are closed: memory and objects, always counted in the same state.

The state: one window of a fixed size with the Qwen profile and an empty undo stack, light, English, text of
100 %, every page shown once; garbage collected and freed memory given back to the system.  What was done
before must leave nothing there.
"""

from __future__ import annotations

import ctypes
import gc
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from gpuplanner.data.resources import resource
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.links.strip_link import StripLink
from gpuplanner.ui.program import Program
from gpuplanner.ui.theme import Mode

_SIZE = (1440, 900)
_PAGE_MS, _SETTLE_MS, _LONGEST_SETTLING_S = 400, 2500, 60.0


@dataclass(frozen=True)
class Held:
    """One count; sizes in MiB."""

    actions: int
    rss: float
    pss: float
    heap: float
    """Memory that no file stands behind: what Python, Qt and the libraries have asked for."""
    qobjects: Counter[str]
    """QObjects below the application and its windows, those of C++ included, by class."""
    wrappers: Counter[str]
    """QObjects that Python knows, by class."""
    python: Counter[str]
    """Objects that the garbage collector follows, by type."""

    def __str__(self) -> str:
        sizes = f"heap {self.heap:5.0f}  PSS {self.pss:5.0f}  RSS {self.rss:5.0f} MiB"
        objects = f"{self.qobjects.total():6,} QObjects  {self.python.total():9,} Python objects"
        return f"{self.actions:7,} actions: {sizes}  {objects}"


class SameState(QObject):
    """Brings the program into the state and counts; ``then`` is given the count."""

    def __init__(self, program: Program, folder: Path) -> None:
        super().__init__()
        self._program, self._document = program, folder / "profile.csv"
        self._to_show: list[str] = []
        self._settled_by = 0.0

    def count(self, actions: int, then: Callable[[Held], None]) -> None:
        """Close everything, open the window, wait until it is complete; returns at once."""
        self._actions, self._then = actions, then
        for window in list(self._program.windows.open_windows):
            if window.is_built:
                window.files.ask_unsaved = lambda: Answer.DISCARD
            window.close()
        for widget in QApplication.topLevelWidgets():
            widget.close()
        QApplication.clipboard().clear()
        self._program.translation.use("en")
        self._program.theme.set_mode(Mode.LIGHT)
        self._program.theme.set_user_scale(1.0)
        shutil.copy(resource("samples", "qwen-profile.csv"), self._document)  # it may have been saved
        self._window = self._program.open(self._document)
        self._window.showNormal()
        self._window.resize(*_SIZE)
        self._settled_by = time.monotonic() + _LONGEST_SETTLING_S
        self._wait()

    def _wait(self) -> None:
        is_complete = self._window.findChild(StripLink) is not None or time.monotonic() > self._settled_by
        if not is_complete:
            QTimer.singleShot(_PAGE_MS, self, self._wait)
            return
        self._to_show = [*self._window.page_keys, "plan"]
        self._show_next()

    def _show_next(self) -> None:
        if self._to_show:
            self._window.show_page(self._to_show.pop(0))
            QTimer.singleShot(_PAGE_MS, self, self._show_next)
        else:
            QTimer.singleShot(_SETTLE_MS, self, self._take)

    def _take(self) -> None:
        held = held_now(self._actions)
        print(held, flush=True)
        self._then(held)


def held_now(actions: int) -> Held:
    """Collect what is garbage, give freed memory back to the system, and count what is left."""
    gc.collect()
    gc.collect()  # what a finalizer of the first round let go of
    ctypes.CDLL(None).malloc_trim(0)
    found = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, value, *_ = line.split()
        found[name] = int(value) / 1024
    tops = [QApplication.instance(), *QApplication.topLevelWidgets()]
    below = (one for top in tops if top is not None for one in (top, *top.findChildren(QObject)))
    wrappers = (one for one in shiboken6.getAllValidWrappers() if isinstance(one, QObject))
    return Held(
        actions,
        found["Rss:"],
        found["Pss:"],
        found["Anonymous:"],
        Counter(one.metaObject().className() for one in below),
        Counter(type(one).__name__ for one in wrappers),
        Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects()),
    )


def print_growth(counts: list[Held]) -> None:
    """The counts at the beginning, after each quarter and at the end, and what there is more of."""
    if len(counts) < 3:
        return
    last = len(counts) - 1
    for place in sorted({0, 1, *(round(last * part / 4) for part in range(1, 5))}):
        print(counts[place])
    warm, end = counts[1], counts[-1]
    for name in ("qobjects", "wrappers", "python"):
        more, less = getattr(end, name) - getattr(warm, name), getattr(warm, name) - getattr(end, name)
        grown = f"{more.total() - less.total():+,} since {warm.actions:,} actions"
        print(f"{name}: {grown}; more: {more.most_common(12)}")
