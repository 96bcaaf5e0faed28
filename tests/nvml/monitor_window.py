"""A real window on its Monitor page, in a process of its own beside scripted cards; see `monitor_faults.py`.

The binding loads the library once in a process's life, so each scene needs its own.  A test runs a snippet
there with `run_in_window`: ``window``, ``link``, ``page``, ``source``, ``scene`` (the scripted cards) and the
functions below are in its reach, and what it appends to ``out`` comes back.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripted_nvml import ScriptedNvml

HANG_S = 60.0
"""Only against a hang."""
_raised: list[str] = []
"""What slots raised: Qt would only print it."""

PRELUDE = """
import json, sys
from pathlib import Path
from monitor_window import *
out = []
window, link, page, source, scene = open_window()
"""


def run_in_window(scene: ScriptedNvml, code: str, *arguments: str) -> Any:
    """Run a snippet beside an open Monitor page; returns ``out``."""
    return scene.run(f"{PRELUDE}\n{code}\nclose(window, source)\nprint(json.dumps(out))", *arguments)


def open_window(size: tuple[int, int] = (1440, 900)) -> tuple[Any, ...]:
    """The window as the program opens it, on its Monitor page; its looks and /sys may come by environment."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.excepthook = lambda *raised: _raised.append("".join(traceback.format_exception(*raised)))
    from PySide6.QtWidgets import QApplication

    from gpuplanner.monitor.runtime_power import RuntimePower
    from gpuplanner.monitor.sampler import Sampler
    from gpuplanner.ui.documents.remembered import Remembered
    from gpuplanner.ui.fonts import load_fonts
    from gpuplanner.ui.links.monitor_link import MonitorLink
    from gpuplanner.ui.main_window import MainWindow
    from gpuplanner.ui.monitor.monitor_source import MonitorSource
    from gpuplanner.ui.theme import Mode, Theme

    app = QApplication(sys.argv[:1])
    load_fonts()
    theme = Theme(Mode(os.environ.get("MONITOR_THEME", "light")))
    theme.apply(app)
    window = MainWindow(theme, Remembered(Path(tempfile.mkdtemp()) / "settings.json"))
    width, height = os.environ.get("MONITOR_SIZE", "{}x{}".format(*size)).split("x")
    window.resize(int(width), int(height))
    window.build()
    sys_root = os.environ.get("MONITOR_SYS")
    source = MonitorSource(Sampler(power=RuntimePower(Path(sys_root)) if sys_root else None))
    link = MonitorLink(window, source)
    window.show()
    window.show_page("monitor")
    return window, link, link.page, source, ScriptedNvml.here()


def spin(seconds: float) -> None:
    """Let the window live."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)


def wait(condition: Callable[[], object]) -> None:
    """Let the window live until something holds."""
    end = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        spin(0.02)


def shot(window: Any, path: str) -> None:
    """Save a picture of the window."""
    spin(0.1)
    window.grab().save(path)


def close(window: Any, source: Any) -> None:
    """End as the program does."""
    from PySide6.QtCore import QCoreApplication

    window.close()
    source.stop()
    assert source.sampler.join(HANG_S)
    QCoreApplication.processEvents()
    assert not _raised, "\n".join(_raised)
