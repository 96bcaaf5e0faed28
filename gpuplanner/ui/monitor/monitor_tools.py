"""The tool row of the Monitor page: how much time, how often, pause, recording, and what it costs."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QWidget

from gpuplanner.ui.icons import ICON_SIZE, icon
from gpuplanner.ui.monitor.monitor_source import RATES_HZ
from gpuplanner.ui.monitor.monitor_time import SPANS_S
from gpuplanner.ui.theme import CAPTION, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.elided import ElidedLabel
from gpuplanner.ui.widgets.segmented import Segment
from gpuplanner.ui.widgets.two_lines import TwoLines

TOOL_HEIGHT = 40


class MonitorTools(QWidget):
    """Emits what the user wants; shows what the page tells it."""

    span_chosen = Signal(float)
    rate_chosen = Signal(float)
    pause_toggled = Signal()
    record_toggled = Signal()
    mark_requested = Signal()
    open_requested = Signal()
    compare_requested = Signal()
    close_requested = Signal()
    """Close the recording that is shown."""
    picture_requested = Signal()
    pcie_toggled = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._spans: dict[float, Segment] = {}
        self._group = QButtonGroup(self)
        self.rate = ComboBox(theme, self)
        self.pause = button(theme, self.tr("Pause"), flat=True)
        self._pause_icon = "pause"
        self.record = button(theme, self.tr("Record to CSV"), icon="record")
        self.mark = button(theme, self.tr("Mark"), flat=True)
        self.close_recording = button(theme, self.tr("Close the recording"), icon="close")
        self.more = button(theme, self.tr("More"), icon="chevron-down", flat=True)
        self.state = ElidedLabel(theme, self)
        self.right = _OwnWidth(theme, self)
        self._lines = TwoLines(self)
        self._build()
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.show_pause(live=True, fixed=False)

    def show_span(self, span_s: float) -> None:
        """Show how much time is seen; none of the choices after a zoom."""
        self._group.setExclusive(False)
        for seconds, choice in self._spans.items():
            choice.setChecked(abs(seconds - span_s) < 0.5)
        self._group.setExclusive(True)

    def show_rate(self, rate_hz: float) -> None:
        """Show the sampling rate; emits nothing."""
        self.rate.setCurrentIndex(self.rate.findData(rate_hz))

    def show_pause(self, *, live: bool, fixed: bool) -> None:
        """Whether the view follows the newest sample, stands still, or shows a recording."""
        if fixed:
            text, tip = self.tr("Show all"), self.tr("Show the whole recording (Space)")
        elif live:
            text, tip = self.tr("Pause"), self.tr("Freeze the view; sampling goes on (Space)")
        else:
            text, tip = self.tr("Live"), self.tr("Go back to the newest sample (Space)")
        self.pause.setText(text)
        self.pause.setToolTip(tip)
        self.pause.setAccessibleName(text)
        self._pause_icon = "pause" if live and not fixed else "play"
        self._draw_pause()

    def show_recording(self, text: str, tip: str) -> None:
        """A recording runs (its clock and file in words), or none (an empty text)."""
        self.record.setText(self.tr("Stop recording") if text else self.tr("Record to CSV"))
        self.mark.setVisible(bool(text))
        self.state.set_text(text, tip)

    def show_opened(self, text: str) -> None:
        """A recording is shown instead of the cards; an empty text: it was closed."""
        opened = bool(text)
        self.close_recording.setVisible(opened)
        for widget in (self.rate, self.record):
            widget.setVisible(not opened)
        self._compare.setEnabled(opened)
        if opened:
            self.mark.hide()
            self.state.set_text(text)

    def set_usable(self, usable: bool) -> None:
        """Without cards there is nothing to show, to pause or to record; a recording can be opened."""
        for widget in (*self._spans.values(), self.rate, self.pause, self.record):
            widget.setEnabled(usable)
        for action in (self._mark_action, self._picture):
            action.setEnabled(usable)

    def show_pcie(self, on: bool) -> None:
        """Whether PCIe throughput is read."""
        self._pcie.setChecked(on)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface, and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _build(self) -> None:
        names = (self.tr("1 min"), self.tr("5 min"), self.tr("1 h"), self.tr("24 h"))
        spans = QHBoxLayout()
        spans.setSpacing(0)
        for seconds, name in zip(SPANS_S, names, strict=True):
            choice = Segment(self._theme, name, first=not self._spans, last=seconds == SPANS_S[-1])
            choice.setAccessibleName(self.tr("Show {span}").format(span=name))
            choice.clicked.connect(lambda _on, seconds=seconds: self.span_chosen.emit(seconds))
            self._group.addButton(choice)
            self._spans[seconds] = choice
            spans.addWidget(choice)
        for rate in RATES_HZ:
            self.rate.addItem(self.tr("{n} Hz").format(n=f"{rate:g}"), rate)
        self.rate.setAccessibleName(self.tr("Samples a second"))
        self.rate.setToolTip(self.tr("Samples a second, in all windows"))
        self.rate.activated.connect(lambda at: self.rate_chosen.emit(self.rate.itemData(at)))
        self.pause.clicked.connect(self.pause_toggled)
        self.record.clicked.connect(self.record_toggled)
        self.mark.clicked.connect(self.mark_requested)
        self.mark.setToolTip(self.tr("Mark this moment in recording and plots (M)"))
        self.mark.hide()
        self.close_recording.clicked.connect(self.close_requested)
        self.close_recording.hide()
        self._build_menu()
        left, right = self._lines.left, self._lines.right
        left.addLayout(spans)
        left.addWidget(self.rate)
        left.addStretch(1)
        for widget in (self.pause, self.record, self.mark, self.close_recording, self.more):
            right.addWidget(widget)
        right.addWidget(self.state, 2)
        right.addStretch(1)
        right.addWidget(self.right)

    def _build_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Open a recording…"), self.open_requested.emit)
        self._compare = menu.addAction(self.tr("Compare with a recording…"), self.compare_requested.emit)
        self._compare.setEnabled(False)
        self._mark_action = menu.addAction(self.tr("Mark this moment (M)"), self.mark_requested.emit)
        menu.addSeparator()
        self._picture = menu.addAction(self.tr("Save as picture…"), self.picture_requested.emit)
        menu.addSeparator()
        self._pcie = menu.addAction(self.tr("Read PCIe throughput"))
        self._pcie.setCheckable(True)
        self._pcie.toggled.connect(self.pcie_toggled)
        self.more.setMenu(menu)

    def _draw_pause(self) -> None:
        px = self._theme.px
        self.pause.setIcon(icon(self._theme, self._pause_icon, gap=4))
        self.pause.setIconSize(QSize(px(ICON_SIZE) + px(4), px(ICON_SIZE)))

    def _take_theme(self) -> None:
        px = self._theme.px
        self._draw_pause()
        for control in (self.pause, self.record, self.mark, self.close_recording, self.more):
            control.setFont(self._theme.font(TEXT))
        widest = max(
            self.rate.fontMetrics().horizontalAdvance(self.rate.itemText(i)) for i in range(len(RATES_HZ))
        )
        self.rate.setFixedWidth(widest + px(6 + 28 + 4))
        self._lines.set_sizes(px(TOOL_HEIGHT), QMargins(px(16), 0, px(16), 1), px(8))


class _OwnWidth(ElidedLabel):
    """A line that asks for the room that its text needs."""

    def sizeHint(self) -> QSize:
        """The whole text."""
        width = QFontMetricsF(self._theme.font(CAPTION)).horizontalAdvance(self.text) + 2
        return QSize(round(width), super().sizeHint().height())

    def set_text(self, text: str, tip: str = "") -> None:
        """Show another text."""
        if text != self.text:
            super().set_text(text, tip)
            self.updateGeometry()
