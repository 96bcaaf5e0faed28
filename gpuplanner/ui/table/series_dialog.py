"""How a series goes on: its first number, what each next one is, and all of them before they are written."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gpuplanner.core.fields import FieldSpec
from gpuplanner.ui.table.number_series import NumberSeries, number_words
from gpuplanner.ui.table.table_fills import SeriesPlace, TableFills
from gpuplanner.ui.theme import TABLE, TEXT, Theme
from gpuplanner.ui.told import told
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.number_field import NumberField, Steps

_ADD, _MULTIPLY = "add", "multiply"
_FIRST_SHOWN = 6
"""Numbers of a long series that are shown before its last one."""
_START = FieldSpec("start", float, 0.0, "Start", "First number of the series")
_STEP = FieldSpec("step", float, 1.0, "Step", "What is added, or the factor")


class SeriesDialog(QDialog):
    """Fills the series in when it is accepted; refuses one that a cell cannot take."""

    def __init__(
        self, theme: Theme, place: SeriesPlace, fills: TableFills, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._place, self._fills = theme, place, fills
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Fill series"))
        self.start = self._number(_START, place.guess.start, self.tr("First number"))
        self.kind = ComboBox(theme)
        self.kind.addItem(self.tr("Add"), _ADD)
        self.kind.addItem(self.tr("Multiply by"), _MULTIPLY)
        self.kind.setAccessibleName(self.tr("Each next number"))
        self.kind.setCurrentIndex(int(place.guess.is_factor))
        self.step = self._number(_STEP, place.guess.step, self.tr("Step or factor"))
        self.preview, self.fault = QLabel(self), QLabel(self)
        self.take_button = button(theme, self.tr("Fill"), primary=True)
        self._lay_out()
        self.kind.activated.connect(lambda _place: self._show())
        for field in (self.start, self.step):
            field.edited.connect(lambda _value: self._show())
            field.unreadable.connect(self._refuse)
        self._show()
        self.step.setFocus()

    def series(self) -> NumberSeries:
        """What is chosen."""
        start, step = float(str(self.start.value)), float(str(self.step.value))
        return NumberSeries(start, step, is_factor=self.kind.currentData() == _MULTIPLY)

    def accept(self) -> None:
        """Fill in, unless a cell cannot take its number."""
        if self.take_button.isEnabled():
            self._fills.fill_series(self._place, self.series())
            super().accept()

    def _show(self) -> None:
        series = self.series()
        n = len(self._place.rows)
        numbers = [number_words(number) for number in series.numbers(n)]
        if n > _FIRST_SHOWN + 2:
            numbers = [*numbers[:_FIRST_SHOWN], "\N{HORIZONTAL ELLIPSIS}", numbers[-1]]
        # Not with commas: they would be taken for thousands.
        self.preview.setText("   ".join(numbers))
        self._say_fault(self._fills.series_fault(self._place, series))

    def _refuse(self, _text: str, reason: str) -> None:
        self._say_fault(told(reason))

    def _say_fault(self, fault: str) -> None:
        self.fault.setText(fault)
        self.take_button.setEnabled(not fault)

    def _number(self, spec: FieldSpec, value: float, name: str) -> NumberField:
        field = NumberField(self._theme, spec, Steps.ONES)
        field.setAccessibleName(name)
        field.setFixedWidth(self._theme.px(120))
        field.set_value(value)
        return field

    def _lay_out(self) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        n = f"{len(self._place.rows):,}"
        lead = QLabel(self.tr("{n} cells of {column}").format(n=n, column=self._place.title))
        lead.setFont(self._theme.font(TEXT))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(2, 1)
        grid.addWidget(QLabel(self.tr("First number")), 0, 0)
        grid.addWidget(self.start, 0, 1)
        grid.addWidget(self.kind, 1, 0)
        grid.addWidget(self.step, 1, 1)
        for label, color in ((self.preview, tokens.ink), (self.fault, tokens.no)):
            label.setFont(self._theme.font(TABLE))
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setStyleSheet(f"color: {color}")
            # Room for two lines from the start: the dialog keeps its size while one types.
            label.setMinimumHeight(2 * label.fontMetrics().lineSpacing())
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = button(self._theme, self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.take_button.clicked.connect(self.accept)
        buttons.addWidget(cancel)
        buttons.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(lead)
        column.addLayout(grid)
        column.addWidget(self.preview)
        column.addWidget(self.fault)
        column.addLayout(buttons)
        self.setMinimumWidth(px(400))
