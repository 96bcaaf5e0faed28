"""The window that holds plan A against the form as it stands; it stays open beside the work."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gpuplanner.ui.compare.compare_view import CompareView
from gpuplanner.ui.compare.compare_words import ComparisonText
from gpuplanner.ui.theme import TEXT, Theme
from gpuplanner.ui.widgets.buttons import button

_SIZE = QSize(640, 740)


class CompareWindow(QWidget):
    """Shows what it is given; Escape closes it, Ctrl+C copies it as text."""

    pin_requested = Signal()
    """The present plan is to become A."""
    back_requested = Signal()
    """The form is to hold A again."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._theme = theme
        self.setWindowTitle(self.tr("Compare – GPU Planner"))
        self.view = CompareView(theme)
        self.empty = QLabel(self.tr("The plan has no estimate yet. When it has one, it is pinned as A."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.view)
        self.area.setAccessibleName(self.tr("Comparison"))
        self.pin = button(theme, self.tr("Pin this plan as A"))
        self.pin.setToolTip(self.tr("The plan in the form becomes A"))
        self.back = button(theme, self.tr("Back to A"))
        self.back.setToolTip(self.tr("The form holds A again; this can be undone"))
        self.copy = button(theme, self.tr("Copy"), icon="copy")
        self.pin.clicked.connect(self.pin_requested)
        self.back.clicked.connect(self.back_requested)
        self.copy.clicked.connect(self.copy_text)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self).activated.connect(self.copy_text)
        self._lay_out()
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.show_empty()
        self.resize(theme.px(_SIZE.width()), theme.px(_SIZE.height()))

    def show_comparison(self, text: ComparisonText, sentence: str) -> None:
        """Show another comparison."""
        self.view.show_comparison(text, sentence)
        self.area.show()
        self.empty.hide()
        for action in (self.pin, self.back, self.copy):
            action.setEnabled(True)

    def show_empty(self) -> None:
        """There is nothing to compare yet."""
        self.area.hide()
        self.empty.show()
        for action in (self.pin, self.back, self.copy):
            action.setEnabled(False)

    def copy_text(self) -> None:
        """Put the comparison on the clipboard, with tabs between the columns."""
        if self.view.text is not None:
            QGuiApplication.clipboard().setText("\n".join(self.view.text.lines()))

    def place_beside(self, window: QWidget) -> None:
        """Over the table at the left, so that form and results stay in sight."""
        frame, room = window.geometry(), window.screen().availableGeometry()
        px = self._theme.px
        height = min(px(_SIZE.height()), room.height() - px(64))
        self.resize(min(px(_SIZE.width()), room.width()), height)
        x = min(frame.left() + px(24), room.right() - self.width())
        y = min(frame.top() + px(48), room.bottom() - self.height() - px(40))  # 40: its title bar
        self.move(max(x, room.left()), max(y, room.top()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The surface, and a line above the buttons."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(0, self.area.geometry().bottom() + 1, self.width(), 1, QColor(tokens.line))

    def _lay_out(self) -> None:
        px = self._theme.px
        line = QHBoxLayout()
        line.setContentsMargins(px(16), px(8), px(16), px(8))
        line.setSpacing(px(8))
        line.addWidget(self.pin)
        line.addWidget(self.back)
        line.addStretch(1)
        line.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.area, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(line)

    def _take_theme(self) -> None:
        surface = f"background: {self._theme.tokens.surface}"
        self.area.viewport().setStyleSheet(surface)
        self.empty.setFont(self._theme.font(TEXT))
        self.empty.setStyleSheet(f"color: {self._theme.tokens.text2}")
        for action in (self.pin, self.back, self.copy):
            action.setFont(self._theme.font(TEXT))
        self.setMinimumSize(self._theme.px(480), self._theme.px(320))
        self.update()
