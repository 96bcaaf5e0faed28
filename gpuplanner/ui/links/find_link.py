"""Ties find and replace to the window's table: searches in slices, replaces in one step, goes to cells."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.stepwise import Stepwise

if TYPE_CHECKING:
    from gpuplanner.data.find_replace import Finder
    from gpuplanner.ui.table.cell_hits import Hit, Hits, Spans
    from gpuplanner.ui.table.find_dialog import FindDialog

_COUNTED_AT_ONCE = 5_000
_AFTER_TYPING_MS, _LONG_MS = 80, 150
"""A burst of keys is searched once; longer than the second the window says that it searches."""


class FindLink(QObject):
    """Lives as long as the window; the dialog is made when it is first wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._table = window, window.table
        self.dialog: FindDialog | None = None
        self._work = Stepwise(self)
        self._soon, self._long = QTimer(self), QTimer(self)
        for timer, milliseconds in ((self._soon, _AFTER_TYPING_MS), (self._long, _LONG_MS)):
            timer.setSingleShot(True)
            timer.setInterval(milliseconds)
        self._soon.timeout.connect(self._search)
        self._long.timeout.connect(self._say_searching)
        self._selected: dict[int, Spans] = {}
        """The cells that were selected when the dialog was called, by row of the document."""
        self._n_selected = 0
        self._done = ""
        """What the last replacement did, to be said until something else is looked for."""
        window.menus.add_edit_action(self.tr("Find and r&eplace…"), self.open, "Ctrl+H")
        document, model = window.document, window.table.model
        document.rows_changed.connect(lambda _rows: self._table_changed())
        document.rows_moved.connect(lambda _rows: self._forget_selected())
        for signal in (document.replaced, document.columns_changed):
            signal.connect(self._forget_selected)
        model.layoutChanged.connect(self._filter_changed)
        model.headerDataChanged.connect(lambda *_heads: self._table_changed())  # another unit

    def open(self) -> None:
        """Show the dialog; more than one selected cell is what it looks through."""
        self._window.show_page("plan")
        dialog = self._made()
        self._take_selected()
        dialog.offer_places(self._table.model.columns, self._n_selected, selected=self._n_selected > 1)
        self._offer_rows()
        dialog.start()
        self._look()

    # --- searching -------------------------------------------------------------------------------

    def _look(self) -> None:
        """Something else is wanted, or there are other rows: what is listed does not hold any more."""
        dialog = self.dialog
        if dialog is None or not dialog.isVisible():
            return
        self._work.stop()
        dialog.set_ready(ready=False)
        self._soon.start()

    def _wanted_changed(self) -> None:
        self._done = ""
        self._look()

    def _search(self) -> None:
        from gpuplanner.data.find_replace import BadExpression, Finder, TooSlow
        from gpuplanner.ui.table.cell_hits import Hits

        dialog = self._made()
        wanted = dialog.wanted()
        dialog.show_faults("")
        self._offer_rows()
        if not wanted.find:
            self._show((), Hits(), dialog.words.nothing())
            return
        try:
            finder = Finder(wanted)
        except BadExpression as error:
            fault = dialog.words.fault(error)
            dialog.show_faults(*(("", fault) if error.in_replacement else (fault, "")))
            self._show((), Hits(), "")
            return
        except TooSlow as error:
            self._failed(error)
            return
        self._run(finder)

    def _run(self, finder: Finder) -> None:
        from gpuplanner.ui.table.cell_hits import find_hits
        from gpuplanner.ui.table.find_dialog import ALL, SELECTED, SHOWN

        dialog, model = self._made(), self._table.model
        only = self._selected if dialog.place == SELECTED else None
        all_rows = tuple(self._window.document.rows)
        indices: Sequence[int] = (
            [model.source_row(row) for row in range(model.rowCount())]
            if dialog.only_shown_rows or only is not None
            else range(len(all_rows))
        )
        if only is not None:
            indices = [index for index in indices if index in only]
        n = len(indices)
        # Not a list: so many pairs at once would make the collector walk everything.
        rows = ((index, all_rows[index]) for index in indices)
        columns = {
            place: column
            for place, column in enumerate(model.columns)
            if dialog.place in (ALL, SELECTED, column.key)
            or (dialog.place == SHOWN and self._table.view.is_shown(column.key))
        }
        self._long.start()
        steps = find_hits(rows, columns, model.unit, finder, only)
        self._work.run(self._counted(steps, n), lambda found: self._show(*found), self._failed)

    def _counted(
        self, steps: Generator[None, None, Hits], n_rows: int
    ) -> Generator[None, None, tuple[set[int], Hits, str]]:
        """(rows that the filter hides, hits, what there is to say about them)."""
        from gpuplanner.ui.table.find_dialog import SELECTED
        from gpuplanner.ui.table.find_words import Counts

        hits = yield from steps
        dialog, model = self._made(), self._table.model
        total = len(self._window.document.rows)
        hidden: set[int] = set()
        if model.rowCount() < total:
            hidden = set(range(total)).difference(model.shown_sources())
        unseen = {p for p, column in enumerate(model.columns) if not self._table.view.is_shown(column.key)}
        n_hidden = n_unseen = n_left_out = 0
        for start in range(0, len(hits.hits), _COUNTED_AT_ONCE):
            yield
            for row, found in hits.hits[start : start + _COUNTED_AT_ONCE]:
                n_hidden += row in hidden
                n_unseen += found.place in unseen
                n_left_out += not found.is_possible
        counts = Counts(
            len(hits.hits),
            is_cut=hits.is_cut,
            rows=n_rows,
            total_rows=total,
            selected_cells=self._n_selected if dialog.place == SELECTED else 0,
            hidden=n_hidden,
            unseen=n_unseen,
            left_out=n_left_out,
            too_long=hits.too_long,
        )
        return hidden, hits, " ".join(filter(None, (self._done, dialog.words.summary(counts))))

    def _show(self, hidden: set[int] | tuple[()], hits: Hits, summary: str) -> None:
        self._long.stop()
        dialog = self._made()
        dialog.list.show(hits.hits, [column.title for column in self._table.model.columns], hidden)
        dialog.show_summary(summary)
        dialog.set_ready(ready=True)

    def _failed(self, error: Exception) -> None:
        from gpuplanner.data.find_replace import TooSlow
        from gpuplanner.ui.table.cell_hits import Hits

        self._long.stop()
        if not isinstance(error, TooSlow):
            raise error
        dialog = self._made()
        dialog.show_faults(dialog.words.too_slow())
        self._show((), Hits(), "")

    def _say_searching(self) -> None:
        if self._work.is_busy:
            self._made().show_summary(self._made().words.searching())

    # --- replacing and going there -----------------------------------------------------------------

    def _replace(self) -> None:
        from gpuplanner.ui.table.cell_hits import replaced_rows

        dialog, model = self._made(), self._table.model
        hits = dialog.list.ticked()
        if not hits or self._work.is_busy or self._soon.isActive():
            return
        dialog.set_ready(ready=False)
        dialog.show_summary(dialog.words.replacing())
        rows = tuple(self._window.document.rows)
        steps = replaced_rows(hits, rows, model.columns, model.unit)
        self._work.run(steps, lambda changed: self._put_in(changed, hits))

    def _put_in(self, changed: dict[int, BenchmarkRow], hits: list[Hit]) -> None:
        dialog = self._made()
        self._done = dialog.words.replaced(len(hits))
        self._window.document.set_rows(changed, dialog.words.step(len(hits)))
        self._look()

    def _go_to(self, line: int, through_filter: bool) -> None:
        dialog, model = self._made(), self._table.model
        hit = dialog.list.hits[line]
        if through_filter or not dialog.list.is_hidden(line):
            self._table.select_row(hit.row, model.columns[hit.found.place].key)

    # --- what changes meanwhile ----------------------------------------------------------------------

    def _table_changed(self) -> None:
        self._look()

    def _filter_changed(self) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self._offer_rows()
            self._look()

    def _forget_selected(self) -> None:
        """Rows or columns have moved: nobody knows any more which cells were meant, or left out."""
        self._selected, self._n_selected = {}, 0
        if self.dialog is not None:
            self.dialog.list.tick_all_again()
            self.dialog.offer_places(self._table.model.columns, 0)
            self._look()

    def _offer_rows(self) -> None:
        self._made().offer_rows(self._table.model.rowCount(), len(self._window.document.rows))

    def _take_selected(self) -> None:
        """Remember which cells are selected: going to a hit selects another one."""
        if self._table.front is not self._table.view:
            self._selected, self._n_selected = {}, 0  # the list's selection cannot be seen
            return
        view, model = self._table.view, self._table.model
        seen = {place for place in range(model.columnCount()) if not view.isColumnHidden(place)}
        spans: dict[int, list[tuple[int, int]]] = {}
        n = 0
        for area in view.selected_ranges():
            places = [place for place in range(area.left, area.right + 1) if place in seen]
            runs = [(place, place) for place in places]
            n += len(places) * (area.bottom - area.top + 1)
            for row in range(area.top, area.bottom + 1):
                spans.setdefault(model.source_row(row), []).extend(runs)
        self._selected, self._n_selected = dict(spans), n

    def _made(self) -> FindDialog:
        if self.dialog is None:
            from gpuplanner.ui.table.find_dialog import FindDialog  # when it is first wanted

            self.dialog = FindDialog(self._window.theme, self._window)
            self.dialog.changed.connect(self._wanted_changed)
            self.dialog.replace_requested.connect(self._replace)
            self.dialog.hit_chosen.connect(self._go_to)
            self.dialog.hidden.connect(self._stop)
        return self.dialog

    def _stop(self) -> None:
        self._soon.stop()
        self._long.stop()
        self._work.stop()
