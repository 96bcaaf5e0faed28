"""The plan in one line with the button that opens the form, where there is no room for form and results."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gpuplanner.core.plan import Plan
from gpuplanner.ui.theme import MEDIUM, TABLE, Theme
from gpuplanner.ui.wording import Wording

_HEIGHT, _MARGIN = 34, 16


class PlanSummary(QWidget):
    """ "Qwen-14B · QLoRA · 4,096 tokens · RTX 4090", and a button."""

    def __init__(self, theme: Theme, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._wording = theme, wording
        self._text = ""
        self.button = QPushButton()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, theme.px(_MARGIN), 0)
        layout.addStretch(1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_open(False)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def text(self) -> str:
        """The plan in words."""
        return self._text

    def show_plan(self, plan: Plan) -> None:
        """Say another plan."""
        names = ("model", "method", "seq_len", "gpu")
        texts = [self._wording.field_and_value(plan, name) for name in names]
        if plan.n_gpus > 1:
            texts[-1] = f"{plan.n_gpus} × {texts[-1]}"
        self._text = " · ".join(texts)
        self.setToolTip(self._text)
        self.setAccessibleName(self._text)
        self.update()

    def set_open(self, is_open: bool) -> None:
        """Name what the button does."""
        self.button.setText(self.tr("Show results") if is_open else self.tr("Edit plan"))
        self.button.setToolTip("F4")

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(300), self._theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text, and a line above."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        font = self._theme.font(TABLE, MEDIUM)
        painter.setFont(font)
        painter.setPen(QColor(tokens.ink))
        room = QRectF(px(_MARGIN), 0, self.button.x() - px(_MARGIN + 8), self.height())
        text = QFontMetricsF(font).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(_HEIGHT))
        self.button.setFont(self._theme.font(TABLE))
        self.update()
