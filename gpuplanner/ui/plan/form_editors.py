"""Editors of the plan form beside numbers: choices, names that may be paths, switches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gpuplanner.core.fields import Value
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.controls import CONTROL_HEIGHT, CheckBox, ComboBox, paint_frame
from gpuplanner.ui.widgets.number_field import NumberField
from gpuplanner.ui.widgets.undo_keys import leaves_undo


class DescribedItems(QStyledItemDelegate):
    """Items of a list with a second text at the right."""

    ROLE = int(Qt.ItemDataRole.UserRole) + 1

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Room for both texts."""
        size = super().sizeHint(option, index)
        words = str(index.data(self.ROLE) or "")
        wide = QFontMetricsF(self._theme.font(TABLE)).horizontalAdvance(words) + self._theme.px(28)
        return QSize(size.width() + round(wide), self._theme.px(CONTROL_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The item, then its second text."""
        super().paint(painter, option, index)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        tokens = self._theme.tokens
        painter.setFont(self._theme.font(TABLE))
        painter.setPen(QColor(tokens.on_accent if selected else tokens.text2))
        rect = option.rect.adjusted(0, 0, -self._theme.px(8), 0)
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, int(side), str(index.data(self.ROLE) or ""))


class ChoiceField(ComboBox):
    """One of a few values by their words."""

    edited = Signal(object)

    def __init__(self, theme: Theme, options: Iterable[tuple[Value, str]]) -> None:
        super().__init__(theme)
        self._options: list[Value] = []
        self._describe: Callable[[Value], str] | None = None
        for value, words in options:
            self._options.append(value)
            self.addItem(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda index: self.edited.emit(self._options[index]))

    @property
    def value(self) -> Value:
        """The value chosen."""
        return self._options[self.currentIndex()] if self.currentIndex() >= 0 else None

    def set_value(self, value: Value) -> None:
        """Choose a value; one that is not among the options is added, for rows may hold it."""
        # Not `index`: words of different fields are equal where their texts are ("none").
        place = next((i for i, option in enumerate(self._options) if option == value), -1)
        if place < 0:
            self._options.append(value)
            self.addItem(str(value))
            place = len(self._options) - 1
        if place != self.currentIndex():
            self.setCurrentIndex(place)
        self.setToolTip("")

    def set_text(self, text: str) -> None:
        """Show a text that is none of the options."""
        if self.findText(text) < 0:
            self._options.append(text)
            self.addItem(text)
        self.setCurrentIndex(self.findText(text))

    def set_words(self, value: Value, words: str) -> None:
        """Other words for an option, such as what "automatic" comes to."""
        for place, option in enumerate(self._options):
            if option is value and self.itemText(place) != words:
                self.setItemText(place, words)

    def describe_with(self, describe: Callable[[Value], str]) -> None:
        """Show more about each option in the list; asked when it opens for the first time."""
        self._describe = describe

    def showPopup(self) -> None:
        """Open the list, with what is known about each option at the right."""
        if self._describe is not None and not isinstance(self.itemDelegate(), DescribedItems):
            for place, value in enumerate(self._options):
                self.setItemData(place, self._describe(value), DescribedItems.ROLE)
            self.setItemDelegate(DescribedItems(self._theme, self))
            self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + self._theme.px(24))
        super().showPopup()


class ElidedEdit(QLineEdit):
    """Ends in "…" where the text is too long, until it has the cursor; a path keeps its end.

    The click that brings the cursor selects all of it: what is typed then replaces the name.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._just_entered = False

    def event(self, event: QEvent) -> bool:
        """Undo is the window's where nothing was typed."""
        if leaves_undo(self, event):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember that it was a click, which will put the cursor between two letters."""
        super().focusInEvent(event)
        self._just_entered = event.reason() is Qt.FocusReason.MouseFocusReason

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of the click that brought the cursor; whoever has dragged keeps what was selected."""
        super().mouseReleaseEvent(event)
        if self._just_entered and not self.hasSelectedText():
            self.selectAll()
        self._just_entered = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The editor, or its elided text."""
        text, metrics = self.text(), QFontMetricsF(self.font())
        left = self.textMargins().left() + 2
        room = self.width() - left
        if self.hasFocus() or metrics.horizontalAdvance(text) <= room:
            super().paintEvent(event)
            return
        is_path = "/" in text or "\\" in text
        mode = Qt.TextElideMode.ElideLeft if is_path else Qt.TextElideMode.ElideRight
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        rect = QRectF(left, 0, room, self.height())
        painter.drawText(rect, int(side), metrics.elidedText(text, mode, room))


class NameField(ComboBox):
    """A name out of a list, or any other text; what is typed counts once it is finished."""

    edited = Signal(object)
    unreadable = Signal(str, str)

    def __init__(
        self, theme: Theme, names: Sequence[str], read: Callable[[str], Value] | None = None
    ) -> None:
        super().__init__(theme)
        self._read = read or (lambda text: text)
        self._shown = ""
        self._editor = ElidedEdit()
        self.setLineEdit(self._editor)  # which makes it editable
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_names(names)
        self.activated.connect(lambda _index: self._commit())
        self._editor.editingFinished.connect(self._commit)

    def setAccessibleName(self, name: str) -> None:
        """The editor, which has the cursor, is called the same."""
        super().setAccessibleName(name)
        self._editor.setAccessibleName(name)

    def set_names(self, names: Sequence[str]) -> None:
        """Offer other names; the text stays."""
        text = self.currentText()
        self.clear()
        self.addItems(list(names))
        self.setEditText(text)
        completer = QCompleter(QStringListModel(list(names), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(12)
        popup = completer.popup()
        if popup is not None:
            popup.setFont(self._theme.font(TABLE))
            popup.setMinimumWidth(self._theme.px(230))
            popup.setProperty("popup", "true")  # for the sheet: it is no child of this field
        completer.activated.connect(lambda _text: self._commit())
        self.setCompleter(completer)
        self._place_editor()

    @property
    def value(self) -> str:
        """The text in use."""
        return self._shown

    def set_value(self, value: Value) -> None:
        """Show a text, its end where it is a path."""
        text = str(value or "")
        self._shown = text
        if self.currentText() != text and not (self._editor.hasFocus() and self._editor.isModified()):
            self.setEditText(text)
        if not self._editor.hasFocus():
            self._editor.setCursorPosition(len(text) if "/" in text or "\\" in text else 0)

    def set_text(self, text: str) -> None:
        """Show a text that could not be read."""
        if self.currentText() != text:
            self.setEditText(text)

    def commit(self, text: str) -> None:
        """Take a text as if it had been typed."""
        self.setEditText(text)
        self._commit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Border and arrow; the text belongs to the editor inside."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_frame(painter, self, self._theme, self._border, hovered=self.underMouse())
        size = self._theme.px(16)
        center = QPointF(self.width() - self._theme.px(13), self.height() / 2)
        corner = center - QPointF(size / 2, size / 2)
        paint_icon(
            painter, "chevron-down", self._theme.tokens.text2, QRectF(corner.x(), corner.y(), size, size)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt places the editor anew; so do we."""
        super().resizeEvent(event)
        self._place_editor()

    def changeEvent(self, event: QEvent) -> None:
        """With another font or sheet Qt places the editor anew too."""
        super().changeEvent(event)
        if self.lineEdit() is not None:
            self._place_editor()

    def _place_editor(self) -> None:
        """Off the arrow, which the style places for another size, and its text where every field has it."""
        left = self._theme.px(self._padding) - 1
        room = self.width() - left - self._theme.px(20)
        self._editor.setGeometry(left, 1, room, self.height() - 2)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the form changes nothing."""
        event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving takes what was typed."""
        super().focusOutEvent(event)
        self._commit()

    def _commit(self) -> None:
        text = self.currentText().strip()
        if text == self._shown:
            return
        self._editor.setModified(False)
        try:
            value = self._read(text)
        except ValueError as error:
            self.unreadable.emit(text, str(error))
            return
        self._shown = text
        self.edited.emit(value)


class FlagField(CheckBox):
    """A switch."""

    edited = Signal(object)

    def __init__(self, theme: Theme, text: str = "") -> None:
        super().__init__(theme, text)
        self.clicked.connect(lambda on: self.edited.emit(on))

    @property
    def value(self) -> bool:
        """Whether it is on."""
        return self.isChecked()

    def set_value(self, value: Value) -> None:
        """Show a value."""
        self.setChecked(bool(value))

    def set_text(self, text: str) -> None:
        """A switch cannot show a text that is neither on nor off; its message does."""

    def set_border(self, token: str) -> None:
        """A switch has no border to mark."""


Editor = NumberField | ChoiceField | NameField | FlagField


def focus_field(editor: QWidget) -> None:
    """Put the cursor into an editor, with its text selected."""
    editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
    if isinstance(editor, QLineEdit):
        editor.selectAll()
