"""What the menus and the start page do in one window, and what its title and status row say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gpuplanner.core.benchmark import Origin, Status
from gpuplanner.core.errors import InputError
from gpuplanner.ui.soon import soon
from gpuplanner.ui.told import language_code, told_error
from gpuplanner.ui.widgets.display_unit import DisplayUnit

if TYPE_CHECKING:
    from gpuplanner.ui.main_window import MainWindow


class WindowCommands(QObject):
    """Answers of one `MainWindow`; made when its content is built."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._help: dict[str, QWidget] = {}
        self.formulae: Callable[[], str] | None = None
        """Gives Help its formulae, as Markdown."""
        self._told_rows_only: Path | None = None
        """The CSV file of which was said that it keeps no accepted problems."""
        self._unit_from_settings()
        self._connect()
        self._document_state_changed()

    # --- documents -----------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty document with its four starts, in this window if nothing is in it yet."""
        if not self._window.document.is_blank:
            self._window.another_window_requested.emit(None)

    def open(self) -> None:
        """Ask for a file and do with it what is done with one that is dropped: open, preview or read it."""
        path = self._window.files.ask_open()
        if path is not None:
            self._window.drop_file(path)

    def open_path(self, path: Path) -> None:
        """Open a file: here if this window holds nothing of the user's, else in a window of its own."""
        if self._window.raise_open(path):
            return
        if self._is_free():
            self._window.files.open(path)
        else:
            self._window.another_window_requested.emit(path)

    def open_profile(self) -> None:
        """Open the Qwen profile, in the same way."""
        if self._is_free():
            self._window.files.load_profile()
        else:
            self._window.another_window_requested.emit("")

    def quit(self) -> None:
        """Close every window; each asks about its own changes."""
        QApplication.closeAllWindows()

    # --- table and plan --------------------------------------------------------------------------------

    def edit(self, what: str) -> None:
        """Cut, copy or paste: in the field that has the keyboard, else in the table."""
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit):
            {"cut": field.cut, "copy": field.copy, "paste": field.paste}[what]()
            return
        if what == "paste":
            self.paste_table()
        else:
            self._window.table.edit(what)

    def paste_table(self) -> None:
        """Paste cells or rows into the table; what cannot be read is explained above it."""
        try:
            self._window.table.edit("paste")
        except InputError as error:
            self._tell(told_error(error), True)

    def row_to_plan(self) -> None:
        """Take the current row's plan into the estimator."""
        source = self._window.table.view.current_source()
        if source >= 0:
            self._window.row_to_plan_requested.emit(source)
            self._window.plan_page.show_side(estimator=True)

    def plan_to_row(self) -> None:
        """Add the estimator's plan as a row."""
        window = self._window
        window.plan_page.show_side(estimator=False)
        window.table.editing.add_plan(window.plan_source())
        window.table.focus_table()

    def turn_problems(self) -> None:
        """Open the list of problems below the table, or close it where it can be seen."""
        window, panel = self._window, self._window.table.problem_panel
        on = not panel.isVisible()
        if on:
            window.show_page("plan")
            window.plan_page.show_side(estimator=False)
        window.table.show_problems(on)

    def next_pane(self, step: int) -> None:
        """Give the keyboard to the next pane that can be seen."""
        panes = [pane for pane in self._window.panes if pane.isVisible()]
        if not panes:
            return
        focus = QApplication.focusWidget()
        here = next(
            (i for i, pane in enumerate(panes) if focus and (pane is focus or pane.isAncestorOf(focus))), -1
        )
        target = panes[(here + step) % len(panes)]
        if target is self._window.table.view:
            self._window.table.focus_table()
        else:
            _focus_into(target)

    # --- help ------------------------------------------------------------------------------------------

    def show_guide(self) -> None:
        """Help: what the program does, journey by journey."""
        from gpuplanner.data.guide import guide_markdown  # when first asked for: the start is to be quick

        self._show_help("guide", self.tr("Guide"), lambda: guide_markdown(language_code()))

    def show_news(self) -> None:
        """Help: what each version brought."""
        from gpuplanner.data.guide import news_markdown  # when first asked for: the start is to be quick

        self._show_help("news", self.tr("What's new"), lambda: news_markdown(language_code()))

    def show_formulae(self) -> None:
        """Help: how the figures are made."""
        if self.formulae is not None:
            self._show_help("formulae", self.tr("Formulae"), self.formulae)

    def show_keys(self) -> None:
        """Help: every key."""
        from gpuplanner.ui.help import keys_text  # when first asked for: the start is to be quick

        self._show_help("keys", self.tr("Keys"), lambda: keys_text(self._window.menus.all_keys()))

    def show_about(self) -> None:
        """What this is, its version and licences."""
        from gpuplanner.ui.about import AboutDialog  # when first asked for: the start is to be quick

        AboutDialog(self._window.theme, self._window).open()

    def _show_help(self, key: str, title: str, text: Callable[[], str]) -> None:
        from gpuplanner.ui.help import HelpWindow  # when first asked for: the start is to be quick

        window = self._help.get(key)
        if window is None:
            window = self._help[key] = HelpWindow(self._window.theme, title, text(), self._window)
        window.show()
        window.raise_()
        window.activateWindow()

    # --- the rest --------------------------------------------------------------------------------------

    def _is_free(self) -> bool:
        """Blank, or the untouched sample: another document may take its place."""
        document = self._window.document
        untouched = document.path is None and document.undo_stack.count() == 0
        return untouched and not self._window.files.is_busy

    def _connect(self) -> None:
        window, document = self._window, self._window.document
        window.files.message.connect(self._tell)
        window.files.not_saved.connect(self._tell_not_saved)
        window.table.problems.were_accepted.connect(self._say_accepted)
        window.files.is_reading.connect(self._show_reading)
        window.table.row_to_plan_requested.connect(window.row_to_plan_requested)
        start = window.table.start_page
        start.profile_requested.connect(self.open_profile)
        start.paste_requested.connect(self.paste_table)
        start.open_requested.connect(self.open)
        start.row_requested.connect(self.plan_to_row)
        start.recent_requested.connect(lambda name: self.open_path(Path(name)))
        window.remembered.changed.connect(self._remembered_changed)
        document.state_changed.connect(self._document_state_changed)
        document.rows_changed.connect(lambda _rows: self._document_state_changed())
        document.rows_moved.connect(lambda _rows: self._document_state_changed())
        document.replaced.connect(self._document_replaced)
        self._remembered_changed()

    def _document_replaced(self) -> None:
        table = self._window.table
        table.messages.hide()
        # After everybody has taken the new rows: the first one is current, so that its plan is shown.
        soon(table, table.focus_table)

    def _document_state_changed(self) -> None:
        window, document = self._window, self._window.document
        name = document.name or self.tr("Untitled")
        title = self.tr("{name}[*] – GPU Planner")
        if window.files.is_read_only:
            title = self.tr("{name}[*] (read-only) – GPU Planner")
        elif window.files.is_open_elsewhere:
            title = self.tr("{name}[*] (also open elsewhere) – GPU Planner")
        window.setWindowTitle(title.format(name=name))
        window.setWindowModified(document.is_modified)
        window.setWindowFilePath(str(document.path) if document.path else "")
        window.status.show_document(self._document_text(name))

    def _document_text(self, name: str) -> str:
        document = self._window.document
        rows = document.rows
        if not rows and not document.is_modified:
            return self.tr("{name} – nothing to save").format(name=name)
        if document.is_modified:
            name = self.tr("{name} – edited").format(name=name)
        statuses = document.counts.statuses
        counts = [
            (len(rows), self.tr("1 row") if len(rows) == 1 else self.tr("{n} rows")),
            (statuses[Status.MEASURED], self.tr("{n} measured")),
            (statuses[Status.OOM], self.tr("{n} out of memory")),
            (document.counts.origins[Origin.DRY_RUN], self.tr("{n} dry run")),
        ]
        parts = [text.format(n=f"{count:,}") for count, text in counts if count]
        comma = self.tr(", ")
        return f"{name}  ·  {comma.join(parts)}" if parts else name

    def _show_reading(self, on: bool) -> None:
        """Nothing can be typed into a table that is about to be replaced."""
        self._window.table.setEnabled(not on)

    def _tell_not_saved(self, text: str) -> None:
        """The changes are still there: another place may take them."""
        actions = [(self.tr("Save as…"), lambda: self._save_elsewhere())]
        self._window.table.messages.show_message(text, actions, fault=True)

    def _say_accepted(self) -> None:
        """A CSV file holds rows alone: said at the first acceptance that would be lost with the window."""
        path = self._window.document.path
        if path is None or not self._window.files.holds_rows_only or path == self._told_rows_only:
            return
        self._told_rows_only = path
        text = self.tr("{name} is a CSV file: what you accept lasts until the window is closed.")
        text += " " + self.tr("A GPU Planner document keeps it.")
        actions = [(self.tr("Save as .gpuplan…"), lambda: self._save_elsewhere())]
        self._window.table.messages.show_message(text.format(name=path.name), actions)

    def _save_elsewhere(self) -> None:
        if self._window.files.save_as():
            self._window.table.messages.hide()

    def _tell(self, text: str, fault: bool) -> None:
        self._window.table.messages.show_message(text, fault=fault)

    def _remembered_changed(self) -> None:
        remembered = self._window.remembered
        self._window.table.start_page.show_recent(remembered.settings.recent_files)
        if remembered.problems:
            self._tell("\n".join(remembered.problems), True)

    def _unit_from_settings(self) -> None:
        unit, table = self._window.remembered.settings.unit, self._window.table
        known = unit in {choice.value for choice in DisplayUnit}
        table.set_unit(DisplayUnit(unit) if known else DisplayUnit.GIB_PER_GPU)
        table.tools.show_unit(table.model.unit)


def _focus_into(pane: QWidget) -> None:
    """Give the keyboard to a pane, or to the first widget inside that takes it."""
    if pane.focusPolicy():
        pane.setFocus()
        return
    for child in pane.findChildren(QWidget):
        if child.focusPolicy() and child.isVisible() and child.isEnabled():
            child.setFocus()
            return
