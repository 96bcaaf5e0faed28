"""What a window edits: the rows of a table, and every change of them as a named step that can be undone.

The document is the truth; the table shows it.  Nothing changes a row but a command on ``undo_stack``,
which the form and the changes that it offers share, so that one undo goes back through everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.correction import Correction
from gpuplanner.core.plan import Plan
from gpuplanner.core.recording_record import RecordingRecord
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.benchmark_table import BenchmarkTable, cell_text, table_texts, with_text
from gpuplanner.data.plan_file import NamedPlan, PlanDocument
from gpuplanner.report.row_checks.accepted import accepted_in, with_accepted
from gpuplanner.ui.documents.row_counts import RowCounts
from gpuplanner.ui.documents.row_moves import RowMoves
from gpuplanner.ui.told import told_problem

Cell = tuple[int, str, str]
"""(row index, column, text)."""


class Document(QObject):
    """Rows with an undo stack and the file that they belong to."""

    rows_changed = Signal(object)
    """tuple[int, ...]: these rows have other values now."""
    rows_moved = Signal(object)
    """RowMoves: where each old row is now."""
    columns_changed = Signal()
    corrections_changed = Signal()
    """Other corrections are there, or others of them are switched on."""
    settings_changed = Signal()
    """Other problems are accepted."""
    replaced = Signal()
    """Everything is new: another file was loaded."""
    written = Signal()
    """What the window holds is in its file now."""
    state_changed = Signal()
    """The name, the path or the modified mark changed."""

    # A step's name is lower-case: Qt writes "Undo" before it.
    def __init__(self, table: BenchmarkTable | None = None, path: Path | None = None, name: str = "") -> None:
        super().__init__()
        self.plans: tuple[NamedPlan, ...] = ()
        """Plans that the file keeps beside its rows."""
        self.trials: tuple[TrialRecord, ...] = ()
        """Trials that the file keeps, with their samples."""
        self.recordings: tuple[RecordingRecord, ...] = ()
        """Recordings of the GPUs that the file keeps."""
        self.settings: tuple[tuple[str, str], ...] = ()
        """Settings that the file keeps, (name, value): those of the report, which are no step, and accepted
        problems, which are."""
        self._corrections: tuple[Correction, ...] = ()
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self.state_changed)
        # `is_modified` looks at the steps taken, and a step counts only after its rows have changed.
        self.undo_stack.indexChanged.connect(self.state_changed)
        self._rows: list[BenchmarkRow] = []
        self._counts = RowCounts()
        self._columns: tuple[str, ...] = ()
        self._path: Path | None = None
        self._load(table or BenchmarkTable(), path, name)

    @property
    def rows(self) -> Sequence[BenchmarkRow]:
        """The rows in the order of the file.  Not to be changed: use the methods below."""
        return self._rows

    @property
    def counts(self) -> RowCounts:
        """How many rows ended how and came from where."""
        return self._counts

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file, unknown ones included."""
        return self._columns

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The named layers over the physics, those that are switched off included."""
        return self._corrections

    @property
    def path(self) -> Path | None:
        """The file, or None before the first save."""
        return self._path

    @property
    def name(self) -> str:
        """The file's name, the sample's name, or an empty text."""
        return self._path.name if self._path else self._name

    @property
    def problems(self) -> tuple[str, ...]:
        """What was odd about the file as a whole, each in one line."""
        return self._problems

    @property
    def is_modified(self) -> bool:
        """Whether closing would lose something: in a file any step, without one what was done to rows.

        Plans that were only tried on the sample are nothing that anybody wants to be asked about.
        """
        stack = self.undo_stack
        if self._path is not None:
            return not stack.isClean()
        return any(_changes_file(stack.command(i)) for i in range(stack.index()))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was loaded or done yet, so that another file may take its place."""
        return not self._rows and self._path is None and self.undo_stack.count() == 0

    def table(self) -> BenchmarkTable:
        """The rows as data, to be written or estimated."""
        return BenchmarkTable(tuple(self._rows), self._columns)

    def replace(
        self,
        table: BenchmarkTable,
        path: Path | None = None,
        name: str = "",
        corrections: tuple[Correction, ...] = (),
        counts: RowCounts | None = None,
    ) -> None:
        """Load another table; there is no way back, so ask before.

        ``counts`` of its rows, where they are known: the thread that reads many rows had better count them.
        """
        self.undo_stack.clear()
        self._corrections = corrections
        self._load(table, path, name, counts)
        self.replaced.emit()
        self.state_changed.emit()

    def content(self) -> PlanDocument:
        """Everything that a file keeps."""
        kept = (self.plans, self.trials, self.corrections, self.recordings, self.settings)
        return PlanDocument(self.table(), *kept)

    def take_content(self, content: PlanDocument) -> None:
        """Take what a file keeps beside its rows and corrections, which `replace` takes."""
        self.plans, self.trials = content.plans, content.trials
        self.recordings, self.settings = content.recordings, content.settings

    def take_over(self, table: BenchmarkTable, text: str) -> None:
        """Put a whole table into the empty document as one step, so that it counts as unsaved."""
        self.undo_stack.beginMacro(text)
        self.add_columns(table.columns, text)
        self.insert_rows(0, table.rows, text)
        self.undo_stack.endMacro()

    def saved(self, path: Path) -> None:
        """The rows are in this file now."""
        self._path = path
        self.written.emit()
        self.undo_stack.setClean()
        self.state_changed.emit()

    def set_cells(self, cells: Iterable[Cell], text: str) -> bool:
        """Write texts into cells as one step; False when that changes nothing."""
        changed: dict[int, BenchmarkRow] = {}
        for index, column, cell in cells:
            row = changed.get(index, self._rows[index])
            if cell_text(row, column) != cell:
                changed[index] = with_text(row, column, cell)
        return self.set_rows(changed, text)

    def set_rows(self, rows: Mapping[int, BenchmarkRow], text: str, *, all_differ: bool = False) -> bool:
        """Replace rows as one step; False when that changes nothing.

        ``all_differ``: none of them equals the row in whose place it comes; to compare thousands takes time.
        """
        changed = rows if all_differ else self._different(rows)
        if not changed:
            return False
        self.undo_stack.push(_ReplaceRows(self, changed, text))
        return True

    def _different(self, rows: Mapping[int, BenchmarkRow]) -> dict[int, BenchmarkRow]:
        return {index: row for index, row in rows.items() if row != self._rows[index]}

    def insert_rows(self, at: int, rows: Sequence[BenchmarkRow], text: str) -> None:
        """Insert rows before index ``at`` as one step."""
        if rows:
            self.undo_stack.push(_InsertRows(self, list(enumerate(rows, at)), text))

    def keep_trials(
        self, rows: Sequence[BenchmarkRow], records: Sequence[TrialRecord], text: str
    ) -> tuple[int, ...]:
        """Add trials with their samples, and the rows that came of them behind the others, as one step.

        Returns the indices of the rows.
        """
        at = len(self._rows)
        self.undo_stack.push(_KeepTrials(self, list(enumerate(rows, at)), records, text))
        return tuple(range(at, at + len(rows)))

    def keep_recording(self, recording: RecordingRecord, text: str) -> None:
        """Add a recording of the GPUs as one step."""
        self.undo_stack.push(_KeepRecording(self, recording, text))

    def keep_plan(self, plan: Plan, name: str, text: str) -> None:
        """Keep a plan under a name, with a number behind it where that is taken, as one step."""
        taken = {kept.name for kept in self.plans}
        free, number = name, 2
        while free in taken:
            free, number = f"{name} ({number})", number + 1
        self.undo_stack.push(_KeepPlan(self, NamedPlan(free, plan), text))

    def remove_rows(self, indices: Iterable[int], text: str) -> None:
        """Remove rows as one step."""
        wanted = sorted(set(indices))
        if wanted:
            self.undo_stack.push(_RemoveRows(self, wanted, text))

    def add_columns(self, columns: Iterable[str], text: str) -> None:
        """Add columns behind the others, as far as they are new, as one step."""
        new = [column for column in dict.fromkeys(columns) if column not in self._columns]
        if new:
            self.undo_stack.push(_SetColumns(self, (*self._columns, *new), text))

    def set_corrections(self, corrections: Sequence[Correction], text: str) -> bool:
        """Take other corrections as one step; False when that changes nothing."""
        wanted = tuple(corrections)
        if wanted == self._corrections:
            return False
        self.undo_stack.push(_SetCorrections(self, wanted, text))
        return True

    def accept_problems(self, marks: Collection[str], text: str, *, accepted: bool) -> bool:
        """Remember problems as accepted, or no longer, as one step; False when that changes nothing."""
        old = accepted_in(self.settings)
        new = old | set(marks) if accepted else old - set(marks)
        if new == old:
            return False
        self.undo_stack.push(_AcceptProblems(self, old, new, text))
        return True

    def _load(
        self, table: BenchmarkTable, path: Path | None, name: str, counts: RowCounts | None = None
    ) -> None:
        self._rows = list(table.rows)
        self._counts = counts or RowCounts(self._rows)
        self._columns = table.columns
        self._path = path
        self._name = name
        self._problems = tuple(told_problem(problem) for problem in table.problems)

    def _put(self, rows: Mapping[int, BenchmarkRow]) -> None:
        self._counts.take_away(self._rows[index] for index in rows)
        self._counts.add(rows.values())
        for index, row in rows.items():
            self._rows[index] = row
        self.rows_changed.emit(tuple(sorted(rows)))

    def _insert(self, rows: Sequence[tuple[int, BenchmarkRow]]) -> None:
        moves = RowMoves.with_new([index for index, _ in rows], len(self._rows))
        new = [row for _, row in rows]
        old, self._rows = self._rows, []
        # Run by run: `list.insert` would move everything below each new row.
        n_new = 0
        for before, now, n in moves.kept:
            while len(self._rows) < now:
                self._rows.append(new[n_new])
                n_new += 1
            self._rows += old[before : before + n]
        self._rows += new[n_new:]
        self._counts.add(new)
        self.rows_moved.emit(moves)

    def _remove(self, indices: Sequence[int]) -> list[tuple[int, BenchmarkRow]]:
        removed = [(index, self._rows[index]) for index in indices]
        self._counts.take_away(row for _, row in removed)
        old, self._rows = self._rows, []
        moves = RowMoves.without(indices, len(old))
        for before, _, n in moves.kept:
            self._rows += old[before : before + n]
        self.rows_moved.emit(moves)
        return removed

    def _set_corrections(self, corrections: tuple[Correction, ...]) -> None:
        self._corrections = corrections
        self.corrections_changed.emit()

    def _set_accepted(self, marks: Collection[str]) -> None:
        self.settings = with_accepted(self.settings, marks)
        self.settings_changed.emit()

    def _set_columns(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self.columns_changed.emit()


class _RowsCommand(QUndoCommand):
    """A step that changes what the file holds."""


def _changes_file(command: QUndoCommand) -> bool:
    """Whether a step, or one of those that it joins, changes what the file holds."""
    children = (command.child(i) for i in range(command.childCount()))
    return isinstance(command, _RowsCommand) or any(map(_changes_file, children))


class _KeepPlan(_RowsCommand):
    def __init__(self, document: Document, kept: NamedPlan, text: str) -> None:
        super().__init__(text)
        self._document, self._kept = document, kept

    def redo(self) -> None:
        self._document.plans = (*self._document.plans, self._kept)

    def undo(self) -> None:
        kept = self._document.plans
        self._document.plans = tuple(other for other in kept if other is not self._kept)


class _ReplaceRows(_RowsCommand):
    def __init__(self, document: Document, rows: Mapping[int, BenchmarkRow], text: str) -> None:
        super().__init__(text)
        self._document = document
        self._new = dict(rows)
        self._old = {index: document.rows[index] for index in rows}

    def redo(self) -> None:
        self._document._put(self._new)

    def undo(self) -> None:
        self._document._put(self._old)


class _InsertRows(_RowsCommand):
    def __init__(self, document: Document, rows: list[tuple[int, BenchmarkRow]], text: str) -> None:
        super().__init__(text)
        self._document = document
        self._rows = rows

    def redo(self) -> None:
        self._document._insert(self._rows)

    def undo(self) -> None:
        self._document._remove([index for index, _ in self._rows])


class _KeepTrials(_InsertRows):
    def __init__(
        self,
        document: Document,
        rows: list[tuple[int, BenchmarkRow]],
        records: Sequence[TrialRecord],
        text: str,
    ) -> None:
        super().__init__(document, rows, text)
        self._records = tuple(records)
        self._old_columns = document.columns
        table = BenchmarkTable(tuple(row for _, row in rows), document.columns)
        self._columns = table_texts(table)[0]

    def redo(self) -> None:
        if self._columns != self._old_columns:
            self._document._set_columns(self._columns)
        self._document.trials = (*self._document.trials, *self._records)
        super().redo()

    def undo(self) -> None:
        ours = set(map(id, self._records))
        self._document.trials = tuple(kept for kept in self._document.trials if id(kept) not in ours)
        super().undo()
        if self._columns != self._old_columns:
            self._document._set_columns(self._old_columns)


class _KeepRecording(_RowsCommand):
    def __init__(self, document: Document, recording: RecordingRecord, text: str) -> None:
        super().__init__(text)
        self._document = document
        self._recording = recording

    def redo(self) -> None:
        self._document.recordings = (*self._document.recordings, self._recording)

    def undo(self) -> None:
        kept = self._document.recordings
        self._document.recordings = tuple(other for other in kept if other is not self._recording)


class _AcceptProblems(_RowsCommand):
    def __init__(self, document: Document, old: Collection[str], new: Collection[str], text: str) -> None:
        super().__init__(text)
        self._document, self._old, self._new = document, old, new

    def redo(self) -> None:
        self._document._set_accepted(self._new)

    def undo(self) -> None:
        self._document._set_accepted(self._old)


class _RemoveRows(_RowsCommand):
    def __init__(self, document: Document, indices: list[int], text: str) -> None:
        super().__init__(text)
        self._document = document
        self._indices = indices
        self._removed: list[tuple[int, BenchmarkRow]] = []

    def redo(self) -> None:
        self._removed = self._document._remove(self._indices)

    def undo(self) -> None:
        self._document._insert(self._removed)


class _SetColumns(_RowsCommand):
    def __init__(self, document: Document, columns: tuple[str, ...], text: str) -> None:
        super().__init__(text)
        self._document = document
        self._new = columns
        self._old = document.columns

    def redo(self) -> None:
        self._document._set_columns(self._new)

    def undo(self) -> None:
        self._document._set_columns(self._old)


class _SetCorrections(_RowsCommand):
    def __init__(self, document: Document, corrections: tuple[Correction, ...], text: str) -> None:
        super().__init__(text)
        self._document = document
        self._new = corrections
        self._old = document.corrections

    def redo(self) -> None:
        self._document._set_corrections(self._new)

    def undo(self) -> None:
        self._document._set_corrections(self._old)
