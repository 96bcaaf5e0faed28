"""All windows of the program: one per document, each with its own estimator, the first one shown at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QPoint, Qt

from gpuplanner.data.benchmark_table import let_the_collector_look
from gpuplanner.data.recovery import Recovered
from gpuplanner.data.whole_file import same_file
from gpuplanner.ui.after_paint import AfterPaint
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.handover import Handover, hand_over, take_over
from gpuplanner.ui.main_window import TITLE_BAR_HEIGHT, MainWindow
from gpuplanner.ui.soon import soon
from gpuplanner.ui.theme import Theme

_CASCADE = 28


class Windows(QObject):
    """Opens windows and keeps them until they are closed.

    ``furnish`` is called once for each window, when its table is on the screen: it puts the estimator in.
    """

    def __init__(self, theme: Theme, remembered: Remembered, furnish: Callable[[MainWindow], None]) -> None:
        super().__init__()
        self._theme = theme
        self._remembered = remembered
        self._furnish = furnish
        self.open_windows: list[MainWindow] = []
        self._meant: dict[MainWindow, Path] = {}
        """The files of windows that have no content yet."""

    def start(self, path: Path | None = None) -> MainWindow:
        """The first window: with a file, with the profile at the first start, else with the four starts.

        Its frame is shown; content and estimator follow from the event loop.
        """
        what = path if path is not None else "" if self._remembered.is_first_start else None
        return self._show(what)

    def busy(self) -> bool:
        """Whether something runs in a window that reopening would cut off."""
        return any(is_busy() for window in self.open_windows for is_busy in window.is_busy)

    def reopen(self, change: Callable[[], None]) -> bool:
        """Open every window anew with all that it holds, after ``change``; False: something runs in one."""
        from gpuplanner.ui.documents.document_files import Answer  # a window that is built has loaded it

        old = list(self.open_windows)
        if self.busy() or not all(window.is_built for window in old):
            return False
        held = [hand_over(window) for window in old]
        change()
        for one in held:
            self._show(one)  # before the old ones close, for the last one ends the program
        for window in old:
            window.files.ask_unsaved = lambda: Answer.DISCARD  # the new window has the changes
            window.close()
        return True

    def _show(self, what: Path | str | Recovered | Handover | None) -> MainWindow:
        """A window for a file, for the profile (an empty text), an empty document (None), what a lost
        window left behind, or what another window held."""
        window = MainWindow(self._theme, self._remembered)
        if isinstance(what, Handover):
            window.restoreGeometry(QByteArray(what.geometry))
        elif self.open_windows:
            step = self._theme.px(_CASCADE)
            window.move(_inside(window, self.open_windows[-1].pos() + QPoint(step, step)))
        self.open_windows.append(window)
        if isinstance(what, Path):
            self._meant[window] = what
        window.another_window_requested.connect(self._show)
        window.recovered_requested.connect(self._show)
        window.closed.connect(lambda: self._forget(window))
        window.raise_open = self._raise_open
        AfterPaint(window.ground, lambda: self._fill(window, what))
        window.show()
        return window

    def _fill(self, window: MainWindow, what: Path | str | Recovered | Handover | None) -> None:
        window.build()
        self._meant.pop(window, None)
        if isinstance(what, Handover):
            take_over(window.document, what, self.tr("changes before the language changed"))
        elif isinstance(what, Recovered):
            window.files.recover(what)
        elif isinstance(what, Path):
            window.files.open(what)
        elif what is not None:
            window.open_profile()
        window.table.focus_table()
        # The table is on the screen before the estimator, which takes longer, is loaded.
        AfterPaint(window.plan_page, lambda: self._furnish_window(window, what))

    def _furnish_window(self, window: MainWindow, what: object) -> None:
        self._furnish(window)
        current = window.table.view.current_source()
        if current >= 0:
            window.table.row_selected.emit(current)  # told before the estimator could listen
        if isinstance(what, Handover):
            if what.page != window.shown_page:
                window.show_page(what.page)
            if what.setup is not None:  # the old window had its estimator already
                # After everybody has taken the document, whose own plan is shown when the event loop turns.
                soon(window, lambda: window.setup_sink(what.setup))

    def _raise_open(self, path: Path) -> bool:
        """Two windows on one file would overwrite each other: bring the one to the front that has it."""
        for window in self.open_windows:
            has = self._file_of(window)
            if has is not None and same_file(has, path):
                window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
                window.raise_()
                window.activateWindow()
                if window.is_built and window.files.reading is None:
                    text = self.tr("{name} is open in this window already.").format(name=path.name)
                    window.table.messages.show_message(text)
                return True
        return False

    def _file_of(self, window: MainWindow) -> Path | None:
        """The file that a window has, is reading, or will read."""
        if not window.is_built:
            return self._meant.get(window)
        return window.files.reading or window.document.path

    def _forget(self, window: MainWindow) -> None:
        self._meant.pop(window, None)
        if window in self.open_windows:
            self.open_windows.remove(window)
            window.deleteLater()
            let_the_collector_look()


def _inside(window: MainWindow, wanted: QPoint) -> QPoint:
    """The place nearest to the one wanted at which the whole window is on the screen, with its title bar."""
    room = window.screen().availableGeometry()
    x = min(wanted.x(), room.right() + 1 - window.width())
    y = min(wanted.y(), room.bottom() + 1 - window.height() - TITLE_BAR_HEIGHT)
    return QPoint(max(x, room.left()), max(y, room.top()))
