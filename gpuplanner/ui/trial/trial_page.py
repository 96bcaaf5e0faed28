"""The Trial page: the state of a trial at the left; its charts and its log at the right.

It shows the pictures and charts that it is given and emits what the user wants.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QVBoxLayout, QWidget

from gpuplanner.render.trial_view import TrialChart
from gpuplanner.ui.icons import IconBinding
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.trial.trial_body import TrialBody
from gpuplanner.ui.trial.trial_log import TrialLog
from gpuplanner.ui.trial.trial_picture import TrialPicture, TrialState
from gpuplanner.ui.trial.trial_side import TrialSide
from gpuplanner.ui.widgets.buttons import ElidedPushButton, button
from gpuplanner.ui.widgets.chart_style import chart_style


class TrialPage(QWidget):
    """Left column, three charts, log."""

    start_requested = Signal()
    stop_requested = Signal()
    dry_run_requested = Signal()
    python_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: TrialPicture | None = None
        self._question: QMessageBox | None = None
        self.side = TrialSide(theme)
        self.step_chart, self.run_chart, self.time_chart = (TrialChart(chart_style(theme)) for _ in range(3))
        self.log = TrialLog(theme)
        self.head = TrialActions(theme)
        self.head.start.clicked.connect(self.start_requested)
        self.head.stop.clicked.connect(self.stop_requested)
        self.head.dry_run.clicked.connect(self.dry_run_requested)
        self.head.python.clicked.connect(self.python_requested)
        self._body = TrialBody(theme, self.side, (self.step_chart, self.run_chart, self.time_chart), self.log)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._body)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.ask_stop)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Trial"))
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def picture(self) -> TrialPicture | None:
        """What is shown."""
        return self._picture

    def show_picture(self, picture: TrialPicture) -> None:
        """Show another moment."""
        if picture == self._picture:
            return
        self._picture = picture
        self.side.show_picture(picture)
        self.head.show_picture(picture)
        if self._question is not None and not picture.state.is_running:
            self._question.reject()

    def ask_stop(self) -> None:
        """Esc: ask once whether to stop; nothing while nothing runs."""
        if (
            self._picture is None
            or self._picture.state is not TrialState.RUNNING
            or self._question is not None
        ):
            return
        box = QMessageBox(QMessageBox.Icon.NoIcon, "", self.tr("Stop the trial?"), parent=self)
        box.setInformativeText(self.tr("What was measured until then is kept."))
        stop = box.addButton(self.tr("Stop"), QMessageBox.ButtonRole.AcceptRole)
        go_on = box.addButton(self.tr("Go on"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stop)
        box.setEscapeButton(go_on)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _result: self._answered(box.clickedButton() is stop))
        self._question = box
        box.open()

    @property
    def question(self) -> QMessageBox | None:
        """What is being asked."""
        return self._question

    def _answered(self, stop: bool) -> None:
        self._question = None
        if stop:
            self.stop_requested.emit()

    def _take_theme(self) -> None:
        for chart in (self.step_chart, self.run_chart, self.time_chart):
            chart.set_style(chart_style(self._theme))
        if self._picture is not None:
            self.side.show_picture(self._picture)


class TrialActions(QWidget):
    """The page's actions in the window's header: Python, dry run, and Start or Stop."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.python = ElidedPushButton(theme)
        IconBinding(self.python, theme, "gear", "text2", 6)
        self.dry_run = button(theme, self.tr("Dry run"))
        self.dry_run.setToolTip(
            self.tr("The real step on fake tensors: allocated memory to the byte, in seconds, without a card")
        )
        self.start = button(theme, self.tr("Start"), icon="play", primary=True)
        self.start.setDefault(False)
        self.stop = _stop_button(theme, self.tr("Stop"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for widget in (self.python, self.dry_run, self.start, self.stop):
            line.addWidget(widget)
        self.stop.hide()
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_picture(self, picture: TrialPicture) -> None:
        """Start or Stop, and which Python."""
        running = picture.state.is_running
        self.start.setVisible(not running)
        self.dry_run.setVisible(not running)
        self.stop.setVisible(running)
        self.stop.setEnabled(picture.state is TrialState.RUNNING)
        self.start.setEnabled(picture.can_start)
        self.dry_run.setEnabled(picture.can_start)
        self.python.setText(picture.python)
        tip = self.tr("The Python that runs the trial; click to choose another")
        self.python.setToolTip("\n".join((picture.python, tip)))
        self.python.setEnabled(not running)

    def _take_theme(self) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        # The only coloured action of the page: a stop is not undone.
        self.stop.setStyleSheet(
            f"QPushButton {{ color: {tokens.no}; border: 1px solid {tokens.no}; font-weight: 600; }}"
            f"QPushButton:hover {{ background: {tokens.no_tint}; }}"
            f"QPushButton:disabled {{ color: {tokens.text3}; border-color: {tokens.line}; }}"
        )
        for widget in (self.dry_run, self.start, self.stop):
            widget.setFixedHeight(px(26))


def _stop_button(theme: Theme, text: str) -> QPushButton:
    made = button(theme, text)
    IconBinding(made, theme, "stop", "no", 4)
    return made


__all__ = ["TrialActions", "TrialPage"]
