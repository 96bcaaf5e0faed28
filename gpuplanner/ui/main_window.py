"""One window for one document: it arranges menu, header, pages and status, and answers the menus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QStackedLayout, QVBoxLayout, QWidget

from gpuplanner.core.benchmark import Origin, Status
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.ui.about import AboutDialog
from gpuplanner.ui.display_unit import DisplayUnit
from gpuplanner.ui.document import Document
from gpuplanner.ui.document_files import DocumentFiles
from gpuplanner.ui.header import Header
from gpuplanner.ui.help import HelpWindow, keys_text
from gpuplanner.ui.plan_page import PlanPage
from gpuplanner.ui.remembered import Remembered
from gpuplanner.ui.status_row import StatusRow
from gpuplanner.ui.table_page import TablePage
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.window_menus import WindowMenus

_FIRST_SIZE = (1440, 900)
_SMALLEST_SIZE = (960, 600)


class MainWindow(QMainWindow):
    """The window.  It shows the table at once; the estimator is put in with `set_estimator`.

    Whoever ties table and estimator together reads ``document`` and ``table``, sets ``plan_source``,
    and listens to ``table.row_selected`` and ``row_to_plan_requested``.
    """

    another_window_requested = Signal(object)
    """Path to open in a window of its own; None for an empty document, an empty text for the profile."""
    row_to_plan_requested = Signal(int)
    """Index in the document of the row whose plan is wanted."""
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        remembered: Remembered,
        card_bytes: Callable[[str], float | None] = lambda name: None,
    ) -> None:
        super().__init__()
        self.theme = theme
        self.remembered = remembered
        self.document = Document()
        self.document.setParent(self)
        self.plan_source: Callable[[], Plan] = Plan
        """The plan that the estimator shows, for `plan_to_row` and first rows."""
        self.table = TablePage(theme, self.document, card_bytes, self)
        self.table.editing.default_plan = lambda: self.plan_source()
        self.files = DocumentFiles(self.document, remembered, self)
        self.plan_page = PlanPage(theme, self.table, self)
        self.status = StatusRow(theme, self)
        self._panes: list[QWidget] = [self.table.view]
        self._formulae: Callable[[], str] | None = None
        self._help: dict[str, HelpWindow] = {}
        self._unit_from_settings()
        self.menus = WindowMenus(self)
        self.menus.build()
        self.header = Header(theme, self.menus.undo, self.menus.redo, self)
        self._pages = QStackedLayout()
        self._page_keys: list[str] = []
        self._lay_out()
        self._connect()
        self._document_state_changed()
        self._restore_geometry()

    # --- what the rest of the program puts in --------------------------------------------------------

    def set_estimator(self, estimator: QWidget, panes: Sequence[QWidget] = ()) -> None:
        """Put the estimator beside the table; ``panes`` are its stops for F6, in their order."""
        self.plan_page.set_estimator(estimator)
        state = self.remembered.settings.window_state
        if state:
            self.plan_page.restore(QByteArray(state))
        self._panes = [self.table.view, *panes]

    def set_source_text(self, text: str) -> None:
        """Say in the status row where the figures come from."""
        self.status.show_source(text)

    def set_formulae(self, text: Callable[[], str]) -> None:
        """Give Help its formulae, as Markdown; asked when the window is first opened."""
        self._formulae = text
        self.menus.formulae.setVisible(True)

    def add_page(self, key: str, icon: str, title: str, page: QWidget) -> None:
        """Add a page behind the others."""
        self._page_keys.append(key)
        self._pages.addWidget(page)
        self.header.add_page(key, icon, title)

    def show_page(self, key: str) -> None:
        """Go to a page."""
        self._pages.setCurrentIndex(self._page_keys.index(key))
        self.header.show_page(key)

    # --- documents -----------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty document with its four starts, in this window if nothing is in it yet."""
        if not self.document.is_blank:
            self.another_window_requested.emit(None)

    def open(self) -> None:
        """Ask for a file and open it."""
        path = self.files.ask_open()
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open a file: here if this window holds nothing of the user's, else in a window of its own."""
        if self._is_free:
            self.files.load(path)
        else:
            self.another_window_requested.emit(path)

    def open_profile(self) -> None:
        """Open the Qwen profile."""
        if self._is_free:
            self.files.load_profile()
        else:
            self.another_window_requested.emit("")

    @property
    def _is_free(self) -> bool:
        """Blank, or the untouched sample: another document may take its place."""
        return self.document.path is None and self.document.undo_stack.count() == 0

    # --- the menus' other answers ----------------------------------------------------------------------

    def edit(self, what: str) -> None:
        """Cut, copy or paste: in the field that has the keyboard, else in the table."""
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit):
            {"cut": field.cut, "copy": field.copy, "paste": field.paste}[what]()
            return
        editing = self.table.editing
        try:
            {"cut": editing.cut, "copy": editing.copy, "paste": editing.paste}[what]()
        except InputError as error:
            text = "\n".join(problem.line() for problem in error.problems)
            self.table.messages.show_message(text, fault=True)

    def row_to_plan(self) -> None:
        """Take the current row's plan into the estimator."""
        source = self.table.view.current_source()
        if source >= 0:
            self.row_to_plan_requested.emit(source)
            self.plan_page.show_side(estimator=True)

    def plan_to_row(self) -> None:
        """Add the estimator's plan as a row."""
        self.plan_page.show_side(estimator=False)
        self.table.editing.add_plan(self.plan_source())
        self.table.focus_table()

    def next_pane(self, step: int) -> None:
        """Give the keyboard to the next pane that can be seen."""
        panes = [pane for pane in self._panes if pane.isVisible()]
        if not panes:
            return
        focus = QApplication.focusWidget()
        here = next((i for i, pane in enumerate(panes) if focus and pane.isAncestorOf(focus)), -1)
        here = panes.index(focus) if focus in panes else here
        target = panes[(here + step) % len(panes)]
        if target is self.table.view:
            self.table.focus_table()
        elif not target.focusPolicy():
            target.focusNextChild()
        else:
            target.setFocus()

    def show_formulae(self) -> None:
        """Help: how the figures are made."""
        if self._formulae is not None:
            self._show_help("formulae", self.tr("Formulae"), self._formulae)

    def show_keys(self) -> None:
        """Help: every key."""
        self._show_help("keys", self.tr("Keys"), lambda: keys_text(self.menus.keys()))

    def show_about(self) -> None:
        """What this is, its version and licences."""
        dialog = AboutDialog(self.theme, self)
        dialog.open()

    def quit(self) -> None:
        """Close every window; each asks about its own changes."""
        QApplication.closeAllWindows()

    # --- Qt's events -----------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes; remember where the window stood."""
        if not self.files.may_close():
            event.ignore()
            return
        self.remembered.change(
            window_geometry=self.saveGeometry().data(), window_state=self.plan_page.state().data()
        )
        event.accept()
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open every file that was dropped."""
        for path in _dropped(event):
            self.open_path(path)
        event.acceptProposedAction()

    # --- building ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.add_page("plan", "plan", self.tr("Plan"), self.plan_page)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._pages, 1)
        column.addWidget(self.status)
        self.setCentralWidget(centre)
        self.setMinimumSize(*_SMALLEST_SIZE)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self.header.page_requested.connect(self.show_page)
        self.files.message.connect(self._tell)
        self.table.row_to_plan_requested.connect(self.row_to_plan_requested)
        start = self.table.start
        start.profile_requested.connect(self.open_profile)
        start.paste_requested.connect(lambda: self.edit("paste"))
        start.open_requested.connect(self.open)
        start.row_requested.connect(self.plan_to_row)
        start.recent_requested.connect(lambda name: self.open_path(Path(name)))
        self.remembered.changed.connect(self._remembered_changed)
        document = self.document
        document.state_changed.connect(self._document_state_changed)
        document.rows_changed.connect(lambda _rows: self._document_state_changed())
        document.rows_moved.connect(lambda _rows: self._document_state_changed())
        document.replaced.connect(self._document_replaced)
        self._remembered_changed()

    def _document_replaced(self) -> None:
        self.table.messages.hide()
        # After everybody has taken the new rows: the first one is current, so that its plan is shown.
        QTimer.singleShot(0, self.table, self.table.focus_table)

    def _document_state_changed(self) -> None:
        document = self.document
        name = document.name or self.tr("Untitled")
        self.setWindowTitle(self.tr("{name}[*] – GPU Planner").format(name=name))
        self.setWindowModified(document.is_modified)
        self.setWindowFilePath(str(document.path) if document.path else "")
        self.status.show_document(self._document_text(name))

    def _document_text(self, name: str) -> str:
        rows = self.document.rows
        if not rows and not self.document.is_modified:
            return self.tr("{name} – nothing to save").format(name=name)
        if self.document.is_modified:
            name = self.tr("{name} – edited").format(name=name)
        statuses = [row.measurement.status for row in rows]
        dry = sum(row.provenance.origin is Origin.DRY_RUN for row in rows)
        counts = [
            (len(rows), self.tr("1 row") if len(rows) == 1 else self.tr("{n} rows")),
            (statuses.count(Status.MEASURED), self.tr("{n} measured")),
            (statuses.count(Status.OOM), self.tr("{n} out of memory")),
            (dry, self.tr("{n} dry run")),
        ]
        parts = [text.format(n=f"{count:,}") for count, text in counts if count]
        return f"{name}  ·  {', '.join(parts)}" if parts else name

    def _tell(self, text: str, fault: bool) -> None:
        self.table.messages.show_message(text, fault=fault)

    def _remembered_changed(self) -> None:
        self.table.start.show_recent(self.remembered.settings.recent_files)
        if self.remembered.problems:
            self._tell("\n".join(self.remembered.problems), True)

    def _unit_from_settings(self) -> None:
        unit = self.remembered.settings.unit
        known = unit in {choice.value for choice in DisplayUnit}
        self.table.set_unit(DisplayUnit(unit) if known else DisplayUnit.GIB_PER_GPU)
        self.table.tools.show_unit(self.table.model.unit)

    def _restore_geometry(self) -> None:
        geometry = self.remembered.settings.window_geometry
        if geometry and self.restoreGeometry(QByteArray(geometry)):
            return
        room = self.screen().availableGeometry()
        self.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height()))

    def _show_help(self, key: str, title: str, text: Callable[[], str]) -> None:
        window = self._help.get(key)
        if window is None:
            window = self._help[key] = HelpWindow(self.theme, title, text(), self)
        window.show()
        window.raise_()
        window.activateWindow()


def _dropped(event: QDropEvent) -> list[Path]:
    """Local files in what is dragged."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile() and url.toLocalFile()]
