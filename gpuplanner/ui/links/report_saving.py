"""Writes reports to files, one after another; the window does not close before the last one is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gpuplanner.data.whole_file import write_whole
from gpuplanner.ui.background import Background
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.stepwise import Stepwise

if TYPE_CHECKING:
    from gpuplanner.render.paper_pages import Pages

Files = list[tuple[Path, bytes]]


class ReportSaving(QObject):
    """Draws a PDF in slices and writes on the thread pool."""

    saved = Signal(object)
    """list[tuple[Path, bytes]]: what was written."""
    failed = Signal(object)
    """The exception; nothing was written."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[tuple[Pages, str, Path]] = []
        self._is_busy = self._closes = False
        self._drawing = Stepwise(self)
        self._writing = Background(self)
        self._writing.done.connect(self._done)
        self._writing.failed.connect(self._fail)
        window.before_close.append(self._may_close)

    def save(self, pages: Pages, kind: str, path: Path) -> None:
        """Write the report as ``pdf``, ``csv``, ``html`` or ``md``, after those that wait."""
        self._waiting.append((pages, kind, path))
        if not self._is_busy:
            self._next()

    def _next(self) -> None:
        pages, kind, path = self._waiting.pop(0)
        self._is_busy = True
        if kind == "pdf":
            from gpuplanner.render.pdf import drawing_pdf

            def write(drawn: Callable[[], bytes]) -> None:
                self._writing.run(lambda: _written([(path, drawn())]))

            self._drawing.run(drawing_pdf(pages, datetime.now(UTC)), write, self._fail)
            return
        from gpuplanner.report.written import report_files

        self._writing.run(lambda: _written(report_files(pages.report, path)))

    def _done(self, files: Files) -> None:
        self._is_busy = False
        self.saved.emit(files)
        self._go_on()

    def _fail(self, error: Exception) -> None:
        self._is_busy = self._closes = False
        if self._waiting:
            self._next()
        self.failed.emit(error)

    def _go_on(self) -> None:
        if self._waiting:
            self._next()
        elif self._closes:
            self._closes = False
            self._window.close()

    def _may_close(self) -> bool:
        """Not yet while a file is being made: the window then closes by itself, unless that fails."""
        self._closes = self._is_busy
        return not self._is_busy


def _written(files: Files) -> Files:
    for path, content in files:
        write_whole(path, content)
    return files
