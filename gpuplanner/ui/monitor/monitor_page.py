"""The Monitor page: tools, the cards or why there are none, their processes, and how they were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.ui.monitor.monitor_card_view import CardView
from gpuplanner.ui.monitor.monitor_process_rows import ProcessRow
from gpuplanner.ui.monitor.monitor_process_view import FOLD_HEIGHT, ProcessPane
from gpuplanner.ui.monitor.monitor_rows import MANY_CARDS, CardRows
from gpuplanner.ui.monitor.monitor_state import StateLine, StatePanel
from gpuplanner.ui.monitor.monitor_state_words import StateText
from gpuplanner.ui.monitor.monitor_time import TimeAxis
from gpuplanner.ui.monitor.monitor_tools import MonitorTools
from gpuplanner.ui.theme import CAPTION, Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.widgets.message_bar import MessageBar

_LEAST_PROCESS_ROWS = 3


@dataclass(frozen=True)
class FootText:
    """The last line: how memory was read at the left; when, and whether in time, at the right."""

    left: str = ""
    right: str = ""
    is_late: bool = False


class MonitorPage(QWidget):
    """Shows what it is given; what the user wants comes from its ``tools`` and ``look_again_requested``."""

    look_again_requested = Signal()
    widths_changed = Signal()
    """The plots have another width: another number of points is wanted."""

    def __init__(self, theme: Theme, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._axis = theme, axis
        self.tools = MonitorTools(theme, self)
        self.message = MessageBar(theme, self)
        self.state_line = StateLine(theme, self)
        self.state_panel = StatePanel(theme, self)
        self.cards = CardRows(theme, axis, self)
        self.processes = ProcessPane(theme, self)
        self.foot = _Foot(theme, self)
        self._n_cards = 0
        self._points: tuple[int, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self._scrolling_body(), 1)
        column.addWidget(self.foot)
        self.state_line.hide()
        self.cards.hide()
        self.processes.hide()
        for state in (self.state_line, self.state_panel):
            state.look_again_requested.connect(self.look_again_requested)
        self.processes.fold_toggled.connect(self._share_height)
        self.cards.details_toggled.connect(self._share_height)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # for its keys; no stop of Tab, for nothing shows it
        self.setAccessibleName(self.tr("Monitor"))
        theme.changed.connect(self._share_height)

    def _scrolling_body(self) -> QScrollArea:
        """What is between tools and foot: it scrolls where large text leaves no room for a whole card."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message)
        column.addWidget(self.state_line)
        column.addWidget(self.cards, 1)
        column.addWidget(self.state_panel, 1)
        column.addWidget(self.processes)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        return scroll

    @property
    def panes(self) -> tuple[QWidget, ...]:
        """Stops of F6."""
        return (self.tools.pause, self.cards, self.processes.view)

    def points(self) -> tuple[int, ...]:
        """How many thinned points each column of plots takes."""
        return self.cards.points()

    def show_cards(self, views: Sequence[CardView]) -> None:
        """Show the cards, live or of a recording."""
        self.cards.show_cards(views)
        self.cards.labels.update()
        if len(views) != self._n_cards:
            n = len(views)
            many = n >= MANY_CARDS
            if many != (self._n_cards >= MANY_CARDS) or not self._n_cards:
                self.processes.set_open(not many or self.height() >= self.cards.roomy_height(n))
            self._n_cards = len(views)
            self._share_height()

    def point(self, views: Sequence[CardView]) -> None:
        """Move the crosshair in all plots; the lines stay."""
        for row, view in zip(self.cards.rows, views, strict=False):
            row.charts.point(view.pointed)

    def show_state(self, text: StateText | None, *, has_cards: bool) -> None:
        """Say why nothing is read, None while it is: in a line above the cards, or in their place."""
        shown = text is not None
        self.cards.setVisible(has_cards)
        self.state_panel.setVisible(shown and not has_cards)
        self.state_line.setVisible(shown and has_cards)
        if text is not None:
            (self.state_line if has_cards else self.state_panel).show_state(text)

    def show_processes(
        self, rows: Sequence[ProcessRow], faults: Sequence[tuple[int, str]], *, is_old: bool = False
    ) -> None:
        """Show the processes on the cards, or as they were before samples stopped coming."""
        before = len(self.processes.table.rows)
        self.processes.show_rows(rows, faults, is_old=is_old)
        if before != len(rows):
            self._share_height()

    def set_processes_visible(self, visible: bool) -> None:
        """Recordings have no table of processes."""
        if self.processes.isHidden() == visible:
            self.processes.setVisible(visible)
            self.cards.fills = not visible
            self._share_height()

    def show_foot(self, text: FootText) -> None:
        """Say how and when the cards were read."""
        self.foot.show_text(text)

    def set_unit(self, unit: DisplayUnit) -> None:
        """Show memory in another unit; the cards come in it with their next views."""
        self.processes.set_unit(unit)

    def sizeHint(self) -> QSize:
        """The design's page."""
        return QSize(self._theme.px(1440), self._theme.px(806))

    def resizeEvent(self, event: object) -> None:
        """Share the height; tell when the plots' width changed."""
        self._share_height()
        points = self.points()
        if points != self._points:
            self._points = points
            self.widths_changed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface behind everything."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.surface))

    def _share_height(self) -> None:
        """Cards take what they need, processes what is left and at least a few rows."""
        px = self._theme.px
        pane = self.processes
        least_pane = px(FOLD_HEIGHT + 26 * 2)
        room = self.height() - self.tools.height() - self.foot.height()
        needed = self.cards.minimumSizeHint().height() + least_pane
        # What scrolls as a whole does not scroll in its parts too.
        self.cards.setMinimumHeight(self.cards.whole_height() if needed > room else 0)
        room = max(room, needed)
        wanted = pane.wanted_height()
        if not pane.is_open:
            pane.setFixedHeight(px(FOLD_HEIGHT))
            return
        least = min(wanted, px(FOLD_HEIGHT + 26 * (_LEAST_PROCESS_ROWS + 1)))
        # With large text there is no room for both: one whole card, and the first of the processes.
        beside_a_card = max(room - self.cards.minimumSizeHint().height(), least_pane)
        if least > beside_a_card:
            pane.setFixedHeight(beside_a_card)
            return
        left = room - self.cards.wanted_height(room)
        pane.setFixedHeight(max(min(wanted, max(left, room // 3)), left, least))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control of the page wants for itself: a button that has the keyboard keeps Space."""
        called = {Qt.Key.Key_Space: self.tools.pause_toggled, Qt.Key.Key_M: self.tools.mark_requested}
        signal = called.get(Qt.Key(event.key())) if not event.modifiers() else None
        if signal is None:
            super().keyPressEvent(event)
        else:
            signal.emit()

    def make_actions(self) -> list[QAction]:
        """The page's keys for the list of keys in Help."""
        pairs = (
            (self.tr("Pause or follow the newest sample (Monitor)"), "Space", self.tools.pause_toggled),
            (self.tr("Mark this moment (Monitor)"), "M", self.tools.mark_requested),
        )
        made = []
        for text, keys, signal in pairs:
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # elsewhere: `keyPressEvent`
            action.triggered.connect(signal)
            self.addAction(action)
            made.append(action)
        return made


class _Foot(QWidget):
    """One line; the dot is hollow while samples are late."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = FootText()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.hide()

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(24))
        self.update()

    @property
    def text(self) -> FootText:
        """What is said."""
        return self._text

    def show_text(self, text: FootText) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.setVisible(bool(text.left or text.right))
            self.setAccessibleName(f"{text.left}. {text.right}")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Two texts and a dot."""
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.header))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        font = theme.font(CAPTION)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        width = metrics.horizontalAdvance(self._text.right)
        right = self.width() - px(16) - width
        painter.setPen(QColor(tokens.text2))
        painter.drawText(QRectF(right, 0, width + 2, self.height()), middle, self._text.right)
        if self._text.right:
            color = QColor(tokens.text2)
            painter.setPen(QPen(color, 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush if self._text.is_late else color)
            painter.drawEllipse(QPointF(right - px(10), self.height() / 2), px(3), px(3))
            painter.setPen(color)
        room = right - px(40)
        left = metrics.elidedText(self._text.left, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(px(16), 0, max(room, 0), self.height()), middle, left)
