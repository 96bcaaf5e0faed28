"""Help › Check for updates: which version this is, and what the address in the settings names."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gpuplanner import __version__
from gpuplanner.data.updates import Published, Standing
from gpuplanner.ui.theme import FIGURE, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button

_WIDTH, _NOTES_HEIGHT = 460, 160


class UpdateDialog(QDialog):
    """Shows one state after another; asks nothing itself."""

    settings_requested = Signal()
    again_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page = ""
        self.setWindowTitle(self.tr("Check for updates"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.title = self._label(FIGURE)
        self.title.setFont(theme.font(FIGURE, SEMIBOLD))
        self.text, self.version = self._label(TEXT), self._label(TABLE)
        self.version.setText(self.tr("This is GPU Planner {version}.").format(version=__version__))
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setFont(theme.font(TEXT))
        self.notes.setAccessibleName(self.tr("What is new there"))
        self.settings = button(theme, self.tr("Settings…"))
        self.settings.clicked.connect(self.settings_requested)
        self.again = button(theme, self.tr("Ask again"))
        self.again.clicked.connect(self.again_requested)
        self.page = button(theme, self.tr("Open page"))
        self.page.clicked.connect(self._open_page)
        self._close = button(theme, self.tr("Close"), primary=True)
        self._close.clicked.connect(self.accept)
        self._lay_out()

    def show_no_address(self) -> None:
        """Nobody has said where to look."""
        self._show(
            self.tr("No address is set"),
            self.tr(
                "Where newer versions are published is not known. If whoever gave you the program names an "
                "address, enter it in the settings, under Updates: one with https://, or a file or a folder, "
                "such as on a share of your lab."
            ),
        )

    def show_asking(self, address: str) -> None:
        """The question is under way."""
        self._show(self.tr("Asking…"), address)

    def show_published(self, published: Published, standing: Standing, address: str) -> None:
        """The answer, beside this version."""
        title = {
            Standing.NEWER: self.tr("Version {version} is available"),
            Standing.SAME: self.tr("This is the newest version"),
            Standing.OLDER: self.tr("This version is newer than the published one"),
        }[standing]
        source = self.tr("{address} names version {version}.")
        if standing is Standing.NEWER:
            source = self.tr("{address} names version {version}. Nothing is loaded or installed by itself.")
        values = {"version": published.version, "address": address}
        newer = standing is Standing.NEWER
        self._show(
            title.format(**values),
            source.format(**values),
            published.notes if newer else "",
            published.page if newer else "",
            again=not newer,
        )

    def show_problem(self, text: str) -> None:
        """There was no answer that is one."""
        self._show(self.tr("No answer that can be used"), text, again=True)

    def _show(self, title: str, text: str, notes: str = "", page: str = "", *, again: bool = False) -> None:
        self.title.setText(title)
        self.text.setText(text)
        self.notes.setPlainText(notes)
        self.notes.setVisible(bool(notes))
        lines = self.notes.blockCount() + 1  # and room for the frame
        self.notes.setFixedHeight(
            min(lines * self.notes.fontMetrics().lineSpacing(), self._theme.px(_NOTES_HEIGHT))
        )
        self._page = page
        self.page.setVisible(bool(page))
        self.page.setToolTip(page)
        self.again.setVisible(again)
        self.setAccessibleDescription(f"{title}. {text}")
        self._fit()

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self._page))

    def _lay_out(self) -> None:
        px = self._theme.px
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(24), px(24), px(24), px(16))
        self._column.setSpacing(px(8))
        for widget in (self.title, self.version, self.text, self.notes):
            self._column.addWidget(widget)
        self._column.addSpacing(px(8))
        line = QHBoxLayout()
        line.addWidget(self.settings)
        line.addStretch(1)
        for choice in (self.again, self.page, self._close):
            line.addWidget(choice)
        self._column.addLayout(line)
        self._close.setFocus()

    def _fit(self) -> None:
        """As high as what is said needs."""
        self._column.activate()
        width = self._theme.px(_WIDTH)
        self.setFixedSize(width, self._column.totalHeightForWidth(width))

    def _label(self, size: int) -> QLabel:
        label = QLabel()
        label.setFont(self._theme.font(size))
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)  # what a server says must not look like ours
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label
