"""Writes cells into the table; many of them in slices, so that the window stays alive.

Nobody meets a half: what the user does meanwhile waits until the cells are written, which it then ends at
once; Escape leaves everything as it was.  Scrolling and looking go on.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from gpuplanner.ui.collector import full_rounds_held
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cell_writes import Write, Written, written, written_in_steps

_FEW = 1_000
"""So many cells take a fortieth of a second."""
_LONG_MS, _TOLD_EVERY_MS = 300, 100
"""From then on it is said how far it is, and so often."""
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_DEEDS = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.InputMethod,
    QEvent.Type.Drop,
    QEvent.Type.Close,
)
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class CellWriting(QObject):
    """One piece of writing at a time."""

    progressed = Signal(str)
    """How far it is, in words; an empty text once it is over."""
    said = Signal(str, bool)
    """A sentence for the user, and whether something was not done."""

    def __init__(self, model: BenchmarkTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._work = Stepwise(self)
        self._done: Callable[[Written], object] = lambda _written: None
        self._n_cells = self._n_written = 0
        self._telling = QTimer(self)
        self._telling.timeout.connect(self._tell)
        document = model.document
        for moved in (document.rows_changed, document.rows_moved):
            moved.connect(lambda _rows: self._table_changed())
        for changed in (document.replaced, document.columns_changed, model.layoutChanged):
            changed.connect(self._table_changed)

    @property
    def is_busy(self) -> bool:
        """Whether cells are still to be written."""
        return self._work.is_busy

    def run(self, writes: Iterable[Write], n_cells: int, done: Callable[[Written], object]) -> None:
        """Make the rows with these cells (``n_cells`` at most); ``done`` puts them into the document, as
        one step."""
        self._work.finish()
        if n_cells <= _FEW:
            done(written(self._model, writes))
            return
        self._n_cells, self._n_written, self._done = n_cells, 0, done
        QCoreApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._telling.start(_LONG_MS)
        self._work.run(self._steps(writes), self._take, self._fail)

    def finish(self) -> None:
        """Write the rest at once."""
        self._work.finish()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A key, a click or closing a window: what follows is meant for the table with its new cells."""
        if event.type() in _KEYS and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                if event.type() == QEvent.Type.KeyPress:
                    self._give_up(self.tr("Cancelled: no cell was written."))
                event.accept()  # no shortcut, and nothing else, is meant
                return True
            if event.key() not in _MODIFIERS:
                self.finish()
        elif event.type() in _DEEDS and isinstance(watched, QWidget) and not isinstance(watched, QScrollBar):
            self.finish()
        return False

    def _steps(self, writes: Iterable[Write]) -> Generator[None, None, Written]:
        with full_rounds_held():
            return (yield from written_in_steps(self._model, self._counted(writes)))

    def _counted(self, writes: Iterable[Write]) -> Iterator[Write]:
        for write in writes:
            self._n_written += 1
            yield write

    def _take(self, found: Written) -> None:
        self._over()
        self._done(found)

    def _fail(self, error: Exception) -> None:
        """Nothing is being written any more, so that keys go where they went before."""
        self._over()
        raise error

    def _table_changed(self) -> None:
        """Something else than the user has changed the table, a trial that came to its end for example."""
        if self._work.is_busy:
            self._give_up(
                self.tr("The table changed while cells were being written; none of them was. Do it again.")
            )

    def _give_up(self, why: str) -> None:
        self._work.stop()
        self._over()
        self.said.emit(why, True)

    def _over(self) -> None:
        QCoreApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self._telling.stop()
        self.progressed.emit("")

    def _tell(self) -> None:
        self._telling.setInterval(_TOLD_EVERY_MS)
        percent = min(100 * self._n_written // self._n_cells, 99)
        text = self.tr("Writing {n} cells: {percent} %, Escape cancels")
        self.progressed.emit(text.format(n=f"{self._n_cells:,}", percent=percent))
