"""100,000 rows in the real window: open, sort, filter, scroll, paste, undo, each beside pandas alone.

Figures for each deed: until the result is painted, the processor time of the call, the longest pause of the
window's thread until then, and until all that follows (estimates, problems) is over.  A timer of the event
loop comes every 2 ms; the longest time between two of its calls is what a user would feel.  Needs a display
(Xvfb will do).
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

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gpuplanner.data.plan_file import PlanDocument, write_document
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.ui.documents.document_files import Answer
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


class Pulse(QObject):
    """The longest time between two beats of the event loop, and when a widget was last painted."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_s, self.painted_at = 0.0, 0.0
        self._last = time.perf_counter()
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start(BEAT_MS)

    def reset(self) -> None:
        """Begin anew."""
        self.longest_s, self._last = 0.0, time.perf_counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note paints of what it is installed on."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._painted)  # after the paint
        return False

    def _painted(self) -> None:
        self.painted_at = time.perf_counter()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now


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
        yield from self._deed(
            "open CSV", lambda: self._window.files.open(self._folder / "rows.csv"), open_csv
        )
        yield from self._deed(
            "open .gpuplan", lambda: self._window.files.open(self._folder / "rows.gpuplan"), open_own
        )
        table.view.force_columns(dict.fromkeys(SHOWN, True))
        yield self._idle
        peak, length = model.column_of("peak_memory"), model.column_of("seq_len")
        yield from self._deed("sort by peak memory", lambda: model.sort(peak), beside.sort("peak_memory"))
        down = Qt.SortOrder.DescendingOrder
        yield from self._deed(
            "sort by length, down", lambda: model.sort(length, down), beside.sort("seq_len")
        )
        yield from self._deed("back to the file's order", lambda: model.sort(-1), beside.index_order())
        box = table.tools.find_box
        yield from self._deed("filter all: 'lora 4096'", lambda: box.setText("lora 4096"), beside.find())
        yield from self._deed("filter all, a letter more", lambda: box.setText("lora 4096 q"), 0.0)
        yield from self._deed("filter away", table.tools.clear_filter, 0.0)
        choose = table.tools._choose
        yield from self._deed("filter a column", lambda: choose("model", MODELS[1]), beside.choose())
        yield from self._deed("filter away", table.tools.clear_filter, 0.0)
        yield from self._scroll()
        yield from self._paste(beside)

    def _deed(self, name: str, do: Callable[[], object], pandas_s: float) -> Iterator[Callable[[], bool]]:
        self._pulse.reset()
        begin, cpu = time.perf_counter(), time.thread_time()
        do()
        done_s = time.thread_time() - cpu  # on a busy machine the honest figure
        files, since = self._window.files, begin
        if files.is_busy:
            yield lambda: not files.is_busy
            since = time.perf_counter()
            self._window.table.view.viewport().update()
        yield lambda: self._pulse.painted_at > since
        painted_s, painted_pause_s = self._pulse.painted_at - begin, self._pulse.longest_s
        self._pulse.reset()
        yield self._idle
        settled_s = time.perf_counter() - begin
        print(
            f"{name:28s} painted after {_ms(painted_s)} (call {_ms(done_s)} CPU,"
            f" pause {_ms(painted_pause_s)}),"
            f" all settled {settled_s:6.1f} s, pause there {_ms(self._pulse.longest_s)}"
            f"  |  pandas {_ms(pandas_s)}",
            flush=True,
        )

    def _scroll(self) -> Iterator[Callable[[], bool]]:
        view = self._window.table.view
        view.setFocus()
        view.setCurrentIndex(self._window.table.model.index(0, 0))
        yield self._idle
        frames = []
        for _ in range(N_PAGES):
            begin = time.perf_counter()
            QTest.keyClick(view, Qt.Key.Key_PageDown)
            yield lambda begin=begin: self._pulse.painted_at > begin
            frames.append(self._pulse.painted_at - begin)
        frames.sort()
        middle = frames[len(frames) // 2]
        print(f"{N_PAGES} pages down: median {_ms(middle)} a frame, worst {_ms(frames[-1])}", flush=True)

    def _paste(self, beside: Beside) -> Iterator[Callable[[], bool]]:
        table, model = self._window.table, self._window.table.model
        yield self._idle
        table.view.setCurrentIndex(model.index(PASTE_AT, model.column_of("model")))
        QGuiApplication.clipboard().setText(_block_text())
        paste_s, undo_s = beside.paste_and_undo()
        first, last = model.row_at(PASTE_AT), model.row_at(PASTE_AT + N_PASTED - 1)
        yield self._idle
        yield from self._deed(f"paste {N_PASTED:,} × 8", lambda: self._window.commands.edit("paste"), paste_s)
        changed = model.row_at(PASTE_AT), model.row_at(PASTE_AT + N_PASTED - 1)
        assert first not in changed, "the block was pasted"
        stack = self._window.document.undo_stack
        yield from self._deed("undo it", stack.undo, undo_s)
        assert model.row_at(PASTE_AT) == first
        assert model.row_at(PASTE_AT + N_PASTED - 1) == last
        yield from self._deed("redo it", stack.redo, paste_s)
        yield from self._deed("one cell", lambda: model.setData(model.index(7, 0), "Qwen-7B-x"), 0.0)
        yield from self._deed("delete 1,000 rows", self._delete, 0.0)
        yield from self._deed("undo it", stack.undo, 0.0)

    def _delete(self) -> None:
        self._window.document.remove_rows(range(500, 1500), "delete rows")

    def _idle(self) -> bool:
        """Every row is estimated, and the problems are found."""
        link, problems = self._window.findChild(PlanLink), self._window.table.problems
        if link is None or (link.planner.outcome.answer is None and self._window.document.rows):
            return False
        waits = link.planner._book.is_waiting or link.planner._rows_soon.isActive()
        return not waits and not problems._timer.isActive() and not problems._search.is_busy


class Beside:
    """pandas doing the same with the bare frame; seconds."""

    def __init__(self, path: Path) -> None:
        import pandas

        self._pandas, self._path = pandas, path
        self._frame = pandas.read_csv(path)

    def open(self) -> tuple[float, float]:
        """Of the CSV file, and of a pickle, the nearest that pandas has to a document of its own."""
        pickle = self._path.with_suffix(".pickle")
        self._frame.to_pickle(pickle)
        return (
            _seconds(lambda: self._pandas.read_csv(self._path)),
            _seconds(lambda: self._pandas.read_pickle(pickle)),
        )

    def sort(self, column: str) -> float:
        """By a column, equal ones as in the file."""
        return _seconds(lambda: self._frame.sort_values(column, kind="stable"))

    def index_order(self) -> float:
        """Back to the order of the file."""
        mixed = self._frame.sort_values("seq_len")
        return _seconds(mixed.sort_index)

    def find(self) -> float:
        """Two words anywhere."""

        def found() -> object:
            texts = self._frame.astype(str).agg(" ".join, axis=1).str.lower()
            return self._frame[texts.str.contains("lora") & texts.str.contains("4096")]

        return _seconds(found)

    def choose(self) -> float:
        """One model."""
        return _seconds(lambda: self._frame[self._frame["model"] == MODELS[1]])

    def paste_and_undo(self) -> tuple[float, float]:
        """A block from the clipboard's text, and the old one back."""
        part = slice(PASTE_AT, PASTE_AT + N_PASTED)
        old = self._frame.iloc[part].copy()

        def paste() -> None:
            block = self._pandas.read_csv(io.StringIO(_block_text()), sep="\t", header=None)
            block.columns = self._frame.columns
            self._frame.iloc[part] = block.values

        def undo() -> None:
            self._frame.iloc[part] = old.values

        return _seconds(paste), _seconds(undo)


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


def _seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:6.0f} ms"


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
