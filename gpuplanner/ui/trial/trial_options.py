"""The small form of a trial: steps, warm-up, time limit, place, device, weights, several lengths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from gpuplanner.core.fields import FieldSpec, Value
from gpuplanner.core.trial import Device
from gpuplanner.core.units import read_number
from gpuplanner.trial.place import HERE, TrialPlace, Where
from gpuplanner.ui.plan.form_editors import ChoiceField, ElidedEdit
from gpuplanner.ui.theme import CAPTION, TABLE, Theme
from gpuplanner.ui.told import told
from gpuplanner.ui.trial.trial_place_fields import PlaceFields
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CONTROL_HEIGHT
from gpuplanner.ui.widgets.number_field import NumberField, Steps

MOST_STEPS, MOST_LENGTHS, LONGEST = 10_000, 12, 2**24
_LABEL = 98


@dataclass(frozen=True)
class TrialWishes:
    """What the form says."""

    steps: int = 20
    warm_up_steps: int = 2
    time_limit_s: float | None = 300.0
    device: str = Device.AUTO.value
    """``auto``, ``cuda``, ``cpu``, or the UUID of a card."""
    weights: str = ""
    """A folder of safetensors; empty: random weights."""
    lengths: tuple[int, ...] = ()
    """Several lengths in one go, the longest first; empty: the plan's own."""
    place: TrialPlace = HERE
    problem: str = ""
    """What in the form cannot be read."""


def read_lengths(text: str) -> tuple[int, ...]:
    """Lengths out of "4096, 2048 1k", the longest first.

    Raises:
        ValueError: in words for the user.
    """
    found = set()
    for word in re.split(r"[;\s]+|,\s+", text.strip().rstrip(",")):
        if not word:
            continue
        number = read_number(word)
        if number != int(number) or not 1 <= number <= LONGEST:
            raise ValueError(f"{word!r} is no sequence length")
        found.add(int(number))
    if len(found) > MOST_LENGTHS:
        raise ValueError(f"{len(found)} lengths; {MOST_LENGTHS} at the most")
    return tuple(sorted(found, reverse=True))


