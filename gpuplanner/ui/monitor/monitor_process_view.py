"""The process table on the page: a line with their number that folds it, painted heads and cells."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.core.benchmark import Origin
from gpuplanner.monitor.readings import Missing
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.marks import paint_mark
from gpuplanner.ui.monitor.monitor_process_rows import ProcessRow
from gpuplanner.ui.monitor.monitor_processes import Index, ProcessTable
from gpuplanner.ui.theme import CAPTION, MEDIUM, SEMIBOLD, TABLE, Theme
from gpuplanner.ui.told import told
from gpuplanner.ui.widgets.display_unit import DisplayUnit

FOLD_HEIGHT, HEAD_HEIGHT, ROW_HEIGHT = 30, 26, 26
_SIDE, _CELL = 16, 8


class ProcessPane(QWidget):
    """Line, heads and rows."""

    fold_toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.table = ProcessTable(self)
        self.fold = _FoldLine(theme, self)
        self.view = _ProcessView(theme, self.table, self)
        self.fold.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.fold)
        column.addWidget(self.view, 1)
        theme.changed.connect(self.updateGeometry)
        self.fold.setChecked(True)

    def show_rows(
        self, rows: Sequence[ProcessRow], faults: Sequence[tuple[int, str]], *, is_old: bool = False
    ) -> None:
        """Show the processes, and what is not known of them; ``is_old``: as they were some time ago."""
        self.table.show_rows(rows)
        note = self._note(rows, faults)
        if is_old:
            note = self.tr("not read now")
        self.fold.show_count(len(rows), note)
        empty = self.tr("No process uses the cards.") if not (faults or is_old) else note
        self.view.empty_text = "" if rows else empty
        self.view.viewport().update()

    def _note(self, rows: Sequence[ProcessRow], faults: Sequence[tuple[int, str]]) -> str:
        if faults:
            cards = ", ".join(str(index) for index, _ in faults)
            return self.tr("GPU {cards}: {reason}").format(cards=cards, reason=faults[0][1])
        silent = next((row.memory_bytes for row in rows if isinstance(row.memory_bytes, Missing)), None)
        if silent is not None:
            return self.tr("memory: {reason}").format(reason=told(silent.reason))
        return self.tr("my trial first") if any(row.followed for row in rows) else ""

    def set_unit(self, unit: DisplayUnit) -> None:
        """Show memory in another unit."""
        self.table.set_unit(unit)
        self.view.horizontalHeader().viewport().update()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold, as the number of cards asks; the user's own choice comes by click."""
        self.fold.setChecked(is_open)

    @property
    def is_open(self) -> bool:
        """Whether the rows are seen."""
        return self.fold.isChecked()

    def wanted_height(self) -> int:
        """The line, and all rows if unfolded."""
        px = self._theme.px
        if not self.is_open:
            return px(FOLD_HEIGHT)
        return px(FOLD_HEIGHT + HEAD_HEIGHT + ROW_HEIGHT * max(2, len(self.table.rows))) + 2

    def _fold(self, is_open: bool) -> None:
        self.view.setVisible(is_open)
        self.fold_toggled.emit()


class _FoldLine(QPushButton):
    """ "Processes 4", with an arrow."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count, self._note = 0, ""
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self._tell())
        self._tell()

    def show_count(self, count: int, note: str) -> None:
        """How many processes there are, and what else is to say."""
        if (count, note) != (self._count, self._note):
            self._count, self._note = count, note
            self._tell()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(200), self._theme.px(FOLD_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Arrow, title, number, note."""
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.hover if self.underMouse() else tokens.header))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line_strong))
        size = px(12)
        name = "chevron-down" if self.isChecked() else "arrow-right"
        where = QRectF(px(_SIDE), (self.height() - size) / 2, size, size)
        paint_icon(painter, name, tokens.text2, where)
        left = where.right() + px(6)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        for text, font, color in (
            (self.tr("Processes"), theme.font(TABLE, SEMIBOLD), tokens.ink),
            (f"{self._count}", theme.font(TABLE), tokens.text2),
            (self._note, theme.font(CAPTION), tokens.text2),
        ):
            painter.setFont(font)
            painter.setPen(QColor(color))
            painter.drawText(QRectF(left, 0, self.width() - left - px(_SIDE), self.height()), middle, text)
            left += painter.fontMetrics().horizontalAdvance(text) + px(10)
        if self.hasFocus():
            painter.setPen(QColor(tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1.5, 2.5, -1.5, -1.5))

    def _tell(self) -> None:
        state = self.tr("unfolded") if self.isChecked() else self.tr("folded")
        words = self.tr("Processes: {n}, {state}").format(n=self._count, state=state)
        self.setAccessibleName(f"{words}. {self._note}".rstrip(". "))
        self.update()


