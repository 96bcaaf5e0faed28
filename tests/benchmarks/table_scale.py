"""100,000 rows in the real window: open, sort, filter, scroll, find, paste, delete, undo, beside pandas.

Figures for each deed, in milliseconds: until the result is painted, the processor time of the window's thread
until then, the longest pause of that thread, the longest pause by its processor time (on a busy machine the
honest figure), and the processor time of pandas for the same on the bare frame.  The line below says the same
of all that follows by itself, the estimates and the problems of the rows.  A timer of the event loop comes
every 2 ms; the longest time between two of its calls is what a user would feel.  Needs a display (Xvfb will
do).
``python tests/benchmarks/table_scale.py [ROWS]``, 100,000 by default.
"""

from __future__ import annotations

import csv
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pandas_beside import Beside
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gpuplanner.data.plan_file import PlanDocument, write_document
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.links.find_link import FindLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.program import Program

N_PAGES, N_PASTED, PASTE_AT = 200, 10_000, 100
BEAT_MS, LIMIT_S = 2, 900
MODELS = ("Qwen-1.8B", "Qwen-7B", "Qwen-14B", "Qwen-72B", "somebody's-13B")
METHODS = ("full", "lora", "qlora")
COLUMNS = ("model", "method", "gpus_per_node", "sharding", "seq_len", "peak_memory", "step_time_s", "remark")
SHOWN = ("model", "method", "gpus", "sharding", "seq_len", "peak_memory", "step_time_s", "remark")
"""The same as the table shows them: eight editable columns, to be pasted into."""
DELETED = range(500, 1500)
FOUND = "run 1-77"
HEAD = f"{'':26s}{'until seen':>12s}{'CPU':>12s}{'pause':>12s}{'pause, CPU':>12s}{'pandas':>12s}"


