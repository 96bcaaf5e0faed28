"""The menu bar of a window: which menus there are, in which order, and which keys they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from gpuplanner.ui.actions import ActionMaker, check_choice
from gpuplanner.ui.theme import Mode

if TYPE_CHECKING:
    from gpuplanner.ui.main_window import MainWindow

Key = QKeySequence.StandardKey
_TEXT_SIZES = (100, 110, 125, 150, 175, 200)


class WindowMenus(QObject):
    """The titles are there with the window's frame, their actions with its content."""

    undo: QAction
    redo: QAction
    formulae: QAction

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.maker = ActionMaker(window)
        self.looks: dict[str, QActionGroup] = {}
        """Choices of the View menu that are remembered, by the name of the setting."""
        self._page_actions: dict[int, QAction] = {}
        """Of each page, by its number."""
        bar = window.menuBar()
        self._titles = {
            "file": bar.addMenu(self.tr("&File")),
            "edit": bar.addMenu(self.tr("&Edit")),
            "view": bar.addMenu(self.tr("&View")),
            "plan": bar.addMenu(self.tr("&Plan")),
            "help": bar.addMenu(self.tr("&Help")),
        }

    def build(self) -> None:
        """Fill the menus; the window's content has to be there."""
        stack = self._window.document.undo_stack
        self.undo = stack.createUndoAction(self._window)
        self.redo = stack.createRedoAction(self._window)
        self._file()
        self._edit()
        self._view()
        self._plan()
        self._help()
        self._window.theme.changed.connect(self._check_theme)

    def all_keys(self) -> list[tuple[str, str]]:
        """(key, what it does) of every action that has a key, in the order of the menus."""
        native = QKeySequence.SequenceFormat.NativeText
        return [
            (action.shortcut().toString(native), _plain(action.text()))
            for action in self.maker.made
            if not action.shortcut().isEmpty()
        ]

    def _file(self) -> None:
        window, add = self._window, self.maker.add
        menu = self._titles["file"]
        add(menu, self.tr("&New"), window.commands.new, Key.New)
        add(menu, self.tr("&Open…"), window.commands.open, Key.Open)
        add(menu, self.tr("Open Qwen pro&file"), window.commands.open_profile, "Ctrl+Shift+O")
        recent = menu.addMenu(self.tr("Open &recent"))
        recent.aboutToShow.connect(partial(self._fill_recent, recent))
        menu.addSeparator()
        add(menu, self.tr("&Save"), window.files.save, Key.Save)
        add(menu, self.tr("Save &as…"), window.files.save_as, Key.SaveAs)
        menu.addSeparator()
        self._before_close = menu.addSeparator()  # drawn once what `add_file_action` adds lies between
        add(menu, self.tr("&Close"), window.close, Key.Close)
        quit_action = add(menu, self.tr("&Quit"), window.commands.quit, Key.Quit)
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _edit(self) -> None:
        window, add, table = self._window, self.maker.add, self._window.table
        menu = self._titles["edit"]
        self.maker.adopt(menu, self.undo, Key.Undo)
        self.maker.adopt(menu, self.redo, Key.Redo)
        usual = self.redo.shortcut()  # the desktop's own comes first: menus and the list of keys name it
        others = [QKeySequence(keys) for keys in ("Ctrl+Y", "Ctrl+Shift+Z")]
        self.redo.setShortcuts([usual, *(keys for keys in others if keys != usual)])
        menu.addSeparator()
        cut = add(menu, self.tr("Cu&t"), partial(window.commands.edit, "cut"), Key.Cut, only_in=table)
        copy = add(menu, self.tr("&Copy"), partial(window.commands.edit, "copy"), Key.Copy, only_in=table)
        editing, copying, fills = table.editing, table.editing.copying, table.editing.fills
        in_list = self._in_list
        heads = add(
            menu,
            self.tr("Copy with &heads"),
            in_list(copying.copy_with_heads),
            "Ctrl+Shift+C",
            only_in=table.view,
        )
        markdown = add(menu, self.tr("Copy as &Markdown"), in_list(copying.copy_markdown))
        paste = add(menu, self.tr("&Paste"), partial(window.commands.edit, "paste"), Key.Paste, only_in=table)
        clear = add(
            menu, self.tr("C&lear cells"), partial(table.edit, "clear"), Key.Delete, only_in=table.view
        )
        add(menu, self.tr("Select &all"), table.view.selectAll, Key.SelectAll, only_in=table.view)
        menu.addSeparator()
        fill = add(menu, self.tr("Fill do&wn"), in_list(fills.fill_down), "Ctrl+D", only_in=table.view)
        add(menu, self.tr("Fill ri&ght"), partial(table.edit, "fill_right"))
        series = add(menu, self.tr("Fill &series…"), in_list(fills.series))
        menu.addSeparator()
        row = add(menu, self.tr("Add &row"), partial(table.edit, "add_row"), "Ctrl++", only_in=table)
        above = add(menu, self.tr("&Insert row above"), in_list(editing.insert_above))
        again = add(
            menu,
            self.tr("D&uplicate rows"),
            in_list(editing.duplicate_rows),
            "Ctrl+Shift+D",
            only_in=table.view,
        )
        delete = add(
            menu, self.tr("&Delete rows"), partial(table.edit, "delete_rows"), "Ctrl+-", only_in=table
        )
        menu.addSeparator()
        add(menu, self.tr("&Find or filter"), table.tools.focus_find, Key.Find)
        self._after_find = add(menu, self.tr("Show all rows"), table.tools.clear_filter)
        keep = add(menu, self.tr("Filter b&y this value"), in_list(table.filter_by_cell))
        leave = add(
            menu, self.tr("Filter &out this value"), in_list(partial(table.filter_by_cell, is_out=True))
        )
        narrow = add(
            menu, self.tr("Filter this column…"), in_list(table.filter_column), "Alt+Down", only_in=table.view
        )
        add(menu, self.tr("&Next problem"), table.next_problem, "F8")
        add(menu, self.tr("Pre&vious problem"), partial(table.next_problem, -1), "Shift+F8")
        self._only_in_list(menu, [heads, markdown, fill, series, above, again, keep, leave, narrow])
        cells, rows = [cut, copy, heads, markdown, paste, clear], [row, above, again, delete]
        for group in (cells, [fill, series], rows, [keep, leave]):
            if not table.row_menu.isEmpty():
                table.row_menu.addSeparator()
            table.row_menu.addActions(group)

    def _in_list(self, call: Callable[[], object]) -> Callable[[], None]:
        """Does nothing to cells that cannot be seen: an action may be called by its name too."""
        view = self._window.table.view

        def call_in_list() -> None:
            if view.isVisible():
                call()

        return call_in_list

    def _only_in_list(self, menu: QMenu, actions: Sequence[QAction]) -> None:
        """What is done to the list alone cannot be chosen in the menu while it is not in view."""
        view = self._window.table.view

        def enable(on: bool) -> None:
            for action in actions:
                action.setEnabled(on)

        menu.aboutToShow.connect(lambda: enable(view.isVisible()))
        menu.aboutToHide.connect(lambda: enable(True))

    def _view(self) -> None:
        window, add, table = self._window, self.maker.add, self._window.table
        menu = self._titles["view"]
        self._unit_menu(menu.addMenu(self.tr("Memory &unit")))
        columns = menu.addMenu(self.tr("&Columns"))
        columns.aboutToShow.connect(partial(table.columns_menu.fill, columns))
        add(menu, self.tr("Rows in the &order of the file"), partial(table.model.sort, -1))
        problems = add(menu, self.tr("P&roblems"), window.commands.turn_problems, "Ctrl+Shift+M")
        problems.setCheckable(True)
        table.problems_shown.connect(problems.setChecked)
        menu.addSeparator()
        self._theme_menu(menu.addMenu(self.tr("&Theme")))
        self._size_menu(menu.addMenu(self.tr("Text &size")))
        self._after_looks = menu.addSeparator()
        add(menu, self.tr("Next &pane"), partial(window.commands.next_pane, 1), "F6")
        add(menu, self.tr("Previous pane"), partial(window.commands.next_pane, -1), "Shift+F6")

    def _unit_menu(self, menu: QMenu) -> None:
        # Here, for it loads the words of the whole core, which the window's frame does not need.
        from gpuplanner.ui.widgets.display_unit import DisplayUnit

        window, table = self._window, self._window.table
        units = {
            DisplayUnit.GIB_PER_GPU.value: self.tr("GiB per GPU"),
            DisplayUnit.GB_PER_GPU.value: self.tr("GB per GPU"),
            DisplayUnit.GIB_TOTAL.value: self.tr("GiB, all GPUs"),
            DisplayUnit.AS_WRITTEN.value: self.tr("As written"),
        }
        group = self.maker.choices(
            menu, units, table.model.unit.value, lambda unit: table.set_unit(DisplayUnit(unit))
        )
        self.looks["unit"] = group
        table.unit_changed.connect(lambda unit: check_choice(group, unit.value))
        table.unit_changed.connect(lambda unit: window.remembered.change(unit=unit.value))

    def _theme_menu(self, menu: QMenu) -> None:
        window, theme = self._window, self._window.theme
        modes = {
            Mode.SYSTEM.value: self.tr("As the desktop"),
            Mode.LIGHT.value: self.tr("Light"),
            Mode.DARK.value: self.tr("Dark"),
            Mode.HIGH_CONTRAST.value: self.tr("High contrast"),
        }

        def choose(mode: str) -> None:
            theme.set_mode(Mode(mode))
            window.remembered.change(theme=mode)

        self.looks["theme"] = self.maker.choices(menu, modes, theme.mode.value, choose)

    def _size_menu(self, menu: QMenu) -> None:
        window, theme = self._window, self._window.theme

        def choose(percent: str) -> None:
            theme.set_user_scale(int(percent) / 100)
            window.remembered.change(user_scale=int(percent) / 100)

        sizes = {str(percent): self.tr("{n} %").format(n=percent) for percent in _TEXT_SIZES}
        self.looks["user_scale"] = self.maker.choices(menu, sizes, str(round(theme.user_scale * 100)), choose)

    def add_file_action(self, text: str, call: Callable[[], object], keys: str | None = None) -> QAction:
        """What reads or writes further files: between Save and Close."""
        action = self.maker.add(self._titles["file"], text, call, keys)
        self._titles["file"].insertAction(self._before_close, action)
        return action

    def add_help_action(self, text: str, call: Callable[[], object]) -> QAction:
        """What helps when something is wrong: above About."""
        action = self.maker.add(self._titles["help"], text, call)
        self._titles["help"].insertAction(self._before_about, action)
        return action

    def add_edit_action(self, text: str, call: Callable[[], object], keys: str) -> QAction:
        """What finds something: under Find."""
        action = self.maker.add(self._titles["edit"], text, call, keys)
        self._titles["edit"].insertAction(self._after_find, action)
        return action

    def add_settings_action(self, text: str, call: Callable[[], object]) -> QAction:
        """The program's settings: apart, above Close; call after what adds to the File menu."""
        menu = self._titles["file"]
        menu.insertSeparator(self._before_close)
        action = self.maker.add(menu, text, call, "Ctrl+,")
        menu.insertAction(self._before_close, action)
        action.setMenuRole(QAction.MenuRole.PreferencesRole)
        return action

    def add_view_menu(self, title: str) -> QMenu:
        """A menu under those of theme and size, for what is chosen about the look of the program."""
        menu = QMenu(title, self._window)
        self._titles["view"].insertMenu(self._after_looks, menu)
        return menu

    def _plan(self) -> None:
        window, add, table = self._window, self.maker.add, self._window.table
        menu = self._titles["plan"]
        use = add(menu, self.tr("&Use row as plan"), window.commands.row_to_plan, "Ctrl+Return")
        add(menu, self.tr("&Add plan as row"), window.commands.plan_to_row, "Ctrl+Shift+Return")
        table.row_menu.addSeparator()
        table.row_menu.addAction(use)

    def add_page(self, number: int, key: str, title: str) -> None:
        """A page's place in the View menu, with Ctrl and its number; the Plan page comes with the first."""
        menu = self._titles["view"]
        if not self._page_actions:
            menu.addSeparator()
            self._page_action(menu, 1, "plan", self.tr("Plan"))
        self._page_action(menu, number, key, title)

    def _page_action(self, menu: QMenu, number: int, key: str, title: str) -> None:
        action = self.maker.add(menu, title, partial(self._window.show_page, key), f"Ctrl+{number}")
        behind = [other for other in self._page_actions if other > number]
        if behind:
            menu.insertAction(self._page_actions[min(behind)], action)
        self._page_actions[number] = action

    def menu(self, key: str, title: str) -> QMenu:
        """A menu by its key; one that is not there yet is put before Help."""
        if key not in self._titles:
            menu = self._titles[key] = QMenu(title, self._window.menuBar())
            self._window.menuBar().insertMenu(self._titles["help"].menuAction(), menu)
        return self._titles[key]

    def add_plan_actions(self, actions: Sequence[QAction]) -> None:
        """Put the estimator's actions under those of the table."""
        menu = self._titles["plan"]
        menu.addSeparator()
        menu.addActions(actions)
        self.maker.made += actions

    def _help(self) -> None:
        window, add = self._window, self.maker.add
        menu = self._titles["help"]
        add(menu, self.tr("&Guide"), window.commands.show_guide, Key.HelpContents)
        self.formulae = add(menu, self.tr("&Formulae"), window.commands.show_formulae, "Shift+F1")
        self.formulae.setVisible(False)  # until the estimator gives its terms
        add(menu, self.tr("&Keys"), window.commands.show_keys, "Ctrl+?")
        menu.addSeparator()
        add(menu, self.tr("What's &new"), window.commands.show_news)
        self._before_about = menu.addSeparator()
        about = add(menu, self.tr("&About GPU Planner"), window.commands.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _check_theme(self) -> None:
        """Another window may have chosen."""
        check_choice(self.looks["theme"], self._window.theme.mode.value)
        check_choice(self.looks["user_scale"], str(round(self._window.theme.user_scale * 100)))

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for name in self._window.remembered.settings.recent_files:
            path = Path(name)
            action = menu.addAction(_shown(path))
            action.triggered.connect(partial(self._window.commands.open_path, path))
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing yet")).setEnabled(False)


def _plain(text: str) -> str:
    return re.sub(r"\(&\w\)", "", text).replace("&", "").removesuffix("…")


def _shown(path: Path) -> str:
    """Name and folder on one line; "&" doubled, for a menu takes a single one as a key."""
    return f"{path.name}  –  {path.parent}".replace("&", "&&")
