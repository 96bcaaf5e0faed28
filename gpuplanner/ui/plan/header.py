"""The bar below the menus: the pages at the left, undo and redo and the page's own actions at the right."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.theme import MEDIUM, SEMIBOLD, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.two_lines import TwoLines

HEADER_HEIGHT = 42
_ICON = 16


class PageTab(QPushButton):
    """A page's name with its icon, which gives way first; the page in use has an accent line below."""

    def __init__(self, theme: Theme, icon: str, title: str) -> None:
        super().__init__(title)
        self._theme = theme
        self._icon = icon
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        """Icon, name, and air."""
        return QSize(self._text_width() + self._theme.px(_ICON + 8 + 2 * 16), self._theme.px(HEADER_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The name alone."""
        return QSize(self._text_width() + self._theme.px(2 * 6), self._theme.px(HEADER_HEIGHT))

    def _text_width(self) -> int:
        self.setFont(self._theme.font(TEXT, SEMIBOLD))
        return self.fontMetrics().horizontalAdvance(self.text())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon and name, tinted when in use."""
        theme, tokens = self._theme, self._theme.tokens
        on = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and not on:
            painter.fillRect(self.rect().adjusted(0, 0, 0, -1), QColor(tokens.hover))
        size = _ICON * theme.scale
        left = float(theme.px(16))
        if self.width() < self.sizeHint().width():
            left = (self.width() - self._text_width()) / 2
        else:
            target = QRectF(left, (self.height() - size) / 2, size, size)
            paint_icon(painter, self._icon, tokens.accent if on else tokens.text2, target)
            left += size + theme.px(8)
        painter.setFont(theme.font(TEXT, SEMIBOLD if on else MEDIUM))
        painter.setPen(QColor(tokens.ink if on else tokens.text2))
        text_rect = QRectF(left, 0, self.width(), self.height())
        painter.drawText(text_rect, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if on:
            height = max(2, theme.px(2))
            painter.fillRect(QRect(0, self.height() - height, self.width(), height), QColor(tokens.accent))
        if self.hasFocus():
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(QRectF(self.rect()).adjusted(3.5, 5.5, -3.5, -6.5))


class Header(QWidget):
    """Pages and actions.  Only pages that exist are added; a single page still says where one is."""

    page_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tabs: dict[str, PageTab] = {}
        self._shows = False
        """A tab is checked by the program, not by the user."""
        self._action_pages: list[tuple[QWidget, str]] = []
        self._spare: list[tuple[QWidget, str]] = []
        self._lines = TwoLines(self)
        self._pages = QHBoxLayout()
        self._pages.setSpacing(0)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(8)
        self._lines.left.addLayout(self._pages)
        self._lines.left.addStretch(1)
        self._lines.right.addStretch(1)
        self._history = (button(theme, "", icon="undo", flat=True), button(theme, "", icon="redo", flat=True))
        for history in self._history:
            history.setEnabled(False)
            self._lines.right.addWidget(history)
        self._lines.right.addLayout(self._actions)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def add_page(self, key: str, icon: str, title: str, place: int = 0) -> None:
        """Name a page, at its place among the others; the first one is in use."""
        tab = PageTab(self._theme, icon, title)
        tab.setChecked(not self._tabs)
        # Not clicked: assistive technology checks a tab without clicking it.
        tab.toggled.connect(lambda on: self._chosen(key, on))
        self._tabs[key] = tab
        self._pages.insertWidget(place, tab)

    def set_history(self, stack: QUndoStack) -> None:
        """The stack behind the two arrows."""
        undo, redo = self._history
        undo.clicked.connect(stack.undo)
        redo.clicked.connect(stack.redo)
        stack.canUndoChanged.connect(undo.setEnabled)
        stack.canRedoChanged.connect(redo.setEnabled)
        stack.undoTextChanged.connect(self._name_undo)
        stack.redoTextChanged.connect(self._name_redo)
        self._name_undo(stack.undoText())
        self._name_redo(stack.redoText())

    def show_page(self, key: str) -> None:
        """Mark the page in use and show its actions."""
        self._shows = True
        self._tabs[key].setChecked(True)
        self._shows = False
        for widget, page in self._action_pages:
            widget.setVisible(page == key)
        self._take_spare()

    def _chosen(self, key: str, on: bool) -> None:
        if on and not self._shows:
            self.page_requested.emit(key)

    @property
    def shown_page(self) -> str:
        """Key of the page in use; an empty text before there is one."""
        return next((key for key, tab in self._tabs.items() if tab.isChecked()), "")

    def add_action(self, widget: QWidget, page: str, *, spare: bool = False) -> None:
        """Add a button at the right that is there while its page is in use.

        A ``spare`` one, which a menu offers too, gives way where there is no room in one line.
        """
        self._actions.addWidget(widget)
        self._action_pages.append((widget, page))
        if spare:
            self._spare.append((widget, page))
        widget.setVisible(page == self.shown_page)
        self._take_spare()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface between two lines."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))

    def _take_spare(self) -> None:
        """Undo and redo give way first: they have the best known keys."""
        spare = [widget for widget, page in self._spare if page == self.shown_page]
        self._lines.set_spare([*self._history, *spare])

    def _name_undo(self, step: str) -> None:
        _name(self._history[0], self.tr("Undo {step}").format(step=step), QKeySequence.StandardKey.Undo)

    def _name_redo(self, step: str) -> None:
        _name(self._history[1], self.tr("Redo {step}").format(step=step), QKeySequence.StandardKey.Redo)

    def _take_theme(self) -> None:
        px = self._theme.px
        self._lines.set_sizes(px(HEADER_HEIGHT), QMargins(px(8), 0, px(16), 0), 0)
        for history in self._history:
            history.setFixedSize(px(32), px(28))
        for tab in self._tabs.values():
            tab.updateGeometry()
        self.update()


def _name(history: QPushButton, text: str, keys: QKeySequence.StandardKey) -> None:
    """An icon alone needs a name, for the tip and for assistive technology."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    history.setAccessibleName(text.strip())
    history.setToolTip(f"{text.strip()} ({native})" if native else text.strip())
