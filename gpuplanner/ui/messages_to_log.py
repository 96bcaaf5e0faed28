"""What Qt and Python's libraries complain of goes into the log, and on to where it went before."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from gpuplanner.data.log_file import LogFile

_NAMES = {
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "critical",
    QtMsgType.QtFatalMsg: "fatal",
}


class MessagesToLog:
    """Listens from `install` to `remove`."""

    def __init__(self, log: LogFile) -> None:
        self._log = log
        self._before: Callable[..., object] | None = None
        self._show_warning = warnings.showwarning
        self._is_installed = False

    def install(self) -> None:
        """Listen from now on; a second call does nothing."""
        if self._is_installed:
            return
        self._is_installed = True
        self._before = qInstallMessageHandler(self._take_message)
        self._show_warning = warnings.showwarning
        warnings.showwarning = self._take_warning  # type: ignore[assignment]

    def remove(self) -> None:
        """Leave everything as it was found."""
        if self._is_installed:
            self._is_installed = False
            qInstallMessageHandler(self._before)
            warnings.showwarning = self._show_warning

    def _take_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind in _NAMES:
            self._log.warning(f"Qt {_NAMES[kind]}: {text}")
        if self._before is not None:
            self._before(kind, context, text)
        elif sys.stderr is not None:  # a packaged program on Windows has none
            print(text, file=sys.stderr)

    def _take_warning(self, message: Any, category: Any, filename: str, lineno: int, *more: Any) -> None:
        self._log.warning(f"{category.__name__}: {message} ({filename}, line {lineno})")
        self._show_warning(message, category, filename, lineno, *more)
