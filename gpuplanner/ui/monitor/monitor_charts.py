"""The right of a card's row: its plots, kept as a picture so that a moving pointer redraws no lines."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.render.monitor_columns import PlotStyle, column_rects, plot_rect
from gpuplanner.render.monitor_paint import paint_heads, paint_plots
from gpuplanner.render.monitor_plots import CardPlots, Pointed, TimeWindow
from gpuplanner.ui.monitor.monitor_figures import time_label
from gpuplanner.ui.monitor.monitor_time import TimeAxis, time_ticks
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, TEXT, Theme

AXIS_HEIGHT = 24
_WHEEL_STEP = 1.25
_KEY_STEP = 0.25
_LABEL_ROOM = 30


def plot_style(theme: Theme, *, vector: bool = False) -> PlotStyle:
    """The plots in the colours and type of the window."""
    return PlotStyle(
        theme.tokens,
        theme.font(CAPTION),
        theme.font(TABLE),
        theme.font(TEXT, SEMIBOLD),
        theme.scale,
        vector,
    )


class _OnTheAxis(QWidget):
    """Wheel, mouse and keys that move the time axis, the same on the plots and on the axis itself."""

    def __init__(self, theme: Theme, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._axis = theme, axis
        self._drag_from: float | None = None
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def plot_at(self, x: float) -> QRectF | None:
        """The plot above or below a place."""
        style = plot_style(self._theme)
        columns = column_rects(self.width(), max(self.height(), 60), style)
        column = next((column for column in columns if column.left() <= x < column.right()), None)
        return None if column is None else plot_rect(column, style)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms about the pointer; with the wheel tilted, moves.  Ctrl scrolls the page as elsewhere."""
        plot = self.plot_at(event.position().x())
        delta = event.angleDelta()
        if plot is None or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            event.ignore()
            return
        if delta.x():
            self._axis.pan(-delta.x() / 120 * 0.1)
        elif delta.y():
            at = min(max((event.position().x() - plot.left()) / plot.width(), 0.0), 1.0)
            self._axis.zoom(_WHEEL_STEP ** (-delta.y() / 120), at)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag begins."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_from = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags the axis, or moves the crosshair."""
        x = event.position().x()
        plot = self.plot_at(x)
        if self._drag_from is not None and plot is not None:
            if abs(x - self._drag_from) >= 2:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._axis.pan((self._drag_from - x) / plot.width())
                self._drag_from = x
            return
        if plot is None or not plot.left() - 4 <= x <= plot.right() + 4:
            self._axis.point(None)
            return
        share = min(max((x - plot.left()) / plot.width(), 0.0), 1.0)
        window = self._axis.window
        self._axis.point(window.start_s + share * window.span_s)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """The drag ends."""
        self._drag_from = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Back to the newest."""
        self._axis.resume()

    def leaveEvent(self, _event: QEvent) -> None:
        """No crosshair without a pointer."""
        self._axis.point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move, plus and minus zoom, End goes back to the newest."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._axis.pan(_KEY_STEP if key == Qt.Key.Key_Right else -_KEY_STEP)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._axis.zoom(_WHEEL_STEP**2 if key == Qt.Key.Key_Minus else _WHEEL_STEP**-2, 1.0)
        elif key == Qt.Key.Key_End:
            self._axis.resume()
        else:
            super().keyPressEvent(event)


class CardCharts(_OnTheAxis):
    """The plots of one card."""

    def __init__(self, theme: Theme, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(theme, axis, parent)
        self._plots: CardPlots | None = None
        self._pointed: Pointed | None = None
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._forget)

    @property
    def plots(self) -> CardPlots | None:
        """What is drawn."""
        return self._plots

    @property
    def pointed(self) -> Pointed | None:
        """What the crosshair shows."""
        return self._pointed

    def show_plots(self, plots: CardPlots | None, pointed: Pointed | None, sentence: str) -> None:
        """Draw other lines."""
        self._plots, self._pointed = plots, pointed
        self.setAccessibleName(sentence)
        self._forget()

    def point(self, pointed: Pointed | None) -> None:
        """Move the crosshair; the lines stay."""
        self._pointed = pointed
        self.update()

    def resizeEvent(self, _event: object) -> None:
        """Another size needs another picture."""
        self._forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture of the lines, then titles, values and crosshair."""
        painter = QPainter(self)
        where = QRectF(self.rect())
        if self._plots is None:
            painter.fillRect(where, QColor(self._theme.tokens.surface))
            return
        style = plot_style(self._theme)
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            inner = QPainter(self._picture)
            paint_plots(inner, where, self._plots, style)
            inner.end()
        painter.drawPixmap(QPointF(0, 0), self._picture)
        paint_heads(painter, where, self._plots, style, self._pointed)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self._theme.tokens.accent), self._theme.tokens.focus_width))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -2, -2))

    def _forget(self) -> None:
        self._picture = None
        self.update()


