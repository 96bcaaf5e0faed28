"""What goes into the report: plans, sections with the pages they begin on, paper, language, cards, price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.core.price import Per, Price, written_price
from gpuplanner.report.choice import ReportChoice, price_of
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CheckBox, ComboBox

_WIDTH, _LABEL = 296, 76


class ReportSettings(QScrollArea):
    """The column at the left of the page."""

    changed = Signal(object)
    """`ReportChoice`."""
    page_requested = Signal(str)
    """Key of a section."""
    keep_plan_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        sections: Mapping[str, str],
        languages: Mapping[str, str],
        cards: Sequence[str],
        chosen: ReportChoice,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heads: list[QLabel] = []
        self._plans: dict[str, CheckBox] = {}
        self._pages: dict[str, QLabel] = {}
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._plan_lines, self._grid = QVBoxLayout(), QGridLayout()
        self._sections = {key: self._check(text, key in chosen.sections) for key, text in sections.items()}
        self._cards = {name: self._check(name, name in chosen.cards) for name in cards}
        self._title, self._price = QLineEdit(chosen.title), QLineEdit(_price_text(chosen))
        self._priced = (chosen.price_per_gpu_hour, chosen.currency, chosen.priced_on)
        self._electricity = QLineEdit(_electricity_text(chosen.electricity))
        self._per_kwh = chosen.electricity
        self._paper = self._combo({"a4": "A4", "letter": self.tr("Letter")}, chosen.paper)
        self._language = self._combo(dict(languages), chosen.language)
        self._before = QLabel()
        self._keep = button(theme, self.tr("Keep this plan"), icon="plus", flat=True)
        self._lay_out()
        for field in (self._title, self._price, self._electricity):
            field.editingFinished.connect(self._tell)
        self._price.textChanged.connect(self._judge_price)
        self._electricity.textChanged.connect(self._judge_electricity)
        self._keep.clicked.connect(self.keep_plan_requested)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def choice(self) -> ReportChoice:
        """What is chosen now."""
        return ReportChoice(
            plans=tuple(key for key, box in self._plans.items() if box.isChecked()),
            sections=tuple(key for key, box in self._sections.items() if box.isChecked()),
            cards=tuple(name for name, box in self._cards.items() if box.isChecked()),
            paper=self._paper.currentData(),
            language=self._language.currentData(),
            title=self._title.text().strip(),
            price_per_gpu_hour=self._priced[0],
            currency=self._priced[1],
            priced_on=self._priced[2],
            electricity=self._per_kwh,
        )

    def show_choice(self, chosen: ReportChoice) -> None:
        """Show what another document remembers; says nothing."""
        was = self.blockSignals(True)
        for key, box in self._sections.items():
            box.setChecked(key in chosen.sections)
        for name, box in self._cards.items():
            box.setChecked(name in chosen.cards)
        self._paper.setCurrentIndex(max(self._paper.findData(chosen.paper), 0))
        self._language.setCurrentIndex(max(self._language.findData(chosen.language), 0))
        self._title.setText(chosen.title)
        self._price.setText(_price_text(chosen))
        self._priced = (chosen.price_per_gpu_hour, chosen.currency, chosen.priced_on)
        self._electricity.setText(_electricity_text(chosen.electricity))
        self._per_kwh = chosen.electricity
        self.blockSignals(was)

    def show_plans(self, plans: Sequence[tuple[str, str]]) -> None:
        """List the plans, (key, text); those that were left out stay so, new ones are taken."""
        if [(key, box.text()) for key, box in self._plans.items()] == list(plans):
            return  # the box that was just used keeps the keyboard
        out = {key for key, box in self._plans.items() if not box.isChecked()}
        for box in self._plans.values():
            self._plan_lines.removeWidget(box)
            box.deleteLater()
        self._plans = {}
        for key, text in plans:
            box = self._plans[key] = self._check(text, key not in out)
            # A long name must not widen the pane, for then all that stands at the right would be cut.
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.setToolTip(text)
            self._plan_lines.addWidget(box)

    def show_pages(self, pages: Mapping[str, int]) -> None:
        """Number of the page on which each section begins, from 1; an en dash for one that is not there."""
        for key, label in self._pages.items():
            label.setText(str(pages[key]) if key in pages else "–")

    def show_before_sending(self, text: str) -> None:
        """What a reader should know before the report goes out."""
        self._before.setText(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay out anew: fonts that changed while the page was behind leave stale heights of wrapped lines."""
        self._column.invalidate()
        super().showEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line at the right edge."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().width() - 1, 0, 1, self.height(), QColor(self._theme.tokens.line))

    def _lay_out(self) -> None:
        px, column = self._theme.px, self._column
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(2))
        self._head(self.tr("Plans"))
        column.addLayout(self._plan_lines)
        column.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignLeft)
        self._head(self.tr("Sections"), self.tr("page"))
        for key, box in self._sections.items():
            line = QHBoxLayout()
            line.addWidget(box, 1)
            label = self._pages[key] = QLabel("–")
            line.addWidget(label)
            column.addLayout(line)
        self._head(self.tr("Paper"))
        grid = self._grid
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(px(4))
        rows = (
            (self.tr("Size"), self._paper),
            (self.tr("Language"), self._language),
            (self.tr("Title"), self._title),
            (self.tr("Price"), self._price),
            (self.tr("Electricity"), self._electricity),
        )
        for i, (text, widget) in enumerate(rows):
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(text)
            grid.addWidget(label, i, 0)
            grid.addWidget(widget, i, 1)
        self._title.setPlaceholderText(self.tr("the plan in words"))
        self._price.setPlaceholderText(self.tr("per hour, as 1.9 EUR"))
        self._electricity.setPlaceholderText(self.tr("per kWh, as 0.3 EUR"))
        column.addLayout(grid)
        self._head(self.tr("Cards to compare"))
        for box in self._cards.values():
            column.addWidget(box)
        self._head(self.tr("Before you send it"))
        self._before.setWordWrap(True)
        self._before.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self._before)
        column.addStretch(1)
        self.setWidget(self._body)
        self.setAccessibleName(self.tr("What the report holds"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # whatever of it has the keyboard is scrolled into sight
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _head(self, text: str, right: str = "") -> None:
        line = QHBoxLayout()
        label = QLabel(text)
        self._heads.append(label)
        line.addWidget(label, 1)
        if right:
            line.addWidget(QLabel(right))
        line.setContentsMargins(0, self._theme.px(12) if len(self._heads) > 1 else 0, 0, self._theme.px(4))
        self._column.addLayout(line)

    def _check(self, text: str, on: bool) -> CheckBox:
        box = CheckBox(self._theme, text)
        box.setShortcut(QKeySequence())  # a name may hold "&"
        box.setChecked(on)
        box.toggled.connect(self._tell)
        return box

    def _combo(self, texts: Mapping[str, str], chosen: str) -> ComboBox:
        combo = ComboBox(self._theme)
        for value, text in texts.items():
            combo.addItem(text, value)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))
        combo.currentIndexChanged.connect(self._tell)
        return combo

    def _judge_price(self, text: str) -> None:
        """What is no price is red while it stands there, and counts as none."""
        price = price_of(text)
        bad = price is None and bool(text.strip())
        self._mark(self._price, self.tr("A price such as 1.9, 1.9 EUR or €1.9") if bad else "")
        entered = (None, "") if price is None else (price.amount, price.currency)
        if entered != self._priced[:2]:
            self._priced = (*entered, "" if price is None else date.today().isoformat())

    def _judge_electricity(self, text: str) -> None:
        self._per_kwh = price_of(text, Per.KWH)
        bad = self._per_kwh is None and bool(text.strip())
        self._mark(self._electricity, self.tr("A price of a kWh such as 0.3, 0.3 EUR or €0.3") if bad else "")

    def _mark(self, field: QLineEdit, reason: str) -> None:
        """Red with its reason, or as usual."""
        field.setStyleSheet(f"color: {self._theme.tokens.no}" if reason else "")
        field.setToolTip(reason)

    def _tell(self) -> None:
        self.changed.emit(self.choice)

    def _take_theme(self) -> None:
        theme = self._theme
        self.setFixedWidth(theme.px(_WIDTH))
        self._grid.setColumnMinimumWidth(0, theme.px(_LABEL))
        self._body.setStyleSheet(f"background: {theme.tokens.surface}")
        for label in self._body.findChildren(QLabel):
            label.setFont(theme.font(TABLE))
            label.setStyleSheet(f"color: {theme.tokens.text2}")
        for label in self._heads:
            label.setFont(theme.font(TEXT, SEMIBOLD))
            label.setStyleSheet(f"color: {theme.tokens.ink}")


def _electricity_text(price: Price | None) -> str:
    return "" if price is None else written_price(price)


def _price_text(chosen: ReportChoice) -> str:
    price = chosen.price_per_gpu_hour
    return "" if price is None else written_price(Price(price, chosen.currency))
