"""When to alert: four switches, two of them with a limit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gpuplanner.core.fields import FieldSpec
from gpuplanner.monitor.alerts import AlertRules
from gpuplanner.ui.theme import TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CheckBox
from gpuplanner.ui.widgets.number_field import NumberField, Steps

MEMORY = FieldSpec("memory", float, 95.0, "Memory", "Share of the card's memory", low=1, high=100)
TEMPERATURE = FieldSpec("temperature", float, 90.0, "Temperature", "Of the GPU", low=1, high=150)


class AlertsDialog(QDialog):
    """Emits the rules when the user takes them."""

    taken = Signal(object)
    """AlertRules."""

    def __init__(self, theme: Theme, rules: AlertRules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(self.tr("Alerts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.memory = CheckBox(theme, self.tr("Memory in use above"))
        self.memory_percent = self._number(MEMORY, "%", self.tr("Percent of the memory"))
        self.temperature = CheckBox(theme, self.tr("Temperature above"))
        self.temperature_celsius = self._number(TEMPERATURE, "°C", self.tr("Degrees Celsius"))
        self.throttling = CheckBox(theme, self.tr("The card slows down (heat, power)"))
        self.lost = CheckBox(theme, self.tr("A card is lost"))
        self._lay_out()
        self.memory.toggled.connect(self.memory_percent.setEnabled)
        self.temperature.toggled.connect(self.temperature_celsius.setEnabled)
        self._show(rules)

    def rules(self) -> AlertRules:
        """What is chosen."""
        percent, celsius = self.memory_percent.value, self.temperature_celsius.value
        return AlertRules(
            memory_fraction=_number(percent) / 100 if self.memory.isChecked() else None,
            temperature_celsius=_number(celsius) if self.temperature.isChecked() else None,
            throttling=self.throttling.isChecked(),
            lost=self.lost.isChecked(),
        )

    def accept(self) -> None:
        """Take what is chosen."""
        self.taken.emit(self.rules())
        super().accept()

    def _show(self, rules: AlertRules) -> None:
        self.memory.setChecked(rules.memory_fraction is not None)
        self.memory_percent.set_value(100 * (rules.memory_fraction or MEMORY.default / 100))  # type: ignore[operator]
        self.memory_percent.setEnabled(self.memory.isChecked())
        self.temperature.setChecked(rules.temperature_celsius is not None)
        self.temperature_celsius.set_value(rules.temperature_celsius or TEMPERATURE.default)
        self.temperature_celsius.setEnabled(self.temperature.isChecked())
        self.throttling.setChecked(rules.throttling)
        self.lost.setChecked(rules.lost)

    def _number(self, spec: FieldSpec, unit: str, name: str) -> NumberField:
        field = NumberField(self._theme, spec, Steps.ONES, unit)
        field.setAccessibleName(name)
        field.setFixedWidth(self._theme.px(88))
        return field

    def _lay_out(self) -> None:
        px = self._theme.px
        lead = QLabel(self.tr("Say it quietly, once each time, while GPU Planner runs:"))
        lead.setFont(self._theme.font(TEXT))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        grid.addWidget(self.memory, 0, 0)
        grid.addWidget(self.memory_percent, 0, 1)
        grid.addWidget(self.temperature, 1, 0)
        grid.addWidget(self.temperature_celsius, 1, 1)
        grid.addWidget(self.throttling, 2, 0, 1, 2)
        grid.addWidget(self.lost, 3, 0, 1, 2)
        note = QLabel(self.tr("The cards are read all the while that an alert is on."))
        note.setFont(self._theme.font(TABLE))
        note.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = button(self._theme, self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        take = button(self._theme, self.tr("Save"), primary=True)
        take.clicked.connect(self.accept)
        buttons.addWidget(cancel)
        buttons.addWidget(take)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(lead)
        column.addLayout(grid)
        column.addWidget(note)
        column.addLayout(buttons)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
