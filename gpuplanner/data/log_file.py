"""The program's own log: one small text file in the user's folder for state, turned over when it is full.

What went wrong stands there and nothing else: no table, no plan, nothing is sent anywhere.  A log must never
be in the way: where the file cannot be written, nothing is written.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gpuplanner import __version__
from gpuplanner.core.user_folders import STATE, user_folder

if TYPE_CHECKING:
    import logging

MAX_BYTES = 256_000
KEPT = 2
"""Older files beside the one in use."""
_ALIKE = 5
"""How often one text is written down in a run: a fault in painting comes sixty times a second."""
_MOST_TEXTS = 1000
_FORM = "%(asctime)s %(levelname)s %(message)s"


def log_path(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The file in the platform's folder for state; nothing is created."""
    return user_folder(STATE, environment, platform) / "log" / "gpuplanner.log"


def without_folders(text: str) -> str:
    """A text in which the user's home reads "~" and the place of the program "…"."""
    for folder, name in ((Path(__file__).resolve().parents[2], "…"), (Path.home(), "~")):
        if folder != Path(folder.anchor):
            text = text.replace(str(folder), name)
    return text


class LogFile:
    """Takes texts from any thread; opened by `open` or by the first text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handler: logging.Handler | None = None
        self._is_tried = False
        self._written: dict[str, int] = {}
        self._lock = threading.Lock()

    def open(self) -> None:
        """Open the file, note the start, and have Python write there if the process is struck down."""
        with self._lock:
            self._open()

    def warning(self, text: str) -> None:
        """What may explain a fault: a message of Qt, a warning of Python."""
        self._write("WARNING", text)

    def error(self, text: str) -> None:
        """What nobody caught."""
        self._write("ERROR", text)

    def _write(self, level: str, text: str) -> None:
        text = without_folders(text).rstrip()
        with self._lock:
            times = self._written.get(text, 0) + 1
            if times > _ALIKE or len(self._written) >= _MOST_TEXTS:
                return
            self._written[text] = times
            self._open()
            self._emit(level, text if times < _ALIKE else f"{text}\n(not written down again in this run)")

    def _emit(self, level: str, text: str) -> None:
        if self._handler is not None:
            import logging

            record = logging.LogRecord("gpuplanner", getattr(logging, level), "", 0, text, None, None)
            self._handler.handle(record)

    def _open(self) -> None:
        if self._is_tried:
            return
        self._is_tried = True
        import logging  # these three when a window is on the screen: then there is time
        import platform
        from logging.handlers import RotatingFileHandler

        class Handler(RotatingFileHandler):
            """Python's own report of a fatal signal goes to the same file, also after it was turned over."""

            _has_signals = not faulthandler.is_enabled()  # a developer's setting stays

            def _open(self) -> object:  # type: ignore[override]
                stream = super()._open()
                if self._has_signals:
                    faulthandler.enable(stream)
                return stream

            def close(self) -> None:
                if self._has_signals:
                    faulthandler.disable()
                    self._has_signals = False
                super().close()

            def handleError(self, record: logging.LogRecord) -> None:
                """A full disk is no reason to trouble anybody."""

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._handler = Handler(
                self.path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
            )
        except OSError:
            return
        weakref.finalize(self, self._handler.close)
        self._handler.setFormatter(logging.Formatter(_FORM))
        system = f"{platform.system()} {platform.release()}"
        self._emit("INFO", f"GPU Planner {__version__}, Python {platform.python_version()}, {system}")
