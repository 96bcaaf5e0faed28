"""Paints the cells of the table from tokens, and gives each field its editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.fields import FieldSpec, write_value
from gpuplanner.core.units import NONE
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import mix
from gpuplanner.ui.soon import soon
from gpuplanner.ui.table.cell_source import CellSource
from gpuplanner.ui.table.cells import CellLook
from gpuplanner.ui.table.frozen_columns import CELL_MARGIN
from gpuplanner.ui.theme import MEDIUM, REGULAR, TABLE, Theme
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.words import value_words

ROW_HEIGHT = 25
FULL_SCALE_ERROR = 0.10
_ERROR_BAR_HALF = 12
_ICON = 13
_MOST_ELISIONS = 20_000
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
# Selection and cursor are told to the delegate rather than read from each cell's option: touching
# `option.state` makes PySide build all of QStyle's enums, 5 ms of the start.


@dataclass(frozen=True)
class CellRange:
    """A rectangle of cells of the view, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


class CellDelegate(QStyledItemDelegate):
    """Cells as the design draws them; their ground is the view's own, but for the current row."""

    def __init__(self, theme: Theme, model: CellSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = model
        self.current_row = -1
        """Row of the view whose plan is shown.  The view keeps this and the next two."""
        self.block: tuple[CellRange, ...] = ()
        """Selected cells, where more than the cursor or one row is selected."""
        self.focused_cell: tuple[int, int] | None = None
        """The cursor, while the table has the keyboard."""
        self.completions: dict[str, Sequence[str]] = {}
        """Names that are offered while a cell of a column is typed; any other text is taken too."""
        self._colors: dict[str, QColor] = {}
        self._elisions: dict[tuple[str, int, int], str] = {}
        theme.changed.connect(self._take_theme)

    def _take_theme(self) -> None:
        self._elisions.clear()
        self._colors.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(self._theme.px(64), self._theme.px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell: ground, lines, then what its look says."""
        row, column = index.row(), index.column()
        rect: QRect = option.rect
        look = self._rows.look(row, column)
        in_row = row == self.current_row
        selected = any(r.holds(row, column) for r in self.block)
        if in_row or selected:
            painter.fillRect(rect, self._ground(in_row, selected))
        self._paint_content(painter, rect, column, look, in_row or selected)
        if self.focused_cell == (row, column):
            self._paint_focus(painter, rect)

    def _color(self, token: str) -> QColor:
        """The token as QColor; remembered, for a page of cells asks a thousand times."""
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = QColor(getattr(self._theme.tokens, token))
        return found

    def _ground(self, in_row: bool, selected: bool) -> QColor:
        token = "accent_soft" if in_row else "surface"
        if not selected:
            return self._color(token)
        return mix(self._theme.tokens.accent, getattr(self._theme.tokens, token), 0.16)

    def paint_row_line(self, painter: QPainter, row: int, bottom: int, width: int) -> None:
        """The line below a row, stronger where a series ends.  The view draws it once for all cells."""
        last = row + 1 >= self._rows.rowCount()
        ends_series = not last and self._rows.context(row + 1).starts_series
        painter.fillRect(0, bottom, width, 1, self._color("line_strong" if ends_series else "line"))

    def _paint_content(
        self, painter: QPainter, rect: QRect, column: int, look: CellLook, on_tint: bool
    ) -> None:
        theme = self._theme
        margin = theme.px(CELL_MARGIN)
        inner = QRect(rect.left() + margin, rect.top(), rect.width() - 2 * margin, rect.height() - 1)
        if look.bar is not None:
            self._paint_share(painter, inner, look.bar)
        if look.error is not None:
            self._paint_error(painter, inner, look.error)
        if look.icon:
            size = round(_ICON * theme.scale)
            target = QRectF(inner.left(), inner.center().y() - size / 2, size, size)
            paint_icon(painter, look.icon, getattr(theme.tokens, look.tone), target)
            inner.setLeft(inner.left() + size + theme.px(4))
        if not look.text:
            return
        tone = "text2" if on_tint and look.tone == "text3" else look.tone
        weight = MEDIUM if look.medium else REGULAR
        painter.setFont(theme.font(TABLE, weight))
        painter.setPen(self._color(tone))
        text = self._elided(look.text, weight, inner.width())
        right = self._rows.columns[column].is_right_aligned
        painter.drawText(inner, _RIGHT if right else _LEFT, text)
        if look.unreadable:
            self._paint_underline(painter, QRectF(inner), text, right)

    def _paint_share(self, painter: QPainter, inner: QRect, share: float) -> None:
        height = max(2, self._theme.px(2))
        top = inner.bottom() - height
        painter.fillRect(inner.left(), top, inner.width(), height, self._color("track"))
        filled = round(inner.width() * min(share, 1.0))
        painter.fillRect(inner.left(), top, filled, height, self._color("others"))

    def _paint_error(self, painter: QPainter, inner: QRect, error: float) -> None:
        theme = self._theme
        half = theme.px(_ERROR_BAR_HALF)
        height = theme.px(6)
        middle, top = inner.left() + half, inner.top() + (inner.height() - height) // 2
        painter.fillRect(middle, top - 2, 1, height + 4, self._color("line_strong"))
        length = half * max(-1.0, min(1.0, error / FULL_SCALE_ERROR))
        painter.fillRect(QRectF(middle + 0.5, top, length, height).normalized(), self._color("accent"))

    def _paint_underline(self, painter: QPainter, inner: QRectF, text: str, right: bool) -> None:
        metrics = QFontMetricsF(painter.font())
        width = max(metrics.horizontalAdvance(text), 12.0)
        left = inner.right() - width if right else inner.left()
        y = inner.center().y() + metrics.ascent() / 2 + 3
        pen = QPen(QColor(self._theme.tokens.no), 1.2)
        pen.setDashPattern([2, 1.5])
        painter.setPen(pen)
        painter.drawLine(QPointF(left, y), QPointF(left + width, y))

    def _paint_focus(self, painter: QPainter, rect: QRect) -> None:
        width = self._theme.tokens.focus_width
        painter.setPen(QPen(self._color("accent"), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width / 2
        painter.drawRect(QRectF(rect).adjusted(inset, inset, -inset, -inset - 1))

    def _elided(self, text: str, weight: int, width: int) -> str:
        """The text shortened to a width.  Measured once: most cells of a table hold the same few texts."""
        key = (text, weight, width)
        found = self._elisions.get(key)
        if found is None:
            metrics = QFontMetricsF(self._theme.font(TABLE, weight))
            # A path is told apart by its end.
            is_path = text.startswith(("/", "~/", "./", "../")) or ":\\" in text
            side = Qt.TextElideMode.ElideMiddle if is_path else Qt.TextElideMode.ElideRight
            found = metrics.elidedText(text, side, width)
            if len(self._elisions) > _MOST_ELISIONS:
                self._elisions.clear()
            self._elisions[key] = found
        return found

    # --- editing ---------------------------------------------------------------------------------

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A choice where the field has choices, else a line of text."""
        column = self._rows.columns[index.column()]
        spec = ROW_FIELD.get(column.key)
        if spec is not None and spec.choices:
            return self._choice_editor(parent, spec)
        editor = QLineEdit(parent)
        editor.setFont(self._theme.font(TABLE))
        editor.setFrame(False)
        editor.setTextMargins(0, 0, 0, 0)
        if column.is_right_aligned:
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setAccessibleName(column.title)
        editor.setProperty("cell", "true")
        names = self.completions.get(column.key)
        if names:
            completer = QCompleter(list(names), editor)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            editor.setCompleter(completer)
            popup = completer.popup()
            if popup is not None:
                popup.setFont(self._theme.font(TABLE))
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Start from the cell's own text."""
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            place = editor.findData(text)
            if place < 0:  # a text that is no choice: kept, to be seen and replaced
                editor.addItem(text or self.tr("not said"), text)
                place = editor.count() - 1
            editor.setCurrentIndex(place)
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Hand the text to the model, which reads it and keeps what it cannot read."""
        text = editor.currentData() if isinstance(editor, QComboBox) else cast(QLineEdit, editor).text()
        model.setData(index, text, Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell, or more where a choice needs it."""
        rect = QRect(option.rect)
        if isinstance(editor, QComboBox):
            rect.setWidth(max(rect.width(), editor.sizeHint().width()))
        editor.setGeometry(rect)

    def _choice_editor(self, parent: QWidget, spec: FieldSpec) -> QComboBox:
        editor = ComboBox(self._theme, parent)
        if spec.default is None:
            editor.addItem(self.tr("not said"), "")
        values = tuple(spec.kind) if issubclass(spec.kind, Enum) else (True, False)
        for value in values:
            words = value_words(value)
            editor.addItem(write_value(value) if words == NONE else words, write_value(value))
        editor.activated.connect(lambda _place: self._commit(editor))
        soon(editor, editor.showPopup)
        return editor

    def _commit(self, editor: QComboBox) -> None:
        if editor.isHidden():  # the cell was left; only the list of choices still stood there and took a key
            return
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
