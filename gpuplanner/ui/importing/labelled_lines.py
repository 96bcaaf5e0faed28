"""A small form beside the preview of an import: a label and its control on each line."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gpuplanner.ui.theme import TABLE, Theme


class LabelledLines(QWidget):
    """Whoever derives from it adds its lines, then calls `follow_theme`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(theme.px(4))

    def add_line(self, text: str, widget: QWidget) -> None:
        """A line below the others; the label names the control for those who do not see it."""
        row = self._grid.rowCount()
        label = QLabel(text)
        label.setBuddy(widget)
        widget.setAccessibleName(text)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(widget, row, 1)

    def follow_theme(self) -> None:
        """Dress the labels that there are, now and when the theme changes."""
        self._theme.changed.connect(self._take_theme)
        self._take_theme()

    def _take_theme(self) -> None:
        for label in self.findChildren(QLabel):
            label.setFont(self._theme.font(TABLE))
            label.setStyleSheet(f"color: {self._theme.tokens.text2}")
