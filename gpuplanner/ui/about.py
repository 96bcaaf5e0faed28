"""About: what this is, its version, and whose work is inside."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gpuplanner import __version__
from gpuplanner.ui.theme import FIGURE, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button


class AboutDialog(QDialog):
    """Name, version, purpose, licences."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About GPU Planner"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(24), px(24), px(16))
        column.setSpacing(px(8))
        title = _label("GPU Planner", theme, FIGURE)
        title.setFont(theme.font(FIGURE, SEMIBOLD))
        version = self.tr("Version {version}  ·  Qt {qt}  ·  Python {python}").format(
            version=__version__, qt=qVersion(), python=platform.python_version()
        )
        purpose = self.tr(
            "Will this fine-tune fit my GPU, how long will it take, and what is the cheapest change? "
            "Estimates are computed on this computer, from published formulae and measured rows."
        )
        licences = self.tr(
            "GPU Planner: Apache License 2.0. Qt and PySide6: LGPL 3. Inter: SIL Open Font License 1.1. "
            "The Qwen profile is taken from the README of QwenLM/Qwen."
        )
        column.addWidget(title)
        column.addWidget(_label(version, theme, TABLE, "text2"))
        column.addSpacing(px(8))
        column.addWidget(_label(purpose, theme, TEXT))
        column.addWidget(_label(licences, theme, TABLE, "text2"))
        column.addSpacing(px(8))
        line = QHBoxLayout()
        line.addStretch(1)
        close = button(theme, self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        line.addWidget(close)
        column.addLayout(line)
        width = px(440)
        self.setFixedSize(width, column.heightForWidth(width))


def _label(text: str, theme: Theme, px: int, token: str = "ink") -> QLabel:
    label = QLabel(text)
    label.setFont(theme.font(px))
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    palette = label.palette()
    palette.setColor(label.foregroundRole(), QColor(getattr(theme.tokens, token)))
    label.setPalette(palette)
    return label
