"""The menu of Pythons for trials: those that were found, and two ways to pick another."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gpuplanner.ui.trial.trial_python import TrialPython
from gpuplanner.ui.trial.trial_words import short_path


class PythonMenu(QObject):
    """Opens at a button; emits what was chosen."""

    chosen = Signal(str)
    """A program, or the folder of an environment."""
    make_requested = Signal()

    def __init__(self, python: TrialPython, window: QWidget) -> None:
        super().__init__(window)
        self._python, self._window = python, window

    def open(self, where: QPoint) -> QMenu:
        """Show the menu; it looks for environments now, which takes some milliseconds."""
        menu = QMenu(self._window)
        every = self._python.found()
        # Those without torch are only worth a line where there is no other.
        for found in [one for one in every if one.torch] or every:
            torch = f"torch {found.torch}" if found.torch else self.tr("no torch seen")
            action = menu.addAction(f"{found.name}  ·  {torch}  ·  {short_path(found.folder)}")
            action.triggered.connect(lambda _checked=False, path=found.python: self.chosen.emit(path))
        menu.addSeparator()
        menu.addAction(self.tr("Choose a Python…")).triggered.connect(lambda: self._pick(folder=False))
        pick = menu.addAction(self.tr("Choose an environment's folder…"))
        pick.triggered.connect(lambda: self._pick(folder=True))
        menu.addSeparator()
        menu.addAction(self.tr("Make an environment…")).triggered.connect(lambda: self.make_requested.emit())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)
        return menu

    def _pick(self, *, folder: bool) -> None:
        title = self.tr("Folder of a venv or conda environment") if folder else self.tr("Python")
        dialog = QFileDialog(self._window, title)
        kind = QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile
        dialog.setFileMode(kind)
        dialog.fileSelected.connect(self.chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
