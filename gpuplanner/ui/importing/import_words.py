"""Sentences of the import: what was read, what was guessed, what is odd."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.units import shorten
from gpuplanner.data.table_import.align import Aligned
from gpuplanner.data.table_import.reading import RAW, Reading
from gpuplanner.data.table_import.rows import CellNote, Imported
from gpuplanner.ui.told import as_sentence, told
from gpuplanner.ui.words import field_label

MOST_NOTES = 500


class ImportWords(QObject):
    """Turns an import into words."""

    def summary(self, kind: str, read: Imported) -> str:
        """ "HTML: 14 lines, 84 rows: 81 measured, 3 not measured; 1 without unit …"."""
        parts = [
            self.tr("{n} measured").format(n=f"{read.n_measured:,}"),
            self.tr("{n} not measured").format(n=f"{read.n_missing:,}") if read.n_missing else "",
            self.tr("{n} out of memory").format(n=f"{read.n_oom:,}") if read.n_oom else "",
            self.tr("{n} without a unit").format(n=f"{len(read.without_unit):,}")
            if read.without_unit
            else "",
            self.tr("{n} lines re-aligned from merged cells").format(n=f"{read.n_moved:,}")
            if read.n_moved
            else "",
            self.tr("{n} above one GPU").format(n=f"{len(read.above_card):,}") if read.above_card else "",
            self.tr("{n} cells cannot be read").format(n=f"{len(read.unreadable):,}")
            if read.unreadable
            else "",
        ]
        head = self.tr("{kind}: {lines} lines become {rows} rows").format(
            kind=kind, lines=f"{read.n_lines:,}", rows=f"{len(read.table.rows):,}"
        )
        return head + "  ·  " + ", ".join(part for part in parts if part)

    def titles(self, reading: Reading) -> tuple[str, ...]:
        """What each column is taken for."""
        return tuple(self.role(role) for role in reading.roles)

    def role(self, role: str) -> str:
        """A role as people say it."""
        if role.startswith("length:"):
            return self.tr("at {n} tokens").format(n=f"{int(role.removeprefix('length:')):,}")
        if role == RAW:
            return self.tr("published text")
        return field_label(ROW_FIELD[role]) if role in ROW_FIELD else self.tr("kept as it is")

    def guesses(self, table: Aligned, reading: Reading) -> list[str]:
        """Everything that was assumed, a line each."""
        return [
            *(_line(note) for note in table.notes),
            *(_line(g.text) for g in reading.guesses),
        ]

    def notes(self, table: Aligned, read: Imported) -> list[tuple[CellNote, str]]:
        """Single cells to look at, with what is odd, the worst first; at most as many as anybody looks at."""
        found = [*read.unreadable, *read.without_unit, *read.falling, *read.above_card][:MOST_NOTES]
        return [
            (
                note,
                self.tr("Line {line}, {head}: {text} – {what}").format(
                    line=table.source_rows[note.row] + 1,
                    head=table.heads[note.column] or "–",
                    text=shorten(note.text, 40),
                    what=told(note.what),
                ),
            )
            for note in found
        ]

    def n_noted(self, read: Imported) -> int:
        """How many cells there are to look at."""
        return sum(map(len, (read.unreadable, read.without_unit, read.falling, read.above_card)))

    def step(self, read: Imported) -> str:
        """Name of the step in the undo list."""
        return self.tr("import {n} rows").format(n=f"{len(read.table.rows):,}")


def _line(text: str) -> str:
    return as_sentence(told(text))
