"""The preview of a correction: what it changes, then Apply or Not now.  It stays open beside the work."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.ui.correction.correction_view import CorrectionView
from gpuplanner.ui.correction.correction_words import CorrectionText
from gpuplanner.ui.theme import FIGURE, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button

_WIDTH, _MOST_HEIGHT = 600, 720
_MOST_NAME = 80


class CorrectionDialog(QDialog):
    """Shows what it is given; ``applied`` carries the name that the layer is to have."""

    applied = Signal(str)

    def __init__(self, theme: Theme, text: CorrectionText, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(self.tr("Show correction"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.title, self.subtitle = QLabel(text.title), QLabel(text.subtitle)
        for label in (self.title, self.subtitle):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.view = CorrectionView(theme)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.view)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.name = QLineEdit(name)
        self.name.setMaxLength(_MOST_NAME)
        self.name.setAccessibleName(self.tr("Name of the correction"))
        self._name_label = QLabel(self.tr("&Name"))
        self._name_label.setBuddy(self.name)
        self.apply = button(theme, self.tr("Apply"), primary=True)
        self.not_now = button(theme, self.tr("Not now"))
        self.apply.clicked.connect(self._accept)
        self.not_now.clicked.connect(self.reject)
        self.view.show_text(text)
        self._lay_out()
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.apply.setFocus()

    def _accept(self) -> None:
        self.applied.emit(self.name.text().strip())
        self.accept()

    def _lay_out(self) -> None:
        px = self._theme.px
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self._name_label)
        line.addWidget(self.name, 1)
        line.addSpacing(px(16))
        line.addWidget(self.not_now)
        line.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(4))
        column.addWidget(self.title)
        column.addWidget(self.subtitle)
        column.addSpacing(px(10))
        column.addWidget(self.area, 1)
        column.addSpacing(px(10))
        column.addLayout(line)

    def _take_theme(self) -> None:
        theme, px = self._theme, self._theme.px
        self.title.setFont(theme.font(FIGURE, SEMIBOLD))
        self.subtitle.setFont(theme.font(TABLE))
        self._name_label.setFont(theme.font(TABLE))
        self.name.setFont(theme.font(TABLE))
        for action in (self.apply, self.not_now):
            action.setFont(theme.font(TEXT))
        palette = self.subtitle.palette()
        palette.setColor(self.subtitle.foregroundRole(), QColor(theme.tokens.text2))
        self.subtitle.setPalette(palette)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), QColor(theme.tokens.surface))
        self.setPalette(palette)
        self.area.viewport().setStyleSheet(f"background: {theme.tokens.surface}")
        width = px(_WIDTH)
        # Laid out at its width first, for the height of wrapped lines follows from it.
        self.view.resize(width - 2 * px(20), self.view.height())
        frame = self.title.heightForWidth(width) + self.subtitle.heightForWidth(width) + px(120)
        room = self.screen().availableGeometry().height() - px(80)
        self.resize(width, min(self.view.height() + frame, px(_MOST_HEIGHT), room))
