"""The Plan page: table and estimator side by side, or as two tabs where the window is too narrow for both."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gpuplanner.ui.plan.header import PageTab
from gpuplanner.ui.table.table_page import SMALLEST_WIDTH, TablePage
from gpuplanner.ui.theme import Theme

_ESTIMATOR_LEAST, _ESTIMATOR_MOST = 560, 760
# Width of the page → width of the estimator, as drawn in the design; in between in proportion.
_ESTIMATOR_WIDTHS = ((1200, 560), (1280, 584), (1440, 636), (2200, 760))
_TABS_HEIGHT = 36


class PlanPage(QWidget):
    """Arranges what it is given; the estimator comes later than the table, so that the window shows early."""

    def __init__(self, theme: Theme, table: TablePage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table = table
        self._estimator: QWidget | None = None
        self._is_narrow = False
        self._user_chose = False
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(table)
        self._splitter.splitterMoved.connect(self._moved_by_user)
        self._tabs = _TwoTabs(theme, self.tr("Table"), self.tr("Estimate"), self)
        self._tabs.left.clicked.connect(lambda: self.show_side(estimator=False))
        self._tabs.right.clicked.connect(lambda: self.show_side(estimator=True))
        self._tabs.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(self._splitter, 1)
        self._column = column
        theme.changed.connect(self._arrange)

    @property
    def is_narrow(self) -> bool:
        """Whether table and estimator are two tabs."""
        return self._is_narrow

    def set_estimator(self, estimator: QWidget) -> None:
        """Put the estimator beside the table.  Its own minimum width counts, where it has one."""
        self._estimator = estimator
        self._splitter.addWidget(estimator)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._arrange()

    def set_strip(self, strip: QWidget) -> None:
        """Put the local GPUs below table and estimator; the strip decides its own height."""
        self._column.addWidget(strip)

    def show_side(self, *, estimator: bool) -> None:
        """In a narrow window: the table, or the estimator."""
        if not self._is_narrow or self._estimator is None:
            return
        self._tabs.show_side(right=estimator)
        self._table.setVisible(not estimator)
        self._estimator.setVisible(estimator)

    def state(self) -> QByteArray:
        """Where the user put the splitter, to be remembered; empty when it was left alone."""
        return self._splitter.saveState() if self._user_chose else QByteArray()

    def restore(self, state: QByteArray) -> None:
        """Put the splitter where the user left it; anything else is ignored."""
        self._user_chose = self._splitter.restoreState(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side, or two tabs."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self._estimator is None:
            return
        px = self._theme.px
        least = self._estimator.minimumWidth() or px(_ESTIMATOR_LEAST)
        narrow = self.width() < px(SMALLEST_WIDTH) + 1 + least
        self._estimator.setMaximumWidth(16_777_215 if narrow else px(_ESTIMATOR_MOST))
        if not narrow and not self._user_chose:
            width = px(_estimator_width(self.width() / self._theme.scale))
            self._splitter.setSizes([self.width() - width - 1, width])
        self._table.setMinimumWidth(0 if narrow else px(SMALLEST_WIDTH))
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        self._tabs.setVisible(narrow)
        if narrow:
            self.show_side(estimator=False)
        else:
            self._table.show()
            self._estimator.show()

    def _moved_by_user(self) -> None:
        self._user_chose = True


def _estimator_width(page: float) -> float:
    """The estimator's share of a page, both in the design's pixels."""
    first, last = _ESTIMATOR_WIDTHS[0], _ESTIMATOR_WIDTHS[-1]
    if page <= first[0]:
        return first[1]
    for (left, narrow), (right, wide) in pairwise(_ESTIMATOR_WIDTHS):
        if page <= right:
            return narrow + (wide - narrow) * (page - left) / (right - left)
    return last[1]


class _TwoTabs(QWidget):
    """Table | Estimate."""

    def __init__(self, theme: Theme, left: str, right: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.left = PageTab(theme, "plan", left)
        self.right = PageTab(theme, "chart", right)
        self.left.setChecked(True)
        self._line = QHBoxLayout(self)
        self._line.setSpacing(0)
        self._line.addWidget(self.left)
        self._line.addWidget(self.right)
        self._line.addStretch(1)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_side(self, *, right: bool) -> None:
        """Mark the side in use."""
        (self.right if right else self.left).setChecked(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground of a tool row."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _take_theme(self) -> None:
        self._line.setContentsMargins(self._theme.px(8), 0, 0, 0)
        self.setFixedHeight(self._theme.px(_TABS_HEIGHT))
