"""The one dialog for the unexpected: what happened in a sentence, and a report to copy."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gpuplanner import __version__
from gpuplanner.data.log_file import LogFile, without_folders
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, TITLE, Theme
from gpuplanner.ui.widgets.buttons import button

_MOST_REPORTS = 20
"""In one dialog; the log has the others."""


class Problems(QObject):
    """Takes exceptions that nobody caught, from any thread, writes them into the log and shows them in one
    dialog."""

    _reported = Signal(str)

    def __init__(self, theme: Theme, log: LogFile | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._log = theme, log
        self._dialog: ProblemDialog | None = None
        # Always through the event loop: the exception may come from a thread, or from a paint event.
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become the place where uncaught exceptions go; they are still written to stderr."""
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Report one exception."""
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        report = report_text(error)
        if self._log is not None:
            self._log.error(report)
        self._reported.emit(report)

    def _take_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.take(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, report: str) -> None:
        assert QThread.currentThread() is self.thread(), "dialogs belong to the GUI thread"
        # A dialog goes with the window that it belongs to.
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.add(report)
            return
        log = "" if self._log is None else without_folders(str(self._log.path))
        self._dialog = ProblemDialog(self._theme, report, log, QApplication.activeWindow())
        self._dialog.finished.connect(self._closed)
        self._dialog.open()

    def _closed(self) -> None:
        self._dialog = None


class ProblemDialog(QDialog):
    """Says that something went wrong here, that the work is still there, and what to do.

    ``log`` names the file that keeps the report.
    """

    def __init__(self, theme: Theme, report: str, log: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_reports = 1
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something unexpected happened"))
        px = theme.px
        title = QLabel(self.tr("Something unexpected happened"))
        title.setFont(theme.font(TITLE, SEMIBOLD))
        text = QLabel(
            self.tr(
                "GPU Planner goes on, and the table is still there: save it under another name to be sure. "
                "The report below says where it happened; look through it, and "
                "send it to the developers with a word on what you did."
            )
        )
        text.setWordWrap(True)
        text.setFont(theme.font(TEXT))
        self._report = QPlainTextEdit(report)
        self._report.setReadOnly(True)
        self._report.setFont(theme.fixed_font(TABLE))
        self._report.setAccessibleName(self.tr("Report"))
        self._report.setMinimumSize(px(560), px(240))
        self._copy = button(theme, self.tr("Copy the report"), icon="copy")
        self._copy.clicked.connect(self._copy_report)
        close = button(theme, self.tr("Continue"), primary=True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        for widget in (title, text, self._report):
            column.addWidget(widget)
        if log:
            kept = QLabel(self.tr("The report is kept in {file} (Help › Show log file).").format(file=log))
            kept.setWordWrap(True)
            kept.setFont(theme.font(TABLE))
            kept.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(kept)
        column.addLayout(buttons)

    @property
    def report(self) -> str:
        """Everything that would be copied."""
        return self._report.toPlainText()

    def add(self, report: str) -> None:
        """Another exception while this dialog is open."""
        if report not in self.report and self._n_reports < _MOST_REPORTS:
            self._n_reports += 1
            self._report.appendPlainText("\n" + report)

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.report)
        self._copy.setText(self.tr("Copied"))


def report_text(error: BaseException) -> str:
    """Versions, platform and traceback; folders of this computer are left out."""
    import platform  # here, for neither of them is needed at a start that goes well
    import traceback

    trace = without_folders("".join(traceback.format_exception(error)))
    head = (
        f"GPU Planner {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.release()}, {QGuiApplication.platformName()}"
    )
    return f"{head}\n\n{trace}"
