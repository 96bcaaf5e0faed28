"""The look of small tables in dialogs: heads as above the benchmark rows, lines between rows, own ticks."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpuplanner.ui.theme import SEMIBOLD, TABLE, Theme
from gpuplanner.ui.widgets.controls import paint_tick_box

HEAD_HEIGHT = 28
_SIDE, _BOX, _NUMBERS = 6, 16, 36
AnyIndex = QModelIndex | QPersistentModelIndex


class PlainHead(QHeaderView):
    """Heads on the ground of a table's head, a second line of a text in the secondary colour.

    At the left of a table: the numbers of its rows, as quiet as a repeated value.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
    ) -> None:
        super().__init__(orientation, parent)
        self._theme = theme
        is_above = orientation is Qt.Orientation.Horizontal
        side = Qt.AlignmentFlag.AlignLeft if is_above else Qt.AlignmentFlag.AlignRight
        self.setDefaultAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Ground, a line below, one or two lines of text."""
        theme, tokens = self._theme, self._theme.tokens
        role, across = Qt.ItemDataRole, self.orientation()
        is_above = across is Qt.Orientation.Horizontal
        edge = tokens.line_strong if is_above else tokens.line
        painter.fillRect(rect, QColor(tokens.header if is_above else tokens.surface))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(edge))
        lines = str(self.model().headerData(section, across, role.DisplayRole) or "").split("\n")
        align = self.model().headerData(section, across, role.TextAlignmentRole)
        side = Qt.AlignmentFlag(align) if align else self.defaultAlignment()
        inner = QRectF(rect).adjusted(theme.px(_SIDE), 0, -theme.px(_SIDE), -1)
        height = painter.fontMetrics().height()
        top = inner.center().y() - height * len(lines) / 2
        for number, text in enumerate(lines):
            is_name = is_above and number == 0
            painter.setFont(theme.font(TABLE, SEMIBOLD) if is_name else theme.font(TABLE))
            painter.setPen(QColor(tokens.ink if is_name else tokens.text2 if is_above else tokens.text3))
            short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(inner.width()))
            line = QRectF(inner.left(), top + number * height, inner.width(), height)
            painter.drawText(line, side & Qt.AlignmentFlag.AlignHorizontal_Mask, short)

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Room for the widest line and the air beside it."""
        text = self.model().headerData(section, self.orientation(), Qt.ItemDataRole.DisplayRole)
        lines = str(text or "").split("\n")
        metrics = QFontMetrics(self._theme.font(TABLE, SEMIBOLD))
        width = max(metrics.horizontalAdvance(line) for line in lines)
        px = self._theme.px
        return QSize(width + 2 * px(_SIDE) + 1, metrics.height() * len(lines) + px(_SIDE))

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE, SEMIBOLD))
        if self.orientation() is Qt.Orientation.Horizontal:
            self.setMinimumHeight(self._theme.px(HEAD_HEIGHT))
        else:
            self.setMinimumWidth(self._theme.px(_NUMBERS))
        self.viewport().update()


class PlainRows(QStyledItemDelegate):
    """Cells with air at both sides and a line below; a tick is the one of every check box.

    A column in which some cells have a tick keeps its place in all of them, so that texts stand below
    each other.
    """

    def __init__(self, theme: Theme, parent: QWidget, *, tick_column: int = -1) -> None:
        super().__init__(parent)
        self._theme, self._tick_column = theme, tick_column

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """The cell, its tick, the line."""
        theme, tokens = self._theme, self._theme.tokens
        look = QStyleOptionViewItem(option)
        self.initStyleOption(look, index)
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if ground is not None:
            painter.fillRect(look.rect, QColor(ground))
        if look.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(look.rect, QColor(tokens.accent_soft))
        rect = look.rect.adjusted(theme.px(_SIDE), 0, -theme.px(_SIDE), 0)
        if index.column() == self._tick_column:
            box = theme.px(_BOX)
            if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
                top = rect.top() + (rect.height() - box) / 2
                on = look.checkState is Qt.CheckState.Checked
                painter.save()
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_tick_box(painter, QRectF(rect.left() + 0.5, top + 0.5, box - 1, box - 1), theme, on=on)
                painter.restore()
            rect.setLeft(rect.left() + box + theme.px(_SIDE))
        brush = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(QColor(brush) if brush is not None else QColor(tokens.ink))
        painter.setFont(look.font)
        text = painter.fontMetrics().elidedText(look.text, look.textElideMode, rect.width())
        painter.drawText(rect, look.displayAlignment, text)
        whole = option.rect
        painter.fillRect(QRect(whole.left(), whole.bottom(), whole.width(), 1), QColor(tokens.line))
        if look.state & QStyle.StateFlag.State_HasFocus:
            self._paint_focus(painter, whole, index)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        """A click on the tick, as it is painted, turns it."""
        if not isinstance(event, QMouseEvent) or index.column() != self._tick_column:
            return super().editorEvent(event, model, option, index)
        role, states = Qt.ItemDataRole.CheckStateRole, Qt.CheckState
        past = option.rect.left() + self._theme.px(2 * _SIDE + _BOX)
        can_turn = bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable) and index.data(role) is not None
        if not can_turn or event.position().x() >= past or event.button() is not Qt.MouseButton.LeftButton:
            return False
        if event.type() is QEvent.Type.MouseButtonRelease:
            on = states(index.data(role)) is states.Checked
            model.setData(index, states.Unchecked if on else states.Checked, role)
        return True

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Room for the text and the air beside it."""
        size = super().sizeHint(option, index)
        more = 2 if index.column() == self._tick_column else 1
        return QSize(size.width() + 2 * more * self._theme.px(_SIDE), size.height())

    def _paint_focus(self, painter: QPainter, rect: QRect, index: AnyIndex) -> None:
        """A bar at the left of the row under the cursor, or a frame where cells are chosen one by one."""
        view, width = self.parent(), self._theme.tokens.focus_width
        accent = QColor(self._theme.tokens.accent)
        by_row = QAbstractItemView.SelectionBehavior.SelectRows
        if isinstance(view, QTableView) and view.selectionBehavior() is by_row:
            left = view.columnViewportPosition(0)
            painter.setClipping(False)
            painter.fillRect(QRect(left, rect.top(), 2 * width, rect.height() - 1), accent)
            return
        painter.setPen(accent)
        for inset in range(width):
            painter.drawRect(rect.adjusted(inset, inset, -1 - inset, -2 - inset))
