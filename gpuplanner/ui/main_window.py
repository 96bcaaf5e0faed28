"""One window for one document: its frame is shown at once, its content is built after the first frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent, QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QStackedLayout, QVBoxLayout, QWidget

from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.plan.header import Header
from gpuplanner.ui.table.status_row import StatusRow
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.window_menus import WindowMenus

if TYPE_CHECKING:
    from gpuplanner.core.plan import Plan
    from gpuplanner.ui.documents.document import Document
    from gpuplanner.ui.documents.document_files import DocumentFiles
    from gpuplanner.ui.plan.plan_page import PlanPage
    from gpuplanner.ui.table.table_page import TablePage
    from gpuplanner.ui.window_commands import WindowCommands

PAGES = ("plan", "trial", "monitor", "accuracy", "report")
"""Every page there can be, in the order of the tabs, which is that of Ctrl+1 to Ctrl+5."""
_FIRST_SIZE = (1440, 900)
TITLE_BAR_HEIGHT = 40
"""Left to the desktop when the first size is chosen: the tallest of the usual title bars."""
_SMALLEST_SIZE = (960, 600)


class MainWindow(QMainWindow):
    """The window.  `build` makes its content; `set_estimator` puts the estimator beside the table.

    Whoever ties table and estimator together reads ``document`` and ``table``, sets ``plan_source``,
    and listens to ``table.row_selected`` and ``row_to_plan_requested``.
    """

    another_window_requested = Signal(object)
    """Path to open in a window of its own; None for an empty document, an empty text for the profile."""
    recovered_requested = Signal(object)
    """`data.recovery.Recovered` to open in a window of its own."""
    row_to_plan_requested = Signal(int)
    """Index in the document of the row whose plan is wanted."""
    page_shown = Signal(str)
    """Key of the page that is in front now; a page behind draws nothing."""
    closed = Signal()

    document: Document
    table: TablePage
    files: DocumentFiles
    plan_page: PlanPage
    commands: WindowCommands
    plan_source: Callable[[], Plan]
    """The plan that the estimator shows, for "add plan as row" and for first rows."""

    def __init__(self, theme: Theme, remembered: Remembered) -> None:
        super().__init__()
        self.theme = theme
        self.remembered = remembered
        self.before_close: list[Callable[[], bool]] = []
        """Each may say that the window must not close yet, and closes it itself later; asked first."""
        self.is_busy: list[Callable[[], bool]] = []
        """Each may say that something runs in the window that reopening it would cut off."""
        self.setup_source: Callable[[], object] = lambda: None
        """What the estimator shows, for a window that takes this one's place."""
        self.setup_sink: Callable[[Any], None] = lambda _setup: None
        """Makes the estimator show it."""
        self.panes: list[QWidget] = []
        """Stops of F6, in their order."""
        self._is_built = False
        self.drop_file: Callable[[Path], None] = self.open_path
        """What is done with a file that was dropped on the window."""
        self.raise_open: Callable[[Path], bool] = lambda _path: False
        """Brings the window to the front that has a file open; False: none has."""
        self._page_keys: list[str] = []
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._widgets: dict[str, QWidget] = {}
        self.header = Header(theme, self)
        self.status = StatusRow(theme, self)
        self.menus = WindowMenus(self)
        self._pages = QStackedLayout()
        self._lay_out()
        self.setWindowTitle("GPU Planner")
        self._restore_geometry()

    @property
    def is_built(self) -> bool:
        """Whether the content is there."""
        return self._is_built

    def build(self) -> None:
        """Make document, table and menus.  A second call does nothing."""
        if self._is_built:
            return
        self._is_built = True
        # Only now: these modules and widgets take longer than everything before the first frame.
        from gpuplanner.core.plan import Plan
        from gpuplanner.ui.documents.document import Document
        from gpuplanner.ui.documents.document_files import DocumentFiles
        from gpuplanner.ui.plan.plan_page import PlanPage
        from gpuplanner.ui.table.table_page import TablePage
        from gpuplanner.ui.window_commands import WindowCommands

        self.plan_source = Plan
        self.document = Document()
        self.document.setParent(self)
        self.files = DocumentFiles(self.document, self.remembered, self)
        self.table = TablePage(self.theme, self.document, self)
        self.table.editing.default_plan = lambda: self.plan_source()
        self.plan_page = PlanPage(self.theme, self.table, self)
        self.panes = [self.table.view, self.table.problem_panel.list]
        self.commands = WindowCommands(self)
        self.menus.build()
        self.header.set_history(self.document.undo_stack)
        self._widgets["plan"] = self.plan_page
        self._pages.addWidget(self.plan_page)
        self._pages.setCurrentWidget(self.plan_page)

    # --- what the rest of the program puts in --------------------------------------------------------

    def set_estimator(self, estimator: QWidget, panes: Sequence[QWidget] = ()) -> None:
        """Put the estimator beside the table; ``panes`` are its stops for F6, in their order."""
        self.plan_page.set_estimator(estimator)
        state = self.remembered.settings.window_state
        if state:
            self.plan_page.restore(QByteArray(state))
        self.panes = [self.table.view, self.table.problem_panel.list, *panes]

    def set_source_text(self, text: str) -> None:
        """Say in the status row where the figures come from."""
        self.status.show_source(text)

    def set_formulae(self, text: Callable[[], str]) -> None:
        """Give Help its formulae, as Markdown; asked when the window is first opened."""
        self.commands.formulae = text
        self.menus.formulae.setVisible(True)

    def add_page(self, key: str, icon: str, title: str, make: Callable[[], QWidget]) -> None:
        """Add a page behind the others; it is made when it is first shown, so that the start stays quick."""
        self._makers[key] = make
        number = PAGES.index(key) + 1
        self._page_keys = [known for known in PAGES if known in (*self._page_keys, key)]
        self.header.add_page(key, icon, title, self._page_keys.index(key))
        self.menus.add_page(number, key, title)

    @property
    def page_keys(self) -> tuple[str, ...]:
        """Keys of the pages that there are by now, in the order of their tabs."""
        return tuple(self._page_keys)

    @property
    def shown_page(self) -> str:
        """Key of the page in front."""
        return self.header.shown_page

    def show_page(self, key: str) -> None:
        """Go to a page."""
        make = self._makers.pop(key, None)
        if make is not None:
            self._widgets[key] = make()
            self._pages.addWidget(self._widgets[key])
        self._pages.setCurrentWidget(self._widgets[key])
        self.header.show_page(key)
        self.page_shown.emit(key)

    def open_path(self, path: Path) -> None:
        """Open a file: here if this window holds nothing of the user's, else in a window of its own."""
        self.commands.open_path(path)

    def open_profile(self) -> None:
        """Open the Qwen profile, in the same way."""
        self.commands.open_profile()

    # --- Qt's events -----------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes; remember where the window stood."""
        if self._is_built:
            if not all(may_close() for may_close in self.before_close) or not self.files.may_close():
                event.ignore()
                return
            self.remembered.change(
                window_geometry=self.saveGeometry().data(), window_state=self.plan_page.state().data()
            )
        event.accept()
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if self._is_built and dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open every file that was dropped."""
        for path in dropped_files(event):
            self.drop_file(path)
        event.acceptProposedAction()

    # --- building ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._page_keys.append("plan")
        self.header.add_page("plan", "plan", self.tr("Plan"))
        self.header.page_requested.connect(self.show_page)
        self.ground = _Ground(self.theme, self)
        """The centre of the window, painted with the first frame."""
        column = QVBoxLayout(self.ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._pages, 1)
        column.addWidget(self.status)
        self.setCentralWidget(self.ground)
        self.setMinimumSize(*_SMALLEST_SIZE)
        self.setAcceptDrops(True)

    def _restore_geometry(self) -> None:
        geometry = self.remembered.settings.window_geometry
        if geometry and self.restoreGeometry(QByteArray(geometry)):
            return
        room = self.screen().availableGeometry()
        height = room.height() - TITLE_BAR_HEIGHT
        self.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], height))


class _Ground(QWidget):
    """The centre of the window: the surface that is seen until the content is there."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Plain surface."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.surface))


def dropped_files(event: QDropEvent) -> list[Path]:
    """Local files in what is dragged."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile() and url.toLocalFile()]