class Pulse(QObject):
    """The longest time between two beats of the event loop, and when a widget was last painted."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = self.longest_cpu_s = self.painted_at = 0.0
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start(BEAT_MS)

    def reset(self) -> None:
        """Begin anew."""
        self.longest_s = self.longest_cpu_s = 0.0
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note paints of what it is installed on."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._painted)  # after the paint
        return False

    def _painted(self) -> None:
        self.painted_at = time.perf_counter()

    def _beat(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        self.longest_s = max(self.longest_s, now - self._last)
        self.longest_cpu_s = max(self.longest_cpu_s, cpu - self._last_cpu)
        self._last, self._last_cpu = now, cpu


class Course:
    """Takes one deed after another in the window's own event loop."""

    def __init__(self, program: Program, window: MainWindow, folder: Path, rows: int) -> None:
        self._program, self._window, self._folder, self._n_rows = program, window, folder, rows
        self._pulse = Pulse()
        self._steps = self._course()
        self._ready: Callable[[], bool] = lambda: True
        self._timer = QTimer(self._pulse)
        self._timer.timeout.connect(self._look)
        self._timer.start(BEAT_MS)

    def _look(self) -> None:
        if not self._ready():
            return
        try:
            self._ready = next(self._steps)
        except StopIteration:
            self._timer.stop()
            self._window.files.ask_unsaved = lambda: Answer.DISCARD
            self._window.close()
            self._program.app.quit()

    def _course(self) -> Iterator[Callable[[], bool]]:
        """Yields what to wait for."""
        table, model = self._window.table, self._window.table.model
        table.view.viewport().installEventFilter(self._pulse)
        beside = Beside(self._folder / "rows.csv")
        open_csv, open_own = beside.open()
        yield self._idle
        print(HEAD, flush=True)
        open_file = self._window.files.open
        yield from self._deed("open CSV", lambda: open_file(self._folder / "rows.csv"), open_csv)
        yield from self._deed("open .gpuplan", lambda: open_file(self._folder / "rows.gpuplan"), open_own)
        # Eight columns to be pasted into; what is computed would stand between them.
        shown = {column.key: column.key in SHOWN for column in model.columns}
        table.view.force_columns(shown)
        yield self._idle
        peak, length = model.column_of("peak_memory"), model.column_of("seq_len")
        yield from self._deed("sort by peak memory", lambda: model.sort(peak), beside.sort("peak_memory"))
        down = Qt.SortOrder.DescendingOrder
        yield from self._deed(
            "sort by length, down", lambda: model.sort(length, down), beside.sort("seq_len")
        )
        yield from self._deed("back to the file's order", lambda: model.sort(-1), beside.index_order())
        box, everything = table.tools.find_box, table.tools.clear_filter
        two, three = beside.filter("lora", "4096"), beside.filter("lora", "4096", "q")
        yield from self._deed("filter all: 'lora 4096'", lambda: box.setText("lora 4096"), two)
        yield from self._deed("a letter more", lambda: box.setText("lora 4096 q"), three)
        yield from self._deed("filter away", everything)
        choose, chosen = table.tools._choose, beside.choose("model", MODELS[1])
        yield from self._deed("filter a column", lambda: choose("model", MODELS[1]), chosen)
        yield from self._deed("filter away", everything)
        yield from self._scroll()
        yield from self._find(beside)
        yield from self._paste(beside)
        yield from self._delete(beside)

    def _deed(
        self, name: str, do: Callable[[], object], pandas_s: float | None = None
    ) -> Iterator[Callable[[], bool]]:
        self._pulse.reset()
        begin, cpu = time.perf_counter(), time.thread_time()
        do()
        if self._works():
            yield lambda: not self._works()
        since = time.perf_counter()
        self._window.table.view.viewport().update()
        yield lambda: self._pulse.painted_at > since
        yield lambda: True
        painted_s = self._pulse.painted_at - begin
        self._print(name, painted_s, cpu, pandas_s)
        self._pulse.reset()
        cpu = time.thread_time()
        yield self._idle
        self._print("  all that follows", time.perf_counter() - begin - painted_s, cpu, None)

    def _print(self, name: str, seconds: float, cpu: float, pandas_s: float | None) -> None:
        """``cpu``: the thread's processor time at the beginning."""
        pulse = self._pulse
        print(
            f"{name:26s}{_ms(seconds)}{_ms(time.thread_time() - cpu)}{_ms(pulse.longest_s)}"
            f"{_ms(pulse.longest_cpu_s)}{'' if pandas_s is None else _ms(pandas_s)}",
            flush=True,
        )

    def _scroll(self) -> Iterator[Callable[[], bool]]:
        view = self._window.table.view
        view.setFocus()
        view.setCurrentIndex(self._window.table.model.index(0, 0))
        bar = view.verticalScrollBar()
        yield from self._pages("pages scrolled", lambda: bar.setValue(bar.value() + bar.pageStep()))
        bar.setValue(0)
        # The cursor goes along, and with it the plan with its estimate and its chart.
        yield from self._pages("pages by the keyboard", lambda: QTest.keyClick(view, Qt.Key.Key_PageDown))

    def _pages(self, name: str, turn: Callable[[], object]) -> Iterator[Callable[[], bool]]:
        yield self._idle
        self._pulse.reset()
        first, cpu = time.perf_counter(), time.thread_time()
        for _ in range(N_PAGES):
            yield lambda: True  # what the page before has left to do, its plan for example
            begin = time.perf_counter()
            turn()
            yield lambda begin=begin: self._pulse.painted_at > begin
        seconds = time.perf_counter() - first
        self._print(f"{N_PAGES} {name}", seconds, cpu, None)
        print(f"  a page                  {_ms(seconds / N_PAGES)}")

    def _find(self, beside: Beside) -> Iterator[Callable[[], bool]]:
        link = self._window.findChild(FindLink)
        assert link is not None
        yield from self._deed("open find and replace", link.open)
        dialog = link.dialog
        assert dialog is not None
        yield from self._deed(f"find {FOUND!r}", lambda: dialog.find_field.setText(FOUND), beside.find(FOUND))
        assert dialog.list.hits
        dialog.close()

    def _paste(self, beside: Beside) -> Iterator[Callable[[], bool]]:
        table, model = self._window.table, self._window.table.model
        yield self._idle
        table.view.setCurrentIndex(model.index(PASTE_AT, model.column_of("model")))
        QGuiApplication.clipboard().setText(_block_text())
        paste_s, undo_s, redo_s = beside.paste(_block_text(), PASTE_AT, N_PASTED)
        first, last = model.row_at(PASTE_AT), model.row_at(PASTE_AT + N_PASTED - 1)
        yield self._idle
        yield from self._deed(f"paste {N_PASTED:,} × 8", lambda: self._window.commands.edit("paste"), paste_s)
        stack = self._window.document.undo_stack
        assert stack.undoText() == f"paste {N_PASTED * len(SHOWN):,} cells"
        yield from self._deed("undo it", stack.undo, undo_s)
        assert model.row_at(PASTE_AT) == first
        assert model.row_at(PASTE_AT + N_PASTED - 1) == last
        yield from self._deed("redo it", stack.redo, redo_s)
        yield from self._deed("one cell", lambda: model.setData(model.index(7, 0), "Qwen-7B-x"))

    def _delete(self, beside: Beside) -> Iterator[Callable[[], bool]]:
        table, model = self._window.table, self._window.table.model
        delete_s, undo_s = beside.delete(DELETED.start, DELETED.stop)
        corners = model.index(DELETED[0], 0), model.index(DELETED[-1], model.columnCount() - 1)
        table.view.setCurrentIndex(corners[0])
        table.view.selectionModel().select(
            QItemSelection(*corners), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        yield self._idle
        n_rows = len(self._window.document.rows)
        yield from self._deed(f"delete {len(DELETED):,} selected rows", table.editing.delete_rows, delete_s)
        assert len(self._window.document.rows) == n_rows - len(DELETED)
        yield from self._deed("undo it", self._window.document.undo_stack.undo, undo_s)

    def _works(self) -> bool:
        """Something that was asked for is still being done in slices, or by another thread."""
        table, find = self._window.table, self._window.findChild(FindLink)
        is_searching = find is not None and (find._soon.isActive() or find._work.is_busy)
        return (
            is_searching
            or self._window.files.is_busy
            or table.editing.writing.is_busy
            or table._filtering._work.is_busy
            or table.model._sorting.is_busy
        )

    def _idle(self) -> bool:
        """Every row is estimated, the plan is answered, and the problems are found."""
        link, problems = self._window.findChild(PlanLink), self._window.table.problems
        if link is None:
            return False
        planner = link.planner
        timers = (planner._rows_soon, planner._answer_soon, problems._timer)
        works = (planner._steps, problems._search, problems._sorting, problems._giving_up)
        waits = planner._book.is_waiting or any(timer.isActive() for timer in timers)
        return not waits and not any(work.is_busy for work in works)


def _block_text() -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(_lines(N_PASTED, seed=2))
    return out.getvalue()


def _lines(n: int, seed: int) -> Iterator[list[object]]:
    dice = random.Random(seed)
    for number in range(n):
        yield [
            dice.choice(MODELS),
            dice.choice(METHODS),
            dice.choice((1, 2, 4, 8)),
            dice.choice(("none", "zero2", "zero3")),
            256 * dice.randint(1, 64),
            round(dice.uniform(4, 79), 1),
            round(dice.uniform(0.1, 30), 2),
            f"run {seed}-{number}",
        ]


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:9.0f} ms"


def main() -> int:
    """Make the files, open the window, run the course."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "rows.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_lines(rows, seed=1))
        write_document(folder / "rows.gpuplan", PlanDocument(read_rows(folder / "rows.csv")))
        program = Program([sys.argv[0]], folder / "settings.json")
        window = program.open()
        courses: list[Course] = []

        def begin() -> None:
            if window.is_built and window.findChild(PlanLink) is not None:
                courses.append(Course(program, window, folder, rows))
            else:
                QTimer.singleShot(50, begin)

        QTimer.singleShot(300, begin)
        QTimer.singleShot(LIMIT_S * 1000, lambda: program.app.exit(1))
        return program.run()


if __name__ == "__main__":
    sys.exit(main())
