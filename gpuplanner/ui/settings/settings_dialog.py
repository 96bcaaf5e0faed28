"""The settings in one dialog: what is changed applies at once, so there is no OK and no Cancel."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.core.fields import FieldSpec
from gpuplanner.ui.theme import REGULAR, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.number_field import NumberField, Steps

RESERVE = FieldSpec("reserve_gib", float, 0.0, "Reserve", "GiB of each card", unit="GiB", low=0, high=1e6)
PRICE = FieldSpec("price_per_gpu_hour", float, None, "Price", "Of one GPU for an hour", low=0, high=1e6)
_FIELD_WIDTH, _BESIDE_WIDTH = 220, 150


class SettingsDialog(QDialog):
    """Shows values and emits what the user changes.

    ``choices``: for each setting that is chosen from a list, by its name, the texts by their values.
    """

    changed = Signal(str, object)
    """Name of a field of `data.settings.Settings` and its value; a choice's value is a text."""
    defaults_requested = Signal()
    undo_requested = Signal()
    reopen_requested = Signal()
    """The windows are to speak the chosen language now."""
    python_requested = Signal()
    folder_requested = Signal()

    def __init__(
        self, theme: Theme, choices: Mapping[str, Mapping[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._grid = QGridLayout()
        self._labels: list[tuple[QLabel, int, int]] = []
        """With size and weight of their fonts."""
        self._fields: list[QWidget] = []
        self._gaps: list[int] = []
        """Rows of the grid that keep the groups apart."""
        self._can_undo = False
        self.boxes: dict[str, ComboBox] = {}
        self.defaults: QPushButton = button(theme, self.tr("Defaults"))
        self.defaults.clicked.connect(self._ask_defaults)
        self.reopen = button(theme, self.tr("Reopen windows"))
        self.reopen.setToolTip(
            self.tr("Closes all windows and opens them in the chosen language, with all they hold")
        )
        self.reopen.clicked.connect(self.reopen_requested)
        self.reopen.hide()
        self._head(self.tr("Looks"))
        self._choice("language", self.tr("&Language"), choices, self.reopen)
        self._choice("theme", self.tr("&Theme"), choices)
        self._choice("user_scale", self.tr("Text &size"), choices)
        self._head(self.tr("Figures"))
        self._choice("unit", self.tr("Memory &unit"), choices)
        self.reserve = self._number(RESERVE, Steps.ONES, "GiB", self.tr("&Reserve of each card"))
        self.price = self._number(PRICE, Steps.TENTHS, "", self.tr("&Price of a GPU hour"))
        self.price.setPlaceholderText(self.tr("none: no costs are shown"))
        self._note(self.tr("Reserve and price are what a plan begins with; each plan can have its own."))
        self._head(self.tr("GPUs"))
        self._choice("sampling_hz", self.tr("Sa&mpling rate"), choices)
        self._head(self.tr("Trials"))
        self.python = QLabel()
        choose = button(theme, self.tr("Choose…"))
        choose.setAccessibleName(self.tr("Choose the Python of trials"))
        choose.clicked.connect(self.python_requested)
        self._line(self.tr("Python"), self.python, choose)
        self._head(self.tr("Privacy"))
        self._note(
            self.tr(
                "GPU Planner never uses the network and sends nothing to anybody. "
                "Only what you start yourself does: making a Python environment, "
                "and a trial on another computer."
            )
        )
        self._head(self.tr("File"))
        self.file = QLabel()
        self.file.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.folder = button(theme, self.tr("Open folder"))
        self.folder.clicked.connect(self.folder_requested)
        self._line(self.tr("Settings are kept in"), self.file, self.folder)
        self._lay_out()
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show the values by their names; emits nothing."""
        for name, box in self.boxes.items():
            place = box.findData(values[name])
            box.blockSignals(True)
            box.setCurrentIndex(place)
            box.blockSignals(False)
        self.reserve.set_value(values["reserve_gib"])  # type: ignore[arg-type]
        self.price.set_value(values["price_per_gpu_hour"])  # type: ignore[arg-type]

    def show_undo(self, can_undo: bool) -> None:
        """Whether the button takes the last "Defaults" back."""
        self.defaults.setText(self.tr("Undo defaults") if can_undo else self.tr("Defaults"))
        self._can_undo = can_undo

    def _ask_defaults(self) -> None:
        (self.undo_requested if self._can_undo else self.defaults_requested).emit()

    def _choice(
        self, name: str, text: str, choices: Mapping[str, Mapping[str, str]], beside: QWidget | None = None
    ) -> None:
        box = self.boxes[name] = ComboBox(self._theme)
        for value, shown in choices[name].items():
            box.addItem(shown, value)
        box.currentIndexChanged.connect(lambda _index: self.changed.emit(name, box.currentData()))
        self._line(text, box, beside)

    def _number(self, spec: FieldSpec, steps: Steps, unit: str, text: str) -> NumberField:
        field = NumberField(self._theme, spec, steps, unit)
        field.edited.connect(lambda value: self.changed.emit(spec.name, value))
        field.edited.connect(lambda _value: field.set_border(""))
        field.unreadable.connect(lambda _text, _reason: field.set_border("no"))
        self._line(text, field)
        return field

    def _line(self, text: str, widget: QWidget, beside: QWidget | None = None) -> None:
        row = self._grid.rowCount()
        label = self._label(text, TEXT, REGULAR)
        if isinstance(widget, QLabel):
            self._labels.append((widget, TABLE, REGULAR))
            widget.setWordWrap(True)
        else:
            self._fields.append(widget)
            label.setBuddy(widget)
            widget.setAccessibleName(re.sub(r"\(&\w\)|&", "", text))
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(widget, row, 1)
        if beside is not None:
            self._grid.addWidget(beside, row, 2, Qt.AlignmentFlag.AlignLeft)

    def _head(self, text: str) -> None:
        row = self._grid.rowCount()
        self._gaps.append(row)
        self._grid.addWidget(self._label(text, TEXT, SEMIBOLD), row + 1, 0, 1, 3)

    def _note(self, text: str) -> None:
        label = self._label(text, TABLE, REGULAR)
        label.setWordWrap(True)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 3)

    def _label(self, text: str, px: int, weight: int) -> QLabel:
        label = QLabel(text)
        self._labels.append((label, px, weight))
        return label

    def _lay_out(self) -> None:
        self._grid.setColumnStretch(2, 1)
        close = button(self._theme, self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self.defaults)
        buttons.addStretch(1)
        buttons.addWidget(close)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._grid)
        self._column.addLayout(buttons)

    def _take_theme(self) -> None:
        """Sizes follow the text size, which may be what is being changed here."""
        theme, px = self._theme, self._theme.px
        for label, size, weight in self._labels:
            label.setFont(theme.font(size, weight))
        for field in self._fields:
            field.setFixedWidth(px(_FIELD_WIDTH))
        for row in self._gaps[1:]:
            self._grid.setRowMinimumHeight(row, px(8))
        self._grid.setColumnMinimumWidth(2, px(_BESIDE_WIDTH))
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(6))
        self._column.setContentsMargins(px(24), px(16), px(24), px(16))
        self._column.setSpacing(px(16))
        self._column.activate()
        width = self._column.totalSizeHint().width()
        self.resize(width, self._column.totalHeightForWidth(width))
