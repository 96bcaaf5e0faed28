"""The settings in one dialog: what is changed applies at once, so there is no OK and no Cancel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.core.fields import FieldSpec
from gpuplanner.core.price import Per
from gpuplanner.data.settings import MAX_PRICE
from gpuplanner.ui.settings.address_field import AddressField
from gpuplanner.ui.soon import soon
from gpuplanner.ui.theme import REGULAR, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.number_field import NumberField, Steps
from gpuplanner.ui.widgets.price_field import PriceField

RESERVE = FieldSpec("reserve_gib", float, 0.0, "Reserve", "GiB of each card", unit="GiB", low=0, high=1e6)
PRICE = FieldSpec("price_per_gpu_hour", float, None, "Price", "Of one GPU for an hour", low=0, high=MAX_PRICE)
ELECTRICITY = FieldSpec("price_per_kwh", float, None, "Electricity", "Of one kWh", low=0, high=MAX_PRICE)
_FIELD_WIDTH, _BESIDE_WIDTH = 220, 150
_TITLE_BAR, _SCROLL_BAR = 40, 16
_FieldT = TypeVar("_FieldT", bound=NumberField)


class SettingsDialog(QDialog):
    """Shows values and emits what the user changes.

    ``choices``: for each setting that is chosen from a list, by its name, the texts by their values.
    """

    changed = Signal(str, object)
    """Name of a field of `data.settings.Settings` and its value; that of a choice or a price is a text."""
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
        self.price = self._price(PRICE, Per.GPU_HOUR, self.tr("&Price of a GPU hour"))
        self.price.setPlaceholderText(self.tr("none: no costs are shown"))
        self._note(self.tr("Reserve and price are what a plan begins with; each plan can have its own."))
        self.electricity = self._price(ELECTRICITY, Per.KWH, self.tr("&Electricity, per kWh"))
        self.electricity.setPlaceholderText(self.tr("none: kWh without costs"))
        self._note(
            self.tr(
                "Electricity alone: it is shown behind the kWh of a plan and added to nothing. "
                "The price of a rented GPU mostly includes it."
            )
        )
        self._head(self.tr("GPUs"))
        self._choice("sampling_hz", self.tr("Sa&mpling rate"), choices)
        self._head(self.tr("Trials"))
        self.python = QLabel()
        choose = button(theme, self.tr("Choose…"))
        choose.setAccessibleName(self.tr("Choose the Python of trials"))
        choose.clicked.connect(self.python_requested)
        self._line(self.tr("Python"), self.python, choose)
        self._head(self.tr("Updates"))
        self.address = AddressField(theme)
        self.address.edited.connect(lambda text: self.changed.emit("update_address", text))
        self.address.setPlaceholderText(self.tr("none: nothing is asked"))
        self._line(self.tr("&Address to ask"), self.address)
        asked = self.tr("Asked when you choose Check for updates in the Help menu, and at no other time.")
        self.address_note = self._note(asked)
        self.address.judged.connect(lambda reason: self._show_note(self.address_note, reason or asked))
        self._head(self.tr("Privacy"))
        self._note(
            self.tr(
                "GPU Planner never uses the network and sends nothing to anybody. "
                "Only what you start yourself does: making a Python environment, "
                "a trial on another computer, and the check for updates."
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
        self.electricity.set_value(values["price_per_kwh"])  # type: ignore[arg-type]
        self.address.set_value(str(values["update_address"]))

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
        return self._connected(NumberField(self._theme, spec, steps, unit), spec, text)

    def _price(self, spec: FieldSpec, per: Per, text: str) -> PriceField:
        return self._connected(PriceField(self._theme, spec, per), spec, text)

    def _connected(self, field: _FieldT, spec: FieldSpec, text: str) -> _FieldT:
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

    def _note(self, text: str) -> QLabel:
        label = self._label(text, TABLE, REGULAR)
        label.setWordWrap(True)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 3)
        return label

    def _show_note(self, label: QLabel, text: str) -> None:
        """Another text, with as much room as it needs."""
        if text != label.text():
            label.setText(text)
            self._take_theme()

    def _label(self, text: str, px: int, weight: int) -> QLabel:
        label = QLabel(text)
        self._labels.append((label, px, weight))
        return label

    def _lay_out(self) -> None:
        self._grid.setColumnStretch(2, 1)
        close = button(self._theme, self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.defaults)
        self._buttons.addStretch(1)
        self._buttons.addWidget(close)
        # With large text, or on a low screen, the settings scroll above the buttons.
        body, scroll = QWidget(), QScrollArea()
        body.setLayout(self._grid)
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        for ground in (scroll.viewport(), body):
            ground.setAutoFillBackground(False)  # that of the dialog
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = QVBoxLayout(self)
        self._column.addWidget(scroll, 1)
        self._column.addLayout(self._buttons)

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
        self._fit()
        soon(self, self._fit)  # the buttons follow the theme after this

    def _fit(self) -> None:
        """As large as the settings, but not larger than the screen."""
        px = self._theme.px
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.activate()
        width = self._grid.totalSizeHint().width()
        height = self._grid.totalHeightForWidth(width) + self._buttons.totalSizeHint().height() + px(48)
        room = self.screen().availableGeometry().height() - px(_TITLE_BAR)
        scrolls = height > room
        self._grid.setContentsMargins(0, 0, px(_SCROLL_BAR) if scrolls else 0, 0)
        self.resize(width + px(48) + (px(_SCROLL_BAR) if scrolls else 0), min(height, room))
