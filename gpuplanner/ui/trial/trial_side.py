"""The left column of the Trial page: state, plan, progress, stages, figures, checks, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gpuplanner.ui.plan.results import Rule
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.trial.trial_lists import CheckList, FigureTable, StageList, ThinBar
from gpuplanner.ui.trial.trial_options import TrialOptionsForm
from gpuplanner.ui.trial.trial_picture import Offer, TrialPicture, TrialState
from gpuplanner.ui.trial.trial_rank_table import RankTable
from gpuplanner.ui.widgets.buttons import button

WIDTH = 376
_TITLE_PX = 22
_ANY_WIDTH = (1 << 24) - 1
"""Qt's own "as wide as may be", which PySide does not name."""


class TrialSide(QScrollArea):
    """Shows a `TrialPicture`; emits what the user chose of its offers."""

    offered = Signal(object)
    """Offer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title, self.aside = QLabel(), QLabel()
        self.plan = QLabel()
        self.bar = ThinBar(theme)
        self.reason, self.next_step, self.note = QLabel(), QLabel(), QLabel()
        self.options = TrialOptionsForm(theme)
        self.stages = StageList(theme)
        self.figures = FigureTable(theme)
        self.series = FigureTable(theme)
        self.ranks = RankTable(theme)
        self.checks = CheckList(theme)
        self.offer_buttons = {offer: self._offer_button(offer) for offer in Offer}
        self.figures_title, self.figures_aside = QLabel(), QLabel()
        self.checks_title, self.series_title = QLabel(self.tr("Checked before the start")), QLabel()
        self.series_title.setText(self.tr("All lengths"))
        self.ranks_title, self.ranks_aside = QLabel(self.tr("Ranks")), QLabel()
        self._rules = [Rule(theme) for _ in range(3)]
        self.body = _Ground(theme)
        self._lay_out()
        self.setWidget(self.body)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def showEvent(self, event: QShowEvent) -> None:
        """Labels that are put into a page lose the fonts they had: Qt's style sheets do that."""
        super().showEvent(event)
        self._take_theme()

    def set_width(self, width: int) -> None:
        """Take so many pixels, or with 0 all that there are."""
        self.setMinimumWidth(width)
        self.setMaximumWidth(width or _ANY_WIDTH)

    def show_picture(self, picture: TrialPicture) -> None:
        """Show another moment."""
        ready = picture.state in (TrialState.READY, TrialState.ADVISED_AGAINST)
        self.title.setText(picture.title)
        self.aside.setText(picture.aside)
        self.plan.setText("\n".join(picture.plan))
        self.bar.show_fraction(picture.fraction)
        # Only a fault takes the fault's colour; "done" and "stopped" are sentences like any other.
        bad = picture.state in (TrialState.OOM, TrialState.FAILED, TrialState.ADVISED_AGAINST)
        self._say(self.reason, picture.reason, self._theme.tokens.no if bad else self._theme.tokens.ink)
        self._say(self.next_step, picture.next_step, self._theme.tokens.text2)
        self._say(self.note, picture.note, self._theme.tokens.text2)
        for offer, offer_button in self.offer_buttons.items():
            offer_button.setVisible(offer in picture.offers)
        self.options.setVisible(ready)
        self.stages.show_lines(() if ready else picture.stages)
        self.figures_title.setText(picture.figures_title)
        self.figures_aside.setText(picture.figures_aside)
        self.figures.show_lines(picture.figures, picture.heads, dry_run=picture.dry_run)
        self.series.show_lines(picture.series, picture.heads, dry_run=picture.dry_run)
        self.ranks.show_lines(picture.ranks, picture.rank_heads)
        self.ranks_aside.setText(picture.ranks_aside)
        self.checks.show_lines(picture.checks)
        for title, lines in (
            (self.figures_title, picture.figures),
            (self.figures_aside, picture.figures),
            (self.series_title, picture.series),
            (self.ranks_title, picture.ranks),
            (self.ranks_aside, picture.ranks),
            (self.checks_title, picture.checks),
        ):
            title.setVisible(bool(lines))
        shown = (ready or bool(picture.stages), picture.figures, picture.note)
        for rule, is_there in zip(self._rules, shown, strict=True):
            rule.setVisible(bool(is_there))

    def _say(self, label: QLabel, text: str, color: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))
        label.setStyleSheet(f"color: {color}")

    def _offer_button(self, offer: Offer) -> QPushButton:
        words = {
            Offer.RUN_ANYWAY: self.tr("Run anyway"),
            Offer.INSTALL: self.tr("Copy the line"),
            Offer.OTHER_PYTHON: self.tr("Choose another Python…"),
            Offer.DRY_RUN: self.tr("Dry run instead"),
            Offer.CORRECTION: self.tr("Show correction"),
            Offer.SHOW_ROW: self.tr("Show the row"),
            Offer.KEEP: self.tr("Keep the row"),
            Offer.AGAIN: self.tr("Options"),
        }
        made = button(self._theme, words[offer])
        made.clicked.connect(lambda: self.offered.emit(offer))
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.body)
        column.setSpacing(0)
        self._column = column
        column.addLayout(_pair(self.title, self.aside))
        column.addWidget(self.plan)
        column.addSpacing(6)
        column.addWidget(self.bar)
        column.addSpacing(4)
        for label in (self.reason, self.next_step):
            column.addWidget(label)
        offers = QHBoxLayout()
        offers.setSpacing(8)
        offers.setContentsMargins(0, 6, 0, 0)  # none where nothing is offered: an empty layout has no margin
        for offer_button in self.offer_buttons.values():
            offers.addWidget(offer_button)
        offers.addStretch(1)
        column.addLayout(offers)
        column.addSpacing(6)
        column.addWidget(self._rules[0])
        column.addWidget(self.options)
        column.addWidget(self.stages)
        column.addSpacing(4)
        column.addWidget(self._rules[1])
        column.addLayout(_pair(self.figures_title, self.figures_aside))
        column.addWidget(self.figures)
        column.addSpacing(6)
        column.addLayout(_pair(self.ranks_title, self.ranks_aside))
        column.addWidget(self.ranks)
        column.addSpacing(6)
        column.addWidget(self.series_title)
        column.addWidget(self.series)
        column.addSpacing(6)
        column.addWidget(self.checks_title)
        column.addWidget(self.checks)
        column.addSpacing(4)
        column.addWidget(self._rules[2])
        column.addWidget(self.note)
        column.addStretch(1)
        for label in (self.reason, self.next_step, self.note, self.plan):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.reason, self.next_step):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _take_theme(self) -> None:
        px, font, tokens = self._theme.px, self._theme.font, self._theme.tokens
        self._column.setContentsMargins(px(16), px(14), px(15), px(12))
        self.title.setFont(font(_TITLE_PX, SEMIBOLD))
        self.title.setFixedHeight(px(34))
        self.aside.setFont(font(TEXT))
        self.plan.setFont(font(TABLE))
        for label in (self.aside, self.plan, self.figures_aside, self.ranks_aside):
            label.setStyleSheet(f"color: {tokens.text2}")
        for label in (self.figures_title, self.checks_title, self.series_title, self.ranks_title):
            label.setFont(font(TABLE, SEMIBOLD))
            label.setFixedHeight(px(28))
        self.figures_aside.setFont(font(TABLE))
        self.ranks_aside.setFont(font(TABLE))
        for label in (self.reason, self.next_step):
            label.setFont(font(TEXT))
            label.setContentsMargins(0, px(3), 0, px(3))
        self.note.setFont(font(TABLE))
        for offer_button in self.offer_buttons.values():
            offer_button.setFont(font(TABLE))


def _pair(left: QLabel, right: QLabel) -> QHBoxLayout:
    line = QHBoxLayout()
    line.addWidget(left)
    line.addStretch(1)
    line.addWidget(right)
    return line


class _Ground(QWidget):
    """The surface, with the line to the charts at its right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface and line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.surface))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(self._theme.tokens.line))
