"""Fills the selected cells of a column: down from the first of them, or with a series of numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.units import read_number
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cell_writes import Write, Written, written
from gpuplanner.ui.table.cell_writing import CellWriting
from gpuplanner.ui.table.cells import edit_text, unreadable_reason
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.table.copied_cells import copied
from gpuplanner.ui.table.number_series import NumberSeries, guessed_series, number_words
from gpuplanner.ui.table.table_view import TableView

_SEEDS = 3
"""So many first cells say how a series goes on."""


@dataclass(frozen=True)
class SeriesPlace:
    """The cells of one column that a series is to fill, from the top, and what their first numbers say."""

    rows: tuple[int, ...]
    place: int
    title: str
    guess: NumberSeries


class TableFills(QObject):
    """What the fills of the Edit menu do; a fill is one step, and one that is refused changes nothing."""

    said = Signal(str, bool)
    """A sentence for the user, and whether something was not done."""

    def __init__(
        self,
        view: TableView,
        model: BenchmarkTableModel,
        writing: CellWriting,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._view, self._model, self._writing = view, model, writing
        self.ask_series: Callable[[SeriesPlace], None] = lambda place: None
        """Shows how the series would go on and calls `fill_series`."""

    def fill_down(self) -> None:
        """The first selected cell of each column into those below it; of one row, the cells above it."""
        model = self._model
        writes: list[Write] = []
        computed: set[int] = set()
        for place, rows in self._runs():
            column, source = model.columns[place], rows[0] - (len(rows) == 1)
            if not column.is_editable:
                computed.add(place)
                continue
            if source < 0:
                continue
            if unreadable_reason(model.row_at(source), column):
                text = self.tr("{where} could not be read: mend it before it is filled down.")
                self.said.emit(text.format(where=self._where(source, column)), True)
                return
            cell = copied(model.row_at(source), column, model.unit)
            writes += [(row, place, cell) for row in rows if row != source]
        if not writes and not computed:
            text = self.tr("Nothing lies above: select the cell to copy together with the cells below it.")
            self.said.emit(text, True)
            return
        self._writing.run(writes, len(writes), lambda found: self._filled(found, computed))

    def _filled(self, found: Written, computed: set[int]) -> None:
        n = found.n_cells
        name = self.tr("fill down of 1 cell") if n == 1 else self.tr("fill down of {n} cells")
        self._model.document.set_rows(found.changed, name.format(n=f"{n:,}"), all_differ=True)
        if computed:
            self._say_computed(computed, n)

    def series(self) -> None:
        """Ask how the series that the first selected cells begin is to go on."""
        found = self._series_place()
        if isinstance(found, str):
            self.said.emit(found, True)
        else:
            self.ask_series(found)

    def series_fault(self, place: SeriesPlace, series: NumberSeries) -> str:
        """Why a cell cannot take its number; empty when all can."""
        found = self._written_series(place, series)
        column = self._model.columns[place.place]
        for row in place.rows:
            source = self._model.source_row(row)
            filled = found.changed.get(source, self._model.document.rows[source])
            reason = unreadable_reason(filled, column)
            if reason:
                return self.tr("Row {row}: {reason}").format(row=f"{source + 1:,}", reason=reason)
        return ""

    def fill_series(self, place: SeriesPlace, series: NumberSeries) -> None:
        """Write the numbers of a series without a fault as one step."""
        found = self._written_series(place, series)
        n = found.n_cells
        name = self.tr("fill series of 1 cell") if n == 1 else self.tr("fill series of {n} cells")
        self._model.document.set_rows(found.changed, name.format(n=f"{n:,}"))

    # --- the rest --------------------------------------------------------------------------------

    def _runs(self) -> list[tuple[int, list[int]]]:
        """(column, rows that lie one below the other) of the selection."""
        runs: list[tuple[int, list[int]]] = []
        for place, row in sorted((place, row) for row, place in self._view.selected_block()):
            if runs and runs[-1][0] == place and runs[-1][1][-1] == row - 1:
                runs[-1][1].append(row)
            else:
                runs.append((place, [row]))
        return runs

    def _series_place(self) -> SeriesPlace | str:
        """Where a series would go, or why none can."""
        block = self._view.selected_block()
        places = {place for _, place in block}
        if len(places) != 1 or len(block) < 2:
            return self.tr("Select the first number and the cells below it, all in one column.")
        place = places.pop()
        column, rows = self._model.columns[place], tuple(row for row, _ in block)
        if column.kind not in (Kind.NUMBER, Kind.GPUS, Kind.PEAK):
            text = self.tr("{column} holds no numbers of its own: a series needs a column of numbers.")
            return text.format(column=column.title)
        spec = ROW_FIELD[column.fields[-1] if column.kind is Kind.GPUS else column.fields[0]]
        is_count = spec.kind is int
        known: list[float] = []
        for row in rows[:_SEEDS]:
            try:
                text = edit_text(self._model.row_at(row), column, self._model.unit)
                known.append(read_number(text, count=is_count))
            except ValueError:
                break
        if not known:
            text = self.tr("{where} holds no number: a series starts from it.")
            return text.format(where=self._where(rows[0], column))
        return SeriesPlace(rows, place, column.title, guessed_series(known, is_count=is_count))

    def _written_series(self, place: SeriesPlace, series: NumberSeries) -> Written:
        numbers = series.numbers(len(place.rows))
        return written(
            self._model,
            [
                (row, place.place, number_words(number))
                for row, number in zip(place.rows, numbers, strict=True)
            ],
        )

    def _where(self, row: int, column: Column) -> str:
        source = self._model.source_row(row)
        return self.tr("Row {row}, {column}").format(row=f"{source + 1:,}", column=column.title)

    def _say_computed(self, places: set[int], n: int) -> None:
        titles = ", ".join(self._model.columns[place].title for place in sorted(places))
        done = self.tr("{n} cells filled.").format(n=f"{n:,}")
        text = self.tr("Computed, so nothing can be filled in: {columns}.").format(columns=titles)
        self.said.emit(f"{done} {text}" if n else text, not n)
