"""The Accuracy page: how far off the estimator is on measured rows, and against what that is to be held."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gpuplanner.core.peers import Peer
from gpuplanner.report.accuracy_charts import AccuracyAnswer
from gpuplanner.ui.accuracy.accuracy_bar import CHARTS, PROFILE, TABLES, AccuracyBar, AccuracyChoice
from gpuplanner.ui.accuracy.accuracy_charts_pane import AccuracyChartsPane
from gpuplanner.ui.accuracy.accuracy_figures import AccuracyFigures
from gpuplanner.ui.accuracy.accuracy_text import tables_text
from gpuplanner.ui.accuracy.accuracy_words import AccuracyWording
from gpuplanner.ui.help import MarkdownBrowser
from gpuplanner.ui.theme import TEXT, TITLE, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.elided import ElidedButton
from gpuplanner.ui.widgets.message_bar import MessageBar
from gpuplanner.ui.wording import Wording

_LEAST_TABLES = 200
"""Height of the tables' part, in the design's pixels."""


class AccuracyPage(QWidget):
    """Shows an `AccuracyAnswer`; emits what the user wants to see."""

    choice_changed = Signal(object)
    """AccuracyChoice: another answer is wanted."""
    row_requested = Signal(int)
    """Index in the judged table of the row behind a cell."""
    table_requested = Signal()
    """The user wants to enter measurements."""

    def __init__(
        self, theme: Theme, wording: Wording, peers: Sequence[Peer], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._peers = theme, peers
        self._words = AccuracyWording(wording, self)
        self._answer: AccuracyAnswer | None = None
        self._tables_are_old = False
        self.bar = AccuracyBar(theme, self._words)
        self.messages = MessageBar(theme)
        self.figures = AccuracyFigures(theme)
        self.remark = ElidedButton(theme)
        self.charts = AccuracyChartsPane(theme, self._words)
        self.tables = MarkdownBrowser(theme)
        self.tables.setAccessibleName(self.tr("Constants, switches and errors by group"))
        self.nothing = NothingMeasured(theme)
        self._lay_out()
        self._connect()

    @property
    def choice(self) -> AccuracyChoice:
        """What is to be shown."""
        return self.bar.choice

    @property
    def answer(self) -> AccuracyAnswer | None:
        """What is shown."""
        return self._answer

    def show_answer(self, answer: AccuracyAnswer) -> None:
        """Show an answer to the choice as it stands."""
        self._answer = answer
        self.refresh()

    def refresh(self) -> None:
        """Write figures, charts and tables anew: another quantity, another unit."""
        answer, choice = self._answer, self.choice
        if answer is None:
            return
        is_profile = choice.table == PROFILE
        judged = bool(answer.table.rows)
        self.figures.setVisible(judged)
        self.bar.view.setEnabled(judged)
        self.figures.show_figures(self._words.figures(answer, choice.quantity, is_profile=is_profile))
        remark = self._words.left_out(answer) or self._words.too_few(answer)
        self.remark.set_text(remark)
        self.remark.setEnabled(bool(answer.table.left_out) and judged)
        self._remark_row.setVisible(bool(remark))
        self.charts.show_answer(answer, choice.quantity, self._peers if is_profile else ())
        self._tables_are_old = True
        self._show_view()

    def set_computing(self, computing: bool) -> None:
        """Figures that are being computed anew stay, at 60 % opacity."""
        self.figures.set_pale(computing)
        self.charts.set_pale(computing)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.surface))

    def _lay_out(self) -> None:
        self._body = _Shown(self._theme)
        for widget in (self.charts, self.tables, self.nothing):
            self._body.addWidget(widget)
        self._remark_row = QWidget()
        line = QHBoxLayout(self._remark_row)
        line.setContentsMargins(self._theme.px(16), self._theme.px(3), self._theme.px(16), self._theme.px(3))
        line.addWidget(self.remark)
        self._remark_row.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QWidget()
        below_bar = QVBoxLayout(inner)
        below_bar.setContentsMargins(0, 0, 0, 0)
        below_bar.setSpacing(0)
        for part in (self.figures, self._remark_row):
            below_bar.addWidget(part)
        below_bar.addWidget(self._body, 1)
        # With large text charts keep the height in which they can be read, and the page scrolls.
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("Figures and charts"))
        scroll.setWidget(inner)
        for part in (self.bar, self.messages):
            column.addWidget(part)
        column.addWidget(scroll, 1)

    def _connect(self) -> None:
        self.bar.choice_changed.connect(self.choice_changed)
        self.bar.view_changed.connect(lambda _view: self._show_view())
        self.remark.clicked.connect(self._show_left_out)
        self.charts.row_clicked.connect(self.row_requested)
        self.nothing.table_button.clicked.connect(self.table_requested)
        self.nothing.profile_button.clicked.connect(
            lambda: self.bar.set_choice(AccuracyChoice(self.choice.withhold, self.choice.quantity))
        )

    def _show_left_out(self) -> None:
        self.bar.view.set_value(TABLES)
        self._show_view()
        self.tables.verticalScrollBar().setValue(0)  # the list comes first

    def _show_view(self) -> None:
        answer = self._answer
        if answer is not None and not answer.table.rows:
            self.nothing.show_left_out(self._words.left_out(answer))
            self._body.setCurrentWidget(self.nothing)
        elif self.bar.view.value == CHARTS:
            self._body.setCurrentWidget(self.charts)
        else:
            # Long texts take their time: written when somebody looks at them.
            if answer is not None and self._tables_are_old:
                self._tables_are_old = False
                self.tables.show_markdown(tables_text(answer, self._words))
            self._body.setCurrentWidget(self.tables)


class _Shown(QStackedWidget):
    """Charts, tables or a word of why not: as high as what is shown needs to be, not as the highest."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.currentChanged.connect(lambda _place: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        """Of what is shown; tables scroll by themselves."""
        shown = self.currentWidget()
        least = 0 if shown is None else shown.minimumSizeHint().height()
        return QSize(0, max(least, self._theme.px(_LEAST_TABLES)))


class NothingMeasured(QWidget):
    """What is said where a document holds no measured row, and what to do about it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.title = QLabel(self.tr("Nothing measured in this document yet"))
        self.text = QLabel(
            self.tr(
                "A row counts once it has a peak memory, a step time or the status out of memory. Enter "
                "what you measured in the table, open or paste a table, or run a trial: it is judged here "
                "with the error of every cell."
            )
        )
        self.left_out = QLabel()
        self.table_button = button(theme, self.tr("Go to the table"), primary=True)
        self.profile_button = button(theme, self.tr("Judge the Qwen profile"))
        for label in (self.text, self.left_out):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.table_button)
        buttons.addWidget(self.profile_button)
        buttons.addStretch(1)
        self._inner = QWidget()
        column = QVBoxLayout(self._inner)
        column.setSpacing(theme.px(12))
        for label in (self.title, self.text, self.left_out):
            column.addWidget(label)
        column.addLayout(buttons)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(self._inner, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addStretch(1)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_left_out(self, text: str) -> None:
        """Rows that are there but cannot be judged."""
        self.left_out.setText(text)
        self.left_out.setVisible(bool(text))

    def _take_theme(self) -> None:
        self._inner.setFixedWidth(self._theme.px(520))
        self.title.setFont(self._theme.font(TITLE, 600))
        for label in (self.text, self.left_out):
            label.setFont(self._theme.font(TEXT))
            palette = label.palette()
            palette.setColor(label.foregroundRole(), QColor(self._theme.tokens.text2))
            label.setPalette(palette)
