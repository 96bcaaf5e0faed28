"""Remembers how the table is looked at: with the document what is about its columns, else what is a habit."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from gpuplanner.data.view_settings import kept_view, with_kept_view
from gpuplanner.ui.main_window import MainWindow


class ViewLink(QObject):
    """Frozen and chosen columns go into the document, without being a step: they are saved with the next one.

    Whether the list of problems is open is the same for every document, and is there from the next start on.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._is_taking = window, False
        window.table.view.columns_arranged.connect(self._keep)
        window.table.problems_shown.connect(lambda on: window.remembered.change(problems_shown=on))
        window.document.replaced.connect(self._take)
        self._take()

    def _take(self) -> None:
        """Look at the document as it was looked at when it was saved."""
        window = self._window
        kept, view = kept_view(window.document.settings), window.table.view
        self._is_taking = True
        view.force_columns(dict(kept.columns))
        view.freeze_up_to(kept.frozen_column)
        self._is_taking = False
        if window.remembered.settings.problems_shown and window.document.rows:
            window.table.show_problems(take_keyboard=False)

    def _keep(self) -> None:
        if self._is_taking:
            return
        document, view = self._window.document, self._window.table.view
        kept = replace(
            kept_view(document.settings),
            frozen_column=view.frozen_column,
            columns=tuple(view.forced_columns.items()),
        )
        document.settings = with_kept_view(document.settings, kept)
