"""What stands in the table's place while it is empty: four ways to begin, the recommended one tinted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPalette, QPen, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.theme import FIGURE, SEMIBOLD, TABLE, TEXT, Theme

_CARD_WIDTH, _CARD_HEIGHT = 480, 58
_RECENT_SHOWN = 5


class StartCard(QPushButton):
    """One way to begin: icon, title, what comes of it, its key."""

    def __init__(
        self, theme: Theme, icon: str, title: str, text: str, *, shortcut: str = "", recommended: bool = False
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._title = title
        self._text = text
        self._shortcut = shortcut
        self._recommended = recommended
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A card of two lines."""
        return QSize(self._theme.px(_CARD_WIDTH), self._theme.px(_CARD_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Narrow windows elide the second line."""
        return QSize(self._theme.px(240), self._theme.px(_CARD_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The whole card: a style sheet cannot set two lines."""
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self._recommended or self.hasFocus()
        painter.setPen(QPen(QColor(tokens.accent if strong else tokens.line_strong), 1))
        ground = tokens.accent_soft if self._recommended else tokens.surface
        if self.underMouse() and not self._recommended:
            ground = tokens.hover
        painter.setBrush(QColor(tokens.track if self.isDown() else ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)
        size = 18 * theme.scale
        icon_rect = QRectF(theme.px(19), (self.height() - size) / 2, size, size)
        paint_icon(painter, self._icon, tokens.accent if self._recommended else tokens.text2, icon_rect)
        self._paint_texts(painter)

    def _paint_texts(self, painter: QPainter) -> None:
        theme, tokens = self._theme, self._theme.tokens
        left, right = theme.px(56), self.width() - theme.px(16)
        line = theme.px(18)
        top = (self.height() - 2 * line) / 2 - 0.5
        painter.setFont(theme.font(TABLE))
        painter.setPen(QColor(tokens.text2))
        key_width = painter.fontMetrics().horizontalAdvance(self._shortcut)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(right - key_width, top, key_width + 1, line), middle, self._shortcut)
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRectF(left, top + line, right - left, line), middle, text)
        painter.setFont(theme.font(TEXT, SEMIBOLD))
        painter.setPen(QColor(tokens.ink))
        painter.drawText(QRectF(left, top, right - left - key_width, line), middle, self._title)


class StartPage(QScrollArea):
    """Shown instead of an empty table; it scrolls where large text leaves no room for all the cards."""

    profile_requested = Signal()
    paste_requested = Signal()
    open_requested = Signal()
    row_requested = Signal()
    recent_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = QLabel(self.tr("What has been measured?"))
        self._text = QLabel(
            self.tr(
                "The table holds benchmark rows. They show how far the estimate on the right can be "
                "trusted; it works without them too."
            )
        )
        self._text.setWordWrap(True)
        self._recent_title = QLabel(self.tr("Recent"))
        self._recent = QVBoxLayout()
        self._recent_buttons: list[QPushButton] = []
        self._column = QWidget()
        cards = self._cards()
        self._first_card = cards[0]
        self._build(cards)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def focus_first(self) -> None:
        """Give the keyboard to the recommended start."""
        self._first_card.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_recent(self, paths: Sequence[str]) -> None:
        """Files that were open lately, newest first."""
        for old in self._recent_buttons:
            self._recent.removeWidget(old)
            old.deleteLater()
        self._recent_buttons = [self._recent_button(path) for path in paths[:_RECENT_SHOWN]]
        for new in self._recent_buttons:
            self._recent.addWidget(new, 0, Qt.AlignmentFlag.AlignLeft)
        self._recent_title.setVisible(bool(self._recent_buttons))

    def showEvent(self, event: QShowEvent) -> None:
        """Dress anew: what scrolls loses its fonts to the style sheet when it gets its place in a window."""
        super().showEvent(event)
        self._take_theme()

    def _cards(self) -> list[StartCard]:
        theme = self._theme
        profile = StartCard(
            theme,
            "plan",
            self.tr("Open the Qwen profile"),
            self.tr("96 published rows on A100: LoRA, Q-LoRA and full, 1.8B to 72B"),
            shortcut=_keys("Ctrl+Shift+O"),
            recommended=True,
        )
        paste = StartCard(
            theme,
            "paste",
            self.tr("Paste a table"),
            self.tr("from a README, a web page or a spreadsheet, with a preview"),
            shortcut=_keys(QKeySequence.StandardKey.Paste),
        )
        opened = StartCard(
            theme,
            "folder",
            self.tr("Open a file"),
            self.tr(".gpuplan, CSV or TSV; or drop it here"),
            shortcut=_keys(QKeySequence.StandardKey.Open),
        )
        row = StartCard(
            theme,
            "plus",
            self.tr("Enter a row by hand"),
            self.tr("starts from the plan on the right; type what you measured"),
            shortcut=_keys("Ctrl+Shift+Return"),
        )
        profile.clicked.connect(self.profile_requested)
        paste.clicked.connect(self.paste_requested)
        opened.clicked.connect(self.open_requested)
        row.clicked.connect(self.row_requested)
        return [profile, paste, opened, row]

    def _build(self, cards: Sequence[StartCard]) -> None:
        inner = QVBoxLayout(self._column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(self._title)
        inner.addWidget(self._text)
        inner.addSpacing(12)
        for card in cards:
            inner.addWidget(card)
        inner.addSpacing(12)
        inner.addWidget(self._recent_title)
        inner.addLayout(self._recent)
        self._recent.setSpacing(0)
        ground = QWidget()
        outer = QVBoxLayout(ground)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addStretch(2)
        outer.addWidget(self._column, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(ground)
        self.setBackgroundRole(QPalette.ColorRole.Base)  # the surface of the table
        self.show_recent(())

    def _recent_button(self, path: str) -> QPushButton:
        new = QPushButton(Path(path).name)
        new.setToolTip(path)
        new.setProperty("flat", "true")
        new.setProperty("link", "true")
        new.setFont(self._theme.font(TEXT))
        new.clicked.connect(lambda: self.recent_requested.emit(path))
        return new

    def _take_theme(self) -> None:
        theme = self._theme
        self._column.setMaximumWidth(theme.px(_CARD_WIDTH))
        self._column.setMinimumWidth(min(theme.px(_CARD_WIDTH), theme.px(420)))
        self._title.setFont(theme.font(FIGURE, SEMIBOLD))
        self._text.setFont(theme.font(TEXT))
        self._recent_title.setFont(theme.font(TEXT, SEMIBOLD))
        palette = self._text.palette()
        palette.setColor(self._text.foregroundRole(), QColor(theme.tokens.text2))
        self._text.setPalette(palette)
        self.update()


def _keys(key: str | QKeySequence.StandardKey) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