class _ProcessView(QTableView):
    """The rows.  Copying takes the selected ones, or all."""

    def __init__(self, theme: Theme, table: ProcessTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._table = theme, table
        self.empty_text = ""
        self.setModel(table)
        self.setItemDelegate(_ProcessCells(theme, table, self))
        self.setHorizontalHeader(_ProcessHeads(theme, table, self))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Processes on the GPUs"))
        self.copy_action = QAction(self.tr("Copy rows"), self)
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_action.triggered.connect(self.copy)
        self.addAction(self.copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The page's own keys go on to it."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_M):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Selected rows, or all, as text with tabs."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = chosen or list(range(len(self._table.rows)))
        QGuiApplication.clipboard().setText(self._table.copied(rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The command takes what is left."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none."""
        super().paintEvent(event)
        if self.empty_text:
            painter = QPainter(self.viewport())
            painter.setFont(self._theme.font(TABLE))
            painter.setPen(QColor(self._theme.tokens.text2))
            side, height = self._theme.px(_SIDE), self._theme.px(ROW_HEIGHT)
            where = QRectF(side, 0, self.viewport().width() - 2 * side, height)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), self.empty_text)

    def _fit(self) -> None:
        px = self._theme.px
        columns = self._table.columns
        taken = sum(px(column.width) for column in columns) + px(2 * _SIDE - 2 * _CELL)
        for at, column in enumerate(columns):
            width = px(column.width) if column.width else max(self.viewport().width() - taken, px(120))
            edge = px(_SIDE - _CELL) if at in (0, len(columns) - 1) else 0
            self.setColumnWidth(at, width + edge)

    def _take_theme(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(ROW_HEIGHT))
        self._fit()
        self.viewport().update()


class _ProcessHeads(QHeaderView):
    """Names with their units, and an arrow where the table is sorted."""

    def __init__(self, theme: Theme, table: ProcessTable, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._table = theme, table
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.sectionClicked.connect(self._sort)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self.length(), self._theme.px(HEAD_HEIGHT))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Ground, name, unit, arrow."""
        theme, tokens = self._theme, self._theme.tokens
        column = self._table.columns[logicalIndex]
        painter.save()
        painter.fillRect(rect, QColor(tokens.header))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))
        inner = _inner(rect, logicalIndex, len(self._table.columns), theme)
        name_font, unit_font = theme.font(TABLE, SEMIBOLD), theme.font(CAPTION)
        name_width = QFontMetrics(name_font).horizontalAdvance(column.title)
        unit_width = QFontMetrics(unit_font).horizontalAdvance(column.unit)
        gap = theme.px(6) if column.unit else 0
        left = inner.right() - name_width - gap - unit_width if column.right else inner.left()
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(name_font)
        painter.setPen(QColor(tokens.ink))
        painter.drawText(QRectF(left, rect.top(), name_width + 2, rect.height()), middle, column.title)
        painter.setFont(unit_font)
        painter.setPen(QColor(tokens.text2))
        unit_left = left + name_width + gap
        painter.drawText(QRectF(unit_left, rect.top(), unit_width + 2, rect.height()), middle, column.unit)
        by = self._table.sorted_by
        if by is not None and by[0] == logicalIndex:
            x = left - theme.px(9) if column.right else unit_left + unit_width + theme.px(8)
            _paint_arrow(painter, QPointF(x, rect.center().y()), 3.5 * theme.scale, tokens.accent, by[1])
        painter.restore()

    def _sort(self, section: int) -> None:
        self._table.sort_next(section)
        self.viewport().update()


class _ProcessCells(QStyledItemDelegate):
    """Cells from tokens: mine in ink and marked, others quieter."""

    def __init__(self, theme: Theme, table: ProcessTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._table = theme, table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        theme, tokens = self._theme, self._theme.tokens
        rect: QRect = option.rect
        row, column = self._table.rows[index.row()], self._table.columns[index.column()]
        view = self.parent()
        assert isinstance(view, QTableView)
        if view.selectionModel().isSelected(self._table.index(index.row(), index.column())):
            painter.fillRect(rect, QColor(tokens.accent_soft))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))
        inner = _inner(rect, index.column(), len(self._table.columns), theme)
        strong = column.field in ("command", "memory_bytes")
        if column.field == "command" and row.followed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            center = QPointF(inner.left() - theme.px(10), rect.center().y() + 0.5)
            paint_mark(painter, Origin.TRIAL, center, 9 * theme.scale, tokens)
        text = self._table.text(row, column.field)
        painter.setFont(theme.font(TABLE, MEDIUM if row.followed and strong else 400))
        missing = text in ("–", "!")
        painter.setPen(QColor(tokens.text3 if missing else tokens.ink if strong else tokens.text2))
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        elided = QFontMetrics(painter.font()).elidedText(
            " ".join(text.split()), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignVCenter), elided)


def _inner(rect: QRect, at: int, n: int, theme: Theme) -> QRect:
    """The place of the text; the outer columns keep the page's margin."""
    left = theme.px(_SIDE if at == 0 else _CELL)
    right = theme.px(_SIDE if at == n - 1 else _CELL)
    return QRect(rect.left() + left, rect.top(), rect.width() - left - right, rect.height())


def _paint_arrow(painter: QPainter, center: QPointF, half: float, color: str, descending: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    up = 1 if descending else -1
    points = [QPointF(-half, -up * half / 2), QPointF(half, -up * half / 2), QPointF(0, up * half / 2)]
    painter.drawPolygon(QPolygonF([center + point for point in points]))
