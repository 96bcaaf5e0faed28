"""The heads of the table: two lines (name, unit) above, row number with the mark of origin at the left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.marks import paint_mark
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.columns import Column
from gpuplanner.ui.table.frozen_columns import HEAD_HEIGHT, FrozenHeads
from gpuplanner.ui.theme import TABLE, Theme

ROW_HEAD_WIDTH = 52
_FUNNEL, _FUNNEL_MARGIN = 16, 2


class ColumnHeads(FrozenHeads):
    """Names and units of the columns; a click sorts up, down, and back to the order of the file.

    The funnel opens the filter of a column; it is seen where one holds, and under the pointer.
    """

    filter_requested = Signal(int)
    """Section of the column that is to be filtered."""

    def __init__(self, theme: Theme, model: BenchmarkTableModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._rows = model
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setSortIndicatorShown(False)  # painted here, for the built-in arrow needs a third line
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.sectionClicked.connect(self._next_order)
        self._hovered = -1
        """The section under the pointer; −1 for none."""
        self.setMouseTracking(True)

    def section_rect(self, section: int) -> QRect:
        """Where a head is drawn in the viewport."""
        left = self.sectionViewportPosition(section)
        if section < self.frozen_count:
            left += self.shift()
        return QRect(left, 0, self.sectionSize(section), self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The head under the pointer offers its funnel."""
        self._hover(self.section_at(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has left."""
        self._hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On the funnel it filters; elsewhere it sorts and moves widths, as Qt has it."""
        pos = event.position().toPoint()
        section = self.section_at(pos)
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and section >= 0:
            funnel = self._funnel(self.section_rect(section), self._rows.columns[section])
            if funnel.contains(pos):
                self.filter_requested.emit(section)
                return
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        """Two lines high."""
        # Not the base class's, which asks the model for every head each time.
        return QSize(self.length(), self._theme.px(HEAD_HEIGHT))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Ground, name, unit, and an arrow where the view is sorted."""
        tokens, theme = self._theme.tokens, self._theme
        column = self._rows.columns[logicalIndex]
        sorted_by = self._rows.sorted_by
        painter.save()
        unit = self._rows.unit_text(column)
        unit_rect = self.paint_head(painter, rect, column.title, unit, column.is_right_aligned)
        is_filtered = bool(self._rows.row_filter.of(column.key))
        funnel = self._funnel(rect, column) if is_filtered or logicalIndex == self._hovered else QRect()
        if sorted_by is not None and sorted_by[0] == logicalIndex:
            # On the side away from the unit, in the second line: the name keeps its room.
            x = unit_rect.left()
            if not column.is_right_aligned:
                x += QFontMetrics(painter.font()).horizontalAdvance(unit) + 2
            elif funnel.isValid():
                x = funnel.right()
            center = QPointF(x + theme.px(3), unit_rect.center().y())
            _paint_arrow(painter, center, 3.5 * theme.scale, tokens.accent, sorted_by[1])
        if funnel.isValid():
            inner = QRectF(funnel).adjusted(*(theme.px(_FUNNEL_MARGIN) * sign for sign in (1, 1, -1, -1)))
            paint_icon(painter, "filter", tokens.accent if is_filtered else tokens.text2, inner)
        painter.restore()

    def _funnel(self, rect: QRect, column: Column) -> QRect:
        """Where the funnel of a head is: in its second line, on the side away from the unit."""
        px = self._theme.px
        size = px(_FUNNEL)
        left = rect.left() + px(3) if column.is_right_aligned else rect.right() - size - px(3)
        return QRect(left, rect.bottom() - size - px(2), size, size)

    def _hover(self, section: int) -> None:
        if section != self._hovered:
            self._hovered = section
            self.viewport().update()

    def _next_order(self, section: int) -> None:
        now = self._rows.sorted_by
        if now is None or now[0] != section:
            self._rows.sort(section, Qt.SortOrder.AscendingOrder)
        elif now[1] is Qt.SortOrder.AscendingOrder:
            self._rows.sort(section, Qt.SortOrder.DescendingOrder)
        else:
            self._rows.sort(-1)
        self.viewport().update()


class RowHeads(QHeaderView):
    """Row numbers of the document with the mark of origin; a click selects the whole row."""

    def __init__(self, theme: Theme, model: BenchmarkTableModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._theme = theme
        self._rows = model
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as a number of four digits and a mark."""
        digits = len(f"{max(self._rows.rowCount(), 1):,}")
        more = max(0, digits - 4) * 8
        return QSize(self._theme.px(ROW_HEAD_WIDTH + more), self.length())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Number and mark on the ground of the heads."""
        tokens, theme = self._theme.tokens, self._theme
        row = self._rows.row_at(logicalIndex)
        painter.save()
        painter.fillRect(rect, QColor(tokens.header))
        painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), QColor(tokens.line))
        painter.setFont(theme.font(TABLE))
        painter.setPen(QColor(tokens.text3))
        number = f"{self._rows.source_row(logicalIndex) + 1:,}"
        text_rect = QRectF(rect.left(), rect.top(), rect.width() - theme.px(22), rect.height())
        painter.drawText(text_rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), number)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = QPointF(rect.right() - theme.px(11), rect.center().y() + 0.5)
        paint_mark(painter, row.provenance.origin, center, 8 * theme.scale, tokens)
        painter.restore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click is two clicks; the base class would try to resize."""
        self.mousePressEvent(event)


def _paint_arrow(painter: QPainter, center: QPointF, half: float, color: str, order: Qt.SortOrder) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    up = -1 if order is Qt.SortOrder.AscendingOrder else 1
    points = [QPointF(-half, -up * half / 2), QPointF(half, -up * half / 2), QPointF(0, up * half / 2)]
    painter.drawPolygon(QPolygonF([center + point for point in points]))
