"""Ties a window's measured rows to its estimates: previews a correction, applies it, switches it off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from gpuplanner.core.benchmark import BenchmarkRow, Origin, Status
from gpuplanner.core.errors import InputError
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.soon import soon
from gpuplanner.ui.told import told_error
from gpuplanner.ui.wording import Wording

if TYPE_CHECKING:
    from gpuplanner.core.correction import Correction
    from gpuplanner.report.correction_preview import CorrectionPreview, TableRow
    from gpuplanner.ui.correction.correction_dialog import CorrectionDialog

PHYSICS_NAME = "physics"


class CorrectionLink(QObject):
    """The corrections of one window's document; lives as long as the window."""

    changed = Signal()
    """Other corrections are in use, or none."""

    def __init__(self, window: MainWindow, planner: Planner, wording: Wording, catalog: Catalog) -> None:
        super().__init__(window)
        self._window, self._planner, self._catalog = window, planner, catalog
        self._wording = wording
        self._started = False
        self.dialog: CorrectionDialog | None = None
        """The preview that is open."""
        self.ask_document: Callable[[], Path | None] = self._ask_document
        """An attribute, so that a test can answer without a dialog."""
        document = window.document
        document.corrections_changed.connect(self._take)
        document.replaced.connect(self._take_document)
        self._make_menus()

    @property
    def name(self) -> str:
        """What the estimates are made with: ``physics``, ``physics + 1 trial``."""
        calibration = self._planner.calibration
        return PHYSICS_NAME if calibration is None else calibration.name

    def start(self) -> None:
        """Use the document's corrections from now on.  Call after the window is shown."""
        self._started = True
        self._take()

    def why_not(self, rows: Sequence[int]) -> str:
        """Why nothing can be learned from these rows of the document, in one sentence; empty when it can."""
        document = self._window.document
        chosen = [document.rows[index] for index in rows if 0 <= index < len(document.rows)]
        if not chosen:
            return self.tr("There is no row to learn from.")
        if not any(_says_something(row) for row in chosen):
            return self.tr("Nothing was measured, so there is nothing to learn from.")
        return ""

    def preview(self, rows: Sequence[int]) -> None:
        """Show what these rows of the document would change; the user applies it, or not now."""
        reason = self.why_not(rows)
        if reason:
            self._tell(reason)
            return
        preview = self._preview(rows)
        if not preview.correction.evidence:
            reasons = "\n".join(preview.correction.left_out[:3])
            self._tell(self.tr("Nothing can be learned from these rows.") + f"\n{reasons}")
            return
        self._show(preview)

    def preview_all(self) -> None:
        """Show what all measured rows of the table would change."""
        self.preview([i for i, row in enumerate(self._window.document.rows) if _says_something(row)])

    def preview_trials(self) -> None:
        """Show what the trials in the table would change."""
        rows = self._window.document.rows
        trials = [i for i, row in enumerate(rows) if row.provenance.origin is Origin.TRIAL]
        if trials:
            self.preview(trials)
        else:
            self._tell(
                self.tr("There is no trial in the table yet. Run one, or bring those of another document.")
            )

    def switch(self, number: int, active: bool) -> None:
        """Switch a correction on or off, as one step."""
        layers = list(self._window.document.corrections)
        layers[number] = replace(layers[number], active=active)
        text = self.tr("switch on {name}") if active else self.tr("switch off {name}")
        self._window.document.set_corrections(layers, text.format(name=layers[number].name))

    def remove(self, number: int) -> None:
        """Remove a correction, as one step; the rows stay."""
        layers = list(self._window.document.corrections)
        gone = layers.pop(number)
        self._window.document.set_corrections(layers, self.tr("remove {name}").format(name=gone.name))

    def bring_trials(self) -> None:
        """Ask for another document and bring its trials with their rows into this one."""
        path = self.ask_document()
        if path is None:
            return
        # Here, for it is rarely wanted and the start is to be quick.
        from gpuplanner.data.bring_trials import read_trials_of

        document = self._window.document
        folder = None if document.path is None else document.path.parent
        try:
            brought = read_trials_of(path, document.rows, document.trials, folder)
        except InputError as error:
            self._tell(told_error(error), fault=True)
            return
        if not brought.rows and not brought.trials:
            self._tell(self.tr("All trials of {name} are here already.").format(name=path.name))
            return
        step = self.tr("bring trials from {name}").format(name=path.name)
        rows = document.keep_trials(brought.rows, brought.trials, step)
        one, many = (
            self.tr("1 row of a trial came from {name}"),
            self.tr("{n} rows of trials came from {name}"),
        )
        text = (one if len(rows) == 1 else many).format(name=path.name, n=f"{len(rows):,}")
        measured = [index for index in rows if _says_something(document.rows[index])]
        actions = [(self.tr("Show correction"), partial(self.preview, measured))] if measured else []
        self._window.table.messages.show_message(text, actions)

    # The document's layers -------------------------------------------------------------------------

    def _take_document(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self._take()

    def _take(self) -> None:
        """Give the planner what the document's corrections make of the estimator."""
        layers = self._window.document.corrections
        if not self._started or (not layers and self._planner.calibration is None):
            return
        # Loads numpy, so not before the window is on the screen.
        from gpuplanner.estimator.estimate import PHYSICS, corrected_by

        calibration = corrected_by(layers)
        self._planner.set_calibration(None if calibration is PHYSICS else calibration)
        self.changed.emit()

    def _preview(self, rows: Sequence[int]) -> CorrectionPreview:
        # Loads numpy, so when it is first wanted.
        from gpuplanner.report.correction_preview import TableRow, preview_correction

        document = self._window.document
        folder = None if document.path is None else document.path.parent
        known: list[TableRow] = []
        for index, row in enumerate(document.rows):
            if not _says_something(row):
                continue
            try:
                known.append(TableRow(index, row, self._catalog.resolve(row.effective_plan(), folder)))
            except InputError:
                continue  # its cell says why it cannot be estimated
        wanted = set(rows)
        return preview_correction(
            [item for item in known if item.index in wanted],
            known,
            document.corrections,
            name="",
            date=date.today().isoformat(),
            plan=self._planner.outcome.resolved,
            budget=self._planner.setup.budget,
        )

    def _show(self, preview: CorrectionPreview) -> None:
        # Here, for they are rarely wanted and the start is to be quick.
        from gpuplanner.ui.correction.correction_dialog import CorrectionDialog
        from gpuplanner.ui.correction.correction_words import CorrectionWords

        if self.dialog is not None:
            self.dialog.close()
        words = CorrectionWords(self._wording, self)
        name = words.default_name(preview.correction, preview.correction.date)
        dialog = CorrectionDialog(self._window.theme, words.text(preview), self._unused(name), self._window)
        words.setParent(dialog)
        dialog.applied.connect(lambda chosen: self._apply(preview.correction, chosen or name))
        dialog.destroyed.connect(partial(self._forget, id(dialog)))
        self.dialog = dialog
        dialog.show()

    def _forget(self, which: int, _gone: QObject | None = None) -> None:
        if self.dialog is not None and id(self.dialog) == which:
            self.dialog = None

    def _apply(self, correction: Correction, name: str) -> None:
        document = self._window.document
        layer = replace(correction, name=self._unused(name))
        document.set_corrections(
            (*document.corrections, layer), self.tr("apply correction {name}").format(name=layer.name)
        )

    def _unused(self, name: str) -> str:
        """The name, with a number where another correction has it already."""
        taken = {layer.name for layer in self._window.document.corrections}
        number = 2
        result = name
        while result in taken:
            result, number = f"{name} ({number})", number + 1
        return result

    # Menus -------------------------------------------------------------------------------------------

    def _make_menus(self) -> None:
        menus = self._window.menus
        plan, file = menus.menu("plan", ""), menus.menu("file", "")
        plan.addSeparator()
        menus.maker.add(plan, self.tr("Learn from all &measured rows…"), self.preview_all)
        menus.maker.add(plan, self.tr("Learn from my &trials…"), self.preview_trials)
        self.menu = plan.addMenu(self.tr("Correct&ions"))
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)
        bring = menus.maker.add(file, self.tr("&Bring trials from…"), self.bring_trials)
        before = next((action for action in file.actions() if action.isSeparator()), None)
        if before is not None:  # after what opens a document
            file.removeAction(bring)
            file.insertAction(before, bring)

    def _fill(self) -> None:
        # Here, for they are rarely wanted and the start is to be quick.
        from gpuplanner.ui.correction.correction_words import tip_of

        menu = self.menu
        menu.clear()
        layers = self._window.document.corrections
        for number, layer in enumerate(layers):
            action = menu.addAction(_plain(layer.name))
            action.setCheckable(True)
            action.setChecked(layer.active)
            action.setToolTip(tip_of(layer))
            # After the menu has closed: it is filled anew by what this changes.
            action.triggered.connect(lambda on, n=number: soon(self, lambda: self.switch(n, on)))
        if not layers:
            menu.addAction(self.tr("None yet: learn from rows or trials")).setEnabled(False)
            return
        menu.addSeparator()
        self._fill_remove(menu.addMenu(self.tr("&Remove")))

    def _fill_remove(self, menu: QMenu) -> None:
        for number, layer in enumerate(self._window.document.corrections):
            action = menu.addAction(_plain(layer.name))
            action.triggered.connect(lambda _on=False, n=number: soon(self, lambda: self.remove(n)))

    def _tell(self, text: str, *, fault: bool = False) -> None:
        self._window.table.messages.show_message(text, fault=fault)

    def _ask_document(self) -> Path | None:
        path = self._window.document.path
        folder = str(path.parent) if path is not None else ""
        filters = self.tr("GPU Planner document (*.gpuplan)")
        title = self.tr("Bring trials from")
        name, _ = QFileDialog.getOpenFileName(self._window, title, folder, filters)
        return Path(name) if name else None


def _says_something(row: BenchmarkRow) -> bool:
    """Whether a row holds a figure, or says that it ran out of memory."""
    figures = row.measurement
    measured = figures.peak_memory or figures.step_time_s
    return figures.status is Status.OOM or (figures.status is Status.MEASURED and bool(measured))


def _plain(name: str) -> str:
    """A name as a menu shows it: a single "&" would be taken as a key."""
    return name.replace("&", "&&")
