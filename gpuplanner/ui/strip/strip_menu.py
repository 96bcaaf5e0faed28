"""What can be done with a card of the strip (plan for it, compare with it, fold), and all about a state."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QMessageBox

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget
from gpuplanner.core.gpu import Gpu
from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.states import State
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.strip.strip_words import StripWords


class KnowsGpus(Protocol):
    """What is needed of the catalogue."""

    def gpu(self, name: str) -> Gpu:
        """A card by its name or by NVML's; raises InputError."""


class HasCards(Protocol):
    """What is needed of the strip's link."""

    @property
    def sample(self) -> Sample | None:
        """The last sample."""

    def choose(self, uuid: str) -> None:
        """Compare the plan with this card."""

    def set_folded(self, folded: bool) -> None:
        """Fold the strip into the status row."""


class StripMenu(QObject):
    """The context menu of the tiles, and the window behind [Details]."""

    def __init__(
        self, window: MainWindow, planner: Planner, catalog: KnowsGpus, words: StripWords, strip: HasCards
    ) -> None:
        super().__init__(window)
        self._window, self._planner, self._catalog = window, planner, catalog
        self._words, self._strip = words, strip

    def popup(self, uuid: str, at: QPoint) -> None:
        """Show the menu of a card."""
        self.make(uuid).popup(at)

    def make(self, uuid: str) -> QMenu:
        """The menu of a card."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        plan = menu.addAction(self.tr("Plan for this card, with what it has free"))
        plan.setEnabled(bool(self._catalogued(uuid)))
        plan.triggered.connect(lambda: self.plan_for(uuid))
        menu.addAction(self.tr("Compare the plan with this card"), lambda: self._strip.choose(uuid))
        menu.addSeparator()
        menu.addAction(self.tr("Fold into the status bar"), lambda: self._strip.set_folded(True))
        return menu

    def plan_for(self, uuid: str) -> None:
        """Make a local card the plan's GPU and what it has free the budget, as one step."""
        name = self._catalogued(uuid)
        if not name:
            return
        self._strip.choose(uuid)
        planner, stack = self._planner, self._window.document.undo_stack
        step = self.tr("plan for {gpu}, free now").format(gpu=name)
        stack.beginMacro(step)
        planner.set_field("gpu", name, step)
        planner.set_budget(Budget(None, planner.setup.budget.reserve_bytes, free_now=True), step)
        stack.endMacro()

    def show_details(self, state: State) -> None:
        """All about a state without cards, to read and to copy."""
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("GPUs of this computer"))
        box.setText(self._words.state_line(state))
        box.setInformativeText(self._words.state_details(state))
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.addButton(self.tr("Close"), QMessageBox.ButtonRole.RejectRole)
        box.finished.connect(box.deleteLater)
        box.open()

    def _catalogued(self, uuid: str) -> str:
        """The catalogue's name of a card; empty for one that it does not know."""
        sample = self._strip.sample
        card = None if sample is None else sample.card(uuid)
        if card is None:
            return ""
        try:
            return self._catalog.gpu(card.facts.name).name
        except InputError:
            return ""
