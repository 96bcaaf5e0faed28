"""Edit › Find action: the palette of one window, with its menus, recent files and the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow

if TYPE_CHECKING:
    from gpuplanner.ui.palette.entries import Entry
    from gpuplanner.ui.palette.palette import Palette


class PaletteLink(QObject):
    """Opens the palette with what the window can do at that moment."""

    def __init__(self, window: MainWindow, plan: PlanLink, catalog: Catalog) -> None:
        super().__init__(window)
        self._window, self._plan, self._catalog = window, plan, catalog
        self.action = window.menus.add_edit_action(self.tr("Find action…"), self.open, "Ctrl+K")

    def open(self) -> Palette:
        """Show the palette anew, in place of one that is shown."""
        from gpuplanner.ui.palette.palette import Palette  # the start is to be quick

        for old in self._window.findChildren(Palette):
            old.close_up()
        palette = Palette(self._window.theme, self._entries(), self._window)
        palette.open()
        return palette

    def _entries(self) -> list[Entry]:
        from gpuplanner.ui.palette.menu_entries import menu_entries

        catalog = self._catalog
        return [
            *menu_entries(self._window.menuBar().actions(), without=self.action),
            *self._choices("model", self.tr("Model"), catalog.model_names),
            *self._choices("gpu", self.tr("GPU"), catalog.gpu_names),
        ]

    def _choices(self, field: str, title: str, names: tuple[str, ...]) -> list[Entry]:
        from gpuplanner.ui.palette.entries import Entry

        chosen = getattr(self._plan.planner.plan, field)
        path = (self.tr("Plan"), title)
        return [Entry(name, self._setting(field, name), path, is_checked=name == chosen) for name in names]

    def _setting(self, field: str, name: str) -> Callable[[], object]:
        return partial(self._set, field, name)

    def _set(self, field: str, name: str) -> None:
        self._window.show_page("plan")
        self._plan.panel.edit(field, name)
