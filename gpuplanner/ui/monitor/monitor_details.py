"""The details of a card, folded below its row: clocks, P-state, fan, energy, ECC, PCIe, MIG instances."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpuplanner.ui.monitor.monitor_card_view import CardView, Fact
from gpuplanner.ui.theme import CAPTION, MEDIUM, TABLE, Theme

_COLUMN, _LINE, _SIDE, _PAD = 232, 34, 16, 8
_INSTANCE_LINE = 22


class CardDetails(QWidget):
    """Figures in columns, each with its label above it; copied with the context menu or Ctrl+C."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: CardView | None = None
        copy = QAction(self.tr("Copy details"), self)
        copy.triggered.connect(self.copy)
        copy.setShortcut("Ctrl+C")
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)

    def show_card(self, view: CardView) -> None:
        """Show other figures."""
        before, self._view = self._view, view
        if before is None or (before.facts, before.instances) != (view.facts, view.instances):
            self.setAccessibleName(self.text())
            self._fit()

    def text(self) -> str:
        """All figures, a line each."""
        if self._view is None:
            return ""
        lines = [f"{self._view.title}  {self._view.name}"]
        lines += [f"{fact.label}: {fact.value}" for fact in self._view.facts]
        return "\n".join((*lines, *self._view.instances))

    def copy(self) -> None:
        """Put them on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def sizeHint(self) -> QSize:
        """As high as the figures need at this width."""
        return QSize(self._theme.px(_COLUMN), self._height())

    def event(self, event: QEvent) -> bool:
        """Each figure explains itself."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            places = self._places()
            tip = next((fact.tip for fact, rect in places if rect.contains(QPointF(event.pos()))), "")
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Another width, other columns."""
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Labels, figures, and a line for each MIG instance."""
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.raised))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        label, value = theme.font(CAPTION), theme.font(TABLE, MEDIUM)
        bottom = 0.0
        for fact, rect in self._places():
            painter.setFont(label)
            painter.setPen(QColor(tokens.text2))
            painter.drawText(QPointF(rect.left(), rect.top() + px(12)), fact.label)
            painter.setFont(value)
            missing = fact.value in ("–", "!")
            painter.setPen(QColor(tokens.text3 if missing else tokens.ink))
            text = QFontMetricsF(value).elidedText(
                fact.value, Qt.TextElideMode.ElideMiddle, rect.width() - px(12)
            )
            painter.drawText(QPointF(rect.left(), rect.top() + px(27)), text)
            bottom = max(bottom, rect.bottom())
        painter.setFont(label)
        painter.setPen(QColor(tokens.ink))
        for at, line in enumerate(self._view.instances if self._view is not None else ()):
            base = bottom + px(4 + _INSTANCE_LINE * at + 14)
            room = self.width() - 2 * px(_SIDE)
            text = QFontMetricsF(label).elidedText(line, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(px(_SIDE), base), text)

    def _places(self) -> list[tuple[Fact, QRectF]]:
        if self._view is None:
            return []
        px = self._theme.px
        columns = self._columns()
        width = (self.width() - 2 * px(_SIDE)) / columns
        return [
            (
                fact,
                QRectF(
                    px(_SIDE) + at % columns * width,
                    px(_PAD) + at // columns * px(_LINE),
                    width,
                    px(_LINE),
                ),
            )
            for at, fact in enumerate(self._view.facts)
        ]

    def _columns(self) -> int:
        return max(1, (self.width() - 2 * self._theme.px(_SIDE)) // self._theme.px(_COLUMN))

    def _height(self) -> int:
        if self._view is None:
            return 0
        px = self._theme.px
        lines = -(-len(self._view.facts) // self._columns())
        below = len(self._view.instances) * px(_INSTANCE_LINE)
        return 2 * px(_PAD) + lines * px(_LINE) + below

    def _fit(self) -> None:
        if self.height() != self._height():
            self.setFixedHeight(self._height())
            self.updateGeometry()
        self.update()
