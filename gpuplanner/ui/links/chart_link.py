"""The menu of the Plan page's chart: copy it, or save it as PNG or SVG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from gpuplanner.core.errors import InputError
from gpuplanner.data.whole_file import write_whole
from gpuplanner.render.chart_picture import chart_image, chart_png, chart_svg
from gpuplanner.render.chart_view import ChartView
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.told import told_error

_KINDS = {"png": "PNG (*.png)", "svg": "SVG (*.svg)"}


class ChartLink(QObject):
    """Lives as long as the window."""

    def __init__(self, window: MainWindow, chart: ChartView) -> None:
        super().__init__(window)
        self._window, self._chart = window, chart
        self.ask_path: Callable[[str], Path | None] = self._ask_path
        self.menu = QMenu(window)
        self.menu.addAction(self.tr("Copy the chart"), self.copy)
        self.menu.addAction(self.tr("Save as PNG…"), lambda: self.save("png"))
        self.menu.addAction(self.tr("Save as SVG…"), lambda: self.save("svg"))
        chart.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chart.plot.customContextMenuRequested.connect(self._open)

    def copy(self) -> None:
        """Put the chart into the clipboard."""
        QGuiApplication.clipboard().setImage(chart_image(self._chart))

    def save(self, kind: str) -> None:
        """Ask where, and write the chart there as ``png`` or ``svg``."""
        path = self.ask_path(kind)
        if path is None:
            return
        messages = self._window.table.messages
        try:
            write_whole(path, chart_svg(self._chart) if kind == "svg" else chart_png(self._chart))
        except InputError as error:
            messages.show_message(told_error(error), fault=True)
            return
        messages.show_message(self.tr("Saved: {where}").format(where=path))

    def _open(self, where: QPoint) -> None:
        if self._chart.chart is not None:  # there is something to keep
            self.menu.popup(self._chart.plot.mapToGlobal(where))

    def _ask_path(self, kind: str) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the chart"), f"memory-over-length.{kind}", _KINDS[kind]
        )
        if not name:
            return None
        path = Path(name)
        return path if path.suffix.lower() == f".{kind}" else path.with_name(f"{path.name}.{kind}")
