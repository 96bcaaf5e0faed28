"""The bar of the accuracy page: what is withheld, what is compared, which table, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.estimator.calibration import Withhold
from gpuplanner.report.accuracy_charts import Quantity
from gpuplanner.ui.accuracy.accuracy_words import AccuracyWording
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.segmented import Segmented
from gpuplanner.ui.widgets.two_lines import TwoLines

_HEIGHT, _LEAST_SENTENCE = 42, 80
PROFILE, DOCUMENT = "profile", "document"
CHARTS, TABLES = "charts", "tables"


@dataclass(frozen=True)
class AccuracyChoice:
    """What the page is to show."""

    withhold: Withhold = Withhold.NONE
    quantity: Quantity = Quantity.MEMORY
    table: str = PROFILE
    """``profile`` or ``document``."""


class AccuracyBar(QWidget):
    """Emits what the user chooses; the sentence at the right gives way first."""

    choice_changed = Signal(object)
    """AccuracyChoice."""
    view_changed = Signal(str)
    """``charts`` or ``tables``."""

    def __init__(self, theme: Theme, words: AccuracyWording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self.withheld = Segmented(theme, words.withheld(), self.tr("What is withheld"))
        self.withheld.set_tips(words.explanations())
        self.quantity = _combo(theme, words.quantities(), self.tr("What is compared"))
        tables = {PROFILE: self.tr("Qwen profile"), DOCUMENT: self.tr("This document")}
        self.table = _combo(theme, tables, self.tr("Which table is judged"))
        self.sentence = _Sentence(theme)
        views = {CHARTS: self.tr("Charts"), TABLES: self.tr("Tables")}
        self.view = Segmented(theme, views, self.tr("Charts or tables"))
        self.view.button(TABLES).setToolTip(self.tr("Errors by model and method, constants and switches"))
        self._lines = TwoLines(self)
        self._lines.left.addWidget(self.withheld)
        self._lines.left.addStretch(1)
        for widget in (self.quantity, self.table):
            self._lines.right.addWidget(widget)
        self._lines.right.addWidget(self.sentence, 1)
        self._lines.right.addWidget(self.view)
        self.withheld.chosen.connect(lambda _value: self._changed())
        self.quantity.activated.connect(lambda _place: self._changed())
        self.table.activated.connect(lambda _place: self._changed())
        self.view.chosen.connect(self.view_changed)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self._say()

    @property
    def choice(self) -> AccuracyChoice:
        """What is chosen."""
        return AccuracyChoice(
            Withhold(self.withheld.value),
            Quantity(self.quantity.currentData()),
            str(self.table.currentData()),
        )

    def set_choice(self, choice: AccuracyChoice) -> None:
        """Choose, as if the user had."""
        self.withheld.set_value(choice.withhold.value)
        self.quantity.setCurrentIndex(self.quantity.findData(choice.quantity.value))
        self.table.setCurrentIndex(self.table.findData(choice.table))
        self._changed()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface, and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _changed(self) -> None:
        self._say()
        self.choice_changed.emit(self.choice)

    def _say(self) -> None:
        withhold = self.choice.withhold
        sentence = self._words.meanings()[withhold.value]
        exactly = self._words.explanations()[withhold.value]
        tip = "\n".join((sentence, exactly, self._words.caveat(), self._words.command(withhold)))
        self.sentence.set_text(sentence, tip)

    def _take_theme(self) -> None:
        px = self._theme.px
        self._lines.set_sizes(px(_HEIGHT), QMargins(px(16), 0, px(16), 1), px(10))
        self.quantity.setFixedWidth(px(104))
        self.table.setFixedWidth(px(122))
        self.update()


class _Sentence(QWidget):
    """One line at the right, elided, with all of it in the tip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._text = theme, ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self._text

    def set_text(self, text: str, tip: str) -> None:
        """Say something else."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.update()

    def sizeHint(self) -> QSize:
        """Whatever is left."""
        return QSize(self._theme.px(60), self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text in text2."""
        painter = QPainter(self)
        font = self._theme.font(TABLE)
        if self.width() < self._theme.px(_LEAST_SENTENCE):
            return  # two letters say nothing, and the tip of the choice says it too
        text = QFontMetricsF(font).elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens.text2))
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(self.rect(), int(side), text)


def _combo(theme: Theme, texts: Mapping[str, str], name: str) -> ComboBox:
    combo = ComboBox(theme)
    for value, text in texts.items():
        combo.addItem(text, value)
    combo.setAccessibleName(name)
    return combo
