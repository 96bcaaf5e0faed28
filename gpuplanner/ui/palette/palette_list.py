"""The list of the palette: a title, where it stands, its key; what cannot be done now is dim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gpuplanner.ui.palette.entries import Entry
from gpuplanner.ui.theme import MEDIUM, TABLE, TEXT, Theme

ROW_HEIGHT = 30
_SIDE, _MARK, _GAP = 12, 20, 10
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class EntryModel(QAbstractListModel):
    """The entries that were found."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: Sequence[Entry] = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show others."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, or all that a screen reader says."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        return entry.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What cannot be done now cannot be chosen."""
        return (
            super().flags(index) if self.entries[index.row()].is_enabled else Qt.ItemFlag.ItemNeverHasChildren
        )


class EntryDelegate(QStyledItemDelegate):
    """Paints a row of an `EntryModel`."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One line."""
        return QSize(0, self._theme.px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Mark, title, place, key."""
        model = index.model()
        assert isinstance(model, EntryModel)
        entry, tokens, px = model.entries[index.row()], self._theme.tokens, self._theme.px
        state, rect = option.state, QRectF(option.rect)
        on = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on:
            inside = rect.adjusted(4.5, 0.5, -4.5, -0.5)
            painter.setPen(QPen(QColor(tokens.accent)) if tokens.frames else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(inside, 4, 4)
        ink, dim = (tokens.ink, tokens.text2) if entry.is_enabled else (tokens.text3, tokens.text3)
        inside = rect.adjusted(px(_SIDE), 0, -px(_SIDE), 0)
        if entry.is_checked:
            painter.setFont(self._theme.font(TEXT, MEDIUM))
            painter.setPen(QColor(ink))
            painter.drawText(inside, _LEFT, "✓")
        inside.setLeft(inside.left() + px(_MARK))
        small = self._theme.font(TABLE)
        keys_width = QFontMetricsF(small).horizontalAdvance(entry.keys)
        painter.setFont(small)
        painter.setPen(QColor(dim))
        painter.drawText(inside, _RIGHT, entry.keys)
        inside.setRight(inside.right() - keys_width - px(_GAP))
        font = self._theme.font(TEXT)
        metrics, small_metrics = QFontMetricsF(font), QFontMetricsF(small)
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideMiddle, inside.width())
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(inside, _LEFT, title)
        inside.setLeft(inside.left() + metrics.horizontalAdvance(title) + px(_GAP))
        painter.setFont(small)
        painter.setPen(QColor(dim))
        place = small_metrics.elidedText(entry.place, Qt.TextElideMode.ElideRight, max(0.0, inside.width()))
        painter.drawText(inside, _LEFT, place)
        painter.restore()


_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine)
