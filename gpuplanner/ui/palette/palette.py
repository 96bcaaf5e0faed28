"""The palette: a line to type in and what it finds, over the window; gone with Escape or a choice."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from gpuplanner.ui.palette.entries import Entry, found
from gpuplanner.ui.palette.palette_list import ROW_HEIGHT, EntryDelegate, EntryModel
from gpuplanner.ui.soon import soon
from gpuplanner.ui.theme import TABLE, TEXT, Theme

_WIDTH, _TOP, _ROWS, _INSET = 640, 56, 12, 8
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QWidget):
    """Lies over a window as a part of it, so that the keyboard goes back to where it was."""

    def __init__(self, theme: Theme, entries: Sequence[Entry], window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._entries, self._window = theme, entries, window
        self._before = QApplication.focusWidget()
        self.setAccessibleName(self.tr("Find an action"))
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Type an action, a page, a recent file or a model"))
        self.field.setAccessibleName(self.tr("Find an action"))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._find)
        self.list = QListView(self)
        self.list.setAccessibleName(self.tr("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.model = EntryModel(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(EntryDelegate(theme, self))
        self.list.clicked.connect(self._run)
        self._none = QLabel(self.tr("Nothing is called that."), self)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self._none)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self._find("")
        window.installEventFilter(self)

    def open(self) -> None:
        """Show it and take the keyboard."""
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]

    def close_up(self) -> None:
        """Go, and give the keyboard back."""
        if self.isHidden():
            return
        had_keyboard = self.field.hasFocus()
        self.hide()
        if had_keyboard and self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.deleteLater()

    @property
    def current(self) -> Entry | None:
        """What Enter does."""
        index = self.list.currentIndex()
        return self.model.entries[index.row()] if index.isValid() else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line that belong to the list; the window's size."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        elif key in _MOVES:
            QApplication.sendEvent(self.list, event)
        else:
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return True

    def _find(self, typed: str) -> None:
        entries = found(self._entries, typed)
        self.model.show_entries(entries)
        first = next((row for row, entry in enumerate(entries) if entry.is_enabled), None)
        self.list.setCurrentIndex(QModelIndex() if first is None else self.model.index(first))
        self.list.scrollToTop()
        self._none.setVisible(not entries)
        self.list.setVisible(bool(entries))
        self._place()

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid() or not self.model.entries[index.row()].is_enabled:
            return
        call = self.model.entries[index.row()].run
        self.close_up()
        # When the keyboard is back where it was: Copy copies from there.
        soon(self._window, call)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and now is not self and not self.isAncestorOf(now):
            self.close_up()

    def _place(self) -> None:
        window, px = self._window, self._theme.px
        rows = min(max(len(self.model.entries), 1), _ROWS)
        height = self.field.sizeHint().height() + rows * px(ROW_HEIGHT) + 4 * px(_INSET)
        width = min(px(_WIDTH), window.width() - 2 * px(_INSET))
        top = min(px(_TOP), window.height() // 8)
        height = min(height, window.height() - top - px(_INSET))
        self.setGeometry((window.width() - width) // 2, top, width, height)

    def _take_theme(self) -> None:
        px, theme = self._theme.px, self._theme
        layout = self.layout()
        assert layout is not None, "made in the constructor"
        layout.setContentsMargins(*4 * (px(_INSET),))
        layout.setSpacing(px(_INSET))
        self.field.setFont(theme.font(TEXT))
        self.field.setMinimumHeight(px(32))
        self._none.setFont(theme.font(TABLE))
        # The style sheet gives lists the ground of a page; this one lies above it.
        self.list.setStyleSheet(f"QListView {{ background: {theme.tokens.raised}; }}")
        self._place()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Raised ground with an edge that can be seen on any page."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.ink if tokens.frames else tokens.control), 1))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