class TimeLabels(_OnTheAxis):
    """The time under the last row, and the exact time of the crosshair."""

    def __init__(self, theme: Theme, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(theme, axis, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Time"))
        self.setToolTip(self.tr("Wheel: zoom. Drag: move. Double-click: back to the newest."))
        axis.pointed.connect(self.update)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(300), self._theme.px(AXIS_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Labels at whole minutes below each column; the crosshair's time on a chip."""
        theme, tokens, axis = self._theme, self._theme.tokens, self._axis
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.setFont(theme.font(CAPTION))
        window = axis.window
        style = plot_style(theme)
        for column in column_rects(self.width(), self.height(), style):
            painter.fillRect(QRectF(column.left(), 0, 1, self.height()), QColor(tokens.line))
            plot = plot_rect(QRectF(column.left(), 0, column.width(), 100), style)
            chip = QRectF()
            if axis.pointed_s is not None:
                chip = self._paint_chip(painter, plot, axis.pointed_s, window)
            self._paint_labels(painter, plot, window, chip)

    def _paint_labels(self, painter: QPainter, plot: QRectF, window: TimeWindow, chip: QRectF) -> None:
        theme = self._theme
        metrics = painter.fontMetrics()
        widest = time_label(window.stop_s, window.wall_offset_s, 1.0 if window.span_s < 600 else 60.0)
        room = metrics.horizontalAdvance(widest) + theme.px(18)
        least_s = room / plot.width() * window.span_s
        ticks, step_s = time_ticks(window, least_s, self._axis.local_offset_s)
        painter.setPen(QColor(theme.tokens.text2))
        base = self.height() / 2 + metrics.capHeight() / 2 - theme.px(2)
        for time_s in ticks:
            text = time_label(time_s, window.wall_offset_s, step_s)
            width = metrics.horizontalAdvance(text)
            left = plot.left() + (time_s - window.start_s) / window.span_s * plot.width() - width / 2
            if chip.left() - 4 < left + width and left < chip.right() + 4 and not chip.isNull():
                continue
            if left > plot.left() - theme.px(14) and left + width < plot.right() + theme.px(_LABEL_ROOM):
                painter.drawText(QPointF(left, base), text)

    def _paint_chip(self, painter: QPainter, plot: QRectF, time_s: float, window: TimeWindow) -> QRectF:
        theme, tokens = self._theme, self._theme.tokens
        metrics = painter.fontMetrics()
        text = time_label(time_s, window.wall_offset_s, 1.0)
        width = metrics.horizontalAdvance(text) + theme.px(10)
        x = plot.left() + (time_s - window.start_s) / window.span_s * plot.width()
        left = min(max(x - width / 2, plot.left() - theme.px(4)), plot.right() + theme.px(4) - width)
        chip = QRectF(left, theme.px(1), width, self.height() - theme.px(6))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.ink))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(QColor(tokens.surface))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()
        return chip
