"""What can be corrected about an import: unit, per GPU or total, what was measured, family, card, source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from gpuplanner.core.benchmark import MemoryKind, MemoryScope, MemoryUnit
from gpuplanner.core.units import read_number
from gpuplanner.data.table_import.reading import Reading
from gpuplanner.data.table_import.recipe import Recipe
from gpuplanner.ui.importing.labelled_lines import LabelledLines
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.controls import ComboBox

EnumT = TypeVar("EnumT", bound=Enum)


class ImportSettings(LabelledLines):
    """A small form; emits the reading as the user wants it."""

    changed = Signal(object)
    """`Reading`."""

    def __init__(
        self, theme: Theme, reading: Reading, cards: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._first = self._reading = reading
        units = {
            MemoryUnit.GB: "GB = 10⁹",
            MemoryUnit.GIB: "GiB = 2³⁰",
            MemoryUnit.MIB: "MiB",
            MemoryUnit.MIB_1000: "MiB / 1000",
        }
        scopes = {MemoryScope.PER_GPU: self.tr("one GPU"), MemoryScope.TOTAL: self.tr("all GPUs together")}
        kinds = {
            MemoryKind.UNKNOWN: self.tr("not said"),
            MemoryKind.DEVICE: self.tr("device (nvidia-smi)"),
            MemoryKind.RESERVED: self.tr("reserved (torch)"),
            MemoryKind.ALLOCATED: self.tr("allocated (torch)"),
        }
        self.unit = self._choice(self.tr("“G” means"), units, reading.memory_unit)
        self.scope = self._choice(self.tr("Figures count"), scopes, reading.scope)
        self.kind = self._choice(self.tr("Measured is"), kinds, reading.kind)
        self.prefix = self._text(self.tr("Model family"), reading.model_prefix, "Qwen-")
        self.card = self._card(cards, reading.gpu)
        self.samples = self._text(
            self.tr("Samples per step"), _number(reading.samples_per_step), self.tr("not said")
        )
        self.samples_scope = self._choice(self.tr("Samples count"), scopes, reading.samples_scope)
        self.source = self._text(self.tr("Source"), reading.source, "https://…")
        self.date = self._text(self.tr("Date"), reading.date, "2026-11-24")
        self.follow_theme()

    @property
    def reading(self) -> Reading:
        """The reading as it is set now."""
        said = replace(
            self._reading,
            memory_unit=MemoryUnit(self.unit.currentData()),
            scope=MemoryScope(self.scope.currentData()),
            kind=MemoryKind(self.kind.currentData()),
            model_prefix=self.prefix.text().strip(),
            gpu=self.card.currentText() if "gpu" not in self._reading.roles else "",
            samples_per_step=_count(self.samples.text()),
            samples_scope=MemoryScope(self.samples_scope.currentData()),
            source=self.source.text().strip(),
            date=self.date.text().strip(),
        )
        # What the user says is no guess any more.
        first = self._first
        still = (g for g in first.guesses if getattr(said, g.field) == getattr(first, g.field))
        return replace(said, guesses=tuple(still))

    def set_roles(self, roles: tuple[str, ...]) -> None:
        """Columns mean something else."""
        self._reading = replace(self._reading, roles=roles)
        self.card.setEnabled("gpu" not in roles)
        self._tell()

    def set_recipe(self, recipe: Recipe) -> None:
        """How rows were trained that do not say it."""
        self._reading = replace(self._reading, recipe=recipe)
        self._tell()

    def _choice(self, label: str, texts: Mapping[EnumT, str], chosen: EnumT) -> ComboBox:
        combo = ComboBox(self._theme)
        for value, text in texts.items():
            combo.addItem(text, value.value)
        combo.setCurrentIndex(list(texts).index(chosen))
        combo.currentIndexChanged.connect(self._tell)
        self.add_line(label, combo)
        return combo

    def _card(self, cards: Sequence[str], chosen: str) -> ComboBox:
        combo = ComboBox(self._theme)
        combo.addItems(list(cards))
        combo.setCurrentText(chosen)
        combo.setEnabled("gpu" not in self._reading.roles)
        combo.currentIndexChanged.connect(self._tell)
        self.add_line(self.tr("Card"), combo)
        return combo

    def _text(self, label: str, text: str, hint: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setPlaceholderText(hint)
        field.editingFinished.connect(self._tell)
        self.add_line(label, field)
        return field

    def _tell(self) -> None:
        self.changed.emit(self.reading)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _count(text: str) -> int | None:
    """A whole number, or None where there is none that can be read."""
    try:
        value = read_number(text) if text.strip() else 0
    except ValueError:
        return None
    return int(value) if value >= 1 and value == int(value) else None