class TrialOptionsForm(QWidget):
    """Emits `changed` after each edit; ``wishes`` are what it says."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._labels_of: dict[QWidget, QLabel] = {}
        self._unread: dict[str, str] = {}
        self.steps = self._number("steps", 20, 1, MOST_STEPS, Steps.ONES)
        self.warm_up = self._number("warm_up", 2, 0, MOST_STEPS, Steps.ONES, self.tr("warm-up"))
        self.time_limit = self._number("time_limit", 300, 1, 86_400, Steps.ROUND, "s")
        self.place = PlaceFields(theme, self)
        self.place.changed.connect(self._place_changed)
        self.device = ChoiceField(theme, self._devices(()))
        self.device.edited.connect(lambda _value: self.changed.emit())
        self.weights = ElidedEdit()
        self.weights.setPlaceholderText(self.tr("random"))
        self.weights.setToolTip(
            self.tr("Memory and time do not depend on the weights' values. A folder has to hold safetensors.")
        )
        self.weights.editingFinished.connect(self.changed)
        self.browse = button(theme, "", icon="folder")
        self.browse.setAccessibleName(self.tr("Choose a folder of weights"))
        self.browse.setToolTip(self.tr("Choose a folder of weights"))
        self.browse.clicked.connect(self._browse)
        self.lengths = QLineEdit()
        self.lengths.setToolTip(self.tr("Several lengths in one go, the longest first: 4096, 2048, 1024"))
        self.lengths.textEdited.connect(self._lengths_edited)
        self._lay_out()
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def wishes(self) -> TrialWishes:
        """What the form says now."""
        try:
            lengths: tuple[int, ...] = read_lengths(self.lengths.text())
        except ValueError:
            lengths = ()
        limit = self.time_limit.value
        return TrialWishes(
            steps=_whole(self.steps.value, 20),
            warm_up_steps=_whole(self.warm_up.value, 2),
            time_limit_s=float(limit) if isinstance(limit, int | float) else None,
            device=str(self.device.value),
            weights=self.weights.text().strip(),
            lengths=lengths,
            place=self.place.place,
            problem=next(iter(self._unread.values()), ""),
        )

    def show_wishes(self, wishes: TrialWishes) -> None:
        """Show what was wished for last time: steps, warm-up, limit and place; emits nothing."""
        self.steps.set_value(wishes.steps)
        self.warm_up.set_value(wishes.warm_up_steps)
        self.time_limit.set_value(wishes.time_limit_s)
        self.place.show_place(wishes.place)
        self._show_wanted()

    def show_length(self, seq_len: int) -> None:
        """The plan's own length, where no others are given."""
        self.lengths.setPlaceholderText(self.tr("{n}, the plan's own").format(n=f"{seq_len:,}"))

    def offer_cards(self, cards: Sequence[tuple[str, str]]) -> None:
        """Cards of this computer as (UUID, name); they are named only where there are several."""
        wanted = self._devices(cards if len(cards) > 1 else ())
        if [self.device.itemText(i) for i in range(self.device.count())] == [words for _, words in wanted]:
            return
        chosen = self.device.value
        new = ChoiceField(self._theme, wanted)
        new.set_value(chosen if any(value == chosen for value, _ in wanted) else Device.AUTO.value)
        new.edited.connect(lambda _value: self.changed.emit())
        new.setAccessibleName(self.device.accessibleName())
        self.layout().replaceWidget(self.device, new)  # type: ignore[union-attr]
        self.device.deleteLater()
        self.device = new

    def _devices(self, cards: Sequence[tuple[str, str]]) -> list[tuple[Value, str]]:
        choices: list[tuple[Value, str]] = [
            (Device.AUTO.value, self.tr("GPU if there is one")),
            (Device.CUDA.value, self.tr("GPU (CUDA)")),
            (Device.CPU.value, self.tr("CPU")),
        ]
        return choices + [(uuid, name) for uuid, name in cards]

    def _number(
        self, name: str, default: int, low: int, high: int, steps: Steps, unit: str = ""
    ) -> NumberField:
        spec = FieldSpec(name, int, default, name, "", low=low, high=high)
        field = NumberField(self._theme, spec, steps, unit)
        field.set_value(default)
        field.edited.connect(lambda _value, name=name: self._read(name, field))
        field.unreadable.connect(lambda _text, why, name=name: self._cannot_read(name, field, why))
        return field

    def _read(self, name: str, field: NumberField) -> None:
        self._unread.pop(name, None)
        field.set_border("")
        self.changed.emit()

    def _cannot_read(self, name: str, field: NumberField, why: str) -> None:
        self._unread[name] = why
        field.set_border("no")
        self.changed.emit()

    def _place_changed(self) -> None:
        self._show_wanted()
        self.changed.emit()

    def _show_wanted(self) -> None:
        """Weights stay on this computer, so a far one has none to choose."""
        here = self.place.place.where is not Where.SSH
        for widget in (self.weights, self.browse, self._labels_of[self.weights]):
            widget.setVisible(here)

    def _lengths_edited(self, text: str) -> None:
        try:
            read_lengths(text)
            self._unread.pop("lengths", None)
        except ValueError as error:
            self._unread["lengths"] = told(str(error))
        self.lengths.setProperty("invalid", "true" if "lengths" in self._unread else "false")
        self.lengths.style().unpolish(self.lengths)
        self.lengths.style().polish(self.lengths)
        self.changed.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder of weights"), self.weights.text() or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._take_folder)
        dialog.open()

    def _take_folder(self, path: str) -> None:
        self.weights.setText(path)
        self.changed.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (self.tr("Steps"), (self.steps, self.warm_up)),
            (self.tr("Time limit"), (self.time_limit,)),
            *self.place.rows(),
            (self.tr("Device"), (self.device,)),
            (self.tr("Weights"), (self.weights, self.browse)),
            (self.tr("Lengths"), (self.lengths,)),
        )
        for row, (name, fields) in enumerate(rows):
            label = QLabel(name)
            label.setBuddy(fields[0])
            self._labels_of[fields[0]] = label
            grid.addWidget(label, row, 0)
            if fields[-1] is self.browse:
                line = QHBoxLayout()
                line.setSpacing(4)
                line.addWidget(self.weights, 1)
                line.addWidget(self.browse)
                grid.addLayout(line, row, 1, 1, 2)
            elif len(fields) == 2:
                for column, field in enumerate(fields, start=1):
                    grid.addWidget(field, row, column)
            else:
                grid.addWidget(fields[0], row, 1, 1, 2)
            for field in fields:
                field.setAccessibleName(field.accessibleName() or name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.place.labels = self._labels_of
        self.place.show_wanted()

    def _take_theme(self) -> None:
        px = self._theme.px
        for label in self._labels_of.values():
            label.setFont(self._theme.font(TABLE))
            label.setFixedWidth(px(_LABEL - 8))
            label.setStyleSheet(f"color: {self._theme.tokens.text2}")
        self.place.take_theme()
        for field in (self.weights, self.lengths):
            field.setFont(self._theme.font(TABLE))
            field.setFixedHeight(px(CONTROL_HEIGHT))
        self.browse.setFont(self._theme.font(CAPTION))
        self.browse.setFixedSize(px(30), px(CONTROL_HEIGHT))


def _whole(value: Value, default: int) -> int:
    return int(value) if isinstance(value, int | float) else default
