"""How the Trial page shares its room between left column, charts and log; it scrolls where it must."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gpuplanner.render.trial_view import TrialChart
from gpuplanner.ui.theme import SEMIBOLD, TABLE, Theme
from gpuplanner.ui.trial.trial_log import TrialLog
from gpuplanner.ui.trial.trial_side import WIDTH, TrialSide

_LEAST_WIDTH = 280
"""Of the charts; where less is left beside the left column they stand below it."""
_LEAST_HEIGHTS = (176, 120, 88)
"""Of the three charts: with head, axis and names the lines in them can still be told apart."""
_TITLE, _LOG = 24, 64


class TrialBody(QScrollArea):
    """Side by side as long as the window is wide enough for its text; never lower than charts can be read."""

    def __init__(
        self, theme: Theme, side: TrialSide, charts: tuple[TrialChart, TrialChart, TrialChart], log: TrialLog
    ) -> None:
        super().__init__()
        self._theme, self._side, self._charts, self._log = theme, side, charts, log
        self._title = QLabel(self.tr("Log"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = _Ground(theme, side, (charts[1], charts[2], self._title))
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._content)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(0)
        self._right = QVBoxLayout()
        for part in (*charts, self._title, log):
            self._right.addWidget(part)
        self._right.setStretch(0, 5)
        self._right.setStretch(1, 4)
        self._line.addWidget(side)
        self._line.addLayout(self._right, 1)
        self.setWidget(self._content)
        side.body.installEventFilter(self)  # its height changes with what is said in it
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window gives the step times and the log less; a narrow one puts the charts below."""
        super().resizeEvent(event)
        self._share()

    def showEvent(self, event: QShowEvent) -> None:
        """Dress anew: what scrolls loses its fonts to the style sheet when it gets its place in a window."""
        super().showEvent(event)
        self._take_theme()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The left column says more or less than before."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._share()
        return super().eventFilter(watched, event)

    def _share(self) -> None:
        px, high = self._theme.px, self.height()
        self._charts[2].setFixedHeight(px(100) if high > px(640) else px(_LEAST_HEIGHTS[2]))
        self._log.setFixedHeight(max(px(_LOG), min(px(220), round(0.115 * high))))
        below = self.width() < px(WIDTH + _LEAST_WIDTH)
        directions = QBoxLayout.Direction
        self._line.setDirection(directions.TopToBottom if below else directions.LeftToRight)
        # What scrolls as a whole does not scroll in its parts too.
        scrolls = below or self._right.minimumSize().height() > high
        self._side.setMinimumHeight(self._side.body.sizeHint().height() if scrolls else 0)
        self._side.set_width(0 if below else px(WIDTH))

    def _take_theme(self) -> None:
        px = self._theme.px
        self._right.setContentsMargins(px(16), px(4), px(16), px(12))
        self._right.setSpacing(px(6))
        self._title.setFont(self._theme.font(TABLE, SEMIBOLD))
        self._title.setFixedHeight(px(_TITLE))
        for chart, least in zip(self._charts, _LEAST_HEIGHTS, strict=True):
            chart.least_height = least
            chart.updateGeometry()
        self._share()


class _Ground(QWidget):
    """The surface, and lines between the charts."""

    def __init__(self, theme: Theme, side: TrialSide, below_lines: tuple[QWidget, ...]) -> None:
        super().__init__()
        self._theme, self._side, self._below_lines = theme, side, below_lines
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, and lines between the charts."""
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.surface))
        beside = self._below_lines[0].x() > self._side.width()
        left = self._side.width() if beside else 0
        for widget in self._below_lines:
            y = widget.y() - self._theme.px(3)
            painter.fillRect(left, y, self.width() - left, 1, QColor(tokens.line))
