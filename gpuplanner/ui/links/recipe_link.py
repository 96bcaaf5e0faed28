"""Ties recipes of other projects to a window: they set the plan, and a plan is written as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from gpuplanner.core.errors import InputError
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.told import told_problem

if TYPE_CHECKING:
    from gpuplanner.data.recipes.common import Note, Recipe, WrittenRecipe
    from gpuplanner.ui.links.plan_link import PlanLink
    from gpuplanner.ui.main_window import MainWindow
    from gpuplanner.ui.recipes.recipe_notes import RecipeNotes

_SUFFIXES = (".yaml", ".yml", ".sh", ".py", ".json")
_KINDS = ("llama-factory", "axolotl", "qwen", "trl")
"""Values of `RecipeKind`, whose module is loaded with the first recipe."""


class RecipeLink(QObject):
    """Lives as long as the window.  The questions are attributes, so that a test can answer them."""

    def __init__(self, window: MainWindow, plan_link: PlanLink, catalog: Catalog) -> None:
        super().__init__(window)
        self._window, self._planner, self._catalog = window, plan_link.planner, catalog
        self._dropped: list[Path] = []
        self.notes: RecipeNotes | None = None
        self.ask_files: Callable[[], Sequence[Path]] = self._ask_files
        self.ask_target: Callable[[str], Path | None] = self._ask_target
        self._opens, window.drop_file = window.drop_file, self._drop
        self._read_soon = QTimer(self, singleShot=True, interval=0)
        self._read_soon.timeout.connect(self._read_dropped)
        menu = window.menus.menu("file", "")
        action = window.menus.maker.add(menu, self.tr("Open a r&ecipe…"), self.open, "Ctrl+Shift+I")
        others = [other for other in menu.actions() if other.isSeparator()]
        if others:
            menu.insertAction(others[0], action)  # beside the other ways to open
        self.copy_menu, self.save_menu = (
            self._menu(self.tr("Cop&y as")),
            self._menu(self.tr("&Save as recipe")),
        )
        titles = {"llama-factory": "LLaMA-Factory", "axolotl": "axolotl", "qwen": "Qwen finetune.sh"}
        for kind in _KINDS:
            title = titles.get(kind, "TRL (Python)")
            self._action(self.copy_menu, title).triggered.connect(partial(self.copy_as, kind))
            self._action(self.save_menu, f"{title}…").triggered.connect(partial(self.save_as, kind))
        window.menus.add_plan_actions([self.copy_menu.menuAction(), self.save_menu.menuAction()])

    # --- from a recipe -------------------------------------------------------------------------------

    def open(self) -> None:
        """Ask for a recipe, with its settings if there are any, and take its plan."""
        files = self.ask_files()
        if files:
            self.open_files(files)

    def open_files(self, paths: Sequence[Path]) -> bool:
        """Take a recipe's plan as one step, show what it leaves open; False when it cannot be read."""
        from gpuplanner.data.recipes.reading import read_recipe_files  # with the first recipe

        try:
            recipe = read_recipe_files(paths, self._catalog)
        except InputError as error:
            self._tell(error)
            return False
        name = ", ".join(path.name for path in paths)
        self._take(recipe, self.tr("Recipe {name}").format(name=name))
        self._window.show_page("plan")
        self._window.plan_page.show_side(estimator=True)
        lead = self.tr("{format}: the plan in the form is now this one; Undo brings the old one back.")
        self._show_notes(name, lead.format(format=recipe.title), [*self._work_notes(recipe), *recipe.notes])
        return True

    def _take(self, recipe: Recipe, step: str) -> None:
        """Plan and epochs, as one step."""
        planner, stack = self._planner, self._window.document.undo_stack
        work = planner.setup.work
        stack.beginMacro(step)
        planner.set_plan(recipe.plan(planner.plan), step)
        if recipe.epochs is not None and recipe.epochs > 0:
            planner.set_work(replace(work, epochs=recipe.epochs), step)
        stack.endMacro()

    def _work_notes(self, recipe: Recipe) -> list[Note]:
        """What a recipe says of the run rather than of the step."""
        from gpuplanner.data.recipes.common import Note, NoteKind  # loaded already

        found = []
        if recipe.samples_file:
            why = self.tr("is the data: enter the number of its samples for the hours")
            found.append(Note(NoteKind.YOURS, recipe.samples_file, why))
        return found

    def _drop(self, path: Path) -> None:
        """Files that are dropped together are one recipe with its settings."""
        if path.suffix.lower() not in _SUFFIXES or not self._is_recipe(path):
            self._opens(path)
            return
        self._dropped.append(path)
        self._read_soon.start()

    def _is_recipe(self, path: Path) -> bool:
        """JSON may also be something else; the others are nothing that the window opens."""
        if path.suffix.lower() != ".json":
            return True
        from gpuplanner.data.recipes.reading import is_recipe_file  # with the first recipe

        return is_recipe_file(path)

    def _read_dropped(self) -> None:
        paths, self._dropped = self._dropped, []
        self.open_files(paths)

    # --- to a recipe ---------------------------------------------------------------------------------

    def copy_as(self, kind: str, _checked: bool = False) -> None:
        """Put the plan's main file on the clipboard, and show what it cannot say."""
        written = self._written(kind)
        if written is None:
            return
        QGuiApplication.clipboard().setText(written.text)
        main, *others = [file.name for file in written.files]
        lead = self.tr("{name} is on the clipboard.").format(name=main)
        if others:
            lead += " " + self.tr("Save it instead where {names} is needed too.").format(
                names=", ".join(others)
            )
        self._show_notes(self._title(kind), lead, written.notes)

    def save_as(self, kind: str, _checked: bool = False) -> None:
        """Write the plan's files, and show what they cannot say."""
        written = self._written(kind)
        if written is None:
            return
        target = self.ask_target(written.files[0].name)
        if target is None:
            return
        from gpuplanner.data.recipes.writing import save_recipe  # loaded already

        try:
            paths = save_recipe(written, target)
        except InputError as error:
            self._tell(error)
            return
        lead = self.tr("Written: {files}").format(files=", ".join(str(path) for path in paths))
        self._show_notes(self._title(kind), lead, written.notes)

    def _written(self, kind: str) -> WrittenRecipe | None:
        from gpuplanner.data.recipes.common import RecipeKind  # with the first recipe
        from gpuplanner.data.recipes.writing import write_recipe

        resolved = self._planner.outcome.resolved
        if resolved is None:
            text = self.tr("The plan has a problem; it is marked in the form")
            self._window.table.messages.show_message(text, fault=True)
            return None
        try:
            return write_recipe(resolved, RecipeKind(kind), self._catalog)
        except InputError as error:
            self._tell(error)
            return None

    def _title(self, kind: str) -> str:
        from gpuplanner.data.recipes.common import RecipeKind  # loaded already
        from gpuplanner.data.recipes.writing import TITLES

        return self.tr("Plan as {format}").format(format=TITLES[RecipeKind(kind)])

    # --- the rest ------------------------------------------------------------------------------------

    def _show_notes(self, title: str, lead: str, notes: Sequence[Note]) -> None:
        from gpuplanner.ui.recipes.recipe_notes import RecipeNotes  # with the first recipe

        if self.notes is not None:
            self.notes.close()
        self.notes = RecipeNotes(self._window.theme, title, lead, notes, self._window)
        self.notes.finished.connect(self._forget_notes)
        self.notes.show()

    def _forget_notes(self) -> None:
        self.notes = None

    def _tell(self, error: InputError) -> None:
        lines = [told_problem(problem) for problem in error.problems[:3]]
        self._window.table.messages.show_message("\n".join(lines), fault=True)
        self._window.show_page("plan")

    def _menu(self, title: str) -> QMenu:
        return QMenu(title, self._window)

    def _action(self, menu: QMenu, title: str) -> QAction:
        return menu.addAction(title)

    def _ask_files(self) -> Sequence[Path]:
        patterns = " ".join(f"*{suffix}" for suffix in _SUFFIXES)
        filters = self.tr("Recipes ({patterns});;All files (*)").format(patterns=patterns)
        title = self.tr("Open a recipe, with its settings if they are in files of their own")
        names, _ = QFileDialog.getOpenFileNames(self._window, title, self._folder(), filters)
        return [Path(name) for name in names]

    def _ask_target(self, name: str) -> Path | None:
        suggested = str(Path(self._folder()) / name)
        chosen, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save as recipe"), suggested)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_name(path.name + Path(name).suffix)

    def _folder(self) -> str:
        here = self._window.document.path
        return str(Path.home() if here is None else here.parent)
