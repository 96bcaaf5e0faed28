"""Paints the cells of the table from tokens, and gives each field its editor."""

from __future__ import annotations

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
    QTimer,
)
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.fields import FieldSpec, write_value
from gpuplanner.core.units import NONE
from gpuplanner.ui.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.cells import CellLook
from gpuplanner.ui.controls import ComboBox
from gpuplanner.ui.icons import paint_icon
from gpuplanner.ui.table_header import CELL_MARGIN
from gpuplanner.ui.theme import MEDIUM, REGULAR, TABLE, Theme, mix
from gpuplanner.ui.words import value_words

ROW_HEIGHT = 25
FULL_SCALE_ERROR = 0.10
_ERROR_BAR_HALF = 12
_ICON = 13
_MOST_ELISIONS = 20_000


class CellDelegate(QStyledItemDelegate):
    """Cells as the design draws them: no grid, lines between rows, a stronger one where a series starts."""

    def __init__(self, theme: Theme, model: BenchmarkTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = model
        self.current_row = -1
        """Row of the view whose plan is shown; the view keeps it."""
        self.selects_block = False
        """Whether more than the current cell is selected, so that the block has to be seen."""
        self._elisions: dict[tuple[str, int, int], str] = {}
        theme.changed.connect(self._take_theme)

    def _take_theme(self) -> None:
        self._elisions.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(self._theme.px(64), self._theme.px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell: ground, lines, then what its look says."""
        row, column = index.row(), index.column()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        look = self._rows.look(row, column)
        painter.save()
        in_row = row == self.current_row
        selected = bool(state & QStyle.StateFlag.State_Selected) and self.selects_block
        painter.fillRect(rect, self._ground(in_row, selected))
        self._paint_lines(painter, rect, row)
        self._paint_content(painter, rect, column, look, in_row or selected)
        if state & QStyle.StateFlag.State_HasFocus:
            self._paint_focus(painter, rect)
        painter.restore()

    def _ground(self, in_row: bool, selected: bool) -> QColor:
        tokens = self._theme.tokens
        ground = tokens.accent_soft if in_row else tokens.surface
        return mix(tokens.accent, ground, 0.16) if selected else QColor(ground)

    def _paint_lines(self, painter: QPainter, rect: QRect, row: int) -> None:
        tokens = self._theme.tokens
        last = row + 1 >= self._rows.rowCount()
        ends_series = not last and self._rows.context(row + 1).starts_series
        color = tokens.line_strong if ends_series else tokens.line
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(color))

    def _paint_content(
        self, painter: QPainter, rect: QRect, column: int, look: CellLook, on_tint: bool
    ) -> None:
        theme, tokens = self._theme, self._theme.tokens
        margin = theme.px(CELL_MARGIN)
        inner = QRectF(rect).adjusted(margin, 0, -margin, -1)
        if look.bar is not None:
            self._paint_share(painter, inner, look.bar)
        if look.error is not None:
            self._paint_error(painter, inner, look.error)
        if look.icon:
            size = _ICON * theme.scale
            target = QRectF(inner.left(), inner.center().y() - size / 2, size, size)
            paint_icon(painter, look.icon, getattr(tokens, look.tone), target)
            inner.setLeft(target.right() + theme.px(4))
        tone = "text2" if on_tint and look.tone == "text3" else look.tone
        weight = MEDIUM if look.medium else REGULAR
        font = theme.font(TABLE, weight)
        painter.setFont(font)
        painter.setPen(QColor(getattr(tokens, tone)))
        text = self._elided(look.text, weight, int(inner.width()))
        right = self._rows.columns[column].is_right_aligned
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignVCenter), text)
        if look.unreadable:
            self._paint_underline(painter, inner, text, right)

    def _paint_share(self, painter: QPainter, inner: QRectF, share: float) -> None:
        tokens, height = self._theme.tokens, max(2.0, 2 * self._theme.scale)
        top = inner.bottom() - height - 1
        painter.fillRect(QRectF(inner.left(), top, inner.width(), height), QColor(tokens.track))
        filled = QRectF(inner.left(), top, inner.width() * min(share, 1.0), height)
        painter.fillRect(filled, QColor(tokens.others))

    def _paint_error(self, painter: QPainter, inner: QRectF, error: float) -> None:
        tokens, theme = self._theme.tokens, self._theme
        half = _ERROR_BAR_HALF * theme.scale
        middle = inner.left() + half
        height = round(6 * theme.scale)
        top = inner.center().y() - height / 2
        painter.fillRect(
            QRectF(middle - 0.5, top - theme.px(2), 1, height + theme.px(4)), QColor(tokens.line_strong)
        )
        length = half * max(-1.0, min(1.0, error / FULL_SCALE_ERROR))
        bar = QRectF(middle, top, length, height).normalized()
        painter.fillRect(bar, QColor(tokens.accent))

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
        painter.setPen(QPen(QColor(self._theme.tokens.accent), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width / 2
        painter.drawRect(QRectF(rect).adjusted(inset, inset, -inset, -inset - 1))

    def _elided(self, text: str, weight: int, width: int) -> str:
        """The text shortened to a width.  Measured once: most cells of a table hold the same few texts."""
        key = (text, weight, width)
        found = self._elisions.get(key)
        if found is None:
            metrics = QFontMetricsF(self._theme.font(TABLE, weight))
            found = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
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
        QTimer.singleShot(0, editor, editor.showPopup)
        return editor

    def _commit(self, editor: QComboBox) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
