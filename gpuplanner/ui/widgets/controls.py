"""Controls that a style sheet cannot draw well: painted combo and check boxes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gpuplanner.ui.theme import TABLE, Theme

CONTROL_HEIGHT = 24
RADIUS = 4.0
_INDICATOR = 16


class ComboBox(QComboBox):
    """A choice whose text is elided (a styled QComboBox cuts it) and whose border can carry a verdict."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._border = ""
        self._hovered = False
        self._padding = 6
        self.setView(QListView(self))
        self.view().setItemDelegate(_ChoiceDelegate(theme, self))
        self.setMaxVisibleItems(20)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(3)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Qt's own lets the wheel take the focus
        self._take_theme()
        theme.changed.connect(self._take_theme)

    def set_border(self, token: str) -> None:
        """A 2 px border in a verdict's token (``tight``, ``no``), or the usual one for an empty text."""
        self._border = token
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for the text in use, as high as every control."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.currentText()) + self._theme.px(6 + 28)
        return QSize(max(width, self._theme.px(64)), self._theme.px(CONTROL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Room for three letters and the arrow."""
        return QSize(self._theme.px(56), self._theme.px(CONTROL_HEIGHT))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Under the pointer the ground is raised."""
        self._hovered = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has left."""
        self._hovered = False
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only a focused choice steps, so that scrolling what it stands in changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Border, elided text, arrow."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_frame(painter, self, self._theme, self._border, hovered=self._hovered)
        side, arrow = self._theme.px(self._padding), self._theme.px(24)
        text_rect = QRectF(self.rect()).adjusted(side + 1, 0, -arrow, 0)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.ink if self.isEnabled() else tokens.text3))
        text = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, int(text_rect.width())
        )
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        _paint_chevron(painter, QPointF(self.width() - self._theme.px(13), self.height() / 2), self._theme)

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE))
        self.view().setFont(self._theme.font(TABLE))
        editor = self.lineEdit()
        if editor is not None:
            editor.setFont(self._theme.font(TABLE))  # it keeps the first one that it was given
        self.setFixedHeight(self._theme.px(CONTROL_HEIGHT))
        self.updateGeometry()
        self.update()


class _ChoiceDelegate(QStyledItemDelegate):
    """Entries of a list as high as a control, so that they can be hit."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Wide enough for the text."""
        return QSize(super().sizeHint(option, index).width(), self._theme.px(CONTROL_HEIGHT))


class CheckBox(QCheckBox):
    """A switch: accent ground with a check, or an empty box; a text without room ends in "…"."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._take_theme()
        theme.changed.connect(self._take_theme)

    def sizeHint(self) -> QSize:
        """Box and text, as high as every control."""
        width = self._theme.px(_INDICATOR) + 2
        if self.text():
            width += self._theme.px(7) + self.fontMetrics().horizontalAdvance(self.text())
        return QSize(width, self._theme.px(CONTROL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The text is never cut, unless the size policy gives its width up."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """The whole control is the target."""
        return bool(self.rect().contains(pos))  # type: ignore[call-overload]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Box, check, text."""
        tokens, size = self._theme.tokens, self._theme.px(_INDICATOR)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.5, (self.height() - size) / 2 + 0.5, size - 1, size - 1)
        enabled = self.isEnabled()
        paint_tick_box(painter, box, self._theme, on=self.isChecked(), enabled=enabled)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.ink), tokens.focus_width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), 3.5, 3.5)
        painter.setPen(QColor(tokens.ink if enabled else tokens.text3))
        painter.setFont(self.font())
        left = size + self._theme.px(7)
        text_rect = QRectF(left, 0, self.width() - left, self.height())
        room = int(text_rect.width()) + 1
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE))
        self.updateGeometry()
        self.update()


def paint_tick_box(painter: QPainter, box: QRectF, theme: Theme, *, on: bool, enabled: bool = True) -> None:
    """The box of a switch: accent ground with a check, or empty."""
    tokens = theme.tokens
    edge = tokens.accent if on else tokens.control
    painter.setPen(QPen(QColor(edge if enabled else tokens.line_strong), 1))
    ground = (tokens.accent if enabled else tokens.track) if on else tokens.surface
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 3, 3)
    if on:
        _paint_check(painter, box, tokens.on_accent if enabled else tokens.text3)


def paint_frame(painter: QPainter, widget: QWidget, theme: Theme, border: str, *, hovered: bool) -> None:
    """Ground and border of an input: ``border`` names a verdict's token, focus is the accent."""
    tokens = theme.tokens
    width = 2.0 if border else 1.0
    color = getattr(tokens, border) if border else tokens.control
    if widget.hasFocus():
        color, width = tokens.accent, max(width, float(tokens.focus_width))
    if not widget.isEnabled():
        color = tokens.line_strong
    painter.setPen(QPen(QColor(color), width))
    painter.setBrush(QColor(tokens.raised if hovered and widget.isEnabled() else tokens.surface))
    inset = width / 2
    rect = QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(rect, RADIUS - inset / 2, RADIUS - inset / 2)


def _paint_chevron(painter: QPainter, center: QPointF, theme: Theme) -> None:
    half = 3.5 * theme.scale
    painter.setPen(
        QPen(
            QColor(theme.tokens.text2),
            1.5,
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap,
            Qt.PenJoinStyle.RoundJoin,
        )
    )
    points = [
        center + QPointF(-half, -half / 2),
        center + QPointF(0, half / 2),
        center + QPointF(half, -half / 2),
    ]
    painter.drawPolyline(QPolygonF(points))


def _paint_check(painter: QPainter, box: QRectF, color: str) -> None:
    painter.setPen(
        QPen(QColor(color), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )

    def at(x: float, y: float) -> QPointF:
        return QPointF(box.left() + x * box.width(), box.top() + y * box.height())

    painter.drawPolyline(QPolygonF([at(0.22, 0.52), at(0.42, 0.72), at(0.78, 0.30)]))
