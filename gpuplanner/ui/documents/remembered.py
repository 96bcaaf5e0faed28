"""Settings shared by all windows: read once, changed by any window, written as a whole at each change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gpuplanner.core.errors import InputError
from gpuplanner.data.settings import Settings, load_settings, save_settings
from gpuplanner.ui.told import told_problem


class Remembered(QObject):
    """What is remembered between starts.

    ``path`` None remembers nothing beyond this run.
    """

    changed = Signal()

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self._path = path
        self.problems: tuple[str, ...] = ()
        """What was wrong with the file, or with the last attempt to write it; each in one line."""
        self._settings = Settings()
        if path is not None:
            self._settings, problems = load_settings(path)
            self.problems = tuple(told_problem(problem) for problem in problems)

    @property
    def path(self) -> Path | None:
        """The file; None: nothing is remembered beyond this run."""
        return self._path

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self._settings

    @property
    def is_first_start(self) -> bool:
        """Whether no window was ever closed with these settings."""
        return not self._settings.window_geometry

    def change(self, **fields: Any) -> None:
        """Change fields of `Settings` and write the file."""
        self._take(replace(self._settings, **fields))

    def add_recent(self, path: Path) -> None:
        """A file was opened or saved."""
        self._take(self._settings.with_recent(path))

    def forget_recent(self, name: str) -> None:
        """A recent file is gone."""
        others = tuple(other for other in self._settings.recent_files if other != name)
        self._take(replace(self._settings, recent_files=others))

    def _take(self, settings: Settings) -> None:
        if settings == self._settings:
            return
        self._settings = settings
        if self._path is not None:
            try:
                save_settings(self._path, settings)
                self.problems = ()
            except InputError as error:
                self.problems = tuple(told_problem(problem) for problem in error.problems)
        self.changed.emit()
