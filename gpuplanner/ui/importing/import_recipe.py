"""How rows were trained whose table does not say it: for all rows, or for those of one method."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gpuplanner.core.fields import FieldSpec, Value, read_value
from gpuplanner.core.plan import PLAN_FIELD, Method
from gpuplanner.data.table_import.recipe import RECIPE_FIELDS, Recipe, with_choice
from gpuplanner.ui.importing.labelled_lines import LabelledLines
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.words import field_label, value_words

_UNSAID = {"quantization": "nf4-dq"}
"""What `gpuplanner.core.resolve.fill_in` makes of a field that has no default of its own."""


class ImportRecipe(LabelledLines):
    """Emits the recipe as the user wants it; until then nothing is assumed but the plan's defaults."""

    changed = Signal(object)
    """`Recipe`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._recipe: Recipe = ()
        self.method = ComboBox(theme)
        self.method.addItem(self.tr("all methods"), "")
        for method in Method:
            self.method.addItem(value_words(method), method.value)
        self.method.currentIndexChanged.connect(self._show)
        self.add_line(self.tr("Rows of"), self.method)
        self.choices = {name: self._choice(PLAN_FIELD[name]) for name in RECIPE_FIELDS}
        self.follow_theme()

    @property
    def recipe(self) -> Recipe:
        """What is chosen now."""
        return self._recipe

    def _choice(self, spec: FieldSpec) -> ComboBox:
        combo = ComboBox(self._theme)
        unsaid = self.tr("not said")
        default = self._default(spec)
        combo.addItem(f"{unsaid} ({default})" if default else unsaid, "")
        for text in spec.choices:
            combo.addItem(value_words(read_value(spec, text)), text)
        combo.currentIndexChanged.connect(lambda _at: self._choose(spec.name))
        self.add_line(field_label(spec), combo)
        return combo

    def _default(self, spec: FieldSpec) -> str:
        value: Value = spec.default
        if value is None and spec.name in _UNSAID:
            value = read_value(spec, _UNSAID[spec.name])
        return "" if value is None else value_words(value)

    def _choose(self, field: str) -> None:
        text = str(self.choices[field].currentData())
        self._recipe = with_choice(self._recipe, str(self.method.currentData()), field, text)
        self.changed.emit(self._recipe)

    def _show(self, _at: int) -> None:
        """What is chosen for another method; says nothing."""
        method = self.method.currentData()
        chosen = {field: text for of, field, text in self._recipe if of == method}
        for name, combo in self.choices.items():
            was = combo.blockSignals(True)
            combo.setCurrentIndex(max(combo.findData(chosen.get(name, "")), 0))
            combo.blockSignals(was)
