"""A table whose first columns stay in sight when it is scrolled sideways.

One view shows both parts: the frozen cells are drawn where they would be without scrolling, over those
that lie below them, and the mouse is led the same way.  Cursor, selection and editors are therefore
Qt's own; a second view laid over the first would have to keep all of them in step.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView, QWidget

from gpuplanner.ui.table.benchmark_table import AnyIndex
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, Theme

HEAD_HEIGHT = 40
CELL_MARGIN = 8
_MOST_FROZEN = 0.75


class FrozenHeads(QHeaderView):
    """Heads of a `FrozenTableView`; a head has two lines, name and unit."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.frozen_count = 0
        """So many sections, hidden ones counted, stay where they are."""
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(theme.px(36))

    def frozen_width(self) -> int:
        """Pixels that the frozen sections take, while something is scrolled below them; else 0.

        Sections that would leave no room for the others are scrolled like them.
        """
        if not self.frozen_count or not self.offset():
            return 0
        width = sum(self.sectionSize(section) for section in range(self.frozen_count))
        return width if width <= _MOST_FROZEN * self.viewport().width() else 0

    def shift(self) -> int:
        """Pixels by which frozen sections stand right of where they are scrolled to."""
        return self.offset() if self.frozen_width() else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """The heads, the frozen ones over the others, and the same ground where no column is."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        painter = QPainter(self.viewport())
        left, edge = 0, self.frozen_width()
        for section in range(self.frozen_count if edge else 0):
            width = self.sectionSize(section)
            if width:
                self.paintSection(painter, QRect(left, 0, width, self.height()), section)
            left += width
        if edge:
            painter.fillRect(edge - 1, 0, 1, self.height(), QColor(tokens.line_strong))
        end = self.length() - self.offset()
        if end < self.viewport().width():
            rest = self.viewport().width() - end
            painter.fillRect(end, 0, rest, self.height(), QColor(tokens.header))
            painter.fillRect(end, self.height() - 1, rest, 1, QColor(tokens.line_strong))

    def paint_head(self, painter: QPainter, rect: QRect, name: str, unit: str, right: bool) -> QRect:
        """Ground, name and unit of one head, at the right or at the left; returns where the unit stands."""
        tokens, theme = self._theme.tokens, self._theme
        painter.fillRect(rect, QColor(tokens.header))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line_strong))
        margin = theme.px(CELL_MARGIN)
        inner = QRect(rect.adjusted(margin, theme.px(5), -margin, 0))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        name_rect = QRect(inner.left(), inner.top(), inner.width(), theme.px(17))
        painter.setFont(theme.font(TABLE, SEMIBOLD))
        painter.setPen(QColor(tokens.ink))
        # A head may reach into its margins before it is shortened.
        room = name_rect.width() + margin
        shown = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, room)
        flags = int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)
        painter.drawText(name_rect, flags, shown)
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.text2))
        unit_rect = QRect(inner.left(), name_rect.bottom() + 1, inner.width(), theme.px(14))
        painter.drawText(unit_rect, flags, unit)
        return unit_rect

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a frozen head is one on the section that is drawn there."""
        super().mousePressEvent(self._led(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """As `mousePressEvent`."""
        super().mouseMoveEvent(self._led(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """As `mousePressEvent`."""
        super().mouseReleaseEvent(self._led(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """As `mousePressEvent`."""
        super().mouseDoubleClickEvent(self._led(event))

    def section_at(self, pos: QPoint) -> int:
        """The section that is drawn at a place of the viewport; −1 for none."""
        shift = self.offset() if 0 <= pos.x() < self.frozen_width() else 0
        return self.logicalIndexAt(pos.x() - shift)

    def _led(self, event: QMouseEvent) -> QMouseEvent:
        if not 0 <= event.position().x() < self.frozen_width():
            return event
        moved = event.position() - QPointF(self.offset(), 0)
        return QMouseEvent(
            event.type(),
            moved,
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
            event.pointingDevice(),
        )


class FrozenTableView(QTableView):
    """Draws the first ``frozen_count`` columns over what is scrolled below them."""

    @property
    def frozen_count(self) -> int:
        """Columns that stay, hidden ones counted."""
        heads = self.horizontalHeader()
        return heads.frozen_count if isinstance(heads, FrozenHeads) else 0  # Qt asks before they are set

    def freeze(self, count: int) -> None:
        """Let the first columns stay in sight; 0 for none."""
        self._frozen_heads().frozen_count = count
        self._update_both()

    def visualRect(self, index: AnyIndex) -> QRect:
        """Where a cell is drawn."""
        rect = super().visualRect(index)
        if index.isValid() and index.column() < self.frozen_count:
            rect.translate(self._frozen_heads().shift(), 0)
        return rect

    def indexAt(self, pos: QPoint) -> AnyIndex:  # type: ignore[override]
        """The cell that is drawn at a place."""
        if self.frozen_count and 0 <= pos.x() < self._frozen_heads().frozen_width():
            pos = QPoint(pos.x() - self._frozen_heads().offset(), pos.y())
        return super().indexAt(pos)

    def scrollTo(
        self, index: AnyIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """A frozen cell is in sight already; another one must not stay below the frozen ones."""
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if not self.frozen_count or not index.isValid():
            return
        width = self._frozen_heads().frozen_width()
        if index.column() < self.frozen_count:
            if width:
                bar.setValue(before)
            return
        hidden = width - self.visualRect(index).left()
        if hidden > 0:
            bar.setValue(bar.value() - hidden)

    def commitData(self, editor: QWidget) -> None:
        """Take what was typed, once: after Enter Qt asks in the next turn, and a click before that has left
        the cell and had its text taken."""
        if not editor.isHidden():
            super().commitData(editor)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt moves the pixels that are there, frozen ones too: they are drawn anew."""
        super().scrollContentsBy(dx, dy)
        if dx and self.frozen_count:
            self._update_both()

    def paint_frozen(self, event: QPaintEvent, ground: QColor, line: QColor) -> None:
        """The frozen cells on their ground over the others, and the line where they end."""
        width = self._frozen_heads().frozen_width()
        if not width or not event.rect().left() < width:
            return
        painter = QPainter(self.viewport())
        painter.setClipRegion(QRegion(0, 0, width, self.viewport().height()))
        painter.fillRect(0, 0, width, self.viewport().height(), ground)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        first, last = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        model, delegate = self.model(), self.itemDelegate()
        last = model.rowCount() - 1 if last < 0 else last
        for row in range(max(first, 0), last + 1):
            for column in range(self.frozen_count):
                if not self.isColumnHidden(column):
                    index = model.index(row, column)
                    option.rect = self.visualRect(index)
                    delegate.paint(painter, option, index)
        painter.fillRect(width - 1, 0, 1, self.viewport().height(), line)
        painter.end()

    def _update_both(self) -> None:
        self.viewport().update()
        self._frozen_heads().viewport().update()

    def _frozen_heads(self) -> FrozenHeads:
        heads = self.horizontalHeader()
        assert isinstance(heads, FrozenHeads)
        return heads
