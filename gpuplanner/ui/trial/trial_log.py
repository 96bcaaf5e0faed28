"""The log of a trial: bounded, copyable, at its end unless somebody has scrolled up."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from gpuplanner.ui.theme import CAPTION, Theme

MOST_LINES = 2_000
_LONGEST = 500
"""Characters of a line that are shown; a longer one only holds the layout up."""


class TrialLog(QWidget):
    """Lines with the time of day at which they came."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.editor = QPlainTextEdit(self)
        self.editor.setReadOnly(True)
        self.editor.setUndoRedoEnabled(False)
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setMaximumBlockCount(MOST_LINES)
        self.editor.setAccessibleName(self.tr("Log of the trial"))
        self.editor.setPlaceholderText(self.tr("What the trial and its libraries say appears here."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.editor)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def text(self) -> str:
        """Everything that is kept."""
        return self.editor.toPlainText()

    def clear(self) -> None:
        """Begin anew."""
        self.editor.clear()

    def add(self, lines: Sequence[str]) -> None:
        """Add lines in one go; the view follows if it stood at the end."""
        if not lines:
            return
        bar = self.editor.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 1
        kept = bar.value()
        clock = time.strftime("%H:%M:%S")
        self.editor.appendPlainText("\n".join(f"{clock}  {_shown(line)}" for line in lines))
        if at_end:
            bar.setValue(bar.maximum())
        else:
            bar.setValue(kept)

    def _take_theme(self) -> None:
        self.editor.setFont(self._theme.fixed_font(CAPTION))
        self.editor.setMinimumHeight(self._theme.px(64))


def _shown(line: str) -> str:
    line = line.replace("\r", " ").replace("\n", " ")
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
