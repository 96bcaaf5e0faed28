"""The part of a trial's form that says where it runs: this computer, another one over ssh, or Slurm."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from gpuplanner.core.fields import FieldSpec
from gpuplanner.trial.place import TrialPlace, Where
from gpuplanner.ui.plan.form_editors import ChoiceField, ElidedEdit, NameField
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.controls import CONTROL_HEIGHT
from gpuplanner.ui.widgets.number_field import NumberField, Steps

_MOST_NODES = 10_000


class PlaceFields(QObject):
    """The fields and when each is wanted; the form lays them out.  Emits `changed` after each edit."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._n_nodes = 1
        self.where = ChoiceField(
            theme,
            [
                (Where.HERE.value, self.tr("This computer")),
                (Where.SSH.value, self.tr("Another computer (ssh)")),
                (Where.SLURM.value, self.tr("Slurm (srun)")),
            ],
        )
        self.host = NameField(theme, ())
        self.host.setToolTip(
            self.tr("As for ssh; keys, ports and jump hosts are your own. It has to work without one.")
        )
        self.python, self.srun, self.first_node = ElidedEdit(), ElidedEdit(), ElidedEdit()
        self.python.setPlaceholderText("python3")
        self.python.setToolTip(self.tr("A Python with torch on that computer, or an environment's folder"))
        self.srun.setPlaceholderText("--partition=gpu")
        self.srun.setToolTip(self.tr("Goes to srun as it is: partition, account, constraints"))
        spec = FieldSpec("node", int, 0, "node", "", low=0, high=_MOST_NODES)
        self.node = NumberField(theme, spec, Steps.ONES)
        self.node.set_value(0)
        self.node.setToolTip(self.tr("The number of this computer, from 0; the first node is 0"))
        self.first_node.setPlaceholderText(self.tr("host of node 0"))
        self.first_node.setToolTip(
            self.tr("HOST or HOST:PORT where node 0 is reached; start the same trial on every node")
        )
        self.labels: dict[QWidget, QLabel] = {}
        """By the first field of a row; the form puts them in."""
        self._connect()
        theme.changed.connect(self.take_theme)

    def rows(self) -> tuple[tuple[str, tuple[QWidget, ...]], ...]:
        """Names and fields in their order."""
        return (
            (self.tr("Where"), (self.where,)),
            (self.tr("Host"), (self.host,)),
            (self.tr("Python there"), (self.python,)),
            (self.tr("Options"), (self.srun,)),
            (self.tr("Node"), (self.node, self.first_node)),
        )

    @property
    def place(self) -> TrialPlace:
        """What they say; ``python`` only of another computer."""
        where = Where(str(self.where.value))
        far, torchrun = where is Where.SSH, where is not Where.SLURM and self._n_nodes > 1
        node = self.node.value
        return TrialPlace(
            where,
            python=self.python.text().strip() if far else "",
            host=self.host.value if far else "",
            srun_options=self.srun.text().strip() if where is Where.SLURM else "",
            node=int(node) if torchrun and isinstance(node, int | float) else 0,
            first_node=self.first_node.text().strip() if torchrun else "",
        )

    def show_place(self, place: TrialPlace) -> None:
        """Show another place; emits nothing."""
        self.where.set_value(place.where.value)
        self.host.set_value(place.host)
        self.python.setText(place.python)
        self.srun.setText(place.srun_options)
        self.node.set_value(place.node)
        self.first_node.setText(place.first_node)
        self.show_wanted()

    def offer_hosts(self, hosts: Sequence[str]) -> None:
        """Names of other computers to choose from."""
        self.host.set_names(hosts)

    def show_nodes(self, n_nodes: int) -> None:
        """Of how many nodes the plan is; torchrun has to know which of several this is."""
        if n_nodes != self._n_nodes:
            self._n_nodes = n_nodes
            self.show_wanted()

    def show_wanted(self) -> None:
        """Show the fields that the place has."""
        where = Where(str(self.where.value))
        wanted: tuple[tuple[bool, tuple[QWidget, ...]], ...] = (
            (where is Where.SSH, (self.host,)),
            (where is Where.SSH, (self.python,)),
            (where is Where.SLURM, (self.srun,)),
            (where is not Where.SLURM and self._n_nodes > 1, (self.node, self.first_node)),
        )
        for shown, fields in wanted:
            for widget in (*fields, self.labels.get(fields[0])):
                if widget is not None:
                    widget.setVisible(shown)

    def take_theme(self) -> None:
        """Fonts and heights of the text fields."""
        for field in (self.python, self.srun, self.first_node):
            field.setFont(self._theme.font(TABLE))
            field.setFixedHeight(self._theme.px(CONTROL_HEIGHT))

    def _connect(self) -> None:
        self.where.edited.connect(lambda _value: self._where_edited())
        self.host.edited.connect(lambda _value: self.changed.emit())
        self.node.edited.connect(lambda _value: self.changed.emit())
        fields: tuple[QLineEdit, ...] = (self.python, self.srun, self.first_node)
        for field in fields:
            field.editingFinished.connect(self.changed)

    def _where_edited(self) -> None:
        self.show_wanted()
        self.changed.emit()
