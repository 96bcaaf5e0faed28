"""Where the GPU strip is: below the table, or folded into the status row, by the user or for want of room."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject

from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.strip.gpu_gauge import GpuGauge
from gpuplanner.ui.strip.monitor_strip import MonitorStrip

FOLDED_BELOW = 360
"""Height of the window below which the table needs the strip's room, in the design's pixels."""


class StripFold(QObject):
    """Shows the strip or, in its place, the gauge; nothing before the strip has something to show."""

    def __init__(self, window: MainWindow, strip: MonitorStrip, gauge: GpuGauge) -> None:
        super().__init__(window)
        self._window, self._strip, self._gauge = window, strip, gauge
        self.is_folded = window.remembered.settings.strip_folded
        """By the user."""
        strip.fold_requested.connect(partial(self.set_folded, True))
        gauge.clicked.connect(self._unfold)
        window.theme.changed.connect(self.show)
        window.installEventFilter(self)

    def set_folded(self, folded: bool) -> None:
        """Fold the strip into the status row, or unfold it; remembered."""
        self.is_folded = folded
        self._window.remembered.change(strip_folded=folded)
        self.show()

    def show(self) -> None:
        """Show the one or the other."""
        known, folded = self._strip.has_content, self.is_folded or not self._has_room()
        self._strip.setVisible(known and not folded)
        self._gauge.setVisible(known and folded)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window may have become too low for a strip, or high enough."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self.show()
        return False

    def _has_room(self) -> bool:
        return self._window.height() >= self._window.theme.px(FOLDED_BELOW)

    def _unfold(self) -> None:
        """The gauge was clicked: where there is no room for the strip, the cards' own page shows more."""
        if self._has_room():
            self.set_folded(False)
        else:
            self._window.show_page("monitor")
