"""The Report page: choices at the left, the pages at the right; it draws what it is given."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from gpuplanner.render.paper_pages import Pages
from gpuplanner.ui.report.report_preview import ReportPreview
from gpuplanner.ui.report.report_settings import ReportSettings
from gpuplanner.ui.theme import TEXT, Theme
from gpuplanner.ui.widgets.message_bar import MessageBar


class ReportPage(QWidget):
    """Arranges settings, messages and preview."""

    def __init__(self, theme: Theme, settings: ReportSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.settings = settings
        self.messages = MessageBar(theme, self)
        self.preview = ReportPreview(theme, self)
        self._nothing = QLabel()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setFont(theme.font(TEXT))
        self._sections: dict[str, int] = {}
        place = QWidget(self)
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.preview)
        self._stack.addWidget(self._nothing)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.messages)
        right.addWidget(place, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(settings)
        line.addLayout(right, 1)
        settings.page_requested.connect(lambda key: self.preview.go_to(self._sections.get(key, 0)))

    @property
    def has_pages(self) -> bool:
        """Whether there is something to save."""
        return self._stack.currentWidget() is self.preview

    def show_pages(self, pages: Pages) -> None:
        """Show a report."""
        self.preview.show_pages(pages)
        self._stack.setCurrentWidget(self.preview)
        keys = [section.key for section in pages.report.sections]
        self._sections = {}
        for key, (_title, number) in zip(keys, pages.marks, strict=True):
            self._sections.setdefault(key, number)
        self.settings.show_pages({key: number + 1 for key, number in self._sections.items()})

    def show_nothing(self, reason: str) -> None:
        """Say why there is no report, and what to do."""
        self._nothing.setText(reason)
        self._stack.setCurrentWidget(self._nothing)
        self.settings.show_pages({})

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground behind everything."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.window))
